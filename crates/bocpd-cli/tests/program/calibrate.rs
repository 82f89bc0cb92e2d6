//! `bocpd calibrate`: what it promises is kept by `bocpd stream`.

use crate::common;

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
    assert_eq!(found["quantity"], "false_alarm");
    assert_eq!(found["target"], 0.1);
    assert_eq!(
        (&found["achieved"], &found["censored"]),
        (&0.1.into(), &0.9.into())
    );
    let number = |name: &str| found[name].as_f64().unwrap();
    assert!((number("error") - (0.1f64 * 0.9 / 400.0).sqrt()).abs() < 1e-9);
    // The interval of Clopper and Pearson for 40 of 400, to the digits that tables have.
    assert!((number("low") - 0.072_4).abs() < 1e-4, "{found}");
    assert!((number("high") - 0.133_7).abs() < 1e-4, "{found}");
    let threshold = number("threshold");
    assert!(threshold > 0.05 && threshold < 1.0);
    assert_eq!(found["config"]["alarm"]["threshold"], found["threshold"]);
    assert_eq!(
        (&found["seed"], &found["streams"], &found["horizon"]),
        (&3.into(), &400.into(), &60.into())
    );
}

#[test]
fn a_seed_gives_the_same_and_another_one_another() {
    let with = |seed: u32| {
        calibrate(
            &format!("--average-run-length 40 --streams 50 --longest 1000 --seed {seed}"),
            "",
        )
    };
    assert_eq!(with(1), with(1));
    assert_ne!(with(1)["threshold"], with(2)["threshold"]);
}

/// The threshold from one half of a quiet history, on the other half: the mean time to the
/// first alarm is what was promised, within the errors of both. (A history of 4000 values has
/// an error too, which is small beside theirs.)
#[test]
fn the_promise_is_kept_on_data_that_it_has_not_seen() {
    let quiet: Vec<f64> = noise(24_000).iter().map(|x| x * 1.7).collect();
    let (first, second) = quiet.split_at(4000);
    let found = calibrate(
        "- --average-run-length 60 --streams 400",
        &lines(first.iter().map(|x| format!("{x:.4}"))),
    );
    let number = |name: &str| found[name].as_f64().unwrap();
    assert_eq!((number("target"), number("horizon")), (60.0, 1200.0));
    let threshold = number("threshold");
    // One stream after the other: the first alarm of each, then the next 400 values.
    let times: Vec<f64> = second
        .chunks(400)
        .map(|stream| {
            let line = format!("stream -q {MODEL} --only-alarms --alarm-threshold {threshold}");
            let stream = lines(stream.iter().map(|x| format!("{x:.4}")));
            let alarms = json_lines(&stdout_of(bocpd(words(&line)), &stream));
            let first = alarms.first().map(|line| line["index"].as_u64().unwrap());
            first.map_or(400.0, |index| index as f64 + 1.0)
        })
        .collect();
    let n = times.len() as f64;
    let mean = times.iter().sum::<f64>() / n;
    let variance = times.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / n;
    let error = (variance / n + number("error").powi(2)).sqrt();
    assert!((mean - 60.0).abs() < 3.0 * error, "{mean} {error} {found}");
}

#[test]
fn the_text_has_the_numbers_and_their_errors() {
    let line = format!("calibrate {MODEL} --false-alarm 0.2 --horizon 30 --streams 100");
    let output = run_on(bocpd(words(&line)), "");
    let printed: Vec<_> = text(&output.stdout).lines().map(str::to_owned).collect();
    assert!(printed[0].starts_with("threshold           0."));
    assert_eq!(
        printed[1..],
        [
            "false alarms        0.2 ± 0.04, 95 %: 0.12666 to 0.29184; asked for: 0.2",
            "streams             100 of up to 30 observations, without an alarm: 80 %",
        ]
    );
    assert!(text(&output.stderr).starts_with("bocpd: assumed "));
    let line = format!("calibrate -q {MODEL} --average-run-length 20 --streams 50");
    let printed = stdout_of(bocpd(words(&line)), "");
    let lines: Vec<_> = printed.lines().collect();
    assert!(lines[1].starts_with("average run length  2") && lines[1].ends_with("; asked for: 20"));
    assert!(lines[2].starts_with("streams             50 of up to 400 observations"));
}

#[test]
fn as_csv() {
    let line = format!("calibrate -q --csv {MODEL} --false-alarm 0.2 --horizon 30 --streams 100");
    let printed = stdout_of(bocpd(words(&line)), "");
    let (names, values) = printed.trim_end().split_once('\n').unwrap();
    assert_eq!(
        names,
        "threshold,quantity,target,achieved,error,low,high,censored,horizon,streams,seed"
    );
    let values: Vec<&str> = values.split(',').collect();
    assert_eq!(values[1..4], ["false_alarm", "0.2", "0.2"]);
    assert_eq!(values[7..], ["0.8", "30", "100", "0"]);
}

/// Streams that end before most alarms, and a history that is shorter than they are.
#[test]
fn what_should_be_known_is_said() {
    let history = lines((0..30).map(|i| format!("{}", f64::from(i * 7 % 11))));
    let line = "calibrate - --average-run-length 20 --streams 20 --longest 20";
    let output = run_on(bocpd(words(line)), &history);
    assert!(text(&output.stdout).contains(" or more; asked for: 20"));
    assert!(!text(&output.stderr).contains("drawn from"));
    let line = "calibrate - --average-run-length 20 --streams 20";
    let output = run_on(bocpd(words(line)), &history);
    let said = text(&output.stderr);
    assert!(
        said.contains("400 observations long and drawn from 30"),
        "{said}"
    );
}

/// History sets the prior where nothing is said, and may have gaps.
#[test]
fn history_sets_the_prior() {
    let history = "t,x\n1,5\n2,NA\n3,6\n4,5.5\n5,4\n6,5.1\n";
    let line = "calibrate -q --model gaussian --json - --missing skip --block 2 --average-run-length 20 --streams 20 --longest 40";
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
        ("--average-run-length 50", 2, "--mean, --beta"),
        (
            "--average-run-length 50 - --block 5",
            2,
            "--block must be at most",
        ),
        (
            "--average-run-length 50 - --block 0",
            2,
            "--block must be at least 1",
        ),
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

/// Numbers that nobody can mean: each is refused at once, by the name of its option and with
/// its value.
#[test]
fn absurd_numbers_are_refused_by_name() {
    let length = "--average-run-length 50";
    let share = "--false-alarm 0.1 --horizon 9";
    for (option, rest, values) in [
        (
            "--average-run-length",
            "",
            "nan inf -inf 0 -0.0 -5 0.5 5e-324 1e308 1e9",
        ),
        (
            "--false-alarm",
            "--horizon 9",
            "nan inf -inf 0 1 1.5 -1 1e308",
        ),
        (
            "--horizon",
            "--false-alarm 0.1",
            "nan inf 0 -1 1.5 1e308 2000000000 18446744073709551615 99999999999999999999",
        ),
        (
            "--streams",
            length,
            "nan inf 0 1 -1 1.5 1e308 100001 18446744073709551615 99999999999999999999",
        ),
        (
            "--streams",
            share,
            "nan inf 0 1 -1 1.5 1e308 100001 18446744073709551615 99999999999999999999",
        ),
        (
            "--longest",
            length,
            "nan inf 0 -1 49 1e308 2000000000 18446744073709551615 99999999999999999999",
        ),
        ("--seed", length, "nan inf -1 1e308 99999999999999999999"),
    ] {
        for value in values.split(' ') {
            let line = format!("calibrate -q --mean 0 --beta 1 {rest} {option}={value}");
            let output = run_on(bocpd(words(&line)), "");
            assert_eq!(output.status.code(), Some(2), "{line}");
            let message = text(&output.stderr);
            assert!(message.contains(option), "{line}: {message}");
            let shown = value
                .parse::<f64>()
                .map_or(value.to_owned(), |x| x.to_string());
            assert!(
                message.contains(value) || message.contains(&shown[..shown.len().min(12)]),
                "{line}: {message}"
            );
        }
    }
}
