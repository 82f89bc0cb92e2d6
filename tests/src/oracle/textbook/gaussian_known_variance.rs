//! Normal observations, mean unknown, variance known.

use core::f64::consts::PI;

use serde::Deserialize;
use serde_json::json;

use super::gaussian::real;
use crate::oracle::posteriors::Posterior;
use crate::oracle::{Entry, Segment, parameters};

/// The entry of the catalogue.
pub const ENTRY: Entry = Entry {
    name: "gaussian_known_variance",
    read: |model| Box::new(parameters::<GaussianKnownVariance>(model)),
    model: |r| {
        json!({"gaussian_known_variance":
            {"mean": r.normal(), "kappa": r.between(0.05, 2.0), "variance": r.between(0.5, 2.0)}})
    },
    draw: real,
    exchangeable: true,
    level_falls: false,
};

/// Normal observations of known variance σ²: μ ~ N(m, σ²/κ).
///
/// Statistics: n and Σ(x − m). The posterior of μ − m is normal with mean
/// Σ(x − m)/(κ + n) and variance σ²/(κ + n); a new observation adds σ².
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct GaussianKnownVariance {
    /// m.
    pub mean: f64,
    /// κ.
    pub kappa: f64,
    /// σ².
    pub variance: f64,
}

impl Segment for GaussianKnownVariance {
    fn prior(&self) -> Vec<f64> {
        vec![0.0, 0.0]
    }

    fn ln_predictive(&self, stats: &[f64], x: f64) -> f64 {
        let &[n, sum] = stats else {
            unreachable!("two statistics")
        };
        let centre = sum / (self.kappa + n);
        let spread = self.variance + self.variance / (self.kappa + n);
        let delta = x - self.mean - centre;
        -0.5 * (2.0 * PI * spread).ln() - 0.5 * delta * delta / spread
    }

    fn absorb(&self, stats: &mut [f64], x: f64) {
        stats[0] += 1.0;
        stats[1] += x - self.mean;
    }

    fn level(&self, stats: &[f64]) -> Vec<(f64, Posterior)> {
        let kappa = self.kappa + stats[0];
        let mean = self.mean + stats[1] / kappa;
        let variance = self.variance / kappa;
        vec![(1.0, Posterior::Normal { mean, variance })]
    }

    /// The normal density of all of them at once, with covariance σ²(I + 11ᵀ/κ): its
    /// determinant is σ²ⁿ (1 + n/κ), its inverse (I − 11ᵀ/(κ + n))/σ².
    fn ln_evidence(&self, xs: &[f64]) -> f64 {
        let n = xs.len() as f64;
        let deltas = xs.iter().map(|x| x - self.mean);
        let sum: f64 = deltas.clone().sum();
        let squares: f64 = deltas.map(|delta| delta * delta).sum();
        let form = (squares - sum * sum / (self.kappa + n)) / self.variance;
        -0.5 * (n * (2.0 * PI * self.variance).ln() + (n / self.kappa).ln_1p() + form)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::close::assert_close;
    use crate::oracle::textbook::facts::{after, assert_evidence};

    #[test]
    fn evidence_is_the_product_of_the_predictives() {
        assert_evidence(&ENTRY);
    }

    #[test]
    fn facts() {
        let model = GaussianKnownVariance {
            mean: 1.0,
            kappa: 1.0,
            variance: 0.5,
        };
        // N(1, 1) at its centre and one standard deviation away.
        let peak = -0.5 * (2.0 * PI).ln();
        assert_close("1", after(&model, &[], 1.0), peak, 1e-15);
        assert_close("0", after(&model, &[], 0.0), peak - 0.5, 1e-15);
        // After 3 the level is N(2, 1/4), the next observation N(2, 3/4).
        let got = after(&model, &[3.0], 2.0);
        assert_close("after 3", got, -0.5 * (1.5 * PI).ln(), 1e-15);
    }
}
