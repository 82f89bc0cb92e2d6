//! Hazards written in Python.

use std::sync::Arc;

use bocpd_core::Hazard;
use pyo3::call::PyCallArgs;
use pyo3::prelude::*;

use crate::failure;
use crate::own::Shared;

/// A function of the run length. With a method `over(age, elapsed)` it is also
/// for observations at irregular times; with `ln_survival(length, further)` and
/// `ln_survival_over(age, elapsed)` no digits are lost where it is nearly 1.
pub(crate) struct OwnHazard {
    function: Shared,
    over: Option<Shared>,
    ln_survival: Option<Shared>,
    ln_survival_over: Option<Shared>,
}

/// After so many calls in a row it is looked whether there are signals: functions
/// that are not written in Python do not look.
const CALLS: usize = 1024;

impl OwnHazard {
    pub(crate) fn new(function: &Bound<'_, PyAny>) -> PyResult<Self> {
        let method = |name| -> PyResult<Option<Shared>> {
            let method = function.getattr_opt(name)?;
            Ok(method.map(|method| Arc::new(method.unbind())))
        };
        Ok(Self {
            function: Arc::new(function.clone().unbind()),
            over: method("over")?,
            ln_survival: method("ln_survival")?,
            ln_survival_over: method("ln_survival_over")?,
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
            for (i, (hazard, &length)) in hazards.iter_mut().zip(lengths).enumerate() {
                *hazard = self.ask(py, length)?;
                if (i + 1) % CALLS == 0 {
                    py.check_signals()?;
                }
            }
            Ok(())
        });
    }

    fn over(&self, age: f64, elapsed: f64) -> Option<f64> {
        of(self.over.as_ref(), (age, elapsed))
    }

    fn ln_survival(&self, length: u64, further: u64) -> Option<f64> {
        of(self.ln_survival.as_ref(), (length, further))
    }

    fn ln_survival_over(&self, age: f64, elapsed: f64) -> Option<f64> {
        of(self.ln_survival_over.as_ref(), (age, elapsed))
    }
}

/// What a method says, if there is one; NaN if it failed.
fn of<A>(method: Option<&Shared>, arguments: A) -> Option<f64>
where
    A: for<'py> PyCallArgs<'py>,
{
    let method = method?;
    let asked = failure::attempt(|py| method.bind(py).call1(arguments)?.extract());
    Some(asked.unwrap_or(f64::NAN))
}
