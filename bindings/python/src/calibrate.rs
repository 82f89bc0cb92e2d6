//! The alarm threshold that keeps a promise.

use bocpd_core::calibrate::{Calibration as Core, Effort, Quiet, Target, calibrate_detector};
use bocpd_core::error::ReadoutError;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::alarm::AlarmPolicy;
use crate::builder::{Builder, as_hazard};
use crate::error::value_error;
use crate::input::{Rows, count};
use crate::interrupt::interruptible;
use crate::outliers;
use crate::pruning::Pruning;
use crate::readouts::readout_error;
use crate::record::record;

record! {
    in "bocpd.calibrate";

    /// A threshold and what it achieves.
    Calibration {
        /// For `AlarmPolicy(threshold=...)`.
        threshold: f64,
        /// What was asked for: "average_run_length" or "false_alarm".
        quantity: String,
        /// How much of it.
        target: f64,
        /// How much of it the threshold gives the simulated streams: the mean time
        /// to the first alarm, in which a stream without one counts with the
        /// horizon, or the share of the streams with an alarm within the horizon.
        achieved: f64,
        /// The Monte Carlo standard error of `achieved`.
        error: f64,
        /// The lower end of the 95 % interval for what it gives any such stream.
        low: f64,
        /// The upper end. For an average run length it has room for what streams
        /// without an alarm would have needed beyond the horizon, and is infinite
        /// if they give no hint of it.
        high: f64,
        /// The share of the streams that had no alarm within the horizon.
        censored: f64,
        /// How many observations a stream had at most.
        horizon: usize,
        /// How many streams there were.
        streams: usize,
    }
    ///
    /// Examples
    /// --------
    /// >>> found = bocpd.calibrate.calibrate(
    /// ...     bocpd.Gaussian(), 100, false_alarm=0.1, horizon=50, streams=100
    /// ... )
    /// >>> found.quantity, found.target, found.streams
    /// ('false_alarm', 0.1, 100)
}

impl From<Core> for Calibration {
    fn from(core: Core) -> Self {
        Self {
            threshold: core.threshold,
            quantity: core.quantity.name().to_owned(),
            target: core.target,
            achieved: core.achieved,
            error: core.error,
            low: core.low,
            high: core.high,
            censored: core.censored,
            horizon: core.horizon,
            streams: core.streams,
        }
    }
}

/// Finds the alarm threshold that keeps a promise, by Monte Carlo.
///
/// The promise is one of two: `average_run_length` observations on average until
/// the first false alarm, or a false alarm within `horizon` observations with
/// probability `false_alarm` or less. Quiet streams come from the model, their
/// parameters drawn from the prior, or from `history`, quiet data of the past, in
/// blocks of `block` consecutive observations (1 if None). `alarm` is the policy
/// whose threshold is looked for. `streams` many (1000 if None, 2 to 100,000) run
/// until their first alarm, for an average run length for at most `longest`
/// observations each (if None 20 times the average run length). The same `seed` (0
/// if None) gives the same answer. `outliers`, `resolution`, `min_segment` and
/// `sensitivity` are as for `Detector`; streams from the model have outliers too. Ctrl-C ends it.
///
/// Parameters
/// ----------
/// model : Model
///     What segments look like.
/// hazard : Hazard, float, array_like or callable
///     How long segments last. A number is their mean length.
/// pruning : Pruning, optional
///     Which hypotheses are kept.
/// average_run_length : float, optional
///     How many observations on average until the first false alarm.
/// false_alarm : float, optional
///     The probability of a false alarm within `horizon`, in place of `average_run_length`.
/// horizon : int, optional
///     For `false_alarm`.
/// alarm : AlarmPolicy, optional
///     The policy whose threshold is looked for.
/// history : array_like, optional
///     Quiet data of the past, from which streams are drawn.
/// block : int, optional
///     How many consecutive observations are drawn at once.
/// streams : int, optional
///     How many streams.
/// longest : int, optional
///     How many observations a stream has at most.
/// seed : int, optional
///     Of the random numbers.
/// outliers : Outliers or float, optional
///     How often observations are wild values.
/// resolution : float
///     A power, at most 1, that the evidence of a segment counts with; less finds large and
///     long changes only.
/// min_segment : int
///     No segment ends before it has so many observations.
/// sensitivity : float
///     With 10, changes are expected ten times as often as the hazard says.
///
/// Returns
/// -------
/// Calibration
///     The threshold, and what it achieves.
///
/// Raises
/// ------
/// ValueError
///     If a parameter cannot be used, or the promise not be kept.
///
/// Examples
/// --------
/// >>> found = bocpd.calibrate.calibrate(
/// ...     bocpd.Gaussian(), 100, false_alarm=0.1, horizon=50, streams=100
/// ... )
/// >>> 0 < found.threshold < 1, found.achieved <= 0.1
/// (True, True)
#[pyfunction]
#[pyo3(signature = (
    model, hazard, pruning=None, *, average_run_length=None, false_alarm=None, horizon=None,
    alarm=None, history=None, block=None, streams=None, longest=None, seed=None, outliers=None,
    resolution=1.0, min_segment=1, sensitivity=1.0
))]
#[expect(clippy::too_many_arguments, reason = "they have names in Python")]
pub(crate) fn calibrate(
    py: Python<'_>,
    model: &Bound<'_, PyAny>,
    hazard: Bound<'_, PyAny>,
    pruning: Option<Py<Pruning>>,
    average_run_length: Option<f64>,
    false_alarm: Option<f64>,
    horizon: Option<Bound<'_, PyAny>>,
    alarm: Option<Py<AlarmPolicy>>,
    history: Option<Bound<'_, PyAny>>,
    block: Option<Bound<'_, PyAny>>,
    streams: Option<Bound<'_, PyAny>>,
    longest: Option<Bound<'_, PyAny>>,
    seed: Option<Bound<'_, PyAny>>,
    outliers: Option<outliers::Given>,
    resolution: f64,
    min_segment: u64,
    sensitivity: f64,
) -> PyResult<Calibration> {
    let counted = |name, value: Option<Bound<'_, PyAny>>| -> PyResult<Option<usize>> {
        value.map(|value| count(name, &value)).transpose()
    };
    let horizon = counted("horizon", horizon)?;
    let target = match (average_run_length, false_alarm, horizon) {
        (Some(length), None, None) => Target::AverageRunLength(length),
        (None, Some(probability), Some(horizon)) => Target::FalseAlarm {
            probability,
            horizon,
        },
        _ => {
            return Err(PyValueError::new_err(
                "give average_run_length, or false_alarm and horizon",
            ));
        }
    };
    let default = Effort::default();
    let effort = Effort {
        streams: counted("streams", streams)?.unwrap_or(default.streams),
        longest: counted("longest", longest)?,
        seed: seed.map_or(Ok(default.seed), |seed| count("seed", &seed))?,
    };
    let block = counted("block", block)?.unwrap_or(1);
    let hazard = as_hazard(hazard)?;
    let mut builder = Builder::new(model, &hazard)?;
    builder.prune(pruning.map(|pruning| pruning.get().core));
    let config = &mut builder.config;
    config.outliers = outliers.map(outliers::Given::get).transpose()?;
    config.resolution = resolution;
    config.min_segment = min_segment;
    config.sensitivity = sensitivity;
    let detector = builder.build()?;
    let policy = alarm.map_or_else(Default::default, |policy| policy.get().core);
    let rows = history
        .map(|values| Rows::new(&values, detector.dimension()))
        .transpose()?;
    let values = rows.as_ref().map(Rows::as_slice).transpose()?;
    let quiet = values.map_or(Quiet::Model, |values| Quiet::History { values, block });
    let found = interruptible(py, || {
        calibrate_detector(&detector, &policy, quiet, target, effort)
    })?;
    Ok(found.map_err(in_our_words)?.into())
}

/// The error of the core, by the names of the arguments here.
fn in_our_words(error: ReadoutError) -> PyErr {
    match error {
        ReadoutError::Argument(mut error) if error.name == "probability" => {
            error.name = "false_alarm";
            value_error(&error)
        }
        error => readout_error(error),
    }
}
