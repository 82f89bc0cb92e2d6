//! What `detect` finds with nothing said: cases that hurt, each of which stands for its kind.

use crate::common;

use std::f64::consts::TAU;

use common::{bocpd, lines, noise, run_on, text, words};
use serde_json::Value;

/// Where a series changed, with nothing said.
fn found(values: impl IntoIterator<Item = f64>) -> (Vec<u64>, Value, String) {
    let input = lines(values);
    let output = run_on(bocpd(words("detect --json")), &input);
    assert!(output.status.success(), "{output:?}");
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let changes = found["changepoints"].as_array().unwrap();
    let changes = changes
        .iter()
        .map(|change| change["index"].as_u64().unwrap());
    (changes.collect(), found, text(&output.stderr))
}

fn changes(values: impl IntoIterator<Item = f64>) -> Vec<u64> {
    found(values).0
}

/// Normal noise with standard deviation 1, by sums of uniform numbers.
fn normal(n: usize) -> Vec<f64> {
    let uniform = noise(12 * n);
    uniform
        .chunks_exact(12)
        .map(|twelve| twelve.iter().sum::<f64>() / 2.0)
        .collect()
}

/// Levels that last equally long, with noise.
fn levels(levels: &[f64], every: usize, sd: f64) -> Vec<f64> {
    let noise = normal(levels.len() * every);
    let rounded = |x: f64| (x * 1000.0).round() / 1000.0;
    noise
        .iter()
        .enumerate()
        .map(|(i, e)| rounded(levels[i / every] + sd * e))
        .collect()
}

fn every(step: u64, n: u64) -> Vec<u64> {
    (1..n).map(|i| i * step).collect()
}

/// Steps of four standard deviations may be found one observation beside.
fn assert_near(got: &[u64], want: &[u64]) {
    assert_eq!(got.len(), want.len(), "{got:?}");
    let near = got
        .iter()
        .zip(want)
        .all(|(got, want)| got.abs_diff(*want) <= 1);
    assert!(near, "{got:?}");
}

#[test]
fn plain_changes_of_level_are_found() {
    assert_eq!(changes([1.0, 1.1, 0.9, 1.0, 5.0, 5.1, 4.9, 5.0]), [4]);
    assert_eq!(changes([0.51, 0.52, 0.5, 0.51, 0.9, 0.91, 0.92, 0.89]), [4]);
    let deploy = levels(&[100.0, 80.0, 400.0, 380.0], 60, 3.0);
    assert_eq!(changes(deploy), [60, 120, 180]);
    let staircase: Vec<_> = (0..10).map(|i| 4.0 * f64::from(i)).collect();
    assert_near(&changes(levels(&staircase, 40, 1.0)), &every(40, 10));
    let stairs: Vec<_> = (0..10).map(|i| 20.0 * f64::from(i)).collect();
    assert_eq!(changes(levels(&stairs, 48, 0.7)), every(48, 10));
    let deaf = levels(&[20.0, 80.0, 80.0, 88.0, 80.0], 48, 0.7);
    assert_eq!(changes(deaf), [48, 144, 192]);
}

/// A stream is not deaf after a large change.
#[test]
fn a_stream_hears_after_a_large_change() {
    let input = lines(levels(&[20.0, 80.0, 80.0, 88.0, 80.0], 96, 0.7));
    let output = run_on(
        bocpd(words("stream -q --warm-up 48 --alarm --only-alarms")),
        &input,
    );
    assert!(output.status.success());
    let alarms = common::json_lines(&text(&output.stdout));
    let began: Vec<_> = alarms
        .iter()
        .map(|line| line["alarm"]["began"].as_u64().unwrap())
        .collect();
    assert_eq!(began, [96, 288, 384]);
}

#[test]
fn spikes_are_no_segments() {
    let mut values = levels(&[20.0, 21.6], 150, 1.0);
    for at in [40, 110, 220] {
        values[at] += 40.0;
    }
    let (found, result, _) = found(values);
    assert_eq!(found.len(), 1);
    assert!((148..=152).contains(&found[0]), "{found:?}");
    for at in [40, 110, 220] {
        assert!(result["p_outlier"][at].as_f64().unwrap() > 0.9);
    }
}

#[test]
fn the_kind_of_data_is_recognised() {
    let uniform = noise(600);
    let share = |i: usize| if i < 300 { -0.96 } else { -0.4 };
    let binary = uniform
        .iter()
        .enumerate()
        .map(|(i, e)| f64::from(u8::from(*e < share(i))));
    let (changed, _, said) = found(binary);
    assert_eq!(changed.len(), 1, "{said}");
    assert!(said.contains("yes-or-no"), "{said}");
    assert!((285..=315).contains(&changed[0]), "{changed:?}");
    // Mostly zeros, and now and then a number.
    let mostly_zero = noise(600).into_iter().zip(normal(600));
    let mostly_zero = mostly_zero.map(|(e, x)| {
        if e > 0.8 {
            (10.0 * (3.0 + x)).round() / 10.0
        } else {
            0.0
        }
    });
    assert_eq!(changes(mostly_zero), [] as [u64; 0]);
}

#[test]
fn readings_on_a_grid_are_no_changes() {
    let quantised = levels(&[20.0, 21.0], 200, 0.3).into_iter().map(f64::round);
    assert_eq!(changes(quantised).len(), 1);
    let quiet = normal(200).into_iter().map(|e| (0.3 * e).round());
    assert_eq!(changes(quiet), [] as [u64; 0]);
}

#[test]
fn seasons_and_drifts_are_no_changes() {
    let season = normal(600).into_iter().enumerate();
    let season = season.map(|(i, e)| 100.0 + 15.0 * (TAU * i as f64 / 24.0).sin() + 3.0 * e);
    assert_eq!(changes(season), [] as [u64; 0]);
    let drift = normal(600)
        .into_iter()
        .enumerate()
        .map(|(i, e)| 100.0 + 0.02 * i as f64 + 2.0 * e);
    let (changed, result, _) = found(drift);
    assert!(changed.is_empty(), "{}", result["changepoints"]);
}

/// Three days of minutes, too few cycles for a season of a day to count as one.
#[test]
fn a_season_of_few_cycles_is_no_change() {
    let minutes = normal(4320).into_iter().enumerate();
    let minutes = minutes.map(|(i, e)| 1000.0 + 200.0 * (TAU * i as f64 / 1440.0).sin() + 20.0 * e);
    assert_eq!(changes(minutes), [] as [u64; 0]);
}

/// Counts whose variance is several times their mean.
#[test]
fn overdispersed_counts_change_once() {
    let rate = |i: usize| if i < 336 { 20.0 } else { 56.0 };
    let counts = normal(672).into_iter().enumerate();
    let counts: Vec<f64> = counts
        .map(|(i, e)| (rate(i) * (0.5 * e - 0.125).exp()).round())
        .collect();
    let (found, _, said) = found(counts.iter().copied());
    assert_eq!(found.len(), 1, "{said}");
    assert!((330..=342).contains(&found[0]), "{found:?}");
    // As Poisson counts they would change again and again, which is said.
    let output = run_on(bocpd(words("detect -m poisson --json")), &lines(counts));
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(result["changepoints"].as_array().unwrap().len() > 5);
    assert!(!result["remarks"].as_array().unwrap().is_empty());
}

#[test]
fn two_or_three_numbers_are_too_few() {
    for few in [&[5.0, 9.0][..], &[1.0, 2.0, 50.0], &[7.0]] {
        assert_eq!(changes(few.iter().copied()), [] as [u64; 0], "{few:?}");
    }
}

#[test]
fn lines_have_no_steps() {
    assert_eq!(changes((1..=8).map(f64::from)), [] as [u64; 0]);
    assert_eq!(changes((1..=100).map(f64::from)), [] as [u64; 0]);
}
