//! Gaussian segments whose variance wanders.

use bocpd_core::config::{Config, HazardConfig, Missing, ModelConfig};
use bocpd_core::{AnyDetector, Pruning, detect};
use bocpd_tests::oracle::textbook::volatile_gaussian::ENTRY;
use bocpd_tests::random::Random;
use serde_json::json;

/// A model with these parameters beside the usual ones.
fn model(more: &serde_json::Value) -> serde_json::Value {
    let mut parameters = json!({
        "mean": 0.3, "kappa": 0.1, "alpha": 1.5, "beta": 0.8,
        "phi": 0.0, "drift": 0.0, "slope": 0.0, "cauchy": 0.0, "memory": 20,
    });
    for (name, value) in more.as_object().expect("an object") {
        parameters[name] = value.clone();
    }
    parameters
}

fn volatile(more: &serde_json::Value) -> ModelConfig {
    let config = json!({"volatile_gaussian": model(more)});
    serde_json::from_value(config).expect("a configuration")
}

/// A detector that believes in one segment.
fn alone(model: ModelConfig) -> AnyDetector {
    let mut config = Config::new(
        model,
        HazardConfig::Constant {
            mean_run_length: 1e100,
        },
    );
    config.pruning = Pruning::top_k(8);
    config.missing = Missing::Skip;
    config.build().expect("a detector")
}

/// Beyond the table of 1024 counts, for every part of the state, with gaps and without.
#[test]
fn long_segments_are_those_of_the_textbook() {
    for (more, gaps) in [
        (json!({}), false),
        (json!({}), true),
        (json!({"memory": 1000}), false),
        (json!({"memory": 1000, "drift": 0.01}), false),
        (json!({"memory": 1}), false),
        (json!({"drift": 0.05, "cauchy": 3.0}), true),
        (json!({"phi": 0.6, "slope": 0.1}), false),
        (json!({"phi": 0.6, "slope": 0.1, "cauchy": 2.0}), true),
    ] {
        let textbook = (ENTRY.read)(&model(&more));
        let mut detector = alone(volatile(&more));
        let mut random = Random::new(3);
        let (mut stats, mut total) = (textbook.prior(), 0.0);
        for t in 0..5000 {
            if t > 0 {
                textbook.advance(&mut stats, 1.0);
            }
            let loud = if t / 700 % 2 == 0 { 1.0 } else { 1.3 };
            let x = loud * random.normal();
            if gaps && t % 97 == 96 {
                detector.update(&[f64::NAN]).expect("a gap");
                continue;
            }
            total += textbook.ln_predictive(&stats, x);
            textbook.absorb(&mut stats, x);
            detector.update(&[x]).expect("an observation");
        }
        let got = detector.ln_evidence();
        assert!(
            (got - total).abs() <= 1e-9 * total.abs(),
            "{more}, gaps {gaps}: {got}, {total}"
        );
    }
}

/// As long as nothing is forgotten it is the model whose variance stays, to the last bit.
#[test]
fn a_memory_that_is_long_enough_changes_nothing() {
    let steady = json!({"structured_gaussian": {
        "mean": 0.3, "kappa": 0.1, "alpha": 1.5, "beta": 0.8, "phi": 0.4, "drift": 0.02,
        "slope": 0.0, "slope_drift": 0.0, "period": 0.0, "harmonics": 1, "season": 1.0,
        "cauchy": 0.0,
    }});
    let steady: ModelConfig = serde_json::from_value(steady).expect("a configuration");
    let hazard = HazardConfig::Constant {
        mean_run_length: 50.0,
    };
    let volatile = volatile(&json!({"phi": 0.4, "drift": 0.02, "memory": 300}));
    let mut both = [steady, volatile].map(|model| {
        let config = Config::new(model, hazard.clone());
        config.build().expect("a detector")
    });
    let mut random = Random::new(4);
    for t in 0..300 {
        let x = random.normal() + f64::from(t / 100) * 4.0;
        let [a, b] = both
            .each_mut()
            .map(|detector| detector.update(&[x]).expect("an observation"));
        assert_eq!(a, b, "at {t}");
    }
}

/// A stretch without any noise leaves the variance of the prior, so what comes next is no
/// surprise.
#[test]
fn nothing_is_forgotten_beyond_the_prior() {
    let mut random = Random::new(5);
    let xs: Vec<f64> = (0..900)
        .map(|t| if t < 600 { 0.0 } else { 0.3 * random.normal() })
        .collect();
    let hazard = HazardConfig::Constant {
        mean_run_length: 900.0,
    };
    let changes = |model: ModelConfig| {
        let config = Config::new(model, hazard.clone());
        let found = detect(&xs, Some(&config), 0.9).expect("numbers");
        found.changes.len()
    };
    assert_eq!(
        changes(volatile(&json!({"memory": 10, "alpha": 2.0, "beta": 1.0}))),
        0
    );
    let steady = ModelConfig::Gaussian {
        mean: 0.3,
        kappa: 0.1,
        alpha: 2.0,
        beta: 1.0,
    };
    assert!(changes(steady) > 0);
}

/// Calm and wild stretches are segments of a variance that stays, and none of one that wanders.
#[test]
fn calm_and_wild_stretches_are_no_changes() {
    let mut random = Random::new(6);
    let mut ln_sd = 0.0;
    let mut wandering = || {
        ln_sd = 0.97 * ln_sd + 0.12 * random.normal();
        f64::exp(ln_sd) * random.normal()
    };
    let mut xs: Vec<f64> = (0..1500).map(|_| wandering()).collect();
    let found = detect(&xs, None, 0.9).expect("numbers");
    let structure = &found.structures[0].structure;
    assert!(structure.contains("a variance that wanders"), "{structure}");
    assert_eq!(found.changes.len(), 0);
    // A step of the level is found all the same.
    xs[700..].iter_mut().for_each(|x| *x += 6.0);
    let found = detect(&xs, None, 0.9).expect("numbers");
    let places: Vec<u64> = found.changes.iter().map(|one| one.location.index).collect();
    assert_eq!(places.len(), 1, "{places:?}");
    assert!(places[0].abs_diff(700) <= 1, "{places:?}");
}
