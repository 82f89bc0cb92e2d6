//! The best segmentation with each number of changes, and how probable each number is.

use core::ffi::c_int;

use bocpd_core::readout::Segmentations as Core;

use crate::boundary::{Output, at, copy_list, free, get, guard, shared};
use crate::config::hand_over;
use crate::detector::{Detector, read};
use crate::features::with_features;
use crate::status::Status;

/// The best segmentations of a series, by their number of changes.
pub struct Segmentations(Core);

/// The best segmentation of a series with exactly k changes, for each k from 0 to most, and
/// the probability of each number, in one pass: count observations in row-major order, and
/// feature_count features for each of them (NULL and 0 where the model takes none). What the
/// detector has seen, and its pruning, have no part in it. Takes time and memory in
/// proportion to most. Free them with bocpd_segmentations_free.
///
/// Errors: BOCPD_PARAMETER if the detector weighs several models for the whole stream, or
/// there is no memory for so many; BOCPD_OBSERVATION, BOCPD_FEATURES.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_segmentations(
    detector: *const Detector,
    rows: *const f64,
    count: usize,
    features: *const f64,
    feature_count: usize,
    most: usize,
    segmentations: *mut *mut Segmentations,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        read(detector, |detector| {
            let dimension = detector.dimension();
            let rows = with_features(rows, count, dimension, features, feature_count)?;
            let found = detector.segmentations(rows, most)?;
            hand_over(Segmentations(found), segmentations)
        })
    }
}

/// Frees segmentations; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_segmentations_free(segmentations: *mut Segmentations) {
    // SAFETY: handles are as the header says.
    unsafe { free(segmentations) }
}

/// How many there are: one for each number of changes that was asked for and that the hazard
/// and the length of the series allow.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_segmentations_count(
    segmentations: *const Segmentations,
    count: *mut usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        get(segmentations, "segmentations", count, |found| {
            found.0.all.len()
        })
    }
}

/// The segmentation at position which (less than the count): its number of changes, P(there
/// are so many | series), and ln p(series, segmentation). Each output may be NULL.
///
/// Errors: BOCPD_INDEX.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_segmentations_get(
    segmentations: *const Segmentations,
    which: usize,
    changes: *mut usize,
    probability: *mut f64,
    ln_joint: *mut f64,
) -> Status {
    guard(|| {
        // SAFETY: handles are as the header says.
        let found = unsafe { shared(segmentations, "segmentations")? };
        let one = at(&found.0.all, which)?;
        let (changes, ln_joint) = (Output::optional(changes)?, Output::optional(ln_joint)?);
        let probability = Output::optional(probability)?;
        // SAFETY: pointers are as the header says.
        unsafe {
            changes.set(one.changes);
            probability.set(one.probability);
            ln_joint.set(one.ln_joint);
        }
        Ok(())
    })
}

/// Where the segments of the segmentation at position which begin, without index 0.
///
/// Errors: BOCPD_INDEX, BOCPD_BUFFER_TOO_SMALL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_segmentations_changepoints(
    segmentations: *const Segmentations,
    which: usize,
    changepoints: *mut u64,
    capacity: usize,
    length: *mut usize,
) -> Status {
    guard(|| {
        // SAFETY: handles are as the header says.
        let found = unsafe { shared(segmentations, "segmentations")? };
        let one = at(&found.0.all, which)?;
        // SAFETY: pointers are as the header says.
        unsafe { copy_list(&one.changepoints, changepoints, capacity, length) }
    })
}

/// P(there are more changes than the largest number that was asked for | series), and
/// whether (1) or not (0) every start of a segment was considered: in series of more than
/// some thousand observations those are given up that lie behind for every number of changes.
/// Either output may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_segmentations_rest(
    segmentations: *const Segmentations,
    p_more: *mut f64,
    exact: *mut c_int,
) -> Status {
    guard(|| {
        // SAFETY: handles are as the header says.
        let found = unsafe { shared(segmentations, "segmentations")? };
        let (p_more, exact) = (Output::optional(p_more)?, Output::optional(exact)?);
        // SAFETY: pointers are as the header says.
        unsafe {
            p_more.set(found.0.p_more);
            exact.set(c_int::from(found.0.exact));
        }
        Ok(())
    })
}
