//! What is taken where nothing is said. For real numbers that is core's to decide; here
//! stands which model has which parameters, and what suits counts and rates.

use bocpd_core::Pruning;
use bocpd_core::defaults::config_for;
use serde_json::{Value, json};

use super::{Known, Part};
use crate::args::{HazardName, ModelName, Parameter};

/// Up to this length a whole series is filtered exactly: seconds of work, and memory for all
/// that was believed on the way.
const EXACT_UP_TO: usize = 4_000;
/// Mean run length of a stream, whose length nobody knows.
const STREAM_MEAN_RUN_LENGTH: f64 = 250.0;
/// Degrees of freedom that stand for heavy tails, and for none.
const NU: f64 = 4.0;
const NU_GRID: [f64; 5] = [2.0, 4.0, 8.0, 16.0, 64.0];

type Fields = Vec<(&'static str, Option<Value>)>;

/// The model for a series that nothing is said about.
pub(super) fn unnamed_model(known: Known) -> Part {
    match values(known) {
        Some(values) => Part::of(&json!(config_for(values).model)),
        None => Part::new("gaussian".to_owned(), level(known)),
    }
}

/// The parameters of a model; `None` for what must be told.
pub(super) fn model(name: ModelName, known: Known, parameters: &[Parameter]) -> Fields {
    match name {
        ModelName::Gaussian => level(known),
        ModelName::StudentT => with(level(known), &[("nu", json!(NU))]),
        ModelName::StudentTGrid => {
            let grid = [("nu", json!(NU_GRID)), ("nu_prior", Value::Null)];
            with(level(known), &grid)
        }
        ModelName::Poisson => {
            let rate = mean(known).map(|mean| json!(1.0 / mean));
            vec![("shape", Some(json!(1.0))), ("rate", rate)]
        }
        ModelName::Gamma => {
            // As much as one observation at the mean would say.
            let given = parameters.iter().find(|p| p.field == "known_shape");
            let known_shape = given.and_then(|p| p.value.clone()).unwrap_or(json!(1.0));
            let rate = mean(known).map(Value::from);
            vec![
                ("shape", Some(known_shape.clone())),
                ("rate", rate),
                ("known_shape", Some(known_shape)),
            ]
        }
        ModelName::Bernoulli => vec![("a", Some(json!(1.0))), ("b", Some(json!(1.0)))],
        ModelName::Binomial => {
            vec![
                ("a", Some(json!(1.0))),
                ("b", Some(json!(1.0))),
                ("trials", None),
            ]
        }
    }
}

/// The parameters of a hazard; `None` for what must be told.
pub(super) fn hazard(name: HazardName, known: Known) -> Fields {
    let mean_run_length = match known {
        Known::Series { observations, .. } => observations.max(2) as f64,
        Known::WarmUp { .. } | Known::Nothing => STREAM_MEAN_RUN_LENGTH,
    };
    match name {
        HazardName::Constant => vec![("mean_run_length", Some(json!(mean_run_length)))],
        HazardName::Rate => vec![("per_unit_time", None)],
        HazardName::Weibull | HazardName::LogLogistic => vec![("shape", None), ("scale", None)],
        HazardName::NegativeBinomial => vec![("k", None), ("p", None)],
        HazardName::Table => vec![("hazards", None)],
    }
}

/// Exact for a series that allows it; bounded otherwise.
pub(super) fn pruning(known: Known) -> Pruning {
    match known {
        Known::Series { observations, .. } if observations <= EXACT_UP_TO => Pruning::exact(),
        _ => Pruning::default(),
    }
}

fn values(known: Known<'_>) -> Option<&[f64]> {
    match known {
        Known::Series { values, .. } | Known::WarmUp { values } => Some(values),
        Known::Nothing => None,
    }
}

/// The prior of a level and a variance, as core has it for a series of real numbers.
fn level(known: Known) -> Fields {
    let names = ["mean", "kappa", "alpha", "beta"];
    if let Some(values) = values(known) {
        let model = json!(config_for(values).model);
        let fields = model.as_object().and_then(|model| model.values().next());
        names
            .map(|name| (name, fields.and_then(|fields| fields.get(name)).cloned()))
            .to_vec()
    } else {
        vec![
            ("mean", None),
            ("kappa", Some(json!(1.0))),
            ("alpha", Some(json!(1.0))),
            ("beta", None),
        ]
    }
}

fn with(mut fields: Fields, more: &[(&'static str, Value)]) -> Fields {
    fields.extend(
        more.iter()
            .map(|(name, value)| (*name, Some(value.clone()))),
    );
    fields
}

/// The mean of values that a rate can have; 1 where there is none.
fn mean(known: Known) -> Option<f64> {
    let values = values(known)?;
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    Some(if mean > 0.0 && mean.is_finite() {
        mean
    } else {
        1.0
    })
}
