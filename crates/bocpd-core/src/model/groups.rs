//! One observation under all hypotheses of a bank of columns, over groups of lanes.

use crate::Real;
use crate::kernel::{Isa, LaneKernel};
use crate::lanes::{Group, chunk};

/// How a model scores and absorbs one observation.
pub(super) trait GroupStep<F: Real> {
    /// Adds ln p(x | hypothesis) to `ln_joint` and absorbs x, for the `G` groups from
    /// group `at` on.
    fn step<L: Group<Scalar = F>, const G: usize>(
        &mut self,
        at: usize,
        ln_joint: &mut [F::Array; G],
    );
}

/// Scores and absorbs under all hypotheses, on the instruction set `isa`.
#[inline(always)]
pub(super) fn step_groups<F: Real>(isa: Isa, step: impl GroupStep<F>, ln_joint: &mut [F]) {
    isa.run_lanes(Steps { step, ln_joint });
}

struct Steps<'a, F: Real, S> {
    step: S,
    ln_joint: &'a mut [F],
}

impl<F: Real, S: GroupStep<F>> LaneKernel<F> for Steps<'_, F, S> {
    type Output = ();

    #[inline(always)]
    fn run<L: Group<Scalar = F>>(mut self) {
        let groups = self.ln_joint.len() / F::LANES;
        let mut at = 0;
        while at + 4 <= groups {
            at = self.chunk::<L, 4>(at);
        }
        while at + 2 <= groups {
            at = self.chunk::<L, 2>(at);
        }
        while at < groups {
            at = self.chunk::<L, 1>(at);
        }
    }
}

impl<F: Real, S: GroupStep<F>> Steps<'_, F, S> {
    /// The `G` groups from `at` on; says what comes next.
    #[inline(always)]
    fn chunk<L: Group<Scalar = F>, const G: usize>(&mut self, at: usize) -> usize {
        let ln_joint = chunk::<F, G>(self.ln_joint, at);
        self.step.step::<L, G>(at, ln_joint);
        at + G
    }
}
