//! What a series says of its candidates.

use alloc::vec::Vec;

use super::race::Race;
use super::structures::{Maker, Structure};
use super::{Candidate, Given, season};
use crate::defaults::hazard_for;
use crate::math::ln_sum_exp;

/// Of so many observations nothing can be said.
const TOO_FEW: usize = 3;

/// So many of the best structures are tried with a season on top, and with a variance that
/// wanders.
const BEST: usize = 3;

/// The candidates for a series of real numbers, the most probable first.
pub(super) fn structures_of(xs: &[f64], given: &Given) -> Vec<Candidate> {
    let maker = Maker::new(xs, given);
    let hazard = hazard_for(xs.len());
    let mut race = Race::new(xs, &hazard);
    let candidate = |structure: Structure| (maker.candidate(&structure), structure);
    let structures = if xs.len() > TOO_FEW {
        Structure::all(maker.has_logarithms())
    } else {
        [Structure::WHITE].to_vec()
    };
    let mut all: Vec<_> = structures.into_iter().map(candidate).collect();
    race.run(all.iter_mut().map(|one| &mut one.0), BEST);
    rank(&mut all);
    let best: Vec<Structure> = all.iter().take(BEST).map(|(_, s)| *s).collect();
    let wandering = best.iter().flat_map(|one| one.with_memories(xs.len()));
    let mut wandering: Vec<_> = wandering.map(candidate).collect();
    race.run(wandering.iter_mut().map(|one| &mut one.0), 0);
    all.append(&mut wandering);
    rank(&mut all);
    let periods = season::periods(xs);
    if !periods.is_empty() {
        let mut seasonal = Vec::new();
        for structure in best {
            for &period in &periods {
                let seasons = maker.with_seasons(&structure, period);
                seasonal.extend(seasons.into_iter().map(candidate));
            }
        }
        race.run(seasonal.iter_mut().map(|one| &mut one.0), 0);
        all.append(&mut seasonal);
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
