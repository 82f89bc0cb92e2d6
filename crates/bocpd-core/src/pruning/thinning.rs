//! Giving up the hypotheses that are missed least.
//!
//! A hypothesis of weight w and age a (its number of observations) stands
//! between an older and a younger neighbour, at distances d₁ and d₂. If it goes,
//! they share its weight so that the mean start stays where it is. Each share
//! then learns with a segment that is not quite its own; how far off, on average
//! and as part of the segment, times how much is concerned, is the cost
//!
//! ```text
//! w · d₁ d₂ / ((d₁ + d₂) a)
//! ```
//!
//! so on a quiet series those that stay come to stand evenly in the logarithm of
//! their age, and a heavy one is worth more than a light one in its place.
//!
//! The best segmentation should not be lost either, not even one that will be
//! the best only later. Be J the ln of the best segmentation's joint probability
//! that ends in a hypothesis. To become the best it has to overtake the leader
//! and both neighbours, and what moves it against a neighbour is only the small
//! part of the segment that they do not share. By that measure it lies
//!
//! ```text
//! z = max over j of (J_j − J) a_older/d,  a_older the age of the older of the two
//! ```
//!
//! behind, and its cost is 0.02 exp(−z/2) at least: of each hill of J the top
//! stays and the slopes go.

use core::ops::Range;

use smallvec::SmallVec;

use super::List;
use crate::Real;
use crate::hypotheses::Hypotheses;

/// Gives up all but `k` of the hypotheses at `kept` (ascending), one at a time,
/// always the one that costs least. The leader of the best segmentation stays,
/// and so do the positions from `protected_from` on. `inherited` is parallel to
/// `kept`; what each of those that stay gets is added to it.
#[inline(always)]
pub(super) fn thin<F: Real>(
    hypotheses: &Hypotheses<F>,
    time: u64,
    k: usize,
    protected_from: usize,
    kept: &mut List<u32>,
    inherited: &mut List<F>,
) {
    let best = place(kept, hypotheses.best);
    let newest = place(kept, protected_from);
    let mut line = Line::new(hypotheses, time, kept, inherited);
    line.protect(best..best + 1);
    line.protect(newest..kept.len());
    for _ in k..kept.len() {
        line.give_up_one(inherited);
    }
    line.collect(kept, inherited);
}

/// The candidates, oldest first.
struct Line<F> {
    starts: List<u64>,
    ages: List<F>,
    weights: List<F>,
    /// What the loss of each costs at least.
    floors: List<F>,
    /// The cost of each with its sign changed: the largest goes first. −∞ for
    /// those that stay and those that are gone. Padded to whole lanes.
    savings: List<F>,
    /// The neighbours that are left; `NOBODY` before the first.
    older: List<u32>,
    /// `NOBODY` for those that are gone.
    younger: List<u32>,
}

const NOBODY: u32 = u32::MAX;

impl<F: Real> Line<F> {
    #[inline(always)]
    fn new(hypotheses: &Hypotheses<F>, time: u64, kept: &[u32], inherited: &[F]) -> Self {
        let n = kept.len();
        let starts = pick(&hypotheses.starts, kept);
        let ages: List<F> = starts.iter().map(|&start| count(time - start)).collect();
        let mut weights = pick(hypotheses.weights.live(), kept);
        let mut behind = pick(hypotheses.ln_weights.live(), kept);
        let gains = pick(hypotheses.map_gains.live(), kept);
        let joint = hypotheses.best_joint();
        for i in 0..n {
            weights[i] += inherited[i];
            behind[i] = joint - (behind[i] + gains[i]);
        }
        // From the next older one; beyond the ends nobody is near.
        let mut gaps: List<F> = SmallVec::from_elem(F::HUGE, n + 1);
        for i in 1..n {
            gaps[i] = count(starts[i] - starts[i - 1]);
        }
        let best = place(kept, hypotheses.best);
        let floors = floors(&behind, &ages, &gaps, best, hypotheses.total);
        let padded = n.next_multiple_of(F::LANES);
        let mut savings: List<F> = SmallVec::from_elem(F::neg_infinity(), padded);
        for i in 0..n {
            savings[i] = -cost(weights[i], gaps[i], gaps[i + 1], ages[i], floors[i]);
        }
        Self {
            starts,
            ages,
            weights,
            floors,
            savings,
            older: (NOBODY..=NOBODY).chain(0..).take(n).collect(),
            younger: (1..).take(n).collect(),
        }
    }

    fn protect(&mut self, positions: Range<usize>) {
        self.savings[positions].fill(F::neg_infinity());
    }

    /// Gives up the one that costs least. The youngest is protected, so there is
    /// always a younger neighbour.
    #[inline(always)]
    fn give_up_one(&mut self, inherited: &mut [F]) {
        let largest = F::lane_max(&self.savings);
        let i = F::lane_find(&self.savings, largest);
        let (older, younger) = (self.older[i], self.younger[i]);
        let (a, b) = (older as usize, younger as usize);
        let weight = self.weights[i];
        self.savings[i] = F::neg_infinity();
        self.younger[i] = NOBODY;
        self.older[b] = older;
        let mut share = weight;
        if older != NOBODY {
            self.younger[a] = younger;
            share = weight * (self.between(a, i) / self.between(a, b));
            inherited[a] += weight - share;
            self.weights[a] += weight - share;
            self.appraise(a);
        }
        inherited[b] += share;
        self.weights[b] += share;
        self.appraise(b);
    }

    #[inline(always)]
    fn between(&self, older: usize, younger: usize) -> F {
        count(self.starts[younger] - self.starts[older])
    }

    /// The cost of position `i` between new neighbours.
    #[inline(always)]
    fn appraise(&mut self, i: usize) {
        if self.savings[i] == F::neg_infinity() {
            return;
        }
        let (older, younger) = (self.older[i], self.younger[i] as usize);
        let before = match older {
            NOBODY => F::HUGE,
            older => self.between(older as usize, i),
        };
        let after = self.between(i, younger);
        self.savings[i] = -cost(self.weights[i], before, after, self.ages[i], self.floors[i]);
    }

    /// Those that are left, with what they got.
    #[inline(always)]
    fn collect(&self, kept: &mut List<u32>, inherited: &mut List<F>) {
        let mut len = 0;
        for (i, &younger) in self.younger.iter().enumerate() {
            kept[len] = kept[i];
            inherited[len] = inherited[i];
            len += usize::from(younger != NOBODY);
        }
        kept.truncate(len);
        inherited.truncate(len);
    }
}

/// What giving up a hypothesis costs, from the distances to its neighbours.
#[inline(always)]
fn cost<F: Real>(weight: F, before: F, after: F, age: F, floor: F) -> F {
    let shift = before * after / ((before + after) * age);
    (weight * shift).vmax(floor)
}

/// 0.02 exp(−z/2) of each, of weights that sum up to `total`; its joint lies
/// `behind` that of the leader at position `best`.
#[inline(always)]
fn floors<F: Real>(behind: &[F], ages: &[F], gaps: &[F], best: usize, total: F) -> List<F> {
    let n = behind.len();
    // How far behind its older neighbour each one is, as z has it; the older one
    // is as far ahead.
    let mut slopes: List<F> = SmallVec::from_elem(F::zero(), n + 1);
    for i in 1..n {
        slopes[i] = (behind[i] - behind[i - 1]) * ages[i - 1] / gaps[i];
    }
    let (half, price) = (F::of(0.5), F::of(0.02) * total);
    let mut floors: List<F> = SmallVec::from_elem(F::zero(), n);
    let leader = ages[best];
    for i in 0..n {
        let apart = (ages[i] - leader).abs().vmax(F::one());
        let z = behind[i] * ages[i].vmax(leader) / apart;
        let z = slopes[i].vmax(-slopes[i + 1]).vmax(z);
        floors[i] = price * (-half * z).vexp_weight();
    }
    floors
}

/// Where `position` stands in `kept`, or what comes after it.
fn place(kept: &[u32], position: usize) -> usize {
    kept.partition_point(|&i| (i as usize) < position)
}

#[inline(always)]
fn pick<T: Copy>(all: &[T], kept: &[u32]) -> List<T> {
    kept.iter().map(|&i| all[i as usize]).collect()
}

#[inline(always)]
fn count<F: Real>(n: u64) -> F {
    F::of(n as f64)
}
