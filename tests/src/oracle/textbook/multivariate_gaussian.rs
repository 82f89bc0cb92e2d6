//! Rows of real numbers with their covariance.

use core::f64::consts::PI;

use libm::lgamma;
use serde::Deserialize;
use serde_json::json;

use super::gaussian::{normal_prior, real};
use crate::oracle::posteriors::Posterior;
use crate::oracle::{Entry, Segment, parameters};

/// The entry of the catalogue: rows of one number.
pub const ENTRY: Entry = Entry {
    name: "multivariate_gaussian",
    read: |model| Box::new(parameters::<MultivariateGaussian>(model)),
    model: |r| {
        let one = normal_prior(r);
        json!({"multivariate_gaussian": {"mean": [one["mean"]], "kappa": one["kappa"],
            "alpha": one["alpha"], "beta": [one["beta"]]}})
    },
    draw: real,
    exchangeable: true,
    level_falls: false,
};

/// Rows of d numbers: normal about μ with covariance Σ, where Σ ~ inverse Wishart(ν, Ψ) and
/// μ | Σ ~ N(m, Σ/κ); Ψ = 2 diag(β) and ν = 2α + d − 1. Statistics: κ + n, ν + n, m, Ψ row by
/// row.
///
/// An observation is a number where d = 1; else the position of its row among
/// [`rows`](Self::rows).
#[derive(Clone, Debug, Deserialize)]
pub struct MultivariateGaussian {
    /// m.
    pub mean: Vec<f64>,
    /// κ.
    pub kappa: f64,
    /// α.
    pub alpha: f64,
    /// β.
    pub beta: Vec<f64>,
    /// All rows that the tests will ask about.
    #[serde(default)]
    pub rows: Vec<Vec<f64>>,
}

/// ln of the determinant of a positive definite matrix, and vᵀ A⁻¹ v: by Gaussian elimination.
fn eliminate(matrix: &[f64], v: &[f64]) -> (f64, f64) {
    let d = v.len();
    let (mut a, mut b) = (matrix.to_vec(), v.to_vec());
    let (mut ln_determinant, mut square) = (0.0, 0.0);
    for k in 0..d {
        let pivot = a[k * d + k];
        ln_determinant += pivot.ln();
        square += b[k] * b[k] / pivot;
        for i in k + 1..d {
            let factor = a[i * d + k] / pivot;
            for j in k..d {
                a[i * d + j] -= factor * a[k * d + j];
            }
            b[i] -= factor * b[k];
        }
    }
    (ln_determinant, square)
}

impl MultivariateGaussian {
    fn d(&self) -> usize {
        self.mean.len()
    }

    fn nu(&self) -> f64 {
        2.0 * self.alpha + self.d() as f64 - 1.0
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a position"
    )]
    fn row(&self, x: f64) -> Vec<f64> {
        if self.d() == 1 {
            vec![x]
        } else {
            self.rows[x as usize].clone()
        }
    }

    /// The rows as observations.
    #[must_use]
    pub fn series(&self) -> Vec<Option<f64>> {
        (0..self.rows.len()).map(|t| Some(t as f64)).collect()
    }

    /// ln of the multivariate gamma function.
    fn ln_gamma_d(&self, x: f64) -> f64 {
        let d = self.d() as f64;
        let each = (0..self.d()).map(|j| lgamma(x - 0.5 * j as f64));
        d * (d - 1.0) / 4.0 * PI.ln() + each.sum::<f64>()
    }

    fn psi(&self) -> Vec<f64> {
        let d = self.d();
        let mut psi = vec![0.0; d * d];
        for (j, beta) in self.beta.iter().enumerate() {
            psi[j * d + j] = 2.0 * beta;
        }
        psi
    }
}

impl Segment for MultivariateGaussian {
    fn prior(&self) -> Vec<f64> {
        let mut stats = vec![self.kappa, self.nu()];
        stats.extend(&self.mean);
        stats.extend(self.psi());
        stats
    }

    /// Multivariate t with ν − d + 1 degrees of freedom about m, scale matrix
    /// Ψ(κ + 1)/(κ(ν − d + 1)).
    fn ln_predictive(&self, stats: &[f64], x: f64) -> f64 {
        let d = self.d();
        let (kappa, freedom) = (stats[0], stats[1] - d as f64 + 1.0);
        let (mean, psi) = (&stats[2..2 + d], &stats[2 + d..]);
        let scale: Vec<f64> = psi
            .iter()
            .map(|psi| psi * (kappa + 1.0) / (kappa * freedom))
            .collect();
        let delta: Vec<f64> = self.row(x).iter().zip(mean).map(|(x, m)| x - m).collect();
        let (ln_determinant, square) = eliminate(&scale, &delta);
        let d = d as f64;
        lgamma(0.5 * (freedom + d))
            - lgamma(0.5 * freedom)
            - 0.5 * d * (freedom * PI).ln()
            - 0.5 * ln_determinant
            - 0.5 * (freedom + d) * (square / freedom).ln_1p()
    }

    fn absorb(&self, stats: &mut [f64], x: f64) {
        let (d, kappa) = (self.d(), stats[0]);
        let row = self.row(x);
        let delta: Vec<f64> = (0..d).map(|j| row[j] - stats[2 + j]).collect();
        for i in 0..d {
            for j in 0..d {
                stats[2 + d + i * d + j] += kappa / (kappa + 1.0) * delta[i] * delta[j];
            }
        }
        for j in 0..d {
            stats[2 + j] += delta[j] / (kappa + 1.0);
        }
        stats[0] += 1.0;
        stats[1] += 1.0;
    }

    /// Of the first number.
    fn level(&self, stats: &[f64]) -> Vec<(f64, Posterior)> {
        let d = self.d();
        let nu = stats[1] - d as f64 + 1.0;
        let t = Posterior::StudentT {
            nu,
            centre: stats[2],
            scale2: stats[2 + d] / (stats[0] * nu),
        };
        vec![(1.0, t)]
    }

    /// π^(−nd/2) Γ_d(ν_n/2)/Γ_d(ν/2) |Ψ|^(ν/2)/|Ψ_n|^(ν_n/2) (κ/κ_n)^(d/2), with Ψ_n from the
    /// scatter about the mean.
    fn ln_evidence(&self, xs: &[f64]) -> f64 {
        if xs.is_empty() {
            return 0.0;
        }
        let d = self.d();
        let rows: Vec<Vec<f64>> = xs.iter().map(|&x| self.row(x)).collect();
        let n = rows.len() as f64;
        let means: Vec<f64> = (0..d)
            .map(|j| rows.iter().map(|row| row[j]).sum::<f64>() / n)
            .collect();
        let mut psi = self.psi();
        let (before, _) = eliminate(&psi, &vec![0.0; d]);
        for i in 0..d {
            for j in 0..d {
                let scatter: f64 = rows
                    .iter()
                    .map(|row| (row[i] - means[i]) * (row[j] - means[j]))
                    .sum();
                let apart = (means[i] - self.mean[i]) * (means[j] - self.mean[j]);
                psi[i * d + j] += scatter + self.kappa * n / (self.kappa + n) * apart;
            }
        }
        let (after, _) = eliminate(&psi, &vec![0.0; d]);
        let (nu, d) = (self.nu(), d as f64);
        self.ln_gamma_d(0.5 * (nu + n)) - self.ln_gamma_d(0.5 * nu) - 0.5 * n * d * PI.ln()
            + 0.5 * nu * before
            - 0.5 * (nu + n) * after
            + 0.5 * d * (self.kappa / (self.kappa + n)).ln()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::close::assert_close;
    use crate::oracle::ln_product_of_predictives;
    use crate::oracle::textbook::facts::{after, assert_evidence};
    use crate::oracle::textbook::ln_student_t;
    use crate::random::Random;

    #[test]
    fn evidence_is_the_product_of_the_predictives() {
        assert_evidence(&ENTRY);
        let mut random = Random::new(4);
        let rows = (0..12).map(|_| (0..3).map(|_| random.normal()).collect());
        let model = MultivariateGaussian {
            mean: vec![0.5, -1.0, 0.0],
            kappa: 0.3,
            alpha: 1.2,
            beta: vec![0.7, 2.0, 1.0],
            rows: rows.collect(),
        };
        let xs: Vec<f64> = model.series().into_iter().flatten().collect();
        let product = ln_product_of_predictives(&model, &xs);
        assert_close("rows of three", product, model.ln_evidence(&xs), 1e-12);
    }

    /// Of one number it is Student-t; two at the prior mean have the largest density.
    #[test]
    fn facts() {
        let one = MultivariateGaussian {
            mean: vec![1.0],
            kappa: 1.0,
            alpha: 1.5,
            beta: vec![3.0],
            rows: Vec::new(),
        };
        assert_close(
            "one",
            after(&one, &[], 2.5),
            ln_student_t(2.5, 3.0, 1.0, 4.0),
            1e-14,
        );
        let two = MultivariateGaussian {
            mean: vec![0.0, 0.0],
            kappa: 1.0,
            alpha: 1.0,
            beta: vec![1.0, 1.0],
            rows: vec![vec![0.0, 0.0]],
        };
        // Γ(2)/Γ(1) (2π)⁻¹ |Σ|^(−½), Σ = 2 I.
        assert_close("two", after(&two, &[], 0.0), -(4.0 * PI).ln(), 1e-14);
    }
}
