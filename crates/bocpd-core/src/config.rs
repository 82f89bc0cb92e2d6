//! A detector as plain data.

mod alternatives;
#[cfg(feature = "serde")]
mod list_of;
mod product;

use alloc::vec::Vec;

use crate::alarm::AlarmPolicy;
use crate::distribution::Among;
use crate::error::ParameterError;
use crate::hazard::adjusted;
use crate::history::History;
use crate::list::Observes;
pub use crate::list::{HazardConfig, ModelConfig};
use crate::observation::Beside;
use crate::outliers::Outliers;
use crate::pruning::Pruning;
use crate::resolution;
#[cfg(feature = "serde")]
pub(crate) use alternatives::listed;
pub use alternatives::{Alternative, Per};
#[cfg(feature = "serde")]
use list_of::list_of;

/// Everything that makes a detector: what front-ends fill in.
///
/// In JSON (feature `serde`):
///
/// ```json
/// {
///   "model": {"gaussian": {"mean": 0, "kappa": 1, "alpha": 1, "beta": 1}},
///   "hazard": {"constant": {"mean_run_length": 100}},
///   "pruning": {"max_hypotheses": 64, "min_weight": null, "max_run_length": null},
///   "missing": "error",
///   "outliers": {"probability": 0.01}
/// }
/// ```
///
/// All but `model` and `hazard` may be left out. In Rust, [`Config::new`] takes these two,
/// and fields are set afterwards:
///
/// ```
/// use bocpd_core::config::{Config, HazardConfig, Missing, ModelConfig};
///
/// let model = ModelConfig::Gaussian { mean: 20.0, kappa: 0.1, alpha: 1.0, beta: 1.0 };
/// let mut config = Config::new(model, HazardConfig::Constant { mean_run_length: 250.0 });
/// config.missing = Missing::Skip;
/// let mut detector = config.build()?;
/// for x in [20.1, f64::NAN, 19.8, 20.3, 25.1, 24.8, 25.3] {
///     detector.update(&[x])?;
/// }
/// assert_eq!(detector.changepoints(), [4]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[non_exhaustive]
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
    pub history: History,
    /// Whether the detector follows in which direction, and by how much, the
    /// level changed; with an alarm policy it always does.
    #[cfg_attr(feature = "serde", serde(default))]
    pub shifts: bool,
    /// When a change is an alarm.
    #[cfg_attr(feature = "serde", serde(default))]
    pub alarm: Option<AlarmPolicy>,
    /// Wild values that belong to no segment; `None` where none are expected.
    #[cfg_attr(feature = "serde", serde(default))]
    pub outliers: Option<Outliers>,
    /// Other models that the whole stream, or each segment
    /// ([`alternatives_per`](Self::alternatives_per)), may have instead of
    /// [`model`](Self::model); observations say which ([`AnyDetector::model_probabilities`](crate::AnyDetector::model_probabilities)).
    #[cfg_attr(
        feature = "serde",
        serde(default, deserialize_with = "alternatives::listed")
    )]
    pub alternatives: Vec<Alternative>,
    /// Whether it is the whole stream that has one of the models, or each segment anew.
    #[cfg_attr(feature = "serde", serde(default))]
    pub alternatives_per: Per,
    /// g: the power that the evidence of a segment counts with, 1 for all of it; less finds
    /// large and long changes only ([`WithResolution`](crate::resolution::WithResolution)).
    #[cfg_attr(feature = "serde", serde(default = "one"))]
    pub resolution: f64,
    /// No segment ends before it has so many observations
    /// ([`Adjusted`](crate::hazard::Adjusted)); the last one of a series may have fewer, since it
    /// has not ended.
    #[cfg_attr(feature = "serde", serde(default = "one"))]
    pub min_segment: u64,
    /// How many times as frequent changes are as [`hazard`](Self::hazard) says: what the prior
    /// odds of a change are multiplied by, where changes are rare
    /// ([`Adjusted`](crate::hazard::Adjusted)).
    #[cfg_attr(feature = "serde", serde(default = "one"))]
    pub sensitivity: f64,
    /// The models of the second number of an observation and of those after it, where
    /// observations have several numbers, which are independent given the segments
    /// ([`Product`](crate::any::Product)); [`model`](Self::model) is that of the first. With
    /// [`outliers`](Self::outliers) each number may be one by itself, but for numbers of
    /// successes.
    #[cfg_attr(
        feature = "serde",
        serde(default, deserialize_with = "product::listed")
    )]
    pub product: Vec<ModelConfig>,
}

#[cfg(feature = "serde")]
fn one<N: num_traits::One>() -> N {
    N::one()
}

/// What NaN in the data means.
///
/// Exhaustive on purpose: what shows a configuration should not compile if it does not know
/// one of these.
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
    /// A detector of this model and this hazard; the rest is as where nothing is said:
    /// pruning by default, NaN an error, no history, no shifts and no alarms. Fields can
    /// be set afterwards.
    ///
    /// ```
    /// use bocpd_core::config::{Config, HazardConfig, ModelConfig};
    /// use bocpd_core::History;
    ///
    /// let model = ModelConfig::Poisson { shape: 1.0, rate: 0.2 };
    /// let mut config = Config::new(model, HazardConfig::Constant { mean_run_length: 100.0 });
    /// config.history = History::All;
    /// let mut detector = config.build()?;
    /// for count in [4.0, 6.0, 5.0, 3.0, 21.0, 18.0, 24.0] {
    ///     detector.update(&[count])?;
    /// }
    /// assert_eq!(detector.changepoints(), [4]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(model: ModelConfig, hazard: HazardConfig) -> Self {
        Self {
            model,
            hazard,
            pruning: Pruning::default(),
            missing: Missing::default(),
            history: History::default(),
            shifts: false,
            alarm: None,
            outliers: None,
            alternatives: Vec::new(),
            alternatives_per: Per::Stream,
            resolution: 1.0,
            min_segment: 1,
            sensitivity: 1.0,
            product: Vec::new(),
        }
    }

    /// Whether this can be built. Builds nothing, and so costs nothing.
    ///
    /// # Errors
    /// Names the first parameter that cannot be used.
    pub fn check(&self) -> Result<(), ParameterError> {
        self.model.check()?;
        self.hazard.check()?;
        if let Some(outliers) = &self.outliers {
            outliers.check()?;
            if self.product.is_empty() {
                Self::among_those_of(&self.model)?;
            }
        }
        self.check_alternatives()?;
        self.check_filters()?;
        self.check_product()?;
        self.check_preferences()?;
        self.pruning.check()?;
        self.alarm.as_ref().map_or(Ok(()), AlarmPolicy::check)
    }

    /// Whether resolution, least length of segments and sensitivity can be used; part of
    /// [`check`](Self::check).
    ///
    /// # Errors
    /// `resolution` must lie in [1e-6, 1], `min_segment` in [1, 1e15], and `sensitivity` be
    /// positive and finite.
    pub fn check_preferences(&self) -> Result<(), ParameterError> {
        resolution::check(self.resolution)?;
        adjusted::check(self.min_segment, self.sensitivity)
    }

    /// Which numbers outliers can be beside this model; beside one of the caller's, any.
    pub(crate) fn among_those_of(model: &ModelConfig) -> Result<Among, ParameterError> {
        let spec = model.spec();
        if spec.is_some() && model.dimension() > 1 {
            let must = "be left out for this model: its numbers belong together";
            return Err(ParameterError::without_value("outliers", must));
        }
        if spec.is_some_and(|spec| spec.beside == Some(Beside::Exposure)) {
            let must = "be left out for this model: what is wild depends on the exposure";
            return Err(ParameterError::without_value("outliers", must));
        }
        match spec.map(|spec| spec.observes) {
            None | Some(Observes::Real) => Ok(Among::Reals),
            Some(Observes::Positive) => Ok(Among::Positives),
            Some(Observes::Count) => Ok(Among::Counts),
            Some(Observes::Category) => {
                let must = "be left out for this model: any category is an ordinary one";
                Err(ParameterError::without_value("outliers", must))
            }
            Some(Observes::Successes | Observes::YesNo) => {
                let must = "be left out for this model: any number of successes is an ordinary one";
                Err(ParameterError::without_value("outliers", must))
            }
        }
    }
}
