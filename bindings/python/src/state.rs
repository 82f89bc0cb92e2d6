//! A detector as bytes, as JSON, as a copy.

use bocpd_core::{AnyDetector, Config};
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};

use crate::detector::Detector;
use crate::error::value_error;
use crate::interrupt::interruptible;
use crate::plain;
use crate::pruning::Pruning;
use crate::stream::Alternative;

/// A function and its arguments, as pickle has it.
type Reduced<'py> = (
    Bound<'py, PyAny>,
    (Bound<'py, PyBytes>, Option<Bound<'py, PyAny>>),
);

#[pymethods]
impl Detector {
    /// Configuration and state as bytes, versioned and checksummed. What is
    /// written in Python, model or hazard, is not in them.
    ///
    /// Returns
    /// -------
    /// bytes
    ///     For `from_bytes`, or `load_bytes`.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If the detector is broken or closed.
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100)
    /// >>> steps = detector.update_many([0.1, -0.2, 0.3, 0.0, 7.9, 8.2])
    /// >>> again = bocpd.Detector.from_bytes(detector.to_bytes())
    /// >>> again.update(8.1) == detector.update(8.1)
    /// True
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = self.ask_interruptible(py, bocpd_core::AnyDetector::snapshot)?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// A detector from what `to_bytes` gave; it goes on bit for bit as the one
    /// that wrote it would.
    ///
    /// Parameters
    /// ----------
    /// data : bytes
    ///     What `to_bytes` gave.
    ///
    /// Returns
    /// -------
    /// Detector
    ///     In the same state.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If the bytes are damaged, or hold something else.
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100)
    /// >>> steps = detector.update_many([0.1, -0.2, 0.3, 0.0, 7.9, 8.2])
    /// >>> bocpd.Detector.from_bytes(detector.to_bytes()).observations
    /// 6
    #[staticmethod]
    fn from_bytes(py: Python<'_>, data: &[u8]) -> PyResult<Self> {
        restore(py, data, None)
    }

    /// Takes over the state that `to_bytes` of a detector made with the same
    /// arguments gave. Needed for models and hazards written in Python, which
    /// the bytes do not describe. Statistics that are Python objects are
    /// unpickled: load only bytes that you trust.
    ///
    /// Parameters
    /// ----------
    /// data : bytes
    ///     What `to_bytes` gave.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If the bytes are damaged, or of a detector that was made otherwise.
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100)
    /// >>> steps = detector.update_many([0.1, -0.2, 0.3, 0.0, 7.9, 8.2])
    /// >>> again = bocpd.Detector(bocpd.Gaussian(), 100)
    /// >>> again.load_bytes(detector.to_bytes())
    /// >>> again.observations
    /// 6
    fn load_bytes(&self, py: Python<'_>, data: &[u8]) -> PyResult<()> {
        let restored = self.tell_interruptible(py, |filter| filter.restore(data))?;
        restored.map_err(|error| value_error(&error))
    }

    /// The configuration as JSON, as the command line and the C library take it.
    ///
    /// Returns
    /// -------
    /// str
    ///     An object.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If model or hazard is written in Python.
    ///
    /// Examples
    /// --------
    /// >>> text = bocpd.Detector(bocpd.model.Poisson(), 250).to_json()
    /// >>> bocpd.Detector.from_json(text).model
    /// Poisson(shape=1.0, rate=1.0)
    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        if !self.is_plain() {
            return Err(PyValueError::new_err(
                "a model or hazard written in Python has no configuration as JSON",
            ));
        }
        let config = self.tell(py, |filter| filter.config().clone())?;
        serde_json::to_string(&config).map_err(|error| value_error(&error))
    }

    /// A detector that has seen nothing, from a configuration as JSON.
    ///
    /// Parameters
    /// ----------
    /// text : str
    ///     What `to_json` gave, or `--config` of the command line takes.
    ///
    /// Returns
    /// -------
    /// Detector
    ///     That has seen nothing.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If it is no such configuration.
    ///
    /// Examples
    /// --------
    /// >>> text = '{"model": {"poisson": {"shape": 1, "rate": 1}}, "hazard": {"constant": {"mean_run_length": 250}}}'
    /// >>> bocpd.Detector.from_json(text).hazard
    /// Constant(mean_run_length=250.0)
    #[staticmethod]
    fn from_json(py: Python<'_>, text: &str) -> PyResult<Self> {
        let config: Config = serde_json::from_str(text).map_err(|error| value_error(&error))?;
        around(py, config.build().map_err(|error| value_error(&error))?)
    }

    /// A detector in the same state that goes its own way.
    ///
    /// Returns
    /// -------
    /// Detector
    ///     A twin.
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100)
    /// >>> steps = detector.update_many([0.1, -0.2, 0.3, 0.0, 7.9, 8.2])
    /// >>> twin = detector.copy()
    /// >>> step = twin.update(8.1)
    /// >>> twin.observations, detector.observations
    /// (7, 6)
    pub(crate) fn copy(&self, py: Python<'_>) -> PyResult<Self> {
        let filter = self.tell_interruptible(py, |filter| filter.clone())?;
        Ok(Self::around(
            self.model.clone_ref(py),
            self.hazard.clone_ref(py),
            self.pruning.clone_ref(py),
            self.is_plain(),
            filter,
        ))
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
        // What is written in Python is pickled beside the state, as the
        // arguments of an empty detector.
        let empty = (!this.is_plain()).then(|| {
            (
                &this.model,
                &this.hazard,
                &this.pruning,
                this.missing(py)?,
                this.history(py)?,
                this.shifts(py)?,
                this.alarm(py)?,
                this.outliers(py)?,
                this.alternatives(py)?,
                (
                    this.alternatives_per(py)?,
                    this.resolution(py)?,
                    this.min_segment(py)?,
                    this.sensitivity(py)?,
                ),
            )
                .into_bound_py_any(py)
        });
        let restore = py.import("bocpd._core")?.getattr("restore")?;
        Ok((restore, (data, empty.transpose()?)))
    }
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
        let filter = interruptible(py, || bocpd_core::any::restore(data))?;
        let filter = filter.map_err(|error| value_error(&error))?;
        return around(py, filter);
    };
    // Pickles of before have no outliers, no alternatives, or do not say which changes are wanted.
    let outliers = match empty.len() {
        7 => None,
        _ => empty.get_item(7)?.extract()?,
    };
    let alternatives: Vec<Alternative> = match empty.len() {
        7 | 8 => Vec::new(),
        _ => empty.get_item(8)?.extract()?,
    };
    let (per, resolution, min_segment, sensitivity): (String, _, _, _) = match empty.len() {
        ..10 => ("stream".to_owned(), 1.0, 1, 1.0),
        _ => empty.get_item(9)?.extract()?,
    };
    let (model, hazard, pruning, missing, history, shifts, alarm): (_, _, _, String, _, _, _) =
        empty.get_slice(0, 7).extract()?;
    let detector = Detector::new(
        py,
        model,
        hazard,
        pruning,
        &missing,
        history,
        shifts,
        alarm,
        outliers,
        alternatives,
        &per,
        resolution,
        min_segment,
        sensitivity,
    )?;
    detector.load_bytes(py, data)?;
    Ok(detector)
}

/// A filter that plain data describes.
pub(crate) fn around(py: Python<'_>, filter: AnyDetector) -> PyResult<Detector> {
    let config = filter.config().clone();
    let core = config.pruning;
    Ok(Detector::around(
        plain::model_of(py, &config)?.unbind(),
        plain::hazard(py, &config.hazard)?.unbind(),
        Py::new(py, Pruning { core })?,
        true,
        filter,
    ))
}
