//! What wild values do to each way of living with them: false changes where nothing
//! changes, and how many steps of the level are found, and when. Prints Markdown tables.
//!
//! ```text
//! cargo run --release -p bocpd-bench --bin robust [OBSERVATIONS]
//! ```
//!
//! Of each kind of noise there are so many observations (100,000 if nothing is said), in
//! streams of 10,000; of each size of step as many, in trials of 250.

use std::num::NonZero;
use std::thread;

use bocpd_bench::data::Random;
use bocpd_core::config::{HazardConfig, ModelConfig};
use bocpd_core::outliers::Outliers;
use bocpd_core::{AnyDetector, Config};

const STREAM: usize = 10_000;
/// Steps come after this many observations, and are to be found within that many.
const BEFORE: usize = 200;
const WITHIN: usize = 50;

/// A way of living with wild values.
struct Way {
    name: &'static str,
    model: ModelConfig,
    outliers: Option<f64>,
}

/// Levels spread over ten times the noise, whose variance is about 1.
const MEAN: f64 = 0.0;
const KAPPA: f64 = 0.01;
const ALPHA: f64 = 2.0;
const BETA: f64 = 2.0;

fn gaussian() -> ModelConfig {
    ModelConfig::Gaussian {
        mean: MEAN,
        kappa: KAPPA,
        alpha: ALPHA,
        beta: BETA,
    }
}

fn known_variance() -> ModelConfig {
    ModelConfig::GaussianKnownVariance {
        mean: MEAN,
        kappa: KAPPA,
        variance: 1.0,
    }
}

fn student_t(nu: f64) -> ModelConfig {
    ModelConfig::StudentT {
        mean: MEAN,
        kappa: KAPPA,
        alpha: ALPHA,
        beta: BETA,
        nu,
    }
}

fn student_t_grid() -> ModelConfig {
    ModelConfig::StudentTGrid {
        mean: MEAN,
        kappa: KAPPA,
        alpha: ALPHA,
        beta: BETA,
        nu: vec![2.0, 4.0, 8.0, 16.0, 64.0],
        nu_prior: None,
    }
}

fn weighted() -> ModelConfig {
    ModelConfig::WeightedGaussian {
        mean: MEAN,
        kappa: KAPPA,
        alpha: ALPHA,
        beta: BETA,
        cutoff: 4.0,
    }
}

fn ways() -> Vec<Way> {
    let way = |name, model, outliers| Way {
        name,
        model,
        outliers,
    };
    vec![
        way("`gaussian`", gaussian(), None),
        way("`gaussian`, outliers 0.001", gaussian(), Some(0.001)),
        way("`gaussian`, outliers 0.01", gaussian(), Some(0.01)),
        way("`gaussian`, outliers 0.05", gaussian(), Some(0.05)),
        way("`gaussian_known_variance`", known_variance(), None),
        way(
            "`gaussian_known_variance`, outliers 0.01",
            known_variance(),
            Some(0.01),
        ),
        way("`student_t`, ν = 3", student_t(3.0), None),
        way(
            "`student_t`, ν = 3, outliers 0.01",
            student_t(3.0),
            Some(0.01),
        ),
        way("`student_t_grid`, ν of 2 to 64", student_t_grid(), None),
        way("`weighted_gaussian`, c = 4", weighted(), None),
        way(
            "`weighted_gaussian`, c = 4, outliers 0.01",
            weighted(),
            Some(0.01),
        ),
    ]
}

impl Way {
    fn detector(&self) -> AnyDetector {
        let hazard = HazardConfig::Constant {
            mean_run_length: 1000.0,
        };
        let mut config = Config::new(self.model.clone(), hazard);
        config.outliers = self.outliers.map(Outliers::new);
        config.build().expect("a detector")
    }
}

/// Noise of scale 1 about 0.
#[derive(Clone, Copy)]
enum Noise {
    Normal,
    /// One in a hundred is ten off.
    Spikes,
    /// One in a hundred too, but in bursts of three on average, each value on either side.
    Bursts,
    StudentT(f64),
}

const NOISES: [(&str, Noise); 5] = [
    ("normal", Noise::Normal),
    ("1 % spikes of 10 σ", Noise::Spikes),
    ("1 % in bursts", Noise::Bursts),
    ("t₃", Noise::StudentT(3.0)),
    ("t₂", Noise::StudentT(2.0)),
];

/// The noise of a stream, one value after the other.
struct Source {
    noise: Noise,
    random: Random,
    in_burst: bool,
}

impl Source {
    fn new(noise: Noise, seed: u64) -> Self {
        Self {
            noise,
            random: Random::new(seed),
            in_burst: false,
        }
    }

    fn next(&mut self) -> f64 {
        let random = &mut self.random;
        let wild = match self.noise {
            Noise::StudentT(nu) => return random.student_t(nu),
            Noise::Normal => false,
            Noise::Spikes => random.uniform() < 0.01,
            // A burst ends after each of its values with probability 1/3.
            Noise::Bursts => {
                let chance = if self.in_burst { 2.0 / 3.0 } else { 0.01 / 3.0 };
                self.in_burst = random.uniform() < chance;
                self.in_burst
            }
        };
        let side = if random.uniform() < 0.5 { -10.0 } else { 10.0 };
        random.normal() + if wild { side } else { 0.0 }
    }
}

/// Changes of the best segmentation per 10,000 observations without one.
fn false_changes(way: &Way, noise: Noise, observations: usize) -> f64 {
    let streams = observations.div_ceil(STREAM);
    let mut changes = 0;
    for seed in 0..streams {
        let mut source = Source::new(noise, 1 + seed as u64);
        let xs: Vec<f64> = (0..STREAM).map(|_| source.next()).collect();
        let mut detector = way.detector();
        detector
            .update_many(&xs, &mut |_| ())
            .expect("finite numbers");
        changes += detector.changepoints().len();
    }
    changes as f64 * 10_000.0 / (streams * STREAM) as f64
}

/// The share of steps of the level that are found, and after how many observations on
/// average, the first of the new level counted: when it is more probable than not that the
/// segment began there, five before, or later.
fn steps(way: &Way, noise: Noise, size: f64, observations: usize) -> (f64, f64) {
    let trials = observations.div_ceil(BEFORE + WITHIN);
    let (mut found, mut delays) = (0, 0);
    for seed in 0..trials {
        let mut source = Source::new(noise, 1_000_000 + seed as u64);
        let mut detector = way.detector();
        let before: Vec<f64> = (0..BEFORE).map(|_| source.next()).collect();
        detector
            .update_many(&before, &mut |_| ())
            .expect("finite numbers");
        for after in 1..=WITHIN {
            let x = size + source.next();
            detector.update(&[x]).expect("a finite number");
            if detector.p_recent_change(after as u64 + 5) > 0.5 {
                found += 1;
                delays += after;
                break;
            }
        }
    }
    let delay = f64::from(u32::try_from(delays).expect("few")) / f64::from(found.max(1));
    (f64::from(found) / trials as f64, delay)
}

/// A row of each table for one way.
fn rows(way: &Way, observations: usize) -> [String; 2] {
    let quiet = NOISES.map(|(_, noise)| format!("{:.1}", false_changes(way, noise, observations)));
    let mut found = Vec::new();
    for noise in [Noise::Normal, Noise::Spikes] {
        for size in [2.0, 3.0] {
            let (share, delay) = steps(way, noise, size, observations);
            found.push(format!("{:.0} %, {delay:.1}", 100.0 * share));
        }
    }
    [quiet.join(" | "), found.join(" | ")].map(|cells| format!("| {} | {cells} |", way.name))
}

fn main() {
    let observations = std::env::args().nth(1);
    let observations = observations.map_or(100_000, |n| n.parse().expect("a number"));
    let ways = ways();
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let mut done = Vec::new();
    for few in ways.chunks(cores) {
        done.extend(thread::scope(|scope| {
            let running: Vec<_> = few
                .iter()
                .map(|way| scope.spawn(move || rows(way, observations)))
                .collect();
            running
                .into_iter()
                .map(|one| one.join().expect("no panic"))
                .collect::<Vec<_>>()
        }));
    }
    let heads = NOISES.map(|(name, _)| name).join(" | ");
    println!("| | {heads} |\n|---|{}", "--:|".repeat(NOISES.len()));
    for [quiet, _] in &done {
        println!("{quiet}");
    }
    println!("\n| | 2 σ | 3 σ | 2 σ among spikes | 3 σ among spikes |");
    println!("|---|{}", "--:|".repeat(4));
    for [_, found] in &done {
        println!("{found}");
    }
}
