//! What the hypotheses know, and in which form.

use crate::bank::{Bank, Grouped};
use crate::real::Real;

/// The states of the hypotheses of a [`StructuredGaussian`](super::StructuredGaussian).
///
/// The oldest hypotheses carry the factors of their covariance, in whole groups of lanes;
/// those of the others follow from their counts, since each has absorbed every observation
/// since its birth.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(bound = "F: Real"))]
pub struct StructuredBank<F: Real> {
    /// For each hypothesis its state as it was after the last observation (where the
    /// covariance is carried: as it is now), β, ln of the predictive's largest density
    /// (where it is carried: without ½ ln f), and what the level is relative to if its prior
    /// is heavy-tailed.
    pub(super) states: Grouped<F>,
    /// The factors, of the oldest hypotheses.
    pub(super) spread: Grouped<F>,
    /// Time that has passed and is not yet in what is carried.
    pub(super) elapsed: f64,
    /// Whether a unit of time has passed that is not yet in the states of the others.
    pub(super) due: bool,
    /// Whether nothing has happened since the last observation.
    pub(super) fresh: bool,
    /// Time since the first observation, less whole periods of the season.
    pub(super) clock: f64,
}

impl<F: Real> StructuredBank<F> {
    pub(super) fn new(width: usize, spread: usize, capacity: usize) -> Self {
        Self {
            states: Grouped::counted(width, capacity),
            spread: Grouped::plain(spread, 0),
            elapsed: 0.0,
            due: false,
            fresh: false,
            clock: 0.0,
        }
    }

    /// How many groups of lanes carry their covariance.
    #[inline(always)]
    pub(super) fn carried_groups(&self) -> usize {
        self.spread.len().div_ceil(F::LANES)
    }

    /// Whether a hypothesis carries its covariance.
    pub(super) fn is_carried(&self, hypothesis: usize) -> bool {
        hypothesis < self.spread.len()
    }

    /// How many observations a hypothesis has absorbed.
    #[inline(always)]
    pub(super) fn count(&self, hypothesis: usize) -> u64 {
        self.states
            .counts()
            .map_or(0, |counts| counts.get(hypothesis))
    }

    /// Writes one statistic of one hypothesis.
    pub(super) fn set(&mut self, hypothesis: usize, statistic: usize, value: F) {
        set(&mut self.states, hypothesis, statistic, value);
    }
}

/// Writes one statistic of one hypothesis.
pub(super) fn set<F: Real>(bank: &mut Grouped<F>, hypothesis: usize, statistic: usize, value: F) {
    let width = bank.width();
    let lanes = &mut bank.groups_mut().0[hypothesis / F::LANES * width + statistic];
    lanes.as_mut()[hypothesis % F::LANES] = value;
}

impl<F: Real> Bank for StructuredBank<F> {
    #[inline(always)]
    fn len(&self) -> usize {
        self.states.len()
    }

    fn clear(&mut self) {
        self.states.clear();
        self.spread.clear();
        (self.elapsed, self.clock) = (0.0, 0.0);
        (self.due, self.fresh) = (false, false);
    }

    #[inline]
    fn prefetch(&self) {
        self.states.prefetch();
        self.spread.prefetch();
    }

    fn pop(&mut self) {
        if self.spread.len() == self.states.len() {
            self.spread.pop();
        }
        self.states.pop();
    }

    fn keep(&mut self, kept: &[u32]) {
        let carried = self.spread.len();
        let among = kept.partition_point(|&i| (i as usize) < carried);
        if carried > 0 {
            self.spread.keep(&kept[..among]);
        }
        self.states.keep(kept);
    }
}
