//! Normal observations about a level that may drift or rise, in noise whose variance wanders.

use serde::Deserialize;
use serde_json::json;

use super::gaussian::{normal_prior, real};
use super::structured_gaussian::{ALPHA, BETA, COUNT, StructuredGaussian, ln_cauchy};
use super::{innovations, ln_student_t};
use crate::oracle::posteriors::Posterior;
use crate::oracle::{Entry, Segment, parameters};

/// The entry of the catalogue.
pub const ENTRY: Entry = Entry {
    name: "volatile_gaussian",
    read: |model| Box::new(parameters::<Parameters>(model).model()),
    model: |r| {
        let mut parameters = normal_prior(r);
        for (name, low, high) in [
            ("phi", 0.1, 0.8),
            ("drift", 0.01, 0.5),
            ("slope", 0.05, 0.5),
            ("cauchy", 2.0, 9.0),
        ] {
            let is_there = r.below(3) == 0;
            let value = r.between(low, high);
            parameters[name] = json!(if is_there { value } else { 0.0 });
        }
        parameters["memory"] = json!([1, 3, 8, 40][usize::try_from(r.below(4)).expect("small")]);
        json!({"volatile_gaussian": parameters})
    },
    draw: real,
    exchangeable: false,
    level_falls: false,
};

/// As they stand in a configuration.
#[derive(Clone, Copy, Debug, Deserialize)]
struct Parameters {
    mean: f64,
    kappa: f64,
    alpha: f64,
    beta: f64,
    phi: f64,
    drift: f64,
    slope: f64,
    cauchy: f64,
    memory: u32,
}

impl Parameters {
    fn model(self) -> VolatileGaussian {
        VolatileGaussian {
            steady: StructuredGaussian {
                mean: self.mean,
                kappa: self.kappa,
                alpha: self.alpha,
                beta: self.beta,
                phi: self.phi,
                drift: self.drift,
                slope: self.slope,
                slope_drift: 0.0,
                period: 0.0,
                harmonics: 1,
                season: 1.0,
                cauchy: self.cauchy,
            },
            memory: f64::from(self.memory),
        }
    }
}

/// The model with a variance that stays, which is discounted towards its prior when it has
/// learned from more observations than it remembers (West & Harrison 1997, §10.8; Kulhavý &
/// Zarrop 1993). Statistics are those of the other model.
#[derive(Clone, Copy, Debug)]
pub struct VolatileGaussian {
    steady: StructuredGaussian,
    memory: f64,
}

impl VolatileGaussian {
    /// What is left of what has been learned, for each observation beyond the memory.
    fn discount(&self) -> f64 {
        self.memory / (self.memory + 1.0)
    }

    /// How many observations have told something of the variance.
    fn told(&self, stats: &[f64]) -> f64 {
        let silent = if self.steady.cauchy > 0.0 { 1.0 } else { 0.0 };
        (stats[COUNT] - silent).max(0.0)
    }
}

impl Segment for VolatileGaussian {
    fn prior(&self) -> Vec<f64> {
        self.steady.prior()
    }

    fn ln_predictive(&self, stats: &[f64], x: f64) -> f64 {
        self.steady.ln_predictive(stats, x)
    }

    fn absorb(&self, stats: &mut [f64], x: f64) {
        self.steady.absorb(stats, x);
        if self.told(stats) > self.memory {
            let Self { steady, .. } = self;
            stats[ALPHA] = steady.alpha + self.discount() * (stats[ALPHA] - steady.alpha);
            stats[BETA] = steady.beta + self.discount() * (stats[BETA] - steady.beta);
        }
    }

    fn advance(&self, stats: &mut [f64], elapsed: f64) {
        self.steady.advance(stats, elapsed);
    }

    fn level(&self, stats: &[f64]) -> Vec<(f64, Posterior)> {
        self.steady.level(stats)
    }

    fn ln_evidence(&self, xs: &[f64]) -> f64 {
        let xs: Vec<_> = xs.iter().map(|&x| Some(x)).collect();
        self.ln_evidence_at(&xs, &vec![1.0; xs.len()])
    }

    /// What each observation brings that those before it do not say follows from the covariance
    /// matrix, whatever the variance; what is known of the variance is the sum of their squares
    /// with weights that are powers of the discount.
    fn ln_evidence_at(&self, xs: &[Option<f64>], elapsed: &[f64]) -> f64 {
        let steady = &self.steady;
        let (mut now, mut seen, mut total) = (0.0, Vec::new(), 0.0);
        for (i, x) in xs.iter().enumerate() {
            now += if i > 0 { elapsed[i] } else { 0.0 };
            seen.extend(x.map(|x| (now, x - steady.mean)));
        }
        let at = |s: f64, t: f64| steady.covariance(s, t);
        let found = if steady.cauchy > 0.0 && !seen.is_empty() {
            let (start, first) = seen.remove(0);
            total += ln_cauchy(first, steady.cauchy);
            let values: Vec<f64> = seen.iter().map(|(_, x)| x - first).collect();
            innovations(&values, |i, j| {
                let (s, t) = (seen[i].0, seen[j].0);
                at(s, t) - at(start, s) - at(start, t) + at(start, start)
            })
        } else {
            let values: Vec<f64> = seen.iter().map(|&(_, x)| x).collect();
            innovations(&values, |i, j| {
                1.0 / steady.kappa + at(seen[i].0, seen[j].0)
            })
        };
        for (k, &(z, own)) in found.iter().enumerate() {
            let known = (k as f64).min(self.memory);
            let (mut square, mut rest) = (0.0, 1.0);
            for (j, (z, _)) in found[..k].iter().enumerate().rev() {
                // Forgetting begins with the observation after the last that is remembered.
                if j as f64 >= self.memory {
                    rest *= self.discount();
                }
                square += rest * z * z;
            }
            let (alpha, beta) = (steady.alpha + 0.5 * known, steady.beta + 0.5 * square);
            total += ln_student_t(z, 2.0 * alpha, 0.0, beta / alpha) - own.ln();
        }
        total
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
