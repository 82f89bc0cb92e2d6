//! Removing the hypotheses that are missed least.
//!
//! # What a removal costs
//!
//! A hypothesis of weight w and age a (its number of observations) stands
//! between an older and a younger neighbour, at distances d₁ and d₂ between the
//! starts of their segments. If it is removed, they share its weight so that the
//! mean start stays the same. Each share then learns from a segment that begins
//! too early or too late. The cost is how far off it begins, on average and as a
//! fraction of the segment, times the weight:
//!
//! ```text
//! w · d₁ d₂ / ((d₁ + d₂) a)
//! ```
//!
//! So on a quiet series the hypotheses that stay are the further apart the older
//! they are: far back, neighbours have nearly the same segment.
//!
//! The best segmentation should not be lost either, not even one that will be
//! the best only later. Let J be ln of the joint probability of the best
//! segmentation that ends in a hypothesis. To become the best, it has to overtake
//! both neighbours and the hypothesis that ends the best segmentation now; and
//! only the observations that two hypotheses do not share can change the
//! difference between them, d of them. Measured by that, it lies
//!
//! ```text
//! z = max over these three j of (J_j − J) a_older/d,   a_older the larger of both ages
//! ```
//!
//! behind, and 0.02 Σw exp(−z/2) is added to its cost. So the local maxima of J
//! stay, and what lies on the slopes between them is removed. This second part is
//! found once, while all candidates are there.
//!
//! # The algorithm
//!
//! ```text
//! find the cost of every candidate                                (costs.rs)
//! until k hypotheses are left, or none that may be removed:       (removals.rs)
//!     i = the candidate of least cost                             (key.rs)
//!     a, b = its older and its younger neighbour
//!     w_a += w_i d_b/(d_a + d_b);  w_b += w_i d_a/(d_a + d_b)
//!     remove i; a and b are neighbours now: find their costs anew
//! ```
//!
//! d_a and d_b are the distances from i to a and to b. A removal changes the costs
//! of a and b only and lowers none, since weights and distances grow.
//!
//! # In memory
//!
//! Candidates are columns of numbers, oldest first, with [`FRONT`] unused entries
//! before them and a few behind, so that whole groups of lanes can be read and
//! every candidate has an entry on both sides. A candidate is known by its
//! *index* in these columns; *position* is where the hypothesis is in the list of
//! the filter. Removed candidates stay in the columns: [`Links`] say who is next
//! to whom.

mod costs;
mod key;
mod removals;

use alloc::vec::Vec;

use key::Key;

use super::Selection;
use crate::hypotheses::Hypotheses;
use crate::kernel::{Isa, LaneKernel};
use crate::lanes::Group;
use crate::real::Real;

/// Lists up to this length are cut without the heap.
const FEW: usize = 64;

/// Declares `name`, a slice of `n` times `value`, on the stack if it is short.
macro_rules! list {
    ($name:ident: $n:expr, $value:expr) => {
        let (mut few, mut many) = ([$value; FEW], Vec::new());
        let n = $n;
        let $name = if n <= FEW {
            &mut few[..n]
        } else {
            many.resize(n, $value);
            &mut many[..]
        };
    };
}

/// Removes all but `k` of the hypotheses selected, one at a time, always the one that
/// costs least. The end of the best segmentation stays, and so do the positions from
/// `protected_from` on. Works in `f64` whatever the type of the filter.
#[inline(always)]
pub(super) fn thin<F: Real>(
    isa: Isa,
    hypotheses: &Hypotheses<F>,
    time: u64,
    k: usize,
    protected_from: usize,
    selection: &mut Selection<F>,
) {
    let Selection {
        kept,
        weights,
        removed,
        ..
    } = selection;
    let n = kept.len();
    let length = FRONT + n.next_multiple_of(8) + 8;
    list!(ages: length, 0.0);
    list!(joints: length, f64::NEG_INFINITY);
    list!(candidate_weights: length, 0.0);
    list!(segmentation_costs: length, costs::FORBIDDEN);
    list!(keys: length, Key::STAYS);
    list!(before: length, 0.0);
    list!(after: length, 0.0);
    list!(links: length, Links::default());
    let mut candidates = Candidates {
        ages,
        joints,
        weights: candidate_weights,
        segmentation_costs,
        keys,
        before,
        after,
        links,
        newest: FRONT + rank(kept, protected_from),
        best: FRONT + rank(kept, hypotheses.best),
        joint: hypotheses.best_joint.wide(),
        total: hypotheses.total.wide(),
    };
    let (ln_weights, gains) = (hypotheses.ln_weights.live(), hypotheses.map_gains.live());
    let starts = &hypotheses.starts[..];
    let age = |start: u64| (time - start) as f64;
    if n == starts.len() {
        candidates.set(
            starts.iter().map(|&start| age(start)),
            ln_weights.iter().zip(gains).map(|(&a, &b)| (a + b).wide()),
        );
    } else {
        let kept = kept.iter().map(|&i| i as usize);
        candidates.set(
            kept.clone().map(|i| age(starts[i])),
            kept.map(|i| (ln_weights[i] + gains[i]).wide()),
        );
    }
    for (to, &weight) in candidates.weights[FRONT..].iter_mut().zip(&**weights) {
        *to = weight.wide();
    }
    // The kernel writes indices behind the positions that have been removed before; then
    // they are made positions too.
    let from = removed.len();
    removed.resize(from + n - k, 0);
    let number = isa.run_lanes(Thin {
        candidates: &mut candidates,
        removed: &mut removed[from..],
    });
    removed.truncate(from + number);
    let keys = &candidates.keys[FRONT..][..n];
    let after = &candidates.weights[FRONT..][..n];
    let (kept_all, weights_all) = (&mut kept[..n], &mut weights[..n]);
    for position in &mut removed[from..] {
        *position = kept_all[*position as usize - FRONT];
    }
    // Without branches, since which hypotheses stay is hard to predict.
    let mut len = 0;
    for i in 0..n {
        (kept_all[len], weights_all[len]) = (kept_all[i], F::of(after[i]));
        len += usize::from(keys[i] != Key::REMOVED);
    }
    kept.truncate(len);
    weights.truncate(len);
}

/// Hypotheses of which some have to be removed, oldest first: columns of one length, with
/// unused entries at both ends.
struct Candidates<'a> {
    /// Numbers of observations.
    ages: &'a mut [f64],
    /// ln of the joint probabilities of the best segmentations.
    joints: &'a mut [f64],
    weights: &'a mut [f64],
    /// The second part of each cost, the risk of losing the best segmentation.
    segmentation_costs: &'a mut [f64],
    /// Costs and indices, as [`Key`]s.
    keys: &'a mut [f64],
    /// Distances to the older neighbours.
    before: &'a mut [f64],
    /// Distances to the younger neighbours.
    after: &'a mut [f64],
    links: &'a mut [Links],
    /// The index from which on all are protected.
    newest: usize,
    /// The index of the hypothesis that ends the best segmentation.
    best: usize,
    /// ln of the joint probability of that segmentation.
    joint: f64,
    /// Sum of the weights of all live hypotheses.
    total: f64,
}

/// Index of the first candidate: one group from the start, so that each has entries
/// before it.
const FRONT: usize = 8;

/// Indices of the neighbours that are left.
#[derive(Clone, Copy, Default)]
struct Links {
    older: u32,
    younger: u32,
}

impl Candidates<'_> {
    /// Fills in ages, joints and links. What comes before the first candidate is
    /// infinitely old, as far as a cost can tell.
    #[inline(always)]
    fn set(&mut self, ages: impl Iterator<Item = f64>, joints: impl Iterator<Item = f64>) {
        for (to, age) in self.ages[FRONT..].iter_mut().zip(ages) {
            *to = age;
        }
        for (to, joint) in self.joints[FRONT..].iter_mut().zip(joints) {
            *to = joint;
        }
        self.ages[..FRONT].fill(f64::HUGE);
        for (links, i) in self.links[1..].iter_mut().zip(0u32..) {
            *links = Links {
                older: i,
                younger: i + 2,
            };
        }
    }
}

/// The algorithm, in the registers of an instruction set.
struct Thin<'a, 'b> {
    candidates: &'a mut Candidates<'b>,
    removed: &'a mut [u32],
}

impl LaneKernel<f64> for Thin<'_, '_> {
    /// How many have been removed.
    type Output = usize;
    type Home = Self;

    #[inline(always)]
    fn run<L: Group<Scalar = f64>>(self) -> usize {
        self.candidates.find_costs::<L>();
        self.candidates.remove::<L>(self.removed)
    }
}

/// How many of `kept` (ascending) are below `position`.
fn rank(kept: &[u32], position: usize) -> usize {
    kept.partition_point(|&i| (i as usize) < position)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    const TIME: u64 = 200;

    fn hypotheses(starts: &[u64], weights: &[f64], gains: &[f64]) -> Hypotheses<f64> {
        let mut hypotheses = Hypotheses::new(weights.len());
        for (i, &start) in starts.iter().enumerate() {
            hypotheses.push(start, weights[i].ln(), gains[i]);
        }
        hypotheses
            .normalise(crate::kernel::Isa::BASELINE, 0.0)
            .unwrap();
        hypotheses
    }

    /// The same on every instruction set.
    fn thinned(hypotheses: &Hypotheses<f64>, k: usize) -> Vec<usize> {
        let kept = thinned_on(Isa::BASELINE, hypotheses, k);
        for isa in Isa::available() {
            assert_eq!(thinned_on(isa, hypotheses, k), kept, "{}", isa.name());
        }
        kept
    }

    fn thinned_on(isa: Isa, hypotheses: &Hypotheses<f64>, k: usize) -> Vec<usize> {
        let n = hypotheses.len();
        let mut selection = Selection {
            kept: (0..).take(n).collect(),
            weights: hypotheses.weights.live().into(),
            ..Selection::default()
        };
        thin(isa, hypotheses, TIME, k, n - 2, &mut selection);
        let Selection { kept, removed, .. } = selection;
        let mut all: Vec<u32> = kept.iter().chain(&removed).copied().collect();
        all.sort_unstable();
        assert!(all.into_iter().eq((0..).take(n)));
        kept.iter().map(|&i| i as usize).collect()
    }

    /// As the page above says it, with every cost found anew after each removal.
    fn by_definition(hypotheses: &Hypotheses<f64>, k: usize) -> Vec<usize> {
        let n = hypotheses.len();
        let start = |i: usize| hypotheses.starts[i] as f64;
        let age = |i: usize| TIME as f64 - start(i);
        let joint = |i: usize| hypotheses.ln_weights.live()[i] + hypotheses.map_gains.live()[i];
        let behind = |i: usize, j: usize| {
            (joint(j) - joint(i)) * age(i.min(j)) / (start(i) - start(j)).abs()
        };
        let mut weights = hypotheses.weights.live().to_vec();
        let mut left: Vec<usize> = (0..n).collect();
        while left.len() > k {
            let cost = |at: usize| {
                let (i, b) = (left[at], left[at + 1]);
                let after = start(b) - start(i);
                let distance = match at {
                    0 => after,
                    at => {
                        let before = start(i) - start(left[at - 1]);
                        before * after / (before + after)
                    }
                };
                let mut z = behind(i, hypotheses.best).max(behind(i, i + 1));
                if i > 0 {
                    z = z.max(behind(i, i - 1));
                }
                let risk = 0.02 * hypotheses.total * (-z / 2.0).exp();
                weights[i] * distance / age(i) + risk
            };
            let free = (0..left.len() - 2).filter(|&at| left[at] != hypotheses.best);
            let at = free.min_by(|&a, &b| cost(a).total_cmp(&cost(b))).unwrap();
            let (i, b) = (left[at], left[at + 1]);
            let mut share = 1.0;
            if at > 0 {
                let a = left[at - 1];
                share = (start(i) - start(a)) / (start(b) - start(a));
                weights[a] += weights[i] * (1.0 - share);
            }
            weights[b] += weights[i] * share;
            left.remove(at);
        }
        left
    }

    #[test]
    fn what_goes_is_what_the_definition_says() {
        for seed in 0..if cfg!(miri) { 4 } else { 200 } {
            let mut random = Random::new(seed);
            // Lists on the stack and on the heap.
            let share = if seed % 4 == 0 { 0.6 } else { 0.2 };
            let mut starts: Vec<u64> = (0..TIME).filter(|_| random.uniform() < share).collect();
            starts.push(TIME - 1);
            let n = starts.len();
            let mut exponents = || {
                (0..n)
                    .map(|_| -8.0 * random.uniform())
                    .collect::<Vec<f64>>()
            };
            let weights: Vec<f64> = exponents().iter().map(|x| x.exp()).collect();
            let list = hypotheses(&starts, &weights, &exponents());
            let k = n / 2 + 2;
            assert_eq!(thinned(&list, k), by_definition(&list, k), "{seed}");
        }
    }

    /// Of equally probable ones the old are far apart and the new close together.
    #[test]
    fn survivors_spread_with_age() {
        let starts: Vec<u64> = (0..TIME).collect();
        let kept = thinned(&hypotheses(&starts, &[1.0; 200], &[0.0; 200]), 30);
        let gap_at = |age: u64| {
            let older = kept.iter().rposition(|&i| TIME - starts[i] >= age).unwrap();
            kept[older + 1] - kept[older]
        };
        assert!(gap_at(150) > gap_at(30), "{kept:?}");
        assert!(gap_at(30) > gap_at(4), "{kept:?}");
    }

    /// Where no hypothesis is probable, local maxima of the joint stay.
    #[test]
    fn local_maxima_stay() {
        let starts: Vec<u64> = (100..160).collect();
        let hill = |i: i32| -f64::from((i - 20).abs().min((i - 40).abs()));
        let gains: Vec<f64> = (0..60)
            .map(|i| hill(i) + if i == 40 { 1.0 } else { 0.0 })
            .collect();
        let mut weights = [1e-9; 60];
        weights[59] = 1.0;
        let gains: Vec<f64> = gains.iter().map(|gain| gain + 25.0).collect();
        let kept = thinned(&hypotheses(&starts, &weights, &gains), 5);
        assert!(kept.contains(&20) && kept.contains(&40), "{kept:?}");
    }
}
