//! A detector of a configuration.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::AnyDetector;
use crate::config::{Config, ModelConfig, Per};
use crate::distribution::Among;
use crate::erased::AnyModel;
use crate::error::ParameterError;
use crate::hazard::{Adjusted, adjusted};
use crate::list::AnyHazard;
use crate::model::{StructuredGaussian, VolatileGaussian};
use crate::outliers::with_outliers;
use crate::per_segment::PerSegment;
use crate::product::Product;
use crate::resolution::{self, WithResolution};

impl ModelConfig {
    /// The model for segments of at most so many observations.
    fn build_for(&self, observations: usize) -> Result<AnyModel, ParameterError> {
        match *self {
            Self::StructuredGaussian {
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
            } => StructuredGaussian::for_counts(
                observations,
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
                None,
            )
            .map(AnyModel::of),
            Self::VolatileGaussian {
                mean,
                kappa,
                alpha,
                beta,
                phi,
                drift,
                slope,
                cauchy,
                memory,
            } => VolatileGaussian::for_counts(
                observations,
                mean,
                kappa,
                alpha,
                beta,
                phi,
                drift,
                slope,
                cauchy,
                memory,
            )
            .map(AnyModel::of),
            _ => self.build(),
        }
    }
}

impl Config {
    /// The detector that this describes.
    ///
    /// # Errors
    /// Names the first parameter that cannot be used.
    pub fn build(&self) -> Result<AnyDetector, ParameterError> {
        self.build_any(AnyHazard::new(&self.hazard)?)
    }

    /// The detector for a series of at most so many observations. It says of them what that of
    /// [`build`](Self::build) says, to the last bit, and is made in less time if they are few.
    pub(crate) fn build_for(&self, observations: usize) -> Result<AnyDetector, ParameterError> {
        let model = self.model.build_for(observations)?;
        AnyDetector::new(self, model, AnyHazard::new(&self.hazard)?)
    }

    /// The same with a model that was made of that of the configuration before: its tables are
    /// shared.
    pub(crate) fn build_sharing(&self, model: &AnyModel) -> Result<AnyDetector, ParameterError> {
        AnyDetector::new(self, model.clone(), AnyHazard::new(&self.hazard)?)
    }

    pub(super) fn build_any(&self, hazard: AnyHazard) -> Result<AnyDetector, ParameterError> {
        AnyDetector::new(self, self.model.build()?, hazard)
    }

    /// Which numbers outliers can be beside this model; where segments have one of several, those
    /// beside all of them.
    fn among(&self, model: &ModelConfig) -> Result<Among, ParameterError> {
        let mut among = Self::among_those_of(model)?;
        if self.alternatives_per == Per::Segment {
            for alternative in &self.alternatives {
                if Self::among_those_of(&alternative.model)? != among {
                    among = Among::Reals;
                }
            }
        }
        Ok(among)
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

    /// What a detector of the configuration looks at observations with, where `model` is made of
    /// the first of its models.
    pub(super) fn whole(&self, model: AnyModel) -> Result<AnyModel, ParameterError> {
        if self.product.is_empty() {
            return self.wrap(self.joined(model)?, &self.model);
        }
        self.check_product()?;
        let mut models = Vec::from([self.robust_if_it_can(model, &self.model)?]);
        for further in &self.product {
            models.push(self.robust_if_it_can(further.build()?, further)?);
        }
        self.coarse(AnyModel::of(Product::new(models)?))
    }

    /// The models of the configuration as one, if each segment has its own; otherwise `model`,
    /// which is made of the first of them.
    fn joined(&self, model: AnyModel) -> Result<AnyModel, ParameterError> {
        if self.alternatives.is_empty() || self.alternatives_per == Per::Stream {
            return Ok(model);
        }
        self.check_alternatives()?;
        let mut models = Vec::from([(model, 1.0)]);
        for alternative in &self.alternatives {
            models.push((alternative.model.build()?, alternative.weight));
        }
        Ok(AnyModel::of(PerSegment::new(models)?))
    }

    /// The model made of one of those of the configuration, with its outliers and its
    /// resolution, if there are any.
    pub(super) fn wrap(
        &self,
        model: AnyModel,
        of: &ModelConfig,
    ) -> Result<AnyModel, ParameterError> {
        self.coarse(self.robust(model, of)?)
    }

    /// The same with its outliers alone.
    fn robust(&self, model: AnyModel, of: &ModelConfig) -> Result<AnyModel, ParameterError> {
        match &self.outliers {
            Some(outliers) => with_outliers(model, self.among(of)?, outliers),
            None => Ok(model),
        }
    }

    /// The same, if numbers of this model can be outliers.
    fn robust_if_it_can(
        &self,
        model: AnyModel,
        of: &ModelConfig,
    ) -> Result<AnyModel, ParameterError> {
        match Self::among_those_of(of) {
            Ok(_) => self.robust(model, of),
            Err(_) => Ok(model),
        }
    }

    /// The same with its resolution alone.
    fn coarse(&self, model: AnyModel) -> Result<AnyModel, ParameterError> {
        resolution::check(self.resolution)?;
        if self.resolution == 1.0 {
            return Ok(model);
        }
        Ok(AnyModel::of(WithResolution::new(model, self.resolution)?))
    }
}
