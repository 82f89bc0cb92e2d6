//! A detector as plain data.

use crate::alarm::AlarmPolicy;
use crate::error::ParameterError;
use crate::history::History;
pub use crate::list::{HazardConfig, ModelConfig};
use crate::pruning::Pruning;

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
    pub history: History,
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
}
