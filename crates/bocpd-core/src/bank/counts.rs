//! How many observations each hypothesis has absorbed.

use alloc::vec;
use alloc::vec::Vec;

use super::{Bank, compact};
use crate::kernel::prefetch;

/// How many observations each live hypothesis has absorbed.
///
/// Kept as the number of observations that were seen before the hypothesis was
/// born, so that absorbing one is a single addition for all of them. Where a
/// hypothesis does not absorb what the others do, its birth moves up by one.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(from = "data::Counts", into = "data::Counts"))]
pub(crate) struct Counts {
    seen: u64,
    /// One for each hypothesis and some for padding.
    births: Vec<u64>,
    len: usize,
    /// From this position on the counts follow each other without a gap.
    run_from: usize,
    /// Whether births ascend, and counts descend: so they do as long as every
    /// hypothesis absorbs every observation.
    ascend: bool,
}

#[cfg(feature = "serde")]
mod data {
    use super::{PADDED_TO, Vec};

    /// Counts without their padding.
    #[derive(serde::Serialize, serde::Deserialize)]
    pub(super) struct Counts {
        seen: u64,
        births: Vec<u64>,
    }

    impl From<super::Counts> for Counts {
        fn from(counts: super::Counts) -> Self {
            Self {
                seen: counts.seen,
                births: counts.live().to_vec(),
            }
        }
    }

    impl From<Counts> for super::Counts {
        fn from(Counts { seen, mut births }: Counts) -> Self {
            let len = births.len();
            births.resize(len.next_multiple_of(PADDED_TO), seen);
            let mut counts = Self {
                seen,
                births,
                len,
                run_from: 0,
                ascend: true,
            };
            counts.find_order();
            counts
        }
    }
}

/// So many observations are counted without a rounding by all that converts counts.
pub(crate) const MAX_SEEN: u64 = 1 << 52;

/// Divides the padded number of births, and is divided by every
/// [`Real::LANES`](crate::real::Real::LANES).
const PADDED_TO: usize = 16;

impl Counts {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            seen: 0,
            births: vec![0; capacity.next_multiple_of(PADDED_TO)],
            len: 0,
            run_from: 0,
            ascend: true,
        }
    }

    #[inline(always)]
    pub(crate) fn spawn(&mut self) {
        // Births at a missing observation have the same count, births that did
        // not happen leave a gap.
        let last = self.births.get(self.len.wrapping_sub(1));
        if last.is_some_and(|last| last + 1 != self.seen) {
            self.run_from = self.len;
        }
        match self.births.get_mut(self.len) {
            Some(birth) => *birth = self.seen,
            None => self.births.resize(self.len + PADDED_TO, self.seen),
        }
        self.len += 1;
    }

    /// All hypotheses absorb one observation.
    #[inline(always)]
    pub(crate) fn absorb(&mut self) {
        self.seen += 1;
    }

    /// Those hypotheses absorb one observation that `absorbs` says it of.
    pub(crate) fn absorb_where(&mut self, absorbs: impl Fn(usize) -> bool) {
        self.absorb();
        self.take_back_where(|i| !absorbs(i));
    }

    /// Those hypotheses have not absorbed the last observation, though it is counted for
    /// all, that `rejects` says it of.
    pub(crate) fn take_back_where(&mut self, rejects: impl Fn(usize) -> bool) {
        for (i, birth) in self.births[..self.len].iter_mut().enumerate() {
            *birth += u64::from(rejects(i));
        }
        self.find_order();
    }

    /// How many observations have been seen since the bank was empty.
    #[inline(always)]
    pub(crate) fn seen(&self) -> u64 {
        self.seen
    }

    /// Births of hypotheses and padding from position `from` on.
    #[inline(always)]
    pub(crate) fn births_from(&self, from: usize) -> &[u64] {
        &self.births[from..]
    }

    /// The largest count among the hypotheses with these births, which follow each
    /// other in the bank; it may be too large by what is padding.
    #[inline(always)]
    pub(crate) fn largest(&self, births: &[u64]) -> u64 {
        let first = if self.ascend {
            births[0]
        } else {
            births
                .iter()
                .fold(births[0], |least, &birth| least.min(birth))
        };
        self.seen - first
    }

    /// The births of the live hypotheses.
    #[inline(always)]
    fn live(&self) -> &[u64] {
        &self.births[..self.len]
    }

    /// Whether no birth lies in the future, and none is needed to know what was seen.
    pub(crate) fn is_sound(&self) -> bool {
        let most = if self.len == 0 { 0 } else { MAX_SEEN };
        self.seen <= most && self.live().iter().all(|&birth| birth <= self.seen)
    }

    /// How many hypotheses, the oldest, do not belong to the youngest ones whose
    /// counts follow each other and are less than `limit`.
    #[inline(always)]
    pub(crate) fn scattered(&self, limit: usize) -> usize {
        let run = &self.live()[self.run_from..];
        // Those of the run with small counts are its last.
        let old = run.first().map_or(0, |first| {
            (self.seen - first).saturating_sub(limit as u64 - 1)
        });
        self.len
            .min(self.run_from + usize::try_from(old).unwrap_or(usize::MAX))
    }

    /// How many observations hypothesis `i` has absorbed; 0 behind the last.
    #[inline(always)]
    pub(crate) fn get_or_none(&self, i: usize) -> u64 {
        self.live().get(i).map_or(0, |birth| self.seen - birth)
    }

    /// Where the last run of births that follow each other begins, and whether all
    /// of them ascend.
    fn find_order(&mut self) {
        let mut pairs = self.live().windows(2);
        let broken = pairs.rposition(|pair| pair[1].wrapping_sub(pair[0]) != 1);
        (self.run_from, self.ascend) = match broken {
            None => (0, true),
            Some(i) => (i + 1, self.live()[..=i + 1].is_sorted()),
        };
    }

    /// How many observations hypothesis `i` has absorbed.
    #[inline(always)]
    pub(crate) fn get(&self, i: usize) -> u64 {
        self.seen - self.live()[i]
    }
}

impl Bank for Counts {
    #[inline]
    fn prefetch(&self) {
        prefetch(&self.births);
    }

    fn len(&self) -> usize {
        self.len
    }

    fn clear(&mut self) {
        (self.seen, self.len, self.run_from, self.ascend) = (0, 0, 0, true);
        self.births.fill(0);
    }

    fn pop(&mut self) {
        self.len -= 1;
        self.run_from = self.run_from.min(self.len.saturating_sub(1));
    }

    fn keep(&mut self, kept: &[u32]) {
        compact(&mut self.births, kept);
        self.len = kept.len();
        self.births[kept.len()..].fill(self.seen);
        self.find_order();
    }
}
