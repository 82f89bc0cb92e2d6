//! The `bocpd` command line: files and pipes in, tables, JSON lines and pictures out.
//!
//! No arithmetic of its own on probabilities: whatever is printed comes from `bocpd-core`.

#[expect(
    clippy::doc_markdown,
    clippy::struct_excessive_bools,
    reason = "doc comments are help texts, and flags are flags"
)]
mod args;
mod certainty;
mod detect;
mod exit;
mod feed;
mod input;
mod messages;
mod output;
mod plot;
mod progress;
mod report;
mod settings;
mod stream;
mod time;

use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Detect(args) => detect::detect(&args),
        Command::Stream(args) => stream::stream(&args),
    };
    done.unwrap_or_else(|error| exit::fail(&error))
}
