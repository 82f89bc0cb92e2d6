//! What the model says of given segments of a series.

use alloc::vec::Vec;

use super::AnyDetector;
use crate::detector::{Residual, Series};
use crate::distribution::Parameter;
use crate::erased::AnyBank;
use crate::error::{DetectError, UpdateError};
use crate::observation::{Observation, Rows, SideInformation};
use crate::observation_model::{Describe, ObservationModel};
use crate::segment::Segment;
use crate::stretches;

/// What is known of given segments.
#[derive(Default)]
pub(crate) struct FittedSegments {
    pub(crate) segments: Vec<Segment>,
    /// The posteriors of each segment's parameters.
    pub(crate) posteriors: Vec<Vec<Parameter>>,
    /// What a segment knows of its parameters and its model before its first observation.
    pub(crate) prior: Vec<Parameter>,
    pub(crate) prior_models: Vec<f64>,
    /// For each observation; empty where there are no outliers.
    pub(crate) p_outlier: Vec<f64>,
}

impl AnyDetector {
    /// The segments, the posteriors behind them, and which observations are outliers.
    pub(crate) fn fit_segments(
        &self,
        rows: Rows<'_>,
        changepoints: &[u64],
        mass: f64,
    ) -> Result<FittedSegments, DetectError> {
        self.check_dimension(rows)?;
        let (dimension, features) = (self.dimension, self.features());
        let n = rows.iter(dimension, features).len();
        let observe = |bank: &mut _, i: usize, score: &mut [f64]| {
            self.observe(bank, rows.get(i, dimension, features), score)
        };
        let fitted = self.detector.fit(n, changepoints, mass, &observe)?;
        let model = self.detector.model();
        let mut newborn = model.bank(1);
        model.spawn(&mut newborn);
        let mut all = FittedSegments {
            prior: model.parameters(&newborn, 0),
            prior_models: model.model_probabilities(&newborn, 0),
            ..FittedSegments::default()
        };
        for mut fitted in fitted {
            all.segments.push(fitted.in_numbers(mass));
            all.p_outlier.append(&mut fitted.p_outlier);
            all.posteriors.push(fitted.parameters);
        }
        Ok(all)
    }

    /// Where observations lie in what their segments make expect of them; of a long series those
    /// of stretches that are spread evenly over it.
    pub(crate) fn residuals(
        &self,
        rows: Rows<'_>,
        changepoints: &[u64],
    ) -> Result<Vec<Option<Residual>>, DetectError> {
        let (dimension, features) = (self.dimension, self.features());
        let n = rows.iter(dimension, features).len();
        let row = |i: usize| rows.get(i, dimension, features);
        let observe = |bank: &mut _, i: usize, score: &mut [f64]| self.observe(bank, row(i), score);
        let expect = |bank: &_, i: usize, first: bool| {
            let side = SideInformation::of_features(row(i).1);
            let elapsed = if first { 0.0 } else { 1.0 };
            let model = self.detector.model();
            model.predictive_with(bank, 0, 0, elapsed, &side)
        };
        let value = |i: usize| row(i).0[0];
        let stretches = stretches::of(n).map(|stretch| {
            let series = Series {
                changepoints,
                value: &value,
                expect: &expect,
                observe: &observe,
            };
            self.detector.residuals_in(stretch, &series)
        });
        let mut residuals = Vec::new();
        for stretch in stretches {
            // Stretches are no neighbours.
            residuals.push(None);
            residuals.append(&mut stretch?);
        }
        Ok(residuals)
    }

    /// Lets a bank of one hypothesis have a row with its features; false if it is missing.
    pub(crate) fn observe(
        &self,
        bank: &mut AnyBank,
        (row, features): (&[f64], &[f64]),
        score: &mut [f64],
    ) -> Result<bool, UpdateError> {
        let side = SideInformation::of_features(features);
        self.see(Observation::with(row, &side), |seen| match seen {
            Some(row) => self.detector.observe_alone(bank, row, score),
            None => Ok(false),
        })
    }
}
