//! One observation under all hypotheses whose predictive depends on counts, over
//! groups of lanes.

use super::table::{CountTable, row_of};
use super::{GroupTerms, TABLE_LEN};
use crate::bank::Counts;
use crate::kernel::LaneKernel;
use crate::lanes::{Group, groups_from};
use crate::real::Real;

/// How a model scores and absorbs one observation.
pub(crate) trait GroupScore<F: Real, const T: usize, const N: usize> {
    /// Whether one group fills the registers: then four or three are not done side by
    /// side.
    const HEAVY: bool = false;

    /// Adds ln p(x | hypothesis) to `ln_joint` and absorbs x, for `G` groups side by
    /// side.
    fn score<L: Group<Scalar = F>, const G: usize>(
        &self,
        terms: &[[L; T]; G],
        statistics: &mut [[F::Array; N]; G],
        ln_joint: &mut [F::Array; G],
    );
}

/// Runs over all groups of a bank.
pub(super) struct Step<'a, F: Real, C, S, const T: usize, const N: usize> {
    pub(super) table: &'a CountTable<F, T>,
    pub(super) terms: &'a C,
    pub(super) counts: &'a Counts,
    pub(super) statistics: &'a mut [[F::Array; N]],
    pub(super) ln_joint: &'a mut [F::Array],
    pub(super) score: &'a S,
}

impl<F, C, S, const T: usize, const N: usize> LaneKernel<F> for Step<'_, F, C, S, T, N>
where
    F: Real,
    C: GroupTerms<F, T>,
    S: GroupScore<F, T, N>,
{
    type Output = ();
    type Home = S;

    #[inline(always)]
    fn run<L: Group<Scalar = F>>(mut self) {
        let groups = self.ln_joint.len();
        // Of one length, so that a position is checked once.
        self.statistics = &mut core::mem::take(&mut self.statistics)[..groups];
        // Up to here the counts have gaps, or are beyond the table.
        let scattered = self
            .counts
            .scattered(TABLE_LEN)
            .div_ceil(F::LANES)
            .min(groups);
        // Conditions that hold for a type are constants, so that what they rule out is not
        // compiled: where nothing is optimised, each of these calls has room on the stack.
        let mut at = 0;
        while const { L::SIDE_BY_SIDE && !S::HEAVY } && at + 3 <= scattered {
            at = self.scattered::<L, 3>(at);
        }
        while at < scattered {
            at = self.scattered::<L, 1>(at);
        }
        let row = row_of(self.counts.get_or_none(at * F::LANES));
        let from = row.wrapping_sub(at * F::LANES);
        while const { L::SIDE_BY_SIDE && !S::HEAVY } && at + 4 <= groups {
            at = self.consecutive::<L, 4>(at, from);
        }
        if const { L::SIDE_BY_SIDE && !S::HEAVY } && at + 3 == groups {
            at = self.consecutive::<L, 3>(at, from);
        }
        while const { L::SIDE_BY_SIDE } && at + 2 <= groups {
            at = self.consecutive::<L, 2>(at, from);
        }
        while at < groups {
            at = self.consecutive::<L, 1>(at, from);
        }
    }
}

impl<F, C, S, const T: usize, const N: usize> Step<'_, F, C, S, T, N>
where
    F: Real,
    C: GroupTerms<F, T>,
    S: GroupScore<F, T, N>,
{
    /// The `G` groups from `at` on, whose counts have gaps; says what comes next.
    #[inline(always)]
    #[expect(clippy::needless_range_loop, reason = "arrays side by side")]
    fn scattered<L: Group<Scalar = F>, const G: usize>(&mut self, at: usize) -> usize {
        let mut terms = [[L::splat(F::zero()); T]; G];
        let of = Terms {
            table: self.table,
            model: self.terms,
            counts: self.counts,
        };
        for g in 0..G {
            terms[g] = of.of_group(at + g);
        }
        self.score(&terms, at);
        at + G
    }

    /// The same where the counts follow each other; the terms for lane `i` are in the
    /// row `from + i`.
    #[inline(always)]
    #[expect(clippy::needless_range_loop, reason = "arrays side by side")]
    fn consecutive<L: Group<Scalar = F>, const G: usize>(
        &mut self,
        at: usize,
        from: usize,
    ) -> usize {
        let mut terms = [[L::splat(F::zero()); T]; G];
        for t in 0..T {
            let column = &self.table.columns[t][from.wrapping_add(at * F::LANES)..];
            let column = &F::groups(column)[..G];
            for g in 0..G {
                terms[g][t] = L::load(column[g].as_ref());
            }
        }
        self.score(&terms, at);
        at + G
    }

    #[inline(always)]
    fn score<L: Group<Scalar = F>, const G: usize>(&mut self, terms: &[[L; T]; G], at: usize) {
        let statistics = groups_from(self.statistics, at);
        let ln_joint = groups_from(self.ln_joint, at);
        self.score.score(terms, statistics, ln_joint);
    }
}

/// Where the count-dependent terms of hypotheses come from.
pub(super) struct Terms<'a, F: Real, C, const T: usize> {
    pub(super) table: &'a CountTable<F, T>,
    pub(super) model: &'a C,
    pub(super) counts: &'a Counts,
}

impl<F: Real, C: GroupTerms<F, T>, const T: usize> Terms<'_, F, C, T> {
    /// The terms of the hypotheses of the group at `at`: those that a whole step finds for
    /// it, which come from the table where counts follow each other.
    #[inline(always)]
    #[expect(clippy::needless_range_loop, reason = "arrays side by side")]
    pub(super) fn as_in_a_step<L: Group<Scalar = F>>(&self, at: usize) -> [L; T] {
        let first = self.counts.scattered(TABLE_LEN).div_ceil(F::LANES);
        if at < first {
            return self.of_group(at);
        }
        let row = row_of(self.counts.get_or_none(first * F::LANES)) + (at - first) * F::LANES;
        let mut terms = [L::splat(F::zero()); T];
        for t in 0..T {
            terms[t] = L::load(&self.table.columns[t][row..]);
        }
        terms
    }

    /// The terms of the hypotheses of one group, whatever their counts.
    #[inline(always)]
    #[expect(clippy::needless_range_loop, reason = "arrays side by side")]
    pub(super) fn of_group<L: Group<Scalar = F>>(&self, at: usize) -> [L; T] {
        let births = &self.counts.births_from(at * F::LANES)[..F::LANES];
        let seen = self.counts.seen();
        let ages = L::ages(seen, births);
        let mut looked_up = [L::splat(F::zero()); T];
        for t in 0..C::LOOKED_UP {
            let column = &*self.table.columns[t];
            looked_up[t] = L::look_up(column, TABLE_LEN - 1, seen, births);
        }
        if self.counts.largest(births) < TABLE_LEN as u64 {
            return self.model.completed(looked_up, ages);
        }
        let mut all = self.model.terms(ages);
        for t in 0..C::LOOKED_UP {
            all[t] = ages.if_less(F::of(TABLE_LEN as f64), looked_up[t], all[t]);
        }
        all
    }
}
