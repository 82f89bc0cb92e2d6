//! The pass back over the history, from the last observation to the first: marginals, and
//! probabilities in the neighbourhood of each reported change.

use alloc::vec;
use alloc::vec::Vec;

use super::Smoothed;
use crate::math::sum;

/// Less than this that no start is remembered for is rounding.
const ROUNDING: f64 = 1e-14;

/// What has been summed up of the starts that were already passed, latest first.
///
/// For an index s of a stretch `low..=high` that is P(a segment starts at s and nowhere else
/// from s to `high`), and P(no segment starts from `low` to s | one starts at s).
pub(crate) struct BackwardPass {
    /// The first index that is remembered.
    first: u64,
    /// For each index from there on P(a segment starts there), as far as later starts say.
    p: Vec<f64>,
    /// Stretches of indices that ascend and do not overlap.
    stretches: Vec<(u64, u64)>,
    /// How many of them end before the start that is passed.
    passed: usize,
    /// The first index of the first stretch. From there to the end of the last one:
    base: u64,
    /// P(a segment starts at s and nowhere else from s to `high`),
    last: Vec<f64>,
    /// P(no segment starts from `low` to s | one starts at s).
    alone_before: Vec<f64>,
}

impl BackwardPass {
    /// From the filter's posterior `last`, for the indices `first..end`.
    pub(crate) fn new(
        first: u64,
        end: u64,
        last: &[(u64, f64)],
        stretches: impl Iterator<Item = (u64, u64)>,
    ) -> Self {
        let stretches: Vec<(u64, u64)> = stretches.collect();
        let base = stretches.first().map_or(end, |stretch| stretch.0);
        let top = stretches.last().map_or(end, |stretch| stretch.1 + 1);
        let mut pass = Self {
            first,
            p: vec![0.0; length(first, end)],
            passed: stretches.len(),
            stretches,
            base,
            last: vec![0.0; length(base, top)],
            alone_before: vec![0.0; length(base, top)],
        };
        for i in 0..pass.stretches.len() {
            let low = pass.stretches[i].0;
            pass.alone_before[length(base, low)] = 1.0;
        }
        // What comes after the last observation is a start for sure, after all stretches.
        pass.jump(1.0, 0, last.iter().copied());
        pass
    }

    /// Passes the start u, whose backward kernel is `previous`: pairs of a start and its
    /// probability, ascending. All later starts have been passed before.
    #[inline(always)]
    pub(crate) fn take(&mut self, u: u64, previous: impl Iterator<Item = (u64, f64)>) {
        if u <= self.first {
            return;
        }
        while self.passed > 0 && self.stretches[self.passed - 1].1 >= u {
            self.passed -= 1;
        }
        // All later starts have been passed, so this is the final value.
        let p_start = self.p[length(self.first, u)];
        let own = self.stretches.get(self.passed);
        let own = own.filter(|&&(low, high)| u > low && u <= high).copied();
        let (before, all) = self.jump(p_start, own.map_or(0, |own| own.0), previous);
        if own.is_some() {
            // Those before `first` are not remembered: they are what is missing from 1, unless
            // that is no more than rounding.
            let forgotten = if self.first == 0 { 0.0 } else { 1.0 - all };
            self.alone_before[length(self.base, u)] = if forgotten > ROUNDING {
                before + forgotten
            } else {
                before.min(1.0)
            };
        }
    }

    /// A segment starts after the stretches that have been passed with probability `p_start`,
    /// and the one before it at each of `previous`: in between nothing starts. The sum of the
    /// shares before `low`, and of all.
    #[inline(always)]
    fn jump(
        &mut self,
        p_start: f64,
        low: u64,
        previous: impl Iterator<Item = (u64, f64)>,
    ) -> (f64, f64) {
        let (first, base) = (self.first, self.base);
        let passed = self.stretches[..self.passed].last();
        let end = passed.map_or(base, |&(_, high)| high + 1);
        let (p, last) = (&mut self.p[..], &mut self.last[..length(base, end)]);
        let p_jump = p_start.min(1.0);
        let (mut before, mut all) = (0.0, 0.0);
        for (s, share) in previous {
            all += share;
            before += if s < low { share } else { 0.0 };
            if s < first {
                continue;
            }
            p[length(first, s)] += p_start * share;
            // One that lies before all stretches is beyond the end of this list.
            let place = usize::try_from(s.wrapping_sub(base)).ok();
            if let Some(last) = place.and_then(|place| last.get_mut(place)) {
                *last += p_jump * share;
            }
        }
        (before, all)
    }

    /// The marginals, and what is known of the stretches; all starts have been passed.
    pub(crate) fn end(mut self) -> (Smoothed, Neighbourhoods) {
        for value in &mut self.p {
            *value = value.min(1.0);
        }
        let smoothed = Smoothed {
            first: self.first,
            p_change_at: self.p,
        };
        let neighbourhoods = Neighbourhoods {
            base: self.base,
            last: self.last,
            alone_before: self.alone_before,
        };
        (smoothed, neighbourhoods)
    }
}

/// Probabilities in stretches of indices.
pub(crate) struct Neighbourhoods {
    base: u64,
    last: Vec<f64>,
    alone_before: Vec<f64>,
}

impl Neighbourhoods {
    fn range(&self, (low, high): (u64, u64)) -> core::ops::Range<usize> {
        length(self.base, low)..length(self.base, high) + 1
    }

    /// P(at least one segment starts in a stretch): one of them is the last.
    pub(crate) fn p_some(&self, stretch: (u64, u64)) -> f64 {
        sum(self.last[self.range(stretch)].iter().copied()).min(1.0)
    }

    /// For each s of a stretch, P(a segment starts at s and nowhere else in it).
    pub(crate) fn single(&self, stretch: (u64, u64)) -> Vec<(u64, f64)> {
        let range = self.range(stretch);
        let pairs = self.last[range.clone()]
            .iter()
            .zip(&self.alone_before[range]);
        let p = pairs.map(|(last, alone_before)| last * alone_before);
        (stretch.0..).zip(p).collect()
    }
}

/// How many indices there are from `from` up to `to`.
#[inline(always)]
fn length(from: u64, to: u64) -> usize {
    usize::try_from(to - from).expect("as many steps were kept")
}
