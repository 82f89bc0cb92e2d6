//! `bocpd stream --alarm`.

use crate::common;

use std::fs;

use common::{bocpd, json_lines, run_on, stdout_of, text, words};
use serde_json::{Value, json};

/// Levels 0, 20, 0 from 0, 100 and 160 on.
fn series() -> String {
    let level = |i: usize| if (100..160).contains(&i) { 20.0 } else { 0.0 };
    let values = common::noise(240).into_iter().enumerate();
    common::lines(values.map(|(i, e)| format!("{:.3}", level(i) + e)))
}

const MODEL: &str = "--mean 0 --kappa 0.1 --alpha 1 --beta 1";

fn alarms_of(args: &str, input: &str) -> Vec<Value> {
    let line = format!("stream -q {MODEL} --only-alarms {args}");
    json_lines(&stdout_of(bocpd(words(&line)), input))
}

#[test]
fn an_alarm_says_when_where_and_by_how_much() {
    let lines = alarms_of("--alarm", &series());
    assert_eq!(lines.len(), 2, "{lines:?}");
    for (line, (began, rose)) in lines.iter().zip([(100, true), (160, false)]) {
        let alarm = &line["alarm"];
        assert_eq!(alarm["began"], began);
        assert_eq!(alarm["noticed_at"], line["index"]);
        let noticed = line["index"].as_u64().unwrap();
        assert!((began + 2..began + 6).contains(&noticed), "{line}");
        assert!(alarm["probability"].as_f64().unwrap() >= 0.9);
        assert_eq!(alarm["shift"]["parameter"], "mean");
        let p_rose = alarm["shift"]["p_rose"].as_f64().unwrap();
        assert!(if rose { p_rose > 0.99 } else { p_rose < 0.01 }, "{line}");
        let size = alarm["shift"]["difference"].as_f64().unwrap();
        assert!((size.abs() - 20.0).abs() < 2.0 && (size > 0.0) == rose);
        assert!(alarm["shift"]["sd"].as_f64().unwrap() > 0.0);
    }
}

#[test]
fn without_being_asked_there_is_none() {
    let all = stdout_of(bocpd(words(&format!("stream -q {MODEL}"))), &series());
    assert!(!all.contains("alarm"));
    let changes = format!("stream -q {MODEL} --alarm --only-changes");
    let changes = json_lines(&stdout_of(bocpd(words(&changes)), &series()));
    assert!(changes.len() < 100);
    assert_eq!(
        changes
            .iter()
            .filter(|line| line["alarm"].is_object())
            .count(),
        2
    );
}

#[test]
fn every_limit_can_be_set() {
    let count = |args: &str| alarms_of(args, &series()).len();
    assert_eq!(count("--alarm-cool-down 200"), 1);
    assert_eq!(count("--alarm-latched"), 1);
    assert_eq!(
        count("--alarm-window 2 --alarm-min-segment 2 --alarm-threshold 1"),
        0
    );
    let began = |args: &str| alarms_of(args, &series())[0]["index"].as_u64().unwrap();
    assert!(began("--alarm-min-segment 10") >= 109);
    // A default does not stand in the way of what is said.
    assert_eq!(
        alarms_of("--alarm-window 2 --alarm-min-segment 2", &series()),
        alarms_of("--alarm-window 2", &series())
    );
    assert!(began("--alarm-threshold 0.2 --alarm-min-segment 1") <= 101);
    // What was reported is still probable: the limit to fall under says for how long there is
    // no other.
    let often = count("--alarm-threshold 0.002 --alarm-min-segment 1");
    let held = count("--alarm-threshold 0.002 --alarm-min-segment 1 --alarm-clear 0.0000001");
    assert!(often > held && held >= 2, "{often} {held}");
    assert_eq!(alarms_of("--alarm --max-run-length 30", &series()).len(), 2);
}

#[test]
fn a_policy_that_cannot_be_used_names_the_option() {
    for (args, option, value) in [
        ("--alarm-threshold 1.5", "--alarm-threshold", "1.5"),
        ("--alarm-threshold nan", "--alarm-threshold", "NaN"),
        ("--alarm-threshold inf", "--alarm-threshold", "inf"),
        ("--alarm-threshold=-inf", "--alarm-threshold", "-inf"),
        ("--alarm-threshold 0", "--alarm-threshold", "0"),
        ("--alarm-threshold 1e308", "--alarm-threshold", "1000"),
        ("--alarm-clear 0.95", "--alarm-clear", "0.95"),
        ("--alarm-clear nan", "--alarm-clear", "NaN"),
        ("--alarm-clear inf", "--alarm-clear", "inf"),
        ("--alarm-clear 0", "--alarm-clear", "0"),
        ("--alarm-window 0", "--alarm-window", "0"),
        (
            "--alarm-window 2 --alarm-min-segment 4",
            "--alarm-min-segment",
            "4",
        ),
        ("--alarm-window nan", "--alarm-window", "nan"),
        ("--alarm-window 1e9", "--alarm-window", "1e9"),
        (
            "--alarm-window 99999999999999999999",
            "--alarm-window",
            "99999999999999999999",
        ),
        ("--alarm-min-segment 0", "--alarm-min-segment", "0"),
        ("--alarm-min-segment 51", "--alarm-min-segment", "51"),
        (
            "--alarm-min-segment 18446744073709551615",
            "--alarm-min-segment",
            "18446744073709",
        ),
        ("--alarm-cool-down=-1", "--alarm-cool-down", "-1"),
    ] {
        let output = run_on(bocpd(words(&format!("stream {MODEL} {args}"))), "1\n");
        assert_eq!(output.status.code(), Some(2));
        let message = text(&output.stderr);
        assert!(
            message.contains(option) && message.to_lowercase().contains(&value.to_lowercase()),
            "{message}"
        );
    }
}

#[test]
fn a_policy_can_stand_in_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.json");
    let config = json!({
        "model": {"gaussian": {"mean": 0, "kappa": 0.1, "alpha": 1, "beta": 1}},
        "hazard": {"constant": {"mean_run_length": 250}},
        "alarm": {"cool_down": 200},
    });
    fs::write(&file, config.to_string()).unwrap();
    let run = |more: &str| {
        let line = format!("stream -q --only-alarms --config {} {more}", file.display());
        json_lines(&stdout_of(bocpd(words(&line)), &series())).len()
    };
    assert_eq!(run(""), 1);
    assert_eq!(run("--alarm-cool-down 0"), 2);
}

/// Stopped anywhere and started again, the alarms are those of one run.
#[test]
fn alarms_survive_a_stop() {
    let series = series();
    let whole = stdout_of(bocpd(words(&format!("stream -q {MODEL} --alarm"))), &series);
    assert_eq!(whole.matches("\"alarm\"").count(), 2);
    let rows: Vec<&str> = series.lines().collect();
    for cut in [99, 101, 103, 130, 161] {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state");
        let line = format!("stream -q {MODEL} --alarm --state {}", state.display());
        let mut parts = String::new();
        for part in [&rows[..cut], &rows[cut..]] {
            parts += &stdout_of(bocpd(words(&line)), &(part.join("\n") + "\n"));
        }
        assert_eq!(parts, whole, "cut at {cut}");
    }
}

#[test]
fn a_latched_alarm_waits_for_the_one_who_acknowledges_it() {
    let rows: Vec<String> = series().lines().map(str::to_owned).collect();
    let second_half = |more: &str| {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state");
        let line = format!(
            "stream -q {MODEL} --alarm-latched --only-alarms --state {}",
            state.display()
        );
        let first = stdout_of(bocpd(words(&line)), &(rows[..140].join("\n") + "\n"));
        assert_eq!(json_lines(&first).len(), 1);
        let second = format!("{line} {more}");
        json_lines(&stdout_of(bocpd(words(&second)), &rows[140..].join("\n"))).len()
    };
    assert_eq!(second_half(""), 0);
    assert_eq!(second_half("--acknowledge"), 1);
}

/// A state that was made with another policy is not gone on from.
#[test]
fn another_policy_is_another_stream() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let line = format!("stream -q {MODEL} --state {}", state.display());
    stdout_of(bocpd(words(&format!("{line} --alarm"))), "1\n2\n");
    let output = run_on(bocpd(words(&format!("{line} --alarm-window 9"))), "1\n2\n");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("these differ: --alarm"));
}
