//! What a series of a panel is called.

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};
use serde::{Deserialize, Serialize};

use crate::interrupt::check_signals;

/// Text or an integer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Key {
    Number(i64),
    Text(Box<str>),
}

impl<'py> FromPyObject<'_, 'py> for Key {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(text) = object.cast::<PyString>() {
            return Ok(Self::Text(text.to_str()?.into()));
        }
        object.extract().map(Self::Number).map_err(|_| {
            let what = object.get_type();
            match what.name() {
                Ok(name) if name != "int" => {
                    PyTypeError::new_err(format!("key must be text or an integer, got {name}"))
                }
                _ => PyValueError::new_err(format!("key is too large: {}", &*object)),
            }
        })
    }
}

impl<'py> IntoPyObject<'py> for &Key {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        Ok(match self {
            Key::Number(number) => number.into_pyobject(py)?.into_any(),
            Key::Text(text) => PyString::new(py, text).into_any(),
        })
    }
}

impl<'py> IntoPyObject<'py> for Key {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        (&self).into_pyobject(py)
    }
}

/// The keys of many rows: a list, or what can be made one (an array, a column).
pub(crate) fn keys(object: &Bound<'_, PyAny>) -> PyResult<Vec<Key>> {
    let list = match object.cast::<PyList>() {
        Ok(list) => list.clone(),
        Err(_) => as_list(object)?,
    };
    let key = |(row, key): (usize, Bound<'_, PyAny>)| {
        check_signals(key.py(), row)?;
        let extracted = key.extract::<Key>();
        extracted.map_err(|error| at(key.py(), row, &error))
    };
    list.iter().enumerate().map(key).collect()
}

/// An array of NumPy, a column of pandas, polars or Arrow, or anything else that has items.
fn as_list<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
    for method in ["tolist", "to_list", "to_pylist"] {
        if object.hasattr(method)? {
            return Ok(object.call_method0(method)?.cast_into::<PyList>()?);
        }
    }
    if object.is_instance_of::<PyString>() {
        return Err(PyTypeError::new_err(
            "keys must be one for each row, got str",
        ));
    }
    let list = object.py().get_type::<PyList>().call1((object,))?;
    Ok(list.cast_into::<PyList>()?)
}

/// The same error with the row that it is about.
fn at(py: Python<'_>, row: usize, error: &PyErr) -> PyErr {
    let text = format!("at row {row}: {}", error.value(py));
    if error.is_instance_of::<PyTypeError>(py) {
        PyTypeError::new_err(text)
    } else {
        PyValueError::new_err(text)
    }
}
