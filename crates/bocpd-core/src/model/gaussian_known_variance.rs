//! Gaussian observations of unknown mean and known variance.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::bank::Grouped;
use crate::distribution::{Distribution, Level, Normal, Parameter};
use crate::error::{ObservationError, ParameterError, check};
use crate::lanes::{Group, Lanes};
use crate::math::special::HALF_LN_TWO_PI;
use crate::model::check_finite;
use crate::observation::Observation;
use crate::observation_model::{Describe, GroupedModel, Source, grouped_model};
use crate::random::Random;
use crate::real::Real;
use crate::score::{Apply, CountTable, CountTerms, GroupScore, GroupTerms};

/// Gaussian observations of known variance with a normal prior on their mean.
///
/// ```text
/// x | μ ~ N(μ, variance),   μ ~ N(mean, variance/κ)
///
/// after n observations, with δ = x − m before x is absorbed:
///   m' = m + δ/(κₙ+1)     κₙ = κ + n
///
/// predictive: normal with mean m and variance · (κₙ+1)/κₙ
/// ```
///
/// Murphy (2007), *Conjugate Bayesian analysis of the Gaussian distribution*, eqs. 24
/// and 36. Levels are kept relative to the prior mean. Observations further than
/// [`Real::HUGE`] from the prior mean are scored and absorbed as if they were that far.
#[derive(Clone, Debug)]
pub struct GaussianKnownVariance<F: Real = f64> {
    prior: Prior,
    table: CountTable<F, TERMS>,
}

/// The hyper-parameters.
#[derive(Clone, Copy, Debug)]
struct Prior {
    mean: f64,
    kappa: f64,
    variance: f64,
    /// −½ ln(2π variance).
    ln_peak: f64,
}

/// Terms that depend on the count alone, in this order: ln of the largest density of the
/// predictive, `½ κₙ/(κₙ+1)/variance`, `1/(κₙ+1)`.
const TERMS: usize = 3;

impl<F: Real> CountTerms<F, TERMS> for Prior {
    fn exact(&self, count: u64) -> [f64; TERMS] {
        let kappa = self.kappa + count as f64;
        let gain = 1.0 / (kappa + 1.0);
        let ln_peak = self.ln_peak - 0.5 * libm::log1p(1.0 / kappa);
        [ln_peak, 0.5 * (kappa * gain) / self.variance, gain]
    }
}

impl<F: Real> GroupTerms<F, TERMS> for Prior {
    #[inline(always)]
    fn terms<L: Lanes<Scalar = F>>(&self, counts: L) -> [L; TERMS] {
        let one = L::splat(F::one());
        let kappa = counts + F::of(self.kappa);
        let gain = one / (kappa + F::one());
        let ln_growth = F::ln_1p_positive(one / kappa);
        let ln_peak = ln_growth * F::of(-0.5) + F::of(self.ln_peak);
        [
            ln_peak,
            kappa * gain * F::of(0.5) / F::of(self.variance),
            gain,
        ]
    }
}

impl GaussianKnownVariance {
    /// A model in `f64`. `kappa` counts how many observations the prior mean is worth;
    /// `variance` is that of the observations within a segment.
    ///
    /// # Errors
    /// `mean` must lie in ±1e100; `kappa` and `variance` in [1e-100, 1e100].
    pub fn new(mean: f64, kappa: f64, variance: f64) -> Result<Self, ParameterError> {
        Self::typed(mean, kappa, variance)
    }
}

impl<F: Real> GaussianKnownVariance<F> {
    /// [`new`](GaussianKnownVariance::new) for any scalar type.
    ///
    /// # Errors
    /// As for `new`, with the limits of the type ([`Real::HUGE`]).
    pub fn typed(mean: f64, kappa: f64, variance: f64) -> Result<Self, ParameterError> {
        let variance = check::positive::<F>("variance", variance)?;
        let prior = Prior {
            mean: check::location::<F>("mean", mean)?,
            kappa: check::positive::<F>("kappa", kappa)?,
            variance,
            ln_peak: -HALF_LN_TWO_PI - 0.5 * libm::log(variance),
        };
        Ok(Self {
            prior,
            table: CountTable::new(&prior),
        })
    }

    /// What a hypothesis knows of the mean, and how many observations that is worth.
    fn posterior(&self, bank: &Grouped<F>, hypothesis: usize) -> (Normal, f64) {
        let kappa = self.prior.kappa + bank.count(hypothesis);
        let mean = Normal {
            mean: self.prior.mean + bank.statistic(hypothesis, 0).wide(),
            sd: libm::sqrt(self.prior.variance / kappa),
        };
        (mean, kappa)
    }
}

impl<F: Real> GroupedModel<F> for GaussianKnownVariance<F> {
    type Obs = F;
    const COUNTED: bool = true;

    /// m less the prior mean.
    fn width(&self) -> usize {
        1
    }

    #[inline(always)]
    fn admits(&self, x: Observation<'_, F>) -> Result<(), ObservationError> {
        let x = x.alone()?;
        check_finite(*x)
    }

    #[inline(always)]
    fn push_prior(&self, bank: &mut Grouped<F>) {
        bank.push([F::zero()]);
    }

    #[inline(always)]
    fn apply(&self, x: Observation<'_, F>, apply: impl Apply<F>) {
        let x = *x.value - F::of(self.prior.mean);
        let within = x.max(-F::HUGE).min(F::HUGE);
        apply.counted(&self.table, &self.prior, &Observed(within));
    }

    fn fits(&self, _: u64, statistic: &dyn Fn(usize) -> F) -> bool {
        statistic(0).abs() <= F::HUGE
    }
}

grouped_model!(GaussianKnownVariance of F);

impl<F: Real> Describe for GaussianKnownVariance<F> {
    fn level(&self, bank: &Self::Bank, hypothesis: usize, _: usize) -> Option<Level> {
        Some(Level::of(&self.posterior(bank, hypothesis).0))
    }

    fn parameters(&self, bank: &Self::Bank, hypothesis: usize) -> Vec<Parameter> {
        alloc::vec![Parameter::new("mean", self.posterior(bank, hypothesis).0)]
    }

    fn predictive(
        &self,
        bank: &Self::Bank,
        hypothesis: usize,
        _: usize,
    ) -> Option<Box<dyn Distribution>> {
        let (Normal { mean, .. }, kappa) = self.posterior(bank, hypothesis);
        let sd = libm::sqrt(self.prior.variance * (1.0 + 1.0 / kappa));
        Some(Box::new(Normal { mean, sd }))
    }

    fn source(&self, random: &mut Random) -> Option<Source> {
        let prior = self.prior;
        let sd = libm::sqrt(prior.variance);
        let levels = rand_distr::Normal::new(prior.mean, sd / libm::sqrt(prior.kappa)).ok()?;
        let noise = rand_distr::Normal::new(random.draw(&levels), sd).ok()?;
        Some(Box::new(move |random| random.draw(&noise)))
    }
}

/// An observation, less the prior mean.
struct Observed<F>(F);

impl<F: Real> GroupScore<F, TERMS, 1> for Observed<F> {
    #[inline(always)]
    fn score<L: Group<Scalar = F>, const G: usize>(
        &self,
        terms: &[[L; TERMS]; G],
        statistics: &mut [[F::Array; 1]; G],
        ln_joint: &mut [F::Array; G],
    ) {
        for g in 0..G {
            let (mean, ln_joint) = (statistics[g][0].as_mut(), ln_joint[g].as_mut());
            let [ln_peak, half_precision, gain] = terms[g];
            let m = L::load(mean);
            let delta = L::splat(self.0) - m;
            let score = ln_peak - half_precision * (delta * delta);
            (L::load(ln_joint) + score).store(ln_joint);
            (m + delta * gain).store(mean);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_counts_continue_the_table() {
        for (kappa, variance) in [(1.0, 1.0), (1e-3, 0.01), (50.0, 1e4)] {
            let model = GaussianKnownVariance::new(0.0, kappa, variance).unwrap();
            crate::score::tests::large_matches_exact::<TERMS>(&model.prior, 4.0);
        }
    }
}
