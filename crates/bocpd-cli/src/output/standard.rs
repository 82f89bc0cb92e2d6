//! Standard output, with all its errors.
//!
//! That of the standard library takes a descriptor that is closed, or open for reading only,
//! for one that swallows everything. Here that is an error.

#![expect(
    clippy::disallowed_methods,
    reason = "where the standard streams are opened"
)]

use std::fs::File;
use std::io::{self, IsTerminal, Write};

use anyhow::{Context, Result};

/// What is wrong where standard output is closed.
pub(crate) const CLOSED: &str = "standard output is closed";

/// Standard output.
pub(crate) struct Standard {
    #[cfg(unix)]
    out: File,
    #[cfg(not(unix))]
    out: io::Stdout,
}

impl Standard {
    /// Standard output as it is open now.
    ///
    /// # Errors
    /// It is closed.
    pub(crate) fn open() -> Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            out: file(&io::stdout()).context(CLOSED)?,
            #[cfg(not(unix))]
            out: io::stdout(),
        })
    }

    /// Writes all of it, now.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let written = self.out.write_all(bytes).and_then(|()| self.out.flush());
        written.context("cannot write to standard output")
    }

    /// Whether somebody is there who sees colours.
    pub(crate) fn takes_colours(&self) -> bool {
        let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
        self.out.is_terminal() && !is_set("NO_COLOR") && !dumb
    }

    /// The file that it goes to, if it is one.
    #[cfg(unix)]
    pub(crate) fn file(&self) -> Option<&File> {
        let metadata = self.out.metadata().ok()?;
        metadata.is_file().then_some(&self.out)
    }

    #[cfg(not(unix))]
    #[expect(clippy::unused_self, reason = "elsewhere it is used")]
    pub(crate) fn file(&self) -> Option<&File> {
        None
    }
}

/// Puts something harmless in the place of standard streams that are closed, as long as it is
/// held: files that are opened would be in their place otherwise, and get what is written to
/// them. Rust's own `main` has done so before.
#[cfg(unix)]
pub(crate) fn hold_places() -> Vec<File> {
    let mut held = Vec::new();
    // The lowest place that is free is taken each time.
    while file(&io::stdin()).is_err() || file(&io::stderr()).is_err() {
        match File::open("/dev/null") {
            Ok(nothing) if held.len() < 3 => held.push(nothing),
            _ => break,
        }
    }
    held
}

#[cfg(not(unix))]
pub(crate) fn hold_places() -> Vec<File> {
    Vec::new()
}

#[cfg(unix)]
fn file(stream: &impl std::os::fd::AsFd) -> io::Result<File> {
    stream.as_fd().try_clone_to_owned().map(File::from)
}
