//! Probabilities of changes in the neighbourhood of each reported change, for all
//! neighbourhoods in one pass over the history.

use alloc::vec::Vec;

use super::Smoothed;
use crate::error::ReadoutError;
use crate::interrupt::check_at;
use crate::math::sum;
use crate::records::BackwardKernel;

/// Less than this that no start is remembered for is rounding.
const ROUNDING: f64 = 1e-14;

/// A stretch `low..=high` of indices.
pub(crate) struct Neighbourhood {
    low: u64,
    high: u64,
    /// One for each index, as the start of a segment.
    starts: Vec<Start>,
}

/// An index s of a neighbourhood, as the start of a segment.
struct Start {
    /// P(a segment starts at s and nowhere else from s to `high`).
    last: f64,
    /// P(no segment starts from `low` to s | one starts at s).
    alone_before: f64,
}

impl Neighbourhood {
    fn new((low, high): (u64, u64)) -> Self {
        let start = |s| Start {
            last: 0.0,
            alone_before: f64::from(u8::from(s == low)),
        };
        Self {
            low,
            high,
            starts: (low..=high).map(start).collect(),
        }
    }

    /// P(at least one segment starts in it): one of them is the last.
    pub(crate) fn p_some(&self) -> f64 {
        sum(self.starts.iter().map(|start| start.last)).min(1.0)
    }

    /// For each s in it, P(a segment starts at s and nowhere else in it).
    pub(crate) fn single(&self) -> Vec<(u64, f64)> {
        let p = self
            .starts
            .iter()
            .map(|start| start.last * start.alone_before);
        (self.low..).zip(p).collect()
    }

    fn start(&mut self, s: u64) -> Option<&mut Start> {
        let i = usize::try_from(s.checked_sub(self.low)?).ok()?;
        self.starts.get_mut(i)
    }
}

/// The probabilities in stretches of indices that ascend and do not overlap; from
/// the filter's posterior `last` and the backward kernels, latest first.
pub(crate) fn neighbourhood_probabilities<'a>(
    stretches: impl Iterator<Item = (u64, u64)>,
    smoothed: &Smoothed,
    last: &[(u64, f64)],
    kernels: impl Iterator<Item = &'a BackwardKernel>,
) -> Result<Vec<Neighbourhood>, ReadoutError> {
    let mut all: Vec<Neighbourhood> = stretches.map(Neighbourhood::new).collect();
    // What comes after the last observation is a start for sure, after all of them.
    jump_over(&mut all, 1.0, last);
    let Some(first) = all.first().map(|neighbourhood| neighbourhood.low) else {
        return Ok(all);
    };
    let kernels = kernels.take_while(|kernel| kernel.start() > first);
    for (i, kernel) in kernels.enumerate() {
        check_at(i)?;
        let (u, previous) = (kernel.start(), kernel.previous());
        let passed = all.partition_point(|neighbourhood| neighbourhood.high < u);
        if let Some(own) = all.get_mut(passed)
            && u > own.low
        {
            let low = own.low;
            if let Some(start) = own.start(u) {
                start.alone_before = p_before(low, previous);
            }
        }
        jump_over(&mut all[..passed], smoothed.get(u).unwrap_or(0.0), previous);
    }
    Ok(all)
}

/// A segment starts after all of these neighbourhoods with probability `p_start`, and the
/// one before it at each of `previous`: in between nothing starts.
fn jump_over(all: &mut [Neighbourhood], p_start: f64, previous: &[(u64, f64)]) {
    let first = previous.first().map_or(0, |&(s, _)| s);
    let mut next = all.partition_point(|neighbourhood| neighbourhood.high < first);
    for &(s, share) in previous {
        while all
            .get(next)
            .is_some_and(|neighbourhood| neighbourhood.high < s)
        {
            next += 1;
        }
        if let Some(start) = all.get_mut(next).and_then(|own| own.start(s)) {
            start.last += p_start * share;
        }
    }
}

/// The probability of the starts before `low`. With a lag the oldest are not
/// remembered: they are what is missing from 1, unless that is no more than rounding.
fn p_before(low: u64, starts: &[(u64, f64)]) -> f64 {
    let remembered = sum(starts.iter().map(|&(_, p)| p));
    let before = sum(starts
        .iter()
        .take_while(|&&(s, _)| s < low)
        .map(|&(_, p)| p));
    let forgotten = 1.0 - remembered;
    if forgotten > ROUNDING {
        before + forgotten
    } else {
        before.min(1.0)
    }
}
