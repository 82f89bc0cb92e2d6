//! Where changes were, and how sure that is.

use bocpd_core::readout::Location;

use crate::boundary::{Output, at, copy_list, free, get, guard, shared};
use crate::status::Status;

/// Changes with the places where they may have been.
///
/// The neighbourhood of a change is every index that is closer to it than to the changes
/// beside it. Its credible set is the smallest set of indices of the neighbourhood that
/// has the wished share of where the change is, given that the neighbourhood has exactly
/// one.
pub struct Locations(Vec<Location>);

impl Locations {
    pub(crate) fn new(locations: Vec<Location>) -> Self {
        Self(locations)
    }
}

/// Frees locations; NULL is fine. Not for those that belong to a bocpd_detection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_locations_free(locations: *mut Locations) {
    // SAFETY: handles are as the header says.
    unsafe { free(locations) }
}

/// How many changes there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_locations_count(
    locations: *const Locations,
    count: *mut usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { get(locations, "locations", count, |locations| locations.0.len()) }
}

/// The changepoint at position which (less than the count), and the probabilities given
/// all that was seen that a segment starts exactly there (probability); that at least one
/// starts in its neighbourhood (p_nearby); and that exactly one does (p_single). Each
/// output may be NULL.
///
/// Errors: BOCPD_INDEX.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_locations_change(
    locations: *const Locations,
    which: usize,
    changepoint: *mut u64,
    probability: *mut f64,
    p_nearby: *mut f64,
    p_single: *mut f64,
) -> Status {
    guard(|| {
        // SAFETY: handles are as the header says.
        let location = at(unsafe { &shared(locations, "locations")?.0 }, which)?;
        let changepoint = Output::optional(changepoint)?;
        let probability = Output::optional(probability)?;
        let (p_nearby, p_single) = (Output::optional(p_nearby)?, Output::optional(p_single)?);
        // SAFETY: pointers are as the header says.
        unsafe {
            changepoint.set(location.index);
            probability.set(location.probability);
            p_nearby.set(location.p_nearby);
            p_single.set(location.p_single);
        }
        Ok(())
    })
}

/// The first and the last index of the neighbourhood of the change at position which.
/// Either output may be NULL.
///
/// Errors: BOCPD_INDEX.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_locations_neighbourhood(
    locations: *const Locations,
    which: usize,
    first: *mut u64,
    last: *mut u64,
) -> Status {
    guard(|| {
        // SAFETY: handles are as the header says.
        let location = at(unsafe { &shared(locations, "locations")?.0 }, which)?;
        let (first, last) = (Output::optional(first)?, Output::optional(last)?);
        // SAFETY: pointers are as the header says.
        unsafe {
            first.set(location.neighbourhood.0);
            last.set(location.neighbourhood.1);
        }
        Ok(())
    })
}

/// The credible set of the change at position which: its first index, its last one, and
/// the share that it has, at least what was asked for. Each output may be NULL.
///
/// Errors: BOCPD_INDEX.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_locations_interval(
    locations: *const Locations,
    which: usize,
    low: *mut u64,
    high: *mut u64,
    share: *mut f64,
) -> Status {
    guard(|| {
        // SAFETY: handles are as the header says.
        let location = at(unsafe { &shared(locations, "locations")?.0 }, which)?;
        let (low, high) = (Output::optional(low)?, Output::optional(high)?);
        let share = Output::optional(share)?;
        // SAFETY: pointers are as the header says.
        unsafe {
            low.set(location.low);
            high.set(location.high);
            share.set(location.share);
        }
        Ok(())
    })
}

/// The credible set of the change at position which itself, as a list: ascending, perhaps
/// with gaps.
///
/// Errors: BOCPD_INDEX; BOCPD_BUFFER_TOO_SMALL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_locations_credible_set(
    locations: *const Locations,
    which: usize,
    indices: *mut u64,
    capacity: usize,
    length: *mut usize,
) -> Status {
    guard(|| {
        // SAFETY: handles are as the header says.
        let location = at(unsafe { &shared(locations, "locations")?.0 }, which)?;
        // SAFETY: pointers are as the header says.
        unsafe { copy_list(&location.credible, indices, capacity, length) }
    })
}
