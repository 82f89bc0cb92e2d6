//! One observation under hypotheses whose gains are known by their counts.

use super::shape::{Shape, Work, width};
use super::table::{EXPONENT, GAINS, HALF_SHRINK, RISE, Table};
use crate::bank::Counts;
use crate::kernel::{Isa, LaneKernel};
use crate::lanes::Group;
use crate::real::Real;
use crate::score::TABLE_LEN;

/// All of them from group `first` on.
pub(super) struct ByTable<'a, F: Real> {
    pub(super) isa: Isa,
    pub(super) table: &'a Table<F>,
    pub(super) counts: &'a Counts,
    /// The statistics of all hypotheses.
    pub(super) groups: &'a mut [F::Array],
    pub(super) ln_joint: &'a mut [F],
    pub(super) first: usize,
    /// The observation, less the prior mean.
    pub(super) x: F,
    pub(super) phi: F,
    /// β of a newborn.
    pub(super) beta: F,
    /// Whether states have an origin of their own.
    pub(super) relative: bool,
}

impl<F: Real> Work for ByTable<'_, F> {
    #[inline(always)]
    fn run<S: Shape, const MOST: usize>(self, shape: S) {
        self.isa.run_lanes(Step {
            shape,
            table: self.table,
            counts: self.counts,
            groups: self.groups,
            ln_joint: F::groups_mut(self.ln_joint),
            first: self.first,
            x: self.x,
            phi: self.phi,
            beta: self.beta,
            relative: self.relative,
        });
    }
}

struct Step<'a, F: Real, S> {
    shape: S,
    table: &'a Table<F>,
    counts: &'a Counts,
    groups: &'a mut [F::Array],
    ln_joint: &'a mut [F::Array],
    first: usize,
    x: F,
    phi: F,
    beta: F,
    relative: bool,
}

impl<F: Real, S: Shape> LaneKernel<F> for Step<'_, F, S> {
    type Output = ();
    type Home = S;

    #[inline(always)]
    fn run<L: Group<Scalar = F>>(mut self) {
        let groups = self.ln_joint.len();
        // Up to here the counts have gaps, or are beyond the table.
        let scattered = self.counts.scattered(TABLE_LEN).div_ceil(F::LANES);
        let scattered = scattered.min(groups);
        let many = L::SIDE_BY_SIDE && S::FIXED;
        let mut at = self.first;
        while many && at + 2 <= scattered {
            at = self.scattered::<L, 2>(at);
        }
        while at < scattered {
            at = self.scattered::<L, 1>(at);
        }
        let row = row_of(self.counts.get_or_none(at * F::LANES));
        let from = row.wrapping_sub(at * F::LANES);
        while many && at + 4 <= groups {
            at = self.consecutive::<L, 4>(at, from);
        }
        while many && at + 2 <= groups {
            at = self.consecutive::<L, 2>(at, from);
        }
        while at < groups {
            at = self.consecutive::<L, 1>(at, from);
        }
    }
}

/// The row of the table with the terms for a count.
#[inline(always)]
#[expect(
    clippy::cast_possible_truncation,
    reason = "counts in the table are small"
)]
fn row_of(count: u64) -> usize {
    // The mask says that the position is in the table, whatever the count.
    (TABLE_LEN - 1).wrapping_sub(count as usize) & (TABLE_LEN - 1)
}

/// Where the terms of some groups come from.
trait Terms<F: Real> {
    /// One column for the `g`th of the groups.
    fn get<L: Group<Scalar = F>>(&self, column: usize, g: usize) -> L;
}

/// Counts follow each other.
struct Consecutive<'a, F: Real> {
    table: &'a Table<F>,
    row: usize,
}

impl<F: Real> Terms<F> for Consecutive<'_, F> {
    #[inline(always)]
    fn get<L: Group<Scalar = F>>(&self, column: usize, g: usize) -> L {
        let column = &self.table.columns[column];
        L::load(&column[self.row.wrapping_add(g * F::LANES)..])
    }
}

/// Counts have gaps.
struct Scattered<'a, F: Real> {
    table: &'a Table<F>,
    births: &'a [u64],
    seen: u64,
    /// Whether some are beyond the table.
    far: bool,
}

impl<F: Real> Terms<F> for Scattered<'_, F> {
    #[inline(always)]
    fn get<L: Group<Scalar = F>>(&self, column: usize, g: usize) -> L {
        let births = &self.births[g * F::LANES..];
        let near = L::look_up(
            &self.table.columns[column],
            TABLE_LEN - 1,
            self.seen,
            births,
        );
        if !self.far {
            return near;
        }
        let ages = L::ages(self.seen, births);
        let far = self.table.far::<L>(column, ages);
        ages.if_less(F::of(TABLE_LEN as f64), near, far)
    }
}

/// Takes a share of what β has more than a newborn's away, and says by how much ln β falls.
#[inline(always)]
pub(super) fn forget<L: Group>(beta: &mut [L::Scalar], newborn: L::Scalar, share: L) -> L
where
    L::Scalar: Real,
{
    let before = L::load(beta);
    let fall = (before - newborn) * share;
    let after = before - fall;
    after.store(beta);
    let (s, k) = L::Scalar::growth_split(after, fall);
    L::Scalar::growth_join(s, k)
}

impl<F: Real, S: Shape> Step<'_, F, S> {
    #[inline(always)]
    fn scattered<L: Group<Scalar = F>, const G: usize>(&mut self, at: usize) -> usize {
        let births = &self.counts.births_from(at * F::LANES)[..G * F::LANES];
        let terms = Scattered {
            table: self.table,
            births,
            seen: self.counts.seen(),
            far: self.counts.largest(births) >= TABLE_LEN as u64,
        };
        self.score::<L, G>(&terms, at)
    }

    /// The terms for lane `i` are in the row `from + i`.
    #[inline(always)]
    fn consecutive<L: Group<Scalar = F>, const G: usize>(
        &mut self,
        at: usize,
        from: usize,
    ) -> usize {
        let terms = Consecutive {
            table: self.table,
            row: from.wrapping_add(at * F::LANES),
        };
        self.score::<L, G>(&terms, at)
    }

    /// Scores and absorbs under the `G` groups from `at` on; says what comes next. With
    /// u = ln(β'/β) and P = Cₙ − ½ ln β: ln p = P − (αₙ + ½) u, P' = P + (Cₙ₊₁ − Cₙ) − ½ u.
    /// Where β' falls to β" after that, ½ ln(β'/β") comes to P'.
    #[inline(always)]
    #[expect(clippy::needless_range_loop, reason = "arrays side by side")]
    fn score<L: Group<Scalar = F>, const G: usize>(
        &mut self,
        terms: &impl Terms<F>,
        at: usize,
    ) -> usize {
        let layout = self.shape.layout();
        let width = width(layout);
        let (dim, level, season) = (layout.dim(), layout.level(), layout.first_amplitude());
        let groups = &mut self.groups[at * width..(at + G) * width];
        let mut parts = [(L::splat(self.x), L::splat(self.x)); G];
        for g in 0..G {
            let group = &mut groups[g * width..(g + 1) * width];
            let mut y = L::splat(self.x);
            if self.relative {
                y = y - L::load(group[dim + 2].as_ref());
            }
            // The state as it is foreseen, and the observation less it.
            let mut now = L::load(group[level].as_ref());
            let (mut slope, mut noise) = (now, now);
            if layout.slope {
                slope = L::load(group[level + 1].as_ref());
                now = now + slope;
            }
            let mut delta = y - now;
            if layout.ar {
                noise = L::load(group[0].as_ref()) * self.phi;
                delta = delta - noise;
            }
            for i in season..dim {
                let loading: L = terms.get(GAINS + dim + (i - season), g);
                delta = delta - L::load(group[i].as_ref()) * loading;
            }
            if layout.ar {
                let gain: L = terms.get(GAINS, g);
                (noise + delta * gain).store(group[0].as_mut());
            }
            let gain: L = terms.get(GAINS + level, g);
            (now + delta * gain).store(group[level].as_mut());
            if layout.slope {
                let gain: L = terms.get(GAINS + level + 1, g);
                (slope + delta * gain).store(group[level + 1].as_mut());
            }
            for i in season..dim {
                let gain: L = terms.get(GAINS + i, g);
                (L::load(group[i].as_ref()) + delta * gain).store(group[i].as_mut());
            }
            let half_shrink: L = terms.get(HALF_SHRINK, g);
            let rise = half_shrink * (delta * delta);
            let beta = L::load(group[dim].as_ref());
            (beta + rise).store(group[dim].as_mut());
            parts[g] = F::growth_split(beta, rise);
        }
        for g in 0..G {
            let u = F::growth_join(parts[g].0, parts[g].1);
            let ln_joint = self.ln_joint[at + g].as_mut();
            let peak = L::load(groups[g * width + dim + 1].as_ref());
            let (exponent, rise): (L, L) = (terms.get(EXPONENT, g), terms.get(RISE, g));
            (L::load(ln_joint) + (peak - exponent * u)).store(ln_joint);
            let mut peak = peak + (rise - u * F::of(0.5));
            if let Some(column) = self.table.fall {
                let share: L = terms.get(column, g);
                let beta = groups[g * width + dim].as_mut();
                peak = peak + forget(beta, self.beta, share) * F::of(0.5);
            }
            peak.store(groups[g * width + dim + 1].as_mut());
        }
        at + G
    }
}
