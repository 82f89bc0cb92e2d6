//! Models whose predictive does not depend on how much a hypothesis has absorbed.

use crate::kernel::LaneKernel;
use crate::lanes::{Group, groups_from};
use crate::real::Real;

/// How a model scores and absorbs one observation.
pub(crate) trait GroupStep<F: Real> {
    /// Adds ln p(x | hypothesis) to `ln_joint` and absorbs x, for `G` groups, whose
    /// statistics stand one group after the other ([`rows`]).
    fn step<L: Group<Scalar = F>, const G: usize>(
        &self,
        statistics: &mut [F::Array],
        ln_joint: &mut [F::Array; G],
    );
}

/// An observation that says nothing: ln p is 0, and no statistic changes.
pub(crate) struct Unchanged;

impl<F: Real> GroupStep<F> for Unchanged {
    #[inline(always)]
    fn step<L: Group<Scalar = F>, const G: usize>(
        &self,
        _: &mut [F::Array],
        _: &mut [F::Array; G],
    ) {
    }
}

/// The statistics of `G` groups where each has `N` of them.
#[inline(always)]
pub(crate) fn rows<A, const N: usize, const G: usize>(statistics: &mut [A]) -> &mut [[A; N]; G] {
    groups_from(statistics.as_chunks_mut::<N>().0, 0)
}

/// Runs over all groups of a bank.
pub(super) struct Steps<'a, F: Real, S> {
    pub(super) step: &'a S,
    pub(super) width: usize,
    pub(super) groups: &'a mut [F::Array],
    pub(super) ln_joint: &'a mut [F::Array],
}

impl<F: Real, S: GroupStep<F>> LaneKernel<F> for Steps<'_, F, S> {
    type Output = ();
    type Home = S;

    #[inline(always)]
    fn run<L: Group<Scalar = F>>(mut self) {
        let groups = self.ln_joint.len();
        let mut at = 0;
        while const { L::SIDE_BY_SIDE } && at + 4 <= groups {
            at = self.side_by_side::<L, 4>(at);
        }
        while const { L::SIDE_BY_SIDE } && at + 2 <= groups {
            at = self.side_by_side::<L, 2>(at);
        }
        while at < groups {
            at = self.side_by_side::<L, 1>(at);
        }
    }
}

impl<F: Real, S: GroupStep<F>> Steps<'_, F, S> {
    /// The `G` groups from `at` on; says what comes next.
    #[inline(always)]
    fn side_by_side<L: Group<Scalar = F>, const G: usize>(&mut self, at: usize) -> usize {
        let statistics = &mut self.groups[at * self.width..(at + G) * self.width];
        let ln_joint = groups_from(self.ln_joint, at);
        self.step.step::<L, G>(statistics, ln_joint);
        at + G
    }
}
