//! Student-t observations with a grid of degrees of freedom.

use alloc::boxed::Box;
use alloc::vec::Vec;

use smallvec::SmallVec;

use crate::bank::Grouped;
use crate::distribution::{Distribution, Forms, Level, Mixture, NormalInverseGamma, Parameter};
use crate::error::{ObservationError, ParameterError};
use crate::lanes::Group;
use crate::model::check_finite;
use crate::model::student_t::{NU, StudentKernel, WeightedPrior, source};
use crate::observation::Observation;
use crate::observation_model::{Describe, GroupedModel, Source, grouped_model};
use crate::parameter::Limits;
use crate::random::Random;
use crate::real::Real;
use crate::score::{Apply, GroupStep};

/// [`StudentT`](crate::model::StudentT) with unknown degrees of freedom from a finite
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

/// Statistics of one component: m less the prior mean, Σw, β, ln πₖ.
const WIDTH: usize = 4;

/// Which of them is ln πₖ.
const LN_WEIGHT: usize = 3;

impl<F: Real> GroupedModel<F> for StudentTGrid<F> {
    type Obs = F;
    const COUNTED: bool = false;

    /// Those of one component after the other.
    fn width(&self) -> usize {
        WIDTH * self.kernels.len()
    }

    #[inline(always)]
    fn admits(&self, x: Observation<'_, F>) -> Result<(), ObservationError> {
        let x = x.alone()?;
        check_finite(*x)
    }

    #[inline(always)]
    fn push_prior(&self, bank: &mut Grouped<F>) {
        let [mean, weight, beta] = self.prior.newborn();
        let components = self.ln_prior.iter();
        bank.push_all(components.flat_map(|&ln_weight| [mean, weight, beta, ln_weight]));
    }

    #[inline(always)]
    fn apply(&self, x: Observation<'_, F>, apply: impl Apply<F>) {
        let x = self.prior.centred(*x.value);
        apply.plain(&Step { model: self, x });
    }

    fn fits(&self, most: u64, statistic: &dyn Fn(usize) -> F) -> bool {
        // Rounding may leave a weight a little above 1, and all of them a little below what
        // the largest has at least; what is ruled out stays so.
        let (mut largest, rounding) = (F::neg_infinity(), F::of(0.01));
        let components = self.kernels.iter().zip(&self.ln_prior).enumerate();
        let fit = components.fold(true, |fit, (k, (kernel, ln_prior))| {
            let ln_weight = statistic(WIDTH * k + LN_WEIGHT);
            largest = ln_weight.vmax(largest);
            fit && self.prior.fits(
                kernel.heaviest(),
                most,
                [0, 1, 2].map(|i| statistic(WIDTH * k + i)),
            ) && ln_weight <= rounding
                && (*ln_prior > F::neg_infinity() || ln_weight == F::neg_infinity())
        });
        let least = -libm::log(self.kernels.len() as f64) - 1.0;
        fit && largest >= F::of(least) - rounding
    }
}

grouped_model!(StudentTGrid of F);

impl<F: Real> Describe for StudentTGrid<F> {
    fn level(&self, bank: &Self::Bank, hypothesis: usize, _: usize) -> Option<Level> {
        let components = self.posteriors(bank, hypothesis);
        let levels: SmallVec<[_; 8]> = components
            .map(|(ln_weight, _, posterior)| (libm::exp(ln_weight), Some(posterior.level())))
            .collect();
        Level::mixture(levels.iter().copied())
    }

    fn parameters(&self, bank: &Self::Bank, hypothesis: usize) -> Vec<Parameter> {
        // The same parameters under every ν, in the same order.
        let mut names = Vec::new();
        let mut mixed: Vec<Vec<(f64, Box<dyn Distribution>)>> = Vec::new();
        for (ln_weight, _, posterior) in self.posteriors(bank, hypothesis) {
            for (i, parameter) in posterior
                .parameters("squared_scale")
                .into_iter()
                .enumerate()
            {
                if i == mixed.len() {
                    names.push(parameter.name);
                    mixed.push(Vec::new());
                }
                mixed[i].push((ln_weight, parameter.posterior));
            }
        }
        let mixtures = mixed.into_iter().map(Mixture::with_ln_weights);
        let named = names.into_iter().zip(mixtures);
        named
            .filter_map(|(name, mixture)| Some(Parameter::new(name, mixture?)))
            .collect()
    }

    fn add_level_to(&self, forms: &mut Forms, bank: &Self::Bank, hypothesis: usize, _: usize) {
        for (ln_weight, _, posterior) in self.posteriors(bank, hypothesis) {
            posterior.mean().add_to(forms, libm::exp(ln_weight));
        }
    }

    fn predictive(
        &self,
        bank: &Self::Bank,
        hypothesis: usize,
        _: usize,
    ) -> Option<Box<dyn Distribution>> {
        let components = self
            .posteriors(bank, hypothesis)
            .map(|(ln_weight, nu, posterior)| {
                let predictive: Box<dyn Distribution> = Box::new(posterior.predictive(nu));
                (ln_weight, predictive)
            });
        Some(Box::new(Mixture::with_ln_weights(components)?))
    }

    fn model_probabilities(&self, bank: &Self::Bank, hypothesis: usize) -> Vec<f64> {
        let each = self.posteriors(bank, hypothesis);
        each.map(|(ln_weight, _, _)| libm::exp(ln_weight).min(1.0))
            .collect()
    }

    fn source(&self, random: &mut Random) -> Option<Source> {
        let weights: Vec<(usize, f64)> = self
            .ln_prior
            .iter()
            .map(|ln_weight| libm::exp(ln_weight.wide()))
            .enumerate()
            .collect();
        let k = random.choose(&weights)?;
        let prior = self.prior.posterior(self.prior.newborn());
        source(&prior, self.kernels[k].nu.wide(), random)
    }
}

/// One observation, less the prior mean.
struct Step<'a, F: Real> {
    model: &'a StudentTGrid<F>,
    x: F,
}

impl<F: Real> GroupStep<F> for Step<'_, F> {
    #[inline(always)]
    fn step<L: Group<Scalar = F>, const G: usize>(
        &self,
        statistics: &mut [F::Array],
        ln_joint: &mut [F::Array; G],
    ) {
        let StudentTGrid { prior, kernels, .. } = self.model;
        // Of one group all components, then those of the next group.
        let components = statistics.as_chunks_mut::<WIDTH>().0;
        let k = kernels.len();
        // ln πₖ becomes ln πₖ pₖ(x) for every component, …
        let mut largest = [L::splat(F::neg_infinity()); G];
        for (i, kernel) in kernels.iter().enumerate() {
            let mut parts = [[(L::splat(self.x), L::splat(self.x)); 2]; G];
            for g in 0..G {
                let [mean, weight, beta, _] = components[g * k + i].each_mut();
                parts[g] = kernel.absorb(prior, self.x, [mean, weight, beta]);
            }
            for g in 0..G {
                let place = components[g * k + i][LN_WEIGHT].as_mut();
                let ln_weight = L::load(place) + kernel.score(parts[g]);
                ln_weight.store(place);
                largest[g] = ln_weight.larger(largest[g]);
            }
        }
        // … their sum the predictive, …
        let mut sum = [L::splat(F::zero()); G];
        for i in 0..k {
            let mut parts = [(sum[0], sum[0]); G];
            for g in 0..G {
                let ln_weight = L::load(components[g * k + i][LN_WEIGHT].as_ref());
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
        for i in 0..k {
            for g in 0..G {
                let ln_weight = components[g * k + i][LN_WEIGHT].as_mut();
                (L::load(ln_weight) - sum[g]).store(ln_weight);
            }
        }
    }
}

impl<F: Real> StudentTGrid<F> {
    /// For each component ln of its weight, its ν and what it says of level and scale.
    fn posteriors(
        &self,
        bank: &Grouped<F>,
        hypothesis: usize,
    ) -> impl Iterator<Item = (f64, f64, NormalInverseGamma)> + Clone {
        (0..self.kernels.len()).map(move |k| {
            let [mean, weight, beta, ln_weight] = bank.row(hypothesis, WIDTH * k);
            let posterior = self.prior.posterior([mean, weight, beta]);
            (ln_weight.wide(), self.kernels[k].nu.wide(), posterior)
        })
    }
}
