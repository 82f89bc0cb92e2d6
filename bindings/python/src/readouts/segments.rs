//! What is known of each segment of a segmentation.

use bocpd_core::readout::{Estimate as CoreEstimate, Segment as CoreSegment};
use pyo3::prelude::*;

use super::detect_error;
use crate::detector::Detector;
use crate::input::{Rows, beside};
use crate::label::Label;
use crate::record::record;

record! {
    in "bocpd.readout";

    /// A parameter of a segment, in numbers.
    Estimate {
        /// What the parameter is called.
        name: String,
        /// The number of an observation that it belongs to, from 0; 0 where there is one.
        dimension: usize = 0,
        /// The posterior mean; infinite or NaN where there is none.
        mean: f64,
        /// The posterior standard deviation; infinite or NaN where there is none.
        sd: f64,
        /// Where the credible interval begins.
        low: f64,
        /// Where the credible interval ends.
        high: f64,
    }
    ///
    /// Examples
    /// --------
    /// >>> result = bocpd.detect([0.2, -0.5, 0.1, 0.4, -0.2, 0.3, 6.1, 5.6, 6.3, 5.9, 6.0])
    /// >>> level = result.segments[1].level
    /// >>> level.name, level.low < level.mean < level.high
    /// ('mean', True)
}

impl From<CoreEstimate> for Estimate {
    fn from(estimate: CoreEstimate) -> Self {
        Self {
            name: estimate.name.to_owned(),
            dimension: estimate.dimension,
            mean: estimate.mean,
            sd: estimate.sd,
            low: estimate.low,
            high: estimate.high,
        }
    }
}

record! {
    in "bocpd.readout";

    /// A stretch without a change: start <= index < end.
    Segment {
        /// Index of the first observation.
        start: u64,
        /// Index after the last observation.
        end: u64,
        /// What the series calls the first observation; None without index or times.
        time: Option<Label> = None,
        /// What the series calls the last observation; None without index or times.
        last_time: Option<Label> = None,
        /// How many observations are not missing.
        observed: u64,
        /// What is known of its parameters, the level first, those of the first number of an
        /// observation before those of the second; empty if the model cannot say.
        parameters: Vec<Estimate>,
        /// Where each segment has one of several models, the probability of each; else empty.
        model_probabilities: Vec<f64> = nothing,
        /// ln p(the segment's observations | they are one segment).
        ln_evidence: f64,
        /// ln of the Bayes factor of the boundary at `start`: this segment and
        /// the one before as two, over both as one. None for the first segment.
        ln_bayes_factor: Option<f64>,
    }
    ///
    /// Examples
    /// --------
    /// >>> result = bocpd.detect([0.2, -0.5, 0.1, 0.4, -0.2, 0.3, 6.1, 5.6, 6.3, 5.9, 6.0])
    /// >>> [(segment.start, segment.end, len(segment)) for segment in result.segments]
    /// [(0, 6, 6), (6, 11, 5)]
}

/// Where there is one model for all segments.
#[expect(non_upper_case_globals, reason = "it stands in a signature")]
const nothing: Vec<f64> = Vec::new();

impl From<CoreSegment> for Segment {
    fn from(segment: CoreSegment) -> Self {
        Self {
            start: segment.start,
            end: segment.end,
            time: None,
            last_time: None,
            observed: segment.observed,
            parameters: segment.parameters.into_iter().map(Estimate::from).collect(),
            model_probabilities: segment.model_probabilities,
            ln_evidence: segment.ln_evidence,
            ln_bayes_factor: segment.ln_bayes_factor,
        }
    }
}

#[pymethods]
impl Segment {
    /// The first of `parameters`; None if there is none.
    #[getter]
    fn level(&self) -> Option<Estimate> {
        self.parameters.first().cloned()
    }

    fn __len__(&self) -> usize {
        usize::try_from(self.end.saturating_sub(self.start)).unwrap_or(usize::MAX)
    }
}

#[pymethods]
impl Detector {
    /// What the model says of the segments of a series that start at 0 and at
    /// `changepoints` (those of the detector if None): posteriors of their
    /// parameters with intervals that hold `mass`, evidence, Bayes factors. What
    /// the detector has seen has no part in it but for the changepoints. `features`
    /// has a row for each observation, where the model regresses on some.
    ///
    /// Parameters
    /// ----------
    /// xs : array_like
    ///     The series.
    /// changepoints : sequence of int, optional
    ///     First indices of new segments; those of the detector if None.
    /// mass : float
    ///     The probability that intervals hold.
    /// features : array_like, optional
    ///     A row for each observation, where the model regresses on some.
    ///
    /// Returns
    /// -------
    /// list of Segment
    ///     In order.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If changepoints are not within the series, or `mass` is no probability.
    /// ObservationError
    ///     If the model cannot have produced an observation.
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100)
    /// >>> steps = detector.update_many([0.1, -0.2, 0.3, 0.0, 7.9, 8.2])
    /// >>> segments = detector.segments([0.1, -0.2, 0.3, 0.0, 7.9, 8.2])
    /// >>> [(segment.start, segment.end) for segment in segments]
    /// [(0, 4), (4, 6)]
    /// >>> segments[1].level.name, segments[1].ln_bayes_factor > 1
    /// ('mean', True)
    #[pyo3(signature = (xs, changepoints=None, mass=0.9, *, features=None))]
    fn segments(
        &self,
        py: Python<'_>,
        xs: &Bound<'_, PyAny>,
        changepoints: Option<Vec<u64>>,
        mass: f64,
        features: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Vec<Segment>> {
        let rows = Rows::new(xs, self.dimension())?;
        let features = Rows::features(features, rows.len())?;
        let numbers = beside(&rows, features.as_ref())?;
        let segments = self.ask_interruptible(py, |filter| {
            let changepoints = changepoints.unwrap_or_else(|| filter.changepoints());
            filter.segments(numbers, &changepoints, mass)
        })?;
        let segments = segments.map_err(detect_error)?;
        Ok(segments.into_iter().map(Segment::from).collect())
    }
}
