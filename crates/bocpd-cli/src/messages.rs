//! Messages for people, on standard error, without colours.

use std::io::{self, Write};

use crate::foreign::visible;

/// Writes one message, on one line. If nobody can read it, that is no reason to stop.
pub(crate) fn say(message: &str) {
    write(&format!("bocpd: {}\n", visible(message)));
}

/// What was assumed of an input, unless nobody wants to know, and what is odd about it.
pub(crate) fn say_remarks((assumed, remarks): (Vec<String>, Vec<String>), quiet: bool) {
    for remark in &remarks {
        say(remark);
    }
    if !quiet && !assumed.is_empty() {
        say(&format!("assumed {}", assumed.join("; ")));
    }
}

/// Writes several lines as they are, but for what cannot be seen.
pub(crate) fn say_lines(text: &str) {
    let lines: Vec<_> = text.lines().map(visible).collect();
    write(&(lines.join("\n") + "\n"));
}

#[expect(clippy::disallowed_methods, reason = "where messages are written")]
fn write(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}
