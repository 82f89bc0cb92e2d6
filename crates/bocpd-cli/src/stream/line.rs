//! One line of output.

use bocpd_core::Step;
use bocpd_core::alarm::Alarm;
use bocpd_core::readout::Shift;
use serde::Serialize;

use crate::foreign::{in_json, visible};
use crate::input::Layout;

/// What one observation has told, as JSON.
#[derive(Serialize)]
pub(super) struct Line<'a> {
    /// What the series is called, where there may be several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) series: Option<&'a str>,
    pub(super) index: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) time: Option<&'a str>,
    /// `true` where there was no value.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) missing: bool,
    pub(super) p_change_now: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) p_recent_change: Option<f64>,
    pub(super) map_run_length: u64,
    pub(super) map_probability: f64,
    pub(super) ln_predictive: f64,
    /// P(the observation is an outlier), where there may be some.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) p_outlier: Option<f64>,
    /// Where the current segment most probably began, if that is not where it was before this
    /// observation but later: something has changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) change: Option<u64>,
    /// Changepoints that no later observation can take back, since the last line that had
    /// some.
    #[serde(skip_serializing_if = "<[u64]>::is_empty")]
    pub(super) settled: &'a [u64],
    /// The alarm that this observation has raised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) alarm: Option<Raised<'a>>,
}

/// An alarm, and how the level changed.
#[derive(Serialize)]
pub(super) struct Raised<'a> {
    began: u64,
    noticed_at: u64,
    probability: f64,
    shift: Option<Moved<'a>>,
}

/// How a level changed, and of which number, where an observation has several.
#[derive(Serialize)]
struct Moved<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<&'a str>,
    #[serde(flatten)]
    shift: Shift,
}

impl<'a> Raised<'a> {
    /// An alarm of a detector of observations with one number, or with several of which this is
    /// the first: what is known of the level is of that one.
    pub(super) fn new(alarm: &Alarm, number: Option<&'a str>) -> Self {
        Self {
            began: alarm.began,
            noticed_at: alarm.noticed_at,
            probability: alarm.probability,
            shift: alarm.shift.map(|shift| Moved { number, shift }),
        }
    }
}

impl<'a> Line<'a> {
    pub(super) fn new(
        step: &Step,
        time: Option<&'a str>,
        missing: bool,
        settled: &'a [u64],
    ) -> Self {
        Self {
            series: None,
            index: step.index,
            time,
            missing,
            p_change_now: step.p_change_now,
            p_recent_change: None,
            map_run_length: step.map_run_length,
            map_probability: step.map_probability,
            ln_predictive: step.ln_predictive,
            p_outlier: None,
            change: None,
            settled,
            alarm: None,
        }
    }

    /// Appends the line, as JSON or with columns.
    pub(super) fn write(&self, out: &mut Vec<u8>, columns: Option<Columns>) {
        if let Some(columns) = columns {
            out.extend(row(columns, &self.fields()));
            return;
        }
        let line = serde_json::to_string(self).expect("numbers and text");
        out.extend(in_json(&line).as_bytes());
        out.push(b'\n');
    }
}

/// Which of the columns of CSV there are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns {
    series: bool,
    time: bool,
    recent: bool,
}

impl Columns {
    pub(super) fn of(layout: &Layout, recent: bool) -> Self {
        Self {
            series: layout.is_many(),
            time: layout.time.is_some(),
            recent,
        }
    }
}

const COLUMNS: [&str; 14] = [
    "series",
    "index",
    "time",
    "missing",
    "p_change_now",
    "p_recent_change",
    "map_run_length",
    "map_probability",
    "ln_predictive",
    "p_outlier",
    "change",
    "settled",
    "alarm_began",
    "alarm_probability",
];

impl Line<'_> {
    /// What stands in the columns: nothing where there is nothing to say.
    fn fields(&self) -> [String; COLUMNS.len()] {
        let text = |text: Option<&str>| visible(text.unwrap_or_default()).into_owned();
        let number = |value: Option<f64>| value.map(|v| v.to_string()).unwrap_or_default();
        let index = |value: Option<u64>| value.map(|v| v.to_string()).unwrap_or_default();
        let settled: Vec<_> = self.settled.iter().map(ToString::to_string).collect();
        [
            text(self.series),
            self.index.to_string(),
            text(self.time),
            self.missing.to_string(),
            self.p_change_now.to_string(),
            number(self.p_recent_change),
            self.map_run_length.to_string(),
            self.map_probability.to_string(),
            self.ln_predictive.to_string(),
            number(self.p_outlier),
            index(self.change),
            settled.join(" "),
            index(self.alarm.as_ref().map(|alarm| alarm.began)),
            number(self.alarm.as_ref().map(|alarm| alarm.probability)),
        ]
    }
}

/// The first line of CSV.
pub(super) fn head(columns: Columns) -> Vec<u8> {
    row(columns, &COLUMNS.map(str::to_owned))
}

fn row(columns: Columns, fields: &[String; COLUMNS.len()]) -> Vec<u8> {
    let shown = |column: &str| match column {
        "series" => columns.series,
        "time" => columns.time,
        "p_recent_change" => columns.recent,
        _ => true,
    };
    let fields = COLUMNS
        .iter()
        .zip(fields)
        .filter(|(column, _)| shown(column));
    let mut table = csv::Writer::from_writer(Vec::new());
    let written = table.write_record(fields.map(|(_, field)| field));
    written.expect("text in memory");
    table.into_inner().expect("text in memory")
}

/// The same lines for a second time: marked, and with what had settled and alarms under other
/// names, so that nobody counts them twice.
pub(super) fn repeated(lines: &str) -> String {
    // Quotes inside of a text are escaped, so the keys cannot be found in one.
    lines
        .lines()
        .map(|line| {
            let line = line.replacen('{', "{\"repeated\":true,", 1);
            let line = line.replace("\"settled\":[", "\"settled_repeated\":[");
            line.replace("\"alarm\":{", "\"alarm_repeated\":{") + "\n"
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_lines_are_marked() {
        let lines = "{\"index\":1}\n{\"index\":2,\"time\":\"\\\"settled\\\":[\",\"settled\":[1],\
                     \"alarm\":{\"began\":1}}\n";
        let want = "{\"repeated\":true,\"index\":1}\n{\"repeated\":true,\"index\":2,\
                    \"time\":\"\\\"settled\\\":[\",\"settled_repeated\":[1],\
                    \"alarm_repeated\":{\"began\":1}}\n";
        assert_eq!(repeated(lines), want);
    }
}
