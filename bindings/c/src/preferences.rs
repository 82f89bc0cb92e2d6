//! Which changes are wanted: how large, how far apart, how many.

use bocpd_core::Config as Plain;

use crate::boundary::{exclusive, guard};
use crate::config::Config;
use crate::status::Status;

/// Sets the power g, in [1e-6, 1], that the evidence of a segment counts with: with less than 1,
/// the default, large and long changes alone are found. Predictions stay those of the model.
///
/// Errors: BOCPD_INVALID_PARAMETER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_resolution(
    config: *mut Config,
    resolution: f64,
) -> Status {
    // SAFETY: handles are as the header says.
    unsafe { set(config, |plain| plain.resolution = resolution) }
}

/// Sets how many observations a segment has at least before it ends; 1 by default. The last one
/// of a series may have fewer, since it has not ended.
///
/// Errors: BOCPD_INVALID_PARAMETER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_min_segment(
    config: *mut Config,
    min_segment: u64,
) -> Status {
    // SAFETY: handles are as the header says.
    unsafe { set(config, |plain| plain.min_segment = min_segment) }
}

/// Sets how many times as frequent changes are as the hazard says; 1 by default. It multiplies
/// the prior odds of a change, where changes are rare: more finds more changes, less fewer.
///
/// Errors: BOCPD_INVALID_PARAMETER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_sensitivity(
    config: *mut Config,
    sensitivity: f64,
) -> Status {
    // SAFETY: handles are as the header says.
    unsafe { set(config, |plain| plain.sensitivity = sensitivity) }
}

/// Lets `change` set one of them; the configuration is as before if it cannot be used.
unsafe fn set(config: *mut Config, change: impl FnOnce(&mut Plain)) -> Status {
    guard(|| {
        // SAFETY: handles are as the header says.
        let config = unsafe { exclusive(config, "config")? };
        let mut plain = config.plain.clone();
        change(&mut plain);
        plain.check_preferences()?;
        config.plain = plain;
        Ok(())
    })
}
