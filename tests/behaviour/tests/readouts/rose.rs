//! P(the level rose), against draws of both levels.

use crate::common;
use bocpd_core::AnyDetector;
use bocpd_tests::catalogue::{self, Entry, MODELS};
use bocpd_tests::oracle::naive::Naive;
use bocpd_tests::oracle::posteriors::Posterior;
use bocpd_tests::oracle::{Gap, Hazard, Segment, config};
use bocpd_tests::random::Random;
use serde_json::{Value, json};

/// What is promised.
const MARGIN: f64 = 0.01;

/// Draws for each case: two standard errors are 0.005 at most.
const DRAWS: usize = 40_000;

/// The naive filter, all that it said before, and what it said it about.
struct Oracle<'a> {
    model: &'a dyn Segment,
    hazard: &'a Hazard,
    filter: Naive<'a>,
    posteriors: Vec<Vec<f64>>,
    data: Vec<Option<f64>>,
}

impl<'a> Oracle<'a> {
    fn new(model: &'a dyn Segment, hazard: &'a Hazard) -> Self {
        Self {
            model,
            hazard,
            filter: Naive::new(model, hazard),
            posteriors: Vec::new(),
            data: Vec::new(),
        }
    }

    fn step(&mut self, x: Option<f64>) {
        self.filter.step(x);
        self.posteriors.push(self.filter.posterior());
        self.data.push(x);
    }

    /// The level of the segment of the observations from..to.
    fn level(&self, from: usize, to: usize) -> Vec<(f64, Posterior)> {
        let mut stats = self.model.prior_after(&self.data[..from]);
        for (i, x) in self.data[from..to].iter().enumerate() {
            if i > 0 {
                self.model.advance(&mut stats, 1.0);
            }
            match x {
                Some(x) => self.model.absorb(&mut stats, *x),
                None => self.model.pass(&mut stats, None),
            }
        }
        self.model.level(&stats)
    }

    /// P(the segment before the one that starts at s started at j), for j < s.
    fn previous(&self, s: usize) -> Vec<f64> {
        let ending = |(j, w): (usize, &f64)| {
            let length = (s - j) as u64;
            w * self.hazard.h(Gap {
                length,
                age: (length - 1) as f64,
                elapsed: 1.0,
            })
        };
        let ending: Vec<f64> = self.posteriors[s - 1]
            .iter()
            .enumerate()
            .map(ending)
            .collect();
        let total: f64 = ending.iter().sum();
        ending.into_iter().map(|p| p / total).collect()
    }

    /// P(the level of the current segment is above that of the one before | it is not
    /// the first), as a share of draws: of both starts, and then of both levels.
    fn p_rose(&self, random: &mut Random) -> Option<f64> {
        let n = self.data.len();
        let mut pairs = Vec::new();
        for (s, &w) in self.posteriors.last()?.iter().enumerate().skip(1) {
            if w < 1e-9 {
                continue;
            }
            let now = self.level(s, n);
            for (j, p) in self.previous(s).into_iter().enumerate() {
                if w * p > 1e-9 {
                    pairs.push((w * p, now.clone(), self.level(j, s)));
                }
            }
        }
        let total: f64 = pairs.iter().map(|pair| pair.0).sum();
        if total < 1e-6 {
            return None;
        }
        let (mut rose, mut drawn, mut reached) = (0.0, 0, 0.0);
        for (w, now, before) in &pairs {
            // As many draws as fall to this pair, spread evenly.
            reached += w / total;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a share of the draws"
            )]
            let target = (reached * DRAWS as f64).round() as usize;
            for _ in drawn..target {
                let (x, y) = (draw(now, random), draw(before, random));
                rose += if x == y {
                    0.5
                } else {
                    f64::from(u8::from(x > y))
                };
            }
            drawn = target;
        }
        Some(rose / drawn as f64)
    }
}

fn draw(mixture: &[(f64, Posterior)], random: &mut Random) -> f64 {
    let total: f64 = mixture.iter().map(|part| part.0).sum();
    let mut left = total * random.uniform();
    for (weight, posterior) in mixture {
        left -= weight;
        if left < 0.0 {
            return posterior.draw(random);
        }
    }
    mixture[mixture.len() - 1].1.draw(random)
}

/// Feeds both and compares where `at` says.
fn compare(config: &Value, data: &[Option<f64>], at: impl Fn(usize) -> bool, worst: &mut f64) {
    let mut random = Random::new(91);
    let mut config = config.clone();
    config["shifts"] = json!(true);
    let (model, hazard) = config::parse(&config);
    let mut oracle = Oracle::new(&*model, &hazard);
    let mut detector: AnyDetector = common::build(&config);
    for (t, &x) in data.iter().enumerate() {
        oracle.step(x);
        common::feed(&mut detector, x);
        if !at(t) {
            continue;
        }
        let shift = detector.shift().expect("followed");
        let Some(want) = oracle.p_rose(&mut random) else {
            continue;
        };
        let got = shift.expect("it may not be the first").p_rose;
        *worst = worst.max((got - want).abs());
        assert!(
            (got - want).abs() < MARGIN,
            "{config} after {:?}: {got}, draws say {want}",
            &data[..=t]
        );
    }
}

/// Vague, ordinary and stubborn priors; those of the catalogue for other models.
fn priors(entry: &Entry) -> Vec<Value> {
    let name = entry.name;
    let normal = |kappa: f64, alpha: f64, beta: f64| {
        let mut p = json!({"mean": 0.3, "kappa": kappa, "alpha": alpha, "beta": beta});
        match name {
            "student_t" => p["nu"] = json!(3.0),
            "student_t_grid" => p["nu"] = json!([2.0, 8.0, 64.0]),
            _ => {}
        }
        p
    };
    let pairs = |a: &str, b: &str| -> Vec<Value> {
        [(1.0, 1.0), (0.02, 0.05), (0.5, 3.0), (30.0, 4.0)]
            .into_iter()
            .map(|(x, y)| {
                let mut p = json!({a: x, b: y});
                match name {
                    "binomial" => p["trials"] = json!(12),
                    "gamma" => p["known_shape"] = json!(0.7),
                    _ => {}
                }
                p
            })
            .collect()
    };
    let all = match name {
        "poisson" | "gamma" | "exponential" => pairs("shape", "rate"),
        "bernoulli" | "binomial" | "geometric" => pairs("a", "b"),
        "gaussian" | "student_t" | "student_t_grid" => vec![
            normal(1.0, 1.0, 1.0),
            normal(0.01, 0.2, 0.5),
            normal(0.1, 0.5, 4.0),
            normal(3.0, 20.0, 15.0),
        ],
        _ => {
            let mut random = Random::new(17);
            return (0..2).map(|_| (entry.model)(&mut random)).collect();
        }
    };
    all.into_iter().map(|p| json!({name: p})).collect()
}

/// Segments of one to eight observations, some missing.
#[test]
fn short_segments() {
    let mut worst = 0.0;
    for (i, entry) in MODELS.iter().enumerate() {
        for (k, prior) in priors(entry).iter().enumerate() {
            for hazard in catalogue::hazards(3.0).iter().step_by(3) {
                let mut random = Random::new((10 * i + k) as u64);
                let config = catalogue::config(prior, hazard);
                let data: Vec<Option<f64>> = (0..8)
                    .map(|t| {
                        let x = (entry.draw)(&mut random, t / 3 % 2);
                        (random.uniform() < 0.9).then_some(x)
                    })
                    .collect();
                compare(&config, &data, |t| [1, 2, 4, 7].contains(&t), &mut worst);
            }
        }
    }
    println!("short segments: {worst:.4}");
}

/// Long ones, soon after a change and long after it, without one, and where nothing
/// but the prior is known.
#[test]
fn long_segments() {
    let mut worst = 0.0;
    for entry in &MODELS {
        for (k, prior) in priors(entry).iter().enumerate() {
            for mean_run_length in [4.0, 100.0] {
                let hazard = json!({"constant": {"mean_run_length": mean_run_length}});
                let config = catalogue::config(prior, &hazard);
                let series = entry.series(92 + k as u64, &[(60, 0), (12, 1), (3, 0)]);
                let mut data: Vec<Option<f64>> = series.into_iter().map(Some).collect();
                let at = |t| [30, 59, 60, 61, 66, 74].contains(&t);
                compare(&config, &data, at, &mut worst);
                data[..40].fill(None);
                compare(&config, &data[..62], |t| t == 39 || t == 61, &mut worst);
            }
        }
    }
    println!("long segments: {worst:.4}");
}
