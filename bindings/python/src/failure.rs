//! What fails in Python while the core is at work.
//!
//! Models and hazards written in Python are called by the core, which knows no
//! exceptions. What they raise is kept here, the core is told that something
//! cannot be used, and whoever called the core raises what was kept. Calls and
//! callbacks are of one thread, so each thread has its own place for it.

use std::cell::RefCell;

use pyo3::prelude::*;

thread_local! {
    static KEPT: RefCell<Option<PyErr>> = const { RefCell::new(None) };
}

/// Keeps what was raised, unless something was before.
pub(crate) fn keep(error: PyErr) {
    KEPT.with_borrow_mut(|kept| {
        kept.get_or_insert(error);
    });
}

/// Whether something was raised since the last `take`.
pub(crate) fn is_kept() -> bool {
    KEPT.with_borrow(Option::is_some)
}

/// What was raised, once.
pub(crate) fn take() -> Option<PyErr> {
    KEPT.with_borrow_mut(Option::take)
}

/// Raises what was raised.
pub(crate) fn raise() -> PyResult<()> {
    take().map_or(Ok(()), Err)
}

/// Calls into Python; what fails is kept, and nothing more is called then.
pub(crate) fn attempt<T>(call: impl FnOnce(Python<'_>) -> PyResult<T>) -> Option<T> {
    if is_kept() {
        return None;
    }
    Python::attach(call).map_err(keep).ok()
}
