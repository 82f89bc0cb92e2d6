//! What a detector says: each method is one call of the core.

mod current;
mod prediction;
mod segmentations;
mod segments;
mod shift;
mod smoothing;

use bocpd_core::History;
use bocpd_core::error::{DetectError, ReadoutError};
use numpy::PyArray1;
use pyo3::exceptions::{PyIndexError, PyValueError};
use pyo3::prelude::*;

pub(crate) use segmentations::{Segmentation, Segmentations};
pub(crate) use segments::{Estimate, Segment};
pub(crate) use shift::Shift;
pub(crate) use smoothing::Location;

use crate::error::value_error;
use crate::step::signed;

/// An index outside is an `IndexError`, all else a `ValueError`, with the argument that helps.
pub(crate) fn readout_error(error: ReadoutError) -> PyErr {
    let hint = match error {
        ReadoutError::Index { .. } => return PyIndexError::new_err(error.to_string()),
        ReadoutError::History {
            kept: History::Nothing,
        } => "make it with history=\"all\", or with a number of steps",
        ReadoutError::History {
            kept: History::Lag(_),
        } => "make it with history=\"all\"",
        ReadoutError::ShiftsNotFollowed => "make it with shifts=True, or with an alarm policy",
        error => return value_error(&error),
    };
    PyValueError::new_err(format!("{error}; {hint}"))
}

/// The same for what is asked about a series.
pub(crate) fn detect_error(error: DetectError) -> PyErr {
    match error {
        DetectError::Readout(error) => readout_error(error),
        error => value_error(&error),
    }
}

/// Indices as the integers that NumPy indexes with.
pub(crate) fn indices<'py>(py: Python<'py>, values: &[u64]) -> Bound<'py, PyArray1<i64>> {
    let values: Vec<i64> = values.iter().map(|&value| signed(value)).collect();
    PyArray1::from_slice(py, &values)
}
