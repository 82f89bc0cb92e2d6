//! Wild values that are no change.

use crate::common;

use std::fs;

use common::{bocpd, json_lines, run_on, stdout_of, text, words};
use serde_json::Value;

/// Two wild values about level 0, then level 8.
fn series() -> String {
    let values = (0..60).map(|t| {
        let noise = f64::from(t * 7 % 5) / 2.0 - 1.0;
        match t {
            12 | 25 => noise + 90.0,
            _ if t < 40 => noise,
            _ => noise + 8.0,
        }
    });
    let lines: Vec<_> = values.map(|x| format!("{x}\n")).collect();
    lines.concat()
}

const SETUP: &str = "--mean 0 --kappa 0.02 --alpha 2 --beta 1";

fn found(options: &str) -> Value {
    let line = format!("detect --json -q {SETUP} {options}");
    serde_json::from_str(&stdout_of(bocpd(words(&line)), &series())).unwrap()
}

#[test]
fn detect_marks_outliers_and_reports_the_change() {
    let found = found("--outliers 0.02");
    let changes = found["changepoints"].as_array().unwrap();
    assert_eq!(changes.len(), 1, "{changes:?}");
    assert_eq!(changes[0]["index"], 40);
    let p: Vec<f64> = serde_json::from_value(found["p_outlier"].clone()).unwrap();
    assert_eq!(p.len(), 60);
    let marked: Vec<usize> = (0..60).filter(|&t| p[t] > 0.5).collect();
    assert_eq!(marked, [12, 25]);
    assert_eq!(found["config"]["outliers"]["probability"], 0.02);
    let line = format!("detect -q {SETUP} --outliers 0.02");
    let table = stdout_of(bocpd(words(&line)), &series());
    assert!(table.ends_with("\n2 outliers at 12, 25\n"), "{table}");
}

#[test]
fn without_the_option_nothing_is_said_of_them() {
    let found = found("");
    assert!(found.get("p_outlier").is_none());
    assert_eq!(found["config"]["outliers"], Value::Null);
    assert!(found["changepoints"].as_array().unwrap().len() > 1);
    let line = format!("stream -q {SETUP}");
    assert!(!stdout_of(bocpd(words(&line)), &series()).contains("p_outlier"));
}

#[test]
fn streams_say_it_of_each_observation() {
    let line = format!("stream -q {SETUP} --hazard constant --mean-run-length 500 --outliers 0.02");
    let lines = json_lines(&stdout_of(bocpd(words(&line)), &series()));
    let p: Vec<f64> = lines
        .iter()
        .map(|line| line["p_outlier"].as_f64().unwrap())
        .collect();
    assert!(p[12] > 0.5 && p[25] > 0.5, "{p:?}");
    assert!(p[11] < 0.1 && p[59] < 0.1, "{p:?}");
}

#[test]
fn pictures_have_a_ring_around_each() {
    let folder = tempfile::tempdir().unwrap();
    let rings = |options: &str| {
        let path = folder.path().join("picture.svg");
        let line = format!("detect -q {SETUP} {options} --plot");
        let args = words(&line).into_iter().map(Into::into);
        let args: Vec<std::ffi::OsString> = args.chain([path.clone().into_os_string()]).collect();
        stdout_of(bocpd(args), &series());
        let picture = fs::read_to_string(path).unwrap();
        picture.matches("#DE8E08").count()
    };
    assert_eq!(rings("--outliers 0.02"), 2);
    assert_eq!(rings(""), 0);
}

#[test]
fn a_configuration_file_may_have_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.json");
    let mut config = found("--outliers 0.02")["config"].clone();
    config["outliers"] = serde_json::json!({"probability": 0.1, "centre": 1.0});
    fs::write(&path, config.to_string()).unwrap();
    let read = |options: &str| {
        let line = format!("detect --json -q {options} --config");
        let args = words(&line).into_iter().map(Into::into);
        let args: Vec<std::ffi::OsString> = args.chain([path.clone().into_os_string()]).collect();
        let found: Value = serde_json::from_str(&stdout_of(bocpd(args), &series())).unwrap();
        found["config"]["outliers"].to_string()
    };
    assert_eq!(read(""), r#"{"probability":0.1,"centre":1.0,"scale":null}"#);
    assert_eq!(
        read("--outliers 0.3 --outlier-scale 4"),
        r#"{"probability":0.3,"centre":1.0,"scale":4.0}"#
    );
    assert_eq!(
        read("--outlier-centre 2"),
        r#"{"probability":0.1,"centre":2.0,"scale":null}"#
    );
    assert_eq!(read("--outliers none"), "null");
}

#[test]
fn what_is_chosen_may_be_without_them() {
    let found = |options: &str| -> Value {
        let line = format!("detect --json {options}");
        serde_json::from_str(&stdout_of(bocpd(words(&line)), &series())).unwrap()
    };
    assert_eq!(found("-q")["config"]["outliers"]["probability"], 0.01);
    let without = found("-q --outliers none");
    assert_eq!(without["config"]["outliers"], Value::Null);
    assert!(without.get("p_outlier").is_none());
    let lines = stdout_of(
        bocpd(words("stream -q --warm-up 10 --outliers none")),
        &series(),
    );
    assert!(!lines.contains("p_outlier"), "{lines}");
}

#[test]
fn what_cannot_be_is_refused_by_the_option() {
    let cases = [
        ("--outliers 0", "--outliers must lie in (0, 1), got 0"),
        ("--outliers 1.5", "--outliers must lie in (0, 1), got 1.5"),
        ("--outlier-centre 3", "--outlier-centre needs --outliers"),
        (
            "--outliers none --outlier-scale 3",
            "--outlier-scale needs --outliers",
        ),
        ("--outliers some", "it must be a probability or none"),
        (
            "--outliers 0.1 --outlier-scale 0",
            "--outlier-scale must lie in [1/1e100, 1e100], got 0",
        ),
        (
            "--outliers 0.1 --model bernoulli",
            "--outliers must be left out for this model: any number of successes is an ordinary \
             one",
        ),
    ];
    for (options, message) in cases {
        for command in ["detect", "stream --warm-up 5"] {
            let output = run_on(bocpd(words(&format!("{command} {options}"))), &series());
            let said = text(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{options}: {said}");
            assert!(said.contains(message), "{options}: {said}");
        }
    }
}
