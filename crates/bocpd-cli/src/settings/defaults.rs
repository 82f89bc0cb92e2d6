//! What is taken where nothing is said: core decides, and here stands which of its
//! parameters it can only know from data.

use bocpd_core::defaults::{self, Kind, STREAM_MEAN_RUN_LENGTH};
use bocpd_core::{HazardConfig, Pruning};
use serde_json::{Value, json};

use super::{Known, Part};
use crate::args::{HazardName, ModelName, Parameter};

/// The parameters that have no default without data: where, and how large, things are.
const FROM_DATA: [&str; 3] = ["mean", "beta", "rate"];

/// The model; its parameters are without a value where they must be told.
pub(super) fn model(name: ModelName, known: Known, parameters: &[Parameter]) -> Part {
    let given = |field: &str| {
        let parameter = parameters.iter().find(|p| p.field == field);
        parameter.and_then(|p| p.value.as_ref())
    };
    let trials = given("trials").and_then(Value::as_u64);
    let kind = match name {
        ModelName::Gaussian => Kind::Gaussian,
        ModelName::StudentT => Kind::StudentT,
        ModelName::StudentTGrid => Kind::StudentTGrid,
        ModelName::Poisson => Kind::Poisson,
        ModelName::Bernoulli => Kind::Bernoulli,
        ModelName::Binomial => Kind::Binomial {
            trials: trials.unwrap_or(1),
        },
        ModelName::Gamma => Kind::Gamma {
            known_shape: given("known_shape").and_then(Value::as_f64).unwrap_or(1.0),
        },
    };
    let values = match known {
        Known::Series { values, .. } | Known::WarmUp { values } => Some(values),
        Known::Nothing => None,
    };
    let mut part = Part::of(&json!(defaults::model_for(
        kind,
        values.unwrap_or_default()
    )));
    for (field, value) in &mut part.fields {
        let unknown = values.is_none() && FROM_DATA.contains(&field.as_str());
        if unknown || (field == "trials" && trials.is_none()) {
            *value = None;
        }
    }
    part
}

/// The hazard; only the constant one has a default.
pub(super) fn hazard(name: HazardName, known: Known) -> Part {
    let untold: &[&str] = match name {
        HazardName::Constant => return Part::of(&json!(constant(known))),
        HazardName::Rate => &["per_unit_time"],
        HazardName::Weibull | HazardName::LogLogistic => &["shape", "scale"],
        HazardName::NegativeBinomial => &["k", "p"],
        HazardName::Table => &["hazards"],
    };
    Part {
        tag: super::tag(&name),
        fields: untold
            .iter()
            .map(|field| ((*field).to_owned(), None))
            .collect(),
    }
}

fn constant(known: Known) -> HazardConfig {
    match known {
        Known::Series { observations, .. } => defaults::hazard_for(observations),
        Known::WarmUp { .. } | Known::Nothing => HazardConfig::Constant {
            mean_run_length: STREAM_MEAN_RUN_LENGTH,
        },
    }
}

/// Exact for a series that allows it; bounded otherwise.
pub(super) fn pruning(known: Known) -> Pruning {
    match known {
        Known::Series { observations, .. } => defaults::pruning_for(observations),
        Known::WarmUp { .. } | Known::Nothing => Pruning::default(),
    }
}
