//! One filter, many threads.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::MutexExt;

use crate::error::caught;

/// A value that one thread at a time works with; `None` once it is closed.
///
/// Whoever has to wait lets other Python threads run meanwhile, so that the
/// holder, who may need the interpreter, can finish.
pub(crate) struct Guard<T> {
    value: Mutex<Option<T>>,
    /// The thread at work, 0 if none is: a model written in Python that calls
    /// its own detector would wait for itself.
    worker: AtomicUsize,
}

thread_local! {
    static HERE: u8 = const { 0 };
}

/// A number that no other living thread has.
fn this_thread() -> usize {
    HERE.with(|here| std::ptr::from_ref(here).addr())
}

impl<T: Send> Guard<T> {
    pub(crate) fn new(value: T) -> Self {
        Self {
            value: Mutex::new(Some(value)),
            worker: AtomicUsize::new(0),
        }
    }

    /// Works with the value.
    pub(crate) fn with<R>(&self, py: Python<'_>, work: impl FnOnce(&mut T) -> R) -> PyResult<R> {
        self.refuse_own_worker()?;
        let guard = self.value.lock_py_attached(py);
        self.run(guard.unwrap_or_else(PoisonError::into_inner), work)
    }

    /// Works with the value while other Python threads run.
    pub(crate) fn with_detached<R: Send>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&mut T) -> R + Send,
    ) -> PyResult<R> {
        self.refuse_own_worker()?;
        py.detach(|| {
            self.run(
                self.value.lock().unwrap_or_else(PoisonError::into_inner),
                work,
            )
        })
    }

    fn refuse_own_worker(&self) -> PyResult<()> {
        if self.worker.load(Ordering::Relaxed) == this_thread() {
            return Err(PyRuntimeError::new_err(
                "a model must not call the detector that it is in",
            ));
        }
        Ok(())
    }

    /// A panic closes the value, so that a poisoned lock has nothing broken
    /// behind it.
    fn run<R>(
        &self,
        mut guard: MutexGuard<'_, Option<T>>,
        work: impl FnOnce(&mut T) -> R,
    ) -> PyResult<R> {
        let Some(value) = guard.as_mut() else {
            return Err(PyValueError::new_err("the detector is closed"));
        };
        self.worker.store(this_thread(), Ordering::Relaxed);
        let result = caught(|| work(value));
        self.worker.store(0, Ordering::Relaxed);
        if result.is_err() {
            *guard = None;
        }
        result
    }

    /// Gives the value up.
    pub(crate) fn close(&self, py: Python<'_>) -> PyResult<()> {
        self.refuse_own_worker()?;
        let given_up = {
            let guard = self.value.lock_py_attached(py);
            guard.unwrap_or_else(PoisonError::into_inner).take()
        };
        drop(given_up);
        Ok(())
    }
}
