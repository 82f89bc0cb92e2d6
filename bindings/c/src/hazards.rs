//! A setter for each hazard of the core's.

use bocpd_core::HazardConfig;

use crate::boundary::slice;
use crate::config::{Config, set_hazard};
use crate::status::Status;

/// h(l) = 1 / mean_run_length: segments of any age end with equal probability.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_constant_hazard(
    config: *mut Config,
    mean_run_length: f64,
) -> Status {
    let hazard = HazardConfig::Constant { mean_run_length };
    // SAFETY: handles are as the header says.
    unsafe { set_hazard(config, || Ok(hazard)) }
}

/// Changes come at this rate per unit of time; for observations at irregular times.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_rate_hazard(
    config: *mut Config,
    per_unit_time: f64,
) -> Status {
    let hazard = HazardConfig::Rate { per_unit_time };
    // SAFETY: handles are as the header says.
    unsafe { set_hazard(config, || Ok(hazard)) }
}

/// Segment lengths are Weibull: shape over 1 means that old segments end sooner.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_weibull_hazard(
    config: *mut Config,
    shape: f64,
    scale: f64,
) -> Status {
    let hazard = HazardConfig::Weibull { shape, scale };
    // SAFETY: handles are as the header says.
    unsafe { set_hazard(config, || Ok(hazard)) }
}

/// Segment lengths are log-logistic: the hazard rises, then falls, if shape is over
/// 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_log_logistic_hazard(
    config: *mut Config,
    shape: f64,
    scale: f64,
) -> Status {
    let hazard = HazardConfig::LogLogistic { shape, scale };
    // SAFETY: handles are as the header says.
    unsafe { set_hazard(config, || Ok(hazard)) }
}

/// Segment lengths are negative binomial: the sum of k geometric ones with
/// probability p.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_negative_binomial_hazard(
    config: *mut Config,
    k: u32,
    p: f64,
) -> Status {
    let hazard = HazardConfig::NegativeBinomial { k, p };
    // SAFETY: handles are as the header says.
    unsafe { set_hazard(config, || Ok(hazard)) }
}

/// h(1), h(2), ..., h(count); the last value holds for every greater length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_table_hazard(
    config: *mut Config,
    hazards: *const f64,
    count: usize,
) -> Status {
    let hazard = || {
        // SAFETY: pointers are as the header says.
        let hazards = unsafe { slice(hazards, count, "hazards")? }.to_vec();
        Ok(HazardConfig::Table { hazards })
    };
    // SAFETY: handles are as the header says.
    unsafe { set_hazard(config, hazard) }
}
