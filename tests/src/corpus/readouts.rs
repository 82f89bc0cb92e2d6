//! What is expected of the questions beyond the filter, asked at the end of the data.

use serde::Deserialize;
use serde_json::Value;

/// The `readouts` of a case; null or absent means "anything".
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Readouts {
    /// The probability of credible sets and intervals.
    pub mass: f64,
    /// The alarm policy.
    pub alarm_policy: Value,
    /// P(a segment starts there | all), for each index.
    pub p_change_at: Vec<f64>,
    /// The expected number of changes.
    pub expected_changes: f64,
    /// Of each change of `expected.changepoints`.
    pub locations: Vec<Location>,
    /// The segments between them.
    pub segments: Vec<Segment>,
    /// From each segment to the next.
    pub jumps: Vec<Jump>,
    /// The change at the start of the current segment.
    pub shift: Option<Shift>,
    /// The alarms of the policy, from the first observation on.
    pub alarms: Vec<Alarm>,
    /// What comes next; not on irregular grids.
    #[serde(default)]
    pub predictions: Vec<Prediction>,
    /// P(X < x) + ½ P(X = x) of the last observation as it was predicted.
    pub pit: Option<f64>,
    /// Pairs of k and P(a change within the next k observations).
    #[serde(default)]
    pub p_change_within: Vec<(u64, f64)>,
    /// Pairs of k and P(the next change is k observations away).
    #[serde(default)]
    pub p_next_change_after: Vec<(u64, f64)>,
    /// The expected number of observations before the next change.
    pub expected_residual: Option<f64>,
}

/// Where a change may have been.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "named as in the library")]
pub struct Location {
    pub index: u64,
    pub probability: f64,
    pub p_nearby: f64,
    pub p_single: f64,
    pub low: u64,
    pub high: u64,
    pub credible: Vec<u64>,
    pub share: f64,
    pub neighbourhood: (u64, u64),
}

/// What is known of a segment.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "named as in the library")]
pub struct Segment {
    pub start: u64,
    pub end: u64,
    pub observed: u64,
    pub parameters: Vec<Estimate>,
    pub ln_evidence: f64,
    pub ln_bayes_factor: Option<f64>,
}

/// A parameter in numbers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "named as in the library")]
pub struct Estimate {
    pub name: String,
    pub mean: Option<f64>,
    pub sd: Option<f64>,
    pub low: f64,
    pub high: f64,
}

/// What changed from a segment to the next; `p_rose` to 1e-4.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "named as in the library")]
pub struct Jump {
    pub parameter: String,
    pub p_rose: f64,
    pub difference: f64,
    pub sd: f64,
}

/// What changed at the start of the current segment.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "named as in the library")]
pub struct Shift {
    pub parameter: String,
    pub probability: f64,
    pub p_rose: f64,
    pub difference: f64,
    pub sd: f64,
}

/// An alarm.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "named as in the library")]
pub struct Alarm {
    pub began: u64,
    pub noticed_at: u64,
    pub probability: f64,
    pub shift: Option<Shift>,
}

/// The distribution of an observation that is still to come.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prediction {
    /// How many steps away it is.
    pub ahead: u64,
    /// Its mean; null where it is infinite.
    pub mean: Option<f64>,
    /// Its variance; null where it is infinite.
    pub variance: Option<f64>,
    /// Pairs of p and the smallest x with P(X ≤ x) ≥ p.
    pub quantiles: Vec<(f64, Option<f64>)>,
    /// Its density and tails at some places.
    pub at: Vec<At>,
}

/// Density and tails at x.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct At {
    /// The place.
    pub x: f64,
    /// ln of the density, or of the probability of a count.
    pub ln_density: f64,
    /// P(X < x).
    pub below: f64,
    /// P(X ≤ x).
    pub up_to: f64,
    /// P(X > x).
    pub above: f64,
}
