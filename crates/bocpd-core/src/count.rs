//! What depends only on how many observations a hypothesis has absorbed.
//!
//! For a conjugate model that part of the predictive is the same number for
//! every hypothesis of the same count, so it is looked up instead of computed.

mod step;
mod table;

pub(crate) use step::GroupScore;
pub(crate) use table::CountTable;

use alloc::vec;
use alloc::vec::Vec;

use crate::Real;
use crate::bank::{Bank, Grouped, compact};
use crate::kernel::prefetch;
use crate::lanes::Lanes;
use table::row_of;

/// Counts below this are looked up, counts from here on computed.
pub(crate) const TABLE_LEN: usize = 1024;

/// How many observations each live hypothesis has absorbed.
///
/// Kept as the number of observations that were seen before the hypothesis was
/// born, so that absorbing one is a single addition for all of them.
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(from = "data::Counts", into = "data::Counts"))]
pub(crate) struct Counts {
    seen: u64,
    /// One for each hypothesis and some for padding.
    births: Vec<u64>,
    len: usize,
    /// From this position on the counts follow each other without a gap.
    run_from: usize,
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
            let run_from = Self::find_run(&births);
            births.resize(len.next_multiple_of(PADDED_TO), seen);
            Self {
                seen,
                births,
                len,
                run_from,
            }
        }
    }
}

/// Divides the padded number of births, and is divided by every [`Real::LANES`].
const PADDED_TO: usize = 16;

impl Counts {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            births: vec![0; capacity.next_multiple_of(PADDED_TO)],
            ..Self::default()
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

    #[inline(always)]
    pub(crate) fn absorb(&mut self) {
        self.seen += 1;
    }

    /// The births of the live hypotheses.
    #[inline(always)]
    fn live(&self) -> &[u64] {
        &self.births[..self.len]
    }

    /// Whether births are in order and none lies in the future.
    pub(crate) fn is_sound(&self) -> bool {
        let births = self.live();
        births.is_sorted() && births.last().is_none_or(|&birth| birth <= self.seen)
    }

    /// How many hypotheses, the oldest, do not belong to the youngest ones whose
    /// counts follow each other and are in the table.
    #[inline(always)]
    fn scattered(&self) -> usize {
        let run = &self.live()[self.run_from..];
        // Those of the run that are in the table are its last.
        let old = run.first().map_or(0, |first| {
            (self.seen - first).saturating_sub(TABLE_LEN as u64 - 1)
        });
        self.len
            .min(self.run_from + usize::try_from(old).unwrap_or(usize::MAX))
    }

    /// The row of the table for hypothesis `i`; that of count 0 behind the last.
    #[inline(always)]
    fn row(&self, i: usize) -> usize {
        row_of(self.live().get(i).map_or(0, |birth| self.seen - birth))
    }

    /// Where the last run of births that follow each other begins.
    fn find_run(births: &[u64]) -> usize {
        let broken = births
            .windows(2)
            .rposition(|pair| pair[1].wrapping_sub(pair[0]) != 1);
        broken.map_or(0, |i| i + 1)
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
        (self.seen, self.len, self.run_from) = (0, 0, 0);
        self.births.fill(0);
    }

    fn keep(&mut self, kept: &[u32]) {
        compact(&mut self.births, kept);
        self.len = kept.len();
        self.births[kept.len()..].fill(self.seen);
        self.run_from = Self::find_run(self.live());
    }
}

/// Statistics of hypotheses whose predictive depends on the number of
/// observations too.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(bound = "F: Real"))]
pub struct Counted<F: Real, const N: usize> {
    pub(crate) counts: Counts,
    pub(crate) statistics: Grouped<F, N>,
}

impl<F: Real, const N: usize> Counted<F, N> {
    /// As [`Grouped::new`].
    pub(crate) fn new(padding: [F; N], capacity: usize) -> Self {
        Self {
            counts: Counts::new(capacity),
            statistics: Grouped::new(padding, capacity),
        }
    }

    /// Adds the youngest hypothesis.
    #[inline(always)]
    pub(crate) fn push(&mut self, row: [F; N]) {
        self.counts.spawn();
        self.statistics.push(row);
    }

    /// Whether counts and statistics are of the same hypotheses.
    pub(crate) fn is_sound(&self) -> bool {
        self.counts.is_sound() && self.counts.len() == self.statistics.len()
    }

    /// How many observations a hypothesis has absorbed, and its statistics.
    pub(crate) fn row(&self, hypothesis: usize) -> (f64, [f64; N]) {
        let row = self.statistics.row(hypothesis).map(Real::wide);
        (self.counts.get(hypothesis) as f64, row)
    }
}

impl<F: Real, const N: usize> Bank for Counted<F, N> {
    #[inline]
    fn prefetch(&self) {
        self.counts.prefetch();
        self.statistics.prefetch();
    }

    #[inline(always)]
    fn len(&self) -> usize {
        self.counts.len()
    }

    fn clear(&mut self) {
        self.counts.clear();
        self.statistics.clear();
    }

    fn keep(&mut self, kept: &[u32]) {
        self.counts.keep(kept);
        self.statistics.keep(kept);
    }
}

/// The count-dependent terms of a model: `T` numbers for each count.
pub(crate) trait CountTerms<F: Real, const T: usize> {
    /// The terms for any count, to the last few bits.
    fn exact(&self, count: u64) -> [f64; T];

    /// The terms for all counts below `end`, from the largest on: to be written where
    /// they share work.
    fn exact_below(&self, end: u64) -> impl Iterator<Item = [f64; T]> {
        (0..end).rev().map(|count| self.exact(count))
    }

    /// How many of them, the first, are looked up for counts with gaps.
    const LOOKED_UP: usize = 1;
}

/// Terms for groups of lanes.
pub(crate) trait GroupTerms<F: Real, const T: usize>: CountTerms<F, T> {
    /// The terms for counts of [`TABLE_LEN`] and more.
    fn terms<L: Lanes<Scalar = F>>(&self, counts: L) -> [L; T];

    /// All of them, given those that are looked up: to be written where the others,
    /// which have to be of the same bits, cost less than [`terms`](Self::terms).
    #[inline(always)]
    fn completed<L: Lanes<Scalar = F>>(&self, looked_up: [L; T], counts: L) -> [L; T] {
        let mut all = self.terms(counts);
        all[..Self::LOOKED_UP].copy_from_slice(&looked_up[..Self::LOOKED_UP]);
        all
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Holds `terms` against `exact` where one takes over from the other;
    /// `ulps` is what the roundings on the way may add up to.
    pub(crate) fn large_matches_exact<const T: usize>(terms: &impl GroupTerms<f64, T>, ulps: f64) {
        for count in [TABLE_LEN as u64, 1025, 4000, 1 << 20, 1 << 40] {
            let (exact, large) = (terms.exact(count), terms.terms(count as f64));
            for (term, (a, b)) in exact.into_iter().zip(large).enumerate() {
                let tolerance = ulps * f64::EPSILON * a.abs().max(1.0);
                assert!(
                    (a - b).abs() <= tolerance,
                    "term {term} at {count}: {a} is not {b}"
                );
            }
        }
    }
}
