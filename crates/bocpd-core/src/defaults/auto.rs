//! A configuration for a series of which nothing is said: what its numbers are, what its
//! noise is like, and on which scale.
//!
//! ```text
//! π_k ∝ w_k p(series | structure k, λ = n)
//! ```
//!
//! The structure of the noise is one unknown constant of the series. Each structure of a
//! [fixed list](Candidate) is a configuration with priors from the data; the filter gives its
//! evidence, and the most probable one is taken. Numbers of different kinds are never
//! compared by their evidence: whether a series is of yes-or-no observations, counts or real
//! numbers follows from its values.

mod compete;
mod hazard;
mod kind;
mod scale;
mod season;
mod structures;

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::{Kind, model_for, pruning_for};
use crate::config::{Config, HazardConfig, Missing};
use crate::error::DetectError;
use crate::outliers::Outliers;
use crate::pruning::Pruning;
use kind::Numbers;
use scale::Scale;
use structures::{Maker, Structure};

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

/// The structures of candidates with at least this probability are worth a mention.
pub(crate) const WORTH_A_MENTION: f64 = 1e-3;

/// Of so many observations nothing can be said.
const TOO_FEW: usize = 3;

/// So many of the best structures are tried with a season on top.
const WITH_SEASON: usize = 3;

/// The structures that the series may have, the most probable first; NaN is a missing
/// observation here. There is always one at least.
///
/// # Errors
/// If what is given cannot be used.
pub fn candidates(xs: &[f64], given: &Given) -> Result<Vec<Candidate>, DetectError> {
    let only = match Numbers::of(xs) {
        Numbers::YesNo => Some(("yes-or-no observations", Kind::Bernoulli)),
        Numbers::Counts => Some(("Poisson counts", Kind::Poisson)),
        Numbers::Real => None,
    };
    if let Some((words, kind)) = only {
        let mut config = Config::new(model_for(kind, xs), hazard::of_changes(xs.len()));
        given.apply(&mut config, xs.len());
        return Ok(vec![Candidate {
            structure: words.into(),
            weight: 1.0,
            ln_evidence: f64::NEG_INFINITY,
            probability: 1.0,
            config,
        }]);
    }
    if xs.len() <= TOO_FEW {
        let maker = Maker {
            xs,
            scale: Scale::of(xs),
            ln_scale: None,
        };
        let mut only = maker.candidate(&Structure::WHITE);
        given.apply(&mut only.config, xs.len());
        only.probability = 1.0;
        return Ok(vec![only]);
    }
    let maker = Maker {
        xs,
        scale: Scale::of(xs),
        ln_scale: structures::ln_scale(xs),
    };
    let made = |structure: &Structure| {
        let mut candidate = maker.candidate(structure);
        given.apply(&mut candidate.config, xs.len());
        if given.pruning.is_none() {
            // Long states cost as much as many observations do.
            candidate.config.pruning = pruning_for(xs.len() * structure.width().div_ceil(3));
        }
        (candidate, *structure)
    };
    let mut all: Vec<_> = Structure::all(maker.ln_scale.is_some())
        .iter()
        .map(made)
        .collect();
    compete::compare(&mut all, xs)?;
    let seasons = season::candidates(xs);
    if !seasons.is_empty() {
        let best: Vec<Structure> = all.iter().take(WITH_SEASON).map(|(_, s)| *s).collect();
        for structure in &best {
            let seasons = seasons.iter();
            all.extend(seasons.map(|&(period, j)| made(&structure.with_season(period, j))));
        }
        compete::compare(&mut all, xs)?;
    }
    Ok(all.into_iter().map(|(candidate, _)| candidate).collect())
}

impl Given {
    /// Puts what is given into a configuration for `n` observations, and what is not given
    /// but does not depend on the structure.
    fn apply(&self, config: &mut Config, n: usize) {
        config.hazard = self.hazard.clone().unwrap_or_else(|| hazard::of_changes(n));
        config.pruning = self.pruning.unwrap_or_else(|| pruning_for(n));
        config.missing = self.missing;
        if let Some(outliers) = self.outliers {
            config.outliers = outliers;
        }
    }
}
