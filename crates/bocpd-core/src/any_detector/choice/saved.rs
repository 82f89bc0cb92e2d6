//! A choice among models in a snapshot.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::{Choice, Filter};
use crate::math::{CompensatedSum, ln_sum_exp};
use crate::snapshot::SnapshotError;
use crate::soundness::{Sound, must};

/// [`Choice`] in a snapshot; the state of the leader stands elsewhere.
#[derive(serde::Serialize, serde::Deserialize)]
pub(crate) struct Saved {
    leader: u32,
    next: u32,
    ln_predictive: f64,
    ln_evidence: CompensatedSum,
    taken: Option<u64>,
    /// ln π of each model, and the state of its filter.
    contestants: Vec<(f64, Option<Vec<u8>>)>,
}

/// How far the logarithm of a sum of probabilities may be from 0.
const ROUNDING: f64 = 1e-9;

impl Choice {
    /// What a snapshot holds.
    pub(crate) fn saved(&self) -> Saved {
        let number = |i: usize| u32::try_from(i).expect("few models");
        let contestants = self.contestants.iter();
        Saved {
            leader: number(self.leader),
            next: number(self.next),
            ln_predictive: self.ln_predictive,
            ln_evidence: self.ln_evidence,
            taken: self.taken,
            contestants: contestants
                .map(|one| {
                    let state = one.filter.as_ref().map(|filter| filter.snapshot());
                    (one.ln_probability, state)
                })
                .collect(),
        }
    }

    /// Makes a leader's filter of `filter`, that of a detector that has seen nothing, before
    /// the state in the snapshot is given to it.
    pub(crate) fn place_leader(&mut self, saved: &Saved, filter: &mut Filter) -> Sound {
        let leader = saved.leader as usize;
        must(
            leader < self.contestants.len(),
            "its leading model is none of its models",
        )?;
        self.reset(filter);
        self.lead(leader, filter);
        Ok(())
    }

    /// Goes on from what a snapshot held; `leader` has its state already.
    pub(crate) fn restore(&mut self, saved: &Saved, leader: &Filter) -> Result<(), SnapshotError> {
        self.check(saved, leader).map_err(SnapshotError::Content)?;
        let contestants = self.contestants.iter_mut().zip(&saved.contestants);
        for (i, (one, (ln_probability, state))) in contestants.enumerate() {
            one.ln_probability = *ln_probability;
            let Some(state) = state else {
                one.filter = None;
                continue;
            };
            let mut filter = leader.fresh(one.model.clone(), one.hazard.clone());
            filter.restore(state).map_err(|error| match error {
                SnapshotError::NotASnapshot => {
                    SnapshotError::Content("the state of one of its models is none")
                }
                error => error,
            })?;
            must(
                i != self.leader && filter.observations() == leader.observations(),
                "the filters of its models have not seen the same",
            )
            .map_err(SnapshotError::Content)?;
            one.filter = Some(Box::new(filter));
        }
        self.next = saved.next as usize;
        self.ln_predictive = saved.ln_predictive;
        self.ln_evidence = saved.ln_evidence;
        self.taken = saved.taken;
        Ok(())
    }

    fn check(&self, saved: &Saved, leader: &Filter) -> Sound {
        let n = self.contestants.len();
        must(
            saved.contestants.len() == n && (saved.next as usize) < n,
            "it has other models",
        )?;
        let all: Vec<f64> = saved.contestants.iter().map(|(ln, _)| *ln).collect();
        let observations = leader.observations();
        // Before any observation the first model leads, whatever the weights.
        let best = if observations == 0 {
            0.0
        } else {
            all[self.leader]
        };
        let is_possible = |(i, (ln, state)): (usize, &(f64, Option<Vec<u8>>))| {
            let is_alive = i == self.leader || state.is_some();
            *ln <= best
                && (ln.is_finite() || *ln == f64::NEG_INFINITY)
                && is_alive == ln.is_finite()
        };
        must(
            saved.contestants.iter().enumerate().all(is_possible)
                && ln_sum_exp(&all).abs() <= ROUNDING,
            "the probabilities of its models are none",
        )?;
        must(
            saved.ln_predictive.is_finite() && !saved.ln_evidence.value().is_nan(),
            "the evidence of its models is no number",
        )?;
        must(
            saved.taken.is_none_or(|taken| taken < observations),
            "changepoints were taken that lie ahead",
        )?;
        let priors = || self.contestants.iter().map(|one| one.ln_prior);
        let is_fresh = || {
            saved.next == 0
                && saved.ln_predictive == 0.0
                && saved.ln_evidence == CompensatedSum::default()
                && self.leader == 0
                && all.iter().copied().eq(priors())
        };
        must(
            observations > 0 || is_fresh(),
            "it has seen nothing and knows which model it has",
        )
    }
}
