//! What depends on the number of observations alone where the variance has an inverse gamma
//! distribution: its shape rises by ½ with each of them.

use crate::lanes::Lanes;
use crate::math::special::{HALF_LN_TWO_PI, ln_gamma_half_step};
use crate::real::Real;
use crate::score::{CountTerms, GroupTerms};

/// The shape αₙ = α + n/2 of the posterior of a variance.
#[derive(Clone, Copy, Debug)]
pub(super) struct HalfSteps {
    pub(super) alpha: f64,
}

/// No logarithm of a statistic is further from 0.
pub(super) const LARGEST_LN: f64 = 1024.0;

/// Terms that depend on the count alone, in this order: `Cₙ₊₁ − Cₙ`, `αₙ + ½`.
pub(super) const TERMS: usize = 2;

impl HalfSteps {
    /// αₙ.
    pub(super) fn after(self, n: f64) -> f64 {
        self.alpha + 0.5 * n
    }

    /// `Cₙ = ln Γ(αₙ+½) − ln Γ(αₙ) − ½ ln 2π`: the part of the predictive's largest density
    /// that β has no influence on.
    pub(super) fn constant(self, n: f64) -> f64 {
        ln_gamma_half_step(self.after(n)) - HALF_LN_TWO_PI
    }
}

impl<F: Real> CountTerms<F, TERMS> for HalfSteps {
    fn exact(&self, count: u64) -> [f64; TERMS] {
        let n = count as f64;
        // Differences of what was rounded: they add up without another error.
        let rise = self.constant(n + 1.0) - self.constant(n);
        [rise, self.after(n) + 0.5]
    }
}

impl<F: Real> GroupTerms<F, TERMS> for HalfSteps {
    #[inline(always)]
    fn terms<L: Lanes<Scalar = F>>(&self, counts: L) -> [L; TERMS] {
        let half = F::of(0.5);
        let z = counts * half + F::of(self.alpha) + half;
        let r = L::splat(F::one()) / z;
        // ln Γ(z+½) − 2 ln Γ(z) + ln Γ(z−½) = ¼ ψ'(z) + ψ'''(z)/192 + …, as in the Gaussian
        // model.
        let mut rise = L::splat(F::of(1.0 / 320.0));
        for coefficient in [1.0 / 64.0, 5.0 / 96.0, 0.125, 0.25] {
            rise = rise * r + F::of(coefficient);
        }
        [rise * r, z]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_counts_continue_the_table() {
        for alpha in [0.01, 1.0, 1e4] {
            // The first term is a difference of numbers up to 5.
            crate::score::tests::large_matches_exact::<TERMS>(&HalfSteps { alpha }, 8.0);
        }
    }
}
