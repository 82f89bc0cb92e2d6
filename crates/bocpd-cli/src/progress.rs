//! A progress bar for long inputs, on a terminal only.

#![expect(
    clippy::disallowed_methods,
    reason = "only asks what the standard streams are"
)]

use std::io::{IsTerminal, stderr, stdout};

use indicatif::{ProgressBar, ProgressStyle};

/// Shorter work than this shows no bar.
const LONG: u64 = 2_000;

/// Fewer series than this show no bar.
const MANY: usize = 100;

/// A bar over `rows` observations; hidden unless standard error is a terminal.
pub(crate) fn over_rows(rows: usize) -> ProgressBar {
    bar(
        rows as u64,
        rows as u64 >= LONG,
        "{wide_bar} {human_pos}/{human_len} {eta}",
    )
}

/// A bar over the bytes of a file; hidden too where the output goes to the same terminal.
pub(crate) fn over_bytes(length: Option<u64>) -> ProgressBar {
    let length = length.unwrap_or(0);
    let shown = length >= 1 << 20 && !stdout().is_terminal();
    bar(length, shown, "{wide_bar} {bytes}/{total_bytes} {eta}")
}

/// A bar over so many series; hidden too where the output goes to the same terminal.
pub(crate) fn over_series(series: usize) -> ProgressBar {
    let shown = series >= MANY && !stdout().is_terminal();
    bar(
        series as u64,
        shown,
        "{wide_bar} {human_pos}/{human_len} series {eta}",
    )
}

fn bar(length: u64, shown: bool, template: &str) -> ProgressBar {
    if !shown || !stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style =
        ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(length).with_style(style)
}
