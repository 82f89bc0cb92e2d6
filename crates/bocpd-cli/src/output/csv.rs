//! One row a changepoint, for other programs.

use anyhow::Result;

use crate::foreign::visible;
use crate::report::{Changepoint, Report};

/// The columns; `time` and those like it are there if the input has times, `series` if there
/// may be several, `number` if observations have several.
const COLUMNS: [&str; 18] = [
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
];

/// A header and one row a changepoint; numbers in full precision, nothing where something is
/// not known.
///
/// # Errors
/// It cannot be written as CSV.
pub(crate) fn csv(reports: &[Report], many: bool) -> Result<String> {
    let segments = || reports.iter().flat_map(|report| &report.segments);
    let with_time = segments().any(|segment| segment.time.is_some());
    let with_numbers = reports.iter().any(|report| report.dimension > 1);
    let shown = |&(column, _): &(&str, String)| match column {
        "series" => many,
        "number" => with_numbers,
        other => with_time || !other.ends_with("time"),
    };
    let mut table = csv::Writer::from_writer(Vec::new());
    let mut row = |fields: [String; COLUMNS.len()]| {
        let columns = COLUMNS.into_iter().zip(fields).filter(shown);
        table.write_record(columns.map(|(_, field)| field))
    };
    row(COLUMNS.map(str::to_owned))?;
    for report in reports {
        for change in &report.changepoints {
            row(fields(report.series, change))?;
        }
    }
    Ok(String::from_utf8(table.into_inner()?)?)
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
    ]
}
