//! What is compared with `min_weight`, for each hypothesis by itself.

use crate::hypotheses::Hypotheses;
use crate::kernel::LaneKernel;
use crate::lanes::{Group, Lanes};
use crate::real::Real;

/// Why a hypothesis is worth keeping, as a logarithm.
///
/// ```text
/// max(ln p, J − J*) = ln p + max(0, g − J*),   J = ln p + g
/// ```
///
/// p is its probability, g its gain ([`Hypotheses::map_gains`]), so J is ln of the joint
/// probability of the best segmentation that ends in it, and J* that of the best of all. So the jointly most
/// probable segmentation survives even where no hypothesis is likely.
pub(super) struct Criterion<F> {
    ln_total: F,
    /// ln of the best segmentation's probability.
    best: F,
}

impl<F: Real> Criterion<F> {
    #[inline(always)]
    pub(super) fn of(hypotheses: &Hypotheses<F>) -> Self {
        let ln_total = hypotheses.ln_total;
        let best = hypotheses.best_joint - ln_total;
        Self { ln_total, best }
    }

    #[inline(always)]
    pub(super) fn value<L: Lanes<Scalar = F>>(&self, ln_weight: L, gain: L) -> L {
        // A −∞ stays one.
        (ln_weight - self.ln_total) + (gain - self.best).larger(L::splat(F::zero()))
    }
}

/// The lowest value of all; ∞ if there is none.
pub(super) struct Lowest<'a, F: Real> {
    pub(super) ln_weights: &'a [F::Array],
    pub(super) gains: &'a [F::Array],
    pub(super) criterion: &'a Criterion<F>,
}

impl<F: Real> LaneKernel<F> for Lowest<'_, F> {
    type Output = F;
    type Home = Self;

    #[inline(always)]
    fn run<L: Group<Scalar = F>>(self) -> F {
        let mut largest = L::splat(F::neg_infinity());
        for (ln_weight, gain) in self.ln_weights.iter().zip(self.gains) {
            let (ln_weight, gain) = (L::load(ln_weight.as_ref()), L::load(gain.as_ref()));
            let value = self.criterion.value(ln_weight, gain);
            largest = (L::splat(F::zero()) - value).larger(largest);
        }
        -largest.largest()
    }
}
