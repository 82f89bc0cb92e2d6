//! The options of models and hazards: made from the lists of the core, nothing left out.

use crate::common;

use bocpd_core::list::{HAZARDS, MODELS};
use bocpd_core::parameter::ParameterValue;
use common::{bocpd, run_on, stdout_of, text, words};
use serde_json::Value;

/// Options whose names are not those of the parameters.
const OWN_NAMES: [(&str, &str); 4] = [
    ("mean_run_length", "--mean-run-length"),
    ("mean_run_lengths", "--mean-run-lengths"),
    ("per_unit_time", "--hazard-rate"),
    ("hazards", "--hazard-table"),
];

fn model_option(name: &str) -> String {
    format!("--{}", name.replace('_', "-"))
}

fn hazard_option(name: &str) -> String {
    let own = OWN_NAMES.iter().find(|(parameter, _)| *parameter == name);
    own.map_or_else(
        || format!("--hazard-{}", name.replace('_', "-")),
        |(_, option)| (*option).to_owned(),
    )
}

fn written(value: &ParameterValue) -> String {
    match value {
        ParameterValue::Number(number) => number.to_string(),
        ParameterValue::Whole(number) => number.to_string(),
        ParameterValue::List(list) => {
            let list: Vec<_> = list.iter().map(ToString::to_string).collect();
            list.join(",")
        }
    }
}

fn config_of(options: &[String]) -> Value {
    let args = ["detect", "--json", "-q"].map(str::to_owned);
    let out = stdout_of(bocpd(args.iter().chain(options)), "1\n1\n1\n");
    let found: Value = serde_json::from_str(&out).unwrap();
    found["config"].clone()
}

/// The options that stand for these values.
fn given(
    names: impl Iterator<Item = String>,
    values: Vec<Option<ParameterValue>>,
) -> impl Iterator<Item = String> {
    let values = names.zip(values);
    values.flat_map(|(name, value)| {
        let value = value.map(|value| [name, written(&value)]);
        value.into_iter().flatten()
    })
}

fn refusal(line: &str) -> String {
    let output = run_on(bocpd(words(line)), "1\n0\n1\n");
    assert_eq!(output.status.code(), Some(2), "{line}: {output:?}");
    text(&output.stderr).trim_end().to_owned()
}

#[test]
fn every_model_and_hazard_is_in_the_help() {
    for command in ["detect", "stream", "calibrate", "fit"] {
        let help = stdout_of(bocpd([command, "--help-all"]), "");
        let models = MODELS.iter().map(|m| (m.name, m.summary(), m.parameters));
        let hazards = HAZARDS.iter().map(|h| (h.name, h.summary(), h.parameters));
        // Long lines are broken in two.
        let flat = help.split_whitespace().collect::<Vec<_>>().join(" ");
        let kinds = models.map(|model| (model, model_option as fn(&str) -> String));
        for ((name, summary, parameters), option) in
            kinds.chain(hazards.map(|hazard| (hazard, hazard_option as fn(&str) -> String)))
        {
            let options: Vec<_> = parameters.iter().map(|p| option(p.name)).collect();
            let name = name.replace('_', "-");
            let summary = summary.trim_end_matches('.');
            let expected = format!("- {name}: {summary}: {}", options.join(" "));
            assert!(
                flat.contains(&expected),
                "{command} --help-all lacks {expected:?}"
            );
            for option in options {
                let explained = help.lines().any(|line| {
                    let line = line.trim_start();
                    line.starts_with(&option) || line.starts_with("-l, --mean-run-length")
                });
                assert!(explained, "{command} --help-all does not explain {option}");
            }
        }
    }
}

#[test]
fn every_model_can_be_said_in_options() {
    for spec in MODELS {
        let mut values = vec![None; spec.parameters.len()];
        if let Some(trials) = spec.parameters.iter().position(|p| p.name == "trials") {
            values[trials] = Some(ParameterValue::Whole(3));
        }
        let model = spec.with(&values, Some(&[])).unwrap();
        let names = spec.parameters.iter().map(|p| model_option(p.name));
        let mut options = vec!["--model".to_owned(), spec.name.replace('_', "-")];
        // How many features there are follows from their columns.
        let named = names.zip(model.values());
        let (names, values): (Vec<_>, Vec<_>) =
            named.filter(|(name, _)| name != "--features").unzip();
        options.extend(given(names.into_iter(), values));
        let config = config_of(&options);
        assert_eq!(config["model"], serde_json::json!(model), "{options:?}");
        // The names of configurations are understood too.
        options[1] = spec.name.to_owned();
        assert_eq!(config_of(&options), config);
    }
}

/// Columns of features by name and by position, and what is said of those that cannot be.
#[test]
fn features_are_columns() {
    let rows: Vec<String> = (0..60)
        .map(|i| {
            let feature = i * 7 % 11 - 5;
            let response = if i < 31 { feature } else { -feature };
            format!("{i},{},{feature},{}", response * 10 + i * 3 % 5, i % 2)
        })
        .collect();
    let table = format!("t,y,a,b\n{}\n", rows.join("\n"));
    let line = "detect --column y --model regression --feature-scale 10 --json";
    let run = |more: &str| run_on(bocpd(words(&format!("{line} {more}"))), &table);
    let found = |more: &str| -> serde_json::Value {
        let output = run(more);
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let one = found("--features a");
    assert_eq!(one["changepoints"][0]["index"], 31);
    assert_eq!(one["config"]["model"]["regression"]["features"], 1);
    assert_eq!(found("--features 3")["ln_evidence"], one["ln_evidence"]);
    let two = found("--features a,b");
    assert_eq!(two["config"]["model"]["regression"]["features"], 2);
    let message = |more: &str| text(&run(more).stderr).trim_end().to_owned();
    for (more, words) in [
        ("--features c", "--features: no column \"c\"; there are"),
        ("--features a,a", "--features names column \"a\" twice"),
        (
            "--features a,y",
            "--features and --column both name column \"y\"",
        ),
        (
            "--features a,t --time t",
            "--features and --time both name column \"t\"",
        ),
    ] {
        let message = message(more);
        assert!(message.contains(words), "{message}");
    }
    let refused = message("--model gaussian --features a");
    assert!(
        refused.contains("cannot be used multiple times"),
        "{refused}"
    );
    assert_eq!(
        refusal("detect --model gaussian --features 2"),
        "bocpd: error: --features is not a parameter of --model gaussian"
    );
    let many = (1..=17)
        .map(|i| i.to_string())
        .collect::<Vec<_>>()
        .join(",");
    assert_eq!(
        refusal(&format!("detect --model regression --features {many}")),
        "bocpd: error: --features must lie in 0..=16, got 17"
    );
    // A value without one of its features; without both it is missing.
    let input = "y,a\n1,0.5\n2,NA\n";
    let line = "detect --column y --features a --model regression --missing skip";
    let output = run_on(bocpd(words(line)), input);
    let words_of =
        "line 3: the feature in column \"a\" is missing (\"NA\"), and the value is there";
    assert!(text(&output.stderr).contains(words_of), "{output:?}");
    let output = run_on(bocpd(words(line)), "y,a\n1,0.5\nNA,NA\n2,1\n");
    assert!(output.status.success(), "{output:?}");
}

/// The number beside each observation is in a column, and the model is one that takes it.
#[test]
fn numbers_beside_are_columns() {
    // At 3 an hour and then at 9, with a pause; successes out of 10, and of 2 where it is odd.
    let hours = [1, 1, 2, 4, 1, 0, 3, 1, 2, 2, 1];
    let orders = [3, 2, 7, 12, 3, 0, 28, 9, 20, 17, 8];
    let rows = hours.iter().zip(orders).map(|(h, n)| format!("{n},{h}"));
    let table = format!("orders,hours\n{}\n", rows.collect::<Vec<_>>().join("\n"));
    let run = |line: &str| run_on(bocpd(words(line)), &table);
    let found = |line: &str| -> serde_json::Value {
        let output = run(&format!("detect --column orders --json {line}"));
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let one = found("--exposure hours");
    let model = &one["config"]["model"]["poisson_exposure"];
    // The prior is on the scale of rates.
    assert!(
        (model["rate"].as_f64().unwrap() - 1.0 / 5.9).abs() < 0.05,
        "{model}"
    );
    assert_eq!(one["changepoints"][0]["index"], 6, "{one}");
    for same in [
        "--exposure 2",
        "--exposure hours --model poisson",
        "-m poisson-exposure --exposure hours",
    ] {
        assert_eq!(found(same)["ln_evidence"], one["ln_evidence"], "{same}");
    }
    let said = run("detect --column orders --exposure hours");
    assert!(
        text(&said.stderr).contains("exposure from column"),
        "{said:?}"
    );
    let message = |line: &str| {
        let output = run(&format!("detect --column orders {line}"));
        assert!(!output.status.success());
        text(&output.stderr).trim_end().to_owned()
    };
    assert_eq!(
        message("--exposure hours --model gamma"),
        "bocpd: error: --model gamma takes no --exposure; --model poisson-exposure does"
    );
    assert!(message("--exposure none").contains("--exposure: no column \"none\""));
    assert!(message("--exposure hours --weight hours").contains("cannot be used with"));
    // Of 0 hours, or as an error bar, nothing can be measured.
    assert!(message("--sd hours").contains("line 7: sd must lie in [1e-50, 1e50], got 0"));
    assert!(
        message("--weight hours").contains("line 7: weight must lie in [1e-100, 1e100], got 0")
    );
    // Trials are a number, or a column.
    let table = "k,n\n1,10\n2,10\n0,2\n3,10\n1,10\n8,10\n9,10\n2,2\n7,10\n9,10\n";
    let found = |line: &str| -> serde_json::Value {
        let output = run_on(
            bocpd(words(&format!("detect --column k --json {line}"))),
            table,
        );
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let each = found("--trials n --model binomial");
    assert_eq!(each["changepoints"][0]["index"], 5);
    assert_eq!(each["config"]["model"]["binomial_trials"]["trials"], 1);
    let all = found("--trials 10 --model binomial");
    assert_eq!(all["config"]["model"]["binomial"]["trials"], 10);
    assert_eq!(
        refusal("calibrate data.csv --exposure hours --average-run-length 100"),
        "bocpd: error: --exposure hours: what will come along with the observations of a quiet stream is \
         not known"
    );
}

#[test]
fn errors_name_the_option() {
    assert_eq!(
        refusal("detect --model student-t --nu 3,4"),
        "bocpd: error: length of --nu must be 1, got 2"
    );
    assert_eq!(
        refusal("detect --model student-t --nu -3"),
        "bocpd: error: --nu must be at least 1 and finite, got -3"
    );
    assert_eq!(
        refusal("detect --model student-t-grid --nu 3,0"),
        "bocpd: error: --nu[1] must be at least 1 and finite, got 0"
    );
    assert_eq!(
        refusal("detect --model student-t-grid --nu 3,4 --nu-prior 1"),
        "bocpd: error: length of --nu-prior must be the length of nu, got 1"
    );
    assert_eq!(
        refusal("detect --hazard weibull --hazard-shape 0 --hazard-scale 1"),
        "bocpd: error: --hazard-shape must lie in [0.01, 100], got 0"
    );
    assert_eq!(
        refusal("detect --hazard rate --hazard-rate -1"),
        "bocpd: error: --hazard-rate must be positive and finite, got -1"
    );
    assert_eq!(
        refusal("detect --hazard negative-binomial --hazard-k 4294967296 --hazard-p 0.5"),
        "bocpd: error: --hazard-k must be a whole number below 2^32, got 4294967296"
    );
    assert_eq!(
        refusal("detect --model poisson --kappa 1"),
        "bocpd: error: --kappa is not a parameter of --model poisson"
    );
    assert_eq!(
        refusal("stream --model student-t-grid"),
        "bocpd: error: a stream needs its prior beforehand (--warm-up N takes it from the first \
         N observations): --model student-t-grid needs --mean, --beta"
    );
    // Where something else is wrong, more data would not help.
    assert_eq!(
        refusal("stream --model student-t --mean 0 --beta 1 --nu 0"),
        "bocpd: error: --nu must be at least 1 and finite, got 0"
    );
    assert_eq!(
        refusal("detect --model binomial"),
        "bocpd: error: --model binomial needs --trials"
    );
    assert_eq!(
        refusal("detect --hazard table"),
        "bocpd: error: --hazard table needs --hazard-table"
    );
}

/// What is listed can be typed: each example of a model or hazard is a command line that is
/// understood, whatever the data.
#[test]
fn models_and_hazards_are_listed_with_examples() {
    let list = stdout_of(bocpd(["models"]), "");
    let names: Vec<_> = bocpd_core::list::MODELS
        .iter()
        .map(|entry| entry.name)
        .chain(bocpd_core::list::HAZARDS.iter().map(|entry| entry.name))
        .map(|name| name.replace('_', "-"))
        .collect();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("data.csv"), "1\n1\n0\n1\n").unwrap();
    for name in names {
        assert!(
            list.contains(&format!("\n  {name} ")),
            "{name} is not in {list}"
        );
        let about = stdout_of(bocpd(["models", &name]), "");
        let example = about.lines().last().unwrap();
        let example = example.strip_prefix("  Example: bocpd ").unwrap();
        let mut command = bocpd(words(example));
        command.current_dir(folder.path());
        let output = run_on(command, "");
        assert_ne!(output.status.code(), Some(2), "{example}: {output:?}");
    }
    let output = run_on(bocpd(["models", "nothing"]), "");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn help_is_short_and_has_examples() {
    for command in ["detect", "stream", "calibrate"] {
        let short = stdout_of(bocpd([command, "--help"]), "");
        let long = stdout_of(bocpd([command, "--help-all"]), "");
        assert!(
            short.contains("Examples:\n  ") && short.contains("--help-all"),
            "{short}"
        );
        assert!(
            short.lines().count() < 80,
            "{} lines",
            short.lines().count()
        );
        assert!(long.lines().count() > 2 * short.lines().count());
        assert_eq!(stdout_of(bocpd([command, "-h"]), ""), short);
        // Examples are understood.
        for line in short
            .lines()
            .filter_map(|line| line.trim().split_once("bocpd "))
        {
            let example = line.1.split(['|', '<', '>']).next().unwrap();
            let example = example.split("  ").next().unwrap();
            // Without a file, a calibration would run.
            let runs = command != "calibrate" || example.contains(".csv");
            let runs = runs && !example.contains("[OPTIONS]");
            if example.starts_with(command) && runs {
                let output = run_on(bocpd(words(example)), "");
                assert_ne!(output.status.code(), Some(2), "{example}: {output:?}");
            }
        }
    }
}

#[test]
fn shells_and_the_manual_know_every_option() {
    for shell in ["bash", "zsh", "fish"] {
        let text = stdout_of(bocpd(["completions", shell]), "");
        assert!(
            text.contains("only-alarms") && text.contains("nu"),
            "{shell}"
        );
    }
    let page = stdout_of(bocpd(["man", "detect"]), "");
    assert!(page.contains(".TH") && page.contains("decimal"), "{page}");
    assert!(stdout_of(bocpd(["man"]), "").contains("calibrate"));
}
