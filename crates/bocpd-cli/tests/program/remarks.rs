//! What a detection cannot vouch for is said on standard error, and in JSON.

use crate::common;

use common::{bocpd, run_on, stdout_of, text, words};
use serde_json::Value;

/// Values that wander.
fn series() -> String {
    let (mut state, mut x) = (7_u32, 0.0);
    let values = (0..400).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        x = 0.8 * x + f64::from(state >> 16) / 65536.0 - 0.5;
        format!("{x}\n")
    });
    values.collect()
}

#[test]
fn one_line_that_names_the_option() {
    let line = "detect --model gaussian --mean 0 --kappa 0.01 --alpha 2 --beta 0.2";
    let output = run_on(bocpd(words(line)), &series());
    let said = text(&output.stderr);
    let remark = said
        .lines()
        .find(|line| line.contains("are correlated"))
        .unwrap();
    assert!(
        remark.starts_with("bocpd: neighbouring residuals"),
        "{remark}"
    );
    assert!(
        remark.contains("leave the --model to be chosen"),
        "{remark}"
    );
    assert!(remark.contains("--resolution"), "{remark}");
    let quiet = run_on(bocpd(words(&format!("{line} -q"))), &series());
    assert_eq!(text(&quiet.stderr), "");
    let found = stdout_of(bocpd(words(&format!("{line} -q --json"))), &series());
    let found: Value = serde_json::from_str(&found).unwrap();
    assert_eq!(found["remarks"][0]["kind"], "dependent");
    assert!(found["remarks"][0]["value"].as_f64().unwrap() > 0.2);
    let text = found["remarks"][0]["text"].as_str().unwrap();
    assert!(text.contains("neighbouring residuals"));
    let chosen = stdout_of(bocpd(words("detect -q --json")), &series());
    let chosen: Value = serde_json::from_str(&chosen).unwrap();
    assert_eq!(chosen["remarks"], Value::Array(Vec::new()));
}

#[test]
fn too_few_to_say_anything() {
    for input in ["1\n", "1\n2\n", "1\n2\n9\n"] {
        let output = run_on(bocpd(words("detect")), input);
        assert!(output.status.success());
        let said = text(&output.stderr);
        assert!(
            said.contains("too few to say anything about changes"),
            "{said}"
        );
    }
}
