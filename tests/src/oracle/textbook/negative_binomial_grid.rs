//! Counts that are more spread than Poisson ones, learned by how much.

use serde::Deserialize;
use serde_json::json;

use super::negative_binomial_known_size::NegativeBinomialKnownSize;
use crate::oracle::posteriors::Posterior;
use crate::oracle::{Entry, Segment, ln_sum_exp, parameters};

/// The entry of the catalogue.
pub const ENTRY: Entry = Entry {
    name: "negative_binomial_grid",
    read: |model| Box::new(parameters::<NegativeBinomialGrid>(model)),
    model: |r| {
        // Levels have a variance from the first observation on: 1 + rate·size > 2.
        let sizes = [r.between(0.6, 1.5), r.between(3.0, 9.0), 200.0];
        json!({"negative_binomial_grid":
            {"shape": r.between(4.0, 9.0), "rate": r.between(2.0, 3.0), "sizes": sizes}})
    },
    draw: |r, level| {
        let mean = 1.5 + 9.0 * level as f64;
        let rate = r.gamma(3.0) * mean / 3.0;
        r.poisson(rate)
    },
    exchangeable: true,
    level_falls: false,
};

/// A segment has one of several sizes r, all equally probable, and of its probability of
/// success the prior Beta(1 + rate·r, shape).
///
/// Statistics: for each r ln of its evidence so far, and the two of [`NegativeBinomialKnownSize`].
#[derive(Clone, Debug, Deserialize)]
pub struct NegativeBinomialGrid {
    /// Of a gamma prior on the mean that the prior is like, for large sizes.
    pub shape: f64,
    /// As above.
    pub rate: f64,
    /// The sizes.
    pub sizes: Vec<f64>,
}

impl NegativeBinomialGrid {
    fn of_size(&self, k: usize) -> NegativeBinomialKnownSize {
        let size = self.sizes[k];
        NegativeBinomialKnownSize {
            size,
            a: 1.0 + self.rate * size,
            b: self.shape,
        }
    }
}

/// ln of the sum of the evidences over all sizes, each with what is added to it.
fn total(stats: &[f64], more: impl Fn(usize, &[f64]) -> f64) -> f64 {
    let each = stats.chunks_exact(3).enumerate();
    ln_sum_exp(each.map(|(k, s)| s[0] + more(k, &s[1..])))
}

impl Segment for NegativeBinomialGrid {
    fn prior(&self) -> Vec<f64> {
        let of = |k| {
            let own = self.of_size(k).prior();
            core::iter::once(0.0).chain(own)
        };
        (0..self.sizes.len()).flat_map(of).collect()
    }

    fn ln_predictive(&self, stats: &[f64], x: f64) -> f64 {
        let after = total(stats, |k, own| self.of_size(k).ln_predictive(own, x));
        after - total(stats, |_, _| 0.0)
    }

    fn absorb(&self, stats: &mut [f64], x: f64) {
        for (k, s) in stats.chunks_exact_mut(3).enumerate() {
            let model = self.of_size(k);
            s[0] += model.ln_predictive(&s[1..], x);
            model.absorb(&mut s[1..], x);
        }
    }

    fn level(&self, stats: &[f64]) -> Vec<(f64, Posterior)> {
        let total = total(stats, |_, _| 0.0);
        let each = stats.chunks_exact(3).enumerate();
        each.map(|(k, s)| {
            let level = self.of_size(k).level(&s[1..])[0].1;
            ((s[0] - total).exp(), level)
        })
        .collect()
    }

    /// The mean over the sizes of what each says of all of them.
    fn ln_evidence(&self, xs: &[f64]) -> f64 {
        let n = self.sizes.len();
        ln_sum_exp((0..n).map(|k| self.of_size(k).ln_evidence(xs))) - (n as f64).ln()
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
        let grid = |sizes: &[f64]| NegativeBinomialGrid {
            shape: 2.0,
            rate: 0.5,
            sizes: sizes.to_vec(),
        };
        // One size is that model: a = 1 + 0.5 · 2, b = 2.
        let one = NegativeBinomialKnownSize {
            size: 2.0,
            a: 2.0,
            b: 2.0,
        };
        let (seen, x) = ([3.0, 0.0, 7.0], 2.0);
        let (got, want) = (after(&grid(&[2.0]), &seen, x), after(&one, &seen, x));
        assert_close("one size", got, want, 1e-13);
        // A size without bound is Poisson with rate ~ Gamma(2, 0.5): P(0) = (0.5/1.5)².
        let got = after(&grid(&[1e6]), &[], 0.0);
        assert_close("Poisson", got, 2.0 * (1.0f64 / 3.0).ln(), 1e-5);
    }
}
