//! The detector as a Python class: making it, and taking observations in.

use std::ops::Range;

use bocpd_core::error::{BatchError, UpdateError};
use bocpd_core::interrupt::go_on;
use bocpd_core::observation::{Observation, Rows as CoreRows, SideInformation};
use bocpd_core::{AnyDetector, Missing};
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyIterator;

use crate::alarm::AlarmPolicy;
use crate::builder::{Builder, as_hazard};
use crate::error::{alone, in_batch, value_error};
use crate::failure;
use crate::guard::Guard;
use crate::input::{Rows, beside, is_missing};
use crate::outliers;
use crate::product::as_model;
use crate::pruning::Pruning;
use crate::step::{Step, Steps};
use crate::stream::{Alternative, missing_policy, per};

/// Bayesian online changepoint detection.
///
/// Takes in observations one by one or in batches and knows, after each, the
/// posterior of the current segment's start, the evidence, and the most
/// probable segmentation. A changepoint is the index, from 0, of the first
/// observation of a new segment; index 0 is never one.
///
/// Safe to use from several threads: each call has the detector to itself.
///
/// Parameters
/// ----------
/// model : Model or sequence of Model
///     What segments look like; also a model of your own (`bocpd.model.ColumnModel`). Of
///     observations of several numbers a model for each (`bocpd.model.Product`).
/// hazard : Hazard, float, array_like or callable
///     How long segments last: a hazard; a number, which is their mean length; the values h(1),
///     h(2), ...; or a function of the run length.
/// pruning : Pruning, optional
///     Which hypotheses are kept; if None those of `Pruning.default()`.
/// missing : {"error", "skip"}
///     What NaN, None and NA are: an error, or a missing observation.
/// history : int or "all", optional
///     How much of the past is kept, for questions about it: so many steps, or everything.
/// shifts : bool
///     Whether direction and size of changes are followed, for `shift`.
/// alarm : AlarmPolicy, optional
///     When a change is an alarm.
/// outliers : Outliers or float, optional
///     How often observations are wild values.
/// alternatives : sequence of Model or (Model, float), optional
///     Other models that the stream may have, with weights beside that of `model`, which is 1.
/// alternatives_per : {"stream", "segment"}, default "stream"
///     Whether the whole stream has one of the models, or each segment anew.
/// resolution : float
///     A power, at most 1, that the evidence of a segment counts with; less finds large and
///     long changes only.
/// min_segment : int
///     No segment ends before it has so many observations.
/// sensitivity : float
///     With 10, changes are expected ten times as often as the hazard says.
///
/// Raises
/// ------
/// ValueError
///     If a parameter cannot be used.
/// TypeError
///     If it is not of the kind that it must be.
///
/// Examples
/// --------
/// >>> detector = bocpd.Detector(bocpd.Gaussian(), bocpd.Constant(100))
/// >>> for x in [0.1, -0.2, 0.3, 0.0, 7.9, 8.2]:
/// ...     step = detector.update(x)
/// >>> step.map_run_length, detector.changepoints()
/// (1, array([4]))
/// >>> detector.p_recent_change(2) > 0.7
/// True
#[pyclass(module = "bocpd", frozen)]
pub(crate) struct Detector {
    /// The observation model.
    #[pyo3(get)]
    pub(crate) model: Py<PyAny>,
    /// The hazard: an object of the package, or a function.
    #[pyo3(get)]
    pub(crate) hazard: Py<PyAny>,
    /// Which hypotheses are kept.
    #[pyo3(get)]
    pub(crate) pruning: Py<Pruning>,
    dimension: usize,
    /// Whether plain data describes it: neither model nor hazard is written in
    /// Python.
    plain: bool,
    filter: Guard<AnyDetector>,
}

/// After so many observations of a batch it is looked whether it is still wanted.
const BLOCK: usize = 256;

/// With more hypotheses than this a step takes long enough to let other Python threads
/// run.
const MANY: usize = 1 << 18;

impl Detector {
    pub(crate) fn around(
        model: Py<PyAny>,
        hazard: Py<PyAny>,
        pruning: Py<Pruning>,
        plain: bool,
        filter: AnyDetector,
    ) -> Self {
        Self {
            model,
            hazard,
            pruning,
            dimension: filter.dimension(),
            plain,
            filter: Guard::new(filter),
        }
    }

    /// How many numbers make an observation.
    pub(crate) fn dimension(&self) -> usize {
        self.dimension
    }

    /// Whether plain data describes it.
    pub(crate) fn is_plain(&self) -> bool {
        self.plain
    }

    /// Asks the filter about what it has seen, of which a broken one says nothing.
    pub(crate) fn ask<R>(
        &self,
        py: Python<'_>,
        question: impl FnOnce(&AnyDetector) -> R,
    ) -> PyResult<R> {
        self.take(py, |filter| question(filter))
    }

    /// The same for what takes it from the filter.
    pub(crate) fn take<R>(
        &self,
        py: Python<'_>,
        question: impl FnOnce(&mut AnyDetector) -> R,
    ) -> PyResult<R> {
        let answer = self.tell(py, |filter| whole(filter).map(|()| question(filter)))?;
        answer.map_err(|error| value_error(&error))
    }

    /// Tells the filter what to do, or asks what it was made of. What a model or hazard
    /// raises meanwhile is raised here.
    pub(crate) fn tell<R>(
        &self,
        py: Python<'_>,
        order: impl FnOnce(&mut AnyDetector) -> R,
    ) -> PyResult<R> {
        let answer = self.filter.with(py, |filter| order(filter))?;
        failure::raise()?;
        Ok(answer)
    }

    /// The same for questions that take their time: other Python threads run
    /// meanwhile, and signals are heard.
    pub(crate) fn ask_interruptible<R: Send>(
        &self,
        py: Python<'_>,
        question: impl FnOnce(&AnyDetector) -> R + Send,
    ) -> PyResult<R> {
        let answer =
            self.tell_interruptible(py, |filter| whole(filter).map(|()| question(filter)))?;
        answer.map_err(|error| value_error(&error))
    }

    /// The same for orders.
    pub(crate) fn tell_interruptible<R: Send>(
        &self,
        py: Python<'_>,
        order: impl FnOnce(&mut AnyDetector) -> R + Send,
    ) -> PyResult<R> {
        let answer = self.filter.with_detached(py, order)?;
        failure::raise()?;
        Ok(answer)
    }

    /// The same without raising anything.
    pub(crate) fn order_detached<R: Send>(
        &self,
        py: Python<'_>,
        order: impl FnOnce(&mut AnyDetector) -> R + Send,
    ) -> PyResult<R> {
        self.filter.with_detached(py, order)
    }

    fn take_in(
        &self,
        py: Python<'_>,
        row: &[f64],
        features: &[f64],
        elapsed: Option<f64>,
    ) -> PyResult<Step> {
        self.step(py, |filter| {
            if features.is_empty() {
                return filter.update_with(Observation::of(row), elapsed);
            }
            let side = SideInformation::of_features(features);
            filter.update_with(Observation::with(row, &side), elapsed)
        })
    }

    fn step(
        &self,
        py: Python<'_>,
        step: impl FnOnce(&mut AnyDetector) -> Result<bocpd_core::Step, UpdateError> + Send,
    ) -> PyResult<Step> {
        let taken = self.filter.with(py, |filter| {
            if filter.live() > MANY {
                py.detach(|| step(filter))
            } else {
                step(filter)
            }
        });
        match taken? {
            Ok(step) => failure::raise().map(|()| step.into()),
            Err(error) => Err(alone(py, &error, failure::take())),
        }
    }
}

/// An error if a model has broken the filter.
fn whole(filter: &AnyDetector) -> Result<(), UpdateError> {
    if filter.is_broken() {
        Err(UpdateError::Broken)
    } else {
        Ok(())
    }
}

/// Takes in rows as long as they are wanted: what a signal's handler has raised in
/// between is kept.
pub(crate) fn take_in_many<'a>(
    filter: &mut AnyDetector,
    rows: impl Into<CoreRows<'a>>,
    each: &mut dyn FnMut(&bocpd_core::Step),
) -> Result<(), BatchError> {
    let rows = rows.into();
    let block = BLOCK * filter.dimension();
    // Every row has as many features.
    let n = rows.values.len() / filter.dimension();
    let width = rows.features.len().checked_div(n).unwrap_or(0);
    for (i, values) in rows.values.chunks(block).enumerate() {
        let features = &rows.features[i * BLOCK * width..];
        let features = &features[..features.len().min(BLOCK * width)];
        let rows = CoreRows::with_features(values, features);
        filter
            .update_many(rows, each)
            .map_err(|error| BatchError::new(i * BLOCK + error.index, error.error))?;
        if !go_on() {
            break;
        }
    }
    Ok(())
}

/// The same for those in a range of indices, `elapsed` after the ones before if that is given;
/// an error says which it was of all.
pub(crate) fn take_in_range(
    filter: &mut AnyDetector,
    rows: CoreRows<'_>,
    elapsed: Option<&[f64]>,
    range: Range<usize>,
    each: &mut dyn FnMut(&bocpd_core::Step),
) -> Result<(), BatchError> {
    let (from, dimension) = (range.start, filter.dimension());
    let n = rows.values.len() / dimension;
    let width = rows.features.len().checked_div(n).unwrap_or(0);
    let part = CoreRows::with_features(
        &rows.values[from * dimension..range.end * dimension],
        &rows.features[from * width..range.end * width],
    );
    let taken = match elapsed {
        None => take_in_many(filter, part, each),
        Some(elapsed) => take_in_after(filter, part, &elapsed[range], each),
    };
    taken.map_err(|error| BatchError::new(from + error.index, error.error))
}

/// The same for observations that come so long after the ones before.
fn take_in_after(
    filter: &mut AnyDetector,
    rows: CoreRows<'_>,
    elapsed: &[f64],
    each: &mut dyn FnMut(&bocpd_core::Step),
) -> Result<(), BatchError> {
    let width = rows.features.len().checked_div(elapsed.len()).unwrap_or(0);
    let values = rows.values.chunks(filter.dimension());
    for (i, (row, &elapsed)) in values.zip(elapsed).enumerate() {
        let side = SideInformation::of_features(&rows.features[i * width..][..width]);
        let row = if width == 0 {
            Observation::of(row)
        } else {
            Observation::with(row, &side)
        };
        let step = filter.update_with(row, Some(elapsed));
        each(&step.map_err(|error| BatchError::new(i, error))?);
        if i % BLOCK == BLOCK - 1 && !go_on() {
            break;
        }
    }
    Ok(())
}

#[pymethods]
impl Detector {
    #[new]
    #[pyo3(signature = (
        model, hazard, pruning=None, *, missing="error", history=None, shifts=false, alarm=None,
        outliers=None, alternatives=Vec::new(), alternatives_per="stream", resolution=1.0, min_segment=1,
        sensitivity=1.0
    ))]
    #[expect(clippy::too_many_arguments, reason = "they have names in Python")]
    pub(crate) fn new(
        py: Python<'_>,
        model: Bound<'_, PyAny>,
        hazard: Bound<'_, PyAny>,
        pruning: Option<Py<Pruning>>,
        missing: &str,
        history: Option<History>,
        shifts: bool,
        alarm: Option<Py<AlarmPolicy>>,
        outliers: Option<outliers::Given>,
        alternatives: Vec<Alternative>,
        alternatives_per: &str,
        resolution: f64,
        min_segment: u64,
        sensitivity: f64,
    ) -> PyResult<Self> {
        let (model, hazard) = (as_model(model)?, as_hazard(hazard)?);
        let mut builder = Builder::new(&model, &hazard)?;
        builder.prune(pruning.as_ref().map(|pruning| pruning.get().core));
        let config = &mut builder.config;
        config.missing = missing_policy(missing)?;
        config.history = history.map_or(Ok(bocpd_core::History::Nothing), History::get)?;
        config.shifts = shifts;
        config.alarm = alarm.map(|policy| policy.get().core);
        config.outliers = outliers.map(outliers::Given::get).transpose()?;
        config.alternatives = alternatives.into_iter().map(Alternative::get).collect();
        config.alternatives_per = per(alternatives_per)?;
        config.resolution = resolution;
        config.min_segment = min_segment;
        config.sensitivity = sensitivity;
        let core = config.pruning;
        let pruning = pruning.map_or_else(|| Py::new(py, Pruning { core }), Ok)?;
        let filter = builder.build()?;
        let plain = builder.is_plain();
        Ok(Self::around(
            model.unbind(),
            hazard.unbind(),
            pruning,
            plain,
            filter,
        ))
    }

    /// What NaN means: "error", or "skip" for a missing observation.
    #[getter]
    pub(crate) fn missing(&self, py: Python<'_>) -> PyResult<&'static str> {
        self.tell(py, |filter| match filter.config().missing {
            Missing::Error => "error",
            Missing::Skip => "skip",
        })
    }

    /// How much of the past is kept: None, a number of steps, or "all".
    #[getter]
    pub(crate) fn history<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self.tell(py, |filter| filter.config().history)? {
            bocpd_core::History::Nothing => Ok(py.None().into_bound(py)),
            bocpd_core::History::Lag(steps) => steps.into_bound_py_any(py),
            bocpd_core::History::All => "all".into_bound_py_any(py),
        }
    }

    /// Whether direction and size of changes are followed without an alarm
    /// policy, too.
    #[getter]
    pub(crate) fn shifts(&self, py: Python<'_>) -> PyResult<bool> {
        self.tell(py, |filter| filter.config().shifts)
    }

    /// When a change is an alarm; None if never.
    #[getter]
    pub(crate) fn alarm(&self, py: Python<'_>) -> PyResult<Option<AlarmPolicy>> {
        let policy = self.tell(py, |filter| filter.config().alarm)?;
        Ok(policy.map(|core| AlarmPolicy { core }))
    }

    /// The power that evidence counts with.
    #[getter]
    pub(crate) fn resolution(&self, py: Python<'_>) -> PyResult<f64> {
        self.tell(py, |filter| filter.config().resolution)
    }

    /// How many observations a segment has at least before it ends.
    #[getter]
    pub(crate) fn min_segment(&self, py: Python<'_>) -> PyResult<u64> {
        self.tell(py, |filter| filter.config().min_segment)
    }

    /// How many times as frequent changes are as the hazard says.
    #[getter]
    pub(crate) fn sensitivity(&self, py: Python<'_>) -> PyResult<f64> {
        self.tell(py, |filter| filter.config().sensitivity)
    }

    /// Takes in the next observation; `elapsed` is the time since the previous
    /// one, where the hazard knows what to do with it, `features` what comes along
    /// with it, where the model regresses on some.
    ///
    /// Parameters
    /// ----------
    /// x : float or array_like
    ///     The observation; where `missing="skip"`, NaN, None and NA are a missing one, or a
    ///     missing number of several.
    /// elapsed : float, optional
    ///     The time since the previous observation, in the unit that the hazard is in.
    /// features : float or array_like, optional
    ///     What comes along with it.
    ///
    /// Returns
    /// -------
    /// Step
    ///     What this observation has told.
    ///
    /// Raises
    /// ------
    /// ObservationError
    ///     If the model cannot have produced it; the detector is as before.
    /// TypeError
    ///     If it is not a number.
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100)
    /// >>> detector.update(0.3).index
    /// 0
    /// >>> detector.update(9.0).p_change_now > 0.01
    /// True
    #[pyo3(signature = (x, *, elapsed=None, features=None))]
    fn update(
        &self,
        py: Python<'_>,
        x: &Bound<'_, PyAny>,
        elapsed: Option<f64>,
        features: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Step> {
        let features = Rows::of_one(features)?;
        match x.extract::<f64>() {
            Ok(x) => self.take_in(py, &[x], &features, elapsed),
            Err(_) if is_missing(x) => {
                self.take_in(py, &vec![f64::NAN; self.dimension], &features, elapsed)
            }
            Err(not_a_number) if self.dimension == 1 => Err(not_a_number),
            Err(_) => {
                let row = Rows::new(x, 1)?;
                self.take_in(py, row.as_slice()?, &features, elapsed)
            }
        }
    }

    /// Takes in many observations; other Python threads run meanwhile. `features`
    /// has a row for each, where the model regresses on some.
    ///
    /// A bad value raises `ObservationError` with its `index` in the batch and
    /// the `steps` before it, which were taken.
    ///
    /// Parameters
    /// ----------
    /// xs : array_like
    ///     The observations: numbers in an array, a list, a Series, one column.
    /// elapsed : array_like, optional
    ///     How long after the one before each of them came. Before the first observation of all no
    ///     time passes, whatever stands there.
    /// features : array_like, optional
    ///     A row for each observation, where the model regresses on some.
    ///
    /// Returns
    /// -------
    /// Steps
    ///     What each of them has told.
    ///
    /// Raises
    /// ------
    /// ObservationError
    ///     If the model cannot have produced one of them.
    /// TypeError
    ///     If they are not numbers.
    /// ValueError
    ///     If there is another number of them than of `elapsed` or `features`.
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.model.Poisson(), 100)
    /// >>> detector.update_many([3, 2, 4]).map_run_length
    /// array([0, 1, 2])
    /// >>> try:
    /// ...     detector.update_many([3, -1])
    /// ... except bocpd.ObservationError as error:
    /// ...     print(error.index, len(error.steps))
    /// 1 1
    #[pyo3(signature = (xs, *, elapsed=None, features=None))]
    fn update_many(
        &self,
        py: Python<'_>,
        xs: &Bound<'_, PyAny>,
        elapsed: Option<&Bound<'_, PyAny>>,
        features: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Steps> {
        let rows = Rows::new(xs, self.dimension)?;
        let features = Rows::features(features, rows.len())?;
        let elapsed = elapsed.map(|elapsed| Rows::elapsed(elapsed, rows.len()));
        let elapsed = elapsed.transpose()?;
        let numbers = beside(&rows, features.as_ref())?;
        let elapsed = elapsed.as_ref().map(Rows::as_slice).transpose()?;
        let (steps, done) = Steps::collect(py, rows.len(), |each| {
            self.filter.with_detached(py, |filter| match elapsed {
                None => take_in_many(filter, numbers, &mut |step| each(step)),
                Some(elapsed) => take_in_after(filter, numbers, elapsed, &mut |step| each(step)),
            })
        })?;
        match done? {
            Ok(()) => failure::raise().map(|()| steps),
            Err(error) => {
                let before = steps.first(py, error.index)?.into_pyobject(py)?.into_any();
                Err(in_batch(py, &error, before.unbind(), failure::take()))
            }
        }
    }

    /// Notes that an observation is missing: time moves, nothing is learned.
    ///
    /// Parameters
    /// ----------
    /// elapsed : float, optional
    ///     The time since the previous observation, in the unit that the hazard is in.
    ///
    /// Returns
    /// -------
    /// Step
    ///     Of the missing observation; its `ln_predictive` is 0.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If `elapsed` cannot be used.
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100)
    /// >>> detector.update(0.3).map_run_length, detector.skip().map_run_length
    /// (0, 1)
    #[pyo3(signature = (*, elapsed=None))]
    fn skip(&self, py: Python<'_>, elapsed: Option<f64>) -> PyResult<Step> {
        self.step(py, |filter| match elapsed {
            None => filter.skip(),
            Some(elapsed) => filter.skip_after(elapsed),
        })
    }

    /// The steps of `update` for each observation of an iterable, as they are
    /// asked for; `features` are those of each, another iterable.
    ///
    /// Parameters
    /// ----------
    /// xs : iterable
    ///     The observations.
    /// features : iterable, optional
    ///     The features of each.
    ///
    /// Returns
    /// -------
    /// iterator of Step
    ///     Each observation is taken in when its step is asked for.
    ///
    /// Raises
    /// ------
    /// ObservationError
    ///     From the iterator, at an observation that the model cannot have produced.
    /// TypeError
    ///     If `xs` cannot be iterated over.
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100)
    /// >>> [step.map_run_length for step in detector.stream([0.1, -0.2, 0.3])]
    /// [0, 1, 2]
    #[pyo3(signature = (xs, *, features=None))]
    fn stream(
        slf: Py<Self>,
        xs: &Bound<'_, PyAny>,
        features: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Stream> {
        let features = features.map(PyAnyMethods::try_iter).transpose()?;
        Ok(Stream {
            detector: slf,
            xs: xs.try_iter()?.unbind(),
            features: features.map(Bound::unbind),
        })
    }

    /// Forgets everything seen.
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100)
    /// >>> steps = detector.update_many([0.1, -0.2, 0.3, 0.0, 7.9, 8.2])
    /// >>> detector.reset()
    /// >>> detector.observations
    /// 0
    fn reset(&self, py: Python<'_>) -> PyResult<()> {
        self.tell(py, bocpd_core::AnyDetector::reset)
    }

    /// Gives the memory back now; the detector cannot be used afterwards.
    ///
    /// Raises
    /// ------
    /// RuntimeError
    ///     If another call is using it.
    ///
    /// Examples
    /// --------
    /// >>> with bocpd.Detector(bocpd.Gaussian(), 100) as detector:
    /// ...     step = detector.update(0.3)
    /// >>> detector
    /// <Detector(Gaussian(mean=0.0, kappa=1.0, alpha=1.0, beta=1.0), Constant(mean_run_length=100.0), Pruning(max_hypotheses=32, min_weight=1e-10)): closed>
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
        let seen = match self.tell(py, |filter| (filter.is_broken(), filter.observations())) {
            Ok((true, _)) => "broken".to_owned(),
            Ok((false, n)) => format!("{n} observations"),
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
pub(crate) enum History {
    #[pyo3(annotation = "int")]
    Lag(u64),
    #[pyo3(annotation = "str")]
    Word(String),
}

impl History {
    pub(crate) fn get(self) -> PyResult<bocpd_core::History> {
        match self {
            Self::Lag(steps) => Ok(bocpd_core::History::Lag(steps)),
            Self::Word(word) if word == "all" => Ok(bocpd_core::History::All),
            Self::Word(word) => Err(PyValueError::new_err(format!(
                "history must be None, a number of steps or 'all', got {word:?}"
            ))),
        }
    }
}

/// Steps as they are asked for.
#[pyclass(module = "bocpd._core", frozen)]
pub(crate) struct Stream {
    detector: Py<Detector>,
    xs: Py<PyIterator>,
    features: Option<Py<PyIterator>>,
}

#[pymethods]
impl Stream {
    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Step>> {
        let Some(x) = self.xs.bind(py).clone().next() else {
            return Ok(None);
        };
        let x = x?;
        let features = match &self.features {
            None => None,
            Some(all) => Some(all.bind(py).clone().next().ok_or_else(|| {
                PyValueError::new_err("there are fewer features than observations")
            })??),
        };
        let detector = self.detector.get();
        detector.update(py, &x, None, features.as_ref()).map(Some)
    }
}
