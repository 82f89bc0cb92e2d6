//! One JSON object.

use std::io::{self, Write};

use crate::report::Report;

/// Writes the whole report as one indented object.
///
/// # Errors
/// Writing fails.
pub(crate) fn write_json(report: &Report, mut out: impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut out, report)?;
    writeln!(out)
}
