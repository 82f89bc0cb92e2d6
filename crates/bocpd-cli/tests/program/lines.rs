//! What the lines of `stream` say, and what it does with rows that it cannot use.

use crate::common;

use common::{bocpd, json_lines, lines, run_on, stdout_of, steps, text, words};

#[test]
fn a_change_is_said_where_it_is_news() {
    let out = stdout_of(
        bocpd(words("stream -q --mean 0 --kappa 0.01 --alpha 2 --beta 1")),
        &steps(90, 30),
    );
    let all = json_lines(&out);
    let said: Vec<_> = all
        .iter()
        .filter_map(|line| line["change"].as_u64())
        .collect();
    // The first observation is no change.
    assert_eq!(said, [30, 60]);
    assert!(all[0].get("change").is_none());
}

#[test]
fn csv_has_the_same_numbers() {
    let args = "stream -q --mean 0 --beta 1 --recent 5";
    let json = json_lines(&stdout_of(bocpd(words(args)), &steps(60, 30)));
    let csv = stdout_of(bocpd(words(&format!("{args} --csv"))), &steps(60, 30));
    let mut rows = csv.lines();
    assert_eq!(
        rows.next(),
        Some(
            "index,missing,p_change_now,p_recent_change,map_run_length,map_probability,ln_predictive,\
             p_outlier,change,settled,alarm_began,alarm_probability"
        )
    );
    for (row, line) in rows.zip(&json) {
        let fields: Vec<_> = row.split(',').collect();
        assert_eq!(fields[2].parse::<f64>().ok(), line["p_change_now"].as_f64());
        assert_eq!(
            fields[3].parse::<f64>().ok(),
            line["p_recent_change"].as_f64()
        );
        assert_eq!(fields[8].parse::<u64>().ok(), line["change"].as_u64());
    }
    assert_eq!(csv.lines().count(), 61);
}

#[test]
fn rows_that_cannot_be_used_are_passed_over_and_counted() {
    let mut rows: Vec<_> = steps(40, 40).lines().map(str::to_owned).collect();
    for (at, bad) in [(5, "abc"), (6, "inf"), (30, "1,2,3")] {
        rows[at] = bad.to_owned();
    }
    let args = "stream -q --mean 0 --beta 1";
    let output = run_on(bocpd(words(args)), &lines(&rows));
    assert_eq!(output.status.code(), Some(1));
    let output = run_on(
        bocpd(words(&format!("{args} --on-error skip"))),
        &lines(&rows),
    );
    assert!(output.status.success(), "{output:?}");
    let all = json_lines(&text(&output.stdout));
    let missing: Vec<_> = all
        .iter()
        .filter(|line| line["missing"] == true)
        .map(|line| line["index"].as_u64().unwrap())
        .collect();
    assert_eq!((all.len(), missing), (40, vec![5, 6, 30]));
    let said = text(&output.stderr);
    for part in [
        "line 6: \"abc\" is not a number",
        "line 7: observation must be finite, got inf; it counts as missing",
        "3 of 40 rows could not be used and count as missing",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}
