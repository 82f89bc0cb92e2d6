//! Wild values that are no change.

use bocpd_core::outliers::Outliers as Core;
use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::detector::Detector;
use crate::error::value_error;
use crate::input::{Rows, beside};
use crate::plain;
use crate::readouts::detect_error;

/// How often observations are outliers, and where those come from.
///
/// With this probability an observation has nothing to do with its segment, which
/// does not learn from it: it comes from a Cauchy distribution of this `centre` and
/// `scale`. What is None is taken from the model's prior predictive: its median,
/// and half of its interquartile range. A model written in Python whose predictive
/// is not known needs both.
///
/// Parameters
/// ----------
/// probability : float
///     That an observation is one.
/// centre : float, optional
///     Of the distribution that they come from.
/// scale : float, optional
///     Of the distribution that they come from.
///
/// Raises
/// ------
/// ValueError
///     If a parameter cannot be used.
///
/// Examples
/// --------
/// >>> found = bocpd.detect([0.1, -0.2, 0.3, 0.0, 500, 0.1], outliers=bocpd.Outliers(0.01))
/// >>> found.outliers
/// array([4])
#[pyclass(module = "bocpd", frozen, eq)]
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Outliers {
    pub(crate) core: Core,
}

impl Outliers {
    fn checked(core: Core) -> PyResult<Self> {
        core.check().map_err(|error| value_error(&error))?;
        Ok(Self { core })
    }
}

#[pymethods]
impl Outliers {
    #[new]
    #[pyo3(signature = (probability, centre=None, scale=None))]
    fn new(probability: f64, centre: Option<f64>, scale: Option<f64>) -> PyResult<Self> {
        Self::checked(Core {
            probability,
            centre,
            scale,
        })
    }

    /// The probability that an observation is one.
    #[getter]
    fn probability(&self) -> f64 {
        self.core.probability
    }

    /// The centre of the distribution that they come from.
    #[getter]
    fn centre(&self) -> Option<f64> {
        self.core.centre
    }

    /// Its scale.
    #[getter]
    fn scale(&self) -> Option<f64> {
        self.core.scale
    }

    /// Only what is said.
    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let mut said = Vec::new();
        for (name, value) in plain::keywords(slf)? {
            if !value.is_none() {
                said.push(format!("{name}={}", value.repr()?));
            }
        }
        Ok(format!("Outliers({})", said.join(", ")))
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        PyTuple::new(py, ["probability", "centre", "scale"])
    }

    fn __getnewargs_ex__<'py>(slf: &Bound<'py, Self>) -> PyResult<plain::NewArgs<'py>> {
        plain::new_args(slf)
    }
}

/// Outliers, or their probability alone.
#[derive(FromPyObject)]
pub(crate) enum Given {
    #[pyo3(annotation = "Outliers")]
    Outliers(Py<Outliers>),
    #[pyo3(annotation = "float")]
    Probability(f64),
}

impl Given {
    pub(crate) fn get(self) -> PyResult<Core> {
        match self {
            Self::Outliers(outliers) => Ok(outliers.get().core),
            Self::Probability(probability) => {
                Outliers::checked(Core::new(probability)).map(|outliers| outliers.core)
            }
        }
    }
}

#[pymethods]
impl Detector {
    /// How often observations are outliers; None if none are expected.
    #[getter]
    pub(crate) fn outliers(&self, py: Python<'_>) -> PyResult<Option<Outliers>> {
        let outliers = self.tell(py, |filter| filter.config().outliers)?;
        Ok(outliers.map(|core| Outliers { core }))
    }

    /// P(x_t is an outlier | x_0..x_t) of the last observation; 0 if it was missing,
    /// before any, and where no outliers are expected.
    #[getter]
    fn p_outlier(&self, py: Python<'_>) -> PyResult<f64> {
        self.ask(py, bocpd_core::AnyDetector::p_outlier)
    }

    /// For each observation of a series P(it is an outlier), given that segments
    /// start at 0 and at `changepoints` (those of the detector if None) and all that
    /// its segment has learned, before it and after it; of models that time changes or
    /// that have lags, before it. 0 for missing ones; empty where no outliers are expected.
    ///
    /// Parameters
    /// ----------
    /// xs : array_like
    ///     The series.
    /// changepoints : sequence of int, optional
    ///     First indices of new segments; those of the detector if None.
    /// features : array_like, optional
    ///     A row for each observation, where the model regresses on some.
    ///
    /// Returns
    /// -------
    /// ndarray of float64
    ///     The probability of each.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If changepoints are not within the series.
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100, outliers=0.01)
    /// >>> xs = [0.1, -0.2, 0.3, 0.0, 50.0, 0.1, -0.3]
    /// >>> steps = detector.update_many(xs)
    /// >>> detector.p_outlier_in(xs).argmax()
    /// np.int64(4)
    #[pyo3(signature = (xs, changepoints=None, *, features=None))]
    fn p_outlier_in<'py>(
        &self,
        py: Python<'py>,
        xs: &Bound<'py, PyAny>,
        changepoints: Option<Vec<u64>>,
        features: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyArray1<f64>>> {
        let rows = Rows::new(xs, self.dimension())?;
        let features = Rows::features(features, rows.len())?;
        let numbers = beside(&rows, features.as_ref())?;
        let found = self.ask_interruptible(py, |filter| {
            let changepoints = changepoints.unwrap_or_else(|| filter.changepoints());
            filter.p_outlier_in(numbers, &changepoints)
        })?;
        Ok(PyArray1::from_vec(py, found.map_err(detect_error)?))
    }
}
