//! What is known of a series before a detector is made for it.

use std::borrow::Cow;

use bocpd_core::Pruning;
use bocpd_core::config::HazardConfig;
use bocpd_core::defaults::{self, STREAM_MEAN_RUN_LENGTH};
use bocpd_core::observation::Rows;

/// What the defaults may be made from; NaN for what is missing.
#[derive(Clone, Copy)]
pub(crate) enum Known<'a> {
    /// The whole series.
    Series { rows: Rows<'a> },
    /// The first observations of a stream.
    WarmUp { rows: Rows<'a> },
    /// Nothing, and why that will not do for a prior.
    Nothing(&'static str),
}

impl<'a> Known<'a> {
    /// A whole series of which nothing has been read yet.
    pub(crate) const UNREAD_SERIES: Known<'static> = Known::Series {
        rows: Rows::of_numbers(&[], 1),
    };
    /// The same of a stream.
    pub(crate) const UNREAD_STREAM: Known<'static> = Known::WarmUp {
        rows: Rows::of_numbers(&[], 1),
    };

    /// The observations that a prior can be made from.
    pub(crate) fn rows(self) -> Option<Rows<'a>> {
        match self {
            Self::Series { rows } | Self::WarmUp { rows } => Some(rows),
            Self::Nothing(_) => None,
        }
    }

    /// Their numbers, one observation after the other.
    pub(crate) fn values(self) -> Option<&'a [f64]> {
        self.rows().map(|rows| rows.values)
    }

    /// The numbers of all observations at a position.
    pub(super) fn column(self, position: usize) -> Cow<'a, [f64]> {
        match self.rows() {
            None => Cow::Borrowed(&[]),
            Some(rows) if rows.dimension == 1 => Cow::Borrowed(rows.values),
            Some(rows) => {
                let numbers = rows.values.iter().skip(position);
                numbers.step_by(rows.dimension).copied().collect()
            }
        }
    }

    /// The same of observations that are these numbers.
    pub(super) fn of_numbers(self, column: &[f64]) -> Known<'_> {
        let rows = Rows::from(column);
        match self {
            Self::Series { .. } => Known::Series { rows },
            Self::WarmUp { .. } => Known::WarmUp { rows },
            Self::Nothing(why) => Known::Nothing(why),
        }
    }

    /// The usual hazard.
    pub(crate) fn hazard(self) -> HazardConfig {
        match self {
            Self::Series { rows } => defaults::hazard_for(rows.values.len() / rows.dimension),
            Self::WarmUp { .. } | Self::Nothing(_) => HazardConfig::Constant {
                mean_run_length: STREAM_MEAN_RUN_LENGTH,
            },
        }
    }

    /// Exact for a series that allows it; bounded otherwise.
    pub(crate) fn pruning(self) -> Pruning {
        match self {
            Self::Series { rows } => defaults::pruning_for(rows.values.len() / rows.dimension),
            Self::WarmUp { .. } | Self::Nothing(_) => Pruning::default(),
        }
    }
}
