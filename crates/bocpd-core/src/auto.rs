//! A configuration for a series of which nothing is said: what its numbers are, what its
//! noise is like, and on which scale.
//!
//! ```text
//! π_k ∝ w_k p(series | structure k)
//! ```
//!
//! The structure of the noise is one unknown constant of the series. Each structure of a
//! [fixed list](Candidate) is a configuration with priors from the data; the filter gives its
//! evidence, and the most probable one is taken. Numbers of different kinds are never
//! compared by their evidence: whether a series is of yes-or-no observations, counts or real
//! numbers follows from its values.

mod compete;
mod kind;
mod scale;
mod season;
mod structures;

use alloc::string::String;
use alloc::vec::Vec;

use crate::config::{Config, HazardConfig, Missing};
use crate::defaults::pruning_for;
use crate::error::DetectError;
use crate::outliers::Outliers;
use crate::pruning::Pruning;
use scale::Scale;

/// What is given, and not to be chosen.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Given {
    /// How long segments last.
    pub hazard: Option<HazardConfig>,
    /// Which hypotheses are kept.
    pub pruning: Option<Pruning>,
    /// What NaN means.
    pub missing: Missing,
    /// Wild values; `Some(None)` where there are none.
    pub outliers: Option<Option<Outliers>>,
}

/// A structure that the noise of a series may have, and what the series says of it.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Candidate {
    /// The structure in words.
    pub structure: String,
    /// Its prior weight; those of all candidates need not sum to 1.
    pub weight: f64,
    /// ln p(series | structure), or of the stretches of a long series that structures are
    /// compared on; −∞ if the series is impossible.
    pub ln_evidence: f64,
    /// P(structure | series).
    pub probability: f64,
    /// The detector.
    pub config: Config,
}

/// The structures that the series may have, the most probable first; NaN is a missing
/// observation here. There is always one at least.
///
/// # Errors
/// If what is given cannot be used.
pub fn candidates(xs: &[f64], given: &Given) -> Result<Vec<Candidate>, DetectError> {
    let scale = Scale::of(xs);
    let mut all = structures::of(xs, &scale);
    for candidate in &mut all {
        given.apply(&mut candidate.config, xs.len());
    }
    if let [only] = &mut all[..] {
        only.config.check()?;
        only.probability = 1.0;
        return Ok(all);
    }
    compete::compare(&mut all, xs)?;
    Ok(all)
}

impl Given {
    /// Puts what is given into a configuration for `n` observations.
    fn apply(&self, config: &mut Config, n: usize) {
        if let Some(hazard) = &self.hazard {
            config.hazard = hazard.clone();
        }
        config.pruning = self.pruning.unwrap_or_else(|| pruning_for(n));
        config.missing = self.missing;
        if let Some(outliers) = self.outliers {
            config.outliers = outliers;
        }
    }
}
