//! Which hypotheses stay.
//!
//! Hypotheses are dropped wherever they stand in the list, by weight: cutting
//! off everything older than some age invents changes on quiet data. The newest
//! few are never dropped, because a change shows in them first.

use alloc::vec::Vec;
use core::cmp::Ordering;

use crate::{ParameterError, Real};

/// How many of the newest hypotheses are kept whatever their weight.
const PROTECTED: usize = 8;

/// Which hypotheses a detector keeps. The limits combine; without any, the
/// filter is exact and grows by one hypothesis with every observation.
///
/// Pruning is lazy: the list grows by a quarter past the target before it is
/// cut, so at times more hypotheses are alive than asked for, never fewer. What
/// is given up is summed in [`Detector::pruned_mass`](crate::Detector::pruned_mass).
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Pruning {
    /// Keep at most this many hypotheses, the most probable ones.
    #[cfg_attr(feature = "serde", serde(default))]
    pub max_hypotheses: Option<usize>,
    /// Drop hypotheses less probable than this.
    #[cfg_attr(feature = "serde", serde(default))]
    pub min_weight: Option<f64>,
    /// Treat all run lengths of this many or more as one: the probability of
    /// "R or longer" is exact in the sense of mass, and the statistics of the
    /// likeliest of them stand for all.
    #[cfg_attr(feature = "serde", serde(default))]
    pub max_run_length: Option<u64>,
}

impl Default for Pruning {
    /// At most 64 hypotheses, none under 1e-8.
    fn default() -> Self {
        Self {
            max_hypotheses: Some(64),
            min_weight: Some(1e-8),
            max_run_length: None,
        }
    }
}

impl Pruning {
    /// Nothing is given up: time and memory grow with the stream.
    pub const fn exact() -> Self {
        Self {
            max_hypotheses: None,
            min_weight: None,
            max_run_length: None,
        }
    }

    /// At most `k` hypotheses, the most probable ones.
    pub const fn top_k(k: usize) -> Self {
        Self {
            max_hypotheses: Some(k),
            ..Self::exact()
        }
    }

    /// No hypothesis less probable than `weight`.
    pub const fn min_weight(weight: f64) -> Self {
        Self {
            min_weight: Some(weight),
            ..Self::exact()
        }
    }

    /// All run lengths from `run_length` on in one.
    pub const fn max_run_length(run_length: u64) -> Self {
        Self {
            max_run_length: Some(run_length),
            ..Self::exact()
        }
    }

    /// Whether the limits can be used.
    ///
    /// # Errors
    /// `max_hypotheses` must lie in [2, 2^31], `min_weight` in [0, 0.1],
    /// `max_run_length` in [1, 2^53].
    pub fn check(&self) -> Result<(), ParameterError> {
        if let Some(k) = self.max_hypotheses
            && !(2..=1 << 31).contains(&k)
        {
            return Err(ParameterError::new(
                "max_hypotheses",
                k as f64,
                "lie in [2, 2^31]",
            ));
        }
        if let Some(weight) = self.min_weight
            && !(0.0..=0.1).contains(&weight)
        {
            return Err(ParameterError::new("min_weight", weight, "lie in [0, 0.1]"));
        }
        if let Some(run_length) = self.max_run_length
            && !(1..=1 << 53).contains(&run_length)
        {
            let value = run_length as f64;
            return Err(ParameterError::new(
                "max_run_length",
                value,
                "lie in [1, 2^53]",
            ));
        }
        Ok(())
    }

    /// How long the list may become after a cut that left `kept` hypotheses.
    pub(crate) fn limit(&self, kept: usize) -> usize {
        let slack = |target: usize, part: usize| target + (target / part).max(8);
        // Without a limit the list is still looked through now and then, for
        // hypotheses that a hazard of 1 has made impossible.
        let mut limit = 2 * kept.max(64);
        if self.max_run_length.is_some() {
            limit = limit.min(slack(kept, 16));
        }
        if self.min_weight.is_some() {
            limit = limit.min(slack(kept, 4));
        }
        if let Some(k) = self.max_hypotheses {
            limit = limit.min(slack(k.max(kept), 4)).max(slack(k, 4).min(limit));
        }
        limit
    }

    /// Room that a detector should have from the start.
    pub(crate) fn capacity(&self) -> usize {
        self.max_hypotheses
            .map_or(64, |k| k.saturating_add((k / 4).max(8)).min(1 << 16))
    }

    /// Fills `kept` with the positions of the hypotheses that stay, ascending.
    /// `weights` are relative to `total`.
    pub(crate) fn select<F: Real>(
        &self,
        weights: &[F],
        ln_weights: &[F],
        total: F,
        kept: &mut Vec<u32>,
    ) {
        let threshold = F::of(self.min_weight.unwrap_or(0.0)) * total;
        let newest = PROTECTED.min(self.max_hypotheses.unwrap_or(usize::MAX) / 2);
        let protected_from = weights.len().saturating_sub(newest);
        kept.clear();
        for i in 0..weights.len() {
            let possible = ln_weights[i] > F::neg_infinity();
            if possible && (i >= protected_from || weights[i] >= threshold) {
                #[expect(clippy::cast_possible_truncation, reason = "max_hypotheses is checked")]
                kept.push(i as u32);
            }
        }
        if let Some(k) = self.max_hypotheses
            && kept.len() > k
        {
            // The protected ones count as heaviest; ties go to the older.
            let heavier = |&a: &u32, &b: &u32| {
                let (i, j) = (a as usize, b as usize);
                (j >= protected_from)
                    .cmp(&(i >= protected_from))
                    .then(
                        ln_weights[j]
                            .partial_cmp(&ln_weights[i])
                            .unwrap_or(Ordering::Equal),
                    )
                    .then(a.cmp(&b))
            };
            kept.select_nth_unstable_by(k - 1, heavier);
            kept.truncate(k);
            kept.sort_unstable();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selected(pruning: Pruning, weights: &[f64]) -> Vec<u32> {
        let ln: Vec<f64> = weights.iter().map(|w| w.ln()).collect();
        let mut kept = Vec::new();
        pruning.select(weights, &ln, weights.iter().sum(), &mut kept);
        kept
    }

    #[test]
    fn the_lightest_go_wherever_they_stand() {
        let weights = [0.3, 1e-9, 0.2, 1e-7, 0.5, 1e-12, 0.0];
        assert_eq!(selected(Pruning::top_k(4), &weights[..5]), [0, 2, 3, 4]);
        let old: Vec<f64> = weights.iter().copied().chain([1e-3; 8]).collect();
        let expected: Vec<u32> = [0, 2, 4].into_iter().chain(7..15).collect();
        assert_eq!(selected(Pruning::min_weight(1e-6), &old), expected);
    }

    #[test]
    fn exact_drops_only_the_impossible() {
        assert_eq!(selected(Pruning::exact(), &[1e-300, 0.0, 1.0]), [0, 2]);
    }

    #[test]
    fn the_newest_are_protected() {
        let mut weights = [0.1; 40];
        weights[36..].fill(1e-30);
        let kept = selected(Pruning::top_k(16), &weights);
        assert_eq!(kept.len(), 16);
        assert_eq!(kept[12..], [36, 37, 38, 39]);
    }

    #[test]
    fn limits_are_past_the_target() {
        assert_eq!(Pruning::top_k(64).limit(64), 80);
        assert_eq!(Pruning::top_k(64).limit(3), 80);
        assert!(Pruning::min_weight(1e-6).limit(40) == 50);
        assert!(Pruning::exact().limit(1000) == 2000);
    }
}
