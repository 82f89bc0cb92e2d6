//! What is known of each segment of a segmentation.

use alloc::vec::Vec;

use crate::distribution::Parameter;

/// A parameter of a segment, in numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Estimate {
    /// What the parameter is called.
    pub name: &'static str,
    /// The number of an observation that it belongs to, from 0; 0 where there is one.
    pub dimension: usize,
    /// The posterior mean; infinite or NaN where there is none.
    pub mean: f64,
    /// The posterior standard deviation; infinite or NaN where there is none.
    pub sd: f64,
    /// Where the credible interval begins: as much of the posterior lies below
    /// it as above its end.
    pub low: f64,
    /// Where the credible interval ends.
    pub high: f64,
}

impl Estimate {
    /// A posterior in numbers, with the credible interval that holds `mass`.
    pub fn new(parameter: &Parameter, mass: f64) -> Self {
        use crate::distribution::Distribution;
        let posterior = &parameter.posterior;
        let (low, high) = posterior.interval(mass);
        Self {
            name: parameter.name,
            dimension: parameter.dimension,
            mean: posterior.mean(),
            sd: libm::sqrt(posterior.variance()),
            low,
            high,
        }
    }
}

/// A segment of a segmentation.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Segment {
    /// Index of the first observation.
    pub start: u64,
    /// Index after the last observation.
    pub end: u64,
    /// How many observations are not missing.
    pub observed: u64,
    /// The posteriors of its parameters, the level first, those of the first number of an
    /// observation before those of the second; empty if the model cannot say.
    pub parameters: Vec<Estimate>,
    /// Where each segment has one of several models
    /// ([`Per::Segment`](crate::config::Per::Segment)), the probability of each; else empty.
    pub model_probabilities: Vec<f64>,
    /// ln p(the segment's observations | they are one segment).
    pub ln_evidence: f64,
    /// ln of the Bayes factor of the boundary at `start`: the evidence of this
    /// segment and the one before as two, over that of both joined in one. The
    /// hazard has no part in it. `None` for the first segment.
    pub ln_bayes_factor: Option<f64>,
}
