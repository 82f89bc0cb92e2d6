//! Successes out of numbers of trials that differ.

use serde::Deserialize;
use serde_json::json;

use super::beside::{Numbers, index, prior_after};
use super::{binomial, ln_beta, ln_choose};
use crate::oracle::posteriors::Posterior;
use crate::oracle::{Entry, Segment, parameters};

/// The entry of the catalogue, whose series have the same number of trials always; others in
/// tests of their own.
pub const ENTRY: Entry = Entry {
    name: "binomial_trials",
    read: |model| Box::new(parameters::<BinomialTrials>(model)),
    model: |r| {
        let same = (binomial::ENTRY.model)(r);
        json!({"binomial_trials": same["binomial"]})
    },
    draw: binomial::ENTRY.draw,
    exchangeable: true,
    level_falls: false,
};

/// Successes in N trials: binomial(N, p), p ~ beta(a, b). Statistics: where in the stream,
/// a + successes, b + failures.
#[derive(Clone, Debug, Deserialize)]
pub struct BinomialTrials {
    a: f64,
    b: f64,
    trials: f64,
    /// The trials of each observation of the stream.
    #[serde(default)]
    observed_features: Vec<Vec<f64>>,
}

impl BinomialTrials {
    fn trials(&self) -> Numbers<'_> {
        Numbers {
            of_each: &self.observed_features,
            usual: self.trials,
        }
    }

    /// ΠC(N, k) · B(a+Σk, b+Σ(N−k))/B(a, b).
    fn ln_joint(&self, seen: &[(f64, f64)]) -> f64 {
        let successes: f64 = seen.iter().map(|(k, _)| k).sum();
        let failures: f64 = seen.iter().map(|(k, n)| n - k).sum();
        let choices: f64 = seen.iter().map(|&(k, n)| ln_choose(n, k)).sum();
        choices + ln_beta(self.a + successes, self.b + failures) - ln_beta(self.a, self.b)
    }
}

impl Segment for BinomialTrials {
    fn prior(&self) -> Vec<f64> {
        vec![0.0, self.a, self.b]
    }

    fn prior_after(&self, before: &[Option<f64>]) -> Vec<f64> {
        prior_after(self, before)
    }

    fn pass(&self, stats: &mut [f64], _: Option<f64>) {
        stats[0] += 1.0;
    }

    /// Beta-binomial: C(N, k) B(a+k, b+N−k)/B(a, b).
    fn ln_predictive(&self, stats: &[f64], k: f64) -> f64 {
        let (a, b, n) = (stats[1], stats[2], self.trials().at(index(stats)));
        ln_choose(n, k) + ln_beta(a + k, b + n - k) - ln_beta(a, b)
    }

    fn absorb(&self, stats: &mut [f64], k: f64) {
        stats[2] += self.trials().at(index(stats)) - k;
        stats[1] += k;
        stats[0] += 1.0;
    }

    fn level(&self, stats: &[f64]) -> Vec<(f64, Posterior)> {
        let (a, b) = (stats[1], stats[2]);
        vec![(1.0, Posterior::Beta { a, b })]
    }

    fn ln_evidence(&self, ks: &[f64]) -> f64 {
        self.ln_joint(&self.trials().with(ks))
    }

    fn ln_evidence_of(&self, series: &[Option<f64>], _: &[f64], from: usize, to: usize) -> f64 {
        self.ln_joint(&self.trials().seen(series, from, to))
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
        let model = BinomialTrials {
            a: 1.0,
            b: 1.0,
            trials: 7.0,
            observed_features: vec![vec![3.0], vec![1.0]],
        };
        // Uniform over 0..=3; then a coin that is 2/5; then the usual 7 trials.
        assert_close("first", after(&model, &[], 1.0), 0.25f64.ln(), 1e-14);
        assert_close("then", after(&model, &[1.0], 1.0), 0.4f64.ln(), 1e-14);
        let none = after(&model, &[1.0, 1.0], 0.0);
        // B(3, 3+7)/B(3, 3) = 30/660.
        assert_close("last", none, (30.0f64 / 660.0).ln(), 1e-14);
    }
}
