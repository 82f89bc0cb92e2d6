//! Student-t observations by weighted normal-gamma updates.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::bank::{Bank, Grouped};
use crate::distribution::{Distribution, Parameter};
use crate::error::check;
use crate::lanes::{Group, groups_from};
use crate::model::groups::{GroupStep, step_groups};
use crate::model::normal_inverse_gamma::NormalInverseGamma;
use crate::model::{Level, check_finite};
use crate::parameter::Limits;
use crate::{Isa, ObservationError, ObservationModel, ParameterError, Random, Real};

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
/// statistics. Prefer [`Gaussian`](crate::Gaussian) where exact inference
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
    kappa: F,
    alpha: F,
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

    /// m less the prior mean, Σw, β of a newborn.
    #[inline(always)]
    pub(crate) fn newborn(&self) -> [F; 3] {
        [F::zero(), F::zero(), self.beta]
    }
}

/// Values of m, Σw, β that padding may hold.
pub(crate) fn neutral<F: Real>() -> [F; 3] {
    [F::zero(), F::zero(), F::one()]
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

    /// ln p(x), and x absorbed into the first three statistics, for `G` groups side by
    /// side.
    #[inline(always)]
    pub(crate) fn step<L: Group<Scalar = F>, const G: usize, const N: usize>(
        &self,
        prior: &WeightedPrior<F>,
        x: F,
        statistics: &mut [[F::Array; N]; G],
    ) -> [L; G] {
        let (one, half) = (F::one(), F::of(0.5));
        let nu_plus = self.nu + one;
        let half_nu_plus = half * nu_plus;
        let limit = F::max_value() * F::of(0.25);
        let mut parts = [[(L::splat(x), L::splat(x)); 2]; G];
        for g in 0..G {
            let statistics = &mut statistics[g];
            let m = L::load(statistics[0].as_ref());
            let sum = L::load(statistics[1].as_ref());
            let b = L::load(statistics[2].as_ref());
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
            parts[g] = [F::ln_split(normal), F::growth_split(L::splat(one), ratio)];
            let w = L::splat(nu_plus) / (scaled + self.nu);
            let gain = w / (kappa + w);
            (m + gain * delta).store(statistics[0].as_mut());
            (sum + w).store(statistics[1].as_mut());
            (b + kappa * half * gain * square).store(statistics[2].as_mut());
        }
        let mut scores = [L::splat(x); G];
        for g in 0..G {
            let [root, growth] = parts[g];
            let ln_peak = F::growth_join(root.0, root.1) * half + self.constant;
            let fall = F::growth_join(growth.0, growth.1) * half_nu_plus;
            scores[g] = ln_peak - fall;
        }
        scores
    }
}

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
pub(crate) fn simulate(
    prior: &NormalInverseGamma,
    nu: f64,
    random: &mut Random,
    n: usize,
) -> Option<Vec<f64>> {
    let (mean, scale) = prior.draw(random)?;
    let noise = rand_distr::StudentT::new(nu).ok()?;
    Some((0..n).map(|_| mean + scale * random.draw(&noise)).collect())
}

/// Statistics of the live hypotheses.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(bound = "F: Real"))]
pub struct StudentTBank<F: Real> {
    /// m, Σw, β.
    statistics: Grouped<F, 3>,
}

impl<F: Real> ObservationModel for StudentT<F> {
    type Scalar = F;
    type Obs = F;
    type Bank = StudentTBank<F>;

    fn bank(&self, capacity: usize) -> Self::Bank {
        StudentTBank {
            statistics: Grouped::new(neutral(), capacity),
        }
    }

    #[inline(always)]
    fn check(&self, x: &F) -> Result<(), ObservationError> {
        check_finite(*x)
    }

    #[inline(always)]
    fn spawn(&self, bank: &mut Self::Bank) {
        bank.statistics.push(self.prior.newborn());
    }

    observe_on_best!();

    #[inline(always)]
    fn observe_on(
        &self,
        isa: Isa,
        bank: &mut Self::Bank,
        x: &F,
        ln_joint: &mut [F],
    ) -> Result<(), ObservationError> {
        let step = Step {
            model: self,
            x: self.prior.centred(*x),
            statistics: bank.statistics.live_mut(),
        };
        step_groups(isa, step, ln_joint);
        Ok(())
    }

    fn level(&self, bank: &Self::Bank, hypothesis: usize) -> Option<Level> {
        Some(
            self.prior
                .posterior(bank.statistics.row(hypothesis))
                .level(),
        )
    }

    fn parameters(&self, bank: &Self::Bank, hypothesis: usize) -> Vec<Parameter> {
        let posterior = self.prior.posterior(bank.statistics.row(hypothesis));
        posterior.parameters("squared_scale")
    }

    fn predictive(&self, bank: &Self::Bank, hypothesis: usize) -> Option<Box<dyn Distribution>> {
        let posterior = self.prior.posterior(bank.statistics.row(hypothesis));
        Some(Box::new(posterior.predictive(self.kernel.nu.wide())))
    }

    fn simulate(&self, random: &mut Random, n: usize) -> Option<Vec<f64>> {
        let prior = self.prior.posterior(self.prior.newborn());
        simulate(&prior, self.kernel.nu.wide(), random, n)
    }
}

/// One observation, less the prior mean.
struct Step<'a, F: Real> {
    model: &'a StudentT<F>,
    x: F,
    statistics: &'a mut [[F::Array; 3]],
}

impl<F: Real> GroupStep<F> for Step<'_, F> {
    #[inline(always)]
    fn step<L: Group<Scalar = F>, const G: usize>(
        &mut self,
        at: usize,
        ln_joint: &mut [F::Array; G],
    ) {
        let StudentT { prior, kernel } = self.model;
        let statistics = groups_from(self.statistics, at);
        let scores = kernel.step::<L, G, _>(prior, self.x, statistics);
        for g in 0..G {
            let ln_joint = ln_joint[g].as_mut();
            (L::load(ln_joint) + scores[g]).store(ln_joint);
        }
    }
}

impl<F: Real> Bank for StudentTBank<F> {
    #[inline(always)]
    fn len(&self) -> usize {
        self.statistics.len()
    }

    fn clear(&mut self) {
        self.statistics.clear();
    }

    fn keep(&mut self, kept: &[u32]) {
        self.statistics.keep(kept);
    }
}
