//! The normal distribution.

use core::f64::consts::FRAC_1_SQRT_2;

use libm::{erfc, log};

use super::{Distribution, Forms, StudentT};
use crate::math::special::HALF_LN_TWO_PI;

/// The normal distribution.
///
/// ```text
/// p(x) = exp(−½ z²) / (sd √(2π)),   z = (x − mean)/sd
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Normal {
    /// Where it is centred.
    pub mean: f64,
    /// Its standard deviation; > 0.
    pub sd: f64,
}

impl Normal {
    fn standardised(&self, x: f64) -> f64 {
        (x - self.mean) / self.sd
    }
}

impl Distribution for Normal {
    fn mean(&self) -> f64 {
        self.mean
    }
    fn variance(&self) -> f64 {
        self.sd * self.sd
    }
    fn ln_density(&self, x: f64) -> f64 {
        let z = self.standardised(x);
        -0.5 * z * z - HALF_LN_TWO_PI - log(self.sd)
    }
    fn cdf(&self, x: f64) -> f64 {
        0.5 * erfc(-self.standardised(x) * FRAC_1_SQRT_2)
    }
    fn survival(&self, x: f64) -> f64 {
        0.5 * erfc(self.standardised(x) * FRAC_1_SQRT_2)
    }
    fn add_to(&self, forms: &mut Forms, weight: f64) {
        forms.add_student_t(
            weight,
            StudentT {
                nu: f64::INFINITY,
                location: self.mean,
                scale: self.sd,
            },
        );
    }
}
