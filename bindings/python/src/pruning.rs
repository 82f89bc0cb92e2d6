//! Which hypotheses are kept, as a Python class.

use bocpd_core::Pruning as Core;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::error::value_error;
use crate::plain;

/// Which hypotheses a detector keeps. The limits combine; without any, the
/// filter is exact and grows by one hypothesis with every observation.
///
/// Parameters
/// ----------
/// max_hypotheses : int, optional
///     How many are kept at most, those that would be missed most.
/// min_weight : float, optional
///     Less probable ones are dropped.
/// max_run_length : int, optional
///     All run lengths of this many or more are one.
/// resample : int, optional
///     A seed: those that stay within `max_hypotheses` are drawn.
///
/// Raises
/// ------
/// ValueError
///     If a limit cannot be used.
///
/// Examples
/// --------
/// >>> bocpd.Pruning(max_hypotheses=100)
/// Pruning(max_hypotheses=100)
#[pyclass(module = "bocpd", frozen, eq, hash)]
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Pruning {
    pub(crate) core: Core,
}

impl std::hash::Hash for Pruning {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        let Core {
            max_hypotheses,
            min_weight,
            max_run_length,
            resample,
            ..
        } = self.core;
        let weight = min_weight.map(f64::to_bits);
        (max_hypotheses, weight, max_run_length, resample).hash(state);
    }
}

#[pymethods]
impl Pruning {
    #[new]
    #[pyo3(signature = (max_hypotheses=None, min_weight=None, max_run_length=None, resample=None))]
    fn new(
        max_hypotheses: Option<usize>,
        min_weight: Option<f64>,
        max_run_length: Option<u64>,
        resample: Option<u64>,
    ) -> PyResult<Self> {
        let mut core = Core::exact();
        core.max_hypotheses = max_hypotheses;
        core.min_weight = min_weight;
        core.max_run_length = max_run_length;
        core.resample = resample;
        core.check().map_err(|error| value_error(&error))?;
        Ok(Self { core })
    }

    /// Nothing is given up: time and memory grow with the stream.
    ///
    /// Returns
    /// -------
    /// Pruning
    ///     Without limits.
    ///
    /// Examples
    /// --------
    /// >>> bocpd.Pruning.exact() == bocpd.Pruning()
    /// True
    #[staticmethod]
    fn exact() -> Self {
        Self {
            core: Core::exact(),
        }
    }

    /// What a detector does if nothing is said.
    ///
    /// Returns
    /// -------
    /// Pruning
    ///     32 hypotheses, none under 1e-10.
    ///
    /// Examples
    /// --------
    /// >>> bocpd.Pruning.default()
    /// Pruning(max_hypotheses=32, min_weight=1e-10)
    #[staticmethod]
    fn default() -> Self {
        Self {
            core: Core::default(),
        }
    }

    /// Keep at most this many hypotheses, those that would be missed most.
    #[getter]
    fn max_hypotheses(&self) -> Option<usize> {
        self.core.max_hypotheses
    }

    /// Drop hypotheses less probable than this.
    #[getter]
    fn min_weight(&self) -> Option<f64> {
        self.core.min_weight
    }

    /// Treat all run lengths of this many or more as one.
    #[getter]
    fn max_run_length(&self) -> Option<u64> {
        self.core.max_run_length
    }

    /// Choose those that stay within `max_hypotheses` by stratified optimal
    /// resampling with random numbers from this seed, instead of the most
    /// probable.
    #[getter]
    fn resample(&self) -> Option<u64> {
        self.core.resample
    }

    /// Only what is said.
    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let mut said = Vec::new();
        for (name, value) in plain::keywords(slf)? {
            if !value.is_none() {
                said.push(format!("{name}={}", value.repr()?));
            }
        }
        Ok(format!("Pruning({})", said.join(", ")))
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        let names = ["max_hypotheses", "min_weight", "max_run_length", "resample"];
        PyTuple::new(py, names)
    }

    fn __getnewargs_ex__<'py>(slf: &Bound<'py, Self>) -> PyResult<plain::NewArgs<'py>> {
        plain::new_args(slf)
    }
}
