//! One contender on one series: prints nanoseconds per observation and, on
//! demand, per observation the probability that it begins a segment.
//!
//! ```text
//! bocpd-peers CONTENDER SERIES.txt [--outputs FILE]
//! ```

use std::fs;
use std::hint::black_box;
use std::time::{Duration, Instant};

use bocpd_core::{Constant, Detector, Gaussian, Pruning};
use changepoint::rv::prelude::NormalGamma;
use changepoint::{BocpdLike, BocpdTruncated};
use nexus_stats_detection::detection::BocpdF64;

/// λ of the benchmark of Fast-BOCPD 1.0; every contender has this hazard and
/// the prior mean 0, κ = α = β = 1.
const MEAN_RUN_LENGTH: f64 = 150.0;

/// A series that takes less time than this is run again, each time by a new detector;
/// the median counts.
const AT_LEAST: Duration = Duration::from_millis(50);

/// What peers that follow Adams & MacKay call the probability of a change is
/// the hazard, whatever the data say. Their P(r = 1) is the same event as our
/// r = 0, less the factor 1 − h.
fn begins_a_segment(r_1: Option<f64>) -> f64 {
    r_1.unwrap_or(f64::NAN) / (1.0 - 1.0 / MEAN_RUN_LENGTH)
}

fn detector(pruning: Pruning) -> Detector<Gaussian, Constant> {
    let model = Gaussian::new(0.0, 1.0, 1.0, 1.0).expect("a model");
    let hazard = Constant::new(MEAN_RUN_LENGTH).expect("a hazard");
    Detector::new(model, hazard)
        .with_pruning(pruning)
        .expect("limits")
}

/// How long it takes and what comes out; a detector is made before, as in `peers.py`.
fn timed(work: impl FnOnce() -> Vec<f64>) -> (Duration, Vec<f64>) {
    let start = Instant::now();
    let out = black_box(work());
    (start.elapsed(), out)
}

fn ours(pruning: Pruning, xs: &[f64]) -> (Duration, Vec<f64>) {
    let mut detector = detector(pruning);
    timed(|| {
        let mut out = Vec::with_capacity(xs.len());
        detector
            .update_many(xs, |step| out.push(step.p_change_now))
            .expect("good data");
        out
    })
}

fn ours_online(pruning: Pruning, xs: &[f64]) -> (Duration, Vec<f64>) {
    let mut detector = detector(pruning);
    let mut p_change_now = |x| detector.update(x).expect("good data").p_change_now;
    timed(|| xs.iter().map(&mut p_change_now).collect())
}

fn nexus(cap: usize, xs: &[f64]) -> (Duration, Vec<f64>) {
    let mut detector = BocpdF64::builder()
        .max_run_length(cap)
        .hazard_lambda(MEAN_RUN_LENGTH)
        .prior_mu(0.0)
        .prior_kappa(1.0)
        .prior_alpha(1.0)
        .prior_beta(1.0)
        .build()
        .expect("a detector");
    let mut p_change_now = |&x: &f64| {
        black_box(detector.update(x).expect("good data"));
        let posterior = detector.run_length_posterior().unwrap_or_default();
        begins_a_segment(posterior.get(1).map(|ln| ln.exp()))
    };
    timed(|| xs.iter().map(&mut p_change_now).collect())
}

fn changepoint(xs: &[f64]) -> (Duration, Vec<f64>) {
    // The precision has the distribution Gamma(v/2, s/2).
    let prior = NormalGamma::new_unchecked(0.0, 1.0, 2.0, 2.0);
    let mut detector = BocpdTruncated::new(MEAN_RUN_LENGTH, prior);
    let mut p_change_now = |x| begins_a_segment(detector.step(x).get(1).copied());
    timed(|| xs.iter().map(&mut p_change_now).collect())
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let text = fs::read_to_string(&arguments[2]).expect("the series");
    let xs: Vec<f64> = text
        .lines()
        .map(|line| line.parse().expect("a number"))
        .collect();
    let run = |xs: &[f64]| match arguments[1].as_str() {
        "exact" => ours(Pruning::exact(), xs),
        "ours-default" => ours(Pruning::default(), xs),
        "ours-450" => ours(Pruning::max_run_length(449), xs),
        "ours-450-online" => ours_online(Pruning::max_run_length(449), xs),
        "ours-online" => ours_online(Pruning::default(), xs),
        "ours-200" => ours(Pruning::max_run_length(199), xs),
        "nexus-200" => nexus(200, xs),
        "changepoint" => changepoint(xs),
        other => panic!("no contender {other}"),
    };
    // Once on a little of it, so that nothing is cold.
    black_box(run(&xs[..xs.len().min(1000)]));
    let begun = Instant::now();
    let mut times = Vec::new();
    let out = loop {
        let (time, out) = run(&xs);
        times.push(time);
        if begun.elapsed() >= AT_LEAST {
            break out;
        }
    };
    times.sort_unstable();
    let median = times[times.len() / 2];
    println!("{}", median.as_nanos() as f64 / xs.len() as f64);
    if let Some(file) = arguments.get(4) {
        let lines: Vec<String> = out.iter().map(f64::to_string).collect();
        fs::write(file, lines.join("\n")).expect("the outputs");
    }
}
