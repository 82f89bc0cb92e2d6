//! The inverse gamma distribution.

use libm::log;

use super::{Distribution, Gamma};
use crate::math::incomplete::gamma_pq;

/// The distribution of 1/X for X ~ Gamma(shape, rate = `scale`).
///
/// ```text
/// p(x) = scaleᵃ x^(−a−1) e^(−scale/x) / Γ(a),   a = shape,   x > 0
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InverseGamma {
    /// a > 0.
    pub shape: f64,
    /// > 0.
    pub scale: f64,
}

impl Distribution for InverseGamma {
    fn mean(&self) -> f64 {
        if self.shape > 1.0 {
            self.scale / (self.shape - 1.0)
        } else {
            f64::INFINITY
        }
    }
    fn variance(&self) -> f64 {
        if self.shape > 2.0 {
            let mean = self.mean();
            mean * mean / (self.shape - 2.0)
        } else {
            f64::INFINITY
        }
    }
    fn ln_density(&self, x: f64) -> f64 {
        if x > 0.0 && x < f64::INFINITY {
            let inverse = Gamma {
                shape: self.shape,
                rate: self.scale,
            };
            inverse.ln_density(1.0 / x) - 2.0 * log(x)
        } else {
            f64::NEG_INFINITY
        }
    }
    fn cdf(&self, x: f64) -> f64 {
        if x <= 0.0 {
            0.0
        } else {
            gamma_pq(self.shape, self.scale / x).1
        }
    }
    fn survival(&self, x: f64) -> f64 {
        if x <= 0.0 {
            1.0
        } else {
            gamma_pq(self.shape, self.scale / x).0
        }
    }
    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
}
