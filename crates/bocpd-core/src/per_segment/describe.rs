//! What a choice among models says beyond the filter: mixtures of what the models say.

use alloc::boxed::Box;
use alloc::vec::Vec;

use libm::exp;

use super::{PerSegment, PerSegmentBank};
use crate::distribution::{Distribution, Mixture, Parameter};
use crate::observation::SideInformation;
use crate::observation_model::{Describe, Source};
use crate::random::Random;

impl<M: Describe<Scalar = f64>> PerSegment<M> {
    /// The mixture of what all models say under a hypothesis; `None` if one cannot say.
    fn mixed(
        &self,
        bank: &PerSegmentBank<M::Bank>,
        hypothesis: usize,
        of: impl Fn(&M, &M::Bank) -> Option<Box<dyn Distribution>>,
    ) -> Option<Box<dyn Distribution>> {
        let ln_weights = bank.ln_weights_of(hypothesis);
        let each = self.models.iter().zip(&bank.inner).zip(ln_weights);
        let components: Option<Vec<_>> = each
            .map(|((model, inner), ln_weight)| Some((ln_weight, of(model, inner)?)))
            .collect();
        Some(Box::new(Mixture::with_ln_weights(components?)?))
    }
}

impl<M: Describe<Scalar = f64>> Describe for PerSegment<M> {
    fn dimension(&self) -> usize {
        self.models[0].dimension()
    }

    fn features(&self) -> usize {
        self.models[0].features()
    }

    /// Those that all models have, by name and dimension.
    fn parameters(&self, bank: &PerSegmentBank<M::Bank>, hypothesis: usize) -> Vec<Parameter> {
        let of = |(model, inner): (&M, &M::Bank)| model.parameters(inner, hypothesis);
        let mut each: Vec<Vec<Parameter>> = self.models.iter().zip(&bank.inner).map(of).collect();
        let ln_weights = bank.ln_weights_of(hypothesis);
        let names: Vec<_> = each[0].iter().map(|p| (p.name, p.dimension)).collect();
        let mut mixed = Vec::new();
        for (name, dimension) in names {
            let mut components = Vec::new();
            for (parameters, &ln_weight) in each.iter_mut().zip(&ln_weights) {
                let is_it = |p: &Parameter| (p.name, p.dimension) == (name, dimension);
                if let Some(at) = parameters.iter().position(is_it) {
                    components.push((ln_weight, parameters.swap_remove(at).posterior));
                }
            }
            if components.len() == self.models.len()
                && let Some(mixture) = Mixture::with_ln_weights(components)
            {
                mixed.push(Parameter::new(name, mixture).of_dimension(dimension));
            }
        }
        mixed
    }

    fn predictive(
        &self,
        bank: &PerSegmentBank<M::Bank>,
        hypothesis: usize,
        dimension: usize,
    ) -> Option<Box<dyn Distribution>> {
        self.mixed(bank, hypothesis, |model, inner| {
            model.predictive(inner, hypothesis, dimension)
        })
    }

    fn predictive_after(
        &self,
        bank: &PerSegmentBank<M::Bank>,
        hypothesis: usize,
        dimension: usize,
        elapsed: f64,
    ) -> Option<Box<dyn Distribution>> {
        self.mixed(bank, hypothesis, |model, inner| {
            model.predictive_after(inner, hypothesis, dimension, elapsed)
        })
    }

    fn predictive_with(
        &self,
        bank: &PerSegmentBank<M::Bank>,
        hypothesis: usize,
        dimension: usize,
        elapsed: f64,
        side: &SideInformation<'_>,
    ) -> Option<Box<dyn Distribution>> {
        self.mixed(bank, hypothesis, |model, inner| {
            model.predictive_with(inner, hypothesis, dimension, elapsed, side)
        })
    }

    fn model_probabilities(&self, bank: &PerSegmentBank<M::Bank>, hypothesis: usize) -> Vec<f64> {
        let ln_weights = bank.ln_weights_of(hypothesis).into_iter();
        ln_weights
            .map(|ln_weight| exp(ln_weight).min(1.0))
            .collect()
    }

    fn simulate(&self, random: &mut Random, n: usize) -> Option<Vec<f64>> {
        self.draw(random).simulate(random, n)
    }

    fn source(&self, random: &mut Random) -> Option<Source> {
        self.draw(random).source(random)
    }
}

impl<M: Describe<Scalar = f64>> PerSegment<M> {
    /// One of the models, with its prior probability.
    fn draw(&self, random: &mut Random) -> &M {
        let mut left = random.uniform();
        for (model, ln_prior) in self.models.iter().zip(&self.ln_prior) {
            left -= exp(*ln_prior);
            if left < 0.0 {
                return model;
            }
        }
        &self.models[self.models.len() - 1]
    }
}
