//! 0 or 1.

use serde::Deserialize;
use serde_json::json;

use super::ln_beta;
use crate::oracle::posteriors::Posterior;
use crate::oracle::{Entry, Segment, parameters};

/// The entry of the catalogue.
pub const ENTRY: Entry = Entry {
    name: "bernoulli",
    read: |model| Box::new(parameters::<Bernoulli>(model)),
    model: |r| json!({"bernoulli": {"a": r.between(0.3, 3.0), "b": r.between(0.3, 3.0)}}),
    draw: |r, level| r.bernoulli(if level.is_multiple_of(2) { 0.15 } else { 0.85 }),
    exchangeable: true,
    level_falls: false,
};

/// 0 or 1: Bernoulli(p), p ~ beta(a, b). Statistics: a + ones, b + zeros.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Bernoulli {
    /// a.
    pub a: f64,
    /// b.
    pub b: f64,
}

impl Segment for Bernoulli {
    fn prior(&self) -> Vec<f64> {
        vec![self.a, self.b]
    }

    fn ln_predictive(&self, stats: &[f64], x: f64) -> f64 {
        let favoured = if x == 1.0 { stats[0] } else { stats[1] };
        (favoured / (stats[0] + stats[1])).ln()
    }

    fn absorb(&self, stats: &mut [f64], x: f64) {
        stats[0] += x;
        stats[1] += 1.0 - x;
    }

    fn level(&self, stats: &[f64]) -> Vec<(f64, Posterior)> {
        let (a, b) = (stats[0], stats[1]);
        vec![(1.0, Posterior::Beta { a, b })]
    }

    /// B(a+ones, b+zeros)/B(a, b).
    fn ln_evidence(&self, xs: &[f64]) -> f64 {
        let ones: f64 = xs.iter().sum();
        let zeros = xs.len() as f64 - ones;
        ln_beta(self.a + ones, self.b + zeros) - ln_beta(self.a, self.b)
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
        let coin = Bernoulli { a: 2.0, b: 3.0 };
        assert_close("1", after(&coin, &[], 1.0), 0.4f64.ln(), 1e-15);
        assert_close("0", after(&coin, &[], 0.0), 0.6f64.ln(), 1e-15);
        let got = after(&coin, &[1.0, 1.0, 0.0], 1.0);
        assert_close("after 1, 1, 0", got, 0.5f64.ln(), 1e-15);
    }
}
