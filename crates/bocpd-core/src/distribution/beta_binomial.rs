//! Successes of a beta-distributed probability.

use libm::{exp, floor};

use super::{Distribution, impossible, probability};
use crate::math::beta_binomial;
use crate::math::incomplete::beta_pq;

/// The distribution of the number of successes in `trials` trials whose
/// probability has a beta distribution.
///
/// ```text
/// p(k) = C(N, k) B(a+k, b+N−k) / B(a, b),   N = trials
/// ```
///
/// Its distribution function is summed up to 2²⁰ trials; beyond, it is that of
/// the beta distribution with the same mean and variance, continuity corrected.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BetaBinomial {
    /// N ≥ 1.
    pub trials: u64,
    /// > 0.
    pub a: f64,
    /// > 0.
    pub b: f64,
}

const SUMMED: u64 = 1 << 20;

impl BetaBinomial {
    fn n(&self) -> f64 {
        self.trials as f64
    }

    /// Σ p(j) over j ≤ k, for 0 ≤ k < N and N up to [`SUMMED`], which bounds the
    /// number of terms.
    fn lower_sum(&self, k: f64) -> f64 {
        let Self { a, b, .. } = *self;
        let n = self.n();
        // Downwards from k by the ratio of neighbours, as far as it matters.
        let (mut j, mut term) = (k, 1.0);
        let mut sum = 1.0;
        while j > 0.0 {
            // Differences of counts first: they are exact, beside however small a, b.
            term *= j * (b + (n - j)) / ((n - j + 1.0) * (a + (j - 1.0)));
            j -= 1.0;
            sum += term;
            // Terms may rise before they fall; once they fall they fall for good
            // unless the distribution is U-shaped.
            if term < 1e-18 * sum && a >= 1.0 {
                break;
            }
        }
        probability(exp(self.ln_density(k)) * sum)
    }

    fn mirrored(&self) -> Self {
        Self {
            trials: self.trials,
            a: self.b,
            b: self.a,
        }
    }

    /// P(X ≤ k) and P(X > k) by the beta distribution of X/N with the same mean
    /// and variance, for an integer 0 ≤ k < N:
    ///
    /// ```text
    /// a' = a s   b' = b s   s = (N − 1)/(N + a + b)
    /// ```
    fn matched(&self, k: f64) -> (f64, f64) {
        let n = self.n();
        let share = (n - 1.0) / (n + self.a + self.b);
        let (x, y) = ((k + 0.5) / n, (n - k - 0.5) / n);
        beta_pq(self.a * share, self.b * share, x, y)
    }
}

impl Distribution for BetaBinomial {
    fn mean(&self) -> f64 {
        self.n() * (self.a / (self.a + self.b))
    }
    fn variance(&self) -> f64 {
        let total = self.a + self.b;
        self.n() * (self.a / total) * (self.b / total) * ((total + self.n()) / (total + 1.0))
    }
    fn ln_density(&self, x: f64) -> f64 {
        if x < 0.0 || x > self.n() || floor(x) != x {
            return impossible(x);
        }
        beta_binomial::ln_mass(x, self.n() - x, self.a, self.b)
    }
    fn cdf(&self, x: f64) -> f64 {
        let k = floor(x);
        if k.is_nan() {
            k
        } else if k < 0.0 {
            0.0
        } else if k >= self.n() {
            1.0
        } else if self.trials > SUMMED {
            self.matched(k).0
        } else if k <= self.mean() {
            self.lower_sum(k)
        } else {
            1.0 - self.mirrored().lower_sum(self.n() - k - 1.0)
        }
    }
    fn survival(&self, x: f64) -> f64 {
        let k = floor(x);
        if k.is_nan() {
            k
        } else if k < 0.0 {
            1.0
        } else if k >= self.n() {
            0.0
        } else if self.trials > SUMMED {
            self.matched(k).1
        } else {
            self.mirrored().cdf(self.n() - k - 1.0)
        }
    }
    fn support(&self) -> (f64, f64) {
        (0.0, self.n())
    }
    fn is_discrete(&self) -> bool {
        true
    }
}
