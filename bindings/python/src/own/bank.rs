//! What the hypotheses of a model written in Python have learned.

use std::sync::Arc;

use bocpd_core::bank::Bank;
use numpy::PyArray1;
use pyo3::prelude::*;
use serde::{Deserialize, Serialize};

use crate::failure;
use crate::own::Shared;

/// Statistics, oldest hypothesis first.
#[derive(Serialize, Deserialize)]
pub(crate) enum OwnBank {
    /// One column per statistic.
    Columns(Vec<Vec<f64>>),
    /// One object per hypothesis.
    #[serde(with = "pickled")]
    Objects(Vec<Shared>),
}

impl OwnBank {
    /// The statistics of one hypothesis, as the model's methods take them.
    pub(crate) fn of<'py>(&self, py: Python<'py>, hypothesis: usize) -> Bound<'py, PyAny> {
        match self {
            Self::Columns(columns) => {
                let stats = columns.iter().map(|column| column[hypothesis]).collect();
                PyArray1::from_vec(py, stats).into_any()
            }
            Self::Objects(objects) => objects[hypothesis].bind(py).clone(),
        }
    }
}

impl OwnBank {
    /// Takes the statistics of those hypotheses from `other` that `which` says.
    pub(crate) fn take_over(&mut self, other: Self, which: impl Fn(usize) -> bool) {
        match (self, other) {
            (Self::Columns(columns), Self::Columns(others)) => {
                for (column, other) in columns.iter_mut().zip(others) {
                    choose(column, other, &which);
                }
            }
            (Self::Objects(objects), Self::Objects(others)) => choose(objects, others, &which),
            _ => unreachable!("of the same model"),
        }
    }
}

fn choose<T>(values: &mut [T], others: Vec<T>, which: impl Fn(usize) -> bool) {
    for (i, (value, other)) in values.iter_mut().zip(others).enumerate() {
        if which(i) {
            *value = other;
        }
    }
}

impl Clone for OwnBank {
    fn clone(&self) -> Self {
        match self {
            Self::Columns(columns) => Self::Columns(columns.clone()),
            // A copy of a detector must not see what the other's model does to
            // its statistics, should it change them in place.
            Self::Objects(objects) => {
                let copies = failure::attempt(|py| {
                    let deepcopy = py.import("copy")?.getattr("deepcopy")?;
                    objects
                        .iter()
                        .map(|object| Ok(Arc::new(deepcopy.call1((object.bind(py),))?.unbind())))
                        .collect()
                });
                Self::Objects(copies.unwrap_or_else(|| objects.clone()))
            }
        }
    }
}

impl Bank for OwnBank {
    fn len(&self) -> usize {
        match self {
            Self::Columns(columns) => columns.first().map_or(0, Vec::len),
            Self::Objects(objects) => objects.len(),
        }
    }

    fn clear(&mut self) {
        match self {
            Self::Columns(columns) => columns.iter_mut().for_each(Vec::clear),
            Self::Objects(objects) => objects.clear(),
        }
    }

    fn pop(&mut self) {
        match self {
            Self::Columns(columns) => {
                for column in columns {
                    column.pop();
                }
            }
            Self::Objects(objects) => {
                objects.pop();
            }
        }
    }

    fn keep(&mut self, kept: &[u32]) {
        match self {
            Self::Columns(columns) => {
                for column in columns {
                    *column = kept.iter().map(|&i| column[i as usize]).collect();
                }
            }
            Self::Objects(objects) => {
                *objects = kept.iter().map(|&i| objects[i as usize].clone()).collect();
            }
        }
    }
}

/// Statistics that are Python objects, as pickles.
mod pickled {
    use super::{
        Arc, Bound, Deserialize, PyAnyMethods, PyResult, Python, Serialize, Shared, failure,
    };
    use pyo3::types::{PyBytes, PyBytesMethods};
    use serde::{Deserializer, Serializer, de};

    /// The core takes it for granted that a state can be written: what cannot
    /// be pickled is raised by whoever asked for the bytes.
    pub(super) fn serialize<S: Serializer>(
        objects: &[Shared],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let bytes = failure::attempt(|py| {
            let objects: Vec<_> = objects.iter().map(|object| object.bind(py)).collect();
            let bytes = py.import("pickle")?.getattr("dumps")?.call1((objects,))?;
            Ok(bytes.cast_into::<PyBytes>()?.as_bytes().to_vec())
        });
        bytes.unwrap_or_default().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Shared>, D::Error> {
        let bytes = Vec::<u8>::deserialize(deserializer)?;
        let objects: PyResult<Vec<Shared>> = Python::attach(|py| {
            let bytes = PyBytes::new(py, &bytes);
            let objects = py.import("pickle")?.getattr("loads")?.call1((bytes,))?;
            objects
                .try_iter()?
                .map(|object| object.map(Bound::unbind).map(Arc::new))
                .collect()
        });
        objects.map_err(de::Error::custom)
    }
}
