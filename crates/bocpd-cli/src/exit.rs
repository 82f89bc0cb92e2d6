//! How the program ends: the exit codes of `bocpd --help`.

use std::fmt;
use std::io;

use anyhow::Error;
use bocpd_core::{DetectError, ParameterError, ReadoutError};

/// Done.
pub(crate) const DONE: u8 = 0;
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

/// Options whose names are not those of the parameters that they set. (Those of models and
/// hazards know for themselves: [`in_option`].)
const OPTIONS: [(&str, &str); 5] = [
    ("threshold", "--alarm-threshold"),
    ("window", "--alarm-window"),
    ("min_segment", "--alarm-min-segment"),
    ("clear", "--alarm-clear"),
    ("probability", "--false-alarm"),
];

/// A parameter that core cannot use came from the options or from a configuration.
pub(crate) fn parameter(error: &ParameterError) -> Error {
    let option = OPTIONS.iter().find(|(name, _)| *name == error.name);
    in_option(error, option.map(|(_, option)| *option))
}

/// A parameter that core cannot use came from this option, or from a configuration.
pub(crate) fn in_option(error: &ParameterError, option: Option<&str>) -> Error {
    let named_alike = |option: &&str| option[2..].replace('-', "_") == error.name;
    usage(match option.filter(|option| !named_alike(option)) {
        Some(option) => format!("{option}: {error}"),
        None => error.to_string(),
    })
}

/// A question that core cannot answer, because of the options or because of the data.
pub(crate) fn question(error: impl Into<DetectError>) -> Error {
    match error.into() {
        DetectError::Parameter(error) | DetectError::Readout(ReadoutError::Argument(error)) => {
            parameter(&error)
        }
        other => other.into(),
    }
}

/// Says what went wrong and chooses the exit code.
pub(crate) fn fail(error: &Error) -> u8 {
    if error.chain().any(is_closed_pipe) {
        return DONE;
    }
    crate::messages::say(&format!("error: {}", message(error)));
    if error.is::<Usage>() { USAGE } else { FAILED }
}

/// Prints what clap has to say: an error in the options, or the help that was asked for.
pub(crate) fn explain(error: &clap::Error) -> u8 {
    let _ = error.print(); // if nobody can read it, that is no reason to say so
    if error.use_stderr() { USAGE } else { DONE }
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
