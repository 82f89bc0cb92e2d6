//! A table for people.

use super::{readable, readable_beside};
use crate::foreign::shortened;
use crate::report::{Changepoint, ParameterChange, Place, Report};

/// Where there is nothing to say.
const NOTHING: &str = "-";
/// So many outliers, and so many series without a change, are named.
const NAMED: usize = 20;

/// One aligned line a changepoint, or a sentence if there is none; then which observations are
/// outliers, if some are. Where there may be several series, each line begins with the name of
/// its series.
pub(crate) fn table(reports: &[Report], many: bool) -> String {
    let text = changes(reports, many) + &unchanged(reports, many);
    reports
        .iter()
        .fold(text, |text, report| text + &outliers(report))
}

fn outliers(report: &Report) -> String {
    let mut indices: Vec<String> = report.outliers().map(|index| index.to_string()).collect();
    let n = indices.len();
    if n > NAMED {
        indices.truncate(NAMED);
        indices.push(format!("and {} more", n - NAMED));
    }
    let name = report.series.map(|name| format!("{}: ", shortened(name)));
    let name = name.unwrap_or_default();
    match n {
        0 => String::new(),
        1 => format!("{name}1 outlier at {}\n", indices.join(", ")),
        _ => format!("{name}{n} outliers at {}\n", indices.join(", ")),
    }
}

/// The series without a change.
fn unchanged(reports: &[Report], many: bool) -> String {
    let without = reports
        .iter()
        .filter(|report| report.changepoints.is_empty());
    if !many {
        let each = without.map(|report| match report.observations {
            1 => "no change in 1 observation\n".to_owned(),
            n => format!("no change in {n} observations\n"),
        });
        return each.collect();
    }
    let mut names: Vec<_> = without
        .filter_map(|report| report.series.map(shortened))
        .collect();
    let n = names.len();
    if n > NAMED {
        names.truncate(NAMED);
        names.push(format!("and {} more", n - NAMED));
    }
    match n {
        0 => String::new(),
        _ => format!(
            "no change in {n} of {} series: {}\n",
            reports.len(),
            names.join(", ")
        ),
    }
}

const COLUMNS: usize = 15;
/// Those of the names of numbers.
const MOST_IN: usize = 7;
const ALSO_IN: usize = COLUMNS - 2;
const CHANGED: usize = COLUMNS - 1;
/// So many numbers that speak for a change are named.
const SPEAKING: usize = 5;

fn changes(reports: &[Report], many: bool) -> String {
    let all = || reports.iter().flat_map(|report| &report.changepoints);
    if all().next().is_none() {
        return String::new();
    }
    let mut parameters: Vec<_> = all()
        .filter_map(|change| change.jump.as_ref())
        .map(|jump| jump.parameter)
        .collect();
    parameters.dedup();
    let parameter = match parameters[..] {
        [one] => one,
        _ => "level",
    };
    let head = [
        "series",
        "index",
        "time",
        "probability",
        "nearby",
        "within",
        "length",
        "most in",
        &format!("{parameter} before"),
        "after",
        "difference",
        "sd",
        "rose",
        "also in",
        "changed",
    ];
    let mut lines = vec![head.map(str::to_owned)];
    for report in reports {
        let name = report.series.map(shortened).unwrap_or_default();
        lines.extend(
            report
                .changepoints
                .iter()
                .map(|change| cells(&name, change)),
        );
    }
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max();
    let with_time = all().any(|change| change.time.is_some());
    let with_numbers = reports.iter().any(|report| report.dimension > 1);
    // Where there is one parameter, it is what changed.
    let with_parameters = all().any(|change| change.parameters.len() > 1);
    let widths: [usize; COLUMNS] = std::array::from_fn(|column| match column {
        0 if !many => 0,
        2 if !with_time => 0,
        MOST_IN | ALSO_IN if !with_numbers => 0,
        CHANGED if !with_parameters => 0,
        _ => width(column).unwrap_or(0),
    });
    let aligned = |line: &[String; COLUMNS]| {
        let cells: Vec<_> = line
            .iter()
            .zip(widths)
            .enumerate()
            .filter(|&(_, (_, width))| width > 0)
            .map(|(at, (cell, width))| match at {
                0 | ALSO_IN | CHANGED => format!("{cell:<width$}"),
                _ => format!("{cell:>width$}"),
            })
            .collect();
        cells.join("  ").trim_end().to_owned() + "\n"
    };
    lines.iter().map(aligned).collect()
}

fn cells(name: &str, change: &Changepoint) -> [String; COLUMNS] {
    let (place, jump) = (&change.place, change.jump.as_ref());
    let or_nothing = |text: Option<String>| text.unwrap_or_else(|| NOTHING.to_owned());
    let number = |value: Option<f64>| or_nothing(value.map(readable));
    // Both sides with the digits that tell them apart.
    let beside = |value: Option<f64>| {
        let difference = jump.map_or(0.0, |jump| jump.difference);
        or_nothing(value.map(|value| readable_beside(value, difference)))
    };
    let probability = |p: f64| format!("{p:.3}");
    [
        name.to_owned(),
        change.index.to_string(),
        shortened(change.time.unwrap_or_default()),
        probability(change.probability),
        probability(place.p_nearby),
        or_nothing(place.is_single().then(|| within(place))),
        change.length.to_string(),
        or_nothing(change.ranked().first().map(|part| shortened(part.number))),
        beside(jump.map(|jump| jump.before)),
        beside(jump.map(|jump| jump.after)),
        number(jump.map(|jump| jump.difference)),
        number(jump.map(|jump| jump.sd)),
        or_nothing(jump.map(|jump| probability(jump.p_rose))),
        also_in(change),
        changed(change),
    ]
}

/// Which parameters differ more probably than not, with that probability where it is not 1; of
/// a variance what its root was and is.
fn changed(change: &Changepoint) -> String {
    let mut all: Vec<_> = change.changed().map(changed_parameter).collect();
    let n = all.len();
    if n > SPEAKING {
        all.truncate(SPEAKING);
        all.push(format!("and {} more", n - SPEAKING));
    }
    match n {
        0 => NOTHING.to_owned(),
        _ => all.join(", "),
    }
}

fn changed_parameter(one: &ParameterChange) -> String {
    let number = one.number.map(|name| shortened(name) + " ");
    let probability = (one.p_changed < 0.9995).then(|| format!(" {:.3}", one.p_changed));
    let root = ["variance", "squared_scale"]
        .into_iter()
        .zip(["sd", "scale"]);
    let deviations = root.filter_map(|(square, root)| {
        let rest = one.parameter.strip_suffix(square)?;
        let [before, after] = [one.before?, one.after?].map(|square| readable(square.sqrt()));
        Some(format!(" ({rest}{root} {before} → {after})"))
    });
    let parts = [number.unwrap_or_default(), one.parameter.to_owned()];
    let parts = parts.into_iter().chain(probability).chain(deviations);
    parts.collect()
}

/// The numbers that speak for a change, after the one that does most.
fn also_in(change: &Changepoint) -> String {
    let ranked = change.ranked();
    let others = ranked.iter().skip(1);
    let others = others.filter(|part| part.ln_bayes_factor > 0.0);
    let mut names: Vec<_> = others.map(|part| shortened(part.number)).collect();
    let n = names.len();
    if n > SPEAKING {
        names.truncate(SPEAKING);
        names.push(format!("and {} more", n - SPEAKING));
    }
    match n {
        0 => NOTHING.to_owned(),
        _ => names.join(", "),
    }
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
