//! Waiting times.

use libm::lgamma;
use serde::Deserialize;
use serde_json::json;

use crate::oracle::posteriors::Posterior;
use crate::oracle::{Entry, Segment, parameters};

/// The entry of the catalogue.
pub const ENTRY: Entry = Entry {
    name: "exponential",
    read: |model| Box::new(parameters::<Exponential>(model)),
    model: |r| {
        let (shape, rate) = (r.between(0.5, 4.0), r.between(0.5, 4.0));
        json!({"exponential": {"shape": shape, "rate": rate}})
    },
    draw: |r, level| r.exponential(5.0f64.powf(level as f64)),
    exchangeable: true,
    level_falls: true,
};

/// Waiting times: exponential(rate θ), θ ~ gamma(shape a, rate b). Statistics: a + n, b + Σx.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Exponential {
    /// a.
    pub shape: f64,
    /// b.
    pub rate: f64,
}

impl Segment for Exponential {
    fn prior(&self) -> Vec<f64> {
        vec![self.shape, self.rate]
    }

    /// Lomax: (a/b) (1 + x/b)^−(a+1).
    fn ln_predictive(&self, stats: &[f64], x: f64) -> f64 {
        let (a, b) = (stats[0], stats[1]);
        (a / b).ln() - (a + 1.0) * (x / b).ln_1p()
    }

    fn absorb(&self, stats: &mut [f64], x: f64) {
        stats[0] += 1.0;
        stats[1] += x;
    }

    fn level(&self, stats: &[f64]) -> Vec<(f64, Posterior)> {
        let (shape, rate) = (stats[0], stats[1]);
        vec![(1.0, Posterior::Gamma { shape, rate })]
    }

    /// Γ(a+n)/Γ(a) · b^a/(b+Σx)^(a+n).
    fn ln_evidence(&self, xs: &[f64]) -> f64 {
        let (a, b) = (self.shape, self.rate);
        let (a_n, b_n) = (a + xs.len() as f64, b + xs.iter().sum::<f64>());
        lgamma(a_n) - lgamma(a) + a * b.ln() - a_n * b_n.ln()
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
        let model = Exponential {
            shape: 2.0,
            rate: 3.0,
        };
        // 2 · 3²/(3 + 1)³ = 9/32, and 4 · 8⁴/(8 + 0)⁵ = 1/2 after two that add up to 5.
        assert_close("1", after(&model, &[], 1.0), (9.0f64 / 32.0).ln(), 1e-14);
        assert_close("0", after(&model, &[1.0, 4.0], 0.0), 0.5f64.ln(), 1e-14);
    }
}
