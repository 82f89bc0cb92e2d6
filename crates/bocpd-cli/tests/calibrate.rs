//! `bocpd calibrate`: what it promises is kept by `bocpd stream`.

mod common;

use common::{bocpd, json_lines, lines, noise, run_on, stdout_of, text, words};
use serde_json::Value;

const MODEL: &str = "--mean 0 --kappa 0.1 --alpha 2 --beta 1 -l 100";

fn calibrate(args: &str, input: &str) -> Value {
    let line = format!("calibrate -q --json {MODEL} {args}");
    serde_json::from_str(&stdout_of(bocpd(words(&line)), input)).unwrap()
}

#[test]
fn a_target_is_met_and_the_error_is_that_of_a_share() {
    let found = calibrate("--false-alarm 0.1 --horizon 60 --streams 400 --seed 3", "");
    let share = found["false_alarms"].as_f64().unwrap();
    assert!(share <= 0.1 && share > 0.09, "{found}");
    let error = found["false_alarms_error"].as_f64().unwrap();
    assert!((error - (share * (1.0 - share) / 400.0).sqrt()).abs() < 1e-9);
    let threshold = found["threshold"].as_f64().unwrap();
    assert!(threshold > 0.05 && threshold < 1.0);
    assert_eq!(found["config"]["alarm"]["threshold"], found["threshold"]);
    assert_eq!(
        (&found["seed"], &found["streams"]),
        (&3.into(), &400.into())
    );
}

#[test]
fn a_seed_gives_the_same_and_another_one_another() {
    let with = |seed: u32| {
        calibrate(
            &format!("--average-run-length 200 --streams 50 --longest 100 --seed {seed}"),
            "",
        )
    };
    assert_eq!(with(1), with(1));
    assert_ne!(with(1)["threshold"], with(2)["threshold"]);
}

/// The threshold from one half of a quiet history, on the other half.
#[test]
fn the_promise_is_kept_on_data_that_it_has_not_seen() {
    let quiet: Vec<f64> = noise(12_000).iter().map(|x| x * 1.7).collect();
    let (first, second) = quiet.split_at(4000);
    let found = calibrate(
        "- --average-run-length 200 --streams 400 --longest 200",
        &lines(first.iter().map(|x| format!("{x:.4}"))),
    );
    let promised = found["average_run_length"].as_f64().unwrap();
    let error = found["average_run_length_error"].as_f64().unwrap();
    let threshold = found["threshold"].as_f64().unwrap();
    // Streams of 200 observations each, as they were calibrated.
    let alarmed = second.chunks(200).filter(|stream| {
        let line = format!("stream -q {MODEL} --only-alarms --alarm-threshold {threshold}");
        let stream = lines(stream.iter().map(|x| format!("{x:.4}")));
        !json_lines(&stdout_of(bocpd(words(&line)), &stream)).is_empty()
    });
    let share = alarmed.count() as f64 / 40.0;
    let expected = 1.0 - (-200.0 / promised).exp();
    // The Monte Carlo errors of both.
    let slope = (1.0 - expected) * 200.0 / promised / promised;
    let variance = (slope * error).powi(2) + expected * (1.0 - expected) / 40.0;
    assert!(
        (share - expected).abs() < 3.0 * variance.sqrt(),
        "{share} {expected} {found}"
    );
}

#[test]
fn the_text_has_the_numbers_and_their_errors() {
    let line = format!("calibrate {MODEL} --false-alarm 0.2 --horizon 30 --streams 100");
    let output = run_on(bocpd(words(&line)), "");
    let printed = text(&output.stdout);
    let starts = [
        "threshold           0.",
        "false alarms        0.2 ± 0.04, of 100 streams of 30 observations",
        "average run length  134.443 ± ",
    ];
    for (line, start) in printed.lines().zip(starts) {
        assert!(line.starts_with(start), "{line}");
    }
    assert_eq!(printed.lines().count(), 3);
    assert!(text(&output.stderr).starts_with("bocpd: assumed "));
}

/// History sets the prior where nothing is said, and may have gaps.
#[test]
fn history_sets_the_prior() {
    let history = "t,x\n1,5\n2,NA\n3,6\n4,5.5\n5,4\n6,5.1\n";
    let line = "calibrate -q --json - --missing skip --block 2 --average-run-length 50 --streams 20 --longest 40";
    let found: Value = serde_json::from_str(&stdout_of(bocpd(words(line)), history)).unwrap();
    assert_eq!(found["config"]["model"]["gaussian"]["mean"], 5.1);
    assert_eq!(found["config"]["missing"], "skip");
}

#[test]
fn what_cannot_be_used_is_named() {
    let quiet = "1\n2\n1\n2\n";
    for (args, code, what) in [
        ("", 2, "--average-run-length"),
        ("--false-alarm 0.1", 2, "--horizon"),
        (
            "--false-alarm 1.5 --horizon 9 --mean 0 --beta 1",
            2,
            "--false-alarm",
        ),
        (
            "--average-run-length 0.5 --mean 0 --beta 1",
            2,
            "--average-run-length must lie in",
        ),
        (
            "--average-run-length 50 --streams 0 --mean 0 --beta 1",
            2,
            "--streams",
        ),
        ("--average-run-length 50", 2, "--mean, --beta"),
        ("--average-run-length 50 - --block 5", 2, "--block must"),
        ("--average-run-length 50 /no/such/file", 1, "/no/such/file"),
        (
            "--average-run-length 50 --model poisson --rate 1 --alarm-clear 2",
            2,
            "--alarm-clear",
        ),
    ] {
        let output = run_on(bocpd(words(&format!("calibrate {args}"))), quiet);
        assert_eq!(output.status.code(), Some(code), "{args}");
        assert!(
            text(&output.stderr).contains(what),
            "{args}: {}",
            text(&output.stderr)
        );
    }
    let output = run_on(
        bocpd(words("calibrate --average-run-length 50 -")),
        "1\nx\n",
    );
    assert!(text(&output.stderr).contains("standard input, line 2"));
}
