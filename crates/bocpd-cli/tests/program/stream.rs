//! `bocpd stream` without a state file.

use crate::common;

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::sync::mpsc;
use std::time::Duration;

use common::{assert_golden, bocpd, json_lines, kill, run_on, stdout_of, steps, text, words};

const NILE: &str = "stream docs/data/nile.csv --mean 1000 --kappa 1 --alpha 1 --beta 20000 -l 100 --max-hypotheses 20 -q";

#[test]
fn golden_lines() {
    assert_golden("nile-stream.jsonl", &stdout_of(bocpd(words(NILE)), ""));
    let recent = format!("{NILE} --recent 5 --only-changes");
    assert_golden(
        "nile-stream-changes.jsonl",
        &stdout_of(bocpd(words(&recent)), ""),
    );
}

#[test]
fn each_line_is_there_before_the_next_is_asked_for() {
    let mut child = bocpd(words("stream -q --mean 0 --beta 1"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let (send, lines) = mpsc::channel();
    std::thread::spawn(move || output.lines().try_for_each(|line| send.send(line.unwrap())));
    for index in 0..20 {
        writeln!(input, "{index}").unwrap();
        // Only a line that never comes takes so long.
        let line = lines.recv_timeout(Duration::from_secs(60));
        assert_eq!(
            json_lines(&line.expect("a line for each"))[0]["index"],
            index
        );
    }
    kill(&mut child);
}

#[test]
fn a_warm_up_is_replayed() {
    // The same prior by hand: median and 1.4826 MAD of the first five are 3 and 1.4826.
    let input = "1\n2\n3\n4\n5\n9\n3\n";
    let warm = stdout_of(
        bocpd(words("stream -q --model gaussian --warm-up 5")),
        input,
    );
    let beta = 1.482_602_218_505_602_f64.powi(2);
    let by_hand = format!("stream -q --mean 3 --kappa 1 --alpha 1 --beta {beta} -l 250");
    assert_eq!(warm, stdout_of(bocpd(words(&by_hand)), input));
    assert_eq!(warm.lines().count(), 7);
}

#[test]
fn a_warm_up_that_is_never_over_makes_do() {
    let output = run_on(bocpd(words("stream --warm-up 50")), "1\n2\n3\n");
    assert!(output.status.success());
    assert_eq!(text(&output.stdout).lines().count(), 3);
    assert!(text(&output.stderr).contains("the input ended in the warm-up, after 3 observations"));
}

#[test]
fn the_lines_are_those_of_the_batch() {
    let lines = json_lines(&stdout_of(bocpd(words(NILE)), ""));
    let sum: f64 = lines
        .iter()
        .map(|line| line["ln_predictive"].as_f64().unwrap())
        .sum();
    let batch = NILE.replace("stream", "detect") + " --json";
    let batch: serde_json::Value =
        serde_json::from_str(&stdout_of(bocpd(words(&batch)), "")).unwrap();
    assert!((sum - batch["ln_evidence"].as_f64().unwrap()).abs() < 1e-9);
    assert_eq!(lines[99]["time"], "1970");
}

#[test]
fn changes_settle_once_and_in_order() {
    let out = stdout_of(
        bocpd(words(
            "stream -q --mean 0 --beta 1 -l 100 --max-hypotheses 10",
        )),
        &steps(1000, 100),
    );
    let mut settled = Vec::new();
    for line in json_lines(&out) {
        for index in line["settled"].as_array().into_iter().flatten() {
            assert!(index.as_u64() <= line["index"].as_u64());
            settled.push(index.as_u64().unwrap());
        }
    }
    assert_eq!(settled, [100, 200, 300, 400, 500, 600, 700, 800, 900]);
}

#[test]
fn only_changes_leaves_quiet_stretches_out() {
    let args = "stream -q --mean 0 --beta 1 -l 100 --max-hypotheses 10";
    let all = stdout_of(bocpd(words(args)), &steps(1000, 500));
    let some = stdout_of(
        bocpd(words(&format!("{args} --only-changes"))),
        &steps(1000, 500),
    );
    let moved: Vec<_> = some.lines().collect();
    assert!(moved.len() < 40, "{} lines", moved.len());
    assert!(moved.iter().all(|line| all.contains(line)));
    let at_change = json_lines(&some).iter().any(|line| {
        let start = line["index"].as_u64().unwrap() - line["map_run_length"].as_u64().unwrap();
        start == 500
    });
    assert!(at_change);
}

#[test]
fn a_hundred_thousand_quiet_rows_stay_one_segment() {
    let quiet = common::lines(common::noise(100_000));
    let out = stdout_of(
        bocpd(words("stream -q --mean 0 --beta 0.3 -l 1000")),
        &quiet,
    );
    assert!(!out.contains("settled"));
    let last = &json_lines(out.lines().last().unwrap())[0];
    assert_eq!(
        (last["index"].as_u64(), last["map_run_length"].as_u64()),
        (Some(99_999), Some(99_999))
    );
}

/// Without a model the first observations say what the stream is like, and the kind of noise is
/// said at the end.
#[test]
fn a_stream_needs_no_options() {
    let mut noise = 0.0;
    let mut bits = 1_u64;
    let mut next = || {
        // A linear congruence (Knuth, MMIX), and the sum of four uniform numbers.
        let mut uniform = || {
            bits = bits
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            f64::from(u32::try_from(bits >> 33).unwrap()) / f64::from(1_u32 << 31) - 0.5
        };
        noise = 0.9 * noise + uniform() + uniform() + uniform() + uniform();
        format!("{noise}\n")
    };
    let input: String = (0..600).map(|_| next()).collect();
    let output = run_on(bocpd(words("stream --alarm --only-alarms")), &input);
    assert_eq!(text(&output.stdout), "");
    let said = text(&output.stderr);
    assert!(
        said.contains("white noise, or one of 10 kinds of noise"),
        "{said}"
    );
    assert!(
        said.contains("most probably AR(1) noise of 0.9 (probability"),
        "{said}"
    );
    let long = run_on(bocpd(words("stream --quiet")), &input);
    assert_eq!(text(&long.stdout).lines().count(), 600);
    assert_eq!(text(&long.stderr), "");
}

/// A state holds all models.
#[test]
fn a_stream_without_options_is_resumed() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let value = |i: usize| format!("{}\n", (i * 7919 % 101) as f64 / 10.0);
    let input: String = (0..300).map(value).collect();
    let whole = stdout_of(bocpd(words("stream --quiet")), &input);
    let part = |range: std::ops::Range<usize>| {
        let mut command = bocpd(words("stream --quiet --state"));
        command.arg(&state);
        stdout_of(command, &range.map(value).collect::<String>())
    };
    assert_eq!(part(0..30) + &part(30..170) + &part(170..300), whole);
}
