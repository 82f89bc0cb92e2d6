//! When things changed, given all that was seen since.

use crate::boundary::{List, Output, check_aligned, check_memory, copy_list, rows_at, slice};
use crate::config::hand_over;
use crate::detector::{Detector, read};
use crate::locations::Locations;
use crate::readouts::fallible;
use crate::segments::Segments;
use crate::status::Status;

/// P(a segment starts at s | all seen so far), for all s from first to the last
/// observation, as a list. first, which may be NULL, is 0 if everything is remembered;
/// the value at 0 is then 1: the first segment starts there, which is no change.
///
/// Errors: BOCPD_HISTORY; BOCPD_BUFFER_TOO_SMALL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_smoothed(
    detector: *const Detector,
    first: *mut u64,
    p_change_at: *mut f64,
    capacity: usize,
    length: *mut usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        read(detector, |detector| {
            let first = Output::optional(first)?;
            let smoothed = detector.smoothed()?;
            copy_list(&smoothed.p_change_at, p_change_at, capacity, length)?;
            first.set(smoothed.first);
            Ok(())
        })
    }
}

/// One value of bocpd_detector_smoothed. To ask for many, ask for all.
///
/// Errors: BOCPD_HISTORY; BOCPD_INDEX.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_p_change_at(
    detector: *const Detector,
    s: u64,
    probability: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { fallible(detector, probability, |detector| detector.p_change_at(s)) }
}

/// P(at least one segment starts at one of low, ..., high | all seen so far).
///
/// Errors: BOCPD_HISTORY; BOCPD_INDEX.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_p_change_between(
    detector: *const Detector,
    low: u64,
    high: u64,
    probability: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        fallible(detector, probability, |detector| {
            detector.p_change_between(low, high)
        })
    }
}

/// The expected number of changes among the observations that are remembered.
///
/// Errors: BOCPD_HISTORY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_expected_changes(
    detector: *const Detector,
    changes: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { fallible(detector, changes, |detector| detector.expected_changes()) }
}

/// How sure it is where the given changes were: the count changepoints, ascending, as
/// bocpd_detector_changepoints gives them. Those that are not remembered are left out. To
/// be freed.
///
/// Errors: BOCPD_HISTORY; BOCPD_INVALID_PARAMETER unless mass is in (0, 1) and the
/// changepoints ascend from 1 to the last observation.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_locations(
    detector: *const Detector,
    changepoints: *const u64,
    count: usize,
    mass: f64,
    locations: *mut *mut Locations,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        read(detector, |detector| {
            let changepoints = slice(changepoints, count, "changepoints")?;
            let found = detector.locations(changepoints, mass)?;
            hand_over(Locations::new(found), locations)
        })
    }
}

/// What the model says of the segments of a series that start at 0 and at the given
/// changepoints (ascending; those that are 0 or past the end are passed over): posteriors
/// of their parameters with intervals that hold mass, evidence, Bayes factors. The count
/// observations at rows are as for bocpd_detector_batch; what the detector has seen has no
/// part in it. To be freed.
///
/// Errors: BOCPD_INVALID_PARAMETER unless mass is in (0, 1) and the changepoints ascend; as
/// bocpd_detector_step, at the first observation that the model cannot score (the message
/// gives its position).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_segments(
    detector: *const Detector,
    rows: *const f64,
    count: usize,
    changepoints: *const u64,
    changepoint_count: usize,
    mass: f64,
    segments: *mut *mut Segments,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        read(detector, |detector| {
            let rows = rows_at(rows, count, detector.dimension())?;
            let changepoints = slice(changepoints, changepoint_count, "changepoints")?;
            let found = detector.segments(rows, changepoints, mass)?;
            hand_over(Segments::new(found), segments)
        })
    }
}

/// Draws whole segmentations from their posterior: the changepoints of all draws, one
/// draw after the other, as a list; ends, draws values, gets for each draw the position
/// in the list after its last changepoint. The same seed gives the same draws.
///
/// Errors: BOCPD_HISTORY unless everything is remembered; BOCPD_BUFFER_TOO_SMALL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_sample_segmentations(
    detector: *const Detector,
    draws: usize,
    seed: u64,
    ends: *mut usize,
    changepoints: *mut u64,
    capacity: usize,
    length: *mut usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        read(detector, |detector| {
            let list = List::new(capacity, length)?;
            check_memory::<Vec<u64>>("draws", draws)?;
            let segmentations = detector.sample_segmentations(draws, seed)?;
            let all = segmentations.concat();
            if !list.is_query(changepoints.is_null() && ends.is_null()) {
                check_aligned(ends, "ends")?;
                list.check(all.len())?;
                copy_list(&all, changepoints, capacity, length)?;
                let mut end = 0;
                for (i, draw) in segmentations.iter().enumerate() {
                    end += draw.len();
                    ends.add(i).write(end);
                }
            }
            list.set_length(all.len());
            Ok(())
        })
    }
}
