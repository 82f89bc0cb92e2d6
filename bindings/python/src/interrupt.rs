//! Work that takes its time: other Python threads run meanwhile, and signals are
//! heard.

use std::cell::Cell;
use std::time::{Duration, Instant};

use pyo3::prelude::*;

use crate::error::caught;
use crate::failure;

/// How long a signal may have to wait.
const SIGNALS_EVERY: Duration = Duration::from_millis(50);

/// Does work without the interpreter, in which the core asks now and then whether it
/// is still wanted: it ends early at a signal whose handler raises. What that raises
/// is [kept](failure), for whoever called to raise it.
pub(crate) fn with_signals<R>(work: impl FnOnce() -> R) -> R {
    let looked = Cell::new(Instant::now());
    let go_on = move || {
        if looked.get().elapsed() < SIGNALS_EVERY {
            return true;
        }
        let heard = Python::attach(|py| -> PyResult<()> { py.check_signals() });
        looked.set(Instant::now());
        heard.map_err(failure::keep).is_ok()
    };
    bocpd_core::interrupt::interruptible(go_on, work)
}

/// Does work without the interpreter, and raises what was raised meanwhile.
pub(crate) fn interruptible<R: Send>(
    py: Python<'_>,
    work: impl FnOnce() -> R + Send,
) -> PyResult<R> {
    let answer = py.detach(|| caught(|| with_signals(work)))?;
    failure::raise()?;
    Ok(answer)
}

/// At every 1024th of many objects that are made: others may have the interpreter for
/// a moment, and signals are heard.
pub(crate) fn check_signals(py: Python<'_>, step: usize) -> PyResult<()> {
    if step % 1024 == 1023 {
        py.detach(|| ());
        py.check_signals()?;
    }
    Ok(())
}
