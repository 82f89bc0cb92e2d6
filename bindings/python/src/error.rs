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

/// What went wrong with a single observation; `failure` is what a model written
/// in Python has raised.
pub(crate) fn alone(py: Python<'_>, error: &dyn Error, failure: Option<PyErr>) -> PyErr {
    observation_error(py, error, None, py.None(), failure)
}

/// The same in a batch, at `index`, after the given steps.
pub(crate) fn in_batch(
    py: Python<'_>,
    error: &dyn Error,
    index: usize,
    steps: Py<PyAny>,
    failure: Option<PyErr>,
) -> PyErr {
    observation_error(py, error, Some(index), steps, failure)
}

/// A model's own `ValueError` speaks about the observation, anything else about
/// the model.
fn observation_error(
    py: Python<'_>,
    error: &dyn Error,
    index: Option<usize>,
    steps: Py<PyAny>,
    failure: Option<PyErr>,
) -> PyErr {
    let text = match &failure {
        None => error.to_string(),
        Some(failure) if failure.is_instance_of::<PyValueError>(py) => {
            let reason = failure.value(py);
            index.map_or_else(|| reason.to_string(), |i| format!("at index {i}: {reason}"))
        }
        Some(failure) => return failure.clone_ref(py),
    };
    let error = ObservationError::new_err(text);
    error.set_cause(py, failure);
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
