//! Categories, numbered from 0.

use libm::lgamma;
use serde::Deserialize;
use serde_json::json;

use crate::oracle::posteriors::Posterior;
use crate::oracle::{Entry, Segment, parameters};

/// The entry of the catalogue.
pub const ENTRY: Entry = Entry {
    name: "categorical",
    read: |model| Box::new(parameters::<Categorical>(model)),
    model: |r| json!({"categorical": {"concentration": r.between(0.3, 3.0), "categories": 4}}),
    draw: |r, level| {
        // Category 0 becomes rarer from level to level.
        if r.uniform() < 0.95 * 0.2f64.powf(level as f64) {
            0.0
        } else {
            (1 + r.below(3)) as f64
        }
    },
    exchangeable: true,
    level_falls: true,
};

/// Categories 0 to k − 1: p ~ Dirichlet(c, …, c). Statistics: c + how often each was seen.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Categorical {
    /// c.
    pub concentration: f64,
    /// k.
    pub categories: usize,
}

fn seen(xs: &[f64], category: usize) -> f64 {
    xs.iter().filter(|&&x| x == category as f64).count() as f64
}

impl Segment for Categorical {
    fn prior(&self) -> Vec<f64> {
        vec![self.concentration; self.categories]
    }

    fn ln_predictive(&self, stats: &[f64], x: f64) -> f64 {
        let of_x: f64 = (0..stats.len())
            .filter(|&k| k as f64 == x)
            .map(|k| stats[k])
            .sum();
        (of_x / stats.iter().sum::<f64>()).ln()
    }

    fn absorb(&self, stats: &mut [f64], x: f64) {
        for (k, count) in stats.iter_mut().enumerate() {
            *count += f64::from(u8::from(k as f64 == x));
        }
    }

    /// That category 0 has.
    fn level(&self, stats: &[f64]) -> Vec<(f64, Posterior)> {
        let (a, b) = (stats[0], stats[1..].iter().sum());
        vec![(1.0, Posterior::Beta { a, b })]
    }

    /// Γ(kc)/Γ(kc + n) · Π_j Γ(c + n_j)/Γ(c): Pólya's distribution.
    fn ln_evidence(&self, xs: &[f64]) -> f64 {
        let c = self.concentration;
        let all = c * self.categories as f64;
        let each = (0..self.categories).map(|k| lgamma(c + seen(xs, k)) - lgamma(c));
        lgamma(all) - lgamma(all + xs.len() as f64) + each.sum::<f64>()
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

    /// Laplace's rule of succession: one more of each.
    #[test]
    fn facts() {
        let model = Categorical {
            concentration: 1.0,
            categories: 3,
        };
        assert_close("first", after(&model, &[], 2.0), -3.0f64.ln(), 1e-14);
        let seen = [2.0, 2.0, 0.0];
        assert_close("2", after(&model, &seen, 2.0), -2.0f64.ln(), 1e-14);
        assert_close("1", after(&model, &seen, 1.0), -6.0f64.ln(), 1e-14);
    }
}
