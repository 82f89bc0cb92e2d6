//! One filter, many threads.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::sync::MutexExt;

use crate::error::internal;

/// A value that one thread at a time works with; `None` once it is closed.
///
/// Whoever has to wait lets other Python threads run meanwhile, so that the
/// holder, who may need the interpreter, can finish.
pub(crate) struct Guard<T> {
    value: Mutex<Option<T>>,
}

impl<T: Send> Guard<T> {
    pub(crate) fn new(value: T) -> Self {
        Self {
            value: Mutex::new(Some(value)),
        }
    }

    fn lock(&self, py: Python<'_>) -> MutexGuard<'_, Option<T>> {
        // A panic in the work below closes the value, so that a poisoned lock
        // has nothing broken behind it.
        self.value
            .lock_py_attached(py)
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Works with the value.
    pub(crate) fn with<R>(&self, py: Python<'_>, work: impl FnOnce(&mut T) -> R) -> PyResult<R> {
        let mut guard = self.lock(py);
        let Some(value) = guard.as_mut() else {
            return Err(PyValueError::new_err("the detector is closed"));
        };
        match catch_unwind(AssertUnwindSafe(|| work(value))) {
            Ok(result) => Ok(result),
            Err(_) => {
                *guard = None;
                Err(internal())
            }
        }
    }

    /// Works with the value while other Python threads run.
    pub(crate) fn with_detached<R: Send>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&mut T) -> R + Send,
    ) -> PyResult<R> {
        py.detach(|| {
            let mut guard = self.value.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(value) = guard.as_mut() else {
                return Err(PyValueError::new_err("the detector is closed"));
            };
            match catch_unwind(AssertUnwindSafe(|| work(value))) {
                Ok(result) => Ok(result),
                Err(_) => {
                    *guard = None;
                    Err(internal())
                }
            }
        })
    }

    /// Gives the value up.
    pub(crate) fn close(&self, py: Python<'_>) {
        *self.lock(py) = None;
    }
}
