//! Counts over exposures that differ.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::Poisson;
use crate::bank::Grouped;
use crate::distribution::{self, Distribution, Forms, Level, Parameter};
use crate::error::{ObservationError, ParameterError, check};
use crate::lanes::Group;
use crate::model::check_count;
use crate::observation::{Beside, MAX_COUNT, Observation, SideInformation, number_beside};
use crate::observation_model::{Describe, GroupedModel, Source, grouped_model};
use crate::random::Random;
use crate::real::Real;
use crate::score::{Apply, GroupStep, LargeCount, NEGATIVE_BINOMIAL_TERMS, Unchanged, rows};

/// Poisson counts, each over an exposure of its own, with a gamma prior on the rate.
///
/// ```text
/// x | λ ~ Poisson(λe),   λ ~ Gamma(shape, rate),   e the exposure of this observation
///
/// a' = a + x   b' = b + e
///   ln p(x) = ln (a)ₓ − ln x! + a ln(b/(b+e)) + x ln(e/(b+e)),   (a)ₓ = a(a+1)…(a+x−1)
/// ```
///
/// Gelman et al., *Bayesian Data Analysis* (3rd ed.), §2.6. An observation that comes without
/// an exposure has one of 1, so that without any this is the [`Poisson`] model. A count of 0
/// over an exposure of 0 says nothing; other counts are refused there.
///
/// All counts but 0 are scored in the deviance form of Loader (2000), *Fast and accurate
/// computation of binomial probabilities*.
#[derive(Clone, Debug)]
pub struct PoissonExposure<F: Real = f64> {
    prior: [F; 2],
}

impl PoissonExposure {
    /// A model in `f64`: `shape/rate` is the rate expected, `rate` the exposure that the prior
    /// is worth.
    ///
    /// # Errors
    /// `shape` and `rate` must lie in [1e-100, 1e100].
    pub fn new(shape: f64, rate: f64) -> Result<Self, ParameterError> {
        Self::typed(shape, rate)
    }
}

impl<F: Real> PoissonExposure<F> {
    /// [`new`](PoissonExposure::new) for any scalar type.
    ///
    /// # Errors
    /// As for `new`, with the limits of the type ([`Real::HUGE`]).
    pub fn typed(shape: f64, rate: f64) -> Result<Self, ParameterError> {
        let shape = check::positive::<F>("shape", shape)?;
        let rate = check::positive::<F>("rate", rate)?;
        Ok(Self {
            prior: [F::of(shape), F::of(rate)],
        })
    }
}

/// What a hypothesis knows of the rate.
fn posterior<F: Real>(bank: &Grouped<F>, hypothesis: usize) -> distribution::Gamma {
    let [shape, rate] = bank.row(hypothesis, 0).map(Real::wide);
    distribution::Gamma { shape, rate }
}

/// The exposure of an observation.
#[inline(always)]
fn exposure<X: ?Sized>(x: Observation<'_, X>) -> f64 {
    number_beside(x, Beside::Exposure).unwrap_or(1.0)
}

impl<F: Real> GroupedModel<F> for PoissonExposure<F> {
    type Obs = u64;
    const COUNTED: bool = false;

    /// a, b.
    fn width(&self) -> usize {
        2
    }

    #[inline(always)]
    fn admits(&self, x: Observation<'_, u64>) -> Result<(), ObservationError> {
        self.admits_beside(x.side)?;
        check_count(*x.value)?;
        if *x.value > 0 && exposure(x) == 0.0 {
            let (value, must) = (*x.value as f64, "be 0 where the exposure is 0");
            return Err(ObservationError::OutOfSupport { value, must });
        }
        Ok(())
    }

    fn admits_beside(&self, side: &SideInformation<'_>) -> Result<(), ObservationError> {
        Beside::Exposure.check(side)
    }

    #[inline(always)]
    fn push_prior(&self, bank: &mut Grouped<F>) {
        bank.push(self.prior);
    }

    #[inline(always)]
    fn apply(&self, x: Observation<'_, u64>, apply: impl Apply<F>) {
        let exposure = F::of(exposure(x));
        if exposure.is_zero() {
            apply.plain(&Unchanged);
        } else if *x.value == 0 {
            apply.plain(&Nothing { exposure });
        } else {
            let count = LargeCount::new(*x.value);
            apply.plain(&Counted { count, exposure });
        }
    }

    fn fits(&self, most: u64, statistic: &dyn Fn(usize) -> F) -> bool {
        let [a, b] = [0, 1].map(statistic);
        let n = most as f64;
        let rounding = 1.0 + (n + 8.0) * F::epsilon().wide();
        let [largest_a, largest_b] = [n * MAX_COUNT as f64, n * 1e100];
        let [shape, rate] = self.prior.map(Real::wide);
        a >= self.prior[0]
            && b >= self.prior[1]
            && a.wide() <= (shape + largest_a) * rounding
            && b.wide() <= (rate + largest_b) * rounding
    }
}

grouped_model!(PoissonExposure of u64);

impl<F: Real> Describe for PoissonExposure<F> {
    fn level(&self, bank: &Self::Bank, hypothesis: usize, _: usize) -> Option<Level> {
        Some(Level::of(&posterior(bank, hypothesis)))
    }

    fn parameters(&self, bank: &Self::Bank, hypothesis: usize) -> Vec<Parameter> {
        alloc::vec![Parameter::new("rate", posterior(bank, hypothesis))]
    }

    fn add_level_to(&self, forms: &mut Forms, bank: &Self::Bank, hypothesis: usize, _: usize) {
        posterior(bank, hypothesis).add_to(forms, 1.0);
    }

    fn predictive(
        &self,
        bank: &Self::Bank,
        hypothesis: usize,
        _: usize,
    ) -> Option<Box<dyn Distribution>> {
        let distribution::Gamma { shape, rate } = posterior(bank, hypothesis);
        Some(Box::new(distribution::NegativeBinomial { shape, rate }))
    }

    fn predictive_with(
        &self,
        bank: &Self::Bank,
        hypothesis: usize,
        _: usize,
        _: f64,
        side: &SideInformation<'_>,
    ) -> Option<Box<dyn Distribution>> {
        let exposure = Beside::Exposure.number(side).unwrap_or(1.0);
        let distribution::Gamma { shape, rate } = posterior(bank, hypothesis);
        // With an exposure of 0 nothing is counted.
        let rate = (rate / exposure).min(1e300);
        Some(Box::new(distribution::NegativeBinomial { shape, rate }))
    }

    /// Counts over exposures of 1.
    fn source(&self, random: &mut Random) -> Option<Source> {
        let [shape, rate] = self.prior.map(Real::wide);
        Poisson::new(shape, rate).ok()?.source(random)
    }
}

/// A count of 0: its probability is (b/(b+e))ᵃ.
struct Nothing<F> {
    exposure: F,
}

impl<F: Real> GroupStep<F> for Nothing<F> {
    #[inline(always)]
    fn step<L: Group<Scalar = F>, const G: usize>(
        &self,
        statistics: &mut [F::Array],
        ln_joint: &mut [F::Array; G],
    ) {
        let statistics = rows::<_, 2, G>(statistics);
        let e = L::splat(self.exposure);
        let mut growths = [(e, e); G];
        for g in 0..G {
            let b = L::load(statistics[g][1].as_ref());
            growths[g] = F::growth_split(b, e);
            (b + e).store(statistics[g][1].as_mut());
        }
        for g in 0..G {
            let a = L::load(statistics[g][0].as_ref());
            let growth = F::growth_join(growths[g].0, growths[g].1);
            let ln_joint = ln_joint[g].as_mut();
            (L::load(ln_joint) - a * growth).store(ln_joint);
        }
    }
}

/// Any other count: a negative binomial probability with π = b/(b+e).
struct Counted<F> {
    count: LargeCount<F>,
    exposure: F,
}

impl<F: Real> GroupStep<F> for Counted<F> {
    #[inline(always)]
    fn step<L: Group<Scalar = F>, const G: usize>(
        &self,
        statistics: &mut [F::Array],
        ln_joint: &mut [F::Array; G],
    ) {
        let statistics = rows::<_, 2, G>(statistics);
        let (one, e) = (L::splat(F::one()), L::splat(self.exposure));
        let mut terms = [[e; NEGATIVE_BINOMIAL_TERMS]; G];
        for g in 0..G {
            let b = L::load(statistics[g][1].as_ref());
            let total = b + e;
            let inverse = one / total;
            let ln_pi = F::ln_1p_positive(e / b) * -F::one();
            terms[g] = [ln_pi, b * inverse, e * inverse];
            total.store(statistics[g][1].as_mut());
        }
        self.count
            .score::<L, G, _, 2, 0>(&terms, statistics, ln_joint);
    }
}
