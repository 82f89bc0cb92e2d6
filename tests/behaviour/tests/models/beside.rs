//! A number that comes along with each observation: an exposure, trials, an error bar, a weight.

use bocpd_core::config::ModelConfig;
use bocpd_core::distribution::Distribution;
use bocpd_core::list::ModelSpec;
use bocpd_core::observation::{Beside, Observation, Rows, SideInformation};
use bocpd_core::{AnyDetector, detect};
use bocpd_tests::catalogue;
use bocpd_tests::close::{assert_all_close, assert_close};
use bocpd_tests::oracle::config::parse_with;
use bocpd_tests::oracle::enumerate::Enumeration;
use bocpd_tests::random::Random;
use serde_json::{Value, json};

use crate::common::{self, Readouts};

const TOLERANCE: f64 = 1e-10;
const N: usize = 8;

/// The models, and those that they are without anything beside.
const MODELS: [(&str, &str, Beside); 4] = [
    ("poisson_exposure", "poisson", Beside::Exposure),
    ("binomial_trials", "binomial", Beside::Trials),
    ("gaussian_error_bars", "gaussian_known_variance", Beside::Sd),
    ("heteroscedastic_gaussian", "gaussian", Beside::Weight),
];

fn one_of<'a, T>(all: &'a [T], random: &mut Random) -> &'a T {
    &all[usize::try_from(random.below(all.len() as u64)).expect("fits")]
}

/// An observation and the number beside it.
fn draw(beside: Beside, random: &mut Random, level: u64) -> (f64, f64) {
    let height = level as f64;
    match beside {
        Beside::Exposure => {
            // Now and then far from the others, or nothing at all.
            let exposure = match random.below(8) {
                0 => 0.0,
                1 => 300.0,
                _ => random.between(0.1, 5.0),
            };
            (random.poisson(exposure * (1.0 + 4.0 * height)), exposure)
        }
        Beside::Trials => {
            let trials = *one_of(&[0, 1, 3, 12, 40, 5000], random);
            let successes = random.binomial(trials, 0.1 + 0.25 * height);
            (successes, trials as f64)
        }
        Beside::Sd => {
            let sd = random.between(0.1, 3.0);
            (5.0 * height + sd * random.normal(), sd)
        }
        _ => {
            let weight = *one_of(&[0.01, 0.5, 1.0, 4.0, 1000.0], random);
            (5.0 * height + random.normal() / f64::sqrt(weight), weight)
        }
    }
}

fn configuration(model: &str, hazard: &Value, random: &mut Random) -> Value {
    let entry = catalogue::MODELS.iter().find(|entry| entry.name == model);
    let model = (entry.expect("a model").model)(random);
    let mut config = catalogue::config(&model, hazard);
    config["history"] = json!("all");
    config
}

fn observe(detector: &mut AnyDetector, x: f64, side: &SideInformation<'_>) -> f64 {
    let step = detector.update_with(Observation::with(&[x][..], side), None);
    step.expect("a step").ln_predictive
}

#[test]
fn sums_over_segmentations() {
    let mut random = Random::new(71);
    for (name, _, beside) in MODELS {
        for hazard in catalogue::hazards(5.0) {
            let config = configuration(name, &hazard, &mut random);
            let mut detector = common::build(&config);
            let (mut xs, mut numbers) = (Vec::new(), Vec::new());
            for t in 0..N {
                let (x, number) = draw(beside, &mut random, (t / 4) as u64);
                xs.push(if t == 2 { None } else { Some(x) });
                numbers.push(vec![number]);
                common::try_feed_with(&mut detector, None, xs[t], &numbers[t]).expect("a step");
                let (model, hazard) = parse_with(&config, Some(&numbers));
                let all = Enumeration::new(&*model, &hazard, &xs, &vec![1.0; xs.len()]);
                let what = format!("{config} after {xs:?} with {numbers:?}");
                let got = common::dense_posterior(&detector);
                assert_all_close(&what, &got, &all.posterior(), TOLERANCE);
                assert_close(&what, detector.ln_evidence(), all.ln_evidence(), TOLERANCE);
                assert_close(
                    &what,
                    detector.map_ln_joint(),
                    all.map().ln_joint,
                    TOLERANCE,
                );
                let smoothed = detector.smoothed().expect("a history");
                assert_all_close(&what, &smoothed.p_change_at, &all.smoothed(), TOLERANCE);
            }
        }
    }
}

/// Long segments, where sums are large, and numbers of all sizes.
#[test]
fn evidence_of_long_segments() {
    let mut random = Random::new(72);
    for (name, _, beside) in MODELS {
        for _ in 0..6 {
            let config = configuration(name, &common::one_segment(), &mut random);
            let mut detector = common::build(&config);
            let all: Vec<_> = (0..300).map(|_| draw(beside, &mut random, 1)).collect();
            let numbers: Vec<_> = all.iter().map(|&(_, number)| vec![number]).collect();
            let xs: Vec<_> = all.iter().map(|&(x, _)| x).collect();
            for &(x, number) in &all {
                observe(&mut detector, x, &beside.of(number));
            }
            let (model, _) = parse_with(&config, Some(&numbers));
            let (got, want) = (detector.ln_evidence(), model.ln_evidence(&xs));
            assert_close(&config.to_string(), got, want, 1e-10);
        }
    }
}

/// What is predicted of an observation with its number is what its score will be.
#[test]
fn predictions_take_the_number() {
    let mut random = Random::new(73);
    for (name, _, beside) in MODELS {
        let config = configuration(name, &catalogue::hazards(20.0)[0], &mut random);
        let mut detector = common::build(&config);
        for t in 0..40 {
            let (x, number) = draw(beside, &mut random, t / 20);
            let side = beside.of(number);
            let foreseen = detector.predict_with(1, &side).expect("a predictive");
            let want = foreseen.ln_density(x);
            assert!(foreseen.variance() >= 0.0 && foreseen.mean().is_finite());
            let got = observe(&mut detector, x, &side);
            assert_close(&format!("{name} {x} {number}"), got, want, 1e-9);
        }
    }
}

/// By its name, as the only feature, or as 1 where that is usual: the same to the last bit.
#[test]
fn there_are_several_ways_to_say_it() {
    let mut random = Random::new(74);
    for (name, plain, beside) in MODELS {
        let config = configuration(name, &catalogue::hazards(20.0)[0], &mut random);
        let (mut named, mut feature) = (common::build(&config), common::build(&config));
        let (mut nothing, mut usual) = (common::build(&config), common::build(&config));
        let model = &config["model"][name];
        let (mut parameters, usual_number) = match beside {
            Beside::Sd => (
                json!({"mean": model["mean"], "variance": model["variance"],
                    "kappa": model["variance"].as_f64().unwrap() / model["level_variance"].as_f64().unwrap()}),
                model["variance"].as_f64().expect("a variance").sqrt(),
            ),
            Beside::Trials => (model.clone(), model["trials"].as_f64().expect("trials")),
            _ => (model.clone(), 1.0),
        };
        parameters = json!({plain: parameters});
        let mut other = config.clone();
        other["model"] = parameters;
        let mut other = common::build(&other);
        for t in 0..60 {
            let (x, number) = draw(beside, &mut random, t / 20);
            observe(&mut named, x, &beside.of(number));
            observe(&mut feature, x, &SideInformation::of_features(&[number]));
            assert_eq!(Readouts::of(&named), Readouts::of(&feature), "{name}");
            let entry = catalogue::MODELS.iter().find(|entry| entry.name == plain);
            let x = (entry.expect("a model").draw)(&mut random, t / 20);
            observe(&mut usual, x, &beside.of(usual_number));
            observe(&mut nothing, x, &SideInformation::NONE);
            observe(&mut other, x, &SideInformation::NONE);
            let what = format!("{name} after {t}");
            let evidence = nothing.ln_evidence();
            assert_close(&what, usual.ln_evidence(), evidence, 1e-13);
            assert_close(&what, other.ln_evidence(), evidence, 1e-11);
        }
    }
}

#[test]
fn series_have_a_number_for_each_observation() {
    // A rate of 3, then of 9, over exposures that hide it.
    let mut random = Random::new(75);
    let exposures: Vec<f64> = (0..80)
        .map(|t| {
            if t < 40 {
                random.between(2.0, 5.0)
            } else {
                random.between(0.5, 2.0)
            }
        })
        .collect();
    let rate = |t| if t < 40 { 3.0 } else { 9.0 };
    let xs: Vec<f64> = (0..80)
        .map(|t| random.poisson(rate(t) * exposures[t]))
        .collect();
    let model = ModelConfig::PoissonExposure {
        shape: 1.0,
        rate: 0.2,
    };
    let config = catalogue::config(
        &json!(null),
        &json!({"constant": {"mean_run_length": 80.0}}),
    );
    let config = {
        let mut config = config;
        config["model"] = serde_json::to_value(&model).expect("a model");
        common::parse(&config)
    };
    let found = detect(Rows::with_features(&xs, &exposures), Some(&config), 0.9).expect("changes");
    assert_eq!(found.changes.len(), 1, "{found:?}");
    let change = &found.changes[0];
    assert!(change.location.index.abs_diff(40) <= 1, "{change:?}");
    for (segment, rate) in found.segments.iter().zip([3.0, 9.0]) {
        let level = &segment.parameters[0];
        assert!((level.mean - rate).abs() < 4.0 * level.sd, "{level:?}");
    }
    // One number less than observations.
    let few = detect(
        Rows::with_features(&xs, &exposures[1..]),
        Some(&config),
        0.9,
    );
    assert!(few.is_err());
}

#[test]
fn what_cannot_be_used_is_named() {
    let mut random = Random::new(76);
    let bad = |beside| match beside {
        Beside::Exposure => vec![-1.0, f64::NAN, f64::INFINITY, 1e300, 1e-300],
        Beside::Trials => vec![-1.0, f64::NAN, f64::INFINITY, 2.5, 1e300],
        _ => vec![0.0, -1.0, f64::NAN, f64::INFINITY, 1e300, 5e-324],
    };
    for (name, _, beside) in MODELS {
        let config = configuration(name, &catalogue::hazards(20.0)[0], &mut random);
        let mut detector = common::build(&config);
        for t in 0..10 {
            let (x, number) = draw(beside, &mut random, t / 5);
            observe(&mut detector, x, &beside.of(number));
        }
        let before = Readouts::of(&detector);
        let mut refused = |side: &SideInformation<'_>, x: f64| {
            let step = detector.update_with(Observation::with(&[x][..], side), None);
            let error = step.expect_err("a refusal").to_string();
            assert_eq!(Readouts::of(&detector), before, "{error}");
            error
        };
        for number in bad(beside) {
            for side in [beside.of(number), SideInformation::of_features(&[number])] {
                let error = refused(&side, 1.0);
                let both = error.contains(beside.name()) && error.contains(&number.to_string());
                assert!(both, "{name} {number}: {error}");
            }
        }
        for other in Beside::ALL.into_iter().filter(|&other| other != beside) {
            let error = refused(&other.of(1.0), 1.0);
            assert!(error.contains(other.name()), "{name}: {error}");
        }
        let error = refused(&SideInformation::of_features(&[1.0, 1.0]), 1.0);
        assert!(error.contains("1 features, got 2"), "{error}");
        match beside {
            Beside::Exposure => {
                assert!(refused(&beside.of(0.0), 3.0).contains("exposure is 0"));
            }
            Beside::Trials => {
                assert!(refused(&beside.of(4.0), 5.0).contains("number of trials"));
            }
            _ => {}
        }
    }
    // A model that takes no such thing says so.
    let config = configuration("gaussian", &catalogue::hazards(20.0)[0], &mut random);
    let mut detector = common::build(&config);
    for beside in Beside::ALL {
        let side = beside.of(1.0);
        let step = detector.update_with(Observation::with(&[1.0][..], &side), None);
        let error = step.expect_err("a refusal").to_string();
        assert!(error.contains(beside.name()), "{error}");
    }
}

/// Where nothing was counted over nothing, or tried, nothing was seen.
#[test]
fn nothing_out_of_nothing_says_nothing() {
    let mut random = Random::new(77);
    for (name, _, beside) in &MODELS[..2] {
        let config = configuration(name, &catalogue::hazards(20.0)[0], &mut random);
        let (mut nothing, mut missing) = (common::build(&config), common::build(&config));
        for t in 0..30 {
            if t % 4 == 3 {
                let ln_p = observe(&mut nothing, 0.0, &beside.of(0.0));
                assert_close(name, ln_p, 0.0, 1e-14);
                missing.skip().expect("a step");
            } else {
                let (x, number) = draw(*beside, &mut random, t / 15);
                observe(&mut nothing, x, &beside.of(number));
                observe(&mut missing, x, &beside.of(number));
            }
            let (got, want) = (nothing.ln_evidence(), missing.ln_evidence());
            assert_close(name, got, want, 1e-13);
            let (got, want) = [&nothing, &missing].map(common::dense_posterior).into();
            assert_all_close(name, &got, &want, 1e-13);
        }
    }
}

/// Extreme values give finite scores.
#[test]
fn extremes_are_finite() {
    let hazard = &catalogue::hazards(20.0)[0];
    let mut random = Random::new(78);
    for (name, _, beside) in MODELS {
        let config = configuration(name, hazard, &mut random);
        let (small, large): (&[f64], &[f64]) = match beside {
            Beside::Exposure => (&[1e-100, 1e-9], &[1e100, 1e15]),
            Beside::Trials => (&[1.0, 2.0], &[9.0e15, 1e6]),
            Beside::Sd => (&[1e-50, 1e-9], &[1e50, 1e9]),
            _ => (&[1e-100, 1e-9], &[1e100, 1e9]),
        };
        let xs: &[f64] = match beside {
            Beside::Exposure => &[0.0, 1.0, 9.0e15],
            Beside::Trials => &[0.0, 1.0],
            _ => &[0.0, -1e300, f64::MAX, 5e-324],
        };
        let mut detector = common::build(&config);
        for _ in 0..2 {
            for &number in small.iter().chain(large) {
                for &x in xs {
                    let ln_p = observe(&mut detector, x, &beside.of(number));
                    assert!(ln_p.is_finite(), "{name} {x} {number}: {ln_p}");
                }
            }
        }
        let restored = bocpd_core::any::restore(&detector.snapshot()).expect("a snapshot");
        assert_eq!(Readouts::of(&restored), Readouts::of(&detector), "{name}");
    }
}

#[test]
fn kinds_become_those_that_take_the_number() {
    let named = |name| ModelSpec::named(name).expect("a model");
    for (name, plain, beside) in MODELS {
        assert_eq!(named(name).beside, Some(beside));
        assert_eq!(named(plain).beside, None);
        for from in [name, plain] {
            let becomes = named(from).with_beside(beside).expect("a model");
            assert_eq!(becomes.name, name);
        }
        let other = Beside::ALL.into_iter().find(|&other| other != beside);
        assert!(named(name).with_beside(other.expect("another")).is_none());
    }
    assert!(named("regression").with_beside(Beside::Weight).is_none());
}
