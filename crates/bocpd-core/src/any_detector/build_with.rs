//! `build_with_hazard` and `build_with_model`: detectors of a configuration with a hazard
//! or a model of the caller's.

use super::AnyDetector;
#[cfg(feature = "serde")]
use crate::bank::StoredBank;
#[cfg(feature = "serde")]
use crate::config::ModelConfig;
use crate::config::{Config, HazardConfig};
#[cfg(feature = "serde")]
use crate::erased::AnyModel;
use crate::error::ParameterError;
use crate::hazard::SharedHazard;
use crate::list::AnyHazard;
#[cfg(feature = "serde")]
use crate::observation_model::Describe;

impl Config {
    /// The same with a hazard of the caller's in place of [`Config::hazard`],
    /// which becomes [`HazardConfig::Own`].
    ///
    /// Snapshots of such a detector hold its state but not its hazard:
    /// `AnyDetector::restore` takes them, [`any`](crate::any)`::restore` does not.
    ///
    /// # Errors
    /// Names the first parameter that cannot be used.
    pub fn build_with_hazard(&self, hazard: SharedHazard) -> Result<AnyDetector, ParameterError> {
        self.with_own_hazard().build_any(AnyHazard::Own(hazard))
    }

    /// The same with a model of the caller's, and a hazard of the caller's if
    /// there is one. [`Config::model`] has to be [`ModelConfig::Own`] with the
    /// dimension of the model's observations.
    ///
    /// Snapshots of such a detector hold its state but not its model:
    /// [`AnyDetector::restore`] takes them, [`restore`](crate::any::restore) does not.
    ///
    /// # Errors
    /// Names the first parameter that cannot be used.
    #[cfg(feature = "serde")]
    pub fn build_with_model<M>(
        &self,
        model: M,
        hazard: Option<SharedHazard>,
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
            _ => {
                let must = "be ModelConfig::Own, to be built with a model of the caller's";
                return Err(ParameterError::without_value("model", must));
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

    fn with_own_hazard(&self) -> Self {
        Self {
            hazard: HazardConfig::Own,
            ..self.clone()
        }
    }
}
