//! What comes next.

use bocpd_core::distribution::{Distribution, Mixture};

use crate::boundary::Output;
use crate::detector::{Detector, read};
use crate::engine::Engine;
use crate::failure::Failure;
use crate::readouts::{fallible, value};
use crate::status::Status;

/// Mean and variance of the observation that is ahead steps away, 1 for the next one,
/// given all so far; a change in between is counted. Either output may be NULL. Where
/// there is no mean or variance it is infinite or NaN.
///
/// Errors: BOCPD_INVALID_PARAMETER if ahead is 0; BOCPD_UNSUPPORTED for own models.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_predict(
    detector: *const Detector,
    ahead: u64,
    mean: *mut f64,
    variance: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        moments(
            detector,
            mean,
            variance,
            |engine| Ok(engine.predict(ahead)?),
        )
    }
}

/// bocpd_detector_predict for an observation made elapsed after the last one.
///
/// Errors: BOCPD_ELAPSED, BOCPD_ELAPSED_UNSUPPORTED; BOCPD_UNSUPPORTED for own models.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_predict_after(
    detector: *const Detector,
    elapsed: f64,
    mean: *mut f64,
    variance: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        moments(detector, mean, variance, |engine| {
            Ok(engine.predict_after(elapsed)?)
        })
    }
}

/// The smallest x with P(observation <= x) >= p, for the observation that is ahead steps
/// away; NaN unless p is in [0, 1].
///
/// Errors: as bocpd_detector_predict.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_predict_quantile(
    detector: *const Detector,
    ahead: u64,
    p: f64,
    x: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        fallible(detector, x, |engine| {
            Ok::<_, Failure>(engine.predict(ahead)?.quantile(p))
        })
    }
}

/// Where x stands in the distribution of the observation that is ahead steps away: the
/// probabilities of less, of the same or less, and of more. With ahead 1, before the step
/// that takes x in, this says how unusual x is. Each output may be NULL.
///
/// Errors: as bocpd_detector_predict.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_predict_tail(
    detector: *const Detector,
    ahead: u64,
    x: f64,
    below: *mut f64,
    up_to: *mut f64,
    above: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        read(detector, |engine| {
            let below = Output::optional(below)?;
            let (up_to, above) = (Output::optional(up_to)?, Output::optional(above)?);
            let tail = engine.predict(ahead)?.tail(x);
            below.set(tail.below);
            up_to.set(tail.up_to);
            above.set(tail.above);
            Ok(())
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
    unsafe { value(detector, probability, |engine| engine.p_change_within(k)) }
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
        value(detector, probability, |engine| {
            engine.p_next_change_after(k)
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
        value(detector, observations, |engine| {
            engine.expected_residual().unwrap_or(f64::NAN)
        })
    }
}

/// Mean and variance of a prediction.
///
/// # Safety
/// As [`read`]; `mean` and `variance` are NULL or may be written through.
unsafe fn moments(
    detector: *const Detector,
    mean: *mut f64,
    variance: *mut f64,
    predict: impl FnOnce(&dyn Engine) -> Result<Mixture, Failure>,
) -> Status {
    // SAFETY: the caller's promise.
    unsafe {
        read(detector, |engine| {
            let (mean, variance) = (Output::optional(mean)?, Output::optional(variance)?);
            let prediction = predict(engine)?;
            mean.set(prediction.mean());
            variance.set(prediction.variance());
            Ok(())
        })
    }
}
