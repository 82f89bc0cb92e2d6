//! Counts over exposures that differ.

use libm::lgamma;
use serde::Deserialize;
use serde_json::json;

use super::beside::{Numbers, index, prior_after};
use super::poisson;
use crate::oracle::posteriors::Posterior;
use crate::oracle::{Entry, Segment, parameters};

/// The entry of the catalogue, whose series come without exposures; with some in tests of their
/// own.
pub const ENTRY: Entry = Entry {
    name: "poisson_exposure",
    read: |model| Box::new(parameters::<PoissonExposure>(model)),
    model: |r| {
        let (shape, rate) = (r.between(0.3, 4.0), r.between(0.1, 1.5));
        json!({"poisson_exposure": {"shape": shape, "rate": rate}})
    },
    draw: poisson::ENTRY.draw,
    exchangeable: true,
    level_falls: false,
};

/// Counts: Poisson(θe), θ ~ gamma(shape a, rate b), e the exposure. Statistics: where in the
/// stream, a + Σx, b + Σe.
#[derive(Clone, Debug, Deserialize)]
pub struct PoissonExposure {
    shape: f64,
    rate: f64,
    /// The exposure of each observation of the stream.
    #[serde(default)]
    observed_features: Vec<Vec<f64>>,
}

impl PoissonExposure {
    fn exposures(&self) -> Numbers<'_> {
        Numbers {
            of_each: &self.observed_features,
            usual: 1.0,
        }
    }

    /// Γ(a+Σx)/Γ(a) · b^a/(b+Σe)^(a+Σx) · Π eˣ/x!.
    fn ln_joint(&self, seen: &[(f64, f64)]) -> f64 {
        let (a, b) = (self.shape, self.rate);
        let counts: f64 = seen.iter().map(|(x, _)| x).sum();
        let exposures: f64 = seen.iter().map(|(_, e)| e).sum();
        let each = seen.iter().map(|&(x, e)| {
            let power = if x > 0.0 { x * e.ln() } else { 0.0 };
            power - lgamma(x + 1.0)
        });
        lgamma(a + counts) - lgamma(a) + a * b.ln() - (a + counts) * (b + exposures).ln()
            + each.sum::<f64>()
    }
}

impl Segment for PoissonExposure {
    fn prior(&self) -> Vec<f64> {
        vec![0.0, self.shape, self.rate]
    }

    fn prior_after(&self, before: &[Option<f64>]) -> Vec<f64> {
        prior_after(self, before)
    }

    fn pass(&self, stats: &mut [f64], _: Option<f64>) {
        stats[0] += 1.0;
    }

    /// Negative binomial: Γ(a+x)/(Γ(a) x!) · (b/(b+e))^a · (e/(b+e))^x.
    fn ln_predictive(&self, stats: &[f64], x: f64) -> f64 {
        let (a, b, e) = (stats[1], stats[2], self.exposures().at(index(stats)));
        let power = if x > 0.0 { x * (e / (b + e)).ln() } else { 0.0 };
        lgamma(a + x) - lgamma(a) - lgamma(x + 1.0) - a * (e / b).ln_1p() + power
    }

    fn absorb(&self, stats: &mut [f64], x: f64) {
        stats[2] += self.exposures().at(index(stats));
        stats[1] += x;
        stats[0] += 1.0;
    }

    fn level(&self, stats: &[f64]) -> Vec<(f64, Posterior)> {
        let (shape, rate) = (stats[1], stats[2]);
        vec![(1.0, Posterior::Gamma { shape, rate })]
    }

    fn ln_evidence(&self, xs: &[f64]) -> f64 {
        self.ln_joint(&self.exposures().with(xs))
    }

    fn ln_evidence_of(&self, series: &[Option<f64>], _: &[f64], from: usize, to: usize) -> f64 {
        self.ln_joint(&self.exposures().seen(series, from, to))
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
        let model = PoissonExposure {
            shape: 1.0,
            rate: 1.0,
            observed_features: vec![vec![3.0], vec![2.0]],
        };
        // Geometric with success 1/4; then with shape 2 and success 4/6, failure 2/6.
        assert_close(
            "first",
            after(&model, &[], 1.0),
            (3.0f64 / 16.0).ln(),
            1e-14,
        );
        let then = (2.0 * (2.0f64 / 3.0).powi(2) / 3.0).ln();
        assert_close("then", after(&model, &[1.0], 1.0), then, 1e-14);
        let joint = (3.0f64 / 16.0).ln() + then;
        assert_close("both", model.ln_evidence(&[1.0, 1.0]), joint, 1e-14);
    }
}
