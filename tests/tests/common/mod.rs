//! The core, driven from the same JSON as the oracles.

// Every test binary uses a part of this.
#![allow(dead_code)]

use bocpd_core::error::UpdateError;
use bocpd_core::observation::{Observation, SideInformation};
use bocpd_core::{AnyDetector, Config, Step};
use serde_json::{Value, json};

/// The detector of a configuration.
#[track_caller]
pub(crate) fn build(config: &Value) -> AnyDetector {
    parse(config)
        .build()
        .unwrap_or_else(|error| panic!("{error} in {config}"))
}

/// The configuration in a JSON value.
#[track_caller]
pub(crate) fn parse(config: &Value) -> Config {
    serde_json::from_value(config.clone()).unwrap_or_else(|error| panic!("{error} in {config}"))
}

/// A configuration with other pruning.
pub(crate) fn pruned(config: &Value, pruning: &Value) -> Value {
    let mut config = config.clone();
    config["pruning"] = pruning.clone();
    config
}

/// A hazard of zero: one segment holds everything, so that the detector's
/// predictive is the model's.
pub(crate) fn one_segment() -> Value {
    json!({"table": {"hazards": [0.0]}})
}

/// Observes `x`, or notes that it is missing.
pub(crate) fn try_feed(
    detector: &mut AnyDetector,
    elapsed: Option<f64>,
    x: Option<f64>,
) -> Result<Step, UpdateError> {
    match (elapsed, x) {
        (None, Some(x)) => detector.update(&[x]),
        (None, None) => detector.skip(),
        (Some(elapsed), Some(x)) => detector.update_after(elapsed, &[x]),
        (Some(elapsed), None) => detector.skip_after(elapsed),
    }
}

/// [`try_feed`] with features.
pub(crate) fn try_feed_with(
    detector: &mut AnyDetector,
    elapsed: Option<f64>,
    x: Option<f64>,
    features: &[f64],
) -> Result<Step, UpdateError> {
    try_feed_row(detector, elapsed, &[x], features)
}

/// The same with all numbers of an observation; where some are missing, NaN takes their place.
pub(crate) fn try_feed_row(
    detector: &mut AnyDetector,
    elapsed: Option<f64>,
    row: &[Option<f64>],
    features: &[f64],
) -> Result<Step, UpdateError> {
    if row.iter().all(Option::is_none) {
        return try_feed(detector, elapsed, None);
    }
    let side = SideInformation::of_features(features);
    let row: Vec<f64> = row.iter().map(|x| x.unwrap_or(f64::NAN)).collect();
    detector.update_with(Observation::with(&row[..], &side), elapsed)
}

/// [`try_feed`] on a regular grid, where it must work.
#[track_caller]
pub(crate) fn feed(detector: &mut AnyDetector, x: Option<f64>) -> Step {
    try_feed(detector, None, x).unwrap_or_else(|error| panic!("{error} for {x:?}"))
}

/// A detector that has seen `data`.
#[track_caller]
pub(crate) fn run(config: &Value, data: &[f64]) -> AnyDetector {
    let mut detector = build(config);
    for &x in data {
        feed(&mut detector, Some(x));
    }
    detector
}

/// P(the current segment starts at s) for s = 0..n, zeros included.
pub(crate) fn dense_posterior(detector: &AnyDetector) -> Vec<f64> {
    let n = usize::try_from(detector.observations()).expect("fits");
    let mut dense = vec![0.0; n];
    for (start, probability) in detector.run_length_posterior() {
        dense[usize::try_from(start).expect("fits")] += probability;
    }
    dense
}

/// Everything that can be read from a detector, bit for bit.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Readouts(Vec<u64>);

impl Readouts {
    pub(crate) fn of(detector: &AnyDetector) -> Self {
        let mut bits = vec![
            detector.observations(),
            detector.p_change_now().to_bits(),
            detector.p_recent_change(10).to_bits(),
            detector.map_run_length(),
            detector.map_probability().to_bits(),
            detector.mean_run_length().to_bits(),
            detector.ln_predictive().to_bits(),
            detector.ln_evidence().to_bits(),
            detector.pruned_mass().to_bits(),
            detector.map_ln_joint().to_bits(),
            detector.live() as u64,
        ];
        bits.extend(detector.changepoints());
        bits.extend(detector.settled());
        for (start, probability) in detector.run_length_posterior() {
            bits.extend([start, probability.to_bits()]);
        }
        Self(bits)
    }
}
