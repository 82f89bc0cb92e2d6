//! Hypotheses begin to carry their covariance.

use alloc::vec::Vec;

use libm::log;

use super::posterior::Posterior;
use super::table::{Factors, STRIDE, constant};
use super::{StructuredBank, StructuredGaussian};
use crate::bank::Bank;
use crate::real::Real;

impl<F: Real> StructuredGaussian<F> {
    /// Lets the oldest `n` hypotheses carry their covariance, and those that are in one
    /// group with them.
    pub(super) fn carry_first(&self, bank: &mut StructuredBank<F>, n: usize) {
        let due = bank.due;
        self.carry_first_where(bank, n, |_| due);
    }

    /// The same where `due` says of a hypothesis whether a unit of time has passed that is
    /// not in its state.
    #[cold]
    pub(super) fn carry_first_where(
        &self,
        bank: &mut StructuredBank<F>,
        n: usize,
        due: impl Fn(usize) -> bool,
    ) {
        let n = n.next_multiple_of(F::LANES).min(bank.len());
        let before = bank.due;
        let mut walk = Walk::default();
        let mut rows = Vec::new();
        // The youngest first: counts ascend.
        for i in (bank.spread.len()..n).rev() {
            bank.due = due(i);
            let factors = walk.to(self, bank.count(i));
            let posterior = self.posterior_of(bank, i, factors);
            self.write_carried(bank, i, &posterior, &mut rows);
        }
        bank.due = before;
        for row in rows.chunks_exact(self.spread_width()).rev() {
            bank.spread.push_all(row.iter().copied());
        }
    }

    /// Writes the state of a hypothesis as it is where the covariance is carried, and adds
    /// what is carried to `rows`.
    fn write_carried(
        &self,
        bank: &mut StructuredBank<F>,
        hypothesis: usize,
        posterior: &Posterior,
        rows: &mut Vec<F>,
    ) {
        for (i, &z) in posterior.state.iter().enumerate() {
            bank.set(hypothesis, i, F::of(z));
        }
        let ln_peak = constant(posterior.alpha) - 0.5 * log(posterior.beta);
        bank.set(hypothesis, self.layout.dim() + 1, F::of(ln_peak));
        rows.extend(posterior.factors.iter().map(|&[d]| F::of(d)));
        if self.layout.season > 0 {
            let (cos, sin) = self.angle(bank.clock - posterior.age);
            rows.extend([cos, sin].map(F::of));
        }
    }
}

/// Factors for counts that ascend: each from that before where it is near.
#[derive(Default)]
struct Walk(Option<(u64, Factors)>);

impl Walk {
    fn to<F: Real>(&mut self, model: &StructuredGaussian<F>, count: u64) -> Factors {
        let factors = match self.0.take() {
            Some((from, factors)) if (from..from + STRIDE as u64).contains(&count) => model
                .table
                .factors_from(&model.structure, from, factors, count),
            _ => model.far_factors(count),
        };
        self.0 = Some((count, factors.clone()));
        factors
    }
}
