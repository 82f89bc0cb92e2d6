//! The observation models as Python classes.

use bocpd_core::config::ModelConfig;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::error::value_error;
use crate::plain;

/// An observation model with its parameters: what the segments look like.
///
/// Immutable; made by its subclasses.
///
/// Examples
/// --------
/// >>> isinstance(bocpd.Gaussian(), bocpd.model.Model)
/// True
#[pyclass(module = "bocpd.model", subclass, frozen)]
pub(crate) struct Model {
    pub(crate) config: ModelConfig,
}

impl Model {
    /// A model whose parameters the core accepts.
    fn checked(config: ModelConfig) -> PyResult<Self> {
        config.check().map_err(|error| value_error(&error))?;
        Ok(Self { config })
    }
}

#[pymethods]
impl Model {
    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        plain::repr(slf)
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other
            .cast::<Self>()
            .is_ok_and(|other| other.get().config == self.config)
    }

    fn __hash__(slf: &Bound<'_, Self>) -> PyResult<isize> {
        slf.repr()?.hash()
    }

    fn __getnewargs_ex__<'py>(slf: &Bound<'py, Self>) -> PyResult<plain::NewArgs<'py>> {
        plain::new_args(slf)
    }
}

/// One class per variant of [`ModelConfig`]. Fields without a default have to be given; one
/// whose default is no plain number is None in Python, which stands for what comes after `as`.
macro_rules! models {
    ($($(#[$doc:meta])* $name:ident {
        $($(#[$field_doc:meta])* $field:ident : $type:ty $(as $instead:tt)? $(= $default:tt)?;)*
    })*) => {$(
        $(#[$doc])*
        #[pyclass(module = "bocpd.model", extends = Model, frozen, get_all)]
        pub(crate) struct $name {
            $($(#[$field_doc])* $field: $type,)*
        }

        #[pymethods]
        impl $name {
            #[classattr]
            fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
                PyTuple::new(py, [$(stringify!($field)),*])
            }

            #[new]
            #[pyo3(signature = (*, $($field $(= $default)?),*))]
            #[allow(clippy::too_many_arguments, reason = "they have names in Python")]
            fn new($($field: argument!($type $(as $instead)?)),*) -> PyResult<PyClassInitializer<Self>> {
                $($(let $field: $type = $field.unwrap_or_else(|| $instead.into());)?)*
                let model = Model::checked(ModelConfig::$name {
                    $($field: $field.clone()),*
                })?;
                Ok(PyClassInitializer::from(model).add_subclass(Self { $($field),* }))
            }
        }
    )*};
}

/// The type of an argument.
macro_rules! argument {
    ($type:ty) => { $type };
    ($type:ty as $instead:tt) => { Option<$type> };
}

models! {
    // generated: models (cargo run -p bocpd-generate)
    /// Real numbers, mean and variance unknown.
    ///
    /// Normal with a normal-inverse-gamma prior: the variance is 1/tau with tau ~ Gamma(alpha, rate
    /// beta), the mean ~ N(mean, 1 / (kappa tau)).
    ///
    /// Parameters
    /// ----------
    /// mean : float, default 0.0
    ///     Prior mean of the level.
    /// kappa : float, default 1.0
    ///     How many observations the prior mean is worth.
    /// alpha : float, default 1.0
    ///     Half as many observations as the prior variance is worth.
    /// beta : float, default 1.0
    ///     Scale of the prior on the variance: about alpha times the variance.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If a parameter is not where it must be.
    ///
    /// Examples
    /// --------
    /// >>> bocpd.model.Gaussian()
    /// Gaussian(mean=0.0, kappa=1.0, alpha=1.0, beta=1.0)
    Gaussian {
        /// Prior mean of the level.
        mean: f64 = 0.0;
        /// How many observations the prior mean is worth.
        kappa: f64 = 1.0;
        /// Half as many observations as the prior variance is worth.
        alpha: f64 = 1.0;
        /// Scale of the prior on the variance: about alpha times the variance.
        beta: f64 = 1.0;
    }

    /// Real numbers with outliers, degrees of freedom known.
    ///
    /// Student-t noise about an unknown level, of unknown scale, by weighted updates: wild values
    /// move a segment little. The prior is that of the Gaussian model, on the squared scale in
    /// place of the variance.
    ///
    /// Parameters
    /// ----------
    /// mean : float, default 0.0
    ///     Prior mean of the level.
    /// kappa : float, default 1.0
    ///     How many observations the prior mean is worth.
    /// alpha : float, default 1.0
    ///     Half as many observations as the prior variance is worth.
    /// beta : float, default 1.0
    ///     Scale of the prior on the variance: about alpha times the variance.
    /// nu : float, default 4.0
    ///     Degrees of freedom.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If a parameter is not where it must be.
    ///
    /// Examples
    /// --------
    /// >>> bocpd.model.StudentT()
    /// StudentT(mean=0.0, kappa=1.0, alpha=1.0, beta=1.0, nu=4.0)
    StudentT {
        /// Prior mean of the level.
        mean: f64 = 0.0;
        /// How many observations the prior mean is worth.
        kappa: f64 = 1.0;
        /// Half as many observations as the prior variance is worth.
        alpha: f64 = 1.0;
        /// Scale of the prior on the variance: about alpha times the variance.
        beta: f64 = 1.0;
        /// Degrees of freedom.
        nu: f64 = 4.0;
    }

    /// Real numbers with outliers, degrees of freedom learned.
    ///
    /// The Student-t model with one of several degrees of freedom: every segment learns which.
    ///
    /// Parameters
    /// ----------
    /// mean : float, default 0.0
    ///     Prior mean of the level.
    /// kappa : float, default 1.0
    ///     How many observations the prior mean is worth.
    /// alpha : float, default 1.0
    ///     Half as many observations as the prior variance is worth.
    /// beta : float, default 1.0
    ///     Scale of the prior on the variance: about alpha times the variance.
    /// nu : array_like, optional
    ///     The degrees of freedom to choose from; 2, 4, 8, 16, 64 if None.
    /// nu_prior : array_like, optional
    ///     Prior weights of the degrees of freedom; all equal if not given.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If a parameter is not where it must be.
    ///
    /// Examples
    /// --------
    /// >>> bocpd.model.StudentTGrid().mean
    /// 0.0
    StudentTGrid {
        /// Prior mean of the level.
        mean: f64 = 0.0;
        /// How many observations the prior mean is worth.
        kappa: f64 = 1.0;
        /// Half as many observations as the prior variance is worth.
        alpha: f64 = 1.0;
        /// Scale of the prior on the variance: about alpha times the variance.
        beta: f64 = 1.0;
        /// The degrees of freedom to choose from; 2, 4, 8, 16, 64 if None.
        nu: Vec<f64> as [2.0, 4.0, 8.0, 16.0, 64.0] = None;
        /// Prior weights of the degrees of freedom; all equal if not given.
        nu_prior: Option<Vec<f64>> = None;
    }

    /// Counts, rate unknown.
    ///
    /// Poisson with rate ~ Gamma(shape, rate).
    ///
    /// Parameters
    /// ----------
    /// shape : float, default 1.0
    ///     Shape of the gamma prior on the rate.
    /// rate : float, default 1.0
    ///     Rate of the gamma prior: how many observations it is worth.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If a parameter is not where it must be.
    ///
    /// Examples
    /// --------
    /// >>> bocpd.model.Poisson()
    /// Poisson(shape=1.0, rate=1.0)
    Poisson {
        /// Shape of the gamma prior on the rate.
        shape: f64 = 1.0;
        /// Rate of the gamma prior: how many observations it is worth.
        rate: f64 = 1.0;
    }

    /// Yes (1) or no (0), probability unknown.
    ///
    /// Bernoulli with probability ~ Beta(a, b).
    ///
    /// Parameters
    /// ----------
    /// a : float, default 1.0
    ///     How many yeses, or successes, the prior is worth.
    /// b : float, default 1.0
    ///     How many noes, or failures, the prior is worth.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If a parameter is not where it must be.
    ///
    /// Examples
    /// --------
    /// >>> bocpd.model.Bernoulli()
    /// Bernoulli(a=1.0, b=1.0)
    Bernoulli {
        /// How many yeses, or successes, the prior is worth.
        a: f64 = 1.0;
        /// How many noes, or failures, the prior is worth.
        b: f64 = 1.0;
    }

    /// Successes out of a known number of trials, probability unknown.
    ///
    /// Binomial with probability ~ Beta(a, b).
    ///
    /// Parameters
    /// ----------
    /// a : float, default 1.0
    ///     How many yeses, or successes, the prior is worth.
    /// b : float, default 1.0
    ///     How many noes, or failures, the prior is worth.
    /// trials : int
    ///     Trials of each observation.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If a parameter is not where it must be.
    ///
    /// Examples
    /// --------
    /// >>> bocpd.model.Binomial(trials=20)
    /// Binomial(a=1.0, b=1.0, trials=20)
    Binomial {
        /// How many yeses, or successes, the prior is worth.
        a: f64 = 1.0;
        /// How many noes, or failures, the prior is worth.
        b: f64 = 1.0;
        /// Trials of each observation.
        trials: u64;
    }

    /// Positive numbers of known shape (1: exponential), rate unknown.
    ///
    /// Gamma with rate ~ Gamma(shape, rate).
    ///
    /// Parameters
    /// ----------
    /// shape : float, optional
    ///     Shape of the gamma prior on the rate; that of known_shape if None.
    /// rate : float, default 1.0
    ///     Rate of the gamma prior: the sum of the observations that it is worth.
    /// known_shape : float, default 1.0
    ///     Shape of the observations themselves.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If a parameter is not where it must be.
    ///
    /// Examples
    /// --------
    /// >>> bocpd.model.Gamma()
    /// Gamma(shape=1.0, rate=1.0, known_shape=1.0)
    Gamma {
        /// Shape of the gamma prior on the rate; that of known_shape if None.
        shape: f64 as known_shape = None;
        /// Rate of the gamma prior: the sum of the observations that it is worth.
        rate: f64 = 1.0;
        /// Shape of the observations themselves.
        known_shape: f64 = 1.0;
    }

    /// Real numbers, mean unknown, variance known.
    ///
    /// Normal of the variance given, with mean ~ N(mean, variance / kappa).
    ///
    /// Parameters
    /// ----------
    /// mean : float, default 0.0
    ///     Prior mean of the level.
    /// kappa : float, default 1.0
    ///     How many observations the prior mean is worth.
    /// variance : float, default 1.0
    ///     Variance of the observations within a segment.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If a parameter is not where it must be.
    ///
    /// Examples
    /// --------
    /// >>> bocpd.model.GaussianKnownVariance()
    /// GaussianKnownVariance(mean=0.0, kappa=1.0, variance=1.0)
    GaussianKnownVariance {
        /// Prior mean of the level.
        mean: f64 = 0.0;
        /// How many observations the prior mean is worth.
        kappa: f64 = 1.0;
        /// Variance of the observations within a segment.
        variance: f64 = 1.0;
    }

    /// Positive numbers whose logarithm has unknown mean and variance.
    ///
    /// The Gaussian model for the logarithm: its variance is 1/tau with tau ~ Gamma(alpha, rate
    /// beta), its mean ~ N(mean, 1 / (kappa tau)).
    ///
    /// Parameters
    /// ----------
    /// mean : float, default 0.0
    ///     Prior mean of the logarithm.
    /// kappa : float, default 1.0
    ///     How many observations the prior mean is worth.
    /// alpha : float, default 1.0
    ///     Half as many observations as the prior variance is worth.
    /// beta : float, default 1.0
    ///     Scale of the prior on the variance of the logarithm: about alpha times it.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If a parameter is not where it must be.
    ///
    /// Examples
    /// --------
    /// >>> bocpd.model.LogNormal()
    /// LogNormal(mean=0.0, kappa=1.0, alpha=1.0, beta=1.0)
    LogNormal {
        /// Prior mean of the logarithm.
        mean: f64 = 0.0;
        /// How many observations the prior mean is worth.
        kappa: f64 = 1.0;
        /// Half as many observations as the prior variance is worth.
        alpha: f64 = 1.0;
        /// Scale of the prior on the variance of the logarithm: about alpha times it.
        beta: f64 = 1.0;
    }

    /// Real numbers with outliers, by weighted Gaussian updates.
    ///
    /// The Gaussian model, but an observation enters with a power that falls with its distance:
    /// wild values move a segment little. The prior is that of the Gaussian model.
    ///
    /// Parameters
    /// ----------
    /// mean : float, default 0.0
    ///     Prior mean of the level.
    /// kappa : float, default 1.0
    ///     How many observations the prior mean is worth.
    /// alpha : float, default 1.0
    ///     Half as many observations as the prior variance is worth.
    /// beta : float, default 1.0
    ///     Scale of the prior on the variance: about alpha times the variance.
    /// cutoff : float, default 4.0
    ///     How many predictive scales away an observation has half of its weight.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If a parameter is not where it must be.
    ///
    /// Examples
    /// --------
    /// >>> bocpd.model.WeightedGaussian()
    /// WeightedGaussian(mean=0.0, kappa=1.0, alpha=1.0, beta=1.0, cutoff=4.0)
    WeightedGaussian {
        /// Prior mean of the level.
        mean: f64 = 0.0;
        /// How many observations the prior mean is worth.
        kappa: f64 = 1.0;
        /// Half as many observations as the prior variance is worth.
        alpha: f64 = 1.0;
        /// Scale of the prior on the variance: about alpha times the variance.
        beta: f64 = 1.0;
        /// How many predictive scales away an observation has half of its weight.
        cutoff: f64 = 4.0;
    }

    /// Real numbers about a level that may drift, rise or have a season.
    ///
    /// The Gaussian model with more structure within a segment; all of it is off unless asked for.
    /// Variances and standard deviations but alpha and beta are in units of those of the noise.
    ///
    /// Parameters
    /// ----------
    /// mean : float, default 0.0
    ///     Prior mean of the level.
    /// kappa : float, default 1.0
    ///     How many observations the prior mean is worth.
    /// alpha : float, default 1.0
    ///     Half as many observations as the prior variance is worth.
    /// beta : float, default 1.0
    ///     Scale of the prior on the variance: about alpha times the variance.
    /// phi : float, default 0.0
    ///     Correlation of the noise between neighbours, of an AR(1) process; 0: white noise.
    /// drift : float, default 0.0
    ///     Variance by which the level moves in a unit of time; 0: it stays.
    /// slope : float, default 0.0
    ///     Standard deviation of a segment's slope; 0: there is none.
    /// slope_drift : float, default 0.0
    ///     Variance by which the slope moves in a unit of time; 0: it stays.
    /// period : float, default 0.0
    ///     Length of the season; 0: there is none.
    /// harmonics : int, default 1
    ///     How many harmonics the season has.
    /// season : float, default 1.0
    ///     Standard deviation of an amplitude of the season.
    /// cauchy : float, default 0.0
    ///     Scale of a Cauchy prior on the level about the prior mean, in place of kappa; 0: none.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If a parameter is not where it must be.
    ///
    /// Examples
    /// --------
    /// >>> bocpd.model.StructuredGaussian().mean
    /// 0.0
    StructuredGaussian {
        /// Prior mean of the level.
        mean: f64 = 0.0;
        /// How many observations the prior mean is worth.
        kappa: f64 = 1.0;
        /// Half as many observations as the prior variance is worth.
        alpha: f64 = 1.0;
        /// Scale of the prior on the variance: about alpha times the variance.
        beta: f64 = 1.0;
        /// Correlation of the noise between neighbours, of an AR(1) process; 0: white noise.
        phi: f64 = 0.0;
        /// Variance by which the level moves in a unit of time; 0: it stays.
        drift: f64 = 0.0;
        /// Standard deviation of a segment's slope; 0: there is none.
        slope: f64 = 0.0;
        /// Variance by which the slope moves in a unit of time; 0: it stays.
        slope_drift: f64 = 0.0;
        /// Length of the season; 0: there is none.
        period: f64 = 0.0;
        /// How many harmonics the season has.
        harmonics: u32 = 1;
        /// Standard deviation of an amplitude of the season.
        season: f64 = 1.0;
        /// Scale of a Cauchy prior on the level about the prior mean, in place of kappa; 0: none.
        cauchy: f64 = 0.0;
    }

    /// Real numbers regressed on the last ones, on time and on given features.
    ///
    /// Linear regression with Gaussian noise within a segment: coefficients normal about 0, the
    /// variance as in the Gaussian model, which it is without lags, slope and features. Standard
    /// deviations but that of lags are in units of that of the noise.
    ///
    /// Parameters
    /// ----------
    /// mean : float, default 0.0
    ///     Prior mean of the intercept; lags are relative to it.
    /// kappa : float, default 1.0
    ///     How many observations the prior mean is worth.
    /// alpha : float, default 1.0
    ///     Half as many observations as the prior variance is worth.
    /// beta : float, default 1.0
    ///     Scale of the prior on the variance of the noise: about alpha times it.
    /// lags : int, default 0
    ///     How many of the last observations this one depends on.
    /// lag_scale : float, default 0.5
    ///     Standard deviation of the coefficient of a lag, for noise of variance beta/alpha.
    /// slope : float, default 0.0
    ///     Standard deviation of a segment's slope; 0: there is none.
    /// feature_scale : float, default 1.0
    ///     Standard deviation of a feature's coefficient.
    /// features : int, default 0
    ///     How many features come along with each observation.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If a parameter is not where it must be.
    ///
    /// Examples
    /// --------
    /// >>> bocpd.model.Regression().mean
    /// 0.0
    Regression {
        /// Prior mean of the intercept; lags are relative to it.
        mean: f64 = 0.0;
        /// How many observations the prior mean is worth.
        kappa: f64 = 1.0;
        /// Half as many observations as the prior variance is worth.
        alpha: f64 = 1.0;
        /// Scale of the prior on the variance of the noise: about alpha times it.
        beta: f64 = 1.0;
        /// How many of the last observations this one depends on.
        lags: u32 = 0;
        /// Standard deviation of the coefficient of a lag, for noise of variance beta/alpha.
        lag_scale: f64 = 0.5;
        /// Standard deviation of a segment's slope; 0: there is none.
        slope: f64 = 0.0;
        /// Standard deviation of a feature's coefficient.
        feature_scale: f64 = 1.0;
        /// How many features come along with each observation.
        features: u32 = 0;
    }

    /// Positive numbers whose logarithm may drift, rise or have a season.
    ///
    /// The structured Gaussian model for the logarithm: drifts, slopes and seasons are factors.
    ///
    /// Parameters
    /// ----------
    /// mean : float, default 0.0
    ///     Prior mean of the logarithm's level.
    /// kappa : float, default 1.0
    ///     How many observations the prior mean is worth.
    /// alpha : float, default 1.0
    ///     Half as many observations as the prior variance is worth.
    /// beta : float, default 1.0
    ///     Scale of the prior on the variance: about alpha times the variance.
    /// phi : float, default 0.0
    ///     Correlation of the noise between neighbours, of an AR(1) process; 0: white noise.
    /// drift : float, default 0.0
    ///     Variance by which the level moves in a unit of time; 0: it stays.
    /// slope : float, default 0.0
    ///     Standard deviation of a segment's slope; 0: there is none.
    /// slope_drift : float, default 0.0
    ///     Variance by which the slope moves in a unit of time; 0: it stays.
    /// period : float, default 0.0
    ///     Length of the season; 0: there is none.
    /// harmonics : int, default 1
    ///     How many harmonics the season has.
    /// season : float, default 1.0
    ///     Standard deviation of an amplitude of the season.
    /// cauchy : float, default 0.0
    ///     Scale of a Cauchy prior on the level about the prior mean, in place of kappa; 0: none.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If a parameter is not where it must be.
    ///
    /// Examples
    /// --------
    /// >>> bocpd.model.StructuredLogNormal().mean
    /// 0.0
    StructuredLogNormal {
        /// Prior mean of the logarithm's level.
        mean: f64 = 0.0;
        /// How many observations the prior mean is worth.
        kappa: f64 = 1.0;
        /// Half as many observations as the prior variance is worth.
        alpha: f64 = 1.0;
        /// Scale of the prior on the variance: about alpha times the variance.
        beta: f64 = 1.0;
        /// Correlation of the noise between neighbours, of an AR(1) process; 0: white noise.
        phi: f64 = 0.0;
        /// Variance by which the level moves in a unit of time; 0: it stays.
        drift: f64 = 0.0;
        /// Standard deviation of a segment's slope; 0: there is none.
        slope: f64 = 0.0;
        /// Variance by which the slope moves in a unit of time; 0: it stays.
        slope_drift: f64 = 0.0;
        /// Length of the season; 0: there is none.
        period: f64 = 0.0;
        /// How many harmonics the season has.
        harmonics: u32 = 1;
        /// Standard deviation of an amplitude of the season.
        season: f64 = 1.0;
        /// Scale of a Cauchy prior on the level about the prior mean, in place of kappa; 0: none.
        cauchy: f64 = 0.0;
    }

    /// Waiting times: positive numbers or 0, rate unknown.
    ///
    /// Exponential with rate ~ Gamma(shape, rate).
    ///
    /// Parameters
    /// ----------
    /// shape : float, default 1.0
    ///     Shape of the gamma prior on the rate: how many observations it is worth.
    /// rate : float, default 1.0
    ///     Rate of the gamma prior: the sum of the observations that it is worth.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If a parameter is not where it must be.
    ///
    /// Examples
    /// --------
    /// >>> bocpd.model.Exponential()
    /// Exponential(shape=1.0, rate=1.0)
    Exponential {
        /// Shape of the gamma prior on the rate: how many observations it is worth.
        shape: f64 = 1.0;
        /// Rate of the gamma prior: the sum of the observations that it is worth.
        rate: f64 = 1.0;
    }

    /// Counts of failures before the first success, probability unknown.
    ///
    /// Geometric with probability ~ Beta(a, b).
    ///
    /// Parameters
    /// ----------
    /// a : float, default 1.0
    ///     How many successes the prior is worth.
    /// b : float, default 1.0
    ///     How many failures the prior is worth.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If a parameter is not where it must be.
    ///
    /// Examples
    /// --------
    /// >>> bocpd.model.Geometric()
    /// Geometric(a=1.0, b=1.0)
    Geometric {
        /// How many successes the prior is worth.
        a: f64 = 1.0;
        /// How many failures the prior is worth.
        b: f64 = 1.0;
    }

    /// Counts more spread than Poisson ones, mean unknown, dispersion known.
    ///
    /// Negative binomial, failures before so many successes, with probability of success ~ Beta(a,
    /// b): the variance is mean + mean^2 / size.
    ///
    /// Parameters
    /// ----------
    /// size : float, default 1.0
    ///     Number of successes, an integer or not: the larger, the more like Poisson counts.
    /// a : float, default 1.0
    ///     How many successes the prior is worth.
    /// b : float, default 1.0
    ///     How many failures the prior is worth.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If a parameter is not where it must be.
    ///
    /// Examples
    /// --------
    /// >>> bocpd.model.NegativeBinomialKnownSize()
    /// NegativeBinomialKnownSize(size=1.0, a=1.0, b=1.0)
    NegativeBinomialKnownSize {
        /// Number of successes, an integer or not: the larger, the more like Poisson counts.
        size: f64 = 1.0;
        /// How many successes the prior is worth.
        a: f64 = 1.0;
        /// How many failures the prior is worth.
        b: f64 = 1.0;
    }

    /// Real numbers, mean known, variance unknown.
    ///
    /// Normal about the mean given, with precision 1/variance ~ Gamma(alpha, beta).
    ///
    /// Parameters
    /// ----------
    /// mean : float, default 0.0
    ///     Mean of all observations.
    /// alpha : float, default 1.0
    ///     Half as many observations as the prior variance is worth.
    /// beta : float, default 1.0
    ///     Scale of the prior on the variance: about alpha times the variance.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If a parameter is not where it must be.
    ///
    /// Examples
    /// --------
    /// >>> bocpd.model.GaussianKnownMean()
    /// GaussianKnownMean(mean=0.0, alpha=1.0, beta=1.0)
    GaussianKnownMean {
        /// Mean of all observations.
        mean: f64 = 0.0;
        /// Half as many observations as the prior variance is worth.
        alpha: f64 = 1.0;
        /// Scale of the prior on the variance: about alpha times the variance.
        beta: f64 = 1.0;
    }

    /// Counts over exposures that differ, rate unknown.
    ///
    /// Poisson with mean rate times exposure, and rate ~ Gamma(shape, rate). The exposure comes
    /// along with each observation, and is 1 if it does not.
    ///
    /// Parameters
    /// ----------
    /// shape : float, default 1.0
    ///     Shape of the gamma prior on the rate.
    /// rate : float, default 1.0
    ///     Rate of the gamma prior: the exposure that it is worth.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If a parameter is not where it must be.
    ///
    /// Examples
    /// --------
    /// >>> bocpd.model.PoissonExposure()
    /// PoissonExposure(shape=1.0, rate=1.0)
    PoissonExposure {
        /// Shape of the gamma prior on the rate.
        shape: f64 = 1.0;
        /// Rate of the gamma prior: the exposure that it is worth.
        rate: f64 = 1.0;
    }

    /// Successes out of numbers of trials that differ, probability unknown.
    ///
    /// Binomial with probability ~ Beta(a, b). The number of trials comes along with each
    /// observation.
    ///
    /// Parameters
    /// ----------
    /// a : float, default 1.0
    ///     How many yeses, or successes, the prior is worth.
    /// b : float, default 1.0
    ///     How many noes, or failures, the prior is worth.
    /// trials : int, default 1
    ///     Trials of an observation that comes without their number.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If a parameter is not where it must be.
    ///
    /// Examples
    /// --------
    /// >>> bocpd.model.BinomialTrials()
    /// BinomialTrials(a=1.0, b=1.0, trials=1)
    BinomialTrials {
        /// How many yeses, or successes, the prior is worth.
        a: f64 = 1.0;
        /// How many noes, or failures, the prior is worth.
        b: f64 = 1.0;
        /// Trials of an observation that comes without their number.
        trials: u64 = 1;
    }

    /// Measurements with error bars, mean unknown.
    ///
    /// Normal with the standard deviation that comes along with each observation, and mean ~
    /// N(mean, level_variance).
    ///
    /// Parameters
    /// ----------
    /// mean : float, default 0.0
    ///     Prior mean of the level.
    /// level_variance : float, default 1.0
    ///     Prior variance of the level.
    /// variance : float, default 1.0
    ///     Variance of an observation that comes without an error bar.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If a parameter is not where it must be.
    ///
    /// Examples
    /// --------
    /// >>> bocpd.model.GaussianErrorBars()
    /// GaussianErrorBars(mean=0.0, level_variance=1.0, variance=1.0)
    GaussianErrorBars {
        /// Prior mean of the level.
        mean: f64 = 0.0;
        /// Prior variance of the level.
        level_variance: f64 = 1.0;
        /// Variance of an observation that comes without an error bar.
        variance: f64 = 1.0;
    }

    /// Real numbers of known relative precision, mean and variance unknown.
    ///
    /// The Gaussian model, but the variance of an observation is that of the segment divided by the
    /// weight that comes along with it, and is 1 if it does not.
    ///
    /// Parameters
    /// ----------
    /// mean : float, default 0.0
    ///     Prior mean of the level.
    /// kappa : float, default 1.0
    ///     How many observations of weight 1 the prior mean is worth.
    /// alpha : float, default 1.0
    ///     Half as many observations as the prior variance is worth.
    /// beta : float, default 1.0
    ///     Scale of the prior on the variance: about alpha times the variance.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If a parameter is not where it must be.
    ///
    /// Examples
    /// --------
    /// >>> bocpd.model.HeteroscedasticGaussian()
    /// HeteroscedasticGaussian(mean=0.0, kappa=1.0, alpha=1.0, beta=1.0)
    HeteroscedasticGaussian {
        /// Prior mean of the level.
        mean: f64 = 0.0;
        /// How many observations of weight 1 the prior mean is worth.
        kappa: f64 = 1.0;
        /// Half as many observations as the prior variance is worth.
        alpha: f64 = 1.0;
        /// Scale of the prior on the variance: about alpha times the variance.
        beta: f64 = 1.0;
    }

    /// Several real numbers, means and covariance unknown.
    ///
    /// Multivariate normal with a normal-inverse-Wishart prior: each number by itself follows the
    /// Gaussian model of its mean and beta, and the prior knows of no correlation.
    ///
    /// Parameters
    /// ----------
    /// mean : array_like, optional
    ///     Prior mean of the level of each number; 0 if None.
    /// kappa : float, default 1.0
    ///     How many observations the prior means are worth.
    /// alpha : float, default 1.0
    ///     Half as many observations as the prior variances are worth.
    /// beta : array_like, optional
    ///     Scale of the prior on the variance of each number: about alpha times it; 1 if None.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If a parameter is not where it must be.
    ///
    /// Examples
    /// --------
    /// >>> bocpd.model.MultivariateGaussian()
    /// MultivariateGaussian(mean=[0.0], kappa=1.0, alpha=1.0, beta=[1.0])
    MultivariateGaussian {
        /// Prior mean of the level of each number; 0 if None.
        mean: Vec<f64> as [0.0] = None;
        /// How many observations the prior means are worth.
        kappa: f64 = 1.0;
        /// Half as many observations as the prior variances are worth.
        alpha: f64 = 1.0;
        /// Scale of the prior on the variance of each number: about alpha times it; 1 if None.
        beta: Vec<f64> as [1.0] = None;
    }

    /// Which of several categories, numbered from 0, probabilities unknown.
    ///
    /// Categorical with probabilities ~ Dirichlet(concentration). The level of a segment is the
    /// probability of category 0.
    ///
    /// Parameters
    /// ----------
    /// concentration : float, default 1.0
    ///     How many observations of each category the prior is worth.
    /// categories : int, default 2
    ///     How many categories there are.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If a parameter is not where it must be.
    ///
    /// Examples
    /// --------
    /// >>> bocpd.model.Categorical()
    /// Categorical(concentration=1.0, categories=2)
    Categorical {
        /// How many observations of each category the prior is worth.
        concentration: f64 = 1.0;
        /// How many categories there are.
        categories: u32 = 2;
    }

    /// Counts with zeros of their own, as many or as few as there are.
    ///
    /// In two parts: whether the count is positive, with probability ~ Beta(a, b); and what a
    /// positive count has beyond 1, which is Poisson with rate ~ Gamma(shape, rate).
    ///
    /// Parameters
    /// ----------
    /// a : float, default 1.0
    ///     How many positive counts the prior is worth.
    /// b : float, default 1.0
    ///     How many zeros the prior is worth.
    /// shape : float, default 1.0
    ///     Shape of the gamma prior on the mean of positive counts less 1.
    /// rate : float, default 1.0
    ///     Rate of the gamma prior: how many positive counts it is worth.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If a parameter is not where it must be.
    ///
    /// Examples
    /// --------
    /// >>> bocpd.model.HurdlePoisson()
    /// HurdlePoisson(a=1.0, b=1.0, shape=1.0, rate=1.0)
    HurdlePoisson {
        /// How many positive counts the prior is worth.
        a: f64 = 1.0;
        /// How many zeros the prior is worth.
        b: f64 = 1.0;
        /// Shape of the gamma prior on the mean of positive counts less 1.
        shape: f64 = 1.0;
        /// Rate of the gamma prior: how many positive counts it is worth.
        rate: f64 = 1.0;
    }

    /// Counts more spread than Poisson ones, mean and dispersion unknown.
    ///
    /// Negative binomial, failures before so many successes, with a size that is one of several, in
    /// each segment anew, and probability of success ~ Beta(1 + rate size, shape): the prior mean
    /// of a count is shape / rate, the variance mean + mean^2 / size.
    ///
    /// Parameters
    /// ----------
    /// shape : float, default 1.0
    ///     Shape of the prior on the mean count, which is a gamma distribution for large sizes.
    /// rate : float, default 1.0
    ///     Rate of that prior: how many observations it is worth.
    /// sizes : array_like, optional
    ///     The sizes to choose from: the larger, the more like Poisson counts; 0.3, 1, 3, 10, 30,
    ///     1000 if None.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If a parameter is not where it must be.
    ///
    /// Examples
    /// --------
    /// >>> bocpd.model.NegativeBinomialGrid()
    /// NegativeBinomialGrid(shape=1.0, rate=1.0, sizes=[0.3, 1.0, 3.0, 10.0, 30.0, 1000.0])
    NegativeBinomialGrid {
        /// Shape of the prior on the mean count, which is a gamma distribution for large sizes.
        shape: f64 = 1.0;
        /// Rate of that prior: how many observations it is worth.
        rate: f64 = 1.0;
        /// The sizes to choose from: the larger, the more like Poisson counts; 0.3, 1, 3, 10, 30,
        /// 1000 if None.
        sizes: Vec<f64> as [0.3, 1.0, 3.0, 10.0, 30.0, 1000.0] = None;
    }

    /// Real numbers in noise whose variance wanders within a segment.
    ///
    /// The Gaussian model with a level that may drift or rise and noise that may remember, whose
    /// variance is known from about the last so many observations. Variances and standard
    /// deviations but alpha and beta are in units of those of the noise.
    ///
    /// Parameters
    /// ----------
    /// mean : float, default 0.0
    ///     Prior mean of the level.
    /// kappa : float, default 1.0
    ///     How many observations the prior mean is worth.
    /// alpha : float, default 1.0
    ///     Half as many observations as the prior variance is worth.
    /// beta : float, default 1.0
    ///     Scale of the prior on the variance: about alpha times the variance.
    /// phi : float, default 0.0
    ///     Correlation of the noise between neighbours, of an AR(1) process; 0: white noise.
    /// drift : float, default 0.0
    ///     Variance by which the level moves in a unit of time; 0: it stays.
    /// slope : float, default 0.0
    ///     Standard deviation of a segment's slope; 0: there is none.
    /// cauchy : float, default 0.0
    ///     Scale of a Cauchy prior on the level about the prior mean, in place of kappa; 0: none.
    /// memory : int, default 50
    ///     How many observations the variance remembers.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If a parameter is not where it must be.
    ///
    /// Examples
    /// --------
    /// >>> bocpd.model.VolatileGaussian().mean
    /// 0.0
    VolatileGaussian {
        /// Prior mean of the level.
        mean: f64 = 0.0;
        /// How many observations the prior mean is worth.
        kappa: f64 = 1.0;
        /// Half as many observations as the prior variance is worth.
        alpha: f64 = 1.0;
        /// Scale of the prior on the variance: about alpha times the variance.
        beta: f64 = 1.0;
        /// Correlation of the noise between neighbours, of an AR(1) process; 0: white noise.
        phi: f64 = 0.0;
        /// Variance by which the level moves in a unit of time; 0: it stays.
        drift: f64 = 0.0;
        /// Standard deviation of a segment's slope; 0: there is none.
        slope: f64 = 0.0;
        /// Scale of a Cauchy prior on the level about the prior mean, in place of kappa; 0: none.
        cauchy: f64 = 0.0;
        /// How many observations the variance remembers.
        memory: u32 = 50;
    }
    // end of generated: models
}
