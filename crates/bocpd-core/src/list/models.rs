//! The list of models.
//!
//! ```text
//! /// What observations are, in one line.
//! ///
//! /// Likelihood and prior.
//! Type(code, "name"): observations[, beside what comes along with each][, of several] {
//!     /// What the parameter means, in one line.
//!     parameter: type as LIMITS, default;
//!     known
//!     /// What observations are like and no data can tell.
//!     parameter: type as LIMITS, default;
//!     check further(condition, on, parameters);      optional
//! }
//! from_data "how the prior is made from data";       if a default is
//! advice "what to know when choosing it";
//! words "what is assumed: {parameter}", for_braces;
//! ```
//!
//! The order of parameters is that of the type's `new`. A default is one of
//!
//! ```text
//! default 1.0           the same whatever the data
//! from |series| …       what fits a series
//! same other            the value of a parameter that is known
//! required              none: only for what is known
//! ```
//!
//! Codes stand in snapshots: a new model takes the next one that is free, and no code is ever
//! given to another model. (0 to 6 are the positions that format 1 wrote; 7 is a model of the
//! caller's.)

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::Series;
use super::spec::{Given, ModelSpec, Observes};
#[cfg(feature = "serde")]
use super::stored;
use crate::erased::AnyModel;
use crate::error::ParameterError;
use crate::model::{
    binomial, categorical, gamma, multivariate_gaussian, negative_binomial_grid,
    negative_binomial_known_size, regression, structured_gaussian, student_t, student_t_grid,
    weighted_gaussian,
};
use crate::observation::Beside;
use crate::parameter::{DefaultRule, Field, LOCATION, POSITIVE, ParameterSpec, ParameterValue};

models! {
    /// Real numbers, mean and variance unknown.
    ///
    /// Normal with a normal-inverse-gamma prior: the variance is 1/tau with tau ~ Gamma(alpha,
    /// rate beta), the mean ~ N(mean, 1 / (kappa tau)).
    Gaussian(0, "gaussian"): Real {
        /// Prior mean of the level.
        mean: f64 as LOCATION, from Series::centre;
        /// How many observations the prior mean is worth.
        kappa: f64 as POSITIVE, default 1.0;
        /// Half as many observations as the prior variance is worth.
        alpha: f64 as POSITIVE, default 1.0;
        /// Scale of the prior on the variance: about alpha times the variance.
        beta: f64 as POSITIVE, from Series::squared_scale;
    }
    from_data "mean at their median, beta the square of their robust scale (1.4826 times the \
        median absolute deviation)";
    advice "changes of level and of variance";
    words "Gaussian observations of unknown mean and variance within a segment; prior mean {mean} \
        worth {kappa} observations, prior variance about {} (alpha {alpha}, beta {beta})",
        beta / alpha;

    /// Real numbers with outliers, degrees of freedom known.
    ///
    /// Student-t noise about an unknown level, of unknown scale, by weighted updates: wild values
    /// move a segment little. The prior is that of the Gaussian model, on the squared scale in
    /// place of the variance.
    StudentT(1, "student_t"): Real {
        /// Prior mean of the level.
        mean: f64 as LOCATION, from Series::centre;
        /// How many observations the prior mean is worth.
        kappa: f64 as POSITIVE, default 1.0;
        /// Half as many observations as the prior variance is worth.
        alpha: f64 as POSITIVE, default 1.0;
        /// Scale of the prior on the variance: about alpha times the variance.
        beta: f64 as POSITIVE, from Series::squared_scale;
        /// Degrees of freedom.
        nu: f64 as student_t::NU, default 4.0;
    }
    from_data "mean at their median, beta the square of their robust scale (1.4826 times the \
        median absolute deviation)";
    advice "a spike is not a segment; ν of 3 to 5; approximate inference, dependent on order";
    words "observations with Student-t noise of {nu} degrees of freedom about an unknown level; \
        prior level {mean} worth {kappa} observations, prior squared scale about {} (alpha \
        {alpha}, beta {beta})",
        beta / alpha;

    /// Real numbers with outliers, degrees of freedom learned.
    ///
    /// The Student-t model with one of several degrees of freedom: every segment learns which.
    StudentTGrid(2, "student_t_grid"): Real {
        /// Prior mean of the level.
        mean: f64 as LOCATION, from Series::centre;
        /// How many observations the prior mean is worth.
        kappa: f64 as POSITIVE, default 1.0;
        /// Half as many observations as the prior variance is worth.
        alpha: f64 as POSITIVE, default 1.0;
        /// Scale of the prior on the variance: about alpha times the variance.
        beta: f64 as POSITIVE, from Series::squared_scale;
        /// The degrees of freedom to choose from.
        nu: Vec<f64> as student_t::NU, default vec![2.0, 4.0, 8.0, 16.0, 64.0];
        /// Prior weights of the degrees of freedom; all equal if not given.
        nu_prior: Option<Vec<f64>> as student_t_grid::WEIGHT, default None;
        check student_t_grid::check_weights(nu.len(), nu_prior.as_deref());
    }
    from_data "mean at their median, beta the square of their robust scale (1.4826 times the \
        median absolute deviation)";
    advice "learns ν in each segment, from a grid such as 1, 2, 5, 20; cost grows with the grid";
    words "observations with Student-t noise about an unknown level, degrees of freedom one of \
        {nu:?}; prior level {mean} worth {kappa} observations, prior squared scale about {} \
        (alpha {alpha}, beta {beta})",
        beta / alpha;

    /// Counts, rate unknown.
    ///
    /// Poisson with rate ~ Gamma(shape, rate).
    Poisson(3, "poisson"): Count {
        /// Shape of the gamma prior on the rate.
        shape: f64 as POSITIVE, default 1.0;
        /// Rate of the gamma prior: how many observations it is worth.
        rate: f64 as POSITIVE, from |series| 1.0 / series.positive_mean();
    }
    from_data "an exponential prior whose mean is theirs";
    advice "variance about equal to the mean; much larger variance shows as too many changes";
    words "Poisson counts of unknown rate within a segment; prior rate about {} worth {rate} \
        observations",
        shape / rate;

    /// Yes (1) or no (0), probability unknown.
    ///
    /// Bernoulli with probability ~ Beta(a, b).
    Bernoulli(4, "bernoulli"): YesNo {
        /// How many yeses, or successes, the prior is worth.
        a: f64 as POSITIVE, default 1.0;
        /// How many noes, or failures, the prior is worth.
        b: f64 as POSITIVE, default 1.0;
    }
    advice "changes of a rate, slowly found: one bit an observation";
    words "yes-or-no observations of unknown probability within a segment; prior worth {a} yes and \
        {b} no";

    /// Successes out of a known number of trials, probability unknown.
    ///
    /// Binomial with probability ~ Beta(a, b).
    Binomial(5, "binomial"): Successes {
        /// How many yeses, or successes, the prior is worth.
        a: f64 as POSITIVE, default 1.0;
        /// How many noes, or failures, the prior is worth.
        b: f64 as POSITIVE, default 1.0;
        known
        /// Trials of each observation.
        trials: u64 as binomial::TRIALS, required;
    }
    advice "the same number of trials for all observations";
    words "successes out of {trials} trials of unknown probability within a segment; prior worth \
        {a} successes and {b} failures";

    /// Positive numbers of known shape (1: exponential), rate unknown.
    ///
    /// Gamma with rate ~ Gamma(shape, rate).
    Gamma(6, "gamma"): Positive {
        /// Shape of the gamma prior on the rate.
        shape: f64 as POSITIVE, same known_shape;
        /// Rate of the gamma prior: the sum of the observations that it is worth.
        rate: f64 as POSITIVE, from Series::positive_mean;
        known
        /// Shape of the observations themselves.
        known_shape: f64 as gamma::KNOWN_SHAPE, default 1.0;
    }
    from_data "a prior worth one observation at their mean";
    advice "waiting times, sizes; logarithms and the Gaussian model are an alternative";
    words "positive observations, gamma of shape {known_shape} and unknown rate within a segment; \
        prior rate about {}",
        shape / rate;

    /// Real numbers, mean unknown, variance known.
    ///
    /// Normal of the variance given, with mean ~ N(mean, variance / kappa).
    GaussianKnownVariance(8, "gaussian_known_variance"): Real {
        /// Prior mean of the level.
        mean: f64 as LOCATION, from Series::centre;
        /// How many observations the prior mean is worth.
        kappa: f64 as POSITIVE, default 1.0;
        /// Variance of the observations within a segment.
        variance: f64 as POSITIVE, from Series::squared_scale;
    }
    from_data "mean at their median, the variance the square of their robust scale (1.4826 times \
        the median absolute deviation)";
    advice "changes of level in noise that is known, from a calibration say; a burst of noise is a \
        change of level to it";
    words "Gaussian observations of unknown mean and known variance {variance} within a segment; \
        prior mean {mean} worth {kappa} observations";

    /// Positive numbers whose logarithm has unknown mean and variance.
    ///
    /// The Gaussian model for the logarithm: its variance is 1/tau with tau ~ Gamma(alpha, rate
    /// beta), its mean ~ N(mean, 1 / (kappa tau)).
    LogNormal(9, "log_normal"): Positive {
        /// Prior mean of the logarithm.
        mean: f64 as LOCATION, from Series::ln_centre;
        /// How many observations the prior mean is worth.
        kappa: f64 as POSITIVE, default 1.0;
        /// Half as many observations as the prior variance is worth.
        alpha: f64 as POSITIVE, default 1.0;
        /// Scale of the prior on the variance of the logarithm: about alpha times it.
        beta: f64 as POSITIVE, from Series::ln_squared_scale;
    }
    from_data "mean at the median of their logarithms, beta the square of the logarithms' robust \
        scale (1.4826 times the median absolute deviation)";
    advice "changes by a factor: durations, sizes, prices; zeros are not possible";
    words "log-normal observations within a segment; prior mean of the logarithm {mean} worth \
        {kappa} observations, prior variance of the logarithm about {} (alpha {alpha}, beta {beta})",
        beta / alpha;

    /// Real numbers with outliers, by weighted Gaussian updates.
    ///
    /// The Gaussian model, but an observation enters with a power that falls with its distance:
    /// wild values move a segment little. The prior is that of the Gaussian model.
    WeightedGaussian(10, "weighted_gaussian"): Real {
        /// Prior mean of the level.
        mean: f64 as LOCATION, from Series::centre;
        /// How many observations the prior mean is worth.
        kappa: f64 as POSITIVE, default 1.0;
        /// Half as many observations as the prior variance is worth.
        alpha: f64 as POSITIVE, default 1.0;
        /// Scale of the prior on the variance: about alpha times the variance.
        beta: f64 as POSITIVE, from Series::squared_scale;
        /// How many predictive scales away an observation has half of its weight.
        cutoff: f64 as weighted_gaussian::CUTOFF, default 4.0;
    }
    from_data "mean at their median, beta the square of their robust scale (1.4826 times the \
        median absolute deviation)";
    advice "a level is hardly moved by wild values, but each is still a segment unless outliers are \
        expected; approximate inference, dependent on order";
    words "Gaussian observations of unknown mean and variance within a segment, those {cutoff} scales \
        away with half of their weight; prior mean {mean} worth {kappa} observations, prior \
        variance about {} (alpha {alpha}, beta {beta})",
        beta / alpha;

    /// Real numbers about a level that may drift, rise or have a season.
    ///
    /// The Gaussian model with more structure within a segment; all of it is off unless asked
    /// for. Variances and standard deviations but alpha and beta are in units of those of the
    /// noise.
    StructuredGaussian(11, "structured_gaussian"): Real {
        /// Prior mean of the level.
        mean: f64 as LOCATION, from Series::centre;
        /// How many observations the prior mean is worth.
        kappa: f64 as POSITIVE, default 1.0;
        /// Half as many observations as the prior variance is worth.
        alpha: f64 as POSITIVE, default 1.0;
        /// Scale of the prior on the variance: about alpha times the variance.
        beta: f64 as POSITIVE, from Series::squared_scale;
        /// Correlation of the noise between neighbours, of an AR(1) process; 0: white noise.
        phi: f64 as structured_gaussian::PHI, default 0.0;
        /// Variance by which the level moves in a unit of time; 0: it stays.
        drift: f64 as structured_gaussian::RELATIVE, default 0.0;
        /// Standard deviation of a segment's slope; 0: there is none.
        slope: f64 as structured_gaussian::RELATIVE, default 0.0;
        /// Variance by which the slope moves in a unit of time; 0: it stays.
        slope_drift: f64 as structured_gaussian::RELATIVE, default 0.0;
        /// Length of the season; 0: there is none.
        period: f64 as structured_gaussian::PERIOD, default 0.0;
        /// How many harmonics the season has.
        harmonics: u32 as structured_gaussian::HARMONICS, default 1;
        /// Standard deviation of an amplitude of the season.
        season: f64 as structured_gaussian::RELATIVE, default 1.0;
        /// Scale of a Cauchy prior on the level about the prior mean, in place of kappa; 0: none.
        cauchy: f64 as structured_gaussian::CAUCHY, default 0.0;
        check structured_gaussian::check_season(*period, *harmonics);
    }
    from_data "mean at their median, beta the square of their robust scale (1.4826 times the \
        median absolute deviation)";
    advice "noise with a memory, drifts, trends and seasons that are no changes";
    words "Gaussian observations of unknown level and variance within a segment, noise AR(1) of \
        {phi}, level drifting by {drift}, slope of {slope} drifting by {slope_drift}, season of \
        period {period} with {harmonics} harmonics of {season}; prior mean {mean} worth {kappa} \
        observations or of Cauchy scale {cauchy}, prior variance about {} (alpha {alpha}, beta \
        {beta})",
        beta / alpha;

    /// Real numbers regressed on the last ones, on time and on given features.
    ///
    /// Linear regression with Gaussian noise within a segment: coefficients normal about 0, the
    /// variance as in the Gaussian model, which it is without lags, slope and features. Standard
    /// deviations but that of lags are in units of that of the noise.
    Regression(12, "regression"): Real {
        /// Prior mean of the intercept; lags are relative to it.
        mean: f64 as LOCATION, from Series::centre;
        /// How many observations the prior mean is worth.
        kappa: f64 as regression::KAPPA, default 1.0;
        /// Half as many observations as the prior variance is worth.
        alpha: f64 as POSITIVE, default 1.0;
        /// Scale of the prior on the variance of the noise: about alpha times it.
        beta: f64 as POSITIVE, from Series::squared_scale;
        /// How many of the last observations this one depends on.
        lags: u32 as regression::LAGS, default 0;
        /// Standard deviation of the coefficient of a lag, for noise of variance beta/alpha.
        lag_scale: f64 as regression::SCALE, default 0.5;
        /// Standard deviation of a segment's slope; 0: there is none.
        slope: f64 as regression::SCALE, default 0.0;
        /// Standard deviation of a feature's coefficient.
        feature_scale: f64 as regression::SCALE, default 1.0;
        known
        /// How many features come along with each observation.
        features: u32 as regression::FEATURES, default 0;
    }
    from_data "mean at their median, beta the square of their robust scale (1.4826 times the \
        median absolute deviation)";
    advice "a response that changes, to features or to what came before; standardise features, or \
        choose feature_scale";
    words "Gaussian observations within a segment regressed on {lags} lags (coefficients of {lag_scale}), \
        a slope of {slope} and {features} features (coefficients of {feature_scale}); prior mean \
        {mean} of the intercept worth {kappa} observations, prior variance of the noise about {} \
        (alpha {alpha}, beta {beta})",
        beta / alpha;

    /// Positive numbers whose logarithm may drift, rise or have a season.
    ///
    /// The structured Gaussian model for the logarithm: drifts, slopes and seasons are factors.
    StructuredLogNormal(13, "structured_log_normal"): Positive {
        /// Prior mean of the logarithm's level.
        mean: f64 as LOCATION, from Series::ln_centre;
        /// How many observations the prior mean is worth.
        kappa: f64 as POSITIVE, default 1.0;
        /// Half as many observations as the prior variance is worth.
        alpha: f64 as POSITIVE, default 1.0;
        /// Scale of the prior on the variance: about alpha times the variance.
        beta: f64 as POSITIVE, from Series::ln_squared_scale;
        /// Correlation of the noise between neighbours, of an AR(1) process; 0: white noise.
        phi: f64 as structured_gaussian::PHI, default 0.0;
        /// Variance by which the level moves in a unit of time; 0: it stays.
        drift: f64 as structured_gaussian::RELATIVE, default 0.0;
        /// Standard deviation of a segment's slope; 0: there is none.
        slope: f64 as structured_gaussian::RELATIVE, default 0.0;
        /// Variance by which the slope moves in a unit of time; 0: it stays.
        slope_drift: f64 as structured_gaussian::RELATIVE, default 0.0;
        /// Length of the season; 0: there is none.
        period: f64 as structured_gaussian::PERIOD, default 0.0;
        /// How many harmonics the season has.
        harmonics: u32 as structured_gaussian::HARMONICS, default 1;
        /// Standard deviation of an amplitude of the season.
        season: f64 as structured_gaussian::RELATIVE, default 1.0;
        /// Scale of a Cauchy prior on the level about the prior mean, in place of kappa; 0: none.
        cauchy: f64 as structured_gaussian::CAUCHY, default 0.0;
        check structured_gaussian::check_season(*period, *harmonics);
    }
    from_data "mean at the median of their logarithms, beta the square of the logarithms' robust \
        scale (1.4826 times the median absolute deviation)";
    advice "growth by a factor, and seasons and noise that grow with the level; zeros are not possible";
    words "log-normal observations within a segment, for their logarithm: unknown level and variance, \
        noise AR(1) of {phi}, level drifting by {drift}, slope of {slope} drifting by {slope_drift}, \
        season of period {period} with {harmonics} harmonics of {season}; prior mean {mean} worth \
        {kappa} observations or of Cauchy scale {cauchy}, prior variance about {} (alpha {alpha}, \
        beta {beta})",
        beta / alpha;

    /// Waiting times: positive numbers or 0, rate unknown.
    ///
    /// Exponential with rate ~ Gamma(shape, rate).
    Exponential(14, "exponential"): Positive {
        /// Shape of the gamma prior on the rate: how many observations it is worth.
        shape: f64 as POSITIVE, default 1.0;
        /// Rate of the gamma prior: the sum of the observations that it is worth.
        rate: f64 as POSITIVE, from Series::positive_mean;
    }
    from_data "a prior worth one observation at their mean";
    advice "times between events, zeros included; spread about equal to the mean, otherwise gamma or \
        log_normal";
    words "exponential observations of unknown rate within a segment; prior rate about {} worth \
        {shape} observations",
        shape / rate;

    /// Counts of failures before the first success, probability unknown.
    ///
    /// Geometric with probability ~ Beta(a, b).
    Geometric(15, "geometric"): Count {
        /// How many successes the prior is worth.
        a: f64 as POSITIVE, from |series| series.successes(1.0);
        /// How many failures the prior is worth.
        b: f64 as POSITIVE, from |series| series.failures(1.0);
    }
    from_data "a prior on the probability that has its mean where the mean count is theirs";
    advice "tries until it works, whole periods until an event; variance about the square of the mean";
    words "geometric counts of failures before a success of unknown probability within a segment; \
        prior worth {a} successes and {b} failures";

    /// Counts more spread than Poisson ones, mean unknown, dispersion known.
    ///
    /// Negative binomial, failures before so many successes, with probability of success ~
    /// Beta(a, b): the variance is mean + mean^2 / size.
    NegativeBinomialKnownSize(16, "negative_binomial_known_size"): Count {
        /// Number of successes, an integer or not: the larger, the more like Poisson counts.
        size: f64 as negative_binomial_known_size::SIZE, from Series::size;
        /// How many successes the prior is worth.
        a: f64 as POSITIVE, from |series| series.successes(size);
        /// How many failures the prior is worth.
        b: f64 as POSITIVE, from |series| series.failures(size);
    }
    from_data "size from the differences of neighbours, and a prior on the probability that has its \
        mean where the mean count is theirs";
    advice "counts that scatter more than Poisson ones: visits, claims, reads; the size is the same in \
        all segments";
    words "negative binomial counts of size {size} and unknown mean within a segment; prior mean \
        about {}, worth {a} successes and {b} failures",
        size * b / a;

    /// Real numbers, mean known, variance unknown.
    ///
    /// Normal about the mean given, with precision 1/variance ~ Gamma(alpha, beta).
    GaussianKnownMean(17, "gaussian_known_mean"): Real {
        /// Mean of all observations.
        mean: f64 as LOCATION, from Series::centre;
        /// Half as many observations as the prior variance is worth.
        alpha: f64 as POSITIVE, default 1.0;
        /// Scale of the prior on the variance: about alpha times the variance.
        beta: f64 as POSITIVE, from Series::squared_scale;
    }
    from_data "mean at their median, beta the square of their robust scale (1.4826 times the median \
        absolute deviation)";
    advice "changes of variance alone: returns, residuals, noise about a set point; a change of level \
        is a change of variance to it";
    words "Gaussian observations of known mean {mean} and unknown variance within a segment; prior \
        variance about {} (alpha {alpha}, beta {beta})",
        beta / alpha;

    /// Counts over exposures that differ, rate unknown.
    ///
    /// Poisson with mean rate times exposure, and rate ~ Gamma(shape, rate). The exposure comes
    /// along with each observation, and is 1 if it does not.
    PoissonExposure(18, "poisson_exposure"): Count, beside Exposure {
        /// Shape of the gamma prior on the rate.
        shape: f64 as POSITIVE, default 1.0;
        /// Rate of the gamma prior: the exposure that it is worth.
        rate: f64 as POSITIVE, from |series| 1.0 / series.positive_mean();
    }
    from_data "an exponential prior whose mean is that of counts by exposure";
    advice "counts over times, areas or populations that differ; otherwise as poisson";
    words "Poisson counts of unknown rate within a segment, over the exposure of each; prior rate \
        about {} worth an exposure of {rate}",
        shape / rate;

    /// Successes out of numbers of trials that differ, probability unknown.
    ///
    /// Binomial with probability ~ Beta(a, b). The number of trials comes along with each
    /// observation.
    BinomialTrials(19, "binomial_trials"): Successes, beside Trials {
        /// How many yeses, or successes, the prior is worth.
        a: f64 as POSITIVE, default 1.0;
        /// How many noes, or failures, the prior is worth.
        b: f64 as POSITIVE, default 1.0;
        known
        /// Trials of an observation that comes without their number.
        trials: u64 as binomial::TRIALS, default 1;
    }
    advice "conversions, defects, cases out of numbers that differ; otherwise as binomial";
    words "successes of unknown probability within a segment, out of the trials of each; prior \
        worth {a} successes and {b} failures";

    /// Measurements with error bars, mean unknown.
    ///
    /// Normal with the standard deviation that comes along with each observation, and mean ~
    /// N(mean, level_variance).
    GaussianErrorBars(20, "gaussian_error_bars"): Real, beside Sd {
        /// Prior mean of the level.
        mean: f64 as LOCATION, from Series::centre;
        /// Prior variance of the level.
        level_variance: f64 as POSITIVE, from Series::squared_scale;
        /// Variance of an observation that comes without an error bar.
        variance: f64 as POSITIVE, from Series::squared_scale;
    }
    from_data "mean at their median, both variances the square of their robust scale (1.4826 times \
        the median absolute deviation)";
    advice "changes of level where each measurement has a known uncertainty; error bars that are too \
        short show as too many changes";
    words "Gaussian observations of unknown mean within a segment, each with its own known standard \
        deviation; prior mean {mean} with variance {level_variance}";

    /// Real numbers of known relative precision, mean and variance unknown.
    ///
    /// The Gaussian model, but the variance of an observation is that of the segment divided by
    /// the weight that comes along with it, and is 1 if it does not.
    HeteroscedasticGaussian(21, "heteroscedastic_gaussian"): Real, beside Weight {
        /// Prior mean of the level.
        mean: f64 as LOCATION, from Series::centre;
        /// How many observations of weight 1 the prior mean is worth.
        kappa: f64 as POSITIVE, default 1.0;
        /// Half as many observations as the prior variance is worth.
        alpha: f64 as POSITIVE, default 1.0;
        /// Scale of the prior on the variance: about alpha times the variance.
        beta: f64 as POSITIVE, from Series::squared_scale;
    }
    from_data "mean at their median, beta the square of their robust scale (1.4826 times the \
        median absolute deviation)";
    advice "means of different numbers of observations, errors known but for a factor; otherwise as \
        gaussian";
    words "Gaussian observations of unknown mean and variance within a segment, the variance divided \
        by the weight of each; prior mean {mean} worth {kappa} observations, prior variance about \
        {} (alpha {alpha}, beta {beta})",
        beta / alpha;

    /// Several real numbers, means and covariance unknown.
    ///
    /// Multivariate normal with a normal-inverse-Wishart prior: each number by itself follows the
    /// Gaussian model of its mean and beta, and the prior knows of no correlation.
    MultivariateGaussian(22, "multivariate_gaussian"): Real, of several {
        /// Prior mean of the level of each number.
        mean: Vec<f64> as LOCATION, from Series::centres;
        /// How many observations the prior means are worth.
        kappa: f64 as POSITIVE, default 1.0;
        /// Half as many observations as the prior variances are worth.
        alpha: f64 as POSITIVE, default 1.0;
        /// Scale of the prior on the variance of each number: about alpha times it.
        beta: Vec<f64> as POSITIVE, from Series::squared_scales;
        check multivariate_gaussian::check_lengths(mean.len(), beta.len());
    }
    from_data "of each number mean at the median, beta the square of the robust scale (1.4826 times \
        the median absolute deviation)";
    advice "numbers that go together: changes of level, of variance and of correlation; a list of \
        models is for numbers that do not";
    words "Gaussian observations of {} numbers, of unknown means and covariance within a segment; prior \
        means {mean:?} worth {kappa} observations, prior variances of scale {beta:?} (alpha {alpha})",
        mean.len();

    /// Which of several categories, numbered from 0, probabilities unknown.
    ///
    /// Categorical with probabilities ~ Dirichlet(concentration). The level of a segment is the
    /// probability of category 0.
    Categorical(23, "categorical"): Category {
        /// How many observations of each category the prior is worth.
        concentration: f64 as POSITIVE, default 1.0;
        /// How many categories there are.
        categories: u32 as categorical::CATEGORIES, from Series::categories;
    }
    from_data "as many categories as the largest number says";
    advice "states, error classes, letters; a stream has to be told how many categories there are";
    words "categories out of {categories} of unknown probabilities within a segment; prior worth \
        {concentration} observations of each";

    /// Counts with zeros of their own, as many or as few as there are.
    ///
    /// In two parts: whether the count is positive, with probability ~ Beta(a, b); and what a
    /// positive count has beyond 1, which is Poisson with rate ~ Gamma(shape, rate).
    HurdlePoisson(24, "hurdle_poisson"): Count {
        /// How many positive counts the prior is worth.
        a: f64 as POSITIVE, default 1.0;
        /// How many zeros the prior is worth.
        b: f64 as POSITIVE, default 1.0;
        /// Shape of the gamma prior on the mean of positive counts less 1.
        shape: f64 as POSITIVE, default 1.0;
        /// Rate of the gamma prior: how many positive counts it is worth.
        rate: f64 as POSITIVE, from |series| 1.0 / series.mean_beyond_one();
    }
    from_data "an exponential prior whose mean is that of the positive ones less 1";
    advice "counts that are mostly zero, or never: claims, catches, events by day; zeros and sizes \
        change apart";
    words "counts of unknown probability of being positive within a segment, prior worth {a} positive \
        ones and {b} zeros; positive ones are 1 more than Poisson counts of unknown rate, prior rate \
        about {} worth {rate} of them",
        shape / rate;

    /// Counts more spread than Poisson ones, mean and dispersion unknown.
    ///
    /// Negative binomial, failures before so many successes, with a size that is one of several,
    /// in each segment anew, and probability of success ~ Beta(1 + rate size, shape): the prior
    /// mean of a count is shape / rate, the variance mean + mean^2 / size.
    NegativeBinomialGrid(25, "negative_binomial_grid"): Count {
        /// Shape of the prior on the mean count, which is a gamma distribution for large sizes.
        shape: f64 as POSITIVE, default 1.0;
        /// Rate of that prior: how many observations it is worth.
        rate: f64 as POSITIVE, from |series| 1.0 / series.positive_mean();
        /// The sizes to choose from: the larger, the more like Poisson counts.
        sizes: Vec<f64> as negative_binomial_known_size::SIZE, default vec![0.3, 1.0, 3.0, 10.0, 30.0, 1e3];
        check negative_binomial_grid::check_length(sizes.len());
    }
    from_data "a prior whose mean is theirs";
    advice "counts that scatter more than Poisson ones, by how much is not known or changes; cost \
        grows with the number of sizes";
    words "negative binomial counts of unknown mean within a segment, size one of {sizes:?}; prior mean \
        about {} worth {rate} observations",
        shape / rate;

    /// Real numbers in noise whose variance wanders within a segment.
    ///
    /// The Gaussian model with a level that may drift or rise and noise that may remember, whose
    /// variance is known from about the last so many observations. Variances and standard
    /// deviations but alpha and beta are in units of those of the noise.
    VolatileGaussian(26, "volatile_gaussian"): Real {
        /// Prior mean of the level.
        mean: f64 as LOCATION, from Series::centre;
        /// How many observations the prior mean is worth.
        kappa: f64 as POSITIVE, default 1.0;
        /// Half as many observations as the prior variance is worth.
        alpha: f64 as POSITIVE, default 1.0;
        /// Scale of the prior on the variance: about alpha times the variance.
        beta: f64 as POSITIVE, from Series::squared_scale;
        /// Correlation of the noise between neighbours, of an AR(1) process; 0: white noise.
        phi: f64 as structured_gaussian::PHI, default 0.0;
        /// Variance by which the level moves in a unit of time; 0: it stays.
        drift: f64 as structured_gaussian::RELATIVE, default 0.0;
        /// Standard deviation of a segment's slope; 0: there is none.
        slope: f64 as structured_gaussian::RELATIVE, default 0.0;
        /// Scale of a Cauchy prior on the level about the prior mean, in place of kappa; 0: none.
        cauchy: f64 as structured_gaussian::CAUCHY, default 0.0;
        /// How many observations the variance remembers.
        memory: u32 as structured_gaussian::MEMORY, default 50;
    }
    from_data "mean at their median, beta the square of their robust scale (1.4826 times the \
        median absolute deviation)";
    advice "calm and wild stretches that are no changes: delays, returns, loads";
    words "Gaussian observations of unknown level within a segment, variance known from about the \
        last {memory}, noise AR(1) of {phi}, level drifting by {drift}, slope of {slope}; prior \
        mean {mean} worth {kappa} observations or of Cauchy scale {cauchy}, prior variance about \
        {} (alpha {alpha}, beta {beta})",
        beta / alpha;
}

fn own_in_words(dimension: usize) -> String {
    format!("observations of {dimension} numbers, of the caller's own model")
}

impl ModelConfig {
    /// How many numbers make an observation.
    #[must_use]
    pub fn dimension(&self) -> usize {
        match self {
            Self::Own { dimension } => *dimension,
            Self::MultivariateGaussian { mean, .. } => mean.len(),
            _ => 1,
        }
    }
}
