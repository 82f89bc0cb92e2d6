//! Resolution, least length of segments and sensitivity are sums over all segmentations.

use crate::common;
use bocpd_core::defaults::{self, Given};
use bocpd_core::error::ParameterError;
use bocpd_core::{AnyDetector, Config, detect};
use bocpd_tests::catalogue::{self, MODELS};
use bocpd_tests::close::{assert_all_close, assert_close};
use bocpd_tests::oracle::config;
use bocpd_tests::oracle::enumerate::Enumeration;
use bocpd_tests::oracle::{Gap, Hazard, Segment};
use bocpd_tests::random::Random;
use serde_json::{Value, json};

const TOLERANCE: f64 = 1e-10;
const N: usize = 8;

/// (g, m, s).
const PREFERENCES: [(f64, u64, f64); 4] =
    [(0.4, 1, 1.0), (1.0, 3, 1.0), (1.0, 1, 0.2), (0.7, 2, 3.0)];

fn with(config: &Value, (resolution, min_segment, sensitivity): (f64, u64, f64)) -> Value {
    let mut config = config.clone();
    config["resolution"] = json!(resolution);
    config["min_segment"] = json!(min_segment);
    config["sensitivity"] = json!(sensitivity);
    config["history"] = json!("all");
    config
}

/// What is known of the next observation, without any power: ln Σ_s v(s) p(x | s), where v is
/// the posterior of what came before, after the hazard.
fn ln_predictive(
    before: Option<&Enumeration>,
    plain: &dyn Segment,
    hazard: &Hazard,
    data: &[Option<f64>],
    elapsed: &[f64],
) -> f64 {
    let last = data.len() - 1;
    if data[last].is_none() {
        return 0.0;
    }
    let of = |from: usize, to: usize| plain.ln_evidence_of(data, elapsed, from, to);
    let Some(before) = before else {
        return of(0, 1);
    };
    let times: Vec<f64> = (0..=last).map(|t| elapsed[1..=t].iter().sum()).collect();
    let mut newborn = 0.0;
    let mut sum = 0.0;
    for (from, w) in before.posterior().into_iter().enumerate() {
        let gap = Gap {
            length: (last - from) as u64,
            age: times[last - 1] - times[from],
            elapsed: elapsed[last],
        };
        newborn += w * hazard.h(gap);
        let p = (of(from, last + 1) - of(from, last)).exp();
        sum += w * hazard.ln_stay(gap).exp() * p;
    }
    (sum + newborn * of(last, last + 1).exp()).ln()
}

#[track_caller]
fn compare(what: &str, detector: &AnyDetector, all: &Enumeration) {
    let got = common::dense_posterior(detector);
    assert_all_close(what, &got, &all.posterior(), TOLERANCE);
    let smoothed = detector.smoothed().expect("a history");
    assert_all_close(what, &smoothed.p_change_at, &all.smoothed(), TOLERANCE);
    // How probable the best segmentation is.
    let got = detector.map_ln_joint() - detector.ln_evidence();
    let want = all.map().ln_joint - all.ln_evidence();
    assert_close(what, got, want, TOLERANCE);
    if all.map_lead() > 1e-9 {
        let starts = all.map().starts[1..].iter();
        let want: Vec<u64> = starts.map(|&start| start as u64).collect();
        assert_eq!(detector.changepoints(), want, "{what}");
    }
}

/// Feeds random data, some of it missing, and compares after each value.
fn hold(
    plain: &Value,
    preferences: (f64, u64, f64),
    irregular: bool,
    draw: fn(&mut Random, u64) -> f64,
    random: &mut Random,
) {
    let asked = with(plain, preferences);
    let (plain, _) = config::parse(plain);
    let (model, hazard) = config::parse(&asked);
    let mut detector = common::build(&asked);
    let (mut data, mut elapsed) = (Vec::new(), Vec::new());
    let (mut before, mut ln_evidence) = (None, 0.0);
    for _ in 0..N {
        let level = random.below(3);
        let x = draw(random, level);
        data.push((random.uniform() < 0.85).then_some(x));
        elapsed.push(if irregular {
            random.between(0.1, 3.0)
        } else {
            1.0
        });
        let gap = irregular.then_some(elapsed[elapsed.len() - 1]);
        let x = data[data.len() - 1];
        let step = common::try_feed(&mut detector, gap, x).expect("a step");
        let what = format!("{asked} after {data:?} {elapsed:?}");
        let want = ln_predictive(before.as_ref(), &*plain, &hazard, &data, &elapsed);
        assert_close(&what, step.ln_predictive, want, TOLERANCE);
        ln_evidence += want;
        assert_close(&what, detector.ln_evidence(), ln_evidence, TOLERANCE);
        let all = Enumeration::new(&*model, &hazard, &data, &elapsed);
        compare(&what, &detector, &all);
        before = Some(all);
    }
}

#[test]
fn every_model_under_every_hazard() {
    let mut random = Random::new(31);
    for entry in &MODELS {
        for (i, hazard) in catalogue::hazards(5.0).iter().enumerate() {
            let config = catalogue::config(&(entry.model)(&mut random), hazard);
            let preferences = PREFERENCES[i % PREFERENCES.len()];
            hold(&config, preferences, false, entry.draw, &mut random);
        }
    }
}

#[test]
fn irregular_times() {
    let mut random = Random::new(32);
    for (i, entry) in MODELS.iter().enumerate() {
        for hazard in [
            json!({"constant": {"mean_run_length": 6.0}}),
            json!({"rate": {"per_unit_time": 0.3}}),
            json!({"weibull": {"shape": 2.0, "scale": 6.0}}),
        ] {
            let config = catalogue::config(&(entry.model)(&mut random), &hazard);
            let preferences = PREFERENCES[(i + 1) % PREFERENCES.len()];
            hold(&config, preferences, true, entry.draw, &mut random);
        }
    }
}

fn gaussian() -> Value {
    json!({
        "model": {"gaussian": {"mean": 0.0, "kappa": 0.01, "alpha": 2.0, "beta": 2.0}},
        "hazard": {"constant": {"mean_run_length": 100.0}},
    })
}

/// The power is on the mixture of what is an outlier and what is none.
#[test]
fn outliers_are_mixed_in_before_the_power() {
    let mut config = gaussian();
    config["outliers"] = json!({"probability": 0.05, "centre": 0.0, "scale": 5.0});
    let mut random = Random::new(33);
    let draw = |random: &mut Random, level: u64| {
        let wild = if random.uniform() < 0.2 { 30.0 } else { 0.0 };
        wild + 4.0 * level as f64 + random.normal()
    };
    for preferences in PREFERENCES {
        hold(&config, preferences, false, draw, &mut random);
    }
}

/// As if nothing had been said, to the last bit.
#[test]
fn ones_change_nothing() {
    let mut random = Random::new(34);
    let xs: Vec<f64> = (0..200).map(|_| random.normal()).collect();
    let plain = common::run(&gaussian(), &xs);
    let mut ones = with(&gaussian(), (1.0, 1, 1.0));
    ones["history"] = json!("nothing");
    let ones = common::run(&ones, &xs);
    assert_eq!(common::Readouts::of(&plain), common::Readouts::of(&ones));
}

/// Levels that last for 3, 40 and 57 observations.
fn steps() -> Vec<f64> {
    let mut random = Random::new(35);
    let level = |i: usize| match i {
        40..43 => 9.0,
        43..100 => 4.0,
        _ => 0.0,
    };
    (0..100).map(|i| level(i) + 0.5 * random.normal()).collect()
}

/// Whether there are changes, and five observations or more before each of them.
fn are_long(detector: &AnyDetector) -> bool {
    let mut starts = vec![0];
    starts.extend(detector.changepoints());
    starts.len() > 1 && starts.windows(2).all(|pair| pair[1] - pair[0] >= 5)
}

#[test]
fn segments_are_as_long_as_asked() {
    let xs = steps();
    for pruning in [json!({}), json!({"max_hypotheses": 12})] {
        let mut config = gaussian();
        config["pruning"] = pruning;
        let free = common::run(&config, &xs);
        assert_eq!(free.changepoints(), [40, 43]);
        config["min_segment"] = json!(5);
        assert!(are_long(&common::run(&config, &xs)));
    }
}

/// Coarser, less sensitive: never more changes than before.
#[test]
fn fewer_changes_where_fewer_are_asked_for() {
    let mut random = Random::new(36);
    let xs: Vec<f64> = (0..300)
        .map(|i| f64::from(i / 25 % 3) * 2.0 + random.normal())
        .collect();
    let count = |name: &str, value: f64| {
        let mut config = gaussian();
        config[name] = json!(value);
        common::run(&config, &xs).changepoints().len()
    };
    for name in ["resolution", "sensitivity"] {
        let counts = [1.0, 0.6, 0.3, 0.1, 0.01].map(|value| count(name, value));
        assert!(
            counts.windows(2).all(|pair| pair[0] >= pair[1]),
            "{name} {counts:?}"
        );
        assert!(counts[0] > counts[4], "{name} {counts:?}");
    }
    assert!(count("sensitivity", 1000.0) > count("sensitivity", 1.0));
}

/// What is given goes into the configuration that is chosen, and finds what it says.
#[test]
fn the_default_takes_them() {
    let xs = steps();
    let mut given = Given::default();
    let all = defaults::candidates(&xs, &given).expect("candidates");
    let found = detect(&xs[..], Some(&all[0].config), 0.9).expect("a detection");
    assert_eq!(found.changes.len(), 2);
    given.min_segment = Some(5);
    given.resolution = Some(0.5);
    given.sensitivity = Some(0.5);
    let all = defaults::candidates(&xs, &given).expect("candidates");
    let config = &all[0].config;
    assert_eq!(
        (config.min_segment, config.resolution, config.sensitivity),
        (5, 0.5, 0.5)
    );
    let found = detect(&xs[..], Some(config), 0.9).expect("a detection");
    assert!(
        found
            .segments
            .iter()
            .all(|segment| segment.end - segment.start >= 5)
    );
    assert!(found.assumptions.contains("not before 5 observations"));
    assert!(found.assumptions.contains("with the power 0.5"));
    assert!(found.assumptions.contains("0.5 times as frequent"));
    let stream = defaults::config_for_stream(&xs, &given).expect("a configuration");
    assert_eq!((stream.min_segment, stream.resolution), (5, 0.5));
    let mut detector = stream.build().expect("a detector");
    for x in xs {
        detector.update(&[x]).expect("a step");
    }
    assert!(are_long(&detector));
}

#[test]
fn what_cannot_be_used_is_named() {
    for (name, value) in [
        ("resolution", json!(0.0)),
        ("resolution", json!(1.01)),
        ("resolution", json!(1e-7)),
        ("min_segment", json!(0)),
        ("sensitivity", json!(0.0)),
        ("sensitivity", json!(-1.0)),
    ] {
        let mut config = gaussian();
        config[name] = value;
        let config: Config = common::parse(&config);
        let named = |error: ParameterError| error.to_string().contains(name);
        assert!(config.check().is_err_and(named), "{name}");
        assert!(config.build().is_err_and(named), "{name}");
    }
}

#[test]
fn a_snapshot_has_them() {
    let mut config = with(&gaussian(), (0.5, 4, 2.0));
    config["outliers"] = json!({"probability": 0.05, "centre": 0.0, "scale": 5.0});
    let xs = steps();
    let mut detector = common::run(&config, &xs[..60]);
    let mut restored = bocpd_core::any::restore(&detector.snapshot()).expect("a detector");
    assert_eq!(restored.config(), detector.config());
    for &x in &xs[60..] {
        common::feed(&mut detector, Some(x));
        common::feed(&mut restored, Some(x));
    }
    assert_eq!(
        common::Readouts::of(&detector),
        common::Readouts::of(&restored)
    );
}
