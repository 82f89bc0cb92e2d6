//! What speaks for a hypothesis by itself, whatever the others are.

use crate::hypotheses::Hypotheses;
use crate::kernel::LaneKernel;
use crate::lanes::{Group, Lanes};
use crate::real::Real;

/// What speaks for keeping a hypothesis: ln of its probability, or how its
/// best segmentation compares with the best of all, whichever is more. So the jointly
/// most probable segmentation survives even where no hypothesis is likely.
pub(super) struct Merit<F> {
    ln_total: F,
    /// ln of the best segmentation's probability.
    best: F,
}

impl<F: Real> Merit<F> {
    #[inline(always)]
    pub(super) fn of(hypotheses: &Hypotheses<F>) -> Self {
        let ln_total = hypotheses.ln_total;
        let best = hypotheses.best_joint - ln_total;
        Self { ln_total, best }
    }

    #[inline(always)]
    pub(super) fn score<L: Lanes<Scalar = F>>(&self, ln_weight: L, gain: L) -> L {
        // A −∞ stays one.
        (ln_weight - self.ln_total) + (gain - self.best).larger(L::splat(F::zero()))
    }
}

/// The lowest score of all; ∞ if there is none.
pub(super) struct Lowest<'a, F: Real> {
    pub(super) ln_weights: &'a [F::Array],
    pub(super) gains: &'a [F::Array],
    pub(super) merit: &'a Merit<F>,
}

impl<F: Real> LaneKernel<F> for Lowest<'_, F> {
    type Output = F;

    #[inline(always)]
    fn run<L: Group<Scalar = F>>(self) -> F {
        let mut largest = L::splat(F::neg_infinity());
        for (ln_weight, gain) in self.ln_weights.iter().zip(self.gains) {
            let (ln_weight, gain) = (L::load(ln_weight.as_ref()), L::load(gain.as_ref()));
            let score = self.merit.score(ln_weight, gain);
            largest = (L::splat(F::zero()) - score).larger(largest);
        }
        -largest.largest()
    }
}
