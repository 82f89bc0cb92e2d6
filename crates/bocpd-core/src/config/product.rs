//! Observations of several numbers, each with a model of its own.

#[cfg(feature = "serde")]
use alloc::vec::Vec;

use super::{Config, ModelConfig};
use crate::error::ParameterError;
use crate::list::ModelSpec;
use crate::observation::MOST_NUMBERS;

impl Config {
    /// A detector of observations of several numbers, one for each of these models, which are
    /// independent given the segments: [`Config::model`] is the first of them,
    /// [`Config::product`] has the others.
    ///
    /// ```
    /// use bocpd_core::config::{Config, HazardConfig, ModelConfig};
    ///
    /// let models = [
    ///     ModelConfig::Gaussian { mean: 0.0, kappa: 0.1, alpha: 1.0, beta: 1.0 },
    ///     ModelConfig::Poisson { shape: 1.0, rate: 0.2 },
    /// ];
    /// let hazard = HazardConfig::Constant { mean_run_length: 100.0 };
    /// let mut detector = Config::of_product(models, hazard)?.build()?;
    /// for row in [[0.1, 4.0], [-0.2, 6.0], [0.0, 5.0], [0.2, 21.0], [-0.1, 18.0]] {
    ///     detector.update(&row)?;
    /// }
    /// assert_eq!(detector.changepoints(), [3]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If there is no model.
    pub fn of_product(
        models: impl IntoIterator<Item = ModelConfig>,
        hazard: super::HazardConfig,
    ) -> Result<Self, ParameterError> {
        let mut models = models.into_iter();
        let Some(first) = models.next() else {
            let must = "be at least 1";
            return Err(ParameterError::new("number of models", 0.0, must));
        };
        let mut config = Self::new(first, hazard);
        config.product = models.collect();
        Ok(config)
    }

    /// How many numbers make an observation.
    pub fn dimension(&self) -> usize {
        self.model.dimension() + self.product.len()
    }

    /// Whether observations have several numbers of which some may be missing while others are
    /// there; those of a model of the caller's are missing together.
    pub(crate) fn has_numbers(&self) -> bool {
        let of_several = |spec: &ModelSpec| spec.of_several;
        !self.product.is_empty() || self.model.spec().is_some_and(of_several)
    }

    /// The models of the numbers of an observation, in their order.
    pub fn models_of_numbers(&self) -> impl Iterator<Item = &ModelConfig> {
        core::iter::once(&self.model).chain(&self.product)
    }

    /// Whether models can be those of the numbers of an observation.
    pub(crate) fn check_product(&self) -> Result<(), ParameterError> {
        if self.product.is_empty() {
            return Ok(());
        }
        let error = |name, must| Err(ParameterError::without_value(name, must));
        if self.product.len() >= MOST_NUMBERS {
            return error("product", "be 1023 models at most");
        }
        if !self.alternatives.is_empty() {
            let must = "be left out where observations have several numbers";
            return error("alternatives", must);
        }
        for model in self.models_of_numbers() {
            model.check()?;
            match model {
                ModelConfig::Own { .. } => {
                    return error("product", "be of models that come with the library");
                }
                ModelConfig::Regression { .. } => {
                    return error("product", "be of models without features");
                }
                one if one.dimension() > 1 => {
                    return error("product", "be of models of one number each");
                }
                _ => {}
            }
        }
        if self.outliers.is_some() {
            let mut all = self.models_of_numbers().map(Self::among_those_of);
            if !all.any(|among| among.is_ok()) {
                Self::among_those_of(&self.model)?;
            }
        }
        let given = self
            .outliers
            .filter(|outliers| outliers.centre.is_some() || outliers.scale.is_some());
        if given.is_some() {
            let must = "be left out where observations have several numbers: each has its own";
            return error("centre and scale of outliers", must);
        }
        Ok(())
    }
}

/// A list whose length is not believed before its items were read.
#[cfg(feature = "serde")]
pub(crate) fn listed<'de, D>(deserializer: D) -> Result<Vec<ModelConfig>, D::Error>
where
    D: serde::Deserializer<'de>,
{
    super::list_of(deserializer, "a list of models")
}
