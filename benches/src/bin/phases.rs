//! What the steps between two cuts take, and one that cuts: the Gaussian model on a
//! quiet series with the default pruning. Prints a Markdown table.
//!
//! ```text
//! cargo run --release -p bocpd-bench --bin phases [ROUNDS]
//! ```
//!
//! Each step is timed by itself, the least of all rounds counts, and the clock's own
//! time is taken off; between steps that are not timed nothing waits for the clock, so
//! these are somewhat longer than those of `limit`.

use std::hint::black_box;
use std::time::Instant;

use bocpd_bench::data::{self, SEED};
use bocpd_bench::hot::MEAN_RUN_LENGTH;
use bocpd_core::{Constant, Detector, Gaussian};

/// Observations taken in beforehand, and those that are timed.
const WARM_UP: usize = 4000;
const STEPS: usize = 8000;

/// ns from one reading of the clock to the next.
fn clock() -> f64 {
    let readings: Vec<Instant> = (0..1000).map(|_| black_box(Instant::now())).collect();
    let between = readings.windows(2).map(|pair| pair[1] - pair[0]);
    between.min().expect("readings").as_nanos() as f64
}

fn main() {
    let rounds = std::env::args()
        .nth(1)
        .map_or(41, |n| n.parse().expect("a number of rounds"));
    let xs = data::quiet(SEED, WARM_UP + STEPS);
    let model = Gaussian::new(0.0, 1.0, 1.0, 1.0).expect("a model");
    let mut start = Detector::new(model, Constant::new(MEAN_RUN_LENGTH).expect("a hazard"));
    start.update_many(&xs[..WARM_UP], |_| ()).expect("numbers");

    let mut detector = start.clone();
    let mut live = vec![start.live()];
    for x in &xs[WARM_UP..] {
        detector.update(x).expect("a number");
        live.push(detector.live());
    }
    let mut least = vec![f64::INFINITY; STEPS];
    for _ in 0..rounds {
        let mut detector = start.clone();
        let (mut step, mut before) = (0, Instant::now());
        detector
            .update_many(&xs[WARM_UP..], |_| {
                let now = Instant::now();
                least[step] = least[step].min((now - before).as_nanos() as f64);
                (step, before) = (step + 1, now);
            })
            .expect("numbers");
    }

    let clock = clock();
    println!("least of {rounds} rounds\n\n| hypotheses | steps | ns |\n|---|--:|--:|");
    let row = |name: &str, of: &dyn Fn(usize, usize) -> bool| {
        let times: Vec<f64> = (1..STEPS)
            .filter(|&i| of(live[i], live[i + 1]))
            .map(|i| least[i] - clock)
            .collect();
        let mean = times.iter().sum::<f64>() / times.len() as f64;
        println!("| {name} | {} | {mean:.0} |", times.len());
    };
    let (few, grows) = (40, |before: usize, after: usize| after > before);
    row("up to 40", &|before, after| {
        grows(before, after) && after <= few
    });
    row("more", &|before, after| grows(before, after) && after > few);
    row("a step that cuts the list", &|before, after| {
        !grows(before, after)
    });
}
