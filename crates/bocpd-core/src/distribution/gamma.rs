//! The gamma distribution.

use libm::log;

use super::{Distribution, Forms, impossible};
use crate::math::incomplete::{gamma_pq, gamma_pq_near_zero, ln_gamma_near_zero, ln_poisson};

/// The gamma distribution.
///
/// ```text
/// p(x) = rateᵃ x^(a−1) e^(−rate·x) / Γ(a),   a = shape,   x > 0
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Gamma {
    /// a > 0.
    pub shape: f64,
    /// > 0.
    pub rate: f64,
}

impl Gamma {
    /// P(X ≤ x) and P(X > x).
    fn both(&self, x: f64) -> (f64, f64) {
        let m = self.rate * x;
        if x > 0.0 && m < f64::MIN_POSITIVE {
            return gamma_pq_near_zero(self.shape, log(self.rate) + log(x));
        }
        gamma_pq(self.shape, m)
    }
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
            let m = self.rate * x;
            if m < f64::MIN_POSITIVE {
                return ln_gamma_near_zero(self.shape, log(self.rate) + log(x)) - log(x);
            }
            ln_poisson(self.shape, m) + log(self.shape) - log(x)
        } else if x == 0.0 && self.shape <= 1.0 {
            if self.shape == 1.0 {
                log(self.rate)
            } else {
                f64::INFINITY
            }
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
    fn add_to(&self, forms: &mut Forms, weight: f64) {
        forms.add_gamma(weight, *self);
    }
}
