//! Models, hazards and data for tests that run over all of them.
//!
//! Everything is named by its JSON, so that a test can build the same filter in
//! every front-end and in the oracle.

use serde_json::{Value, json};

use crate::random::Random;

/// A model and data for it.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The tag of the model.
    pub name: &'static str,
    /// Parameters drawn from moderate ranges.
    pub model: fn(&mut Random) -> Value,
    /// One observation from a segment at level 0, 1, 2, …; neighbouring levels
    /// are clearly apart.
    pub draw: fn(&mut Random, u64) -> f64,
    /// Whether the order of a segment's observations is without effect.
    pub exchangeable: bool,
}

/// Every model.
pub const MODELS: [Entry; 7] = [
    Entry {
        name: "gaussian",
        model: |r| json!({"gaussian": normal_prior(r)}),
        draw: real,
        exchangeable: true,
    },
    Entry {
        name: "student_t",
        model: |r| {
            let mut parameters = normal_prior(r);
            parameters["nu"] = json!(r.between(1.5, 12.0));
            json!({"student_t": parameters})
        },
        draw: real,
        exchangeable: false,
    },
    Entry {
        name: "student_t_grid",
        model: |r| {
            let mut parameters = normal_prior(r);
            parameters["nu"] = json!([2.0, r.between(3.0, 9.0), 30.0]);
            parameters["nu_prior"] = json!([r.uniform(), r.uniform(), r.uniform()]);
            json!({"student_t_grid": parameters})
        },
        draw: real,
        exchangeable: false,
    },
    Entry {
        name: "poisson",
        model: |r| {
            json!({"poisson":
                {"shape": r.between(0.3, 4.0), "rate": r.between(0.1, 1.5)}})
        },
        draw: |r, level| r.poisson(1.5 + 6.0 * level as f64),
        exchangeable: true,
    },
    Entry {
        name: "bernoulli",
        model: |r| json!({"bernoulli": {"a": r.between(0.3, 3.0), "b": r.between(0.3, 3.0)}}),
        draw: |r, level| r.bernoulli(if level.is_multiple_of(2) { 0.15 } else { 0.85 }),
        exchangeable: true,
    },
    Entry {
        name: "binomial",
        model: |r| {
            json!({"binomial":
                {"a": r.between(0.3, 3.0), "b": r.between(0.3, 3.0), "trials": TRIALS}})
        },
        draw: |r, level| r.binomial(TRIALS, 0.1 + 0.25 * (level % 4) as f64),
        exchangeable: true,
    },
    Entry {
        name: "gamma",
        model: |r| {
            json!({"gamma":
                {"shape": r.between(0.5, 4.0), "rate": r.between(0.5, 4.0),
                 "known_shape": r.between(0.5, 4.0)}})
        },
        draw: |r, level| (r.exponential(1.0) + r.exponential(1.0)) * 5.0f64.powf(level as f64),
        exchangeable: true,
    },
];

const TRIALS: u64 = 12;

fn real(random: &mut Random, level: u64) -> f64 {
    5.0 * level as f64 + random.normal()
}

fn normal_prior(random: &mut Random) -> Value {
    json!({
        "mean": random.normal(),
        "kappa": random.between(0.1, 2.0),
        "alpha": random.between(0.5, 3.0),
        "beta": random.between(0.3, 3.0),
    })
}

/// Every hazard, at segment lengths around `length`.
#[must_use]
pub fn hazards(length: f64) -> Vec<Value> {
    vec![
        json!({"constant": {"mean_run_length": length}}),
        json!({"rate": {"per_unit_time": 1.0 / length}}),
        json!({"weibull": {"shape": 2.0, "scale": length}}),
        json!({"log_logistic": {"shape": 1.5, "scale": length}}),
        json!({"negative_binomial": {"k": 2, "p": 2.0 / length}}),
        json!({"table": {"hazards": [0.5 / length, 2.0 / length, 0.0, 1.0 / length]}}),
    ]
}

/// A configuration without pruning; NaN is an error.
#[must_use]
pub fn config(model: &Value, hazard: &Value) -> Value {
    json!({
        "model": model,
        "hazard": hazard,
        "pruning": {"max_hypotheses": null, "min_weight": null, "max_run_length": null},
        "missing": "error",
    })
}

impl Entry {
    /// A series of segments, `(length, level)` each.
    #[must_use]
    pub fn series(&self, seed: u64, segments: &[(usize, u64)]) -> Vec<f64> {
        let mut random = Random::new(seed);
        let levels = segments.iter();
        let levels = levels.flat_map(|&(length, level)| std::iter::repeat_n(level, length));
        levels
            .map(|level| (self.draw)(&mut random, level))
            .collect()
    }
}
