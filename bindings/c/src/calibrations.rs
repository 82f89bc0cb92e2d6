//! The alarm threshold that keeps a promise.

use bocpd_core::{Effort, Keep, Quiet, Target, calibrate_detector};

use crate::boundary::{Output, free, get, guard, room, rows_at, shared};
use crate::config::{Config, hand_over};
use crate::failure::Failure;
use crate::status::Status;

/// A threshold and what it achieves.
pub struct Calibration(bocpd_core::Calibration);

/// Finds the threshold for bocpd_config_set_alarm that gives false alarms
/// average_run_length observations apart, on average. The other limits are those of the
/// configuration's alarm; if it has none, window 50 and min_segment 3.
///
/// streams quiet streams are run through a detector, of average_run_length observations
/// each, but at most longest (beyond, it is extrapolated); 1000 and 1000 are a start. They
/// are drawn, the same for the same seed, from the count observations of a history without
/// changes at quiet, in blocks of block consecutive ones (1 where observations are
/// independent); or, if quiet is NULL, simulated from the model with parameters from the
/// prior. To be freed.
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
        longest,
        seed,
    };
    // SAFETY: handles and pointers are as the header says.
    guard(|| unsafe { calibrate(config, quiet, count, block, target, effort, calibration) })
}

/// bocpd_calibrate_average_run_length for another promise: a false alarm within horizon
/// observations with this probability.
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

/// The share of the streams that this threshold alarms, and its Monte Carlo standard
/// error. Either output may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_calibration_false_alarms(
    calibration: *const Calibration,
    share: *mut f64,
    error: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        pair(calibration, share, error, |c| {
            (c.false_alarms, c.false_alarms_error)
        })
    }
}

/// The average number of observations until a false alarm that follows from this, and its
/// Monte Carlo standard error. Either output may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_calibration_average_run_length(
    calibration: *const Calibration,
    average: *mut f64,
    error: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        pair(calibration, average, error, |c| {
            (c.average_run_length, c.average_run_length_error)
        })
    }
}

/// How many streams there were, and of how many observations each. Either output may be
/// NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_calibration_effort(
    calibration: *const Calibration,
    streams: *mut usize,
    horizon: *mut usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { pair(calibration, streams, horizon, |c| (c.streams, c.horizon)) }
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
    room::<f64>("streams", effort.streams)?;
    if let Target::FalseAlarm { horizon, .. } = target {
        room::<f64>("horizon", horizon)?;
    }
    // SAFETY: the caller's promise.
    let mut config = unsafe { shared(config, "config")? }.clone();
    let policy = config.plain.alarm.unwrap_or_default();
    // Nothing is to be written down.
    config.plain.history = Keep::Nothing;
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

/// Two values of a calibration.
///
/// # Safety
/// `calibration` is NULL or a live handle; the outputs are NULL or may be written through.
unsafe fn pair<A, B>(
    calibration: *const Calibration,
    first: *mut A,
    second: *mut B,
    values: impl FnOnce(&bocpd_core::Calibration) -> (A, B),
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let calibration = unsafe { shared(calibration, "calibration")? };
        let (first, second) = (Output::optional(first)?, Output::optional(second)?);
        let values = values(&calibration.0);
        // SAFETY: the caller's promise.
        unsafe {
            first.set(values.0);
            second.set(values.1);
        }
        Ok(())
    })
}
