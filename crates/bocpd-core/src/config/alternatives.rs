//! Several models, one of which is that of the whole stream.

#[cfg(feature = "serde")]
use alloc::vec::Vec;

use super::{Config, HazardConfig, ModelConfig};
use crate::error::ParameterError;
use crate::list::Observes;

/// A model that a stream may have instead of [`Config::model`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Alternative {
    /// The model.
    pub model: ModelConfig,
    /// Its prior probability, as a multiple of that of [`Config::model`].
    #[cfg_attr(feature = "serde", serde(default = "as_probable"))]
    pub weight: f64,
}

/// What has one of several models.
///
/// Exhaustive on purpose: what shows a configuration should not compile if it does not know
/// one of these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Per {
    /// The stream, from its beginning to its end: as many filters side by side as there are
    /// models, weighed by their evidence.
    #[default]
    Stream,
    /// Each segment, drawn anew with the weights as probabilities: one filter
    /// ([`PerSegment`](crate::any::PerSegment)).
    Segment,
}

#[cfg(feature = "serde")]
fn as_probable() -> f64 {
    1.0
}

impl Alternative {
    /// A model that is as probable as [`Config::model`].
    pub fn new(model: ModelConfig) -> Self {
        Self { model, weight: 1.0 }
    }

    /// Whether model and weight can be used.
    ///
    /// # Errors
    /// Names the first parameter that cannot be; the weight must lie in [1e-100, 1e100].
    pub fn check(&self) -> Result<(), ParameterError> {
        if !(1e-100..=1e100).contains(&self.weight) {
            let (name, must) = ("weight of an alternative", "lie in [1e-100, 1e100]");
            return Err(ParameterError::new(name, self.weight, must));
        }
        self.model.check()
    }
}

fn features(model: &ModelConfig) -> u32 {
    match model {
        ModelConfig::Regression { features, .. } => *features,
        _ => 0,
    }
}

/// A list whose length is not believed before its items were read.
#[cfg(feature = "serde")]
pub(crate) fn listed<'de, D>(deserializer: D) -> Result<Vec<Alternative>, D::Error>
where
    D: serde::Deserializer<'de>,
{
    super::list_of(deserializer, "a list of models with weights")
}

/// There may be so many.
const MOST: usize = 255;

/// So many filters may go side by side.
const MOST_FILTERS: usize = 256;

impl Config {
    /// All models, [`Config::model`] first, with their weights.
    pub(crate) fn models(&self) -> impl Iterator<Item = (&ModelConfig, f64)> {
        let others = self.alternatives.iter().map(|one| (&one.model, one.weight));
        core::iter::once((&self.model, 1.0)).chain(others)
    }

    /// Whether there are not too many models for the stream, with as many hazards each.
    pub(crate) fn check_filters(&self) -> Result<(), ParameterError> {
        let models = match self.alternatives_per {
            Per::Stream => 1 + self.alternatives.len(),
            Per::Segment => 1,
        };
        let hazards = match &self.hazard {
            HazardConfig::ConstantGrid { mean_run_lengths } => mean_run_lengths.len(),
            _ => 1,
        };
        let filters = models * hazards;
        if filters > MOST_FILTERS {
            let (name, must) = ("number of models × mean_run_lengths", "be 256 at most");
            return Err(ParameterError::new(name, filters as f64, must));
        }
        Ok(())
    }

    /// Whether the stream has a single hazard, which `fit` and `segmentations` need.
    ///
    /// # Errors
    /// It is one of several in a grid.
    pub(crate) fn check_one_hazard(&self) -> Result<(), ParameterError> {
        let HazardConfig::ConstantGrid { mean_run_lengths } = &self.hazard else {
            return Ok(());
        };
        if mean_run_lengths.len() > 1 {
            let must = "be a single hazard here, such as constant, not several in a grid";
            return Err(ParameterError::without_value("hazard", must));
        }
        Ok(())
    }

    /// Whether the models can be compared by what they say of one stream.
    pub(crate) fn check_alternatives(&self) -> Result<(), ParameterError> {
        if self.alternatives.is_empty() {
            return Ok(());
        }
        let error = |must| Err(ParameterError::without_value("alternatives", must));
        if self.alternatives.len() > MOST {
            return error("be 255 models at most");
        }
        for alternative in &self.alternatives {
            alternative.check()?;
            let model = &alternative.model;
            if self.outliers.is_some() {
                Self::among_those_of(model)?;
            }
            if model.dimension() != self.model.dimension()
                || features(model) != features(&self.model)
            {
                return error("observe as many numbers and features as the model does");
            }
        }
        let mut kinds = self.models().map(|(model, _)| {
            let spec = model.spec()?;
            Some(matches!(spec.observes, Observes::Real | Observes::Positive))
        });
        let first = kinds.next().flatten();
        if first.is_none() || !kinds.all(|kind| kind == first) {
            return error(
                "all be densities, or all be probabilities of counts, and none a model of one's own",
            );
        }
        Ok(())
    }
}
