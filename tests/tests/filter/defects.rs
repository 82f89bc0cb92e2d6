//! Defects that other packages have shipped, as tests named after what must
//! hold.
//!
//! What concerns readouts and evidence in general is proven elsewhere:
//! closed-form evidence, equivariance, splits, resets, settled changepoints and
//! independence of the future in `properties.rs`, damage to saved states in
//! `snapshot.rs`, accuracy at 10⁶ counts in the corpus.

use crate::common;
use crate::common::Readouts;
use bocpd_core::error::{ParameterError, UpdateError};
use bocpd_core::hazard::{LogLogistic, NegativeBinomial, Rate, Table, Weibull};
use bocpd_core::kernel::Real;
use bocpd_core::list::{ModelSpec, Observes};
use bocpd_core::model::{Bernoulli, Binomial, Gamma, Poisson, StudentT, StudentTGrid};
use bocpd_core::{AnyDetector, Config, Constant, Detector, Gaussian, ObservationError, Pruning};
use bocpd_tests::catalogue::{self, Entry, MODELS};
use bocpd_tests::close::{assert_all_close, assert_close};
use bocpd_tests::oracle::config::parse;
use bocpd_tests::oracle::naive::Naive;
use bocpd_tests::random::Random;
use serde_json::{Value, json};

fn gaussian(mean: f64, mean_run_length: f64) -> Value {
    catalogue::config(
        &json!({"gaussian": {"mean": mean, "kappa": 1.0, "alpha": 1.0, "beta": 1.0}}),
        &json!({"constant": {"mean_run_length": mean_run_length}}),
    )
}

fn policy(k: Option<u64>, weight: Option<f64>, longest: Option<u64>) -> Value {
    json!({"max_hypotheses": k, "min_weight": weight, "max_run_length": longest})
}

/// Every kind of pruning that bounds memory.
fn policies() -> Vec<Value> {
    vec![
        serde_json::to_value(Pruning::default()).unwrap(),
        policy(Some(200), None, None),
        policy(Some(16), None, None),
        policy(None, Some(1e-4), None),
        policy(Some(64), Some(1e-8), None),
        policy(None, None, Some(200)),
        policy(Some(32), None, Some(1_000)),
        policy(None, Some(1e-6), Some(100)),
    ]
}

fn normals(seed: u64, n: usize) -> Vec<f64> {
    let mut random = Random::new(seed);
    (0..n).map(|_| random.normal()).collect()
}

/// n N(0, 1), then m N(level, 1).
fn shift(seed: u64, n: usize, m: usize, level: f64) -> Vec<f64> {
    let mut data = normals(seed, n + m);
    data[n..].iter_mut().for_each(|x| *x += level);
    data
}

// -- what the numbers mean --------------------------------------------------------

#[test]
fn start_is_first_index_of_new_segment() {
    let detector = common::run(&gaussian(0.0, 250.0), &shift(1, 100, 100, 8.0));
    assert_eq!(detector.changepoints(), [100]);
    assert_eq!(detector.map_run_length(), 99);
    // And the joint segmentation is right after every further observation.
    let mut detector = common::build(&gaussian(0.0, 250.0));
    for (t, x) in shift(1, 100, 100, 8.0).into_iter().enumerate() {
        common::feed(&mut detector, Some(x));
        let want: &[u64] = if t < 100 { &[] } else { &[100] };
        assert_eq!(detector.changepoints(), want, "after {t}");
    }
}

#[test]
fn p_change_now_is_not_the_hazard() {
    let mut detector = common::build(&gaussian(0.0, 100.0));
    let hazard = 0.01;
    let (mut below, mut pinned) = (0, 0);
    for (t, x) in shift(2, 100, 1, 8.0).into_iter().enumerate() {
        let p = common::feed(&mut detector, Some(x)).p_change_now;
        match t {
            0 => assert_eq!(p, 1.0, "the first observation starts a segment"),
            100 => assert!(p > 0.5, "{p} at the jump"),
            _ => below += usize::from(p < hazard),
        }
        pinned += usize::from((p - hazard).abs() < 1e-6);
    }
    assert!(below > 80, "{below} quiet values below the hazard");
    assert!(pinned < 3, "{pinned} values at the hazard");
}

#[test]
fn a_threshold_of_one_half_can_fire_and_does_within_three_points() {
    for seed in 0..20 {
        let mut detector = common::run(&gaussian(0.0, 200.0), &normals(seed, 150));
        let before = detector.p_recent_change(10);
        assert!(before < 0.5, "seed {seed}: {before} before the shift");
        let reacted = shift(seed + 100, 0, 3, 6.0).into_iter().any(|x| {
            common::feed(&mut detector, Some(x));
            detector.p_recent_change(10) > 0.5
        });
        assert!(reacted, "seed {seed}");
    }
}

#[test]
fn first_observation_is_absorbed() {
    let quiet = normals(3, 50);
    let run = |first: f64| {
        let mut detector = common::build(&gaussian(0.0, 100.0));
        common::feed(&mut detector, Some(first));
        (
            detector.ln_evidence(),
            common::feed(&mut detector, Some(quiet[0])).ln_predictive,
        )
    };
    let (near, far) = (run(0.0), run(1e3));
    assert!(near.0 - far.0 > 5.0, "it has a predictive");
    assert!((near.1 - far.1).abs() > 0.01, "and the next one knows it");
}

#[test]
fn warm_start_changes_the_next_step() {
    let (mut cold, mut warm) = (
        common::build(&gaussian(0.0, 100.0)),
        common::build(&gaussian(0.0, 100.0)),
    );
    for x in shift(4, 0, 500, 3.0) {
        common::feed(&mut warm, Some(x));
    }
    let (a, b) = (
        common::feed(&mut cold, Some(3.0)),
        common::feed(&mut warm, Some(3.0)),
    );
    assert!(b.ln_predictive > a.ln_predictive + 0.5);
    assert_eq!(b.index, 500);
}

#[test]
fn newborn_absorbs_the_observation_that_bore_it() {
    // After a jump to 50, the hypothesis born there is ready for another 50.
    let mut detector = common::run(&gaussian(0.0, 100.0), &normals(5, 60));
    let first = common::feed(&mut detector, Some(50.0)).ln_predictive;
    let second = common::feed(&mut detector, Some(50.0)).ln_predictive;
    assert!(second > first + 3.0, "{first}, then {second}");
}

#[test]
fn first_and_last_point_are_not_flagged() {
    for seed in 0..50 {
        let detector = common::run(&gaussian(0.0, 200.0), &normals(seed, 200));
        let changes = detector.changepoints();
        assert!(
            !changes.contains(&0) && !changes.contains(&199),
            "{changes:?}"
        );
    }
    let equal = common::run(&gaussian(5.0, 100.0), &[5.0; 50]);
    assert_eq!(equal.changepoints(), [0u64; 0]);
}

#[test]
fn second_series_is_independent_of_the_first() {
    let config = gaussian(0.0, 100.0);
    let mut used = common::run(&config, &shift(6, 200, 100, 9.0));
    used.reset();
    for x in normals(7, 100) {
        common::feed(&mut used, Some(x));
    }
    let fresh = common::run(&config, &normals(7, 100));
    assert_eq!(Readouts::of(&used), Readouts::of(&fresh));
}

#[test]
fn a_copy_is_independent() {
    let mut detector = Detector::new(
        Gaussian::new(0.0, 1.0, 1.0, 1.0).unwrap(),
        Constant::new(50.0).unwrap(),
    );
    detector.update_many(normals(8, 60), |_| ()).unwrap();
    let mut copy = detector.clone();
    let before = copy.snapshot();
    detector.update(3.0).unwrap();
    assert!(copy.snapshot() == before);
    copy.update(3.0).unwrap();
    assert!(copy.snapshot() == detector.snapshot());
}

#[test]
fn detectors_move_between_threads_and_are_never_shared_for_writing() {
    fn send_and_sync<T: Send + Sync>() {}
    send_and_sync::<Detector<Gaussian, Constant>>();
    send_and_sync::<Detector<StudentTGrid, Weibull>>();
    send_and_sync::<AnyDetector>();
    send_and_sync::<Config>();
}

// -- quiet data ---------------------------------------------------------------------

/// No alarm on 100,000 quiet points, in bounded memory, under every policy.
#[test]
fn a_hundred_thousand_quiet_points_raise_no_alarm_and_stay_bounded() {
    let data = normals(9, 100_000);
    for pruning in policies() {
        let mut detector = common::build(&common::pruned(&gaussian(0.0, 1e5), &pruning));
        let (mut live, mut bytes_half_way) = (0, 0);
        for (t, &x) in data.iter().enumerate() {
            let step = common::feed(&mut detector, Some(x));
            live = live.max(detector.live());
            if t >= 50 {
                assert!(step.p_change_now < 0.5, "{pruning}: at {t}");
                if t % 8 == 0 {
                    let recent = detector.p_recent_change(10);
                    assert!(recent < 0.5, "{pruning}: {recent} at {t}");
                }
            }
            if t == data.len() / 2 {
                bytes_half_way = detector.snapshot().len();
            }
        }
        assert_eq!(detector.changepoints(), [0u64; 0], "{pruning}");
        let longest = pruning["max_run_length"].as_u64().unwrap_or(99_999);
        assert!(detector.map_run_length() >= longest, "{pruning}");
        assert!(live <= 2_000, "{pruning}: {live} alive");
        let bytes = detector.snapshot().len();
        assert!(
            bytes <= bytes_half_way * 5 / 4 + 1_000,
            "{pruning}: {bytes_half_way}, {bytes}"
        );
    }
}

/// The same on a stream that changes for ever, if settled changes are taken.
#[test]
fn memory_is_bounded_on_changing_data() {
    for pruning in policies() {
        let mut detector = common::build(&common::pruned(&gaussian(0.0, 100.0), &pruning));
        let mut random = Random::new(10);
        let (mut sizes, mut taken) = (Vec::new(), 0);
        for t in 0..40_000u32 {
            let level = f64::from(t / 100 % 5) * 8.0;
            common::feed(&mut detector, Some(level + random.normal()));
            if t % 1_000 == 999 {
                taken += detector.take_settled().len();
                sizes.push(detector.snapshot().len());
            }
        }
        assert!(
            taken + detector.provisional().len() >= 395,
            "{pruning}: {taken}"
        );
        let (early, late) = (sizes[..20].iter().max(), sizes[20..].iter().max());
        assert!(
            late <= early.map(|e| e * 3 / 2).as_ref(),
            "{pruning}: {sizes:?}"
        );
    }
}

/// No periodic alarm where a cap on the run length is reached, and the same
/// most probable runs as without one.
#[test]
fn no_alarm_at_capacity() {
    let cap = 100;
    let data = normals(11, 1_000);
    let mut exact = common::build(&gaussian(0.0, 1_000.0));
    let capped = common::pruned(&gaussian(0.0, 1_000.0), &policy(None, None, Some(cap)));
    let mut capped = common::build(&capped);
    for &x in &data {
        let want = common::feed(&mut exact, Some(x));
        let got = common::feed(&mut capped, Some(x));
        let t = want.index;
        assert_eq!(
            got.map_run_length.min(cap),
            want.map_run_length.min(cap),
            "at {t}"
        );
        let (got, want) = (capped.p_recent_change(10), exact.p_recent_change(10));
        assert_eq!(got > 0.5, want > 0.5, "at {t}");
    }
}

#[test]
fn quiet_streams_raise_no_more_alarms_than_exact() {
    let alarms = |pruning: &Value, data: &[f64]| {
        let mut detector = common::build(&common::pruned(&gaussian(0.0, 100.0), pruning));
        let mut alarms = 0;
        for &x in data {
            common::feed(&mut detector, Some(x));
            alarms += usize::from(detector.p_recent_change(10) > 0.5);
        }
        alarms
    };
    for seed in 12..16 {
        let data = normals(seed, 2_000);
        let exact = alarms(&policy(None, None, None), &data);
        for pruning in policies()
            .iter()
            .filter(|p| p["max_hypotheses"] != json!(16))
        {
            let got = alarms(pruning, &data);
            assert!(
                got <= exact + 1,
                "{pruning}: {got} alarms, {exact} without pruning"
            );
        }
    }
}

// -- far, huge and hopeless values ----------------------------------------------------

/// Offsets up to 1e9 with σ = 1: the same posterior, and a 5σ shift is found.
#[test]
fn offset_1e9_same_posterior() {
    // Multiples of 2^-20 stay what they are when 1e9 is added.
    let unit = f64::from(1u32 << 20);
    let data: Vec<f64> = shift(16, 100, 60, 5.0)
        .iter()
        .map(|x| (x * unit).round() / unit)
        .collect();
    let models: [fn(f64) -> Value; 3] = [
        |mean| json!({"gaussian": {"mean": mean, "kappa": 1.0, "alpha": 1.0, "beta": 1.0}}),
        |mean| {
            json!({"student_t":
                {"mean": mean, "kappa": 1.0, "alpha": 1.0, "beta": 1.0, "nu": 5.0}})
        },
        |mean| {
            json!({"student_t_grid":
                {"mean": mean, "kappa": 1.0, "alpha": 1.0, "beta": 1.0, "nu": [3.0, 20.0]}})
        },
    ];
    let hazard = json!({"constant": {"mean_run_length": 100.0}});
    for model in models {
        let run = |offset: f64| {
            let moved: Vec<f64> = data.iter().map(|x| x + offset).collect();
            common::run(&catalogue::config(&model(offset), &hazard), &moved)
        };
        let here = run(0.0);
        assert_eq!(here.changepoints(), [100]);
        for offset in [1e3, 1e6, -1e8, 1e9] {
            let there = run(offset);
            assert_eq!(there.changepoints(), [100], "{offset}");
            let (got, want) = (
                common::dense_posterior(&there),
                common::dense_posterior(&here),
            );
            assert_all_close(&format!("{offset}"), &got, &want, 1e-9);
            assert_close("evidence", there.ln_evidence(), here.ln_evidence(), 1e-9);
        }
    }
}

/// What the observations of a model of the catalogue are.
fn observes(entry: &Entry) -> Observes {
    ModelSpec::named(entry.name).expect("a model").observes
}

/// 1e300 and worse: the posterior stays finite and recovers.
#[test]
fn a_huge_value_keeps_the_posterior_finite_and_it_recovers() {
    let real = [1e150, 1e154, 1e300, -1e300, f64::MAX, f64::MIN];
    for entry in &MODELS {
        let huge: &[f64] = match observes(entry) {
            Observes::Count => &[1e6, 1e15, 9_007_199_254_740_992.0],
            Observes::YesNo | Observes::Successes | Observes::Category => continue,
            Observes::Positive => &[1e150, 1e300, f64::MAX, 1e-300, f64::MIN_POSITIVE],
            _ => &real,
        };
        let mut random = Random::new(17);
        for hazard in &catalogue::hazards(100.0)[..4] {
            let config = catalogue::config(&(entry.model)(&mut random), hazard);
            for &huge in huge {
                for (quiet, times) in [(0, 1), (40, 1), (40, 3)] {
                    let what = format!("{huge} {times} times after {quiet} in {config}");
                    let mut detector = common::build(&config);
                    let mut data: Vec<f64> =
                        (0..quiet).map(|_| (entry.draw)(&mut random, 0)).collect();
                    data.extend(vec![huge; times]);
                    data.extend((0..150).map(|_| (entry.draw)(&mut random, 0)));
                    for &x in &data {
                        let step = common::feed(&mut detector, Some(x));
                        assert!(step.ln_predictive.is_finite(), "{what}: {step:?}");
                        assert!((0.0..=1.0).contains(&step.p_change_now), "{what}: {step:?}");
                        let posterior: Vec<(u64, f64)> = detector.run_length_posterior().collect();
                        let sum: f64 = posterior.iter().map(|&(_, p)| p).sum();
                        assert_close(&what, sum, 1.0, 1e-12);
                    }
                    // The end is as if the data before the quiet end had not been.
                    let mut fresh = common::build(&config);
                    let (mut got, mut want) = (0.0, 0.0);
                    for i in 0..30 {
                        let x = (entry.draw)(&mut random, 0);
                        got += common::feed(&mut detector, Some(x)).ln_predictive;
                        want += common::feed(&mut fresh, Some(x)).ln_predictive;
                        assert!(i > 0 || got > -20.0, "{what}: {got}");
                    }
                    assert!(got > want - 3.0, "{what}: {got} against a fresh {want}");
                }
            }
        }
    }
}

/// Every linear density underflows, and nothing is lost: log weights.
#[test]
fn all_predictives_underflow_then_recover() {
    let hazard = json!({"constant": {"mean_run_length": 100.0}});
    let strong = json!({"gaussian": {"mean": 0.0, "kappa": 1.0, "alpha": 1e6, "beta": 1e6}});
    let counts = json!({"poisson": {"shape": 1e6, "rate": 1e6}});
    for (model, wild) in [(strong, [80.0, -90.0]), (counts, [2_000.0, 5_000.0])] {
        let config = catalogue::config(&model, &hazard);
        let (model, oracle_hazard) = parse(&config);
        let mut naive = Naive::new(&*model, &oracle_hazard);
        let mut detector = common::build(&config);
        let mut data = vec![1.0; 30];
        data.extend(wild);
        data.extend([1.0; 30]);
        for (t, &x) in data.iter().enumerate() {
            let step = common::feed(&mut detector, Some(x));
            naive.step(Some(x));
            if t == 30 {
                assert!(step.ln_predictive < -750.0, "{step:?}");
            }
            let got = common::dense_posterior(&detector);
            assert_all_close(&format!("{config} at {t}"), &got, &naive.posterior(), 1e-7);
        }
    }
}

/// A hypothesis comes back from e^-5000.
#[test]
fn a_hypothesis_comes_back_from_nowhere() {
    // A forbidden change until length 3 leaves the whole weight on index 0,
    // far behind what the data say.
    let table = json!({"table": {"hazards": [1e-300, 1e-300, 1e-300, 0.5]}});
    let model = json!({"gaussian": {"mean": 0.0, "kappa": 1.0, "alpha": 500.0, "beta": 500.0}});
    let config = catalogue::config(&model, &table);
    let (model, hazard) = parse(&config);
    let mut naive = Naive::new(&*model, &hazard);
    let mut detector = common::build(&config);
    for x in [
        0.0, 100.0, -100.0, 100.0, -100.0, 0.1, -0.1, 0.2, 60.0, 60.1, 0.0,
    ] {
        common::feed(&mut detector, Some(x));
        naive.step(Some(x));
        let got = common::dense_posterior(&detector);
        assert_all_close(&format!("{x}"), &got, &naive.posterior(), 1e-10);
        assert_close(
            "joint",
            detector.map_ln_joint(),
            naive.map_ln_joint(),
            1e-10,
        );
    }
}

/// The further an outlier, the less probable, up to the end of the range.
#[test]
fn a_further_outlier_is_never_more_probable() {
    for entry in MODELS.iter().filter(|e| observes(e) == Observes::Real) {
        let mut random = Random::new(18);
        let config = catalogue::config(&(entry.model)(&mut random), &catalogue::hazards(100.0)[0]);
        let detector = common::run(&config, &normals(18, 50));
        let mut last = f64::INFINITY;
        for exponent in 1..1_250 {
            let x = 10.0f64.powf(f64::from(exponent) * 0.25 - 4.0);
            if x.is_infinite() || x < 3.0 {
                continue;
            }
            let ln = common::feed(&mut detector.clone(), Some(x)).ln_predictive;
            assert!(
                ln.is_finite() && ln <= last,
                "{}: {ln} at {x}, {last} before",
                entry.name
            );
            last = ln;
        }
    }
}

/// ln, exp and ln(1+x) over the full range, against the standard library,
/// which is within one unit in the last place itself.
#[test]
fn ln_and_exp_are_accurate_over_the_full_range() {
    fn ulps(got: f64, want: f64) -> f64 {
        if got == want || got.is_nan() && want.is_nan() {
            return 0.0;
        }
        let unit = f64::from_bits(want.abs().to_bits() + 1) - want.abs();
        (got - want).abs() / unit
    }
    let mut random = Random::new(19);
    for _ in 0..200_000 {
        let bits = f64::from_bits(random.bits() >> 1);
        let x = if bits.is_finite() { bits } else { 1.0 };
        assert!(ulps(x.vln(), x.ln()) <= 2.0, "ln {x:e}");
        assert!(ulps(x.vln_1p(), x.ln_1p()) <= 2.0, "ln(1+x) {x:e}");
        let y = random.between(-760.0, 720.0);
        assert!(ulps(y.vexp(), y.exp()) <= 2.0, "exp {y}");
        let z = random.between(-0.999, 10.0);
        assert!(ulps(z.vln_1p(), z.ln_1p()) <= 2.0, "ln(1+x) {z}");
    }
    for (x, want) in [
        (1.0f64, std::f64::consts::LN_2),
        (2.0, 1.098_612_288_668_109_8),
        (4.0, 1.609_437_912_434_100_3),
    ] {
        assert!(ulps(x.vln_1p(), want) <= 1.0, "ln(1+{x})");
    }
    assert_eq!(0.0f64.vln(), f64::NEG_INFINITY);
    assert_eq!(f64::INFINITY.vln(), f64::INFINITY);
    assert!((-1.0f64).vln().is_nan() && f64::NAN.vln().is_nan());
    assert_eq!(f64::NEG_INFINITY.vexp(), 0.0);
    assert_eq!(f64::INFINITY.vexp(), f64::INFINITY);
    assert_eq!(0.0f64.vexp(), 1.0);
    assert!(f64::NAN.vexp().is_nan());
    assert_eq!((-1.0f64).vln_1p(), f64::NEG_INFINITY);
}

// -- values that cannot be observed -----------------------------------------------------

/// Values outside the support of a model of the catalogue.
fn impossible(entry: &Entry) -> Vec<f64> {
    let mut values = vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
    values.extend::<&[f64]>(match observes(entry) {
        Observes::Count => &[-1.0, 0.5, 3.0 + 5e-8, -1e-8, 1e17, 1e300],
        Observes::YesNo => &[-1.0, 0.5, 2.0, 1.0 + 1e-8, -1e-8, 1e300],
        Observes::Category => &[-1.0, 0.5, 64.0, 1.0 + 1e-8, -1e-8, 1e300],
        Observes::Successes => &[-1.0, 0.5, 13.0, 5.0 + 1e-8, 1e17, 1e300],
        Observes::Positive => &[-1.0, -1e-300],
        _ => &[],
    });
    if entry.name == "gamma" {
        values.push(0.0); // its density there is 0 or infinite, whatever the shape drawn
    }
    values
}

#[test]
fn impossible_values_are_typed_errors_that_change_nothing() {
    for entry in &MODELS {
        let mut random = Random::new(20);
        for hazard in catalogue::hazards(20.0) {
            let config = catalogue::config(&(entry.model)(&mut random), &hazard);
            let mut detector = common::build(&config);
            for quiet in [0, 1, 30] {
                for _ in 0..quiet {
                    let x = (entry.draw)(&mut random, 0);
                    common::feed(&mut detector, Some(x));
                }
                let before = detector.snapshot();
                for value in impossible(entry) {
                    let error = detector.update(&[value]).expect_err("refused");
                    let what = format!("{}: {value} gave {error}", entry.name);
                    let UpdateError::Observation(error) = error else {
                        panic!("{what}");
                    };
                    match error {
                        ObservationError::NonFinite { value: shown } => {
                            assert!(!value.is_finite(), "{what}");
                            assert!(shown == value || value.is_nan(), "{what}");
                        }
                        ObservationError::OutOfSupport { value: shown, .. } => {
                            assert!(value.is_finite(), "{what}");
                            assert!((shown - value).abs() <= 1e-7 * value.abs(), "{what}");
                        }
                        _ => panic!("{what}"),
                    }
                    assert!(detector.snapshot() == before, "{what}");
                }
            }
        }
    }
}

#[test]
fn rows_of_the_wrong_length_are_refused() {
    for entry in &MODELS {
        let config = catalogue::config(
            &(entry.model)(&mut Random::new(21)),
            &catalogue::hazards(20.0)[0],
        );
        let mut detector = common::build(&config);
        let before = detector.snapshot();
        for row in [&[][..], &[1.0, 1.0], &[0.0; 5]] {
            let want = ObservationError::Dimension {
                got: row.len(),
                expected: 1,
            };
            assert_eq!(detector.update(row), Err(UpdateError::Observation(want)));
            assert!(detector.snapshot() == before);
        }
    }
}

#[test]
fn times_that_are_no_times_change_nothing() {
    for hazard in &catalogue::hazards(20.0) {
        let config = catalogue::config(&(MODELS[0].model)(&mut Random::new(22)), hazard);
        let mut detector = common::run(&config, &normals(22, 20));
        let before = detector.snapshot();
        for elapsed in [0.0, -1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let error = detector.update_after(elapsed, &[0.0]).expect_err("refused");
            assert!(matches!(error, UpdateError::Elapsed { .. }), "{error}");
            assert!(detector.skip_after(elapsed).is_err());
            assert!(detector.snapshot() == before, "{elapsed}");
        }
        // Two count observations: time has no meaning for them.
        let counts = ["negative_binomial", "table"];
        let in_time = !counts.iter().any(|name| hazard.get(name).is_some());
        let answer = detector.update_after(2.0, &[0.0]);
        if in_time {
            assert!(answer.is_ok());
        } else {
            assert_eq!(answer, Err(UpdateError::ElapsedUnsupported));
            assert!(detector.snapshot() == before);
        }
    }
}

/// A count a rounding error away from an integer is that integer, exactly.
#[test]
fn counts_within_rounding_distance_do_not_poison_the_statistics() {
    let cases = [
        (
            json!({"poisson": {"shape": 2.0, "rate": 1.0}}),
            [3.0, 0.0, 7.0],
        ),
        (json!({"bernoulli": {"a": 1.0, "b": 1.0}}), [1.0, 0.0, 1.0]),
        (
            json!({"binomial": {"a": 1.0, "b": 1.0, "trials": 10}}),
            [10.0, 0.0, 4.0],
        ),
    ];
    for (model, values) in cases {
        let config = catalogue::config(&model, &json!({"constant": {"mean_run_length": 100.0}}));
        for noise in [1e-10, -1e-10, 5e-10] {
            let (mut exact, mut noisy) = (common::build(&config), common::build(&config));
            for &x in values.iter().cycle().take(60) {
                let want = common::feed(&mut exact, Some(x));
                assert_eq!(common::feed(&mut noisy, Some(x + noise)), want);
            }
            assert!(noisy.snapshot() == exact.snapshot());
        }
    }
}

#[test]
fn one_value_and_a_batch_are_validated_alike() {
    for entry in &MODELS {
        let config = catalogue::config(
            &(entry.model)(&mut Random::new(23)),
            &catalogue::hazards(20.0)[0],
        );
        let mut values = impossible(entry);
        values.extend([0.0, 1.0, 1.0 + 1e-10, 1.000_005, 1_000.005]);
        for value in values {
            let alone = common::build(&config).update(&[value]).err();
            let batch = common::build(&config)
                .update_many(&[value], &mut |_| ())
                .err();
            let batch = batch.map(|error| (error.index, error.error.to_string()));
            let alone = alone.map(|error| (0, error.to_string()));
            assert_eq!(batch, alone, "{}: {value}", entry.name);
        }
    }
}

/// A batch stops at the bad value, says where, and keeps what came before.
#[test]
fn a_failed_batch_names_the_index_and_keeps_what_came_before() {
    let config = gaussian(0.0, 100.0);
    let data = [0.1, 0.2, 0.3, f64::NAN, 0.4];
    let mut detector = common::build(&config);
    let mut steps = Vec::new();
    let error = detector
        .update_many(&data, &mut |step| steps.push(*step))
        .expect_err("NaN");
    assert_eq!(error.index, 3);
    assert!(matches!(
        error.error,
        UpdateError::Observation(ObservationError::NonFinite { .. })
    ));
    let mut good = common::build(&config);
    let want: Vec<_> = data[..3]
        .iter()
        .map(|&x| common::feed(&mut good, Some(x)))
        .collect();
    assert_eq!(steps, want);
    assert!(detector.snapshot() == good.snapshot());

    let mut typed = Detector::new(
        Gaussian::new(0.0, 1.0, 1.0, 1.0).unwrap(),
        Constant::new(100.0).unwrap(),
    );
    assert_eq!(typed.update_many(data, |_| ()).expect_err("NaN").index, 3);
    assert_eq!(typed.observations(), 3);
}

#[test]
fn nan_is_missing_only_where_asked_for() {
    for entry in &MODELS {
        let mut config = catalogue::config(
            &(entry.model)(&mut Random::new(24)),
            &catalogue::hazards(20.0)[2],
        );
        assert!(common::build(&config).update(&[f64::NAN]).is_err());
        config["missing"] = json!("skip");
        let (mut by_nan, mut by_skip) = (common::build(&config), common::build(&config));
        let mut random = Random::new(25);
        for t in 0..60 {
            let x = (entry.draw)(&mut random, t / 20);
            let missing = random.uniform() < 0.2;
            let got = common::feed(&mut by_nan, Some(if missing { f64::NAN } else { x }));
            assert_eq!(got, common::feed(&mut by_skip, (!missing).then_some(x)));
        }
        assert!(by_nan.snapshot() == by_skip.snapshot());
        assert!(
            by_nan.update(&[f64::INFINITY]).is_err(),
            "infinity is not missing"
        );
    }
}

// -- parameters that cannot be used -------------------------------------------------------

#[track_caller]
fn refused<T>(name: &str, value: f64, result: Result<T, ParameterError>) {
    let error = result
        .err()
        .unwrap_or_else(|| panic!("{name} = {value} was accepted"));
    assert_eq!(error.name, name, "{error}");
    assert!(
        error
            .value
            .is_some_and(|given| given == value || value.is_nan() && given.is_nan()),
        "{error}"
    );
    assert!(
        error.to_string().contains(name) && !error.must.is_empty(),
        "{error}"
    );
}

#[test]
fn bad_parameters_are_refused_where_they_are_given() {
    let bad = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
    let not_positive = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -1.0];
    for v in bad {
        refused("mean", v, Gaussian::new(v, 1.0, 1.0, 1.0));
        refused("mean", v, StudentT::new(v, 1.0, 1.0, 1.0, 3.0));
        refused("mean", v, StudentTGrid::new(v, 1.0, 1.0, 1.0, &[3.0], None));
    }
    for v in not_positive {
        refused("kappa", v, Gaussian::new(0.0, v, 1.0, 1.0));
        refused("alpha", v, Gaussian::new(0.0, 1.0, v, 1.0));
        refused("beta", v, Gaussian::new(0.0, 1.0, 1.0, v));
        refused("kappa", v, StudentT::new(0.0, v, 1.0, 1.0, 3.0));
        refused("alpha", v, StudentT::new(0.0, 1.0, v, 1.0, 3.0));
        refused("beta", v, StudentT::new(0.0, 1.0, 1.0, v, 3.0));
        refused("nu", v, StudentT::new(0.0, 1.0, 1.0, 1.0, v));
        refused(
            "nu",
            v,
            StudentTGrid::new(0.0, 1.0, 1.0, 1.0, &[3.0, v], None),
        );
        refused("shape", v, Poisson::new(v, 1.0));
        refused("rate", v, Poisson::new(1.0, v));
        refused("a", v, Bernoulli::new(v, 1.0));
        refused("b", v, Bernoulli::new(1.0, v));
        refused("a", v, Binomial::new(v, 1.0, 5));
        refused("b", v, Binomial::new(1.0, v, 5));
        refused("shape", v, Gamma::new(v, 1.0, 1.0));
        refused("rate", v, Gamma::new(1.0, v, 1.0));
        refused("known_shape", v, Gamma::new(1.0, 1.0, v));
        refused("mean_run_length", v, Constant::new(v));
        refused("per_unit_time", v, Rate::new(v));
        refused("shape", v, Weibull::new(v, 10.0));
        refused("scale", v, Weibull::new(1.0, v));
        refused("shape", v, LogLogistic::new(v, 10.0));
        refused("scale", v, LogLogistic::new(1.0, v));
        refused("p", v, NegativeBinomial::new(2, v));
    }
    refused("nu", 0.5, StudentT::new(0.0, 1.0, 1.0, 1.0, 0.5));
    refused("trials", 0.0, Binomial::new(1.0, 1.0, 0));
    refused("mean_run_length", 1.0, Constant::new(1.0));
    refused("k", 0.0, NegativeBinomial::new(0, 0.5));
    refused("p", 1.0, NegativeBinomial::new(2, 1.0));
    for v in [f64::NAN, -0.1, 1.1] {
        refused("hazards", v, Table::new(vec![0.1, v]));
        refused("min_weight", v, Pruning::min_weight(v).check());
    }
    assert!(Table::new(vec![]).is_err());
    assert!(StudentTGrid::new(0.0, 1.0, 1.0, 1.0, &[], None).is_err());
    let grid = |prior: &[f64]| StudentTGrid::new(0.0, 1.0, 1.0, 1.0, &[2.0, 3.0], Some(prior));
    for prior in [
        &[1.0][..],
        &[0.0, 0.0],
        &[-1.0, 2.0],
        &[f64::NAN, 1.0],
        &[1.0; 3],
    ] {
        assert!(grid(prior).is_err(), "{prior:?}");
    }
    assert!(grid(&[0.0, 2.0]).is_ok(), "normalised");
}

/// Sizes are checked before anything is allocated for them.
#[test]
fn absurd_sizes_are_refused_or_cost_nothing() {
    for k in [0, 1, usize::MAX] {
        assert!(Pruning::top_k(k).check().is_err(), "{k}");
    }
    for run_length in [0, u64::MAX] {
        assert!(
            Pruning::max_run_length(run_length).check().is_err(),
            "{run_length}"
        );
    }
    let mut pruning = Pruning::top_k(1 << 31);
    pruning.max_run_length = Some(1 << 53);
    let model = Gaussian::new(0.0, 1.0, 1.0, 1.0).unwrap();
    let detector = Detector::new(model, Constant::new(100.0).unwrap()).with_pruning(pruning);
    assert!(detector.is_ok());
}

#[test]
fn misspelled_configurations_are_refused() {
    let good = gaussian(0.0, 100.0);
    assert!(serde_json::from_value::<Config>(good.clone()).is_ok());
    let mut wrong = Vec::new();
    for (place, key) in [
        ("/model/gaussian", "kapa"),
        ("/hazard/constant", "lambda"),
        ("/pruning", "max"),
        ("", "modell"),
    ] {
        let mut config = good.clone();
        config.pointer_mut(place).unwrap()[key] = json!(1.0);
        wrong.push(config);
    }
    for (place, value) in [
        ("/model", json!({"gausian": {}})),
        ("/missing", json!("ignore")),
        ("/hazard", json!("constant")),
    ] {
        let mut config = good.clone();
        *config.pointer_mut(place).unwrap() = value;
        wrong.push(config);
    }
    let mut config = good;
    config["model"]["gaussian"]
        .as_object_mut()
        .unwrap()
        .remove("beta");
    wrong.push(config);
    for config in wrong {
        assert!(
            serde_json::from_value::<Config>(config.clone()).is_err(),
            "{config}"
        );
    }
}
