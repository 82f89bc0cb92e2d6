//! The alarm threshold that keeps a promise.

use core::ffi::c_char;

use bocpd_core::History;
use bocpd_core::calibrate::{Effort, Quantity, Quiet, Target, calibrate_detector};

use crate::boundary::{Output, free, get, guard, rows_at, shared};
use crate::config::{Config, hand_over};
use crate::failure::Failure;
use crate::status::Status;

/// A threshold and what it achieves.
pub struct Calibration(bocpd_core::calibrate::Calibration);

/// Finds the threshold for bocpd_config_set_alarm whose first false alarm comes after
/// average_run_length observations on average. The other limits are those of the
/// configuration's alarm; if it has none, window 50 and min_segment 3.
///
/// streams quiet streams (2 to 100,000; 1000 are a start) run through a detector until
/// their first alarm, and for at most longest observations; 0 is 20 times
/// average_run_length. They are drawn, the same for the same seed, from the count
/// observations of a history without changes at quiet, in blocks of block consecutive ones
/// (1 where observations are independent); or, if quiet is NULL, simulated from the model
/// with parameters from the prior. To be freed.
///
/// Errors: BOCPD_INVALID_PARAMETER; BOCPD_INCOMPLETE; BOCPD_UNSUPPORTED if an own model
/// cannot simulate; as bocpd_detector_step for a history that cannot be observed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_calibrate_average_run_length(
    config: *const Config,
    average_run_length: f64,
    quiet: *const f64,
    count: usize,
    block: usize,
    streams: usize,
    longest: usize,
    seed: u64,
    calibration: *mut *mut Calibration,
) -> Status {
    let target = Target::AverageRunLength(average_run_length);
    let effort = Effort {
        streams,
        longest: (longest > 0).then_some(longest),
        seed,
    };
    // SAFETY: handles and pointers are as the header says.
    guard(|| unsafe { calibrate(config, quiet, count, block, target, effort, calibration) })
}

/// bocpd_calibrate_average_run_length for another promise: a false alarm within horizon
/// observations with this probability or less.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_calibrate_false_alarm(
    config: *const Config,
    probability: f64,
    horizon: usize,
    quiet: *const f64,
    count: usize,
    block: usize,
    streams: usize,
    seed: u64,
    calibration: *mut *mut Calibration,
) -> Status {
    let target = Target::FalseAlarm {
        probability,
        horizon,
    };
    let effort = Effort {
        streams,
        seed,
        ..Effort::default()
    };
    // SAFETY: handles and pointers are as the header says.
    guard(|| unsafe { calibrate(config, quiet, count, block, target, effort, calibration) })
}

/// Frees a calibration; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_calibration_free(calibration: *mut Calibration) {
    // SAFETY: handles are as the header says.
    unsafe { free(calibration) }
}

/// The threshold.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_calibration_threshold(
    calibration: *const Calibration,
    threshold: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { get(calibration, "calibration", threshold, |c| c.0.threshold) }
}

/// What was asked for: "average_run_length" or "false_alarm", a string that is never freed,
/// and how much of it. Either output may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_calibration_target(
    calibration: *const Calibration,
    quantity: *mut *const c_char,
    target: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        write(calibration, |found| {
            let (quantity, target) = (Output::optional(quantity)?, Output::optional(target)?);
            let name = match found.quantity {
                Quantity::AverageRunLength => c"average_run_length",
                _ => c"false_alarm",
            };
            quantity.set(name.as_ptr());
            target.set(found.target);
            Ok(())
        })
    }
}

/// How much of it the threshold gives the simulated streams: the mean time to the first
/// alarm, in which a stream without one counts with the horizon, or the share of the
/// streams with an alarm within the horizon; its Monte Carlo standard error; and the ends
/// of a 95 % interval. For an average run length the upper end has room for what streams
/// without an alarm would have needed beyond the horizon; it is infinite if they give no
/// hint of it. Each output may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_calibration_achieved(
    calibration: *const Calibration,
    achieved: *mut f64,
    error: *mut f64,
    low: *mut f64,
    high: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        write(calibration, |found| {
            let (achieved, error) = (Output::optional(achieved)?, Output::optional(error)?);
            let (low, high) = (Output::optional(low)?, Output::optional(high)?);
            achieved.set(found.achieved);
            error.set(found.error);
            low.set(found.low);
            high.set(found.high);
            Ok(())
        })
    }
}

/// How many streams there were, how many observations each had at most, and the share of
/// them that had no alarm by then. Each output may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_calibration_effort(
    calibration: *const Calibration,
    streams: *mut usize,
    horizon: *mut usize,
    censored: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        write(calibration, |found| {
            let (streams, horizon) = (Output::optional(streams)?, Output::optional(horizon)?);
            let censored = Output::optional(censored)?;
            streams.set(found.streams);
            horizon.set(found.horizon);
            censored.set(found.censored);
            Ok(())
        })
    }
}

/// Lets `body` write something of a calibration.
///
/// # Safety
/// `calibration` is NULL or a live handle.
unsafe fn write(
    calibration: *const Calibration,
    body: impl FnOnce(&bocpd_core::calibrate::Calibration) -> Result<(), Failure>,
) -> Status {
    // SAFETY: the caller's promise.
    guard(|| body(unsafe { &shared(calibration, "calibration")?.0 }))
}

/// # Safety
/// `config` is NULL or a live handle that no other thread changes; `quiet` is NULL or has
/// `count` observations; `calibration` is NULL or may be written through.
unsafe fn calibrate(
    config: *const Config,
    quiet: *const f64,
    count: usize,
    block: usize,
    target: Target,
    effort: Effort,
    calibration: *mut *mut Calibration,
) -> Result<(), Failure> {
    // SAFETY: the caller's promise.
    let mut config = unsafe { shared(config, "config")? }.clone();
    let policy = config.plain.alarm.unwrap_or_default();
    // Nothing is to be written down.
    config.plain.history = History::Nothing;
    (config.plain.shifts, config.plain.alarm) = (false, None);
    let detector = config.build()?.detector;
    let quiet = if quiet.is_null() {
        Quiet::Model
    } else {
        // SAFETY: the caller's promise.
        let values = unsafe { rows_at(quiet, count, detector.dimension())? };
        Quiet::History { values, block }
    };
    let found = calibrate_detector(&detector, &policy, quiet, target, effort)?;
    // SAFETY: the caller's promise.
    unsafe { hand_over(Calibration(found), calibration) }
}
