//! When it will change again, however far ahead.

use crate::common;
use std::sync::Arc;

use bocpd_core::hazard::{LogLogistic, SharedHazard, Weibull};
use bocpd_core::{AnyDetector, Hazard};
use bocpd_tests::catalogue;
use bocpd_tests::close::assert_close;
use bocpd_tests::oracle::{Gap, config};
use serde_json::{Value, json};

fn gaussian() -> Value {
    json!({"gaussian": {"mean": 0, "kappa": 1, "alpha": 1, "beta": 1}})
}

/// A detector that does not know when the current segment began.
fn undecided(hazard: &Value) -> AnyDetector {
    let data: Vec<f64> = (0..100).map(|i| 0.1 * f64::from(i) % 1.0).collect();
    common::run(&catalogue::config(&gaussian(), hazard), &data)
}

/// The same with a hazard of one's own.
fn undecided_own(hazard: SharedHazard) -> AnyDetector {
    let config = catalogue::config(&gaussian(), &json!({"constant": {"mean_run_length": 2}}));
    let config = common::parse(&config);
    let mut detector = config.build_with_hazard(hazard).unwrap();
    for i in 0..100 {
        detector.update(&[0.1 * f64::from(i) % 1.0]).unwrap();
    }
    detector
}

/// Σ_s w_t(s) f(l) over the lengths of the current segment.
fn average(detector: &AnyDetector, f: impl Fn(u64) -> f64) -> f64 {
    let n = detector.observations();
    let posterior = detector.run_length_posterior();
    posterior.map(|(s, w)| w * f(n - s)).sum()
}

fn hazards() -> Vec<Value> {
    let mut hazards = catalogue::hazards(50.0);
    hazards.extend([
        json!({"constant": {"mean_run_length": 1e17}}),
        json!({"rate": {"per_unit_time": 1e-12}}),
        json!({"weibull": {"shape": 0.9, "scale": 50}}),
        json!({"weibull": {"shape": 0.2, "scale": 1e6}}),
        json!({"log_logistic": {"shape": 0.5, "scale": 1e3}}),
        json!({"log_logistic": {"shape": 3, "scale": 9}}),
    ]);
    hazards
}

/// A survival function does not care how far away it is.
#[test]
fn any_distance_is_answered_at_once() {
    for hazard in hazards() {
        let detector = undecided(&hazard);
        let (_, law) = config::parse(&catalogue::config(&gaussian(), &hazard));
        let counts = ["negative_binomial", "table"];
        let counts = counts.iter().any(|tag| hazard.get(tag).is_some());
        for k in [1, 7, 10_000, 1_000_000_000_000, u64::MAX] {
            let within = detector.p_change_within(k);
            let next = detector.p_next_change_after(k);
            let ahead = detector.predict(k).unwrap();
            assert!((0.0..=1.0).contains(&within) && (0.0..=1.0).contains(&next));
            assert!(ahead.components().len() > 1);
            // On a grid a survival function that knows times goes k steps in one.
            let ln_stay = |length: u64, k: u64| {
                law.ln_stay(Gap {
                    length,
                    age: (length - 1) as f64,
                    elapsed: k as f64,
                })
            };
            if !counts {
                let want = average(&detector, |l| -ln_stay(l, k).exp_m1());
                let error = (within / want - 1.0).abs();
                assert!(error < 1e-11, "{hazard}, {k}: {within} {want}");
                let h = |l: u64| {
                    law.h(Gap {
                        length: l.saturating_add(k - 1),
                        age: (l - 1) as f64 + (k - 1) as f64,
                        elapsed: 1.0,
                    })
                };
                // The oracle's hazard is a difference: digits go with the length.
                let want = average(&detector, |l| ln_stay(l, k - 1).exp() * h(l));
                let tolerance = 1e-12 * k as f64;
                let error = (next - want).abs();
                assert!(
                    tolerance > 1e-3 || error <= tolerance * want,
                    "{hazard}, {k}: {next} {want}"
                );
            } else if k > 10_000 {
                assert_close(&hazard.to_string(), within, 1.0, 1e-14);
                assert_eq!(next, 0.0, "{hazard}");
            }
        }
        assert_eq!(detector.p_change_within(0), 0.0);
    }
}

/// p(k) = P(within k) − P(within k − 1), near and far.
#[test]
fn the_next_change_is_what_within_grows_by() {
    for hazard in hazards() {
        let detector = undecided(&hazard);
        let within = |k| detector.p_change_within(k);
        for k in [1u64, 2, 3, 50, 1000, 100_000] {
            let grown = within(k) - within(k - 1);
            let what = format!("{hazard}, {k}");
            assert_close(&what, detector.p_next_change_after(k), grown, 1e-13);
        }
    }
}

/// The log-logistic law has a long tail, which belongs to the mean.
#[test]
fn the_expected_residual_is_none_only_where_there_is_no_mean() {
    let residual = |hazard: Value| {
        let config = catalogue::config(&gaussian(), &hazard);
        common::run(&config, &[0.1, 0.2, 4.0, 4.2]).expected_residual()
    };
    // By 60-digit arithmetic.
    let law = |shape: f64| json!({"log_logistic": {"shape": shape, "scale": 9}});
    assert_close(
        "log-logistic",
        residual(law(3.0)).unwrap(),
        8.881_411_740_747_555,
        1e-13,
    );
    let weibull = json!({"weibull": {"shape": 0.5, "scale": 20}});
    assert_close(
        "weibull",
        residual(weibull).unwrap(),
        52.160_890_116_150_27,
        1e-13,
    );
    assert_eq!(residual(law(1.0)), None);
    assert_eq!(residual(law(0.3)), None);
    assert!(residual(law(1.01)).unwrap() > 900.0);
    let constant = json!({"constant": {"mean_run_length": 1e15}});
    assert_close("constant", residual(constant).unwrap(), 1e15, 1e-14);
    assert_eq!(residual(json!({"table": {"hazards": [0.3, 0.0]}})), None);
    let table = json!({"table": {"hazards": [0.3, 0.0, 1.0]}});
    assert!(residual(table).unwrap() <= 3.0);
    let none = common::build(&catalogue::config(&gaussian(), &law(3.0)));
    assert_eq!(none.expected_residual(), None);
}

/// A closure that says what the table says.
#[test]
fn a_closure_is_summed() {
    let values = [0.02, 0.0, 0.01, 1e-9, 0.3, 0.05];
    let table = undecided(&json!({"table": {"hazards": values}}));
    let own = undecided_own(Arc::new(move |l: u64| {
        values[usize::try_from(l - 1).unwrap_or(usize::MAX).min(5)]
    }));
    for k in [0, 1, 2, 5, 60, 5000, 1 << 20, 1_000_000_000_000, u64::MAX] {
        let (got, want) = (own.p_change_within(k), table.p_change_within(k));
        assert_close("within", got, want, 1e-14);
        let (got, want) = (own.p_next_change_after(k), table.p_next_change_after(k));
        assert!((got - want).abs() <= 1e-12 * want, "{k}: {got} {want}");
    }
    let (got, want) = (own.expected_residual(), table.expected_residual());
    assert_close("residual", got.unwrap(), want.unwrap(), 1e-13);
}

/// A closure is asked about the next 2²⁰ observations; its last word holds for
/// ever.
#[test]
fn a_closure_is_asked_so_far_and_no_further() {
    let late = 1u64 << 21;
    let own = undecided_own(Arc::new(move |l: u64| if l > late { 1.0 } else { 1e-9 }));
    let want = -(-1e-9 * (late as f64)).exp_m1();
    let got = own.p_change_within(late);
    assert!((got / want - 1.0).abs() < 1e-6, "{got} {want}");
    assert!(own.p_change_within(u64::MAX) <= 1.0);
    assert!((own.expected_residual().unwrap() / 1e9 - 1.0).abs() < 1e-6);
    assert!((own.p_next_change_after(late + 5) / 1e-9 - 1.0).abs() < 1e-2);
    // Never means that there is no mean.
    let never = undecided_own(Arc::new(|_: u64| 0.0));
    assert_eq!(never.p_change_within(u64::MAX), 0.0);
    assert_eq!(never.expected_residual(), None);
    // What is certain comes, also after what can hardly be got through.
    let certain = undecided_own(Arc::new(|l: u64| if l >= 110 { 1.0 } else { 1e-3 }));
    assert_eq!(certain.p_change_within(200), 1.0);
    assert!(certain.expected_residual().unwrap() < 110.0);
    // No probability outside of a step: taken for 0 and 1.
    let odd = undecided_own(Arc::new(|l: u64| if l > 200 { f64::NAN } else { 0.01 }));
    assert!(odd.p_change_within(1000) < 1.0);
    assert_eq!(odd.expected_residual(), None);
}

/// Hazards that say how many survive, but not how long they live on average.
struct Told<H>(H);

impl<H: Hazard> Hazard for Told<H> {
    fn hazard(&self, length: u64) -> f64 {
        self.0.hazard(length)
    }
    fn ln_survival(&self, length: u64, further: u64) -> Option<f64> {
        self.0.ln_survival(length, further)
    }
}

#[test]
fn a_hazard_that_tells_its_survival_is_as_a_built_in_one() {
    fn same(own: SharedHazard, hazard: &Value, tolerance: f64) {
        let (own, built_in) = (undecided_own(own), undecided(hazard));
        for k in [1, 100, u64::MAX] {
            assert_eq!(own.p_change_within(k), built_in.p_change_within(k));
            assert_eq!(own.p_next_change_after(k), built_in.p_next_change_after(k));
        }
        let (got, want) = (own.expected_residual(), built_in.expected_residual());
        let what = hazard.to_string();
        assert_close(&what, got.unwrap(), want.unwrap(), tolerance);
    }
    let weibull = Told(Weibull::new(0.4, 30.0).unwrap());
    same(
        Arc::new(weibull),
        &json!({"weibull": {"shape": 0.4, "scale": 30}}),
        1e-13,
    );
    // Beyond 2^63 the tail is continued.
    let log_logistic = Told(LogLogistic::new(1.2, 30.0).unwrap());
    same(
        Arc::new(log_logistic),
        &json!({"log_logistic": {"shape": 1.2, "scale": 30}}),
        1e-11,
    );
}
