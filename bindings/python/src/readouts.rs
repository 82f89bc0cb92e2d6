//! What a detector that remembers says afterwards: when things changed.

use bocpd_core::{Location as CoreLocation, ReadoutError};
use numpy::PyArray1;
use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;

use crate::detector::{Detector, indices};
use crate::error::value_error;

/// Where a reported change may have been.
#[pyclass(module = "bocpd", frozen, get_all, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Location {
    /// The reported changepoint.
    index: u64,
    /// P(a segment starts exactly there | all seen so far).
    p_here: f64,
    /// P(at least one segment starts in the neighbourhood | all seen so far).
    probability: f64,
    /// The first index of the credible set.
    low: u64,
    /// The last index of the credible set.
    high: u64,
    /// The credible set, ascending; it may have gaps.
    credible: Vec<u64>,
    /// The share of the neighbourhood's probability that the set has.
    share: f64,
    /// First and last index of the neighbourhood: what is closer to this
    /// changepoint than to the next ones.
    neighbourhood: (u64, u64),
}

impl From<CoreLocation> for Location {
    fn from(location: CoreLocation) -> Self {
        let CoreLocation {
            index,
            p_here,
            probability,
            low,
            high,
            credible,
            share,
            neighbourhood,
            ..
        } = location;
        Self {
            index,
            p_here,
            probability,
            low,
            high,
            credible,
            share,
            neighbourhood,
        }
    }
}

#[pymethods]
impl Location {
    fn __repr__(&self) -> String {
        let Self {
            index,
            p_here,
            probability,
            low,
            high,
            ..
        } = self;
        format!(
            "<Location: index={index}, p_here={p_here:?}, probability={probability:?}, \
             low={low}, high={high}>"
        )
    }
}

/// An index outside is an `IndexError`, all else a `ValueError`.
pub(crate) fn readout_error(error: ReadoutError) -> PyErr {
    match error {
        ReadoutError::Index { .. } => PyIndexError::new_err(error.to_string()),
        error => value_error(&error),
    }
}

#[pymethods]
impl Detector {
    /// P(a segment starts at s | x_0..x_t), for one s; see `smoothed`, which
    /// costs as much for all of them.
    fn p_change_at(&self, py: Python<'_>, s: u64) -> PyResult<f64> {
        self.filter
            .with(py, |filter| filter.p_change_at(s))?
            .map_err(readout_error)
    }

    /// P(a segment starts at s | x_0..x_t) for all s that the history reaches
    /// back to: the first index, and one probability for each from there on.
    ///
    /// Unlike the run-length posterior this counts the cases in which another
    /// change has followed. Index 0 starts the first segment: its 1 is no
    /// change. Needs `history`.
    fn smoothed<'py>(&self, py: Python<'py>) -> PyResult<(u64, Bound<'py, PyArray1<f64>>)> {
        let smoothed = self
            .filter
            .with_detached(py, |filter| filter.smoothed())?
            .map_err(readout_error)?;
        Ok((
            smoothed.first,
            PyArray1::from_slice(py, &smoothed.p_change_at),
        ))
    }

    /// P(a segment starts in low..=high | x_0..x_t). Needs `history`.
    fn p_change_between(&self, py: Python<'_>, low: u64, high: u64) -> PyResult<f64> {
        self.filter
            .with(py, |filter| filter.p_change_between(low, high))?
            .map_err(readout_error)
    }

    /// The expected number of changes in what the history reaches back to.
    fn expected_changes(&self, py: Python<'_>) -> PyResult<f64> {
        self.filter
            .with(py, |filter| filter.expected_changes())?
            .map_err(readout_error)
    }

    /// Where each of `changepoints` (those of the detector if None) may have
    /// been: credible sets that hold `mass` of the probability around it.
    /// Needs `history`.
    #[pyo3(signature = (changepoints=None, mass=0.9))]
    fn locations(
        &self,
        py: Python<'_>,
        changepoints: Option<Vec<u64>>,
        mass: f64,
    ) -> PyResult<Vec<Location>> {
        let locations = self.filter.with_detached(py, |filter| {
            let changepoints = changepoints.unwrap_or_else(|| filter.changepoints());
            filter.locations(&changepoints, mass)
        })?;
        let locations = locations.map_err(readout_error)?;
        Ok(locations.into_iter().map(Location::from).collect())
    }

    /// Segmentations drawn from their posterior, each as its changepoints. The
    /// same seed gives the same draws. Needs `history="all"`.
    fn sample_segmentations<'py>(
        &self,
        py: Python<'py>,
        draws: usize,
        seed: u64,
    ) -> PyResult<Vec<Bound<'py, PyArray1<i64>>>> {
        let segmentations = self
            .filter
            .with_detached(py, |filter| filter.sample_segmentations(draws, seed))?
            .map_err(readout_error)?;
        Ok(segmentations
            .iter()
            .map(|starts| indices(py, starts))
            .collect())
    }
}
