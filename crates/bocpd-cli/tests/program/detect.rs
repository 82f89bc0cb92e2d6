//! `bocpd detect` on real series, in every output format.

use crate::common;

use common::{assert_golden, bocpd, run_on, stdout_of, steps, text, words};
use serde_json::Value;

fn detect(line: &str) -> String {
    stdout_of(bocpd(words(line)), "")
}

fn json(line: &str) -> Value {
    serde_json::from_str(&detect(&format!("{line} --json -q"))).unwrap()
}

#[test]
fn nile_has_one_change_in_1899() {
    let found = json("detect docs/data/nile.csv");
    let changes = found["changepoints"].as_array().unwrap();
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0]["index"], 28);
    assert_eq!(changes[0]["time"], "1899");
    let probability = changes[0]["probability"].as_f64().unwrap();
    assert!((0.75..0.76).contains(&probability));
    assert!(changes[0]["p_nearby"].as_f64().unwrap() > 0.99);
    assert_eq!(found["p_change_at"][28], changes[0]["probability"]);
    assert_eq!(changes[0]["credible"], serde_json::json!([27, 28, 29]));
    assert_eq!(
        (&changes[0]["low"], &changes[0]["high"]),
        (&27.into(), &29.into())
    );
    assert_eq!(changes[0]["low_time"], "1898");
    assert_eq!(changes[0]["parameter"], "mean");
    assert!(changes[0]["p_rose"].as_f64().unwrap() < 1e-6);
    let number = |key: &str| changes[0][key].as_f64().unwrap();
    assert!((number("after") - number("before") - number("difference")).abs() < 1e-9);
    assert!((-250.0..-230.0).contains(&number("difference")));
    assert!((25.0..35.0).contains(&number("sd")));
    let before = &found["segments"][0]["parameters"][0];
    assert_eq!(
        (&before["name"], &before["mean"]),
        (&"mean".into(), &changes[0]["before"])
    );
    assert!(found["segments"][1]["ln_bayes_factor"].as_f64().unwrap() > 5.0);
}

#[test]
fn a_larger_mass_takes_more_places() {
    let places = |mass: &str| {
        let found = json(&format!(
            "detect docs/data/coal.csv --model poisson --mass {mass}"
        ));
        assert_eq!(found["mass"].to_string(), mass);
        found["changepoints"][0]["credible"]
            .as_array()
            .unwrap()
            .len()
    };
    assert!(places("0.5") < places("0.9") && places("0.9") < places("0.99"));
    let output = run_on(bocpd(words("detect docs/data/nile.csv -q --mass 1")), "");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        text(&output.stderr),
        "bocpd: error: --mass must lie strictly between 0 and 1, got 1\n"
    );
}

#[test]
fn golden_outputs() {
    let series = [
        ("nile", "docs/data/nile.csv"),
        ("coal", "docs/data/coal.csv --model poisson"),
        (
            "timings",
            "docs/data/timings.csv --mean 283 --kappa 0.1 --alpha 1 --beta 100 -l 1000 --max-hypotheses 64",
        ),
    ];
    for (name, args) in series {
        assert_golden(
            &format!("{name}.txt"),
            &detect(&format!("detect {args} -q")),
        );
        assert_golden(
            &format!("{name}.csv"),
            &detect(&format!("detect {args} -q --csv")),
        );
        if name != "timings" {
            // Five thousand probabilities would say no more than a hundred.
            assert_golden(
                &format!("{name}.json"),
                &detect(&format!("detect {args} -q --json")),
            );
        }
    }
}

#[test]
fn what_was_assumed_is_said_on_stderr() {
    let output = run_on(bocpd(words("detect docs/data/nile.csv")), "");
    assert_eq!(
        text(&output.stderr),
        "bocpd: assumed white noise (probability 0.75), rather than AR(1) noise of 0.3 \
         (probability 0.09) or white noise, along lines (probability 0.09); \
         hazard constant with mean_run_length 100; outliers with probability 0.01; no pruning; \
         values from column \"volume\", times from column \"year\"\n"
    );
    let output = run_on(bocpd(words("detect docs/data/nile.csv -q")), "");
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn the_reported_configuration_gives_the_same_result() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.json");
    for model in [
        "gaussian",
        "student-t",
        "student-t-grid",
        "poisson",
        "gamma --known-shape 2",
    ] {
        let line =
            format!("detect docs/data/nile.csv --model {model} --missing skip --min-weight 1e-6");
        let first = json(&line);
        std::fs::write(&file, first["config"].to_string()).unwrap();
        let again = json(&format!(
            "detect docs/data/nile.csv --config {}",
            file.display()
        ));
        assert_eq!(
            again["assumptions"],
            serde_json::json!(["values from column \"volume\", times from column \"year\""])
        );
        for key in ["changepoints", "ln_evidence", "config"] {
            assert_eq!(first[key], again[key], "{model}");
        }
    }
}

#[test]
fn options_replace_parts_of_a_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.json");
    let config = r#"{"model": {"gaussian": {"mean": 5, "kappa": 2, "alpha": 3, "beta": 4}},
                     "hazard": {"constant": {"mean_run_length": 50}}}"#;
    std::fs::write(&file, config).unwrap();
    let line = format!("detect docs/data/nile.csv --config {}", file.display());
    let config = &json(&format!("{line} --mean 900 -l 70"))["config"];
    assert_eq!(config["model"]["gaussian"]["mean"], 900.0);
    assert_eq!(config["model"]["gaussian"]["kappa"], 2.0);
    assert_eq!(config["hazard"]["constant"]["mean_run_length"], 70.0);
    let config = &json(&format!(
        "{line} --model poisson --hazard weibull --hazard-shape 2 --hazard-scale 9"
    ))["config"];
    assert_eq!(config["model"]["poisson"]["shape"], 1.0);
    assert_eq!(config["hazard"]["weibull"]["scale"], 9.0);
}

#[test]
fn every_hazard_can_be_asked_for() {
    let hazards = [
        "constant -l 80",
        "rate --hazard-rate 0.01",
        "weibull --hazard-shape 2 --hazard-scale 60",
        "log-logistic --hazard-shape 2 --hazard-scale 60",
        "negative-binomial --hazard-k 2 --hazard-p 0.02",
        "table --hazard-table 0,0,0.01",
    ];
    for hazard in hazards {
        let found = json(&format!("detect docs/data/nile.csv --hazard {hazard}"));
        assert_eq!(found["changepoints"][0]["index"], 28, "{hazard}");
    }
}

#[test]
fn yes_or_no_and_parts_of_a_whole() {
    let bits: String = (0..80)
        .map(|i| if i < 40 || i % 10 == 0 { "0\n" } else { "1\n" })
        .collect();
    let found = stdout_of(bocpd(words("detect --model bernoulli --csv -q")), &bits);
    assert!(found.lines().nth(1).unwrap().starts_with("41,"), "{found}");
    let counts: String = (0..60)
        .map(|i| if i < 30 { "1\n" } else { "9\n" })
        .collect();
    let found = stdout_of(
        bocpd(words("detect --model binomial --trials 10 --csv -q")),
        &counts,
    );
    assert!(found.lines().nth(1).unwrap().starts_with("30,"), "{found}");
}

#[test]
fn columns_and_times_are_carried_through() {
    let rows: String = noise_table(40);
    let table = stdout_of(
        bocpd(words("detect - --column b --time when -q --csv")),
        &rows,
    );
    let mut lines = table.lines();
    assert_eq!(
        lines.next().unwrap(),
        "index,time,probability,p_nearby,p_single,low,high,low_time,high_time,length,parameter,before,\
         after,p_rose,difference,sd,changed"
    );
    assert!(
        lines.next().unwrap().starts_with("20,2024-01-21T00:00Z,"),
        "{table}"
    );
    let by_position = stdout_of(bocpd(words("detect - --column 3 --time 1 -q --csv")), &rows);
    assert_eq!(table, by_position);
}

/// Columns `when`, `a` and `b`, with a change of `b` at row 20; tabs between them.
fn noise_table(n: usize) -> String {
    let rows = common::noise(n).into_iter().enumerate();
    let rows = rows.map(|(i, e)| {
        let day = i % 31 + 1;
        let month = i / 31 + 1;
        let level = if i < 20 { 0.0 } else { 50.0 };
        format!("2024-{month:02}-{day:02}T00:00Z\t0\t{}\n", level + e)
    });
    std::iter::once("when\ta\tb\n".to_owned())
        .chain(rows)
        .collect()
}

#[test]
fn irregular_times_move_the_hazard() {
    let rows = |gap: u32| -> String {
        let row = |i: u32| format!("{},{}\n", if i < 20 { i } else { i + gap }, i % 3);
        std::iter::once("t,x\n".to_owned())
            .chain((0..40).map(row))
            .collect()
    };
    let evidence = |gap, args: &str| {
        let out = stdout_of(
            bocpd(words(&format!("detect --json -q -l 50 {args}"))),
            &rows(gap),
        );
        serde_json::from_str::<Value>(&out).unwrap()["ln_evidence"]
            .as_f64()
            .unwrap()
    };
    assert_eq!(evidence(0, ""), evidence(1000, ""));
    assert_eq!(evidence(0, ""), evidence(0, "--irregular"));
    assert!(evidence(0, "--irregular") > evidence(1000, "--irregular") + 0.1);
}

#[test]
fn exit_codes() {
    let code = |line: &str, input: &str| run_on(bocpd(words(line)), input).status.code();
    let quiet = "1\n2\n1\n2\n1\n2\n1\n2\n";
    assert_eq!(code("detect", quiet), Some(0));
    assert_eq!(code("detect --exit-code", quiet), Some(0));
    assert_eq!(code("detect --exit-code", &steps(100, 50)), Some(3));
    assert_eq!(code("detect", &steps(100, 50)), Some(0));
    assert_eq!(code("detect --nu 4", quiet), Some(2));
    assert_eq!(code("detect --model no-such", quiet), Some(2));
    assert_eq!(code("detect --kappa -1", quiet), Some(2));
    assert_eq!(code("detect", "1\nx\n"), Some(1));
    assert_eq!(code("detect /no/such/file", ""), Some(1));
    for line in ["--help", "detect --help", "stream --help"] {
        let help = detect(line);
        assert!(
            help.contains("Exit codes:") && help.contains("3  only with --exit-code"),
            "{line}"
        );
    }
}

#[test]
fn no_change_is_a_sentence() {
    assert_eq!(
        stdout_of(bocpd(words("detect -q")), "1\n2\n1\n2\n"),
        "no change in 4 observations\n"
    );
    let csv = stdout_of(bocpd(words("detect -q --csv")), "1\n2\n1\n2\n");
    assert_eq!(
        csv,
        "index,probability,p_nearby,p_single,low,high,length,parameter,before,after,p_rose,difference,sd,changed\n"
    );
}

#[test]
fn a_long_series_is_looked_back_over_as_a_short_one_is() {
    let output = run_on(
        bocpd(words("detect -q --json --min-weight 1e-9")),
        &steps(40_000, 10_000),
    );
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let p_change_at = found["p_change_at"].as_array().unwrap();
    assert_eq!(p_change_at.len(), 40_000);
    let changes = found["changepoints"].as_array().unwrap();
    let indices: Vec<_> = changes
        .iter()
        .map(|change| change["index"].as_u64().unwrap())
        .collect();
    assert_eq!(indices, [10_000, 20_000, 30_000]);
    for change in changes {
        let number = |name: &str| change[name].as_f64().unwrap();
        assert!(
            number("probability") > 0.99 && number("p_nearby") > 0.99,
            "{change}"
        );
        assert_eq!(change["low"], change["index"]);
        let rose = change["index"] != 20_000;
        let p_rose = number("p_rose");
        assert!(if rose { p_rose > 0.99 } else { p_rose < 0.01 }, "{change}");
        let size = number("difference");
        assert!((size.abs() - 20.0).abs() < 0.1 && (size > 0.0) == rose);
    }
}

#[test]
fn one_wild_value_blinds_nothing() {
    let series = format!("{}1e300\n{}", steps(60, 1000), steps(120, 60));
    let found = stdout_of(bocpd(words("detect -q --csv")), &series);
    assert!(
        found.lines().any(|line| line.starts_with("121,")),
        "{found}"
    );
}

#[test]
fn exactly_so_many_changes() {
    let found = |args: &str| {
        let out = stdout_of(
            bocpd(words(&format!(
                "detect -q --json docs/data/nile.csv {args}"
            ))),
            "",
        );
        let found: Value = serde_json::from_str(&out).unwrap();
        let changes = found["changepoints"].as_array().unwrap().clone();
        let at = |change: &Value| change["time"].as_str().unwrap().to_owned();
        changes.iter().map(at).collect::<Vec<_>>()
    };
    assert_eq!(found("--changes 1"), ["1899"]);
    assert_eq!(found("--changes 0"), [""; 0]);
    assert_eq!(found("--changes 3").len(), 3);
    let output = run_on(bocpd(words("detect -q --changes 9")), "1\n2\n");
    let said = text(&output.stderr);
    assert!(said.contains("--changes must be a number that"), "{said}");
    assert_eq!(output.status.code(), Some(2));
}
