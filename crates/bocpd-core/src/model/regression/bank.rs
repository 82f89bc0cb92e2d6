//! What the hypotheses know, and the last observations of the stream.

use alloc::vec;
use alloc::vec::Vec;

use crate::bank::{Bank, Grouped};
use crate::real::Real;

/// The statistics of the hypotheses of a [`Regression`](super::Regression), and the lags that
/// the next observation has under all of them.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(bound = "F: Real"))]
pub struct RegressionBank<F: Real> {
    /// For each hypothesis, as [`Columns`](super::Columns) has them: expected coefficients, β,
    /// ln of the predictive's largest density but for f, time since the segment began, factors
    /// of the covariance.
    pub(super) hypotheses: Grouped<F>,
    /// The last observations in units of their prior, the newest first.
    pub(super) lags: Vec<F>,
}

impl<F: Real> RegressionBank<F> {
    pub(super) fn new(width: usize, lags: usize, capacity: usize) -> Self {
        Self {
            hypotheses: Grouped::counted(width, capacity),
            lags: vec![F::zero(); lags],
        }
    }

    /// The statistics of the hypotheses.
    pub(super) fn hypotheses_mut(&mut self) -> &mut Grouped<F> {
        &mut self.hypotheses
    }

    /// The newest lag.
    #[inline(always)]
    pub(super) fn remember(&mut self, lag: F) {
        if !self.lags.is_empty() {
            self.lags.rotate_right(1);
            self.lags[0] = lag;
        }
    }

    /// How many observations a hypothesis has absorbed.
    pub(super) fn count(&self, hypothesis: usize) -> u64 {
        let counts = self.hypotheses.counts();
        counts.map_or(0, |counts| counts.get(hypothesis))
    }

    /// Adds a number to one statistic of all hypotheses.
    pub(super) fn add_to_all(&mut self, statistic: usize, number: F) {
        let width = self.hypotheses.width();
        let groups = self.hypotheses.groups_mut().0;
        for lanes in groups.iter_mut().skip(statistic).step_by(width) {
            for value in lanes.as_mut() {
                *value += number;
            }
        }
    }
}

impl<F: Real> Bank for RegressionBank<F> {
    #[inline(always)]
    fn len(&self) -> usize {
        self.hypotheses.len()
    }

    fn clear(&mut self) {
        self.hypotheses.clear();
        self.lags.fill(F::zero());
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
