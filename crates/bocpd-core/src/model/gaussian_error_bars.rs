//! Measurements with error bars.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::GaussianKnownVariance;
use crate::bank::Grouped;
use crate::distribution::{Distribution, Forms, Level, Normal, Parameter};
use crate::error::{ObservationError, ParameterError, check};
use crate::lanes::Group;
use crate::math::special::HALF_LN_TWO_PI;
use crate::model::check_finite;
use crate::observation::{Beside, Observation, SideInformation, number_beside};
use crate::observation_model::{Describe, GroupedModel, Source, grouped_model};
use crate::random::Random;
use crate::real::Real;
use crate::score::{Apply, GroupStep, rows};

/// Gaussian observations, each with a standard deviation of its own that is known, and a normal
/// prior on their mean.
///
/// ```text
/// x | μ ~ N(μ, sd²),   μ ~ N(mean, level_variance),   sd the error bar of this observation
///
/// with the precision P, at first 1/level_variance, and δ = x − m before x is absorbed:
///   P' = P + 1/sd²   m' = m + δ/(sd² P')
///
/// predictive: normal with mean m and variance 1/P + sd²
/// ```
///
/// Gelman et al., *Bayesian Data Analysis* (3rd ed.), §2.5. An observation that comes without
/// an error bar has one of √`variance`, so that without any this is the
/// [`GaussianKnownVariance`] model. Levels are kept relative to the prior mean. Observations
/// further than [`Real::HUGE`] from it are scored and absorbed as if they were that far.
#[derive(Clone, Debug)]
pub struct GaussianErrorBars<F: Real = f64> {
    mean: f64,
    level_variance: f64,
    variance: f64,
    /// m and P of the prior.
    prior: [F; 2],
}

impl GaussianErrorBars {
    /// A model in `f64`. `level_variance` is the variance of the prior on the level, `variance`
    /// that of an observation without an error bar.
    ///
    /// # Errors
    /// `mean` must lie in ±1e100; `level_variance` and `variance` in [1e-100, 1e100].
    pub fn new(mean: f64, level_variance: f64, variance: f64) -> Result<Self, ParameterError> {
        Self::typed(mean, level_variance, variance)
    }
}

impl<F: Real> GaussianErrorBars<F> {
    /// [`new`](GaussianErrorBars::new) for any scalar type.
    ///
    /// # Errors
    /// As for `new`, with the limits of the type ([`Real::HUGE`]).
    pub fn typed(mean: f64, level_variance: f64, variance: f64) -> Result<Self, ParameterError> {
        let level_variance = check::positive::<F>("level_variance", level_variance)?;
        Ok(Self {
            mean: check::location::<F>("mean", mean)?,
            level_variance,
            variance: check::positive::<F>("variance", variance)?,
            prior: [F::zero(), F::of(1.0 / level_variance)],
        })
    }

    /// What a hypothesis knows of the mean.
    fn posterior(&self, bank: &Grouped<F>, hypothesis: usize) -> Normal {
        let [m, precision] = bank.row(hypothesis, 0).map(Real::wide);
        Normal {
            mean: self.mean + m,
            sd: 1.0 / libm::sqrt(precision),
        }
    }

    /// The square of an error bar, or what is taken without one.
    #[inline(always)]
    fn square(&self, sd: Option<f64>) -> f64 {
        sd.map_or(self.variance, |sd| sd * sd)
    }

    fn predictive_of(&self, bank: &Grouped<F>, hypothesis: usize, sd: Option<f64>) -> Normal {
        let level = self.posterior(bank, hypothesis);
        let variance = level.sd * level.sd + self.square(sd);
        Normal {
            mean: level.mean,
            sd: libm::sqrt(variance),
        }
    }
}

impl<F: Real> GroupedModel<F> for GaussianErrorBars<F> {
    type Obs = F;
    const COUNTED: bool = false;

    /// m less the prior mean, P.
    fn width(&self) -> usize {
        2
    }

    #[inline(always)]
    fn admits(&self, x: Observation<'_, F>) -> Result<(), ObservationError> {
        self.admits_beside(x.side)?;
        check_finite(*x.value)
    }

    fn admits_beside(&self, side: &SideInformation<'_>) -> Result<(), ObservationError> {
        Beside::Sd.check(side)
    }

    #[inline(always)]
    fn push_prior(&self, bank: &mut Grouped<F>) {
        bank.push(self.prior);
    }

    #[inline(always)]
    fn apply(&self, x: Observation<'_, F>, apply: impl Apply<F>) {
        let centred = *x.value - F::of(self.mean);
        let variance = self.square(number_beside(x, Beside::Sd));
        apply.plain(&Observed {
            x: centred.max(-F::HUGE).min(F::HUGE),
            precision: F::of(1.0 / variance),
        });
    }

    fn fits(&self, most: u64, statistic: &dyn Fn(usize) -> F) -> bool {
        let [m, precision] = [0, 1].map(statistic);
        let largest = self.prior[1].wide() + most as f64 * F::HUGE.wide();
        m.abs() <= F::HUGE && precision >= self.prior[1] && precision.wide() <= 1.001 * largest
    }
}

grouped_model!(GaussianErrorBars of F);

impl<F: Real> Describe for GaussianErrorBars<F> {
    fn level(&self, bank: &Self::Bank, hypothesis: usize, _: usize) -> Option<Level> {
        Some(Level::of(&self.posterior(bank, hypothesis)))
    }

    fn parameters(&self, bank: &Self::Bank, hypothesis: usize) -> Vec<Parameter> {
        alloc::vec![Parameter::new("mean", self.posterior(bank, hypothesis))]
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
        Some(Box::new(self.predictive_of(bank, hypothesis, None)))
    }

    fn predictive_with(
        &self,
        bank: &Self::Bank,
        hypothesis: usize,
        _: usize,
        _: f64,
        side: &SideInformation<'_>,
    ) -> Option<Box<dyn Distribution>> {
        Some(Box::new(self.predictive_of(
            bank,
            hypothesis,
            Beside::Sd.number(side),
        )))
    }

    /// Observations without error bars.
    fn source(&self, random: &mut Random) -> Option<Source> {
        let kappa = (self.variance / self.level_variance).clamp(1e-100, 1e100);
        let usual = GaussianKnownVariance::new(self.mean, kappa, self.variance);
        usual.ok()?.source(random)
    }
}

/// An observation, less the prior mean, and 1/sd².
struct Observed<F> {
    x: F,
    precision: F,
}

impl<F: Real> GroupStep<F> for Observed<F> {
    #[inline(always)]
    fn step<L: Group<Scalar = F>, const G: usize>(
        &self,
        statistics: &mut [F::Array],
        ln_joint: &mut [F::Array; G],
    ) {
        let statistics = rows::<_, 2, G>(statistics);
        let (x, w) = (L::splat(self.x), L::splat(self.precision));
        let (half, constant) = (F::of(0.5), F::of(-HALF_LN_TWO_PI));
        for g in 0..G {
            let [m, precision] = [0, 1].map(|i| L::load(statistics[g][i].as_ref()));
            let total = precision + w;
            let gain = w / total;
            // 1/(1/P + sd²).
            let predictive = precision * gain;
            let delta = x - m;
            let score = (F::ln_normal(predictive) - predictive * (delta * delta)) * half + constant;
            let ln_joint = ln_joint[g].as_mut();
            (L::load(ln_joint) + score).store(ln_joint);
            (m + delta * gain).store(statistics[g][0].as_mut());
            total.store(statistics[g][1].as_mut());
        }
    }
}
