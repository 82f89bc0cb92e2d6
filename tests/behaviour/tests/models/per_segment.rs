//! A choice among models, anew in each segment, is a sum over all segmentations and models.

use crate::common;
use bocpd_core::any::restore;
use bocpd_core::distribution::Distribution;
use bocpd_core::{AnyDetector, Config};
use bocpd_tests::catalogue;
use bocpd_tests::close::{assert_all_close, assert_close};
use bocpd_tests::oracle::config;
use bocpd_tests::oracle::enumerate::Enumeration;
use bocpd_tests::random::Random;
use serde_json::{Value, json};

const TOLERANCE: f64 = 1e-10;
const N: usize = 8;

/// Names of models that go together.
const TOGETHER: [&[&str]; 7] = [
    &["gaussian", "gaussian_known_variance", "student_t_grid"],
    &["structured_gaussian", "regression", "student_t"],
    &["gamma", "log_normal", "structured_log_normal"],
    &["poisson", "poisson"],
    &["exponential", "gamma"],
    &["geometric", "negative_binomial_known_size", "poisson"],
    &["gaussian", "gaussian_known_mean"],
];

fn configuration(names: &[&str], hazard: &Value, random: &mut Random) -> Value {
    let mut model = |name: &&str| {
        let entry = catalogue::MODELS.iter().find(|entry| entry.name == *name);
        (entry.expect("a model").model)(random)
    };
    let mut config = catalogue::config(&model(&names[0]), hazard);
    let weights = [0.5, 3.0];
    let others: Vec<Value> = names[1..]
        .iter()
        .zip(weights)
        .map(|(name, weight)| json!({"model": model(name), "weight": weight}))
        .collect();
    config["alternatives"] = json!(others);
    config["alternatives_per"] = json!("segment");
    config["history"] = json!("all");
    config
}

fn draw(names: &[&str], random: &mut Random) -> f64 {
    let entry = catalogue::MODELS
        .iter()
        .find(|entry| entry.name == names[0]);
    let level = random.below(3);
    (entry.expect("a model").draw)(random, level)
}

/// P(the current segment has model k), by enumeration.
fn probabilities(
    config: &Value,
    all: &Enumeration,
    data: &[Option<f64>],
    elapsed: &[f64],
) -> Vec<f64> {
    let model = config::per_segment(config);
    let ln_evidence = all.ln_evidence();
    let mut p = vec![0.0; model.models.len()];
    for path in &all.paths {
        let weight = (path.ln_joint - ln_evidence).exp();
        let last = path.starts[path.starts.len() - 1];
        let each = model.probabilities_of(data, elapsed, last, data.len());
        for (p, each) in p.iter_mut().zip(each) {
            *p += weight * each;
        }
    }
    p
}

#[track_caller]
fn compare(what: &str, detector: &AnyDetector, all: &Enumeration) {
    let got = common::dense_posterior(detector);
    assert_all_close(what, &got, &all.posterior(), TOLERANCE);
    assert_close(what, detector.ln_evidence(), all.ln_evidence(), TOLERANCE);
    assert_close(what, detector.map_ln_joint(), all.map().ln_joint, TOLERANCE);
    let smoothed = detector.smoothed().expect("a history");
    assert_all_close(what, &smoothed.p_change_at, &all.smoothed(), TOLERANCE);
}

#[test]
fn sums_over_segmentations_and_models() {
    let mut random = Random::new(51);
    for names in TOGETHER {
        for (i, hazard) in catalogue::hazards(5.0).iter().enumerate() {
            let config = configuration(names, hazard, &mut random);
            let irregular = i < 3;
            let (model, hazard) = config::parse(&config);
            let mut detector = common::build(&config);
            let fresh = detector.model_probabilities();
            assert_eq!(fresh.len(), names.len());
            assert_close(
                "prior",
                fresh[0],
                1.0 / if names.len() == 3 { 4.5 } else { 1.5 },
                1e-15,
            );
            let (mut data, mut elapsed) = (Vec::new(), Vec::new());
            for t in 0..N {
                let x = draw(names, &mut random);
                data.push((random.uniform() < 0.85).then_some(x));
                elapsed.push(if irregular {
                    random.between(0.1, 3.0)
                } else {
                    1.0
                });
                let gap = irregular.then_some(elapsed[t]);
                let expected = detector.predict(1).ok().filter(|_| !irregular);
                let step = common::try_feed(&mut detector, gap, data[t]).expect("a step");
                let what = format!("{config} after {data:?}");
                if let (Some(expected), Some(x)) = (expected, data[t]) {
                    assert_close(&what, step.ln_predictive, expected.ln_density(x), 1e-9);
                }
                let all = Enumeration::new(&*model, &hazard, &data, &elapsed);
                compare(&what, &detector, &all);
                let want = probabilities(&config, &all, &data, &elapsed);
                assert_all_close(&what, &detector.model_probabilities(), &want, TOLERANCE);
            }
        }
    }
}

/// The Student-t model with a grid is the choice among Student-t models, and its
/// probabilities are those of its degrees of freedom.
#[test]
fn the_grid_of_student_t_is_one_of_these() {
    let mut random = Random::new(52);
    let prior = |nu: f64| json!({"mean": 0.5, "kappa": 0.2, "alpha": 1.5, "beta": 2.0, "nu": nu});
    let hazard = json!({"constant": {"mean_run_length": 40.0}});
    let mut choice = catalogue::config(&json!({"student_t": prior(3.0)}), &hazard);
    choice["alternatives"] = json!([
        {"model": {"student_t": prior(8.0)}, "weight": 2.0},
        {"model": {"student_t": prior(64.0)}, "weight": 0.5},
    ]);
    choice["alternatives_per"] = json!("segment");
    let grid = json!({"student_t_grid": {
        "mean": 0.5, "kappa": 0.2, "alpha": 1.5, "beta": 2.0, "nu": [3.0, 8.0, 64.0],
        "nu_prior": [1.0, 2.0, 0.5],
    }});
    let mut one = common::build(&choice);
    let mut other = common::build(&catalogue::config(&grid, &hazard));
    for t in 0..120 {
        let x = random.normal() * (1.0 + random.uniform()) + if t < 70 { 0.0 } else { 6.0 };
        let a = common::feed(&mut one, Some(x));
        let b = common::feed(&mut other, Some(x));
        assert_close("predictive", a.ln_predictive, b.ln_predictive, 1e-10);
        assert_close("change", a.p_change_now, b.p_change_now, 1e-10);
        let (p, q) = (one.model_probabilities(), other.model_probabilities());
        assert_all_close("degrees of freedom", &p, &q, 1e-10);
        let mean = |detector: &AnyDetector| {
            detector.parameters().expect("parameters")[0]
                .posterior
                .mean()
        };
        assert_close("mean", mean(&one), mean(&other), 1e-9);
    }
    assert_eq!(one.changepoints(), other.changepoints());
}

/// The noise changes from white to correlated and back: each segment finds its own.
#[test]
fn each_segment_finds_its_model() {
    let mut random = Random::new(53);
    let structured = |phi: f64| {
        let mut parameters = json!({"mean": 0.0, "kappa": 0.1, "alpha": 2.0, "beta": 2.0});
        parameters["phi"] = json!(phi);
        for (name, value) in [
            ("drift", 0.0),
            ("slope", 0.0),
            ("slope_drift", 0.0),
            ("period", 0.0),
            ("season", 1.0),
            ("cauchy", 0.0),
        ] {
            parameters[name] = json!(value);
        }
        parameters["harmonics"] = json!(1);
        json!({"structured_gaussian": parameters})
    };
    let mut config = catalogue::config(
        &structured(0.0),
        &json!({"constant": {"mean_run_length": 200.0}}),
    );
    config["alternatives"] = json!([{"model": structured(0.9)}]);
    config["alternatives_per"] = json!("segment");
    config["outliers"] = json!({"probability": 0.001, "centre": 0.0, "scale": 10.0});
    let mut detector = common::build(&config);
    let mut x = 0.0;
    let mut leading = Vec::new();
    for t in 0..450 {
        let phi = if (150..300).contains(&t) { 0.9 } else { 0.0 };
        x = phi * x + f64::sqrt(1.0 - phi * phi) * random.normal();
        let wild = if t == 60 { 80.0 } else { 0.0 };
        common::feed(&mut detector, Some(x + wild));
        leading.push(detector.model_probabilities()[1]);
    }
    assert!(
        leading[149] < 0.1 && leading[299] > 0.9 && leading[449] < 0.1,
        "{leading:?}"
    );
    // A snapshot in the middle goes on bit for bit.
    let mut again = restore(&detector.snapshot()).expect("a detector");
    assert_eq!(again.config(), detector.config());
    for _ in 0..20 {
        let x = random.normal();
        common::feed(&mut detector, Some(x));
        common::feed(&mut again, Some(x));
    }
    assert_eq!(
        common::Readouts::of(&again),
        common::Readouts::of(&detector)
    );
    assert_eq!(again.model_probabilities(), detector.model_probabilities());
    detector.reset();
    assert_eq!(detector.snapshot(), common::build(&config).snapshot());
}

/// What one model cannot observe, another can: then the first is out of the question for this
/// segment; what none can is an error, and changes nothing.
#[test]
fn what_only_some_can_observe() {
    let mut random = Random::new(54);
    let hazard = json!({"constant": {"mean_run_length": 50.0}});
    let mut config = configuration(&["gaussian", "log_normal"], &hazard, &mut random);
    config["missing"] = json!("error");
    let mut detector = common::build(&config);
    common::feed(&mut detector, Some(1.5));
    assert!(detector.model_probabilities()[1] > 0.0);
    common::feed(&mut detector, Some(-1.5));
    assert_eq!(detector.model_probabilities(), [1.0, 0.0]);
    let before = detector.snapshot();
    for x in [f64::NAN, f64::INFINITY] {
        assert!(detector.update(&[x]).is_err());
        assert_eq!(detector.snapshot(), before);
    }
    restore(&before).expect("a detector in which a model is impossible");
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let mut random = Random::new(55);
    let hazard = json!({"constant": {"mean_run_length": 50.0}});
    let mixed = configuration(&["gaussian", "poisson"], &hazard, &mut random);
    let mixed: Config = common::parse(&mixed);
    assert!(mixed.check().is_err() && mixed.build().is_err());
    let mut weightless = configuration(&["gaussian", "student_t"], &hazard, &mut random);
    weightless["alternatives"][0]["weight"] = json!(0.0);
    let weightless: Config = common::parse(&weightless);
    assert!(weightless.build().is_err());
}
