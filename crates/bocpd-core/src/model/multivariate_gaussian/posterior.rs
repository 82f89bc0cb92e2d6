//! What a hypothesis says of each number, and rows drawn from the prior.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use libm::sqrt;

use super::missing::Plain;
use super::{MultivariateBank, MultivariateGaussian};
use crate::bank::Bank;
use crate::distribution::{Distribution, Forms, Level, NormalInverseGamma, Parameter};
use crate::kernel::Isa;
use crate::observation::{Observation, SideInformation};
use crate::observation_model::{Describe, Source};
use crate::random::Random;
use crate::real::Real;

impl<F: Real> MultivariateGaussian<F> {
    /// What is known of the level and the variance of one number.
    fn of_number(
        &self,
        bank: &MultivariateBank<F>,
        hypothesis: usize,
        j: usize,
    ) -> Option<NormalInverseGamma> {
        let mean = self.mean.get(j)?;
        let plain = self.plain(bank, hypothesis);
        Some(NormalInverseGamma::new(
            mean + plain.levels[j],
            plain.kappa_of(j),
            plain.alpha,
            plain.half_psi[j * self.mean.len() + j],
        ))
    }

    /// ln p of each number of a row given those before it, 0 where it is missing.
    fn chain(&self, plain: &Plain, x: Observation<'_, [F]>) -> Vec<f64> {
        let dim = self.mean.len();
        let centred = self.far_centred(x.value);
        let missing = |j: usize| x.side.missing.get(j).is_some_and(|&missing| missing);
        let mut before = 0.0;
        let mut each = Vec::with_capacity(dim);
        for j in 0..dim {
            if missing(j) {
                each.push(0.0);
                continue;
            }
            // Of the numbers up to this one.
            let ln_p = plain
                .clone()
                .take_in(&centred, F::HUGE.wide(), &|i| i > j || missing(i));
            each.push(ln_p - before);
            before = ln_p;
        }
        each
    }

    /// A draw of μ less the prior mean, and a matrix M with Σ = M⁻ᵀ M⁻¹: by the decomposition of
    /// Bartlett (1933), Σ⁻¹ being a Wishart matrix.
    fn draw(&self, random: &mut Random) -> Option<(Vec<f64>, Vec<f64>)> {
        let dim = self.mean.len();
        let mut root = vec![0.0; dim * dim];
        for i in 0..dim {
            let scale = 1.0 / sqrt(2.0 * self.beta[i]);
            // χ² of ν − i degrees of freedom.
            let shape = self.alpha + 0.5 * (dim - 1 - i) as f64;
            let square = random.draw(&rand_distr::Gamma::new(shape, 2.0).ok()?);
            root[i * dim + i] = scale * sqrt(square.clamp(1e-200, 1e200));
            for j in 0..i {
                let normal: f64 = random.draw(&rand_distr::StandardNormal);
                root[i * dim + j] = scale * normal;
            }
        }
        let level = draw_about(&root, dim, random);
        let kappa = sqrt(self.kappa);
        Some((level.iter().map(|x| x / kappa).collect(), root))
    }
}

/// A draw of N(0, M⁻ᵀ M⁻¹): what M' times it is standard normal, back substituted.
fn draw_about(root: &[f64], dim: usize, random: &mut Random) -> Vec<f64> {
    let mut x: Vec<f64> = (0..dim)
        .map(|_| random.draw(&rand_distr::StandardNormal))
        .collect();
    for i in (0..dim).rev() {
        for k in i + 1..dim {
            x[i] -= root[k * dim + i] * x[k];
        }
        x[i] /= root[i * dim + i];
    }
    x
}

impl<F: Real> Describe for MultivariateGaussian<F> {
    fn dimension(&self) -> usize {
        self.mean.len()
    }

    fn level(&self, bank: &MultivariateBank<F>, hypothesis: usize, j: usize) -> Option<Level> {
        Some(self.of_number(bank, hypothesis, j)?.level())
    }

    fn parameters(&self, bank: &MultivariateBank<F>, hypothesis: usize) -> Vec<Parameter> {
        let each = (0..self.mean.len()).filter_map(|j| {
            let parameters = self.of_number(bank, hypothesis, j)?.parameters("variance");
            Some(parameters.into_iter().map(move |one| one.of_dimension(j)))
        });
        each.flatten().collect()
    }

    fn add_level_to(
        &self,
        forms: &mut Forms,
        bank: &MultivariateBank<F>,
        hypothesis: usize,
        j: usize,
    ) {
        if let Some(posterior) = self.of_number(bank, hypothesis, j) {
            posterior.mean().add_to(forms, 1.0);
        }
    }

    fn predictive(
        &self,
        bank: &MultivariateBank<F>,
        hypothesis: usize,
        j: usize,
    ) -> Option<Box<dyn Distribution>> {
        let posterior = self.of_number(bank, hypothesis, j)?;
        Some(Box::new(posterior.predictive(2.0 * posterior.alpha)))
    }

    fn predictive_with(
        &self,
        bank: &MultivariateBank<F>,
        hypothesis: usize,
        j: usize,
        _: f64,
        _: &SideInformation<'_>,
    ) -> Option<Box<dyn Distribution>> {
        self.predictive(bank, hypothesis, j)
    }

    /// Of each number given those before it, so that the sum is ln p(x): how a change is divided
    /// among numbers that depend on each other is a matter of their order.
    fn ln_p_of_each(
        &self,
        _: Isa,
        bank: &MultivariateBank<F>,
        x: Observation<'_, [F]>,
    ) -> Vec<Vec<f64>> {
        let dim = self.mean.len();
        let mut each = vec![Vec::with_capacity(bank.len()); dim];
        for hypothesis in 0..bank.len() {
            let chain = self.chain(&self.plain(bank, hypothesis), x);
            for (scores, ln_p) in each.iter_mut().zip(chain) {
                scores.push(ln_p);
            }
        }
        each
    }

    fn simulate(&self, random: &mut Random, n: usize) -> Option<Vec<f64>> {
        let mut next = self.source(random)?;
        random.series(n * self.mean.len(), |random| next(random))
    }

    fn source(&self, random: &mut Random) -> Option<Source> {
        let (level, root) = self.draw(random)?;
        let (mean, dim) = (self.mean.clone(), self.mean.len());
        let mut row: Vec<f64> = Vec::new();
        Some(Box::new(move |random| {
            if row.is_empty() {
                row = draw_about(&root, dim, random);
                for ((x, level), mean) in row.iter_mut().zip(&level).zip(&mean) {
                    *x = mean + (level + *x).clamp(-f64::HUGE, f64::HUGE);
                }
                row.reverse();
            }
            row.pop().unwrap_or_default()
        }))
    }
}
