//! How the program ends: the exit codes of `bocpd --help`.

use std::fmt;
use std::io;

use anyhow::{Error, Result};
use bocpd_core::error::{DetectError, ParameterError, ReadoutError};

use crate::output::Standard;

/// Done.
pub(crate) const DONE: u8 = 0;
/// Done, and there was a change (only with `--exit-code`).
pub(crate) const CHANGED: u8 = 3;
/// The options cannot be used; clap ends with the same code.
const USAGE: u8 = 2;
/// The input or a file cannot be used.
pub(crate) const FAILED: u8 = 1;

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
/// hazards know for themselves.)
const OPTIONS: [(&str, &str); 8] = [
    ("threshold", "--alarm-threshold"),
    ("window", "--alarm-window"),
    ("min_segment", "--alarm-min-segment"),
    ("clear", "--alarm-clear"),
    ("probability", "--false-alarm"),
    ("probability of outliers", "--outliers"),
    ("centre of outliers", "--outlier-centre"),
    ("scale of outliers", "--outlier-scale"),
];

/// What an error that is not about a parameter itself begins with.
const OF: [&str; 2] = ["length of ", "sum of "];

/// What of a parameter an error is about, and the parameter.
fn what(error: &ParameterError) -> (&'static str, &'static str) {
    let what = OF.into_iter().find(|of| error.name.starts_with(of));
    error.name.split_at(what.map_or(0, str::len))
}

/// The parameter that an error is about.
pub(crate) fn name_of(error: &ParameterError) -> &'static str {
    what(error).1
}

/// The option that sets it.
pub(crate) fn option_of(error: &ParameterError) -> String {
    let name = name_of(error);
    match OPTIONS.iter().find(|(other, _)| *other == name) {
        Some((_, option)) => (*option).to_owned(),
        None => format!("--{}", name.replace('_', "-")),
    }
}

/// A parameter that core cannot use, by the option that it was set by.
pub(crate) fn not_usable(option: &str, error: &ParameterError) -> Error {
    let ParameterError {
        index, value, must, ..
    } = error;
    let place = index.map(|i| format!("[{i}]")).unwrap_or_default();
    let (of, _) = what(error);
    let got = value.map(|value| format!(", got {value}"));
    let got = got.unwrap_or_default();
    usage(format!("{of}{option}{place} must {must}{got}"))
}

/// A question that core cannot answer, because of the options or because of the data.
pub(crate) fn question(error: impl Into<DetectError>) -> Error {
    match error.into() {
        DetectError::Parameter(error) | DetectError::Readout(ReadoutError::Argument(error)) => {
            not_usable(&option_of(&error), &error)
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
///
/// # Errors
/// The help cannot be written.
pub(crate) fn explain(error: &clap::Error) -> Result<u8> {
    let text = error.render();
    if error.use_stderr() {
        crate::messages::say_lines(&text.to_string());
        return Ok(USAGE);
    }
    let mut out = Standard::open()?;
    let text = if out.takes_colours() {
        text.ansi().to_string()
    } else {
        text.to_string()
    };
    out.write(text.as_bytes())?;
    Ok(DONE)
}

/// What went wrong and why, from the outside in. An error that only passes on what its cause
/// says is not repeated.
pub(crate) fn message(error: &Error) -> String {
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
