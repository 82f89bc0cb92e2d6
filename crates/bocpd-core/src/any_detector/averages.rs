//! Readouts that are averages, where there are several models: each takes the place of what the
//! filter of the most probable one would say.

use alloc::boxed::Box;
use alloc::vec::Vec;

use libm::log;

use super::choice::Choice;
use super::{AnyDetector, Filter};
use crate::distribution::{Distribution, Mixture};
use crate::error::ReadoutError;
use crate::observation::SideInformation;

/// Shows the filters of all models that have not lost, with the probabilities of the models, the
/// most probable first; `detector` is its filter.
pub(super) fn with_models<R>(
    choice: Option<&Choice>,
    detector: &Filter,
    show: impl FnOnce(&[(f64, &Filter)]) -> R,
) -> R {
    match choice {
        Some(choice) => show(&choice.alive(detector).collect::<Vec<_>>()),
        None => show(&[(1.0, detector)]),
    }
}

impl AnyDetector {
    /// P(the stream has model k | x_0..x_t), [`Config::model`](crate::Config::model) first, then
    /// the [alternatives](crate::Config::alternatives) in their order. 0 for those that have
    /// lost and were given up for now. Where each segment has a model of its own
    /// ([`Per::Segment`](crate::config::Per)), P(the current segment has model k | x_0..x_t); of
    /// the Student-t model with a grid, of each ν. 1 where there is one model.
    pub fn model_probabilities(&self) -> Vec<f64> {
        match &self.choice {
            Some(choice) => choice.models(&self.detector),
            None => self.detector.model_probabilities(),
        }
    }

    /// P(the hazard is number m of the grid | x_0..x_t) where the hazard is a
    /// [`ConstantGrid`](crate::hazard::ConstantGrid), in the order of its mean run lengths. 0 for
    /// those that have lost and were given up for now. 1 where there is one hazard.
    pub fn hazard_probabilities(&self) -> Vec<f64> {
        match &self.choice {
            Some(choice) => choice.hazards(),
            None => Vec::from([1.0]),
        }
    }

    fn average(&self, of: impl Fn(&Filter) -> f64) -> f64 {
        match &self.choice {
            Some(choice) => choice
                .alive(&self.detector)
                .map(|(p, filter)| p * of(filter))
                .sum(),
            None => of(&self.detector),
        }
    }

    fn probability(&self, of: impl Fn(&Filter) -> f64) -> f64 {
        match &self.choice {
            Some(_) => self.average(of).min(1.0),
            None => of(&self.detector),
        }
    }

    /// [`Detector::p_change_now`](crate::Detector::p_change_now), averaged over models.
    pub fn p_change_now(&self) -> f64 {
        self.probability(Filter::p_change_now)
    }

    /// [`Detector::p_recent_change`](crate::Detector::p_recent_change), averaged over models.
    pub fn p_recent_change(&self, w: u64) -> f64 {
        self.probability(|filter| filter.p_recent_change(w))
    }

    /// [`Detector::run_length_posterior`](crate::Detector::run_length_posterior), averaged over
    /// models.
    pub fn run_length_posterior(
        &self,
    ) -> impl DoubleEndedIterator<Item = (u64, f64)> + ExactSizeIterator {
        let choice = self.choice.as_ref();
        let averaged = choice.map(|choice| choice.posterior(&self.detector));
        let n = averaged.as_ref().map_or(self.detector.live(), Vec::len);
        (0..n).map(move |i| match &averaged {
            Some(averaged) => averaged[i],
            None => self.detector.hypothesis(i),
        })
    }

    /// [`Detector::map_run_length`](crate::Detector::map_run_length) of the average over models.
    pub fn map_run_length(&self) -> u64 {
        match &self.choice {
            Some(choice) => choice.map(&self.detector).0,
            None => self.detector.map_run_length(),
        }
    }

    /// [`Detector::map_probability`](crate::Detector::map_probability) of the average over
    /// models.
    pub fn map_probability(&self) -> f64 {
        match &self.choice {
            Some(choice) => choice.map(&self.detector).1,
            None => self.detector.map_probability(),
        }
    }

    /// [`Detector::mean_run_length`](crate::Detector::mean_run_length), averaged over models.
    pub fn mean_run_length(&self) -> f64 {
        self.average(Filter::mean_run_length)
    }

    /// [`Detector::ln_predictive`](crate::Detector::ln_predictive) of the average over models:
    ///
    /// ```text
    /// ln Σ_k π_k(t−1) p(x_t | x_0..x_{t−1}, model k)
    /// ```
    pub fn ln_predictive(&self) -> f64 {
        match &self.choice {
            Some(choice) => choice.ln_predictive(),
            None => self.detector.ln_predictive(),
        }
    }

    /// [`Detector::ln_evidence`](crate::Detector::ln_evidence) of the average over models. With
    /// several models also an estimate in that those that have lost are given up.
    pub fn ln_evidence(&self) -> f64 {
        match &self.choice {
            Some(choice) => choice.ln_evidence(),
            None => self.detector.ln_evidence(),
        }
    }

    /// [`Detector::p_outlier`](crate::Detector::p_outlier), averaged over models.
    pub fn p_outlier(&self) -> f64 {
        self.probability(Filter::p_outlier)
    }

    /// How many hypotheses about the start of the segment are alive, under any of the models.
    pub fn live(&self) -> usize {
        match &self.choice {
            Some(_) => self.run_length_posterior().len(),
            None => self.detector.live(),
        }
    }

    /// [`Detector::p_change_within`](crate::Detector::p_change_within), averaged over models.
    pub fn p_change_within(&self, k: u64) -> f64 {
        self.probability(|filter| filter.p_change_within(k))
    }

    /// [`Detector::p_next_change_after`](crate::Detector::p_next_change_after), averaged over
    /// models.
    pub fn p_next_change_after(&self, k: u64) -> f64 {
        self.probability(|filter| filter.p_next_change_after(k))
    }

    /// [`Detector::expected_residual`](crate::Detector::expected_residual), averaged over models.
    pub fn expected_residual(&self) -> Option<f64> {
        with_models(self.choice.as_deref(), &self.detector, |models| {
            let terms = models.iter();
            terms
                .map(|(p, filter)| Some(p * filter.expected_residual()?))
                .sum()
        })
    }

    /// [`Detector::predict`](crate::Detector::predict), a mixture over models too.
    ///
    /// # Errors
    /// As there.
    pub fn predict(&self, ahead: u64) -> Result<Mixture, ReadoutError> {
        self.predict_with(ahead, &SideInformation::NONE)
    }

    /// [`Detector::predict_with`](crate::Detector::predict_with), a mixture over models too.
    ///
    /// # Errors
    /// As there.
    pub fn predict_with(
        &self,
        ahead: u64,
        side: &SideInformation<'_>,
    ) -> Result<Mixture, ReadoutError> {
        self.mixed(|filter| filter.predict_with(ahead, side))
    }

    /// [`Detector::predict_after`](crate::Detector::predict_after), a mixture over models too.
    ///
    /// # Errors
    /// As there.
    pub fn predict_after(&self, elapsed: f64) -> Result<Mixture, ReadoutError> {
        self.predict_after_with(elapsed, &SideInformation::NONE)
    }

    /// [`Detector::predict_after_with`](crate::Detector::predict_after_with), a mixture over
    /// models too.
    ///
    /// # Errors
    /// As there.
    pub fn predict_after_with(
        &self,
        elapsed: f64,
        side: &SideInformation<'_>,
    ) -> Result<Mixture, ReadoutError> {
        self.mixed(|filter| filter.predict_after_with(elapsed, side))
    }

    /// [`Detector::predict_number`](crate::Detector::predict_number), a mixture over models too.
    ///
    /// # Errors
    /// As there.
    pub fn predict_number(&self, dimension: usize, ahead: u64) -> Result<Mixture, ReadoutError> {
        self.mixed(|filter| filter.predict_number(dimension, ahead))
    }

    /// [`Detector::predict_number_after`](crate::Detector::predict_number_after), a mixture over
    /// models too.
    ///
    /// # Errors
    /// As there.
    pub fn predict_number_after(
        &self,
        dimension: usize,
        elapsed: f64,
    ) -> Result<Mixture, ReadoutError> {
        self.mixed(|filter| filter.predict_number_after(dimension, elapsed))
    }

    fn mixed(
        &self,
        of: impl Fn(&Filter) -> Result<Mixture, ReadoutError>,
    ) -> Result<Mixture, ReadoutError> {
        if self.choice.is_none() {
            return of(&self.detector);
        }
        with_models(self.choice.as_deref(), &self.detector, |models| {
            let mut components: Vec<(f64, Box<dyn Distribution>)> = Vec::new();
            for (p, filter) in models {
                components.push((log(*p), Box::new(of(filter)?)));
            }
            let what = "predictive";
            Mixture::with_ln_weights(components).ok_or(ReadoutError::Model { what })
        })
    }

    /// [`Detector::changepoints`](crate::Detector::changepoints) of the most probable model,
    /// those that come after the last that was [taken](Self::take_settled).
    pub fn changepoints(&self) -> Vec<u64> {
        let changepoints = self.detector.changepoints();
        match &self.choice {
            Some(choice) => choice.not_taken(&changepoints).to_vec(),
            None => changepoints,
        }
    }

    /// [`Detector::settled`](crate::Detector::settled) of the most probable model, those that
    /// come after the last that was [taken](Self::take_settled).
    pub fn settled(&self) -> &[u64] {
        let settled = self.detector.settled();
        match &self.choice {
            Some(choice) => choice.not_taken(settled),
            None => settled,
        }
    }

    /// [`Detector::provisional`](crate::Detector::provisional) of the most probable model, those
    /// that come after the last that was [taken](Self::take_settled).
    pub fn provisional(&self) -> Vec<u64> {
        let provisional = self.detector.provisional();
        match &self.choice {
            Some(choice) => choice.not_taken(&provisional).to_vec(),
            None => provisional,
        }
    }
}
