//! The current segment, and the most probable segmentation.

use numpy::PyArray1;
use pyo3::prelude::*;

use super::indices;
use crate::detector::Detector;
use crate::step::signed;

/// Run lengths and their probabilities.
type RunLengths<'py> = (Bound<'py, PyArray1<i64>>, Bound<'py, PyArray1<f64>>);

#[pymethods]
impl Detector {
    /// How many observations were taken in, missing ones included.
    #[getter]
    fn observations(&self, py: Python<'_>) -> PyResult<u64> {
        self.ask(py, |filter| filter.observations())
    }

    /// P(r_t = 0 | x_0..x_t): the probability that the last observation is the
    /// first of a new segment.
    #[getter]
    fn p_change_now(&self, py: Python<'_>) -> PyResult<f64> {
        self.ask(py, bocpd_core::AnyDetector::p_change_now)
    }

    /// P(r_t < w | x_0..x_t): the probability that the current segment started
    /// within the last `w` observations.
    ///
    /// Parameters
    /// ----------
    /// w : int
    ///     How many of the last observations.
    ///
    /// Returns
    /// -------
    /// float
    ///     The probability; 1 until there are more than `w` observations.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If the detector is broken or closed.
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100)
    /// >>> steps = detector.update_many([0.1, -0.2, 0.3, 0.0, 7.9, 8.2])
    /// >>> detector.p_recent_change(2) > 0.7
    /// True
    fn p_recent_change(&self, py: Python<'_>, w: u64) -> PyResult<f64> {
        self.ask(py, |filter| filter.p_recent_change(w))
    }

    /// The run lengths that are still possible, ascending, and their
    /// probabilities.
    ///
    /// Returns
    /// -------
    /// run_lengths : ndarray of int64, probabilities : ndarray of float64
    ///     Two arrays of one length.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If the detector is broken or closed.
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100)
    /// >>> steps = detector.update_many([0.1, -0.2, 0.3, 0.0, 7.9, 8.2])
    /// >>> run_lengths, probabilities = detector.run_length_posterior()
    /// >>> run_lengths[probabilities.argmax()]
    /// np.int64(1)
    fn run_length_posterior<'py>(&self, py: Python<'py>) -> PyResult<RunLengths<'py>> {
        let (run_lengths, probabilities): (Vec<i64>, Vec<f64>) = self.ask(py, |filter| {
            let last = filter.observations().saturating_sub(1);
            let posterior = filter.run_length_posterior();
            posterior
                .into_iter()
                .rev()
                .map(|(start, p)| (signed(last - start), p))
                .unzip()
        })?;
        Ok((
            PyArray1::from_slice(py, &run_lengths),
            PyArray1::from_slice(py, &probabilities),
        ))
    }

    /// The most probable run length.
    #[getter]
    fn map_run_length(&self, py: Python<'_>) -> PyResult<u64> {
        self.ask(py, bocpd_core::AnyDetector::map_run_length)
    }

    /// The probability of the most probable run length.
    #[getter]
    fn map_probability(&self, py: Python<'_>) -> PyResult<f64> {
        self.ask(py, bocpd_core::AnyDetector::map_probability)
    }

    /// E[r_t | x_0..x_t].
    #[getter]
    fn mean_run_length(&self, py: Python<'_>) -> PyResult<f64> {
        self.ask(py, bocpd_core::AnyDetector::mean_run_length)
    }

    /// ln p(x_t | x_0..x_{t-1}) of the last observation; 0 if it was missing.
    #[getter]
    fn ln_predictive(&self, py: Python<'_>) -> PyResult<f64> {
        self.ask(py, bocpd_core::AnyDetector::ln_predictive)
    }

    /// ln p(x_0..x_t), the log evidence of all observations.
    #[getter]
    fn ln_evidence(&self, py: Python<'_>) -> PyResult<f64> {
        self.ask(py, bocpd_core::AnyDetector::ln_evidence)
    }

    /// The probability given up by pruning, summed over all steps.
    #[getter]
    fn pruned_mass(&self, py: Python<'_>) -> PyResult<f64> {
        self.ask(py, |filter| filter.pruned_mass())
    }

    /// How many hypotheses are alive.
    #[getter]
    fn live(&self, py: Python<'_>) -> PyResult<usize> {
        self.ask(py, bocpd_core::AnyDetector::live)
    }

    /// The changepoints of the jointly most probable segmentation.
    ///
    /// Returns
    /// -------
    /// ndarray of int64
    ///     First indices of new segments, ascending; index 0 is none.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If the detector is broken or closed.
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100)
    /// >>> steps = detector.update_many([0.1, -0.2, 0.3, 0.0, 7.9, 8.2])
    /// >>> detector.changepoints()
    /// array([4])
    fn changepoints<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<i64>>> {
        Ok(indices(
            py,
            &self.ask(py, bocpd_core::AnyDetector::changepoints)?,
        ))
    }

    /// The part of `changepoints()` that no later observation can change.
    ///
    /// Returns
    /// -------
    /// ndarray of int64
    ///     First indices of new segments, ascending.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If the detector is broken or closed.
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100)
    /// >>> steps = detector.update_many([0.1, -0.2, 0.3, 0.0, 7.9, 8.2])
    /// >>> len(detector.settled()) + len(detector.provisional())
    /// 1
    fn settled<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<i64>>> {
        let settled = self.ask(py, |filter| filter.settled().to_vec())?;
        Ok(indices(py, &settled))
    }

    /// The part of `changepoints()` that later observations may still change.
    ///
    /// Returns
    /// -------
    /// ndarray of int64
    ///     First indices of new segments, ascending.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If the detector is broken or closed.
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100)
    /// >>> steps = detector.update_many([0.1, -0.2, 0.3, 0.0, 7.9, 8.2])
    /// >>> len(detector.settled()) + len(detector.provisional())
    /// 1
    fn provisional<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<i64>>> {
        Ok(indices(
            py,
            &self.ask(py, bocpd_core::AnyDetector::provisional)?,
        ))
    }

    /// Hands over the settled changepoints and forgets them, so that memory
    /// stays bounded on an endless stream.
    ///
    /// Returns
    /// -------
    /// ndarray of int64
    ///     First indices of new segments, ascending.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If the detector is broken or closed.
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100)
    /// >>> steps = detector.update_many([0.1, -0.2, 0.3, 0.0, 7.9, 8.2])
    /// >>> taken = detector.take_settled()
    /// >>> len(detector.settled())
    /// 0
    fn take_settled<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<i64>>> {
        let settled = self.take(py, bocpd_core::AnyDetector::take_settled)?;
        Ok(indices(py, &settled))
    }

    /// ln of the joint probability of the observations and their most probable
    /// segmentation.
    #[getter]
    fn map_ln_joint(&self, py: Python<'_>) -> PyResult<f64> {
        self.ask(py, |filter| filter.map_ln_joint())
    }
}
