//! Numbers from Python: without a copy where they already are what is needed.

use numpy::{
    PyArrayDyn, PyArrayMethods, PyReadonlyArrayDyn, PyUntypedArray, PyUntypedArrayMethods,
};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyModule;

/// Rows of numbers in row-major order.
pub(crate) struct Rows<'py> {
    array: PyReadonlyArrayDyn<'py, f64>,
}

impl<'py> Rows<'py> {
    /// Observations of `dimension` numbers each: a one-dimensional array for
    /// dimension 1, a matrix otherwise.
    pub(crate) fn new(xs: &Bound<'py, PyAny>, dimension: usize) -> PyResult<Self> {
        let array = if let Some(array) = as_is(xs) {
            array
        } else {
            let converted = PyModule::import(xs.py(), "bocpd._arrays")?
                .getattr("as_float64")?
                .call1((xs,))?;
            converted.cast_into::<PyArrayDyn<f64>>()?.readonly()
        };
        let shape = array.shape();
        let fits = match (shape.len(), dimension) {
            (1, 1) => true,
            (2, d) => d > 1 && shape[1] == d,
            _ => false,
        };
        if fits {
            return Ok(Self { array });
        }
        let expected = if dimension == 1 {
            "a one-dimensional array".to_owned()
        } else {
            format!("an array of shape (n, {dimension})")
        };
        Err(PyValueError::new_err(format!(
            "expected {expected}, got shape {}",
            xs.py()
                .import("builtins")?
                .getattr("tuple")?
                .call1((shape.to_vec(),))?
        )))
    }

    /// How many observations there are.
    pub(crate) fn len(&self) -> usize {
        self.array.shape()[0]
    }

    /// All numbers.
    pub(crate) fn as_slice(&self) -> PyResult<&[f64]> {
        Ok(self.array.as_slice()?)
    }
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
