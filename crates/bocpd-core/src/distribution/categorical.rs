//! Which of several categories.

use alloc::vec::Vec;

use libm::{floor, log};

use super::{Distribution, impossible, probability};
use crate::math::sum;

/// The distribution of a category, counted from 0.
///
/// Mean and variance are those of its number, which say something where the categories have an
/// order.
#[derive(Clone, Debug, PartialEq)]
pub struct Categorical {
    /// The probability of each; they sum to 1.
    probabilities: Vec<f64>,
}

impl Categorical {
    /// With these weights, which need not sum to 1; `None` if one is negative or not finite, or
    /// all are 0.
    pub fn new(weights: impl IntoIterator<Item = f64>) -> Option<Self> {
        let weights: Vec<f64> = weights.into_iter().collect();
        let total = sum(weights.iter().copied());
        let sound = weights.iter().all(|&weight| weight >= 0.0) && total > 0.0;
        (sound && total.is_finite()).then(|| Self {
            probabilities: weights.iter().map(|weight| weight / total).collect(),
        })
    }

    /// The probability of each category.
    pub fn probabilities(&self) -> &[f64] {
        &self.probabilities
    }

    fn numbered(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        let each = self.probabilities.iter().enumerate();
        each.map(|(k, &p)| (k as f64, p))
    }

    /// Σ p over the categories whose number is as `of` says.
    fn total(&self, of: impl Fn(f64) -> bool) -> f64 {
        probability(sum(self.numbered().filter(|&(k, _)| of(k)).map(|(_, p)| p)))
    }
}

impl Distribution for Categorical {
    fn mean(&self) -> f64 {
        sum(self.numbered().map(|(k, p)| k * p))
    }
    fn variance(&self) -> f64 {
        let mean = self.mean();
        sum(self.numbered().map(|(k, p)| (k - mean) * (k - mean) * p))
    }
    fn ln_density(&self, x: f64) -> f64 {
        if x.is_nan() || floor(x) != x {
            return impossible(x);
        }
        let at = self.numbered().find(|&(k, _)| k == x);
        at.map_or(f64::NEG_INFINITY, |(_, p)| log(p))
    }
    fn cdf(&self, x: f64) -> f64 {
        if x.is_nan() {
            x
        } else {
            self.total(|k| k <= x)
        }
    }
    fn survival(&self, x: f64) -> f64 {
        if x.is_nan() { x } else { self.total(|k| k > x) }
    }
    fn support(&self) -> (f64, f64) {
        (0.0, (self.probabilities.len() - 1) as f64)
    }
    fn is_discrete(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_become_probabilities() {
        let of = Categorical::new([1.0, 0.0, 3.0]).unwrap();
        assert_eq!(of.probabilities(), [0.25, 0.0, 0.75]);
        assert_eq!((of.mean(), of.variance()), (1.5, 0.75));
        assert_eq!(
            (of.cdf(-0.5), of.cdf(0.0), of.cdf(1.9), of.cdf(2.0)),
            (0.0, 0.25, 0.25, 1.0)
        );
        assert_eq!((of.survival(0.0), of.survival(2.0)), (0.75, 0.0));
        assert_eq!(of.ln_density(2.0), libm::log(0.75));
        assert_eq!(of.ln_density(1.0), f64::NEG_INFINITY);
        assert_eq!(of.ln_density(0.5), f64::NEG_INFINITY);
        assert_eq!((of.quantile(0.2), of.quantile(0.3)), (0.0, 2.0));
        assert!(of.cdf(f64::NAN).is_nan() && of.ln_density(f64::NAN).is_nan());
        for weights in [&[][..], &[0.0, 0.0], &[1.0, -1.0], &[f64::INFINITY]] {
            assert!(Categorical::new(weights.iter().copied()).is_none());
        }
    }
}
