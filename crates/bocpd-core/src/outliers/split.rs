//! One observation: of its segment, or an outlier.

use crate::kernel::LaneKernel;
use crate::lanes::Group;
use crate::real::Real;

/// Makes of ln p what the mixture with outliers says, over groups of lanes.
///
/// ```text
/// d = ln ε q − ln (1 − ε) p        > 0 where an outlier is the likelier case
/// ln p_ε = max + ln (1 + e^−|d|),  ρ = 1/(1 + e^−d)
/// ```
///
/// Only differences of logarithms are exponentiated, so nothing is lost where densities
/// underflow. −∞ for ln p is allowed, NaN and +∞ are not; ln q is finite.
pub(super) struct Split<'a, F: Real> {
    /// ln (1 − ε).
    pub(super) ln_regular: F,
    /// ln ε q.
    pub(super) ln_outlier: F,
    /// ln p_ε is added here.
    pub(super) ln_joint: &'a mut [F::Array],
    /// ln p on entry, ρ on return.
    pub(super) rho: &'a mut [F::Array],
    /// 1 where ρ < ½, else 0.
    pub(super) absorbs: &'a mut [F::Array],
}

impl<F: Real> LaneKernel<F> for Split<'_, F> {
    type Output = ();

    #[inline(always)]
    fn run<L: Group<Scalar = F>>(self) {
        let (zero, one) = (L::splat(F::zero()), L::splat(F::one()));
        let outlier = L::splat(self.ln_outlier);
        let groups = self.ln_joint.iter_mut().zip(self.rho).zip(self.absorbs);
        for ((ln_joint, rho), absorbs) in groups {
            let (ln_joint, rho) = (ln_joint.as_mut(), rho.as_mut());
            let regular = L::load(rho) + self.ln_regular;
            let d = outlier - regular;
            let (r, scale) = F::exp_split(zero - d.larger(zero - d));
            let lesser = F::exp_join(r, scale);
            let ln_p = regular.larger(outlier) + F::ln_1p_positive(lesser);
            (L::load(ln_joint) + ln_p).store(ln_joint);
            let share = d.if_less(F::zero(), lesser, one);
            (share / (lesser + F::one())).store(rho);
            d.if_less(F::zero(), one, zero).store(absorbs.as_mut());
        }
    }
}
