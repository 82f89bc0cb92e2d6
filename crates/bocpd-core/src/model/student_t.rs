//! Student-t observations by weighted normal-gamma updates.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::bank::Grouped;
use crate::distribution::{Distribution, Forms, Level, NormalInverseGamma, Parameter};
use crate::error::{ObservationError, ParameterError, check};
use crate::lanes::Group;
use crate::model::check_finite;
use crate::observation::Observation;
use crate::observation_model::{Describe, GroupedModel, Source, grouped_model};
use crate::parameter::Limits;
use crate::random::Random;
use crate::real::Real;
use crate::score::{Apply, GroupStep, rows};

/// Observations with heavy tails: Student-t noise of known degrees of freedom
/// ν about an unknown level and scale.
///
/// There is no conjugate prior. Each hypothesis keeps normal-gamma statistics
/// and gives an observation the weight that the scale-mixture form of the
/// Student-t expects for it, so that a wild value moves it little:
///
/// ```text
/// predictive: Student-t with ν degrees of freedom, location m and
///             scale² (β/α)(κ+1)/κ
/// weight:     w = (ν+1)/(ν + δ²α/β),   δ = x − m
/// update:     κ' = κ + w   m' = m + wδ/κ'   α' = α + w/2   β' = β + ½ (κw/κ') δ²
/// ```
///
/// One pass, approximate, and dependent on the order of the observations. It
/// is the model that Fast-BOCPD 1.0 calls `StudentTNG`, with centred
/// statistics. Prefer [`Gaussian`](crate::model::Gaussian) where exact inference
/// matters more than wild values.
#[derive(Clone, Debug)]
pub struct StudentT<F: Real = f64> {
    prior: WeightedPrior<F>,
    kernel: StudentKernel<F>,
}

/// The normal-gamma prior of the weighted models.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WeightedPrior<F> {
    mean: F,
    pub(super) kappa: F,
    pub(super) alpha: F,
    beta: F,
}

impl<F: Real> WeightedPrior<F> {
    pub(crate) fn new(
        mean: f64,
        kappa: f64,
        alpha: f64,
        beta: f64,
    ) -> Result<Self, ParameterError> {
        Ok(Self {
            mean: F::of(check::location::<F>("mean", mean)?),
            kappa: F::of(check::positive::<F>("kappa", kappa)?),
            alpha: F::of(check::positive::<F>("alpha", alpha)?),
            beta: F::of(check::positive::<F>("beta", beta)?),
        })
    }

    /// What statistics m, Σw, β say of level and scale.
    pub(crate) fn posterior(&self, [mean, weight, beta]: [F; 3]) -> NormalInverseGamma {
        let weight = weight.wide();
        let (kappa, alpha) = (self.kappa.wide() + weight, self.alpha.wide() + 0.5 * weight);
        NormalInverseGamma::new(self.mean.wide() + mean.wide(), kappa, alpha, beta.wide())
    }

    /// What is absorbed in place of `x`: its distance from the prior mean, at
    /// most [`Real::HUGE`]. Weights fall with δ², so beyond that nothing
    /// distinguishes two values.
    #[inline(always)]
    pub(crate) fn centred(&self, x: F) -> F {
        let distance = x - self.mean;
        if distance > F::HUGE {
            F::HUGE
        } else if distance < -F::HUGE {
            -F::HUGE
        } else {
            distance
        }
    }

    /// Whether a hypothesis can have these m, Σw and β that has absorbed at most so many
    /// observations: m is a mean of what was absorbed, no weight is more than the `heaviest`,
    /// and β grows by at most ½ wδ² at a time.
    pub(crate) fn fits(&self, heaviest: f64, most: u64, [mean, weight, beta]: [F; 3]) -> bool {
        let (n, huge) = (most as f64, F::HUGE.wide());
        let largest = self.beta.wide() + 4.0 * huge * huge * n;
        mean.abs() <= F::HUGE * F::of(1.001)
            && weight >= F::zero()
            && weight.wide() <= 1.001 * heaviest * n
            && beta >= self.beta
            && beta.wide() <= 1.001 * largest
    }

    /// m less the prior mean, Σw, β of a newborn.
    #[inline(always)]
    pub(crate) fn newborn(&self) -> [F; 3] {
        [F::zero(), F::zero(), self.beta]
    }
}

/// The predictive and the update for one ν.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StudentKernel<F> {
    pub(crate) nu: F,
    inverse_nu: F,
    /// ln Γ((ν+1)/2) − ln Γ(ν/2) − ½ ln νπ.
    constant: F,
}

impl<F: Real> StudentKernel<F> {
    /// The kernel for degrees of freedom that were checked.
    pub(crate) fn new(nu: f64) -> Self {
        let constant = crate::math::special::ln_gamma_half_step(0.5 * nu)
            - 0.5 * libm::log(nu * core::f64::consts::PI);
        Self {
            nu: F::of(nu),
            inverse_nu: F::of(1.0 / nu),
            constant: F::of(constant),
        }
    }

    /// The largest weight: that of an observation at the centre.
    pub(crate) fn heaviest(&self) -> f64 {
        1.0 + self.inverse_nu.wide()
    }

    /// Absorbs x into m, Σw, β, and gives what [`score`](Self::score) needs.
    #[inline(always)]
    pub(crate) fn absorb<L: Group<Scalar = F>>(
        &self,
        prior: &WeightedPrior<F>,
        x: F,
        [mean, weight, beta]: [&mut F::Array; 3],
    ) -> Parts<L> {
        let (one, half) = (F::one(), F::of(0.5));
        let nu_plus = self.nu + one;
        let limit = F::max_value() * F::of(0.25);
        let m = L::load(mean.as_ref());
        let sum = L::load(weight.as_ref());
        let b = L::load(beta.as_ref());
        let kappa = sum + prior.kappa;
        let alpha = sum * half + prior.alpha;
        let delta = L::splat(x) - m;
        let square = delta * delta;
        // α/β and α/β · κ/(κ+1), the inverse of scale², by one division.
        let inverse = L::splat(one) / (b * (kappa + one));
        let scaled = square * (alpha * (kappa + one) * inverse);
        let precision = alpha * kappa * inverse;
        let ratio = square * precision * self.inverse_nu;
        // Beyond the limit of the type the density has no smaller value.
        let ratio = ratio.if_less(limit, ratio, L::splat(limit));
        let normal = precision.larger(L::splat(F::min_positive_value()));
        let parts = [F::ln_split(normal), F::growth_split(L::splat(one), ratio)];
        let w = L::splat(nu_plus) / (scaled + self.nu);
        let gain = w / (kappa + w);
        (m + gain * delta).store(mean.as_mut());
        (sum + w).store(weight.as_mut());
        (b + kappa * half * gain * square).store(beta.as_mut());
        parts
    }

    /// ln p(x).
    #[inline(always)]
    pub(crate) fn score<L: Group<Scalar = F>>(&self, [root, growth]: Parts<L>) -> L {
        let half = F::of(0.5);
        let half_nu_plus = half * (self.nu + F::one());
        let ln_peak = F::growth_join(root.0, root.1) * half + self.constant;
        let fall = F::growth_join(growth.0, growth.1) * half_nu_plus;
        ln_peak - fall
    }
}

/// Two logarithms, each begun but not finished, so that those of several groups run
/// side by side: of the precision, and of what the density falls by.
pub(crate) type Parts<L> = [(L, L); 2];

/// Degrees of freedom: 1 (Cauchy) or more, so that the weights stay bounded.
pub(crate) const NU: Limits = Limits::at_least(1.0, "be at least 1 and finite");

impl StudentT {
    /// A model in `f64`.
    ///
    /// # Errors
    /// `mean` must lie in ±1e100; `kappa`, `alpha` and `beta` in
    /// [1e-100, 1e100]; `nu` must be at least 1 and finite.
    pub fn new(
        mean: f64,
        kappa: f64,
        alpha: f64,
        beta: f64,
        nu: f64,
    ) -> Result<Self, ParameterError> {
        Self::typed(mean, kappa, alpha, beta, nu)
    }
}

impl<F: Real> StudentT<F> {
    /// [`new`](StudentT::new) for any scalar type.
    ///
    /// # Errors
    /// As for `new`, with the limits of the type ([`Real::HUGE`]).
    pub fn typed(
        mean: f64,
        kappa: f64,
        alpha: f64,
        beta: f64,
        nu: f64,
    ) -> Result<Self, ParameterError> {
        Ok(Self {
            prior: WeightedPrior::new(mean, kappa, alpha, beta)?,
            kernel: StudentKernel::new(NU.check::<F>("nu", nu)?),
        })
    }
}

/// Observations of one segment with Student-t noise, level and scale drawn
/// from `prior`.
pub(crate) fn source(prior: &NormalInverseGamma, nu: f64, random: &mut Random) -> Option<Source> {
    let (mean, scale) = prior.draw(random)?;
    let noise = rand_distr::StudentT::new(nu).ok()?;
    Some(Box::new(move |random| mean + scale * random.draw(&noise)))
}

impl<F: Real> GroupedModel<F> for StudentT<F> {
    type Obs = F;
    const COUNTED: bool = false;

    /// m less the prior mean, Σw, β.
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
        let statistics = [0, 1, 2].map(statistic);
        self.prior.fits(self.kernel.heaviest(), most, statistics)
    }
}

grouped_model!(StudentT of F);

impl<F: Real> Describe for StudentT<F> {
    fn level(&self, bank: &Self::Bank, hypothesis: usize, _: usize) -> Option<Level> {
        Some(self.prior.posterior(bank.row(hypothesis, 0)).level())
    }

    fn parameters(&self, bank: &Self::Bank, hypothesis: usize) -> Vec<Parameter> {
        let posterior = self.prior.posterior(bank.row(hypothesis, 0));
        posterior.parameters("squared_scale")
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
        Some(Box::new(posterior.predictive(self.kernel.nu.wide())))
    }

    fn source(&self, random: &mut Random) -> Option<Source> {
        let prior = self.prior.posterior(self.prior.newborn());
        source(&prior, self.kernel.nu.wide(), random)
    }
}

/// One observation, less the prior mean.
struct Step<'a, F: Real> {
    model: &'a StudentT<F>,
    x: F,
}

impl<F: Real> GroupStep<F> for Step<'_, F> {
    #[inline(always)]
    fn step<L: Group<Scalar = F>, const G: usize>(
        &self,
        statistics: &mut [F::Array],
        ln_joint: &mut [F::Array; G],
    ) {
        let StudentT { prior, kernel } = self.model;
        let statistics = rows::<_, 3, G>(statistics);
        let mut parts = [[(L::splat(self.x), L::splat(self.x)); 2]; G];
        for g in 0..G {
            parts[g] = kernel.absorb(prior, self.x, statistics[g].each_mut());
        }
        for g in 0..G {
            let ln_joint = ln_joint[g].as_mut();
            (L::load(ln_joint) + kernel.score(parts[g])).store(ln_joint);
        }
    }
}
