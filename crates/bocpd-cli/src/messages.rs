//! Messages for people, on standard error, without colours.

use std::io::{self, Write};

/// Writes one message. If nobody can read it, that is no reason to stop.
pub(crate) fn say(message: &str) {
    let _ = writeln!(io::stderr(), "bocpd: {message}");
}
