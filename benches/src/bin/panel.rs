//! A panel of many series beside one hot detector: rows one by one and many at a time, in turns
//! of all series and in stretches of one. Prints a Markdown table.
//!
//! ```text
//! cargo run --release -p bocpd-bench --bin panel [SERIES] [ROUNDS]
//! ```

use std::hint::black_box;
use std::sync::Mutex;

use bocpd_bench::data;
use bocpd_bench::hot::MEAN_RUN_LENGTH;
use bocpd_bench::ratio::{Spread, ratio, take_turns};
use bocpd_core::AnyDetector;
use bocpd_core::config::{Config, HazardConfig, ModelConfig};
use bocpd_core::panel::{Panel, Row};

/// Observations of each series before anything is measured.
const WARM_UP: usize = 200;
/// Observations of a turn, at least.
const ENOUGH: usize = 100_000;
/// How many observations a series gets before its data begin again.
const PERIOD: usize = 3000;

/// Series that each read the same data from another place on.
struct Series {
    panel: Panel<String>,
    xs: Vec<f64>,
    time: usize,
}

/// Rows of so many observations of each series.
struct Rows {
    of_each: usize,
    all: Vec<Row<String, [f64; 1]>>,
    /// Of each row the number of its series, and how many observations of it are before.
    places: Vec<(usize, usize)>,
}

impl Rows {
    fn new(series: usize, of_each: usize, by_series: bool) -> Self {
        let place = |i| {
            if by_series {
                (i / of_each, i % of_each)
            } else {
                (i % series, i / series)
            }
        };
        let places: Vec<_> = (0..series * of_each).map(place).collect();
        let row = |&(key, _): &(usize, usize)| Row::new(format!("host {key:07}"), [0.0]);
        Self {
            of_each,
            all: places.iter().map(row).collect(),
            places,
        }
    }
}

impl Series {
    /// Puts the next observations into the rows.
    fn fill(&mut self, rows: &mut Rows) {
        for (row, &(key, t)) in rows.all.iter_mut().zip(&rows.places) {
            row.values[0] = self.xs[key % PERIOD + (self.time + t) % PERIOD];
        }
        self.time += rows.of_each;
    }

    fn one_by_one(&mut self, rows: &mut Rows) -> usize {
        self.often(rows, |panel, rows| {
            for row in rows {
                let told = panel.push(row.key.clone(), &row.values);
                let _ = black_box(told.expect("good data"));
            }
        })
    }

    fn many(&mut self, rows: &mut Rows) -> usize {
        self.often(rows, |panel, rows| {
            black_box(panel.push_many(rows));
        })
    }

    /// The rows again and again, until there were enough.
    fn often(
        &mut self,
        rows: &mut Rows,
        push: impl Fn(&mut Panel<String>, &[Row<String, [f64; 1]>]),
    ) -> usize {
        let mut pushed = 0;
        while pushed < ENOUGH {
            self.fill(rows);
            push(&mut self.panel, &rows.all);
            self.panel.take_events();
            pushed += rows.all.len();
        }
        pushed
    }

    /// Hypotheses of a series, on average.
    fn live(&self) -> f64 {
        let all = self.panel.keys().filter_map(|key| self.panel.get(key));
        let live: usize = all
            .map(std::ops::Deref::deref)
            .map(bocpd_core::Detector::live)
            .sum();
        live as f64 / self.panel.len() as f64
    }
}

fn measure(config: &Config, series: usize, rounds: usize) {
    let mut all = Series {
        panel: Panel::new(config).expect("a panel"),
        xs: data::gaussian(data::SEED, 2 * PERIOD),
        time: 0,
    };
    let mut alone: AnyDetector = config.build().expect("a detector");
    let mut warm = Rows::new(series, 1, false);
    for x in &all.xs[..WARM_UP] {
        alone.update(&[*x]).expect("good data");
    }
    for _ in 0..WARM_UP {
        all.fill(&mut warm);
        all.panel.push_many(&warm.all);
    }
    let one_each = Mutex::new(warm);
    let by_series = Mutex::new(Rows::new(series, 16, true));
    let (live, xs) = (all.live(), all.xs.clone());
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let pool = pool.expect("a pool");
    let all = Mutex::new(all);
    let (all, one_each, by_series) = (
        || all.lock().expect("no panic"),
        || one_each.lock().expect("no panic"),
        || by_series.lock().expect("no panic"),
    );
    let mut t = WARM_UP;
    let times = take_turns(
        rounds,
        &mut [
            &mut || {
                for _ in 0..ENOUGH {
                    let _ = black_box(alone.update(&[xs[t]]).expect("good data"));
                    t = (t + 1) % PERIOD;
                }
                alone.take_settled();
                ENOUGH
            },
            &mut || all().one_by_one(&mut one_each()),
            &mut || pool.install(|| all().many(&mut one_each())),
            &mut || all().many(&mut one_each()),
            &mut || pool.install(|| all().many(&mut by_series())),
            &mut || all().many(&mut by_series()),
        ],
    );
    for (name, of) in [
        "`push`, one of each series in turn",
        "`push_many`, one of each series",
        "the same on all cores",
        "`push_many`, 16 of each series",
        "the same on all cores",
    ]
    .iter()
    .zip(&times[1..])
    {
        println!(
            "| {series} | {live:.1} | {name} | {} | {} | {} |",
            Spread::of(times[0].clone()),
            Spread::of(of.clone()),
            ratio(of, &times[0])
        );
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut next = |default| {
        arguments
            .next()
            .map_or(default, |n| n.parse().expect("a number"))
    };
    let (largest, rounds) = (next(100_000), next(11));
    let model = ModelConfig::Gaussian {
        mean: 0.0,
        kappa: 1.0,
        alpha: 1.0,
        beta: 1.0,
    };
    let hazard = HazardConfig::Constant {
        mean_run_length: MEAN_RUN_LENGTH,
    };
    let config = Config::new(model, hazard);
    println!(
        "Gaussian detectors with default pruning; ns of an observation and ratios, as \
         min/median/max of {rounds} rounds"
    );
    println!("\n| series | live | rows | one that is hot, ns | panel, ns | ratio |");
    println!("|--:|--:|---|--:|--:|--:|");
    for series in [100, 10_000, largest] {
        measure(&config, series, rounds);
    }
}
