//! A setter for each hazard of the core's. Written by `cargo run -p bocpd-generate`.

use bocpd_core::config::HazardConfig;

use crate::boundary::slice;
use crate::config::{Config, set_hazard};
use crate::status::Status;

/// A change is equally likely at any length. h(l) = 1 / mean_run_length.
///
/// - mean_run_length: mean length of a segment, in observations
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_constant_hazard(
    config: *mut Config,
    mean_run_length: f64,
) -> Status {
    let it = HazardConfig::Constant { mean_run_length };
    // SAFETY: handles are as the header says.
    unsafe { set_hazard(config, || Ok(it)) }
}

/// A change is equally likely at any time, for observations at irregular times.
///
/// - per_unit_time: changes expected in a unit of time
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_rate_hazard(
    config: *mut Config,
    per_unit_time: f64,
) -> Status {
    let it = HazardConfig::Rate { per_unit_time };
    // SAFETY: handles are as the header says.
    unsafe { set_hazard(config, || Ok(it)) }
}

/// Weibull lengths: with a shape above 1 old segments end sooner, below 1 later.
///
/// - shape: shape of the distribution of lengths
/// - scale: scale of the distribution of lengths, in observations
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_weibull_hazard(
    config: *mut Config,
    shape: f64,
    scale: f64,
) -> Status {
    let it = HazardConfig::Weibull { shape, scale };
    // SAFETY: handles are as the header says.
    unsafe { set_hazard(config, || Ok(it)) }
}

/// Log-logistic lengths: with a shape above 1 the hazard rises, then falls. The scale is
/// the median length, less one.
///
/// - shape: shape of the distribution of lengths
/// - scale: scale of the distribution of lengths, in observations
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_log_logistic_hazard(
    config: *mut Config,
    shape: f64,
    scale: f64,
) -> Status {
    let it = HazardConfig::LogLogistic { shape, scale };
    // SAFETY: handles are as the header says.
    unsafe { set_hazard(config, || Ok(it)) }
}

/// Negative binomial lengths: the sum of k geometric ones.
///
/// - k: segments last until so many successes
/// - p: the probability of each success
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_negative_binomial_hazard(
    config: *mut Config,
    k: u32,
    p: f64,
) -> Status {
    let it = HazardConfig::NegativeBinomial { k, p };
    // SAFETY: handles are as the header says.
    unsafe { set_hazard(config, || Ok(it)) }
}

/// Its values, length by length.
///
/// - hazards: P(a segment ends after 1, 2, ... observations | it reached them); the last
///   repeats (count values)
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_table_hazard(
    config: *mut Config,
    hazards: *const f64,
    count: usize,
) -> Status {
    let it = || {
        // SAFETY: pointers are as the header says.
        let hazards = unsafe { slice(hazards, count, "hazards")? }.to_vec();

        Ok(HazardConfig::Table { hazards })
    };
    // SAFETY: handles are as the header says.
    unsafe { set_hazard(config, it) }
}

/// A constant hazard whose mean length is one of several; the observations say which. All
/// are equally probable at first.
///
/// - mean_run_lengths: the mean lengths of a segment to choose from, in observations
///   (count values)
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_constant_grid_hazard(
    config: *mut Config,
    mean_run_lengths: *const f64,
    count: usize,
) -> Status {
    let it = || {
        // SAFETY: pointers are as the header says.
        let mean_run_lengths =
            unsafe { slice(mean_run_lengths, count, "mean_run_lengths")? }.to_vec();

        Ok(HazardConfig::ConstantGrid { mean_run_lengths })
    };
    // SAFETY: handles are as the header says.
    unsafe { set_hazard(config, it) }
}
