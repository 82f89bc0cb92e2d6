//! One contender on one series: prints nanoseconds per observation and, per
//! observation, what it calls the probability of a change.
//!
//! ```text
//! bocpd-peers CONTENDER SERIES.txt [--outputs FILE]
//! ```

use std::fs;
use std::hint::black_box;
use std::time::Instant;

use bocpd_core::{Constant, Detector, Gaussian, Pruning};
use changepoint::rv::prelude::NormalGamma;
use changepoint::{BocpdLike, BocpdTruncated};
use nexus_stats_detection::detection::BocpdF64;

/// λ of the benchmark of Fast-BOCPD 1.0; every contender has this hazard and
/// the prior mean 0, κ = α = β = 1.
const MEAN_RUN_LENGTH: f64 = 150.0;

fn ours(pruning: Pruning, xs: &[f64]) -> Vec<f64> {
    let model = Gaussian::new(0.0, 1.0, 1.0, 1.0).expect("a model");
    let hazard = Constant::new(MEAN_RUN_LENGTH).expect("a hazard");
    let mut detector = Detector::new(model, hazard).with_pruning(pruning).expect("limits");
    let mut out = Vec::with_capacity(xs.len());
    detector.update_many(xs, |step| out.push(step.p_change_now)).expect("good data");
    out
}

fn nexus(cap: usize, xs: &[f64]) -> Vec<f64> {
    let mut detector = BocpdF64::builder()
        .max_run_length(cap)
        .hazard_lambda(MEAN_RUN_LENGTH)
        .prior_mu(0.0)
        .prior_kappa(1.0)
        .prior_alpha(1.0)
        .prior_beta(1.0)
        .build()
        .expect("a detector");
    xs.iter()
        .map(|&x| {
            black_box(detector.update(x).expect("good data"));
            detector.change_point_probability().unwrap_or(f64::NAN)
        })
        .collect()
}

fn changepoint(xs: &[f64]) -> Vec<f64> {
    let prior = NormalGamma::new_unchecked(0.0, 1.0, 1.0, 1.0);
    let mut detector = BocpdTruncated::new(MEAN_RUN_LENGTH, prior);
    xs.iter().map(|x| detector.step(x)[0]).collect()
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let text = fs::read_to_string(&arguments[2]).expect("the series");
    let xs: Vec<f64> = text.lines().map(|line| line.parse().expect("a number")).collect();
    let run = || match arguments[1].as_str() {
        "exact" => ours(Pruning::exact(), &xs),
        "ours-default" => ours(Pruning::default(), &xs),
        "ours-450" => ours(Pruning::max_run_length(449), &xs),
        "ours-200" => ours(Pruning::max_run_length(199), &xs),
        "nexus-200" => nexus(200, &xs),
        "changepoint" => changepoint(&xs),
        other => panic!("no contender {other}"),
    };
    let start = Instant::now();
    let out = black_box(run());
    println!("{}", start.elapsed().as_nanos() as f64 / xs.len() as f64);
    if let Some(file) = arguments.get(4) {
        let lines: Vec<String> = out.iter().map(f64::to_string).collect();
        fs::write(file, lines.join("\n")).expect("the outputs");
    }
}
