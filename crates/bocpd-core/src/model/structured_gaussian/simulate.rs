//! Observations of one segment, drawn.

use alloc::boxed::Box;
use alloc::vec::Vec;

use libm::{sqrt, tan};

use super::StructuredGaussian;
use crate::distribution::NormalInverseGamma;
use crate::observation_model::Source;
use crate::random::Random;
use crate::real::Real;

/// The standard normal distribution.
fn normal(random: &mut Random) -> f64 {
    random.draw(&rand_distr::StandardNormal)
}

impl<F: Real> StructuredGaussian<F> {
    /// The observations of a segment at times 0, 1, 2, …, one after the other.
    pub(super) fn simulation(&self, random: &mut Random) -> Option<Source> {
        let (_, sd) = NormalInverseGamma::new(0.0, 1.0, self.alpha, self.beta).draw(random)?;
        let (structure, layout) = (self.structure, self.layout);
        let variances = structure.prior();
        let mut state: Vec<f64> = variances
            .iter()
            .map(|variance| sd * sqrt(*variance) * normal(random))
            .collect();
        let noise = sd * sqrt(structure.measurement());
        let level = layout.level();
        let mut first = self.cauchy.map(|(_, scale)| {
            let turn = random.uniform() - 0.5;
            scale * tan(core::f64::consts::PI * turn)
        });
        let passage = structure.passage::<f64>(1.0);
        let (mean, mut age) = (self.mean, 0.0);
        Some(Box::new(move |random| {
            if age > 0.0 {
                if layout.slope {
                    let push = sqrt(passage.slope) * normal(random);
                    state[level] += state[level + 1] + 0.5 * sd * push;
                    state[level + 1] += sd * push;
                }
                state[level] += sd * sqrt(passage.level) * normal(random);
                if layout.ar {
                    state[0] = passage.phi * state[0] + sd * sqrt(passage.noise) * normal(random);
                }
            }
            let h = structure.loadings(age);
            age += 1.0;
            let own = noise * normal(random);
            let measured: f64 = state.iter().zip(&h).map(|(z, h)| z * h).sum();
            if let Some(x) = first.take() {
                // The level is what makes it so.
                state[level] += x - (measured + own);
                return mean + x;
            }
            mean + measured + own
        }))
    }
}
