//! When a change is worth waking somebody for.

use core::ffi::c_int;

use bocpd_core::{AlarmPolicy, ReadoutError, Shift};

use crate::boundary::{Output, exclusive, guard};
use crate::config::Config;
use crate::detector::{Detector, change, change_contents, read};
use crate::failure::Failure;
use crate::readouts::value;
use crate::status::Status;

/// Raises an alarm where the probability reaches threshold that a change not reported
/// before lies within the last window observations and has lasted for min_segment of
/// them already (which is what keeps a single wild point from being an alarm). No other
/// follows until the probability has fallen under clear, cool_down observations have
/// passed and, if latched is not 0, bocpd_detector_acknowledge was called.
///
/// Errors: BOCPD_INVALID_PARAMETER: threshold must lie in (0, 1], clear in
/// (0, threshold], min_segment in [1, window].
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

/// Hands over the oldest alarm that was not handed over yet: sets raised to 1 and the
/// other outputs; or sets raised to 0 and nothing else. Call it until then. Each output
/// but raised may be NULL: the index where the new segment most probably began; that of
/// the observation that raised the alarm; the probability that did; P(the level rose),
/// the expected difference of the levels, new less old, and its standard deviation, all
/// three NaN if the model does not know its level. At most 1024 alarms wait, the last
/// ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_next_alarm(
    detector: *mut Detector,
    raised: *mut c_int,
    began: *mut u64,
    noticed_at: *mut u64,
    probability: *mut f64,
    p_rose: *mut f64,
    difference: *mut f64,
    sd: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        change_contents(detector, |contents| {
            let raised = Output::new(raised, "raised")?;
            let (began, noticed_at) = (Output::optional(began)?, Output::optional(noticed_at)?);
            let probability = Output::optional(probability)?;
            let (p_rose, difference) = (Output::optional(p_rose)?, Output::optional(difference)?);
            let sd = Output::optional(sd)?;
            if contents.waiting.is_empty() {
                contents.waiting.extend(contents.detector.take_alarms());
            }
            let alarm = contents.waiting.pop_front();
            raised.set(c_int::from(alarm.is_some()));
            if let Some(alarm) = alarm {
                began.set(alarm.began);
                noticed_at.set(alarm.noticed_at);
                probability.set(alarm.probability);
                p_rose.set(alarm.shift.map_or(f64::NAN, |shift| shift.p_rose));
                difference.set(alarm.shift.map_or(f64::NAN, |shift| shift.difference));
                sd.set(alarm.shift.map_or(f64::NAN, |shift| shift.sd));
            }
            Ok(())
        })
    }
}

/// Lets go of a latched alarm.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_acknowledge(detector: *mut Detector) -> Status {
    // SAFETY: handles are as the header says.
    unsafe {
        change(detector, |detector| {
            detector.acknowledge();
            Ok(())
        })
    }
}

/// Whether the last alarm is still on (1) or not (0): its probability has not fallen, or
/// it is latched and was not acknowledged.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_alarm_is_on(
    detector: *const Detector,
    on: *mut c_int,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { value(detector, on, |detector| c_int::from(detector.alarm_is_on())) }
}

/// The probability that alarms go by, now; 0 if there are none.
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
/// be NULL. The level is the first parameter (bocpd_detector_parameter).
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
