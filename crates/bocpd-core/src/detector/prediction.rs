//! What comes next.

use alloc::vec::Vec;

use libm::log;

use super::next_change::{at_most_0, probability};
use crate::bank::Bank;
use crate::detector::Detector;
use crate::distribution::{Mixture, Parameter};
use crate::error::{ParameterError, ReadoutError, UpdateError};
use crate::hazard::{Hazard, ln_staying_over};
use crate::math::{ln_1m_exp, ln_sum_exp};
use crate::observation::SideInformation;
use crate::observation_model::Describe;

/// So many steps ahead it matters when a segment has begun.
const MOST_AHEAD: u64 = 1024;

impl<M: Describe, H: Hazard> Detector<M, H> {
    /// The distribution of the observation that is `ahead` steps away, 1 for
    /// the next one, given all so far; of its first number where it has several
    /// ([`predict_number`](Self::predict_number)).
    ///
    /// ```text
    /// Σ_s w_t(s) S_k(s) p(· | s) + Σ_s w_t(s) (1 − S_k(s)) p0,
    /// S_k(s) = Π_{i<k} (1 − h(t−s+1+i))
    /// ```
    ///
    /// With a change in between the observation comes from the prior predictive
    /// p0. S as in [`p_change_within`](Self::p_change_within). Before any
    /// observation it is p0 alone. Where time changes p0, each time at which the segment
    /// may have begun has a term; beyond 1024 steps it is taken to begin with the
    /// observation. For the weighted Student-t models and `ahead`
    /// > 1, p(· | s) is what they say of the next one.
    ///
    /// The [`tail`](Mixture::tail) of an observation in `predict(1)`, taken
    /// before the observation is absorbed, is its anomaly score.
    ///
    /// # Errors
    /// If `ahead` is 0, or the model cannot say its predictive. If the model has
    /// [lags](crate::observation_model::ObservationModel::lags) and `ahead` is not 1: what is observed until then is not
    /// known. If the observation comes with features: see [`predict_with`](Self::predict_with).
    pub fn predict(&self, ahead: u64) -> Result<Mixture, ReadoutError> {
        self.predict_with(ahead, &SideInformation::NONE)
    }

    /// [`predict`](Self::predict) of an observation that comes with these things beside it.
    ///
    /// # Errors
    /// As `predict`, and if the model does not take what comes along.
    pub fn predict_with(
        &self,
        ahead: u64,
        side: &SideInformation<'_>,
    ) -> Result<Mixture, ReadoutError> {
        self.predict_number_with(0, ahead, side)
    }

    /// [`predict`](Self::predict) of one of the numbers of an observation, from 0.
    ///
    /// # Errors
    /// As `predict`, and if an observation has fewer numbers.
    pub fn predict_number(&self, dimension: usize, ahead: u64) -> Result<Mixture, ReadoutError> {
        self.predict_number_with(dimension, ahead, &SideInformation::NONE)
    }

    fn predict_number_with(
        &self,
        dimension: usize,
        ahead: u64,
        side: &SideInformation<'_>,
    ) -> Result<Mixture, ReadoutError> {
        if ahead == 0 {
            return Err(ParameterError::new("ahead", 0.0, "be at least 1").into());
        }
        if ahead > 1 && self.model().lags() > 0 {
            let must = "be 1: the model has lags, and what is observed until then is not known";
            return Err(ParameterError::new("ahead", ahead as f64, must).into());
        }
        let matters = self.model().has_dynamics() && self.live() > 0;
        let begun = if matters && (2..=MOST_AHEAD).contains(&ahead) {
            self.begun_between(ahead)
        } else {
            Vec::new()
        };
        let ln_stays = self.ln_stays(ahead);
        self.mixture(dimension, &ln_stays, ahead as f64, &begun, side)
    }

    /// The distribution of the next observation, made `elapsed` after the last one.
    ///
    /// # Errors
    /// If the model cannot say its predictive, `elapsed` is not positive and
    /// finite, or the hazard has no meaning in continuous time. If the observation comes with
    /// features: see [`predict_after_with`](Self::predict_after_with).
    pub fn predict_after(&self, elapsed: f64) -> Result<Mixture, ReadoutError> {
        self.predict_after_with(elapsed, &SideInformation::NONE)
    }

    /// [`predict_after`](Self::predict_after) of an observation that comes with these things
    /// beside it.
    ///
    /// # Errors
    /// As `predict_after`, and if the model does not take what comes along.
    pub fn predict_after_with(
        &self,
        elapsed: f64,
        side: &SideInformation<'_>,
    ) -> Result<Mixture, ReadoutError> {
        self.predict_number_after_with(0, elapsed, side)
    }

    /// [`predict_after`](Self::predict_after) of one of the numbers of an observation, from 0.
    ///
    /// # Errors
    /// As `predict_after`, and if an observation has fewer numbers.
    pub fn predict_number_after(
        &self,
        dimension: usize,
        elapsed: f64,
    ) -> Result<Mixture, ReadoutError> {
        self.predict_number_after_with(dimension, elapsed, &SideInformation::NONE)
    }

    fn predict_number_after_with(
        &self,
        dimension: usize,
        elapsed: f64,
        side: &SideInformation<'_>,
    ) -> Result<Mixture, ReadoutError> {
        if !(elapsed > 0.0 && elapsed.is_finite()) {
            return Err(UpdateError::Elapsed { value: elapsed }.into());
        }
        let ln_stay = |i| {
            let age = self.state.clock - self.state.hypotheses.birth(i);
            let h = probability(self.hazard().over(age, elapsed)?);
            Some(at_most_0(ln_staying_over(self.hazard(), age, elapsed, h)))
        };
        let ln_stays: Option<Vec<f64>> = (0..self.live()).map(ln_stay).collect();
        let ln_stays = ln_stays.ok_or(UpdateError::ElapsedUnsupported)?;
        self.mixture(dimension, &ln_stays, elapsed, &[], side)
    }

    /// The posteriors of the current segment's parameters, the level first,
    /// over all hypotheses about its start; those of the first number of an observation before
    /// those of the second.
    ///
    /// # Errors
    /// If the model cannot say, or before any observation.
    pub fn parameters(&self) -> Result<Vec<Parameter>, ReadoutError> {
        self.check_whole()?;
        let mut mixed: Vec<(&'static str, usize, Vec<_>)> = Vec::new();
        for (i, weight) in self.weights().filter(|&(_, weight)| weight > 0.0) {
            let parameters = self.model().parameters(&self.bank, i);
            for (k, parameter) in parameters.into_iter().enumerate() {
                if k == mixed.len() {
                    mixed.push((parameter.name, parameter.dimension, Vec::new()));
                }
                mixed[k].2.push((weight, parameter.posterior));
            }
        }
        let parameters: Vec<Parameter> = mixed
            .into_iter()
            .filter_map(|(name, dimension, components)| {
                let mixture = Mixture::new(components)?;
                Some(Parameter::new(name, mixture).of_dimension(dimension))
            })
            .collect();
        if parameters.is_empty() {
            let what = "parameters";
            return Err(ReadoutError::Model { what });
        }
        Ok(parameters)
    }

    /// P(the current segment has model k | x_0..x_t) of a model that is a choice among several
    /// ([`PerSegment`](crate::any::PerSegment), or the degrees of freedom of
    /// [`StudentTGrid`](crate::model::StudentTGrid)), over all hypotheses about its start; the
    /// prior before any observation, and 1 of any other model. Empty if the detector
    /// [is broken](Self::is_broken).
    pub fn model_probabilities(&self) -> Vec<f64> {
        if self.is_broken() {
            return Vec::new();
        }
        let mut mixed: Vec<f64> = Vec::new();
        let mut add = |weight: f64, bank: &M::Bank, hypothesis| {
            let each = self.model().model_probabilities(bank, hypothesis);
            mixed.resize(each.len(), 0.0);
            for (mixed, p) in mixed.iter_mut().zip(each) {
                *mixed += weight * p;
            }
        };
        for (i, weight) in self.weights().filter(|&(_, weight)| weight > 0.0) {
            add(weight, &self.bank, i);
        }
        if self.observations() == 0 {
            let mut newborn = self.model().bank(1);
            self.model().spawn(&mut newborn);
            add(1.0, &newborn, 0);
        }
        if mixed.is_empty() {
            return Vec::from([1.0]);
        }
        // Rounding may have made a little more of a certainty.
        mixed.iter().map(|p| p.min(1.0)).collect()
    }

    /// P(the segment of the observation that is `ahead` steps away begins i observations
    /// before it), i < `ahead`: new segments begin where hypotheses end, and where segments
    /// end that have begun since.
    fn begun_between(&self, ahead: u64) -> Vec<f64> {
        // Of a new segment: P(it ends when it has l observations), and P(it has more than i).
        let (mut ends, mut lasts) = (Vec::new(), Vec::from([1.0]));
        for length in 1..ahead {
            let (h, left) = (
                probability(self.hazard().hazard(length)),
                lasts[lasts.len() - 1],
            );
            ends.push(left * h);
            lasts.push(left * (1.0 - h));
        }
        let mut begins: Vec<f64> = Vec::new();
        for step in 1..=ahead {
            let since = begins
                .iter()
                .rev()
                .zip(&ends)
                .map(|(begin, end)| begin * end);
            begins.push(self.p_next_change_after(step) + since.sum::<f64>());
        }
        let begins = begins.iter().rev().zip(lasts);
        begins.map(|(begin, last)| begin * last).collect()
    }

    /// The predictives of one number of an observation under all hypotheses after `elapsed`, which stay with the probabilities
    /// of these logarithms, and that of a new segment, with what they give up to it: the
    /// last one to begin has `begun` so many observations before, or with this observation.
    fn mixture(
        &self,
        dimension: usize,
        ln_stays: &[f64],
        elapsed: f64,
        begun: &[f64],
        side: &SideInformation<'_>,
    ) -> Result<Mixture, ReadoutError> {
        self.check_whole()?;
        if dimension >= self.model().dimension() {
            let must = "be less than the number of numbers of an observation";
            return Err(ParameterError::new("dimension", dimension as f64, must).into());
        }
        self.model().check_side(side).map_err(UpdateError::from)?;
        let unknown = ReadoutError::Model { what: "predictive" };
        let (mut components, mut given_up) = (Vec::new(), Vec::new());
        for (i, ln_stay) in ln_stays.iter().enumerate() {
            let ln_weight = self.state.hypotheses.ln_probability(i);
            given_up.push(ln_weight + ln_1m_exp(*ln_stay));
            if ln_weight + ln_stay > f64::NEG_INFINITY {
                let model = self.model();
                let predictive = model.predictive_with(&self.bank, i, dimension, elapsed, side);
                components.push((ln_weight + ln_stay, predictive.ok_or(unknown)?));
            }
        }
        let fresh = if given_up.is_empty() {
            0.0
        } else {
            ln_sum_exp(&given_up)
        };
        let mut newborn = self.bank_without_hypotheses();
        self.model().spawn(&mut newborn);
        debug_assert_eq!(newborn.len(), 1);
        let prior = self
            .model()
            .predictive_with(&newborn, 0, dimension, 0.0, side);
        let of_begun = begun.first().map_or(fresh, |now| log(*now));
        components.push((of_begun, prior.ok_or(unknown)?));
        for (i, probability) in begun.iter().enumerate().skip(1) {
            let model = self.model();
            let prior = model.predictive_with(&newborn, 0, dimension, i as f64, side);
            components.push((log(*probability), prior.ok_or(unknown)?));
        }
        Mixture::with_ln_weights(components).ok_or(unknown)
    }

    /// A bank that knows of the last observations what the detector's own does, where models
    /// depend on them.
    fn bank_without_hypotheses(&self) -> M::Bank {
        if self.model().lags() == 0 {
            return self.model().bank(1);
        }
        let mut bank = self.bank.clone();
        bank.keep(&[]);
        bank
    }
}
