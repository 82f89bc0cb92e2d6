//! The `bocpd` command line: files and pipes in, tables, JSON lines and pictures out.
//!
//! [`run`] is all of it, so that another program (`python -m bocpd`) can have the same command
//! line. No arithmetic of its own on probabilities: whatever is printed comes from
//! `bocpd-core`.

#![warn(clippy::disallowed_methods, clippy::disallowed_macros)]

mod analysis;
#[expect(
    clippy::doc_markdown,
    clippy::struct_excessive_bools,
    reason = "doc comments are help texts, and flags are flags"
)]
mod args;
mod calibrate;
mod detect;
mod exit;
mod feed;
mod fit;
mod foreign;
mod input;
mod manual;
mod messages;
mod models;
mod output;
mod plot;
mod progress;
mod report;
mod settings;
mod stream;
mod time;

use std::ffi::OsString;

use args::{Cli, Command};

/// Runs the command line: the name of the program first, as from
/// [`std::env::args_os`]. Returns the exit code (`bocpd --help` lists them).
///
/// Reads standard input, writes standard output and standard error, and leaves the process
/// as it is otherwise: it neither ends it nor touches its signals. Where SIGPIPE is not
/// ignored (Rust's own `main` and Python ignore it), a reader that goes away ends the
/// process, as that signal does.
pub fn run(args: impl IntoIterator<Item = OsString>) -> u8 {
    if let Err(error) = output::Standard::open() {
        return exit::fail(&error);
    }
    let _held = output::hold_places();
    let done = match Cli::read(args) {
        Ok(cli) => match cli.command {
            Command::Detect(args) => detect::detect(&args),
            Command::Stream(args) => stream::stream(&args),
            Command::Calibrate(args) => calibrate::calibrate(&args),
            Command::Fit(args) => fit::fit(&args),
            Command::Models(args) => models::models(&args),
            Command::Completions(args) => manual::completions(&args),
            Command::Man(args) => manual::man(&args),
        },
        Err(error) => exit::explain(&error),
    };
    done.unwrap_or_else(|error| exit::fail(&error))
}

/// The command line as clap knows it: for completions, manual pages, and tests of all options.
pub fn definition() -> clap::Command {
    Cli::definition()
}

/// Says that standard output is closed, and returns the exit code of [`run`] in that case.
///
/// For programs of which [`run`] cannot see it: before Rust's own `main` begins, something
/// that swallows everything is put in the place of a standard stream that is closed.
pub fn output_is_closed() -> u8 {
    exit::fail(&anyhow::anyhow!(output::CLOSED))
}

/// The values of a table in memory, read as the commands read files, or what they say of it:
/// for tests that try what bytes can do.
///
/// # Errors
/// The message of the command.
#[doc(hidden)]
pub fn read_table(
    bytes: Vec<u8>,
    column: Option<&str>,
    time: Option<&str>,
    header: Option<bool>,
    separator: Option<u8>,
    skip_missing: bool,
) -> Result<Vec<Option<f64>>, String> {
    let request = input::Request {
        columns: column.map(str::to_owned).into_iter().collect(),
        time: time.map(str::to_owned),
        comment: "#".to_owned(),
        header: match header {
            None => input::Header::Auto,
            Some(true) => input::Header::Yes,
            Some(false) => input::Header::No,
        },
        separator,
        ..input::Request::default()
    };
    let missing = if skip_missing {
        input::MissingPolicy::Skip
    } else {
        input::MissingPolicy::Error
    };
    let read = || {
        let source = input::Source::of_bytes(bytes)?;
        let Some(rows) = input::Rows::open(source, &request, None, missing)? else {
            return Ok(Vec::new());
        };
        let series = input::Series::read(rows)?;
        let mut clock = time::Clock::default();
        for time in series.times.iter().flatten() {
            clock.read(time);
        }
        Ok(series.numbers.into_iter().next().unwrap_or_default())
    };
    read().map_err(|error: anyhow::Error| foreign::visible(&format!("{error:#}")).into_owned())
}
