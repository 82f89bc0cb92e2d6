//! The engine of `bocpd.fast_bocpd`: the core's hypotheses in the slots of
//! Fast-BOCPD 1.0.
//!
//! That library has one slot per run length, 0..=R. It starts from a slot 0
//! that has seen nothing, so the first segment appears twice: after n
//! observations, slots n−1 and n hold H and 1−H of the probability of the
//! hypothesis that nothing has changed yet. Beyond R it drops probability; here
//! slot R stands for "R or longer".

use std::error::Error;

use bocpd_core::config::HazardConfig;
use bocpd_core::error::UpdateError;
use bocpd_core::{AnyDetector, Pruning, Step};
use numpy::{PyArray1, PyArrayMethods};
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::detector::take_in_many;
use crate::error::value_error;
use crate::failure;
use crate::guard::Guard;
use crate::hazard::Hazard;
use crate::input::Rows;
use crate::memory::zeros;
use crate::model::Model;
use crate::plain;

/// A filter whose readouts are those of Fast-BOCPD.
#[pyclass(module = "bocpd._core", frozen)]
pub(crate) struct FastBocpd {
    engine: Guard<Engine>,
    slots: usize,
}

struct Engine {
    filter: AnyDetector,
    hazard: f64,
    longest: u64,
}

impl Engine {
    /// Calls `put` with slots and what of their probability to add; newest
    /// slots first, but for the pair of the first segment.
    fn slots(&self, mut put: impl FnMut(usize, f64)) {
        let n = self.filter.observations();
        let slot = |run: u64| usize::try_from(run.min(self.longest)).unwrap_or(usize::MAX);
        if n == 0 {
            put(0, 1.0);
        }
        for (start, p) in self.filter.run_length_posterior().rev() {
            let run = n - 1 - start;
            if start == 0 {
                put(slot(run), p * self.hazard);
                put(slot(run + 1), p * (1.0 - self.hazard));
            } else {
                put(slot(run), p);
            }
        }
    }

    fn change(&self, step: &Step) -> f64 {
        if step.index == 0 {
            self.hazard
        } else {
            step.p_change_now
        }
    }

    /// The fullest slot, the first of equally full ones.
    fn map(&self) -> (usize, f64) {
        let n = self.filter.observations();
        let run = self.filter.map_run_length();
        let p = self.filter.map_probability();
        // With most of the probability in one place there is nothing to compare.
        if n > 0 && run + 1 == n && run < self.longest {
            let kept = p * (1.0 - self.hazard);
            if kept > 1.0 - p && kept > p * self.hazard {
                return (slot_of(run + 1), kept);
            }
        } else if n > 0 && p > 0.5 && run < self.longest {
            return (slot_of(run), p);
        }
        let mut best = (0, 0.0);
        let mut add = (0, 0.0);
        self.slots(|slot, p| {
            add = if slot == add.0 {
                (slot, add.1 + p)
            } else {
                (slot, p)
            };
            if add.1 > best.1 {
                best = add;
            }
        });
        best
    }
}

fn slot_of(run: u64) -> usize {
    usize::try_from(run).unwrap_or(usize::MAX)
}

impl FastBocpd {
    fn around(filter: AnyDetector, mean_run_length: f64, longest: u64) -> PyResult<Self> {
        let slots = usize::try_from(longest)
            .ok()
            .and_then(|longest| longest.checked_add(1))
            .ok_or_else(|| PyValueError::new_err("max_run_length is too large"))?;
        let hazard = 1.0 / mean_run_length;
        Ok(Self {
            engine: Guard::new(Engine {
                filter,
                hazard,
                longest,
            }),
            slots,
        })
    }
}

#[pymethods]
impl FastBocpd {
    #[new]
    fn new(
        model: &Bound<'_, Model>,
        hazard: &Bound<'_, Hazard>,
        max_run_length: u64,
    ) -> PyResult<Self> {
        let HazardConfig::Constant { mean_run_length } = hazard.get().config else {
            return Err(PyValueError::new_err("the hazard must be constant"));
        };
        let mut config = plain::config(model.get().config.clone(), hazard.get().config.clone());
        config.pruning = Pruning::max_run_length(max_run_length);
        config.pruning.min_weight = Some(NEGLIGIBLE);
        let filter = config.build().map_err(|error| value_error(&error))?;
        Self::around(filter, mean_run_length, max_run_length)
    }

    /// What [`to_bytes`](Self::to_bytes) wrote.
    #[staticmethod]
    fn from_bytes(data: &[u8]) -> PyResult<Self> {
        let filter = bocpd_core::any::restore(data).map_err(|error| value_error(&error))?;
        let config = filter.config();
        match (&config.hazard, config.pruning.max_run_length) {
            (&HazardConfig::Constant { mean_run_length }, Some(longest)) => {
                Self::around(filter, mean_run_length, longest)
            }
            _ => Err(PyValueError::new_err("not a state of this detector")),
        }
    }

    /// Takes in x; the posterior over slots and the change probability.
    fn update<'py>(&self, py: Python<'py>, x: f64) -> PyResult<(Bound<'py, PyArray1<f64>>, f64)> {
        let posterior = zeros(py, self.slots)?;
        let mut view = posterior.readwrite();
        let slots = view.as_slice_mut()?;
        let change = self.engine.with(py, |engine| {
            let step = engine.filter.update(&[x])?;
            engine.slots(|slot, p| slots[slot] += p);
            Ok(engine.change(&step))
        })?;
        drop(view);
        Ok((posterior, change.map_err(failed::<UpdateError>)?))
    }

    /// Takes in x; the change probability and the fullest slot.
    fn step(&self, py: Python<'_>, x: f64) -> PyResult<(f64, usize)> {
        let readouts = self.engine.with(py, |engine| {
            let step = engine.filter.update(&[x])?;
            Ok((engine.change(&step), engine.map().0))
        })?;
        readouts.map_err(failed::<UpdateError>)
    }

    /// Takes in many; the change probability of each.
    fn batch_update<'py>(
        &self,
        py: Python<'py>,
        xs: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyArray1<f64>>> {
        let rows = Rows::new(xs, 1)?;
        let numbers = rows.as_slice()?;
        let changes = zeros(py, rows.len())?;
        let mut view = changes.readwrite();
        let mut room = view.as_slice_mut()?.iter_mut();
        let result = self.engine.with_detached(py, |engine| {
            let hazard = engine.hazard;
            take_in_many(&mut engine.filter, numbers, &mut |step| {
                if let Some(change) = room.next() {
                    *change = if step.index == 0 {
                        hazard
                    } else {
                        step.p_change_now
                    };
                }
            })
        })?;
        drop(view);
        failure::raise()?;
        match result {
            Ok(()) => Ok(changes),
            Err(error) => Err(failed(error)),
        }
    }

    /// The posterior over slots.
    fn posterior<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        let posterior = zeros(py, self.slots)?;
        let mut view = posterior.readwrite();
        let slots = view.as_slice_mut()?;
        self.engine
            .with(py, |engine| engine.slots(|slot, p| slots[slot] += p))?;
        drop(view);
        Ok(posterior)
    }

    /// The fullest slot and its probability.
    fn map(&self, py: Python<'_>) -> PyResult<(usize, f64)> {
        self.engine.with(py, |engine| engine.map())
    }

    /// Forgets everything seen.
    fn reset(&self, py: Python<'_>) -> PyResult<()> {
        self.engine.with(py, |engine| engine.filter.reset())
    }

    /// Configuration and state as bytes.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = self.engine.with(py, |engine| engine.filter.snapshot())?;
        Ok(PyBytes::new(py, &bytes))
    }
}

/// Hypotheses under this probability go to their neighbours: far under what
/// the readouts, good to 1e-9, could show after the wildest single observation.
const NEGLIGIBLE: f64 = 1e-30;

/// An observation that cannot be taken in, in the type that Fast-BOCPD has for it.
fn failed<E: Error>(error: E) -> PyErr {
    PyRuntimeError::new_err(error.to_string())
}
