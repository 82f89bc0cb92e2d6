//! What the model says of given segments.

use core::borrow::Borrow;

use alloc::vec::Vec;

use num_traits::Zero;

use crate::bank::Bank;
use crate::detector::Detector;
use crate::distribution::Parameter;
use crate::error::{BatchError, DetectError, ParameterError, UpdateError, check};
use crate::hazard::Hazard;
use crate::interrupt::check_at;
use crate::math::CompensatedSum;
use crate::observation::Observation;
use crate::observation_model::{Describe, ObservationModel};
use crate::real::Real;
use crate::segment::{Estimate, Segment};

/// Scores and absorbs the observation at an index into a bank with one
/// hypothesis; false if it is missing.
pub(crate) type Observe<'a, M> = dyn Fn(
        &mut <M as ObservationModel>::Bank,
        usize,
        &mut [<M as ObservationModel>::Scalar],
    ) -> Result<bool, UpdateError>
    + 'a;

/// A segment with its posteriors, before they are put in numbers.
pub(crate) struct Fitted {
    pub(crate) segment: Segment,
    pub(crate) parameters: Vec<Parameter>,
    /// Of a model that is a choice among several, how probable each is.
    pub(crate) models: Vec<f64>,
    /// For each observation P(it is an outlier | all that the segment has absorbed), of a model
    /// that time changes or that has lags what it had absorbed before; 0 for missing ones, empty
    /// where the model knows of no outliers.
    pub(crate) p_outlier: Vec<f64>,
}

impl<M: Describe, H: Hazard> Detector<M, H> {
    /// What the model says of the segments of `xs` (`None` is missing) that
    /// start at 0 and at `changepoints` (ascending; those that are 0 or lie
    /// beyond the end are passed over), with credible intervals that hold
    /// `mass`. To models that time changes they are 1 apart, and the lags of
    /// one that has some are in `xs`. What the detector has seen has no part in it.
    ///
    /// # Errors
    /// The first observation that the model cannot score; if `mass` does not lie
    /// in (0, 1) or `changepoints` do not ascend.
    pub fn segments<X: Borrow<M::Obs>>(
        &self,
        xs: &[Option<X>],
        changepoints: &[u64],
        mass: f64,
    ) -> Result<Vec<Segment>, DetectError> {
        let observe = |bank: &mut M::Bank, i: usize, score: &mut [M::Scalar]| {
            let Some(x) = &xs[i] else { return Ok(false) };
            self.observe_alone(bank, Observation::of(x.borrow()), score)
        };
        let fitted = self.fit(xs.len(), changepoints, mass, &observe)?;
        Ok(fitted
            .into_iter()
            .map(|fitted| fitted.in_numbers(mass))
            .collect())
    }

    /// Scores and absorbs an observation outside of the filter.
    pub(crate) fn observe_alone(
        &self,
        bank: &mut M::Bank,
        x: Observation<'_, M::Obs>,
        score: &mut [M::Scalar],
    ) -> Result<bool, UpdateError> {
        self.model.check(x)?;
        self.model.observe(self.isa, bank, x, score)?;
        Ok(true)
    }

    /// The segments of `n` observations; `observe` scores and absorbs the one at
    /// an index, or says that it is missing.
    pub(crate) fn fit(
        &self,
        n: usize,
        changepoints: &[u64],
        mass: f64,
        observe: &Observe<'_, M>,
    ) -> Result<Vec<Fitted>, DetectError> {
        check::mass(mass)?;
        if let Some(i) = changepoints.windows(2).position(|pair| pair[0] >= pair[1]) {
            let value = changepoints[i + 1] as f64;
            let must = "be greater than the one before";
            return Err(ParameterError::at("changepoints", i + 1, value, must).into());
        }
        let starts = changepoints.iter().filter_map(|&c| usize::try_from(c).ok());
        let inside = starts.filter(|&c| c > 0 && c < n);
        let bounds: Vec<usize> = [0].into_iter().chain(inside).chain([n]).collect();
        let mut fitted: Vec<Fitted> = Vec::new();
        let mut bank = self.model.bank(2);
        let mut joined = CompensatedSum::default();
        for pair in bounds.windows(2).filter(|pair| pair[0] < pair[1]) {
            let one = self.fit_one(pair[0], pair[1], &mut bank, &mut joined, observe)?;
            fitted.push(one);
        }
        Ok(fitted)
    }

    /// Whether what is known at the end of a segment can be asked about any observation of it.
    fn stays_as_it_is(&self) -> bool {
        !self.model.has_dynamics() && self.model.lags() == 0
    }

    /// For each observation of `start..end`, whose segment `bank` has learned, P(it is an
    /// outlier).
    fn outliers_of(
        &self,
        bank: &M::Bank,
        start: usize,
        end: usize,
        observe: &Observe<'_, M>,
    ) -> Result<Vec<f64>, DetectError> {
        let mut score = alloc::vec![M::Scalar::zero(); M::Scalar::LANES];
        let mut each = Vec::with_capacity(end - start);
        for i in start..end {
            check_at(i - start)?;
            score.fill(M::Scalar::zero());
            let mut copy = bank.clone();
            let seen =
                observe(&mut copy, i, &mut score).map_err(|error| BatchError::new(i, error))?;
            let rho = self.model.p_outlier(&copy).first();
            each.push(rho.filter(|_| seen).map_or(0.0, |rho| rho.wide()));
        }
        Ok(each)
    }

    /// The segment of the observations `start..end`. `bank` has learned those of the segment
    /// before, whose evidence is `joined`, and goes on to learn those of both as one segment
    /// beside those of this one; it ends with this one alone, and `joined` with its evidence.
    fn fit_one(
        &self,
        start: usize,
        end: usize,
        bank: &mut M::Bank,
        joined: &mut CompensatedSum,
        observe: &Observe<'_, M>,
    ) -> Result<Fitted, DetectError> {
        let mut score = alloc::vec![M::Scalar::zero(); M::Scalar::LANES];
        let has_before = !bank.is_empty();
        let own = usize::from(has_before);
        let before = *joined;
        let mut alone = CompensatedSum::default();
        let mut observed = 0;
        let mut p_outlier = Vec::new();
        for i in start..end {
            check_at(i - start)?;
            if !bank.is_empty() && self.model.has_dynamics() {
                self.model.advance(bank, 1.0);
            }
            if i == start {
                self.model.spawn(bank);
            }
            score.fill(M::Scalar::zero());
            if observe(bank, i, &mut score).map_err(|error| BatchError::new(i, error))? {
                alone.add(score[own].wide());
                if has_before {
                    joined.add(score[0].wide());
                }
                observed += 1;
            } else {
                self.model.pass(bank);
            }
            if self.model.knows_outliers() {
                let rho = self.model.p_outlier(bank).get(own);
                p_outlier.push(rho.map_or(0.0, |rho| rho.wide()));
            }
        }
        let apart = before.value() + alone.value();
        let ln_bayes_factor = has_before.then(|| apart - joined.value());
        *joined = alone;
        if has_before {
            bank.keep(&[1]);
        }
        if self.model.knows_outliers() && self.stays_as_it_is() {
            p_outlier = self.outliers_of(bank, start, end, observe)?;
        }
        Ok(Fitted {
            segment: Segment {
                start: start as u64,
                end: end as u64,
                observed,
                parameters: Vec::new(),
                model_probabilities: Vec::new(),
                ln_evidence: alone.value(),
                ln_bayes_factor,
            },
            parameters: self.model.parameters(bank, 0),
            models: self.model.model_probabilities(bank, 0),
            p_outlier,
        })
    }
}

impl Fitted {
    /// The segment with its posteriors in numbers.
    pub(crate) fn in_numbers(&self, mass: f64) -> Segment {
        let parameters = self.parameters.iter();
        let mut segment = self.segment.clone();
        segment.parameters = parameters.map(|p| Estimate::new(p, mass)).collect();
        segment.model_probabilities.clone_from(&self.models);
        segment
    }
}
