//! Counts whose zeros have a probability of their own.

use libm::{floor, log};

use super::{Distribution, NegativeBinomial, probability};

/// The distribution of a count that is 0 with the probability `zero`, and otherwise one more
/// than a negative binomial count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hurdle {
    /// P(X = 0), in (0, 1).
    pub zero: f64,
    /// 1 − P(X = 0).
    pub positive: f64,
    /// X − 1, where X is not 0.
    pub beyond_one: NegativeBinomial,
}

impl Distribution for Hurdle {
    fn mean(&self) -> f64 {
        self.positive * (1.0 + self.beyond_one.mean())
    }
    /// The mean of the variances plus the variance of the means, given whether X is 0.
    fn variance(&self) -> f64 {
        let mean = 1.0 + self.beyond_one.mean();
        self.positive * (self.beyond_one.variance() + self.zero * mean * mean)
    }
    fn ln_density(&self, x: f64) -> f64 {
        if x == 0.0 {
            log(self.zero)
        } else {
            log(self.positive) + self.beyond_one.ln_density(x - 1.0)
        }
    }
    fn cdf(&self, x: f64) -> f64 {
        if x < 0.0 {
            0.0
        } else {
            probability(self.zero + self.positive * self.beyond_one.cdf(floor(x) - 1.0))
        }
    }
    fn survival(&self, x: f64) -> f64 {
        if x < 0.0 {
            1.0
        } else {
            probability(self.positive * self.beyond_one.survival(floor(x) - 1.0))
        }
    }
    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
    fn is_discrete(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sums over all counts that matter.
    #[test]
    fn moments_and_tails_are_sums() {
        let of = Hurdle {
            zero: 0.7,
            positive: 0.3,
            beyond_one: NegativeBinomial {
                shape: 2.5,
                rate: 0.8,
            },
        };
        let p = |k: u32| libm::exp(of.ln_density(f64::from(k)));
        let sum = |f: &dyn Fn(f64) -> f64| (0..400).map(|k| f(f64::from(k)) * p(k)).sum::<f64>();
        assert!((sum(&|_| 1.0) - 1.0).abs() < 1e-12);
        let mean = sum(&|k| k);
        assert!((of.mean() - mean).abs() < 1e-12);
        assert!((of.variance() - sum(&|k| (k - mean) * (k - mean))).abs() < 1e-10);
        let up_to: f64 = (0..=3).map(p).sum();
        assert!((of.cdf(3.0) - up_to).abs() < 1e-12);
        assert!((of.survival(3.5) - (1.0 - up_to)).abs() < 1e-12);
        assert_eq!(
            (of.cdf(-1.0), of.survival(-1.0), of.cdf(0.5)),
            (0.0, 1.0, 0.7)
        );
        assert_eq!(
            (of.cdf(f64::INFINITY), of.survival(f64::INFINITY)),
            (1.0, 0.0)
        );
        assert!(of.ln_density(f64::NAN).is_nan() && of.cdf(f64::NAN).is_nan());
        assert_eq!(of.ln_density(-1.0), f64::NEG_INFINITY);
    }
}
