//! The best segmentation with each number of changes, and how probable each number is, against
//! all segmentations.

use crate::common;
use bocpd_core::readout::Segmentations;
use bocpd_core::{detect_changes, segmentations};
use bocpd_tests::catalogue::{self, MODELS};
use bocpd_tests::close::{assert_all_close, assert_close};
use bocpd_tests::oracle::config;
use bocpd_tests::oracle::enumerate::Enumeration;
use bocpd_tests::random::Random;
use serde_json::{Value, json};

const TOLERANCE: f64 = 1e-11;
const N: usize = 9;

fn found(config: &Value, data: &[Option<f64>], most: usize) -> Segmentations {
    let mut config = common::parse(config);
    config.missing = bocpd_core::Missing::Skip;
    let xs: Vec<f64> = data.iter().map(|x| x.unwrap_or(f64::NAN)).collect();
    segmentations(&xs, &config, most).unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
fn compare(what: &str, found: &Segmentations, all: &Enumeration, most: usize) {
    let ln_evidence = all.ln_evidence();
    let mut counted = 0.0;
    let mut reachable = 0;
    for number in 0..=most {
        let paths = || {
            let with = all.paths.iter();
            with.filter(|path| path.starts.len() == number + 1 && path.ln_joint.is_finite())
        };
        let p: f64 = paths()
            .map(|path| (path.ln_joint - ln_evidence).exp())
            .sum();
        counted += p;
        let Some(best) = paths().max_by(|a, b| a.ln_joint.total_cmp(&b.ln_joint)) else {
            assert!(found.with(number).is_none(), "{what}: {number} changes");
            continue;
        };
        reachable += 1;
        let got = found
            .with(number)
            .unwrap_or_else(|| panic!("{what}: {number} changes"));
        assert_close(what, got.ln_joint, best.ln_joint, TOLERANCE);
        assert_close(what, got.probability, p, TOLERANCE);
        let second = paths().filter(|path| path.starts != best.starts);
        let second = second
            .map(|path| path.ln_joint)
            .fold(f64::NEG_INFINITY, f64::max);
        if best.ln_joint - second > 1e-9 {
            let want: Vec<u64> = best.starts[1..].iter().map(|&s| s as u64).collect();
            assert_eq!(got.changepoints, want, "{what}: {number} changes");
        }
    }
    assert_eq!(found.all.len(), reachable, "{what}");
    assert!(
        (found.p_more - (1.0 - counted)).abs() < TOLERANCE,
        "{what}: {}",
        found.p_more
    );
    assert!(found.exact);
}

#[test]
fn every_model_under_every_hazard() {
    let mut random = Random::new(31);
    for entry in &MODELS {
        for hazard in catalogue::hazards(4.0) {
            let config = catalogue::config(&(entry.model)(&mut random), &hazard);
            let (model, gaps) = config::parse(&config);
            let mut data = Vec::new();
            for _ in 0..N {
                let level = random.below(3);
                let x = (entry.draw)(&mut random, level);
                data.push((random.uniform() < 0.85).then_some(x));
            }
            let all = Enumeration::regular(&*model, &gaps, &data);
            for most in [0, 2, N] {
                let found = found(&config, &data, most);
                compare(&format!("{config}, {data:?}"), &found, &all, most);
            }
        }
    }
}

/// With more candidates than are followed, the best of each number are kept.
#[test]
fn of_a_long_series_the_plain_changes_are_found() {
    let config = json!({
        "model": {"gaussian": {"mean": 0.0, "kappa": 0.01, "alpha": 1.0, "beta": 1.0}},
        "hazard": {"constant": {"mean_run_length": 1000.0}},
    });
    let mut random = Random::new(32);
    let level = |i: usize| [0.0, 9.0, 3.0, 12.0][i / 1500];
    let data: Vec<_> = (0..6000)
        .map(|i| Some(level(i) + random.normal()))
        .collect();
    let found = found(&config, &data, 5);
    assert!(!found.exact);
    let changes = |k: usize| found.with(k).unwrap().changepoints.clone();
    assert_eq!(changes(3), [1500, 3000, 4500]);
    // The largest steps first: 0 and 9, 3 and 12.
    assert_eq!(changes(1).len(), 1);
    for k in 0..5 {
        assert_eq!(found.all[k].changes, k);
        assert_eq!(changes(k).len(), k);
    }
    assert!(found.with(3).unwrap().probability > 0.5);
    assert!(found.with(2).unwrap().probability < 1e-10);
}

/// A detection with so many changes is one of that segmentation.
#[test]
fn detections_with_so_many_changes() {
    let config = json!({
        "model": {"gaussian": {"mean": 0.0, "kappa": 0.01, "alpha": 1.0, "beta": 1.0}},
        "hazard": {"constant": {"mean_run_length": 50.0}},
    });
    let mut random = Random::new(33);
    let level = |i: usize| [0.0, 6.0, 2.0][i / 300];
    let xs: Vec<f64> = (0..900).map(|i| level(i) + random.normal()).collect();
    let config = common::parse(&config);
    let all = segmentations(&xs, &config, 4).unwrap();
    let free = bocpd_core::detect(&xs, Some(&config), 0.9).unwrap();
    for changes in 0..=4 {
        let found = detect_changes(&xs, Some(&config), 0.9, changes).unwrap();
        let at: Vec<u64> = found.changes.iter().map(|c| c.location.index).collect();
        let one = all.with(changes).unwrap();
        assert_eq!(at, one.changepoints);
        assert_eq!(found.map_ln_joint, one.ln_joint);
        assert_eq!(found.segments.len(), changes + 1);
        assert_eq!(found.p_change_at, free.p_change_at);
        if changes == 2 {
            assert_eq!(found.changes, free.changes);
        }
    }
    let error = detect_changes(&xs[..3], Some(&config), 0.9, 3).unwrap_err();
    let must = "changes must be a number that the hazard and the length of the series allow, got 3";
    assert_eq!(error.to_string(), must);
}

#[test]
fn little_and_bad_input() {
    let config = json!({
        "model": {"gaussian": {"mean": 0.0, "kappa": 1.0, "alpha": 1.0, "beta": 1.0}},
        "hazard": {"constant": {"mean_run_length": 10.0}},
    });
    let none = found(&config, &[], 3);
    assert_eq!(none.all.len(), 1);
    assert_eq!((none.all[0].changes, none.all[0].probability), (0, 1.0));
    let one = found(&config, &[Some(1.0)], 3);
    assert_eq!(one.all.len(), 1);
    assert_close("one", one.all[0].probability, 1.0, 1e-15);
    let missing = found(&config, &[None, None], 1);
    assert_all_close(
        "hazard alone",
        &[missing.all[0].probability, missing.all[1].probability],
        &[0.9, 0.1],
        1e-14,
    );
    let parsed = common::parse(&config);
    let error = segmentations(&[0.0, f64::NAN], &parsed, 1).unwrap_err();
    assert!(error.to_string().contains("index 1"), "{error}");
    let error = segmentations(&[0.0, 1.0, f64::INFINITY], &parsed, 1).unwrap_err();
    assert!(error.to_string().contains("index 2"), "{error}");
    // A number that no series of this length has, and no memory would hold, is no error.
    let many = segmentations(&[0.0, 1.0, 2.0], &parsed, usize::MAX).unwrap();
    assert_eq!(many.all.len(), 3);
}
