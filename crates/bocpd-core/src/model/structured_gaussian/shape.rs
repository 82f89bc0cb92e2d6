//! Layouts as types, so that loops over the usual ones are known when they are compiled.

use super::structure::{Layout, MAX_DIM};

/// A layout.
pub(super) trait Shape: Copy {
    /// Whether the type alone says it.
    const FIXED: bool;
    fn layout(self) -> Layout;
}

/// How many statistics a hypothesis has: its state, β, ln of the peak, origin.
#[inline(always)]
pub(super) fn width(layout: Layout) -> usize {
    layout.dim() + 3
}

/// Without a season.
#[derive(Clone, Copy)]
pub(super) struct Fixed<const AR: bool, const SLOPE: bool>;

impl<const AR: bool, const SLOPE: bool> Shape for Fixed<AR, SLOPE> {
    const FIXED: bool = true;

    #[inline(always)]
    fn layout(self) -> Layout {
        Layout {
            ar: AR,
            slope: SLOPE,
            season: 0,
        }
    }
}

impl Shape for Layout {
    const FIXED: bool = false;

    #[inline(always)]
    fn layout(self) -> Layout {
        self
    }
}

/// What can be done whichever shape it is.
pub(super) trait Work {
    /// `MOST` is no less than the dimension of the shape.
    fn run<S: Shape, const MOST: usize>(self, shape: S);
}

/// Does it for this one.
#[inline(always)]
pub(super) fn with_shape(layout: Layout, work: impl Work) {
    match (layout.season, layout.ar, layout.slope) {
        (0, false, false) => work.run::<_, 1>(Fixed::<false, false>),
        (0, true, false) => work.run::<_, 2>(Fixed::<true, false>),
        (0, false, true) => work.run::<_, 2>(Fixed::<false, true>),
        (0, true, true) => work.run::<_, 3>(Fixed::<true, true>),
        _ => work.run::<_, MAX_DIM>(layout),
    }
}
