//! One call for a series; and whether what is claimed of locations is so.

use crate::common;
use bocpd_core::error::DetectError;
use bocpd_core::{Config, Detection, defaults, detect};
use bocpd_tests::close::assert_close;
use serde_json::json;

fn column(csv: &str) -> Vec<f64> {
    let lines = csv.lines().skip(1);
    lines
        .map(|line| line.split(',').nth(1).unwrap().parse().unwrap())
        .collect()
}

/// The result is what the detector says when asked one by one.
#[test]
fn everything_agrees_with_the_detector() {
    let nile = column(include_str!("../../../../docs/data/nile.csv"));
    let found = detect(&nile, None, 0.9).unwrap();
    let mut config = defaults::config_for(&nile);
    assert_eq!(found.config, config);
    let (assumed, chosen) = found.assumptions.split_once("; chosen: ").unwrap();
    assert_eq!(assumed, defaults::in_words(&config));
    assert!(chosen.contains("white noise (probability 0.7"), "{chosen}");
    assert!(found.assumptions.starts_with("Gaussian observations"));
    config.history = bocpd_core::History::All;
    let mut detector = config.build().unwrap();
    detector.update_many(&nile, &mut |_| {}).unwrap();
    let changepoints = detector.changepoints();
    assert_eq!(changepoints, [28]);
    assert_eq!(found.observations, 100);
    assert_eq!(found.p_change_at, detector.smoothed().unwrap().p_change_at);
    assert_eq!(found.expected_changes, detector.expected_changes().unwrap());
    assert_eq!(found.ln_evidence, detector.ln_evidence());
    assert_eq!(found.pruned_mass, 0.0);
    let locations = detector.locations(&changepoints, 0.9).unwrap();
    assert_eq!(found.changes[0].location, locations[0]);
    let segments = detector.segments(&nile, &changepoints, 0.9).unwrap();
    assert_eq!(found.segments, segments);
    assert!(segments[1].ln_bayes_factor.unwrap() > 5.0);

    let location = &found.changes[0].location;
    // Exactly there, and nearby: two events, in every front-end by these names.
    assert_eq!(location.probability, found.p_change_at[28]);
    assert!(0.6 < location.probability && location.probability < 0.9);
    assert!(location.p_nearby > 0.99 && location.share >= 0.9);
    assert!(location.low <= 28 && 28 <= location.high && location.high - location.low < 10);
    let jump = found.changes[0].jump.unwrap();
    assert_eq!(jump.parameter, "mean");
    assert!(jump.p_rose < 1e-6 && jump.difference < -200.0);
    let difference = segments[1].parameters[0].mean - segments[0].parameters[0].mean;
    assert_close("difference", jump.difference, difference, 1e-12);
    let variance = segments[1].parameters[0].sd.powi(2) + segments[0].parameters[0].sd.powi(2);
    assert_close("sd", jump.sd, variance.sqrt(), 1e-12);
    // A detector that is there already answers the same.
    assert_eq!(
        Detection::of(&detector, &nile, 0.9).unwrap().changes,
        found.changes
    );
    let fewer = Detection::of(&detector, &nile[1..], 0.9)
        .unwrap_err()
        .to_string();
    assert!(fewer.contains("99"), "{fewer}");
    assert!(serde_json::to_value(&found).unwrap()["changes"][0]["jump"]["p_rose"].is_number());
}

#[test]
fn short_series_and_bad_values() {
    let empty = detect(&[], None, 0.9).unwrap();
    assert!(empty.changes.is_empty() && empty.segments.is_empty() && empty.p_change_at.is_empty());
    let one = detect(&[3.0], None, 0.9).unwrap();
    assert_eq!((one.segments.len(), one.p_change_at), (1, vec![1.0]));
    let error = detect(&[1.0, f64::NAN], None, 0.9).unwrap_err();
    assert!(matches!(error, DetectError::Data(bad) if bad.index == 1));
    assert!(detect(&[1.0, 2.0], None, 1.0).is_err());
    assert!(detect(&[1.0, 2.0], None, f64::NAN).is_err());

    let config: Config = common::parse(&json!({
        "model": {"poisson": {"shape": 1.0, "rate": 0.5}},
        "hazard": {"constant": {"mean_run_length": 50.0}},
        "missing": "skip",
    }));
    let counts = [
        1.0,
        2.0,
        f64::NAN,
        0.0,
        1.0,
        2.0,
        12.0,
        15.0,
        f64::NAN,
        11.0,
    ];
    let found = detect(&counts, Some(&config), 0.9).unwrap();
    assert_eq!(found.changes.len(), 1);
    assert_eq!(found.changes[0].location.index, 6);
    assert_eq!(found.segments[1].observed, 3);
    let jump = found.changes[0].jump.unwrap();
    assert!(jump.parameter == "rate" && jump.p_rose > 0.999);
}

/// Series drawn from the model's own prior: what is claimed of the changes has
/// to be true as often as is claimed.
#[test]
fn credible_sets_cover_as_often_as_they_say() {
    let mean_run_length = 40.0;
    let config: Config = common::parse(&json!({
        "model": {"gaussian": {"mean": 0.0, "kappa": 0.1, "alpha": 3.0, "beta": 3.0}},
        "hazard": {"constant": {"mean_run_length": mean_run_length}},
        "pruning": {},
    }));
    let source = config.build().unwrap();
    let mut random = bocpd_core::random::Random::new(2);
    // For the reported changes, how often it was so and what was claimed: a
    // change in the neighbourhood; exactly one; that one in the credible set.
    let mut truly = [0.0; 3];
    let mut claimed = [0.0; 3];
    let mut variance = [0.0; 3];
    let (mut reported, mut nominal, mut rose_score) = (0u32, 0.0, 0.0);
    for _ in 0..400 {
        let (mut xs, mut starts) = (Vec::new(), Vec::new());
        while xs.len() < 120 {
            let mut length = 1;
            while random.uniform() > 1.0 / mean_run_length {
                length += 1;
            }
            starts.push(xs.len() as u64);
            xs.extend(source.simulate(&mut random, length).unwrap());
        }
        xs.truncate(120);
        let found = detect(&xs, Some(&config), 0.9).unwrap();
        for change in &found.changes {
            let location = &change.location;
            let (low, high) = location.neighbourhood;
            let inside: Vec<u64> = starts
                .iter()
                .copied()
                .filter(|s| (low..=high).contains(s))
                .collect();
            let single = inside.len() == 1;
            let covered = single && location.credible.contains(&inside[0]);
            let events = [!inside.is_empty(), single, covered];
            let p_covered = location.p_single * location.share;
            let claims = [location.p_nearby, location.p_single, p_covered];
            for i in 0..3 {
                truly[i] += f64::from(u8::from(events[i]));
                claimed[i] += claims[i];
                variance[i] += claims[i] * (1.0 - claims[i]);
            }
            assert!(location.share >= 0.9);
            nominal += location.share;
            reported += 1;
            rose_score += change.jump.unwrap().p_rose;
        }
    }
    assert!(reported > 500, "{reported}");
    for i in 0..3 {
        let error = variance[i].sqrt();
        assert!(
            (truly[i] - claimed[i]).abs() < 3.0 * error,
            "{truly:?} {claimed:?} {error}"
        );
    }
    // Of the single changes as many lie in their sets as the sets' shares say:
    // at least the nominal 90 %.
    let (coverage, share) = (truly[2] / truly[1], nominal / f64::from(reported));
    let error = (share * (1.0 - share) / truly[1]).sqrt();
    assert!(
        (coverage - share).abs() < 3.0 * error,
        "{coverage} {share} {error}"
    );
    // Levels rise as often as they fall.
    let half = rose_score / f64::from(reported);
    assert!((half - 0.5).abs() < 0.08, "{half}");
}

/// Where the prior is right, scores are uniform.
#[test]
fn scores_of_the_model_s_own_data_are_uniform() {
    let config: Config = common::parse(&json!({
        "model": {"gaussian": {"mean": 1.0, "kappa": 0.2, "alpha": 3.0, "beta": 2.0}},
        "hazard": {"constant": {"mean_run_length": 30.0}},
    }));
    let mut detector = config.build().unwrap();
    let mut random = bocpd_core::random::Random::new(5);
    let mut scores = Vec::new();
    for _ in 0..60 {
        detector.reset();
        while detector.observations() < 60 {
            let mut length = 1;
            while random.uniform() > 1.0 / 30.0 {
                length += 1;
            }
            for x in detector.simulate(&mut random, length).unwrap() {
                scores.push(detector.predict(1).unwrap().tail(x).pit());
                common::feed(&mut detector, Some(x));
            }
        }
    }
    scores.sort_by(f64::total_cmp);
    let n = scores.len() as f64;
    let gaps = scores.iter().enumerate();
    let distance = gaps
        .map(|(i, p)| (p - i as f64 / n).abs().max((p - (i + 1) as f64 / n).abs()))
        .fold(0.0, f64::max);
    // The 1 % point of the Kolmogorov distance.
    assert!(distance < 1.63 / n.sqrt(), "{distance} of {n}");
}
