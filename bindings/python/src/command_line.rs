//! The command line, in this process.

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pyo3::prelude::*;

/// What a program ends with that panics.
const PANICKED: u8 = 101;

/// Runs the command line: the name of the program first. Returns the exit code.
/// Other Python threads run meanwhile; what to do with signals is the caller's
/// to say.
#[pyfunction]
pub(crate) fn command_line(py: Python<'_>, args: Vec<OsString>) -> u8 {
    py.detach(|| catch_unwind(AssertUnwindSafe(|| bocpd_cli::run(args))).unwrap_or(PANICKED))
}
