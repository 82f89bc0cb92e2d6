//! The beta distribution.

use libm::log;

use super::{Distribution, Forms, impossible};
use crate::math::incomplete::{beta_pq, ln_binomial};

/// The beta distribution.
///
/// ```text
/// p(x) = x^(a−1) (1−x)^(b−1) / B(a, b),   0 < x < 1
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Beta {
    /// > 0.
    pub a: f64,
    /// > 0.
    pub b: f64,
}

impl Distribution for Beta {
    fn mean(&self) -> f64 {
        self.a / (self.a + self.b)
    }
    fn variance(&self) -> f64 {
        let total = self.a + self.b;
        (self.a / total) * (self.b / total) / (total + 1.0)
    }
    fn ln_density(&self, x: f64) -> f64 {
        let Self { a, b } = *self;
        if x > 0.0 && x < 1.0 {
            let y = 1.0 - x;
            ln_binomial(a, b, x, y) + log(a * (b / (a + b))) - log(x) - log(y)
        } else {
            impossible(x)
        }
    }
    fn cdf(&self, x: f64) -> f64 {
        beta_pq(self.a, self.b, x, 1.0 - x).0
    }
    fn survival(&self, x: f64) -> f64 {
        beta_pq(self.a, self.b, x, 1.0 - x).1
    }
    fn support(&self) -> (f64, f64) {
        (0.0, 1.0)
    }
    fn add_to(&self, forms: &mut Forms, weight: f64) {
        forms.add_beta(weight, *self);
    }
}
