//! Long series against the textbook filter.

use crate::common;
use bocpd_tests::catalogue::{self, Entry, MODELS};
use bocpd_tests::close::{assert_all_close, assert_close};
use bocpd_tests::oracle::config;
use bocpd_tests::oracle::naive::Naive;
use bocpd_tests::random::Random;
use serde_json::{Value, json};

const TOLERANCE: f64 = 1e-9;

/// Segments of random lengths and levels, with a stretch of missing values.
fn data(entry: &Entry, n: usize, random: &mut Random) -> Vec<Option<f64>> {
    let mut data = Vec::new();
    let mut level = 0;
    while data.len() < n {
        level = (level + 1 + random.below(2)) % 3;
        for _ in 0..20 + random.below(1_500) {
            data.push(Some((entry.draw)(random, level)));
        }
    }
    data.truncate(n);
    data[n / 5 * 2..n / 5 * 2 + 20].fill(None);
    data[n / 5 * 4] = None;
    data
}

fn hold(name: &str, hazard: &Value) {
    hold_for(name, hazard, 5_000);
}

/// Holds a detector to the textbook filter over n observations, for which that takes n² steps.
fn hold_for(name: &str, hazard: &Value, n: usize) {
    let entry = MODELS
        .iter()
        .find(|entry| entry.name == name)
        .expect("a model");
    let mut random = Random::new(name.len() as u64);
    let config = catalogue::config(&(entry.model)(&mut random), hazard);
    let (model, oracle_hazard) = config::parse(&config);
    let mut naive = Naive::new(&*model, &oracle_hazard);
    let mut detector = common::build(&config);
    for (t, x) in data(entry, n, &mut random).into_iter().enumerate() {
        let step = common::feed(&mut detector, x);
        naive.step(x);
        let what = format!("{name} at {t}");
        assert_close(&what, step.p_change_now, naive.p_change_now(), TOLERANCE);
        assert_close(&what, step.ln_predictive, naive.ln_predictive(), TOLERANCE);
        if t % 100 == 0 || t + 1 == n {
            if naive.map_lead() > 1e-6 {
                assert_eq!(step.map_run_length, naive.map_run_length() as u64, "{what}");
            }
            let (got, want) = (detector.ln_evidence(), naive.ln_evidence());
            assert_close(&format!("{what}: evidence"), got, want, TOLERANCE);
            let (got, want) = (detector.map_ln_joint(), naive.map_ln_joint());
            assert_close(&format!("{what}: joint maximum"), got, want, TOLERANCE);
            let got = common::dense_posterior(&detector);
            assert_all_close(&what, &got, &naive.posterior(), TOLERANCE);
            let (got, want) = (detector.mean_run_length(), naive.mean_run_length());
            assert_close(&format!("{what}: mean run length"), got, want, TOLERANCE);
        }
    }
    let want: Vec<u64> = naive.changepoints().iter().map(|&c| c as u64).collect();
    assert_eq!(detector.changepoints(), want, "{name}");
}

/// Models that have tests of their own below.
const NAMED: [&str; 7] = [
    "gaussian",
    "student_t",
    "student_t_grid",
    "poisson",
    "bernoulli",
    "binomial",
    "gamma",
];

#[test]
fn every_other_model_with_constant_hazard() {
    for entry in MODELS.iter().filter(|entry| !NAMED.contains(&entry.name)) {
        let hazard = json!({"constant": {"mean_run_length": 400.0}});
        hold_for(entry.name, &hazard, 2_000);
    }
}

#[test]
fn gaussian_with_constant_hazard() {
    hold("gaussian", &json!({"constant": {"mean_run_length": 400.0}}));
}

#[test]
fn gaussian_with_weibull_hazard() {
    hold(
        "gaussian",
        &json!({"weibull": {"shape": 1.5, "scale": 600.0}}),
    );
}

#[test]
fn student_t_with_constant_hazard() {
    hold(
        "student_t",
        &json!({"constant": {"mean_run_length": 400.0}}),
    );
}

#[test]
fn student_t_grid_with_rate() {
    hold("student_t_grid", &json!({"rate": {"per_unit_time": 0.002}}));
}

#[test]
fn poisson_with_log_logistic_hazard() {
    hold(
        "poisson",
        &json!({"log_logistic": {"shape": 1.5, "scale": 500.0}}),
    );
}

#[test]
fn bernoulli_with_constant_hazard() {
    hold(
        "bernoulli",
        &json!({"constant": {"mean_run_length": 400.0}}),
    );
}

#[test]
fn binomial_with_negative_binomial_hazard() {
    hold(
        "binomial",
        &json!({"negative_binomial": {"k": 3, "p": 0.005}}),
    );
}

#[test]
fn gamma_with_constant_hazard() {
    hold("gamma", &json!({"constant": {"mean_run_length": 400.0}}));
}
