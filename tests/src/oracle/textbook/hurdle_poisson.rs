//! Counts of which the zeros are a matter of their own.

use serde::Deserialize;
use serde_json::json;

use super::ln_beta;
use super::poisson::Poisson;
use crate::oracle::posteriors::Posterior;
use crate::oracle::{Entry, Segment, parameters};

/// The entry of the catalogue.
pub const ENTRY: Entry = Entry {
    name: "hurdle_poisson",
    read: |model| Box::new(parameters::<HurdlePoisson>(model)),
    model: |r| {
        json!({"hurdle_poisson": {"a": r.between(0.4, 3.0), "b": r.between(0.4, 3.0),
            "shape": r.between(0.3, 4.0), "rate": r.between(0.1, 1.5)}})
    },
    draw: |r, level| {
        let level = level as f64;
        if r.uniform() < 0.2 + 0.2 * level {
            1.0 + r.poisson(0.5 + 4.0 * level)
        } else {
            0.0
        }
    },
    exchangeable: true,
    level_falls: false,
};

/// x > 0 with probability p ~ Beta(a, b), and then x − 1 ~ Poisson(λ), λ ~ gamma(shape, rate).
/// Statistics: a + positive counts, b + zeros, and those of the Poisson model.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct HurdlePoisson {
    /// a.
    pub a: f64,
    /// b.
    pub b: f64,
    /// Of λ.
    pub shape: f64,
    /// Of λ.
    pub rate: f64,
}

impl HurdlePoisson {
    fn beyond(&self) -> Poisson {
        Poisson {
            shape: self.shape,
            rate: self.rate,
        }
    }
}

impl Segment for HurdlePoisson {
    fn prior(&self) -> Vec<f64> {
        vec![self.a, self.b, self.shape, self.rate]
    }

    fn ln_predictive(&self, stats: &[f64], x: f64) -> f64 {
        let (a, b) = (stats[0], stats[1]);
        if x == 0.0 {
            (b / (a + b)).ln()
        } else {
            (a / (a + b)).ln() + self.beyond().ln_predictive(&stats[2..], x - 1.0)
        }
    }

    fn absorb(&self, stats: &mut [f64], x: f64) {
        if x == 0.0 {
            stats[1] += 1.0;
        } else {
            stats[0] += 1.0;
            self.beyond().absorb(&mut stats[2..], x - 1.0);
        }
    }

    fn level(&self, stats: &[f64]) -> Vec<(f64, Posterior)> {
        let (a, b) = (stats[0], stats[1]);
        vec![(1.0, Posterior::Beta { a, b })]
    }

    /// B(a + positive, b + zeros)/B(a, b) times the evidence of the positive ones less 1.
    fn ln_evidence(&self, xs: &[f64]) -> f64 {
        let beyond: Vec<f64> = xs.iter().filter(|&&x| x > 0.0).map(|x| x - 1.0).collect();
        let positive = beyond.len() as f64;
        let zeros = xs.len() as f64 - positive;
        ln_beta(self.a + positive, self.b + zeros) - ln_beta(self.a, self.b)
            + self.beyond().ln_evidence(&beyond)
    }
}

#[cfg(test)]
mod tests {
    use libm::lgamma;

    use super::*;
    use crate::close::assert_close;
    use crate::oracle::textbook::facts::{after, assert_evidence};

    #[test]
    fn evidence_is_the_product_of_the_predictives() {
        assert_evidence(&ENTRY);
    }

    #[test]
    fn facts() {
        let model = HurdlePoisson {
            a: 1.0,
            b: 3.0,
            shape: 2.0,
            rate: 1.0,
        };
        assert_close("0", after(&model, &[], 0.0), 0.75f64.ln(), 1e-14);
        // ¼, and then the first, (½)², and the second, 2 (½)³, of a negative binomial.
        assert_close("1", after(&model, &[], 1.0), -16.0f64.ln(), 1e-14);
        assert_close("2", after(&model, &[], 2.0), -16.0f64.ln(), 1e-14);
        // Zeros tell nothing of the positive ones.
        let of_two = lgamma(4.0) - lgamma(2.0) - lgamma(3.0) - 4.0 * 2.0f64.ln();
        assert_close(
            "3 after zeros",
            after(&model, &[0.0; 4], 3.0),
            of_two - 8.0f64.ln(),
            1e-14,
        );
    }
}
