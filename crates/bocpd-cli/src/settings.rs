//! From options, a configuration file and data to a configuration of core.
//!
//! Parameters are set by the names of the fields of core's configuration, so a new model
//! needs a name in `args::ModelName`, its kind in `settings::defaults`, and options for those
//! of its parameters that no other model has.

mod defaults;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use bocpd_core::{AlarmPolicy, Config, Missing, Pruning};
use clap::ValueEnum;
use serde_json::{Map, Value, json};

use crate::args::{GivenPolicy, HazardName, ModelName, Parameter, SetupArgs};
use crate::exit::usage;
use crate::input::MissingPolicy;
use crate::output::readable;

/// What the defaults may be made from.
#[derive(Clone, Copy)]
pub(crate) enum Known<'a> {
    /// The whole series: its values, and how many observations there are with missing ones.
    Series {
        values: &'a [f64],
        observations: usize,
    },
    /// The first values of a stream.
    WarmUp { values: &'a [f64] },
    /// Nothing.
    Nothing,
}

/// What was said on the command line and in the configuration file.
pub(crate) struct Settings {
    file: Option<Config>,
    model: Option<ModelName>,
    model_parameters: Vec<Parameter>,
    hazard: Option<HazardName>,
    hazard_parameters: Vec<Parameter>,
    pruning: Option<Pruning>,
    alarm: GivenPolicy,
    missing: Option<MissingPolicy>,
}

/// A part of the configuration while it is put together: its tag, and its fields, of which
/// some may not have a value yet.
struct Part {
    tag: String,
    fields: Vec<(String, Option<Value>)>,
}

impl Settings {
    /// Reads the configuration file, if there is one.
    ///
    /// # Errors
    /// The file cannot be read, or is no configuration.
    pub(crate) fn new(
        args: &SetupArgs,
        alarm: GivenPolicy,
        missing: Option<MissingPolicy>,
    ) -> Result<Self> {
        Ok(Self {
            file: args.config.as_deref().map(read_config).transpose()?,
            model: args.model.model,
            model_parameters: args.model.parameters(),
            hazard: args.hazard.hazard,
            hazard_parameters: args.hazard.parameters(),
            pruning: args.pruning.given(),
            alarm,
            missing,
        })
    }

    /// What to do about missing values.
    pub(crate) fn missing(&self) -> MissingPolicy {
        self.missing
            .unwrap_or(match self.file.as_ref().map(|config| config.missing) {
                Some(Missing::Skip) => MissingPolicy::Skip,
                _ => MissingPolicy::Error,
            })
    }

    /// When a change is an alarm; never, if nothing was said.
    fn alarm(&self) -> Option<AlarmPolicy> {
        let file = self.file.as_ref();
        self.alarm.over(file.and_then(|config| config.alarm))
    }

    /// The configuration, and what had to be assumed for it.
    ///
    /// # Errors
    /// Options that do not go together, or parameters that nothing is known about.
    pub(crate) fn resolve(&self, known: Known) -> Result<(Config, Vec<String>)> {
        let mut assumed = Vec::new();
        let model = self.model_part(known);
        let model = finish(model, &self.model_parameters, "--model", &mut assumed)?;
        let hazard = self.hazard_part(known);
        let hazard = finish(hazard, &self.hazard_parameters, "--hazard", &mut assumed)?;
        // What there are no options for stays as in the file, or as core has it.
        let mut config = json!(self.file);
        if config.is_null() {
            config = json!({});
        }
        config["model"] = model;
        config["hazard"] = hazard;
        config["pruning"] = json!(self.pruning_part(known, &mut assumed));
        config["alarm"] = json!(self.alarm());
        config["missing"] = json!(match self.missing() {
            MissingPolicy::Error => Missing::Error,
            MissingPolicy::Skip => Missing::Skip,
        });
        let config = serde_json::from_value(config).map_err(|error| usage(error.to_string()))?;
        Ok((config, assumed))
    }

    /// All of it as data, to be compared with what a state was made with.
    pub(crate) fn fingerprint(&self) -> Value {
        let name = |value: Option<String>| value.map_or(Value::Null, Value::from);
        let mut all = Map::from_iter([
            ("--config".to_owned(), json!(self.file)),
            ("--model".to_owned(), name(self.model.as_ref().map(tag))),
            ("--hazard".to_owned(), name(self.hazard.as_ref().map(tag))),
            ("pruning".to_owned(), json!(self.pruning)),
            (
                "--missing".to_owned(),
                json!(format!("{:?}", self.missing())),
            ),
        ]);
        if let Some(policy) = self.alarm() {
            all.insert("--alarm".to_owned(), json!(policy));
        }
        for parameter in self.model_parameters.iter().chain(&self.hazard_parameters) {
            if let Some(value) = &parameter.value {
                all.insert(parameter.option.to_owned(), value.clone());
            }
        }
        all.into()
    }

    fn model_part(&self, known: Known) -> (Part, bool) {
        match (&self.file, self.model) {
            (Some(file), None) => (Part::of(&json!(file.model)), false),
            (_, name) => {
                let name = name.unwrap_or(ModelName::Gaussian);
                (defaults::model(name, known, &self.model_parameters), true)
            }
        }
    }

    fn hazard_part(&self, known: Known) -> (Part, bool) {
        match (&self.file, self.hazard) {
            (Some(file), None) => (Part::of(&json!(file.hazard)), false),
            (_, name) => {
                let name = name.unwrap_or(HazardName::Constant);
                (defaults::hazard(name, known), true)
            }
        }
    }

    fn pruning_part(&self, known: Known, assumed: &mut Vec<String>) -> Pruning {
        match (self.pruning, &self.file) {
            (Some(pruning), _) => pruning,
            (None, Some(file)) => file.pruning,
            (None, None) => {
                let pruning = defaults::pruning(known);
                assumed.push(describe(&pruning));
                pruning
            }
        }
    }
}

impl Part {
    /// From an externally tagged value: `{"tag": {"field": value, ...}}`, or `"tag"` where
    /// there are no fields.
    fn of(tagged: &Value) -> Self {
        let entry = tagged.as_object().and_then(|object| object.iter().next());
        let (tag, fields) = match entry {
            Some((tag, fields)) => (tag.as_str(), fields.as_object()),
            None => (tagged.as_str().unwrap_or_default(), None),
        };
        let fields = fields.into_iter().flatten();
        Self {
            tag: tag.to_owned(),
            fields: fields
                .map(|(field, value)| (field.clone(), Some(value.clone())))
                .collect(),
        }
    }
}

/// Puts the given parameters in. Says what was assumed where the part was made from
/// defaults.
fn finish(
    (part, from_defaults): (Part, bool),
    parameters: &[Parameter],
    option: &str,
    assumed: &mut Vec<String>,
) -> Result<Value> {
    let Part { tag, mut fields } = part;
    let name = tag.replace('_', "-");
    let mut untouched: Vec<_> = fields.iter().map(|(field, _)| field.clone()).collect();
    for parameter in parameters {
        let Some(given) = &parameter.value else {
            continue;
        };
        let Some((field, value)) = fields
            .iter_mut()
            .find(|(field, _)| field == parameter.field)
        else {
            bail!(usage(format!(
                "{} is not a parameter of {option} {name}",
                parameter.option
            )));
        };
        *value = Some(fit(given, value.as_ref()));
        untouched.retain(|other| other != field);
    }
    let unknown = |parameter: &&Parameter| {
        let value_of =
            |(field, value): &(String, Option<Value>)| field == parameter.field && value.is_none();
        fields.iter().any(value_of)
    };
    let missing: Vec<_> = parameters
        .iter()
        .filter(unknown)
        .map(|p| p.option)
        .collect();
    if !missing.is_empty() {
        bail!(usage(format!(
            "{option} {name} needs {}",
            missing.join(", ")
        )));
    }
    let mut assumptions = Vec::new();
    let mut object = Map::new();
    for (field, value) in fields {
        let value = value.unwrap_or_default();
        if untouched.contains(&field) && !value.is_null() {
            assumptions.push(format!("{field} {}", plain(&value)));
        }
        object.insert(field, value);
    }
    if from_defaults && !assumptions.is_empty() {
        assumed.push(format!(
            "{} {name} with {}",
            &option[2..],
            assumptions.join(", ")
        ));
    }
    Ok(if object.is_empty() {
        tag.into()
    } else {
        json!({ tag: object })
    })
}

/// A value for people.
fn plain(value: &Value) -> String {
    match value {
        Value::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join(","),
        _ => value.as_f64().map_or_else(|| value.to_string(), readable),
    }
}

/// A single number as a list of one where a list was there before.
fn fit(new: &Value, old: Option<&Value>) -> Value {
    match old {
        Some(Value::Array(_)) if !new.is_array() => json!([new]),
        _ => new.clone(),
    }
}

/// The tag by which the configuration calls a model or hazard.
fn tag(name: &impl ValueEnum) -> String {
    let value = name.to_possible_value().expect("no variant is hidden");
    value.get_name().replace('-', "_")
}

fn describe(pruning: &Pruning) -> String {
    let mut limits = Vec::new();
    if let Some(k) = pruning.max_hypotheses {
        limits.push(format!("at most {k} hypotheses"));
    }
    if let Some(weight) = pruning.min_weight {
        limits.push(format!("none under {weight:e}"));
    }
    if limits.is_empty() {
        "no pruning".to_owned()
    } else {
        format!("pruning to {}", limits.join(", "))
    }
}

fn read_config(path: &Path) -> Result<Config> {
    let name = path.display();
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {name}"))?;
    serde_json::from_str(&text).map_err(|error| anyhow!("{name}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_back_as_they_were() {
        for part in [json!("own"), json!({"constant": {"mean_run_length": 9.0}})] {
            let back = finish((Part::of(&part), false), &[], "--hazard", &mut Vec::new());
            assert_eq!(back.unwrap(), part);
        }
    }
}
