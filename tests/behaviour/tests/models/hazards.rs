//! A grid of hazards, one of which is that of the whole stream.

use crate::common;
use bocpd_core::any::restore;
use bocpd_core::fit::{Options, fit};
use bocpd_core::{Config, detect};
use bocpd_tests::close::{assert_all_close, assert_close};
use bocpd_tests::random::Random;
use serde_json::{Value, json};

const MEANS: [f64; 4] = [4.0, 15.0, 60.0, 400.0];

fn config(means: &[f64]) -> Value {
    json!({
        "model": {"gaussian_known_variance": {"mean": 0.0, "kappa": 0.04, "variance": 1.0}},
        "hazard": {"constant_grid": {"mean_run_lengths": means}},
        "pruning": {"max_hypotheses": null, "min_weight": null, "max_run_length": null},
    })
}

/// Levels of sd 5 that change with this probability, in white noise of sd 1.
fn series(random: &mut Random, n: usize, p_change: f64) -> Vec<f64> {
    let mut level = 5.0 * random.normal();
    let mut next = || {
        if random.uniform() < p_change {
            level = 5.0 * random.normal();
        }
        level + random.normal()
    };
    (0..n).map(|_| next()).collect()
}

/// ln p of an observation where n before it in its segment have this sum: the level has a
/// normal prior of mean 0 and variance 25, the noise variance 1.
fn ln_predictive(x: f64, n: usize, sum: f64) -> f64 {
    let precision = 1.0 / 25.0 + n as f64;
    let (mean, variance) = (sum / precision, 1.0 + 1.0 / precision);
    -0.5 * ((x - mean).powi(2) / variance + (2.0 * std::f64::consts::PI * variance).ln())
}

/// The joint posterior of where the segment began and of the hazard, by its recursion:
///
/// ```text
/// w_0(0, m) = π_m p(x_0)
/// w_t(s, m) ∝ w_{t−1}(s, m) (1 − h_m) p(x_t | x_s..x_{t−1})
/// w_t(t, m) ∝ Σ_s w_{t−1}(s, m) h_m p(x_t)
/// ```
struct Joint {
    hazards: Vec<f64>,
    xs: Vec<f64>,
    /// `weights[s][m]`.
    weights: Vec<Vec<f64>>,
    ln_evidence: f64,
}

impl Joint {
    fn new(means: &[f64]) -> Self {
        Self {
            hazards: means.iter().map(|mean| 1.0 / mean).collect(),
            xs: Vec::new(),
            weights: Vec::new(),
            ln_evidence: 0.0,
        }
    }

    fn step(&mut self, x: f64) {
        let sum_over_s = |m: usize| self.weights.iter().map(|w| w[m]).sum::<f64>();
        let born: Vec<f64> = if self.xs.is_empty() {
            vec![1.0 / self.hazards.len() as f64; self.hazards.len()]
        } else {
            let each = self.hazards.iter().enumerate();
            each.map(|(m, h)| sum_over_s(m) * h).collect()
        };
        for weights in &mut self.weights {
            for (weight, h) in weights.iter_mut().zip(&self.hazards) {
                *weight *= 1.0 - h;
            }
        }
        self.weights.push(born);
        for (s, weights) in self.weights.iter_mut().enumerate() {
            let seen = &self.xs[s..];
            let p = ln_predictive(x, seen.len(), seen.iter().sum()).exp();
            for weight in weights {
                *weight *= p;
            }
        }
        let total: f64 = self.weights.iter().flatten().sum();
        for weight in self.weights.iter_mut().flatten() {
            *weight /= total;
        }
        self.ln_evidence += total.ln();
        self.xs.push(x);
    }

    fn hazard_probabilities(&self) -> Vec<f64> {
        let of = |m: usize| self.weights.iter().map(|w| w[m]).sum();
        (0..self.hazards.len()).map(of).collect()
    }

    fn posterior(&self) -> Vec<f64> {
        self.weights.iter().map(|w| w.iter().sum()).collect()
    }
}

#[test]
fn hazards_are_weighed_as_the_joint_recursion_says() {
    for (seed, p_change) in [(1, 0.2), (2, 0.02)] {
        let mut joint = Joint::new(&MEANS);
        let mut detector = common::build(&config(&MEANS));
        assert_eq!(detector.hazard_probabilities(), [0.25; 4]);
        // None is given up before 128 observations.
        for (t, x) in series(&mut Random::new(seed), 120, p_change)
            .into_iter()
            .enumerate()
        {
            let step = detector.update(&[x]).unwrap();
            joint.step(x);
            let what = format!("seed {seed} at {t}");
            let want = joint.hazard_probabilities();
            assert_all_close(&what, &detector.hazard_probabilities(), &want, 1e-9);
            let want = joint.posterior();
            assert_all_close(&what, &common::dense_posterior(&detector), &want, 1e-9);
            assert_close(&what, detector.ln_evidence(), joint.ln_evidence, 1e-9);
            assert_close(&what, step.p_change_now, want[t], 1e-9);
            assert_eq!(detector.model_probabilities(), [1.0]);
        }
        let found = joint.hazard_probabilities();
        let is_short = found[0] > 0.5;
        assert_eq!(is_short, p_change > 0.1, "{found:?}");
    }
}

/// Each pair of a model and a hazard has a filter; either readout sums over the other.
#[test]
fn models_and_hazards_go_together() {
    let other = json!({"gaussian_known_variance": {"mean": 0.0, "kappa": 0.01, "variance": 4.0}});
    let alone = |model: &Value, mean: f64| {
        let mut one = config(&[mean]);
        one["hazard"] = json!({"constant": {"mean_run_length": mean}});
        one["model"] = model.clone();
        one
    };
    let mut both = config(&MEANS[..2]);
    both["alternatives"] = json!([{"model": other, "weight": 3.0}]);
    let mut detector = common::build(&both);
    let mut each = Vec::new();
    for (model, weight) in [(&both["model"], 0.25), (&other, 0.75)] {
        for mean in &MEANS[..2] {
            each.push((common::build(&alone(model, *mean)), weight / 2.0));
        }
    }
    for x in series(&mut Random::new(3), 60, 0.1) {
        detector.update(&[x]).unwrap();
        for (filter, _) in &mut each {
            filter.update(&[x]).unwrap();
        }
    }
    let weights: Vec<f64> = each
        .iter()
        .map(|(filter, weight)| weight * filter.ln_evidence().exp())
        .collect();
    let total: f64 = weights.iter().sum();
    let p: Vec<f64> = weights.iter().map(|weight| weight / total).collect();
    let models = [p[0] + p[1], p[2] + p[3]];
    let hazards = [p[0] + p[2], p[1] + p[3]];
    assert_all_close("models", &detector.model_probabilities(), &models, 1e-9);
    assert_all_close("hazards", &detector.hazard_probabilities(), &hazards, 1e-9);
    assert_close("evidence", detector.ln_evidence(), total.ln(), 1e-9);
}

/// Models that are drawn anew in each segment are averaged over hazards.
#[test]
fn models_of_segments_and_hazards_go_together() {
    let other = json!({"gaussian_known_variance": {"mean": 0.0, "kappa": 0.01, "variance": 4.0}});
    let mut both = config(&MEANS[..2]);
    both["alternatives"] = json!([{"model": other}]);
    both["alternatives_per"] = json!("segment");
    let mut detector = common::build(&both);
    let mut each: Vec<_> = MEANS[..2]
        .iter()
        .map(|mean| {
            let mut one = both.clone();
            one["hazard"] = json!({"constant": {"mean_run_length": mean}});
            common::build(&one)
        })
        .collect();
    for x in series(&mut Random::new(4), 60, 0.1) {
        detector.update(&[x]).unwrap();
        for filter in &mut each {
            filter.update(&[x]).unwrap();
        }
    }
    let hazards = detector.hazard_probabilities();
    let want: Vec<f64> = (0..2)
        .map(|k| {
            let of =
                |(filter, p): (&bocpd_core::AnyDetector, &f64)| p * filter.model_probabilities()[k];
            each.iter().zip(&hazards).map(of).sum()
        })
        .collect();
    assert_all_close("models", &detector.model_probabilities(), &want, 1e-12);
}

/// What is learned from simulated streams is what they were made with; and once more where
/// that changes in the middle.
#[test]
fn the_hazard_of_a_stream_is_recovered() {
    let means = [10.0, 30.0, 100.0, 300.0];
    for (position, mean) in means.iter().enumerate() {
        let mut config = config(&means);
        config["pruning"] = json!({});
        let mut detector = common::build(&config);
        let mut random = Random::new(position as u64);
        for x in series(&mut random, 4000, 1.0 / mean) {
            detector.update(&[x]).unwrap();
        }
        let p = detector.hazard_probabilities();
        assert!(p[position] > 0.9, "{mean}: {p:?}");
        if position == 0 {
            for x in series(&mut random, 6000, 1.0 / 300.0) {
                detector.update(&[x]).unwrap();
            }
            let p = detector.hazard_probabilities();
            assert!(p[2] + p[3] > 0.99, "{p:?}");
        }
    }
}

/// A grid of one is a constant hazard, to the last bit.
#[test]
fn a_grid_of_one_is_constant() {
    let (grid, mut constant) = (config(&[30.0]), config(&[]));
    constant["hazard"] = json!({"constant": {"mean_run_length": 30.0}});
    let (mut one, mut other) = (common::build(&grid), common::build(&constant));
    for x in series(&mut Random::new(5), 100, 0.05) {
        assert_eq!(one.update(&[x]).unwrap(), other.update(&[x]).unwrap());
    }
    assert_eq!(one.hazard_probabilities(), [1.0]);
}

#[test]
fn snapshots_hold_all_hazards() {
    let mut config = config(&MEANS);
    config["pruning"] = json!({});
    config["history"] = json!({"lag": 20});
    config["min_segment"] = json!(2);
    let mut detector = common::build(&config);
    let mut restored = Vec::new();
    for (t, x) in series(&mut Random::new(6), 900, 0.05)
        .into_iter()
        .enumerate()
    {
        if [0, 1, 127, 128, 400, 769].contains(&t) {
            restored.push(restore(&detector.snapshot()).unwrap());
        }
        detector.update_after(1.0, &[x]).unwrap();
        for other in &mut restored {
            other.update_after(1.0, &[x]).unwrap();
        }
    }
    let bytes = detector.snapshot();
    assert!(restored.iter().all(|other| other.snapshot() == bytes));
    let p = detector.hazard_probabilities();
    assert_close("sum", p.iter().sum(), 1.0, 1e-12);
    detector.reset();
    assert_eq!(detector.snapshot(), common::build(&config).snapshot());
}

#[test]
fn detect_says_how_probable_each_hazard_is() {
    let grid: Config = serde_json::from_value(config(&MEANS)).unwrap();
    let xs = series(&mut Random::new(7), 300, 1.0 / 15.0);
    let found = detect(&xs, Some(&grid), 0.9).unwrap();
    assert!(found.hazard_probabilities[1] > 0.5);
    let words = bocpd_core::defaults::hazards_in_words(&grid.hazard, &found.hazard_probabilities);
    let words = words.unwrap();
    assert!(
        words.starts_with("segments last 15 (probability 1.00)"),
        "{words}"
    );
    // The changes are those under the most probable hazard.
    let mut alone = config(&[]);
    alone["hazard"] = json!({"constant": {"mean_run_length": 15.0}});
    let alone: Config = serde_json::from_value(alone).unwrap();
    let under = detect(&xs, Some(&alone), 0.9).unwrap();
    assert_eq!(found.changes, under.changes);
    assert!(under.hazard_probabilities.is_empty());
    assert_eq!(
        bocpd_core::defaults::hazards_in_words(&alone.hazard, &[1.0]),
        None
    );
}

#[test]
fn what_needs_one_hazard_says_so() {
    let grid: Config = serde_json::from_value(config(&MEANS)).unwrap();
    let xs = [0.1, 0.2, 5.0, 5.1];
    let error = fit(&[&xs[..]], &grid, Options::default()).unwrap_err();
    assert!(error.to_string().contains("such as constant"), "{error}");
    let error = bocpd_core::segmentations(&xs, &grid, 2).unwrap_err();
    assert!(error.to_string().contains("such as constant"), "{error}");
    for (means, what) in [
        (
            vec![],
            "length of mean_run_lengths must be at least 1, got 0",
        ),
        (vec![5.0, 1.0], "mean_run_lengths"),
        (
            vec![5.0; 33],
            "length of mean_run_lengths must lie in 1..=32, got 33",
        ),
    ] {
        let config: Config = serde_json::from_value(config(&means)).unwrap();
        let error = config.check().unwrap_err().to_string();
        assert!(error.contains(what), "{error}");
        assert_eq!(config.build().map(drop).unwrap_err().to_string(), error);
    }
    let mut many = config(&[5.0; 32]);
    let model = many["model"].clone();
    many["alternatives"] = json!(vec![json!({"model": model}); 8]);
    let many: Config = serde_json::from_value(many).unwrap();
    let error = many.build().map(drop).unwrap_err().to_string();
    assert!(error.contains("288") && error.contains("256"), "{error}");
    assert_eq!(many.check().unwrap_err().to_string(), error);
}
