//! The alarm threshold that keeps a promise.

use bocpd_core::{Calibration as Core, Effort, Quiet, Target, calibrate_detector};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::alarm::AlarmPolicy;
use crate::blueprint::{Blueprint, as_hazard};
use crate::input::Rows;
use crate::memory::room;
use crate::patience::at_length;
use crate::pruning::Pruning;
use crate::readouts::readout_error;
use crate::record::record;

record! {
    /// A threshold and what it achieves.
    Calibration {
        /// For `AlarmPolicy(threshold=...)`.
        threshold: f64,
        /// The share of the quiet streams that this threshold alarms.
        false_alarms: f64,
        /// The Monte Carlo standard error of `false_alarms`.
        false_alarms_error: f64,
        /// The average number of observations until a false alarm.
        average_run_length: f64,
        /// Its Monte Carlo standard error.
        average_run_length_error: f64,
        /// How long each stream was.
        horizon: usize,
        /// How many there were.
        streams: usize,
    }
}

impl From<Core> for Calibration {
    fn from(core: Core) -> Self {
        Self {
            threshold: core.threshold,
            false_alarms: core.false_alarms,
            false_alarms_error: core.false_alarms_error,
            average_run_length: core.average_run_length,
            average_run_length_error: core.average_run_length_error,
            horizon: core.horizon,
            streams: core.streams,
        }
    }
}

/// Finds the alarm threshold that keeps a promise, by Monte Carlo.
///
/// The promise is one of two: `average_run_length` observations on average until
/// a false alarm, or a false alarm within `horizon` observations with probability
/// `false_alarms`. Quiet streams come from the model, their parameters drawn from
/// the prior, or from `history`, quiet data of the past, in blocks of `block`
/// consecutive observations. `alarm` is the policy whose threshold is looked for.
/// `streams` many are tried, for an average run length of at most `longest`
/// observations each. The same `seed` gives the same answer.
#[pyfunction]
#[pyo3(signature = (
    model, hazard, pruning=None, *, average_run_length=None, false_alarms=None, horizon=None,
    alarm=None, history=None, block=1, streams=1000, longest=1000, seed=0
))]
#[expect(clippy::too_many_arguments, reason = "they have names in Python")]
pub(crate) fn calibrate(
    py: Python<'_>,
    model: &Bound<'_, PyAny>,
    hazard: Bound<'_, PyAny>,
    pruning: Option<Py<Pruning>>,
    average_run_length: Option<f64>,
    false_alarms: Option<f64>,
    horizon: Option<usize>,
    alarm: Option<Py<AlarmPolicy>>,
    history: Option<Bound<'_, PyAny>>,
    block: usize,
    streams: usize,
    longest: usize,
    seed: u64,
) -> PyResult<Calibration> {
    let target = match (average_run_length, false_alarms, horizon) {
        (Some(length), None, None) => Target::AverageRunLength(length),
        (None, Some(probability), Some(horizon)) => Target::FalseAlarm {
            probability,
            horizon,
        },
        _ => {
            return Err(PyValueError::new_err(
                "give average_run_length, or false_alarms and horizon",
            ));
        }
    };
    let hazard = as_hazard(hazard)?;
    let mut blueprint = Blueprint::new(model, &hazard)?;
    blueprint.prune(pruning.map(|pruning| pruning.get().core));
    let detector = blueprint.build()?;
    let policy = alarm.map_or_else(Default::default, |policy| policy.get().core);
    let rows = history
        .map(|values| Rows::new(&values, detector.dimension()))
        .transpose()?;
    let values = rows.as_ref().map(Rows::as_slice).transpose()?;
    let quiet = values.map_or(Quiet::Model, |values| Quiet::History { values, block });
    let effort = Effort {
        streams,
        longest,
        seed,
    };
    room::<f64>(streams)?;
    let horizon = horizon.unwrap_or(longest);
    room::<f64>(horizon.saturating_mul(detector.dimension()))?;
    let found = at_length(py, || {
        calibrate_detector(&detector, &policy, quiet, target, effort)
    })?;
    Ok(found.map_err(readout_error)?.into())
}
