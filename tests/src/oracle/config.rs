//! The oracle's own reading of a configuration.
//!
//! Configurations are the JSON that every front-end understands; this reads
//! the model and the hazard of one, and ignores pruning, because the oracles
//! never drop anything.

use serde_json::Value;

use super::outliers::{Among, Outliers, WithOutliers};
use super::per_segment::PerSegment;
use super::preferences::Preferences;
use super::product::Product;
use super::textbook::multivariate_gaussian::MultivariateGaussian;
use super::{Hazard, Segment, hazards, parameters, textbook};

/// The model and the hazard that a configuration names.
///
/// # Panics
/// When the configuration is not one.
#[must_use]
pub fn parse(config: &Value) -> (Box<dyn Segment>, Hazard) {
    let (name, _) = tagged(&config["model"]);
    let mut model = read(&config["model"]);
    if config["alternatives_per"] == "segment" {
        model = Box::new(per_segment(config));
    }
    let is_product = config["product"]
        .as_array()
        .is_some_and(|all| !all.is_empty());
    assert!(!is_product, "a product needs its rows: `product`");
    if !config["outliers"].is_null() {
        let outliers = super::parameters::<Outliers>(&config["outliers"]);
        let among = Among::of(name);
        model = Box::new(WithOutliers {
            inner: model,
            outliers,
            among,
        });
    }
    let hazard = read_hazard(config);
    Preferences::of(config).apply(model, hazard)
}

/// The model and the hazard of a configuration for observations of several numbers, which are
/// the positions of these rows.
///
/// # Panics
/// When the configuration is not one.
#[must_use]
pub fn product(config: &Value, rows: &[Vec<Option<f64>>]) -> (Product, Hazard) {
    let further = config["product"].as_array().into_iter().flatten();
    let models = core::iter::once(&config["model"]).chain(further);
    let product = Product {
        models: models.map(read).collect(),
        rows: rows.to_vec(),
    };
    (product, read_hazard(config))
}

/// The model of observations of several numbers, those as observations of one, and the hazard.
///
/// # Panics
/// As [`product`]; and where a number is missing of a model that has all of them together.
#[must_use]
pub fn several(
    config: &Value,
    rows: &[Vec<Option<f64>>],
) -> (Box<dyn Segment>, Vec<Option<f64>>, Hazard) {
    let (name, of) = tagged(&config["model"]);
    if name != "multivariate_gaussian" {
        let (model, hazard) = product(config, rows);
        let series = model.series();
        return (Box::new(model), series, hazard);
    }
    let mut model: MultivariateGaussian = parameters(of);
    let complete = |row: &Vec<Option<f64>>| row.iter().copied().collect();
    let complete: Option<_> = rows.iter().map(complete).collect();
    model.rows = complete.expect("rows without gaps");
    let series = model.series();
    (Box::new(model), series, read_hazard(config))
}

fn read_hazard(config: &Value) -> Hazard {
    let (name, parameters) = tagged(&config["hazard"]);
    let law = hazards::LAWS.iter().find(|law| law.name == name);
    let law = law.unwrap_or_else(|| panic!("no hazard '{name}'"));
    (law.read)(parameters)
}

/// The models that each segment of such a configuration may have.
#[must_use]
pub fn per_segment(config: &Value) -> PerSegment {
    let others = config["alternatives"].as_array().into_iter().flatten();
    let others = others.map(|one| (one["weight"].as_f64().unwrap_or(1.0), read(&one["model"])));
    let first = core::iter::once((1.0, read(&config["model"])));
    PerSegment::new(first.chain(others).collect())
}

/// One model.
fn read(tagged_model: &Value) -> Box<dyn Segment> {
    let (name, parameters) = tagged(tagged_model);
    let model = textbook::MODELS.iter().find(|entry| entry.name == name);
    let model = model.unwrap_or_else(|| panic!("no model '{name}'"));
    (model.read)(parameters)
}

/// The same with features, a row for each observation, for a model that takes some.
///
/// # Panics
/// As [`parse`].
#[must_use]
pub fn parse_with(config: &Value, features: Option<&[Vec<f64>]>) -> (Box<dyn Segment>, Hazard) {
    let mut config = config.clone();
    if let Some(features) = features {
        let name = tagged(&config["model"]).0.to_owned();
        config["model"][name]["observed_features"] = serde_json::json!(features);
    }
    parse(&config)
}

/// The tag and the parameters of `{"tag": {…}}`.
fn tagged(value: &Value) -> (&str, &Value) {
    let only = value.as_object().and_then(|object| object.iter().next());
    let (tag, parameters) = only.unwrap_or_else(|| panic!("{value} has no tag"));
    (tag, parameters)
}
