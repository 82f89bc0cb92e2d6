//! Which segment came before.

use alloc::vec::Vec;

use smallvec::SmallVec;

/// Entries smaller than this are left out: all of them together change no
/// smoothed marginal by more than rounding does.
pub(super) const NEGLIGIBLE: f64 = 1.0 / (1u64 << 60) as f64;

/// The backward kernel of a start u: given that a segment starts at u, the
/// probability that the one before it started at s.
///
/// ```text
/// B_u(s) = w_{u−1}(s) h(u−s) / Σ_r w_{u−1}(r) h(u−r)
/// ```
///
/// Given u, what comes at u and after says nothing more about s, so this holds
/// for ever (Fearnhead & Liu 2007, §3.2). The hazard is the one that acted at
/// that step, irregular times included. No entry where no segment can start at u.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct BackwardKernel {
    start: u64,
    /// s, ascending, and B(s).
    previous: Vec<(u64, f64)>,
}

impl BackwardKernel {
    pub(crate) fn new(start: u64, previous: impl Iterator<Item = (u64, f64)>) -> Self {
        // Into a list that is as long as it has to be: there are many of them.
        let possible: SmallVec<[_; 64]> = previous.filter(|&(_, p)| p > NEGLIGIBLE).collect();
        Self {
            start,
            previous: possible.to_vec(),
        }
    }

    pub(crate) fn start(&self) -> u64 {
        self.start
    }

    /// Pairs s, B(s), ascending; only the latest s where a lag is kept.
    pub(crate) fn previous(&self) -> &[(u64, f64)] {
        &self.previous
    }
}
