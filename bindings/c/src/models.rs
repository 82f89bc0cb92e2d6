//! A setter for each model of the core's.

use bocpd_core::ModelConfig;
use bocpd_core::defaults::{Kind, model_for};

use crate::boundary::slice;
use crate::config::{Config, set_model};
use crate::status::Status;

/// Real numbers, normal with unknown mean and variance. Prior: variance 1/tau with
/// tau ~ Gamma(alpha, rate beta), mean ~ N(mean, 1 / (kappa tau)).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_gaussian(
    config: *mut Config,
    mean: f64,
    kappa: f64,
    alpha: f64,
    beta: f64,
) -> Status {
    let model = ModelConfig::Gaussian {
        mean,
        kappa,
        alpha,
        beta,
    };
    // SAFETY: handles are as the header says.
    unsafe { set_model(config, || Ok(model)) }
}

/// Real numbers with outliers, Student-t with nu degrees of freedom around an
/// unknown mean, with unknown scale (weighted statistics; prior as for the Gaussian
/// model).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_student_t(
    config: *mut Config,
    mean: f64,
    kappa: f64,
    alpha: f64,
    beta: f64,
    nu: f64,
) -> Status {
    let model = ModelConfig::StudentT {
        mean,
        kappa,
        alpha,
        beta,
        nu,
    };
    // SAFETY: handles are as the header says.
    unsafe { set_model(config, || Ok(model)) }
}

/// Student-t with unknown degrees of freedom: one of the count values at nu, with
/// the prior probabilities at nu_prior, or equal ones if nu_prior is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_student_t_grid(
    config: *mut Config,
    mean: f64,
    kappa: f64,
    alpha: f64,
    beta: f64,
    nu: *const f64,
    nu_prior: *const f64,
    count: usize,
) -> Status {
    let model = || {
        // SAFETY: pointers are as the header says.
        let nu = unsafe { slice(nu, count, "nu")? }.to_vec();
        let nu_prior = if nu_prior.is_null() {
            None
        } else {
            // SAFETY: as above.
            Some(unsafe { slice(nu_prior, count, "nu_prior")? }.to_vec())
        };
        Ok(ModelConfig::StudentTGrid {
            mean,
            kappa,
            alpha,
            beta,
            nu,
            nu_prior,
        })
    };
    // SAFETY: handles are as the header says.
    unsafe { set_model(config, model) }
}

/// Counts, Poisson with unknown rate ~ Gamma(shape, rate).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_poisson(
    config: *mut Config,
    shape: f64,
    rate: f64,
) -> Status {
    let model = ModelConfig::Poisson { shape, rate };
    // SAFETY: handles are as the header says.
    unsafe { set_model(config, || Ok(model)) }
}

/// Yes (1) or no (0), with unknown probability ~ Beta(a, b).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_bernoulli(config: *mut Config, a: f64, b: f64) -> Status {
    let model = ModelConfig::Bernoulli { a, b };
    // SAFETY: handles are as the header says.
    unsafe { set_model(config, || Ok(model)) }
}

/// Successes among a fixed number of trials, with unknown probability ~ Beta(a, b).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_binomial(
    config: *mut Config,
    a: f64,
    b: f64,
    trials: u64,
) -> Status {
    let model = ModelConfig::Binomial { a, b, trials };
    // SAFETY: handles are as the header says.
    unsafe { set_model(config, || Ok(model)) }
}

/// Positive numbers, gamma with known shape and unknown rate ~ Gamma(shape, rate).
/// A known_shape of 1 is the exponential distribution.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_gamma(
    config: *mut Config,
    shape: f64,
    rate: f64,
    known_shape: f64,
) -> Status {
    let model = ModelConfig::Gamma {
        shape,
        rate,
        known_shape,
    };
    // SAFETY: handles are as the header says.
    unsafe { set_model(config, || Ok(model)) }
}

/// The Gaussian model with a prior on the scale of the count values: mean at their
/// median, kappa = alpha = 1, beta the square of their robust scale (the median absolute
/// deviation). What bocpd_config_for sets. values may be NULL if count is 0: the scale
/// is then 1; so also for the models below.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_gaussian_for(
    config: *mut Config,
    values: *const f64,
    count: usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { set_model_for(config, values, count, Kind::Gaussian) }
}

/// The Student-t model with 4 degrees of freedom and that prior.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_student_t_for(
    config: *mut Config,
    values: *const f64,
    count: usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { set_model_for(config, values, count, Kind::StudentT) }
}

/// The Student-t model with 2, 4, 8, 16 or 64 degrees of freedom and that prior.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_student_t_grid_for(
    config: *mut Config,
    values: *const f64,
    count: usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { set_model_for(config, values, count, Kind::StudentTGrid) }
}

/// The Poisson model with an exponential prior whose mean is that of the values.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_poisson_for(
    config: *mut Config,
    values: *const f64,
    count: usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { set_model_for(config, values, count, Kind::Poisson) }
}

/// The gamma model with a prior worth one observation at the mean of the values.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_gamma_for(
    config: *mut Config,
    values: *const f64,
    count: usize,
    known_shape: f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { set_model_for(config, values, count, Kind::Gamma { known_shape }) }
}

/// # Safety
/// `config` is NULL or a live handle that no one else uses; `values` is NULL or has `count`
/// numbers.
unsafe fn set_model_for(
    config: *mut Config,
    values: *const f64,
    count: usize,
    kind: Kind,
) -> Status {
    // SAFETY: the caller's promise.
    unsafe {
        set_model(config, || {
            Ok(model_for(kind, slice(values, count, "values")?))
        })
    }
}
