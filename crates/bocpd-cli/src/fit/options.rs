//! A configuration as options, and parameters by their options.

use anyhow::Result;
use bocpd_core::fit::{Fitted, Part};
use bocpd_core::list::{HazardSpec, ModelSpec};
use bocpd_core::parameter::{ParameterSpec, ParameterValue};
use bocpd_core::{Config, Pruning};

use crate::args::family::Family;
use crate::exit::usage;

/// The option of a parameter.
pub(super) fn option(of: &Fitted) -> String {
    match of.part {
        Part::Model => format!("--{}", ModelSpec::option(of.name).0),
        Part::Hazard => format!("--{}", HazardSpec::option(of.name).0),
        _ => format!("--{}", of.name.replace('_', "-")),
    }
}

/// What core calls the parameters whose options are named, with or without dashes.
///
/// # Errors
/// The configuration has no such parameter; the message has those that there are.
pub(super) fn names(options: &[String], config: &Config) -> Result<Vec<String>> {
    let mut known = Vec::new();
    let parameters = config.model.spec().map_or(&[][..], |spec| spec.parameters);
    for ParameterSpec { name, .. } in parameters {
        known.push((
            ModelSpec::option(name).0.into_owned(),
            format!("model.{name}"),
        ));
    }
    let parameters = config.hazard.spec().map_or(&[][..], |spec| spec.parameters);
    for ParameterSpec { name, .. } in parameters {
        known.push((
            HazardSpec::option(name).0.into_owned(),
            format!("hazard.{name}"),
        ));
    }
    for name in ["outliers", "outlier_centre", "outlier_scale"] {
        if config.outliers.is_some() {
            known.push((name.replace('_', "-"), format!("outliers.{name}")));
        }
    }
    let named = |option: &String| {
        let word = option.trim_start_matches('-').replace('_', "-");
        let found = known.iter().find(|(option, _)| *option == word);
        found.map(|(_, name)| name.clone()).ok_or_else(|| {
            let known: Vec<_> = known.iter().map(|(option, _)| option.as_str()).collect();
            usage(format!(
                "--fixed and --free take options of what is fitted ({}), got {option:?}",
                known.join(", ")
            ))
        })
    };
    options.iter().map(named).collect()
}

/// Model, hazard, outliers, preferences and pruning as options, all numbers with all their digits.
pub(super) fn line(config: &Config) -> String {
    let mut words = Vec::new();
    family::<ModelSpec>(&config.model, &mut words);
    family::<HazardSpec>(&config.hazard, &mut words);
    if let Some(outliers) = &config.outliers {
        let all = [
            ("outliers", Some(outliers.probability)),
            ("outlier-centre", outliers.centre),
            ("outlier-scale", outliers.scale),
        ];
        for (option, value) in all {
            words.extend(value.map(|value| format!("--{option} {}", number(value))));
        }
    }
    preferences(config, &mut words);
    pruning(&config.pruning, &mut words);
    words.join(" ")
}

fn family<F: Family>(config: &F::Config, words: &mut Vec<String>) {
    let Some(entry) = F::of(config) else {
        return;
    };
    words.push(format!("--{} {}", F::OPTION, entry.word()));
    for (parameter, value) in entry.parameters().iter().zip(F::values(config)) {
        // What follows from other options is said by them.
        if let (Some(value), false) = (value, F::follows(parameter.name)) {
            let value = match value {
                ParameterValue::Number(value) => number(value),
                ParameterValue::Whole(value) => value.to_string(),
                ParameterValue::List(list) => {
                    list.into_iter().map(number).collect::<Vec<_>>().join(",")
                }
            };
            words.push(format!("--{} {value}", F::option(parameter.name).0));
        }
    }
}

/// Which changes are wanted, where that is not as usual.
fn preferences(config: &Config, words: &mut Vec<String>) {
    if config.resolution != 1.0 {
        words.push(format!("--resolution {}", number(config.resolution)));
    }
    if config.min_segment != 1 {
        words.push(format!("--min-segment {}", config.min_segment));
    }
    if config.sensitivity != 1.0 {
        words.push(format!("--sensitivity {}", number(config.sensitivity)));
    }
}

fn pruning(pruning: &Pruning, words: &mut Vec<String>) {
    if *pruning == Pruning::exact() {
        words.push("--exact".to_owned());
        return;
    }
    words.extend(
        pruning
            .max_hypotheses
            .map(|k| format!("--max-hypotheses {k}")),
    );
    words.extend(
        pruning
            .min_weight
            .map(|weight| format!("--min-weight {}", number(weight))),
    );
    words.extend(
        pruning
            .max_run_length
            .map(|length| format!("--max-run-length {length}")),
    );
}

/// The shortest form that is read as the same number.
fn number(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-5..1e15).contains(&size) {
        format!("{value:e}")
    } else {
        value.to_string()
    }
}
