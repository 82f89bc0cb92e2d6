//! When things changed, given all that was seen since.

mod backward;
mod location;

use alloc::vec::Vec;

pub(crate) use backward::BackwardPass;
pub use location::Location;
pub(crate) use location::neighbourhoods;

use crate::math::sum;

/// The smoothed marginals: P(a segment starts at s | x_0..x_t) for every s of a
/// stretch up to the last observation t.
///
/// ```text
/// S(s) = w_t(s) + Σ_{u > s} S(u) B_u(s)
/// ```
///
/// with the filter's posterior w_t and the backward kernels B (Fearnhead & Liu
/// 2007; the fixed-lag form as in Byrd, Nghiem & Cao 2017). Unlike the filtered
/// w_t(s) this counts the cases in which another change has followed.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Smoothed {
    /// The first index that this speaks of.
    pub first: u64,
    /// S(first), S(first + 1), …, S(t). Where `first` is 0 its value is 1: the
    /// first segment starts there, which is no change.
    pub p_change_at: Vec<f64>,
}

impl Smoothed {
    /// S(s); `None` outside of the stretch.
    pub fn get(&self, s: u64) -> Option<f64> {
        let i = usize::try_from(s.checked_sub(self.first)?).ok()?;
        self.p_change_at.get(i).copied()
    }

    /// The expected number of changes in the stretch, index 0 not counted.
    pub fn expected_changes(&self) -> f64 {
        let no_change = usize::from(self.first == 0);
        sum(self.p_change_at.iter().copied().skip(no_change))
    }
}
