//! Weights from log weights, their sum and their maxima: kernels over groups of lanes.

use num_traits::{Float, Zero};

use crate::kernel::LaneKernel;
use crate::lanes::{Group, Lanes};
use crate::real::Real;

/// How far from 0 the largest log weight may be after normalisation.
const FAR: f64 = 32.0;

/// Makes weights of log weights and finds their sum and the maxima.
pub(super) struct Weigh<'a, F: Real> {
    pub(super) ln_weights: &'a mut [F::Array],
    pub(super) weights: &'a mut [F::Array],
    pub(super) gains: &'a [F::Array],
    /// How many there are; behind them is padding.
    pub(super) live: usize,
    /// About ln of the sum of the weights.
    pub(super) guess: F,
    /// Where the maxima were after the step before; mostly they are still there.
    pub(super) before: Positions,
}

/// Finds the sum and the maxima of weights that are already there.
pub(super) struct FindMaxima<'a, F: Real> {
    pub(super) ln_weights: &'a [F::Array],
    pub(super) weights: &'a [F::Array],
    pub(super) gains: &'a [F::Array],
}

/// Positions of the maxima. Of equal numbers the first counts, which is the oldest
/// hypothesis.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Positions {
    /// Position of the largest log weight.
    pub(super) map: usize,
    /// Position of the largest sum of log weight and gain.
    pub(super) best: usize,
}

/// The sum of the weights, and the maxima.
pub(super) struct Maxima<F> {
    /// Sum of the weights.
    pub(super) total: F,
    pub(super) positions: Positions,
    /// The largest sum of log weight and gain.
    pub(super) best_joint: F,
}

/// Reductions that go on from group to group.
struct Running<L> {
    sum: L,
    largest: L,
    best: L,
    /// `largest` over the groups before the one in which the maximum was last time.
    largest_before: Before<L>,
    /// `best` likewise.
    best_before: Before<L>,
}

/// The largest of all groups below a number of them.
struct Before<L> {
    largest: L,
    groups: usize,
}

impl<F: Real> Weigh<'_, F> {
    /// What was taken off the log weights; nothing if they are no weights.
    #[inline(always)]
    pub(super) fn run<L: Group<Scalar = F>>(mut self) -> Option<(F, Maxima<F>)> {
        self.clear_padding::<L>();
        let mut shift = F::zero();
        let mut next = self.guess;
        loop {
            let running = self.weigh::<L>(next);
            shift += next;
            let largest = running.largest.largest();
            if largest.abs() <= F::of(FAR) {
                let maxima = running.maxima(largest, self.ln_weights, self.gains);
                return maxima.total.is_finite().then_some((shift, maxima));
            }
            if !largest.is_finite() {
                return None;
            }
            next = largest;
        }
    }

    /// Gives the lanes behind the last hypothesis no weight, whatever a model has written
    /// there.
    #[inline(always)]
    fn clear_padding<L: Group<Scalar = F>>(&mut self) {
        let before = self.ln_weights.len().saturating_sub(1) * L::LEN;
        if let Some(last) = self.ln_weights.last_mut() {
            let positions = L::load(&F::INDICES);
            let ln_weight = L::load(last.as_ref());
            let nothing = L::splat(F::neg_infinity());
            let end = F::of((self.live - before) as f64);
            positions
                .if_less(end, ln_weight, nothing)
                .store(last.as_mut());
        }
    }

    #[inline(always)]
    fn weigh<L: Group<Scalar = F>>(&mut self, shift: F) -> Running<L> {
        let mut running = Running::new();
        // Of one length, so that a position is checked once.
        let groups = self.ln_weights.len();
        self.weights = &mut core::mem::take(&mut self.weights)[..groups];
        self.gains = &self.gains[..groups];
        let mut at = 0;
        // A rest of one or two would wait for itself, which shows in short lists.
        while at + 4 <= groups {
            at = match groups - at {
                5 => self.chunk::<L, 5>(at, shift, &mut running),
                6 => self.chunk::<L, 6>(at, shift, &mut running),
                _ => self.chunk::<L, 4>(at, shift, &mut running),
            };
        }
        while at + 2 <= groups {
            at = self.chunk::<L, 2>(at, shift, &mut running);
        }
        while at < groups {
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
        running.pass(at, L::LEN, self.before);
        let ln_weights = &mut self.ln_weights[at..][..N];
        let weights = &mut self.weights[at..][..N];
        let gains = &self.gains[at..][..N];
        let mut parts = [(L::splat(shift), L::splat(shift)); N];
        for i in 0..N {
            let ln_weight = L::load(ln_weights[i].as_ref()) - shift;
            ln_weight.store(ln_weights[i].as_mut());
            parts[i] = F::exp_split(ln_weight);
            running.note(ln_weight, L::load(gains[i].as_ref()));
        }
        for i in 0..N {
            let weight = F::exp_join(parts[i].0, parts[i].1);
            weight.store(weights[i].as_mut());
            running.sum = running.sum + weight;
        }
        at + N
    }
}

impl<F: Real> LaneKernel<F> for FindMaxima<'_, F> {
    type Output = Maxima<F>;
    type Home = Self;

    #[inline(always)]
    fn run<L: Group<Scalar = F>>(self) -> Maxima<F> {
        let mut running = Running::<L>::new();
        for ((ln_weight, weight), gain) in self.ln_weights.iter().zip(self.weights).zip(self.gains)
        {
            running.sum = running.sum + L::load(weight.as_ref());
            running.note(L::load(ln_weight.as_ref()), L::load(gain.as_ref()));
        }
        let largest = running.largest.largest();
        running.maxima(largest, self.ln_weights, self.gains)
    }
}

impl<L: Group<Scalar: Real>> Running<L> {
    #[inline(always)]
    fn new() -> Self {
        Self {
            sum: L::splat(L::Scalar::zero()),
            largest: L::splat(L::Scalar::neg_infinity()),
            best: L::splat(L::Scalar::neg_infinity()),
            largest_before: Before::nothing(),
            best_before: Before::nothing(),
        }
    }

    /// Notes the largest so far, if the maxima of last time are at or behind group `at`.
    #[inline(always)]
    fn pass(&mut self, at: usize, len: usize, before: Positions) {
        if at * len <= before.map {
            self.largest_before = Before {
                largest: self.largest,
                groups: at,
            };
        }
        if at * len <= before.best {
            self.best_before = Before {
                largest: self.best,
                groups: at,
            };
        }
    }

    #[inline(always)]
    fn note(&mut self, ln_weight: L, gain: L) {
        self.largest = ln_weight.larger(self.largest);
        self.best = (ln_weight + gain).larger(self.best);
    }

    #[inline(always)]
    fn maxima(
        &self,
        largest: L::Scalar,
        ln_weights: &[Array<L>],
        gains: &[Array<L>],
    ) -> Maxima<L::Scalar> {
        let best_joint = self.best.largest();
        let from = self.largest_before.without(largest);
        let map = from * L::LEN + find::<L>(&ln_weights[from..], largest);
        let from = self.best_before.without(best_joint);
        let best = from * L::LEN + find_sum::<L>(&ln_weights[from..], &gains[from..], best_joint);
        Maxima {
            total: self.sum.sum(),
            positions: Positions { map, best },
            best_joint,
        }
    }
}

impl<L: Group<Scalar: Real>> Before<L> {
    #[inline(always)]
    fn nothing() -> Self {
        let largest = L::splat(L::Scalar::neg_infinity());
        Self { largest, groups: 0 }
    }

    /// How many groups surely do not have this number, the largest of all.
    #[inline(always)]
    fn without(&self, largest: L::Scalar) -> usize {
        if self.largest.equal(largest) == 0 {
            self.groups
        } else {
            0
        }
    }
}

/// A group in memory.
type Array<L> = <<L as Lanes>::Scalar as Real>::Array;

/// Position of the first number equal to `value`; 0 if there is none.
#[inline(always)]
fn find<L: Group<Scalar: Real>>(groups: &[Array<L>], value: L::Scalar) -> usize {
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
fn find_sum<L: Group<Scalar: Real>>(a: &[Array<L>], b: &[Array<L>], value: L::Scalar) -> usize {
    for (g, (a, b)) in a.iter().zip(b).enumerate() {
        let equal = (L::load(a.as_ref()) + L::load(b.as_ref())).equal(value);
        if equal != 0 {
            return g * L::LEN + equal.trailing_zeros() as usize;
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use crate::hypotheses::Hypotheses;
    use crate::kernel::Isa;

    #[test]
    fn of_equal_ones_the_oldest_counts() {
        for isa in Isa::available() {
            for (older, younger) in [(0, 1), (2, 5), (3, 20), (17, 90)] {
                let mut list = Hypotheses::<f64>::new(0);
                for start in 0..100 {
                    list.push(start, -9.0, 0.0);
                }
                let maxima = |list: &mut Hypotheses<f64>| {
                    list.normalise(isa, 0.0).unwrap();
                    (list.map, list.best)
                };
                assert_eq!(maxima(&mut list), (0, 0));
                list.ln_weights.live_mut()[younger] = -1.0;
                assert_eq!(maxima(&mut list), (younger, younger));
                // An older one becomes equal, first in both numbers, then in the joint alone.
                list.map_gains.live_mut()[older] = -1.0;
                list.ln_weights.live_mut()[older] = -1.0;
                assert_eq!(maxima(&mut list), (older, younger), "{isa:?}");
                list.map_gains.live_mut()[younger] = -1.0;
                assert_eq!(maxima(&mut list), (older, older), "{isa:?}");
                list.ln_weights.live_mut()[older] = -8.0;
                list.map_gains.live_mut()[older] = 6.0;
                assert_eq!(maxima(&mut list), (younger, older), "{isa:?}");
            }
        }
    }

    /// A model may leave anything behind the last hypothesis.
    #[test]
    fn padding_has_no_weight() {
        for isa in Isa::available() {
            for garbage in [0.0, 9.0, f64::INFINITY, f64::NAN] {
                let mut list = Hypotheses::<f64>::new(0);
                for (start, weight) in [(0, 0.5), (1, 0.25), (2, 0.25)] {
                    list.push(start, f64::ln(weight), 0.0);
                }
                list.ln_weights.padded_mut()[3..].fill(garbage);
                assert_eq!(list.normalise(isa, 0.0), Some(0.0));
                assert!((list.total - 1.0).abs() < 1e-15, "{isa:?}, {garbage}");
                assert_eq!((list.map, list.best), (0, 0));
            }
        }
    }
}
