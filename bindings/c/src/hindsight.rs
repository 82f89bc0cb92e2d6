//! When things changed, given all that was seen since.

use crate::boundary::{List, Output, check_aligned, check_extent, copy_list, slice};
use crate::detector::{Detector, read};
use crate::failure::Failure;
use crate::readouts::fallible;
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
        read(detector, |engine| {
            let first = Output::optional(first)?;
            let smoothed = engine.smoothed()?;
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
    unsafe { fallible(detector, probability, |engine| engine.p_change_at(s)) }
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
        fallible(detector, probability, |engine| {
            engine.p_change_between(low, high)
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
    unsafe { fallible(detector, changes, |engine| engine.expected_changes()) }
}

/// How sure it is where the given changes were: the count changepoints (ascending), as
/// bocpd_detector_changepoints gives them, each with a neighbourhood, every index that is
/// closer to it than to the others.
///
/// Each array that is not NULL gets count values: P(a segment starts exactly there);
/// P(one starts in the neighbourhood); the first and the last index of the smallest set
/// that has at least mass of the neighbourhood's probability; and the share that it has.
///
/// Errors: BOCPD_HISTORY; BOCPD_INDEX; BOCPD_INVALID_PARAMETER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_locations(
    detector: *const Detector,
    changepoints: *const u64,
    count: usize,
    mass: f64,
    p_here: *mut f64,
    probability: *mut f64,
    low: *mut u64,
    high: *mut u64,
    share: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        read(detector, |engine| {
            let p_here = Output::optional(p_here)?;
            let probability = Output::optional(probability)?;
            let (low, high) = (Output::optional(low)?, Output::optional(high)?);
            let share = Output::optional(share)?;
            let changepoints = slice(changepoints, count, "changepoints")?;
            for (i, location) in engine.locations(changepoints, mass)?.iter().enumerate() {
                p_here.set_at(i, location.p_here);
                probability.set_at(i, location.probability);
                low.set_at(i, location.low);
                high.set_at(i, location.high);
                share.set_at(i, location.share);
            }
            Ok(())
        })
    }
}

/// The set of bocpd_detector_locations itself, for the changepoint at position which, as
/// a list: ascending, perhaps with gaps.
///
/// Errors: as bocpd_detector_locations; BOCPD_INVALID_ARGUMENT if which is not less than
/// count; BOCPD_BUFFER_TOO_SMALL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_credible_set(
    detector: *const Detector,
    changepoints: *const u64,
    count: usize,
    which: usize,
    mass: f64,
    indices: *mut u64,
    capacity: usize,
    length: *mut usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        read(detector, |engine| {
            let changepoints = slice(changepoints, count, "changepoints")?;
            let locations = engine.locations(changepoints, mass)?;
            let location = locations
                .get(which)
                .ok_or(Failure::Argument("which must be less than count"))?;
            copy_list(&location.credible, indices, capacity, length)
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
        read(detector, |engine| {
            let list = List::new(capacity, length)?;
            check_extent::<u64>(draws)?;
            let segmentations = engine.sample_segmentations(draws, seed)?;
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
