//! Measurements with error bars.

use core::f64::consts::PI;

use serde::Deserialize;
use serde_json::json;

use super::beside::{Numbers, index, prior_after};
use super::gaussian::real;
use crate::oracle::posteriors::Posterior;
use crate::oracle::{Entry, Segment, parameters};

/// The entry of the catalogue, whose series come without error bars; with some in tests of
/// their own.
pub const ENTRY: Entry = Entry {
    name: "gaussian_error_bars",
    read: |model| Box::new(parameters::<GaussianErrorBars>(model)),
    model: |r| {
        let (mean, level_variance) = (r.normal(), r.between(0.3, 9.0));
        let variance = r.between(0.5, 2.0);
        json!({"gaussian_error_bars":
            {"mean": mean, "level_variance": level_variance, "variance": variance}})
    },
    draw: real,
    exchangeable: true,
    level_falls: false,
};

/// Normal observations of known variance each: μ ~ N(m, V), x ~ N(μ, sd²). Statistics: where in
/// the stream, Σ 1/sd², Σ (x − m)/sd².
#[derive(Clone, Debug, Deserialize)]
pub struct GaussianErrorBars {
    mean: f64,
    level_variance: f64,
    variance: f64,
    /// The error bar of each observation of the stream.
    #[serde(default)]
    observed_features: Vec<Vec<f64>>,
}

impl GaussianErrorBars {
    fn sds(&self) -> Numbers<'_> {
        Numbers {
            of_each: &self.observed_features,
            usual: self.variance.sqrt(),
        }
    }

    /// Mean less m and variance of μ.
    fn posterior(&self, stats: &[f64]) -> (f64, f64) {
        let precision = 1.0 / self.level_variance + stats[1];
        (stats[2] / precision, 1.0 / precision)
    }

    /// The normal density of all of them at once, with covariance D + V11ᵀ, D = diag(sd²): its
    /// determinant is |D| (1 + V 1ᵀD⁻¹1), its inverse D⁻¹ − D⁻¹11ᵀD⁻¹/(1/V + 1ᵀD⁻¹1).
    fn ln_joint(&self, seen: &[(f64, f64)]) -> f64 {
        let (mut ln_det, mut precision, mut sum, mut squares) = (0.0, 0.0, 0.0, 0.0);
        for &(x, sd) in seen {
            let delta = x - self.mean;
            ln_det += 2.0 * sd.ln();
            precision += sd.powi(-2);
            sum += delta / sd.powi(2);
            squares += (delta / sd).powi(2);
        }
        let form = squares - sum * sum / (1.0 / self.level_variance + precision);
        ln_det += (self.level_variance * precision).ln_1p();
        -0.5 * (seen.len() as f64 * (2.0 * PI).ln() + ln_det + form)
    }
}

impl Segment for GaussianErrorBars {
    fn prior(&self) -> Vec<f64> {
        vec![0.0, 0.0, 0.0]
    }

    fn prior_after(&self, before: &[Option<f64>]) -> Vec<f64> {
        prior_after(self, before)
    }

    fn pass(&self, stats: &mut [f64], _: Option<f64>) {
        stats[0] += 1.0;
    }

    fn ln_predictive(&self, stats: &[f64], x: f64) -> f64 {
        let (centre, variance) = self.posterior(stats);
        let spread = variance + self.sds().at(index(stats)).powi(2);
        let delta = x - self.mean - centre;
        -0.5 * (2.0 * PI * spread).ln() - 0.5 * delta * delta / spread
    }

    fn absorb(&self, stats: &mut [f64], x: f64) {
        let variance = self.sds().at(index(stats)).powi(2);
        stats[1] += 1.0 / variance;
        stats[2] += (x - self.mean) / variance;
        stats[0] += 1.0;
    }

    fn level(&self, stats: &[f64]) -> Vec<(f64, Posterior)> {
        let (centre, variance) = self.posterior(stats);
        let mean = self.mean + centre;
        vec![(1.0, Posterior::Normal { mean, variance })]
    }

    fn ln_evidence(&self, xs: &[f64]) -> f64 {
        self.ln_joint(&self.sds().with(xs))
    }

    fn ln_evidence_of(&self, series: &[Option<f64>], _: &[f64], from: usize, to: usize) -> f64 {
        self.ln_joint(&self.sds().seen(series, from, to))
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
        let model = GaussianErrorBars {
            mean: 1.0,
            level_variance: 4.0,
            variance: 0.25,
            observed_features: vec![vec![2.0]],
        };
        // N(1, 8), then a level N(2, 2) and an error bar of ½.
        let peak = |variance: f64| -0.5 * (2.0 * PI * variance).ln();
        assert_close("first", after(&model, &[], 1.0), peak(8.0), 1e-15);
        assert_close("then", after(&model, &[3.0], 2.0), peak(2.25), 1e-15);
    }
}
