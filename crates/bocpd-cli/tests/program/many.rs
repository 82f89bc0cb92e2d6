//! Several series in one input.

use crate::common;

use std::fs;

use common::{bocpd, json_lines, lines, noise, run_on, stdout_of, text, words};
use serde_json::Value;

/// How far each of the series steps, and at which index.
const STEPS: [(&str, f64, usize); 3] = [("a", 0.0, 50), ("b", 30.0, 40), ("c", 90.0, 70)];

fn value(series: usize, i: usize) -> String {
    let (_, size, at) = STEPS[series];
    let level = if i < at { 100.0 } else { 100.0 + size };
    format!(
        "{:.2}",
        level + 5.0 * noise(120 * (series + 1))[120 * series + i]
    )
}

/// A column for each series.
fn wide() -> String {
    let row = |i: usize| format!("{},{},{},{}", i, value(0, i), value(1, i), value(2, i));
    "time,a,b,c\n".to_owned() + &lines((0..120).map(row))
}

/// A row for each value, and a column that says whose it is.
fn long() -> String {
    let rows = (0..120)
        .flat_map(|i| (0..3).map(move |s| format!("{i},{},cpu,{}", STEPS[s].0, value(s, i))));
    "time,host,metric,value\n".to_owned() + &lines(rows)
}

fn found(input: &str, args: &str) -> Vec<(String, Vec<u64>)> {
    let out = stdout_of(bocpd(words(&format!("detect -q --json {args}"))), input);
    let found: Value = serde_json::from_str(&out).unwrap();
    let all = found["series"].as_array().unwrap().iter();
    all.map(|one| {
        let changes = one["changepoints"].as_array().unwrap();
        let changes = changes
            .iter()
            .map(|change| change["index"].as_u64().unwrap());
        (
            one["series"].as_str().unwrap().to_owned(),
            changes.collect(),
        )
    })
    .collect()
}

fn expected(order: &[usize]) -> Vec<(String, Vec<u64>)> {
    let one = |&s: &usize| {
        let (name, size, at) = STEPS[s];
        (
            name.to_owned(),
            (size > 0.0).then_some(at as u64).into_iter().collect(),
        )
    };
    order.iter().map(one).collect()
}

#[test]
fn columns_and_keys_are_series() {
    assert_eq!(found(&wide(), "--all"), expected(&[0, 1, 2]));
    assert_eq!(found(&wide(), "-c c,a"), expected(&[2, 0]));
    assert_eq!(found(&long(), "--by host"), expected(&[0, 1, 2]));
    assert_eq!(found(&wide(), "--all --rank"), expected(&[2, 1, 0]));
    let both = found(&long(), "--by host,metric");
    assert_eq!(both[1], ("b cpu".to_owned(), vec![40]));
    // Each is what it is alone.
    let alone = |column: &str| {
        let out = stdout_of(
            bocpd(words(&format!("detect -q --json -c {column}"))),
            &wide(),
        );
        serde_json::from_str::<Value>(&out).unwrap()["changepoints"].clone()
    };
    let out = stdout_of(bocpd(words("detect -q --json --all")), &wide());
    let all: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(all["series"][1]["changepoints"], alone("b"));
}

#[test]
fn series_whose_rows_stand_together_are_read_one_at_a_time() {
    let long = long();
    let (head, rows) = long.split_once('\n').unwrap();
    let mut sorted: Vec<_> = rows.lines().collect();
    sorted.sort_by_key(|row| row.split(',').nth(1).unwrap());
    let sorted = format!("{head}\n{}", lines(sorted.iter()));
    let found = found(&sorted, "--by host --grouped -c value");
    assert_eq!(found, expected(&[0, 1, 2]));
    let output = run_on(bocpd(words("detect --by host --grouped -c value")), &long);
    assert_eq!(output.status.code(), Some(1));
    let message = text(&output.stderr);
    assert!(
        message.contains("line 5: series \"a\" again, after others"),
        "{message}"
    );
}

#[test]
fn series_that_are_mixed_up_are_an_error() {
    let output = run_on(bocpd(words("detect")), &long());
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(message.contains("line 3: \"b\" in column \"host\", and \"a\" before: --by host takes each as a series of its own, --column value takes all as one"), "{message}");
    let mixed = long().replace("1,b,cpu", "1,b,mem");
    let output = run_on(bocpd(words("detect --by host")), &mixed);
    assert!(
        text(&output.stderr).contains("--by host,metric takes"),
        "{output:?}"
    );
}

#[test]
fn tables_and_csv_have_a_column_of_names() {
    let table = stdout_of(bocpd(words("detect -q --all --rank")), &wide());
    let lines: Vec<_> = table.lines().collect();
    assert!(lines[0].starts_with("series  index"), "{table}");
    assert!(lines[1].starts_with("c          70"), "{table}");
    assert!(table.contains("no change in 1 of 3 series: a\n"), "{table}");
    let csv = stdout_of(bocpd(words("detect -q --csv --by host")), &long());
    assert!(csv.starts_with("series,index,time,"), "{csv}");
    assert!(csv.lines().nth(1).unwrap().starts_with("b,40,40,"), "{csv}");
}

#[test]
fn an_error_of_one_stands_beside_the_results_of_the_others() {
    let mut broken: Vec<_> = wide().lines().map(str::to_owned).collect();
    broken[5] = "4,1,x\u{1b},3".to_owned();
    let output = run_on(bocpd(words("detect -q --json --all")), &lines(broken));
    assert_eq!(output.status.code(), Some(1));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found["series"][1]["changepoints"][0]["index"], 70);
    assert_eq!(found["series"][2]["series"], "b");
    let message = text(&output.stderr);
    assert!(message.starts_with("bocpd: error: series \"b\": standard input, line 6: in column \"b\", \"x\\u{1b}\" is not a number"), "{message}");
    assert!(
        found["series"][2]["error"]
            .as_str()
            .unwrap()
            .contains("line 6")
    );
}

#[test]
fn streams_are_followed_side_by_side() {
    let args = "stream -q --warm-up 30 --model gaussian";
    let lines_of = |args: &str, input: &str| json_lines(&stdout_of(bocpd(words(args)), input));
    let wide_lines = lines_of(&format!("{args} -c b,c"), &wide());
    let long_lines = lines_of(&format!("{args} --by host"), &long());
    let alone = lines_of(&format!("{args} -c b"), &wide());
    for all in [&wide_lines, &long_lines] {
        let mine: Vec<_> = all.iter().filter(|line| line["series"] == "b").collect();
        assert_eq!(mine.len(), alone.len());
        for (mine, alone) in mine.into_iter().zip(&alone) {
            let mut mine = mine.clone();
            mine.as_object_mut().unwrap().remove("series");
            assert_eq!(mine, *alone);
        }
    }
    let output = run_on(
        bocpd(words(&format!("{args} --all --state /nowhere/x"))),
        &wide(),
    );
    assert!(!output.status.success());
    // One that fails ends alone.
    let broken = wide().replacen("\n60,", "\n60,x", 1);
    let output = run_on(bocpd(words(&format!("{args} --all"))), &broken);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stderr).contains("series \"a\": standard input, line 62"),
        "{output:?}"
    );
    let count = |name: &str| {
        let all = json_lines(&text(&output.stdout));
        all.iter().filter(|line| line["series"] == name).count()
    };
    assert_eq!((count("a"), count("b")), (60, 120));
}

#[test]
fn thresholds_are_found_for_each() {
    let args = "calibrate - -q --false-alarm 0.2 --horizon 20 --streams 50 --model gaussian";
    let out = stdout_of(bocpd(words(&format!("{args} --csv -c a,b"))), &wide());
    let rows: Vec<_> = out.lines().collect();
    assert!(
        rows[0].starts_with("series,threshold,")
            && rows[1].starts_with("a,")
            && rows[2].starts_with("b,"),
        "{out}"
    );
    let alone = stdout_of(bocpd(words(&format!("{args} --csv -c b"))), &wide());
    assert_eq!(
        alone.lines().nth(1).unwrap(),
        rows[2].strip_prefix("b,").unwrap()
    );
    let out = stdout_of(bocpd(words(&format!("{args} --json --by host"))), &long());
    let found: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(found["series"][2]["series"], "c");
}

#[test]
fn a_picture_is_of_one_series() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.svg");
    let output = run_on(
        bocpd(words(&format!("detect -q --all --plot {}", file.display()))),
        &wide(),
    );
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("--plot draws one series"));
    assert!(fs::metadata(&file).is_err());
}

/// More series than are worked on at a time, of which every third has a change.
fn very_many(series: usize) -> String {
    let row = |s: usize, i: usize| {
        let level = if s.is_multiple_of(3) && i >= 6 {
            40
        } else {
            10
        };
        format!("s{s:05},{}", level + (s * 7 + i * 5) % 3)
    };
    let rows = (0..series).flat_map(|s| (0..12).map(move |i| row(s, i)));
    "key,y\n".to_owned() + &lines(rows)
}

#[test]
fn any_number_of_series_on_any_number_of_cores() {
    let input = very_many(4200);
    let options = "detect --by key --csv --model gaussian --mean 20 --kappa 0.1 --alpha 1 --beta 1";
    let run = |threads: &str, more: &str| {
        let mut command = bocpd(words(&format!("{options} {more}")));
        command.env("RAYON_NUM_THREADS", threads);
        let out = run_on(command, &input);
        assert!(out.status.success());
        (text(&out.stdout), text(&out.stderr))
    };
    let (rows, messages) = run("1", "--grouped");
    let keys: Vec<_> = rows.lines().skip(1).map(|row| &row[..6]).collect();
    let wanted: Vec<_> = (0..4200).step_by(3).map(|s| format!("s{s:05}")).collect();
    assert_eq!(keys, wanted);
    assert!(rows.starts_with("series,index,probability"));
    assert_eq!(messages.matches("series \"s").count(), 4200);
    for (threads, more) in [("2", "--grouped"), ("5", "")] {
        assert_eq!(run(threads, more), (rows.clone(), messages.clone()));
    }
    // As each has it alone.
    let own = |line: &&str| line.starts_with("key") || line.starts_with("s00003");
    let alone = lines(input.lines().filter(own).map(str::to_owned));
    let one = stdout_of(bocpd(words(&format!("{options} -q"))), &alone);
    assert_eq!(one.lines().nth(1), rows.lines().nth(2));
    // Where nothing is found there is a header all the same.
    let none = stdout_of(
        bocpd(words("detect -q --by key --csv")),
        "key,y\na,1\nb,2\n",
    );
    assert_eq!(none.lines().count(), 1);
}
