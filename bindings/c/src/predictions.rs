//! What comes next, and what is known of the current segment.

use bocpd_core::distribution::Mixture;
use bocpd_core::error::ReadoutError;
use bocpd_core::random::Random;

use crate::boundary::{List, check_extent, check_memory, copy_list};
use crate::config::{Part, hand_over};
use crate::detector::{Detector, read, read_contents};
use crate::distributions::Distribution;
use crate::failure::Failure;
use crate::readouts::{fallible, value};
use crate::status::Status;

/// The distribution of the observation that is ahead steps away, 1 for the next one,
/// given all so far; a change in between is counted. Where it has several numbers, of the first
/// (bocpd_detector_predict_number). To be freed.
///
/// Errors: BOCPD_INVALID_PARAMETER if ahead is 0; BOCPD_UNSUPPORTED for own models
/// without predictive functions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_predict(
    detector: *const Detector,
    ahead: u64,
    prediction: *mut *mut Distribution,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        read(detector, |detector| {
            let mixture = detector.predict(ahead)?;
            hand_over(Distribution::new("observation", mixture), prediction)
        })
    }
}

/// bocpd_detector_predict for an observation made elapsed after the last one.
///
/// Errors: BOCPD_ELAPSED, BOCPD_ELAPSED_UNSUPPORTED; BOCPD_UNSUPPORTED as for
/// bocpd_detector_predict.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_predict_after(
    detector: *const Detector,
    elapsed: f64,
    prediction: *mut *mut Distribution,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        read(detector, |detector| {
            let mixture = detector.predict_after(elapsed)?;
            hand_over(Distribution::new("observation", mixture), prediction)
        })
    }
}

/// How many parameters the model knows of the current segment.
///
/// Errors: BOCPD_UNSUPPORTED before any observation, and for own models without level
/// functions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_parameter_count(
    detector: *const Detector,
    count: *mut usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        fallible(detector, count, |detector| {
            detector.parameters().map(|parameters| parameters.len())
        })
    }
}

/// The posterior of one parameter of the current segment, over all that may have been
/// its start; which is 0 for the level, and less than bocpd_detector_parameter_count. Those
/// of the first number of an observation come before those of the second
/// (bocpd_distribution_number). To be freed.
///
/// Errors: BOCPD_UNSUPPORTED as for the count; BOCPD_INDEX.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_parameter(
    detector: *const Detector,
    which: usize,
    posterior: *mut *mut Distribution,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        read_contents(detector, |contents| {
            let parameters = contents.detector.parameters()?;
            let count = parameters.len();
            let parameter = parameters.into_iter().nth(which);
            let parameter = parameter.ok_or(Failure::Index {
                index: which,
                count,
            })?;
            // A mixture of one says what it says.
            let mixture = Mixture::new([(1.0, parameter.posterior)]);
            let mixture = mixture.ok_or(ReadoutError::Model { what: "parameters" })?;
            let found = Distribution::new(parameter.name, mixture).of_number(parameter.dimension);
            let found = match contents.config.model {
                Part::Own(_) => found.without_density(),
                Part::Plain | Part::Unset => found,
            };
            hand_over(found, posterior)
        })
    }
}

/// Draws count observations of one segment, of bocpd_detector_dimension numbers each, from
/// the model with parameters from the prior; what was seen has no part in it. The same
/// seed gives the same numbers. values has room for capacity numbers, length gets how many
/// were written.
///
/// Errors: BOCPD_UNSUPPORTED for own models without the function simulate;
/// BOCPD_BUFFER_TOO_SMALL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_simulate(
    detector: *const Detector,
    seed: u64,
    count: usize,
    values: *mut f64,
    capacity: usize,
    length: *mut usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        read(detector, |detector| {
            let list = List::new(capacity, length)?;
            let numbers = count.checked_mul(detector.dimension());
            let numbers = numbers.ok_or(Failure::Length {
                of: "count",
                length: count,
            })?;
            check_extent::<f64>("count", numbers)?;
            let unknown = ReadoutError::Model { what: "simulation" };
            let draw = |count| {
                detector
                    .simulate(&mut Random::new(seed), count)
                    .ok_or(unknown)
            };
            if list.is_query(values.is_null()) {
                draw(0)?;
                list.set_length(numbers);
                return Ok(());
            }
            // Room first: nothing large is drawn for nothing.
            list.check(numbers)?;
            check_memory::<f64>("count", numbers)?;
            let drawn = draw(count)?;
            copy_list(&drawn, values, capacity, length)
        })
    }
}

/// P(at least one change among the next k observations | all so far).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_p_change_within(
    detector: *const Detector,
    k: u64,
    probability: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        value(detector, probability, |detector| {
            detector.p_change_within(k)
        })
    }
}

/// P(the k-th observation from now is the first of a new segment, and none before it);
/// 0 for k = 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_p_next_change_after(
    detector: *const Detector,
    k: u64,
    probability: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        value(detector, probability, |detector| {
            detector.p_next_change_after(k)
        })
    }
}

/// The expected number of observations from the next one to the first of the next
/// segment; NaN before any observation, and if the mean is out of reach.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_expected_residual(
    detector: *const Detector,
    observations: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        value(detector, observations, |detector| {
            detector.expected_residual().unwrap_or(f64::NAN)
        })
    }
}
