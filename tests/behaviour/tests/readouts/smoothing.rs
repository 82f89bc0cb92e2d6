//! Smoothed marginals, credible sets and draws of segmentations are sums over
//! all segmentations.

use crate::common;
use bocpd_core::error::ReadoutError;
use bocpd_core::{AnyDetector, History};
use bocpd_tests::catalogue::{self, MODELS};
use bocpd_tests::close::{assert_all_close, assert_close};
use bocpd_tests::oracle::config;
use bocpd_tests::oracle::enumerate::Enumeration;
use bocpd_tests::random::Random;
use serde_json::{Value, json};

const TOLERANCE: f64 = 1e-10;
const N: usize = 9;

fn keeping(config: &Value, history: Value) -> Value {
    let mut config = config.clone();
    config["history"] = history;
    config
}

/// P(at least one start in low..=high | data).
fn between(all: &Enumeration, low: usize, high: usize) -> f64 {
    let ln_evidence = all.ln_evidence();
    let paths = all.paths.iter();
    paths
        .filter(|path| path.starts.iter().any(|s| (low..=high).contains(s)))
        .map(|path| (path.ln_joint - ln_evidence).exp())
        .sum()
}

/// Holds what a detector with a lag (none: everything) says to the enumeration.
#[track_caller]
fn compare(what: &str, detector: &AnyDetector, all: &Enumeration, lag: Option<usize>) {
    let want = all.smoothed();
    let t = want.len() - 1;
    let first = lag.map_or(0, |lag| t.saturating_sub(lag));
    let smoothed = detector.smoothed().expect("a history");
    assert_eq!(smoothed.first, first as u64, "{what}");
    assert_all_close(what, &smoothed.p_change_at, &want[first..], TOLERANCE);
    let changes: f64 = want[first.max(1)..].iter().sum();
    assert_close(
        what,
        detector.expected_changes().unwrap(),
        changes,
        TOLERANCE,
    );
    for low in first..=t {
        let got = detector.p_change_at(low as u64).unwrap();
        assert_close(what, got, want[low], TOLERANCE);
        for high in low..=t {
            let got = detector.p_change_between(low as u64, high as u64).unwrap();
            let want = between(all, low, high);
            assert_close(&format!("{what}: {low}..={high}"), got, want, TOLERANCE);
        }
    }
}

/// Holds the locations of arbitrary changepoints to the enumeration.
#[track_caller]
fn compare_locations(what: &str, detector: &AnyDetector, all: &Enumeration, changepoints: &[u64]) {
    let first = detector.smoothed().unwrap().first;
    let last = detector.observations() - 1;
    let locations = detector.locations(changepoints, 0.7).unwrap();
    let ln_evidence = all.ln_evidence();
    for location in &locations {
        let i = changepoints
            .iter()
            .position(|&c| c == location.index)
            .unwrap();
        let middle = |a: u64, b: u64| u64::midpoint(a, b);
        let low = if i == 0 {
            1
        } else {
            middle(changepoints[i - 1], changepoints[i]) + 1
        };
        let next = changepoints.get(i + 1);
        let high = next.map_or(last, |&next| middle(changepoints[i], next));
        let low = low.max(first);
        assert_eq!(location.neighbourhood, (low, high), "{what}");
        // P(the one start in low..=high is s).
        let mut single = vec![0.0; usize::try_from(high + 1).unwrap()];
        for path in &all.paths {
            let inside: Vec<usize> = path
                .starts
                .iter()
                .copied()
                .filter(|&s| (low..=high).contains(&(s as u64)))
                .collect();
            if let [s] = inside[..] {
                single[s] += (path.ln_joint - ln_evidence).exp();
            }
        }
        let total: f64 = single.iter().sum();
        let some = between(
            all,
            usize::try_from(low).unwrap(),
            usize::try_from(high).unwrap(),
        );
        assert_close(what, location.p_nearby, some, TOLERANCE);
        assert_close(what, location.p_single, total, TOLERANCE);
        if total < 1e-6 {
            continue;
        }
        let inside = location
            .credible
            .iter()
            .map(|&s| single[usize::try_from(s).unwrap()]);
        let share = inside.clone().sum::<f64>() / total;
        assert_close(what, location.share, share, 1e-8);
        // No smaller set has as much: without its least member it has too little,
        // and what is outside is no likelier than what is inside.
        let least = inside.fold(f64::INFINITY, f64::min);
        assert!(
            share >= 0.7 - 1e-8 && share - least / total < 0.7 + 1e-8,
            "{what}"
        );
        for s in low..=high {
            let p = single[usize::try_from(s).unwrap()];
            assert!(
                location.credible.contains(&s) || p <= least + 1e-9,
                "{what}"
            );
        }
    }
    let inside = changepoints.iter().filter(|&&c| c >= first).count();
    assert_eq!(locations.len(), inside, "{what}");
}

/// Feeds random data, some of it missing, and compares after each value.
fn hold(config: &Value, irregular: bool, draw: fn(&mut Random, u64) -> f64, random: &mut Random) {
    let (model, hazard) = config::parse(config);
    let kept = [None, Some(0), Some(1), Some(3), Some(100)];
    let mut detectors = kept.map(|lag: Option<usize>| {
        let history = lag.map_or(json!("all"), |lag| json!({"lag": lag}));
        common::build(&keeping(config, history))
    });
    let (mut data, mut elapsed) = (Vec::new(), Vec::new());
    for t in 0..N {
        let level = random.below(3);
        let x = draw(random, level);
        data.push((random.uniform() < 0.85).then_some(x));
        elapsed.push(if irregular {
            random.between(0.1, 3.0)
        } else {
            1.0
        });
        let gap = irregular.then_some(elapsed[t]);
        let all = Enumeration::new(&*model, &hazard, &data, &elapsed);
        for (detector, lag) in detectors.iter_mut().zip(kept) {
            common::try_feed(detector, gap, data[t]).expect("a step");
            let what = format!("{config}, lag {lag:?}, after {data:?}");
            compare(&what, detector, &all, lag);
            let end = t as u64 + 1;
            for changepoints in [vec![2], vec![1, 5], vec![3, 4, 8]] {
                let inside: Vec<u64> = changepoints.into_iter().filter(|&c| c < end).collect();
                compare_locations(&what, detector, &all, &inside);
            }
        }
    }
}

#[test]
fn every_model_under_every_hazard() {
    let mut random = Random::new(41);
    for entry in &MODELS {
        for hazard in catalogue::hazards(4.0) {
            let config = catalogue::config(&(entry.model)(&mut random), &hazard);
            hold(&config, false, entry.draw, &mut random);
        }
    }
}

#[test]
fn every_model_at_irregular_times() {
    let mut random = Random::new(42);
    for entry in &MODELS {
        // The first four hazards have a meaning in continuous time.
        for hazard in catalogue::hazards(4.0).iter().take(4) {
            let config = catalogue::config(&(entry.model)(&mut random), hazard);
            hold(&config, true, entry.draw, &mut random);
        }
    }
}

#[test]
fn impossible_and_certain_changes() {
    let mut random = Random::new(43);
    for table in [
        vec![0.0, 0.0, 1.0],
        vec![1.0],
        vec![0.0],
        vec![0.3, 0.0, 0.9, 0.0, 1.0],
    ] {
        let hazard = json!({"table": {"hazards": table}});
        let config = catalogue::config(&(MODELS[0].model)(&mut random), &hazard);
        hold(&config, false, MODELS[0].draw, &mut random);
    }
}

/// The probability of each segmentation among many draws, against its own.
#[test]
fn draws_come_from_the_posterior_over_segmentations() {
    let mut random = Random::new(44);
    for hazard in [
        json!({"constant": {"mean_run_length": 3.0}}),
        json!({"weibull": {"shape": 2.0, "scale": 3.0}}),
    ] {
        let entry = &MODELS[0];
        let config = catalogue::config(&(entry.model)(&mut random), &hazard);
        let data: Vec<f64> = [0, 0, 1, 1, 1, 0]
            .iter()
            .map(|&l| 0.4 * (entry.draw)(&mut random, l))
            .collect();
        let (model, hazard) = config::parse(&config);
        let missing: Vec<Option<f64>> = data.iter().copied().map(Some).collect();
        let all = Enumeration::regular(&*model, &hazard, &missing);
        let detector = common::run(&keeping(&config, json!("all")), &data);
        let n = 200_000;
        let draws = detector.sample_segmentations(n, 7).unwrap();
        for path in &all.paths {
            let changes: Vec<u64> = path.starts[1..].iter().map(|&s| s as u64).collect();
            let hits = draws.iter().filter(|draw| **draw == changes).count();
            let p = (path.ln_joint - all.ln_evidence()).exp();
            // Five standard errors, for 64 comparisons.
            let error = (p * (1.0 - p) / n as f64).sqrt();
            let share = hits as f64 / n as f64;
            assert!(
                (share - p).abs() < 5.0 * error + 1e-5,
                "{changes:?}: {share} is not {p}"
            );
        }
    }
}

/// The same seed, the same draws, for ever.
#[test]
fn draws_are_reproducible() {
    let config = catalogue::config(
        &json!({"gaussian": {"mean": 0.0, "kappa": 0.1, "alpha": 1.0, "beta": 1.0}}),
        &json!({"constant": {"mean_run_length": 10.0}}),
    );
    let data = [0.1, -0.4, 0.3, 2.1, 1.7, 2.4, 1.9, -0.3, 0.2, 0.4];
    let detector = common::run(&keeping(&config, json!("all")), &data);
    let draws = detector.sample_segmentations(5, 2026).unwrap();
    let want: [&[u64]; 5] = [&[3, 6], &[], &[], &[1], &[]];
    assert_eq!(draws, want);
    assert_eq!(draws, detector.sample_segmentations(5, 2026).unwrap());
    assert_ne!(draws, detector.sample_segmentations(5, 2027).unwrap());
}

#[test]
fn what_is_not_kept_is_an_error() {
    let config = catalogue::config(
        &json!({"poisson": {"shape": 1.0, "rate": 1.0}}),
        &json!({"constant": {"mean_run_length": 10.0}}),
    );
    let data = [1.0, 2.0, 1.0, 9.0, 8.0, 9.0];
    let nothing = common::run(&config, &data);
    let kept = History::Nothing;
    assert_eq!(nothing.smoothed(), Err(ReadoutError::History { kept }));
    let lag = common::run(&keeping(&config, json!({"lag": 2})), &data);
    assert_eq!(
        lag.p_change_at(2),
        Err(ReadoutError::Index {
            index: 2,
            first: 3,
            end: 6
        })
    );
    assert!(lag.p_change_at(6).is_err() && lag.p_change_at(3).unwrap() > 0.5);
    assert!(lag.sample_segmentations(1, 1).is_err());
    let fresh = common::build(&keeping(&config, json!("all")));
    assert!(fresh.smoothed().is_err() && fresh.sample_segmentations(1, 1).is_err());
}

/// A history is part of a snapshot, forgotten by a reset, and leaves the filter
/// alone.
#[test]
fn history_in_the_life_of_a_detector() {
    let mut random = Random::new(45);
    for entry in &MODELS {
        let hazard = json!({"constant": {"mean_run_length": 8.0}});
        let mut config = catalogue::config(&(entry.model)(&mut random), &hazard);
        config["pruning"] = json!({"max_hypotheses": 12});
        let data = entry.series(5, &[(20, 0), (20, 1), (20, 2)]);
        for history in [json!("all"), json!({"lag": 7})] {
            let with = keeping(&config, history);
            let mut detector = common::run(&with, &data[..33]);
            let mut restored = bocpd_core::any::restore(&detector.snapshot()).unwrap();
            for &x in &data[33..] {
                common::feed(&mut detector, Some(x));
                common::feed(&mut restored, Some(x));
            }
            assert_eq!(detector.smoothed(), restored.smoothed());
            assert_eq!(detector.snapshot(), restored.snapshot());
            let without = common::run(&config, &data);
            assert_eq!(
                common::Readouts::of(&detector),
                common::Readouts::of(&without)
            );
            let smoothed = detector.smoothed();
            detector.reset();
            assert!(detector.smoothed().is_err());
            for &x in &data {
                common::feed(&mut detector, Some(x));
            }
            assert_eq!(detector.smoothed(), smoothed);
        }
    }
}

/// A refused observation leaves no trace in the history.
#[test]
fn a_refused_observation_changes_nothing() {
    let config = catalogue::config(
        &json!({"gaussian": {"mean": 0.0, "kappa": 0.1, "alpha": 1.0, "beta": 1.0}}),
        &json!({"weibull": {"shape": 2.0, "scale": 5.0}}),
    );
    let data = [0.1, -0.4, 0.3, 5.1, 4.7, 5.4];
    let clean = common::run(&keeping(&config, json!("all")), &data);
    let mut tried = common::build(&keeping(&config, json!("all")));
    for x in data {
        assert!(tried.update(&[f64::NAN]).is_err());
        assert!(tried.update_after(-1.0, &[x]).is_err());
        common::feed(&mut tried, Some(x));
    }
    assert_eq!(tried.smoothed(), clean.smoothed());
}

/// With few hypotheses the marginals stay marginals, near the exact ones, and
/// what is lost is reported.
#[test]
fn pruned_marginals_are_near_the_exact_ones() {
    let entry = &MODELS[0];
    let hazard = json!({"constant": {"mean_run_length": 40.0}});
    let model = json!({"gaussian": {"mean": 5.0, "kappa": 0.1, "alpha": 1.0, "beta": 1.0}});
    let config = catalogue::config(&model, &hazard);
    let data = entry.series(9, &[(50, 0), (60, 1), (50, 0), (40, 2)]);
    let exact = common::run(&keeping(&config, json!("all")), &data);
    let few = common::pruned(&config, &json!({"max_hypotheses": 48}));
    let few = common::run(&keeping(&few, json!("all")), &data);
    assert_eq!(exact.pruned_mass(), 0.0);
    assert!(few.pruned_mass() > 0.0);
    let (exact, few) = (exact.smoothed().unwrap(), few.smoothed().unwrap());
    for (a, b) in exact.p_change_at.iter().zip(&few.p_change_at) {
        assert!((a - b).abs() < 0.02 && (0.0..=1.0).contains(b), "{a} {b}");
    }
}
