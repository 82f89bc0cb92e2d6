//! Configurations as Python sees them: a class name and its keywords.
//!
//! `repr`, `hash`, pickles, and the way back from a snapshot are written once,
//! for every class alike.

use bocpd_core::Config;
use bocpd_core::config::{HazardConfig, ModelConfig};
use bocpd_core::parameter::{ParameterSpec, ParameterValue};
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::{PyRuntimeError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};

use crate::product::Product;

/// A configuration with the core's defaults for everything else.
pub(crate) fn config(model: ModelConfig, hazard: HazardConfig) -> Config {
    Config::new(model, hazard)
}

/// The keywords that recreate a configuration object, by the names that its
/// class lists in `__match_args__`.
pub(crate) fn keywords<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
    let keywords = PyDict::new(object.py());
    for name in object.getattr("__match_args__")?.try_iter()? {
        let name = name?.cast_into::<PyString>()?;
        keywords.set_item(&name, object.getattr(&name)?)?;
    }
    Ok(keywords)
}

fn to_python<'py>(py: Python<'py>, value: &ParameterValue) -> PyResult<Bound<'py, PyAny>> {
    match value {
        ParameterValue::Number(number) => number.into_bound_py_any(py),
        ParameterValue::Whole(number) => number.into_bound_py_any(py),
        ParameterValue::List(list) => PyTuple::new(py, list)?.into_bound_py_any(py),
    }
}

/// A value of the caller's: a whole number, a number or several.
pub(crate) fn from_python(name: &str, value: &Bound<'_, PyAny>) -> PyResult<ParameterValue> {
    if let Ok(whole) = value.extract() {
        return Ok(ParameterValue::Whole(whole));
    }
    if let Ok(number) = value.extract() {
        return Ok(ParameterValue::Number(number));
    }
    value.extract().map(ParameterValue::List).map_err(|_| {
        let got = value
            .get_type()
            .name()
            .map_or_else(|_| "?".to_owned(), |n| n.to_string());
        PyTypeError::new_err(format!("{name} must be a number or several, got {got}"))
    })
}

/// `Name(a=1.0, b=2.0)`: what recreates the object.
pub(crate) fn repr(object: &Bound<'_, PyAny>) -> PyResult<String> {
    let arguments = keywords(object)?
        .iter()
        .map(|(name, value)| Ok(format!("{name}={}", value.repr()?)))
        .collect::<PyResult<Vec<_>>>()?;
    Ok(format!(
        "{}({})",
        object.get_type().name()?,
        arguments.join(", ")
    ))
}

/// Arguments and keywords of a class.
pub(crate) type NewArgs<'py> = (Bound<'py, PyTuple>, Bound<'py, PyDict>);

/// What `copyreg` recreates the object from.
pub(crate) fn new_args<'py>(object: &Bound<'py, PyAny>) -> PyResult<NewArgs<'py>> {
    Ok((PyTuple::empty(object.py()), keywords(object)?))
}

/// The object for a model of the core's.
pub(crate) fn model<'py>(py: Python<'py>, config: &ModelConfig) -> PyResult<Bound<'py, PyAny>> {
    let spec = config.spec().ok_or_else(of_the_callers)?;
    instance(py, spec.class, spec.parameters, &config.values())
}

/// The object for the model of a configuration, or for all its models where observations have
/// several numbers.
pub(crate) fn model_of<'py>(py: Python<'py>, config: &Config) -> PyResult<Bound<'py, PyAny>> {
    match Product::of(config) {
        Some(product) => Ok(Bound::new(py, product)?.into_any()),
        None => model(py, &config.model),
    }
}

/// The object for a hazard of the core's.
pub(crate) fn hazard<'py>(py: Python<'py>, config: &HazardConfig) -> PyResult<Bound<'py, PyAny>> {
    let spec = config.spec().ok_or_else(of_the_callers)?;
    instance(py, spec.class, spec.parameters, &config.values())
}

fn of_the_callers() -> PyErr {
    PyRuntimeError::new_err("what the caller wrote is no plain data")
}

/// The class, called with its parameters.
fn instance<'py>(
    py: Python<'py>,
    class: &str,
    parameters: &[ParameterSpec],
    values: &[Option<ParameterValue>],
) -> PyResult<Bound<'py, PyAny>> {
    let keywords = PyDict::new(py);
    for (parameter, value) in parameters.iter().zip(values) {
        let value = value.as_ref().map(|value| to_python(py, value));
        keywords.set_item(parameter.name, value.transpose()?)?;
    }
    let class = py.import("bocpd._core")?.getattr(class)?;
    class.call((), Some(&keywords))
}
