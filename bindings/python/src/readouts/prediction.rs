//! What comes next, and what is known of the current segment's parameters.

use bocpd_core::observation::SideInformation;
use bocpd_core::random::Random;
use numpy::{PyArray1, PyArrayMethods};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::readout_error;
use crate::detector::Detector;
use crate::distribution::Distribution;
use crate::input::Rows;
use crate::memory::check_memory;

#[pymethods]
impl Detector {
    /// What the observation `ahead` steps from here will be (1: the next one);
    /// that there may be a change in between is counted. With `elapsed`, what
    /// the next one will be if it comes after that time. `features` are those of the
    /// observation, where the model regresses on some. Where it has lags, `ahead` is 1.
    ///
    /// Parameters
    /// ----------
    /// ahead : int
    ///     How many observations from here.
    /// elapsed : float, optional
    ///     The time until the next observation, in place of `ahead`.
    /// features : float or array_like, optional
    ///     What comes along with it.
    /// dimension : int
    ///     Which number of the observation, from 0, where it has several.
    ///
    /// Returns
    /// -------
    /// Distribution
    ///     Of the observation, over all hypotheses and the chance of a change in between.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If there was no observation yet, or the model cannot say.
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100)
    /// >>> steps = detector.update_many([0.1, -0.2, 0.3, 0.0, 7.9, 8.2])
    /// >>> low, high = detector.predict().interval(0.9)
    /// >>> low < 8 < high
    /// True
    #[pyo3(signature = (ahead=1, *, elapsed=None, features=None, dimension=0))]
    fn predict(
        &self,
        py: Python<'_>,
        ahead: u64,
        elapsed: Option<f64>,
        features: Option<&Bound<'_, PyAny>>,
        dimension: usize,
    ) -> PyResult<Distribution> {
        let features = Rows::of_one(features)?;
        let mixture = self.ask_interruptible(py, |filter| {
            let side = SideInformation::of_features(&features);
            if features.is_empty() || dimension > 0 {
                return match elapsed {
                    None => filter.predict_number(dimension, ahead),
                    Some(elapsed) => filter.predict_number_after(dimension, elapsed),
                };
            }
            match elapsed {
                None => filter.predict_with(ahead, &side),
                Some(elapsed) => filter.predict_after_with(elapsed, &side),
            }
        })?;
        Ok(mixture.map_err(readout_error)?.into())
    }

    /// What is known of the current segment's parameters, over all hypotheses
    /// about its start: a dictionary from name to distribution, the level first. Where
    /// observations have several numbers, names are followed by which number it is: "mean[1]".
    ///
    /// Returns
    /// -------
    /// dict of str to Distribution
    ///     The level first.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If there was no observation yet, or the model cannot say.
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100)
    /// >>> steps = detector.update_many([0.1, -0.2, 0.3, 0.0, 7.9, 8.2])
    /// >>> list(detector.parameters())
    /// ['mean', 'variance']
    fn parameters<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let parameters = self.ask_interruptible(py, |filter| filter.parameters())?;
        let named = PyDict::new(py);
        for parameter in parameters.map_err(readout_error)? {
            let (name, dimension) = (parameter.name, parameter.dimension);
            let distribution = Distribution::of(parameter);
            if self.dimension() == 1 {
                named.set_item(name, distribution)?;
            } else {
                named.set_item(format!("{name}[{dimension}]"), distribution)?;
            }
        }
        Ok(named)
    }

    /// The probability of a change within the next `k` observations. Any k takes the
    /// same time, unless the hazard is a function without `ln_survival`: that is asked
    /// about the next 2**20 observations, and its last answer holds for all that
    /// follow.
    ///
    /// Parameters
    /// ----------
    /// k : int
    ///     How many observations from here.
    ///
    /// Returns
    /// -------
    /// float
    ///     The probability.
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
    /// >>> round(detector.p_change_within(1), 3)
    /// 0.01
    fn p_change_within(&self, py: Python<'_>, k: u64) -> PyResult<f64> {
        self.ask_interruptible(py, |filter| filter.p_change_within(k))
    }

    /// The probability that the `k`-th observation from here, and none before
    /// it, is the first of a new segment.
    ///
    /// Parameters
    /// ----------
    /// k : int
    ///     How many observations from here.
    ///
    /// Returns
    /// -------
    /// float
    ///     The probability.
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
    /// >>> round(detector.p_next_change_after(2), 4)
    /// 0.0099
    fn p_next_change_after(&self, py: Python<'_>, k: u64) -> PyResult<f64> {
        self.ask_interruptible(py, |filter| filter.p_next_change_after(k))
    }

    /// How many observations from here the next change is expected, on average;
    /// None if there is no mean, or before any observation.
    ///
    /// Returns
    /// -------
    /// float or None
    ///     In observations.
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
    /// >>> round(detector.expected_residual())
    /// 100
    fn expected_residual(&self, py: Python<'_>) -> PyResult<Option<f64>> {
        self.ask_interruptible(py, bocpd_core::AnyDetector::expected_residual)
    }

    /// `n` observations of one segment, its parameters drawn from the prior. The
    /// same seed gives the same numbers. What was seen has no part in it.
    ///
    /// Parameters
    /// ----------
    /// n : int
    ///     How many.
    /// seed : int
    ///     Of the random numbers.
    ///
    /// Returns
    /// -------
    /// ndarray of float64
    ///     Of shape (n,), or (n, d) where observations are d numbers.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If the model cannot simulate.
    /// MemoryError
    ///     If there is not memory for so many.
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.model.Bernoulli(), 100)
    /// >>> len(detector.simulate(5, seed=1))
    /// 5
    #[pyo3(signature = (n, seed=0))]
    fn simulate<'py>(&self, py: Python<'py>, n: usize, seed: u64) -> PyResult<Bound<'py, PyAny>> {
        check_memory::<f64>(n.saturating_mul(self.dimension()))?;
        let drawn =
            self.ask_interruptible(py, |filter| filter.simulate(&mut Random::new(seed), n))?;
        let drawn = drawn.ok_or_else(|| PyValueError::new_err("this model cannot simulate"))?;
        let numbers = PyArray1::from_vec(py, drawn);
        if self.dimension() == 1 {
            return Ok(numbers.into_any());
        }
        Ok(numbers.reshape([n, self.dimension()])?.into_any())
    }
}
