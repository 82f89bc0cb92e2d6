//! Several columns as one series (`--together`).

use crate::common;

use std::fs;

use common::{bocpd, json_lines, lines, noise, run_on, stdout_of, text, words};
use serde_json::Value;

/// A level, a count and noise: the first two change at 40, the count at 80 alone.
fn row(i: usize) -> (f64, f64, f64) {
    let noise = noise(480);
    let level = if i < 40 { 10.0 } else { 14.0 };
    let count = match i {
        ..40 => 3.0,
        40..80 => 9.0,
        _ => 30.0,
    };
    let count = count + 2.0 * noise[120 + i];
    (level + noise[i], count.round(), noise[240 + i])
}

/// With the cells of some rows replaced: of a row, in a column from 0, by a text.
fn table(replaced: &[(usize, usize, &str)]) -> String {
    let rows = (0..120).map(|i| {
        let (level, count, noise) = row(i);
        let mut cells = [
            i.to_string(),
            format!("{level:.3}"),
            count.to_string(),
            format!("{noise:.3}"),
        ];
        for (_, column, text) in replaced.iter().filter(|(row, ..)| *row == i) {
            (*text).clone_into(&mut cells[*column]);
        }
        cells.join(",")
    });
    "time,level,count,noise\n".to_owned() + &lines(rows)
}

const COLUMNS: &str = "--together -c level,count,noise";

fn detected(args: &str, input: &str) -> Value {
    let out = stdout_of(bocpd(words(&format!("detect -q --json {args}"))), input);
    serde_json::from_str(&out).unwrap()
}

fn indices(found: &Value) -> Vec<u64> {
    let changes = found["changepoints"].as_array().unwrap().iter();
    changes.map(|one| one["index"].as_u64().unwrap()).collect()
}

/// The message of a run that fails with this code.
fn complaint(args: &str, input: &str, code: i32) -> String {
    let output = run_on(bocpd(words(args)), input);
    assert_eq!(output.status.code(), Some(code), "{args}: {output:?}");
    text(&output.stderr)
}

#[test]
fn columns_are_one_series_with_a_part_of_each_in_every_change() {
    let found = detected(COLUMNS, &table(&[]));
    assert_eq!(indices(&found), [40, 80]);
    assert_eq!(found["observations"], 120);
    assert_eq!(found["missing"], 0);
    assert!(found.get("series").is_none());
    let change = &found["changepoints"][1];
    assert_eq!(change["number"], "count");
    assert_eq!(change["parameter"], "mean");
    let parts = change["parts"].as_array().unwrap();
    let names: Vec<_> = parts.iter().map(|part| &part["number"]).collect();
    assert_eq!(names, ["level", "count", "noise"]);
    let part = |i: usize| parts[i]["ln_bayes_factor"].as_f64().unwrap();
    assert!(part(0) < 0.0 && part(1) > 10.0 && part(2) < 0.0);
    // What stands beside the change is that of its largest part.
    for key in ["parameter", "before", "after", "p_rose", "difference", "sd"] {
        assert_eq!(change[key], parts[1][key], "{key}");
    }
    // Their sum is what the boundary has.
    let segment = &found["segments"][2];
    let whole = segment["ln_bayes_factor"].as_f64().unwrap();
    assert!((part(0) + part(1) + part(2) - whole).abs() < 1e-6 * whole);
    let parameters = segment["parameters"].as_array().unwrap();
    assert_eq!(parameters[0]["number"], "level");
    assert!(parameters.iter().all(|one| one.get("dimension").is_none()));
    assert!(parameters.iter().any(|one| one["number"] == "count"));
    // All columns of numbers but the time are these.
    assert_eq!(detected("--all --together", &table(&[])), found);
}

#[test]
fn the_configuration_gives_the_same_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.json");
    let found = detected(COLUMNS, &table(&[]));
    assert_eq!(found["config"]["product"].as_array().unwrap().len(), 2);
    fs::write(&file, found["config"].to_string()).unwrap();
    let config = format!("--config {}", file.display());
    let again = detected(&format!("{COLUMNS} {config}"), &table(&[]));
    assert_eq!(again["changepoints"], found["changepoints"]);
    let says = |columns: &str, what: &str| {
        let message = complaint(&format!("detect {columns} {config}"), &table(&[]), 2);
        assert!(message.contains(what), "{message}");
    };
    says(
        "-c level,count --together",
        "it has models of 3 numbers, and there are 2 columns",
    );
    says(
        "-c level",
        "it has models of 3 numbers; --together takes several columns as one series",
    );
    fs::write(
        &file,
        r#"{"model": {"poisson": {"shape": 1, "rate": 1}}, "hazard": {"constant": {"mean_run_length": 50}}}"#,
    )
    .unwrap();
    says(
        COLUMNS,
        "it has the model of one number, and there are 3 columns; those of the others are its \
         \"product\"",
    );
}

#[test]
fn one_column_is_what_it_is_without() {
    let alone = detected("-c count", &table(&[]));
    assert_eq!(detected("-c count --together", &table(&[])), alone);
    assert!(alone["changepoints"][0].get("number").is_none());
}

#[test]
fn models_are_one_for_each_column_or_one_for_all() {
    let names = |found: &Value| -> Vec<String> {
        let models = found["config"]["product"].as_array().unwrap().iter();
        let models = std::iter::once(&found["config"]["model"]).chain(models);
        models
            .map(|model| model.as_object().unwrap().keys().next().unwrap().clone())
            .collect()
    };
    let args = format!("{COLUMNS} --model gaussian,poisson,gaussian -l 50");
    let found = detected(&args, &table(&[]));
    assert_eq!(names(&found), ["gaussian", "poisson", "gaussian"]);
    assert_eq!(indices(&found), [40, 80]);
    let args = format!("{COLUMNS} --model gaussian --kappa 0.5");
    let found = detected(&args, &table(&[]));
    assert_eq!(names(&found), ["gaussian"; 3]);
    for j in 0..2 {
        assert_eq!(found["config"]["product"][j]["gaussian"]["kappa"], 0.5);
    }
}

#[test]
fn what_cannot_be_is_said() {
    let says = |args: &str, what: &str| {
        let message = complaint(args, &table(&[]), 2);
        assert!(message.contains(what), "{args}: {message}");
    };
    says(
        "detect --together -c level,count,noise --model gaussian,poisson",
        "--model names 2 kinds for 3 columns; it takes one for each, or one for all",
    );
    says(
        "detect -c level,count --model gaussian,poisson",
        "--together takes several columns as one series",
    );
    says(
        "detect --together -c count --model gaussian,poisson",
        "--model names 2 kinds for one column",
    );
    says(
        "detect --together -c level,count --model gaussian,poisson --kappa 1",
        "--kappa is said once, and there are models of several kinds (gaussian, poisson)",
    );
    says(
        "detect --together -c level,noise --model regression",
        "--model regression is for observations of one number",
    );
    says(
        "detect --together -c level,noise --features count",
        "cannot be used with",
    );
    says(
        "detect --together -c level,noise --outliers 0.01 --outlier-scale 3",
        "--outlier-scale is for observations of one number",
    );
    says(
        "fit --together -c level,noise",
        "fit takes observations of one number",
    );
    says(
        "fit --model gaussian,poisson",
        "--together takes several columns as one series",
    );
    says(
        "detect -c level,count --plot out.svg",
        "--together makes one of several columns",
    );
    let message = complaint("detect --together", &table(&[]), 1);
    assert!(
        message.contains("which columns together? --column takes several of"),
        "{message}"
    );
}

#[test]
fn cells_may_be_missing() {
    let replaced = [
        (5, 1, "NA"),
        (50, 2, ""),
        (60, 1, "NA"),
        (60, 2, "NA"),
        (60, 3, "-"),
    ];
    let input = table(&replaced);
    let found = detected(&format!("{COLUMNS} --missing skip"), &input);
    assert_eq!(indices(&found), [40, 80]);
    assert_eq!(found["missing"], 1, "a row is missing if all of it is");
    assert_eq!(found["segments"][1]["observed"], 39);
    let message = complaint(&format!("detect {COLUMNS}"), &input, 1);
    assert!(
        message
            .contains("line 7: the value in column \"level\" is missing (\"NA\"); --missing skip"),
        "{message}"
    );
}

#[test]
fn bad_cells_are_named() {
    let input = table(&[(7, 2, "x3")]);
    let message = complaint(&format!("detect {COLUMNS}"), &input, 1);
    assert!(
        message.contains("line 9: in column \"count\", \"x3\" is not a number"),
        "{message}"
    );
    let input = table(&[(7, 2, "2.5")]);
    let args = format!("{COLUMNS} --model gaussian,poisson,gaussian");
    let message = complaint(&format!("detect {args}"), &input, 1);
    assert!(
        message.contains("line 9: in column \"count\", "),
        "{message}"
    );
    assert!(message.contains("got 2.5"), "{message}");
    // A stream can go on without the row.
    let args = format!("stream {args} --warm-up 20 --on-error skip");
    let output = run_on(bocpd(words(&args)), &input);
    assert!(output.status.success(), "{output:?}");
    let message = text(&output.stderr);
    assert!(
        message.contains("line 9: in column \"count\", "),
        "{message}"
    );
    let all = json_lines(&text(&output.stdout));
    assert_eq!(all.len(), 120);
    assert_eq!(all[7]["missing"], true);
}

#[test]
fn rows_stay_whole_when_they_are_sorted() {
    let found = detected(COLUMNS, &table(&[]));
    let input = table(&[]);
    let (head, rows) = input.split_once('\n').unwrap();
    let mut rows: Vec<_> = rows.lines().collect();
    rows.reverse();
    let reversed = format!("{head}\n{}", lines(rows));
    let sorted = detected(&format!("{COLUMNS} --sort"), &reversed);
    assert_eq!(sorted, found);
}

#[test]
fn tables_name_the_numbers() {
    let out = stdout_of(bocpd(words(&format!("detect -q {COLUMNS}"))), &table(&[]));
    let rows: Vec<&str> = out.lines().collect();
    assert_eq!(rows.len(), 3, "{out}");
    assert!(rows[0].contains("length  most in"), "{out}");
    assert!(rows[0].ends_with("rose  also in  changed"), "{out}");
    assert!(rows[1].ends_with("  level mean, count mean"), "{out}");
    assert!(
        rows[1].contains("  count  ") || rows[1].contains("  level  "),
        "{out}"
    );
    assert!(
        rows[2].contains("  count  ") && rows[2].ends_with("  -        count mean"),
        "{out}"
    );
    let out = stdout_of(
        bocpd(words(&format!("detect -q --csv {COLUMNS}"))),
        &table(&[]),
    );
    let rows: Vec<&str> = out.lines().collect();
    assert_eq!(
        rows[0],
        "index,time,probability,p_nearby,p_single,low,high,low_time,high_time,length,number,\
         parameter,before,after,p_rose,difference,sd,changed"
    );
    assert!(rows[2].contains(",count,mean,"), "{out}");
}

#[test]
fn what_is_assumed_names_the_columns() {
    let said = |args: &str| text(&run_on(bocpd(words(args)), &table(&[])).stderr);
    let message = said(&format!("detect {COLUMNS}"));
    assert!(message.contains("\"count\": white noise"), "{message}");
    assert!(
        message.contains("numbers from columns \"level\", \"count\", \"noise\""),
        "{message}"
    );
    let message = said(&format!("detect {COLUMNS} --model gaussian"));
    assert!(
        message.contains("in column \"count\", model gaussian with"),
        "{message}"
    );
    let message = said(&format!("stream {COLUMNS}"));
    assert!(message.contains("\"count\": "), "{message}");
}

#[test]
fn each_key_is_a_series_of_rows() {
    let keyed: String = table(&[])
        .lines()
        .enumerate()
        .flat_map(|(i, row)| match i {
            0 => vec![format!("{row},host\n")],
            _ => vec![format!("{row},one\n"), format!("{row},two\n")],
        })
        .collect();
    let alone = detected(COLUMNS, &table(&[]));
    let both = detected(&format!("{COLUMNS} --by host"), &keyed);
    for (one, name) in both["series"]
        .as_array()
        .unwrap()
        .iter()
        .zip(["one", "two"])
    {
        assert_eq!(one["series"], name);
        assert_eq!(one["changepoints"], alone["changepoints"]);
    }
    let args = format!("stream -q {COLUMNS} --warm-up 20");
    let lanes = json_lines(&stdout_of(
        bocpd(words(&format!("{args} --by host"))),
        &keyed,
    ));
    let mut one: Vec<Value> = lanes
        .into_iter()
        .filter(|line| line["series"] == "one")
        .collect();
    for line in &mut one {
        line.as_object_mut().unwrap().remove("series");
    }
    assert_eq!(
        one,
        json_lines(&stdout_of(bocpd(words(&args)), &table(&[])))
    );
}

#[test]
fn a_stream_goes_on_from_its_state() {
    let folder = tempfile::tempdir().unwrap();
    let input = table(&[(5, 1, "NA"), (50, 2, "NA")]);
    let args = format!("stream -q {COLUMNS} --missing skip --warm-up 20 --alarm");
    let whole = stdout_of(bocpd(words(&args)), &input);
    assert!(whole.contains("\"alarm\":{"), "{whole}");
    let alarm = json_lines(&whole)
        .into_iter()
        .find_map(|line| line.get("alarm").cloned());
    assert_eq!(alarm.unwrap()["shift"]["number"], "level");
    // Once in the warm-up, once after it.
    for end in [10, 60] {
        let state = folder.path().join(format!("{end}.state"));
        let args = format!("{args} --state {}", state.display());
        let part = lines(input.lines().take(end + 1));
        let first = stdout_of(bocpd(words(&args)), &part);
        let second = stdout_of(bocpd(words(&format!("{args} --first-index 0"))), &input);
        assert_eq!(first + &second, whole, "{end}");
        let other = args.replace(" --together", "").replace(",count,noise", "");
        let message = complaint(&other, &input, 2);
        assert!(message.contains("--together"), "{message}");
    }
}

#[test]
fn a_threshold_is_calibrated_for_rows() {
    let quiet = lines(table(&[]).lines().take(41));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("quiet.csv");
    fs::write(&file, quiet).unwrap();
    let args = format!(
        "calibrate {} {COLUMNS} --false-alarm 0.05 --horizon 60 --streams 50 --json -q",
        file.display()
    );
    let found: Value = serde_json::from_str(&stdout_of(bocpd(words(&args)), "")).unwrap();
    assert!(found["threshold"].as_f64().unwrap() > 0.0);
    assert_eq!(found["config"]["product"].as_array().unwrap().len(), 2);
}

#[test]
fn pictures_have_a_panel_for_each_number() {
    let svg = |args: &str, input: &str| {
        stdout_of(bocpd(words(&format!("detect -q --plot - {args}"))), input)
    };
    let picture = svg(COLUMNS, &table(&[]));
    for name in ["level", "count", "noise", "P(change)", "run length"] {
        assert!(picture.contains(&format!("\n{name}\n")), "{name}");
    }
    assert!(picture.contains("3 columns, 2 changes"));
    // Of very many those that have to do with the changes.
    let wide = (0..120).map(|i| {
        let noise = noise(120 * 20);
        let cell = |j: usize| {
            let level = if j >= 10 && i >= 60 { 9.0 } else { 0.0 };
            format!("{:.3}", level + noise[120 * j + i])
        };
        (0..20).map(cell).collect::<Vec<_>>().join(",")
    });
    let names: Vec<_> = (0..20).map(|j| format!("c{j}")).collect();
    let wide = format!("{}\n{}", names.join(","), lines(wide));
    let output = run_on(
        bocpd(words(
            "detect -q --plot - --all --together --model gaussian",
        )),
        &wide,
    );
    assert!(output.status.success(), "{output:?}");
    let message = text(&output.stderr);
    assert!(
        message.contains("--plot draws 12 of 20 columns"),
        "{message}"
    );
    let picture = text(&output.stdout);
    assert!(picture.contains("12 of 20 columns, 1 change"));
    assert!((10..20).all(|j| picture.contains(&format!("\nc{j}\n"))));
}
