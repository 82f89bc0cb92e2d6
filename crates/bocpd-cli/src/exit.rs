//! How the program ends: the exit codes of `bocpd --help`.

use std::fmt;
use std::io;
use std::process::ExitCode;

use anyhow::Error;

/// Done, and there was a change (only with `--exit-code`).
pub(crate) const CHANGED: u8 = 3;
/// The options cannot be used; clap ends with the same code.
const USAGE: u8 = 2;
/// The input or a file cannot be used.
const FAILED: u8 = 1;

/// An error in the options, not in the data.
#[derive(Debug)]
struct Usage(String);

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

/// An error in the options.
pub(crate) fn usage(message: impl Into<String>) -> Error {
    Usage(message.into()).into()
}

/// Says what went wrong and chooses the exit code.
pub(crate) fn fail(error: &Error) -> ExitCode {
    if error.chain().any(is_closed_pipe) {
        return ExitCode::SUCCESS;
    }
    crate::messages::say(&format!("error: {}", message(error)));
    ExitCode::from(if error.is::<Usage>() { USAGE } else { FAILED })
}

/// What went wrong and why, from the outside in. An error that only passes on what its cause
/// says is not repeated.
fn message(error: &Error) -> String {
    let mut parts: Vec<_> = error.chain().map(ToString::to_string).collect();
    parts.dedup();
    parts.join(": ")
}

/// Whether the reader of the output went away: it has what it wanted.
fn is_closed_pipe(cause: &(dyn std::error::Error + 'static)) -> bool {
    cause
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
