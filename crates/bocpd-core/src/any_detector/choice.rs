//! Which of several models and hazards a stream has: a filter for each pair side by side, weighed
//! by what each has said of the observations before they came.
//!
//! ```text
//! π_k(t) ∝ π_k(t−1) p(x_t | x_0..x_{t−1}, pair k)         π_k before any data: the weights
//! ```
//!
//! That is Bayesian model averaging. Pairs that have lost are given up, so the cost returns to
//! that of two or three filters; and since a stream's noise may change, each of those is tried
//! again from time to time (so do Raftery, Kárný & Ettler 2010, Technometrics 52:52, by
//! forgetting).

mod again;
#[cfg(feature = "serde")]
mod saved;

use alloc::boxed::Box;
use alloc::vec::Vec;

use libm::{exp, log};

use super::Filter;
use crate::config::{Config, HazardConfig, Per};
use crate::detector::Step;
use crate::erased::AnyModel;
use crate::error::{ParameterError, UpdateError};
use crate::hazard::ConstantGrid;
use crate::list::AnyHazard;
use crate::math::{CompensatedSum, ln_sum_exp};
use crate::observation::Observation;

#[cfg(feature = "serde")]
pub(super) use saved::Saved;

/// Models are given up and tried again after so many observations.
const PERIOD: u64 = 128;

/// A model of a lower probability is given up, but for the best two.
const LOST: f64 = 1e-6;

/// The probability that the stream has come to have another model, each time that one is tried
/// again.
const CHANGED: f64 = 1e-3;

/// The models and hazards of a detector that has several.
#[derive(Clone)]
pub(super) struct Choice {
    /// In the order of the configuration: the first model with each hazard, then the second.
    contestants: Vec<Contestant>,
    /// How many hazards there are.
    hazards: usize,
    /// The most probable one. Its filter is the detector's own.
    pub(super) leader: usize,
    /// Which one is tried again next, if it is not alive.
    next: usize,
    /// The averaged ln p of the last observation, and of all.
    ln_predictive: f64,
    ln_evidence: CompensatedSum,
    /// The last of the settled changepoints that were taken.
    taken: Option<u64>,
}

/// One of the models with one of the hazards.
#[derive(Clone)]
struct Contestant {
    model: AnyModel,
    hazard: AnyHazard,
    ln_prior: f64,
    /// ln π; −∞ where it was given up.
    ln_probability: f64,
    /// None where it was given up, and of the leader.
    filter: Option<Box<Filter>>,
}

impl Contestant {
    /// π; where rounding has made more than 1 of it, that is 1.
    fn probability(&self) -> f64 {
        exp(self.ln_probability).min(1.0)
    }
}

impl Choice {
    /// The models and hazards of a configuration, if they are several; `leader` is the filter of
    /// the first.
    ///
    /// # Errors
    /// Names the first parameter that cannot be used.
    pub(super) fn new(
        config: &Config,
        leader: &Filter,
    ) -> Result<Option<Box<Self>>, ParameterError> {
        let models = models(config, leader)?;
        let hazards = hazards(config, leader)?;
        if models.len() * hazards.len() == 1 {
            return Ok(None);
        }
        config.check_filters()?;
        let ln_hazard = log(hazards.len() as f64);
        let mut contestants = Vec::new();
        for (model, ln_weight) in &models {
            for hazard in &hazards {
                let is_leader = contestants.is_empty();
                let filter = || Box::new(leader.fresh(model.clone(), hazard.clone()));
                let ln_prior = ln_weight - ln_hazard;
                contestants.push(Contestant {
                    filter: (!is_leader).then(filter),
                    model: model.clone(),
                    hazard: hazard.clone(),
                    ln_prior,
                    ln_probability: ln_prior,
                });
            }
        }
        let choice = Self {
            contestants,
            hazards: hazards.len(),
            leader: 0,
            next: 0,
            ln_predictive: 0.0,
            ln_evidence: CompensatedSum::default(),
            taken: None,
        };
        Ok(Some(Box::new(choice)))
    }

    /// Forgets everything seen; `filter` is the leader's.
    pub(super) fn reset(&mut self, filter: &mut Filter) {
        filter.reset();
        for (i, one) in self.contestants.iter_mut().enumerate() {
            if i == self.leader {
                continue;
            }
            match &mut one.filter {
                Some(filter) => filter.reset(),
                None => {
                    one.filter = Some(Box::new(
                        filter.fresh(one.model.clone(), one.hazard.clone()),
                    ));
                }
            }
        }
        self.lead(0, filter);
        for one in &mut self.contestants {
            one.ln_probability = one.ln_prior;
        }
        self.next = 0;
        self.ln_predictive = 0.0;
        self.ln_evidence = CompensatedSum::default();
        self.taken = None;
    }

    /// Makes a model that is alive the leader; `filter` is the leader's, before and after.
    fn lead(&mut self, new: usize, filter: &mut Filter) {
        if new == self.leader {
            return;
        }
        if let Some(mut other) = self.contestants[new].filter.take() {
            core::mem::swap(filter, &mut other);
            self.contestants[self.leader].filter = Some(other);
            self.leader = new;
        }
    }

    /// One observation for all models; `None` where it is missing. A model that refuses it
    /// while others do not is given up: it is impossible.
    ///
    /// # Errors
    /// All refuse it; all is then as before.
    pub(super) fn step(
        &mut self,
        filter: &mut Filter,
        seen: Option<Observation<'_, [f64]>>,
        elapsed: Option<f64>,
    ) -> Result<Step, UpdateError> {
        let led = filter.step_with(seen, elapsed);
        let mut steps = Vec::with_capacity(self.contestants.len());
        for (i, one) in self.contestants.iter_mut().enumerate() {
            let step = if i == self.leader {
                led.ok()
            } else {
                let filter = one.filter.as_mut();
                filter.and_then(|filter| filter.step_with(seen, elapsed).ok())
            };
            steps.push(step);
        }
        if steps.iter().all(Option::is_none) {
            return led;
        }
        // Relative to the largest: ln p may be so far from 0 that it has no digits for the odds.
        let predictives = steps.iter().flatten().map(|step| step.ln_predictive);
        let largest = predictives.fold(f64::NEG_INFINITY, f64::max);
        for (one, step) in self.contestants.iter_mut().zip(&steps) {
            let relative = step.map_or(f64::NEG_INFINITY, |step| step.ln_predictive - largest);
            one.ln_probability += relative;
        }
        self.ln_predictive = largest + self.normalise();
        self.ln_evidence.add(self.ln_predictive);
        self.lead(self.most_probable(), filter);
        for (one, step) in self.contestants.iter_mut().zip(&steps) {
            if step.is_none() {
                one.filter = None;
            }
        }
        let step = self.average(&steps, filter);
        if (step.index + 1).is_multiple_of(PERIOD) {
            self.give_up();
            self.try_again(filter);
        }
        Ok(step)
    }

    /// Lets the probabilities sum to 1, and gives ln of what they summed to.
    fn normalise(&mut self) -> f64 {
        let all: Vec<f64> = self.ln_probabilities().collect();
        let total = ln_sum_exp(&all);
        for one in &mut self.contestants {
            one.ln_probability -= total;
        }
        total
    }

    fn ln_probabilities(&self) -> impl Iterator<Item = f64> {
        self.contestants.iter().map(|one| one.ln_probability)
    }

    /// The most probable model; of equal ones the present leader, or the first.
    fn most_probable(&self) -> usize {
        let mut best = self.leader;
        for (i, one) in self.contestants.iter().enumerate() {
            if one.ln_probability > self.contestants[best].ln_probability {
                best = i;
            }
        }
        best
    }

    /// What all say of an observation.
    fn average(&self, steps: &[Option<Step>], leader: &Filter) -> Step {
        let (map_run_length, map_probability) = self.map(leader);
        let mut average = Step {
            index: leader.observations() - 1,
            p_change_now: 0.0,
            map_run_length,
            map_probability,
            ln_predictive: self.ln_predictive,
            p_outlier: 0.0,
        };
        for (one, step) in self.contestants.iter().zip(steps) {
            if let Some(step) = step {
                let p = one.probability();
                average.p_change_now += p * step.p_change_now;
                average.p_outlier += p * step.p_outlier;
            }
        }
        average.p_change_now = average.p_change_now.min(1.0);
        average.p_outlier = average.p_outlier.min(1.0);
        average
    }

    /// Lets go of the models that have lost.
    fn give_up(&mut self) {
        let mut sorted: Vec<f64> = self.ln_probabilities().collect();
        sorted.sort_unstable_by(|a, b| b.total_cmp(a));
        let least = log(LOST).min(sorted[1]);
        for (i, one) in self.contestants.iter_mut().enumerate() {
            if one.ln_probability < least && i != self.leader {
                one.filter = None;
                one.ln_probability = f64::NEG_INFINITY;
            }
        }
        self.normalise();
    }

    /// Tries one of the models that were given up: the stream has it from here on, with a
    /// small probability. What lies before is as the leader has it.
    fn try_again(&mut self, leader: &Filter) {
        let n = self.contestants.len();
        let mut places = (0..n).map(|i| (self.next + i) % n);
        let given_up = places.find(|&i| i != self.leader && self.contestants[i].filter.is_none());
        let Some(i) = given_up else {
            return;
        };
        let one = &self.contestants[i];
        let Some(reborn) = leader.reborn(one.model.clone(), one.hazard.clone()) else {
            return;
        };
        self.next = (i + 1) % n;
        let share = CHANGED * exp(one.ln_prior);
        for one in &mut self.contestants {
            one.ln_probability += log(1.0 - share);
        }
        self.contestants[i].ln_probability = log(share);
        self.contestants[i].filter = Some(Box::new(reborn));
    }

    /// The models that are alive with their probabilities, the leader first.
    pub(super) fn alive<'a>(
        &'a self,
        leader: &'a Filter,
    ) -> impl Iterator<Item = (f64, &'a Filter)> {
        let others = self.contestants.iter();
        let others = others.filter_map(|one| Some((one.probability(), one.filter.as_deref()?)));
        core::iter::once((self.contestants[self.leader].probability(), leader)).chain(others)
    }

    /// The run-length posterior of all together: starts, ascending, and their probabilities.
    pub(super) fn posterior(&self, leader: &Filter) -> Vec<(u64, f64)> {
        let each = self.alive(leader).map(|(p, filter)| {
            let posterior = filter.run_length_posterior();
            posterior.map(move |(start, probability)| (start, p * probability))
        });
        let mut each: Vec<_> = each.map(Iterator::peekable).collect();
        let mut all = Vec::new();
        // What is first of those that are left, with all that say something of it.
        while let Some(start) = each.iter_mut().filter_map(|one| Some(one.peek()?.0)).min() {
            let of_it = each
                .iter_mut()
                .filter_map(|one| one.next_if(|next| next.0 == start));
            let probability: f64 = of_it.map(|(_, probability)| probability).sum();
            // Rounding may have made a little more than 1 of a certainty.
            all.push((start, probability.min(1.0)));
        }
        all
    }

    /// The most probable run length, the longest of equally probable ones, and its probability.
    pub(super) fn map(&self, leader: &Filter) -> (u64, f64) {
        let posterior = self.posterior(leader).into_iter();
        let best = posterior.reduce(|best, one| if one.1 > best.1 { one } else { best });
        best.map_or((0, 0.0), |(start, p)| {
            (leader.observations() - 1 - start, p)
        })
    }

    /// The probabilities of all models, in the order of the configuration; where there is one for
    /// the stream, those that are its own.
    pub(super) fn models(&self, leader: &Filter) -> Vec<f64> {
        if self.contestants.len() > self.hazards {
            let with_each = self.contestants.chunks(self.hazards);
            return with_each.map(probability).collect();
        }
        let mut sums = Vec::new();
        for (p, filter) in self.alive(leader) {
            let of_one = filter.model_probabilities();
            sums.resize(of_one.len(), 0.0);
            for (sum, q) in sums.iter_mut().zip(of_one) {
                *sum += p * q;
            }
        }
        match sums.len() {
            1 => Vec::from([1.0]),
            _ => sums.iter().map(|sum: &f64| sum.min(1.0)).collect(),
        }
    }

    /// The probabilities of all hazards, in the order of the configuration.
    pub(super) fn hazards(&self) -> Vec<f64> {
        let of = |hazard| self.contestants.iter().skip(hazard).step_by(self.hazards);
        (0..self.hazards)
            .map(|hazard| probability(of(hazard)))
            .collect()
    }

    pub(super) fn ln_predictive(&self) -> f64 {
        self.ln_predictive
    }

    pub(super) fn ln_evidence(&self) -> f64 {
        self.ln_evidence.value()
    }

    /// Where the settled changepoints begin that were not taken yet, among those of the leader.
    pub(super) fn not_taken<'a>(&self, settled: &'a [u64]) -> &'a [u64] {
        let first = settled.partition_point(|&changepoint| self.taken >= Some(changepoint));
        &settled[first..]
    }

    /// Takes the settled changepoints of the leader that were not taken yet; the others forget
    /// theirs up to the last of them.
    pub(super) fn take_settled(&mut self, leader: &mut Filter) -> Vec<u64> {
        let settled = self.not_taken(&leader.take_settled()).to_vec();
        self.taken = settled.last().copied().or(self.taken);
        if let (Some(last), false) = (self.taken, settled.is_empty()) {
            let others = self.contestants.iter_mut();
            for filter in others.filter_map(|one| one.filter.as_mut()) {
                filter.forget_settled(last);
            }
        }
        settled
    }
}

/// The sum of the probabilities of some of them.
fn probability<'a>(some: impl IntoIterator<Item = &'a Contestant>) -> f64 {
    let probabilities = some.into_iter().map(Contestant::probability);
    probabilities.sum::<f64>().min(1.0)
}

/// The models that the stream may have, with ln of their probabilities.
fn models(config: &Config, leader: &Filter) -> Result<Vec<(AnyModel, f64)>, ParameterError> {
    let first = leader.model().clone();
    if config.alternatives.is_empty() || config.alternatives_per == Per::Segment {
        return Ok(Vec::from([(first, 0.0)]));
    }
    config.check_alternatives()?;
    let ln_weights: Vec<f64> = config.models().map(|(_, weight)| log(weight)).collect();
    let ln_total = ln_sum_exp(&ln_weights);
    let mut models = Vec::from([(first, ln_weights[0] - ln_total)]);
    for ((model, _), ln_weight) in config.models().zip(ln_weights).skip(1) {
        models.push((config.wrap(model.build()?, model)?, ln_weight - ln_total));
    }
    Ok(models)
}

/// The hazards that it may have.
fn hazards(config: &Config, leader: &Filter) -> Result<Vec<AnyHazard>, ParameterError> {
    let HazardConfig::ConstantGrid { mean_run_lengths } = &config.hazard else {
        return Ok(Vec::from([leader.hazard().clone()]));
    };
    let grid = ConstantGrid::new(mean_run_lengths)?;
    let one = |i| config.adjust(AnyHazard::ConstantGrid(grid.at(i)));
    (0..grid.len()).map(one).collect()
}
