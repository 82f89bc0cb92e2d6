//! What a series says of its candidates.

use alloc::vec::Vec;

use super::structures::{Maker, Structure};
use super::{Candidate, Given, season};
use crate::config::{Config, HazardConfig, Missing};
use crate::defaults::hazard_for;
use crate::history::History;
use crate::math::ln_sum_exp;
use crate::pruning::Pruning;
use crate::stretches;

/// Of so many observations nothing can be said.
const TOO_FEW: usize = 3;

/// So many of the best structures are tried with a season on top.
const WITH_SEASON: usize = 3;

/// The candidates for a series of real numbers, the most probable first.
pub(super) fn structures_of(xs: &[f64], given: &Given) -> Vec<Candidate> {
    let maker = Maker::new(xs, given);
    let hazard = hazard_for(xs.len());
    let with_evidence = |structure: Structure| {
        let mut candidate = maker.candidate(&structure);
        candidate.ln_evidence = ln_evidence(&candidate.config, &hazard, xs);
        (candidate, structure)
    };
    let structures = if xs.len() > TOO_FEW {
        Structure::all(maker.has_logarithms())
    } else {
        [Structure::WHITE].to_vec()
    };
    let mut all: Vec<_> = structures.into_iter().map(with_evidence).collect();
    rank(&mut all);
    let periods = season::periods(xs);
    if !periods.is_empty() {
        let best: Vec<Structure> = all.iter().take(WITH_SEASON).map(|(_, s)| *s).collect();
        for structure in best {
            for &period in &periods {
                let seasons = maker.with_seasons(&structure, period);
                all.extend(seasons.into_iter().map(with_evidence));
            }
        }
        rank(&mut all);
    }
    all.into_iter().map(|(candidate, _)| candidate).collect()
}

/// Gives all candidates their probability, and sorts them by it.
fn rank(all: &mut [(Candidate, Structure)]) {
    let prior = |(one, _): &(Candidate, Structure)| libm::log(one.weight);
    let mut joints: Vec<f64> = all
        .iter()
        .map(|one| prior(one) + one.0.ln_evidence)
        .collect();
    let mut total = ln_sum_exp(&joints);
    if !total.is_finite() {
        // Nothing is learned from a series that is impossible.
        joints = all.iter().map(prior).collect();
        total = ln_sum_exp(&joints);
    }
    for ((candidate, _), joint) in all.iter_mut().zip(joints) {
        candidate.probability = libm::exp(joint - total);
    }
    all.sort_by(|(a, _), (b, _)| b.probability.total_cmp(&a.probability));
}

/// ln p(series) under a configuration with this hazard, with few hypotheses; of a long series
/// that of stretches that are spread evenly over it. −∞ if it cannot be scored.
fn ln_evidence(config: &Config, hazard: &HazardConfig, xs: &[f64]) -> f64 {
    let mut config = config.clone();
    config.hazard = hazard.clone();
    config.pruning = Pruning::default();
    config.history = History::Nothing;
    config.missing = Missing::Skip;
    config.resolution = 1.0;
    let of = |stretch: &[f64]| {
        let mut detector = config.build().ok()?;
        detector.update_many(stretch, &mut |_| {}).ok()?;
        Some(detector.ln_evidence())
    };
    let sum: Option<f64> = stretches::of(xs.len())
        .map(|stretch| of(&xs[stretch]))
        .sum();
    sum.unwrap_or(f64::NEG_INFINITY)
}
