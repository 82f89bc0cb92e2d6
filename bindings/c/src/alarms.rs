//! When a change is worth waking somebody for.

use core::ffi::c_int;

use bocpd_core::alarm::{Alarm, AlarmPolicy};
use bocpd_core::error::ReadoutError;
use bocpd_core::readout::Shift;

use crate::boundary::{Output, at, check_aligned, exclusive, free, get, guard, shared};
use crate::config::{Config, hand_over};
use crate::detector::{Detector, change, check_whole, read};
use crate::failure::Failure;
use crate::readouts::value;
use crate::status::Status;

/// Alarms that were raised.
pub struct Alarms(Vec<Alarm>);

/// Raises an alarm where the probability reaches threshold that a change which no alarm has
/// reported lies within the last window observations and has lasted for min_segment of them
/// already (which is what keeps a single wild point from being an alarm). The start of the
/// first segment is no change, and what began before an alarm, or with it, is reported.
///
/// The alarm is on until the probability falls under clear that what it reported is still
/// the last change and lies within the window; segments too young to count speak neither
/// for nor against it. The next alarm needs the last one to be off, cool_down observations
/// after it and, if latched is not 0, a call of bocpd_detector_acknowledge.
///
/// Errors: BOCPD_INVALID_PARAMETER: threshold must lie in (0, 1], clear in
/// (0, threshold], window must be positive, min_segment in [1, window].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_alarm(
    config: *mut Config,
    threshold: f64,
    window: u64,
    min_segment: u64,
    clear: f64,
    cool_down: u64,
    latched: c_int,
) -> Status {
    let policy = AlarmPolicy {
        threshold,
        window,
        min_segment,
        clear,
        cool_down,
        latched: latched != 0,
    };
    // SAFETY: handles are as the header says.
    unsafe { set_alarm(config, policy) }
}

/// The usual alarm at this threshold, such as a calibration gives: window 50, min_segment 3,
/// cleared under 0.5 or under the threshold if that is lower, no cool-down, not latched.
///
/// Errors: BOCPD_INVALID_PARAMETER: threshold must lie in (0, 1].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_alarm_at(config: *mut Config, threshold: f64) -> Status {
    // SAFETY: handles are as the header says.
    unsafe { set_alarm(config, AlarmPolicy::at(threshold)) }
}

/// Raises no alarms: the default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_no_alarm(config: *mut Config) -> Status {
    guard(|| {
        // SAFETY: handles are as the header says.
        unsafe { exclusive(config, "config")? }.plain.alarm = None;
        Ok(())
    })
}

/// Follows, if on is not 0, in which direction and by how much the level changed
/// (bocpd_detector_shift). With alarms it is always followed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_shifts(config: *mut Config, on: c_int) -> Status {
    guard(|| {
        // SAFETY: handles are as the header says.
        unsafe { exclusive(config, "config")? }.plain.shifts = on != 0;
        Ok(())
    })
}

/// # Safety
/// `config` is NULL or a live handle that no one else uses.
unsafe fn set_alarm(config: *mut Config, policy: AlarmPolicy) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let config = unsafe { exclusive(config, "config")? };
        policy.check()?;
        config.plain.alarm = Some(policy);
        Ok(())
    })
}

/// Takes the alarms raised since the last time, oldest first; there may be none. At most
/// 1024 wait, the last ones. To be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_take_alarms(
    detector: *mut Detector,
    alarms: *mut *mut Alarms,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        change(detector, |detector| {
            // Before they are taken: otherwise they would be lost.
            check_aligned(alarms, "the output")?;
            check_whole(detector)?;
            hand_over(Alarms(detector.take_alarms()), alarms)
        })
    }
}

/// Frees alarms; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_alarms_free(alarms: *mut Alarms) {
    // SAFETY: handles are as the header says.
    unsafe { free(alarms) }
}

/// How many alarms there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_alarms_count(alarms: *const Alarms, count: *mut usize) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { get(alarms, "alarms", count, |alarms| alarms.0.len()) }
}

/// The alarm at position which (less than the count): the index where the new segment most
/// probably began, that of the observation that raised the alarm, and the probability that
/// did. Each output may be NULL.
///
/// Errors: BOCPD_INDEX.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_alarms_alarm(
    alarms: *const Alarms,
    which: usize,
    began: *mut u64,
    noticed_at: *mut u64,
    probability: *mut f64,
) -> Status {
    guard(|| {
        // SAFETY: handles are as the header says.
        let alarm = at(unsafe { &shared(alarms, "alarms")?.0 }, which)?;
        let (began, noticed_at) = (Output::optional(began)?, Output::optional(noticed_at)?);
        let probability = Output::optional(probability)?;
        // SAFETY: pointers are as the header says.
        unsafe {
            began.set(alarm.began);
            noticed_at.set(alarm.noticed_at);
            probability.set(alarm.probability);
        }
        Ok(())
    })
}

/// How the level changed with the alarm at position which, as bocpd_detector_shift_between
/// said where the alarm looked for the change. Each output may be NULL.
///
/// Errors: BOCPD_INDEX; BOCPD_UNSUPPORTED for own models without level functions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_alarms_shift(
    alarms: *const Alarms,
    which: usize,
    probability: *mut f64,
    p_rose: *mut f64,
    difference: *mut f64,
    sd: *mut f64,
) -> Status {
    guard(|| {
        // SAFETY: handles are as the header says.
        let alarm = at(unsafe { &shared(alarms, "alarms")?.0 }, which)?;
        let shift = alarm.shift.ok_or(ReadoutError::Model { what: "level" })?;
        // SAFETY: pointers are as the header says.
        unsafe { write_shift([probability, p_rose, difference, sd], || Ok(Some(shift))) }
    })
}

/// Lets go of a latched alarm.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_acknowledge(detector: *mut Detector) -> Status {
    // SAFETY: handles are as the header says.
    unsafe {
        change(detector, |detector| {
            check_whole(detector)?;
            detector.acknowledge();
            Ok(())
        })
    }
}

/// Whether the last alarm is still on (1) or not (0): its probability has not fallen under
/// clear, or it is latched and was not acknowledged.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_alarm_is_on(
    detector: *const Detector,
    on: *mut c_int,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { value(detector, on, |detector| c_int::from(detector.alarm_is_on())) }
}

/// The probability that is held against the threshold, now: of a change that no alarm has
/// reported, so 0 right after an alarm. 0 without alarms.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_alarm_probability(
    detector: *const Detector,
    probability: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        value(detector, probability, |detector| {
            detector.alarm_probability()
        })
    }
}

/// How the level changed at the start of the current segment: P(the current segment is not
/// the first), and given that, P(the level rose), the expected difference, new less old,
/// and its standard deviation. If the probability is 0 the others are NaN. Each output may
/// be NULL. The level is the first parameter (bocpd_detector_parameter), so that of the first
/// number where an observation has several.
///
/// Errors: BOCPD_NOT_FOLLOWED; BOCPD_UNSUPPORTED for own models without level functions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_shift(
    detector: *const Detector,
    probability: *mut f64,
    p_rose: *mut f64,
    difference: *mut f64,
    sd: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        read(detector, |detector| {
            let outputs = [probability, p_rose, difference, sd];
            write_shift(outputs, || detector.shift())
        })
    }
}

/// bocpd_detector_shift, given that the current segment began at one of low, ..., high;
/// probability is that of it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_shift_between(
    detector: *const Detector,
    low: u64,
    high: u64,
    probability: *mut f64,
    p_rose: *mut f64,
    difference: *mut f64,
    sd: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        read(detector, |detector| {
            let outputs = [probability, p_rose, difference, sd];
            write_shift(outputs, || detector.shift_between(low, high))
        })
    }
}

/// # Safety
/// The outputs are NULL or may be written through.
unsafe fn write_shift(
    [probability, p_rose, difference, sd]: [*mut f64; 4],
    shift: impl FnOnce() -> Result<Option<Shift>, ReadoutError>,
) -> Result<(), Failure> {
    let (probability, p_rose) = (Output::optional(probability)?, Output::optional(p_rose)?);
    let (difference, sd) = (Output::optional(difference)?, Output::optional(sd)?);
    let shift = shift()?;
    // SAFETY: the caller's promise.
    unsafe {
        probability.set(shift.map_or(0.0, |shift| shift.probability));
        p_rose.set(shift.map_or(f64::NAN, |shift| shift.p_rose));
        difference.set(shift.map_or(f64::NAN, |shift| shift.difference));
        sd.set(shift.map_or(f64::NAN, |shift| shift.sd));
    }
    Ok(())
}
