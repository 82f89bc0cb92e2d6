//! Many series at a time give what each would give alone.

use std::sync::Mutex;

use bocpd_core::{Constant, Detector, Fleet, Gaussian, Pruning, detect, detect_many};
use bocpd_tests::random::Random;

fn series(seed: u64, n: usize) -> Vec<f64> {
    let mut random = Random::new(seed);
    let change = 20 + random.below(60);
    (0..n as u64)
        .map(|t| random.normal() + if t < change { 0.0 } else { 4.0 })
        .collect()
}

#[test]
fn a_fleet_is_its_detectors() {
    let model = || Gaussian::new(0.0, 1.0, 1.0, 1.0).unwrap();
    let hazard = Constant::new(100.0).unwrap();
    let pruning = Pruning::top_k(16);
    let all: Vec<Vec<f64>> = (0..300).map(|seed| series(seed, 120)).collect();
    let fresh = || Fleet::new(model(), &hazard, pruning, all.len()).unwrap();
    let (mut in_turn, mut at_once) = (fresh(), fresh());
    for t in 0..120 {
        let mut xs: Vec<f64> = all.iter().map(|xs| xs[t]).collect();
        // A stream whose observation is refused stays behind; nobody else does.
        if t == 50 {
            xs[7] = f64::NAN;
        }
        let mut steps = Vec::new();
        in_turn.update(&xs, |i, step| {
            assert_eq!((i == 7 && t == 50), step.is_err());
            // As text: an error about NaN is not equal to itself.
            steps.push(format!("{step:?}"));
        });
        let others = Mutex::new(vec![None; xs.len()]);
        at_once.par_update(&xs, |i, step| {
            others.lock().unwrap()[i] = Some(format!("{step:?}"));
        });
        let others = others.into_inner().unwrap().into_iter().map(Option::unwrap);
        assert!(others.eq(steps));
    }
    for (i, xs) in all.iter().enumerate() {
        let mut alone = Detector::new(model(), hazard)
            .with_pruning(pruning)
            .unwrap();
        let seen = xs.iter().enumerate().filter(|&(t, _)| i != 7 || t != 50);
        alone.update_many(seen.map(|(_, x)| x), |_| {}).unwrap();
        assert!(in_turn.detectors()[i].snapshot() == alone.snapshot(), "{i}");
        assert!(at_once.detectors()[i].snapshot() == alone.snapshot(), "{i}");
    }
}

#[test]
fn many_series_are_each_their_own() {
    let mut all: Vec<Vec<f64>> = (0..40).map(|seed| series(seed, 100)).collect();
    all[3].clear();
    all[5][9] = f64::NAN;
    let found = detect_many(&all, None, 0.9);
    assert_eq!(found.len(), all.len());
    for (found, xs) in found.iter().zip(&all) {
        assert_eq!(format!("{found:?}"), format!("{:?}", detect(xs, None, 0.9)));
    }
    assert!(found[5].is_err());
}
