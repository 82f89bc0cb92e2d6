//! Normal observations of known relative precision.

use serde::Deserialize;
use serde_json::json;

use super::beside::{Numbers, index, prior_after};
use super::gaussian::{normal_prior, real};
use super::{ln_multivariate_t, ln_student_t};
use crate::oracle::posteriors::Posterior;
use crate::oracle::{Entry, Segment, parameters};

/// The entry of the catalogue, whose series come without weights; with some in tests of their
/// own.
pub const ENTRY: Entry = Entry {
    name: "heteroscedastic_gaussian",
    read: |model| Box::new(parameters::<HeteroscedasticGaussian>(model)),
    model: |r| json!({"heteroscedastic_gaussian": normal_prior(r)}),
    draw: real,
    exchangeable: true,
    level_falls: false,
};

/// Normal observations x ~ N(μ, σ²/w), μ ~ N(m, σ²/κ), σ² ~ inverse gamma(α, β). Statistics,
/// with y = x − m: where in the stream, n, Σw, Σwy, Σwy².
///
/// ```text
/// κ' = κ + Σw   m' = m + Σwy/κ'   α' = α + n/2   β' = β + ½ (Σwy² − (Σwy)²/κ')
/// ```
#[derive(Clone, Debug, Deserialize)]
pub struct HeteroscedasticGaussian {
    mean: f64,
    kappa: f64,
    alpha: f64,
    beta: f64,
    /// The weight of each observation of the stream.
    #[serde(default)]
    observed_features: Vec<Vec<f64>>,
}

impl HeteroscedasticGaussian {
    fn weights(&self) -> Numbers<'_> {
        Numbers {
            of_each: &self.observed_features,
            usual: 1.0,
        }
    }

    /// κ', m' − m, α', β'.
    fn posterior(&self, stats: &[f64]) -> [f64; 4] {
        let [_, n, w, wy, wy2] = [0, 1, 2, 3, 4].map(|i| stats[i]);
        let kappa = self.kappa + w;
        let beta = self.beta + 0.5 * (wy2 - wy * wy / kappa);
        [kappa, wy / kappa, self.alpha + 0.5 * n, beta]
    }

    /// Of all of them at once: multivariate t, with covariance over σ² of diag(1/w) + 11ᵀ/κ.
    fn ln_joint(&self, seen: &[(f64, f64)]) -> f64 {
        let deltas: Vec<f64> = seen.iter().map(|(x, _)| x - self.mean).collect();
        ln_multivariate_t(self.alpha, self.beta, &deltas, |i, j| {
            let noise = if i == j { 1.0 / seen[i].1 } else { 0.0 };
            noise + 1.0 / self.kappa
        })
    }
}

impl Segment for HeteroscedasticGaussian {
    fn prior(&self) -> Vec<f64> {
        vec![0.0; 5]
    }

    fn prior_after(&self, before: &[Option<f64>]) -> Vec<f64> {
        prior_after(self, before)
    }

    fn pass(&self, stats: &mut [f64], _: Option<f64>) {
        stats[0] += 1.0;
    }

    fn ln_predictive(&self, stats: &[f64], x: f64) -> f64 {
        let [kappa, centre, alpha, beta] = self.posterior(stats);
        let w = self.weights().at(index(stats));
        let scale2 = beta / alpha * (1.0 / kappa + 1.0 / w);
        ln_student_t(x - self.mean, 2.0 * alpha, centre, scale2)
    }

    fn absorb(&self, stats: &mut [f64], x: f64) {
        let (w, y) = (self.weights().at(index(stats)), x - self.mean);
        for (stat, more) in stats.iter_mut().zip([1.0, 1.0, w, w * y, w * y * y]) {
            *stat += more;
        }
    }

    fn level(&self, stats: &[f64]) -> Vec<(f64, Posterior)> {
        let [kappa, centre, alpha, beta] = self.posterior(stats);
        vec![(
            1.0,
            Posterior::StudentT {
                nu: 2.0 * alpha,
                centre: self.mean + centre,
                scale2: beta / alpha / kappa,
            },
        )]
    }

    fn ln_evidence(&self, xs: &[f64]) -> f64 {
        self.ln_joint(&self.weights().with(xs))
    }

    fn ln_evidence_of(&self, series: &[Option<f64>], _: &[f64], from: usize, to: usize) -> f64 {
        self.ln_joint(&self.weights().seen(series, from, to))
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
    fn a_weight_of_two_is_a_mean_of_two() {
        let model = |weights: &[f64]| HeteroscedasticGaussian {
            mean: 0.5,
            kappa: 0.7,
            alpha: 1.5,
            beta: 2.0,
            observed_features: weights.iter().map(|&w| vec![w]).collect(),
        };
        // 3 and 3 tell of the level what their mean does; of the variance they tell more, by one
        // observation that hit its own mean.
        let mut two = model(&[]).prior();
        let mut one = two.clone();
        model(&[]).absorb(&mut two, 3.0);
        model(&[]).absorb(&mut two, 3.0);
        model(&[2.0]).absorb(&mut one, 3.0);
        let ([kappa, m, alpha, beta], [k, centre, a, b]) =
            (model(&[]).posterior(&two), model(&[]).posterior(&one));
        assert_close("kappa", kappa, k, 1e-15);
        assert_close("mean", m, centre, 1e-15);
        assert_close("alpha", alpha, a + 0.5, 1e-15);
        assert_close("beta", beta, b, 1e-15);
        let got = after(&model(&[2.0]), &[], 3.0);
        assert_close(
            "t",
            got,
            ln_student_t(3.0, 3.0, 0.5, 2.0 / 1.5 * (1.0 / 0.7 + 0.5)),
            1e-14,
        );
    }
}
