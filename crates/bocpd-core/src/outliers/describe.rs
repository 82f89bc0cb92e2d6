//! What a model with outliers says beyond the filter.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::{OneNumber, WithOutliers};
use crate::distribution::{Distribution, Forms, Level, Mixture, Parameter};
use crate::observation::SideInformation;
use crate::observation_model::{Describe, Source};
use crate::random::Random;

impl<M: Describe<Obs: OneNumber>> Describe for WithOutliers<M> {
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
        self.mixed(self.inner.predictive(&bank.inner, hypothesis, dimension)?)
    }

    fn predictive_after(
        &self,
        bank: &Self::Bank,
        hypothesis: usize,
        dimension: usize,
        elapsed: f64,
    ) -> Option<Box<dyn Distribution>> {
        let inner = &bank.inner;
        let regular = self
            .inner
            .predictive_after(inner, hypothesis, dimension, elapsed)?;
        self.mixed(regular)
    }

    fn predictive_with(
        &self,
        bank: &Self::Bank,
        hypothesis: usize,
        dimension: usize,
        elapsed: f64,
        side: &SideInformation<'_>,
    ) -> Option<Box<dyn Distribution>> {
        let inner = &bank.inner;
        let regular = self
            .inner
            .predictive_with(inner, hypothesis, dimension, elapsed, side)?;
        self.mixed(regular)
    }

    fn model_probabilities(&self, bank: &Self::Bank, hypothesis: usize) -> Vec<f64> {
        self.inner.model_probabilities(&bank.inner, hypothesis)
    }

    fn simulate(&self, random: &mut Random, n: usize) -> Option<Vec<f64>> {
        if let Some(mut next) = self.source(random) {
            return random.series(n, |random| next(random));
        }
        let mut values = self.inner.simulate(random, n)?;
        for value in &mut values {
            if random.uniform() < self.probability {
                *value = self.broad.draw(random);
            }
        }
        Some(values)
    }

    fn source(&self, random: &mut Random) -> Option<Source> {
        let mut next = self.inner.source(random)?;
        let (broad, probability) = (self.broad, self.probability);
        Some(Box::new(move |random| {
            if random.uniform() < probability {
                broad.draw(random)
            } else {
                next(random)
            }
        }))
    }
}

impl<M> WithOutliers<M> {
    /// What is observed where this is the predictive without outliers.
    fn mixed(&self, regular: Box<dyn Distribution>) -> Option<Box<dyn Distribution>> {
        let outlier: Box<dyn Distribution> = Box::new(self.broad);
        let mixture = Mixture::with_ln_weights([
            (libm::log1p(-self.probability), regular),
            (libm::log(self.probability), outlier),
        ])?;
        Some(Box::new(mixture))
    }
}
