//! Gaussian observations of known relative precision.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::Gaussian;
use super::half_steps::{HalfSteps, LARGEST_LN, TERMS};
use crate::bank::Grouped;
use crate::distribution::{Distribution, Forms, InverseGamma, Level, Parameter, StudentT};
use crate::error::{ObservationError, ParameterError, check};
use crate::lanes::Group;
use crate::model::check_finite;
use crate::observation::{Beside, Observation, SideInformation, number_beside};
use crate::observation_model::{Describe, GroupedModel, Source, grouped_model};
use crate::random::Random;
use crate::real::Real;
use crate::score::{Apply, CountTable, GroupScore};

/// Gaussian observations of unknown mean and variance, each with a weight of its own: the
/// relative precision of its noise.
///
/// ```text
/// x | μ, σ² ~ N(μ, σ²/w),   μ ~ N(mean, σ²/κ),   1/σ² ~ Gamma(α, β),   w the weight
///
/// with δ = x − m before x is absorbed:
///   κ' = κ + w   m' = m + wδ/κ'   α' = α + ½   β' = β + ½ (κw/κ') δ²
///
/// predictive: Student-t with 2α degrees of freedom, location m and scale² (β/α) κ'/(κw)
/// ```
///
/// Gelman et al., *Bayesian Data Analysis* (3rd ed.), §14.7 (known unequal variances up to a
/// factor). An observation is the mean of w ordinary ones, say, or was measured with an error
/// that is known but for a factor. One that comes without a weight has one of 1, so that
/// without any this is the [`Gaussian`](crate::model::Gaussian) model. Levels are kept relative
/// to the prior mean. Observations further than [`Real::HUGE`] from it, or that divided by √w
/// if that is more than 1, are scored and absorbed as if they were that far.
#[derive(Clone, Debug)]
pub struct HeteroscedasticGaussian<F: Real = f64> {
    mean: f64,
    kappa: f64,
    alpha: HalfSteps,
    beta: f64,
    /// m, κ, β, and ln of the largest density of the prior predictive but for κ.
    prior: [F; WIDTH],
    table: CountTable<F, TERMS>,
}

/// How many statistics there are: m less the prior mean, κ, β, and P = Cₙ − ½ ln β, the ln of
/// the predictive's largest density but for κ and w.
const WIDTH: usize = 4;

impl HeteroscedasticGaussian {
    /// A model in `f64`, with the prior of the [`Gaussian`](crate::model::Gaussian) one.
    ///
    /// # Errors
    /// `mean` must lie in ±1e100; `kappa`, `alpha` and `beta` in [1e-100, 1e100].
    pub fn new(mean: f64, kappa: f64, alpha: f64, beta: f64) -> Result<Self, ParameterError> {
        Self::typed(mean, kappa, alpha, beta)
    }
}

impl<F: Real> HeteroscedasticGaussian<F> {
    /// [`new`](HeteroscedasticGaussian::new) for any scalar type.
    ///
    /// # Errors
    /// As for `new`, with the limits of the type ([`Real::HUGE`]).
    pub fn typed(mean: f64, kappa: f64, alpha: f64, beta: f64) -> Result<Self, ParameterError> {
        let mean = check::location::<F>("mean", mean)?;
        let kappa = check::positive::<F>("kappa", kappa)?;
        let alpha = HalfSteps {
            alpha: check::positive::<F>("alpha", alpha)?,
        };
        let beta = check::positive::<F>("beta", beta)?;
        let peak = alpha.constant(0.0) - 0.5 * libm::log(beta);
        Ok(Self {
            mean,
            kappa,
            alpha,
            beta,
            prior: [0.0, kappa, beta, peak].map(F::of),
            table: CountTable::new(&alpha),
        })
    }

    /// m, κ, α and β of a hypothesis.
    fn learned(&self, bank: &Grouped<F>, hypothesis: usize) -> [f64; 4] {
        let [m, kappa, beta] = [0, 1, 2].map(|i| bank.statistic(hypothesis, i).wide());
        let alpha = self.alpha.after(bank.count(hypothesis));
        [self.mean + m, kappa, alpha, beta]
    }

    /// What a hypothesis knows of the mean.
    fn posterior(&self, bank: &Grouped<F>, hypothesis: usize) -> StudentT {
        let [location, kappa, alpha, beta] = self.learned(bank, hypothesis);
        StudentT {
            nu: 2.0 * alpha,
            location,
            scale: libm::sqrt(beta / alpha / kappa),
        }
    }

    fn predictive_of(&self, bank: &Grouped<F>, hypothesis: usize, weight: f64) -> StudentT {
        let [location, kappa, alpha, beta] = self.learned(bank, hypothesis);
        StudentT {
            nu: 2.0 * alpha,
            location,
            scale: libm::sqrt(beta / alpha * (1.0 / kappa + 1.0 / weight)),
        }
    }
}

impl<F: Real> GroupedModel<F> for HeteroscedasticGaussian<F> {
    type Obs = F;
    const COUNTED: bool = true;

    fn width(&self) -> usize {
        WIDTH
    }

    #[inline(always)]
    fn admits(&self, x: Observation<'_, F>) -> Result<(), ObservationError> {
        self.admits_beside(x.side)?;
        check_finite(*x.value)
    }

    fn admits_beside(&self, side: &SideInformation<'_>) -> Result<(), ObservationError> {
        Beside::Weight.check(side)
    }

    #[inline(always)]
    fn push_prior(&self, bank: &mut Grouped<F>) {
        bank.push(self.prior);
    }

    #[inline(always)]
    fn apply(&self, x: Observation<'_, F>, apply: impl Apply<F>) {
        let weight = number_beside(x, Beside::Weight).unwrap_or(1.0);
        let furthest = F::HUGE / F::of(weight).sqrt().max(F::one());
        let centred = *x.value - F::of(self.mean);
        let observed = Observed {
            x: centred.max(-furthest).min(furthest),
            weight: F::of(weight),
        };
        apply.counted(&self.table, &self.alpha, &observed);
    }

    fn fits(&self, count: u64, statistic: &dyn Fn(usize) -> F) -> bool {
        let statistics = [0, 1, 2, 3].map(statistic);
        if count == 0 {
            return statistics == self.prior;
        }
        let [m, kappa, beta, peak] = statistics.map(Real::wide);
        let (n, huge) = (count as f64, F::HUGE.wide());
        let expected = self.alpha.constant(n) - 0.5 * libm::log(beta);
        m.abs() <= huge
            && kappa >= self.prior[1].wide()
            && kappa <= 1.001 * (self.kappa + n * huge)
            && beta >= self.prior[2].wide()
            // |δ| is at most twice the largest observation.
            && beta <= 1.001 * (self.beta + 2.0 * huge * huge * n)
            && crate::real::near(
                F::of(peak),
                F::of(expected),
                8 * count + 128,
                F::of(LARGEST_LN),
            )
    }
}

grouped_model!(HeteroscedasticGaussian of F);

impl<F: Real> Describe for HeteroscedasticGaussian<F> {
    fn level(&self, bank: &Self::Bank, hypothesis: usize, _: usize) -> Option<Level> {
        Some(Level::of(&self.posterior(bank, hypothesis)))
    }

    fn parameters(&self, bank: &Self::Bank, hypothesis: usize) -> Vec<Parameter> {
        let [_, _, shape, scale] = self.learned(bank, hypothesis);
        alloc::vec![
            Parameter::new("mean", self.posterior(bank, hypothesis)),
            Parameter::new("variance", InverseGamma { shape, scale }),
        ]
    }

    fn add_level_to(&self, forms: &mut Forms, bank: &Self::Bank, hypothesis: usize, _: usize) {
        self.posterior(bank, hypothesis).add_to(forms, 1.0);
    }

    fn predictive(
        &self,
        bank: &Self::Bank,
        hypothesis: usize,
        _: usize,
    ) -> Option<Box<dyn Distribution>> {
        Some(Box::new(self.predictive_of(bank, hypothesis, 1.0)))
    }

    fn predictive_with(
        &self,
        bank: &Self::Bank,
        hypothesis: usize,
        _: usize,
        _: f64,
        side: &SideInformation<'_>,
    ) -> Option<Box<dyn Distribution>> {
        let weight = Beside::Weight.number(side).unwrap_or(1.0);
        Some(Box::new(self.predictive_of(bank, hypothesis, weight)))
    }

    /// Observations of weight 1.
    fn source(&self, random: &mut Random) -> Option<Source> {
        let usual = Gaussian::new(self.mean, self.kappa, self.alpha.alpha, self.beta);
        usual.ok()?.source(random)
    }
}

/// An observation, less the prior mean, and its weight. With s = κw/κ' and u = ln(β'/β):
/// ln p(x) = P + ½ ln s − (αₙ + ½) u and P' = P + (Cₙ₊₁ − Cₙ) − ½ u.
struct Observed<F> {
    x: F,
    weight: F,
}

impl<F: Real> GroupScore<F, TERMS, WIDTH> for Observed<F> {
    #[inline(always)]
    fn score<L: Group<Scalar = F>, const G: usize>(
        &self,
        terms: &[[L; TERMS]; G],
        statistics: &mut [[F::Array; WIDTH]; G],
        ln_joint: &mut [F::Array; G],
    ) {
        let (x, weight, half) = (L::splat(self.x), L::splat(self.weight), F::of(0.5));
        let mut parts = [(x, (x, x)); G];
        for g in 0..G {
            let [m, kappa, beta] = [0, 1, 2].map(|i| L::load(statistics[g][i].as_ref()));
            let total = kappa + weight;
            let gain = weight / total;
            let precision = kappa * gain;
            let delta = x - m;
            let rise = precision * (delta * delta) * half;
            parts[g] = (F::ln_normal(precision), F::growth_split(beta, rise));
            (m + delta * gain).store(statistics[g][0].as_mut());
            total.store(statistics[g][1].as_mut());
            (beta + rise).store(statistics[g][2].as_mut());
        }
        for g in 0..G {
            let (ln_precision, growth) = parts[g];
            let u = F::growth_join(growth.0, growth.1);
            let [rise, exponent] = terms[g];
            let peak = L::load(statistics[g][3].as_ref());
            let ln_joint = ln_joint[g].as_mut();
            let score = peak + ln_precision * half - exponent * u;
            (L::load(ln_joint) + score).store(ln_joint);
            (peak + (rise - u * half)).store(statistics[g][3].as_mut());
        }
    }
}
