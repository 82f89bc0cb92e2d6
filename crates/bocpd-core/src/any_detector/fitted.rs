//! What the model says of given segments of a series.

use alloc::vec::Vec;

use super::AnyDetector;
use crate::detector::Residual;
use crate::distribution::Parameter;
use crate::erased::AnyBank;
use crate::error::{DetectError, UpdateError};
use crate::observation::{Observation, Rows, SideInformation};
use crate::observation_model::Describe;
use crate::segment::Segment;
use crate::stretches;

/// What is known of given segments.
#[derive(Default)]
pub(crate) struct FittedSegments {
    pub(crate) segments: Vec<Segment>,
    /// The posteriors of each segment's parameters.
    pub(crate) posteriors: Vec<Vec<Parameter>>,
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
        let rows: Vec<_> = rows.iter(self.dimension, self.features()).collect();
        let observe =
            |bank: &mut _, i: usize, score: &mut [f64]| self.observe(bank, rows[i], score);
        let fitted = self
            .detector
            .fit(rows.len(), changepoints, mass, &observe)?;
        let mut all = FittedSegments::default();
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
        let rows: Vec<_> = rows.iter(self.dimension, self.features()).collect();
        let observe =
            |bank: &mut _, i: usize, score: &mut [f64]| self.observe(bank, rows[i], score);
        let expect = |bank: &_, i: usize, first: bool| {
            let side = SideInformation::of_features(rows[i].1);
            let elapsed = if first { 0.0 } else { 1.0 };
            let model = self.detector.model();
            model.predictive_with(bank, 0, 0, elapsed, &side)
        };
        let stretches: Vec<_> = stretches::of(rows.len()).collect();
        let wanted = |i: usize| stretches.iter().any(|stretch| stretch.contains(&i));
        let value = |i: usize| rows[i].0[0];
        let n = rows.len();
        self.detector
            .residuals_in_segments(n, changepoints, &wanted, &value, &expect, &observe)
    }

    /// Lets a bank of one hypothesis have a row with its features; false if it is missing.
    pub(crate) fn observe(
        &self,
        bank: &mut AnyBank,
        (row, features): (&[f64], &[f64]),
        score: &mut [f64],
    ) -> Result<bool, UpdateError> {
        if self.is_missing(row) {
            return Ok(false);
        }
        let side = SideInformation::of_features(features);
        let row = Observation::with(row, &side);
        self.detector.observe_alone(bank, row, score)
    }
}
