//! Models and hazards written in Python.
//!
//! A model is one of two shapes, told apart by its base class: columns, one
//! call a step over NumPy arrays; or one hypothesis at a time. What they raise
//! is [kept](crate::failure) while the core takes the step back, and raised
//! then.

mod bank;
mod distribution;
mod hazard;

use std::sync::Arc;

use bocpd_core::bank::Bank;
use bocpd_core::distribution::{Distribution, Level, Parameter};
use bocpd_core::kernel::Isa;
use bocpd_core::model::Describe;
use bocpd_core::observation::Observation;
use bocpd_core::random::Random;
use bocpd_core::{ObservationError, ObservationModel};
use numpy::{PyArray1, PyArrayMethods, PyReadonlyArray1};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyNone;

pub(crate) use hazard::OwnHazard;

use crate::failure;
use crate::input::Rows;
use bank::OwnBank;
use distribution::OwnDistribution;

/// A Python object that may be shared and dropped without the interpreter.
type Shared = Arc<Py<PyAny>>;

/// A model written in Python.
#[derive(Clone)]
pub(crate) struct OwnModel {
    model: Shared,
    in_columns: bool,
    dimension: usize,
}

impl OwnModel {
    /// `None` if the object is no model.
    pub(crate) fn new(object: &Bound<'_, PyAny>) -> PyResult<Option<Self>> {
        let models = object.py().import("bocpd.model")?;
        let in_columns = object.is_instance(&models.getattr("ColumnModel")?)?;
        if !in_columns && !object.is_instance(&models.getattr("ScalarModel")?)? {
            return Ok(None);
        }
        Ok(Some(Self {
            model: Arc::new(object.clone().unbind()),
            in_columns,
            dimension: object.getattr("dimension")?.extract()?,
        }))
    }

    pub(crate) fn dimension(&self) -> usize {
        self.dimension
    }

    /// Calls the model; `None` if that failed.
    fn attempt<T>(&self, call: impl FnOnce(&Bound<'_, PyAny>) -> PyResult<T>) -> Option<T> {
        failure::attempt(|py| call(self.model.bind(py)))
    }

    /// What a method says of one hypothesis; `None` also if it returns None.
    fn of_one<T>(
        &self,
        method: &str,
        bank: &OwnBank,
        hypothesis: usize,
        read: impl FnOnce(&Bound<'_, PyAny>) -> PyResult<T>,
    ) -> Option<T> {
        self.attempt(|model| {
            let stats = bank.of(model.py(), hypothesis);
            let said = model.call_method1(method, (stats,))?;
            (!said.is_none()).then(|| read(&said)).transpose()
        })
        .flatten()
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
    ) -> PyResult<(Vec<f64>, OwnBank)> {
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
        Ok((scores, OwnBank::Columns(updated)))
    }

    /// The same, hypothesis by hypothesis.
    fn observe_objects(
        &self,
        model: &Bound<'_, PyAny>,
        objects: &[Shared],
        x: &[f64],
    ) -> PyResult<(Vec<f64>, OwnBank)> {
        let x = self.observation(model.py(), x)?;
        let (mut scores, mut updated) = (Vec::new(), Vec::new());
        for stats in objects {
            let stats = stats.bind(model.py());
            let score = model.call_method1("ln_predictive", (stats, &x))?;
            scores.push(score.extract()?);
            let after = model.call_method1("update", (stats, &x))?;
            if after.is_none() {
                return Err(PyTypeError::new_err(
                    "update must return the new statistics",
                ));
            }
            updated.push(Arc::new(after.unbind()));
        }
        Ok((scores, OwnBank::Objects(updated)))
    }
}

impl OwnModel {
    /// Scores and updated statistics of all hypotheses; `None` if the model has failed.
    fn scored(&self, bank: &OwnBank, x: &[f64]) -> Option<(Vec<f64>, OwnBank)> {
        // Something before, the prior or a level, has failed already.
        if failure::is_kept() {
            return None;
        }
        let n = bank.len();
        self.attempt(|model| {
            let (scores, updated) = match bank {
                OwnBank::Columns(columns) => self.observe_columns(model, columns, x)?,
                OwnBank::Objects(objects) => self.observe_objects(model, objects, x)?,
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
        })
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

    fn check(&self, x: Observation<'_, [f64]>) -> Result<(), ObservationError> {
        let x = x.alone()?;
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
        .ok_or(ObservationError::Impossible)
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
                let prior = prior.unwrap_or_else(|| vec![f64::NAN; columns.len().max(1)]);
                columns.resize(prior.len(), Vec::new());
                for (column, value) in columns.iter_mut().zip(prior) {
                    column.push(value);
                }
            }
            OwnBank::Objects(objects) => {
                let prior = self.attempt(|model| model.call_method0("prior").map(Bound::unbind));
                let prior = prior.unwrap_or_else(|| {
                    Python::attach(|py| PyNone::get(py).to_owned().into_any().unbind())
                });
                objects.push(Arc::new(prior));
            }
        }
    }

    fn score(&self, _: Isa, bank: &OwnBank, x: Observation<'_, [f64]>, ln_joint: &mut [f64]) {
        let scored = self.scored(bank, x.value);
        for (i, ln_joint) in ln_joint[..bank.len()].iter_mut().enumerate() {
            // What failed is raised; no weight says that there is no step.
            *ln_joint += scored.as_ref().map_or(f64::NAN, |(scores, _)| scores[i]);
        }
    }

    fn absorb(
        &self,
        _: Isa,
        bank: &mut OwnBank,
        x: Observation<'_, [f64]>,
        weights: Option<&[f64]>,
    ) {
        if let Some((_, updated)) = self.scored(bank, x.value) {
            bank.take_over(updated, |i| weights.is_none_or(|weights| weights[i] != 0.0));
        }
    }

    fn observe(
        &self,
        _: Isa,
        bank: &mut OwnBank,
        x: Observation<'_, [f64]>,
        ln_joint: &mut [f64],
    ) -> Result<(), ObservationError> {
        let scored = self.scored(bank, x.value);
        let (scores, updated) = scored.ok_or(ObservationError::Impossible)?;
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

    fn is_sound(&self, bank: &OwnBank, _: &[u64]) -> bool {
        match bank {
            OwnBank::Columns(columns) => {
                self.in_columns && columns.iter().all(|column| column.len() == bank.len())
            }
            OwnBank::Objects(_) => !self.in_columns,
        }
    }
}

impl Describe for OwnModel {
    fn dimension(&self) -> usize {
        self.dimension
    }

    fn level(&self, bank: &OwnBank, hypothesis: usize, _: usize) -> Option<Level> {
        let said = self.of_one("level", bank, hypothesis, distribution::level);
        said.or_else(|| {
            let parameters = self.parameters(bank, hypothesis);
            Some(Level::of(&*parameters.first()?.posterior))
        })
    }

    fn parameters(&self, bank: &OwnBank, hypothesis: usize) -> Vec<Parameter> {
        self.of_one("parameters", bank, hypothesis, distribution::parameters)
            .unwrap_or_default()
    }

    fn predictive(
        &self,
        bank: &OwnBank,
        hypothesis: usize,
        _: usize,
    ) -> Option<Box<dyn Distribution>> {
        let said = self.of_one("predictive", bank, hypothesis, OwnDistribution::new)?;
        Some(Box::new(said))
    }

    fn simulate(&self, random: &mut Random, n: usize) -> Option<Vec<f64>> {
        self.attempt(|model| {
            let seed = random.below(u64::MAX);
            let generator = model
                .py()
                .import("numpy.random")?
                .call_method1("default_rng", (seed,))?;
            let drawn = model.call_method1("simulate", (generator, n))?;
            if drawn.is_none() {
                return Ok(None);
            }
            let rows = Rows::new(&drawn, self.dimension)?;
            if rows.len() != n {
                return Err(PyValueError::new_err(format!(
                    "simulate must return {n} observations, got {}",
                    rows.len()
                )));
            }
            Ok(Some(rows.as_slice()?.to_vec()))
        })
        .flatten()
    }
}
