//! Normal observations, mean known, variance unknown.

use core::f64::consts::PI;

use libm::lgamma;
use serde::Deserialize;
use serde_json::json;

use super::ln_student_t;
use crate::oracle::posteriors::Posterior;
use crate::oracle::{Entry, Segment, parameters};

/// The entry of the catalogue.
pub const ENTRY: Entry = Entry {
    name: "gaussian_known_mean",
    read: |model| Box::new(parameters::<GaussianKnownMean>(model)),
    model: |r| {
        json!({"gaussian_known_mean":
            {"mean": r.normal(), "alpha": r.between(1.2, 3.0), "beta": r.between(0.3, 3.0)}})
    },
    draw: |r, level| 4.0f64.powf(level as f64) * r.normal(),
    exchangeable: true,
    level_falls: false,
};

/// Normal observations of known mean m: σ² ~ inverse gamma(α, β). Statistics: α + n/2 and
/// β + ½ Σ(x − m)². The level is σ.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct GaussianKnownMean {
    /// m.
    pub mean: f64,
    /// α.
    pub alpha: f64,
    /// β.
    pub beta: f64,
}

impl Segment for GaussianKnownMean {
    fn prior(&self) -> Vec<f64> {
        vec![self.alpha, self.beta]
    }

    /// Student-t with 2α degrees of freedom, centre m and squared scale β/α.
    fn ln_predictive(&self, stats: &[f64], x: f64) -> f64 {
        let (alpha, beta) = (stats[0], stats[1]);
        ln_student_t(x, 2.0 * alpha, self.mean, beta / alpha)
    }

    fn absorb(&self, stats: &mut [f64], x: f64) {
        stats[0] += 0.5;
        stats[1] += 0.5 * (x - self.mean) * (x - self.mean);
    }

    fn level(&self, stats: &[f64]) -> Vec<(f64, Posterior)> {
        let (shape, scale) = (stats[0], stats[1]);
        vec![(1.0, Posterior::RootInverseGamma { shape, scale })]
    }

    /// Γ(α_n)/Γ(α) · β^α/β_n^α_n · (2π)^(−n/2).
    fn ln_evidence(&self, xs: &[f64]) -> f64 {
        let n = xs.len() as f64;
        let squares: f64 = xs.iter().map(|x| (x - self.mean) * (x - self.mean)).sum();
        let (alpha_n, beta_n) = (self.alpha + 0.5 * n, self.beta + 0.5 * squares);
        lgamma(alpha_n) - lgamma(self.alpha) + self.alpha * self.beta.ln()
            - alpha_n * beta_n.ln()
            - 0.5 * n * (2.0 * PI).ln()
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
        let model = GaussianKnownMean {
            mean: 1.0,
            alpha: 0.5,
            beta: 0.5,
        };
        // The standard Cauchy density about 1; after 3, t with two degrees of freedom and
        // squared scale 2.5, whose largest density is 1/(2 √2) over the scale.
        assert_close("1", after(&model, &[], 1.0), -PI.ln(), 1e-14);
        assert_close("2", after(&model, &[], 2.0), -(2.0 * PI).ln(), 1e-14);
        let peak = -(8.0f64 * 2.5).ln() / 2.0;
        assert_close("1 after 3", after(&model, &[3.0], 1.0), peak, 1e-14);
    }
}
