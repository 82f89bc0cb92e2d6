//! The root of an inverse gamma variable.

use core::f64::consts::LN_2;

use libm::{exp, expm1, log, sqrt};

use super::{Distribution, impossible};
use crate::math::incomplete::{gamma_pq, gamma_pq_near_zero, ln_gamma_near_zero, ln_poisson};
use crate::math::special::{ln_gamma_half_step, ln_square_of_half_step};

/// The distribution of √X for X ~ InvGamma(shape, scale): of a standard deviation where that
/// is the distribution of the variance.
///
/// ```text
/// p(x) = 2 scaleᵃ x^(−2a−1) e^(−scale/x²) / Γ(a),   a = shape,   x > 0
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RootInverseGamma {
    /// a > 0.
    pub shape: f64,
    /// > 0.
    pub scale: f64,
}

impl RootInverseGamma {
    /// scale/x², and its logarithm where it is no normal number, for a finite x > 0.
    fn argument(&self, x: f64) -> Result<f64, f64> {
        let root = sqrt(self.scale) / x;
        let m = root * root;
        if m < f64::MIN_POSITIVE {
            Err(log(self.scale) - 2.0 * log(x))
        } else {
            Ok(m)
        }
    }

    /// P(X ≤ x) and P(X > x).
    fn both(&self, x: f64) -> (f64, f64) {
        if x <= 0.0 {
            return (0.0, 1.0);
        }
        if x == f64::INFINITY {
            return (1.0, 0.0);
        }
        let (above, up_to) = match self.argument(x) {
            Ok(m) => gamma_pq(self.shape, m),
            Err(ln_m) => gamma_pq_near_zero(self.shape, ln_m),
        };
        (up_to, above)
    }
}

impl Distribution for RootInverseGamma {
    fn mean(&self) -> f64 {
        if self.shape > 0.5 {
            sqrt(self.scale) * exp(-ln_gamma_half_step(self.shape - 0.5))
        } else {
            f64::INFINITY
        }
    }
    /// E X² − (E X)², without the difference of two numbers that are nearly the same.
    fn variance(&self) -> f64 {
        if self.shape > 1.0 {
            let mean = self.mean();
            mean * mean * expm1(ln_square_of_half_step(self.shape - 0.5))
        } else {
            f64::INFINITY
        }
    }
    fn ln_density(&self, x: f64) -> f64 {
        if x > 0.0 && x < f64::INFINITY {
            let of_m = match self.argument(x) {
                Ok(m) => ln_poisson(self.shape, m) + log(self.shape),
                Err(ln_m) => ln_gamma_near_zero(self.shape, ln_m),
            };
            of_m + LN_2 - log(x)
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
