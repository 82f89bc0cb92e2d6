//! What can be asked of a detector between two observations.

use crate::boundary::{List, Output, check_aligned, copy_list};
use crate::detector::{Detector, change, check_whole, read};
use crate::failure::Failure;
use crate::status::Status;
use bocpd_core::AnyDetector;

/// How many observations were taken in, missing ones included.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_observations(
    detector: *const Detector,
    observations: *mut u64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { value(detector, observations, |detector| detector.observations()) }
}

/// P(r_t = 0 | x_0..x_t): the probability that the last observation is the first of a
/// new segment. 0 before any observation.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_p_change_now(
    detector: *const Detector,
    probability: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { value(detector, probability, bocpd_core::AnyDetector::p_change_now) }
}

/// P(r_t < w | x_0..x_t): the probability that the current segment started within
/// the last w observations.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_p_recent_change(
    detector: *const Detector,
    w: u64,
    probability: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        value(detector, probability, |detector| {
            detector.p_recent_change(w)
        })
    }
}

/// The most probable run length, the number of observations since the first of the
/// current segment; 0 before any observation.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_map_run_length(
    detector: *const Detector,
    run_length: *mut u64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        value(
            detector,
            run_length,
            bocpd_core::AnyDetector::map_run_length,
        )
    }
}

/// The probability of the most probable run length; 0 before any observation.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_map_probability(
    detector: *const Detector,
    probability: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        value(
            detector,
            probability,
            bocpd_core::AnyDetector::map_probability,
        )
    }
}

/// E[r_t | x_0..x_t], the mean run length; 0 before any observation.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_mean_run_length(
    detector: *const Detector,
    run_length: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        value(
            detector,
            run_length,
            bocpd_core::AnyDetector::mean_run_length,
        )
    }
}

/// ln p(x_t | x_0..x_{t-1}), the log predictive density of the last observation
/// before it was seen; 0 if it was missing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_ln_predictive(
    detector: *const Detector,
    ln_predictive: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        value(
            detector,
            ln_predictive,
            bocpd_core::AnyDetector::ln_predictive,
        )
    }
}

/// ln p(x_0..x_t), the log evidence of all observations; an estimate if hypotheses
/// were given up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_ln_evidence(
    detector: *const Detector,
    ln_evidence: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { value(detector, ln_evidence, bocpd_core::AnyDetector::ln_evidence) }
}

/// The probability given up with hypotheses, summed over all steps; 0 means that
/// everything is exact.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_pruned_mass(
    detector: *const Detector,
    probability: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { value(detector, probability, |detector| detector.pruned_mass()) }
}

/// How many hypotheses are alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_live(
    detector: *const Detector,
    live: *mut usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { value(detector, live, bocpd_core::AnyDetector::live) }
}

/// ln of the joint probability of the observations and their most probable
/// segmentation; 0 before any observation.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_map_ln_joint(
    detector: *const Detector,
    ln_joint: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { value(detector, ln_joint, |detector| detector.map_ln_joint()) }
}

/// The run-length posterior as a list, oldest first: the indices at which the current
/// segment may have started, and their probabilities. The run length of a start s
/// after n observations is n - 1 - s. Starts that are not in the list have
/// probability 0. length is bocpd_detector_live.
///
/// Errors: BOCPD_BUFFER_TOO_SMALL if capacity, the room in both buffers, is less than
/// the length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_run_length_posterior(
    detector: *const Detector,
    starts: *mut u64,
    probabilities: *mut f64,
    capacity: usize,
    length: *mut usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        read(detector, |detector| {
            let list = List::new(capacity, length)?;
            if list.is_query(starts.is_null() && probabilities.is_null()) {
                list.set_length(detector.live());
                return Ok(());
            }
            check_aligned(starts, "starts")?;
            check_aligned(probabilities, "probabilities")?;
            let posterior = detector.run_length_posterior();
            let length = posterior.len();
            list.check(length)?;
            for (i, (start, probability)) in posterior.enumerate() {
                starts.add(i).write(start);
                probabilities.add(i).write(probability);
            }
            list.set_length(length);
            Ok(())
        })
    }
}

/// The probabilities of the models that the stream may have as a list: the model of the
/// configuration first, then its alternatives (bocpd_config_for_stream has some). 0 for those
/// that have lost and were given up for now; 1 where there is one model.
///
/// Errors: BOCPD_BUFFER_TOO_SMALL if capacity is less than the length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_model_probabilities(
    detector: *const Detector,
    probabilities: *mut f64,
    capacity: usize,
    length: *mut usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        read(detector, |detector| {
            copy_list(
                &detector.model_probabilities(),
                probabilities,
                capacity,
                length,
            )
        })
    }
}

/// The probabilities of the hazards that the stream may have as a list: of each mean run length
/// of a constant grid (bocpd_config_set_constant_grid_hazard), in its order. 0 for those that have
/// lost and were given up for now; 1 where there is one hazard.
///
/// Errors: BOCPD_BUFFER_TOO_SMALL if capacity is less than the length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_hazard_probabilities(
    detector: *const Detector,
    probabilities: *mut f64,
    capacity: usize,
    length: *mut usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        read(detector, |detector| {
            copy_list(
                &detector.hazard_probabilities(),
                probabilities,
                capacity,
                length,
            )
        })
    }
}

/// The changepoints of the most probable segmentation of all observations as a list,
/// ascending: the settled ones (without those that were taken), then the provisional
/// ones.
///
/// Errors: BOCPD_BUFFER_TOO_SMALL if capacity is less than the length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_changepoints(
    detector: *const Detector,
    changepoints: *mut u64,
    capacity: usize,
    length: *mut usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        read(detector, |detector| {
            copy_list(&detector.changepoints(), changepoints, capacity, length)
        })
    }
}

/// The part of bocpd_detector_changepoints that all hypotheses agree on: no later
/// observation can change it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_settled(
    detector: *const Detector,
    changepoints: *mut u64,
    capacity: usize,
    length: *mut usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        read(detector, |detector| {
            copy_list(detector.settled(), changepoints, capacity, length)
        })
    }
}

/// The part of bocpd_detector_changepoints that later observations may still change.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_provisional(
    detector: *const Detector,
    changepoints: *mut u64,
    capacity: usize,
    length: *mut usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        read(detector, |detector| {
            copy_list(&detector.provisional(), changepoints, capacity, length)
        })
    }
}

/// bocpd_detector_settled, after which the detector forgets them: so memory stays
/// bounded on an endless stream. Asking for the length only takes nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_take_settled(
    detector: *mut Detector,
    changepoints: *mut u64,
    capacity: usize,
    length: *mut usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        change(detector, |detector| {
            check_whole(detector)?;
            copy_list(detector.settled(), changepoints, capacity, length)?;
            if !changepoints.is_null() {
                detector.take_settled();
            }
            Ok(())
        })
    }
}

/// One number.
///
/// # Safety
/// As [`read`]; `out` is NULL or may be written through.
pub(crate) unsafe fn value<T>(
    detector: *const Detector,
    out: *mut T,
    get: impl FnOnce(&AnyDetector) -> T,
) -> Status {
    // SAFETY: the caller's promise.
    unsafe {
        read(detector, |detector| {
            Output::new(out, "the output")?.set(get(detector));
            Ok(())
        })
    }
}

/// One number that may not be there.
///
/// # Safety
/// As [`read`]; `out` is NULL or may be written through.
pub(crate) unsafe fn fallible<T, E: Into<Failure>>(
    detector: *const Detector,
    out: *mut T,
    get: impl FnOnce(&AnyDetector) -> Result<T, E>,
) -> Status {
    // SAFETY: the caller's promise.
    unsafe {
        read(detector, |detector| {
            let out = Output::new(out, "the output")?;
            out.set(get(detector).map_err(Into::into)?);
            Ok(())
        })
    }
}
