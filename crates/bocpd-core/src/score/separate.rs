//! Scoring without absorbing, and absorbing without scoring.
//!
//! Both run a model's formula on copies of one group at a time.

use alloc::vec;
use alloc::vec::Vec;

use super::counted::Terms;
use super::{Apply, CountTable, GroupScore, GroupStep, GroupTerms};
use crate::bank::Grouped;
use crate::kernel::{Isa, LaneKernel};
use crate::lanes::{Group, groups_from};
use crate::real::Real;
use crate::score::plain::rows;

/// Adds ln p(x | hypothesis) to `ln_joint`; nothing is absorbed.
pub(crate) struct ScoreOnly<'a, F: Real> {
    pub(crate) isa: Isa,
    pub(crate) bank: &'a Grouped<F>,
    pub(crate) ln_joint: &'a mut [F],
}

/// Lets those hypotheses absorb x whose weight is not 0.
pub(crate) struct Absorb<'a, F: Real> {
    pub(crate) isa: Isa,
    pub(crate) bank: &'a mut Grouped<F>,
    /// One for each hypothesis, padded to whole groups.
    pub(crate) weights: &'a [F],
}

impl<F: Real> Apply<F> for ScoreOnly<'_, F> {
    #[inline(always)]
    fn counted<const T: usize, const N: usize>(
        self,
        table: &CountTable<F, T>,
        terms: &impl GroupTerms<F, T>,
        score: &impl GroupScore<F, T, N>,
    ) {
        if let Some(counts) = self.bank.counts() {
            let terms = Terms {
                table,
                model: terms,
                counts,
            };
            self.run(&Counted { terms, score });
        }
    }

    #[inline(always)]
    fn plain(self, step: &impl GroupStep<F>) {
        self.run(&Plain(step));
    }
}

impl<F: Real> ScoreOnly<'_, F> {
    #[inline(always)]
    fn run(self, formula: &impl Formula<F>) {
        self.isa.run_lanes(Scores {
            formula,
            groups: self.bank.groups(),
            copy: vec![F::array(F::zero()); self.bank.width()],
            ln_joint: F::groups_mut(self.ln_joint),
        });
    }
}

impl<F: Real> Apply<F> for Absorb<'_, F> {
    #[inline(always)]
    fn counted<const T: usize, const N: usize>(
        self,
        table: &CountTable<F, T>,
        terms: &impl GroupTerms<F, T>,
        score: &impl GroupScore<F, T, N>,
    ) {
        let weights = self.weights;
        let width = self.bank.width();
        let (groups, Some(counts)) = self.bank.groups_mut() else {
            return;
        };
        let terms = Terms {
            table,
            model: terms,
            counts: &*counts,
        };
        let formula = &Counted { terms, score };
        run_absorb(self.isa, formula, groups, width, weights);
        counts.absorb_where(|i| weights[i] != F::zero());
    }

    #[inline(always)]
    fn plain(self, step: &impl GroupStep<F>) {
        let width = self.bank.width();
        let groups = self.bank.groups_mut().0;
        run_absorb(self.isa, &Plain(step), groups, width, self.weights);
    }
}

#[inline(always)]
fn run_absorb<F: Real>(
    isa: Isa,
    formula: &impl Formula<F>,
    groups: &mut [F::Array],
    width: usize,
    weights: &[F],
) {
    isa.run_lanes(Absorbs {
        formula,
        groups,
        copy: vec![F::array(F::zero()); width],
        weights: F::groups(weights),
    });
}

/// A model's formula for one group.
trait Formula<F: Real> {
    /// Scores and absorbs under the group at position `at`.
    fn one<L: Group<Scalar = F>>(
        &self,
        at: usize,
        statistics: &mut [F::Array],
        ln_joint: &mut [F::Array; 1],
    );
}

struct Counted<'a, F: Real, C, S, const T: usize, const N: usize> {
    terms: Terms<'a, F, C, T>,
    score: &'a S,
}

impl<F, C, S, const T: usize, const N: usize> Formula<F> for Counted<'_, F, C, S, T, N>
where
    F: Real,
    C: GroupTerms<F, T>,
    S: GroupScore<F, T, N>,
{
    #[inline(always)]
    fn one<L: Group<Scalar = F>>(
        &self,
        at: usize,
        statistics: &mut [F::Array],
        ln_joint: &mut [F::Array; 1],
    ) {
        let terms = [self.terms.as_in_a_step::<L>(at)];
        self.score
            .score(&terms, rows::<_, N, 1>(statistics), ln_joint);
    }
}

struct Plain<'a, S>(&'a S);

impl<F: Real, S: GroupStep<F>> Formula<F> for Plain<'_, S> {
    #[inline(always)]
    fn one<L: Group<Scalar = F>>(
        &self,
        _: usize,
        statistics: &mut [F::Array],
        ln_joint: &mut [F::Array; 1],
    ) {
        self.0.step::<L, 1>(statistics, ln_joint);
    }
}

struct Scores<'a, F: Real, M> {
    formula: &'a M,
    groups: &'a [F::Array],
    copy: Vec<F::Array>,
    ln_joint: &'a mut [F::Array],
}

impl<F: Real, M: Formula<F>> LaneKernel<F> for Scores<'_, F, M> {
    type Output = ();
    type Home = M;

    #[inline(always)]
    fn run<L: Group<Scalar = F>>(mut self) {
        let width = self.copy.len();
        for at in 0..self.ln_joint.len() {
            let group = &self.groups[at * width..(at + 1) * width];
            self.copy.copy_from_slice(group);
            let ln_joint = groups_from(self.ln_joint, at);
            self.formula.one::<L>(at, &mut self.copy, ln_joint);
        }
    }
}

struct Absorbs<'a, F: Real, M> {
    formula: &'a M,
    groups: &'a mut [F::Array],
    copy: Vec<F::Array>,
    weights: &'a [F::Array],
}

impl<F: Real, M: Formula<F>> LaneKernel<F> for Absorbs<'_, F, M> {
    type Output = ();
    type Home = M;

    #[inline(always)]
    fn run<L: Group<Scalar = F>>(mut self) {
        let width = self.copy.len();
        for (at, group) in self.groups.chunks_exact_mut(width).enumerate() {
            self.copy.copy_from_slice(group);
            let mut scores = [F::array(F::zero())];
            self.formula.one::<L>(at, &mut self.copy, &mut scores);
            let weight = L::load(self.weights[at].as_ref());
            for (before, after) in group.iter_mut().zip(&self.copy) {
                let (old, new) = (L::load(before.as_ref()), L::load(after.as_ref()));
                weight.if_equal(F::zero(), old, new).store(before.as_mut());
            }
        }
    }
}
