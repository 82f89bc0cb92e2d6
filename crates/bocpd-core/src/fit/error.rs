//! Why nothing was fitted.

use alloc::string::String;
use alloc::vec::Vec;
use core::error::Error;
use core::fmt;

use crate::error::{BatchError, ParameterError, ReadoutError};

/// A fit that cannot be made.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum FitError {
    /// The configuration cannot be used, or an option.
    Parameter(ParameterError),
    /// A name in the options that cannot be meant.
    Name {
        /// What was given.
        name: String,
        /// What must hold.
        must: &'static str,
        /// The names that there are.
        known: Vec<String>,
    },
    /// A value cannot be observed.
    Data {
        /// Which series, from 0.
        series: usize,
        /// Where in it, and why.
        error: BatchError,
    },
    /// It took too long for whoever waited ([`interrupt`](crate::interrupt)).
    Interrupted,
}

impl From<ParameterError> for FitError {
    fn from(error: ParameterError) -> Self {
        Self::Parameter(error)
    }
}

/// What a loop says that was to go on no longer.
impl From<ReadoutError> for FitError {
    fn from(error: ReadoutError) -> Self {
        match error {
            ReadoutError::Argument(error) => Self::Parameter(error),
            _ => Self::Interrupted,
        }
    }
}

impl fmt::Display for FitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parameter(error) => error.fmt(f),
            Self::Name { name, must, known } => {
                write!(f, "{name:?} must {must}")?;
                for (i, name) in known.iter().enumerate() {
                    let before = if i == 0 { ": " } else { ", " };
                    write!(f, "{before}{name}")?;
                }
                Ok(())
            }
            Self::Data { series, error } => write!(f, "series {series}, {error}"),
            Self::Interrupted => write!(f, "interrupted"),
        }
    }
}

impl Error for FitError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Parameter(error) => Some(error),
            Self::Data { error, .. } => Some(error),
            _ => None,
        }
    }
}
