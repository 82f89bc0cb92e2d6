//! One observation under hypotheses that carry their covariance: after gaps, uneven times,
//! observations that some have not absorbed, or beyond the table.

use super::by_table::forget;
use super::factors::{self, measure, pass};
use super::shape::{Shape, Work, width};
use super::structure::Passage;
use super::table::Table;
use crate::bank::Counts;
use crate::kernel::{Isa, LaneKernel};
use crate::lanes::Group;
use crate::real::Real;
use crate::score::TABLE_LEN;

/// Lets time pass, which changes states and factors.
pub(super) struct Wait<'a, F: Real> {
    pub(super) isa: Isa,
    pub(super) states: &'a mut [F::Array],
    pub(super) spread: &'a mut [F::Array],
    /// How many factors a hypothesis has, and what else is beside them.
    pub(super) spread_width: usize,
    pub(super) passage: Passage<F>,
}

impl<F: Real> Work for Wait<'_, F> {
    #[inline(always)]
    fn run<S: Shape, const MOST: usize>(self, shape: S) {
        self.isa.run_lanes(Waiting { shape, of: self });
    }
}

struct Waiting<'a, F: Real, S> {
    shape: S,
    of: Wait<'a, F>,
}

impl<F: Real, S: Shape> LaneKernel<F> for Waiting<'_, F, S> {
    type Output = ();
    type Home = S;

    #[inline(always)]
    fn run<L: Group<Scalar = F>>(self) {
        let layout = self.shape.layout();
        let width = width(layout);
        let Wait {
            states,
            spread,
            spread_width,
            passage,
            ..
        } = self.of;
        let spread_width = if S::FIXED {
            factors::count(layout.dim())
        } else {
            spread_width
        };
        let level = layout.level();
        let groups = spread.len() / spread_width;
        for at in 0..groups {
            let state = &mut states[at * width..(at + 1) * width];
            if layout.slope {
                let slope = L::load(state[level + 1].as_ref());
                let now = L::load(state[level].as_ref()) + slope * passage.elapsed;
                now.store(state[level].as_mut());
            }
            if layout.ar {
                (L::load(state[0].as_ref()) * passage.phi).store(state[0].as_mut());
            }
            let row = &mut spread[at * spread_width..(at + 1) * spread_width];
            pass::<L>(layout, row, &passage);
        }
    }
}

/// Scores and absorbs under the hypotheses of the first groups.
pub(super) struct Carried<'a, F: Real> {
    pub(super) isa: Isa,
    pub(super) table: &'a Table<F>,
    pub(super) counts: &'a Counts,
    pub(super) states: &'a mut [F::Array],
    pub(super) spread: &'a mut [F::Array],
    pub(super) spread_width: usize,
    pub(super) ln_joint: &'a mut [F],
    /// The observation, less the prior mean.
    pub(super) x: F,
    pub(super) measurement: F,
    /// β of a newborn.
    pub(super) beta: F,
    /// Sine and cosine of the season's angle now; of no meaning without a season.
    pub(super) season: (F, F),
    /// Whether states have an origin of their own.
    pub(super) relative: bool,
}

impl<F: Real> Work for Carried<'_, F> {
    #[inline(always)]
    fn run<S: Shape, const MOST: usize>(self, shape: S) {
        self.isa.run_lanes(Step::<_, _, MOST> { shape, of: self });
    }
}

struct Step<'a, F: Real, S, const MOST: usize> {
    shape: S,
    of: Carried<'a, F>,
}

impl<F: Real, S: Shape, const MOST: usize> LaneKernel<F> for Step<'_, F, S, MOST> {
    type Output = ();
    type Home = S;

    #[inline(always)]
    #[expect(clippy::needless_range_loop, reason = "arrays side by side")]
    fn run<L: Group<Scalar = F>>(self) {
        let layout = self.shape.layout();
        let width = width(layout);
        let of = self.of;
        let (dim, level, season) = (layout.dim(), layout.level(), layout.first_amplitude());
        let spread_width = if S::FIXED {
            factors::count(dim)
        } else {
            of.spread_width
        };
        let (zero, one, half) = (F::zero(), F::one(), F::of(0.5));
        let ln_joint = F::groups_mut(of.ln_joint);
        let groups = of.spread.len() / spread_width;
        for at in 0..groups {
            let state = &mut of.states[at * width..(at + 1) * width];
            let row = &mut of.spread[at * spread_width..(at + 1) * spread_width];
            let mut h = [L::splat(one); MOST];
            if layout.slope {
                h[level + 1] = L::splat(zero);
            }
            if season < dim {
                // The angle since the birth, by the difference to that of the birth; its
                // multiples by the powers of a complex number.
                let cos_birth = L::load(row[factors::count(dim)].as_ref());
                let sin_birth = L::load(row[factors::count(dim) + 1].as_ref());
                let (sin_now, cos_now) = of.season;
                let cos = cos_birth * cos_now + sin_birth * sin_now;
                let sin = cos_birth * sin_now - sin_birth * cos_now;
                let (mut c, mut s) = (cos, sin);
                for i in season..dim {
                    if (i - season) % 2 == 0 {
                        h[i] = c;
                    } else {
                        h[i] = s;
                        (c, s) = (c * cos - s * sin, s * cos + c * sin);
                    }
                }
            }
            let mut delta = L::splat(of.x);
            if of.relative {
                delta = delta - L::load(state[dim + 2].as_ref());
            }
            delta = delta - L::load(state[level].as_ref());
            if layout.ar {
                delta = delta - L::load(state[0].as_ref());
            }
            for i in season..dim {
                delta = delta - L::load(state[i].as_ref()) * h[i];
            }
            let mut k = h;
            let f = measure(layout, row, &h, of.measurement, &mut k);
            let ahead = delta / f;
            for i in 0..dim {
                (L::load(state[i].as_ref()) + k[i] * ahead).store(state[i].as_mut());
            }
            let rise = delta * ahead * half;
            let beta = L::load(state[dim].as_ref());
            (beta + rise).store(state[dim].as_mut());
            let (s, k) = F::growth_split(beta, rise);
            let u = F::growth_join(s, k);
            let ln_f = F::ln_normal(f);
            // What depends on the count.
            let births = &of.counts.births_from(at * F::LANES)[..F::LANES];
            let seen = of.counts.seen();
            let counts = L::ages(seen, births);
            let z = of.table.exponent(counts);
            let mut gamma = L::look_up(&of.table.gamma_rise, TABLE_LEN - 1, seen, births);
            if of.counts.largest(births) >= TABLE_LEN as u64 {
                let far = of.table.gamma_rise_beyond(z);
                gamma = counts.if_less(F::of(TABLE_LEN as f64), gamma, far);
            }
            let peak = L::load(state[dim + 1].as_ref());
            let ln_joint = ln_joint[at].as_mut();
            let ln_p = peak - ln_f * half - z * u;
            (L::load(ln_joint) + ln_p).store(ln_joint);
            let mut peak = peak + (gamma - u * half);
            if let Some(column) = of.table.fall {
                let share = of.table.falls(column, counts);
                peak = peak + forget(state[dim].as_mut(), of.beta, share) * half;
            }
            peak.store(state[dim + 1].as_mut());
        }
    }
}
