//! What the program writes it reads, whatever was asked of it: every model, hazard and limit
//! at the ends of their ranges, and models of the caller's that say what is no number.

use crate::common;
use std::sync::Arc;

use crate::common::Readouts;
use bocpd_core::any::restore;
use bocpd_core::distribution::{Distribution, Parameter};
use bocpd_core::{AnyDetector, Constant, Detector, Hazard, ScalarModel};
use bocpd_tests::absurd;
use bocpd_tests::random::Random;
use serde_json::{Value, json};

/// More hypotheses than this are never alive.
fn most(config: &Value) -> usize {
    let most = config["pruning"]["max_hypotheses"].as_u64();
    most.map_or(usize::MAX, |k| {
        usize::try_from(k + (k / 4).max((k / 2).clamp(8, 16))).expect("fits")
    })
}

/// Everything that is told of the past too, as text: what is not a number has no equal.
fn told(detector: &AnyDetector) -> String {
    let mut alarms = detector.clone();
    format!(
        "{:?} {:?} {:?} {:?} {}",
        detector.smoothed(),
        detector.shift(),
        alarms.take_alarms(),
        detector.alarm_probability(),
        detector.alarm_is_on(),
    )
}

#[test]
fn absurd_detectors_are_restored() {
    for tag in absurd::MODELS {
        for seed in 0..120 {
            let mut random = Random::new(seed);
            let config = absurd::config(tag, &mut random);
            let mut detector = common::build(&config);
            let irregular = random.below(3) == 0;
            let mut restored = detector.clone();
            for t in 0..60 {
                let (x, after) = absurd::event(tag, irregular, &mut random);
                let step = common::try_feed(&mut detector, after, x);
                let what = format!("{config}, seed {seed}, step {t}: {x:?} after {after:?}");
                // As text: an error may be about NaN.
                let same = common::try_feed(&mut restored, after, x);
                assert_eq!(format!("{same:?}"), format!("{step:?}"), "{what}");
                assert!(detector.live() < most(&config), "{what}");
                if t % 7 == 0 || t > 50 {
                    let bytes = detector.snapshot();
                    restored = restore(&bytes).unwrap_or_else(|error| panic!("{error}: {what}"));
                    assert!(restored.snapshot() == bytes, "{what}");
                    assert_eq!(Readouts::of(&restored), Readouts::of(&detector), "{what}");
                    assert_eq!(told(&restored), told(&detector), "{what}");
                }
            }
        }
    }
}

/// A model whose densities and levels are what they are told to be.
#[derive(Clone)]
struct Puppet {
    level: f64,
    variance: f64,
}

#[derive(Debug)]
struct Unknown {
    mean: f64,
    variance: f64,
}

impl Distribution for Unknown {
    fn mean(&self) -> f64 {
        self.mean
    }
    fn variance(&self) -> f64 {
        self.variance
    }
    fn cdf(&self, _: f64) -> f64 {
        f64::NAN
    }
    fn survival(&self, _: f64) -> f64 {
        f64::NAN
    }
    fn ln_density(&self, _: f64) -> f64 {
        f64::NAN
    }
}

impl ScalarModel for Puppet {
    type Obs = [f64];
    type Stats = f64;

    fn prior(&self) -> f64 {
        self.level
    }
    /// The observation is its own log density.
    fn ln_predictive(&self, _: &f64, x: &[f64]) -> f64 {
        x[0]
    }
    fn update(&self, level: &mut f64, x: &[f64]) {
        *level += x[0];
    }
    fn parameters(&self, &mean: &f64) -> Vec<Parameter> {
        let variance = self.variance;
        vec![Parameter::new("level", Unknown { mean, variance })]
    }
}

struct Sometimes;

impl Hazard for Sometimes {
    fn hazard(&self, length: u64) -> f64 {
        [0.0, 0.3, 1.0, 0.01][usize::try_from(length % 4).expect("fits")]
    }
}

fn own_detector(level: f64, variance: f64, hazard: bool, alarm: &Value) -> AnyDetector {
    let config = json!({
        "model": {"own": {"dimension": 1}},
        "hazard": {"constant": {"mean_run_length": 20}},
        "pruning": {"max_hypotheses": 10},
        "history": "all",
        "shifts": true,
        "alarm": alarm,
    });
    let hazard = hazard.then(|| Arc::new(Sometimes) as Arc<_>);
    let model = Puppet { level, variance };
    let built = common::parse(&config).build_with_model(model, hazard);
    built.expect("a detector")
}

/// Levels that are no numbers, and densities as large and as small as there are.
#[test]
fn own_models_are_restored() {
    let levels = [0.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX];
    let densities = [0.0, 1e308, -1e308, f64::MAX, f64::MIN, -3.0, f64::NAN, 1.0];
    for level in levels {
        for variance in [1.0, f64::NAN, -1.0, 0.0, f64::INFINITY] {
            for (hazard, alarm) in [
                (false, json!(null)),
                (true, json!(null)),
                (false, json!({"threshold": 0.1, "clear": 0.1})),
            ] {
                let mut random = Random::new(1);
                let mut detector = own_detector(level, variance, hazard, &alarm);
                for t in 0..80u64 {
                    let i = usize::try_from(random.below(8)).expect("fits");
                    // At times nothing but ordinary values.
                    let x = if t / 20 % 2 == 0 {
                        random.normal()
                    } else {
                        densities[i]
                    };
                    let observed = detector.update(&[x]);
                    let sound = !x.is_nan();
                    assert_eq!(observed.is_ok(), sound, "{x}: {observed:?}");
                    let bytes = detector.snapshot();
                    let mut restored = own_detector(level, variance, hazard, &alarm);
                    let what = format!("level {level}, variance {variance}, step {t}");
                    restored
                        .restore(&bytes)
                        .unwrap_or_else(|error| panic!("{error}: {what}"));
                    assert!(restored.snapshot() == bytes, "{what}");
                    assert_eq!(told(&restored), told(&detector), "{what}");
                }
            }
        }
    }
}

/// A model of the caller's has a say in what its statistics can be.
#[test]
fn own_models_may_refuse_statistics() {
    struct Counter {
        honest: bool,
    }
    impl ScalarModel for Counter {
        type Obs = f64;
        type Stats = u64;

        fn prior(&self) -> u64 {
            0
        }
        fn ln_predictive(&self, &n: &u64, x: &f64) -> f64 {
            -x.abs() / (n + 1) as f64
        }
        fn update(&self, n: &mut u64, _: &f64) {
            *n += if self.honest { 1 } else { 100 };
        }
        fn is_sound(&self, &n: &u64, length: u64) -> bool {
            n <= length
        }
    }
    let new = |honest| Detector::new(Counter { honest }, Constant::new(20.0).expect("a hazard"));
    for honest in [true, false] {
        let mut detector = new(honest);
        for x in [0.5, 0.1, 2.0, -0.3] {
            detector.update(x).expect("a step");
        }
        let restored = new(true).restore(&detector.snapshot());
        assert_eq!(restored.is_ok(), honest, "{restored:?}");
    }
}

/// Times that add up to more than there is.
#[test]
fn a_clock_does_not_overflow() {
    let config = json!({
        "model": {"gaussian": {"mean": 0, "kappa": 1, "alpha": 1, "beta": 1}},
        "hazard": {"rate": {"per_unit_time": 1e-300}},
    });
    let mut detector = common::build(&config);
    for elapsed in [1.0, 1e308, 7e307] {
        detector.update_after(elapsed, &[0.5]).expect("a step");
    }
    let before = detector.snapshot();
    let refused = detector.update_after(1e308, &[0.5]).expect_err("too long");
    let together = "elapsed time must be positive and finite together with all before it";
    assert!(refused.to_string().starts_with(together), "{refused}");
    assert!(detector.snapshot() == before);
    restore(&before).expect("a snapshot");
    let refused = detector
        .update_after(f64::INFINITY, &[0.5])
        .expect_err("infinite");
    assert_eq!(
        refused.to_string(),
        "elapsed time must be positive and finite, got inf"
    );
}

/// The case that was found: hazards that leave only weights of e^-10^60 and the like.
#[test]
fn shares_of_weights_beyond_all_scale_add_up() {
    let config = json!({
        "model": {"student_t": {
            "mean": 1.0, "kappa": 1e-100, "alpha": 1e100, "beta": 1e10, "nu": 4e44,
        }},
        "hazard": {"table": {"hazards": [0.0, 0.08, 0.875, 0.9, 0.26, 0.94, 0.13, 1.0, 0.25]}},
        "pruning": {"max_hypotheses": 25, "min_weight": 0.0},
        "history": "all",
    });
    for seed in 0..20 {
        let mut random = Random::new(seed);
        let mut detector = common::build(&config);
        for _ in 0..60 {
            let x = [0.0, 1e5, random.normal()][usize::try_from(random.below(3)).expect("fits")];
            detector.update(&[x]).expect("a step");
            restore(&detector.snapshot()).expect("a snapshot");
            let smoothed = detector.smoothed().expect("a history");
            assert!(
                smoothed
                    .p_change_at
                    .iter()
                    .all(|&p| (0.0..=1.0).contains(&p))
            );
        }
    }
}
