//! What is known of a series before a detector is made for it.

use bocpd_core::Pruning;
use bocpd_core::config::HazardConfig;
use bocpd_core::defaults::{self, STREAM_MEAN_RUN_LENGTH};

/// What the defaults may be made from.
#[derive(Clone, Copy)]
pub(crate) enum Known<'a> {
    /// The whole series, NaN for what is missing.
    Series { values: &'a [f64] },
    /// The first values of a stream.
    WarmUp { values: &'a [f64] },
    /// Nothing, and why that will not do for a prior.
    Nothing(&'static str),
}

impl<'a> Known<'a> {
    /// The values that a prior can be made from.
    pub(crate) fn values(self) -> Option<&'a [f64]> {
        match self {
            Self::Series { values } | Self::WarmUp { values } => Some(values),
            Self::Nothing(_) => None,
        }
    }

    /// The usual hazard.
    pub(crate) fn hazard(self) -> HazardConfig {
        match self {
            Self::Series { values } => defaults::hazard_for(values.len()),
            Self::WarmUp { .. } | Self::Nothing(_) => HazardConfig::Constant {
                mean_run_length: STREAM_MEAN_RUN_LENGTH,
            },
        }
    }

    /// Exact for a series that allows it; bounded otherwise.
    pub(crate) fn pruning(self) -> Pruning {
        match self {
            Self::Series { values } => defaults::pruning_for(values.len()),
            Self::WarmUp { .. } | Self::Nothing(_) => Pruning::default(),
        }
    }
}
