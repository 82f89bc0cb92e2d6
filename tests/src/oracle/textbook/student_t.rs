//! Real numbers with heavy tails of known weight.

use serde::Deserialize;
use serde_json::json;

use super::gaussian::{Gaussian, marginal, normal_prior, real};
use super::ln_student_t;
use crate::oracle::posteriors::Posterior;
use crate::oracle::{Entry, Segment, ln_product_of_predictives, parameters};

/// The entry of the catalogue.
pub const ENTRY: Entry = Entry {
    name: "student_t",
    read: |model| {
        let Tail { nu } = parameters(model);
        let (prior, guard) = (parameters(model), 0.0);
        Box::new(StudentT { prior, nu, guard })
    },
    model: |r| {
        let mut parameters = normal_prior(r);
        parameters["nu"] = json!(r.between(1.5, 12.0));
        json!({"student_t": parameters})
    },
    draw: real,
    exchangeable: false,
    level_falls: false,
};

#[derive(Deserialize)]
struct Tail {
    nu: f64,
}

/// The weighted Student-t of Fast-BOCPD 1.0.0: degrees of freedom ν fixed,
/// each observation absorbed with a weight that falls with its distance from
/// the centre at that time. One pass, dependent on order, not exact Bayes.
///
/// Statistics: Σw, the weighted mean relative to the prior's, and the weighted
/// scatter Σw(x−mean)². (The original keeps Σw, Σwx and Σwx², which says the
/// same with less precision.)
#[derive(Clone, Copy, Debug)]
pub struct StudentT {
    /// Centre and spread before any observation, as in [`Gaussian`].
    pub prior: Gaussian,
    /// ν.
    pub nu: f64,
    /// Added to the variance β/α where the weight is computed: 1e-10 in the
    /// original, which makes its weights depend on the unit of the data; 0 in
    /// this project.
    pub guard: f64,
}

impl StudentT {
    /// Posterior κ, m (relative to its prior value), α, β.
    fn parameters(&self, stats: &[f64]) -> (f64, f64, f64, f64) {
        let &[weight, mean, scatter] = stats else {
            unreachable!("three statistics")
        };
        let Gaussian {
            kappa, alpha, beta, ..
        } = self.prior;
        let kappa_n = kappa + weight;
        (
            kappa_n,
            weight / kappa_n * mean,
            alpha + 0.5 * weight,
            beta + 0.5 * (scatter + kappa * weight / kappa_n * mean * mean),
        )
    }
}

impl Segment for StudentT {
    fn prior(&self) -> Vec<f64> {
        vec![0.0, 0.0, 0.0]
    }

    fn ln_predictive(&self, stats: &[f64], x: f64) -> f64 {
        let (kappa, mean, alpha, beta) = self.parameters(stats);
        ln_student_t(
            x - self.prior.mean,
            self.nu,
            mean,
            beta / alpha * (kappa + 1.0) / kappa,
        )
    }

    fn absorb(&self, stats: &mut [f64], x: f64) {
        let (_, centre, alpha, beta) = self.parameters(stats);
        let x = x - self.prior.mean;
        let distance2 = (x - centre) * (x - centre) / (beta / alpha + self.guard);
        let w = (self.nu + 1.0) / (self.nu + distance2);
        if !(w.is_finite() && w > 0.0) {
            return;
        }
        let [weight, mean, scatter] = stats else {
            unreachable!("three statistics")
        };
        let total = *weight + w;
        *scatter += *weight * w / total * (x - *mean) * (x - *mean);
        *mean += w / total * (x - *mean);
        *weight = total;
    }

    /// As that of a Gaussian with these posterior parameters.
    fn level(&self, stats: &[f64]) -> Vec<(f64, Posterior)> {
        let (kappa, mean, alpha, beta) = self.parameters(stats);
        vec![(1.0, marginal(self.prior.mean + mean, kappa, alpha, beta))]
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

    #[test]
    fn student_t_facts() {
        let model = StudentT {
            prior: PRIOR,
            nu: 3.0,
            guard: 1e-10,
        };
        assert_close("0", after(&model, &[], 0.0), -1.347_462_439_9, 1e-10);
        assert_close("0.5", after(&model, &[], 0.5), -1.429_106_428_9, 1e-10);
        let sums = |seen: &[f64]| {
            let mut s = model.prior();
            for &x in seen {
                model.absorb(&mut s, x);
            }
            (s[0], s[0] * s[1], s[2] + s[0] * s[1] * s[1])
        };
        let (s0, s1, s2) = sums(&[5.0]);
        assert_close("S0 of 5", s0, 0.142_857_142_870, 1e-12);
        assert_close("S1 of 5", s1, 0.714_285_714_35, 1e-11);
        assert_close("S2 of 5", s2, 3.571_428_571_75, 1e-11);
        let (s0, s1, s2) = sums(&[1.0, 2.0, 3.0]);
        assert_close("S0 of 1, 2, 3", s0, 2.235_535_301_933, 1e-12);
        assert_close("S1 of 1, 2, 3", s1, 4.004_851_519_74, 1e-11);
        assert_close("S2 of 1, 2, 3", s2, 8.611_045_787_17, 1e-11);
        let got = after(&model, &[1.0, 2.0, 3.0], 2.0);
        assert_close("2 after 1, 2, 3", got, -1.490_178_05, 5e-9);
        // Order matters, as the reference documents.
        assert_close("forward", sums(&[1.0, 2.0, 3.0, 50.0]).0, 2.238, 5e-4);
        assert_close("backward", sums(&[50.0, 3.0, 2.0, 1.0]).0, 3.230, 5e-4);
        assert_close("at the mean", sums(&[0.0; 100]).0, 133.3, 5e-2);
        assert!(sums(&[0.0; 50]).0 > 40.0);
        // ν large: a Gaussian tail that ignores the uncertainty of the spread.
        let wide = StudentT {
            prior: PRIOR,
            nu: 1e6,
            guard: 0.0,
        };
        assert_close("ν = 1e6, 5", after(&wide, &[], 5.0), -7.52, 5e-3);
        assert_close("ν = 1e6, 10", after(&wide, &[], 10.0), -26.3, 5e-2);
    }
}
