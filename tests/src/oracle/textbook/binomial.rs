//! Successes in N trials.

use serde::Deserialize;
use serde_json::json;

use super::{ln_beta, ln_choose};
use crate::oracle::posteriors::Posterior;
use crate::oracle::{Entry, Segment, parameters};

const TRIALS: u64 = 12;

/// The entry of the catalogue.
pub const ENTRY: Entry = Entry {
    name: "binomial",
    read: |model| Box::new(parameters::<Binomial>(model)),
    model: |r| {
        let (a, b) = (r.between(0.3, 3.0), r.between(0.3, 3.0));
        json!({"binomial": {"a": a, "b": b, "trials": TRIALS}})
    },
    draw: |r, level| r.binomial(TRIALS, 0.1 + 0.25 * (level % 4) as f64),
    exchangeable: true,
    level_falls: false,
};

/// Successes in N trials: binomial(N, p), p ~ beta(a, b). Statistics:
/// a + successes, b + failures.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Binomial {
    /// a.
    pub a: f64,
    /// b.
    pub b: f64,
    /// N.
    pub trials: f64,
}

impl Segment for Binomial {
    fn prior(&self) -> Vec<f64> {
        vec![self.a, self.b]
    }

    /// Beta-binomial: C(N, k) B(a+k, b+N−k)/B(a, b).
    fn ln_predictive(&self, stats: &[f64], k: f64) -> f64 {
        let (a, b) = (stats[0], stats[1]);
        ln_choose(self.trials, k) + ln_beta(a + k, b + self.trials - k) - ln_beta(a, b)
    }

    fn absorb(&self, stats: &mut [f64], k: f64) {
        stats[0] += k;
        stats[1] += self.trials - k;
    }

    fn level(&self, stats: &[f64]) -> Vec<(f64, Posterior)> {
        let (a, b) = (stats[0], stats[1]);
        vec![(1.0, Posterior::Beta { a, b })]
    }

    /// ΠC(N, k) · B(a+Σk, b+nN−Σk)/B(a, b).
    fn ln_evidence(&self, ks: &[f64]) -> f64 {
        let successes: f64 = ks.iter().sum();
        let failures = ks.len() as f64 * self.trials - successes;
        let choices: f64 = ks.iter().map(|&k| ln_choose(self.trials, k)).sum();
        choices + ln_beta(self.a + successes, self.b + failures) - ln_beta(self.a, self.b)
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
        let binomial = |trials| Binomial {
            a: 2.0,
            b: 3.0,
            trials,
        };
        let got = after(&binomial(5.0), &[], 2.0);
        assert_close("2 of 5", got, -1.435_084_525_289_323, 1e-14);
        let got = after(&binomial(10.0), &[3.0, 7.0, 5.0], 6.0);
        assert_close("6 of 10", got, -1.714_949_382_347_171_5, 1e-14);
        let got = after(&binomial(1.0), &[1.0, 1.0, 0.0], 1.0);
        assert_close("one trial is a coin", got, 0.5f64.ln(), 1e-14);
    }
}
