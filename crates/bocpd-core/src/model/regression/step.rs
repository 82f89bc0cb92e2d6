//! One observation under all hypotheses.

use super::columns::{Columns, MAX_COLUMNS, Row, farthest};
use crate::bank::Counts;
use crate::kernel::Isa;
use crate::lanes::Group;
use crate::model::by_group::{Formula, Pass, Rows, least};
use crate::model::factors::{self, measure};
use crate::model::structured_gaussian::gamma_rise_far;
use crate::real::Real;
use crate::score::TABLE_LEN;

/// An observation, and the statistics of the hypotheses.
pub(super) struct Step<'a, F: Real> {
    pub(super) isa: Isa,
    pub(super) columns: Columns,
    pub(super) rows: Rows<'a, F>,
    pub(super) counts: &'a Counts,
    /// ln Γ(αₙ+1) − 2 ln Γ(αₙ+½) + ln Γ(αₙ), largest n first.
    pub(super) gamma_rise: &'a [F],
    pub(super) alpha: F,
    /// The observation, less the prior mean.
    pub(super) x: F,
    pub(super) row: &'a Row<F>,
    /// What scores are added to.
    pub(super) ln_joint: Option<&'a mut [F::Array]>,
}

/// Takes the step; loops over few columns are known when they are compiled.
#[inline(always)]
pub(super) fn with_columns<F: Real>(columns: usize, of: Step<'_, F>) {
    match columns {
        1 => of.run::<1, 1>(),
        2 => of.run::<2, 2>(),
        3 => of.run::<3, 3>(),
        4 => of.run::<4, 4>(),
        _ => of.run::<0, MAX_COLUMNS>(),
    }
}

impl<F: Real> Step<'_, F> {
    /// The step over `N` columns; 0 where that is not known when it is compiled, but at most
    /// `MOST`.
    #[inline(always)]
    fn run<const N: usize, const MOST: usize>(self) {
        let formula = OfColumns::<F, N, MOST> {
            columns: self.columns,
            counts: self.counts,
            gamma_rise: self.gamma_rise,
            alpha: self.alpha,
            x: self.x,
            row: self.row,
        };
        self.isa.run_lanes(Pass {
            formula,
            rows: self.rows,
            ln_joint: self.ln_joint,
        });
    }
}

struct OfColumns<'a, F: Real, const N: usize, const MOST: usize> {
    columns: Columns,
    counts: &'a Counts,
    gamma_rise: &'a [F],
    alpha: F,
    x: F,
    row: &'a Row<F>,
}

impl<F: Real, const N: usize, const MOST: usize> OfColumns<'_, F, N, MOST> {
    #[inline(always)]
    fn count(&self) -> usize {
        if N > 0 { N } else { self.columns.count() }
    }

    #[inline(always)]
    fn first_factor(&self) -> usize {
        self.count() + 2 + usize::from(self.columns.has_slope())
    }
}

impl<F: Real, const N: usize, const MOST: usize> Formula<F> for OfColumns<'_, F, N, MOST> {
    #[inline(always)]
    fn width(&self) -> usize {
        self.first_factor() + factors::count(self.count())
    }

    /// Scores and absorbs the observation under one group. With u = ln(β'/β) and
    /// P = Cₙ − ½ ln β, Cₙ = ln Γ(αₙ+½) − ln Γ(αₙ) − ½ ln 2π:
    /// ln p(x) = P − ½ ln f − (αₙ + ½) u and P' = P + (Cₙ₊₁ − Cₙ) − ½ u.
    #[inline(always)]
    #[expect(clippy::needless_range_loop, reason = "arrays side by side")]
    fn step<L: Group<Scalar = F>>(&self, at: usize, group: &mut [F::Array]) -> L {
        let (dim, first) = (self.count(), self.first_factor());
        let (one, half) = (F::one(), F::of(0.5));
        let mut h = [L::splat(F::zero()); MOST];
        for i in 0..dim {
            h[i] = L::splat(self.row[i]);
        }
        if self.columns.has_slope() {
            let rise = L::load(group[dim + 2].as_ref()) * F::of(self.columns.slope);
            h[1] = least(rise, F::of(farthest::<F>()));
        }
        let mut delta = L::splat(self.x);
        for i in 0..dim {
            delta = delta - L::load(group[i].as_ref()) * h[i];
        }
        // Nothing that is foreseen is as wrong as that, but for roundings of what is no less
        // absurd; the square is finite.
        let most = largest_error::<F>();
        let delta = least(delta, most).larger(L::splat(-most));
        let mut k = h;
        let f = measure::<L, MOST>(dim, None, &mut group[first..], &h, one, &mut k);
        let ahead = delta / f;
        for i in 0..dim {
            let coefficient = L::load(group[i].as_ref()) + k[i] * ahead;
            coefficient.store(group[i].as_mut());
        }
        let rise = delta * ahead * half;
        let beta = L::load(group[dim].as_ref());
        (beta + rise).store(group[dim].as_mut());
        let (s, k) = F::growth_split(beta, rise);
        let u = F::growth_join(s, k);
        let ln_f = F::ln_normal(f);
        // What depends on the count.
        let births = &self.counts.births_from(at * F::LANES)[..F::LANES];
        let seen = self.counts.seen();
        let counts = L::ages(seen, births);
        let z = counts * half + self.alpha + half;
        let mut gamma = L::look_up(self.gamma_rise, TABLE_LEN - 1, seen, births);
        if self.counts.largest(births) >= TABLE_LEN as u64 {
            let far = gamma_rise_far(L::splat(one) / z);
            gamma = counts.if_less(F::of(TABLE_LEN as f64), gamma, far);
        }
        let peak = L::load(group[dim + 1].as_ref());
        (peak + (gamma - u * half)).store(group[dim + 1].as_mut());
        peak - ln_f * half - z * u
    }
}

/// How far an observation may be from what is foreseen.
fn largest_error<F: Real>() -> F {
    if F::HUGE.wide() > 1e50 {
        F::of(1e150)
    } else {
        F::of(1e15)
    }
}
