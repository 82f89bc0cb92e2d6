//! What comes next.

use alloc::vec::Vec;

use super::next_change::{at_most_0, probability};
use crate::bank::Bank;
use crate::detector::Detector;
use crate::distribution::{Mixture, Parameter};
use crate::error::{ParameterError, ReadoutError, UpdateError};
use crate::hazard::{Hazard, ln_staying_over};
use crate::math::{ln_1m_exp, ln_sum_exp};
use crate::observation_model::Describe;

impl<M: Describe, H: Hazard> Detector<M, H> {
    /// The distribution of the observation that is `ahead` steps away, 1 for
    /// the next one, given all so far.
    ///
    /// ```text
    /// Σ_s w_t(s) S_k(s) p(· | s) + Σ_s w_t(s) (1 − S_k(s)) p0,
    /// S_k(s) = Π_{i<k} (1 − h(t−s+1+i))
    /// ```
    ///
    /// With a change in between the observation comes from the prior predictive
    /// p0. S as in [`p_change_within`](Self::p_change_within). Before any
    /// observation it is p0 alone. For the weighted Student-t models and `ahead`
    /// > 1, p(· | s) is what they say of the next one.
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
        self.mixture(&self.ln_stays(ahead))
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
        let ln_stay = |i| {
            let age = self.state.clock - self.state.hypotheses.birth(i);
            let h = probability(self.hazard().over(age, elapsed)?);
            Some(at_most_0(ln_staying_over(self.hazard(), age, elapsed, h)))
        };
        let ln_stays: Option<Vec<f64>> = (0..self.live()).map(ln_stay).collect();
        self.mixture(&ln_stays.ok_or(UpdateError::ElapsedUnsupported)?)
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

    /// The predictives of all hypotheses, which stay with the probabilities of
    /// these logarithms, and that of a new segment, with what they give up to it.
    fn mixture(&self, ln_stays: &[f64]) -> Result<Mixture, ReadoutError> {
        self.check_whole()?;
        let unknown = ReadoutError::Model { what: "predictive" };
        let (mut components, mut given_up) = (Vec::new(), Vec::new());
        for (i, ln_stay) in ln_stays.iter().enumerate() {
            let ln_weight = self.state.hypotheses.ln_probability(i);
            given_up.push(ln_weight + ln_1m_exp(*ln_stay));
            if ln_weight + ln_stay > f64::NEG_INFINITY {
                let predictive = self.model().predictive(&self.bank, i, 0);
                components.push((ln_weight + ln_stay, predictive.ok_or(unknown)?));
            }
        }
        let fresh = if given_up.is_empty() {
            0.0
        } else {
            ln_sum_exp(&given_up)
        };
        let mut newborn = self.model().bank(1);
        self.model().spawn(&mut newborn);
        debug_assert_eq!(newborn.len(), 1);
        let prior = self.model().predictive(&newborn, 0, 0);
        components.push((fresh, prior.ok_or(unknown)?));
        Mixture::with_ln_weights(components).ok_or(unknown)
    }
}
