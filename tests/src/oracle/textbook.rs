//! The observation models as a textbook prints them: a file for each, with its entry of the
//! catalogue.
//!
//! `ln Γ` is [`libm::lgamma`], posterior parameters are the printed updates,
//! and every closed-form evidence is computed from the observations directly
//! (two passes for the Gaussian), not from the sequential statistics.

use core::f64::consts::PI;

use libm::lgamma;

use super::Entry;

pub mod bernoulli;
mod beside;
pub mod binomial;
pub mod binomial_trials;
pub mod categorical;
pub mod exponential;
pub mod gamma;
pub mod gaussian;
pub mod gaussian_error_bars;
pub mod gaussian_known_mean;
pub mod gaussian_known_variance;
pub mod geometric;
pub mod heteroscedastic_gaussian;
pub mod hurdle_poisson;
pub mod log_normal;
pub mod multivariate_gaussian;
pub mod negative_binomial_grid;
pub mod negative_binomial_known_size;
pub mod poisson;
pub mod poisson_exposure;
pub mod regression;
pub mod structured_gaussian;
pub mod structured_log_normal;
pub mod student_t;
pub mod student_t_grid;
pub mod volatile_gaussian;
pub mod weighted_gaussian;

/// Every model, by the name of its file.
macro_rules! models {
    ($($file:ident),+ $(,)?) => {
        /// Every model. New ones come last: the seeds of tests go by position.
        pub const MODELS: [Entry; [$(stringify!($file)),+].len()] = [$($file::ENTRY),+];
    };
}

models![
    gaussian,
    student_t,
    student_t_grid,
    poisson,
    bernoulli,
    binomial,
    gamma,
    gaussian_known_variance,
    log_normal,
    weighted_gaussian,
    structured_gaussian,
    regression,
    structured_log_normal,
    exponential,
    geometric,
    negative_binomial_known_size,
    gaussian_known_mean,
    poisson_exposure,
    binomial_trials,
    gaussian_error_bars,
    heteroscedastic_gaussian,
    multivariate_gaussian,
    categorical,
    hurdle_poisson,
    negative_binomial_grid,
    volatile_gaussian,
];

/// ln of the Student-t density with ν degrees of freedom, centre m and
/// squared scale s².
#[must_use]
pub fn ln_student_t(x: f64, nu: f64, centre: f64, scale2: f64) -> f64 {
    let z2 = (x - centre) * (x - centre) / scale2;
    lgamma(0.5 * (nu + 1.0))
        - lgamma(0.5 * nu)
        - 0.5 * (nu * PI * scale2).ln()
        - 0.5 * (nu + 1.0) * (z2 / nu).ln_1p()
}

/// What residuals with this covariance over σ² bring that those before them do not say, in units
/// of its own standard deviation over σ; and that deviation.
fn innovations(xs: &[f64], covariance: impl Fn(usize, usize) -> f64) -> Vec<(f64, f64)> {
    let n = xs.len();
    let mut factor = vec![0.0; n * n];
    let mut found: Vec<(f64, f64)> = Vec::with_capacity(n);
    for i in 0..n {
        for j in 0..=i {
            let done: f64 = (0..j).map(|k| factor[i * n + k] * factor[j * n + k]).sum();
            let rest = covariance(i, j) - done;
            factor[i * n + j] = if i == j {
                rest.sqrt()
            } else {
                rest / factor[j * n + j]
            };
        }
        let done: f64 = (0..i).map(|k| factor[i * n + k] * found[k].0).sum();
        let own = factor[i * n + i];
        found.push(((xs[i] - done) / own, own));
    }
    found
}

/// ln of the multivariate t density of residuals with this covariance over σ², where σ² ~ inverse
/// gamma(α, β).
fn ln_multivariate_t(
    alpha: f64,
    beta: f64,
    xs: &[f64],
    covariance: impl Fn(usize, usize) -> f64,
) -> f64 {
    let n = xs.len();
    let innovations = innovations(xs, covariance);
    let square: f64 = innovations.iter().map(|(z, _)| z * z).sum();
    let ln_det: f64 = innovations.iter().map(|(_, own)| 2.0 * own.ln()).sum();
    let alpha_n = alpha + 0.5 * n as f64;
    lgamma(alpha_n) - lgamma(alpha) + alpha * beta.ln()
        - alpha_n * (beta + 0.5 * square).ln()
        - 0.5 * ln_det
        - 0.5 * n as f64 * (2.0 * PI).ln()
}

/// ln B(a, b).
fn ln_beta(a: f64, b: f64) -> f64 {
    lgamma(a) + lgamma(b) - lgamma(a + b)
}

/// ln C(n, k).
fn ln_choose(n: f64, k: f64) -> f64 {
    lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0)
}

/// What the tests of the models ask.
#[cfg(test)]
mod facts {
    use super::gaussian::Gaussian;
    use crate::close::assert_close;
    use crate::oracle::{Entry, Segment, ln_product_of_predictives};
    use crate::random::Random;

    pub(super) const PRIOR: Gaussian = Gaussian {
        mean: 0.0,
        kappa: 1.0,
        alpha: 1.0,
        beta: 1.0,
    };

    /// ln p(x | seen).
    pub(super) fn after(model: &dyn Segment, seen: &[f64], x: f64) -> f64 {
        let mut stats = model.prior();
        for &y in seen {
            model.absorb(&mut stats, y);
        }
        model.ln_predictive(&stats, x)
    }

    /// The closed form and the product of predictives are two routes to the
    /// same number.
    pub(super) fn assert_evidence(entry: &Entry) {
        let mut random = Random::new(7);
        for _ in 0..50 {
            let model = (entry.model)(&mut random);
            let model = (entry.read)(&model[entry.name]);
            let n = 1 + random.below(40);
            let level = random.below(4);
            let xs: Vec<f64> = (0..n).map(|_| (entry.draw)(&mut random, level)).collect();
            let product = ln_product_of_predictives(&*model, &xs);
            assert_close(entry.name, product, model.ln_evidence(&xs), 1e-12);
        }
    }
}
