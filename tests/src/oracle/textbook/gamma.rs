//! Positive values.

use libm::lgamma;
use serde::Deserialize;
use serde_json::json;

use crate::oracle::posteriors::Posterior;
use crate::oracle::{Entry, Segment, parameters};

/// The entry of the catalogue.
pub const ENTRY: Entry = Entry {
    name: "gamma",
    read: |model| Box::new(parameters::<Gamma>(model)),
    model: |r| {
        let (shape, rate) = (r.between(0.5, 4.0), r.between(0.5, 4.0));
        json!({"gamma": {"shape": shape, "rate": rate, "known_shape": r.between(0.5, 4.0)}})
    },
    draw: |r, level| (r.exponential(1.0) + r.exponential(1.0)) * 5.0f64.powf(level as f64),
    exchangeable: true,
    level_falls: true,
};

/// Positive values: gamma(shape k known, rate θ), θ ~ gamma(shape a, rate b).
/// Statistics: a + nk, b + Σx. Zero is allowed for k = 1 only.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Gamma {
    /// a.
    pub shape: f64,
    /// b.
    pub rate: f64,
    /// k.
    pub known_shape: f64,
}

impl Gamma {
    /// ln x^(k−1)/Γ(k), where 0⁰ = 1.
    fn ln_base(&self, x: f64) -> f64 {
        let power = if self.known_shape == 1.0 {
            0.0
        } else {
            (self.known_shape - 1.0) * x.ln()
        };
        power - lgamma(self.known_shape)
    }
}

impl Segment for Gamma {
    fn prior(&self) -> Vec<f64> {
        vec![self.shape, self.rate]
    }

    /// x^(k−1)/Γ(k) · Γ(a+k)/Γ(a) · b^a/(b+x)^(a+k).
    fn ln_predictive(&self, stats: &[f64], x: f64) -> f64 {
        let (a, b, k) = (stats[0], stats[1], self.known_shape);
        self.ln_base(x) + lgamma(a + k) - lgamma(a) + a * b.ln() - (a + k) * (b + x).ln()
    }

    fn absorb(&self, stats: &mut [f64], x: f64) {
        stats[0] += self.known_shape;
        stats[1] += x;
    }

    fn level(&self, stats: &[f64]) -> Vec<(f64, Posterior)> {
        let (shape, rate) = (stats[0], stats[1]);
        vec![(1.0, Posterior::Gamma { shape, rate })]
    }

    /// Πx^(k−1)/Γ(k) · Γ(a+nk)/Γ(a) · b^a/(b+Σx)^(a+nk).
    fn ln_evidence(&self, xs: &[f64]) -> f64 {
        let (a, b) = (self.shape, self.rate);
        let a_n = a + xs.len() as f64 * self.known_shape;
        let b_n = b + xs.iter().sum::<f64>();
        let base: f64 = xs.iter().map(|&x| self.ln_base(x)).sum();
        base + lgamma(a_n) - lgamma(a) + a * b.ln() - a_n * b_n.ln()
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
    fn gamma_facts() {
        let model = Gamma {
            shape: 2.0,
            rate: 3.0,
            known_shape: 1.7,
        };
        let got = after(&model, &[], 4.2);
        assert_close("4.2", got, -2.578_436_027_170_238_5, 1e-14);
        let got = after(&model, &[1.0, 2.0, 3.0], 0.7);
        assert_close("0.7", got, -1.136_728_078_884_758, 1e-14);
        let exponential = Gamma {
            shape: 2.5,
            rate: 4.0,
            known_shape: 1.0,
        };
        let got = after(&exponential, &[], 0.0);
        assert_close("0", got, (2.5f64 / 4.0).ln(), 1e-14);
        let got = after(&exponential, &[1.0, 2.0], 0.0);
        assert_close("0 after 1, 2", got, (4.5f64 / 7.0).ln(), 1e-14);
    }
}
