//! One row a changepoint, for other programs.

use anyhow::Result;

use crate::foreign::visible;
use crate::report::{Changepoint, Report};

/// The columns; `time` and those like it are there if the input has times, `series` if there
/// may be several, `number` if observations have several.
const COLUMNS: [&str; 19] = [
    "series",
    "index",
    "time",
    "probability",
    "p_nearby",
    "p_single",
    "low",
    "high",
    "low_time",
    "high_time",
    "length",
    "number",
    "parameter",
    "before",
    "after",
    "p_rose",
    "difference",
    "sd",
    "changed",
];

/// A header and one row a changepoint; numbers in full precision, nothing where something is
/// not known.
///
/// # Errors
/// It cannot be written as CSV.
pub(crate) fn csv(reports: &[Report], many: bool) -> Result<String> {
    let columns = Columns::of(reports, many);
    Ok(columns.header()? + &columns.rows(reports)?)
}

/// The columns that are there.
pub(crate) struct Columns {
    many: bool,
    with_time: bool,
    with_numbers: bool,
}

impl Columns {
    /// Those for these series, or others of the same input.
    pub(crate) fn of(reports: &[Report], many: bool) -> Self {
        let mut segments = reports.iter().flat_map(|report| &report.segments);
        Self {
            many,
            with_time: segments.any(|segment| segment.time.is_some()),
            with_numbers: reports.iter().any(|report| report.dimension > 1),
        }
    }

    /// Their names.
    ///
    /// # Errors
    /// It cannot be written as CSV.
    pub(crate) fn header(&self) -> Result<String> {
        self.written([COLUMNS.map(str::to_owned)])
    }

    /// One row a changepoint.
    ///
    /// # Errors
    /// It cannot be written as CSV.
    pub(crate) fn rows(&self, reports: &[Report]) -> Result<String> {
        let rows = |report: &Report| {
            let series = report.series.map(str::to_owned);
            let changes = report.changepoints.iter();
            changes
                .map(|change| fields(series.as_deref(), change))
                .collect::<Vec<_>>()
        };
        self.written(reports.iter().flat_map(rows))
    }

    fn written(&self, rows: impl IntoIterator<Item = [String; COLUMNS.len()]>) -> Result<String> {
        let shown = |&(column, _): &(&str, String)| match column {
            "series" => self.many,
            "number" => self.with_numbers,
            other => self.with_time || !other.ends_with("time"),
        };
        let mut table = csv::Writer::from_writer(Vec::new());
        for fields in rows {
            let columns = COLUMNS.into_iter().zip(fields).filter(shown);
            table.write_record(columns.map(|(_, field)| field))?;
        }
        Ok(String::from_utf8(table.into_inner()?)?)
    }
}

fn fields(series: Option<&str>, change: &Changepoint) -> [String; COLUMNS.len()] {
    let (place, jump) = (&change.place, change.jump.as_ref());
    let text = |text: Option<&str>| visible(text.unwrap_or_default()).into_owned();
    let number = |value: Option<f64>| value.map(|v| v.to_string()).unwrap_or_default();
    [
        text(series),
        change.index.to_string(),
        text(change.time),
        change.probability.to_string(),
        place.p_nearby.to_string(),
        place.p_single.to_string(),
        place.low.to_string(),
        place.high.to_string(),
        text(place.low_time),
        text(place.high_time),
        change.length.to_string(),
        text(jump.and_then(|jump| jump.number)),
        text(jump.map(|jump| jump.parameter)),
        number(jump.map(|jump| jump.before)),
        number(jump.map(|jump| jump.after)),
        number(jump.map(|jump| jump.p_rose)),
        number(jump.map(|jump| jump.difference)),
        number(jump.map(|jump| jump.sd)),
        changed(change),
    ]
}

/// Which parameters differ more probably than not, separated by blanks; of several numbers each
/// with the name of its number and a colon before it.
pub(super) fn changed(change: &Changepoint) -> String {
    let each = change.changed().map(|one| match one.number {
        Some(number) => format!("{}:{}", visible(number), one.parameter),
        None => one.parameter.to_owned(),
    });
    each.collect::<Vec<_>>().join(" ")
}
