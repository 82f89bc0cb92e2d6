//! Normal observations, mean and variance unknown.

use core::f64::consts::PI;

use libm::lgamma;
use serde::Deserialize;
use serde_json::json;

use super::ln_student_t;
use crate::oracle::posteriors::Posterior;
use crate::oracle::{Entry, Segment, parameters};
use crate::random::Random;

/// The entry of the catalogue.
pub const ENTRY: Entry = Entry {
    name: "gaussian",
    read: |model| Box::new(parameters::<Gaussian>(model)),
    model: |r| json!({"gaussian": normal_prior(r)}),
    draw: real,
    exchangeable: true,
    level_falls: false,
};

/// A prior from moderate ranges.
pub(super) fn normal_prior(random: &mut Random) -> serde_json::Value {
    json!({
        "mean": random.normal(),
        "kappa": random.between(0.1, 2.0),
        "alpha": random.between(0.5, 3.0),
        "beta": random.between(0.3, 3.0),
    })
}

/// An observation near a level.
pub(super) fn real(random: &mut Random, level: u64) -> f64 {
    5.0 * level as f64 + random.normal()
}

/// Normal observations, mean and variance unknown:
/// μ | σ² ~ N(m, σ²/κ), σ² ~ inverse gamma(α, β).
///
/// Statistics: the posterior parameters κ, m, α, β, with m relative to its
/// prior value, so that data far from 0 keep their digits. The predictive is
/// Student-t with 2α degrees of freedom, centre m and squared scale
/// β(κ+1)/(ακ).
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Gaussian {
    /// m.
    pub mean: f64,
    /// κ.
    pub kappa: f64,
    /// α.
    pub alpha: f64,
    /// β.
    pub beta: f64,
}

/// The marginal of μ: Student-t with 2α degrees of freedom, centre m and squared scale
/// β/(ακ).
pub(super) fn marginal(mean: f64, kappa: f64, alpha: f64, beta: f64) -> Posterior {
    Posterior::StudentT {
        nu: 2.0 * alpha,
        centre: mean,
        scale2: beta / (alpha * kappa),
    }
}

impl Segment for Gaussian {
    fn prior(&self) -> Vec<f64> {
        vec![self.kappa, 0.0, self.alpha, self.beta]
    }

    fn ln_predictive(&self, stats: &[f64], x: f64) -> f64 {
        let &[kappa, mean, alpha, beta] = stats else {
            unreachable!("four statistics")
        };
        let scale2 = beta * (kappa + 1.0) / (alpha * kappa);
        ln_student_t(x - self.mean, 2.0 * alpha, mean, scale2)
    }

    fn absorb(&self, stats: &mut [f64], x: f64) {
        let [kappa, mean, alpha, beta] = stats else {
            unreachable!("four statistics")
        };
        let x = x - self.mean;
        *beta += 0.5 * *kappa / (*kappa + 1.0) * (x - *mean) * (x - *mean);
        *mean += (x - *mean) / (*kappa + 1.0);
        *alpha += 0.5;
        *kappa += 1.0;
    }

    fn level(&self, stats: &[f64]) -> Vec<(f64, Posterior)> {
        let &[kappa, mean, alpha, beta] = stats else {
            unreachable!("four statistics")
        };
        vec![(1.0, marginal(self.mean + mean, kappa, alpha, beta))]
    }

    /// Γ(αₙ)/Γ(α) · β^α/βₙ^αₙ · √(κ/κₙ) · (2π)^(−n/2), with
    /// βₙ = β + ½ Σ(x−x̄)² + ½ κn/κₙ (x̄−m)².
    fn ln_evidence(&self, xs: &[f64]) -> f64 {
        if xs.is_empty() {
            return 0.0;
        }
        let n = xs.len() as f64;
        let shifted = xs.iter().map(|x| x - self.mean);
        let mean = shifted.clone().sum::<f64>() / n;
        let scatter: f64 = shifted.map(|x| (x - mean) * (x - mean)).sum();
        let kappa_n = self.kappa + n;
        let alpha_n = self.alpha + 0.5 * n;
        let beta_n = self.beta + 0.5 * scatter + 0.5 * self.kappa * n / kappa_n * mean * mean;
        lgamma(alpha_n) - lgamma(self.alpha) + self.alpha * self.beta.ln() - alpha_n * beta_n.ln()
            + 0.5 * (self.kappa / kappa_n).ln()
            - 0.5 * n * (2.0 * PI).ln()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::close::assert_close;
    use crate::oracle::textbook::facts::{PRIOR, after, assert_evidence};

    #[test]
    fn evidence_is_the_product_of_the_predictives() {
        assert_evidence(&ENTRY);
    }

    #[test]
    fn gaussian_facts() {
        assert_close("0", after(&PRIOR, &[], 0.0), -(4.0f64).ln(), 1e-14);
        for x in [-1.0, 1.0] {
            let got = after(&PRIOR, &[], x);
            assert_close("±1", got, -1.721_009_688_091_205_1, 1e-14);
        }
        let got = after(&PRIOR, &[], 100.0);
        assert_close("100", got, -13.122_963_257_436_318, 1e-14);
        let seen = [5.0, 5.1, 4.9];
        assert_close("near", after(&PRIOR, &seen, 5.0), -1.96755, 5e-6);
        assert_close("far", after(&PRIOR, &seen, 10.0), -4.54658, 5e-6);
    }
}
