//! The corpus that all front-ends are held to, through the command line.

use crate::common;

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
    if !is_table(case) {
        return lines(data.iter().map(value));
    }
    let (elapsed, features) = (case["elapsed"].as_array(), case["features"].as_array());
    let further = case["further"].as_array();
    let mut now = 0.0;
    let rows = data.iter().enumerate().map(|(i, x)| {
        now += match elapsed {
            Some(elapsed) if i > 0 => elapsed[i].as_f64().unwrap(),
            None if i > 0 => 1.0,
            _ => 0.0,
        };
        let row = features.map_or(&[][..], |rows| rows[i].as_array().unwrap());
        let numbers = further.map_or(&[][..], |rows| rows[i].as_array().unwrap());
        let cells = [now.to_string(), value(x)].into_iter();
        let cells = cells.chain(row.iter().map(ToString::to_string));
        let cells = cells.chain(numbers.iter().map(value));
        cells.collect::<Vec<_>>().join(",")
    });
    let names = ["t".to_owned(), "x".to_owned()].into_iter();
    let names = names.chain(columns_of(case, "features", "f"));
    let names: Vec<String> = names.chain(columns_of(case, "further", "y")).collect();
    format!("{}\n{}", names.join(","), lines(rows))
}

/// Whether there are several columns.
fn is_table(case: &Value) -> bool {
    ["elapsed", "features", "further"]
        .iter()
        .any(|key| case[key].is_array())
}

/// The names of the columns of the lists under a key, which begin with a letter.
fn columns_of(case: &Value, key: &str, letter: &str) -> Vec<String> {
    let first = case[key][0].as_array();
    (0..first.map_or(0, Vec::len))
        .map(|i| format!("{letter}{i}"))
        .collect()
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
        if is_table(&case) { "yes" } else { "no" },
    ];
    let features = columns_of(&case, "features", "f").join(",");
    if !features.is_empty() {
        let (model, _) = case["config"]["model"]
            .as_object()
            .unwrap()
            .iter()
            .next()
            .unwrap();
        let option = match model.as_str() {
            "poisson_exposure" => "--exposure",
            "binomial_trials" => "--trials",
            "gaussian_error_bars" => "--sd",
            "heteroscedastic_gaussian" => "--weight",
            _ => "--features",
        };
        args.extend(["--column", "x", option, &features]);
    }
    let further = columns_of(&case, "further", "y").join(",");
    let numbers = format!("x,{further}");
    if !further.is_empty() {
        args.extend(["--column", &numbers, "--together"]);
    }
    args.extend(["--config", config.to_str().unwrap()]);
    if case["elapsed"].is_array() {
        args.push("--irregular");
    }
    let input = input(&case);
    let got = json_lines(&stdout_of(bocpd(&args), &input));
    assert_eq!(got.len(), case["data"].as_array().unwrap().len(), "{name}");
    for key in [
        "p_change_now",
        "map_run_length",
        "ln_predictive",
        "p_outlier",
    ] {
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
    if case["readouts"].is_object() {
        batch_readouts(&case, &batch);
        let policy = &case["readouts"]["alarm_policy"];
        args[0] = "stream";
        args.pop();
        alarms(&case, policy, &args, &input);
    }
}

/// What `detect` shows of the readouts.
fn batch_readouts(case: &Value, batch: &Value) {
    let (name, tolerance) = (
        case["name"].as_str().unwrap(),
        case["tolerance"].as_f64().unwrap(),
    );
    let want = &case["readouts"];
    let close = |got: &Value, want: &Value, tolerance: f64, what: &str| {
        assert_close(got, want, tolerance, &format!("{name}: {what}"));
    };
    assert_eq!(batch["mass"], want["mass"], "{name}");
    close(
        &batch["expected_changes"],
        &want["expected_changes"],
        tolerance,
        "expected_changes",
    );
    let p_change_at = want["p_change_at"].as_array().unwrap();
    assert_eq!(
        batch["p_change_at"].as_array().unwrap().len(),
        p_change_at.len()
    );
    for (i, p) in p_change_at.iter().enumerate() {
        close(
            &batch["p_change_at"][i],
            p,
            tolerance,
            &format!("p_change_at {i}"),
        );
    }
    let locations = want["locations"].as_array().unwrap();
    for (i, location) in locations.iter().enumerate() {
        let (got, jump) = (&batch["changepoints"][i], &want["jumps"][i]);
        for key in ["index", "low", "high", "credible"] {
            assert_eq!(got[key], location[key], "{name}: {key} of change {i}");
        }
        for key in ["probability", "p_nearby", "p_single"] {
            close(&got[key], &location[key], tolerance, key);
        }
        assert_eq!(got["parameter"], jump["parameter"], "{name}");
        close(
            &got["difference"],
            &jump["difference"],
            tolerance,
            "difference",
        );
        close(&got["sd"], &jump["sd"], tolerance, "sd");
        close(&got["p_rose"], &jump["p_rose"], 1e-4, "p_rose"); // integrated
    }
    for (i, segment) in want["segments"].as_array().unwrap().iter().enumerate() {
        let got = &batch["segments"][i];
        for key in ["start", "end", "observed"] {
            assert_eq!(got[key], segment[key], "{name}: {key} of segment {i}");
        }
        for key in ["ln_evidence", "ln_bayes_factor"] {
            close(&got[key], &segment[key], tolerance, key);
        }
        let parameters = segment["parameters"].as_array().unwrap();
        for (k, parameter) in parameters.iter().enumerate() {
            let got = &got["parameters"][k];
            assert_eq!(got["name"], parameter["name"], "{name}");
            for key in ["mean", "sd", "low", "high"] {
                close(&got[key], &parameter[key], tolerance, key);
            }
        }
    }
}

/// The alarms that `stream` raises.
fn alarms(case: &Value, policy: &Value, args: &[&str], input: &str) {
    let (name, tolerance) = (
        case["name"].as_str().unwrap(),
        case["tolerance"].as_f64().unwrap(),
    );
    let mut args: Vec<String> = args.iter().map(|&arg| arg.to_owned()).collect();
    args.push("--only-alarms".to_owned());
    for key in ["threshold", "window", "min_segment", "clear", "cool_down"] {
        args.push(format!("--alarm-{}={}", key.replace('_', "-"), policy[key]));
    }
    if policy["latched"] == true {
        args.push("--alarm-latched".to_owned());
    }
    let got = json_lines(&stdout_of(bocpd(&args), input));
    let want = case["readouts"]["alarms"].as_array().unwrap();
    assert_eq!(got.len(), want.len(), "{name}: {got:?}");
    for (line, want) in got.iter().zip(want) {
        let got = &line["alarm"];
        assert_eq!(
            (&got["began"], &got["noticed_at"]),
            (&want["began"], &want["noticed_at"])
        );
        assert_close(&got["probability"], &want["probability"], tolerance, name);
        assert_eq!(
            got["shift"]["parameter"], want["shift"]["parameter"],
            "{name}"
        );
        for key in ["probability", "p_rose", "difference", "sd"] {
            // Segments before a change that hardly differ are taken together.
            let tolerance = if key == "p_rose" { 1e-3 } else { tolerance };
            assert_close(
                &got["shift"][key],
                &want["shift"][key],
                tolerance,
                &format!("{name}: {key}"),
            );
        }
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
