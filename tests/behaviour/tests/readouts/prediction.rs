//! Predictions are quotients of evidences, and sums over all segmentations of
//! what has not come yet.

use crate::common;
use bocpd_core::distribution::Distribution;
use bocpd_core::error::ReadoutError;
use bocpd_core::model::ObservationModel;
use bocpd_core::{AnyDetector, Constant, Detector, ScalarModel};
use bocpd_tests::catalogue::{self, Entry, MODELS};
use bocpd_tests::close::assert_close;
use bocpd_tests::oracle::enumerate::Enumeration;
use bocpd_tests::oracle::{Hazard, Segment, config};
use bocpd_tests::random::Random;
use serde_json::{Value, json};

const TOLERANCE: f64 = 1e-10;

/// What has been seen, with everything to judge by.
struct Case {
    model: Box<dyn Segment>,
    hazard: Hazard,
    data: Vec<Option<f64>>,
    elapsed: Vec<f64>,
    detector: AnyDetector,
    what: String,
}

impl Case {
    fn new(entry: &Entry, hazard: &Value, irregular: bool, n: usize, random: &mut Random) -> Self {
        let config = catalogue::config(&(entry.model)(random), hazard);
        let (model, hazard) = config::parse(&config);
        let mut detector = common::build(&config);
        let (mut data, mut elapsed) = (Vec::new(), Vec::new());
        for t in 0..n {
            let level = random.below(3);
            let x = (entry.draw)(random, level);
            data.push((random.uniform() < 0.85).then_some(x));
            elapsed.push(if irregular {
                random.between(0.1, 3.0)
            } else {
                1.0
            });
            let gap = irregular.then_some(elapsed[t]);
            common::try_feed(&mut detector, gap, data[t]).expect("a step");
        }
        let what = format!("{config} after {data:?}");
        Self {
            model,
            hazard,
            data,
            elapsed,
            detector,
            what,
        }
    }

    /// The segmentations when `further` has come too.
    fn with(&self, further: &[(f64, Option<f64>)]) -> Enumeration {
        let mut data = self.data.clone();
        let mut elapsed = self.elapsed.clone();
        for &(gap, x) in further {
            data.push(x);
            elapsed.push(gap);
        }
        Enumeration::new(&*self.model, &self.hazard, &data, &elapsed)
    }
}

fn each_case(irregular: bool, seed: u64, check: impl Fn(&Case, &Entry, &mut Random)) {
    let mut random = Random::new(seed);
    for entry in &MODELS {
        let hazards = catalogue::hazards(4.0);
        // The first four hazards have a meaning in continuous time.
        for hazard in hazards.iter().take(if irregular { 4 } else { 6 }) {
            let n = 1 + usize::try_from(random.below(7)).unwrap();
            let case = Case::new(entry, hazard, irregular, n, &mut random);
            check(&case, entry, &mut random);
        }
    }
}

#[test]
fn the_density_ahead_is_a_quotient_of_evidences() {
    each_case(false, 61, |case, entry, random| {
        let now = case.with(&[]).ln_evidence();
        for ahead in 1..=3u64 {
            if ahead > 1 && case.detector.model().lags() > 0 {
                let error = case.detector.predict(ahead);
                assert!(matches!(error, Err(ReadoutError::Argument(_))));
                continue;
            }
            let predicted = case.detector.predict(ahead).unwrap();
            for level in 0..3 {
                let x = (entry.draw)(random, level);
                let mut further = vec![(1.0, None); usize::try_from(ahead).unwrap()];
                further.last_mut().unwrap().1 = Some(x);
                let want = case.with(&further).ln_evidence() - now;
                let what = format!("{}, {ahead} ahead: {x}", case.what);
                assert_close(&what, predicted.ln_density(x), want, TOLERANCE);
            }
        }
    });
}

#[test]
fn the_density_after_a_while_is_a_quotient_of_evidences() {
    each_case(true, 62, |case, entry, random| {
        let now = case.with(&[]).ln_evidence();
        let (x, gap) = ((entry.draw)(random, 1), random.between(0.2, 4.0));
        let want = case.with(&[(gap, Some(x))]).ln_evidence() - now;
        let predicted = case.detector.predict_after(gap).unwrap();
        assert_close(&case.what, predicted.ln_density(x), want, TOLERANCE);
    });
}

/// The score of an observation is the distribution function of what was
/// predicted; its slope (or step) is the density.
#[test]
fn scores_belong_to_the_density() {
    each_case(false, 63, |case, entry, random| {
        let predicted = case.detector.predict(1).unwrap();
        let x = (entry.draw)(random, 1);
        let tail = predicted.tail(x);
        let density = predicted.ln_density(x).exp();
        if predicted.is_discrete() {
            assert_close(&case.what, tail.up_to - tail.below, density, 1e-12);
            let before = predicted.cdf(x - 1.0);
            assert_close(&case.what, tail.below, before, 1e-12);
        } else {
            let h = 1e-5 * x.abs().max(1e-3);
            let slope = (predicted.cdf(x + h) - predicted.cdf(x - h)) / (2.0 * h);
            assert!(
                (slope / density - 1.0).abs() < 1e-4,
                "{}: {slope} {density}",
                case.what
            );
        }
        assert_close(&case.what, tail.up_to + tail.above, 1.0, 1e-12);
        let median = predicted.quantile(0.5);
        assert!(predicted.cdf(median) >= 0.5 - 1e-12, "{}", case.what);
    });
}

#[test]
fn the_next_change_is_a_sum_over_what_has_not_come() {
    each_case(false, 64, |case, _, _| {
        let n = case.data.len();
        for k in 1..=3u64 {
            let after = usize::try_from(k).unwrap();
            let all = case.with(&vec![(1.0, None); after]);
            let ln_evidence = all.ln_evidence();
            let probability = |keep: &dyn Fn(Option<usize>) -> bool| -> f64 {
                let paths = all.paths.iter();
                paths
                    .filter(|path| keep(path.starts.iter().copied().find(|&s| s >= n)))
                    .map(|path| (path.ln_joint - ln_evidence).exp())
                    .sum()
            };
            let at = probability(&|next| next == Some(n - 1 + after));
            let within = probability(&|next| next.is_some());
            let what = format!("{}, {k} ahead", case.what);
            assert_close(&what, case.detector.p_next_change_after(k), at, TOLERANCE);
            assert_close(&what, case.detector.p_change_within(k), within, TOLERANCE);
        }
        assert_eq!(case.detector.p_next_change_after(0), 0.0);
        assert_eq!(case.detector.p_change_within(0), 0.0);
    });
}

/// The expected residual against the sum of its definition.
#[test]
fn the_expected_residual_is_the_mean_of_the_next_change() {
    let mut random = Random::new(65);
    for hazard in catalogue::hazards(6.0) {
        let case = Case::new(&MODELS[0], &hazard, false, 6, &mut random);
        let detector = &case.detector;
        let got = detector.expected_residual();
        if hazard.get("log_logistic").is_some() {
            // Its tail falls like k^−1.5: the sum takes too long
            // (`readouts_next_change.rs`).
            continue;
        }
        let mean: f64 = (1..3000)
            .map(|k| k as f64 * detector.p_next_change_after(k))
            .sum();
        assert_close(&case.what, got.unwrap(), mean, 1e-9);
    }
    let never = json!({"table": {"hazards": [0.0]}});
    let case = Case::new(&MODELS[0], &never, false, 6, &mut random);
    assert_eq!(case.detector.expected_residual(), None);
}

/// Posteriors of the current segment's parameters: their means are averages
/// over the starts of textbook means.
#[test]
fn parameters_are_averaged_over_the_starts() {
    let config = catalogue::config(
        &json!({"poisson": {"shape": 2.0, "rate": 0.5}}),
        &json!({"constant": {"mean_run_length": 4.0}}),
    );
    let data = [3.0, 2.0, 9.0, 11.0, 8.0];
    let detector = common::run(&config, &data);
    let mut mean = 0.0;
    for (start, weight) in detector.run_length_posterior() {
        let xs = &data[usize::try_from(start).unwrap()..];
        mean += weight * (2.0 + xs.iter().sum::<f64>()) / (0.5 + xs.len() as f64);
    }
    let parameters = detector.parameters().unwrap();
    assert_eq!(parameters[0].name, "rate");
    assert_close("rate", parameters[0].posterior.mean(), mean, 1e-13);
    let (low, high) = parameters[0].posterior.interval(0.9);
    assert!(low < mean && mean < high);
    let names = |model: Value| -> Vec<&str> {
        let hazard = json!({"constant": {"mean_run_length": 4.0}});
        let detector = common::run(&catalogue::config(&model, &hazard), &[1.0]);
        detector
            .parameters()
            .unwrap()
            .iter()
            .map(|p| p.name)
            .collect()
    };
    let mut random = Random::new(66);
    let all: Vec<_> = MODELS
        .iter()
        .map(|entry| names((entry.model)(&mut random)))
        .collect();
    assert_eq!(all[0], ["mean", "variance"]);
    assert_eq!(
        (&all[1], &all[2]),
        (
            &vec!["mean", "squared_scale"],
            &vec!["mean", "squared_scale"]
        )
    );
    assert_eq!(
        (&all[4], &all[5]),
        (&vec!["probability"], &vec!["probability"])
    );
    assert_eq!(all[6], ["rate", "mean"]);
}

#[test]
fn before_any_observation_the_prior_speaks() {
    let mut random = Random::new(67);
    for entry in &MODELS {
        let model = (entry.model)(&mut random);
        let config = catalogue::config(&model, &json!({"constant": {"mean_run_length": 4.0}}));
        let (oracle, _) = config::parse(&config);
        let detector = common::build(&config);
        let x = (entry.draw)(&mut random, 1);
        for ahead in [1, 5] {
            if ahead > 1 && detector.model().lags() > 0 {
                assert!(detector.predict(ahead).is_err());
                continue;
            }
            let got = detector.predict(ahead).unwrap().ln_density(x);
            assert_close(entry.name, got, oracle.ln_evidence(&[x]), 1e-11);
        }
        assert!(detector.parameters().is_err());
        assert!(matches!(
            detector.predict(0),
            Err(ReadoutError::Argument(_))
        ));
        assert!(detector.predict_after(-1.0).is_err());
        assert!(detector.predict_after(f64::NAN).is_err());
    }
}

/// A model of a user can leave out what it cannot say.
#[test]
fn a_model_that_cannot_say() {
    struct Coin;
    impl ScalarModel for Coin {
        type Obs = bool;
        type Stats = ();
        fn prior(&self) {}
        fn ln_predictive(&self, (): &(), _: &bool) -> f64 {
            -core::f64::consts::LN_2
        }
        fn update(&self, (): &mut (), _: &bool) {}
    }
    let mut detector = Detector::new(Coin, Constant::new(5.0).unwrap());
    detector.update(true).unwrap();
    assert!(matches!(
        detector.predict(1),
        Err(ReadoutError::Model { .. })
    ));
    assert!(matches!(
        detector.parameters(),
        Err(ReadoutError::Model { .. })
    ));
    assert!((detector.p_change_within(1) - 0.2).abs() < 1e-15);
}
