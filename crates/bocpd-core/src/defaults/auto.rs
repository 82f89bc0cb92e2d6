//! A configuration for a series of which nothing is said: what its numbers are, what its
//! noise is like, and on which scale.
//!
//! ```text
//! π_k ∝ w_k p(series | structure k, λ = n)
//! ```
//!
//! The structure of the noise is one unknown constant of the series. Each structure of a
//! [fixed list](structures) is a configuration with priors from the data; the filter gives its
//! evidence, and the most probable one is taken. Numbers of different kinds are never
//! compared by their evidence: whether a series is of yes-or-no observations, counts or real
//! numbers follows from its values.

mod compete;
mod hazard;
mod kind;
mod numbers;
mod race;
mod scale;
mod season;
mod stream;
mod structures;

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::{Kind, model_for, pruning_for};
use crate::alarm::AlarmPolicy;
use crate::config::{Config, HazardConfig, Missing};
use crate::error::ParameterError;
use crate::observation::Rows;
use crate::outliers::Outliers;
use crate::pruning::Pruning;
use kind::Numbers;
pub use stream::{config_for_stream, structures_of_stream};

/// What is given, and not to be chosen.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
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
    /// The power that evidence counts with. Structures are compared by all of it.
    pub resolution: Option<f64>,
    /// How many observations a segment has at least.
    pub min_segment: Option<u64>,
    /// How many times as frequent changes are.
    pub sensitivity: Option<f64>,
    /// When a change is an alarm.
    pub alarm: Option<AlarmPolicy>,
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
    /// compared on; −∞ if the series is impossible, or if the structure was given up before the
    /// end because others were so much more probable. 0 where there is no other candidate to
    /// compare with.
    pub ln_evidence: f64,
    /// P(structure | series).
    pub probability: f64,
    /// The detector.
    pub config: Config,
}

impl Candidate {
    /// Whether the structure has a thousandth of the probability at least: what has less is
    /// not worth a mention.
    pub fn is_worth_a_mention(&self) -> bool {
        self.probability >= 1e-3
    }
}

/// The structures that a series may have, the most probable first; NaN is a missing
/// observation here. There is always one at least; where observations have several numbers there
/// is one, each number with the most probable structure that it would have alone. Where none of
/// them can be (of an infinite value, for example) their probabilities are those of the prior.
///
/// # Errors
/// If what is given cannot be used.
pub fn candidates<'a>(
    xs: impl Into<Rows<'a>>,
    given: &Given,
) -> Result<Vec<Candidate>, ParameterError> {
    let rows = xs.into();
    let all = if rows.dimension == 1 {
        choose(rows.values, given)
    } else {
        let columns = numbers::columns(rows)?.into_iter();
        let best = columns.map(|column| choose(&column, given).swap_remove(0));
        vec![numbers::together(best.collect(), given)?]
    };
    all[0].config.check()?;
    Ok(all)
}

/// The same, whatever is given.
pub(super) fn choose(xs: &[f64], given: &Given) -> Vec<Candidate> {
    let only = |structure: &str, kind| {
        vec![Candidate {
            structure: structure.into(),
            weight: 1.0,
            ln_evidence: 0.0,
            probability: 1.0,
            config: given.complete(
                Config::new(model_for(kind, xs), given.hazard(xs.len())),
                pruning_for(xs.len()),
            ),
        }]
    };
    match Numbers::of(xs) {
        Numbers::YesNo => only("yes-or-no observations", Kind::Bernoulli),
        Numbers::Counts => only("Poisson counts", Kind::Poisson),
        Numbers::Real => compete::structures_of(xs, given),
    }
}

/// The three most probable structures in words, those of a hundredth at least.
///
/// Takes pairs of a structure in words and its probability, the most probable first.
pub fn structures_in_words(structures: impl IntoIterator<Item = (impl AsRef<str>, f64)>) -> String {
    let mut words = String::new();
    for (i, (structure, probability)) in structures.into_iter().take(3).enumerate() {
        if i > 0 && probability < 0.01 {
            break;
        }
        words += ["", ", rather than ", " or "][i];
        let named = format!("{} (probability {probability:.2})", structure.as_ref());
        words += &named;
    }
    words
}

impl Given {
    fn hazard(&self, n: usize) -> HazardConfig {
        let given = self.hazard.clone();
        given.unwrap_or_else(|| hazard::of_changes(n))
    }

    /// The configuration with what else is given; pruning as usual if it is not.
    pub(crate) fn complete(&self, mut config: Config, usual: Pruning) -> Config {
        config.pruning = self.pruning.unwrap_or(usual);
        config.missing = self.missing;
        if let Some(outliers) = self.outliers {
            config.outliers = outliers;
        }
        config.resolution = self.resolution.unwrap_or(config.resolution);
        config.min_segment = self.min_segment.unwrap_or(config.min_segment);
        config.sensitivity = self.sensitivity.unwrap_or(config.sensitivity);
        config.alarm = self.alarm.or(config.alarm);
        config
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_structures_are_named() {
        let words = |all: &[(&'static str, f64)]| structures_in_words(all.iter().copied());
        assert_eq!(words(&[]), "");
        assert_eq!(words(&[("a", 1.0)]), "a (probability 1.00)");
        let two = "a (probability 0.99), rather than b (probability 0.01)";
        assert_eq!(words(&[("a", 0.99), ("b", 0.01), ("c", 0.001)]), two);
        let all = [("a", 0.4), ("b", 0.3), ("c", 0.2), ("d", 0.1)];
        let three =
            "a (probability 0.40), rather than b (probability 0.30) or c (probability 0.20)";
        assert_eq!(words(&all), three);
        // What none is known to be is named all the same.
        assert_eq!(words(&[("a", 0.0)]), "a (probability 0.00)");
    }
}
