//! A configuration for a stream of which the first observations are known.

use alloc::string::String;
use alloc::vec::Vec;

use libm::fabs;

use super::kind::Numbers;
use super::scale::Scale;
use super::structures::Structure;
use super::{Given, numbers};
use crate::config::{Alternative, Config, HazardConfig, ModelConfig};
use crate::defaults::{Kind, STREAM_MEAN_RUN_LENGTH, model_for};
use crate::error::ParameterError;
use crate::observation::Rows;
use crate::pruning::Pruning;

/// A configuration for a stream that begins with these observations, of which nothing else is
/// said; NaN is a missing observation here.
///
/// What the numbers are (yes or no, counts, real numbers) follows from them. Of real numbers
/// they also give the scale; the structure of the noise is then an unknown constant of the
/// stream: white, AR(1), a level that drifts, or a variance that wanders, as [alternatives](Config::alternatives) whose
/// filters go side by side. The level of a segment has a prior with heavy tails, so that no
/// jump, however large, makes the detector deaf to the changes after it.
///
/// Of observations of several numbers each number has the model of white noise, or of what else
/// it is.
///
/// Where all of the first observations are equal nothing is known of the noise. It is then taken
/// to be a thousandth of their value, or of 1 if that is 0.
///
/// # Errors
/// If what is given cannot be used.
pub fn config_for_stream<'a>(
    first: impl Into<Rows<'a>>,
    given: &Given,
) -> Result<Config, ParameterError> {
    let rows = first.into();
    let config = if rows.dimension == 1 {
        of_one_number(rows.values, given)
    } else {
        let columns = numbers::columns(rows)?;
        let each = columns.iter().map(|column| of_one_number(column, given));
        numbers::joined(each, given)?
    };
    config.check()?;
    Ok(config)
}

fn of_one_number(first: &[f64], given: &Given) -> Config {
    let hazard = given.hazard.clone().unwrap_or(HazardConfig::Constant {
        mean_run_length: STREAM_MEAN_RUN_LENGTH,
    });
    let config = match Numbers::of(first) {
        Numbers::YesNo => Config::new(model_for(Kind::Bernoulli, first), hazard),
        Numbers::Counts => Config::new(model_for(Kind::Poisson, first), hazard),
        Numbers::Real => of_real_numbers(first, hazard),
    };
    given.complete(config, Pruning::default())
}

fn of_real_numbers(first: &[f64], hazard: HazardConfig) -> Config {
    let scale = scale(first);
    let white = Structure::WHITE;
    let mut config = Config::new(white.model_of_stream(&scale), hazard);
    config.outliers = Some(Structure::outliers(&scale));
    let others = Structure::of_streams_beside_white();
    let alternatives = others.map(|one| Alternative {
        model: one.model_of_stream(&scale),
        weight: one.weight() / white.weight(),
    });
    config.alternatives = alternatives.collect();
    config
}

/// The standard deviation of levels is at least so many times that of the noise.
const LEVELS: f64 = 10.0;

/// The noise of equal values, relative to them.
const OF_EQUAL: f64 = 1e-3;

fn scale(first: &[f64]) -> Scale {
    let mut scale = Scale::of(first);
    let mut values = first.iter().copied().filter(|x| x.is_finite());
    if let Some(value) = values.next()
        && values.all(|other| other == value)
    {
        let size = if value == 0.0 { 1.0 } else { fabs(value) };
        scale.spread = size.clamp(1e-49, 1e49);
        scale.noise = OF_EQUAL * scale.spread;
    }
    scale.spread = scale.spread.max(LEVELS * scale.noise).min(1e49);
    scale
}

/// The structures that the noise of a stream may have, in words, with these probabilities: of the
/// [models](crate::AnyDetector::model_probabilities) of such a configuration, the most probable
/// first. A model that is none of the structures without a season goes by its name.
pub fn structures_of_stream(config: &Config, probabilities: &[f64]) -> Vec<(String, f64)> {
    let models = config.models().map(|(model, _)| in_words(model));
    let mut all: Vec<_> = models.zip(probabilities.iter().copied()).collect();
    all.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    all
}

fn in_words(model: &ModelConfig) -> String {
    match model {
        ModelConfig::StructuredGaussian {
            phi,
            drift,
            slope,
            slope_drift,
            period,
            ..
        } if *period == 0.0 => Structure::of_noise(*phi, *drift)
            .along_lines(*slope > 0.0, *slope_drift)
            .in_words(),
        ModelConfig::VolatileGaussian {
            phi,
            drift,
            slope,
            memory,
            ..
        } => Structure::of_noise(*phi, *drift)
            .along_lines(*slope > 0.0, 0.0)
            .that_remembers(*memory)
            .in_words(),
        other => other
            .spec()
            .map_or_else(|| "own".into(), |spec| spec.name.into()),
    }
}
