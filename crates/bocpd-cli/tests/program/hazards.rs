//! A hazard whose mean run length the series tells.

use std::fmt::Write as _;

use crate::common;

use common::{bocpd, run_on, text, words};
use serde_json::Value;

const GRID: &str = "--hazard constant-grid --mean-run-lengths 10,50,250 --model gaussian --mean 0 \
                    --kappa 0.01 --alpha 1 --beta 1";

/// A change at every 10th observation.
fn often() -> String {
    let mut lines = String::new();
    for i in 0..400 {
        let level = if i / 10 % 2 == 0 { 0.0 } else { 30.0 };
        writeln!(lines, "{}", level + 0.1 * f64::from(i * 7 % 5)).unwrap();
    }
    lines
}

#[test]
fn detect_says_which_mean_run_length_it_is() {
    let out = run_on(bocpd(words(&format!("detect --json {GRID}"))), &often());
    let said = text(&out.stderr);
    assert!(
        said.contains("segments last 10 (probability 1.00) observations on average"),
        "{said}"
    );
    let found: Value = serde_json::from_slice(&out.stdout).unwrap();
    let p = found["hazard_probabilities"].as_array().unwrap();
    assert!(p.len() == 3 && p[0].as_f64() > Some(0.99), "{p:?}");
    let lengths = &found["config"]["hazard"]["constant_grid"]["mean_run_lengths"];
    assert_eq!(*lengths, serde_json::json!([10.0, 50.0, 250.0]));
    // One hazard has nothing to say.
    let out = run_on(
        bocpd(words("detect --json --quiet --mean-run-length 10")),
        &often(),
    );
    let found: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert!(found.get("hazard_probabilities").is_none());
}

#[test]
fn stream_says_it_at_the_end() {
    let out = run_on(bocpd(words(&format!("stream {GRID}"))), &often());
    let said = text(&out.stderr);
    assert!(
        said.contains("segments last 10 (probability 1.00)"),
        "{said}"
    );
}

#[test]
fn what_needs_one_hazard_refuses_a_grid() {
    for line in [format!("fit {GRID}"), format!("detect --changes 2 {GRID}")] {
        let out = run_on(bocpd(words(&line)), &often());
        assert_eq!(out.status.code(), Some(2), "{line}");
        let said = text(&out.stderr);
        assert!(
            said.contains("hazard") && said.contains("constant"),
            "{said}"
        );
    }
}
