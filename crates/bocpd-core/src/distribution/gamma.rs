//! The gamma distribution.

use libm::log;

use super::Distribution;
use crate::math::incomplete::{gamma_pq, ln_poisson};

/// The gamma distribution.
///
/// ```text
/// p(x) = rateᵃ x^(a−1) e^(−rate·x) / Γ(a),   a = shape,   x > 0
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gamma {
    /// a > 0.
    pub shape: f64,
    /// > 0.
    pub rate: f64,
}

impl Distribution for Gamma {
    fn mean(&self) -> f64 {
        self.shape / self.rate
    }
    fn variance(&self) -> f64 {
        self.shape / self.rate / self.rate
    }
    fn ln_density(&self, x: f64) -> f64 {
        if x > 0.0 && x < f64::INFINITY {
            ln_poisson(self.shape, self.rate * x) + log(self.shape) - log(x)
        } else if x == 0.0 && self.shape <= 1.0 {
            if self.shape == 1.0 {
                log(self.rate)
            } else {
                f64::INFINITY
            }
        } else {
            f64::NEG_INFINITY
        }
    }
    fn cdf(&self, x: f64) -> f64 {
        gamma_pq(self.shape, self.rate * x).0
    }
    fn survival(&self, x: f64) -> f64 {
        gamma_pq(self.shape, self.rate * x).1
    }
    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
}
