//! What comes next.

use alloc::vec::Vec;

use libm::{exp, expm1, log1p};

use crate::distribution::{Mixture, Parameter};
use crate::{Bank, Describe, Detector, Hazard, ParameterError, ReadoutError, UpdateError};

/// How many steps the expected residual is summed over before it is given up.
const FAR: u64 = 1 << 20;

impl<M: Describe, H: Hazard> Detector<M, H> {
    /// The distribution of the observation that is `ahead` steps away, 1 for
    /// the next one, given all so far.
    ///
    /// ```text
    /// Σ_s w_t(s) S_k(s) p(· | s) + (1 − Σ_s w_t(s) S_k(s)) p0,
    /// S_k(s) = Π_{i<k} (1 − h(t−s+1+i))
    /// ```
    ///
    /// With a change in between the observation comes from the prior predictive
    /// p0. Before any observation it is p0 alone. For the weighted Student-t
    /// models and `ahead` > 1, p(· | s) is what they say of the next one.
    ///
    /// The [`tail`](Mixture::tail) of an observation in `predict(1)`, taken
    /// before the observation is absorbed, is its anomaly score.
    ///
    /// # Errors
    /// If `ahead` is 0, or the model cannot say its predictive.
    pub fn predict(&self, ahead: u64) -> Result<Mixture, ReadoutError> {
        if ahead == 0 {
            return Err(ParameterError::new("ahead", 0.0, "be at least 1").into());
        }
        self.mixture(|i| self.stay(i, ahead))
    }

    /// The distribution of an observation made `elapsed` after the last one.
    ///
    /// # Errors
    /// If the model cannot say its predictive, `elapsed` is not positive and
    /// finite, or the hazard has no meaning in continuous time.
    pub fn predict_after(&self, elapsed: f64) -> Result<Mixture, ReadoutError> {
        if !(elapsed > 0.0 && elapsed.is_finite()) {
            return Err(UpdateError::Elapsed { value: elapsed }.into());
        }
        let over = |i| self.hazard().over(self.age(i), elapsed);
        if self.live() > 0 && over(0).is_none() {
            return Err(UpdateError::ElapsedUnsupported.into());
        }
        self.mixture(|i| 1.0 - over(i).map_or(0.0, probability))
    }

    /// The posteriors of the current segment's parameters, the level first,
    /// over all hypotheses about its start.
    ///
    /// # Errors
    /// If the model cannot say, or before any observation.
    pub fn parameters(&self) -> Result<Vec<Parameter>, ReadoutError> {
        self.check_whole()?;
        let mut mixed: Vec<(&'static str, Vec<_>)> = Vec::new();
        for (i, weight) in self.weights().filter(|&(_, weight)| weight > 0.0) {
            let parameters = self.model().parameters(&self.bank, i);
            for (k, parameter) in parameters.into_iter().enumerate() {
                if k == mixed.len() {
                    mixed.push((parameter.name, Vec::new()));
                }
                mixed[k].1.push((weight, parameter.posterior));
            }
        }
        let parameters: Vec<Parameter> = mixed
            .into_iter()
            .filter_map(|(name, components)| Some(Parameter::new(name, Mixture::new(components)?)))
            .collect();
        if parameters.is_empty() {
            let what = "parameters";
            return Err(ReadoutError::Model { what });
        }
        Ok(parameters)
    }

    /// P(at least one change among the next k observations | x_0..x_t).
    pub fn p_change_within(&self, k: u64) -> f64 {
        let sum: f64 = self.weights().map(|(i, w)| w * self.leave(i, k)).sum();
        self.number(sum.min(1.0))
    }

    /// P(the next change is at t + k | x_0..x_t), k ≥ 1: the k-th observation
    /// from now is the first of a new segment, and none before it.
    ///
    /// ```text
    /// Σ_s w_t(s) [Π_{i<k−1} (1 − h(t−s+1+i))] h(t−s+k)
    /// ```
    ///
    /// 0 for k = 0. Agudelo-España et al. (2020), arXiv:1902.04524.
    pub fn p_next_change_after(&self, k: u64) -> f64 {
        let Some(before) = k.checked_sub(1) else {
            return 0.0;
        };
        let change = |(i, w)| w * self.stay(i, before) * self.hazard_of(i, before);
        self.number(self.weights().map(change).sum())
    }

    /// E(k), where the next change is at t + k: the expected number of
    /// observations from the next one to the first of the next segment.
    ///
    /// ```text
    /// Σ_{k ≥ 0} P(no change among the next k)
    /// ```
    ///
    /// `None` if the sum does not settle within 2²⁰ terms: the mean is out of
    /// reach, or there is none. Also before any observation.
    pub fn expected_residual(&self) -> Option<f64> {
        if self.live() == 0 {
            return None;
        }
        if let Some(h) = self.hazard().constant() {
            return (h > 0.0).then(|| 1.0 / h);
        }
        // Of each hypothesis, the probability that nothing has changed yet.
        let mut left: Vec<(usize, f64)> = self.weights().collect();
        let mut sum = 0.0;
        for k in 0..FAR {
            let total: f64 = left.iter().map(|&(_, p)| p).sum();
            sum += total;
            // What follows is about total/h; hazards so small that this is not
            // small either go on.
            if total < 1e-18 * sum {
                return Some(sum);
            }
            for (i, p) in &mut left {
                *p *= 1.0 - self.hazard_of(*i, k);
            }
        }
        None
    }

    /// Positions and probabilities of the live hypotheses.
    fn weights(&self) -> impl Iterator<Item = (usize, f64)> {
        let posterior = self.run_length_posterior();
        posterior.enumerate().map(|(i, (_, weight))| (i, weight))
    }

    /// The hazard of hypothesis `i` when `further` more observations have
    /// come.
    fn hazard_of(&self, i: usize, further: u64) -> f64 {
        let length = self.state.time - self.state.hypotheses.starts[i];
        probability(self.hazard().hazard(length.saturating_add(further)))
    }

    /// ln P(hypothesis `i` goes on for k more observations).
    fn ln_stay(&self, i: usize, k: u64) -> f64 {
        if let Some(h) = self.hazard().constant() {
            return if k == 0 {
                0.0
            } else {
                k as f64 * log1p(-probability(h))
            };
        }
        let mut sum = 0.0;
        for further in 0..k {
            sum += log1p(-self.hazard_of(i, further));
            if sum == f64::NEG_INFINITY {
                break;
            }
        }
        sum
    }

    fn stay(&self, i: usize, k: u64) -> f64 {
        exp(self.ln_stay(i, k))
    }

    fn leave(&self, i: usize, k: u64) -> f64 {
        -expm1(self.ln_stay(i, k))
    }

    /// How long ago the segment of hypothesis `i` had its first observation.
    fn age(&self, i: usize) -> f64 {
        let hypotheses = &self.state.hypotheses;
        let start = hypotheses.starts[i] as f64;
        self.state.clock - hypotheses.births.get(i).copied().unwrap_or(start)
    }

    /// The predictives of all hypotheses that stay, with what they give up to a
    /// new segment.
    fn mixture(&self, stay: impl Fn(usize) -> f64) -> Result<Mixture, ReadoutError> {
        self.check_whole()?;
        let unknown = ReadoutError::Model { what: "predictive" };
        let mut components = Vec::new();
        let mut fresh = if self.live() == 0 { 1.0 } else { 0.0 };
        for (i, weight) in self.weights() {
            let p_stay = stay(i);
            fresh += weight * (1.0 - p_stay);
            if weight * p_stay > 0.0 {
                let predictive = self.model().predictive(&self.bank, i, 0);
                components.push((weight * p_stay, predictive.ok_or(unknown)?));
            }
        }
        let mut newborn = self.model().bank(1);
        self.model().spawn(&mut newborn);
        debug_assert_eq!(newborn.len(), 1);
        let prior = self.model().predictive(&newborn, 0, 0);
        components.push((fresh, prior.ok_or(unknown)?));
        Mixture::new(components).ok_or(unknown)
    }
}

/// A hazard that is used outside of a step, where it cannot be refused.
fn probability(hazard: f64) -> f64 {
    if hazard > 0.0 { hazard.min(1.0) } else { 0.0 }
}
