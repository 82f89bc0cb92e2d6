//! Room for as much as was asked for, or a `MemoryError`: neither NumPy's nor
//! the core's allocations may fail in any other way.

use std::hint::black_box;

use numpy::{Element, PyArray1};
use pyo3::exceptions::PyMemoryError;
use pyo3::prelude::*;

/// Whether there is memory for `n` values; it is given back at once.
pub(crate) fn check_memory<T>(n: usize) -> PyResult<()> {
    let mut values = Vec::<T>::new();
    values.try_reserve_exact(n).map_err(|_| {
        let bytes = n.saturating_mul(size_of::<T>());
        PyMemoryError::new_err(format!("there is no memory for {bytes} bytes"))
    })?;
    // What is not used need not be reserved, for all that the compiler knows.
    black_box(&values);
    Ok(())
}

/// An array of `n` zeros.
pub(crate) fn zeros<T: Element>(py: Python<'_>, n: usize) -> PyResult<Bound<'_, PyArray1<T>>> {
    check_memory::<T>(n)?;
    Ok(PyArray1::zeros(py, n, false))
}
