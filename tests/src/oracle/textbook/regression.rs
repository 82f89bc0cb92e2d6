//! Normal observations by linear regression on the last ones, on time and on features.

use serde::Deserialize;
use serde_json::json;

use super::gaussian::{normal_prior, real};
use super::{ln_multivariate_t, ln_student_t};
use crate::oracle::posteriors::Posterior;
use crate::oracle::{Entry, Segment, parameters};

/// The entry of the catalogue. Features are in tests of their own: the catalogue has no series
/// that come with some.
pub const ENTRY: Entry = Entry {
    name: "regression",
    read: |model| Box::new(parameters::<Regression>(model)),
    model: |r| {
        let mut parameters = normal_prior(r);
        parameters["lags"] = json!([0, 0, 1, 3][usize::try_from(r.below(4)).expect("small")]);
        parameters["lag_scale"] = json!(r.between(0.2, 0.6));
        let slope = r.between(0.05, 0.5);
        parameters["slope"] = json!(if r.below(2) == 0 { slope } else { 0.0 });
        parameters["feature_scale"] = json!(r.between(0.5, 2.0));
        parameters["features"] = json!(0);
        json!({"regression": parameters})
    },
    draw: real,
    exchangeable: false,
    level_falls: false,
};

/// Linear regression with the normal-inverse-gamma prior: w | σ² ~ N(0, σ² V), σ² ~ inverse
/// gamma(α, β), V diagonal. Murphy (2012), ch. 7.6.3, one observation at a time, with the
/// inverse of the precision matrix, P:
///
/// ```text
/// s = 1 + φᵀ P φ,   e = y − φᵀ m
/// β' = β + ½ e²/s   m' = m + P φ e/s   P' = P − P φ φᵀ P/s
/// ```
///
/// φ is 1, the time since the segment began, the last observations less the prior mean, and
/// the features. Statistics: α, β, that time, how many observations there were before in the
/// stream, those last ones, m, P by rows. All columns are there always; the slope has variance
/// 0 where it is not wanted.
#[derive(Clone, Debug, Deserialize)]
pub struct Regression {
    mean: f64,
    kappa: f64,
    alpha: f64,
    beta: f64,
    lags: usize,
    lag_scale: f64,
    slope: f64,
    feature_scale: f64,
    features: usize,
    /// The features of each observation of the stream.
    #[serde(default)]
    observed_features: Vec<Vec<f64>>,
}

/// Positions of the statistics before the lags.
const ALPHA: usize = 0;
const BETA: usize = 1;
const AGE: usize = 2;
const INDEX: usize = 3;
const LAGS: usize = 4;

impl Regression {
    fn dim(&self) -> usize {
        2 + self.lags + self.features
    }

    /// V.
    fn variances(&self) -> Vec<f64> {
        let mut variances = vec![1.0 / self.kappa, self.slope.powi(2)];
        let lag = self.lag_scale.powi(2) * self.alpha / self.beta;
        variances.extend(vec![lag; self.lags]);
        variances.extend(vec![self.feature_scale.powi(2); self.features]);
        variances
    }

    /// φ of observation `index` of the stream, given what was before it.
    fn row(&self, index: usize, age: f64, lags: &[f64]) -> Vec<f64> {
        let mut row = vec![1.0, age];
        row.extend(lags);
        if self.features > 0 {
            row.extend(&self.observed_features[index]);
        }
        row
    }

    /// The last observations before `index` less the prior mean, the newest first; 0 where they
    /// are missing or there were none.
    fn lags_at(&self, series: &[Option<f64>], index: usize) -> Vec<f64> {
        let before = |i: usize| index.checked_sub(i).and_then(|at| series[at]);
        (1..=self.lags)
            .map(|i| before(i).map_or(0.0, |x| x - self.mean))
            .collect()
    }

    /// φᵀ m, s and P φ.
    fn foreseen(&self, stats: &[f64]) -> (f64, f64, Vec<f64>) {
        let dim = self.dim();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a count"
        )]
        let index = stats[INDEX] as usize;
        let phi = self.row(index, stats[AGE], &stats[LAGS..LAGS + self.lags]);
        let (m, p) = stats[LAGS + self.lags..].split_at(dim);
        let p_phi: Vec<f64> = (0..dim)
            .map(|i| (0..dim).map(|j| p[i * dim + j] * phi[j]).sum())
            .collect();
        let expected = (0..dim).map(|i| phi[i] * m[i]).sum();
        let s = 1.0 + (0..dim).map(|i| phi[i] * p_phi[i]).sum::<f64>();
        (expected, s, p_phi)
    }
}

impl Segment for Regression {
    fn prior(&self) -> Vec<f64> {
        self.prior_after(&[])
    }

    fn prior_after(&self, before: &[Option<f64>]) -> Vec<f64> {
        let dim = self.dim();
        let mut stats = vec![self.alpha, self.beta, 0.0, before.len() as f64];
        stats.extend(self.lags_at(before, before.len()));
        let p = stats.len() + dim;
        stats.resize(p + dim * dim, 0.0);
        for (i, variance) in self.variances().into_iter().enumerate() {
            stats[p + i * dim + i] = variance;
        }
        stats
    }

    fn ln_predictive(&self, stats: &[f64], x: f64) -> f64 {
        let (expected, s, _) = self.foreseen(stats);
        let (alpha, beta) = (stats[ALPHA], stats[BETA]);
        ln_student_t(x - self.mean, 2.0 * alpha, expected, beta / alpha * s)
    }

    fn absorb(&self, stats: &mut [f64], x: f64) {
        let dim = self.dim();
        let (expected, s, p_phi) = self.foreseen(stats);
        let e = x - self.mean - expected;
        stats[ALPHA] += 0.5;
        stats[BETA] += 0.5 * e * e / s;
        let (m, p) = stats[LAGS + self.lags..].split_at_mut(dim);
        for i in 0..dim {
            m[i] += p_phi[i] * e / s;
            for j in 0..dim {
                p[i * dim + j] -= p_phi[i] * p_phi[j] / s;
            }
        }
        self.pass(stats, Some(x));
    }

    fn pass(&self, stats: &mut [f64], x: Option<f64>) {
        stats[INDEX] += 1.0;
        if self.lags > 0 {
            let lags = &mut stats[LAGS..LAGS + self.lags];
            lags.rotate_right(1);
            lags[0] = x.map_or(0.0, |x| x - self.mean);
        }
    }

    fn advance(&self, stats: &mut [f64], elapsed: f64) {
        stats[AGE] += elapsed;
    }

    /// The intercept, where the line is now.
    fn level(&self, stats: &[f64]) -> Vec<(f64, Posterior)> {
        let dim = self.dim();
        let (m, p) = stats[LAGS + self.lags..].split_at(dim);
        let (alpha, beta, age) = (stats[ALPHA], stats[BETA], stats[AGE]);
        let variance = p[0] + 2.0 * age * p[1] + age * age * p[dim + 1];
        let posterior = Posterior::StudentT {
            nu: 2.0 * alpha,
            centre: self.mean + m[0] + age * m[1],
            scale2: beta / alpha * variance,
        };
        vec![(1.0, posterior)]
    }

    fn ln_evidence(&self, xs: &[f64]) -> f64 {
        let xs: Vec<_> = xs.iter().map(|&x| Some(x)).collect();
        self.ln_evidence_at(&xs, &vec![1.0; xs.len()])
    }

    fn ln_evidence_at(&self, xs: &[Option<f64>], elapsed: &[f64]) -> f64 {
        self.ln_evidence_of(xs, elapsed, 0, xs.len())
    }

    /// A multivariate t density with covariance I + X V Xᵀ. (Lags are given as any other
    /// column: each factor of the density is that of one observation given those before.)
    fn ln_evidence_of(
        &self,
        series: &[Option<f64>],
        elapsed: &[f64],
        from: usize,
        to: usize,
    ) -> f64 {
        let (mut age, mut rows, mut ys) = (0.0, Vec::new(), Vec::new());
        for i in from..to {
            age += if i > from { elapsed[i] } else { 0.0 };
            if let Some(x) = series[i] {
                rows.push(self.row(i, age, &self.lags_at(series, i)));
                ys.push(x - self.mean);
            }
        }
        let variances = self.variances();
        ln_multivariate_t(self.alpha, self.beta, &ys, |i, j| {
            let columns = rows[i].iter().zip(&rows[j]).zip(&variances);
            let shared: f64 = columns.map(|((a, b), v)| a * v * b).sum();
            shared + if i == j { 1.0 } else { 0.0 }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::close::assert_close;
    use crate::oracle::textbook::gaussian::Gaussian;
    use crate::random::Random;

    /// A model with `features` of them, and a series for it, from `seed`.
    fn case(random: &mut Random, features: usize) -> (Regression, Vec<Option<f64>>, Vec<f64>) {
        let n = usize::try_from(1 + random.below(30)).expect("small");
        let config = (ENTRY.model)(random);
        let mut model = parameters::<Regression>(&config[ENTRY.name]);
        model.features = features;
        model.observed_features = (0..n)
            .map(|_| (0..features).map(|_| random.normal()).collect())
            .collect();
        let xs = (0..n).map(|_| (random.below(5) > 0).then(|| real(random, 1)));
        let xs = xs.collect();
        (
            model,
            xs,
            (0..n).map(|_| random.between(0.2, 2.0)).collect(),
        )
    }

    /// The recursion and the dense density are two routes to the same number.
    #[test]
    fn evidence_is_the_product_of_the_predictives() {
        let mut random = Random::new(12);
        for round in 0..100 {
            let (model, xs, elapsed) = case(&mut random, round % 3);
            let from = usize::try_from(random.below(xs.len() as u64)).expect("small");
            let (mut stats, mut total) = (model.prior_after(&xs[..from]), 0.0);
            for i in from..xs.len() {
                if i > from {
                    model.advance(&mut stats, elapsed[i]);
                }
                match xs[i] {
                    Some(x) => {
                        total += model.ln_predictive(&stats, x);
                        model.absorb(&mut stats, x);
                    }
                    None => model.pass(&mut stats, None),
                }
            }
            let dense = model.ln_evidence_of(&xs, &elapsed, from, xs.len());
            assert_close("evidence", total, dense, 1e-10);
        }
    }

    /// With nothing but an intercept it is the Gaussian model.
    #[test]
    fn an_intercept_alone_is_a_level() {
        let mut random = Random::new(13);
        for _ in 0..20 {
            let (mut model, xs, _) = case(&mut random, 0);
            (model.lags, model.slope) = (0, 0.0);
            let xs: Vec<f64> = xs.into_iter().flatten().collect();
            let Regression {
                mean,
                kappa,
                alpha,
                beta,
                ..
            } = model;
            let gaussian = Gaussian {
                mean,
                kappa,
                alpha,
                beta,
            };
            let (got, want) = (model.ln_evidence(&xs), gaussian.ln_evidence(&xs));
            assert_close("evidence", got, want, 1e-11);
        }
    }
}
