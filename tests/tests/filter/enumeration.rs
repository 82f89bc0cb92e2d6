//! The filter is a sum over all segmentations, its segmentation a maximum.

use crate::common;
use bocpd_core::AnyDetector;
use bocpd_tests::catalogue::{self, MODELS};
use bocpd_tests::close::{assert_all_close, assert_close};
use bocpd_tests::oracle::config;
use bocpd_tests::oracle::enumerate::Enumeration;
use bocpd_tests::random::Random;
use serde_json::Value;

const TOLERANCE: f64 = 1e-11;
const N: usize = 10;

/// Holds every readout to the enumeration.
#[track_caller]
fn compare(what: &str, detector: &AnyDetector, all: &Enumeration) {
    let want = all.posterior();
    let got = common::dense_posterior(detector);
    assert_all_close(&format!("{what}: posterior"), &got, &want, TOLERANCE);
    let now = want[want.len() - 1];
    assert_close(what, detector.p_change_now(), now, TOLERANCE);
    let recent: f64 = want.iter().rev().take(3).sum();
    assert_close(what, detector.p_recent_change(3), recent, TOLERANCE);
    let runs = want.iter().rev().enumerate();
    let mean: f64 = runs.map(|(run, p)| run as f64 * p).sum();
    assert_close(what, detector.mean_run_length(), mean, TOLERANCE);
    let largest = want.iter().copied().fold(0.0, f64::max);
    assert_close(what, detector.map_probability(), largest, TOLERANCE);
    let (got, want) = (detector.ln_evidence(), all.ln_evidence());
    assert_close(&format!("{what}: evidence"), got, want, TOLERANCE);
    let (got, want) = (detector.map_ln_joint(), all.map().ln_joint);
    assert_close(&format!("{what}: joint maximum"), got, want, TOLERANCE);
    if all.map_lead() > 1e-9 {
        let starts = all.map().starts[1..].iter();
        let want: Vec<u64> = starts.map(|&start| start as u64).collect();
        assert_eq!(detector.changepoints(), want, "{what}");
    }
}

/// Feeds random data, some of it missing, and compares after each value.
fn hold(config: &Value, irregular: bool, draw: fn(&mut Random, u64) -> f64, random: &mut Random) {
    let (model, hazard) = config::parse(config);
    let mut detector = common::build(config);
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
        let step = common::try_feed(&mut detector, gap, data[t]).expect("a step");
        assert_eq!(step.index, t as u64);
        let all = Enumeration::new(&*model, &hazard, &data, &elapsed);
        compare(&format!("{config} after {data:?}"), &detector, &all);
    }
}

#[test]
fn every_model_under_every_hazard() {
    let mut random = Random::new(1);
    for entry in &MODELS {
        for hazard in catalogue::hazards(5.0) {
            for _ in 0..2 {
                let config = catalogue::config(&(entry.model)(&mut random), &hazard);
                hold(&config, false, entry.draw, &mut random);
            }
        }
    }
}

#[test]
fn every_model_at_irregular_times() {
    let mut random = Random::new(2);
    for entry in &MODELS {
        // The first four hazards have a meaning in continuous time.
        for hazard in catalogue::hazards(5.0).iter().take(4) {
            let config = catalogue::config(&(entry.model)(&mut random), hazard);
            hold(&config, true, entry.draw, &mut random);
        }
    }
}

/// Hazards of exactly 0 and 1 forbid and force changes.
#[test]
fn impossible_and_certain_changes() {
    let mut random = Random::new(3);
    let tables = [
        vec![0.0, 0.0, 1.0],
        vec![1.0],
        vec![0.0],
        vec![0.3, 0.0, 0.9, 0.0, 1.0],
    ];
    for table in tables {
        for entry in &MODELS {
            let hazard = serde_json::json!({"table": {"hazards": table}});
            let config = catalogue::config(&(entry.model)(&mut random), &hazard);
            hold(&config, false, entry.draw, &mut random);
        }
    }
}
