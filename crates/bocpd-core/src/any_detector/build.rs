//! A detector of a configuration.

use alloc::boxed::Box;

use super::AnyDetector;
use crate::config::{Config, ModelConfig};
use crate::erased::AnyModel;
use crate::error::ParameterError;
use crate::hazard::{Adjusted, adjusted};
use crate::list::AnyHazard;
use crate::outliers::with_outliers;
use crate::resolution::{self, WithResolution};

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

    /// The hazard with what the configuration says beside it.
    pub(super) fn adjust(&self, hazard: AnyHazard) -> Result<AnyHazard, ParameterError> {
        adjusted::check(self.min_segment, self.sensitivity)?;
        if self.min_segment == 1 && self.sensitivity == 1.0 {
            return Ok(hazard);
        }
        let hazard = Adjusted::new(hazard, self.min_segment, self.sensitivity)?;
        Ok(AnyHazard::Adjusted(Box::new(hazard)))
    }

    /// The model made of one of those of the configuration, with its outliers and its
    /// resolution, if there are any.
    pub(super) fn wrap(
        &self,
        model: AnyModel,
        of: &ModelConfig,
    ) -> Result<AnyModel, ParameterError> {
        let model = match &self.outliers {
            Some(outliers) => with_outliers(model, Self::among_those_of(of)?, outliers)?,
            None => model,
        };
        resolution::check(self.resolution)?;
        if self.resolution == 1.0 {
            return Ok(model);
        }
        Ok(AnyModel::of(WithResolution::new(model, self.resolution)?))
    }
}
