//! What a detector that remembers says afterwards: when things changed.

use bocpd_core::readout::Location as CoreLocation;
use numpy::PyArray1;
use pyo3::prelude::*;

use super::{indices, readout_error};
use crate::detector::Detector;
use crate::interrupt::check_signals;
use crate::memory::check_memory;
use crate::record::record;

record! {
    in "bocpd.readout";

    /// Where a reported change may have been.
    Location {
        /// The reported changepoint.
        index: u64,
        /// P(a segment starts exactly there | all seen so far).
        probability: f64,
        /// P(at least one segment starts in the neighbourhood | all seen so far).
        p_nearby: f64,
        /// P(exactly one does): what the credible set is conditional on.
        p_single: f64,
        /// The first index of the credible set.
        low: u64,
        /// The last index of the credible set.
        high: u64,
        /// The credible set, ascending; it may have gaps.
        credible: Vec<u64>,
        /// The probability of the set, given exactly one change.
        share: f64,
        /// First and last index of the neighbourhood: what is closer to this
        /// changepoint than to the next ones.
        neighbourhood: (u64, u64),
    }
    ///
    /// Examples
    /// --------
    /// >>> result = bocpd.detect([0.2, -0.5, 0.1, 0.4, -0.2, 0.3, 6.1, 5.6, 6.3, 5.9, 6.0])
    /// >>> where = result.changes[0].location
    /// >>> where.low, where.high, where.p_nearby > 0.99
    /// (6, 6, True)
}

impl From<CoreLocation> for Location {
    fn from(location: CoreLocation) -> Self {
        Self {
            index: location.index,
            probability: location.probability,
            p_nearby: location.p_nearby,
            p_single: location.p_single,
            low: location.low,
            high: location.high,
            credible: location.credible,
            share: location.share,
            neighbourhood: location.neighbourhood,
        }
    }
}

#[pymethods]
impl Detector {
    /// P(a segment starts at s | x_0..x_t), for one s; see `smoothed`, which
    /// costs as much for all of them.
    ///
    /// Parameters
    /// ----------
    /// s : int
    ///     Index of the observation.
    ///
    /// Returns
    /// -------
    /// float
    ///     The probability.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If the detector keeps no history.
    /// IndexError
    ///     If the history does not reach back so far, or there is no such observation.
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100, history="all")
    /// >>> steps = detector.update_many([0.1, -0.2, 0.3, 0.0, 7.9, 8.2])
    /// >>> detector.p_change_at(4) > 0.7
    /// True
    fn p_change_at(&self, py: Python<'_>, s: u64) -> PyResult<f64> {
        self.ask_interruptible(py, |filter| filter.p_change_at(s))?
            .map_err(readout_error)
    }

    /// P(a segment starts at s | x_0..x_t) for all s that the history reaches
    /// back to: the first index, and one probability for each from there on.
    ///
    /// Unlike the run-length posterior this counts the cases in which another
    /// change has followed. Index 0 starts the first segment: its 1 is no
    /// change. Needs `history`.
    ///
    /// Returns
    /// -------
    /// first : int, p_change_at : ndarray of float64
    ///     The first index, and the probability of each from there on.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If the detector keeps no history.
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100, history="all")
    /// >>> steps = detector.update_many([0.1, -0.2, 0.3, 0.0, 7.9, 8.2])
    /// >>> first, p_change_at = detector.smoothed()
    /// >>> first, p_change_at[1:].argmax() + 1
    /// (0, np.int64(4))
    fn smoothed<'py>(&self, py: Python<'py>) -> PyResult<(u64, Bound<'py, PyArray1<f64>>)> {
        let smoothed = self
            .ask_interruptible(py, |filter| filter.smoothed())?
            .map_err(readout_error)?;
        Ok((
            smoothed.first,
            PyArray1::from_slice(py, &smoothed.p_change_at),
        ))
    }

    /// P(a segment starts in low..=high | x_0..x_t). Needs `history`.
    ///
    /// Parameters
    /// ----------
    /// low, high : int
    ///     The first and the last index.
    ///
    /// Returns
    /// -------
    /// float
    ///     The probability.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If the detector keeps no history.
    /// IndexError
    ///     If the history does not reach back so far, or there is no such observation.
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100, history="all")
    /// >>> steps = detector.update_many([0.1, -0.2, 0.3, 0.0, 7.9, 8.2])
    /// >>> detector.p_change_between(3, 5) > 0.9
    /// True
    fn p_change_between(&self, py: Python<'_>, low: u64, high: u64) -> PyResult<f64> {
        self.ask_interruptible(py, |filter| filter.p_change_between(low, high))?
            .map_err(readout_error)
    }

    /// The expected number of changes in what the history reaches back to.
    ///
    /// Returns
    /// -------
    /// float
    ///     The sum of `p_change_at`, without index 0.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If the detector keeps no history.
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100, history="all")
    /// >>> steps = detector.update_many([0.1, -0.2, 0.3, 0.0, 7.9, 8.2])
    /// >>> 0.9 < detector.expected_changes() < 1.5
    /// True
    fn expected_changes(&self, py: Python<'_>) -> PyResult<f64> {
        self.ask_interruptible(py, |filter| filter.expected_changes())?
            .map_err(readout_error)
    }

    /// Where each of `changepoints` (those of the detector if None) may have
    /// been: credible sets that hold `mass` of the probability around it.
    /// Needs `history`.
    ///
    /// Parameters
    /// ----------
    /// changepoints : sequence of int, optional
    ///     First indices of new segments; those of the detector if None.
    /// mass : float
    ///     The probability that intervals hold.
    ///
    /// Returns
    /// -------
    /// list of Location
    ///     One for each changepoint.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If the detector keeps no history.
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100, history="all")
    /// >>> steps = detector.update_many([0.1, -0.2, 0.3, 0.0, 7.9, 8.2])
    /// >>> where = detector.locations(mass=0.8)[0]
    /// >>> where.index, where.probability > 0.7, where.p_nearby > 0.9
    /// (4, True, True)
    #[pyo3(signature = (changepoints=None, mass=0.9))]
    fn locations(
        &self,
        py: Python<'_>,
        changepoints: Option<Vec<u64>>,
        mass: f64,
    ) -> PyResult<Vec<Location>> {
        let locations = self.ask_interruptible(py, |filter| {
            let changepoints = changepoints.unwrap_or_else(|| filter.changepoints());
            filter.locations(&changepoints, mass)
        })?;
        let locations = locations.map_err(readout_error)?;
        Ok(locations.into_iter().map(Location::from).collect())
    }

    /// Segmentations drawn from their posterior, each as its changepoints. The
    /// same seed gives the same draws. Needs `history="all"`.
    ///
    /// Parameters
    /// ----------
    /// draws : int
    ///     How many.
    /// seed : int
    ///     Of the random numbers.
    ///
    /// Returns
    /// -------
    /// list of ndarray of int64
    ///     For each draw the first indices of new segments.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If not all of the history was kept.
    /// MemoryError
    ///     If there is not memory for so many.
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100, history="all")
    /// >>> steps = detector.update_many([0.1, -0.2, 0.3, 0.0, 7.9, 8.2])
    /// >>> draws = detector.sample_segmentations(100, seed=1)
    /// >>> len(draws), sum(4 in draw for draw in draws) > 70
    /// (100, True)
    fn sample_segmentations<'py>(
        &self,
        py: Python<'py>,
        draws: usize,
        seed: u64,
    ) -> PyResult<Vec<Bound<'py, PyArray1<i64>>>> {
        check_memory::<Vec<u64>>(draws)?;
        let segmentations = self
            .ask_interruptible(py, |filter| filter.sample_segmentations(draws, seed))?
            .map_err(readout_error)?;
        let segmentations = segmentations.iter().enumerate();
        segmentations
            .map(|(i, starts)| check_signals(py, i).map(|()| indices(py, starts)))
            .collect()
    }
}
