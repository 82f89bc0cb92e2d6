//! One line of output.

use bocpd_core::Step;
use bocpd_core::alarm::Alarm;
use serde::Serialize;

use crate::foreign::in_json;

/// What one observation has told, as JSON.
#[derive(Serialize)]
pub(super) struct Line<'a> {
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
    /// Changepoints that no later observation can take back, since the last line that had
    /// some.
    #[serde(skip_serializing_if = "<[u64]>::is_empty")]
    pub(super) settled: &'a [u64],
    /// The alarm that this observation has raised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) alarm: Option<Alarm>,
}

impl<'a> Line<'a> {
    pub(super) fn new(
        step: &Step,
        time: Option<&'a str>,
        missing: bool,
        settled: &'a [u64],
    ) -> Self {
        Self {
            index: step.index,
            time,
            missing,
            p_change_now: step.p_change_now,
            p_recent_change: None,
            map_run_length: step.map_run_length,
            map_probability: step.map_probability,
            ln_predictive: step.ln_predictive,
            p_outlier: None,
            settled,
            alarm: None,
        }
    }

    /// Appends the line.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let line = serde_json::to_string(self).expect("numbers and text");
        out.extend(in_json(&line).as_bytes());
        out.push(b'\n');
    }
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
