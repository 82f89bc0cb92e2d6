//! Gaussian observations by weighted updates.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::student_t::WeightedPrior;
use crate::bank::Grouped;
use crate::distribution::{Distribution, Forms, Level, Parameter};
use crate::error::{ObservationError, ParameterError};
use crate::lanes::{Group, Lanes};
use crate::math::special::HALF_LN_TWO_PI;
use crate::model::check_finite;
use crate::observation::Observation;
use crate::observation_model::{Describe, GroupedModel, Source, grouped_model};
use crate::parameter::Limits;
use crate::random::Random;
use crate::real::Real;
use crate::score::{Apply, GroupStep, rows};

/// Gaussian observations with unknown mean and variance, of which each enters with a power
/// of its likelihood that falls with its distance, so that a wild value moves a segment
/// little.
///
/// ```text
/// predictive: Student-t with 2α degrees of freedom, location m and
///             scale² s² = β(κ+1)/(ακ)
/// power:      ω = 1/(1 + δ²/(c²s²)),   δ = x − m
/// update:     κ' = κ + ω   m' = m + ωδ/κ'   α' = α + ω/2   β' = β + ½ (κω/κ') δ²
/// ```
///
/// The update is the conjugate one for the likelihood to the power ω. Duran-Martin et al.
/// (2024), *Outlier-robust Kalman filtering through generalised Bayes* (WoLF, the inverse
/// multiquadric weight), with the scale of the predictive in the place of that of the noise,
/// which is not known here. Scores are the predictive itself, with power 1: so it stays a
/// density, and a wild value is still better explained by a new segment than by an old one,
/// unless the model is one [with outliers](crate::outliers).
///
/// One pass, dependent on the order of the observations. Ordinary observations lose some of
/// their weight too: at c = 4 a normal one has 0.94 on average, and the variance is found
/// some 15 % too small.
#[derive(Clone, Debug)]
pub struct WeightedGaussian<F: Real = f64> {
    prior: WeightedPrior<F>,
    /// 1/c².
    inverse_square: F,
}

/// c.
pub(crate) const CUTOFF: Limits = Limits::closed(0.01, 1e6, "lie in [0.01, 1e6]");

impl WeightedGaussian {
    /// A model in `f64`, with the prior of the [`Gaussian`](crate::model::Gaussian) one.
    /// `cutoff` is c: an observation so many predictive scales away has half its weight.
    ///
    /// # Errors
    /// `mean` must lie in ±1e100; `kappa`, `alpha` and `beta` in [1e-100, 1e100]; `cutoff`
    /// in [0.01, 1e6].
    pub fn new(
        mean: f64,
        kappa: f64,
        alpha: f64,
        beta: f64,
        cutoff: f64,
    ) -> Result<Self, ParameterError> {
        Self::typed(mean, kappa, alpha, beta, cutoff)
    }
}

impl<F: Real> WeightedGaussian<F> {
    /// [`new`](WeightedGaussian::new) for any scalar type.
    ///
    /// # Errors
    /// As for `new`, with the limits of the type ([`Real::HUGE`]).
    pub fn typed(
        mean: f64,
        kappa: f64,
        alpha: f64,
        beta: f64,
        cutoff: f64,
    ) -> Result<Self, ParameterError> {
        let cutoff = CUTOFF.check::<F>("cutoff", cutoff)?;
        Ok(Self {
            prior: WeightedPrior::new(mean, kappa, alpha, beta)?,
            inverse_square: F::of(1.0 / (cutoff * cutoff)),
        })
    }
}

impl<F: Real> GroupedModel<F> for WeightedGaussian<F> {
    type Obs = F;
    const COUNTED: bool = false;

    /// m less the prior mean, Σω, β.
    fn width(&self) -> usize {
        3
    }

    #[inline(always)]
    fn admits(&self, x: Observation<'_, F>) -> Result<(), ObservationError> {
        let x = x.alone()?;
        check_finite(*x)
    }

    #[inline(always)]
    fn push_prior(&self, bank: &mut Grouped<F>) {
        bank.push(self.prior.newborn());
    }

    #[inline(always)]
    fn apply(&self, x: Observation<'_, F>, apply: impl Apply<F>) {
        let x = self.prior.centred(*x.value);
        apply.plain(&Step { model: self, x });
    }

    fn fits(&self, most: u64, statistic: &dyn Fn(usize) -> F) -> bool {
        self.prior.fits(1.0, most, [0, 1, 2].map(statistic))
    }
}

grouped_model!(WeightedGaussian of F);

impl<F: Real> Describe for WeightedGaussian<F> {
    fn level(&self, bank: &Self::Bank, hypothesis: usize, _: usize) -> Option<Level> {
        Some(self.prior.posterior(bank.row(hypothesis, 0)).level())
    }

    fn parameters(&self, bank: &Self::Bank, hypothesis: usize) -> Vec<Parameter> {
        let posterior = self.prior.posterior(bank.row(hypothesis, 0));
        posterior.parameters("variance")
    }

    fn add_level_to(&self, forms: &mut Forms, bank: &Self::Bank, hypothesis: usize, _: usize) {
        let posterior = self.prior.posterior(bank.row(hypothesis, 0));
        posterior.mean().add_to(forms, 1.0);
    }

    fn predictive(
        &self,
        bank: &Self::Bank,
        hypothesis: usize,
        _: usize,
    ) -> Option<Box<dyn Distribution>> {
        let posterior = self.prior.posterior(bank.row(hypothesis, 0));
        Some(Box::new(posterior.predictive(2.0 * posterior.alpha)))
    }

    fn source(&self, random: &mut Random) -> Option<Source> {
        let prior = self.prior.posterior(self.prior.newborn());
        let (mean, sd) = prior.draw(random)?;
        let noise = rand_distr::Normal::new(mean, sd).ok()?;
        Some(Box::new(move |random| random.draw(&noise)))
    }
}

/// From here on Γ(α + ½)/Γ(α) by its asymptotic series, below by Γ(α + 1) = α Γ(α).
const SERIES_FROM: f64 = 16.0;

/// Γ(α + ½)/Γ(α) as √(a b) eᶜ: a, b and c.
#[inline(always)]
fn half_step<F: Real, L: Lanes<Scalar = F>>(alpha: L) -> (L, L, L) {
    let (one, half) = (L::splat(F::one()), F::of(0.5));
    // A large α has no steps to take, and their product no room.
    let small = alpha.if_less(F::of(SERIES_FROM), alpha, one);
    let (mut below, mut above) = (small, small + half);
    let mut next = small;
    for _ in 1..16 {
        next = next + F::one();
        below = below * next;
        above = above * (next + half);
    }
    let ratio = alpha.if_less(F::of(SERIES_FROM), below / above, one);
    let base = alpha.if_less(F::of(SERIES_FROM), alpha + F::of(SERIES_FROM), alpha);
    let r = one / base;
    let r2 = r * r;
    let mut series = L::splat(F::of(-31.0 / 18_432.0));
    for coefficient in [17.0 / 14_336.0, -1.0 / 640.0, 1.0 / 192.0, -1.0 / 8.0] {
        series = series * r2 + F::of(coefficient);
    }
    (base, ratio * ratio, series * r)
}

/// One observation, less the prior mean.
struct Step<'a, F: Real> {
    model: &'a WeightedGaussian<F>,
    x: F,
}

impl<F: Real> GroupStep<F> for Step<'_, F> {
    #[inline(always)]
    fn step<L: Group<Scalar = F>, const G: usize>(
        &self,
        statistics: &mut [F::Array],
        ln_joint: &mut [F::Array; G],
    ) {
        let WeightedGaussian {
            prior,
            inverse_square,
        } = self.model;
        let statistics = rows::<_, 3, G>(statistics);
        let (one, half) = (F::one(), F::of(0.5));
        let least = L::splat(F::min_positive_value());
        let limit = F::max_value() * F::of(0.25);
        for g in 0..G {
            let [mean, weight, beta] = statistics[g].each_mut();
            let m = L::load(mean.as_ref());
            let sum = L::load(weight.as_ref());
            let b = L::load(beta.as_ref());
            let kappa = sum + prior.kappa;
            let alpha = sum * half + prior.alpha;
            let delta = L::splat(self.x) - m;
            let square = delta * delta;
            // κ/(β(κ+1)), and α times it: the inverse of scale².
            let flat = kappa / (b * (kappa + one));
            let w = L::splat(one) / (square * (alpha * flat) * *inverse_square + one);
            let gain = w / (kappa + w);
            (m + gain * delta).store(mean.as_mut());
            (sum + w).store(weight.as_mut());
            (b + kappa * half * gain * square).store(beta.as_mut());

            // Beyond the limit of the type the density has no smaller value.
            let rise = square * flat * half;
            let rise = rise.if_less(limit, rise, L::splat(limit));
            let (base, ratio, series) = half_step(alpha);
            let peak = F::ln_normal(flat.larger(least))
                + F::ln_normal(base)
                + F::ln_normal(ratio.larger(least));
            let fall = F::ln_1p_positive(rise) * (alpha + half);
            let score = peak * half + (series - F::of(HALF_LN_TWO_PI)) - fall;
            let ln_joint = ln_joint[g].as_mut();
            (L::load(ln_joint) + score).store(ln_joint);
        }
    }
}
