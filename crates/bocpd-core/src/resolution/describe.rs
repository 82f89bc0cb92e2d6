//! What a model with a resolution says beyond the filter: what the model says.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::WithResolution;
use crate::distribution::{Distribution, Forms, Level, Parameter};
use crate::kernel::Isa;
use crate::observation::{Observation, SideInformation};
use crate::observation_model::{Describe, Source};
use crate::random::Random;

impl<M: Describe> Describe for WithResolution<M> {
    fn dimension(&self) -> usize {
        self.inner.dimension()
    }

    fn features(&self) -> usize {
        self.inner.features()
    }

    fn level(&self, bank: &Self::Bank, hypothesis: usize, dimension: usize) -> Option<Level> {
        self.inner.level(&bank.inner, hypothesis, dimension)
    }

    fn parameters(&self, bank: &Self::Bank, hypothesis: usize) -> Vec<Parameter> {
        self.inner.parameters(&bank.inner, hypothesis)
    }

    fn add_level_to(
        &self,
        forms: &mut Forms,
        bank: &Self::Bank,
        hypothesis: usize,
        dimension: usize,
    ) {
        self.inner
            .add_level_to(forms, &bank.inner, hypothesis, dimension);
    }

    fn predictive(
        &self,
        bank: &Self::Bank,
        hypothesis: usize,
        dimension: usize,
    ) -> Option<Box<dyn Distribution>> {
        self.inner.predictive(&bank.inner, hypothesis, dimension)
    }

    fn predictive_after(
        &self,
        bank: &Self::Bank,
        hypothesis: usize,
        dimension: usize,
        elapsed: f64,
    ) -> Option<Box<dyn Distribution>> {
        self.inner
            .predictive_after(&bank.inner, hypothesis, dimension, elapsed)
    }

    fn predictive_with(
        &self,
        bank: &Self::Bank,
        hypothesis: usize,
        dimension: usize,
        elapsed: f64,
        side: &SideInformation<'_>,
    ) -> Option<Box<dyn Distribution>> {
        self.inner
            .predictive_with(&bank.inner, hypothesis, dimension, elapsed, side)
    }

    fn model_probabilities(&self, bank: &Self::Bank, hypothesis: usize) -> Vec<f64> {
        self.inner.model_probabilities(&bank.inner, hypothesis)
    }

    /// With the power: what hypotheses are weighed by.
    fn ln_p_of_each(
        &self,
        isa: Isa,
        bank: &Self::Bank,
        x: Observation<'_, Self::Obs>,
    ) -> Vec<Vec<f64>> {
        let mut each = self.inner.ln_p_of_each(isa, &bank.inner, x);
        for ln_p in each.iter_mut().flatten() {
            *ln_p *= self.resolution;
        }
        each
    }

    fn simulate(&self, random: &mut Random, n: usize) -> Option<Vec<f64>> {
        self.inner.simulate(random, n)
    }

    fn source(&self, random: &mut Random) -> Option<Source> {
        self.inner.source(random)
    }
}
