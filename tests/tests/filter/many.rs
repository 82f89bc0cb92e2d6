//! Many series at a time give what each would give alone.

use std::sync::Mutex;

use bocpd_core::config::{Config, HazardConfig};
use bocpd_core::defaults::{Given, hazard_for, pruning_for};
use bocpd_core::error::{BatchError, DetectError};
use bocpd_core::list::ModelSpec;
use bocpd_core::{
    Constant, Detection, Detector, Fleet, Gaussian, Prepared, Pruning, detect, detect_many,
};
use bocpd_tests::random::Random;
use serde_json::json;

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

#[test]
fn what_is_prepared_says_what_detect_says() {
    let all: Vec<Vec<f64>> = (0..12).map(|seed| series(seed, 90)).collect();
    let said = |found: &Result<Detection, DetectError>| format!("{found:?}");
    let gaussian = ModelSpec::named("gaussian").expect("a model");
    let model = gaussian.with(&[], Some(&[])).expect("a model");
    let mut given = Given::default();
    given.outliers = Some(None);
    for hazard in [
        None,
        Some(HazardConfig::Rate {
            per_unit_time: 0.02,
        }),
    ] {
        given.hazard = hazard.clone();
        let alike = Prepared::of_model(model.clone(), given.clone()).expect("usable");
        let scaled = Prepared::of_kind(gaussian, given.clone()).expect("usable");
        for xs in &all {
            let config = |model| {
                let hazard = hazard.clone();
                let mut config = Config::new(model, hazard.unwrap_or_else(|| hazard_for(xs.len())));
                config.pruning = pruning_for(xs.len());
                config
            };
            let own = gaussian.with(&[], Some(xs)).expect("a model");
            for (prepared, model) in [(&alike, model.clone()), (&scaled, own)] {
                let config = config(model);
                assert_eq!(
                    said(&prepared.detect(xs, 0.8)),
                    said(&detect(xs, Some(&config), 0.8))
                );
                // At times, as detectors have them.
                let times: Vec<f64> = (0..xs.len())
                    .map(|i| 3.0 * i as f64 + 0.1 * (i % 7) as f64)
                    .collect();
                let mut gaps: Vec<f64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
                gaps.insert(0, 1.0);
                if hazard.is_none() {
                    let mut sorted = gaps[1..].to_vec();
                    sorted.sort_by(f64::total_cmp);
                    for gap in &mut gaps {
                        *gap /= sorted[44];
                    }
                }
                let mut detector = config.build().expect("a detector");
                let want = Detection::over(&mut detector, xs.as_slice(), 0.8, |detector, range| {
                    for i in range {
                        let step = detector.update_after(gaps[i], &xs[i..=i]);
                        step.map_err(|error| BatchError::new(i, error))?;
                    }
                    Ok::<(), DetectError>(())
                });
                assert_eq!(said(&prepared.detect_at(xs, &times, 0.8)), said(&want));
            }
        }
    }
    let alike = Prepared::of_model(model, given).expect("usable");
    for (times, words) in [
        (vec![1.0, 0.5], "times[1] must increase, got 0.5"),
        (vec![1.0, f64::NAN], "times[1] must be finite, got NaN"),
        (
            vec![1.0],
            "times must be as many as there are observations, got 1",
        ),
    ] {
        let error = alike.detect_at(&[0.1, 0.2], &times, 0.9).expect_err(words);
        assert_eq!(error.to_string(), words);
    }
}

/// The locations, and all that goes with them, are those of the whole detection.
#[test]
fn what_is_located_is_what_is_detected() {
    let mut all: Vec<Vec<f64>> = (0..12).map(|seed| series(seed, 90)).collect();
    all.push(series(12, 1_200));
    all.push(Vec::new());
    let gaussian = ModelSpec::named("gaussian").expect("a model");
    let model = gaussian.with(&[], Some(&[])).expect("a model");
    let prepared = [
        Prepared::of_model(model, Given::default()).unwrap(),
        Prepared::automatic(Given::default()).unwrap(),
    ];
    for prepared in &prepared {
        for xs in &all {
            let times: Vec<f64> = (0..xs.len()).map(|t| (t + t / 7) as f64).collect();
            for (located, found) in [
                (prepared.locate(xs, 0.8), prepared.detect(xs, 0.8)),
                (
                    prepared.locate_at(xs, &times, 0.8),
                    prepared.detect_at(xs, &times, 0.8),
                ),
            ] {
                let (located, found) = (located.unwrap(), found.unwrap());
                let locations = found.changes.into_iter().map(|change| change.location);
                assert_eq!(located.locations, locations.collect::<Vec<_>>());
                assert_eq!(located.p_change_at, found.p_change_at);
                assert_eq!(located.structures, found.structures);
                assert_eq!(
                    [
                        located.expected_changes,
                        located.ln_evidence,
                        located.map_ln_joint,
                        located.pruned_mass,
                    ],
                    [
                        found.expected_changes,
                        found.ln_evidence,
                        found.map_ln_joint,
                        found.pruned_mass,
                    ]
                );
            }
        }
        let bad = prepared.locate(&[0.5, f64::NAN], 0.9).unwrap_err();
        let same = prepared.detect(&[0.5, f64::NAN], 0.9).unwrap_err();
        assert_eq!(format!("{bad:?}"), format!("{same:?}"));
        assert!(prepared.locate(&[0.5], 2.0).is_err());
    }
}

/// Tables that are as long as the series say what those for any length say.
#[test]
fn tables_for_short_series_are_the_beginnings_of_long_ones() {
    let structures = [
        json!({"phi": 0.5, "cauchy": 3.0}),
        json!({"phi": -0.7, "drift": 0.1}),
        json!({"drift": 0.2, "cauchy": 2.0}),
        json!({"slope": 0.1, "slope_drift": 0.001}),
        json!({"period": 7.0, "harmonics": 2, "cauchy": 3.0}),
        json!({}),
    ];
    for (i, structure) in structures.into_iter().enumerate() {
        let mut parameters = json!({
            "mean": 0.5, "kappa": 0.2, "alpha": 1.5, "beta": 1.2,
            "phi": 0.0, "drift": 0.0, "slope": 0.0, "slope_drift": 0.0,
            "period": 0.0, "harmonics": 1, "season": 1.0, "cauchy": 0.0,
        });
        for (name, value) in structure.as_object().unwrap() {
            parameters[name] = value.clone();
        }
        let config = json!({
            "model": {"structured_gaussian": parameters},
            "hazard": {"constant": {"mean_run_length": 60.0}},
            "outliers": if i % 2 == 0 { json!({"probability": 0.01, "centre": 0.5, "scale": 10.0}) } else { json!(null) },
        });
        let config: Config = serde_json::from_value(config).unwrap();
        for n in [1, 2, 3, 4, 15, 16, 17, 100, 1021, 1022, 1023, 1024, 1025] {
            if n > 100 && i % 3 != 0 {
                continue;
            }
            let xs = series(n as u64, n);
            let mut detector = config.build().unwrap();
            let whole = Detection::over(&mut detector, &xs, 0.9, |detector, range| {
                let taken = detector.update_range(&xs[..], range, &mut |_| {});
                taken.map_err(DetectError::from)
            });
            let short = detect(&xs, Some(&config), 0.9);
            assert_eq!(
                format!("{short:?}"),
                format!("{whole:?}"),
                "{config:?}, {n}"
            );
        }
    }
}
