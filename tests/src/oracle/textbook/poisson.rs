//! Counts.

use libm::lgamma;
use serde::Deserialize;
use serde_json::json;

use crate::oracle::posteriors::Posterior;
use crate::oracle::{Entry, Segment, parameters};

/// The entry of the catalogue.
pub const ENTRY: Entry = Entry {
    name: "poisson",
    read: |model| Box::new(parameters::<Poisson>(model)),
    model: |r| json!({"poisson": {"shape": r.between(0.3, 4.0), "rate": r.between(0.1, 1.5)}}),
    draw: |r, level| r.poisson(1.5 + 6.0 * level as f64),
    exchangeable: true,
    level_falls: false,
};

/// Counts: Poisson(θ), θ ~ gamma(shape a, rate b). Statistics: a + Σx, b + n.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Poisson {
    /// a.
    pub shape: f64,
    /// b.
    pub rate: f64,
}

impl Segment for Poisson {
    fn prior(&self) -> Vec<f64> {
        vec![self.shape, self.rate]
    }

    /// Negative binomial: Γ(a+x)/(Γ(a) x!) · (b/(b+1))^a · (b+1)^(−x).
    fn ln_predictive(&self, stats: &[f64], x: f64) -> f64 {
        let (a, b) = (stats[0], stats[1]);
        lgamma(a + x) - lgamma(a) - lgamma(x + 1.0) - a * (1.0 / b).ln_1p() - x * b.ln_1p()
    }

    fn absorb(&self, stats: &mut [f64], x: f64) {
        stats[0] += x;
        stats[1] += 1.0;
    }

    fn level(&self, stats: &[f64]) -> Vec<(f64, Posterior)> {
        let (shape, rate) = (stats[0], stats[1]);
        vec![(1.0, Posterior::Gamma { shape, rate })]
    }

    /// Γ(a+Σx)/Γ(a) · b^a/(b+n)^(a+Σx) / Πx!.
    fn ln_evidence(&self, xs: &[f64]) -> f64 {
        let (a, b) = (self.shape, self.rate);
        let sum: f64 = xs.iter().sum();
        lgamma(a + sum) - lgamma(a) + a * b.ln()
            - (a + sum) * (b + xs.len() as f64).ln()
            - xs.iter().map(|x| lgamma(x + 1.0)).sum::<f64>()
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
    fn poisson_facts() {
        let unit = Poisson {
            shape: 1.0,
            rate: 1.0,
        };
        assert_close("0", after(&unit, &[], 0.0), -(2.0f64).ln(), 1e-15);
        let model = Poisson {
            shape: 2.0,
            rate: 1.5,
        };
        let got = after(&model, &[1.0, 3.0], 2.0);
        assert_close("2", got, -1.471_518_925_514_562_9, 1e-14);
    }
}
