//! Messages for people, on standard error, without colours.

use std::cell::RefCell;
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

thread_local! {
    /// What is kept of the messages of this thread, while they are.
    static KEPT: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Does work whose messages wait: what was said meanwhile in this thread, for
/// [`pass_on`] at the right moment.
pub(crate) fn keeping<R>(work: impl FnOnce() -> R) -> (R, String) {
    let before = KEPT.replace(Some(String::new()));
    let result = work();
    (result, KEPT.replace(before).unwrap_or_default())
}

/// Writes messages that were kept.
pub(crate) fn pass_on(kept: &str) {
    if !kept.is_empty() {
        write(kept);
    }
}

#[expect(clippy::disallowed_methods, reason = "where messages are written")]
fn write(text: &str) {
    let kept = KEPT.with_borrow_mut(|kept| match kept {
        Some(kept) => {
            kept.push_str(text);
            true
        }
        None => false,
    });
    if !kept {
        let _ = io::stderr().write_all(text.as_bytes());
    }
}
