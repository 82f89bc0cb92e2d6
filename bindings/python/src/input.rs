//! Numbers from Python: without a copy where they already are what is needed.

use numpy::{
    PyArrayDyn, PyArrayMethods, PyReadonlyArrayDyn, PyUntypedArray, PyUntypedArrayMethods,
};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyModule, PyString};

/// Rows of numbers in row-major order.
pub(crate) struct Rows<'py> {
    array: PyReadonlyArrayDyn<'py, f64>,
}

impl<'py> Rows<'py> {
    /// Observations of `dimension` numbers each: a one-dimensional array or one column
    /// for dimension 1, a matrix otherwise.
    pub(crate) fn new(xs: &Bound<'py, PyAny>, dimension: usize) -> PyResult<Self> {
        let array = as_array(xs)?;
        let shape = array.shape();
        let fits = match (shape.len(), dimension) {
            (1, 1) => true,
            (2, d) => shape[1] == d,
            _ => false,
        };
        if fits {
            return Ok(Self { array });
        }
        let expected = match (shape.len(), dimension) {
            (2, 1) => "a one-dimensional array or one column, such as x[:, 0], or a model for \
                       each column in a list"
                .to_owned(),
            (_, 1) => "a one-dimensional array".to_owned(),
            _ => format!("an array of shape (n, {dimension})"),
        };
        Err(PyValueError::new_err(format!(
            "expected {expected}, got shape {}",
            tuple(xs.py(), shape)?
        )))
    }

    /// Observations of as many numbers as there are columns.
    pub(crate) fn of_any_dimension(xs: &Bound<'py, PyAny>) -> PyResult<Self> {
        let array = as_array(xs)?;
        let shape = array.shape();
        if matches!(shape, [_] | [_, 1_usize..=usize::MAX]) {
            return Ok(Self { array });
        }
        Err(PyValueError::new_err(format!(
            "expected an array of one or two dimensions, got shape {}",
            tuple(xs.py(), shape)?
        )))
    }

    /// Features of `n` observations: a row for each, or a number where there is one.
    pub(crate) fn features(
        features: Option<&Bound<'py, PyAny>>,
        n: usize,
    ) -> PyResult<Option<Self>> {
        let Some(features) = features else {
            return Ok(None);
        };
        let array = as_array(features)?;
        let shape = array.shape();
        if !matches!(shape.len(), 1 | 2) || shape[0] != n {
            return Err(PyValueError::new_err(format!(
                "features must have a row for each of the {n} observations, got shape {}",
                tuple(features.py(), shape)?
            )));
        }
        Ok(Some(Self { array }))
    }

    /// How long after the one before each of `n` observations came.
    pub(crate) fn elapsed(elapsed: &Bound<'py, PyAny>, n: usize) -> PyResult<Self> {
        let array = as_array(elapsed)?;
        let shape = array.shape();
        if shape != [n] {
            return Err(PyValueError::new_err(format!(
                "elapsed must have a number for each of the {n} observations, got shape {}",
                tuple(elapsed.py(), shape)?
            )));
        }
        Ok(Self { array })
    }

    /// When each of `n` observations was made, in the unit of the hazard; of dates in days.
    pub(crate) fn times(times: &Bound<'py, PyAny>, n: usize) -> PyResult<Self> {
        let array = if let Some(array) = as_is(times) {
            array
        } else {
            let labels = PyModule::import(times.py(), "bocpd._labels")?;
            let numbers = labels.getattr("numbers_from")?.call1((times, n))?;
            numbers.cast_into::<PyArrayDyn<f64>>()?.readonly()
        };
        if array.shape() != [n] {
            return Err(PyValueError::new_err(format!(
                "times must have one for each of the {n} observations, got shape {}",
                tuple(times.py(), array.shape())?
            )));
        }
        Ok(Self { array })
    }

    /// The features of one observation: several numbers, or one.
    pub(crate) fn of_one(features: Option<&Bound<'py, PyAny>>) -> PyResult<Vec<f64>> {
        let Some(features) = features else {
            return Ok(Vec::new());
        };
        if let Ok(feature) = features.extract::<f64>() {
            return Ok(vec![feature]);
        }
        if is_missing(features) {
            return Ok(vec![f64::NAN]);
        }
        let array = as_array(features)?;
        if array.shape().len() != 1 {
            return Err(PyValueError::new_err(format!(
                "features of one observation must be a one-dimensional array, got shape {}",
                tuple(features.py(), array.shape())?
            )));
        }
        Ok(array.as_slice()?.to_vec())
    }

    /// How many observations there are.
    pub(crate) fn len(&self) -> usize {
        self.array.shape()[0]
    }

    /// All numbers, and how many make an observation.
    pub(crate) fn numbers(&self) -> PyResult<bocpd_core::observation::Rows<'_>> {
        let dimension = self.array.shape().get(1).copied().unwrap_or(1);
        let values = self.as_slice()?;
        Ok(bocpd_core::observation::Rows::of_numbers(values, dimension))
    }

    /// All numbers.
    pub(crate) fn as_slice(&self) -> PyResult<&[f64]> {
        Ok(self.array.as_slice()?)
    }
}

/// Rows with features beside them, if there are any.
pub(crate) fn beside<'a>(
    rows: &'a Rows<'_>,
    features: Option<&'a Rows<'_>>,
) -> PyResult<bocpd_core::observation::Rows<'a>> {
    let features = features.map_or(Ok(&[][..]), Rows::as_slice)?;
    let numbers = rows.as_slice()?;
    Ok(bocpd_core::observation::Rows::with_features(
        numbers, features,
    ))
}

/// A shape as Python has it.
fn tuple<'py>(py: Python<'py>, shape: &[usize]) -> PyResult<Bound<'py, PyAny>> {
    let tuple = py.import("builtins")?.getattr("tuple")?;
    tuple.call1((shape.to_vec(),))
}

/// As an array of float64.
fn as_array<'py>(xs: &Bound<'py, PyAny>) -> PyResult<PyReadonlyArrayDyn<'py, f64>> {
    if let Some(array) = as_is(xs) {
        return Ok(array);
    }
    let converted = PyModule::import(xs.py(), "bocpd._arrays")?
        .getattr("as_float64")?
        .call1((xs,))?;
    Ok(converted.cast_into::<PyArrayDyn<f64>>()?.readonly())
}

/// The array itself, if it can be read as it is: a plain ndarray (subclasses
/// may carry masks or units), native float64, contiguous and aligned.
fn as_is<'py>(xs: &Bound<'py, PyAny>) -> Option<PyReadonlyArrayDyn<'py, f64>> {
    if !xs.get_type().is(xs.py().get_type::<PyUntypedArray>()) {
        return None;
    }
    let array = xs.cast::<PyArrayDyn<f64>>().ok()?;
    let aligned = array.data().is_aligned();
    (aligned && array.is_c_contiguous()).then(|| array.try_readonly().ok())?
}

/// Whether an object that is no number stands for a missing one: None, NA and NaT of
/// pandas, `masked` of NumPy. They are known by their names, so that nothing is imported.
pub(crate) fn is_missing(x: &Bound<'_, PyAny>) -> bool {
    let named = |name: Bound<'_, PyString>| {
        name.to_str()
            .is_ok_and(|name| matches!(name, "NAType" | "NaTType" | "MaskedConstant"))
    };
    x.is_none() || x.get_type().name().is_ok_and(named)
}

/// A whole number, 0 or more, that is the argument of this name.
pub(crate) fn count<T: TryFrom<u64>>(name: &str, value: &Bound<'_, PyAny>) -> PyResult<T> {
    let index = value
        .py()
        .import("operator")?
        .call_method1("index", (value,))
        .map_err(|_| PyTypeError::new_err(format!("{name} must be an integer, got {value:?}")))?;
    if index.lt(0)? {
        return Err(PyValueError::new_err(format!(
            "{name} must not be negative, got {index}"
        )));
    }
    let number = index.extract::<u64>().ok().and_then(|n| n.try_into().ok());
    number.ok_or_else(|| PyValueError::new_err(format!("{name} is too large: {index}")))
}
