//! What statistics that were read have to be.

use libm::fabs;

use super::{MultivariateBank, MultivariateGaussian};
use crate::model::factors::above;
use crate::real::Real;

impl<F: Real> MultivariateGaussian<F> {
    pub(super) fn is_sound_bank(&self, bank: &MultivariateBank<F>, lengths: &[u64]) -> bool {
        let layout = self.layout();
        let missed = layout.missed()..layout.first_factor();
        let fits = |count: u64, statistic: &dyn Fn(usize) -> F| {
            let even = missed.clone().all(|at| statistic(at).is_zero());
            (even || bank.is_uneven()) && self.fits(count, &|i| statistic(i).wide())
        };
        bank.hypotheses.is_like(layout.width(), true) && bank.hypotheses.is_sound(lengths, fits)
    }

    fn fits(&self, count: u64, statistic: &dyn Fn(usize) -> f64) -> bool {
        let layout = self.layout();
        let (dim, first) = (layout.dim, layout.first_factor());
        let (n, huge) = (count as f64, F::HUGE.wide());
        let d = |j: usize| statistic(first + j);
        let l = |r: usize, j: usize| statistic(first + above(dim, j, r));
        let prior = |j: usize| F::of(self.beta[j]).wide();
        let is_prior = || {
            let levels = (0..first).all(|i| statistic(i) == 0.0);
            let below = (0..dim).all(|r| (0..r).all(|j| l(r, j) == 0.0));
            levels && below && (0..dim).all(|j| d(j) == prior(j))
        };
        if count == 0 {
            return is_prior();
        }
        let levels = (0..dim).all(|j| fabs(statistic(j)) <= 1.001 * huge);
        let missed = (0..dim).all(|j| {
            let missed = statistic(layout.missed() + j);
            (0.0..=n).contains(&missed) && missed == libm::floor(missed)
        });
        // The variance of each number, Σ L² D: what the prior has, and a half of each square.
        let variances = (0..dim).all(|r| {
            let below: f64 = (0..r).map(|j| l(r, j) * l(r, j) * d(j)).sum();
            let most = 4.0 * (prior(r) + (n + 1.0) * huge * huge);
            (0.999 * prior(r)..=most).contains(&d(r)) && below <= most
        });
        levels && missed && variances
    }
}
