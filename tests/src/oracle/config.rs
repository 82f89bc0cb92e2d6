//! The oracle's own reading of a configuration.
//!
//! Configurations are the JSON that every front-end understands; this reads
//! the model and the hazard of one, and ignores pruning, because the oracles
//! never drop anything.

use serde::Deserialize;
use serde_json::Value;

use super::textbook::{Bernoulli, Binomial, Gamma, Gaussian, Poisson, StudentT, StudentTGrid};
use super::{Hazard, Segment, hazards};

#[derive(Deserialize)]
struct Config {
    model: Model,
    hazard: Law,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Model {
    Gaussian {
        mean: f64,
        kappa: f64,
        alpha: f64,
        beta: f64,
    },
    StudentT {
        mean: f64,
        kappa: f64,
        alpha: f64,
        beta: f64,
        nu: f64,
    },
    StudentTGrid {
        mean: f64,
        kappa: f64,
        alpha: f64,
        beta: f64,
        nu: Vec<f64>,
        nu_prior: Option<Vec<f64>>,
    },
    Poisson {
        shape: f64,
        rate: f64,
    },
    Bernoulli {
        a: f64,
        b: f64,
    },
    Binomial {
        a: f64,
        b: f64,
        trials: u64,
    },
    Gamma {
        shape: f64,
        rate: f64,
        known_shape: f64,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Law {
    Constant { mean_run_length: f64 },
    Rate { per_unit_time: f64 },
    Weibull { shape: f64, scale: f64 },
    LogLogistic { shape: f64, scale: f64 },
    NegativeBinomial { k: u64, p: f64 },
    Table { hazards: Vec<f64> },
}

/// The model and the hazard that a configuration names.
///
/// # Panics
/// When the configuration is not one.
#[must_use]
pub fn parse(config: &Value) -> (Box<dyn Segment>, Hazard) {
    let parsed = serde_json::from_value(config.clone());
    let Config { model, hazard } =
        parsed.unwrap_or_else(|error| panic!("{error} in the configuration {config}"));
    (model.build(), hazard.build())
}

impl Model {
    fn build(self) -> Box<dyn Segment> {
        let normal = |mean, kappa, alpha, beta| Gaussian {
            mean,
            kappa,
            alpha,
            beta,
        };
        match self {
            Self::Gaussian {
                mean,
                kappa,
                alpha,
                beta,
            } => Box::new(normal(mean, kappa, alpha, beta)),
            Self::StudentT {
                mean,
                kappa,
                alpha,
                beta,
                nu,
            } => Box::new(StudentT {
                prior: normal(mean, kappa, alpha, beta),
                nu,
                guard: 0.0,
            }),
            Self::StudentTGrid {
                mean,
                kappa,
                alpha,
                beta,
                nu,
                nu_prior,
            } => Box::new(StudentTGrid {
                prior: normal(mean, kappa, alpha, beta),
                weights: nu_prior.unwrap_or_else(|| vec![1.0; nu.len()]),
                nus: nu,
            }),
            Self::Poisson { shape, rate } => Box::new(Poisson { shape, rate }),
            Self::Bernoulli { a, b } => Box::new(Bernoulli { a, b }),
            Self::Binomial { a, b, trials } => Box::new(Binomial {
                a,
                b,
                trials: trials as f64,
            }),
            Self::Gamma {
                shape,
                rate,
                known_shape,
            } => Box::new(Gamma {
                shape,
                rate,
                known_shape,
            }),
        }
    }
}

impl Law {
    fn build(self) -> Hazard {
        match self {
            Self::Constant { mean_run_length } => hazards::constant(mean_run_length),
            Self::Rate { per_unit_time } => hazards::rate(per_unit_time),
            Self::Weibull { shape, scale } => hazards::weibull(shape, scale),
            Self::LogLogistic { shape, scale } => hazards::log_logistic(shape, scale),
            Self::NegativeBinomial { k, p } => hazards::negative_binomial(k, p),
            Self::Table { hazards: table } => hazards::table(table),
        }
    }
}
