//! Gamma observations of a gamma-distributed rate.

use libm::log;

use super::{Distribution, impossible};
use crate::math::incomplete::{beta_pq, beta_pq_near_zero, ln_beta_near_zero, ln_binomial};

/// The distribution of a gamma observation of known shape k whose rate has a
/// gamma distribution; for k = 1 the Lomax distribution.
///
/// ```text
/// p(x) = x^(k−1) bᵃ / (B(k, a) (x+b)^(a+k)),   a = shape, b = rate,   x > 0
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CompoundGamma {
    /// k > 0.
    pub known_shape: f64,
    /// Of the rate's distribution; > 0.
    pub shape: f64,
    /// Of the rate's distribution; > 0.
    pub rate: f64,
}

impl CompoundGamma {
    /// x/(x+b) and b/(x+b).
    fn shares(&self, x: f64) -> (f64, f64) {
        if x == f64::INFINITY {
            return (1.0, 0.0);
        }
        let total = x + self.rate;
        if total == f64::INFINITY {
            let half = 0.5 * x + 0.5 * self.rate;
            return (0.5 * x / half, 0.5 * self.rate / half);
        }
        (x / total, self.rate / total)
    }

    /// P(X ≤ x) and P(X > x).
    fn both(&self, x: f64) -> (f64, f64) {
        let Self {
            known_shape: k,
            shape: a,
            rate: b,
        } = *self;
        if x <= 0.0 {
            return (0.0, 1.0);
        }
        let (share, rest) = self.shares(x);
        if share < f64::MIN_POSITIVE {
            return beta_pq_near_zero(k, a, log(x) - log(b));
        }
        if rest < f64::MIN_POSITIVE && x < f64::INFINITY {
            let (above, up_to) = beta_pq_near_zero(a, k, log(b) - log(x));
            return (up_to, above);
        }
        beta_pq(k, a, share, rest)
    }
}

impl Distribution for CompoundGamma {
    fn mean(&self) -> f64 {
        if self.shape > 1.0 {
            self.known_shape * self.rate / (self.shape - 1.0)
        } else {
            f64::INFINITY
        }
    }
    fn variance(&self) -> f64 {
        let Self {
            known_shape: k,
            shape: a,
            ..
        } = *self;
        if a > 2.0 {
            let scale = self.rate / (a - 1.0);
            k * scale * scale * ((k + a - 1.0) / (a - 2.0))
        } else {
            f64::INFINITY
        }
    }
    fn ln_density(&self, x: f64) -> f64 {
        let Self {
            known_shape: k,
            shape: a,
            rate: b,
        } = *self;
        if x > 0.0 && x < f64::INFINITY {
            let (share, rest) = self.shares(x);
            if share < f64::MIN_POSITIVE {
                return ln_beta_near_zero(k, a, log(x) - log(b)) - log(x);
            }
            if rest < f64::MIN_POSITIVE {
                return ln_beta_near_zero(a, k, log(b) - log(x)) - log(x);
            }
            ln_binomial(k, a, share, rest) + log(k * (a / (a + k))) - log(x)
        } else if x == 0.0 && k == 1.0 {
            log(a / b)
        } else if x == 0.0 && k < 1.0 {
            f64::INFINITY
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
