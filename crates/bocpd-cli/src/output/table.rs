//! A table for people.

use super::readable;
use crate::foreign::shortened;
use crate::report::{Changepoint, Place, Report};

/// Where there is nothing to say.
const NOTHING: &str = "-";

/// One aligned line a changepoint, or a sentence if there is none; then which observations are
/// outliers, if some are.
pub(crate) fn table(report: &Report) -> String {
    changes(report) + &outliers(report)
}

/// So many outliers are named.
const NAMED: usize = 20;

fn outliers(report: &Report) -> String {
    let mut indices: Vec<String> = report.outliers().map(|index| index.to_string()).collect();
    let n = indices.len();
    if n > NAMED {
        indices.truncate(NAMED);
        indices.push(format!("and {} more", n - NAMED));
    }
    match n {
        0 => String::new(),
        1 => format!("1 outlier at {}\n", indices.join(", ")),
        _ => format!("{n} outliers at {}\n", indices.join(", ")),
    }
}

fn changes(report: &Report) -> String {
    if report.changepoints.is_empty() {
        return format!("no change in {} observations\n", report.observations);
    }
    let jump = report
        .changepoints
        .iter()
        .find_map(|change| change.jump.as_ref());
    let parameter = jump.map_or("level", |jump| jump.parameter);
    let head = [
        "index",
        "time",
        "probability",
        "nearby",
        "within",
        "length",
        &format!("{parameter} before"),
        "after",
        "difference",
        "sd",
        "rose",
    ];
    let mut lines = vec![head.map(str::to_owned)];
    lines.extend(report.changepoints.iter().map(cells));
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max();
    let with_time = report
        .changepoints
        .iter()
        .any(|change| change.time.is_some());
    let widths: [usize; 11] = std::array::from_fn(|column| match column {
        1 if !with_time => 0,
        _ => width(column).unwrap_or(0),
    });
    let aligned = |line: &[String; 11]| {
        let cells: Vec<_> = line
            .iter()
            .zip(widths)
            .filter(|&(_, width)| width > 0)
            .map(|(cell, width)| format!("{cell:>width$}"))
            .collect();
        cells.join("  ") + "\n"
    };
    lines.iter().map(aligned).collect()
}

fn cells(change: &Changepoint) -> [String; 11] {
    let (place, jump) = (change.place.as_ref(), change.jump.as_ref());
    let or_nothing = |text: Option<String>| text.unwrap_or_else(|| NOTHING.to_owned());
    let number = |value: Option<f64>| or_nothing(value.map(readable));
    let probability = |p: f64| format!("{p:.3}");
    [
        change.index.to_string(),
        shortened(change.time.unwrap_or_default()),
        probability(change.probability),
        or_nothing(place.map(|place| probability(place.p_nearby))),
        or_nothing(place.map(within)),
        change.length.to_string(),
        number(jump.map(|jump| jump.before)),
        number(jump.map(|jump| jump.after)),
        number(jump.map(|jump| jump.difference)),
        number(jump.map(|jump| jump.sd)),
        or_nothing(jump.map(|jump| probability(jump.p_rose))),
    ]
}

/// From where to where the change may have been: times, if they are no longer than a date.
fn within(place: &Place) -> String {
    let short = |time: &&str| time.trim().len() <= "2000-01-01".len();
    let times = place
        .low_time
        .filter(short)
        .zip(place.high_time.filter(short));
    let (low, high) = match times {
        Some((low, high)) => (shortened(low), shortened(high)),
        None => (place.low.to_string(), place.high.to_string()),
    };
    if place.low == place.high {
        low
    } else {
        format!("{low}..{high}")
    }
}
