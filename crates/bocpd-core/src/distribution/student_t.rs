//! Student's t.

use libm::{fabs, log, log1p, sqrt};

use super::Distribution;
use crate::math::incomplete::beta_pq;
use crate::math::special::ln_gamma_half_step;

/// Student's t distribution with `nu` degrees of freedom, moved and scaled.
///
/// ```text
/// p(x) = Γ((ν+1)/2) / (Γ(ν/2) √(νπ) scale) · (1 + z²/ν)^(−(ν+1)/2),
/// z = (x − location)/scale
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StudentT {
    /// ν > 0.
    pub nu: f64,
    /// Where it is centred.
    pub location: f64,
    /// How wide it is; > 0.
    pub scale: f64,
}

impl StudentT {
    /// P(T > z) for z ≥ 0, standardised.
    fn upper(&self, z: f64) -> f64 {
        // Beyond this the normal distribution has the same digits.
        if self.nu > 1e17 {
            return 0.5 * libm::erfc(z * core::f64::consts::FRAC_1_SQRT_2);
        }
        let ratio = z / sqrt(self.nu);
        let square = ratio * ratio;
        let (x, y) = if square == f64::INFINITY {
            (0.0, 1.0)
        } else {
            (1.0 / (1.0 + square), square / (1.0 + square))
        };
        0.5 * beta_pq(0.5 * self.nu, 0.5, x, y).0
    }

    /// P(T > z) for any z, standardised.
    fn tail(&self, z: f64) -> f64 {
        if z >= 0.0 {
            self.upper(z)
        } else {
            1.0 - self.upper(-z)
        }
    }

    fn standardised(&self, x: f64) -> f64 {
        (x - self.location) / self.scale
    }
}

impl Distribution for StudentT {
    fn mean(&self) -> f64 {
        if self.nu > 1.0 {
            self.location
        } else {
            f64::NAN
        }
    }
    fn variance(&self) -> f64 {
        if self.nu > 2.0 {
            self.scale * self.scale * (self.nu / (self.nu - 2.0))
        } else {
            f64::INFINITY
        }
    }
    fn ln_density(&self, x: f64) -> f64 {
        let z = fabs(self.standardised(x));
        let half = 0.5 * (self.nu + 1.0);
        let ratio = z / sqrt(self.nu);
        let ln_growth = if ratio < 1e150 {
            log1p(ratio * ratio)
        } else {
            2.0 * log(ratio)
        };
        ln_gamma_half_step(0.5 * self.nu)
            - 0.5 * log(self.nu * core::f64::consts::PI)
            - log(self.scale)
            - half * ln_growth
    }
    fn cdf(&self, x: f64) -> f64 {
        self.tail(-self.standardised(x))
    }
    fn survival(&self, x: f64) -> f64 {
        self.tail(self.standardised(x))
    }
}
