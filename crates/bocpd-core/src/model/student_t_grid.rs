//! Student-t observations with a grid of degrees of freedom.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::bank::{Bank, Grouped};
use crate::distribution::{Distribution, Mixture, Parameter};
use crate::lanes::{Group, groups_from};
use crate::model::groups::{GroupStep, step_groups};
use crate::model::normal_inverse_gamma::NormalInverseGamma;
use crate::model::student_t::{NU, StudentKernel, WeightedPrior, neutral, simulate};
use crate::model::{Level, check_finite};
use crate::parameter::Limits;
use crate::{Isa, ObservationError, ObservationModel, ParameterError, Random, Real};

/// [`StudentT`](crate::StudentT) with unknown degrees of freedom from a finite
/// grid: a mixture of its components with weights learned by Bayes' rule.
///
/// ```text
/// p(x) = Σₖ πₖ pₖ(x)        πₖ' = πₖ pₖ(x) / p(x)
/// ```
///
/// Each hypothesis learns its own weights, from the prior at its birth.
#[derive(Clone, Debug)]
pub struct StudentTGrid<F: Real = f64> {
    prior: WeightedPrior<F>,
    kernels: Vec<StudentKernel<F>>,
    ln_prior: Vec<F>,
}

impl StudentTGrid {
    /// A model in `f64` over the degrees of freedom `nus`; `nu_prior` (uniform
    /// if `None`) need not be normalised, and an entry of 0 rules its component
    /// out.
    ///
    /// # Errors
    /// `mean` must lie in ±1e100; `kappa`, `alpha` and `beta` in
    /// [1e-100, 1e100]; there must be at least one `nu`, each at least 1 and
    /// finite; `nu_prior` must have as many entries, none negative or
    /// non-finite, and a positive sum.
    pub fn new(
        mean: f64,
        kappa: f64,
        alpha: f64,
        beta: f64,
        nus: &[f64],
        nu_prior: Option<&[f64]>,
    ) -> Result<Self, ParameterError> {
        Self::typed(mean, kappa, alpha, beta, nus, nu_prior)
    }
}

impl<F: Real> StudentTGrid<F> {
    /// [`new`](StudentTGrid::new) for any scalar type.
    ///
    /// # Errors
    /// As for `new`, with the limits of the type ([`Real::HUGE`]).
    pub fn typed(
        mean: f64,
        kappa: f64,
        alpha: f64,
        beta: f64,
        nus: &[f64],
        nu_prior: Option<&[f64]>,
    ) -> Result<Self, ParameterError> {
        let prior = WeightedPrior::new(mean, kappa, alpha, beta)?;
        if nus.is_empty() {
            return Err(ParameterError::new("length of nu", 0.0, "be at least 1"));
        }
        NU.check_all::<F>("nu", nus)?;
        let kernels = nus.iter().map(|&nu| StudentKernel::new(nu)).collect();
        WEIGHT.check_all::<F>("nu_prior", nu_prior.unwrap_or_default())?;
        check_weights(nus.len(), nu_prior)?;
        let ln_prior = match nu_prior {
            None => alloc::vec![F::of(-libm::log(nus.len() as f64)); nus.len()],
            Some(weights) => ln_normalised(weights),
        };
        Ok(Self {
            prior,
            kernels,
            ln_prior,
        })
    }
}

/// What the prior weight of one ν may be.
pub(crate) const WEIGHT: Limits = Limits::closed(0.0, f64::MAX, "be finite and not negative");

/// What has to hold for the prior weights of so many ν together.
pub(crate) fn check_weights(nus: usize, weights: Option<&[f64]>) -> Result<(), ParameterError> {
    let Some(weights) = weights else {
        return Ok(());
    };
    if weights.len() != nus {
        let (name, must) = ("length of nu_prior", "be the length of nu");
        return Err(ParameterError::new(name, weights.len() as f64, must));
    }
    let sum: f64 = weights.iter().sum();
    if !(sum > 0.0 && sum.is_finite()) {
        let (name, must) = ("sum of nu_prior", "be positive and finite");
        return Err(ParameterError::new(name, sum, must));
    }
    Ok(())
}

fn ln_normalised<F: Real>(weights: &[f64]) -> Vec<F> {
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|w| F::of(libm::log(w / sum))).collect()
}

/// Statistics of the live hypotheses, apart for each component.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(bound = "F: Real"))]
pub struct StudentTGridBank<F: Real> {
    /// m, Σw, β, ln πₖ of each.
    components: Vec<Grouped<F, 4>>,
}

/// Which of the statistics is ln πₖ.
const LN_WEIGHT: usize = 3;

impl<F: Real> ObservationModel for StudentTGrid<F> {
    type Scalar = F;
    type Obs = F;
    type Bank = StudentTGridBank<F>;

    fn bank(&self, capacity: usize) -> Self::Bank {
        let [mean, weight, beta] = neutral();
        let component = Grouped::new([mean, weight, beta, F::zero()], capacity);
        StudentTGridBank {
            components: alloc::vec![component; self.kernels.len()],
        }
    }

    #[inline(always)]
    fn check(&self, x: &F) -> Result<(), ObservationError> {
        check_finite(*x)
    }

    #[inline(always)]
    fn spawn(&self, bank: &mut Self::Bank) {
        let [mean, weight, beta] = self.prior.newborn();
        for (component, &ln_weight) in bank.components.iter_mut().zip(&self.ln_prior) {
            component.push([mean, weight, beta, ln_weight]);
        }
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
        let x = self.prior.centred(*x);
        let model = self;
        step_groups(isa, Step { model, x, bank }, ln_joint);
        Ok(())
    }

    fn is_sound(&self, bank: &Self::Bank) -> bool {
        let (k, n) = (self.kernels.len(), bank.len());
        bank.components.len() == k && bank.components.iter().all(|component| component.len() == n)
    }

    fn level(&self, bank: &Self::Bank, hypothesis: usize) -> Option<Level> {
        let components = self.posteriors(bank, hypothesis);
        Level::mixture(components.map(|(weight, _, posterior)| (weight, Some(posterior.level()))))
    }

    fn parameters(&self, bank: &Self::Bank, hypothesis: usize) -> Vec<Parameter> {
        // The same parameters under every ν, in the same order.
        let mut names = Vec::new();
        let mut mixed: Vec<Vec<(f64, Box<dyn Distribution>)>> = Vec::new();
        for (weight, _, posterior) in self.posteriors(bank, hypothesis) {
            for (i, parameter) in posterior
                .parameters("squared_scale")
                .into_iter()
                .enumerate()
            {
                if i == mixed.len() {
                    names.push(parameter.name);
                    mixed.push(Vec::new());
                }
                mixed[i].push((weight, parameter.posterior));
            }
        }
        let mixtures = mixed.into_iter().map(Mixture::new);
        let named = names.into_iter().zip(mixtures);
        named
            .filter_map(|(name, mixture)| Some(Parameter::new(name, mixture?)))
            .collect()
    }

    fn predictive(&self, bank: &Self::Bank, hypothesis: usize) -> Option<Box<dyn Distribution>> {
        let components = self
            .posteriors(bank, hypothesis)
            .map(|(weight, nu, posterior)| {
                let predictive: Box<dyn Distribution> = Box::new(posterior.predictive(nu));
                (weight, predictive)
            });
        Some(Box::new(Mixture::new(components)?))
    }

    fn simulate(&self, random: &mut Random, n: usize) -> Option<Vec<f64>> {
        let weights: Vec<(usize, f64)> = self
            .ln_prior
            .iter()
            .map(|ln_weight| libm::exp(ln_weight.wide()))
            .enumerate()
            .collect();
        let k = random.choose(&weights)?;
        let prior = self.prior.posterior(self.prior.newborn());
        simulate(&prior, self.kernels[k].nu.wide(), random, n)
    }
}

/// One observation, less the prior mean.
struct Step<'a, F: Real> {
    model: &'a StudentTGrid<F>,
    x: F,
    bank: &'a mut StudentTGridBank<F>,
}

impl<F: Real> GroupStep<F> for Step<'_, F> {
    #[inline(always)]
    fn step<L: Group<Scalar = F>, const G: usize>(
        &mut self,
        at: usize,
        ln_joint: &mut [F::Array; G],
    ) {
        let components = &mut self.bank.components;
        // ln πₖ becomes ln πₖ pₖ(x) for every component, …
        let mut largest = [L::splat(F::neg_infinity()); G];
        for (kernel, component) in self.model.kernels.iter().zip(&mut *components) {
            let statistics: &mut [_; G] = groups_from(component.live_mut(), at);
            let scores = kernel.step::<L, G, _>(&self.model.prior, self.x, statistics);
            for g in 0..G {
                let place = statistics[g][LN_WEIGHT].as_mut();
                let ln_weight = L::load(place) + scores[g];
                ln_weight.store(place);
                largest[g] = ln_weight.larger(largest[g]);
            }
        }
        // … their sum the predictive, …
        let mut sum = [L::splat(F::zero()); G];
        for component in &mut *components {
            let statistics: &mut [_; G] = groups_from(component.live_mut(), at);
            let mut parts = [(sum[0], sum[0]); G];
            for g in 0..G {
                let ln_weight = L::load(statistics[g][LN_WEIGHT].as_ref());
                parts[g] = F::exp_split(ln_weight - largest[g]);
            }
            for g in 0..G {
                sum[g] = sum[g] + F::exp_join(parts[g].0, parts[g].1);
            }
        }
        let mut ln_sum = [(sum[0], sum[0]); G];
        for g in 0..G {
            ln_sum[g] = F::ln_split(sum[g]);
        }
        for g in 0..G {
            let ln_joint = ln_joint[g].as_mut();
            sum[g] = largest[g] + F::growth_join(ln_sum[g].0, ln_sum[g].1);
            (L::load(ln_joint) + sum[g]).store(ln_joint);
        }
        // … and the weights are normalised by it.
        for component in components {
            let statistics: &mut [_; G] = groups_from(component.live_mut(), at);
            for g in 0..G {
                let ln_weight = statistics[g][LN_WEIGHT].as_mut();
                (L::load(ln_weight) - sum[g]).store(ln_weight);
            }
        }
    }
}

impl<F: Real> StudentTGrid<F> {
    /// For each component its weight, its ν and what it says of level and scale.
    fn posteriors(
        &self,
        bank: &StudentTGridBank<F>,
        hypothesis: usize,
    ) -> impl Iterator<Item = (f64, f64, NormalInverseGamma)> + Clone {
        (0..self.kernels.len()).map(move |k| {
            let [mean, weight, beta, ln_weight] = bank.components[k].row(hypothesis);
            let posterior = self.prior.posterior([mean, weight, beta]);
            (
                libm::exp(ln_weight.wide()),
                self.kernels[k].nu.wide(),
                posterior,
            )
        })
    }
}

impl<F: Real> Bank for StudentTGridBank<F> {
    #[inline(always)]
    fn len(&self) -> usize {
        self.components.first().map_or(0, Grouped::len)
    }

    fn clear(&mut self) {
        self.components.iter_mut().for_each(Grouped::clear);
    }

    fn keep(&mut self, kept: &[u32]) {
        for component in &mut self.components {
            component.keep(kept);
        }
    }
}
