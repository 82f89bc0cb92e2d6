//! The inverse gamma distribution.

use libm::log;

use super::{Distribution, impossible};
use crate::math::incomplete::{gamma_pq, gamma_pq_near_zero, ln_gamma_near_zero, ln_poisson};

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

impl InverseGamma {
    /// P(X ≤ x) and P(X > x).
    fn both(&self, x: f64) -> (f64, f64) {
        if x <= 0.0 {
            return (0.0, 1.0);
        }
        let m = self.scale / x;
        let (above, up_to) = if x < f64::INFINITY && m < f64::MIN_POSITIVE {
            gamma_pq_near_zero(self.shape, log(self.scale) - log(x))
        } else {
            gamma_pq(self.shape, m)
        };
        (up_to, above)
    }
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
            let m = self.scale / x;
            if m < f64::MIN_POSITIVE {
                return ln_gamma_near_zero(self.shape, log(self.scale) - log(x)) - log(x);
            }
            ln_poisson(self.shape, m) + log(self.shape) - log(x)
        } else {
            impossible(x)
        }
    }
    fn cdf(&self, x: f64) -> f64 {
        self.both(x).0
    }
    fn survival(&self, x: f64) -> f64 {
        self.both(x).1
    }
    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
}
