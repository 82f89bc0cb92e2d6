//! Why a call failed: the status and the message.

use core::fmt;

use bocpd_core::ObservationError;
use bocpd_core::error::{BatchError, DetectError, ParameterError, ReadoutError, UpdateError};
use bocpd_core::fit::FitError;
use bocpd_core::panel::PushError;
use bocpd_core::snapshot::SnapshotError;

use crate::status::{
    BOCPD_BROKEN, BOCPD_BUFFER_TOO_SMALL, BOCPD_BUSY, BOCPD_DIMENSION, BOCPD_ELAPSED,
    BOCPD_ELAPSED_UNSUPPORTED, BOCPD_FEATURES, BOCPD_HAZARD, BOCPD_HISTORY, BOCPD_IMPOSSIBLE,
    BOCPD_INCOMPLETE, BOCPD_INDEX, BOCPD_INVALID_ARGUMENT, BOCPD_INVALID_PARAMETER,
    BOCPD_NON_FINITE, BOCPD_NOT_FOLLOWED, BOCPD_NULL_POINTER, BOCPD_OTHER, BOCPD_OUT_OF_SUPPORT,
    BOCPD_PANIC, BOCPD_SNAPSHOT, BOCPD_UNSUPPORTED, Status,
};

/// Why a call failed.
#[derive(Debug)]
pub(crate) enum Failure {
    Null(&'static str),
    Argument(&'static str),
    /// A number in an argument or a table of functions.
    Number(ParameterError),
    /// More elements than there can be.
    Length {
        of: &'static str,
        length: usize,
    },
    /// More elements than there is memory for.
    Memory {
        of: &'static str,
        length: usize,
    },
    Incomplete(&'static str),
    Unsupported(&'static str),
    /// What cannot be fitted.
    Fit(FitError),
    TooSmall {
        capacity: usize,
        length: usize,
    },
    Index {
        index: usize,
        count: usize,
    },
    Parameter(ParameterError),
    Update(UpdateError),
    /// A row that a series of a panel could not take in.
    Push(PushError),
    Batch(BatchError),
    Readout(ReadoutError),
    Snapshot(SnapshotError),
    Other(DetectError),
    Busy,
    Panicked,
}

impl Failure {
    pub(crate) fn status(&self) -> Status {
        match self {
            Self::Null(_) => BOCPD_NULL_POINTER,
            Self::Argument(_) | Self::Number(_) | Self::Length { .. } | Self::Memory { .. } => {
                BOCPD_INVALID_ARGUMENT
            }
            Self::Incomplete(_) => BOCPD_INCOMPLETE,
            Self::Unsupported(_) => BOCPD_UNSUPPORTED,
            Self::Fit(error) => match error {
                FitError::Parameter(_) | FitError::Name { .. } => BOCPD_INVALID_PARAMETER,
                FitError::Data { error, .. } => status_of(error.error),
                _ => BOCPD_OTHER,
            },
            Self::TooSmall { .. } => BOCPD_BUFFER_TOO_SMALL,
            Self::Index { .. } => BOCPD_INDEX,
            Self::Parameter(_) => BOCPD_INVALID_PARAMETER,
            Self::Update(error) | Self::Batch(BatchError { error, .. }) => status_of(*error),
            Self::Push(_) => BOCPD_ELAPSED,
            Self::Readout(error) => match error {
                ReadoutError::History { .. } => BOCPD_HISTORY,
                ReadoutError::Index { .. } => BOCPD_INDEX,
                ReadoutError::Model { .. } => BOCPD_UNSUPPORTED,
                ReadoutError::ShiftsNotFollowed => BOCPD_NOT_FOLLOWED,
                ReadoutError::Argument(_) => BOCPD_INVALID_PARAMETER,
                ReadoutError::Update(error) => status_of(*error),
                _ => BOCPD_OTHER,
            },
            Self::Snapshot(_) => BOCPD_SNAPSHOT,
            Self::Other(_) => BOCPD_OTHER,
            Self::Busy => BOCPD_BUSY,
            Self::Panicked => BOCPD_PANIC,
        }
    }
}

fn status_of(error: UpdateError) -> Status {
    match error {
        UpdateError::Observation(ObservationError::NonFinite { .. }) => BOCPD_NON_FINITE,
        UpdateError::Observation(ObservationError::Number { value, .. }) if !value.is_finite() => {
            BOCPD_NON_FINITE
        }
        UpdateError::Observation(
            ObservationError::Number { .. } | ObservationError::OutOfSupport { .. },
        ) => BOCPD_OUT_OF_SUPPORT,
        UpdateError::Observation(ObservationError::Dimension { .. }) => BOCPD_DIMENSION,
        UpdateError::Observation(
            ObservationError::Features { .. }
            | ObservationError::Feature { .. }
            | ObservationError::Beside { .. }
            | ObservationError::SideInformation { what: "features" },
        ) => BOCPD_FEATURES,
        UpdateError::Observation(ObservationError::Impossible) => BOCPD_IMPOSSIBLE,
        UpdateError::Hazard { .. } | UpdateError::Survival { .. } => BOCPD_HAZARD,
        UpdateError::Elapsed { .. } => BOCPD_ELAPSED,
        UpdateError::ElapsedUnsupported => BOCPD_ELAPSED_UNSUPPORTED,
        UpdateError::Broken => BOCPD_BROKEN,
        _ => BOCPD_OTHER,
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null(name) => write!(f, "{name} must not be NULL"),
            Self::Argument(what) | Self::Unsupported(what) => f.write_str(what),
            Self::Fit(error) => error.fmt(f),
            Self::Number(error) | Self::Parameter(error) => error.fmt(f),
            Self::Length { of, length } => {
                write!(f, "{of}: a length of {length} is past the address space")
            }
            Self::Memory { of, length } => write!(f, "{of}: there is no memory for {length}"),
            Self::Incomplete(what) => write!(f, "the configuration has no {what}"),
            Self::TooSmall { capacity, length } => {
                write!(f, "the buffer has room for {capacity}, {length} are needed")
            }
            Self::Index { index, count } => write!(f, "position {index} of {count}"),
            Self::Update(error) => error.fmt(f),
            Self::Push(error) => error.fmt(f),
            Self::Batch(error) => error.fmt(f),
            Self::Readout(error) => error.fmt(f),
            Self::Snapshot(error) => error.fmt(f),
            Self::Other(error) => error.fmt(f),
            Self::Busy => f.write_str(
                "the detector or the panel is in use: by another thread, or by the call that this function is called from (in a forked process also by a thread of the one it was forked from)",
            ),
            Self::Panicked => f.write_str("internal error; the detector can only be freed"),
        }
    }
}

impl From<DetectError> for Failure {
    fn from(error: DetectError) -> Self {
        match error {
            DetectError::Parameter(error) => Self::Parameter(error),
            DetectError::Data(error) => Self::Batch(error),
            DetectError::Readout(error) => Self::Readout(error),
            other => Self::Other(other),
        }
    }
}

macro_rules! from {
    ($($error:ty => $variant:ident),+) => {
        $(impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::$variant(error)
            }
        })+
    };
}

from!(
    ParameterError => Parameter,
    UpdateError => Update,
    BatchError => Batch,
    FitError => Fit,
    ReadoutError => Readout,
    SnapshotError => Snapshot
);
