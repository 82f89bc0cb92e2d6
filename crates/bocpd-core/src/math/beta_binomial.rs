//! The beta-binomial distribution.

use super::special::{deviance, stirling_error};

/// ln P(k successes and j failures), for any a, b > 0.
///
/// Each Γ is written by Stirling's formula. The powers then add up to the
/// deviance of the 2×2 table [[k, a], [j, b]] from independence, which has no
/// cancellation; what remains is small.
pub(crate) fn ln_mass(k: f64, j: f64, a: f64, b: f64) -> f64 {
    let (trials, prior) = (k + j, a + b);
    let total = trials + prior;
    let (row_k, row_j) = (k + a, j + b);
    let cells = deviance(k, row_k * (trials / total))
        + deviance(a, row_k * (prior / total))
        + deviance(j, row_j * (trials / total))
        + deviance(b, row_j * (prior / total));
    // Γ(z) = √(2π/z) (z/e)ᶻ e^err(z) for a, b and their sums; z! = Γ(z+1) for
    // counts, √(2πz) (z/e)ᶻ e^err(z), which is 1 at z = 0.
    let factorial = |z: f64| {
        if z == 0.0 {
            0.0
        } else {
            0.5 * ln_two_pi(z) + stirling_error(z)
        }
    };
    let gamma = |z: f64| 0.5 * ln_two_pi(1.0 / z) + stirling_error(z);
    let rest = factorial(trials) - factorial(k) - factorial(j) + gamma(row_k) + gamma(row_j)
        - gamma(total)
        + gamma(prior)
        - gamma(a)
        - gamma(b);
    rest - cells
}

fn ln_two_pi(z: f64) -> f64 {
    libm::log(2.0 * core::f64::consts::PI * z)
}
