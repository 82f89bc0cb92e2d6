//! What a detector is built from: plain data, and what of it is written in
//! Python.

use std::sync::Arc;

use bocpd_core::config::{HazardConfig, ModelConfig};
use bocpd_core::error::ParameterError;
use bocpd_core::hazard::SharedHazard;
use bocpd_core::{AnyDetector, Config, Pruning};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyString};

use crate::error::value_error;
use crate::hazard::{Constant, Hazard, Table};
use crate::model::Model;
use crate::own::{OwnHazard, OwnModel};
use crate::plain;
use crate::product::Product;

/// A detector that has not been built.
pub(crate) struct Builder {
    /// All that is plain data.
    pub(crate) config: Config,
    model: Option<OwnModel>,
    hazard: Option<SharedHazard>,
}

impl Builder {
    /// Model and hazard, as [`as_model`](crate::product::as_model) and [`as_hazard`] give them;
    /// all else as where nothing is said.
    pub(crate) fn new(model: &Bound<'_, PyAny>, hazard: &Bound<'_, PyAny>) -> PyResult<Self> {
        let product = model.cast::<Product>().ok();
        let own_model = if model.is_instance_of::<Model>() || product.is_some() {
            None
        } else {
            OwnModel::new(model)?
        };
        let own_hazard: Option<SharedHazard> = if hazard.is_instance_of::<Hazard>() {
            None
        } else {
            Some(Arc::new(OwnHazard::new(hazard)?))
        };
        let hazard = match &own_hazard {
            Some(_) => HazardConfig::Own,
            None => hazard.cast::<Hazard>()?.get().config.clone(),
        };
        let config = match (product, &own_model) {
            (Some(product), _) => product.get().configure(hazard),
            (None, Some(own)) => {
                let dimension = own.dimension();
                plain::config(ModelConfig::Own { dimension }, hazard)
            }
            (None, None) => {
                let model = a::<Model>(model, "model", expected_model(model))?;
                plain::config(model.get().config.clone(), hazard)
            }
        };
        Ok(Self {
            config,
            model: own_model,
            hazard: own_hazard,
        })
    }

    /// Which hypotheses are kept; the default ones if nothing is said.
    pub(crate) fn prune(&mut self, pruning: Option<Pruning>) {
        self.config.pruning = pruning.unwrap_or_default();
    }

    /// Whether plain data is all of it.
    pub(crate) fn is_plain(&self) -> bool {
        self.model.is_none() && self.hazard.is_none()
    }

    /// The detector.
    pub(crate) fn build(&self) -> PyResult<AnyDetector> {
        let built: Result<_, ParameterError> = match (&self.model, &self.hazard) {
            (None, None) => self.config.build(),
            (None, Some(hazard)) => self.config.build_with_hazard(hazard.clone()),
            (Some(model), hazard) => self.config.build_with_model(model.clone(), hazard.clone()),
        };
        built.map_err(|error| value_error(&error))
    }
}

/// A hazard, or what stands for one: a number, the mean run length of a [`Constant`];
/// values, which become a [`Table`]; or a function of the run length.
pub(crate) fn as_hazard(hazard: Bound<'_, PyAny>) -> PyResult<Bound<'_, PyAny>> {
    if hazard.is_instance_of::<Hazard>() || hazard.is_callable() {
        return Ok(hazard);
    }
    if hazard.hasattr("__len__")? && !hazard.is_instance_of::<PyString>() {
        return hazard.py().get_type::<Table>().call1((hazard,));
    }
    if let Ok(mean_run_length) = hazard.extract::<f64>()
        && !hazard.is_instance_of::<PyBool>()
    {
        let made = hazard.py().get_type::<Constant>().call1((mean_run_length,));
        return made.map_err(|error| meant_as_probability(hazard.py(), mean_run_length, error));
    }
    let expected = "a hazard, its mean run length (250, for bocpd.Constant(250)), values or a \
                    function";
    a::<Hazard>(&hazard, "hazard", expected).map(|h| h.as_any().clone())
}

/// A number below 1 is the probability of a change, which is said the other way round.
fn meant_as_probability(py: Python<'_>, number: f64, error: PyErr) -> PyErr {
    if !(number > 0.0 && number < 1.0) {
        return error;
    }
    let error = error.value(py).to_string();
    let mean = 1.0 / number;
    PyValueError::new_err(format!(
        "{error}; a hazard that is a number is the mean run length: for a change with \
         probability {number} at each observation give {mean}"
    ))
}

/// What a model has to be; the name of a kind needs a series to get its prior from.
fn expected_model(model: &Bound<'_, PyAny>) -> &'static str {
    if model.is_instance_of::<PyString>() {
        "an observation model, such as bocpd.Gaussian() or that of bocpd.model_for(kind, xs)"
    } else {
        "an observation model"
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
