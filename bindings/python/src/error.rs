//! Errors of the core as Python exceptions.

use std::error::Error;

use pyo3::create_exception;
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;

create_exception!(
    bocpd,
    ObservationError,
    PyValueError,
    "An observation that the model cannot score.\n\n\
     The detector is as after the last good one. From a batch, `index` is the\n\
     position of the bad value in it and `steps` are the steps before; from a\n\
     single update both are None."
);

/// What the core says about a value, as a `ValueError`.
pub(crate) fn value_error(error: &dyn Error) -> PyErr {
    PyValueError::new_err(error.to_string())
}

/// What went wrong with one observation.
pub(crate) fn observation_error(py: Python<'_>, error: &dyn Error) -> PyErr {
    with_position(py, error, None, py.None())
}

/// The same, somewhere in a batch whose earlier `steps` were taken.
pub(crate) fn with_position(
    py: Python<'_>,
    error: &dyn Error,
    index: Option<usize>,
    steps: Py<PyAny>,
) -> PyErr {
    let error = ObservationError::new_err(error.to_string());
    let value = error.value(py);
    let attached = value
        .setattr("index", index)
        .and_then(|()| value.setattr("steps", steps));
    attached.err().unwrap_or(error)
}

/// What a defect of the core looks like from Python.
pub(crate) fn internal() -> PyErr {
    PyRuntimeError::new_err(
        "internal error in bocpd, please report it; the detector cannot be used any more",
    )
}
