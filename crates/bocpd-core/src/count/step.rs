//! One observation under all hypotheses whose predictive depends on counts, over
//! groups of lanes.

use super::table::CountTable;
use super::{Counted, Counts, GroupTerms, TABLE_LEN};
use crate::Real;
use crate::kernel::{Isa, LaneKernel};
use crate::lanes::{Group, groups_from};

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

impl<F: Real, const T: usize> CountTable<F, T> {
    /// Scores and absorbs under all hypotheses, on the instruction set `isa`.
    #[inline(always)]
    pub(crate) fn step<const N: usize>(
        &self,
        isa: Isa,
        model: &impl GroupTerms<F, T>,
        bank: &mut Counted<F, N>,
        ln_joint: &mut [F],
        score: &impl GroupScore<F, T, N>,
    ) {
        let counts = &bank.counts;
        isa.run_lanes(Step {
            table: self,
            model,
            counts,
            statistics: bank.statistics.live_mut(),
            ln_joint: F::groups_mut(ln_joint),
            score,
        });
        bank.counts.absorb();
    }
}

struct Step<'a, F: Real, C, S, const T: usize, const N: usize> {
    table: &'a CountTable<F, T>,
    model: &'a C,
    counts: &'a Counts,
    statistics: &'a mut [[F::Array; N]],
    ln_joint: &'a mut [F::Array],
    score: &'a S,
}

impl<F, C, S, const T: usize, const N: usize> LaneKernel<F> for Step<'_, F, C, S, T, N>
where
    F: Real,
    C: GroupTerms<F, T>,
    S: GroupScore<F, T, N>,
{
    type Output = ();

    #[inline(always)]
    fn run<L: Group<Scalar = F>>(mut self) {
        let groups = self.ln_joint.len();
        // Of one length, so that a position is checked once.
        self.statistics = &mut core::mem::take(&mut self.statistics)[..groups];
        // Up to here the counts have gaps, or are beyond the table.
        let scattered = self.counts.scattered().div_ceil(F::LANES).min(groups);
        let mut at = 0;
        while !S::HEAVY && at + 3 <= scattered {
            at = self.scattered::<L, 3>(at);
        }
        while at < scattered {
            at = self.scattered::<L, 1>(at);
        }
        let row = self.counts.row(at * F::LANES);
        let from = row.wrapping_sub(at * F::LANES);
        while !S::HEAVY && at + 4 <= groups {
            at = self.consecutive::<L, 4>(at, from);
        }
        if !S::HEAVY && at + 3 == groups {
            at = self.consecutive::<L, 3>(at, from);
        }
        while at + 2 <= groups {
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
        for g in 0..G {
            let births = &self.counts.births[(at + g) * F::LANES..][..F::LANES];
            terms[g] = self.terms_of(births);
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

    /// The terms of one group of hypotheses.
    #[inline(always)]
    #[expect(clippy::needless_range_loop, reason = "arrays side by side")]
    fn terms_of<L: Group<Scalar = F>>(&self, births: &[u64]) -> [L; T] {
        let seen = self.counts.seen;
        let ages = L::ages(seen, births);
        let mut looked_up = [L::splat(F::zero()); T];
        for t in 0..C::LOOKED_UP {
            let column = &*self.table.columns[t];
            looked_up[t] = L::look_up(column, TABLE_LEN - 1, seen, births);
        }
        // The first is the oldest.
        if seen - births[0] < TABLE_LEN as u64 {
            return self.model.completed(looked_up, ages);
        }
        let mut all = self.model.terms(ages);
        for t in 0..C::LOOKED_UP {
            all[t] = ages.if_less(F::of(TABLE_LEN as f64), looked_up[t], all[t]);
        }
        all
    }
}
