//! What each number of an observation has to do with a change.

use core::ffi::c_char;

use bocpd_core::error::ReadoutError;

use crate::boundary::{Output, at, guard, shared};
use crate::detections::Detection;
use crate::status::Status;

/// Which number of an observation bocpd_detection_jump is about, from 0; 0 where there is one.
///
/// Errors: BOCPD_INDEX; BOCPD_UNSUPPORTED as for bocpd_detection_jump.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detection_jump_number(
    detection: *const Detection,
    which: usize,
    dimension: *mut usize,
) -> Status {
    guard(|| {
        // SAFETY: handles are as the header says.
        let detection = unsafe { shared(detection, "detection")? };
        let jump = at(&detection.found.changes, which)?.jump;
        let jump = jump.ok_or(ReadoutError::Model { what: "level" })?;
        // SAFETY: pointers are as the header says.
        unsafe { Output::new(dimension, "dimension")?.set(jump.dimension) }
        Ok(())
    })
}

/// What one of the numbers of an observation, from 0, has to do with the change at position
/// which: what it adds to the ln of the Bayes factor of the boundary (bocpd_segments_evidence),
/// which is the sum over all numbers and negative where the number by itself speaks against
/// the change; and how its level changed, as bocpd_detection_jump has it (the string lives as
/// long as the detection). If the model does not know its level, parameter is an empty string
/// and the three numbers after it are NaN. Each output may be NULL.
///
/// Errors: BOCPD_INDEX for either position; where observations are one number there are no
/// parts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detection_part(
    detection: *const Detection,
    which: usize,
    dimension: usize,
    ln_bayes_factor: *mut f64,
    parameter: *mut *const c_char,
    p_rose: *mut f64,
    difference: *mut f64,
    sd: *mut f64,
) -> Status {
    guard(|| {
        // SAFETY: handles are as the header says.
        let detection = unsafe { shared(detection, "detection")? };
        let part = at(&at(&detection.found.changes, which)?.parts, dimension)?;
        let name = at(at(&detection.part_names, which)?, dimension)?;
        let numbers = part
            .jump
            .map(|jump| [jump.p_rose, jump.difference, jump.sd]);
        let numbers = numbers.unwrap_or([f64::NAN; 3]);
        let ln_bayes_factor = Output::optional(ln_bayes_factor)?;
        let (parameter, p_rose) = (Output::optional(parameter)?, Output::optional(p_rose)?);
        let (difference, sd) = (Output::optional(difference)?, Output::optional(sd)?);
        // SAFETY: pointers are as the header says.
        unsafe {
            ln_bayes_factor.set(part.ln_bayes_factor);
            parameter.set(name.as_ptr());
            p_rose.set(numbers[0]);
            difference.set(numbers[1]);
            sd.set(numbers[2]);
        }
        Ok(())
    })
}
