//! What the caller calls an observation: an entry of the index that a series came with, or of
//! its times.

use std::convert::Infallible;
use std::sync::Arc;

use pyo3::prelude::*;

/// A Python object that is handed back as it came.
#[derive(Clone)]
pub(crate) struct Label(Arc<Py<PyAny>>);

impl Label {
    pub(crate) fn new(object: Bound<'_, PyAny>) -> Self {
        Self(Arc::new(object.unbind()))
    }
}

impl PartialEq for Label {
    fn eq(&self, other: &Self) -> bool {
        Python::attach(|py| {
            let (this, other) = (self.0.bind(py), other.0.bind(py));
            this.is(other) || this.eq(other).unwrap_or(false)
        })
    }
}

impl<'py> FromPyObject<'_, 'py> for Label {
    type Error = Infallible;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> Result<Self, Infallible> {
        Ok(Self(Arc::new(object.to_owned().unbind())))
    }
}

impl<'py> IntoPyObject<'py> for Label {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = Infallible;

    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Infallible> {
        Ok(self.0.bind(py).clone())
    }
}
