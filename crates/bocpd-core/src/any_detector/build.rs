//! A detector of a configuration.

use super::AnyDetector;
use crate::config::{Config, ModelConfig};
use crate::erased::AnyModel;
use crate::error::ParameterError;
use crate::list::AnyHazard;
use crate::outliers::with_outliers;

impl Config {
    /// The detector that this describes.
    ///
    /// # Errors
    /// Names the first parameter that cannot be used.
    pub fn build(&self) -> Result<AnyDetector, ParameterError> {
        self.build_any(AnyHazard::new(&self.hazard)?)
    }

    pub(super) fn build_any(&self, hazard: AnyHazard) -> Result<AnyDetector, ParameterError> {
        AnyDetector::new(self, self.model.build()?, hazard)
    }

    /// The model made of one of those of the configuration, with its outliers, if there are
    /// any.
    pub(super) fn add_outliers(
        &self,
        model: AnyModel,
        of: &ModelConfig,
    ) -> Result<AnyModel, ParameterError> {
        match &self.outliers {
            Some(outliers) => with_outliers(model, Self::among_those_of(of)?, outliers),
            None => Ok(model),
        }
    }
}
