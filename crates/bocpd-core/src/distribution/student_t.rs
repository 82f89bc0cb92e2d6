//! Student's t.

use core::f64::consts::{FRAC_1_SQRT_2, LN_2, PI};

use libm::{fabs, log, log1p, sqrt};

use super::{Distribution, Forms};
use crate::math::incomplete::{beta_pq, beta_pq_near_zero};
use crate::math::special::{HALF_LN_TWO_PI, ln_gamma_half_step};

/// Student's t distribution with `nu` degrees of freedom, moved and scaled; for
/// infinite `nu` the normal distribution.
///
/// ```text
/// p(x) = Γ((ν+1)/2) / (Γ(ν/2) √(νπ) scale) · (1 + z²/ν)^(−(ν+1)/2),
/// z = (x − location)/scale
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct StudentT {
    /// ν > 0.
    pub nu: f64,
    /// Where it is centred.
    pub location: f64,
    /// How wide it is; > 0.
    pub scale: f64,
}

/// From here on z²/ν, which would soon overflow, is used by its logarithm alone.
const FAR: f64 = 1e150;

impl StudentT {
    /// P(X > x) for x at or above the location, or as far below it.
    fn upper(&self, x: f64) -> f64 {
        let z = fabs(self.standardised(x));
        // Beyond this the normal distribution has the same digits.
        if self.nu > 1e17 {
            return 0.5 * libm::erfc(z * FRAC_1_SQRT_2);
        }
        if fabs(x) == f64::INFINITY {
            return 0.0;
        }
        let ratio = z / sqrt(self.nu);
        if ratio >= FAR {
            return 0.5 * beta_pq_near_zero(0.5 * self.nu, 0.5, -2.0 * self.ln_ratio(x)).0;
        }
        let square = ratio * ratio;
        let (x, y) = (1.0 / (1.0 + square), square / (1.0 + square));
        0.5 * beta_pq(0.5 * self.nu, 0.5, x, y).0
    }

    /// P(X > x) and P(X ≤ x).
    fn both(&self, x: f64) -> (f64, f64) {
        let upper = self.upper(x);
        if x >= self.location {
            (upper, 1.0 - upper)
        } else {
            (1.0 - upper, upper)
        }
    }

    fn standardised(&self, x: f64) -> f64 {
        (x - self.location) / self.scale
    }

    /// ln of |z|/√ν, also where that is out of range.
    fn ln_ratio(&self, x: f64) -> f64 {
        let half_distance = fabs(0.5 * x - 0.5 * self.location);
        log(half_distance) + LN_2 - log(self.scale) - 0.5 * log(self.nu)
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
        if self.nu == f64::INFINITY {
            self.scale * self.scale
        } else if self.nu > 2.0 {
            self.scale * self.scale * (self.nu / (self.nu - 2.0))
        } else {
            f64::INFINITY
        }
    }
    fn ln_density(&self, x: f64) -> f64 {
        let z = fabs(self.standardised(x));
        if self.nu == f64::INFINITY {
            return -0.5 * z * z - HALF_LN_TWO_PI - log(self.scale);
        }
        let half = 0.5 * (self.nu + 1.0);
        let ratio = z / sqrt(self.nu);
        let ln_growth = if ratio < FAR {
            log1p(ratio * ratio)
        } else if ratio < f64::INFINITY {
            2.0 * log(ratio)
        } else {
            2.0 * self.ln_ratio(x)
        };
        ln_gamma_half_step(0.5 * self.nu)
            - 0.5 * log(self.nu * PI)
            - log(self.scale)
            - half * ln_growth
    }
    fn cdf(&self, x: f64) -> f64 {
        self.both(x).1
    }
    fn survival(&self, x: f64) -> f64 {
        self.both(x).0
    }
    fn add_to(&self, forms: &mut Forms, weight: f64) {
        forms.add_student_t(weight, *self);
    }
}
