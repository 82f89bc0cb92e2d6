//! Configurations as Python sees them: a class name and its keywords.
//!
//! `repr`, `hash`, pickles, and the way back from a snapshot are written once,
//! for every class alike.

use bocpd_core::{Config, HazardConfig, ModelConfig};
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};
use serde::Serialize;
use serde_json::Value;

/// A configuration with the core's defaults for everything else.
pub(crate) fn config(model: ModelConfig, hazard: HazardConfig) -> Config {
    let mut config = bocpd_core::defaults::config_for(&[]);
    config.model = model;
    config.hazard = hazard;
    config.pruning = bocpd_core::Pruning::default();
    config
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

fn to_python<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    match value {
        Value::Null => Ok(py.None().into_bound(py)),
        Value::Bool(flag) => flag.into_bound_py_any(py),
        Value::String(text) => text.into_bound_py_any(py),
        Value::Number(number) => match number.as_u64() {
            Some(whole) => whole.into_bound_py_any(py),
            None => number.as_f64().into_bound_py_any(py),
        },
        Value::Array(values) => {
            let items: Vec<_> = values
                .iter()
                .map(|value| to_python(py, value))
                .collect::<PyResult<_>>()?;
            PyTuple::new(py, items)?.into_bound_py_any(py)
        }
        Value::Object(_) => Err(PyRuntimeError::new_err("a record inside a configuration")),
    }
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

/// The object for a configuration of the core: the class called as its tag says
/// (`student_t_grid` is `StudentTGrid`), made from its fields.
pub(crate) fn instance<'py>(
    py: Python<'py>,
    config: &impl Serialize,
) -> PyResult<Bound<'py, PyAny>> {
    let broken = || PyRuntimeError::new_err("a configuration that is no tagged record");
    let Ok(Value::Object(tagged)) = serde_json::to_value(config) else {
        return Err(broken());
    };
    let Some((tag, Value::Object(fields))) = tagged.into_iter().next() else {
        return Err(broken());
    };
    let keywords = PyDict::new(py);
    for (name, value) in &fields {
        keywords.set_item(name, to_python(py, value)?)?;
    }
    let name: String = tag
        .split('_')
        .map(|word| {
            let (first, rest) = word.split_at(1);
            first.to_uppercase() + rest
        })
        .collect();
    let class = py.import("bocpd._core")?.getattr(name.as_str())?;
    class.call((), Some(&keywords))
}
