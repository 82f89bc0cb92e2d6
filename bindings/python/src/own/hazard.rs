//! Hazards written in Python.

use std::sync::Arc;

use bocpd_core::Hazard;
use pyo3::prelude::*;

use crate::failure;
use crate::own::Shared;

/// A function of the run length; with a method `over(age, elapsed)` it is also
/// for observations at irregular times.
pub(crate) struct OwnHazard {
    function: Shared,
    over: Option<Shared>,
}

impl OwnHazard {
    pub(crate) fn new(function: &Bound<'_, PyAny>) -> PyResult<Self> {
        let over = if function.hasattr("over")? {
            Some(Arc::new(function.getattr("over")?.unbind()))
        } else {
            None
        };
        Ok(Self {
            function: Arc::new(function.clone().unbind()),
            over,
        })
    }

    /// h(length), NaN if it failed.
    fn ask(&self, py: Python<'_>, length: u64) -> PyResult<f64> {
        self.function.bind(py).call1((length,))?.extract()
    }
}

impl Hazard for OwnHazard {
    fn hazard(&self, length: u64) -> f64 {
        failure::attempt(|py| self.ask(py, length)).unwrap_or(f64::NAN)
    }

    fn fill(&self, lengths: &[u64], hazards: &mut [f64]) {
        hazards.fill(f64::NAN);
        failure::attempt(|py| {
            for (hazard, &length) in hazards.iter_mut().zip(lengths) {
                *hazard = self.ask(py, length)?;
            }
            Ok(())
        });
    }

    fn over(&self, age: f64, elapsed: f64) -> Option<f64> {
        let over = self.over.as_ref()?;
        let asked = failure::attempt(|py| over.bind(py).call1((age, elapsed))?.extract());
        Some(asked.unwrap_or(f64::NAN))
    }
}
