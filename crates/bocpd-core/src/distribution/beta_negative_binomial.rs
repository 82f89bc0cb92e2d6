//! Failures before successes of a beta-distributed probability.

use libm::{exp, floor, log};

use super::{Distribution, impossible, probability};
use crate::math::beta_binomial;
use crate::math::beta_less::beta_less;

/// The distribution of a negative binomial count whose probability of success has a beta
/// distribution: of the number of failures before a number of successes.
///
/// ```text
/// p(x) = Γ(r+x)/(Γ(r) x!) B(a+r, b+x)/B(a, b),   r = size
/// ```
///
/// r need not be an integer. Its distribution function is that of two beta variables,
/// P(X ≤ x) = P(Q ≤ P) with P ~ Beta(a, b) and Q ~ Beta(r, x+1); up to 2¹⁴ it is summed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BetaNegativeBinomial {
    /// r > 0.
    pub size: f64,
    /// > 0.
    pub a: f64,
    /// > 0.
    pub b: f64,
}

const SUMMED: f64 = 16_384.0;

/// Beyond any parameter that a model takes.
const FAR: f64 = 1e200;

impl BetaNegativeBinomial {
    /// Σ p(j) over j ≤ k, for an integer k within 0..=[`SUMMED`].
    fn lower_sum(&self, k: f64) -> f64 {
        let Self { size: r, a, b } = *self;
        let total = a + b + r;
        // p rises up to here and falls from here on.
        let mode = floor((r * b - total) / (a + 1.0)).max(0.0) + 1.0;
        let from = k.min(mode);
        let mut sum = 1.0;
        let (mut j, mut term) = (from, 1.0);
        while j > 0.0 && term > 1e-18 * sum {
            term *= j / (r + (j - 1.0)) * ((total + (j - 1.0)) / (b + (j - 1.0)));
            sum += term;
            j -= 1.0;
        }
        (j, term) = (from, 1.0);
        while j < k && term > 1e-18 * sum {
            term *= (r + j) / (j + 1.0) * ((b + j) / (total + j));
            sum += term;
            j += 1.0;
        }
        probability(exp(self.ln_density(from) + log(sum)))
    }

    /// P(X > k) for an integer k ≥ 0, where it has a closed form.
    fn closed_upper(&self, k: f64) -> Option<f64> {
        let Self { size: r, a, b } = *self;
        let next = k + 1.0;
        // p(x) falls as x^−(a+1), so that what follows is x p(x)/a; for one success the sum
        // is exactly this.
        let further = if r == 1.0 {
            a + b + next
        } else if next > 1e10 * (1.0 + a + b + r) * (1.0 + r) {
            next
        } else {
            return None;
        };
        let ln_upper = self.ln_density(next) + log(further) - log(a);
        Some(probability(exp(ln_upper)))
    }

    /// P(X > k) for an integer k ≥ 0.
    fn upper(&self, k: f64) -> f64 {
        let compared = || probability(beta_less([self.a, self.b], [self.size, k + 1.0]));
        self.closed_upper(k).unwrap_or_else(compared)
    }

    /// P(X ≤ k) for an integer k ≥ 0.
    fn lower(&self, k: f64) -> f64 {
        if k <= SUMMED {
            self.lower_sum(k)
        } else if let Some(upper) = self.closed_upper(k) {
            1.0 - upper
        } else {
            probability(beta_less([self.size, k + 1.0], [self.a, self.b]))
        }
    }
}

impl Distribution for BetaNegativeBinomial {
    fn mean(&self) -> f64 {
        if self.a > 1.0 {
            self.size * (self.b / (self.a - 1.0))
        } else {
            f64::INFINITY
        }
    }
    fn variance(&self) -> f64 {
        let Self { size: r, a, b } = *self;
        if a > 2.0 {
            let less = a - 1.0;
            r * (b / less) * ((less + r) / less) * ((less + b) / (a - 2.0))
        } else {
            f64::INFINITY
        }
    }
    fn ln_density(&self, x: f64) -> f64 {
        let Self { size: r, a, b } = *self;
        if x < 0.0 || floor(x) != x || x == f64::INFINITY {
            return impossible(x);
        }
        if x > FAR {
            // The power law that it has become, for numbers whose products are too large.
            return self.ln_density(FAR) - (a + 1.0) * (log(x) - log(FAR));
        }
        // The last of r successes comes last: a share r/(r + x) of all orders.
        beta_binomial::ln_mass(r, x, a, b) + log(r / (r + x))
    }
    fn cdf(&self, x: f64) -> f64 {
        let k = floor(x);
        if k.is_nan() {
            k
        } else if k < 0.0 {
            0.0
        } else if k == f64::INFINITY {
            1.0
        } else {
            self.lower(k)
        }
    }
    fn survival(&self, x: f64) -> f64 {
        let k = floor(x);
        if k.is_nan() {
            k
        } else if k < 0.0 {
            1.0
        } else if k == f64::INFINITY {
            0.0
        } else {
            let lower = if k <= SUMMED { self.lower_sum(k) } else { 1.0 };
            if lower < 0.9 {
                1.0 - lower
            } else {
                self.upper(k)
            }
        }
    }
    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
    fn is_discrete(&self) -> bool {
        true
    }
}
