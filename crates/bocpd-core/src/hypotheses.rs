//! The live hypotheses "the current segment started at s": when they started
//! and how probable they are. What they have learned is in the model's bank.

use alloc::vec::Vec;

use crate::Real;
use crate::bank::{Column, compact_all, keep_in};
use crate::kernel::{Isa, LaneKernel};
use crate::lanes::{Group, Lanes};
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

/// Makes weights of log weights and finds the leaders.
struct Weigh<'a, F: Real> {
    ln_weights: &'a mut [F::Array],
    weights: &'a mut [F::Array],
    gains: &'a [F::Array],
    /// About ln of the sum of the weights.
    guess: F,
}

/// What [`Weigh`] found.
struct Leaders<F> {
    /// What was taken off the log weights.
    shift: F,
    /// Sum of the weights.
    total: F,
    /// Position of the largest log weight.
    map: usize,
    /// Position of the largest sum of log weight and gain.
    best: usize,
}

/// Reductions that go on from group to group.
struct Running<L> {
    sum: L,
    largest: L,
    best: L,
}

impl<F: Real> LaneKernel<F> for Weigh<'_, F> {
    type Output = Option<Leaders<F>>;

    #[inline(always)]
    fn run<L: Group<Scalar = F>>(mut self) -> Self::Output {
        let mut shift = F::zero();
        let mut next = self.guess;
        loop {
            let running = self.weigh::<L>(next);
            shift += next;
            let (total, largest) = (running.sum.sum(), running.largest.largest());
            if largest.abs() <= F::of(FAR) {
                let best = running.best.largest();
                return total.is_finite().then(|| Leaders {
                    shift,
                    total,
                    map: find::<L>(self.ln_weights, largest),
                    best: find_sum::<L>(self.ln_weights, self.gains, best),
                });
            }
            if !largest.is_finite() {
                return None;
            }
            next = largest;
        }
    }
}

impl<F: Real> Weigh<'_, F> {
    #[inline(always)]
    fn weigh<L: Group<Scalar = F>>(&mut self, shift: F) -> Running<L> {
        let mut running = Running {
            sum: L::splat(F::zero()),
            largest: L::splat(F::neg_infinity()),
            best: L::splat(F::neg_infinity()),
        };
        let mut at = 0;
        while at + 4 <= self.ln_weights.len() {
            at = self.chunk::<L, 4>(at, shift, &mut running);
        }
        while at + 2 <= self.ln_weights.len() {
            at = self.chunk::<L, 2>(at, shift, &mut running);
        }
        while at < self.ln_weights.len() {
            at = self.chunk::<L, 1>(at, shift, &mut running);
        }
        running
    }

    /// Takes `shift` off the log weights of the `N` groups from `at` on, and makes
    /// weights of them; says what comes next.
    #[inline(always)]
    fn chunk<L: Group<Scalar = F>, const N: usize>(
        &mut self,
        at: usize,
        shift: F,
        running: &mut Running<L>,
    ) -> usize {
        let ln_weights = &mut self.ln_weights[at..][..N];
        let weights = &mut self.weights[at..][..N];
        let gains = &self.gains[at..][..N];
        let mut parts = [(L::splat(shift), L::splat(shift)); N];
        for i in 0..N {
            let ln_weight = L::load(ln_weights[i].as_ref()) - shift;
            ln_weight.store(ln_weights[i].as_mut());
            parts[i] = F::exp_split(ln_weight);
            running.largest = ln_weight.larger(running.largest);
            running.best = (ln_weight + L::load(gains[i].as_ref())).larger(running.best);
        }
        for i in 0..N {
            let weight = F::exp_join(parts[i].0, parts[i].1);
            weight.store(weights[i].as_mut());
            running.sum = running.sum + weight;
        }
        at + N
    }
}

/// A group in memory.
type Array<L> = <<L as Lanes>::Scalar as Real>::Array;

/// Position of the first number equal to `value`; 0 if there is none.
#[inline(always)]
fn find<L: Group>(groups: &[Array<L>], value: L::Scalar) -> usize {
    for (g, group) in groups.iter().enumerate() {
        let equal = L::load(group.as_ref()).equal(value);
        if equal != 0 {
            return g * L::LEN + equal.trailing_zeros() as usize;
        }
    }
    0
}

/// Position of the first sum equal to `value`; 0 if there is none.
#[inline(always)]
fn find_sum<L: Group>(a: &[Array<L>], b: &[Array<L>], value: L::Scalar) -> usize {
    for (g, (a, b)) in a.iter().zip(b).enumerate() {
        let equal = (L::load(a.as_ref()) + L::load(b.as_ref())).equal(value);
        if equal != 0 {
            return g * L::LEN + equal.trailing_zeros() as usize;
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
        let columns = [&mut self.ln_weights, &mut self.weights, &mut self.map_gains];
        compact_all(columns.map(Column::padded_mut), kept);
        for column in [&mut self.ln_weights, &mut self.weights, &mut self.map_gains] {
            column.truncate(kept.len());
        }
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
        self.ln_weights.restore_padding();
        let leaders = isa.run_lanes(Weigh {
            ln_weights: F::groups_mut(self.ln_weights.padded_mut()),
            weights: F::groups_mut(self.weights.padded_mut()),
            gains: F::groups(self.map_gains.padded()),
            guess,
        })?;
        self.total = leaders.total;
        self.ln_total = self.total.vln_normal();
        (self.map, self.best) = (leaders.map, leaders.best);
        Some(leaders.shift)
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
