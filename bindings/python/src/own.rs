//! Observation models written in Python.
//!
//! A model is one of two shapes, told apart by `ColumnModel.observe`: columns,
//! one call a step over NumPy arrays; or one hypothesis at a time. What fails in
//! Python is kept aside here while the core takes the step back, and raised then.

use std::sync::{Arc, Mutex, PoisonError};

use bocpd_core::{Bank, ObservationError, ObservationModel};
use numpy::{PyArray1, PyArrayMethods, PyReadonlyArray1};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyNone};
use serde::{Deserialize, Serialize};

/// A Python object that may be shared and dropped without the interpreter.
type Shared = Arc<Py<PyAny>>;

/// A model written in Python.
#[derive(Clone)]
pub(crate) struct OwnModel {
    model: Shared,
    in_columns: bool,
    dimension: usize,
    failure: Arc<Mutex<Option<PyErr>>>,
}

impl OwnModel {
    /// `None` if the object is no model.
    pub(crate) fn new(object: &Bound<'_, PyAny>) -> PyResult<Option<Self>> {
        let models = object.py().import("bocpd._own")?;
        let in_columns = object.is_instance(&models.getattr("ColumnModel")?)?;
        if !in_columns && !object.is_instance(&models.getattr("ScalarModel")?)? {
            return Ok(None);
        }
        let dimension: usize = object.getattr("dimension")?.extract()?;
        if dimension == 0 {
            return Err(PyValueError::new_err("dimension must be at least 1, got 0"));
        }
        Ok(Some(Self {
            model: Arc::new(object.clone().unbind()),
            in_columns,
            dimension,
            failure: Arc::default(),
        }))
    }

    pub(crate) fn dimension(&self) -> usize {
        self.dimension
    }

    /// What has failed in Python since the last call.
    pub(crate) fn take_failure(&self) -> Option<PyErr> {
        self.failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    /// Runs `work`; what fails is kept aside.
    fn attempt<T>(
        &self,
        work: impl FnOnce(&Bound<'_, PyAny>) -> PyResult<T>,
    ) -> Result<T, ObservationError> {
        Python::attach(|py| {
            work(self.model.bind(py)).map_err(|error| {
                *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                ObservationError::Impossible
            })
        })
    }

    /// An observation as the model's methods take it: a number, or an array.
    fn observation<'py>(&self, py: Python<'py>, x: &[f64]) -> PyResult<Bound<'py, PyAny>> {
        match x {
            [x] if self.dimension == 1 => Ok(x.into_pyobject(py)?.into_any()),
            row => Ok(PyArray1::from_slice(py, row).into_any()),
        }
    }

    /// Scores and updated columns of all hypotheses, from one call.
    fn observe_columns(
        &self,
        model: &Bound<'_, PyAny>,
        columns: &[Vec<f64>],
        x: &[f64],
    ) -> PyResult<(Vec<f64>, Vec<Vec<f64>>)> {
        let py = model.py();
        let n = columns.first().map_or(0, Vec::len);
        let stats = PyArray1::from_vec(py, columns.concat()).reshape([columns.len(), n])?;
        let scores = model.call_method1("observe", (&stats, self.observation(py, x)?))?;
        let scores = py
            .import("bocpd._arrays")?
            .getattr("as_float64")?
            .call1((scores,))?;
        let scores: PyReadonlyArray1<'_, f64> = scores
            .extract()
            .map_err(|_| PyValueError::new_err("observe must return one number per hypothesis"))?;
        let scores = scores.as_slice()?.to_vec();
        let stats = stats.readonly();
        let updated = stats
            .as_slice()?
            .chunks(n.max(1))
            .map(<[f64]>::to_vec)
            .collect();
        Ok((scores, updated))
    }

    /// The same, hypothesis by hypothesis.
    fn observe_objects(
        &self,
        model: &Bound<'_, PyAny>,
        objects: &[Shared],
        x: &[f64],
    ) -> PyResult<(Vec<f64>, Vec<Shared>)> {
        let x = self.observation(model.py(), x)?;
        let (mut scores, mut updated) = (Vec::new(), Vec::new());
        for stats in objects {
            let stats = stats.bind(model.py());
            scores.push(
                model
                    .call_method1("ln_predictive", (stats, &x))?
                    .extract()?,
            );
            let after = model.call_method1("update", (stats, &x))?;
            if after.is_none() {
                return Err(PyTypeError::new_err(
                    "update must return the new statistics",
                ));
            }
            updated.push(Arc::new(after.unbind()));
        }
        Ok((scores, updated))
    }
}

/// What the hypotheses have learned.
#[derive(Serialize, Deserialize)]
pub(crate) enum OwnBank {
    /// One column per statistic.
    Columns(Vec<Vec<f64>>),
    /// One object per hypothesis.
    #[serde(with = "pickled")]
    Objects(Vec<Shared>),
}

impl Clone for OwnBank {
    fn clone(&self) -> Self {
        match self {
            Self::Columns(columns) => Self::Columns(columns.clone()),
            // A copy of a detector must not see what the other's model does to
            // its statistics, should it change them in place.
            Self::Objects(objects) => Python::attach(|py| {
                let copy = py.import("copy").and_then(|copy| copy.getattr("deepcopy"));
                let one = |object: &Shared| match &copy {
                    Ok(copy) => copy
                        .call1((object.bind(py),))
                        .map_or_else(|_| object.clone(), |copied| Arc::new(copied.unbind())),
                    Err(_) => object.clone(),
                };
                Self::Objects(objects.iter().map(one).collect())
            }),
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

impl ObservationModel for OwnModel {
    type Scalar = f64;
    type Obs = [f64];
    type Bank = OwnBank;

    fn bank(&self, _capacity: usize) -> OwnBank {
        if self.in_columns {
            // Width and first entry come with the first hypothesis.
            OwnBank::Columns(Vec::new())
        } else {
            OwnBank::Objects(Vec::new())
        }
    }

    fn check(&self, x: &[f64]) -> Result<(), ObservationError> {
        if x.len() != self.dimension {
            return Err(ObservationError::Dimension {
                got: x.len(),
                expected: self.dimension,
            });
        }
        if let Some(&value) = x.iter().find(|x| !x.is_finite()) {
            return Err(ObservationError::NonFinite { value });
        }
        self.attempt(|model| {
            model
                .call_method1("check", (self.observation(model.py(), x)?,))
                .map(drop)
        })
    }

    fn spawn(&self, bank: &mut OwnBank) {
        // A prior that fails leaves a hypothesis that cannot be scored, and the
        // failure to be raised.
        match bank {
            OwnBank::Columns(columns) => {
                let prior = self.attempt(|model| {
                    let prior: Vec<f64> = model.call_method0("prior")?.extract()?;
                    if prior.is_empty() || (!columns.is_empty() && prior.len() != columns.len()) {
                        return Err(PyValueError::new_err(
                            "prior must return the same number of statistics, 1 or more, each time",
                        ));
                    }
                    Ok(prior)
                });
                let prior = prior.unwrap_or_else(|_| vec![f64::NAN; columns.len().max(1)]);
                columns.resize(prior.len(), Vec::new());
                for (column, value) in columns.iter_mut().zip(prior) {
                    column.push(value);
                }
            }
            OwnBank::Objects(objects) => {
                let prior = self.attempt(|model| model.call_method0("prior").map(Bound::unbind));
                let prior = prior.unwrap_or_else(|_| {
                    Python::attach(|py| PyNone::get(py).to_owned().into_any().unbind())
                });
                objects.push(Arc::new(prior));
            }
        }
    }

    fn observe(
        &self,
        bank: &mut OwnBank,
        x: &[f64],
        ln_joint: &mut [f64],
    ) -> Result<(), ObservationError> {
        if self
            .failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_some()
        {
            return Err(ObservationError::Impossible);
        }
        let n = bank.len();
        let (scores, updated) = self.attempt(|model| {
            let (scores, updated) = match bank {
                OwnBank::Columns(columns) => {
                    let (scores, updated) = self.observe_columns(model, columns, x)?;
                    (scores, OwnBank::Columns(updated))
                }
                OwnBank::Objects(objects) => {
                    let (scores, updated) = self.observe_objects(model, objects, x)?;
                    (scores, OwnBank::Objects(updated))
                }
            };
            if scores.len() != n {
                return Err(PyValueError::new_err(format!(
                    "the model scored {} of {n} hypotheses",
                    scores.len()
                )));
            }
            if let Some(score) = scores
                .iter()
                .find(|score| score.is_nan() || **score == f64::INFINITY)
            {
                return Err(PyValueError::new_err(format!(
                    "a log predictive must be a number below infinity, the model gave {score}"
                )));
            }
            Ok((scores, updated))
        })?;
        let possible = ln_joint
            .iter()
            .zip(&scores)
            .any(|(ln, score)| ln + score > f64::NEG_INFINITY);
        if !possible {
            return Err(ObservationError::Impossible);
        }
        for (ln, score) in ln_joint.iter_mut().zip(scores) {
            *ln += score;
        }
        *bank = updated;
        Ok(())
    }
}

/// Statistics that are Python objects, as pickles.
mod pickled {
    use super::{
        Arc, Deserialize, PyAnyMethods, PyBytes, PyBytesMethods, PyResult, Python, Serialize,
        Shared,
    };
    use pyo3::Bound;
    use serde::{Deserializer, Serializer, de, ser};

    pub(super) fn serialize<S: Serializer>(
        objects: &[Shared],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let bytes: PyResult<Vec<u8>> = Python::attach(|py| {
            let objects: Vec<_> = objects.iter().map(|object| object.bind(py)).collect();
            let bytes = py.import("pickle")?.getattr("dumps")?.call1((objects,))?;
            Ok(bytes.cast_into::<PyBytes>()?.as_bytes().to_vec())
        });
        bytes.map_err(ser::Error::custom)?.serialize(serializer)
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
