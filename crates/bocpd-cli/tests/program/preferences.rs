//! Which changes are wanted: how large, how far apart, how many.

use crate::common;

use common::{bocpd, run_on, stdout_of, text, words};
use serde_json::Value;

/// Level 0, for three values 6, and from the 100th on 10.
fn series() -> String {
    let values = (0..140).map(|t| {
        let noise = f64::from(t * 7 % 5) / 2.0 - 1.0;
        match t {
            50..53 => noise + 6.0,
            100.. => noise + 10.0,
            _ => noise,
        }
    });
    let lines: Vec<_> = values.map(|x| format!("{x}\n")).collect();
    lines.concat()
}

const SETUP: &str = "--mean 0 --kappa 0.02 --alpha 2 --beta 1";

fn found(options: &str) -> Value {
    let line = format!("detect --json -q {options}");
    serde_json::from_str(&stdout_of(bocpd(words(&line)), &series())).unwrap()
}

fn changes(found: &Value) -> Vec<u64> {
    let changes = found["changepoints"].as_array().unwrap().iter();
    changes.map(|one| one["index"].as_u64().unwrap()).collect()
}

#[test]
fn each_is_obeyed_and_reported() {
    let all = found(SETUP);
    assert_eq!(changes(&all), [50, 53, 100]);
    assert_eq!(all["config"]["resolution"], 1.0);
    let coarse = found(&format!("{SETUP} --resolution 0.1"));
    assert_eq!(changes(&coarse), [100]);
    assert_eq!(coarse["config"]["resolution"], 0.1);
    let rare = found(&format!("{SETUP} --sensitivity 1e-12"));
    assert_eq!(changes(&rare), [100]);
    let long = changes(&found(&format!("{SETUP} --min-segment 30")));
    assert!(
        long.windows(2).all(|pair| pair[1] - pair[0] >= 30),
        "{long:?}"
    );
    assert!(long.iter().any(|&at| (90..=100).contains(&at)), "{long:?}");
}

/// What the program chooses obeys them too, and says so.
#[test]
fn beside_what_is_chosen() {
    let chosen = found("--resolution 0.2 --min-segment 4 --sensitivity 2");
    assert_eq!(changes(&chosen), [100]);
    let config = &chosen["config"];
    assert_eq!(
        (&config["resolution"], &config["min_segment"]),
        (&0.2.into(), &4.into())
    );
    assert_eq!(config["sensitivity"], 2.0);
    let lines = stdout_of(
        bocpd(words("stream -q --warm-up 40 --min-segment 20")),
        &series(),
    );
    assert!(lines.lines().count() == 140);
}

#[test]
fn what_cannot_be_is_refused_by_the_option() {
    for (options, message) in [
        (
            "--resolution 0",
            "--resolution must lie in [1e-6, 1], got 0",
        ),
        (
            "--min-segment 0",
            "--min-segment must lie in [1, 1e15], got 0",
        ),
        (
            "--sensitivity 0",
            "--sensitivity must be positive and finite, got 0",
        ),
    ] {
        for setup in ["", SETUP] {
            for command in ["detect", "stream --warm-up 40"] {
                let line = format!("{command} -q {setup} {options}");
                let output = run_on(bocpd(words(&line)), &series());
                assert_eq!(output.status.code(), Some(2), "{line}");
                assert_eq!(
                    text(&output.stderr),
                    format!("bocpd: error: {message}\n"),
                    "{line}"
                );
            }
        }
    }
}
