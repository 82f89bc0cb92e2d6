//! Positive observations whose logarithm has a level that may drift, rise or have a season.

use serde::Deserialize;
use serde_json::json;

use super::structured_gaussian::{self, StructuredGaussian};
use crate::oracle::posteriors::Posterior;
use crate::oracle::{Entry, Segment, parameters};

/// The entry of the catalogue.
pub const ENTRY: Entry = Entry {
    name: "structured_log_normal",
    read: |model| Box::new(parameters::<StructuredLogNormal>(model)),
    model: |r| {
        let logarithm = (structured_gaussian::ENTRY.model)(r);
        json!({"structured_log_normal": logarithm["structured_gaussian"]})
    },
    draw: |r, regime| (2.0 * regime as f64 + 0.7 * r.normal()).exp(),
    exchangeable: false,
    level_falls: false,
};

/// The density of x is that of ln x, divided by x; the parameters are those of
/// [`StructuredGaussian`] for ln x.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct StructuredLogNormal(
    /// Of the logarithm.
    pub StructuredGaussian,
);

impl Segment for StructuredLogNormal {
    fn prior(&self) -> Vec<f64> {
        self.0.prior()
    }

    fn ln_predictive(&self, stats: &[f64], x: f64) -> f64 {
        self.0.ln_predictive(stats, x.ln()) - x.ln()
    }

    fn absorb(&self, stats: &mut [f64], x: f64) {
        self.0.absorb(stats, x.ln());
    }

    fn advance(&self, stats: &mut [f64], elapsed: f64) {
        self.0.advance(stats, elapsed);
    }

    fn level(&self, stats: &[f64]) -> Vec<(f64, Posterior)> {
        self.0.level(stats)
    }

    fn ln_evidence(&self, xs: &[f64]) -> f64 {
        let xs: Vec<_> = xs.iter().map(|&x| Some(x)).collect();
        self.ln_evidence_at(&xs, &vec![1.0; xs.len()])
    }

    fn ln_evidence_at(&self, xs: &[Option<f64>], elapsed: &[f64]) -> f64 {
        let logarithms: Vec<_> = xs.iter().map(|x| x.map(f64::ln)).collect();
        let slopes: f64 = logarithms.iter().flatten().sum();
        self.0.ln_evidence_at(&logarithms, elapsed) - slopes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oracle::textbook::facts::assert_evidence;

    #[test]
    fn evidence_is_the_product_of_the_predictives() {
        assert_evidence(&ENTRY);
    }
}
