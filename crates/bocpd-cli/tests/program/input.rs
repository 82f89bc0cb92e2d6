//! What bad input is answered with, and what is taken as missing.

use crate::common;

use std::fs;

use common::{bocpd, run_on, stdout_of, text, words};

/// The message for a bad file; the command must fail.
fn complaint(args: &str, content: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("x.csv"), content).unwrap();
    let mut command = bocpd(words(args));
    command.current_dir(folder.path());
    let output = run_on(command, "");
    assert!(!output.status.success(), "{args} accepts {content:?}");
    let message = text(&output.stderr);
    assert!(!message.contains("panicked"), "{message}");
    message
}

#[test]
fn messages_name_file_line_and_text() {
    let cases = [
        (
            "1\n2\nabc\n",
            "x.csv, line 3: \"abc\" is not a number; if it stands for a missing value, --na abc says so",
        ),
        (
            "1\n2,5\n",
            "x.csv, line 2: \"2,5\" is not a number; with --decimal , it is one",
        ),
        (
            "t,x\n1,2\n2,three\n",
            "x.csv, line 3: in column \"x\", \"three\" is not a number; if it stands for a missing value, --na three says so",
        ),
        ("t,x\n1,2\n2\n", "x.csv, line 3: \"2\" has no column \"x\""),
        (
            "t,x\n1,2\n2,\n",
            "x.csv, line 3: the value is missing (\"\"); --missing skip lets time pass without it",
        ),
        (
            "1\nNaN\n",
            "x.csv, line 2: the value is missing (\"NaN\"); --missing skip lets time pass without it",
        ),
        (
            "1\n\n2\n",
            "x.csv, line 2: the value is missing (the line is empty); --missing skip lets time pass without it",
        ),
        (
            "1\ninf\n",
            "x.csv, line 2: observation must be finite, got inf",
        ),
        (
            "a,b\n1,2\n",
            "x.csv: which column? --column takes one of \"a\", \"b\"",
        ),
        (
            "NA\n",
            "x.csv, line 1: the value is missing (\"NA\"); --missing skip lets time pass without it",
        ),
    ];
    for (content, want) in cases {
        assert_eq!(
            complaint("detect x.csv -q", content),
            format!("bocpd: error: {want}\n")
        );
    }
}

#[test]
fn an_empty_series_has_no_changes() {
    for (content, said) in [
        ("", "x.csv has no values"),
        ("\n\n", "x.csv has no values"),
        ("x\n", "x.csv has no values"),
        ("x\nNA\n", "x.csv has no values"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("x.csv"), content).unwrap();
        let mut command = bocpd(words("detect x.csv --missing skip"));
        command.current_dir(folder.path());
        let output = run_on(command, "");
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let count = content.lines().filter(|line| *line == "NA").count();
        let plural = if count == 1 { "" } else { "s" };
        assert_eq!(
            text(&output.stdout),
            format!("no change in {count} observation{plural}\n")
        );
        assert!(text(&output.stderr).contains(said), "{output:?}");
    }
    let of_nothing = "calibrate x.csv --average-run-length 100";
    assert_eq!(complaint(of_nothing, ""), "bocpd: error: x.csv is empty\n");
}

#[test]
fn what_a_model_cannot_score_is_named_by_line() {
    assert_eq!(
        complaint("detect x.csv -q --model poisson", "3\n4\n2.5\n"),
        "bocpd: error: x.csv, line 3: observation must be a whole number, 0 or more, got 2.5\n"
    );
    assert_eq!(
        complaint("stream x.csv -q --model bernoulli", "n\n1\n0\n2\n"),
        "bocpd: error: x.csv, line 4: observation must be 0 or 1, got 2\n"
    );
    let backwards = "t,x\n1,1\n3,1\n2,1\n";
    assert_eq!(
        complaint("detect x.csv -q --irregular", backwards),
        "bocpd: line 4: the times are not in order, \"2\" comes after \"3\"; the rows are taken as they \
         are, and --sort puts them in order\n\
         bocpd: error: x.csv, line 4: the time \"2\" is before that of the row before\n"
    );
    assert_eq!(
        complaint("detect x.csv -q --irregular", "t,x\n1,1\nsoon,1\n"),
        "bocpd: error: x.csv, line 3: the time \"soon\" is neither a number nor a date\n"
    );
}

#[test]
fn options_that_do_not_go_together() {
    let cases = [
        (
            "detect x.csv --model poisson --mean 3",
            "--mean is not a parameter of --model poisson",
        ),
        (
            "detect x.csv --hazard-k 3",
            "--hazard-k is not a parameter of --hazard constant",
        ),
        (
            "detect x.csv --model binomial",
            "--model binomial needs --trials",
        ),
        (
            "detect x.csv --hazard weibull --hazard-shape 1",
            "--hazard weibull needs --hazard-scale",
        ),
        (
            "detect x.csv --irregular",
            "--irregular needs a time column; --time names it",
        ),
        (
            "detect x.csv -l 0.5",
            "--mean-run-length must be greater than 1 and finite, got 0.5",
        ),
        (
            "stream x.csv --mean 3",
            "a stream needs its prior beforehand (--warm-up N takes it from the first N observations): \
             --model gaussian needs --beta",
        ),
    ];
    for (args, want) in cases {
        let message = complaint(&format!("{args} -q"), "1\n2\n3\n");
        assert_eq!(message, format!("bocpd: error: {want}\n"));
    }
}

#[test]
fn a_bad_configuration_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("c.json");
    fs::write(
        &file,
        r#"{"model": {"gaussian": {"mean": 0}}, "hazard": {"constant": {"mean_run_length": 9}}}"#,
    )
    .unwrap();
    let output = run_on(
        bocpd(["detect", "-q", "--config", file.to_str().unwrap()]),
        "1\n",
    );
    assert_eq!(output.status.code(), Some(1));
    let message = text(&output.stderr);
    assert!(
        message.contains("c.json: missing field `kappa`"),
        "{message}"
    );
}

#[test]
fn missing_values_let_time_pass() {
    let values = |input: &str| {
        let out = stdout_of(
            bocpd(words("stream -q --missing skip --mean 0 --beta 1")),
            input,
        );
        let lines = common::json_lines(&out);
        lines
            .iter()
            .map(|line| line["missing"] == true)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        values("1\nNA\n\nnull\n2\n"),
        [false, true, true, true, false]
    );
    assert_eq!(values("t,x\n1,1\n2,nan\n\n3,\n"), [false, true, true]);
    assert_eq!(values("1\n2\n\n\n"), [false, false]);
}

#[test]
fn a_line_that_never_ends_does_not_fill_the_memory() {
    let output = run_on(
        bocpd(words("stream -q --mean 0 --beta 1")),
        &"7".repeat(3 << 20),
    );
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        text(&output.stderr),
        "bocpd: error: standard input: line 1 is longer than 1 MiB\n"
    );
}
