//! Any model of one segment, with outliers.
//!
//! ```text
//! p_ε(x | s) = (1 − ε) p(x | s) + ε q(x),   ρ_s = ε q(x) / p_ε(x | s)
//! ```
//!
//! A segment absorbs x where ρ < ½. q is the Cauchy distribution: for positive numbers what
//! of it lies above 0, for counts what lies within ½ of each, and each over their sum.

use core::f64::consts::PI;

use serde::Deserialize;

use super::{Segment, ln_product_of_predictives, ln_sum_exp};

/// A model with outliers.
pub struct WithOutliers {
    /// The model without.
    pub inner: Box<dyn Segment>,
    /// ε, and q as it is over all numbers.
    pub outliers: Outliers,
    /// What observations are.
    pub among: Among,
}

/// ε, and the Cauchy distribution.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Outliers {
    /// ε.
    pub probability: f64,
    /// The median.
    pub centre: f64,
    /// The distance of the quartiles from it.
    pub scale: f64,
}

/// What observations are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Among {
    /// Any numbers.
    Reals,
    /// Numbers above 0.
    Positives,
    /// 0, 1, 2, …
    Counts,
}

impl Among {
    /// What the observations of a model are, by its name.
    ///
    /// # Panics
    /// Where outliers have no sense.
    #[must_use]
    pub fn of(model: &str) -> Self {
        match model {
            "gaussian"
            | "gaussian_error_bars"
            | "gaussian_known_mean"
            | "gaussian_known_variance"
            | "heteroscedastic_gaussian"
            | "multivariate_gaussian"
            | "regression"
            | "structured_gaussian"
            | "student_t"
            | "student_t_grid"
            | "volatile_gaussian"
            | "weighted_gaussian" => Self::Reals,
            "exponential" | "gamma" | "log_normal" | "structured_log_normal" => Self::Positives,
            "geometric"
            | "hurdle_poisson"
            | "negative_binomial_grid"
            | "negative_binomial_known_size"
            | "poisson" => Self::Counts,
            other => panic!("no outliers for '{other}'"),
        }
    }
}

impl WithOutliers {
    /// P(X < x) of the whole Cauchy distribution.
    fn cdf(&self, x: f64) -> f64 {
        let Outliers { centre, scale, .. } = self.outliers;
        0.5 + ((x - centre) / scale).atan() / PI
    }

    /// ln q(x).
    #[must_use]
    pub fn ln_q(&self, x: f64) -> f64 {
        let Outliers { centre, scale, .. } = self.outliers;
        let z = (x - centre) / scale;
        let density = 1.0 / (PI * scale * (1.0 + z * z));
        match self.among {
            Among::Reals => density.ln(),
            Among::Positives => (density / (1.0 - self.cdf(0.0))).ln(),
            Among::Counts => {
                let here = self.cdf(x + 0.5) - self.cdf(x - 0.5);
                (here / (1.0 - self.cdf(-0.5))).ln()
            }
        }
    }

    /// ln (1 − ε) p and ln ε q.
    fn both(&self, stats: &[f64], x: f64) -> [f64; 2] {
        let epsilon = self.outliers.probability;
        let ln_p = self.inner.ln_predictive(stats, x);
        [(1.0 - epsilon).ln() + ln_p, epsilon.ln() + self.ln_q(x)]
    }
}

impl Segment for WithOutliers {
    fn prior(&self) -> Vec<f64> {
        self.inner.prior()
    }

    fn prior_after(&self, before: &[Option<f64>]) -> Vec<f64> {
        self.inner.prior_after(before)
    }

    fn pass(&self, stats: &mut [f64], x: Option<f64>) {
        self.inner.pass(stats, x);
    }

    fn ln_predictive(&self, stats: &[f64], x: f64) -> f64 {
        ln_sum_exp(self.both(stats, x).into_iter())
    }

    fn p_outlier(&self, stats: &[f64], x: f64) -> f64 {
        let [_, outlier] = self.both(stats, x);
        (outlier - self.ln_predictive(stats, x)).exp()
    }

    fn absorb(&self, stats: &mut [f64], x: f64) {
        let [regular, outlier] = self.both(stats, x);
        if outlier < regular {
            self.inner.absorb(stats, x);
        } else {
            self.inner.pass(stats, Some(x));
        }
    }

    fn advance(&self, stats: &mut [f64], elapsed: f64) {
        self.inner.advance(stats, elapsed);
    }

    fn ln_evidence(&self, xs: &[f64]) -> f64 {
        ln_product_of_predictives(self, xs)
    }
}
