//! Failures before the first success.

use serde::Deserialize;
use serde_json::json;

use super::ln_beta;
use crate::oracle::posteriors::Posterior;
use crate::oracle::{Entry, Segment, parameters};

/// The entry of the catalogue.
pub const ENTRY: Entry = Entry {
    name: "geometric",
    read: |model| Box::new(parameters::<Geometric>(model)),
    model: |r| json!({"geometric": {"a": r.between(0.5, 4.0), "b": r.between(0.5, 8.0)}}),
    draw: |r, level| {
        // The number of whole units in an exponential waiting time.
        let mean = 1.5 + 6.0 * level as f64;
        (r.exponential(1.0) / (1.0 / mean).ln_1p()).floor()
    },
    exchangeable: true,
    level_falls: true,
};

/// Failures before the first success: p (1 − p)ˣ, p ~ beta(a, b). Statistics: a + n, b + Σx.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Geometric {
    /// a.
    pub a: f64,
    /// b.
    pub b: f64,
}

impl Segment for Geometric {
    fn prior(&self) -> Vec<f64> {
        vec![self.a, self.b]
    }

    /// B(a+1, b+x)/B(a, b).
    fn ln_predictive(&self, stats: &[f64], x: f64) -> f64 {
        let (a, b) = (stats[0], stats[1]);
        ln_beta(a + 1.0, b + x) - ln_beta(a, b)
    }

    fn absorb(&self, stats: &mut [f64], x: f64) {
        stats[0] += 1.0;
        stats[1] += x;
    }

    fn level(&self, stats: &[f64]) -> Vec<(f64, Posterior)> {
        let (a, b) = (stats[0], stats[1]);
        vec![(1.0, Posterior::Beta { a, b })]
    }

    /// B(a+n, b+Σx)/B(a, b).
    fn ln_evidence(&self, xs: &[f64]) -> f64 {
        let (n, sum) = (xs.len() as f64, xs.iter().sum::<f64>());
        ln_beta(self.a + n, self.b + sum) - ln_beta(self.a, self.b)
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
        // With p uniform P(x) = 1/((x + 1)(x + 2)); after 2 and 0 it is Beta(3, 3), and
        // P(1) = 3 · 3/(6 · 7).
        let uniform = Geometric { a: 1.0, b: 1.0 };
        assert_close("3", after(&uniform, &[], 3.0), -(20.0f64).ln(), 1e-14);
        let got = after(&uniform, &[2.0, 0.0], 1.0);
        assert_close("1 after 2, 0", got, (9.0f64 / 42.0).ln(), 1e-14);
    }
}
