//! Detectors as bytes.

use crate::boundary::{copy_list, guard, shared, slice};
use crate::config::{Config, hand_over};
use crate::detector::{Contents, Detector, read};
use crate::status::Status;

/// Writes a detector, with all that it has seen, as a list of bytes: versioned,
/// checksummed, the same on every machine. Functions of the caller's are not part of
/// it.
///
/// Errors: BOCPD_BUFFER_TOO_SMALL if capacity is less than the length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_snapshot(
    detector: *const Detector,
    bytes: *mut u8,
    capacity: usize,
    length: *mut usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        read(detector, |detector| {
            copy_list(&detector.snapshot(), bytes, capacity, length)
        })
    }
}

/// Makes a detector from what bocpd_detector_snapshot wrote; it goes on bit for bit
/// as the one that was written would.
///
/// Errors: BOCPD_SNAPSHOT if the bytes are no snapshot, damaged, of another version,
/// or of a detector with a model or hazard of the caller's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_restore(
    bytes: *const u8,
    count: usize,
    detector: *mut *mut Detector,
) -> Status {
    guard(|| {
        // SAFETY: pointers are as the header says.
        let bytes = unsafe { slice(bytes, count, "bytes")? };
        let restored = bocpd_core::any::restore(bytes)?;
        let config = Config::of(restored.config().clone());
        let contents = Contents::new(config, restored);
        // SAFETY: pointers are as the header says.
        unsafe { hand_over(Detector::new(contents), detector) }
    })
}

/// Makes a detector from a configuration and what bocpd_detector_snapshot wrote of a
/// detector with the same configuration: also for models and hazards of the caller's.
/// That their functions are the same is for the caller to see to.
///
/// Errors: BOCPD_SNAPSHOT as for bocpd_detector_restore, and if the bytes are of
/// another configuration; those of bocpd_detector_new.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_restore_with(
    config: *const Config,
    bytes: *const u8,
    count: usize,
    detector: *mut *mut Detector,
) -> Status {
    guard(|| {
        // SAFETY: handles and pointers are as the header says.
        let (config, bytes) = unsafe { (shared(config, "config")?, slice(bytes, count, "bytes")?) };
        let mut contents = config.build()?;
        contents.detector.restore(bytes)?;
        // SAFETY: pointers are as the header says.
        unsafe { hand_over(Detector::new(contents), detector) }
    })
}
