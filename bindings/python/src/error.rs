//! Errors of the core as Python exceptions.

use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bocpd_core::ObservationError as CoreObservationError;
use bocpd_core::error::{BatchError, UpdateError};
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
     single update both are None.\n\n\
     Examples\n--------\n\
     >>> detector = bocpd.Detector(bocpd.model.Poisson(), 100)\n\
     >>> try:\n\
     ...     detector.update_many([3, 4, 2.5, 3])\n\
     ... except bocpd.ObservationError as error:\n\
     ...     print(error.index, len(error.steps), detector.observations)\n\
     2 2 2"
);

/// What the core says about a value, as a `ValueError`.
pub(crate) fn value_error(error: &dyn Error) -> PyErr {
    PyValueError::new_err(error.to_string())
}

/// What went wrong with a single observation; `failure` is what was raised by a
/// model or hazard written in Python.
pub(crate) fn alone(py: Python<'_>, error: &UpdateError, failure: Option<PyErr>) -> PyErr {
    observation_error(py, error, None, py.None(), failure)
}

/// The same in a batch, after the given steps.
pub(crate) fn in_batch(
    py: Python<'_>,
    error: &BatchError,
    steps: Py<PyAny>,
    failure: Option<PyErr>,
) -> PyErr {
    observation_error(py, &error.error, Some(error.index), steps, failure)
}

/// A model's own `ValueError` speaks about the observation. Anything else is a
/// defect of model or hazard and raised as it is.
fn observation_error(
    py: Python<'_>,
    error: &UpdateError,
    index: Option<usize>,
    steps: Py<PyAny>,
    failure: Option<PyErr>,
) -> PyErr {
    let reason = match &failure {
        None => with_hint(error),
        Some(failure)
            if matches!(error, UpdateError::Observation(_))
                && failure.is_instance_of::<PyValueError>(py) =>
        {
            failure.value(py).to_string()
        }
        Some(failure) => return failure.clone_ref(py),
    };
    let text = match index {
        Some(index) => format!("at index {index}: {reason}"),
        None => reason,
    };
    let error = ObservationError::new_err(text);
    error.set_cause(py, failure);
    let value = error.value(py);
    let attached = value
        .setattr("index", index)
        .and_then(|()| value.setattr("steps", steps));
    attached.err().unwrap_or(error)
}

/// What the core says, and which argument helps.
fn with_hint(error: &UpdateError) -> String {
    match error {
        UpdateError::Observation(CoreObservationError::NonFinite { value }) if value.is_nan() => {
            format!("{error}; missing=\"skip\" takes NaN, None and NA for a missing observation")
        }
        _ => error.to_string(),
    }
}

/// Does the work; a panic, a defect of the core, is an error like others.
pub(crate) fn caught<R>(work: impl FnOnce() -> R) -> PyResult<R> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| {
        PyRuntimeError::new_err(
            "internal error in bocpd, please report it; the detector cannot be used any more",
        )
    })
}
