//! One row, of which nothing is missing, under all hypotheses.

use super::{Layout, MOST};
use crate::bank::Counts;
use crate::kernel::Isa;
use crate::lanes::Group;
use crate::math::special::HALF_LN_TWO_PI;
use crate::model::by_group::{Formula, Pass, Rows, least};
use crate::model::factors::{above, get, set};
use crate::real::Real;
use crate::score::TABLE_LEN;

/// A row, and the statistics of the hypotheses.
pub(super) struct Step<'a, F: Real> {
    pub(super) isa: Isa,
    pub(super) layout: Layout,
    pub(super) rows: Rows<'a, F>,
    pub(super) counts: &'a Counts,
    /// The constants of the predictive, largest count first.
    pub(super) constants: &'a [F],
    pub(super) kappa: F,
    pub(super) alpha: F,
    /// The row, less the prior mean.
    pub(super) x: &'a [F; MOST],
    /// What scores are added to.
    pub(super) ln_joint: Option<&'a mut [F::Array]>,
}

/// Takes the step; loops over few numbers are known when they are compiled.
#[inline(always)]
pub(super) fn with_numbers<F: Real>(of: Step<'_, F>) {
    match of.layout.dim {
        2 => of.run::<2, 2>(),
        3 => of.run::<3, 3>(),
        _ => of.run::<0, MOST>(),
    }
}

impl<F: Real> Step<'_, F> {
    /// The step over rows of `N` numbers; 0 where that is not known when it is compiled, but at
    /// most `M`.
    #[inline(always)]
    fn run<const N: usize, const M: usize>(self) {
        let formula = OfNumbers::<F, N, M> {
            layout: self.layout,
            counts: self.counts,
            constants: self.constants,
            kappa: self.kappa,
            alpha: self.alpha,
            x: self.x,
        };
        self.isa.run_lanes(Pass {
            formula,
            rows: self.rows,
            ln_joint: self.ln_joint,
        });
    }
}

struct OfNumbers<'a, F: Real, const N: usize, const M: usize> {
    layout: Layout,
    counts: &'a Counts,
    constants: &'a [F],
    kappa: F,
    alpha: F,
    x: &'a [F; MOST],
}

impl<F: Real, const N: usize, const M: usize> OfNumbers<'_, F, N, M> {
    #[inline(always)]
    fn dim(&self) -> usize {
        if N > 0 { N } else { self.layout.dim }
    }

    /// ln Γ(αₙ + d/2) − ln Γ(αₙ) − (d/2) ln 2π for counts of `TABLE_LEN` and more: a sum of
    ///
    /// ```text
    /// ln Γ(z+½) − ln Γ(z) = ½ ln z − 1/(8z) + 1/(192z³) − 1/(640z⁵) + …
    /// ```
    #[inline(always)]
    fn constant_far<L: Group<Scalar = F>>(&self, alpha: L) -> L {
        let (one, half) = (F::one(), F::of(0.5));
        let mut sum = L::splat(F::of(-HALF_LN_TWO_PI * self.dim() as f64));
        let mut z = alpha;
        for _ in 0..self.dim() {
            let r = L::splat(one) / z;
            let r2 = r * r;
            let tail = (r2 * F::of(-1.0 / 640.0) + F::of(1.0 / 192.0)) * r2 - F::of(0.125);
            sum = sum + (F::ln_normal(z) * half + tail * r);
            z = z + half;
        }
        sum
    }
}

impl<F: Real, const N: usize, const M: usize> Formula<F> for OfNumbers<'_, F, N, M> {
    #[inline(always)]
    fn width(&self) -> usize {
        Layout { dim: self.dim() }.width()
    }

    /// With Ψ = 2 L D Lᵀ, c = κₙ/(κₙ+1) and Q = c δᵀΨ⁻¹δ:
    ///
    /// ```text
    /// ln p(x) = constant + (d/2) ln c − ½ Σ ln D_j − (αₙ + d/2) ln(1 + Q)
    /// ```
    ///
    /// Where the update by rank one has a and p, D_j grows by a p² and 1 + Q by the factor
    /// 1 + a p²/D_j.
    #[inline(always)]
    #[expect(clippy::needless_range_loop, reason = "arrays side by side")]
    fn step<L: Group<Scalar = F>>(&self, at: usize, group: &mut [F::Array]) -> L {
        let dim = self.dim();
        let layout = Layout { dim };
        let (one, half) = (L::splat(F::one()), F::of(0.5));
        let huge = F::HUGE;
        // What depends on the count.
        let births = &self.counts.births_from(at * F::LANES)[..F::LANES];
        let seen = self.counts.seen();
        let counts = L::ages(seen, births);
        let alpha = counts * half + self.alpha;
        let mut ln_p = L::look_up(self.constants, TABLE_LEN - 1, seen, births);
        if self.counts.largest(births) >= TABLE_LEN as u64 {
            let far = self.constant_far(alpha);
            ln_p = counts.if_less(F::of(TABLE_LEN as f64), ln_p, far);
        }
        let kappa = counts + self.kappa;
        let (s, k) = F::growth_split(kappa, one);
        let spread = F::growth_join(s, k);
        let gain = one / (kappa + one);
        let mut a = kappa * gain * half;
        let mut w = [one; M];
        for j in 0..dim {
            let level: L = get(group, j);
            let delta = L::splat(self.x[j]) - level;
            set(group, j, level + delta * gain);
            w[j] = delta;
        }
        let factors = &mut group[layout.first_factor()..];
        let mut q = L::splat(F::zero());
        let mut ln_determinant = L::splat(F::zero());
        for j in 0..dim {
            let p = w[j];
            let d: L = get(factors, j);
            ln_determinant = ln_determinant + F::ln_normal(d);
            let ap = a * p;
            let rise = ap * p;
            let grown = d + rise;
            set(factors, j, grown);
            // A square that no number holds is as good as the largest that one does.
            q = least(q + (q + one) * (rise / d), huge * huge);
            let b = ap / grown;
            a = a * (d / grown);
            for r in j + 1..dim {
                let place = above(dim, j, r);
                let l: L = get(factors, place);
                w[r] = least(w[r] - p * l, huge).larger(L::splat(-huge));
                set(factors, place, l + b * w[r]);
            }
        }
        let (s, k) = F::growth_split(one, q);
        let u = F::growth_join(s, k);
        let halves = F::of(0.5 * dim as f64);
        ln_p - (spread * halves + ln_determinant * half) - (alpha + halves) * u
    }
}
