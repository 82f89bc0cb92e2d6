//! What goes into a panel, and what comes out.

use core::error::Error;
use core::fmt;

use crate::alarm::Alarm;
use crate::error::{ParameterError, UpdateError};

/// An observation and whose it is.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Row<K, X> {
    /// Whose it is.
    pub key: K,
    /// When it was made, in the unit of the hazard.
    pub time: Option<f64>,
    /// Its numbers.
    pub values: X,
    /// What comes along with it, for a model that takes features.
    pub features: Option<X>,
}

impl<K, X: AsRef<[f64]>> Row<K, X> {
    /// An observation on a regular grid.
    pub const fn new(key: K, values: X) -> Self {
        Self {
            key,
            time: None,
            values,
            features: None,
        }
    }

    /// One that was made at a time, in the unit of the hazard.
    pub const fn at(key: K, time: f64, values: X) -> Self {
        Self {
            key,
            time: Some(time),
            values,
            features: None,
        }
    }

    /// The same with features.
    #[must_use]
    pub fn with_features(self, features: X) -> Self {
        Self {
            features: Some(features),
            ..self
        }
    }
}

/// Something that was noticed in a series.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Event<K> {
    /// In which one.
    pub key: K,
    /// The index, in its series, of the observation that told it.
    pub index: u64,
    /// When that was made, if it was said.
    pub time: Option<f64>,
    /// What it is.
    pub noticed: Noticed,
}

/// What can be noticed in a series.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Noticed {
    /// A change that no later observation can take back
    /// ([`take_settled`](crate::AnyDetector::take_settled)).
    Settled {
        /// The index of the first observation of the new segment.
        changepoint: u64,
    },
    /// An alarm ([`Config::alarm`](crate::config::Config::alarm)).
    Alarm(Alarm),
}

/// An observation that its series could not take; the series is as it was.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum PushError {
    /// As of a detector that is alone.
    Update(UpdateError),
    /// It was not made after the one before.
    Late {
        /// When it was made.
        time: f64,
        /// When the one before was.
        last: f64,
    },
    /// Its time is NaN or infinite.
    Time {
        /// What was given.
        value: f64,
    },
    /// No detector can be made for the first observations of the series.
    Configuration(ParameterError),
}

impl From<UpdateError> for PushError {
    fn from(error: UpdateError) -> Self {
        Self::Update(error)
    }
}

impl fmt::Display for PushError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Update(error) => error.fmt(f),
            Self::Late { time, last } => write!(
                f,
                "observation must be made after the one before, at {last}, got {time}"
            ),
            Self::Time { value } => write!(f, "time must be finite, got {value}"),
            Self::Configuration(error) => error.fmt(f),
        }
    }
}

impl Error for PushError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Update(error) => Some(error),
            Self::Configuration(error) => Some(error),
            _ => None,
        }
    }
}
