//! Real numbers with heavy tails, learned which.

use serde::Deserialize;
use serde_json::json;

use super::gaussian::{Gaussian, normal_prior, real};
use super::student_t::StudentT;
use crate::oracle::posteriors::Posterior;
use crate::oracle::{Entry, Segment, ln_product_of_predictives, ln_sum_exp, parameters};

/// The entry of the catalogue.
pub const ENTRY: Entry = Entry {
    name: "student_t_grid",
    read: |model| {
        let Tails { nu, nu_prior } = parameters(model);
        Box::new(StudentTGrid {
            prior: parameters(model),
            weights: nu_prior.unwrap_or_else(|| vec![1.0; nu.len()]),
            nus: nu,
        })
    },
    model: |r| {
        let mut parameters = normal_prior(r);
        parameters["nu"] = json!([2.0, r.between(3.0, 9.0), 30.0]);
        parameters["nu_prior"] = json!([r.uniform(), r.uniform(), r.uniform()]);
        json!({"student_t_grid": parameters})
    },
    draw: real,
    exchangeable: false,
    level_falls: false,
};

#[derive(Deserialize)]
struct Tails {
    nu: Vec<f64>,
    nu_prior: Option<Vec<f64>>,
}

/// A mixture of [`StudentT`] over a grid of ν, each component weighted by
/// what it predicted.
///
/// Statistics: for each ν the ln weight followed by the three of [`StudentT`].
#[derive(Clone, Debug)]
pub struct StudentTGrid {
    /// As in [`StudentT`], shared by all components.
    pub prior: Gaussian,
    /// The grid.
    pub nus: Vec<f64>,
    /// A weight for each ν; normalised here.
    pub weights: Vec<f64>,
}

impl StudentTGrid {
    fn component(&self, k: usize) -> StudentT {
        StudentT {
            prior: self.prior,
            nu: self.nus[k],
            guard: 0.0,
        }
    }

    fn ln_prior_weight(&self, k: usize) -> f64 {
        (self.weights[k] / self.weights.iter().sum::<f64>()).ln()
    }

    /// ln `π_k` + ln `p_k(x)` for each component.
    fn ln_joint(&self, stats: &[f64], x: f64) -> Vec<f64> {
        let components = stats.chunks_exact(4).enumerate();
        components
            .map(|(k, s)| s[0] + self.component(k).ln_predictive(&s[1..], x))
            .collect()
    }
}

impl Segment for StudentTGrid {
    fn prior(&self) -> Vec<f64> {
        (0..self.nus.len())
            .flat_map(|k| {
                let mut stats = vec![self.ln_prior_weight(k)];
                stats.extend(self.component(k).prior());
                stats
            })
            .collect()
    }

    fn ln_predictive(&self, stats: &[f64], x: f64) -> f64 {
        ln_sum_exp(self.ln_joint(stats, x).into_iter())
    }

    fn absorb(&self, stats: &mut [f64], x: f64) {
        let joint = self.ln_joint(stats, x);
        let total = ln_sum_exp(joint.iter().copied());
        for (k, s) in stats.chunks_exact_mut(4).enumerate() {
            s[0] = if total == f64::NEG_INFINITY {
                self.ln_prior_weight(k)
            } else {
                joint[k] - total
            };
            self.component(k).absorb(&mut s[1..], x);
        }
    }

    fn level(&self, stats: &[f64]) -> Vec<(f64, Posterior)> {
        let components = stats.chunks_exact(4).enumerate();
        components
            .map(|(k, s)| (s[0].exp(), self.component(k).level(&s[1..])[0].1))
            .collect()
    }

    fn ln_evidence(&self, xs: &[f64]) -> f64 {
        ln_product_of_predictives(self, xs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::close::assert_close;
    use crate::oracle::textbook::facts::{PRIOR, after};
    use crate::random::Random;

    #[test]
    fn student_t_grid_facts() {
        let grid = |nus: &[f64], weights: &[f64]| StudentTGrid {
            prior: PRIOR,
            nus: nus.to_vec(),
            weights: weights.to_vec(),
        };
        let one = grid(&[3.0], &[1.0]);
        let fixed = StudentT {
            prior: PRIOR,
            nu: 3.0,
            guard: 0.0,
        };
        let seen = [1.0, -2.0, 15.0];
        let (got, want) = (after(&one, &seen, 0.3), after(&fixed, &seen, 0.3));
        assert_close("one component", got, want, 1e-13);

        // A third of outliers favours the heavy tail.
        let two = grid(&[2.0, 50.0], &[1.0, 1.0]);
        let mut random = Random::new(3);
        let mut stats = two.prior();
        for i in 0..60 {
            let x = if i % 3 == 2 { 15.0 } else { random.normal() };
            two.absorb(&mut stats, x);
            let sum = stats[0].exp() + stats[4].exp();
            assert_close("weights sum to 1", sum, 1.0, 1e-12);
        }
        assert!(stats[0].exp() > 0.8);

        // A component with prior weight zero never comes back.
        let barred = grid(&[2.0, 50.0], &[0.0, 1.0]);
        let mut stats = barred.prior();
        barred.absorb(&mut stats, 15.0);
        assert_eq!(stats[0], f64::NEG_INFINITY);
    }
}
