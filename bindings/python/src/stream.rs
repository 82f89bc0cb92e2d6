//! Several models for one stream, and a detector for a stream of which its first values are
//! known.

use std::sync::Arc;

use bocpd_core::Missing;
use bocpd_core::config::{Alternative as CoreAlternative, Per};
use bocpd_core::defaults::{Given, config_for_stream, hazards_in_words, structures_of_stream};
use numpy::PyArray1;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

use crate::alarm::AlarmPolicy;
use crate::builder::as_hazard;
use crate::defaults::wanted;
use crate::detector::{Detector, History};
use crate::error::value_error;
use crate::hazard::Hazard;
use crate::input::Rows;
use crate::model::Model;
use crate::own::OwnHazard;
use crate::plain;
use crate::pruning::Pruning;
use crate::state::around;

#[pymethods]
impl Detector {
    /// A detector for a stream that begins with the values `first`, of which nothing else
    /// is said; it has not taken them in. NaN among them is a missing observation.
    ///
    /// What the numbers are (yes or no, counts, real numbers) and their scale follow from
    /// these values; they may be rows of several numbers. The noise of real numbers is white, AR(1), or that of a level that
    /// drifts, as observations will say (`structures`): several models go side by side, and
    /// readouts are averages over them. A hazard that is not given has segments of 250
    /// observations; with `outliers=False` there are none.
    ///
    /// Parameters
    /// ----------
    /// first : array_like
    ///     The first values.
    /// hazard : Hazard, float, array_like or callable, optional
    ///     How long segments last. A number is their mean length.
    /// pruning : Pruning, optional
    ///     Which hypotheses are kept.
    /// missing : {"error", "skip"}
    ///     What NaN is later on.
    /// history : int or "all", optional
    ///     How much of the past is kept.
    /// shifts : bool
    ///     Whether direction and size of changes are followed.
    /// alarm : AlarmPolicy, optional
    ///     When a change is an alarm.
    /// outliers : Outliers, float or False, optional
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
    /// Detector
    ///     That has seen nothing.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If a parameter cannot be used.
    /// TypeError
    ///     If the values are not numbers.
    ///
    /// Examples
    /// --------
    /// >>> first = [20.1, 19.8, 20.3, 20.0, 19.7, 20.2, 19.9, 20.4]
    /// >>> detector = bocpd.Detector.for_stream(first)
    /// >>> detector.hazard, len(detector.structures) > 1
    /// (Constant(mean_run_length=250.0), True)
    #[staticmethod]
    #[pyo3(signature = (
        first, hazard=None, pruning=None, *, missing="error", history=None, shifts=false, alarm=None,
        outliers=None, resolution=1.0, min_segment=1, sensitivity=1.0
    ))]
    #[expect(clippy::too_many_arguments, reason = "they have names in Python")]
    fn for_stream(
        py: Python<'_>,
        first: &Bound<'_, PyAny>,
        hazard: Option<Bound<'_, PyAny>>,
        pruning: Option<PyRef<'_, Pruning>>,
        missing: &str,
        history: Option<History>,
        shifts: bool,
        alarm: Option<PyRef<'_, AlarmPolicy>>,
        outliers: Option<&Bound<'_, PyAny>>,
        resolution: f64,
        min_segment: u64,
        sensitivity: f64,
    ) -> PyResult<Self> {
        let rows = Rows::of_any_dimension(first)?;
        let hazard = hazard.map(as_hazard).transpose()?;
        let plain_hazard = hazard
            .clone()
            .filter(PyAnyMethods::is_instance_of::<Hazard>);
        let given = given(
            plain_hazard,
            pruning,
            missing,
            outliers,
            resolution,
            min_segment,
            sensitivity,
        )?;
        let config = config_for_stream(rows.numbers()?, &given);
        let mut config = config.map_err(|error| value_error(&error))?;
        config.history = history.map_or(Ok(bocpd_core::History::Nothing), History::get)?;
        config.shifts = shifts;
        config.alarm = alarm.map(|policy| policy.core);
        let Some(own) = hazard.filter(|hazard| !hazard.is_instance_of::<Hazard>()) else {
            return around(py, config.build().map_err(|error| value_error(&error))?);
        };
        let filter = config.build_with_hazard(Arc::new(OwnHazard::new(&own)?));
        Ok(Self::around(
            plain::model_of(py, &config)?.unbind(),
            own.unbind(),
            Py::new(
                py,
                Pruning {
                    core: config.pruning,
                },
            )?,
            false,
            filter.map_err(|error| value_error(&error))?,
        ))
    }

    /// Other models that the stream, or each segment, may have instead of `model`, and their weights beside its
    /// own, which is 1: pairs.
    #[getter]
    pub(crate) fn alternatives<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<Vec<(Bound<'py, PyAny>, f64)>> {
        let all = self.tell(py, |filter| filter.config().alternatives.clone())?;
        all.iter()
            .map(|one| Ok((plain::model(py, &one.model)?, one.weight)))
            .collect()
    }

    /// Whether "stream" or "segment" has one of the models: the whole stream, or each segment anew.
    #[getter]
    pub(crate) fn alternatives_per(&self, py: Python<'_>) -> PyResult<&'static str> {
        self.tell(py, |filter| match filter.config().alternatives_per {
            Per::Stream => "stream",
            Per::Segment => "segment",
        })
    }

    /// The models that the stream may have in words, and their probabilities, the most
    /// probable first: pairs. 0 for those that have lost and were given up for now.
    #[getter]
    fn structures(&self, py: Python<'_>) -> PyResult<Vec<(String, f64)>> {
        self.ask(py, |filter| {
            structures_of_stream(filter.config(), &filter.model_probabilities())
        })
    }

    /// P(the stream has model k | x_0..x_t) for each of its models, in the order of the
    /// configuration; with `alternatives_per="segment"` P(the current segment has it), and of a
    /// `StudentTGrid` that of each ν. 1 where there is one model.
    #[getter]
    fn model_probabilities<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        let probabilities = self.ask(py, bocpd_core::AnyDetector::model_probabilities)?;
        Ok(PyArray1::from_vec(py, probabilities))
    }

    /// P(the hazard has mean run length number m | x_0..x_t) where the hazard is a
    /// `ConstantGrid`, in the order of its `mean_run_lengths`. 0 for those that have lost and were
    /// given up for now; 1 where there is one hazard.
    #[getter]
    fn hazard_probabilities<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        let probabilities = self.ask(py, bocpd_core::AnyDetector::hazard_probabilities)?;
        Ok(PyArray1::from_vec(py, probabilities))
    }

    /// The same in words; None where there is one hazard.
    fn _hazards_in_words(&self, py: Python<'_>) -> PyResult<Option<String>> {
        self.ask(py, |filter| {
            hazards_in_words(&filter.config().hazard, &filter.hazard_probabilities())
        })
    }
}

/// What is not to be chosen; a hazard that is a function is refused.
pub(crate) fn given(
    hazard: Option<Bound<'_, PyAny>>,
    pruning: Option<PyRef<'_, Pruning>>,
    missing: &str,
    outliers: Option<&Bound<'_, PyAny>>,
    resolution: f64,
    min_segment: u64,
    sensitivity: f64,
) -> PyResult<Given> {
    let mut given = Given::default();
    if let Some(hazard) = hazard {
        let hazard = as_hazard(hazard)?;
        let plain = hazard.cast::<Hazard>().map_err(|_| {
            PyTypeError::new_err("hazard must be one of bocpd.hazard or a number, not a function")
        })?;
        given.hazard = Some(plain.get().config.clone());
    }
    given.pruning = pruning.map(|pruning| pruning.core);
    given.missing = missing_policy(missing)?;
    given.outliers = outliers.map(wanted).transpose()?;
    given.resolution = Some(resolution);
    given.min_segment = Some(min_segment);
    given.sensitivity = Some(sensitivity);
    Ok(given)
}

/// A model, or a model and its weight.
#[derive(FromPyObject)]
pub(crate) enum Alternative {
    #[pyo3(annotation = "Model")]
    Alone(Py<Model>),
    #[pyo3(annotation = "tuple[Model, float]")]
    Weighted((Py<Model>, f64)),
}

impl Alternative {
    pub(crate) fn get(self) -> CoreAlternative {
        match self {
            Self::Alone(model) => CoreAlternative::new(model.get().config.clone()),
            Self::Weighted((model, weight)) => {
                let mut one = CoreAlternative::new(model.get().config.clone());
                one.weight = weight;
                one
            }
        }
    }
}

/// What has one of several models.
pub(crate) fn per(per: &str) -> PyResult<Per> {
    match per {
        "stream" => Ok(Per::Stream),
        "segment" => Ok(Per::Segment),
        _ => Err(PyValueError::new_err(format!(
            "alternatives_per must be 'stream' or 'segment', got {per:?}"
        ))),
    }
}

/// What NaN means.
pub(crate) fn missing_policy(missing: &str) -> PyResult<Missing> {
    match missing {
        "error" => Ok(Missing::Error),
        "skip" => Ok(Missing::Skip),
        _ => Err(PyValueError::new_err(format!(
            "missing must be 'error' or 'skip', got {missing:?}"
        ))),
    }
}
