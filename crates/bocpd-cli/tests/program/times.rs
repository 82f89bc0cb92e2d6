//! The time column: what is taken for one, in which order it is, and what it means.

use crate::common;

use std::fs;

use common::{bocpd, json_lines, lines, noise, run_on, stdout_of, text, words};
use serde_json::Value;

const STEP: usize = 60;

/// Times and values, the level of which steps in the middle.
fn table(head: &str, time: impl Fn(usize) -> String) -> String {
    let level = |i: usize| if i < STEP { 100.0 } else { 130.0 };
    let rows = noise(2 * STEP).into_iter().enumerate();
    head.to_owned() + &lines(rows.map(|(i, e)| format!("{},{:.2}", time(i), level(i) + 5.0 * e)))
}

/// Five minutes after the row before.
fn iso(i: usize) -> String {
    format!("2024-03-01 {:02}:{:02}:00+00", i / 12, i % 12 * 5)
}

fn found(input: &str, args: &str) -> (Value, String) {
    let output = run_on(bocpd(words(&format!("detect --json {args}"))), input);
    assert!(output.status.success(), "{args}: {output:?}");
    (
        serde_json::from_slice(&output.stdout).unwrap(),
        text(&output.stderr),
    )
}

fn indices(found: &Value) -> Vec<u64> {
    let changes = found["changepoints"].as_array().unwrap();
    changes
        .iter()
        .map(|change| change["index"].as_u64().unwrap())
        .collect()
}

fn complaint(input: &str, args: &str) -> String {
    let output = run_on(bocpd(words(args)), input);
    assert!(!output.status.success(), "{args}");
    text(&output.stderr)
}

#[test]
fn the_time_column_is_known_by_its_content() {
    let epoch = |i: usize| (1_709_251_200 + 300 * i).to_string();
    for input in [
        table("created_at,v\n", iso),
        table("Datum,v\n", |i| {
            iso(i)
                .replace("2024-03-01", "01.03.2024")
                .replace("+00", "")
        }),
        table("quarter,v\n", |i| {
            format!("{}-Q{}", 1990 + i / 4, i % 4 + 1)
        }),
        table("month,v\n", |i| {
            format!("{}-{:02}", 2010 + i / 12, i % 12 + 1)
        }),
        table("week,v\n", |i| {
            format!("{}-W{:02}", 2010 + i / 50, i % 50 + 1)
        }),
        table("when,v\n", epoch),
        table("when,v\n", |i| epoch(i) + "000"),
        table("when,v\n", |i| epoch(i) + "000000"),
        table("when,v\n", |i| epoch(i) + "000000000"),
        table("", epoch),
    ] {
        let (result, said) = found(&input, "");
        assert_eq!(indices(&result), [STEP as u64], "{said}");
        assert!(said.contains("times from column"), "{said}");
        assert!(result["changepoints"][0]["time"].is_string());
    }
}

#[test]
fn date_and_time_of_day_are_one_time() {
    let input = table("Date,Clock,v\n", |i| {
        iso(i).replace(' ', ",").replace("+00", "")
    });
    let (result, _) = found(&input, "");
    assert_eq!(result["changepoints"][0]["time"], "2024-03-01 05:00:00");
    let (named, _) = found(&input, "--time Date,Clock");
    assert_eq!(result, named);
}

#[test]
fn the_day_comes_first_where_it_is_said_or_seen() {
    // One to twelve March: nobody can tell.
    let input = table("date,v\n", |i| {
        format!("{:02}/03/2024 {:02}:00", i / 12 + 1, i % 12)
    });
    let (_, said) = found(&input, "");
    assert!(
        said.contains("\"01/03/2024 00:00\" are read with the month first; --day-first"),
        "{said}"
    );
    let (_, said) = found(&input, "--day-first");
    assert!(!said.contains("month first"), "{said}");
    let input = table("date,v\n", |i| {
        format!("{:02}/03/2024 {:02}:00", i / 5 + 1, i % 5)
    });
    let (_, said) = found(&input, "--irregular");
    assert!(!said.contains("month first"), "{said}");
}

/// Rows in another order.
fn shuffled(input: &str, order: impl Fn(usize) -> usize) -> String {
    let all: Vec<_> = input.lines().collect();
    let rows = all.len() - 1;
    let mixed = (0..rows).map(|i| all[1 + order(i) % rows]);
    lines(std::iter::once(all[0]).chain(mixed))
}

#[test]
fn times_that_are_not_in_order_are_never_silent() {
    let input = table("time,v\n", iso);
    let (want, _) = found(&input, "-q");
    let mixed = shuffled(&input, |i| i * 7);
    let newest_first = shuffled(&input, |i| 2 * STEP - 1 - i);
    let message = complaint(&mixed, "detect -q");
    assert!(
        message.contains(
            "line 20: the times are not in order, \"2024-03-01 00:30:00+00\" comes after"
        ) && message.contains("--sort"),
        "{message}"
    );
    let message = complaint(&newest_first, "detect -q");
    assert!(
        message.contains("the newest comes first; --sort"),
        "{message}"
    );
    for input in [&mixed, &newest_first] {
        assert_eq!(found(input, "-q --sort").0, want);
    }
    let (as_they_are, said) = found(&newest_first, "--no-sort -q");
    assert_eq!(
        (indices(&as_they_are), said),
        (vec![STEP as u64], String::new())
    );
    // Numbers that may be no times are taken as they are, and that is said.
    let hours = table("hour,v\n", |i| (i % 24).to_string());
    let (result, said) = found(&hours, "-q");
    assert_eq!(indices(&result), [STEP as u64]);
    assert!(
        said.contains("line 26: the times are not in order"),
        "{said}"
    );
    // A stream cannot wait, and says so.
    let output = run_on(bocpd(words("stream -q --mean 100 --beta 1")), &mixed);
    let said = text(&output.stderr);
    assert!(output.status.success());
    assert!(
        said.contains("line 20: the time")
            && said.contains("times were before that of the row before"),
        "{said}"
    );
    assert!(complaint(&mixed, "stream -q --sort").contains("--sort needs the whole series"));
}

#[test]
fn equal_times_are_said() {
    let input = table("time,v\n", |i| iso(i / 2));
    let (_, said) = found(&input, "-q");
    assert!(said.contains("60 rows have the time of the row before, the first is \"2024-03-01 00:00:00+00\" in line 3"), "{said}");
    let message = complaint(&input, "detect -q --irregular");
    assert!(
        message.contains("line 3: the time \"2024-03-01 00:00:00+00\" is that of the row before"),
        "{message}"
    );
    let output = run_on(bocpd(words("stream -q --mean 100 --beta 1")), &input);
    assert!(text(&output.stderr).contains("60 times were that of the row before"));
}

#[test]
fn a_last_line_that_sums_up_is_left_out() {
    let input = table("time,v\n", iso) + "Total,13800.5\n";
    for command in ["detect -q", "stream -q --mean 100 --beta 1"] {
        let output = run_on(bocpd(words(command)), &input);
        assert!(output.status.success());
        assert!(
            text(&output.stderr)
                .contains("line 122: \"Total\" stands for the time; the row is left out")
        );
    }
    assert_eq!(found(&input, "-q").0["observations"], 120);
}

/// The same series with times in other units has the same answer, and a gap counts.
#[test]
fn the_default_hazard_is_in_the_series_own_time() {
    let second = |i: usize| 1_709_251_200 + 60 * (2 * i + 40 * usize::from(i > 30) + i % 2);
    let day = |i: usize| (second(i) as f64 / 86_400.0).to_string();
    let clock = |i: usize| {
        let minutes = (second(i) - 1_709_251_200) / 60;
        format!("2024-03-01T{:02}:{:02}:00Z", minutes / 60, minutes % 60)
    };
    let all = [
        table("time,v\n", |i| second(i).to_string()),
        table("time,v\n", |i| (1000 * second(i)).to_string()),
        table("time,v\n", clock),
        table("time,v\n", day),
    ];
    let regular = found(&table("time,v\n", |i| i.to_string()), "-q").0;
    let probability = |result: &Value| result["changepoints"][0]["probability"].as_f64().unwrap();
    let want = found(&all[0], "-q --irregular").0;
    assert_eq!(indices(&want), [STEP as u64]);
    for input in &all {
        let got = found(input, "-q --irregular").0;
        assert!((probability(&got) - probability(&want)).abs() < 1e-6);
        let p = |result: &Value| result["p_change_at"][31].as_f64().unwrap();
        assert!(
            (p(&got) / p(&want) - 1.0).abs() < 1e-4,
            "{} {}",
            p(&got),
            p(&want)
        );
        // The gap makes a change likelier than it is without.
        assert!(p(&got) > 2.0 * p(&regular));
    }
    // With --config the result is the same again.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("c.json");
    fs::write(&file, want["config"].to_string()).unwrap();
    let said = want["assumptions"].to_string();
    let (_, unit) = said.split_once("(--time-unit ").unwrap();
    let unit = unit.split(')').next().unwrap();
    let same = format!(
        "-q --irregular --config {} --time-unit {unit}",
        file.display()
    );
    let again = found(&all[0], &same).0;
    assert_eq!(again["changepoints"], want["changepoints"]);
    // A stream knows by the end of its warm-up.
    let stream = |input| stdout_of(bocpd(words("stream -q --irregular --warm-up 40")), input);
    let (seconds, dates) = (json_lines(&stream(&all[0])), json_lines(&stream(&all[2])));
    for (a, b) in seconds.iter().zip(&dates) {
        let p = |line: &Value| line["p_change_now"].as_f64().unwrap();
        assert!((p(a) - p(b)).abs() < 1e-6);
    }
}
