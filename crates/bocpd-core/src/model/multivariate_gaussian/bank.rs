//! What the hypotheses know.

use crate::bank::{Bank, Grouped};
use crate::real::Real;

/// The statistics of the hypotheses of a
/// [`MultivariateGaussian`](super::MultivariateGaussian).
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(bound = "F: Real"))]
pub struct MultivariateBank<F: Real> {
    /// For each hypothesis, as [`Layout`](super::Layout) has them.
    pub(super) hypotheses: Grouped<F>,
    /// Whether a hypothesis may have seen some numbers more often than others.
    uneven: bool,
}

impl<F: Real> MultivariateBank<F> {
    pub(super) fn new(width: usize, capacity: usize) -> Self {
        Self {
            hypotheses: Grouped::counted(width, capacity),
            uneven: false,
        }
    }

    pub(super) fn is_uneven(&self) -> bool {
        self.uneven
    }

    pub(super) fn set_uneven(&mut self, uneven: bool) {
        self.uneven = uneven;
    }

    /// How many observations a hypothesis has absorbed.
    pub(super) fn count(&self, hypothesis: usize) -> u64 {
        let counts = self.hypotheses.counts();
        counts.map_or(0, |counts| counts.get(hypothesis))
    }
}

impl<F: Real> Bank for MultivariateBank<F> {
    #[inline(always)]
    fn len(&self) -> usize {
        self.hypotheses.len()
    }

    fn clear(&mut self) {
        self.hypotheses.clear();
        self.uneven = false;
    }

    #[inline]
    fn prefetch(&self) {
        self.hypotheses.prefetch();
    }

    #[inline(always)]
    fn pop(&mut self) {
        self.hypotheses.pop();
    }

    fn keep(&mut self, kept: &[u32]) {
        self.hypotheses.keep(kept);
    }
}
