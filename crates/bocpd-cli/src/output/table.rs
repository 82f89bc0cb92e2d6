//! A table for people.

use std::io::{self, Write};

use super::readable;
use crate::report::Report;

/// Writes one aligned line a changepoint, or a sentence if there is none.
///
/// # Errors
/// Writing fails.
pub(crate) fn write_table(report: &Report, mut out: impl Write) -> io::Result<()> {
    if report.changepoints.is_empty() {
        return writeln!(out, "no change in {} observations", report.observations);
    }
    let with_time = report.segments.iter().any(|segment| segment.time.is_some());
    let head = [
        "index",
        "time",
        "probability",
        "nearby",
        "length",
        "before",
        "after",
    ];
    let mut lines = vec![head.map(str::to_owned)];
    for change in &report.changepoints {
        let level = |level: Option<f64>| level.map_or_else(|| "-".to_owned(), readable);
        let nearby = change.certainty.around.map(|around| around.p_nearby);
        lines.push([
            change.index.to_string(),
            change.time.unwrap_or_default().trim().to_owned(),
            format!("{:.3}", change.certainty.probability),
            nearby.map_or_else(|| "-".to_owned(), |p| format!("{p:.3}")),
            change.length.to_string(),
            level(change.before),
            level(change.after),
        ]);
    }
    if !with_time {
        for line in &mut lines {
            line[1].clear();
        }
    }
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max();
    let widths: [usize; 7] = std::array::from_fn(|column| width(column).unwrap_or(0));
    for line in &lines {
        let cells: Vec<_> = line
            .iter()
            .zip(widths)
            .filter(|&(_, width)| width > 0)
            .map(|(cell, width)| format!("{cell:>width$}"))
            .collect();
        writeln!(out, "{}", cells.join("  "))?;
    }
    Ok(())
}
