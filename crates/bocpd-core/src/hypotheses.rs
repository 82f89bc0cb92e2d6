//! The live hypotheses "the current segment started at s": when they started
//! and how probable they are. What they have learned is in the model's bank.

#[cfg(feature = "serde")]
mod soundness;
mod weights;

use alloc::vec::Vec;

use crate::bank::{Column, compact_all, keep_in};
use crate::kernel::{Isa, LaneKernel};
use crate::lanes::Group;
use crate::real::Real;
use crate::segmentation::Leaf;
use weights::{FindMaxima, Maxima, Positions, Weigh};

/// One entry per live hypothesis, oldest first.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(bound = "F: Real"))]
pub(crate) struct Hypotheses<F: Real> {
    /// Index of the first observation of the segment.
    pub(crate) starts: Vec<u64>,
    /// The node of each hypothesis in the tree of best segmentations, or its parent.
    pub(crate) leaves: Vec<Leaf>,
    /// Time of the first observation; empty as long as all intervals were 1.
    pub(crate) births: Vec<f64>,
    /// ln weight, up to a common constant.
    pub(crate) ln_weights: Column<F>,
    /// e to the power of these.
    pub(crate) weights: Column<F>,
    /// ln of the best segmentation's joint probability, less that of the sum
    /// over all segmentations. Both grow by the same terms while a hypothesis
    /// lives, so this is fixed at its birth.
    pub(crate) map_gains: Column<F>,
    /// Sum of `weights`.
    pub(crate) total: F,
    /// Its logarithm.
    pub(crate) ln_total: F,
    /// The most probable hypothesis.
    pub(crate) map: usize,
    /// The hypothesis that ends the jointly most probable segmentation.
    pub(crate) best: usize,
    /// ln of that segmentation's joint probability, in units of `ln_weights`.
    pub(crate) best_joint: F,
}

/// What [`Hypotheses::normalise`] does, in the registers of an instruction set. Input and
/// result are small, so that they are passed in registers.
struct Normalise<'a, F: Real> {
    hypotheses: &'a mut Hypotheses<F>,
    guess: F,
}

impl<F: Real> LaneKernel<F> for Normalise<'_, F> {
    type Output = Option<F>;
    type Home = Self;

    #[inline(always)]
    fn run<L: Group<Scalar = F>>(self) -> Option<F> {
        let Self { hypotheses, guess } = self;
        let live = hypotheses.len();
        let groups = live.div_ceil(F::LANES);
        let weigh = Weigh {
            ln_weights: hypotheses.ln_weights.groups_mut(groups),
            weights: hypotheses.weights.groups_mut(groups),
            gains: hypotheses.map_gains.groups(groups),
            live,
            guess,
            before: Positions {
                map: hypotheses.map,
                best: hypotheses.best,
            },
        };
        let (shift, maxima) = weigh.run::<L>()?;
        hypotheses.set_maxima(&maxima);
        Some(shift)
    }
}

impl<F: Real> Hypotheses<F> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            starts: Vec::with_capacity(capacity),
            leaves: Vec::with_capacity(capacity),
            births: Vec::new(),
            ln_weights: Column::new(F::neg_infinity(), capacity),
            weights: Column::new(F::zero(), capacity),
            map_gains: Column::new(F::zero(), capacity),
            total: F::one(),
            ln_total: F::zero(),
            map: 0,
            best: 0,
            best_joint: F::zero(),
        }
    }

    /// How many there is room for.
    pub(crate) fn capacity(&self) -> usize {
        self.starts.capacity()
    }

    /// Asks for what a step reads ahead of it.
    #[inline]
    #[cfg(target_has_atomic = "ptr")]
    pub(crate) fn prefetch(&self) {
        crate::kernel::prefetch(&self.starts);
        for column in [&self.ln_weights, &self.weights, &self.map_gains] {
            crate::kernel::prefetch(column.padded());
        }
    }

    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.starts.len()
    }

    #[inline(always)]
    pub(crate) fn push(&mut self, start: u64, ln_weight: F, map_gain: F) {
        self.starts.push(start);
        self.ln_weights.push(ln_weight);
        self.weights.push(F::zero());
        self.map_gains.push(map_gain);
    }

    /// Takes back a [`push`](Self::push).
    pub(crate) fn pop(&mut self) {
        self.starts.pop();
        self.births.truncate(self.starts.len());
        for column in [&mut self.ln_weights, &mut self.weights, &mut self.map_gains] {
            column.pop();
        }
    }

    pub(crate) fn keep(&mut self, kept: &[u32]) {
        keep_in(&mut self.starts, kept);
        keep_in(&mut self.leaves, kept);
        if !self.births.is_empty() {
            keep_in(&mut self.births, kept);
        }
        let columns = [&mut self.ln_weights, &mut self.weights, &mut self.map_gains];
        compact_all(columns.map(Column::padded_mut), kept);
        for column in [&mut self.ln_weights, &mut self.weights, &mut self.map_gains] {
            column.truncate(kept.len());
        }
    }

    pub(crate) fn clear(&mut self) {
        self.starts.clear();
        self.leaves.clear();
        self.births.clear();
        self.ln_weights.clear();
        self.weights.clear();
        self.map_gains.clear();
        (self.total, self.ln_total) = (F::one(), F::zero());
        (self.map, self.best, self.best_joint) = (0, 0, F::zero());
    }

    /// Probability of hypothesis `i`.
    #[inline(always)]
    pub(crate) fn probability(&self, i: usize) -> f64 {
        (self.weights.live()[i] / self.total).wide()
    }

    /// Its logarithm, which is finite where the probability is too small for a
    /// number.
    pub(crate) fn ln_probability(&self, i: usize) -> f64 {
        (self.ln_weights.live()[i] - self.ln_total).wide()
    }

    /// Time of the first observation of hypothesis `i`.
    pub(crate) fn birth(&self, i: usize) -> f64 {
        let start = self.starts[i] as f64;
        self.births.get(i).copied().unwrap_or(start)
    }

    /// ln of the best segmentation that ends in hypothesis `i`, in units of
    /// `ln_weights`.
    pub(crate) fn joint(&self, i: usize) -> F {
        self.ln_weights.live()[i] + self.map_gains.live()[i]
    }

    /// Makes linear weights of the log weights and finds the maxima: the most probable
    /// hypothesis and the one that ends the best segmentation.
    ///
    /// `guess` is about ln of the sum of the weights; what is taken off the log
    /// weights is that, so that weights need not wait for the largest of them,
    /// or the largest where the guess was far off. Returns it, or `None` if
    /// they are no weights.
    #[inline(always)]
    pub(crate) fn normalise(&mut self, isa: Isa, guess: F) -> Option<F> {
        let hypotheses = self;
        isa.run_lanes(Normalise { hypotheses, guess })
    }

    /// Finds the sum of the weights and the maxima anew, after hypotheses were removed.
    #[inline(always)]
    pub(crate) fn recount(&mut self, isa: Isa) {
        let maxima = self.find_maxima(isa);
        self.set_maxima(&maxima);
    }

    #[inline(always)]
    fn set_maxima(&mut self, maxima: &Maxima<F>) {
        self.total = maxima.total;
        self.ln_total = self.total.vln_normal();
        (self.map, self.best) = (maxima.positions.map, maxima.positions.best);
        self.best_joint = maxima.best_joint;
    }

    #[inline(always)]
    fn find_maxima(&self, isa: Isa) -> Maxima<F> {
        let groups = self.len().div_ceil(F::LANES);
        isa.run_lanes(FindMaxima {
            ln_weights: self.ln_weights.groups(groups),
            weights: self.weights.groups(groups),
            gains: self.map_gains.groups(groups),
        })
    }

    /// Gives the hypotheses from `first` on the weights `new`; what they have learned is
    /// unchanged.
    #[inline(always)]
    pub(crate) fn reweigh(&mut self, first: usize, new: &[F]) {
        let range = first..first + new.len();
        let weights = &mut self.weights.live_mut()[range.clone()];
        let ln_weights = &mut self.ln_weights.live_mut()[range.clone()];
        let gains = &mut self.map_gains.live_mut()[range];
        for i in 0..new.len() {
            let before = ln_weights[i];
            // A weight that did not change, or is too small for a normal number, stays as it is.
            let changed = new[i] != weights[i] && new[i] >= F::min_positive_value();
            let after = if changed { new[i].vln_normal() } else { before };
            weights[i] = if changed { new[i] } else { weights[i] };
            ln_weights[i] = after;
            // The best segmentation is what it was; the sum over all has grown.
            gains[i] += if changed { before - after } else { F::zero() };
        }
    }

    /// Gives the weight of hypothesis `from` to hypothesis `to`.
    pub(crate) fn merge(&mut self, isa: Isa, from: usize, to: usize) {
        let weights = self.weights.live();
        self.reweigh(to, &[weights[to] + weights[from]]);
        self.ln_weights.live_mut()[from] = F::neg_infinity();
        self.weights.live_mut()[from] = F::zero();
        let (after, largest) = (self.ln_weights.live()[to], self.ln_weights.live()[self.map]);
        // Of equal ones the oldest counts as the largest.
        if self.map == from || after > largest || (after == largest && to < self.map) {
            self.map = to;
        }
        if self.best == from {
            self.best = self.find_maxima(isa).positions.best;
        }
        self.best_joint = self.joint(self.best);
    }
}
