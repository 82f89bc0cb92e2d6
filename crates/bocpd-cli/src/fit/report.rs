//! A fit as a table, as CSV and as JSON.

use anyhow::Result;
use bocpd_core::fit::{Fit, Fitted};
use serde::Serialize;

use super::{moved, options};
use crate::output::{self, readable};

/// What is printed as JSON.
#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    fit: &'a Fit,
    /// The configuration once more, as it is written on a command line.
    options: String,
}

/// One object.
///
/// # Errors
/// It cannot be written as JSON.
pub(super) fn json(fit: &Fit) -> Result<String> {
    let options = options::line(&fit.config);
    output::json(&Report { fit, options })
}

/// A header and one row a parameter, numbers in full precision.
///
/// # Errors
/// It cannot be written as CSV.
pub(super) fn csv(fit: &Fit) -> Result<String> {
    let mut table = ::csv::Writer::from_writer(Vec::new());
    table.write_record([
        "part", "name", "option", "before", "value", "error", "outcome",
    ])?;
    for one in &fit.parameters {
        let error = one.error.map(|error| error.to_string()).unwrap_or_default();
        table.write_record([
            one.part.name(),
            one.name,
            &options::option(one),
            &one.before.to_string(),
            &one.value.to_string(),
            &error,
            one.outcome.name(),
        ])?;
    }
    Ok(String::from_utf8(table.into_inner()?)?)
}

/// What moved, what it gained, and the options that were found.
pub(super) fn table(fit: &Fit) -> String {
    let head = ["parameter", "before", "found", "error"].map(str::to_owned);
    let mut lines = vec![head];
    lines.extend(moved(fit).map(cells));
    let widths: [usize; 4] = std::array::from_fn(|column| {
        let widths = lines.iter().map(|line| line[column].chars().count());
        widths.max().unwrap_or(0)
    });
    let aligned = |[name, numbers @ ..]: &[String; 4]| {
        let mut cells = vec![format!("{name:<width$}", width = widths[0])];
        let numbers = numbers.iter().zip(&widths[1..]);
        cells.extend(numbers.map(|(cell, &width)| format!("{cell:>width$}")));
        cells.join("  ") + "\n"
    };
    let parameters: String = lines.iter().map(aligned).collect();
    let what = if fit.series == 1 {
        "series"
    } else {
        "series together"
    };
    let gained = format!(
        "ln evidence {} -> {}, of {} observations in {} {what}\n",
        readable(fit.ln_evidence_before),
        readable(fit.ln_evidence),
        fit.observations,
        fit.series,
    );
    parameters + &gained + &options::line(&fit.config) + "\n"
}

fn cells(one: &Fitted) -> [String; 4] {
    let error = one
        .error
        .map_or_else(|| one.outcome.name().to_owned(), readable);
    [
        options::option(one),
        readable(one.before),
        readable(one.value),
        error,
    ]
}
