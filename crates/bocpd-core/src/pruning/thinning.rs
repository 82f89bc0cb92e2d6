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
//! so on a quiet series those that stay come to stand the wider apart the older
//! they are: neighbours far back have nearly the same segment.
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
//! behind, and 0.02 exp(−z/2) is added to its cost: of each hill of J the top stays
//! and the slopes go. Of all j the leader and the two neighbours are looked at.

use alloc::vec::Vec;

use super::List;
use crate::Real;
use crate::hypotheses::Hypotheses;

/// Lists up to this length are cut without the heap.
const FEW: usize = 64;

/// A list of `n` times `value` called `name`, on the stack if it is short.
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

/// Gives up all but `k` of the hypotheses at `kept` (ascending), of these `weights`,
/// one at a time, always the one that costs least. The leader of the best
/// segmentation stays, and so do the positions from `protected_from` on.
#[inline(always)]
pub(super) fn thin<F: Real>(
    hypotheses: &Hypotheses<F>,
    time: u64,
    k: usize,
    protected_from: usize,
    kept: &mut List<u32>,
    weights: &mut List<F>,
) {
    let all = Hypothetical {
        starts: &hypotheses.starts,
        ln_weights: hypotheses.ln_weights.live(),
        gains: hypotheses.map_gains.live(),
        joint: hypotheses.best_joint(),
        total: hypotheses.total,
        best: place(kept, hypotheses.best),
        newest: place(kept, protected_from),
    };
    if kept.len() == all.starts.len() {
        return all.thin(time, k, kept, weights);
    }
    let starts = pick(all.starts, kept);
    let (ln_weights, gains) = (pick(all.ln_weights, kept), pick(all.gains, kept));
    let candidates = Hypothetical {
        starts: &starts,
        ln_weights: &ln_weights,
        gains: &gains,
        ..all
    };
    candidates.thin(time, k, kept, weights);
}

/// Hypotheses of which some have to go.
struct Hypothetical<'a, F> {
    starts: &'a [u64],
    ln_weights: &'a [F],
    gains: &'a [F],
    /// ln of the best segmentation's joint probability.
    joint: F,
    /// Sum of all weights.
    total: F,
    /// The leader of the best segmentation.
    best: usize,
    /// Protected from here on.
    newest: usize,
}

impl<F: Real> Hypothetical<'_, F> {
    #[inline(always)]
    fn thin(&self, time: u64, k: usize, kept: &mut List<u32>, weights: &mut List<F>) {
        let n = self.starts.len();
        let zero = F::zero();
        // The last in lists of n + 1 is nobody, who stands beyond both ends.
        list!(ages: n + 1, zero);
        for (age, &start) in ages.iter_mut().zip(self.starts) {
            *age = count(time - start);
        }
        // From the next older one; beyond the ends nobody is near.
        list!(gaps: n + 1, F::HUGE);
        for (gap, pair) in gaps[1..].iter_mut().zip(self.starts.windows(2)) {
            *gap = count(pair[1] - pair[0]);
        }
        list!(behind: n, zero);
        let joints = self.ln_weights.iter().zip(self.gains);
        for (behind, (&ln_weight, &gain)) in behind.iter_mut().zip(joints) {
            *behind = self.joint - (ln_weight + gain);
        }
        list!(slopes: n + 1, zero);
        list!(risks: n + 1, zero);
        risk(
            &mut risks[..n],
            slopes,
            behind,
            ages,
            gaps,
            ages[self.best],
            self.total,
        );
        list!(keys: self.newest.next_multiple_of(8), STAYS);
        appraise(&mut keys[..self.newest], weights, gaps, ages, risks);
        if self.best < self.newest {
            keys[self.best] = STAYS;
        }
        list!(links: n + 1, Links::default());
        for (links, i) in links.iter_mut().zip(0u32..) {
            *links = Links {
                older: i.wrapping_sub(1),
                younger: i + 1,
            };
        }
        // Nobody, as after the youngest.
        links[0].older = links[n - 1].younger;
        weights.push(zero);
        let line = Line {
            ages,
            risks,
            weights,
            links,
            keys,
        };
        line.give_up(n - k);
        let mut len = 0;
        {
            // As slices of one length: what a list is would be asked every time.
            let (kept, weights, links) = (&mut kept[..n], &mut weights[..n], &links[..n]);
            for i in 0..n {
                (kept[len], weights[len]) = (kept[i], weights[i]);
                len += usize::from(links[i].younger != GONE);
            }
        }
        kept.truncate(len);
        weights.truncate(len);
    }
}

/// The candidates, oldest first, and nobody, who stands beyond both ends.
struct Line<'a, F> {
    ages: &'a [F],
    /// What the loss of each costs the segmentation.
    risks: &'a [F],
    weights: &'a mut [F],
    links: &'a mut [Links],
    /// Of those that are not protected, in whole groups of eight.
    keys: &'a mut [u64],
}

/// The neighbours that are left.
#[derive(Clone, Copy, Default)]
struct Links {
    older: u32,
    /// `GONE` for those that are gone.
    younger: u32,
}

const GONE: u32 = u32::MAX;

/// The key of those that stay and those that are gone.
const STAYS: u64 = u64::MAX;

/// Cost and position in one number, so that the least of them says both who goes
/// first and where it stands. Half of the digits of the cost are plenty.
#[inline(always)]
fn key<F: Real>(cost: F, position: usize) -> u64 {
    cost.wide().to_bits() & !POSITION | position as u64
}

/// The half of a key that is the position.
const POSITION: u64 = u32::MAX as u64;

impl<F: Real> Line<'_, F> {
    /// Gives up as many. The youngest stays, so there is always somebody younger.
    ///
    /// What one costs changes only when a neighbour goes. So the least of all others is
    /// looked for while the new costs of two neighbours are still being found.
    #[inline(always)]
    fn give_up(self, number: usize) {
        let nobody = self.ages.len() - 1;
        // Of one length, so that a position is checked once.
        let (ages, risks) = (&self.ages[..=nobody], &self.risks[..=nobody]);
        let weights = &mut self.weights[..=nobody];
        let (links, keys) = (&mut self.links[..=nobody], self.keys);
        let between = |older: usize, younger: usize| {
            // Ages beyond the digits of the type may come out as equal.
            let distance = (ages[older] - ages[younger]).vmax(F::one());
            if older == nobody { F::HUGE } else { distance }
        };
        let mut least = least_but(keys, [STAYS; 3]);
        for _ in 0..number {
            if least == STAYS {
                return;
            }
            let i = (least & POSITION) as usize;
            let (a, b) = (links[i].older as usize, links[i].younger as usize);
            let before = [a, b].map(|i| keys.get(i).copied().unwrap_or(STAYS));
            let others = least_but(keys, [least, before[0], before[1]]);

            keys[i] = STAYS;
            (links[a].younger, links[b].older) = (links[i].younger, links[i].older);
            links[i].younger = GONE;
            let gap = between(a, b);
            let share = weights[i] * (between(a, i) / gap);
            weights[a] += weights[i] - share;
            weights[b] += share;

            let (aa, bb) = (links[a].older as usize, links[b].younger as usize);
            let costs = [
                cost(weights[a], between(aa, a), gap, ages[a], risks[a]),
                cost(weights[b], gap, between(b, bb), ages[b], risks[b]),
            ];
            least = others;
            for (at, i) in [a, b].into_iter().enumerate() {
                let stays = before[at] == STAYS;
                let key = if stays { STAYS } else { key(costs[at], i) };
                if let Some(place) = keys.get_mut(i) {
                    *place = key;
                }
                least = least.min(key);
            }
        }
    }
}

/// The least key of all but three.
#[inline(always)]
#[expect(clippy::needless_bitwise_bool, reason = "no branches")]
fn least_but(keys: &[u64], but: [u64; 3]) -> u64 {
    let (groups, _) = keys.as_chunks::<8>();
    let mut least = [STAYS; 8];
    for group in groups {
        for (least, &key) in least.iter_mut().zip(group) {
            let meant = (key != but[0]) & (key != but[1]) & (key != but[2]);
            *least = (*least).min(if meant { key } else { STAYS });
        }
    }
    least.into_iter().fold(STAYS, u64::min)
}

/// The keys of the oldest as long as all are there.
#[inline(always)]
fn appraise<F: Real>(keys: &mut [u64], weights: &[F], gaps: &[F], ages: &[F], risks: &[F]) {
    let n = keys.len();
    let (weights, ages, risks) = (&weights[..n], &ages[..n], &risks[..n]);
    let (before, after) = (&gaps[..n], &gaps[1..=n]);
    for i in 0..n {
        let cost = cost(weights[i], before[i], after[i], ages[i], risks[i]);
        keys[i] = key(cost, i);
    }
}

/// What giving up a hypothesis costs, from the distances to its neighbours.
#[inline(always)]
fn cost<F: Real>(weight: F, before: F, after: F, age: F, risk: F) -> F {
    let shift = before * after / ((before + after) * age);
    weight * shift + risk
}

/// 0.02 exp(−z/2) of each, of weights that sum up to `total`; its joint lies
/// `behind` that of the `leader`, which is of that age.
#[inline(always)]
fn risk<F: Real>(
    risks: &mut [F],
    slopes: &mut [F],
    behind: &[F],
    ages: &[F],
    gaps: &[F],
    leader: F,
    total: F,
) {
    let n = behind.len();
    let (behind, ages, gaps) = (&behind[..n], &ages[..n], &gaps[..n]);
    // How far behind its older neighbour each one is, as z has it; the older one
    // is as far ahead.
    let up = &mut slopes[..n];
    for i in 1..n {
        up[i] = (behind[i] - behind[i - 1]) * ages[i - 1] / gaps[i];
    }
    let (up, down) = (&slopes[..n], &slopes[1..=n]);
    let (half, price) = (F::of(0.5), F::of(0.02) * total);
    let risks = &mut risks[..n];
    for i in 0..n {
        let apart = (ages[i] - leader).abs().vmax(F::one());
        let z = behind[i] * ages[i].vmax(leader) / apart;
        let z = up[i].vmax(-down[i]).vmax(z);
        risks[i] = price * (-half * z).vexp_weight();
    }
}

/// Where `position` stands in `kept`, or what comes after it.
fn place(kept: &[u32], position: usize) -> usize {
    kept.partition_point(|&i| (i as usize) < position)
}

fn pick<T: Copy>(all: &[T], kept: &[u32]) -> Vec<T> {
    kept.iter().map(|&i| all[i as usize]).collect()
}

#[inline(always)]
fn count<F: Real>(n: u64) -> F {
    F::of(n as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Random;

    const TIME: u64 = 200;

    fn hypotheses(starts: &[u64], weights: &[f64], gains: &[f64]) -> Hypotheses<f64> {
        let mut hypotheses = Hypotheses::new(weights.len());
        for (i, &start) in starts.iter().enumerate() {
            hypotheses.push(start, 0, weights[i].ln(), gains[i]);
        }
        hypotheses.normalise(crate::Isa::BASELINE, 0.0).unwrap();
        hypotheses
    }

    fn thinned(hypotheses: &Hypotheses<f64>, k: usize) -> Vec<usize> {
        let n = hypotheses.len();
        let mut kept: List<u32> = (0..).take(n).collect();
        let mut weights: List<f64> = hypotheses.weights.live().into();
        thin(hypotheses, TIME, k, n - 2, &mut kept, &mut weights);
        kept.iter().map(|&i| i as usize).collect()
    }

    /// As the page above says it, every cost anew for each that goes.
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
        for seed in 0..200 {
            let mut random = Random::new(seed);
            let mut starts: Vec<u64> = (0..TIME).filter(|_| random.uniform() < 0.2).collect();
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

    /// Of equally probable ones the old stand wide apart and the new close.
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

    /// Where no hypothesis is probable, the top of a hill of the joint stays.
    #[test]
    fn the_tops_of_hills_stay() {
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
