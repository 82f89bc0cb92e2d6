//! A detector as plain data, and the one place that builds it.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::bank::StoredBank;
use crate::dynamic::{Configured, Detect};
use crate::hazard::AnyHazard;
use crate::{
    AlarmPolicy, Bernoulli, Binomial, Gamma, Gaussian, Keep, ObservationModel, ParameterError,
    Poisson, Pruning, StudentT, StudentTGrid,
};

/// Everything that makes a detector: what front-ends fill in.
///
/// In JSON (feature `serde`):
///
/// ```json
/// {
///   "model": {"gaussian": {"mean": 0, "kappa": 1, "alpha": 1, "beta": 1}},
///   "hazard": {"constant": {"mean_run_length": 100}},
///   "pruning": {"max_hypotheses": 64, "min_weight": null, "max_run_length": null},
///   "missing": "error"
/// }
/// ```
///
/// All but `model` and `hazard` may be left out.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Config {
    /// What segments look like.
    pub model: ModelConfig,
    /// How long they last.
    pub hazard: HazardConfig,
    /// Which hypotheses are kept.
    #[cfg_attr(feature = "serde", serde(default))]
    pub pruning: Pruning,
    /// What NaN means.
    #[cfg_attr(feature = "serde", serde(default))]
    pub missing: Missing,
    /// How much of the past is remembered.
    #[cfg_attr(feature = "serde", serde(default))]
    pub history: Keep,
    /// Whether the detector follows in which direction, and by how much, the
    /// level changed; with an alarm policy it always does.
    #[cfg_attr(feature = "serde", serde(default))]
    pub shifts: bool,
    /// When a change is an alarm.
    #[cfg_attr(feature = "serde", serde(default))]
    pub alarm: Option<AlarmPolicy>,
}

/// What NaN in the data means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Missing {
    /// An error.
    #[default]
    Error,
    /// A missing observation: time moves, nothing is learned.
    Skip,
}

/// An observation model with its parameters, named as in the constructors.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(rename_all = "snake_case", deny_unknown_fields)
)]
#[non_exhaustive]
#[expect(
    missing_docs,
    reason = "the fields are the arguments of the constructors named"
)]
pub enum ModelConfig {
    /// [`Gaussian::new`].
    Gaussian {
        mean: f64,
        kappa: f64,
        alpha: f64,
        beta: f64,
    },
    /// [`StudentT::new`].
    StudentT {
        mean: f64,
        kappa: f64,
        alpha: f64,
        beta: f64,
        nu: f64,
    },
    /// [`StudentTGrid::new`].
    StudentTGrid {
        mean: f64,
        kappa: f64,
        alpha: f64,
        beta: f64,
        nu: Vec<f64>,
        #[cfg_attr(feature = "serde", serde(default))]
        nu_prior: Option<Vec<f64>>,
    },
    /// [`Poisson::new`].
    Poisson { shape: f64, rate: f64 },
    /// [`Bernoulli::new`].
    Bernoulli { a: f64, b: f64 },
    /// [`Binomial::new`].
    Binomial { a: f64, b: f64, trials: u64 },
    /// [`Gamma::new`].
    Gamma {
        shape: f64,
        rate: f64,
        known_shape: f64,
    },
    /// A model of the caller's, for observations of so many numbers: see
    /// [`Config::build_with_model`].
    Own { dimension: usize },
}

impl ModelConfig {
    /// How many numbers make an observation.
    #[must_use]
    pub fn dimension(&self) -> usize {
        match *self {
            Self::Own { dimension } => dimension,
            _ => 1,
        }
    }
}

/// A hazard with its parameters, named as in the constructors.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(rename_all = "snake_case", deny_unknown_fields)
)]
#[non_exhaustive]
#[expect(
    missing_docs,
    reason = "the fields are the arguments of the constructors named"
)]
pub enum HazardConfig {
    /// [`Constant::new`](crate::Constant::new).
    Constant { mean_run_length: f64 },
    /// [`Rate::new`](crate::Rate::new).
    Rate { per_unit_time: f64 },
    /// [`Weibull::new`](crate::Weibull::new).
    Weibull { shape: f64, scale: f64 },
    /// [`LogLogistic::new`](crate::LogLogistic::new).
    LogLogistic { shape: f64, scale: f64 },
    /// [`NegativeBinomial::new`](crate::NegativeBinomial::new).
    NegativeBinomial { k: u32, p: f64 },
    /// [`Table::new`](crate::Table::new).
    Table { hazards: Vec<f64> },
    /// A hazard of the caller's: see [`Config::build_with_hazard`].
    Own,
}

impl Config {
    /// The detector that this describes.
    ///
    /// # Errors
    /// Names the first parameter that cannot be used.
    pub fn build(&self) -> Result<Box<dyn Detect>, ParameterError> {
        self.build_any(AnyHazard::new(&self.hazard)?)
    }

    /// The same with a hazard of the caller's in place of [`Config::hazard`],
    /// which becomes [`HazardConfig::Own`].
    ///
    /// Snapshots of such a detector hold its state but not its hazard:
    /// [`Detect::restore`] takes them, [`restore`](crate::restore) does not.
    ///
    /// # Errors
    /// Names the first parameter that cannot be used.
    #[cfg(target_has_atomic = "ptr")]
    pub fn build_with_hazard(
        &self,
        hazard: crate::SharedHazard,
    ) -> Result<Box<dyn Detect>, ParameterError> {
        self.with_own_hazard().build_any(AnyHazard::Own(hazard))
    }

    /// The same with a model of the caller's, and a hazard of the caller's if
    /// there is one. [`Config::model`] has to be [`ModelConfig::Own`] with the
    /// dimension of the model's observations.
    ///
    /// Snapshots of such a detector hold its state but not its model:
    /// [`Detect::restore`] takes them, [`restore`](crate::restore) does not.
    ///
    /// # Errors
    /// Names the first parameter that cannot be used.
    #[cfg(target_has_atomic = "ptr")]
    pub fn build_with_model<M>(
        &self,
        model: M,
        hazard: Option<crate::SharedHazard>,
    ) -> Result<Box<dyn Detect>, ParameterError>
    where
        M: ObservationModel<Obs = [f64], Bank: StoredBank + Send + Sync>,
        M: Clone + Send + Sync + 'static,
    {
        match self.model {
            ModelConfig::Own { dimension: 0 } => {
                return Err(ParameterError::new("dimension", 0.0, "be at least 1"));
            }
            ModelConfig::Own { .. } => {}
            ref other => {
                let must = "be that of a ModelConfig::Own, to be built with a model";
                let dimension = other.dimension() as f64;
                return Err(ParameterError::new("dimension", dimension, must));
            }
        }
        match hazard {
            Some(hazard) => {
                Configured::boxed(&self.with_own_hazard(), model, AnyHazard::Own(hazard))
            }
            None => Configured::boxed(self, model, AnyHazard::new(&self.hazard)?),
        }
    }

    #[cfg(target_has_atomic = "ptr")]
    fn with_own_hazard(&self) -> Self {
        Self {
            hazard: HazardConfig::Own,
            ..self.clone()
        }
    }

    fn build_any(&self, hazard: AnyHazard) -> Result<Box<dyn Detect>, ParameterError> {
        Ok(match self.model {
            ModelConfig::Gaussian {
                mean,
                kappa,
                alpha,
                beta,
            } => Configured::boxed(self, Gaussian::new(mean, kappa, alpha, beta)?, hazard)?,
            ModelConfig::StudentT {
                mean,
                kappa,
                alpha,
                beta,
                nu,
            } => Configured::boxed(self, StudentT::new(mean, kappa, alpha, beta, nu)?, hazard)?,
            ModelConfig::StudentTGrid {
                mean,
                kappa,
                alpha,
                beta,
                ref nu,
                ref nu_prior,
            } => {
                let prior = nu_prior.as_deref();
                let model = StudentTGrid::new(mean, kappa, alpha, beta, nu, prior)?;
                Configured::boxed(self, model, hazard)?
            }
            ModelConfig::Poisson { shape, rate } => {
                Configured::boxed(self, Poisson::new(shape, rate)?, hazard)?
            }
            ModelConfig::Bernoulli { a, b } => {
                Configured::boxed(self, Bernoulli::new(a, b)?, hazard)?
            }
            ModelConfig::Binomial { a, b, trials } => {
                Configured::boxed(self, Binomial::new(a, b, trials)?, hazard)?
            }
            ModelConfig::Gamma {
                shape,
                rate,
                known_shape,
            } => Configured::boxed(self, Gamma::new(shape, rate, known_shape)?, hazard)?,
            ModelConfig::Own { dimension } => {
                let must = "come with its model: Config::build_with_model";
                let dimension = dimension as f64;
                return Err(ParameterError::new("dimension", dimension, must));
            }
        })
    }
}
