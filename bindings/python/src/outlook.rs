//! What comes next: prediction, and the end of the current segment.

use bocpd_core::distribution::{Distribution, Mixture};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::detector::Detector;
use crate::readouts::readout_error;

/// What an observation that has not been seen will be: the mixture of what all
/// hypotheses say.
#[pyclass(module = "bocpd", frozen)]
pub(crate) struct Prediction {
    mixture: Mixture,
}

#[pymethods]
impl Prediction {
    /// The mean; NaN if there is none.
    #[getter]
    fn mean(&self) -> f64 {
        self.mixture.mean()
    }

    /// The variance; infinite or NaN if there is none.
    #[getter]
    fn variance(&self) -> f64 {
        self.mixture.variance()
    }

    /// ln p(x), the log density or probability.
    fn ln_density(&self, x: f64) -> f64 {
        self.mixture.ln_density(x)
    }

    /// P(X <= x).
    fn cdf(&self, x: f64) -> f64 {
        self.mixture.cdf(x)
    }

    /// The smallest x with P(X <= x) >= p.
    fn quantile(&self, p: f64) -> PyResult<f64> {
        if !(0.0..=1.0).contains(&p) {
            return Err(PyValueError::new_err(format!(
                "p must lie in [0, 1], got {p}"
            )));
        }
        Ok(self.mixture.quantile(p))
    }

    /// Low and high with (1 - mass)/2 of the probability on either side.
    #[pyo3(signature = (mass=0.9))]
    fn interval(&self, mass: f64) -> PyResult<(f64, f64)> {
        if !(mass > 0.0 && mass < 1.0) {
            return Err(PyValueError::new_err(format!(
                "mass must lie in (0, 1), got {mass}"
            )));
        }
        Ok(self.mixture.interval(mass))
    }

    /// How surprising x is: the probability of a value at least as far out, on
    /// the side on which it lies, doubled.
    fn p_value(&self, x: f64) -> f64 {
        self.mixture.tail(x).p_value()
    }

    fn __repr__(&self) -> String {
        let (mean, variance) = (self.mixture.mean(), self.mixture.variance());
        format!("<Prediction: mean {mean:?}, variance {variance:?}>")
    }
}

#[pymethods]
impl Detector {
    /// What the observation `ahead` steps from here will be (1: the next one);
    /// that there may be a change in between is counted. With `elapsed`, what
    /// an observation after that time will be.
    #[pyo3(signature = (ahead=1, *, elapsed=None))]
    fn predict(&self, py: Python<'_>, ahead: u64, elapsed: Option<f64>) -> PyResult<Prediction> {
        let mixture = self.filter.with(py, |filter| match elapsed {
            None => filter.predict(ahead),
            Some(elapsed) => filter.predict_after(elapsed),
        })?;
        Ok(Prediction {
            mixture: mixture.map_err(readout_error)?,
        })
    }

    /// The probability of a change within the next `k` observations.
    fn p_change_within(&self, py: Python<'_>, k: u64) -> PyResult<f64> {
        self.filter.with(py, |filter| filter.p_change_within(k))
    }
}
