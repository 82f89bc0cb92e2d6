//! The corpus that all front-ends are held to, through the command line.

mod common;

use std::fs;
use std::path::Path;

use common::{bocpd, json_lines, lines, root, stdout_of};
use serde_json::Value;

/// The data as the program reads it: one number a line, or times and values.
fn input(case: &Value) -> String {
    let data = case["data"].as_array().unwrap();
    let value = |x: &Value| {
        if x.is_null() {
            "NA".to_owned()
        } else {
            x.to_string()
        }
    };
    let Some(elapsed) = case["elapsed"].as_array() else {
        return lines(data.iter().map(value));
    };
    let mut now = 0.0;
    let rows = data
        .iter()
        .zip(elapsed)
        .enumerate()
        .map(|(i, (x, elapsed))| {
            now += if i == 0 {
                0.0
            } else {
                elapsed.as_f64().unwrap()
            };
            format!("{now},{}", value(x))
        });
    "t,x\n".to_owned() + &lines(rows)
}

fn assert_close(got: &Value, want: &Value, tolerance: f64, what: &str) {
    if want.is_null() {
        return;
    }
    let (got, want) = (got.as_f64().unwrap(), want.as_f64().unwrap());
    assert!(
        (got - want).abs() <= tolerance * want.abs().max(1.0),
        "{what}: {got}, not {want}"
    );
}

fn check(path: &Path) {
    let case: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let name = case["name"].as_str().unwrap();
    let tolerance = case["tolerance"].as_f64().unwrap();
    let expected = &case["expected"];
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config.json");
    fs::write(&config, case["config"].to_string()).unwrap();
    let mut args = vec![
        "stream",
        "-q",
        "--header",
        if case["elapsed"].is_array() {
            "yes"
        } else {
            "no"
        },
    ];
    args.extend(["--config", config.to_str().unwrap()]);
    if case["elapsed"].is_array() {
        args.push("--irregular");
    }
    let input = input(&case);
    let got = json_lines(&stdout_of(bocpd(&args), &input));
    assert_eq!(got.len(), case["data"].as_array().unwrap().len(), "{name}");
    for key in ["p_change_now", "map_run_length", "ln_predictive"] {
        for (i, want) in expected[key].as_array().into_iter().flatten().enumerate() {
            assert_close(
                &got[i][key],
                want,
                tolerance,
                &format!("{name}: {key} at {i}"),
            );
        }
    }
    if got.iter().all(|line| line["missing"] == true) {
        return; // nothing to detect in
    }
    args[0] = "detect";
    args.push("--json");
    let batch: Value = serde_json::from_str(&stdout_of(bocpd(&args), &input)).unwrap();
    if !expected["ln_evidence"].is_null() {
        assert_close(
            &batch["ln_evidence"],
            &expected["ln_evidence"],
            tolerance,
            name,
        );
    }
    if let Some(want) = expected["changepoints"].as_array() {
        let found: Vec<_> = batch["changepoints"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| c["index"].clone())
            .collect();
        assert_eq!(found, *want, "{name}");
    }
}

#[test]
fn the_command_line_gives_the_numbers_of_the_corpus() {
    let folder = root().join("tests/corpus");
    let mut cases = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            check(&path);
            cases += 1;
        }
    }
    assert!(cases >= 30, "only {cases} cases");
}
