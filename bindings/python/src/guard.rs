//! One filter, many threads, and what is left of them after a fork.

use std::mem;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;

use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::MutexExt;

use crate::error::caught;
use crate::interrupt::with_signals;

/// A value that one thread at a time works with; `None` once it is closed.
///
/// Whoever has to wait lets other Python threads run meanwhile, so that the
/// holder, who may need the interpreter, can finish.
///
/// A process that is forked has the thread that called `fork` and no other, but
/// all locks as they were. One that another thread held is never released, and
/// what it protects may be half changed: such a value is lost there, and
/// whoever asks for it is told so.
pub(crate) struct Guard<T> {
    value: Mutex<Option<T>>,
    /// The thread at work, 0 if none is: a model written in Python that calls
    /// its own detector would wait for itself.
    worker: AtomicUsize,
    /// In which process it was looked last whether the value is lost, and the
    /// answer: [`FORKS`] there, times 4, plus one of the three below.
    seen: AtomicU64,
}

/// The value can be used.
const THERE: u64 = 0;
/// A thread is finding out.
const LOOKING: u64 = 1;
/// The value is lost.
const LOST: u64 = 2;

/// How many forks led to this process.
static FORKS: AtomicU64 = AtomicU64::new(0);

/// How many threads have used a guard.
static THREADS: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static HERE: usize = THREADS.fetch_add(1, Ordering::Relaxed) + 1;
}

/// To be called in a process that was forked, before anything else.
#[pyfunction]
pub(crate) fn forked() {
    FORKS.fetch_add(1, Ordering::Relaxed);
}

impl<T> Guard<T> {
    pub(crate) fn new(value: T) -> Self {
        Self {
            value: Mutex::new(Some(value)),
            worker: AtomicUsize::new(0),
            seen: AtomicU64::new(4 * FORKS.load(Ordering::Relaxed) + THERE),
        }
    }

    /// Whether a fork has left the value behind. Whoever locks it has asked
    /// before: in a forked process, a lock that is held when the first thread
    /// asks is one that nobody releases.
    fn is_lost(&self) -> bool {
        let here = 4 * FORKS.load(Ordering::Relaxed);
        loop {
            let seen = self.seen.load(Ordering::Acquire);
            match seen.wrapping_sub(here) {
                THERE => return false,
                LOST => return true,
                LOOKING => thread::yield_now(),
                _ => {
                    let order = (Ordering::Acquire, Ordering::Relaxed);
                    let first = self
                        .seen
                        .compare_exchange(seen, here + LOOKING, order.0, order.1);
                    if first.is_ok() {
                        let held = matches!(self.value.try_lock(), Err(TryLockError::WouldBlock));
                        let answer = if held { LOST } else { THERE };
                        self.seen.store(here + answer, Ordering::Release);
                    }
                }
            }
        }
    }
}

impl<T: Send> Guard<T> {
    /// Works with the value.
    pub(crate) fn with<R>(&self, py: Python<'_>, work: impl FnOnce(&mut T) -> R) -> PyResult<R> {
        self.refuse()?;
        let guard = self.value.lock_py_attached(py);
        self.run(guard.unwrap_or_else(PoisonError::into_inner), work)
    }

    /// Works with the value while other Python threads run; ends early at signals.
    pub(crate) fn with_detached<R: Send>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&mut T) -> R + Send,
    ) -> PyResult<R> {
        self.refuse()?;
        py.detach(|| {
            self.run(
                self.value.lock().unwrap_or_else(PoisonError::into_inner),
                |value| with_signals(|| work(value)),
            )
        })
    }

    /// Those that would wait for ever.
    fn refuse(&self) -> PyResult<()> {
        self.refuse_own_worker()?;
        if self.is_lost() {
            return Err(PyRuntimeError::new_err(
                "another thread was using the detector when this process was forked; here it \
                 cannot be used any more",
            ));
        }
        Ok(())
    }

    fn refuse_own_worker(&self) -> PyResult<()> {
        if self.worker.load(Ordering::Relaxed) == HERE.with(|here| *here) {
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
        self.worker
            .store(HERE.with(|here| *here), Ordering::Relaxed);
        let result = caught(|| work(value));
        self.worker.store(0, Ordering::Relaxed);
        if result.is_err() {
            *guard = None;
        }
        result
    }

    /// Gives the value up. One that a fork has left behind is gone already.
    pub(crate) fn close(&self, py: Python<'_>) -> PyResult<()> {
        self.refuse_own_worker()?;
        if self.is_lost() {
            return Ok(());
        }
        let given_up = {
            let guard = self.value.lock_py_attached(py);
            guard.unwrap_or_else(PoisonError::into_inner).take()
        };
        py.detach(|| drop(given_up));
        Ok(())
    }
}

impl<T> Drop for Guard<T> {
    fn drop(&mut self) {
        if self.is_lost() {
            // Half changed, so that not even its memory can be given back.
            let value = self.value.get_mut().unwrap_or_else(PoisonError::into_inner);
            mem::forget(value.take());
        }
    }
}
