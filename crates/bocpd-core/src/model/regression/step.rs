//! One observation under all hypotheses.

use alloc::vec::Vec;

use super::columns::{Columns, MAX_COLUMNS, Row, farthest};
use crate::bank::Counts;
use crate::kernel::{Isa, LaneKernel};
use crate::lanes::{Group, Lanes};
use crate::model::factors::{self, measure};
use crate::model::structured_gaussian::gamma_rise_far;
use crate::real::Real;
use crate::score::TABLE_LEN;

/// Which hypotheses absorb what is scored under all.
pub(super) enum Rows<'a, F: Real> {
    All(&'a mut [F::Array]),
    /// Those whose weight is not 0. The list has room for the statistics of a group.
    Some(&'a mut [F::Array], &'a [F], Vec<F::Array>),
    /// None; likewise.
    None(&'a [F::Array], Vec<F::Array>),
}

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
    let isa = of.isa;
    match columns {
        1 => isa.run_lanes(Sized::<F, 1, 1> { of }),
        2 => isa.run_lanes(Sized::<F, 2, 2> { of }),
        3 => isa.run_lanes(Sized::<F, 3, 3> { of }),
        4 => isa.run_lanes(Sized::<F, 4, 4> { of }),
        _ => isa.run_lanes(Sized::<F, 0, MAX_COLUMNS> { of }),
    }
}

/// A step over `N` columns; 0 where that is not known when it is compiled, but at most
/// `MOST`.
struct Sized<'a, F: Real, const N: usize, const MOST: usize> {
    of: Step<'a, F>,
}

impl<F: Real, const N: usize, const MOST: usize> LaneKernel<F> for Sized<'_, F, N, MOST> {
    type Output = ();
    type Home = Self;

    #[inline(always)]
    fn run<L: Group<Scalar = F>>(self) {
        let Step {
            columns,
            rows,
            counts,
            gamma_rise,
            alpha,
            x,
            row,
            mut ln_joint,
            ..
        } = self.of;
        let formula = Formula::<F, N, MOST> {
            columns,
            counts,
            gamma_rise,
            alpha,
            x,
            row,
        };
        let width = formula.first_factor() + factors::count(formula.count());
        let mut add = |at: usize, ln_p: L| {
            if let Some(ln_joint) = &mut ln_joint {
                let lanes = ln_joint[at].as_mut();
                (L::load(lanes) + ln_p).store(lanes);
            }
        };
        match rows {
            Rows::All(groups) => {
                for (at, group) in groups.chunks_exact_mut(width).enumerate() {
                    add(at, formula.step::<L>(at, group));
                }
            }
            Rows::Some(groups, weights, mut after) => {
                for (at, group) in groups.chunks_exact_mut(width).enumerate() {
                    after.copy_from_slice(group);
                    add(at, formula.step::<L>(at, &mut after));
                    let weights = &weights[at * F::LANES..][..F::LANES];
                    for (lanes, after) in group.iter_mut().zip(&after) {
                        let lanes = lanes.as_mut().iter_mut().zip(after.as_ref());
                        for ((value, &after), weight) in lanes.zip(weights) {
                            if !weight.is_zero() {
                                *value = after;
                            }
                        }
                    }
                }
            }
            Rows::None(groups, mut after) => {
                for (at, group) in groups.chunks_exact(width).enumerate() {
                    after.copy_from_slice(group);
                    add(at, formula.step::<L>(at, &mut after));
                }
            }
        }
    }
}

struct Formula<'a, F: Real, const N: usize, const MOST: usize> {
    columns: Columns,
    counts: &'a Counts,
    gamma_rise: &'a [F],
    alpha: F,
    x: F,
    row: &'a Row<F>,
}

impl<F: Real, const N: usize, const MOST: usize> Formula<'_, F, N, MOST> {
    #[inline(always)]
    fn count(&self) -> usize {
        if N > 0 { N } else { self.columns.count() }
    }

    #[inline(always)]
    fn first_factor(&self) -> usize {
        self.count() + 2 + usize::from(self.columns.has_slope())
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

/// The lesser of two numbers.
#[inline(always)]
fn least<L: Lanes<Scalar: Real>>(a: L, b: L::Scalar) -> L {
    a.if_less(b, a, L::splat(b))
}

/// How far an observation may be from what is foreseen.
fn largest_error<F: Real>() -> F {
    if F::HUGE.wide() > 1e50 {
        F::of(1e150)
    } else {
        F::of(1e15)
    }
}
