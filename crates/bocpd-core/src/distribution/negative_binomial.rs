//! Counts of a gamma-distributed rate.

use libm::{floor, log, log1p};

use super::{Distribution, impossible};
use crate::math::incomplete::{beta_pq, ln_binomial};

/// The distribution of a Poisson count whose rate has a gamma distribution.
///
/// ```text
/// p(x) = Γ(a+x)/(Γ(a) x!) · (b/(b+1))ᵃ (1/(b+1))ˣ,   a = shape, b = rate
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NegativeBinomial {
    /// Of the gamma distribution; > 0.
    pub shape: f64,
    /// Of the gamma distribution; > 0.
    pub rate: f64,
}

impl NegativeBinomial {
    /// P(X ≤ x) and P(X > x).
    fn both(&self, x: f64) -> (f64, f64) {
        if x < 0.0 {
            return (0.0, 1.0);
        }
        if x == f64::INFINITY {
            return (1.0, 0.0);
        }
        let b = self.rate;
        beta_pq(self.shape, floor(x) + 1.0, b / (b + 1.0), 1.0 / (b + 1.0))
    }
}

/// ln(a/b), also where the quotient is no normal number.
fn ln_ratio(a: f64, b: f64) -> f64 {
    let ratio = a / b;
    if ratio >= f64::MIN_POSITIVE {
        log(ratio)
    } else {
        log(a) - log(b)
    }
}

impl Distribution for NegativeBinomial {
    fn mean(&self) -> f64 {
        self.shape / self.rate
    }
    fn variance(&self) -> f64 {
        self.mean() * (1.0 + 1.0 / self.rate)
    }
    fn ln_density(&self, x: f64) -> f64 {
        let Self { shape: a, rate: b } = *self;
        if x < 0.0 || floor(x) != x || x == f64::INFINITY {
            impossible(x)
        } else if x == 0.0 {
            -a * log1p(1.0 / b)
        } else {
            ln_binomial(a, x, b / (b + 1.0), 1.0 / (b + 1.0)) + ln_ratio(a, a + x)
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
    fn is_discrete(&self) -> bool {
        true
    }
}
