//! Counts that are more spread than Poisson ones.

use libm::lgamma;
use serde::Deserialize;
use serde_json::json;

use super::ln_beta;
use crate::oracle::posteriors::Posterior;
use crate::oracle::{Entry, Segment, parameters};

/// The entry of the catalogue.
pub const ENTRY: Entry = Entry {
    name: "negative_binomial_known_size",
    read: |model| Box::new(parameters::<NegativeBinomialKnownSize>(model)),
    model: |r| {
        let size = r.between(0.5, 6.0);
        json!({"negative_binomial_known_size":
            {"size": size, "a": r.between(2.5, 6.0), "b": r.between(0.5, 8.0)}})
    },
    draw: |r, level| {
        let mean = 1.5 + 9.0 * level as f64;
        let rate = r.gamma(3.0) * mean / 3.0;
        r.poisson(rate)
    },
    exchangeable: true,
    level_falls: false,
};

/// Failures before r successes: negative binomial(r known, p), p ~ beta(a, b). Statistics:
/// a + nr, b + Σx. The level is the mean count r (1 − p)/p.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct NegativeBinomialKnownSize {
    /// r.
    pub size: f64,
    /// a.
    pub a: f64,
    /// b.
    pub b: f64,
}

impl NegativeBinomialKnownSize {
    /// ln Γ(r+x)/(Γ(r) x!).
    fn ln_ways(&self, x: f64) -> f64 {
        lgamma(self.size + x) - lgamma(self.size) - lgamma(x + 1.0)
    }
}

impl Segment for NegativeBinomialKnownSize {
    fn prior(&self) -> Vec<f64> {
        vec![self.a, self.b]
    }

    /// Beta negative binomial: Γ(r+x)/(Γ(r) x!) · B(a+r, b+x)/B(a, b).
    fn ln_predictive(&self, stats: &[f64], x: f64) -> f64 {
        let (a, b) = (stats[0], stats[1]);
        self.ln_ways(x) + ln_beta(a + self.size, b + x) - ln_beta(a, b)
    }

    fn absorb(&self, stats: &mut [f64], x: f64) {
        stats[0] += self.size;
        stats[1] += x;
    }

    fn level(&self, stats: &[f64]) -> Vec<(f64, Posterior)> {
        let (a, b, scale) = (stats[0], stats[1], self.size);
        vec![(1.0, Posterior::BetaPrime { a: b, b: a, scale })]
    }

    /// ΠΓ(r+x)/(Γ(r) x!) · B(a+nr, b+Σx)/B(a, b).
    fn ln_evidence(&self, xs: &[f64]) -> f64 {
        let (n, sum) = (xs.len() as f64, xs.iter().sum::<f64>());
        let ways: f64 = xs.iter().map(|&x| self.ln_ways(x)).sum();
        ways + ln_beta(self.a + n * self.size, self.b + sum) - ln_beta(self.a, self.b)
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
        let model = NegativeBinomialKnownSize {
            size: 2.0,
            a: 1.0,
            b: 1.0,
        };
        // With p uniform P(x) = (x + 1) ∫ p² (1 − p)ˣ dp = 2/((x + 2)(x + 3)).
        assert_close("0", after(&model, &[], 0.0), -(3.0f64).ln(), 1e-14);
        assert_close("2", after(&model, &[], 2.0), -(10.0f64).ln(), 1e-14);
        // After 3 it is Beta(3, 4): P(0) = 3 · 4/(7 · 8).
        let got = after(&model, &[3.0], 0.0);
        assert_close("0 after 3", got, (12.0f64 / 56.0).ln(), 1e-14);
    }
}
