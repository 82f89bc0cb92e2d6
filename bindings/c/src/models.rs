//! A setter for each model of the core's. Written by `cargo run -p bocpd-generate`.

use bocpd_core::config::ModelConfig;
use bocpd_core::defaults::Kind;

use crate::boundary::slice;
use crate::config::{Config, set_model, set_model_for, set_model_for_rows};
use crate::status::Status;

/// Real numbers, mean and variance unknown. Normal with a normal-inverse-gamma prior: the
/// variance is 1/tau with tau ~ Gamma(alpha, rate beta), the mean ~ N(mean, 1 / (kappa
/// tau)).
///
/// - mean: prior mean of the level
/// - kappa: how many observations the prior mean is worth
/// - alpha: half as many observations as the prior variance is worth
/// - beta: scale of the prior on the variance: about alpha times the variance
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_gaussian(
    config: *mut Config,
    mean: f64,
    kappa: f64,
    alpha: f64,
    beta: f64,
) -> Status {
    let it = ModelConfig::Gaussian {
        mean,
        kappa,
        alpha,
        beta,
    };
    // SAFETY: handles are as the header says.
    unsafe { set_model(config, || Ok(it)) }
}

/// Real numbers with outliers, degrees of freedom known. Student-t noise about an unknown
/// level, of unknown scale, by weighted updates: wild values move a segment little. The
/// prior is that of the Gaussian model, on the squared scale in place of the variance.
///
/// - mean: prior mean of the level
/// - kappa: how many observations the prior mean is worth
/// - alpha: half as many observations as the prior variance is worth
/// - beta: scale of the prior on the variance: about alpha times the variance
/// - nu: degrees of freedom
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_student_t(
    config: *mut Config,
    mean: f64,
    kappa: f64,
    alpha: f64,
    beta: f64,
    nu: f64,
) -> Status {
    let it = ModelConfig::StudentT {
        mean,
        kappa,
        alpha,
        beta,
        nu,
    };
    // SAFETY: handles are as the header says.
    unsafe { set_model(config, || Ok(it)) }
}

/// Real numbers with outliers, degrees of freedom learned. The Student-t model with one
/// of several degrees of freedom: every segment learns which.
///
/// - mean: prior mean of the level
/// - kappa: how many observations the prior mean is worth
/// - alpha: half as many observations as the prior variance is worth
/// - beta: scale of the prior on the variance: about alpha times the variance
/// - nu: the degrees of freedom to choose from (count values)
/// - nu_prior: prior weights of the degrees of freedom; all equal if not given (count
///   values or NULL)
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
    let it = || {
        // SAFETY: pointers are as the header says.
        let nu = unsafe { slice(nu, count, "nu")? }.to_vec();
        let nu_prior = if nu_prior.is_null() {
            None
        } else {
            // SAFETY: pointers are as the header says.
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
    unsafe { set_model(config, it) }
}

/// Counts, rate unknown. Poisson with rate ~ Gamma(shape, rate).
///
/// - shape: shape of the gamma prior on the rate
/// - rate: rate of the gamma prior: how many observations it is worth
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_poisson(
    config: *mut Config,
    shape: f64,
    rate: f64,
) -> Status {
    let it = ModelConfig::Poisson { shape, rate };
    // SAFETY: handles are as the header says.
    unsafe { set_model(config, || Ok(it)) }
}

/// Yes (1) or no (0), probability unknown. Bernoulli with probability ~ Beta(a, b).
///
/// - a: how many yeses, or successes, the prior is worth
/// - b: how many noes, or failures, the prior is worth
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_bernoulli(config: *mut Config, a: f64, b: f64) -> Status {
    let it = ModelConfig::Bernoulli { a, b };
    // SAFETY: handles are as the header says.
    unsafe { set_model(config, || Ok(it)) }
}

/// Successes out of a known number of trials, probability unknown. Binomial with
/// probability ~ Beta(a, b).
///
/// - a: how many yeses, or successes, the prior is worth
/// - b: how many noes, or failures, the prior is worth
/// - trials: trials of each observation
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_binomial(
    config: *mut Config,
    a: f64,
    b: f64,
    trials: u64,
) -> Status {
    let it = ModelConfig::Binomial { a, b, trials };
    // SAFETY: handles are as the header says.
    unsafe { set_model(config, || Ok(it)) }
}

/// Positive numbers of known shape (1: exponential), rate unknown. Gamma with rate ~
/// Gamma(shape, rate).
///
/// - shape: shape of the gamma prior on the rate
/// - rate: rate of the gamma prior: the sum of the observations that it is worth
/// - known_shape: shape of the observations themselves
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_gamma(
    config: *mut Config,
    shape: f64,
    rate: f64,
    known_shape: f64,
) -> Status {
    let it = ModelConfig::Gamma {
        shape,
        rate,
        known_shape,
    };
    // SAFETY: handles are as the header says.
    unsafe { set_model(config, || Ok(it)) }
}

/// Real numbers, mean unknown, variance known. Normal of the variance given, with mean ~
/// N(mean, variance / kappa).
///
/// - mean: prior mean of the level
/// - kappa: how many observations the prior mean is worth
/// - variance: variance of the observations within a segment
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_gaussian_known_variance(
    config: *mut Config,
    mean: f64,
    kappa: f64,
    variance: f64,
) -> Status {
    let it = ModelConfig::GaussianKnownVariance {
        mean,
        kappa,
        variance,
    };
    // SAFETY: handles are as the header says.
    unsafe { set_model(config, || Ok(it)) }
}

/// Positive numbers whose logarithm has unknown mean and variance. The Gaussian model for
/// the logarithm: its variance is 1/tau with tau ~ Gamma(alpha, rate beta), its mean ~
/// N(mean, 1 / (kappa tau)).
///
/// - mean: prior mean of the logarithm
/// - kappa: how many observations the prior mean is worth
/// - alpha: half as many observations as the prior variance is worth
/// - beta: scale of the prior on the variance of the logarithm: about alpha times it
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_log_normal(
    config: *mut Config,
    mean: f64,
    kappa: f64,
    alpha: f64,
    beta: f64,
) -> Status {
    let it = ModelConfig::LogNormal {
        mean,
        kappa,
        alpha,
        beta,
    };
    // SAFETY: handles are as the header says.
    unsafe { set_model(config, || Ok(it)) }
}

/// Real numbers with outliers, by weighted Gaussian updates. The Gaussian model, but an
/// observation enters with a power that falls with its distance: wild values move a
/// segment little. The prior is that of the Gaussian model.
///
/// - mean: prior mean of the level
/// - kappa: how many observations the prior mean is worth
/// - alpha: half as many observations as the prior variance is worth
/// - beta: scale of the prior on the variance: about alpha times the variance
/// - cutoff: how many predictive scales away an observation has half of its weight
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_weighted_gaussian(
    config: *mut Config,
    mean: f64,
    kappa: f64,
    alpha: f64,
    beta: f64,
    cutoff: f64,
) -> Status {
    let it = ModelConfig::WeightedGaussian {
        mean,
        kappa,
        alpha,
        beta,
        cutoff,
    };
    // SAFETY: handles are as the header says.
    unsafe { set_model(config, || Ok(it)) }
}

/// Real numbers about a level that may drift, rise or have a season. The Gaussian model
/// with more structure within a segment; all of it is off unless asked for. Variances and
/// standard deviations but alpha and beta are in units of those of the noise.
///
/// - mean: prior mean of the level
/// - kappa: how many observations the prior mean is worth
/// - alpha: half as many observations as the prior variance is worth
/// - beta: scale of the prior on the variance: about alpha times the variance
/// - phi: correlation of the noise between neighbours, of an AR(1) process; 0: white
///   noise
/// - drift: variance by which the level moves in a unit of time; 0: it stays
/// - slope: standard deviation of a segment's slope; 0: there is none
/// - slope_drift: variance by which the slope moves in a unit of time; 0: it stays
/// - period: length of the season; 0: there is none
/// - harmonics: how many harmonics the season has
/// - season: standard deviation of an amplitude of the season
/// - cauchy: scale of a Cauchy prior on the level about the prior mean, in place of
///   kappa; 0: none
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_structured_gaussian(
    config: *mut Config,
    mean: f64,
    kappa: f64,
    alpha: f64,
    beta: f64,
    phi: f64,
    drift: f64,
    slope: f64,
    slope_drift: f64,
    period: f64,
    harmonics: u32,
    season: f64,
    cauchy: f64,
) -> Status {
    let it = ModelConfig::StructuredGaussian {
        mean,
        kappa,
        alpha,
        beta,
        phi,
        drift,
        slope,
        slope_drift,
        period,
        harmonics,
        season,
        cauchy,
    };
    // SAFETY: handles are as the header says.
    unsafe { set_model(config, || Ok(it)) }
}

/// Real numbers regressed on the last ones, on time and on given features. Linear
/// regression with Gaussian noise within a segment: coefficients normal about 0, the
/// variance as in the Gaussian model, which it is without lags, slope and features.
/// Standard deviations but that of lags are in units of that of the noise.
///
/// - mean: prior mean of the intercept; lags are relative to it
/// - kappa: how many observations the prior mean is worth
/// - alpha: half as many observations as the prior variance is worth
/// - beta: scale of the prior on the variance of the noise: about alpha times it
/// - lags: how many of the last observations this one depends on
/// - lag_scale: standard deviation of the coefficient of a lag, for noise of variance
///   beta/alpha
/// - slope: standard deviation of a segment's slope; 0: there is none
/// - feature_scale: standard deviation of a feature's coefficient
/// - features: how many features come along with each observation
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_regression(
    config: *mut Config,
    mean: f64,
    kappa: f64,
    alpha: f64,
    beta: f64,
    lags: u32,
    lag_scale: f64,
    slope: f64,
    feature_scale: f64,
    features: u32,
) -> Status {
    let it = ModelConfig::Regression {
        mean,
        kappa,
        alpha,
        beta,
        lags,
        lag_scale,
        slope,
        feature_scale,
        features,
    };
    // SAFETY: handles are as the header says.
    unsafe { set_model(config, || Ok(it)) }
}

/// Positive numbers whose logarithm may drift, rise or have a season. The structured
/// Gaussian model for the logarithm: drifts, slopes and seasons are factors.
///
/// - mean: prior mean of the logarithm's level
/// - kappa: how many observations the prior mean is worth
/// - alpha: half as many observations as the prior variance is worth
/// - beta: scale of the prior on the variance: about alpha times the variance
/// - phi: correlation of the noise between neighbours, of an AR(1) process; 0: white
///   noise
/// - drift: variance by which the level moves in a unit of time; 0: it stays
/// - slope: standard deviation of a segment's slope; 0: there is none
/// - slope_drift: variance by which the slope moves in a unit of time; 0: it stays
/// - period: length of the season; 0: there is none
/// - harmonics: how many harmonics the season has
/// - season: standard deviation of an amplitude of the season
/// - cauchy: scale of a Cauchy prior on the level about the prior mean, in place of
///   kappa; 0: none
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_structured_log_normal(
    config: *mut Config,
    mean: f64,
    kappa: f64,
    alpha: f64,
    beta: f64,
    phi: f64,
    drift: f64,
    slope: f64,
    slope_drift: f64,
    period: f64,
    harmonics: u32,
    season: f64,
    cauchy: f64,
) -> Status {
    let it = ModelConfig::StructuredLogNormal {
        mean,
        kappa,
        alpha,
        beta,
        phi,
        drift,
        slope,
        slope_drift,
        period,
        harmonics,
        season,
        cauchy,
    };
    // SAFETY: handles are as the header says.
    unsafe { set_model(config, || Ok(it)) }
}

/// Waiting times: positive numbers or 0, rate unknown. Exponential with rate ~
/// Gamma(shape, rate).
///
/// - shape: shape of the gamma prior on the rate: how many observations it is worth
/// - rate: rate of the gamma prior: the sum of the observations that it is worth
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_exponential(
    config: *mut Config,
    shape: f64,
    rate: f64,
) -> Status {
    let it = ModelConfig::Exponential { shape, rate };
    // SAFETY: handles are as the header says.
    unsafe { set_model(config, || Ok(it)) }
}

/// Counts of failures before the first success, probability unknown. Geometric with
/// probability ~ Beta(a, b).
///
/// - a: how many successes the prior is worth
/// - b: how many failures the prior is worth
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_geometric(config: *mut Config, a: f64, b: f64) -> Status {
    let it = ModelConfig::Geometric { a, b };
    // SAFETY: handles are as the header says.
    unsafe { set_model(config, || Ok(it)) }
}

/// Counts more spread than Poisson ones, mean unknown, dispersion known. Negative
/// binomial, failures before so many successes, with probability of success ~ Beta(a, b):
/// the variance is mean + mean^2 / size.
///
/// - size: number of successes, an integer or not: the larger, the more like Poisson
///   counts
/// - a: how many successes the prior is worth
/// - b: how many failures the prior is worth
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_negative_binomial_known_size(
    config: *mut Config,
    size: f64,
    a: f64,
    b: f64,
) -> Status {
    let it = ModelConfig::NegativeBinomialKnownSize { size, a, b };
    // SAFETY: handles are as the header says.
    unsafe { set_model(config, || Ok(it)) }
}

/// Real numbers, mean known, variance unknown. Normal about the mean given, with
/// precision 1/variance ~ Gamma(alpha, beta).
///
/// - mean: mean of all observations
/// - alpha: half as many observations as the prior variance is worth
/// - beta: scale of the prior on the variance: about alpha times the variance
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_gaussian_known_mean(
    config: *mut Config,
    mean: f64,
    alpha: f64,
    beta: f64,
) -> Status {
    let it = ModelConfig::GaussianKnownMean { mean, alpha, beta };
    // SAFETY: handles are as the header says.
    unsafe { set_model(config, || Ok(it)) }
}

/// Counts over exposures that differ, rate unknown. Poisson with mean rate times
/// exposure, and rate ~ Gamma(shape, rate). The exposure comes along with each
/// observation, and is 1 if it does not.
///
/// - shape: shape of the gamma prior on the rate
/// - rate: rate of the gamma prior: the exposure that it is worth
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_poisson_exposure(
    config: *mut Config,
    shape: f64,
    rate: f64,
) -> Status {
    let it = ModelConfig::PoissonExposure { shape, rate };
    // SAFETY: handles are as the header says.
    unsafe { set_model(config, || Ok(it)) }
}

/// Successes out of numbers of trials that differ, probability unknown. Binomial with
/// probability ~ Beta(a, b). The number of trials comes along with each observation.
///
/// - a: how many yeses, or successes, the prior is worth
/// - b: how many noes, or failures, the prior is worth
/// - trials: trials of an observation that comes without their number
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_binomial_trials(
    config: *mut Config,
    a: f64,
    b: f64,
    trials: u64,
) -> Status {
    let it = ModelConfig::BinomialTrials { a, b, trials };
    // SAFETY: handles are as the header says.
    unsafe { set_model(config, || Ok(it)) }
}

/// Measurements with error bars, mean unknown. Normal with the standard deviation that
/// comes along with each observation, and mean ~ N(mean, level_variance).
///
/// - mean: prior mean of the level
/// - level_variance: prior variance of the level
/// - variance: variance of an observation that comes without an error bar
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_gaussian_error_bars(
    config: *mut Config,
    mean: f64,
    level_variance: f64,
    variance: f64,
) -> Status {
    let it = ModelConfig::GaussianErrorBars {
        mean,
        level_variance,
        variance,
    };
    // SAFETY: handles are as the header says.
    unsafe { set_model(config, || Ok(it)) }
}

/// Real numbers of known relative precision, mean and variance unknown. The Gaussian
/// model, but the variance of an observation is that of the segment divided by the weight
/// that comes along with it, and is 1 if it does not.
///
/// - mean: prior mean of the level
/// - kappa: how many observations of weight 1 the prior mean is worth
/// - alpha: half as many observations as the prior variance is worth
/// - beta: scale of the prior on the variance: about alpha times the variance
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_heteroscedastic_gaussian(
    config: *mut Config,
    mean: f64,
    kappa: f64,
    alpha: f64,
    beta: f64,
) -> Status {
    let it = ModelConfig::HeteroscedasticGaussian {
        mean,
        kappa,
        alpha,
        beta,
    };
    // SAFETY: handles are as the header says.
    unsafe { set_model(config, || Ok(it)) }
}

/// Several real numbers, means and covariance unknown. Multivariate normal with a
/// normal-inverse-Wishart prior: each number by itself follows the Gaussian model of its
/// mean and beta, and the prior knows of no correlation.
///
/// - mean: prior mean of the level of each number (count values)
/// - kappa: how many observations the prior means are worth
/// - alpha: half as many observations as the prior variances are worth
/// - beta: scale of the prior on the variance of each number: about alpha times it (count
///   values)
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_multivariate_gaussian(
    config: *mut Config,
    mean: *const f64,
    kappa: f64,
    alpha: f64,
    beta: *const f64,
    count: usize,
) -> Status {
    let it = || {
        // SAFETY: pointers are as the header says.
        let mean = unsafe { slice(mean, count, "mean")? }.to_vec();
        // SAFETY: pointers are as the header says.
        let beta = unsafe { slice(beta, count, "beta")? }.to_vec();

        Ok(ModelConfig::MultivariateGaussian {
            mean,
            kappa,
            alpha,
            beta,
        })
    };
    // SAFETY: handles are as the header says.
    unsafe { set_model(config, it) }
}

/// Which of several categories, numbered from 0, probabilities unknown. Categorical with
/// probabilities ~ Dirichlet(concentration). The level of a segment is the probability of
/// category 0.
///
/// - concentration: how many observations of each category the prior is worth
/// - categories: how many categories there are
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_categorical(
    config: *mut Config,
    concentration: f64,
    categories: u32,
) -> Status {
    let it = ModelConfig::Categorical {
        concentration,
        categories,
    };
    // SAFETY: handles are as the header says.
    unsafe { set_model(config, || Ok(it)) }
}

/// Counts with zeros of their own, as many or as few as there are. In two parts: whether
/// the count is positive, with probability ~ Beta(a, b); and what a positive count has
/// beyond 1, which is Poisson with rate ~ Gamma(shape, rate).
///
/// - a: how many positive counts the prior is worth
/// - b: how many zeros the prior is worth
/// - shape: shape of the gamma prior on the mean of positive counts less 1
/// - rate: rate of the gamma prior: how many positive counts it is worth
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_hurdle_poisson(
    config: *mut Config,
    a: f64,
    b: f64,
    shape: f64,
    rate: f64,
) -> Status {
    let it = ModelConfig::HurdlePoisson { a, b, shape, rate };
    // SAFETY: handles are as the header says.
    unsafe { set_model(config, || Ok(it)) }
}

/// Counts more spread than Poisson ones, mean and dispersion unknown. Negative binomial,
/// failures before so many successes, with a size that is one of several, in each segment
/// anew, and probability of success ~ Beta(1 + rate size, shape): the prior mean of a
/// count is shape / rate, the variance mean + mean^2 / size.
///
/// - shape: shape of the prior on the mean count, which is a gamma distribution for large
///   sizes
/// - rate: rate of that prior: how many observations it is worth
/// - sizes: the sizes to choose from: the larger, the more like Poisson counts (count
///   values)
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_negative_binomial_grid(
    config: *mut Config,
    shape: f64,
    rate: f64,
    sizes: *const f64,
    count: usize,
) -> Status {
    let it = || {
        // SAFETY: pointers are as the header says.
        let sizes = unsafe { slice(sizes, count, "sizes")? }.to_vec();

        Ok(ModelConfig::NegativeBinomialGrid { shape, rate, sizes })
    };
    // SAFETY: handles are as the header says.
    unsafe { set_model(config, it) }
}

/// Real numbers in noise whose variance wanders within a segment. The Gaussian model with
/// a level that may drift or rise and noise that may remember, whose variance is known
/// from about the last so many observations. Variances and standard deviations but alpha
/// and beta are in units of those of the noise.
///
/// - mean: prior mean of the level
/// - kappa: how many observations the prior mean is worth
/// - alpha: half as many observations as the prior variance is worth
/// - beta: scale of the prior on the variance: about alpha times the variance
/// - phi: correlation of the noise between neighbours, of an AR(1) process; 0: white
///   noise
/// - drift: variance by which the level moves in a unit of time; 0: it stays
/// - slope: standard deviation of a segment's slope; 0: there is none
/// - cauchy: scale of a Cauchy prior on the level about the prior mean, in place of
///   kappa; 0: none
/// - memory: how many observations the variance remembers
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_volatile_gaussian(
    config: *mut Config,
    mean: f64,
    kappa: f64,
    alpha: f64,
    beta: f64,
    phi: f64,
    drift: f64,
    slope: f64,
    cauchy: f64,
    memory: u32,
) -> Status {
    let it = ModelConfig::VolatileGaussian {
        mean,
        kappa,
        alpha,
        beta,
        phi,
        drift,
        slope,
        cauchy,
        memory,
    };
    // SAFETY: handles are as the header says.
    unsafe { set_model(config, || Ok(it)) }
}

/// bocpd_config_set_gaussian with a prior on the scale of the count values: mean at their
/// median, beta the square of their robust scale (1.4826 times the median absolute
/// deviation). values may be NULL if count is 0: the scale is then 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_gaussian_for(
    config: *mut Config,
    values: *const f64,
    count: usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { set_model_for(config, values, count, Kind::Gaussian) }
}

/// bocpd_config_set_student_t with a prior on the scale of the count values: mean at
/// their median, beta the square of their robust scale (1.4826 times the median absolute
/// deviation). values may be NULL if count is 0: the scale is then 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_student_t_for(
    config: *mut Config,
    values: *const f64,
    count: usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { set_model_for(config, values, count, Kind::StudentT) }
}

/// bocpd_config_set_student_t_grid with a prior on the scale of the count values: mean at
/// their median, beta the square of their robust scale (1.4826 times the median absolute
/// deviation). values may be NULL if count is 0: the scale is then 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_student_t_grid_for(
    config: *mut Config,
    values: *const f64,
    count: usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { set_model_for(config, values, count, Kind::StudentTGrid) }
}

/// bocpd_config_set_poisson with a prior on the scale of the count values: an exponential
/// prior whose mean is theirs. values may be NULL if count is 0: the scale is then 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_poisson_for(
    config: *mut Config,
    values: *const f64,
    count: usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { set_model_for(config, values, count, Kind::Poisson) }
}

/// bocpd_config_set_gamma with a prior on the scale of the count values: a prior worth
/// one observation at their mean. values may be NULL if count is 0: the scale is then 1.
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

/// bocpd_config_set_gaussian_known_variance with a prior on the scale of the count
/// values: mean at their median, the variance the square of their robust scale (1.4826
/// times the median absolute deviation). values may be NULL if count is 0: the scale is
/// then 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_gaussian_known_variance_for(
    config: *mut Config,
    values: *const f64,
    count: usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { set_model_for(config, values, count, Kind::GaussianKnownVariance) }
}

/// bocpd_config_set_log_normal with a prior on the scale of the count values: mean at the
/// median of their logarithms, beta the square of the logarithms' robust scale (1.4826
/// times the median absolute deviation). values may be NULL if count is 0: the scale is
/// then 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_log_normal_for(
    config: *mut Config,
    values: *const f64,
    count: usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { set_model_for(config, values, count, Kind::LogNormal) }
}

/// bocpd_config_set_weighted_gaussian with a prior on the scale of the count values: mean
/// at their median, beta the square of their robust scale (1.4826 times the median
/// absolute deviation). values may be NULL if count is 0: the scale is then 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_weighted_gaussian_for(
    config: *mut Config,
    values: *const f64,
    count: usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { set_model_for(config, values, count, Kind::WeightedGaussian) }
}

/// bocpd_config_set_structured_gaussian with a prior on the scale of the count values:
/// mean at their median, beta the square of their robust scale (1.4826 times the median
/// absolute deviation). values may be NULL if count is 0: the scale is then 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_structured_gaussian_for(
    config: *mut Config,
    values: *const f64,
    count: usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { set_model_for(config, values, count, Kind::StructuredGaussian) }
}

/// bocpd_config_set_regression with a prior on the scale of the count values: mean at
/// their median, beta the square of their robust scale (1.4826 times the median absolute
/// deviation). values may be NULL if count is 0: the scale is then 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_regression_for(
    config: *mut Config,
    values: *const f64,
    count: usize,
    features: u32,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { set_model_for(config, values, count, Kind::Regression { features }) }
}

/// bocpd_config_set_structured_log_normal with a prior on the scale of the count values:
/// mean at the median of their logarithms, beta the square of the logarithms' robust
/// scale (1.4826 times the median absolute deviation). values may be NULL if count is 0:
/// the scale is then 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_structured_log_normal_for(
    config: *mut Config,
    values: *const f64,
    count: usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { set_model_for(config, values, count, Kind::StructuredLogNormal) }
}

/// bocpd_config_set_exponential with a prior on the scale of the count values: a prior
/// worth one observation at their mean. values may be NULL if count is 0: the scale is
/// then 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_exponential_for(
    config: *mut Config,
    values: *const f64,
    count: usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { set_model_for(config, values, count, Kind::Exponential) }
}

/// bocpd_config_set_geometric with a prior on the scale of the count values: a prior on
/// the probability that has its mean where the mean count is theirs. values may be NULL
/// if count is 0: the scale is then 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_geometric_for(
    config: *mut Config,
    values: *const f64,
    count: usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { set_model_for(config, values, count, Kind::Geometric) }
}

/// bocpd_config_set_negative_binomial_known_size with a prior on the scale of the count
/// values: size from the differences of neighbours, and a prior on the probability that
/// has its mean where the mean count is theirs. values may be NULL if count is 0: the
/// scale is then 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_negative_binomial_known_size_for(
    config: *mut Config,
    values: *const f64,
    count: usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { set_model_for(config, values, count, Kind::NegativeBinomialKnownSize) }
}

/// bocpd_config_set_gaussian_known_mean with a prior on the scale of the count values:
/// mean at their median, beta the square of their robust scale (1.4826 times the median
/// absolute deviation). values may be NULL if count is 0: the scale is then 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_gaussian_known_mean_for(
    config: *mut Config,
    values: *const f64,
    count: usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { set_model_for(config, values, count, Kind::GaussianKnownMean) }
}

/// bocpd_config_set_poisson_exposure with a prior on the scale of the count values: an
/// exponential prior whose mean is that of counts by exposure. values may be NULL if
/// count is 0: the scale is then 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_poisson_exposure_for(
    config: *mut Config,
    values: *const f64,
    count: usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { set_model_for(config, values, count, Kind::PoissonExposure) }
}

/// bocpd_config_set_gaussian_error_bars with a prior on the scale of the count values:
/// mean at their median, both variances the square of their robust scale (1.4826 times
/// the median absolute deviation). values may be NULL if count is 0: the scale is then 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_gaussian_error_bars_for(
    config: *mut Config,
    values: *const f64,
    count: usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { set_model_for(config, values, count, Kind::GaussianErrorBars) }
}

/// bocpd_config_set_heteroscedastic_gaussian with a prior on the scale of the count
/// values: mean at their median, beta the square of their robust scale (1.4826 times the
/// median absolute deviation). values may be NULL if count is 0: the scale is then 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_heteroscedastic_gaussian_for(
    config: *mut Config,
    values: *const f64,
    count: usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { set_model_for(config, values, count, Kind::HeteroscedasticGaussian) }
}

/// bocpd_config_set_multivariate_gaussian with a prior on the scale of the count rows of
/// dimension numbers each: of each number mean at the median, beta the square of the
/// robust scale (1.4826 times the median absolute deviation). values may be NULL if count
/// is 0: the scale is then 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_multivariate_gaussian_for(
    config: *mut Config,
    values: *const f64,
    count: usize,
    dimension: usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { set_model_for_rows(config, values, count, dimension, Kind::MultivariateGaussian) }
}

/// bocpd_config_set_categorical with a prior on the scale of the count values: as many
/// categories as the largest number says. values may be NULL if count is 0: the scale is
/// then 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_categorical_for(
    config: *mut Config,
    values: *const f64,
    count: usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { set_model_for(config, values, count, Kind::Categorical) }
}

/// bocpd_config_set_hurdle_poisson with a prior on the scale of the count values: an
/// exponential prior whose mean is that of the positive ones less 1. values may be NULL
/// if count is 0: the scale is then 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_hurdle_poisson_for(
    config: *mut Config,
    values: *const f64,
    count: usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { set_model_for(config, values, count, Kind::HurdlePoisson) }
}

/// bocpd_config_set_negative_binomial_grid with a prior on the scale of the count values:
/// a prior whose mean is theirs. values may be NULL if count is 0: the scale is then 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_negative_binomial_grid_for(
    config: *mut Config,
    values: *const f64,
    count: usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { set_model_for(config, values, count, Kind::NegativeBinomialGrid) }
}

/// bocpd_config_set_volatile_gaussian with a prior on the scale of the count values: mean
/// at their median, beta the square of their robust scale (1.4826 times the median
/// absolute deviation). values may be NULL if count is 0: the scale is then 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_volatile_gaussian_for(
    config: *mut Config,
    values: *const f64,
    count: usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { set_model_for(config, values, count, Kind::VolatileGaussian) }
}
