//! Observations of several numbers, of which some may be missing.

use smallvec::SmallVec;

use super::AnyDetector;
use crate::config::Missing;
use crate::detector::Step;
use crate::error::{BatchError, ObservationError, UpdateError};
use crate::observation::{Observation, Rows, SideInformation};

impl AnyDetector {
    /// Whether some numbers of an observation may be missing while others are there.
    #[inline(always)]
    pub(super) fn has_numbers(&self) -> bool {
        self.dimension > 1 && self.config.has_numbers()
    }

    /// Whether rows that say how many numbers they have are those of this detector.
    pub(super) fn check_dimension(&self, rows: Rows<'_>) -> Result<(), BatchError> {
        let (got, expected) = (rows.dimension, self.dimension);
        if got == 1 || got == expected {
            return Ok(());
        }
        let error = ObservationError::Dimension { got, expected };
        Err(BatchError::new(0, error.into()))
    }

    /// One step with an observation of several numbers.
    #[inline(always)]
    pub(super) fn step_of_numbers(
        &mut self,
        row: Observation<'_, [f64]>,
        elapsed: Option<f64>,
    ) -> Result<Step, UpdateError> {
        let skips = self.config.missing == Missing::Skip;
        with_missing(row, skips, |seen| self.take(seen, elapsed))
    }

    /// Shows an observation as the model is to see it: without what is missing, and `None` where
    /// that is all of it.
    pub(super) fn see<R>(
        &self,
        row: Observation<'_, [f64]>,
        show: impl FnOnce(Option<Observation<'_, [f64]>>) -> R,
    ) -> R {
        if self.has_numbers() {
            let skips = self.config.missing == Missing::Skip;
            return with_missing(row, skips, show);
        }
        show((!self.is_missing(row.value)).then_some(row))
    }
}

/// Shows a row with those of its numbers marked as missing that are NaN, if NaN `skips`; `None`
/// where all of them are. What is marked by the caller stays as it is.
#[inline(always)]
fn with_missing<R>(
    row: Observation<'_, [f64]>,
    skips: bool,
    show: impl FnOnce(Option<Observation<'_, [f64]>>) -> R,
) -> R {
    let is_nan = |x: &f64| x.is_nan();
    if !skips || !row.side.missing.is_empty() || !row.value.iter().any(is_nan) {
        return show(Some(row));
    }
    if row.value.iter().all(is_nan) {
        return show(None);
    }
    let missing: SmallVec<[bool; 32]> = row.value.iter().map(is_nan).collect();
    let side = SideInformation {
        missing: &missing,
        ..*row.side
    };
    show(Some(Observation::with(row.value, &side)))
}
