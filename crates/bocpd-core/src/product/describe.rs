//! What a product of models says beyond the filter: of each number what its model says.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::{Product, ProductBank};
use crate::distribution::{Distribution, Forms, Level, Parameter};
use crate::kernel::Isa;
use crate::observation::{Observation, SideInformation};
use crate::observation_model::{Describe, Source};
use crate::random::Random;

impl Describe for Product {
    fn dimension(&self) -> usize {
        self.models.len()
    }

    fn level(&self, bank: &ProductBank, hypothesis: usize, dimension: usize) -> Option<Level> {
        let model = self.models.get(dimension)?;
        model.level(&bank.inner[dimension], hypothesis, 0)
    }

    /// Those of the first number, then those of the second.
    fn parameters(&self, bank: &ProductBank, hypothesis: usize) -> Vec<Parameter> {
        let each = self.models.iter().zip(&bank.inner).enumerate();
        let each = each.flat_map(|(j, (model, inner))| {
            let parameters = model.parameters(inner, hypothesis).into_iter();
            parameters.map(move |parameter| parameter.of_dimension(j))
        });
        each.collect()
    }

    fn add_level_to(
        &self,
        forms: &mut Forms,
        bank: &ProductBank,
        hypothesis: usize,
        dimension: usize,
    ) {
        if let Some(model) = self.models.get(dimension) {
            model.add_level_to(forms, &bank.inner[dimension], hypothesis, 0);
        }
    }

    fn predictive(
        &self,
        bank: &ProductBank,
        hypothesis: usize,
        dimension: usize,
    ) -> Option<Box<dyn Distribution>> {
        let model = self.models.get(dimension)?;
        model.predictive(&bank.inner[dimension], hypothesis, 0)
    }

    fn predictive_after(
        &self,
        bank: &ProductBank,
        hypothesis: usize,
        dimension: usize,
        elapsed: f64,
    ) -> Option<Box<dyn Distribution>> {
        let model = self.models.get(dimension)?;
        model.predictive_after(&bank.inner[dimension], hypothesis, 0, elapsed)
    }

    fn predictive_with(
        &self,
        bank: &ProductBank,
        hypothesis: usize,
        dimension: usize,
        elapsed: f64,
        _: &SideInformation<'_>,
    ) -> Option<Box<dyn Distribution>> {
        self.predictive_after(bank, hypothesis, dimension, elapsed)
    }

    fn ln_p_of_each(
        &self,
        isa: Isa,
        bank: &ProductBank,
        x: Observation<'_, [f64]>,
    ) -> Vec<Vec<f64>> {
        self.scores(isa, bank, x)
    }

    fn simulate(&self, random: &mut Random, n: usize) -> Option<Vec<f64>> {
        let columns = self.models.iter().map(|model| model.simulate(random, n));
        let columns: Vec<Vec<f64>> = columns.collect::<Option<_>>()?;
        let row = |i: usize| columns.iter().map(move |column| column[i]);
        Some((0..n).flat_map(row).collect())
    }

    fn source(&self, random: &mut Random) -> Option<Source> {
        let sources = self.models.iter().map(|model| model.source(random));
        let mut sources: Vec<Source> = sources.collect::<Option<_>>()?;
        let mut next = 0;
        Some(Box::new(move |random| {
            let number = sources[next](random);
            next = (next + 1) % sources.len();
            number
        }))
    }
}
