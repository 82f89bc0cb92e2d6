//! What may take long ends when nobody waits for it any more, and leaves everything as
//! it was.

mod common;

use std::cell::Cell;
use std::rc::Rc;

use bocpd_core::alarm::AlarmPolicy;
use bocpd_core::calibrate::{Effort, Quiet, Target, calibrate_detector};
use bocpd_core::distribution::{Distribution, Mixture, StudentT, p_greater};
use bocpd_core::error::{DetectError, ReadoutError};
use bocpd_core::fit::{FitError, Options, fit};
use bocpd_core::interrupt::{go_on, interruptible};
use bocpd_core::random::Random;
use bocpd_core::{AnyDetector, Detection};
use bocpd_tests::catalogue::{self, MODELS};
use bocpd_tests::random::Random as Seeded;
use serde_json::json;

const DATA: [f64; 8] = [0.1, -0.2, 0.3, 5.1, 4.8, 5.3, 5.0, 4.9];

fn detector() -> AnyDetector {
    let model = json!({"gaussian": {"mean": 0, "kappa": 1, "alpha": 1, "beta": 1}});
    let constant = json!({"constant": {"mean_run_length": 20}});
    let mut config = catalogue::config(&model, &constant);
    config["history"] = json!("all");
    common::run(&config, &DATA)
}

/// The answer if nobody waits for it.
fn unwanted<R>(work: impl FnOnce() -> R) -> R {
    interruptible(|| false, work)
}

#[track_caller]
fn is_interrupted<T: std::fmt::Debug>(answer: Result<T, ReadoutError>) {
    assert_eq!(answer.map(|_| ()).unwrap_err(), ReadoutError::Interrupted);
}

#[track_caller]
fn is_interrupted_too<T: std::fmt::Debug>(answer: Result<T, DetectError>) {
    let error = answer.map(|_| ()).unwrap_err();
    assert_eq!(error, DetectError::Readout(ReadoutError::Interrupted));
}

#[test]
fn what_looks_back_is_interrupted() {
    let detector = detector();
    let before = detector.snapshot();
    is_interrupted(unwanted(|| detector.smoothed()));
    is_interrupted(unwanted(|| detector.p_change_at(3)));
    is_interrupted(unwanted(|| detector.p_change_between(2, 4)));
    is_interrupted(unwanted(|| detector.expected_changes()));
    is_interrupted(unwanted(|| detector.locations(&[3], 0.9)));
    is_interrupted(unwanted(|| detector.sample_segmentations(5, 1)));
    is_interrupted_too(unwanted(|| detector.segments(&DATA, &[3], 0.9)));
    is_interrupted_too(unwanted(|| Detection::of(&detector, &DATA, 0.9)));
    assert!(detector.snapshot() == before);
    // What is wanted is answered as if nobody was asked.
    let wanted = interruptible(|| true, || detector.smoothed());
    assert_eq!(wanted, detector.smoothed());
}

#[test]
fn what_is_drawn_and_calibrated_is_interrupted() {
    let mut random = Seeded::new(5);
    for entry in MODELS {
        let model = (entry.model)(&mut random);
        let constant = json!({"constant": {"mean_run_length": 20}});
        let detector = common::build(&catalogue::config(&model, &constant));
        let drawn = |n| detector.simulate(&mut Random::new(1), n);
        assert_eq!(unwanted(|| drawn(100)), None, "{}", entry.name);
        assert_eq!(drawn(100).unwrap().len(), 100);
        let policy = AlarmPolicy::default();
        let history = drawn(6).unwrap();
        for quiet in [
            Quiet::Model,
            Quiet::History {
                values: &history,
                block: 2,
            },
        ] {
            let target = Target::FalseAlarm {
                probability: 0.1,
                horizon: 5,
            };
            let effort = Effort {
                streams: 3,
                longest: Some(5),
                seed: 1,
            };
            let found = || calibrate_detector(&detector, &policy, quiet, target, effort);
            is_interrupted(unwanted(found));
            assert!(found().is_ok(), "{}", entry.name);
        }
    }
}

#[test]
fn what_is_fitted_is_interrupted() {
    let config = detector().config().clone();
    let few = Options {
        evaluations: 30,
        ..Options::default()
    };
    let found = || fit(&[&DATA[..]], &config, few);
    assert_eq!(unwanted(found), Err(FitError::Interrupted));
    assert!(found().is_ok());
}

#[test]
fn what_is_searched_is_interrupted() {
    let student = || StudentT {
        nu: 3.0,
        location: 0.0,
        scale: 1.0,
    };
    let mixture = Mixture::new([(1.0, Box::new(student()) as Box<dyn Distribution>)]).unwrap();
    assert!(unwanted(|| mixture.quantile(0.3)).is_nan());
    assert!(unwanted(|| mixture.interval(0.9)).0.is_nan());
    assert!(unwanted(|| p_greater(&student(), &mixture)).is_nan());
    assert!((p_greater(&student(), &mixture) - 0.5).abs() < 1e-3);
}

/// Once it was no it is not asked again, and whoever waited before waits again.
#[test]
fn no_is_no_and_ends_with_the_work() {
    let asked = Rc::new(Cell::new(0));
    let counted = Rc::clone(&asked);
    let thrice = move || {
        counted.set(counted.get() + 1);
        counted.get() < 3
    };
    let seen = interruptible(thrice, || {
        let outer = [go_on(), go_on()];
        let inner = interruptible(|| true, || [go_on(), go_on()]);
        (outer, inner, [go_on(), go_on(), go_on()])
    });
    assert_eq!(seen, ([true; 2], [true; 2], [false; 3]));
    assert_eq!(asked.get(), 3);
    assert!(go_on());
    // Also after a panic.
    let panicked = std::panic::catch_unwind(|| unwanted(|| panic!("within")));
    assert!(panicked.is_err() && go_on());
    // Another thread is not asked.
    let detector = detector();
    let elsewhere = unwanted(|| {
        std::thread::scope(|scope| scope.spawn(|| detector.smoothed()).join().unwrap())
    });
    assert!(elsewhere.is_ok());
}
