//! A formula for groups of hypotheses of which the model says how many statistics they have.

use alloc::vec::Vec;
use core::ops::Range;

use crate::kernel::LaneKernel;
use crate::lanes::Group;
use crate::real::Real;

/// Which hypotheses absorb what is scored under all.
pub(in crate::model) enum Rows<'a, F: Real> {
    All(&'a mut [F::Array]),
    /// Those whose weight is not 0. The list has room for the statistics of a group.
    Some(&'a mut [F::Array], &'a [F], Vec<F::Array>),
    /// None; likewise.
    None(&'a [F::Array], Vec<F::Array>),
}

/// How a model scores and absorbs one observation.
pub(in crate::model) trait Formula<F: Real> {
    /// How many statistics a hypothesis has.
    fn width(&self) -> usize;

    /// Gives ln p(x | hypothesis) for the group at a position and lets its statistics absorb x.
    fn step<L: Group<Scalar = F>>(&self, at: usize, group: &mut [F::Array]) -> L;
}

/// Goes over all groups.
pub(in crate::model) struct Pass<'a, F: Real, Q> {
    pub(in crate::model) formula: Q,
    pub(in crate::model) rows: Rows<'a, F>,
    /// What scores are added to.
    pub(in crate::model) ln_joint: Option<&'a mut [F::Array]>,
}

impl<F: Real, Q: Formula<F>> LaneKernel<F> for Pass<'_, F, Q> {
    type Output = ();
    type Home = Q;

    #[inline(always)]
    fn run<L: Group<Scalar = F>>(self) {
        let Self {
            formula,
            mut rows,
            mut ln_joint,
        } = self;
        let width = formula.width();
        for at in 0..rows.len() / width {
            let place = at * width..(at + 1) * width;
            // The formula stands here once: it is compiled into this place.
            let ln_p: L = formula.step(at, rows.before_step(place.clone()));
            if let Some(ln_joint) = &mut ln_joint {
                let lanes = ln_joint[at].as_mut();
                (L::load(lanes) + ln_p).store(lanes);
            }
            rows.after_step(at, place);
        }
    }
}

impl<F: Real> Rows<'_, F> {
    fn len(&self) -> usize {
        match self {
            Self::All(groups) | Self::Some(groups, ..) => groups.len(),
            Self::None(groups, _) => groups.len(),
        }
    }

    /// What the formula may change: a group, or a copy of it.
    #[inline(always)]
    fn before_step(&mut self, place: Range<usize>) -> &mut [F::Array] {
        match self {
            Self::All(groups) => &mut groups[place],
            Self::Some(groups, _, after) => {
                after.copy_from_slice(&groups[place]);
                after
            }
            Self::None(groups, after) => {
                after.copy_from_slice(&groups[place]);
                after
            }
        }
    }

    /// Gives hypotheses that absorb what the copy says.
    #[inline(always)]
    fn after_step(&mut self, at: usize, place: Range<usize>) {
        let Self::Some(groups, weights, after) = self else {
            return;
        };
        let weights = &weights[at * F::LANES..][..F::LANES];
        for (lanes, after) in groups[place].iter_mut().zip(&*after) {
            let lanes = lanes.as_mut().iter_mut().zip(after.as_ref());
            for ((value, &after), weight) in lanes.zip(weights) {
                if !weight.is_zero() {
                    *value = after;
                }
            }
        }
    }
}

/// Room for the statistics of one group.
pub(in crate::model) fn room_for_a_group<F: Real>(width: usize) -> Vec<F::Array> {
    alloc::vec![F::array(F::zero()); width]
}

/// The lesser of two numbers.
#[inline(always)]
pub(in crate::model) fn least<L: Group<Scalar: Real>>(a: L, b: L::Scalar) -> L {
    a.if_less(b, a, L::splat(b))
}
