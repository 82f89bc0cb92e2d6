//! What a series says of its candidates.

use alloc::vec::Vec;

use super::super::hazard_for;
use super::Candidate;
use super::structures::Structure;
use crate::config::{Config, HazardConfig, Missing};
use crate::error::DetectError;
use crate::history::History;
use crate::math::ln_sum_exp;
use crate::pruning::Pruning;

/// Series of more observations are compared by stretches.
const WHOLE_UP_TO: usize = 4096;

/// How many stretches, and how many observations each has.
const STRETCHES: usize = 8;
const STRETCH: usize = 512;

/// Gives the candidates that have none their evidence, and all their probability, and sorts
/// them by it. Structures are compared with one change expected, whatever
/// hazard is given.
pub(super) fn compare(all: &mut [(Candidate, Structure)], xs: &[f64]) -> Result<(), DetectError> {
    let hazard = hazard_for(xs.len());
    for (candidate, _) in all.iter_mut() {
        if candidate.ln_evidence == f64::NEG_INFINITY {
            candidate.ln_evidence = ln_evidence(&candidate.config, &hazard, xs)?;
        }
    }
    let joint = |(one, _): &(Candidate, Structure)| libm::log(one.weight) + one.ln_evidence;
    let joints: Vec<f64> = all.iter().map(joint).collect();
    let total = ln_sum_exp(&joints);
    for ((candidate, _), joint) in all.iter_mut().zip(joints) {
        let is_number = total.is_finite();
        candidate.probability = if is_number {
            libm::exp(joint - total)
        } else {
            0.0
        };
    }
    all.sort_by(|(a, _), (b, _)| b.probability.total_cmp(&a.probability));
    Ok(())
}

/// ln p(series) under a configuration, with few hypotheses; of a long series that of
/// stretches that are spread evenly over it.
fn ln_evidence(config: &Config, hazard: &HazardConfig, xs: &[f64]) -> Result<f64, DetectError> {
    let mut config = config.clone();
    config.hazard = hazard.clone();
    config.pruning = Pruning::default();
    config.history = History::Nothing;
    config.missing = Missing::Skip;
    config.alarm = None;
    let of = |stretch: &[f64]| -> Result<f64, DetectError> {
        let mut detector = config.build()?;
        match detector.update_many(stretch, &mut |_| {}) {
            Ok(()) => Ok(detector.ln_evidence()),
            // What cannot be scored is an error where the series is looked at as a whole.
            Err(_) => Ok(f64::NEG_INFINITY),
        }
    };
    if xs.len() <= WHOLE_UP_TO {
        return of(xs);
    }
    let mut sum = 0.0;
    for i in 0..STRETCHES {
        let start = i * (xs.len() - STRETCH) / (STRETCHES - 1);
        sum += of(&xs[start..start + STRETCH])?;
    }
    Ok(sum)
}
