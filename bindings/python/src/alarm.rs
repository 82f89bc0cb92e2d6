//! When a change is worth waking somebody.

use bocpd_core::alarm::{Alarm as CoreAlarm, AlarmPolicy as Core};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::detector::Detector;
use crate::error::value_error;
use crate::input::count;
use crate::plain;
use crate::readouts::Shift;
use crate::record::record;

/// When a change is an alarm.
///
/// An alarm is raised where the probability reaches `threshold` that a change
/// which no alarm has reported lies within the last `window` observations and has
/// lasted for `min_segment`. The start of the first segment is no change, and what
/// began before an alarm, or with it, is reported. The alarm is on until the
/// probability falls under `clear` that what it reported is still the last change
/// and lies within the window. The next alarm needs the last one to be off,
/// `cool_down` observations after it and, if it is `latched`, `acknowledge()`.
/// What is None is as usual: `window` 50, `min_segment` 3, or the window if that is
/// less, `clear` 0.5, or the threshold if that is less, `cool_down` 0.
///
/// Parameters
/// ----------
/// threshold : float
///     An alarm is raised where the probability reaches this.
/// window : int, optional
///     How long ago a change may have begun, in observations.
/// min_segment : int, optional
///     How many observations the new segment must have.
/// clear : float, optional
///     An alarm is on until its probability falls under this.
/// cool_down : int, optional
///     No alarm for this many observations after one.
/// latched : bool
///     Whether an alarm stays until it is acknowledged.
///
/// Raises
/// ------
/// ValueError
///     If a parameter cannot be used.
///
/// Examples
/// --------
/// >>> bocpd.alarm.AlarmPolicy(threshold=0.99, window=20).min_segment
/// 3
#[pyclass(module = "bocpd.alarm", frozen)]
pub(crate) struct AlarmPolicy {
    pub(crate) core: Core,
}

#[pymethods]
impl AlarmPolicy {
    #[new]
    #[pyo3(signature = (
        *, threshold=0.9, window=None, min_segment=None, clear=None, cool_down=None, latched=false
    ))]
    fn new(
        threshold: f64,
        window: Option<Bound<'_, PyAny>>,
        min_segment: Option<Bound<'_, PyAny>>,
        clear: Option<f64>,
        cool_down: Option<Bound<'_, PyAny>>,
        latched: bool,
    ) -> PyResult<Self> {
        let usual = Core::at(threshold);
        let counted = |name, value: Option<Bound<'_, PyAny>>, usual| {
            value.map_or(Ok(usual), |value| count(name, &value))
        };
        let window = counted("window", window, usual.window)?;
        let core = Core {
            threshold,
            window,
            min_segment: counted("min_segment", min_segment, usual.min_segment.min(window))?,
            clear: clear.unwrap_or(usual.clear),
            cool_down: counted("cool_down", cool_down, usual.cool_down)?,
            latched,
        };
        core.check().map_err(|error| value_error(&error))?;
        Ok(Self { core })
    }

    /// The default policy with this threshold; `clear` is lowered to it where it
    /// has to be.
    ///
    /// Parameters
    /// ----------
    /// threshold : float
    ///     An alarm is raised where the probability reaches this.
    ///
    /// Returns
    /// -------
    /// AlarmPolicy
    ///     With everything else as usual.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If it does not lie in (0, 1].
    ///
    /// Examples
    /// --------
    /// >>> bocpd.alarm.AlarmPolicy.at(0.4).clear
    /// 0.4
    #[staticmethod]
    fn at(threshold: f64) -> PyResult<Self> {
        let core = Core::at(threshold);
        core.check().map_err(|error| value_error(&error))?;
        Ok(Self { core })
    }

    /// An alarm is raised where the probability reaches this.
    #[getter]
    fn threshold(&self) -> f64 {
        self.core.threshold
    }

    /// How long ago a change may have begun, in observations.
    #[getter]
    fn window(&self) -> u64 {
        self.core.window
    }

    /// How many observations the new segment must have.
    #[getter]
    fn min_segment(&self) -> u64 {
        self.core.min_segment
    }

    /// An alarm is on until its probability falls under this.
    #[getter]
    fn clear(&self) -> f64 {
        self.core.clear
    }

    /// No alarm for this many observations after one.
    #[getter]
    fn cool_down(&self) -> u64 {
        self.core.cool_down
    }

    /// Whether an alarm stays until it is acknowledged.
    #[getter]
    fn latched(&self) -> bool {
        self.core.latched
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other
            .cast::<Self>()
            .is_ok_and(|other| other.get().core == self.core)
    }

    fn __hash__(slf: &Bound<'_, Self>) -> PyResult<isize> {
        slf.repr()?.hash()
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        let names = [
            "threshold",
            "window",
            "min_segment",
            "clear",
            "cool_down",
            "latched",
        ];
        PyTuple::new(py, names)
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        plain::repr(slf)
    }

    fn __getnewargs_ex__<'py>(slf: &Bound<'py, Self>) -> PyResult<plain::NewArgs<'py>> {
        plain::new_args(slf)
    }
}

record! {
    in "bocpd.alarm";

    /// A change that was worth an alarm.
    Alarm {
        /// Where the change began, most probably.
        began: u64,
        /// The index of the observation that raised the alarm.
        noticed_at: u64,
        /// The probability that raised it.
        probability: f64,
        /// Direction and size of the change; None if the model knows no level.
        shift: Option<Shift>,
    }
    ///
    /// Examples
    /// --------
    /// >>> policy = bocpd.alarm.AlarmPolicy()
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100, alarm=policy)
    /// >>> steps = detector.update_many([0.1, -0.2, 0.3, 0.0, 0.2, 7.9, 8.2, 8.0, 7.8])
    /// >>> alarm = detector.take_alarms()[0]
    /// >>> alarm.began, alarm.noticed_at, alarm.shift.p_rose > 0.99
    /// (5, 7, True)
}

impl From<CoreAlarm> for Alarm {
    fn from(alarm: CoreAlarm) -> Self {
        Self {
            began: alarm.began,
            noticed_at: alarm.noticed_at,
            probability: alarm.probability,
            shift: alarm.shift.map(Shift::from),
        }
    }
}

#[pymethods]
impl Detector {
    /// Hands over the alarms raised since the last time, oldest first. Needs
    /// `alarm`.
    ///
    /// Returns
    /// -------
    /// list of Alarm
    ///     Each one once.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If the detector is broken or closed.
    ///
    /// Examples
    /// --------
    /// >>> policy = bocpd.alarm.AlarmPolicy()
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100, alarm=policy)
    /// >>> steps = detector.update_many([0.1, -0.2, 0.3, 0.0, 0.2, 7.9, 8.2, 8.0, 7.8])
    /// >>> [(alarm.began, alarm.noticed_at) for alarm in detector.take_alarms()]
    /// [(5, 7)]
    /// >>> detector.take_alarms()
    /// []
    fn take_alarms(&self, py: Python<'_>) -> PyResult<Vec<Alarm>> {
        let alarms = self.take(py, bocpd_core::AnyDetector::take_alarms)?;
        Ok(alarms.into_iter().map(Alarm::from).collect())
    }

    /// Lets go of a latched alarm.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If the detector is broken or closed.
    ///
    /// Examples
    /// --------
    /// >>> policy = bocpd.alarm.AlarmPolicy(latched=True)
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100, alarm=policy)
    /// >>> steps = detector.update_many([0.1, -0.2, 0.3, 0.0, 0.2, 7.9, 8.2, 8.0, 7.8])
    /// >>> detector.acknowledge()
    fn acknowledge(&self, py: Python<'_>) -> PyResult<()> {
        self.take(py, bocpd_core::AnyDetector::acknowledge)
    }

    /// Whether the last alarm is still on: its probability has not fallen under
    /// `clear`, or it is latched and was not acknowledged.
    #[getter]
    fn alarm_is_on(&self, py: Python<'_>) -> PyResult<bool> {
        self.ask(py, bocpd_core::AnyDetector::alarm_is_on)
    }

    /// The probability that is held against the threshold, now: of a change that
    /// no alarm has reported, so 0 right after an alarm.
    #[getter]
    fn alarm_probability(&self, py: Python<'_>) -> PyResult<f64> {
        self.ask(py, bocpd_core::AnyDetector::alarm_probability)
    }
}
