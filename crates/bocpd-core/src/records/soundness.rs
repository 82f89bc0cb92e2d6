//! Whether records that were read can be those of a detector.

use super::kernel::NEGLIGIBLE;
use super::{BackwardKernel, Origin, Records};
use crate::history::History;
use crate::real::Real;
use crate::soundness::{Sound, must};

impl Records {
    /// Whether what is asked of both is the same.
    pub(crate) fn are_like(&self, other: &Self) -> bool {
        (self.history, self.origins.is_some()) == (other.history, other.origins.is_some())
    }

    /// Holds what was written down in `F` against the number of observations and the live
    /// hypotheses, whose segments begin at `starts`.
    pub(crate) fn check<F: Real>(&self, time: u64, starts: &[u64]) -> Sound {
        self.check_kernels::<F>(time)?;
        must(
            starts.iter().all(|&start| self.may_start(start)),
            "its history knows nothing of a segment that is live",
        )?;
        self.origins
            .iter()
            .try_for_each(|origins| check_origins(origins, time, starts.len()))
    }

    /// The history is without gaps, so it is as long as the bytes that hold it.
    fn check_kernels<F: Real>(&self, time: u64) -> Sound {
        let last = time.saturating_sub(1);
        let remembered = match self.history {
            History::Nothing => 0,
            History::Lag(lag) => lag.min(last),
            History::All => last,
        };
        must(
            self.kernels.len() as u64 == remembered,
            "its history is not as long as it should be",
        )?;
        let first = time - remembered;
        let starts = self.kernels.iter().map(BackwardKernel::start);
        must(starts.eq(first..time), "its history has gaps")?;
        must(
            self.kernels
                .iter()
                .all(|kernel| self.is_distribution::<F>(kernel)),
            "its history is not made of probabilities",
        )
    }

    /// Whether the segments before a start are in order and have probabilities, all of them
    /// together 1 where all are remembered.
    fn is_distribution<F: Real>(&self, kernel: &BackwardKernel) -> bool {
        let (start, previous) = (kernel.start(), kernel.previous());
        let sum: f64 = previous.iter().map(|&(_, p)| p).sum();
        let rounding = (previous.len() as f64 + 64.0) * 4.0 * F::epsilon().wide();
        let first = match self.history {
            History::Lag(lag) => start.saturating_sub(lag),
            History::All | History::Nothing => 0,
        };
        previous.is_sorted_by(|a, b| a.0 < b.0)
            && previous.first().is_none_or(|&(s, _)| s >= first)
            && previous.last().is_none_or(|&(s, _)| s < start)
            && previous
                .iter()
                .all(|&(s, p)| p > NEGLIGIBLE && self.may_start(s))
            && sum <= 1.0 + rounding
            && (self.history != History::All || previous.is_empty() || sum >= 1.0 - rounding)
    }

    /// Whether a segment can start there, as far as all of the past is remembered.
    fn may_start(&self, start: u64) -> bool {
        let remembered = || {
            let place = usize::try_from(start - 1).ok()?;
            self.kernels.get(place)
        };
        start == 0
            || self.history != History::All
            || remembered().is_some_and(|kernel| !kernel.previous().is_empty())
    }
}

/// Levels of the segments before `live` hypotheses, some of which may be gone.
fn check_origins(origins: &[Origin], time: u64, live: usize) -> Sound {
    let starts = || origins.iter().map(|origin| origin.start);
    must(
        origins.len() <= live
            && starts().is_sorted_by(|a, b| a < b)
            && starts().all(|start| start > 0 && start < time)
            && origins
                .iter()
                .all(|origin| origin.level.is_known() && origin.before.is_sound()),
        "the levels before its segments are none",
    )
}
