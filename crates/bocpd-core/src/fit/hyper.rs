//! The parameters of a configuration, and which of them move.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::climb::Axis;
use super::error::FitError;
use super::scale::Scale;
use super::{Fitted, Options, Outcome, Part};
use crate::config::{Config, ModelConfig};
use crate::error::ParameterError;
use crate::list::Observes;
use crate::observation::Rows;
use crate::parameter::{Limits, ParameterKind, ParameterSpec, ParameterValue};
use crate::robust::robust_scale;

/// A parameter that is a number.
#[derive(Clone, Debug)]
pub(super) struct Hyper {
    pub(super) part: Part,
    /// Which parameter of the part.
    at: usize,
    pub(super) name: &'static str,
    limits: Limits,
    /// As the configuration has it.
    pub(super) value: f64,
    pub(super) scale: Scale,
    /// Whether it moves.
    pub(super) moves: bool,
}

impl Hyper {
    /// Where it moves.
    pub(super) fn axis(&self, observations: u64) -> Axis {
        let (mut low, mut high) = self.scale.range(self.value, &self.limits);
        let start = self.scale.z(self.value);
        // Of a segment that is longer than all that was seen nothing is known.
        let longest = 10.0 * observations as f64;
        match (self.part, self.name) {
            (Part::Hazard, "mean_run_length" | "scale") => {
                high = high.min(self.scale.z(longest)).max(start);
            }
            (Part::Hazard, "per_unit_time" | "p") => {
                low = low.max(self.scale.z(1.0 / longest)).min(start);
            }
            _ => {}
        }
        Axis {
            start,
            low,
            high,
            far: self.scale.far(),
        }
    }

    /// Its value at z: the very one that was given at the start.
    pub(super) fn at(&self, z: f64) -> f64 {
        if z == self.scale.z(self.value) {
            return self.value;
        }
        self.scale.x(z)
    }

    /// What there is to say of it where it stays.
    pub(super) fn unmoved(&self) -> Fitted {
        Fitted {
            part: self.part,
            name: self.name,
            before: self.value,
            value: self.value,
            error: None,
            outcome: Outcome::Fixed,
        }
    }

    /// Its name with that of its part.
    fn whole_name(&self) -> String {
        format!("{}.{}", self.part.name(), self.name)
    }

    /// Whether a name in the options means it.
    fn is_called(&self, name: &str) -> bool {
        name == self.name || name == self.whole_name()
    }
}

/// All parameters that are numbers; those that move are known by the options.
pub(super) fn all(
    config: &Config,
    series: &[Rows<'_>],
    options: Options<'_>,
) -> Result<Vec<Hyper>, FitError> {
    let spread = spread(&config.model, series);
    let mut all = Vec::new();
    if let Some(spec) = config.model.spec() {
        add(
            &mut all,
            Part::Model,
            spec.parameters,
            &config.model.values(),
            spread,
        );
    }
    if let Some(spec) = config.hazard.spec() {
        add(
            &mut all,
            Part::Hazard,
            spec.parameters,
            &config.hazard.values(),
            spread,
        );
    }
    if let Some(outliers) = &config.outliers {
        for (at, (name, limits, value)) in outliers.numbers().into_iter().enumerate() {
            all.extend(value.map(|value| Hyper {
                part: Part::Outliers,
                at,
                name,
                limits,
                value,
                scale: Scale::of(&limits, spread),
                moves: false,
            }));
        }
    }
    for name in options.free {
        let hyper = one(&mut all, name)?;
        if hyper.scale == Scale::Size && hyper.value == 0.0 {
            return Err(FitError::Name {
                name: (*name).to_owned(),
                must: "not be 0 where it is to be fitted: it moves by factors",
                known: Vec::new(),
            });
        }
        hyper.moves = true;
    }
    for name in options.fixed {
        if options.free.contains(name) {
            return Err(FitError::Name {
                name: (*name).to_owned(),
                must: "be either fixed or free",
                known: Vec::new(),
            });
        }
        one(&mut all, name)?.moves = false;
    }
    Ok(all)
}

/// The parameter that a name means.
fn one<'a>(all: &'a mut [Hyper], name: &str) -> Result<&'a mut Hyper, FitError> {
    let called = |hyper: &&Hyper| hyper.is_called(name);
    let error = |must, known| FitError::Name {
        name: name.to_owned(),
        must,
        known,
    };
    match all.iter().filter(called).count() {
        0 => {
            let known = all.iter().map(|hyper| hyper.name.to_owned()).collect();
            Err(error(
                "be a parameter of the configuration that is a number",
                known,
            ))
        }
        1 => Ok(all
            .iter_mut()
            .find(|hyper| hyper.is_called(name))
            .expect("there is one")),
        _ => {
            let known = all.iter().filter(called).map(Hyper::whole_name).collect();
            Err(error("say which of these is meant", known))
        }
    }
}

fn add(
    all: &mut Vec<Hyper>,
    part: Part,
    specs: &[ParameterSpec],
    values: &[Option<ParameterValue>],
    spread: f64,
) {
    for (at, (spec, value)) in specs.iter().zip(values).enumerate() {
        let (ParameterKind::Number, Some(ParameterValue::Number(value))) = (spec.kind, value)
        else {
            continue;
        };
        let scale = Scale::of(&spec.limits, spread);
        // A size of 0 is something that is off, and so is a correlation of 0. Periods have a
        // peak of the evidence at every other one.
        let off = *value == 0.0 && !matches!(scale, Scale::Line { .. });
        all.push(Hyper {
            part,
            at,
            name: spec.name,
            limits: spec.limits,
            value: *value,
            scale,
            moves: !spec.known && !off && spec.name != "period",
        });
    }
}

/// How far observations lie from each other, on the scale on which the model looks at them.
fn spread(model: &ModelConfig, series: &[Rows<'_>]) -> f64 {
    let values = series.iter().flat_map(|rows| rows.values);
    let logarithms = matches!(model.spec(), Some(spec) if spec.observes == Observes::Positive);
    let values: Vec<f64> = if logarithms {
        values.map(|&x| libm::log(x)).collect()
    } else {
        values.copied().collect()
    };
    robust_scale(&values).scale
}

/// The configuration where the parameters that move are at z.
pub(super) fn config_at(
    config: &Config,
    hypers: &[Hyper],
    z: &[f64],
) -> Result<Config, ParameterError> {
    let mut config = config.clone();
    let (mut model, mut hazard) = (config.model.values(), config.hazard.values());
    let moving = hypers.iter().filter(|hyper| hyper.moves);
    for (hyper, &z) in moving.zip(z) {
        let (at, value) = (hyper.at, hyper.at(z));
        match (hyper.part, &mut config.outliers) {
            (Part::Model, _) => model[at] = Some(ParameterValue::Number(value)),
            (Part::Hazard, _) => hazard[at] = Some(ParameterValue::Number(value)),
            (Part::Outliers, Some(outliers)) => outliers.set(at, value),
            (Part::Outliers, None) => {}
        }
    }
    if let Some(spec) = config.model.spec() {
        config.model = spec.with(&model, None)?;
    }
    if let Some(spec) = config.hazard.spec() {
        config.hazard = spec.with(&hazard)?;
    }
    config.check()?;
    Ok(config)
}
