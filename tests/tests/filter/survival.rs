//! Hypotheses that next to nothing survives: they stay alive, with all their
//! digits, for data that bring them back.

use crate::common;
use std::sync::Arc;

use bocpd_core::distribution::Distribution;
use bocpd_core::{AnyDetector, Detector, Gaussian, Pruning};
use bocpd_tests::catalogue::{self, Entry, MODELS};
use bocpd_tests::close::assert_close;
use bocpd_tests::oracle::config::parse;
use bocpd_tests::oracle::naive::Naive;
use bocpd_tests::random::Random;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};

/// Two equal values with a gap of 45 between them, changes at rate 1.
#[test]
fn after_a_long_gap_the_old_segment_is_improbable_not_impossible() {
    let model = json!({"gaussian": {"mean": 0, "kappa": 1, "alpha": 1, "beta": 1}});
    let rate = json!({"rate": {"per_unit_time": 1}});
    let mut detector = common::build(&catalogue::config(&model, &rate));
    detector.update_after(1.0, &[0.0]).unwrap();
    detector.update_after(45.0, &[0.0]).unwrap();
    let (start, no_change) = detector.run_length_posterior().next().unwrap();
    assert_eq!(start, 0);
    // By 60-digit arithmetic.
    assert_close(
        "no change",
        no_change / 4.208_504_552_369_742e-20,
        1.0,
        1e-13,
    );
    assert_close(
        "evidence",
        detector.ln_evidence(),
        -2.772_588_722_239_781,
        1e-14,
    );
    // It is as if in two steps.
    let mut twice = common::build(&catalogue::config(&model, &rate));
    twice.update_after(1.0, &[0.0]).unwrap();
    twice.skip_after(20.0).unwrap();
    twice.update_after(25.0, &[0.0]).unwrap();
    let also = twice.run_length_posterior().next().unwrap().1;
    assert_close("in two", also / no_change, 1.0, 1e-13);
}

/// Under this hazard nobody gets as old as seven, and under this prior no two of
/// these values come from different segments.
#[test]
fn a_segment_that_should_have_ended_long_ago() {
    let config = json!({
        "model": {"gamma": {"shape": 102, "rate": 52, "known_shape": 1}},
        "hazard": {"weibull": {"shape": 4, "scale": 1.9}},
    });
    for (data, want) in [
        ([1e90; 7], -22_464.307_407_732_342),
        (
            [1e90, 1.1e90, 0.9e90, 1.05e90, 0.95e90, 1e90, 1.02e90],
            -22_464.618_392_251_424,
        ),
    ] {
        let detector = common::run(&config, &data);
        assert_close("evidence", detector.ln_evidence(), want, 1e-13);
        assert!(detector.changepoints().is_empty());
        assert_eq!(detector.map_run_length(), 6);
    }
}

/// A birth that f32 has no number for, in a filter that runs in f32.
#[test]
fn single_precision_keeps_what_is_born_with_next_to_nothing() {
    let model = Gaussian::<f32>::typed(0.0, 1.0, 1.0, 1.0).unwrap();
    let exact = Pruning::exact();
    let mut detector = Detector::new(model, |_| 1e-60).with_pruning(exact).unwrap();
    for level in [0.0, 1000.0] {
        for t in 0..100u8 {
            detector.update(level + f32::from(t % 7)).unwrap();
        }
    }
    assert_eq!(detector.changepoints(), [100]);
}

/// Hazards that hardly let anybody live, most of them with digits only in ln of
/// the survival; the first five know times.
fn harsh() -> Vec<Value> {
    vec![
        json!({"constant": {"mean_run_length": 1.000_000_000_01}}),
        json!({"rate": {"per_unit_time": 2.5}}),
        json!({"rate": {"per_unit_time": 41}}),
        json!({"weibull": {"shape": 4, "scale": 1.9}}),
        json!({"log_logistic": {"shape": 40, "scale": 0.1}}),
        json!({"weibull": {"shape": 0.3, "scale": 1e-4}}),
        json!({"negative_binomial": {"k": 2, "p": 0.999_999_999_9}}),
        json!({"table": {"hazards": [0.999_999_999_999, 1e-300, 0.9, 0.3]}}),
    ]
}

#[derive(Clone, Debug)]
struct Setup {
    config: Value,
    data: Vec<Option<f64>>,
    elapsed: Option<Vec<f64>>,
}

/// Segments of such lengths as the hazards do not allow, with wild values.
fn wild(entry: &Entry, hazard: &Value, irregular: bool, seed: u64) -> Setup {
    let mut random = Random::new(seed);
    let mut level = 0;
    let data = (0..30)
        .map(|_| {
            if random.uniform() < 0.2 {
                level = random.below(3);
            }
            let x = (entry.draw)(&mut random, level);
            // Where a density is exp(−x²) nothing is left of differences of its logarithms.
            let heavy = ["gaussian", "gamma"].contains(&entry.name);
            let wild = heavy && random.uniform() < 0.3;
            let x = if wild {
                x * 10f64.powf(random.between(0.0, 60.0))
            } else {
                x
            };
            (random.uniform() < 0.9).then_some(x)
        })
        .collect();
    let config = catalogue::config(&(entry.model)(&mut random), hazard);
    let gaps = (0..30).map(|_| 10f64.powf(random.between(-1.0, 1.8)));
    let elapsed = irregular.then(|| gaps.collect());
    Setup {
        config,
        data,
        elapsed,
    }
}

fn any_wild() -> impl Strategy<Value = Setup> {
    (0..MODELS.len(), 0..8usize, any::<bool>(), any::<u64>()).prop_map(
        |(model, hazard, irregular, seed)| {
            let hazards = harsh();
            wild(
                &MODELS[model],
                &hazards[hazard],
                irregular && hazard < 6,
                seed,
            )
        },
    )
}

/// Whether two logarithms of probabilities agree as probabilities do.
#[track_caller]
fn agree(what: &str, got: f64, want: f64, scale: f64) {
    let error = (got - want).abs();
    assert!(
        got == want || error <= 1e-11 * scale.abs().max(1.0),
        "{what}: {got} {want}, {error:e}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 512,
        rng_seed: RngSeed::Fixed(2026),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// The filter is the textbook's, every hypothesis to relative precision.
    #[test]
    fn improbable_hypotheses_have_the_textbook_weights(setup in any_wild()) {
        let (model, hazard) = parse(&setup.config);
        let mut naive = Naive::new(&*model, &hazard);
        let mut detector = common::build(&setup.config);
        for (t, &x) in setup.data.iter().enumerate() {
            let gap = setup.elapsed.as_ref().map(|elapsed| elapsed[t]);
            let step = common::try_feed(&mut detector, gap, x).unwrap();
            naive.step_after(gap.unwrap_or(1.0), x);
            let want = naive.ln_predictive();
            agree("ln_predictive", step.ln_predictive, want, naive.ln_evidence());
            let ln_posterior = naive.ln_posterior();
            for (start, p) in detector.run_length_posterior() {
                let want = ln_posterior[usize::try_from(start).unwrap()];
                // What is smaller than numbers are is 0.
                if want > -650.0 {
                    agree("posterior", p.ln(), want, naive.ln_evidence());
                }
            }
            let (got, want) = (detector.map_ln_joint(), naive.map_ln_joint());
            agree("joint maximum", got, want, want);
        }
        agree("evidence", detector.ln_evidence(), naive.ln_evidence(), naive.ln_evidence());
    }

    /// What is predicted for an observation is what it is scored with.
    #[test]
    fn the_next_observation_is_scored_as_predicted(setup in any_wild()) {
        let mut detector = common::build(&setup.config);
        for (t, &x) in setup.data.iter().enumerate() {
            let gap = setup.elapsed.as_ref().map(|elapsed| elapsed[t]);
            if let Some(x) = x {
                let predicted = match gap {
                    None => detector.predict(1),
                    Some(gap) => detector.predict_after(gap),
                };
                let got = predicted.unwrap().ln_density(x);
                let step = common::try_feed(&mut detector, gap, Some(x)).unwrap();
                agree("ln_density", got, step.ln_predictive, step.ln_predictive);
            } else {
                common::try_feed(&mut detector, gap, None).unwrap();
            }
        }
    }
}

/// The weight of a new segment is so small that 1 − Σ of the others is 0.
#[test]
fn a_newborn_of_next_to_no_weight_has_its_density() {
    let config = json!({
        "model": {"gaussian": {"mean": 0, "kappa": 1, "alpha": 50, "beta": 1}},
        "hazard": {"constant": {"mean_run_length": 1e17}},
    });
    let data: Vec<f64> = (0..200)
        .map(|i| 0.01 * 3f64.sqrt() * (f64::from((i * 37) % 200) / 100.0 - 1.0))
        .collect();
    let mut detector = common::run(&config, &data);
    // By 60-digit arithmetic.
    let want = -97.978_016_727_704_23;
    let predict = |detector: &AnyDetector| detector.predict(1).unwrap();
    assert_close("predicted", predict(&detector).ln_density(3.0), want, 1e-12);
    let p = detector.p_change_within(1);
    assert_close("within", p / 1e-17, 1.0, 1e-14);
    let step = detector.update(&[3.0]).unwrap();
    assert_close("scored", step.ln_predictive, want, 1e-12);
    // A closure has no more than h.
    let closure = Arc::new(|_| 1e-17);
    let mut detector = common::parse(&config).build_with_hazard(closure).unwrap();
    for x in data {
        detector.update(&[x]).unwrap();
    }
    assert_close("predicted", predict(&detector).ln_density(3.0), want, 1e-12);
}
