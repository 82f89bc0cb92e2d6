//! Several models, one of which is that of the whole stream.

use crate::common;
use bocpd_core::any::restore;
use bocpd_core::distribution::Distribution;
use bocpd_core::{AnyDetector, Config};
use bocpd_tests::close::{assert_all_close, assert_close};
use bocpd_tests::oracle::config::parse;
use bocpd_tests::oracle::naive::Naive;
use bocpd_tests::random::Random;
use serde_json::{Value, json};

/// White noise, and AR(1) noise of some correlations.
fn structured(phi: f64) -> Value {
    json!({"structured_gaussian": {
        "mean": 0.0, "kappa": 0.04, "alpha": 2.0, "beta": 2.0 / (1.0 - phi), "phi": phi,
        "drift": 0.0, "slope": 0.0, "slope_drift": 0.0, "period": 0.0, "harmonics": 1,
        "season": 1.0, "cauchy": 0.0,
    }})
}

fn config(pruning: &Value) -> Value {
    json!({
        "model": structured(0.0),
        "hazard": {"constant": {"mean_run_length": 60.0}},
        "pruning": pruning,
        "missing": "skip",
        "outliers": {"probability": 0.01, "centre": 0.0, "scale": 5.0},
        "alternatives": [
            {"model": structured(0.3), "weight": 0.2},
            {"model": {"student_t": {"nu": 5.0, "mean": 0.0, "kappa": 0.1, "alpha": 2.0, "beta": 2.0}}},
            {"model": structured(0.9), "weight": 0.1},
        ],
    })
}

fn everything() -> Value {
    json!({"max_hypotheses": null, "min_weight": null, "max_run_length": null})
}

/// The configuration of one of the models alone, and its weight.
fn alone(config: &Value) -> Vec<(f64, Value)> {
    let mut all = vec![(1.0, config["model"].clone())];
    for one in config["alternatives"].as_array().unwrap() {
        let weight = one.get("weight").map_or(1.0, |w| w.as_f64().unwrap());
        all.push((weight, one["model"].clone()));
    }
    let with = |(weight, model): (f64, Value)| {
        let mut alone = config.clone();
        alone["model"] = model;
        alone.as_object_mut().unwrap().remove("alternatives");
        (weight, alone)
    };
    all.into_iter().map(with).collect()
}

/// AR(1) noise about levels, some values missing, some wild.
fn series(random: &mut Random, n: usize, phi: f64) -> Vec<Option<f64>> {
    let (mut noise, mut level) = (0.0, 0.0);
    let mut next = || {
        if random.uniform() < 0.01 {
            level = 6.0 * random.normal();
        }
        noise = phi * noise + (1.0 - phi * phi).sqrt() * random.normal();
        let wild = if random.uniform() < 0.01 { 40.0 } else { 0.0 };
        (random.uniform() > 0.03).then_some(level + noise + wild)
    };
    (0..n).map(|_| next()).collect()
}

fn average<'a>(weights: &[f64], naive: &[Naive<'a>], of: impl Fn(&Naive<'a>) -> f64) -> f64 {
    let terms = weights.iter().zip(naive);
    terms.map(|(weight, filter)| weight * of(filter)).sum()
}

#[test]
fn models_are_weighed_by_what_textbook_filters_say() {
    for (seed, phi) in [(1, 0.0), (2, 0.5), (3, 0.9)] {
        let config = config(&everything());
        let parts = alone(&config);
        let oracles: Vec<_> = parts.iter().map(|(_, config)| parse(config)).collect();
        let mut naive: Vec<_> = oracles
            .iter()
            .map(|(model, hazard)| Naive::new(&**model, hazard))
            .collect();
        let mut detector = common::build(&config);
        let total: f64 = parts.iter().map(|(weight, _)| weight).sum();
        let mut weights: Vec<f64> = parts.iter().map(|(weight, _)| weight / total).collect();
        assert_all_close("prior", &detector.model_probabilities(), &weights, 1e-14);
        let mut evidence = 0.0;
        // None is given up before 128 observations.
        for (t, x) in series(&mut Random::new(seed), 120, phi)
            .into_iter()
            .enumerate()
        {
            let step = common::feed(&mut detector, x);
            for filter in &mut naive {
                filter.step(x);
            }
            for (weight, filter) in weights.iter_mut().zip(&naive) {
                *weight *= filter.ln_predictive().exp();
            }
            let sum: f64 = weights.iter().sum();
            for weight in &mut weights {
                *weight /= sum;
            }
            evidence += sum.ln();
            let what = format!("seed {seed} at {t}");
            assert_all_close(&what, &detector.model_probabilities(), &weights, 1e-9);
            assert_close(&what, step.ln_predictive, sum.ln(), 1e-9);
            assert_close(
                &what,
                step.p_change_now,
                average(&weights, &naive, Naive::p_change_now),
                1e-9,
            );
            assert_close(
                &what,
                step.p_outlier,
                average(&weights, &naive, Naive::p_outlier),
                1e-9,
            );
            assert_close(&what, detector.p_change_now(), step.p_change_now, 1e-12);
            assert_close(&what, detector.p_outlier(), step.p_outlier, 1e-12);
            let mean = average(&weights, &naive, Naive::mean_run_length);
            assert_close(&what, detector.mean_run_length(), mean, 1e-9);
            assert_eq!(step.ln_predictive, detector.ln_predictive());
        }
        assert_close("evidence", detector.ln_evidence(), evidence, 1e-9);
        let mut posterior = vec![0.0; naive[0].posterior().len()];
        for (weight, filter) in weights.iter().zip(&naive) {
            for (sum, p) in posterior.iter_mut().zip(filter.posterior()) {
                *sum += weight * p;
            }
        }
        let got = common::dense_posterior(&detector);
        assert_all_close("posterior", &got, &posterior, 1e-9);
        let largest = posterior.iter().copied().fold(0.0, f64::max);
        assert_close("largest", detector.map_probability(), largest, 1e-9);
        let run_length = usize::try_from(detector.map_run_length()).unwrap();
        let map = posterior.len() - 1 - run_length;
        assert_close("most probable", posterior[map], largest, 1e-9);
        // What comes next is a mixture of what each model says.
        let next = detector.predict(1).unwrap();
        let x = 0.7;
        let ln_density = next.ln_density(x);
        let step = common::feed(&mut detector, Some(x));
        assert_close("predictive", ln_density, step.ln_predictive, 1e-9);
    }
}

fn feed_all(detector: &mut AnyDetector, xs: &[Option<f64>]) {
    for &x in xs {
        common::feed(detector, x);
    }
}

/// What has lost for long is given up, and found again when the noise has changed.
#[test]
fn noise_that_changes_is_noticed() {
    let mut detector = common::build(&config(&json!({})));
    let mut random = Random::new(4);
    let white: Vec<_> = (0..2000).map(|_| Some(random.normal())).collect();
    feed_all(&mut detector, &white);
    let [white, _, _, correlated] = detector.model_probabilities()[..] else {
        panic!("four models");
    };
    assert!(white > 0.9 && correlated < 1e-4, "{white} {correlated}");
    let mut noise = 0.0;
    for _ in 0..1500 {
        noise = 0.9 * noise + (1.0_f64 - 0.81).sqrt() * random.normal();
        common::feed(&mut detector, Some(noise));
    }
    let probabilities = detector.model_probabilities();
    assert!(probabilities[3] > 0.9, "{probabilities:?}");
    assert_close("sum", probabilities.iter().sum(), 1.0, 1e-12);
    // Long before, nothing had changed, whichever model looks back.
    assert!(detector.changepoints().iter().all(|&s| s > 1900));
}

/// At most so many filters go on where one model is plainly right.
#[test]
fn few_filters_stay() {
    let mut detector = common::build(&config(&json!({"max_hypotheses": 20})));
    let mut random = Random::new(5);
    let xs: Vec<_> = (0..1000).map(|_| Some(random.normal())).collect();
    feed_all(&mut detector, &xs);
    let alive = detector.model_probabilities();
    let alive = alive.iter().filter(|&&p| p > 0.0).count();
    assert!((2..=3).contains(&alive), "{alive}");
    // A filter has a quarter more than its target before it is cut.
    assert!(detector.live() <= 3 * 25, "{}", detector.live());
}

/// A detector restored from a snapshot goes on bit for bit, and so does one after a reset.
#[test]
fn snapshots_hold_all_models() {
    let mut config = config(&json!({}));
    config["alarm"] = json!({"threshold": 0.5, "window": 30});
    config["history"] = json!({"lag": 50});
    let mut random = Random::new(6);
    let mut xs = series(&mut random, 700, 0.0);
    xs.extend(series(&mut random, 700, 0.9));
    let mut detector = common::build(&config);
    let mut restored: Vec<AnyDetector> = Vec::new();
    let mut leaders = Vec::new();
    for (t, &x) in xs.iter().enumerate() {
        if [0, 1, 100, 128, 129, 650, 1000, 1280, 1350].contains(&t) {
            let bytes = detector.snapshot();
            let mut into = common::build(&config);
            feed_all(&mut into, &xs[..20]);
            into.restore(&bytes).unwrap();
            restored.extend([restore(&bytes).unwrap(), into]);
            assert!(
                restored.iter().all(|other| other.snapshot() == bytes),
                "at {t}"
            );
        }
        common::feed(&mut detector, x);
        for other in &mut restored {
            common::feed(other, x);
        }
        if t % 300 == 299 {
            let taken = detector.take_settled();
            assert!(
                restored
                    .iter_mut()
                    .all(|other| other.take_settled() == taken)
            );
        }
        let p = detector.model_probabilities();
        leaders.push((0..4).max_by(|&i, &j| p[i].total_cmp(&p[j])).unwrap());
    }
    assert!(leaders[650] == 0 && leaders[1399] == 3, "{}", leaders[1399]);
    let bytes = detector.snapshot();
    assert!(restored.iter().all(|other| other.snapshot() == bytes));
    detector.reset();
    assert_eq!(detector.snapshot(), common::build(&config).snapshot());
}

/// Nor does it matter which model is the most probable one before any observation, or after
/// a reset.
#[test]
fn a_fresh_detector_with_a_heavier_alternative() {
    let mut config = config(&json!({}));
    config["alternatives"][1]["weight"] = json!(7.3);
    let mut detector = common::build(&config);
    let fresh = detector.snapshot();
    assert_eq!(restore(&fresh).unwrap().snapshot(), fresh);
    feed_all(&mut detector, &[Some(0.1), None, Some(-0.3)]);
    detector.reset();
    assert_eq!(detector.snapshot(), fresh);
}

/// Settled changepoints come once each, whichever model leads.
#[test]
fn settled_changepoints_are_handed_over_once() {
    let mut detector = common::build(&config(&json!({"max_hypotheses": 20})));
    let mut random = Random::new(7);
    let mut taken = Vec::new();
    for part in 0..6 {
        let phi = if part % 2 == 0 { 0.0 } else { 0.9 };
        for x in series(&mut random, 500, phi) {
            common::feed(&mut detector, x);
            let before = taken.last().copied();
            let settled = detector.take_settled();
            taken.extend(&settled);
            assert!(detector.changepoints().iter().all(|&s| Some(s) > before));
        }
    }
    assert!(taken.len() > 10);
    assert!(taken.is_sorted_by(|a, b| a < b), "{taken:?}");
}

/// What one model finds impossible and another does not ends the first.
#[test]
fn an_impossible_observation_is_no_error_while_a_model_allows_it() {
    let positive = json!({"log_normal": {"mean": 0.0, "kappa": 1.0, "alpha": 2.0, "beta": 2.0}});
    for (model, alternative, left) in [
        (positive.clone(), structured(0.0), [0.0, 1.0]),
        (structured(0.0), positive.clone(), [1.0, 0.0]),
    ] {
        let mut detector = common::build(&json!({
            "model": model,
            "hazard": {"constant": {"mean_run_length": 60.0}},
            "alternatives": [{"model": alternative}],
        }));
        for x in [1.0, 1.5, 0.7, 1.1] {
            detector.update(&[x]).unwrap();
        }
        let before = detector.snapshot();
        assert!(detector.update(&[f64::NAN]).is_err());
        assert!(detector.update(&[f64::INFINITY]).is_err());
        assert!(detector.update_after(-1.0, &[1.0]).is_err());
        assert_eq!(detector.snapshot(), before);
        detector.update(&[-0.5]).unwrap();
        assert_eq!(detector.model_probabilities(), left);
        // It is tried again, and takes what is positive.
        for i in 0..300 {
            detector.update(&[1.0 + f64::from(i % 7)]).unwrap();
        }
        assert!(detector.model_probabilities().iter().all(|&p| p > 0.0));
    }
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let error = |alternative: Value| {
        let config = json!({
            "model": structured(0.0),
            "hazard": {"constant": {"mean_run_length": 60.0}},
            "alternatives": [alternative],
        });
        let config: Config = serde_json::from_value(config).unwrap();
        assert_eq!(config.check().is_err(), config.build().is_err());
        config.build().err().map(|error| error.to_string())
    };
    assert_eq!(error(json!({"model": structured(0.5)})), None);
    let poisson = json!({"model": {"poisson": {"shape": 1.0, "rate": 1.0}}});
    assert!(error(poisson).unwrap().contains("probabilities of counts"));
    for weight in [0.0, -1.0, 1e300] {
        let error = error(json!({"model": structured(0.5), "weight": weight})).unwrap();
        assert!(error.contains("weight"), "{error}");
    }
    let own = json!({"model": {"own": {"dimension": 1}}});
    assert!(error(own).unwrap().contains("one's own"));
    let features = json!({"model": {"regression": {
        "mean": 0.0, "kappa": 1.0, "alpha": 2.0, "beta": 2.0, "lags": 0, "lag_scale": 1.0,
        "slope": 0.0, "feature_scale": 1.0, "features": 2,
    }}});
    assert!(error(features).unwrap().contains("features"));
}

/// An alarm looks at the average; its place and size are those of the most probable model.
#[test]
fn alarms_look_at_the_average() {
    let mut config = config(&json!({}));
    config["alarm"] = json!({"threshold": 0.9, "window": 30});
    let mut detector = common::build(&config);
    let mut random = Random::new(8);
    let mut alarms = Vec::new();
    for t in 0..400 {
        let level = if t < 300 { 0.0 } else { 8.0 };
        detector.update(&[level + random.normal()]).unwrap();
        alarms.extend(detector.take_alarms());
    }
    assert_eq!(alarms.len(), 1);
    assert_eq!(alarms[0].began, 300);
    assert!((302..306).contains(&alarms[0].noticed_at));
    let shift = alarms[0].shift.unwrap();
    assert!((shift.difference - 8.0).abs() < 1.0);
}
