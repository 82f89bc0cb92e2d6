//! Many series by key.

use bocpd_core::observation::{Observation, SideInformation};
use bocpd_core::panel::{
    Event as CoreEvent, Noticed, Panel as Core, PushError as CorePushError, Row,
};
use pyo3::exceptions::{PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString};

use crate::alarm::{Alarm, AlarmPolicy};
use crate::cores::pool;
use crate::detector::Detector;
use crate::error::{ObservationError, alone, value_error};
use crate::failure;
use crate::guard::Guard;
use crate::input::{Rows, is_missing};
use crate::key::{Key, keys};
use crate::label::Label;
use crate::pruning::Pruning;
use crate::record::record;
use crate::state::around;
use crate::step::Step;
use crate::stream::given;

/// Batches of fewer rows are taken in without further threads.
const FEW: usize = 2048;

record! {
    in "bocpd.panel";

    /// Something that was noticed in a series of a panel.
    Event {
        /// In which one.
        key: Label,
        /// The index, in its series, of the observation that told it.
        index: u64,
        /// When that was made, if it was said.
        time: Option<f64> = None,
        /// The index of the first observation of the new segment.
        changepoint: u64,
        /// The alarm, if it is one; None for a change that no later observation can take back.
        alarm: Option<Alarm> = None,
    }
    ///
    /// Examples
    /// --------
    /// >>> panel = bocpd.panel.Panel(bocpd.Detector(bocpd.Gaussian(), 100, alarm=bocpd.alarm.AlarmPolicy()))
    /// >>> errors = panel.push_many(["a"] * 9, [0.1, -0.2, 0.3, 0.0, 0.2, 7.9, 8.2, 8.0, 7.8])
    /// >>> event = panel.take_events()[0]
    /// >>> event.key, event.changepoint, event.index, event.alarm.probability > 0.9
    /// ('a', 5, 7, True)
}

record! {
    in "bocpd.panel";

    /// A row that its series could not take; the series is as it was.
    PushError {
        /// Which row of those that were given, from 0.
        row: usize,
        /// Whose it is.
        key: Label,
        /// When it was made, if that was said.
        time: Option<f64> = None,
        /// What is wrong with it.
        text: String,
    }
    ///
    /// Examples
    /// --------
    /// >>> panel = bocpd.panel.Panel(bocpd.Detector(bocpd.Gaussian(), 100))
    /// >>> error = panel.push_many(["a", "b", "a"], [0.1, float("inf"), 0.2])[0]
    /// >>> error.row, error.key, error.text
    /// (1, 'b', 'observation must be finite, got inf')
}

/// Detectors for many series, one for each key, that come into being with the first observation
/// of their key.
///
/// Each series is as if it were alone, to the last bit, whatever comes in between and however
/// many threads there are; a bad observation is an error of its series and nobody else's. What
/// was noticed waits in the order of the observations that told it (`take_events`).
///
/// A key is text or an integer. Safe to use from several threads.
///
/// Parameters
/// ----------
/// detector : Detector
///     What the detectors of all series are like, as it is after a reset.
/// irregular : bool
///     Whether the time between observations counts, where times are given. Without, they put the
///     observations of a series in order, and events say them.
///
/// Raises
/// ------
/// ValueError
///     If the detector is closed.
///
/// Examples
/// --------
/// >>> panel = bocpd.panel.Panel(bocpd.Detector(bocpd.Gaussian(), 100))
/// >>> for i in range(120):
/// ...     step = panel.push("quiet", [0.1, -0.2, 0.0, 0.3][i % 4])
/// ...     step = panel.push("shifted", [0.1, -0.2, 0.0, 0.3][i % 4] + (0 if i < 30 else 9))
/// >>> [(event.key, event.changepoint) for event in panel.take_events()]
/// [('shifted', 30)]
/// >>> panel["quiet"].observations
/// 120
#[pyclass(module = "bocpd.panel", frozen)]
pub(crate) struct Panel {
    /// One that has seen nothing, if what it is made of is written in Python.
    own: Option<Py<Detector>>,
    series: Guard<Core<Key>>,
}

impl Panel {
    fn of(own: Option<Py<Detector>>, series: Core<Key>) -> Self {
        Self {
            own,
            series: Guard::new(series),
        }
    }

    fn ask<R>(&self, py: Python<'_>, question: impl FnOnce(&mut Core<Key>) -> R) -> PyResult<R> {
        let answer = self.series.with(py, question)?;
        failure::raise()?;
        Ok(answer)
    }

    /// The same for what takes its time: other Python threads run meanwhile.
    fn tell_detached<R: Send>(
        &self,
        py: Python<'_>,
        order: impl FnOnce(&mut Core<Key>) -> R + Send,
    ) -> PyResult<R> {
        let answer = self.series.with_detached(py, order)?;
        failure::raise()?;
        Ok(answer)
    }

    /// The detector of a series as a Python object.
    fn detector(&self, py: Python<'_>, filter: bocpd_core::AnyDetector) -> PyResult<Detector> {
        let Some(own) = &self.own else {
            return around(py, filter);
        };
        let own = own.get();
        Ok(Detector::around(
            own.model.clone_ref(py),
            own.hazard.clone_ref(py),
            own.pruning.clone_ref(py),
            false,
            filter,
        ))
    }

    /// Rows one by one: in this thread, where models and hazards written in Python can be asked.
    fn in_turn(&self, py: Python<'_>, rows: &[Row<Key, &[f64]>]) -> PyResult<Vec<(usize, String)>> {
        let mut errors = Vec::new();
        for (i, row) in rows.iter().enumerate() {
            let told = self.series.with(py, |series| {
                let side = row.features.map(SideInformation::of_features);
                let seen = side.as_ref().map_or(Observation::of(row.values), |side| {
                    Observation::with(row.values, side)
                });
                series.push_with(row.key.clone(), row.time, seen)
            })?;
            if let Err(error) = told {
                errors.push((i, said(py, &error)?));
            }
            crate::interrupt::check_signals(py, i)?;
        }
        Ok(errors)
    }
}

fn on_a_grid(series: Core<Key>, irregular: bool) -> Core<Key> {
    if irregular {
        series
    } else {
        series.on_a_grid()
    }
}

/// What is wrong with a row; anything but a model's or hazard's `ValueError` is raised.
fn said(py: Python<'_>, error: &CorePushError) -> PyResult<String> {
    let CorePushError::Update(update) = error else {
        return Ok(error.to_string());
    };
    let raised = alone(py, update, failure::take());
    if raised.is_instance_of::<PyValueError>(py) {
        Ok(raised.value(py).to_string())
    } else {
        Err(raised)
    }
}

#[pymethods]
impl Panel {
    #[new]
    #[pyo3(signature = (detector, *, irregular=true))]
    fn new(py: Python<'_>, detector: &Bound<'_, Detector>, irregular: bool) -> PyResult<Self> {
        let like = detector.get();
        let filter = like.tell(py, |filter| filter.clone())?;
        let own = if like.is_plain() {
            None
        } else {
            let empty = like.copy(py)?;
            empty.tell(py, bocpd_core::AnyDetector::reset)?;
            Some(Py::new(py, empty)?)
        };
        Ok(Self::of(own, on_a_grid(Core::like(filter), irregular)))
    }

    /// A panel in which each series gets a configuration of its own, that of
    /// `Detector.for_stream` for its first observations. A series waits until it has as many,
    /// and takes them in then.
    ///
    /// Parameters
    /// ----------
    /// first : int
    ///     How many observations a series waits for.
    /// hazard : Hazard, float or array_like, optional
    ///     How long segments last. A number is their mean length.
    /// pruning : Pruning, optional
    ///     Which hypotheses are kept.
    /// missing : {"error", "skip"}
    ///     What NaN is.
    /// alarm : AlarmPolicy, optional
    ///     When a change is an alarm.
    /// outliers : Outliers, float or False, optional
    ///     How often observations are wild values.
    /// resolution : float
    ///     A power, at most 1, that the evidence of a segment counts with.
    /// min_segment : int
    ///     No segment ends before it has so many observations.
    /// sensitivity : float
    ///     With 10, changes are expected ten times as often as the hazard says.
    /// irregular : bool
    ///     Whether the time between observations counts, where times are given.
    ///
    /// Returns
    /// -------
    /// Panel
    ///     Without series.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If a parameter cannot be used.
    ///
    /// Examples
    /// --------
    /// >>> panel = bocpd.panel.Panel.automatic(first=10)
    /// >>> errors = panel.push_many(["visits"] * 10, [3, 1, 4, 2, 3, 5, 2, 0, 4, 3])
    /// >>> errors = panel.push_many(["degrees"] * 10, [20.1, 19.8, 20.3, 20, 19.7, 20.2, 20, 19.9, 20.1, 20.2])
    /// >>> type(panel["visits"].model).__name__, type(panel["degrees"].model).__name__
    /// ('Poisson', 'StructuredGaussian')
    #[staticmethod]
    #[pyo3(signature = (
        first=50, hazard=None, pruning=None, *, missing="error", alarm=None, outliers=None,
        resolution=1.0, min_segment=1, sensitivity=1.0, irregular=true
    ))]
    #[expect(clippy::too_many_arguments, reason = "they have names in Python")]
    fn automatic(
        first: usize,
        hazard: Option<Bound<'_, PyAny>>,
        pruning: Option<PyRef<'_, Pruning>>,
        missing: &str,
        alarm: Option<PyRef<'_, AlarmPolicy>>,
        outliers: Option<&Bound<'_, PyAny>>,
        resolution: f64,
        min_segment: u64,
        sensitivity: f64,
        irregular: bool,
    ) -> PyResult<Self> {
        let mut given = given(
            hazard,
            pruning,
            missing,
            outliers,
            resolution,
            min_segment,
            sensitivity,
        )?;
        given.alarm = alarm.map(|policy| policy.core);
        let series = Core::automatic(&given, first).map_err(|error| value_error(&error))?;
        Ok(Self::of(None, on_a_grid(series, irregular)))
    }

    /// Takes in the next observation of a series, which begins with it if there is none of this
    /// key.
    ///
    /// Parameters
    /// ----------
    /// key : str or int
    ///     Whose it is.
    /// x : float or array_like
    ///     The observation.
    /// time : float, optional
    ///     When it was made, in the unit of the hazard.
    /// features : float or array_like, optional
    ///     What comes along with it.
    ///
    /// Returns
    /// -------
    /// Step or None
    ///     What this observation has told; None while the series waits for its first ones.
    ///
    /// Raises
    /// ------
    /// ObservationError
    ///     If it cannot be taken in; the series is as before.
    /// TypeError
    ///     If it is not a number, or the key is neither text nor an integer.
    ///
    /// Examples
    /// --------
    /// >>> panel = bocpd.panel.Panel(bocpd.Detector(bocpd.Gaussian(), bocpd.hazard.Rate(0.01)))
    /// >>> panel.push("a", 0.3, time=1.5).index
    /// 0
    #[pyo3(signature = (key, x, *, time=None, features=None))]
    fn push(
        &self,
        py: Python<'_>,
        key: Key,
        x: &Bound<'_, PyAny>,
        time: Option<f64>,
        features: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Option<Step>> {
        let features = Rows::of_one(features)?;
        let several;
        let one;
        let row = match x.extract::<f64>() {
            Ok(x) => {
                one = [x];
                &one[..]
            }
            Err(_) if is_missing(x) => {
                one = [f64::NAN];
                &one[..]
            }
            Err(not_a_number) => {
                if !x.hasattr("__len__")? || x.is_instance_of::<PyString>() {
                    return Err(not_a_number);
                }
                several = Rows::new(x, 1)?;
                several.as_slice()?
            }
        };
        let told = self.series.with(py, |series| {
            if features.is_empty() {
                return series.push_with(key, time, Observation::of(row));
            }
            let side = SideInformation::of_features(&features);
            series.push_with(key, time, Observation::with(row, &side))
        })?;
        match told {
            Ok(step) => failure::raise().map(|()| step.map(Step::from)),
            Err(CorePushError::Update(error)) => Err(alone(py, &error, failure::take())),
            Err(error) => {
                let raised = ObservationError::new_err(error.to_string());
                let value = raised.value(py);
                value.setattr("index", py.None())?;
                value.setattr("steps", py.None())?;
                Err(raised)
            }
        }
    }

    /// Takes in many observations, those of a series in their order, on all cores; other Python
    /// threads run meanwhile.
    ///
    /// Parameters
    /// ----------
    /// keys : sequence of str or int
    ///     Whose each of them is: a list, an array, a column.
    /// xs : array_like
    ///     The observations; rows, if each has several numbers.
    /// times : sequence, optional
    ///     When each was made: numbers in the unit of the hazard, or dates, which are then in
    ///     days.
    /// features : array_like, optional
    ///     A row for each observation, where the model regresses on some.
    /// threads : int, optional
    ///     At most so many threads; otherwise one for each core.
    ///
    /// Returns
    /// -------
    /// list of PushError
    ///     Those that could not be taken in, in their order.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If there are not as many keys, times or features as observations.
    /// TypeError
    ///     If observations are not numbers, or a key is neither text nor an integer.
    ///
    /// Examples
    /// --------
    /// >>> panel = bocpd.panel.Panel(bocpd.Detector(bocpd.model.Poisson(), 100))
    /// >>> panel.push_many(["a", "b", "a"], [3, -1, 2])[0].text
    /// 'observation must be a whole number, 0 or more, got -1'
    /// >>> panel["a"].observations
    /// 2
    #[pyo3(signature = (keys, xs, *, times=None, features=None, threads=None))]
    fn push_many(
        &self,
        py: Python<'_>,
        keys: &Bound<'_, PyAny>,
        xs: &Bound<'_, PyAny>,
        times: Option<&Bound<'_, PyAny>>,
        features: Option<&Bound<'_, PyAny>>,
        threads: Option<usize>,
    ) -> PyResult<Vec<PushError>> {
        let (values, all) = (Rows::of_any_dimension(xs)?, self::keys(keys)?);
        let n = values.len();
        if all.len() != n {
            let text = format!(
                "keys must be one for each of the {n} observations, got {}",
                all.len()
            );
            return Err(PyValueError::new_err(text));
        }
        let features = Rows::features(features, n)?;
        let times = times.map(|times| Rows::times(times, n)).transpose()?;
        let times = times.as_ref().map(Rows::as_slice).transpose()?;
        let (values, width) = (values.as_slice()?, values.as_slice()?.len() / n.max(1));
        let beside = features.as_ref().map(Rows::as_slice).transpose()?;
        let rows: Vec<Row<Key, &[f64]>> = all
            .into_iter()
            .enumerate()
            .map(|(i, key)| {
                let numbers = &values[i * width..][..width];
                let mut row = match times {
                    None => Row::new(key, numbers),
                    Some(times) => Row::at(key, times[i], numbers),
                };
                if let Some(beside) = beside {
                    let width = beside.len() / n;
                    row = row.with_features(&beside[i * width..][..width]);
                }
                row
            })
            .collect();
        let errors = if self.own.is_some() || n < FEW {
            self.in_turn(py, &rows)?
        } else {
            let pool = pool(threads)?;
            let told = self.tell_detached(py, |series| pool.install(|| series.push_many(&rows)))?;
            let mut errors = Vec::new();
            for (i, told) in told.iter().enumerate() {
                if let Err(error) = told {
                    errors.push((i, said(py, error)?));
                }
            }
            errors
        };
        let error = |(i, text): (usize, String)| {
            let key = Label::new((&rows[i].key).into_pyobject(py)?);
            Ok(PushError {
                row: i,
                key,
                time: rows[i].time,
                text,
            })
        };
        errors.into_iter().map(error).collect()
    }

    /// What was noticed since the last time, in the order of the observations that told it:
    /// changes that no later observation can take back, and alarms. It waits until it is taken.
    ///
    /// Returns
    /// -------
    /// list of Event
    ///     Each one once.
    ///
    /// Examples
    /// --------
    /// >>> panel = bocpd.panel.Panel(bocpd.Detector(bocpd.Gaussian(), 100))
    /// >>> panel.take_events()
    /// []
    fn take_events(&self, py: Python<'_>) -> PyResult<Vec<Event>> {
        let events = self.ask(py, Core::take_events)?;
        events.into_iter().map(|event| said_of(py, event)).collect()
    }

    /// The detector of a series as it is now, for all that can be asked of one; it goes its own
    /// way from here. Changes that became events are not among its `changepoints()`.
    ///
    /// Parameters
    /// ----------
    /// key : str or int
    ///     The series.
    ///
    /// Returns
    /// -------
    /// Detector or None
    ///     None if there is no such series, or if it still waits for its first observations.
    ///
    /// Examples
    /// --------
    /// >>> panel = bocpd.panel.Panel(bocpd.Detector(bocpd.Gaussian(), 100))
    /// >>> step = panel.push("a", 0.3)
    /// >>> panel.get("a").observations, panel.get("b")
    /// (1, None)
    #[expect(clippy::needless_pass_by_value, reason = "it comes from Python")]
    fn get(&self, py: Python<'_>, key: Key) -> PyResult<Option<Detector>> {
        let found = self.ask(py, |series| series.get(&key).cloned())?;
        found.map(|filter| self.detector(py, filter)).transpose()
    }

    fn __getitem__(&self, py: Python<'_>, key: Key) -> PyResult<Detector> {
        let found = self.get(py, key.clone())?;
        found.ok_or_else(|| match key {
            Key::Number(number) => PyKeyError::new_err(number),
            Key::Text(text) => PyKeyError::new_err(String::from(text)),
        })
    }

    #[expect(clippy::needless_pass_by_value, reason = "it comes from Python")]
    fn __contains__(&self, py: Python<'_>, key: Key) -> PyResult<bool> {
        self.ask(py, |series| series.contains(&key))
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        self.ask(py, |series| series.len())
    }

    /// The keys of all series, in their order: integers before text.
    ///
    /// Returns
    /// -------
    /// list of str or int
    ///     Each one once.
    ///
    /// Examples
    /// --------
    /// >>> panel = bocpd.panel.Panel(bocpd.Detector(bocpd.Gaussian(), 100))
    /// >>> errors = panel.push_many(["b", "a", 7], [0.3, 0.1, 0.2])
    /// >>> panel.keys()
    /// [7, 'a', 'b']
    fn keys(&self, py: Python<'_>) -> PyResult<Vec<Key>> {
        self.tell_detached(py, |series| series.keys().cloned().collect())
    }

    /// How many observations were pushed, also those that were refused: a mark for `to_bytes` and
    /// `evict_idle`.
    #[getter]
    fn pushed(&self, py: Python<'_>) -> PyResult<u64> {
        self.ask(py, |series| series.pushed())
    }

    /// Ends a series.
    ///
    /// Parameters
    /// ----------
    /// key : str or int
    ///     The series.
    ///
    /// Returns
    /// -------
    /// Detector or None
    ///     Its detector, if it had one already.
    ///
    /// Examples
    /// --------
    /// >>> panel = bocpd.panel.Panel(bocpd.Detector(bocpd.Gaussian(), 100))
    /// >>> step = panel.push("a", 0.3)
    /// >>> panel.remove("a").observations, len(panel)
    /// (1, 0)
    #[expect(clippy::needless_pass_by_value, reason = "it comes from Python")]
    fn remove(&self, py: Python<'_>, key: Key) -> PyResult<Option<Detector>> {
        let removed = self.ask(py, |series| series.remove(&key))?;
        removed.map(|filter| self.detector(py, filter)).transpose()
    }

    /// All series as bytes, versioned and checksummed; or those that have had an observation
    /// since so many were pushed, for `load_bytes` of a panel that is as this one was then. What
    /// was noticed and not taken is not among them, nor is what is written in Python.
    ///
    /// Parameters
    /// ----------
    /// since : int
    ///     What `pushed` was.
    ///
    /// Returns
    /// -------
    /// bytes
    ///     For `from_bytes` or `load_bytes`.
    ///
    /// Examples
    /// --------
    /// >>> panel = bocpd.panel.Panel(bocpd.Detector(bocpd.Gaussian(), 100))
    /// >>> errors = panel.push_many(["a", "b"], [0.3, 0.1])
    /// >>> copy, mark = bocpd.panel.Panel.from_bytes(panel.to_bytes()), panel.pushed
    /// >>> step = panel.push("b", 0.2)
    /// >>> copy.load_bytes(panel.to_bytes(since=mark))
    /// >>> copy["b"].observations
    /// 2
    #[pyo3(signature = (*, since=0))]
    fn to_bytes<'py>(&self, py: Python<'py>, since: u64) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = self.tell_detached(py, |series| series.snapshot_since(since))?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// A panel from what `to_bytes` gave; its series go on bit for bit.
    ///
    /// Parameters
    /// ----------
    /// data : bytes
    ///     What `to_bytes` gave.
    ///
    /// Returns
    /// -------
    /// Panel
    ///     In the same state.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If the bytes are damaged, or hold something else.
    ///
    /// Examples
    /// --------
    /// >>> panel = bocpd.panel.Panel(bocpd.Detector(bocpd.Gaussian(), 100))
    /// >>> step = panel.push("a", 0.3)
    /// >>> bocpd.panel.Panel.from_bytes(panel.to_bytes()).keys()
    /// ['a']
    #[staticmethod]
    fn from_bytes(py: Python<'_>, data: &[u8]) -> PyResult<Self> {
        let restored = crate::interrupt::interruptible(py, || Core::restore(data))?;
        let series = restored.map_err(|error| value_error(&error))?;
        Ok(Self::of(None, series))
    }

    /// Takes over the series of a snapshot of a panel that was made alike, in place of those of
    /// the same key.
    ///
    /// Parameters
    /// ----------
    /// data : bytes
    ///     What `to_bytes` or `evict_idle` gave.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If the bytes are damaged, or of a panel that was made otherwise; the panel is then as
    ///     before.
    ///
    /// Examples
    /// --------
    /// >>> panel = bocpd.panel.Panel(bocpd.Detector(bocpd.Gaussian(), 100))
    /// >>> step = panel.push("a", 0.3)
    /// >>> again = bocpd.panel.Panel(bocpd.Detector(bocpd.Gaussian(), 100))
    /// >>> again.load_bytes(panel.to_bytes())
    /// >>> again.keys()
    /// ['a']
    fn load_bytes(&self, py: Python<'_>, data: &[u8]) -> PyResult<()> {
        let applied = self.tell_detached(py, |series| series.apply(data))?;
        applied.map_err(|error| value_error(&error))
    }

    /// Takes the series out that have had no observation since so many were pushed.
    ///
    /// Parameters
    /// ----------
    /// pushed : int
    ///     What `pushed` was.
    ///
    /// Returns
    /// -------
    /// dict of bytes
    ///     By key what brings a series back with `load_bytes`.
    ///
    /// Examples
    /// --------
    /// >>> panel = bocpd.panel.Panel(bocpd.Detector(bocpd.Gaussian(), 100))
    /// >>> errors = panel.push_many(["a", "b"], [0.3, 0.1])
    /// >>> mark, step = panel.pushed, panel.push("b", 0.2)
    /// >>> idle = panel.evict_idle(mark)
    /// >>> list(idle), panel.keys()
    /// (['a'], ['b'])
    /// >>> panel.load_bytes(idle["a"])
    /// >>> panel.keys()
    /// ['a', 'b']
    fn evict_idle<'py>(&self, py: Python<'py>, pushed: u64) -> PyResult<Bound<'py, PyDict>> {
        let idle = self.tell_detached(py, |series| series.evict_idle(pushed))?;
        let dict = PyDict::new(py);
        for (key, bytes) in idle {
            dict.set_item(key, PyBytes::new(py, &bytes))?;
        }
        Ok(dict)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        let (py, this) = (slf.py(), slf.get());
        let data = this.to_bytes(py, 0)?;
        let own = this.own.as_ref().map(|own| own.clone_ref(py));
        let restore = py.import("bocpd._core")?.getattr("restore_panel")?;
        let irregular = this.ask(py, |series| series.is_irregular())?;
        Ok((restore, (data, own, irregular)))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (series, pushed) = self.ask(py, |series| (series.len(), series.pushed()))?;
        Ok(format!("<Panel: {series} series, {pushed} observations>"))
    }
}

/// A function and its arguments, as pickle has it.
type Reduced<'py> = (
    Bound<'py, PyAny>,
    (Bound<'py, PyBytes>, Option<Py<Detector>>, bool),
);

/// A panel from the bytes of a snapshot; what pickles call.
#[pyfunction]
#[pyo3(signature = (data, own=None, irregular=true))]
pub(crate) fn restore_panel(
    py: Python<'_>,
    data: &[u8],
    own: Option<&Bound<'_, Detector>>,
    irregular: bool,
) -> PyResult<Panel> {
    let Some(own) = own else {
        return Panel::from_bytes(py, data);
    };
    let panel = Panel::new(py, own, irregular)?;
    panel.load_bytes(py, data)?;
    Ok(panel)
}

fn said_of(py: Python<'_>, event: CoreEvent<Key>) -> PyResult<Event> {
    let (changepoint, alarm) = match event.noticed {
        Noticed::Alarm(alarm) => (alarm.began, Some(Alarm::from(alarm))),
        Noticed::Settled { changepoint } => (changepoint, None),
        other => {
            let text = format!("unknown event: {other:?}");
            return Err(PyValueError::new_err(text));
        }
    };
    Ok(Event {
        key: Label::new(event.key.into_pyobject(py)?),
        index: event.index,
        time: event.time,
        changepoint,
        alarm,
    })
}
