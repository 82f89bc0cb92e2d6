//! Work that takes its time: other Python threads run meanwhile, and signals are
//! heard.

use std::cell::Cell;
use std::time::{Duration, Instant};

use bocpd_core::interrupt::interruptible;
use pyo3::prelude::*;

use crate::error::caught;
use crate::failure;

/// How long a signal may have to wait.
const PATIENCE: Duration = Duration::from_millis(50);

/// Does work without the interpreter, in which the core asks now and then whether it
/// is still wanted: it ends early at a signal whose handler raises. What that raises
/// is [kept](failure), for whoever called to raise it.
pub(crate) fn hearing_signals<R>(work: impl FnOnce() -> R) -> R {
    let looked = Cell::new(Instant::now());
    let go_on = move || {
        if looked.get().elapsed() < PATIENCE {
            return true;
        }
        let heard = Python::attach(|py| -> PyResult<()> { py.check_signals() });
        looked.set(Instant::now());
        heard.map_err(failure::keep).is_ok()
    };
    interruptible(go_on, work)
}

/// Does work without the interpreter, and raises what was raised meanwhile.
pub(crate) fn at_length<R: Send>(py: Python<'_>, work: impl FnOnce() -> R + Send) -> PyResult<R> {
    let answer = py.detach(|| caught(|| hearing_signals(work)))?;
    failure::raise()?;
    Ok(answer)
}

/// At every 1024th of many objects that are made: others may have the interpreter for
/// a moment, and signals are heard.
pub(crate) fn breathe(py: Python<'_>, step: usize) -> PyResult<()> {
    if step % 1024 == 1023 {
        py.detach(|| ());
        py.check_signals()?;
    }
    Ok(())
}
