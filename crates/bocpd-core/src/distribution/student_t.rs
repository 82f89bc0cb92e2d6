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

/// From so many degrees of freedom on the normal score is close.
const MANY: f64 = 8.0;

/// Where a standard normal variable is about as probable to be further away as Student's t with ν
/// degrees of freedom is to be further than |z|: Hill (1970), *Algorithm 395: Student's
/// t-distribution*, CACM 13:617, its series in 1/(48 (ν − ½)²).
fn normal_score(z: f64, nu: f64) -> f64 {
    if nu > 1e15 {
        return fabs(z);
    }
    let a = nu - 0.5;
    let b = 48.0 * a * a;
    let y = a * log1p(z / nu * z);
    if y.is_nan() || y > 1e6 {
        return sqrt(y);
    }
    let series =
        ((((-0.4 * y - 3.3) * y - 24.0) * y - 85.5) / (0.8 * y * y + 100.0 + b) + y + 3.0) / b;
    (series + 1.0) * sqrt(y)
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
    fn rough_cdf(&self, x: f64) -> f64 {
        if self.nu < MANY {
            return self.cdf(x);
        }
        let z = self.standardised(x);
        0.5 * libm::erfc(-libm::copysign(normal_score(z, self.nu), z) * FRAC_1_SQRT_2)
    }
    fn add_to(&self, forms: &mut Forms, weight: f64) {
        forms.add_student_t(weight, *self);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rough_distribution_function_is_near() {
        for nu in [1.0, 7.9, 8.0, 9.5, 13.0, 40.0, 1e3, 1e9, f64::INFINITY] {
            let t = StudentT {
                nu,
                location: 3.0,
                scale: 0.5,
            };
            for i in -400..=400 {
                let x = 3.0 + 0.05 * f64::from(i);
                let (rough, exact) = (t.rough_cdf(x), t.cdf(x));
                assert!((rough - exact).abs() < 1e-5, "{nu} {x}: {rough} {exact}");
            }
            for x in [-1e308, 1e308, f64::NEG_INFINITY, f64::INFINITY] {
                let (rough, exact) = (t.rough_cdf(x), t.cdf(x));
                assert!((rough - exact).abs() < 1e-5, "{nu} {x}: {rough} {exact}");
            }
            assert!(t.rough_cdf(f64::NAN).is_nan());
        }
    }
}
