//! A detector as plain data, and the one place that builds it.

use crate::any::{AnyDetector, AnyModel};
use crate::bank::StoredBank;
use crate::list::AnyHazard;
use crate::{AlarmPolicy, Describe, HazardConfig, Keep, ModelConfig, ParameterError, Pruning};

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

impl Config {
    /// Whether this can be built. Builds nothing, and so costs nothing.
    ///
    /// # Errors
    /// Names the first parameter that cannot be used.
    pub fn check(&self) -> Result<(), ParameterError> {
        self.model.check()?;
        self.hazard.check()?;
        self.pruning.check()?;
        self.alarm.as_ref().map_or(Ok(()), AlarmPolicy::check)
    }

    /// The detector that this describes.
    ///
    /// # Errors
    /// Names the first parameter that cannot be used.
    pub fn build(&self) -> Result<AnyDetector, ParameterError> {
        self.build_any(AnyHazard::new(&self.hazard)?)
    }

    /// The same with a hazard of the caller's in place of [`Config::hazard`],
    /// which becomes [`HazardConfig::Own`].
    ///
    /// Snapshots of such a detector hold its state but not its hazard:
    /// [`AnyDetector::restore`] takes them, [`restore`](crate::restore) does not.
    ///
    /// # Errors
    /// Names the first parameter that cannot be used.
    #[cfg(target_has_atomic = "ptr")]
    pub fn build_with_hazard(
        &self,
        hazard: crate::SharedHazard,
    ) -> Result<AnyDetector, ParameterError> {
        self.with_own_hazard().build_any(AnyHazard::Own(hazard))
    }

    /// The same with a model of the caller's, and a hazard of the caller's if
    /// there is one. [`Config::model`] has to be [`ModelConfig::Own`] with the
    /// dimension of the model's observations.
    ///
    /// Snapshots of such a detector hold its state but not its model:
    /// [`AnyDetector::restore`] takes them, [`restore`](crate::restore) does not.
    ///
    /// # Errors
    /// Names the first parameter that cannot be used.
    #[cfg(target_has_atomic = "ptr")]
    pub fn build_with_model<M>(
        &self,
        model: M,
        hazard: Option<crate::SharedHazard>,
    ) -> Result<AnyDetector, ParameterError>
    where
        M: Describe<Scalar = f64, Obs = [f64], Bank: StoredBank + Send + Sync + 'static>,
        M: Send + Sync + 'static,
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
                let config = self.with_own_hazard();
                AnyDetector::new(&config, AnyModel::new(model), AnyHazard::Own(hazard))
            }
            None => AnyDetector::new(self, AnyModel::new(model), AnyHazard::new(&self.hazard)?),
        }
    }

    #[cfg(target_has_atomic = "ptr")]
    fn with_own_hazard(&self) -> Self {
        Self {
            hazard: HazardConfig::Own,
            ..self.clone()
        }
    }

    fn build_any(&self, hazard: AnyHazard) -> Result<AnyDetector, ParameterError> {
        AnyDetector::new(self, self.model.build()?, hazard)
    }
}
