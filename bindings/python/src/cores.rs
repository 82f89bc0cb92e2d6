//! Work on all cores, of which Python sees signals alone.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use bocpd_core::interrupt::interruptible;
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::error::caught;

/// How long a signal may have to wait.
const SIGNALS_EVERY: Duration = Duration::from_millis(50);

/// Threads for one piece of work, at most one for each core. They end with it: a process that is
/// forked later would not have them.
pub(crate) fn pool(threads: Option<usize>) -> PyResult<ThreadPool> {
    if threads == Some(0) {
        return Err(PyValueError::new_err("threads must be at least 1, got 0"));
    }
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let built = ThreadPoolBuilder::new()
        .num_threads(threads.map_or(cores, |threads| threads.min(cores)))
        .build();
    built.map_err(|error| PyRuntimeError::new_err(format!("there are no threads: {error}")))
}

/// Does work in another thread while other Python threads run. `work` is told whether it is still
/// wanted: not any more after a signal whose handler raises, and that is raised here.
pub(crate) fn apart<R: Send>(
    py: Python<'_>,
    work: impl FnOnce(&Wanted) -> R + Send,
) -> PyResult<R> {
    let wanted = Wanted(Arc::new(AtomicBool::new(true)));
    py.detach(|| {
        thread::scope(|scope| {
            let (done, wait) = channel();
            let worker = {
                let wanted = wanted.clone();
                scope.spawn(move || {
                    let result = caught(|| work(&wanted));
                    drop(done);
                    result
                })
            };
            let mut raised = Ok(());
            while wait.recv_timeout(SIGNALS_EVERY) == Err::<(), _>(RecvTimeoutError::Timeout) {
                if raised.is_ok() {
                    raised = Python::attach(|py| -> PyResult<()> { py.check_signals() });
                    wanted.0.store(raised.is_ok(), Ordering::Relaxed);
                }
            }
            let result = worker.join();
            raised?;
            result.unwrap_or_else(|_| Err(PyRuntimeError::new_err("a thread has panicked")))
        })
    })
}

/// Whether work is still wanted.
#[derive(Clone)]
pub(crate) struct Wanted(Arc<AtomicBool>);

impl Wanted {
    pub(crate) fn still(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Does a part of the work, which ends early where the whole is not wanted any more.
    pub(crate) fn run<R>(&self, part: impl FnOnce() -> R) -> R {
        let wanted = self.clone();
        interruptible(move || wanted.still(), part)
    }
}
