//! `bocpd fit`: what it finds is what `bocpd detect` then uses.

use crate::common;

use std::fs;
use std::path::Path;

use common::{bocpd, lines, noise, run_on, stdout_of, text, words};
use serde_json::Value;

/// So long is a series.
const N: usize = 120;

/// Levels that differ, with noise, as a file.
fn write(folder: &Path, name: &str, seed: usize) -> String {
    let path = folder.join(name);
    let noise = noise(800);
    let values = (0..N).map(|t| {
        let level = ((t / 15 + seed) * 7 % 5) as f64 * 3.0;
        format!("{:.4}", level + noise[t + seed * 50])
    });
    fs::write(&path, lines(values)).unwrap();
    path.display().to_string()
}

fn fit(args: &str) -> Value {
    let line = format!("fit -q --json {args}");
    serde_json::from_str(&stdout_of(bocpd(words(&line)), "")).unwrap()
}

fn evidence(args: &str) -> f64 {
    let line = format!("detect -q --json {args}");
    let found: Value = serde_json::from_str(&stdout_of(bocpd(words(&line)), "")).unwrap();
    found["ln_evidence"].as_f64().unwrap()
}

#[test]
fn the_options_that_were_found_do_what_was_promised() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (
        write(folder.path(), "one", 0),
        write(folder.path(), "two", 1),
    );
    let model = "--model gaussian -l 300 --outliers 0.01 --min-weight 1e-12";
    let found = fit(&format!("{one} {two} {model}"));
    let number = |name: &str| found[name].as_f64().unwrap();
    let before = evidence(&format!("{one} {model} --mean 0 --kappa 1"));
    assert!(before < 0.0);
    assert!(
        number("ln_evidence") > number("ln_evidence_before") + 20.0,
        "{found}"
    );
    assert_eq!(
        (&found["series"], &found["observations"]),
        (&2.into(), &(2 * N).into())
    );
    assert_eq!(found["converged"], true, "{found}");

    // As options, and as a configuration.
    let options = found["options"].as_str().unwrap();
    assert!(
        options.contains("--outliers 0.01 --min-weight 1e-12"),
        "{options}"
    );
    let by_options: f64 = [&one, &two]
        .map(|file| evidence(&format!("{file} {options}")))
        .iter()
        .sum();
    assert!(
        (by_options - number("ln_evidence")).abs() < 1e-6,
        "{by_options} {found}"
    );
    let config = folder.path().join("config.json");
    fs::write(&config, found["config"].to_string()).unwrap();
    let config = config.display();
    let by_file: f64 = [&one, &two]
        .map(|file| evidence(&format!("{file} --config {config}")))
        .iter()
        .sum();
    assert_eq!(by_file, by_options);

    // On one line alone, to be put in the place of options.
    let line = stdout_of(
        bocpd(words(&format!("fit -q --options {one} {two} {model}"))),
        "",
    );
    assert_eq!(line.trim_end(), options);

    // Segments are 15 long, levels differ by three times the noise at least.
    let value = |name: &str| {
        let all = found["parameters"].as_array().unwrap().iter();
        let mut those = all.filter(|one| one["name"] == name);
        those.next().unwrap()["value"].as_f64().unwrap()
    };
    assert!((8.0..30.0).contains(&value("mean_run_length")), "{found}");
    assert!((0.01..0.3).contains(&value("kappa")), "{found}");
    assert_eq!(value("outliers"), 0.01);
}

#[test]
fn what_is_fixed_stays_and_what_is_free_moves() {
    let folder = tempfile::tempdir().unwrap();
    let one = write(folder.path(), "one", 0);
    let model = "--model gaussian --mean 1 --kappa 0.5 -l 50 --outliers 0.05";
    let names = "--fixed mean,--mean-run-length --free outliers";
    let found = fit(&format!("{one} {model} {names}"));
    for parameter in found["parameters"].as_array().unwrap() {
        let moved = parameter["value"] != parameter["before"];
        let name = parameter["name"].as_str().unwrap();
        let stays = ["mean", "mean_run_length"].contains(&name);
        assert_eq!(moved, !stays, "{parameter}");
        assert_eq!(parameter["outcome"] == "fixed", stays, "{parameter}");
    }
}

#[test]
fn every_format_has_every_parameter() {
    let folder = tempfile::tempdir().unwrap();
    let one = write(folder.path(), "one", 0);
    let run = |format: &str| {
        let line = format!("fit {one} --model gaussian -l 100 {format}");
        run_on(bocpd(words(&line)), "")
    };
    let table = run("");
    let (out, said) = (text(&table.stdout), text(&table.stderr));
    assert!(
        said.contains("begins with model gaussian with mean"),
        "{said}"
    );
    let names: Vec<_> = out
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    let expected = [
        "parameter",
        "--mean",
        "--kappa",
        "--alpha",
        "--beta",
        "--mean-run-length",
        "ln",
        "--model",
    ];
    assert_eq!(names, expected, "{out}");
    let csv = text(&run("--csv -q").stdout);
    let mut rows = csv.lines();
    assert_eq!(
        rows.next(),
        Some("part,name,option,before,value,error,outcome")
    );
    assert!(
        csv.contains("\nhazard,mean_run_length,--mean-run-length,100,"),
        "{csv}"
    );
    assert_eq!(rows.count(), 5);
}

/// Levels that never change tell nothing of how long segments are, nor how levels spread.
#[test]
fn what_a_history_does_not_tell_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("quiet");
    fs::write(&file, lines(noise(N).iter().map(|x| format!("{x:.4}")))).unwrap();
    let line = format!("fit {} --model gaussian -l 50", file.display());
    let output = run_on(bocpd(words(&line)), "");
    assert!(output.status.success(), "{output:?}");
    let said = text(&output.stderr);
    assert!(
        said.contains("--mean-run-length: as far as a fit goes")
            || said.contains("next to nothing of"),
        "{said}"
    );
}

#[test]
fn what_cannot_be_fitted_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let one = write(folder.path(), "one", 0);
    let bad = folder.path().join("bad");
    fs::write(&bad, "3\n4\n-1\n5\n").unwrap();
    let timed = folder.path().join("timed");
    fs::write(&timed, "time,x\n1,3\n2,4\n4,1\n").unwrap();
    let (bad, timed) = (bad.display(), timed.display());
    for (line, code, want) in [
        (
            format!("{one} --model poisson --fixed kappa"),
            2,
            "(shape, rate, mean-run-length), got \"kappa\"",
        ),
        (
            format!("{one} --model gaussian --free drift"),
            2,
            "got \"drift\"",
        ),
        (
            format!("{one} --model gaussian --fixed mean --free mean"),
            2,
            "either fixed or free",
        ),
        (
            format!("{one} --model structured-gaussian --free drift"),
            2,
            "moves by factors",
        ),
        (
            format!("{bad} --model poisson --rate 1"),
            1,
            "bad, line 3: observation must be a whole number",
        ),
        (
            format!("{timed} --hazard rate --hazard-rate 0.1"),
            2,
            "fit counts observations",
        ),
        (
            format!("{one} --evaluations 0"),
            2,
            "--evaluations must lie in [1, 1e9], got 0",
        ),
        (format!("{one} missing-file"), 1, "cannot open missing-file"),
    ] {
        let output = run_on(bocpd(words(&format!("fit -q {line}"))), "");
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{line}: {said}");
        assert!(said.contains(want), "{line}: {said}");
    }
}

#[test]
fn a_search_that_was_ended_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let one = write(folder.path(), "one", 0);
    let line = format!("fit {one} --model gaussian -l 100 --evaluations 20");
    let output = run_on(bocpd(words(&line)), "");
    assert!(output.status.success());
    let said = text(&output.stderr);
    assert!(said.contains("--evaluations allows more"), "{said}");
}
