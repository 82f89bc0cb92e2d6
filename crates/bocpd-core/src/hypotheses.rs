//! The live hypotheses "the current segment started at s": when they started
//! and how probable they are. What they have learned is in the model's bank.

use alloc::vec::Vec;

use crate::Real;
use crate::bank::{Column, keep_in};
use crate::kernel::weights_from;
use crate::kernel::{Isa, Kernel};
use crate::real::{max_of, sum_of};
use crate::segmentation::NodeId;

/// One entry per live hypothesis, oldest first.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(bound = "F: Real"))]
pub(crate) struct Hypotheses<F: Real> {
    /// Index of the first observation of the segment.
    pub(crate) starts: Vec<u64>,
    /// Where the hypothesis stands in the tree of best segmentations.
    pub(crate) nodes: Vec<NodeId>,
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
}

/// How far from 0 the largest log weight may be after normalisation.
const FAR: f64 = 32.0;

/// Reductions over the weights.
struct Lead<'a, F, const LANES: usize> {
    ln_weights: &'a [[F; LANES]],
    weights: &'a [[F; LANES]],
    gains: &'a [[F; LANES]],
}

struct Leaders<F> {
    /// Sum of the weights.
    total: F,
    /// The largest log weight.
    largest: F,
    /// The largest sum of log weight and gain.
    best: F,
}

impl<F: Real, const LANES: usize> Kernel for Lead<'_, F, LANES> {
    type Output = Leaders<F>;

    #[inline(always)]
    fn run(self) -> Leaders<F> {
        let Self {
            ln_weights,
            weights,
            gains,
        } = self;
        let n = ln_weights.len();
        let (weights, gains) = (&weights[..n], &gains[..n]);
        let mut sum = [F::zero(); LANES];
        let mut largest = [F::neg_infinity(); LANES];
        let mut best = [F::neg_infinity(); LANES];
        for i in 0..n {
            for l in 0..LANES {
                sum[l] += weights[i][l];
            }
            for l in 0..LANES {
                largest[l] = ln_weights[i][l].vmax(largest[l]);
            }
            for l in 0..LANES {
                best[l] = (ln_weights[i][l] + gains[i][l]).vmax(best[l]);
            }
        }
        fin(&sum, &largest, &best)
    }
}

#[inline(never)]
fn fin<F: Real, const LANES: usize>(
    sum: &[F; LANES],
    largest: &[F; LANES],
    best: &[F; LANES],
) -> Leaders<F> {
    Leaders {
        total: sum_of(sum),
        largest: max_of(largest),
        best: max_of(best),
    }
}

/// Position of the first element that is meant; 0 if there is none.
#[inline(always)]
fn find<F: Real, const LANES: usize>(
    groups: &[[F; LANES]],
    meant: impl Fn(usize, usize, F) -> bool,
) -> usize {
    for (g, group) in groups.iter().enumerate() {
        // No early exit within a group: one comparison of all lanes.
        let lanes = group.iter().enumerate();
        let found = lanes.fold(false, |found, (l, &value)| found | meant(g, l, value));
        if found {
            let lane = (0..LANES).position(|l| meant(g, l, group[l]));
            return g * LANES + lane.unwrap_or(0);
        }
    }
    0
}

impl<F: Real> Hypotheses<F> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            starts: Vec::with_capacity(capacity),
            nodes: Vec::with_capacity(capacity),
            births: Vec::new(),
            ln_weights: Column::new(F::neg_infinity(), capacity),
            weights: Column::new(F::zero(), capacity),
            map_gains: Column::new(F::zero(), capacity),
            total: F::one(),
            ln_total: F::zero(),
            map: 0,
            best: 0,
        }
    }

    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.starts.len()
    }

    #[inline(always)]
    pub(crate) fn push(&mut self, start: u64, node: NodeId, ln_weight: F, map_gain: F) {
        self.starts.push(start);
        self.nodes.push(node);
        self.ln_weights.push(ln_weight);
        self.weights.push(F::zero());
        self.map_gains.push(map_gain);
    }

    /// Takes back a [`push`](Self::push) and puts the weights back.
    pub(crate) fn pop(&mut self) {
        let kept: Vec<u32> = (0..).take(self.len() - 1).collect();
        self.keep(&kept);
    }

    pub(crate) fn keep(&mut self, kept: &[u32]) {
        keep_in(&mut self.starts, kept);
        keep_in(&mut self.nodes, kept);
        if !self.births.is_empty() {
            keep_in(&mut self.births, kept);
        }
        self.ln_weights.keep(kept);
        self.weights.keep(kept);
        self.map_gains.keep(kept);
    }

    pub(crate) fn clear(&mut self) {
        self.starts.clear();
        self.nodes.clear();
        self.births.clear();
        self.ln_weights.clear();
        self.weights.clear();
        self.map_gains.clear();
        (self.total, self.ln_total) = (F::one(), F::zero());
        (self.map, self.best) = (0, 0);
    }

    /// Probability of hypothesis `i`.
    #[inline(always)]
    pub(crate) fn probability(&self, i: usize) -> f64 {
        (self.weights.live()[i] / self.total).wide()
    }

    /// ln of the best segmentation that ends in `best`, in units of
    /// `ln_weights`.
    #[inline(always)]
    pub(crate) fn best_joint(&self) -> F {
        self.ln_weights.live()[self.best] + self.map_gains.live()[self.best]
    }

    /// Makes linear weights of the log weights and finds the leading hypotheses.
    ///
    /// `guess` is about ln of the sum of the weights; what is taken off the log
    /// weights is that, so that weights need not wait for the largest of them,
    /// or the largest where the guess was far off. Returns it, or `None` if
    /// they are no weights.
    #[inline(always)]
    pub(crate) fn normalise(&mut self, isa: Isa, guess: F) -> Option<F> {
        if F::LANES == 16 {
            self.normalise_lanes::<16>(isa, guess)
        } else {
            self.normalise_lanes::<8>(isa, guess)
        }
    }

    #[inline(always)]
    fn normalise_lanes<const LANES: usize>(&mut self, isa: Isa, guess: F) -> Option<F> {
        self.ln_weights.restore_padding();
        let (ln_weights, _) = self.ln_weights.padded_mut().as_chunks_mut::<LANES>();
        let n = ln_weights.len();
        let weights = &mut self.weights.padded_mut().as_chunks_mut::<LANES>().0[..n];
        let gains = &self.map_gains.padded().as_chunks::<LANES>().0[..n];
        let mut shift = F::zero();
        let mut next = guess;
        let (largest, best) = loop {
            weights_from(ln_weights, next, weights);
            shift += next;
            let leaders = isa.run_apart(Lead {
                ln_weights,
                weights,
                gains,
            });
            self.total = leaders.total;
            let largest = leaders.largest;
            if largest.abs() <= F::of(FAR) {
                break (largest, leaders.best);
            }
            if !largest.is_finite() {
                return None;
            }
            next = largest;
        };
        if !self.total.is_finite() {
            return None;
        }
        self.ln_total = self.total.vln_normal();
        self.map = find(ln_weights, |_, _, w| w == largest);
        self.best = find(ln_weights, |g, l, w| w + gains[g][l] == best);
        Some(shift)
    }

    /// Finds where the jointly most probable segmentation ends; the older
    /// hypothesis wins a tie.
    #[inline(always)]
    pub(crate) fn find_best(&mut self) {
        let n = self.ln_weights.padded().len();
        let (a, d) = (self.ln_weights.padded(), &self.map_gains.padded()[..n]);
        self.best = F::lane_argmax_sum(a, d);
    }

    /// After hypotheses were dropped: the remaining sum and the leaders.
    #[inline(always)]
    pub(crate) fn recount(&mut self) {
        self.total = F::lane_sum(self.weights.padded());
        self.ln_total = self.total.vln_normal();
        self.map = F::lane_find(
            self.ln_weights.padded(),
            F::lane_max(self.ln_weights.padded()),
        );
        self.find_best();
    }

    /// Adds `inherited` to the weights of as many hypotheses from `first` on,
    /// statistics unchanged.
    #[inline(always)]
    pub(crate) fn inherit(&mut self, first: usize, inherited: &[F]) {
        let heirs = first..first + inherited.len();
        let weights = &mut self.weights.live_mut()[heirs.clone()];
        let ln_weights = &mut self.ln_weights.live_mut()[heirs.clone()];
        let gains = &mut self.map_gains.live_mut()[heirs];
        for i in 0..inherited.len() {
            let (sum, before) = (weights[i] + inherited[i], ln_weights[i]);
            // What is too light to be a normal number changes nothing.
            let grown = inherited[i] >= F::min_positive_value();
            let after = if grown { sum.vln_normal() } else { before };
            weights[i] = if grown { sum } else { weights[i] };
            ln_weights[i] = after;
            // The best segmentation is what it was; the sum over all has grown.
            gains[i] += if grown { before - after } else { F::zero() };
        }
    }

    /// Gives the weight of hypothesis `from` to hypothesis `to`.
    pub(crate) fn merge(&mut self, from: usize, to: usize) {
        let inherited = self.weights.live()[from];
        self.inherit(to, &[inherited]);
        self.ln_weights.live_mut()[from] = F::neg_infinity();
        self.weights.live_mut()[from] = F::zero();
        let after = self.ln_weights.live()[to];
        if self.map == from || after > self.ln_weights.live()[self.map] {
            self.map = to;
        }
        if self.best == from {
            self.find_best();
        }
    }
}
