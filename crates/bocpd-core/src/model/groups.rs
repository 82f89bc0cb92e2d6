//! One observation under all hypotheses of a bank of columns, over groups of lanes.

use crate::Real;
use crate::kernel::{Isa, LaneKernel};
use crate::lanes::Group;

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
    let ln_joint = F::groups_mut(ln_joint);
    isa.run_lanes(Steps { step, ln_joint });
}

/// The `G` groups from group `at` on of a padded column.
#[inline(always)]
pub(super) fn chunk<F: Real, const G: usize>(column: &mut [F], at: usize) -> &mut [F::Array; G] {
    of_groups::<F, G>(F::groups_mut(column), at)
}

#[inline(always)]
fn of_groups<F: Real, const G: usize>(groups: &mut [F::Array], at: usize) -> &mut [F::Array; G] {
    groups[at..]
        .first_chunk_mut()
        .expect("the column is as long as the others")
}

struct Steps<'a, F: Real, S> {
    step: S,
    ln_joint: &'a mut [F::Array],
}

impl<F: Real, S: GroupStep<F>> LaneKernel<F> for Steps<'_, F, S> {
    type Output = ();

    #[inline(always)]
    fn run<L: Group<Scalar = F>>(mut self) {
        let groups = self.ln_joint.len();
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
        let ln_joint = of_groups::<F, G>(self.ln_joint, at);
        self.step.step::<L, G>(at, ln_joint);
        at + G
    }
}
