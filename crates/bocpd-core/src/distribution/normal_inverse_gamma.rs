//! What is known of a level and a scale together.

use alloc::vec::Vec;

use libm::sqrt;

use super::{InverseGamma, Level, Parameter, StudentT};
use crate::random::Random;

/// The normal-inverse-gamma distribution.
///
/// ```text
/// μ | σ² ~ N(mean, σ²/κ),   σ² ~ InvGamma(α, β)
/// marginally   μ ~ Student-t with 2α degrees of freedom, location mean and
///                  scale² β/(ακ)
/// ```
#[derive(Clone, Copy, Debug)]
pub(crate) struct NormalInverseGamma {
    mean: f64,
    kappa: f64,
    pub(crate) alpha: f64,
    beta: f64,
}

impl NormalInverseGamma {
    pub(crate) fn new(mean: f64, kappa: f64, alpha: f64, beta: f64) -> Self {
        Self {
            mean,
            kappa,
            alpha,
            beta,
        }
    }

    /// Mean, variance and squared scale of μ.
    pub(crate) fn level(&self) -> Level {
        let variance = if self.alpha > 1.0 {
            self.beta / self.kappa / (self.alpha - 1.0)
        } else {
            f64::INFINITY
        };
        Level {
            mean: self.mean,
            variance,
            spread: self.beta / self.kappa / self.alpha,
        }
    }

    /// The marginal of μ.
    pub(crate) fn mean(&self) -> StudentT {
        StudentT {
            nu: 2.0 * self.alpha,
            location: self.mean,
            scale: sqrt(self.beta / self.alpha / self.kappa),
        }
    }

    /// The marginals of μ and σ²; the latter is called what it is to the model.
    pub(crate) fn parameters(&self, squared_scale: &'static str) -> Vec<Parameter> {
        let square = InverseGamma {
            shape: self.alpha,
            scale: self.beta,
        };
        alloc::vec![
            Parameter::new("mean", self.mean()),
            Parameter::new(squared_scale, square)
        ]
    }

    /// The predictive of an observation: Student-t with ν degrees of freedom
    /// and scale² β(κ+1)/(ακ).
    pub(crate) fn predictive(&self, nu: f64) -> StudentT {
        StudentT {
            nu,
            location: self.mean,
            scale: sqrt(self.beta / self.alpha * (1.0 + 1.0 / self.kappa)),
        }
    }

    /// A draw of μ and σ; `None` if the parameters are out of range.
    pub(crate) fn draw(&self, random: &mut Random) -> Option<(f64, f64)> {
        let precision = random.draw(&rand_distr::Gamma::new(self.alpha, 1.0 / self.beta).ok()?);
        let sd = 1.0 / sqrt(precision.clamp(1e-200, 1e200));
        let mean = rand_distr::Normal::new(self.mean, sd / sqrt(self.kappa)).ok()?;
        Some((random.draw(&mean), sd))
    }
}
