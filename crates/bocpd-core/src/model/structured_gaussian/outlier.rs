//! One observation that may be an outlier.

use super::{StructuredBank, StructuredGaussian};
use crate::bank::Bank;
use crate::error::ObservationError;
use crate::kernel::Isa;
use crate::observation_model::ObservationModel;
use crate::real::Real;
use crate::score::Verdict;

impl<F: Real> StructuredGaussian<F> {
    /// Scores `x` under all hypotheses and lets those absorb it that do not call it an
    /// outlier.
    pub(super) fn observe_or_take_back(
        &self,
        isa: Isa,
        bank: &mut StructuredBank<F>,
        x: F,
        verdict: &mut Verdict<F>,
        ln_joint: &mut [F],
    ) -> Result<(), ObservationError> {
        self.prepare(isa, bank);
        let due = bank.due;
        verdict.save(0, &bank.states);
        verdict.save(1, &bank.spread);
        self.observe_prepared(isa, bank, x, verdict.ln_p());
        if !verdict.decide(isa, bank.len(), ln_joint)? {
            self.take_back(isa, bank, due, verdict);
        }
        Ok(())
    }

    /// What all have absorbed is taken back for those that call it an outlier. Their gains
    /// are no longer those of their counts, so up to the youngest of them all carry their
    /// covariance. `due` says whether a unit of time had passed that was not yet in the
    /// states.
    #[cold]
    fn take_back(&self, isa: Isa, bank: &mut StructuredBank<F>, due: bool, verdict: &Verdict<F>) {
        verdict.take_back(isa, 0, &mut bank.states);
        if !bank.spread.is_empty() {
            verdict.take_back(isa, 1, &mut bank.spread);
        }
        if !self.has_dynamics() {
            return;
        }
        let rejects = |i: &usize| !verdict.absorbed_by(*i);
        let youngest = (0..bank.len()).rev().find(rejects);
        let carrying = youngest.map_or(0, |i| i + 1);
        self.carry_first_where(bank, carrying, |i| due && rejects(&i));
    }
}
