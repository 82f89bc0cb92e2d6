//! A detector of a configuration.

use super::AnyDetector;
use crate::config::Config;
use crate::error::ParameterError;
use crate::list::AnyHazard;

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
}
