//! The `bocpd` command line: files and pipes in, tables, JSON lines and pictures out.
//!
//! [`run`] is all of it, so that another program (`python -m bocpd`) can have the same command
//! line. No arithmetic of its own on probabilities: whatever is printed comes from
//! `bocpd-core`.

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
mod found;
mod input;
mod messages;
mod output;
mod plot;
mod progress;
mod report;
mod settings;
mod stream;
mod time;

use std::ffi::OsString;
use std::io::{Write, stdout};

use clap::Parser;

use args::{Cli, Command};

/// Runs the command line: the name of the program first, as from
/// [`std::env::args_os`]. Returns the exit code (`bocpd --help` lists them).
///
/// Reads standard input, writes standard output and standard error, and leaves the process
/// as it is otherwise: it neither ends it nor touches its signals. Where SIGPIPE is not
/// ignored (Rust's own `main` and Python ignore it), a reader that goes away ends the
/// process, as that signal does.
pub fn run(args: impl IntoIterator<Item = OsString>) -> u8 {
    let code = match Cli::try_parse_from(args) {
        Ok(cli) => done(match cli.command {
            Command::Detect(args) => detect::detect(&args),
            Command::Stream(args) => stream::stream(&args),
            Command::Calibrate(args) => calibrate::calibrate(&args),
        }),
        Err(error) => exit::explain(&error),
    };
    // Only Rust's own `main` would do this at the end of the process.
    let _ = stdout().flush();
    code
}

fn done(result: anyhow::Result<u8>) -> u8 {
    result.unwrap_or_else(|error| exit::fail(&error))
}
