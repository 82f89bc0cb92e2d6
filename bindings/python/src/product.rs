//! Observations of several numbers, each with a model of its own.

use bocpd_core::config::{HazardConfig, ModelConfig};
use bocpd_core::{Config, defaults};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};

use crate::error::value_error;
use crate::model::Model;
use crate::plain;

/// Observations of several numbers, independent given the segments, each with a model of its own.
///
/// All numbers have their changes together. Where `missing="skip"`, some numbers of an
/// observation may be missing while others are there. Instead of it a list of models may be
/// given.
///
/// Parameters
/// ----------
/// models : sequence of Model
///     One for each number, in their order.
///
/// Raises
/// ------
/// ValueError
///     If there are fewer than two models, or one that takes features.
/// TypeError
///     If one of them is none of the models of the package.
///
/// Examples
/// --------
/// >>> model = bocpd.model.Product([bocpd.Gaussian(kappa=0.1), bocpd.model.Poisson()])
/// >>> xs = [[0.1, 2], [-0.3, 1], [0.2, 3], [0.0, 2], [0.1, 14], [-0.2, 11], [0.3, 12]]
/// >>> bocpd.detect(xs, model, 100).changepoints
/// array([4])
#[pyclass(module = "bocpd.model", frozen)]
pub(crate) struct Product {
    models: Vec<ModelConfig>,
}

impl Product {
    pub(crate) fn checked(models: Vec<ModelConfig>) -> PyResult<Self> {
        let count = models.len();
        if count < 2 {
            let text = format!("models must be at least 2, got {count}");
            return Err(PyValueError::new_err(text));
        }
        let product = Self { models };
        let config = product.configure(defaults::hazard_for(0));
        config.check().map_err(|error| value_error(&error))?;
        Ok(product)
    }

    /// The models of a configuration, if there are several.
    pub(crate) fn of(config: &Config) -> Option<Self> {
        (!config.product.is_empty()).then(|| Self {
            models: config.models_of_numbers().cloned().collect(),
        })
    }

    /// A configuration with these models and a hazard.
    pub(crate) fn configure(&self, hazard: HazardConfig) -> Config {
        let mut config = plain::config(self.models[0].clone(), hazard);
        config.product = self.models[1..].to_vec();
        config
    }
}

#[pymethods]
impl Product {
    #[new]
    fn new(models: Vec<Py<Model>>) -> PyResult<Self> {
        let models = models.into_iter().map(|model| model.get().config.clone());
        Self::checked(models.collect())
    }

    /// The models, one for each number.
    #[getter]
    fn models<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let models = self.models.iter().map(|config| plain::model(py, config));
        PyTuple::new(py, models.collect::<PyResult<Vec<_>>>()?)
    }

    /// How many numbers make an observation.
    #[getter]
    fn dimension(&self) -> usize {
        self.models.len()
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        PyTuple::new(py, ["models"])
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let models = PyList::new(py, self.models(py)?)?;
        Ok(format!("Product({})", models.repr()?))
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other
            .cast::<Self>()
            .is_ok_and(|other| other.get().models == self.models)
    }

    fn __hash__(slf: &Bound<'_, Self>) -> PyResult<isize> {
        slf.repr()?.hash()
    }

    fn __getnewargs_ex__<'py>(slf: &Bound<'py, Self>) -> PyResult<plain::NewArgs<'py>> {
        plain::new_args(slf)
    }
}

/// A model, or the [`Product`] that a list of models stands for.
pub(crate) fn as_model(model: Bound<'_, PyAny>) -> PyResult<Bound<'_, PyAny>> {
    if !model.is_instance_of::<PyList>() && !model.is_instance_of::<PyTuple>() {
        return Ok(model);
    }
    let py = model.py();
    let mut models = Vec::new();
    for one in model.try_iter()? {
        let one = one?;
        let Ok(one) = one.cast::<Model>() else {
            let got = one.get_type().name()?;
            let text =
                format!("each model of several numbers must be a model of bocpd.model, got {got}");
            return Err(PyTypeError::new_err(text));
        };
        models.push(one.get().config.clone());
    }
    match models.as_slice() {
        [only] => plain::model(py, only),
        _ => Ok(Bound::new(py, Product::checked(models)?)?.into_any()),
    }
}
