//! What is assumed when nothing is said: the core's word on it.

use bocpd_core::defaults::config_for;
use pyo3::prelude::*;

use crate::input::Rows;
use crate::plain;

/// Model and hazard for a series that nothing is known about.
#[pyfunction]
pub(crate) fn defaults_for<'py>(
    py: Python<'py>,
    xs: &Bound<'py, PyAny>,
) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
    let rows = Rows::new(xs, 1)?;
    let config = config_for(rows.as_slice()?);
    Ok((
        plain::instance(py, &config.model)?,
        plain::instance(py, &config.hazard)?,
    ))
}
