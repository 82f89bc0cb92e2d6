//! What is found on a stream of which nothing is said but how it begins.

use bocpd_core::alarm::{Alarm, AlarmPolicy};
use bocpd_core::config::ModelConfig;
use bocpd_core::defaults::{Given, config_for_stream, structures_of_stream};
use bocpd_core::{AnyDetector, Config};
use bocpd_tests::random::Random;

/// The detector for a stream that begins with these values, at the usual alarm policy.
fn watching(first: &[f64]) -> AnyDetector {
    let mut config = config_for_stream(first, &Given::default()).unwrap();
    config.alarm = Some(AlarmPolicy::default());
    config.build().unwrap()
}

/// The alarms of a stream whose first observations set the scale.
fn alarms(xs: &[f64], first: usize) -> (AnyDetector, Vec<Alarm>) {
    let mut detector = watching(&xs[..first]);
    let mut alarms = Vec::new();
    for &x in xs {
        detector.update(&[x]).unwrap();
        alarms.extend(detector.take_alarms());
    }
    (detector, alarms)
}

fn began(alarms: &[Alarm]) -> Vec<u64> {
    alarms.iter().map(|alarm| alarm.began).collect()
}

fn words(detector: &AnyDetector) -> String {
    let probabilities = detector.model_probabilities();
    let all = structures_of_stream(detector.config(), &probabilities);
    assert!((all.iter().map(|(_, p)| p).sum::<f64>() - 1.0).abs() < 1e-9);
    all[0].0.clone()
}

/// After a jump, however large, a step of 6 standard deviations is found within 40.
#[test]
fn no_jump_makes_it_deaf() {
    for exponent in 1..=6 {
        let mut random = Random::new(exponent);
        let jump = 10_f64.powi(i32::try_from(exponent).unwrap());
        let xs: Vec<f64> = (0..420)
            .map(|t| match t {
                0..120 => random.normal(),
                120..320 => jump + random.normal(),
                _ => jump + 6.0 + random.normal(),
            })
            .collect();
        let (_, alarms) = alarms(&xs, 50);
        assert_eq!(began(&alarms), [120, 320], "a jump of {jump}");
        assert!(alarms[1].noticed_at < 360, "a jump of {jump}");
    }
}

#[test]
fn noise_that_depends_on_its_past_is_silent_and_named() {
    let mut total = 0;
    for seed in 0..4 {
        for (phi, name) in [(0.0, "white noise"), (0.9, "AR(1) noise of 0.9")] {
            let mut random = Random::new(seed);
            let mut last = random.normal();
            let mut next = || {
                last = phi * last + (1.0_f64 - phi * phi).sqrt() * random.normal();
                last
            };
            let xs: Vec<f64> = (0..1000).map(|_| next()).collect();
            let (detector, alarms) = alarms(&xs, 50);
            assert_eq!(words(&detector), name);
            total += alarms.len();
        }
        let mut random = Random::new(seed);
        let sine = |t: i32| 2.0 * (f64::from(t) * std::f64::consts::TAU / 100.0).sin();
        let xs: Vec<f64> = (0..1000).map(|t| sine(t) + random.normal()).collect();
        total += alarms(&xs, 50).1.len();
    }
    assert!(total <= 1, "{total} alarms");
}

/// Equal values say nothing of the noise: what is a tenth away is a change, in every unit.
#[test]
fn a_constant_beginning_has_a_rule() {
    for unit in [1e-30, 1e-6, 1.0, -3.0, 1e9] {
        let mut xs = vec![unit; 60];
        xs.extend([1.1 * unit; 20]);
        assert_eq!(began(&alarms(&xs, 20).1), [60], "{unit}");
    }
    let mut xs = vec![0.0; 60];
    xs.extend([1.0; 20]);
    assert_eq!(began(&alarms(&xs, 20).1), [60]);
}

/// One value, or none, is enough to begin with.
#[test]
fn a_beginning_of_any_length_will_do() {
    let mut random = Random::new(9);
    let mut xs: Vec<f64> = (0..200).map(|_| 5.0 + random.normal()).collect();
    xs.extend((0..40).map(|_| 25.0 + random.normal()));
    for first in [0, 1, 2, 3, 5, 10, 100] {
        let (_, alarms) = alarms(&xs, first);
        let found = began(&alarms).iter().any(|&s| s.abs_diff(200) < 2);
        assert!(found, "{first}: {alarms:?}");
    }
}

#[test]
fn what_numbers_are_follows_from_the_first() {
    let mut random = Random::new(10);
    let yes_or_no: Vec<f64> = (0..60).map(|_| random.bernoulli(0.3)).collect();
    let counts: Vec<f64> = (0..60).map(|_| random.poisson(4.0)).collect();
    let real: Vec<f64> = (0..60).map(|_| random.normal()).collect();
    let config = |xs: &[f64]| config_for_stream(xs, &Given::default()).unwrap();
    assert!(matches!(
        config(&yes_or_no).model,
        ModelConfig::Bernoulli { .. }
    ));
    assert!(matches!(config(&counts).model, ModelConfig::Poisson { .. }));
    let real = config(&real);
    assert!(matches!(real.model, ModelConfig::StructuredGaussian { .. }));
    assert_eq!(real.alternatives.len(), 10);
    // A constant is not yet a count, nor an answer.
    for constant in [0.0, 1.0, 7.0] {
        assert_eq!(config(&[constant; 50]).alternatives.len(), 10);
    }
}

#[test]
fn a_configuration_repeats_it() {
    let mut random = Random::new(11);
    let xs: Vec<f64> = (0..300).map(|_| random.normal()).collect();
    let config = config_for_stream(&xs[..50], &Given::default()).unwrap();
    let text = serde_json::to_string(&config).unwrap();
    let again: Config = serde_json::from_str(&text).unwrap();
    assert_eq!(again, config);
    let run = |config: &Config| {
        let mut detector = config.build().unwrap();
        detector.update_many(&xs, &mut |_| {}).unwrap();
        detector.ln_evidence()
    };
    assert_eq!(run(&again).to_bits(), run(&config).to_bits());
}
