//! Which hypotheses are kept, as a Python class.

use bocpd_core::Pruning as Core;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::error::value_error;

/// Which hypotheses a detector keeps. The limits combine; without any, the
/// filter is exact and grows by one hypothesis with every observation.
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
            ..
        } = self.core;
        (max_hypotheses, min_weight.map(f64::to_bits), max_run_length).hash(state);
    }
}

#[pymethods]
impl Pruning {
    #[new]
    #[pyo3(signature = (max_hypotheses=None, min_weight=None, max_run_length=None))]
    fn new(
        max_hypotheses: Option<usize>,
        min_weight: Option<f64>,
        max_run_length: Option<u64>,
    ) -> PyResult<Self> {
        let mut core = Core::exact();
        core.max_hypotheses = max_hypotheses;
        core.min_weight = min_weight;
        core.max_run_length = max_run_length;
        core.check().map_err(|error| value_error(&error))?;
        Ok(Self { core })
    }

    /// Nothing is given up: time and memory grow with the stream.
    #[staticmethod]
    fn exact() -> Self {
        Self {
            core: Core::exact(),
        }
    }

    /// What a detector does if nothing is said.
    #[staticmethod]
    fn default() -> Self {
        Self {
            core: Core::default(),
        }
    }

    /// Keep at most this many hypotheses, the most probable ones.
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

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (k, weight, longest) = self.__getnewargs__();
        let values = PyTuple::new(
            py,
            [
                k.into_pyobject(py)?.into_any(),
                weight.into_pyobject(py)?.into_any(),
                longest.into_pyobject(py)?.into_any(),
            ],
        )?;
        let names = ["max_hypotheses", "min_weight", "max_run_length"];
        let mut parts = Vec::new();
        for (name, value) in names.iter().zip(values.iter()) {
            if !value.is_none() {
                parts.push(format!("{name}={}", value.repr()?));
            }
        }
        Ok(format!("Pruning({})", parts.join(", ")))
    }

    fn __getnewargs__(&self) -> (Option<usize>, Option<f64>, Option<u64>) {
        (
            self.core.max_hypotheses,
            self.core.min_weight,
            self.core.max_run_length,
        )
    }
}
