//! The detector as a Python class.

use bocpd_core::{Config, Detect, Keep, Missing, ModelConfig, UpdateError};
use numpy::PyArray1;
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyIterator, PyString, PyTuple};

use crate::alarm::AlarmPolicy;
use crate::error::{alone, in_batch, value_error};
use crate::filter::{Filter, Own};
use crate::guard::Guard;
use crate::hazard::{Hazard, Table};
use crate::input::Rows;
use crate::model::Model;
use crate::own::OwnModel;
use crate::plain;
use crate::pruning::Pruning;
use crate::step::{Step, Steps, signed};

/// Bayesian online changepoint detection.
///
/// Takes in observations one by one or in batches and knows, after each, the
/// posterior of the current segment's start, the evidence, and the most
/// probable segmentation. A changepoint is the index, from 0, of the first
/// observation of a new segment; index 0 is never one.
///
/// Safe to use from several threads: each call has the detector to itself.
#[pyclass(module = "bocpd", frozen)]
pub(crate) struct Detector {
    /// The observation model.
    #[pyo3(get)]
    model: Py<PyAny>,
    /// The hazard.
    #[pyo3(get)]
    hazard: Py<PyAny>,
    /// Which hypotheses are kept.
    #[pyo3(get)]
    pruning: Py<Pruning>,
    missing: Missing,
    pub(crate) filter: Guard<Filter>,
}

/// Run lengths and their probabilities.
type RunLengths<'py> = (Bound<'py, PyArray1<i64>>, Bound<'py, PyArray1<f64>>);

/// A function and its arguments, as pickle has it.
type Reduced<'py> = (
    Bound<'py, PyAny>,
    (Bound<'py, PyBytes>, Option<Bound<'py, PyAny>>),
);

impl Detector {
    fn take_in(&self, py: Python<'_>, row: &[f64], elapsed: Option<f64>) -> PyResult<Step> {
        self.stepped(py, |filter| match elapsed {
            None => filter.update(row),
            Some(elapsed) => filter.update_after(elapsed, row),
        })
    }

    fn stepped(
        &self,
        py: Python<'_>,
        step: impl FnOnce(&mut Filter) -> Result<bocpd_core::Step, UpdateError>,
    ) -> PyResult<Step> {
        match self.filter.with(py, step)? {
            Ok(step) => Ok(step.into()),
            Err(error) => {
                let failure = self.filter.with(py, |filter| filter.take_failure())?;
                Err(alone(py, &error, failure))
            }
        }
    }
}

#[pymethods]
impl Detector {
    #[new]
    #[pyo3(signature = (model, hazard, pruning=None, *, missing="error", history=None, alarm=None))]
    fn new(
        py: Python<'_>,
        model: Bound<'_, PyAny>,
        hazard: Bound<'_, PyAny>,
        pruning: Option<Py<Pruning>>,
        missing: &str,
        history: Option<History>,
        alarm: Option<Py<AlarmPolicy>>,
    ) -> PyResult<Self> {
        let pruning = match pruning {
            Some(pruning) => pruning,
            None => Py::new(
                py,
                Pruning {
                    core: bocpd_core::Pruning::default(),
                },
            )?,
        };
        let missing = match missing {
            "error" => Missing::Error,
            "skip" => Missing::Skip,
            _ => {
                return Err(PyValueError::new_err(format!(
                    "missing must be 'error' or 'skip', got {missing:?}"
                )));
            }
        };
        let hazard = as_hazard(hazard)?;
        // An own model stands beside the plain data, not in it.
        let own = if model.is_instance_of::<Model>() {
            None
        } else {
            OwnModel::new(&model)?
        };
        let plain_model = match &own {
            None => a::<Model>(&model, "model", "an observation model")?
                .get()
                .config
                .clone(),
            Some(_) => ModelConfig::Bernoulli { a: 1.0, b: 1.0 },
        };
        let mut config = plain::config(plain_model, hazard.get().config.clone());
        config.pruning = pruning.get().core;
        config.missing = missing;
        config.history = history.map_or(Ok(Keep::Nothing), History::keep)?;
        config.alarm = alarm.map(|policy| policy.get().core);
        if own.is_some() && config.alarm.is_some() {
            return Err(PyValueError::new_err(
                "alarms are for built-in models; use p_recent_change with a model of your own",
            ));
        }
        let filter = match own {
            None => config.build().map(Filter::Built),
            Some(own) => Own::new(own, config).map(|own| Filter::Own(Box::new(own))),
        };
        let filter = filter.map_err(|error| value_error(&error))?;
        Ok(Self {
            model: model.unbind(),
            hazard: hazard.into_any().unbind(),
            pruning,
            missing,
            filter: Guard::new(filter),
        })
    }

    /// What NaN means: "error", or "skip" for a missing observation.
    #[getter]
    fn missing(&self) -> &'static str {
        match self.missing {
            Missing::Error => "error",
            Missing::Skip => "skip",
        }
    }

    /// How much of the past is kept: None, a number of steps, or "all".
    #[getter]
    fn history<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self.filter.with(py, |filter| filter.config().history)? {
            Keep::Nothing => Ok(py.None().into_bound(py)),
            Keep::Lag(steps) => steps.into_bound_py_any(py),
            Keep::All => "all".into_bound_py_any(py),
        }
    }

    /// When a change is an alarm; None if never.
    #[getter]
    fn alarm(&self, py: Python<'_>) -> PyResult<Option<AlarmPolicy>> {
        let policy = self.filter.with(py, |filter| filter.config().alarm)?;
        Ok(policy.map(|core| AlarmPolicy { core }))
    }

    /// Takes in the next observation; `elapsed` is the time since the previous
    /// one, where the hazard knows what to do with it.
    #[pyo3(signature = (x, *, elapsed=None))]
    fn update(&self, py: Python<'_>, x: &Bound<'_, PyAny>, elapsed: Option<f64>) -> PyResult<Step> {
        // A number needs no look at what the detector is for.
        match x.extract::<f64>() {
            Ok(x) => self.take_in(py, &[x], elapsed),
            Err(not_a_number) => {
                let dimension = self.filter.with(py, |filter| filter.dimension())?;
                if dimension == 1 {
                    return Err(not_a_number);
                }
                let row = Rows::new(x, 1)?;
                self.take_in(py, row.as_slice()?, elapsed)
            }
        }
    }

    /// Takes in many observations; other Python threads run meanwhile.
    ///
    /// A bad value raises `ObservationError` with its `index` in the batch and
    /// the `steps` before it, which were taken.
    fn update_many(&self, py: Python<'_>, xs: &Bound<'_, PyAny>) -> PyResult<Steps> {
        let dimension = self.filter.with(py, |filter| filter.dimension())?;
        let rows = Rows::new(xs, dimension)?;
        let numbers = rows.as_slice()?;
        let (steps, result) = Steps::collect(py, rows.len(), |each| {
            self.filter.with_detached(py, |filter| {
                filter.update_many(numbers, &mut |step| each(step))
            })
        })?;
        match result? {
            Ok(()) => Ok(steps),
            Err(error) => {
                let before = steps.first(py, error.index)?.into_pyobject(py)?.into_any();
                let failure = self.filter.with(py, |filter| filter.take_failure())?;
                Err(in_batch(py, &error, error.index, before.unbind(), failure))
            }
        }
    }

    /// Notes that an observation is missing: time moves, nothing is learned.
    #[pyo3(signature = (*, elapsed=None))]
    fn skip(&self, py: Python<'_>, elapsed: Option<f64>) -> PyResult<Step> {
        self.stepped(py, |filter| match elapsed {
            None => filter.skip(),
            Some(elapsed) => filter.skip_after(elapsed),
        })
    }

    /// The steps of `update` for each observation of an iterable, as they are
    /// asked for.
    fn stream(slf: Py<Self>, py: Python<'_>, xs: &Bound<'_, PyAny>) -> PyResult<Stream> {
        let _ = py;
        Ok(Stream {
            detector: slf,
            xs: xs.try_iter()?.unbind(),
        })
    }

    /// Forgets everything seen.
    fn reset(&self, py: Python<'_>) -> PyResult<()> {
        self.filter.with(py, Filter::reset)
    }

    /// How many observations were taken in, missing ones included.
    #[getter]
    fn observations(&self, py: Python<'_>) -> PyResult<u64> {
        self.filter.with(py, |filter| filter.observations())
    }

    /// P(r_t = 0 | x_0..x_t): the probability that the last observation is the
    /// first of a new segment.
    #[getter]
    fn p_change_now(&self, py: Python<'_>) -> PyResult<f64> {
        self.filter.with(py, |filter| filter.p_change_now())
    }

    /// P(r_t < w | x_0..x_t): the probability that the current segment started
    /// within the last `w` observations.
    fn p_recent_change(&self, py: Python<'_>, w: u64) -> PyResult<f64> {
        self.filter.with(py, |filter| filter.p_recent_change(w))
    }

    /// The run lengths that are still possible, ascending, and their
    /// probabilities.
    fn run_length_posterior<'py>(&self, py: Python<'py>) -> PyResult<RunLengths<'py>> {
        let (run_lengths, probabilities): (Vec<i64>, Vec<f64>) =
            self.filter.with(py, |filter| {
                let last = filter.observations().saturating_sub(1);
                let posterior = filter.run_length_posterior();
                posterior
                    .into_iter()
                    .rev()
                    .map(|(start, p)| (signed(last - start), p))
                    .unzip()
            })?;
        Ok((
            PyArray1::from_slice(py, &run_lengths),
            PyArray1::from_slice(py, &probabilities),
        ))
    }

    /// The most probable run length.
    #[getter]
    fn map_run_length(&self, py: Python<'_>) -> PyResult<u64> {
        self.filter.with(py, |filter| filter.map_run_length())
    }

    /// The probability of the most probable run length.
    #[getter]
    fn map_probability(&self, py: Python<'_>) -> PyResult<f64> {
        self.filter.with(py, |filter| filter.map_probability())
    }

    /// E[r_t | x_0..x_t].
    #[getter]
    fn mean_run_length(&self, py: Python<'_>) -> PyResult<f64> {
        self.filter.with(py, |filter| filter.mean_run_length())
    }

    /// ln p(x_t | x_0..x_{t-1}) of the last observation; 0 if it was missing.
    #[getter]
    fn ln_predictive(&self, py: Python<'_>) -> PyResult<f64> {
        self.filter.with(py, |filter| filter.ln_predictive())
    }

    /// ln p(x_0..x_t), the log evidence of all observations.
    #[getter]
    fn ln_evidence(&self, py: Python<'_>) -> PyResult<f64> {
        self.filter.with(py, |filter| filter.ln_evidence())
    }

    /// The probability given up by pruning, summed over all steps.
    #[getter]
    fn pruned_mass(&self, py: Python<'_>) -> PyResult<f64> {
        self.filter.with(py, |filter| filter.pruned_mass())
    }

    /// How many hypotheses are alive.
    #[getter]
    fn live(&self, py: Python<'_>) -> PyResult<usize> {
        self.filter.with(py, |filter| filter.live())
    }

    /// The changepoints of the jointly most probable segmentation.
    fn changepoints<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<i64>>> {
        Ok(indices(
            py,
            &self.filter.with(py, |filter| filter.changepoints())?,
        ))
    }

    /// The part of `changepoints()` that no later observation can change.
    fn settled<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<i64>>> {
        Ok(indices(
            py,
            &self.filter.with(py, |filter| filter.settled().to_vec())?,
        ))
    }

    /// The part of `changepoints()` that later observations may still change.
    fn provisional<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<i64>>> {
        Ok(indices(
            py,
            &self.filter.with(py, |filter| filter.provisional())?,
        ))
    }

    /// Hands over the settled changepoints and forgets them, so that memory
    /// stays bounded on an endless stream.
    fn take_settled<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<i64>>> {
        Ok(indices(py, &self.filter.with(py, Filter::take_settled)?))
    }

    /// The segments of the jointly most probable segmentation as (start, end)
    /// pairs, end exclusive.
    fn segments(&self, py: Python<'_>) -> PyResult<Vec<(u64, u64)>> {
        let (changepoints, end) = self
            .filter
            .with(py, |filter| (filter.changepoints(), filter.observations()))?;
        let starts = (end > 0)
            .then_some(0)
            .into_iter()
            .chain(changepoints.iter().copied());
        Ok(starts
            .zip(changepoints.iter().copied().chain([end]))
            .collect())
    }

    /// ln of the joint probability of the observations and their most probable
    /// segmentation.
    #[getter]
    fn map_ln_joint(&self, py: Python<'_>) -> PyResult<f64> {
        self.filter.with(py, |filter| filter.map_ln_joint())
    }

    /// Configuration and state as bytes, versioned and checksummed.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = self.filter.with(py, |filter| filter.snapshot())?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// The configuration as JSON, as the command line and the C library take it.
    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        let config = self.filter.with(py, |filter| {
            (!filter.is_own()).then(|| filter.config().clone())
        })?;
        let config = config.ok_or_else(|| {
            PyValueError::new_err("a model written in Python has no configuration as JSON")
        })?;
        serde_json::to_string(&config).map_err(|error| value_error(&error))
    }

    /// A detector that has seen nothing, from a configuration as JSON.
    #[staticmethod]
    fn from_json(py: Python<'_>, text: &str) -> PyResult<Self> {
        let config: Config = serde_json::from_str(text).map_err(|error| value_error(&error))?;
        around(py, config.build().map_err(|error| value_error(&error))?)
    }

    /// A detector from what `to_bytes` gave; it goes on bit for bit as the one
    /// that wrote it would.
    #[staticmethod]
    fn from_bytes(py: Python<'_>, data: &[u8]) -> PyResult<Self> {
        restore(py, data, None)
    }

    /// A detector in the same state that goes its own way.
    fn copy(&self, py: Python<'_>) -> PyResult<Self> {
        let filter = self.filter.with(py, |filter| filter.duplicate())?;
        Ok(Self {
            model: self.model.clone_ref(py),
            hazard: self.hazard.clone_ref(py),
            pruning: self.pruning.clone_ref(py),
            missing: self.missing,
            filter: Guard::new(filter),
        })
    }

    fn __copy__(&self, py: Python<'_>) -> PyResult<Self> {
        self.copy(py)
    }

    fn __deepcopy__(&self, py: Python<'_>, _memo: &Bound<'_, PyAny>) -> PyResult<Self> {
        self.copy(py)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        let py = slf.py();
        let this = slf.get();
        let data = this.to_bytes(py)?;
        // An own model is pickled beside the state, as an empty detector.
        let empty = this.filter.with(py, |filter| filter.is_own())?.then(|| {
            (
                &this.model,
                &this.hazard,
                &this.pruning,
                this.missing(),
                this.history(py)?,
            )
                .into_bound_py_any(py)
        });
        let restore = py.import("bocpd._core")?.getattr("restore")?;
        Ok((restore, (data, empty.transpose()?)))
    }

    /// Takes over the state that `to_bytes` of a detector with the same model,
    /// hazard and pruning gave. Needed for models written in Python, which the
    /// bytes do not describe. Statistics that are Python objects are unpickled:
    /// load only bytes that you trust.
    fn load_bytes(&self, py: Python<'_>, data: &[u8]) -> PyResult<()> {
        let restored = self.filter.with(py, |filter| filter.restore(data))?;
        restored.map_err(|error| value_error(&error))
    }

    /// Gives the memory back now; the detector cannot be used afterwards.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        self.filter.close(py)
    }

    fn __enter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    #[pyo3(signature = (*_exception))]
    fn __exit__(&self, py: Python<'_>, _exception: &Bound<'_, PyAny>) -> PyResult<()> {
        self.close(py)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let seen = match self.observations(py) {
            Ok(n) => format!("{n} observations"),
            Err(_) => "closed".to_owned(),
        };
        Ok(format!(
            "<Detector({}, {}, {}): {seen}>",
            self.model.bind(py).repr()?,
            self.hazard.bind(py).repr()?,
            self.pruning.bind(py).repr()?,
        ))
    }
}

/// How much of the past is kept: the last steps, or "all".
#[derive(FromPyObject)]
enum History {
    #[pyo3(annotation = "int")]
    Lag(u64),
    #[pyo3(annotation = "str")]
    Word(String),
}

impl History {
    fn keep(self) -> PyResult<Keep> {
        match self {
            Self::Lag(steps) => Ok(Keep::Lag(steps)),
            Self::Word(word) if word == "all" => Ok(Keep::All),
            Self::Word(word) => Err(PyValueError::new_err(format!(
                "history must be None, a number of steps or 'all', got {word:?}"
            ))),
        }
    }
}

/// The argument `name` as one of the classes that it has to be of.
fn a<'a, 'py, T: pyo3::PyClass>(
    value: &'a Bound<'py, PyAny>,
    name: &str,
    expected: &str,
) -> PyResult<&'a Bound<'py, T>> {
    value.cast::<T>().map_err(|_| {
        let got = value
            .get_type()
            .name()
            .map_or_else(|_| "?".to_owned(), |n| n.to_string());
        PyTypeError::new_err(format!("{name} must be {expected}, got {got}"))
    })
}

pub(crate) fn indices<'py>(py: Python<'py>, values: &[u64]) -> Bound<'py, PyArray1<i64>> {
    let values: Vec<i64> = values.iter().map(|&value| signed(value)).collect();
    PyArray1::from_slice(py, &values)
}

/// A detector from the bytes of a snapshot; what pickles call.
#[pyfunction]
#[pyo3(signature = (data, empty=None))]
pub(crate) fn restore(
    py: Python<'_>,
    data: &[u8],
    empty: Option<Bound<'_, PyTuple>>,
) -> PyResult<Detector> {
    let Some(empty) = empty else {
        return around(
            py,
            bocpd_core::restore(data).map_err(|error| value_error(&error))?,
        );
    };
    let (model, hazard, pruning, missing, history): (_, _, _, String, _) = empty.extract()?;
    let detector = Detector::new(py, model, hazard, pruning, &missing, history, None)?;
    detector.load_bytes(py, data)?;
    Ok(detector)
}

/// A filter that plain data describes.
fn around(py: Python<'_>, filter: Box<dyn Detect>) -> PyResult<Detector> {
    let config = filter.config().clone();
    Ok(Detector {
        model: plain::instance(py, &config.model)?.unbind(),
        hazard: plain::instance(py, &config.hazard)?.unbind(),
        pruning: Py::new(
            py,
            Pruning {
                core: config.pruning,
            },
        )?,
        missing: config.missing,
        filter: Guard::new(Filter::Built(filter)),
    })
}

/// A hazard, or what stands for one: values, or a function of the run length.
fn as_hazard(hazard: Bound<'_, PyAny>) -> PyResult<Bound<'_, Hazard>> {
    if let Ok(hazard) = hazard.cast::<Hazard>() {
        return Ok(hazard.clone());
    }
    let py = hazard.py();
    let values = if hazard.is_callable() {
        py.import("bocpd._own")?
            .getattr("tabulate")?
            .call1((hazard,))?
    } else if hazard.hasattr("__len__")? && !hazard.is_instance_of::<PyString>() {
        hazard
    } else {
        return a::<Hazard>(&hazard, "hazard", "a hazard, values or a function").cloned();
    };
    let table = py.get_type::<Table>().call1((values,))?;
    Ok(table.cast_into::<Hazard>()?)
}

/// Steps as they are asked for.
#[pyclass(module = "bocpd", frozen)]
pub(crate) struct Stream {
    detector: Py<Detector>,
    xs: Py<PyIterator>,
}

#[pymethods]
impl Stream {
    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Step>> {
        match self.xs.bind(py).clone().next() {
            None => Ok(None),
            Some(x) => self.detector.get().update(py, &x?, None).map(Some),
        }
    }
}
