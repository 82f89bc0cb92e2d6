//! Real numbers, each with a power of its likelihood that falls with its distance.

use serde::Deserialize;
use serde_json::json;

use super::gaussian::{Gaussian, normal_prior, real};
use crate::oracle::posteriors::Posterior;
use crate::oracle::{Entry, Segment, ln_product_of_predictives, parameters};

/// The entry of the catalogue.
pub const ENTRY: Entry = Entry {
    name: "weighted_gaussian",
    read: |model| {
        let Cutoff { cutoff } = parameters(model);
        let prior = parameters(model);
        Box::new(WeightedGaussian { prior, cutoff })
    },
    model: |r| {
        let mut parameters = normal_prior(r);
        parameters["cutoff"] = json!(r.between(1.0, 6.0));
        json!({"weighted_gaussian": parameters})
    },
    draw: real,
    exchangeable: false,
    level_falls: false,
};

#[derive(Deserialize)]
struct Cutoff {
    cutoff: f64,
}

/// Normal observations, mean and variance unknown, absorbed with the power
/// ω = (1 + δ²/(c² s²))⁻¹ of their likelihood, s² the squared scale of the predictive.
///
/// Statistics: those of [`Gaussian`].
#[derive(Clone, Copy, Debug)]
pub struct WeightedGaussian {
    /// The prior, and the predictive.
    pub prior: Gaussian,
    /// c.
    pub cutoff: f64,
}

impl Segment for WeightedGaussian {
    fn prior(&self) -> Vec<f64> {
        self.prior.prior()
    }

    fn ln_predictive(&self, stats: &[f64], x: f64) -> f64 {
        self.prior.ln_predictive(stats, x)
    }

    /// κ' = κ + ω, m' = m + ωδ/κ', α' = α + ω/2, β' = β + ½ (κω/κ') δ².
    fn absorb(&self, stats: &mut [f64], x: f64) {
        let [kappa, mean, alpha, beta] = stats else {
            unreachable!("four statistics")
        };
        let delta = x - self.prior.mean - *mean;
        let scale2 = *beta * (*kappa + 1.0) / (*alpha * *kappa);
        let power = 1.0 / (1.0 + delta * delta / (self.cutoff * self.cutoff * scale2));
        let kappa_then = *kappa + power;
        *beta += 0.5 * *kappa * power / kappa_then * delta * delta;
        *mean += power * delta / kappa_then;
        *alpha += 0.5 * power;
        *kappa = kappa_then;
    }

    fn level(&self, stats: &[f64]) -> Vec<(f64, Posterior)> {
        self.prior.level(stats)
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
    use libm::lgamma;

    /// ln of the normal-inverse-gamma density at a mean and a variance.
    fn ln_prior(stats: &[f64], mean: f64, variance: f64) -> f64 {
        let &[kappa, m, alpha, beta] = stats else {
            unreachable!("four statistics")
        };
        alpha * beta.ln() - lgamma(alpha) - (alpha + 1.0) * variance.ln() - beta / variance
            + 0.5 * (kappa / (core::f64::consts::TAU * variance)).ln()
            - 0.5 * kappa * (mean - m) * (mean - m) / variance
    }

    /// Posterior / (prior × likelihood to the power ω) is the same for all parameters.
    #[test]
    fn the_update_is_bayes_rule_for_a_power_of_the_likelihood() {
        let model = WeightedGaussian {
            prior: PRIOR,
            cutoff: 2.0,
        };
        let mut before = model.prior();
        for x in [0.3, -0.8, 9.0, 0.1, -4.0] {
            let mut after = before.clone();
            model.absorb(&mut after, x);
            let power = after[0] - before[0];
            let excess = |mean: f64, variance: f64| {
                let ln = -0.5 * (variance.ln() + (x - mean) * (x - mean) / variance);
                ln_prior(&after, mean, variance) - ln_prior(&before, mean, variance) - power * ln
            };
            assert_close("constant", excess(0.4, 1.3), excess(-2.0, 0.2), 1e-11);
            before = after;
        }
    }

    /// Without a cutoff it is the Gaussian model; with one, wild values move little.
    #[test]
    fn weighted_gaussian_facts() {
        let model = |cutoff| WeightedGaussian {
            prior: PRIOR,
            cutoff,
        };
        let seen = [5.0, 5.1, 4.9];
        let plain = after(&PRIOR, &seen, 5.0);
        assert_close("all", after(&model(1e9), &seen, 5.0), plain, 1e-12);
        let mut stats = model(3.0).prior();
        for x in [0.1, -0.2, 0.0] {
            model(3.0).absorb(&mut stats, x);
        }
        let before = stats[1];
        model(3.0).absorb(&mut stats, 1e6);
        assert!((stats[1] - before).abs() < 1e-4, "{stats:?}");
    }
}
