//! One observation under all hypotheses of a [`Grouped`] bank.
//!
//! A model writes one formula, over lanes, that scores and absorbs an observation
//! under a few groups of hypotheses side by side: [`GroupScore`] where the predictive
//! depends on how many observations a hypothesis has absorbed (what depends on that
//! number alone comes from a [`CountTable`]), [`GroupStep`] where it does not. From
//! that formula come the three things that a detector may ask for ([`Apply`]):
//!
//! - [`Fused`]: score and absorb in one pass, what a step of the filter does;
//! - [`ScoreOnly`]: the scores, the bank as it was;
//! - [`Absorb`]: absorb under some hypotheses, no scores.
//!
//! The second and the third run the same formula on a copy of each group, so they
//! agree with the first to the last bit. Where an observation may be an outlier, what the
//! first has changed can be taken back for some hypotheses ([`Verdict`]).

mod beta_negative_binomial;
mod counted;
mod negative_binomial;
mod outlier;
mod plain;
mod products;
mod separate;
mod table;
mod terms;

pub(crate) use beta_negative_binomial::LargeFailures;
pub(crate) use counted::GroupScore;
pub(crate) use negative_binomial::{LargeCount, TERMS as NEGATIVE_BINOMIAL_TERMS};
pub(crate) use outlier::Verdict;
pub(crate) use plain::{GroupStep, Unchanged, rows};
pub(crate) use products::{INVERSES, Products};
pub(crate) use separate::{Absorb, ScoreOnly};
pub(crate) use table::{CountTable, TABLE_LEN};
#[cfg(test)]
pub(crate) use terms::tests;
pub(crate) use terms::{CountTerms, GroupTerms};

use crate::bank::Grouped;
use crate::kernel::Isa;
use crate::real::Real;

/// What is done with a model's formula for one observation.
pub(crate) trait Apply<F: Real> {
    /// The formula of a model with count-dependent terms.
    fn counted<const T: usize, const N: usize>(
        self,
        table: &CountTable<F, T>,
        terms: &impl GroupTerms<F, T>,
        score: &impl GroupScore<F, T, N>,
    );

    /// The formula of a model without.
    fn plain(self, step: &impl GroupStep<F>);
}

/// Adds ln p(x | hypothesis) to `ln_joint` and lets every hypothesis absorb x.
pub(crate) struct Fused<'a, F: Real> {
    pub(crate) isa: Isa,
    pub(crate) bank: &'a mut Grouped<F>,
    pub(crate) ln_joint: &'a mut [F],
}

impl<F: Real> Apply<F> for Fused<'_, F> {
    #[inline(always)]
    fn counted<const T: usize, const N: usize>(
        self,
        table: &CountTable<F, T>,
        terms: &impl GroupTerms<F, T>,
        score: &impl GroupScore<F, T, N>,
    ) {
        let (groups, counts) = self.bank.groups_mut();
        let Some(counts) = counts else {
            unreachable!("the bank of a model with counts counts");
        };
        self.isa.run_lanes(counted::Step {
            table,
            terms,
            counts,
            statistics: groups.as_chunks_mut::<N>().0,
            ln_joint: F::groups_mut(self.ln_joint),
            score,
        });
        counts.absorb();
    }

    #[inline(always)]
    fn plain(self, step: &impl GroupStep<F>) {
        self.isa.run_lanes(plain::Steps {
            step,
            width: self.bank.width(),
            groups: self.bank.groups_mut().0,
            ln_joint: F::groups_mut(self.ln_joint),
        });
    }
}
