//! `detect` beside its own filter: white noise whose level changes every 500 observations,
//! the Gaussian model, the default pruning. Prints Markdown tables.
//!
//! ```text
//! cargo run --release -p bocpd-bench --bin detect [ROUNDS [parts]]
//! ```
//!
//! Times are those that the thread has had a processor for, where the system tells them
//! (Linux), so that other programs count little. Memory is the growth of the process to its
//! peak, in a process of its own for each length, less what is handed over: the probabilities
//! of changes. `parts` prints instead what each part of a detection takes that remembers all
//! of the past.

use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

use bocpd_bench::data::{Random, SEED};
use bocpd_bench::ratio::{Spread, ratio};
use bocpd_core::config::{Config, ModelConfig};
use bocpd_core::readout::Remark;
use bocpd_core::{AnyDetector, History, Pruning, defaults, detect};

/// How long the level stays, and how far apart levels lie in standard deviations.
const SEGMENT: usize = 500;
const STEP: f64 = 3.0;

/// The probability of credible sets.
const MASS: f64 = 0.9;

const LENGTHS: [usize; 3] = [10_000, 100_000, 1_000_000];

fn series(n: usize) -> Vec<f64> {
    let mut random = Random::new(SEED);
    let mut level = 0.0;
    (0..n)
        .map(|i| {
            if i % SEGMENT == 0 {
                level = STEP * random.normal();
            }
            level + random.normal()
        })
        .collect()
}

fn white(n: usize) -> Vec<f64> {
    let mut random = Random::new(SEED);
    (0..n).map(|_| random.normal()).collect()
}

fn config(xs: &[f64]) -> Config {
    let model = ModelConfig::Gaussian {
        mean: 0.0,
        kappa: 0.1,
        alpha: 1.0,
        beta: 1.0,
    };
    let mut config = Config::new(model, defaults::hazard_for(xs.len()));
    config.pruning = Pruning::default();
    config
}

fn filter(config: &Config, history: History, xs: &[f64]) -> AnyDetector {
    let mut config = config.clone();
    config.history = history;
    let mut detector = config.build().expect("a detector");
    detector.update_many(xs, &mut |_| ()).expect("numbers");
    detector
}

/// Nanoseconds that this thread has had a processor for; where nobody counts them, that have
/// passed.
fn now(since: Instant) -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let told = told.and_then(|line| line.split(' ').next()?.parse().ok());
    told.unwrap_or_else(|| since.elapsed().as_nanos() as f64)
}

/// Nanoseconds an observation of each contender, which take turns.
fn turns(rounds: usize, n: usize, contenders: &mut [&mut dyn FnMut()]) -> Vec<Vec<f64>> {
    let since = Instant::now();
    let mut times = vec![Vec::new(); contenders.len()];
    for round in 0..=rounds {
        for (contender, times) in contenders.iter_mut().zip(&mut times) {
            let before = now(since);
            contender();
            // The first round warms up.
            if round > 0 {
                times.push((now(since) - before) / n as f64);
            }
        }
    }
    times
}

/// A number of `/proc/self/status` in bytes.
fn status(name: &str) -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(name))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(1024.0 * kilobytes)
}

/// Prints how many bytes an observation one detection needs, in a fresh process.
fn print_memory(n: usize) {
    let xs = series(n);
    let config = config(&xs);
    // The program's own pages, and the tables that all models share, are there afterwards.
    let _ = detect(&xs[..xs.len().min(1000)], Some(&config), MASS);
    let before = status("VmRSS:");
    let found = detect(&xs, Some(&config), MASS).expect("a detection");
    let handed_over = 8.0 * found.p_change_at.len() as f64;
    if let (Some(before), Some(peak)) = (before, status("VmHWM:")) {
        println!("{:.0}", (peak - before - handed_over).max(0.0) / n as f64);
    }
}

/// The same, of a process of its own.
fn memory(n: usize) -> String {
    let own = std::env::current_exe().expect("this program");
    let output = Command::new(own).args(["memory", &n.to_string()]).output();
    let printed = String::from_utf8(output.expect("a child").stdout).expect("a number");
    match printed.trim() {
        "" => "–".to_owned(),
        bytes => bytes.to_owned(),
    }
}

fn against_the_filter(rounds: usize) {
    println!("\n| observations | filter, ns | detect, ns | × filter | bytes |");
    println!("|--:|--:|--:|--:|--:|");
    for n in LENGTHS {
        let xs = series(n);
        let config = config(&xs);
        let mut alone = || {
            black_box(filter(&config, History::Nothing, &xs));
        };
        let mut whole = || {
            black_box(detect(&xs, Some(&config), MASS).expect("a detection"));
        };
        let times = turns(rounds, n, &mut [&mut alone, &mut whole]);
        println!(
            "| {n} | {} | {} | {} | {} |",
            Spread::of(times[0].clone()),
            Spread::of(times[1].clone()),
            ratio(&times[1], &times[0]),
            memory(n),
        );
    }
}

/// What the choice among structures costs: white noise of which nothing is said, beside the
/// structure that is found.
fn automatic(rounds: usize) {
    println!("\n| white noise | one structure, ns | automatic, ns | × one |");
    println!("|--:|--:|--:|--:|");
    for n in [1000, 4000, 10_000, 100_000] {
        let xs = white(n);
        let chosen = detect(&xs, None, MASS).expect("a detection").config;
        let mut one = || {
            black_box(detect(&xs, Some(&chosen), MASS).expect("a detection"));
        };
        let mut all = || {
            black_box(detect(&xs, None, MASS).expect("a detection"));
        };
        let times = turns(rounds, n, &mut [&mut one, &mut all]);
        println!(
            "| {n} | {} | {} | {} |",
            Spread::of(times[0].clone()),
            Spread::of(times[1].clone()),
            ratio(&times[1], &times[0]),
        );
    }
}

fn parts(rounds: usize) {
    println!("\n| observations | part | ns |\n|--:|---|--:|");
    for n in LENGTHS {
        let xs = series(n);
        let config = config(&xs);
        let detector = filter(&config, History::All, &xs);
        let changepoints = detector.changepoints();
        let mut remember = || {
            black_box(filter(&config, History::All, &xs));
        };
        let mut alone = || {
            black_box(filter(&config, History::Nothing, &xs));
        };
        let mut smoothed = || {
            black_box(detector.smoothed().expect("a history"));
        };
        let mut locations = || {
            black_box(detector.locations(&changepoints, MASS).expect("a history"));
        };
        let mut segments = || {
            black_box(detector.segments(&xs, &changepoints, MASS).expect("rows"));
        };
        let mut remarks = || {
            black_box(Remark::all(&detector, &xs, &changepoints).expect("rows"));
        };
        let contenders: &mut [(&str, &mut dyn FnMut())] = &mut [
            ("filter", &mut alone),
            ("filter that remembers", &mut remember),
            ("marginals", &mut smoothed),
            ("locations with marginals", &mut locations),
            ("segments", &mut segments),
            ("remarks", &mut remarks),
        ];
        for (name, contender) in contenders {
            let times = turns(rounds, n, &mut [contender]);
            println!("| {n} | {name} | {} |", Spread::of(times[0].clone()));
        }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [what, n] = &arguments[..]
        && what == "memory"
    {
        return print_memory(n.parse().expect("a length"));
    }
    let rounds = arguments
        .first()
        .map_or(5, |n| n.parse().expect("a number of rounds"));
    if arguments.get(1).is_some_and(|what| what == "parts") {
        return parts(rounds);
    }
    against_the_filter(rounds);
    automatic(rounds);
}
