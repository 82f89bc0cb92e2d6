//! Where a series changes, and no more.

use alloc::vec::Vec;

use crate::any_detector::AnyDetector;
use crate::defaults::Candidate;
use crate::look_back::Seen;
use crate::smoothing::{Location, Smoothed};

/// Where a series changes: what a [`Detection`](crate::Detection) says, but for the segments, what
/// changed between them, and remarks. Of a short series these take most of the time.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Located {
    /// How many observations there are, missing ones included.
    pub observations: u64,
    /// The changes of the jointly most probable segmentation: where each was, and how sure that
    /// is.
    pub locations: Vec<Location>,
    /// For each index the probability that a segment starts there, given the
    /// whole series; 1 at index 0, which is no change.
    pub p_change_at: Vec<f64>,
    /// The expected number of changes.
    pub expected_changes: f64,
    /// ln p(series).
    pub ln_evidence: f64,
    /// ln p(series, most probable segmentation).
    pub map_ln_joint: f64,
    /// The probability moved by pruning, in total; 0 means that everything is
    /// exact.
    pub pruned_mass: f64,
    /// The structures that the series may have, as [`Detection::structures`](crate::Detection::structures)
    /// has them.
    pub structures: Vec<Candidate>,
}

impl Located {
    /// From what was seen looking back, and the structures that were chosen from.
    pub(crate) fn given(
        detector: &AnyDetector,
        seen: Seen,
        mut structures: Vec<Candidate>,
    ) -> Self {
        structures.retain(Candidate::is_worth_a_mention);
        let smoothed = seen.smoothed;
        Self {
            observations: detector.observations(),
            locations: seen.locations,
            expected_changes: smoothed.as_ref().map_or(0.0, Smoothed::expected_changes),
            p_change_at: smoothed.map_or_else(Vec::new, |smoothed| smoothed.p_change_at),
            ln_evidence: detector.ln_evidence(),
            map_ln_joint: detector.map_ln_joint(),
            pruned_mass: detector.pruned_mass(),
            structures,
        }
    }
}
