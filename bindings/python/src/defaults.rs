//! What is assumed when nothing is said: the core's word on it.

use bocpd_core::defaults::{self, Given, candidates, hazard_for, pruning_for};
use bocpd_core::list::{MODELS, ModelSpec};
use bocpd_core::observation::Beside;
use bocpd_core::outliers::Outliers as Core;
use numpy::PyArray1;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict};

use crate::error::value_error;
use crate::input::Rows;
use crate::interrupt::interruptible;
use crate::model::Model;
use crate::outliers::{self, Outliers};
use crate::plain;
use crate::pruning::Pruning;

/// Model, hazard, pruning, outliers, and structures with their probabilities.
type Assumed<'py> = (
    Bound<'py, PyAny>,
    Bound<'py, PyAny>,
    Pruning,
    Option<Outliers>,
    Vec<(String, f64)>,
);

/// Model, hazard, pruning and outliers for a series that nothing is said of, as `detect`
/// takes them; and the structures that the series may have, as pairs of words and
/// probability, the most probable first. The structure of the noise (white, AR(1), a level
/// that drifts, lines, a season; of the numbers or of their logarithms) is the one with the
/// most evidence. NaN is a missing observation. `outliers` that are given stay as they are,
/// and with `outliers=False` there are none. `min_segment` and `sensitivity` are as `Detector`
/// takes them; structures are compared by all of their evidence, whatever the resolution will be.
///
/// Parameters
/// ----------
/// xs : array_like
///     The series; of rows of several numbers each number has a model as it would have alone.
/// outliers : Outliers, float or False, optional
///     How often observations are wild values; False for never.
/// min_segment : int
///     No segment ends before it has so many observations.
/// sensitivity : float
///     With 10, changes are expected ten times as often as the hazard says.
///
/// Returns
/// -------
/// model, hazard, pruning, outliers, structures
///     What `detect` takes by these names, and a list of pairs.
///
/// Raises
/// ------
/// ValueError
///     If the series or `outliers` cannot be used.
/// TypeError
///     If the series is not made of numbers.
///
/// Examples
/// --------
/// >>> xs = [3, 1, 2, 4, 2, 12, 9, 14, 11, 10, 13, 12]
/// >>> model, hazard, pruning, outliers, structures = bocpd.defaults_for(xs)
/// >>> again = bocpd.detect(xs, model, hazard, pruning, outliers=outliers)
/// >>> again.changes == bocpd.detect(xs).changes
/// True
#[pyfunction]
#[pyo3(signature = (xs, *, outliers=None, min_segment=1, sensitivity=1.0))]
pub(crate) fn defaults_for<'py>(
    py: Python<'py>,
    xs: &Bound<'py, PyAny>,
    outliers: Option<&Bound<'py, PyAny>>,
    min_segment: u64,
    sensitivity: f64,
) -> PyResult<Assumed<'py>> {
    let rows = Rows::of_any_dimension(xs)?;
    let numbers = rows.numbers()?;
    let mut given = Given::default();
    given.outliers = outliers.map(wanted).transpose()?;
    given.min_segment = Some(min_segment);
    given.sensitivity = Some(sensitivity);
    let all = interruptible(py, || candidates(numbers, &given))?;
    let all = all.map_err(|error| value_error(&error))?;
    let config = &all[0].config;
    let structures = all.iter().filter(|one| one.is_worth_a_mention());
    Ok((
        plain::model_of(py, config)?,
        plain::hazard(py, &config.hazard)?,
        Pruning {
            core: config.pruning,
        },
        config.outliers.map(|core| Outliers { core }),
        structures
            .map(|one| (one.structure.clone(), one.probability))
            .collect(),
    ))
}

/// The outliers that are asked for; False for none.
pub(crate) fn wanted(outliers: &Bound<'_, PyAny>) -> PyResult<Option<Core>> {
    if outliers.cast::<PyBool>().is_ok_and(|said| !said.is_true()) {
        return Ok(None);
    }
    outliers.extract::<outliers::Given>()?.get().map(Some)
}

/// Hazard and pruning for a series of `n` observations whose model is said.
#[pyfunction]
pub(crate) fn defaults_for_length(
    py: Python<'_>,
    n: usize,
) -> PyResult<(Bound<'_, PyAny>, Pruning)> {
    let core = pruning_for(n);
    Ok((plain::hazard(py, &hazard_for(n))?, Pruning { core }))
}

/// What counts as 1 in time where no hazard says so, from how long after the one before each
/// observation was made.
#[pyfunction]
pub(crate) fn typical_elapsed(elapsed: &Bound<'_, PyAny>) -> PyResult<f64> {
    let elapsed = Rows::new(elapsed, 1)?;
    Ok(defaults::typical_elapsed(elapsed.as_slice()?))
}

/// The most probable of the structures that `defaults_for` gives, in words.
#[pyfunction]
pub(crate) fn structures_in_words(structures: Vec<(String, f64)>) -> String {
    defaults::structures_in_words(structures)
}

/// The kind of model for observations that come with a number beside each ("exposure", "trials",
/// "sd", "weight"), where this kind was asked for, this model is there, or nothing was said; and
/// the series that its prior is made from.
#[pyfunction]
#[pyo3(signature = (model, beside, xs, numbers))]
pub(crate) fn kind_with<'py>(
    py: Python<'py>,
    model: Option<&Bound<'py, PyAny>>,
    beside: &str,
    xs: &Bound<'py, PyAny>,
    numbers: &Bound<'py, PyAny>,
) -> PyResult<(&'static str, Bound<'py, PyArray1<f64>>)> {
    let known = Beside::ALL.into_iter().find(|known| known.name() == beside);
    let known = known.ok_or_else(|| PyValueError::new_err(format!("no {beside}")))?;
    let takes = ModelSpec::of_beside(known);
    let (asked, spec) = if let Some(model) = model {
        if let Ok(kind) = model.extract::<&str>() {
            let asked = named(kind)?;
            (Some(asked), asked.with_beside(known))
        } else {
            // A model that is there stays what it is.
            let model = model.cast::<Model>().ok();
            let asked = model.and_then(|model| model.get().config.spec());
            (asked, asked.filter(|spec| spec.beside == Some(known)))
        }
    } else {
        (None, takes)
    };
    let spec = spec.ok_or_else(|| {
        let takes = takes.map_or("", |spec| spec.name);
        let asked = asked.map_or_else(String::new, |spec| format!(" of kind '{}'", spec.name));
        let text = format!("a model{asked} takes no {beside}; one of kind '{takes}' does");
        PyValueError::new_err(text)
    })?;
    let (xs, numbers) = (Rows::new(xs, 1)?, Rows::new(numbers, 1)?);
    let standardised = known.standardised(xs.as_slice()?, numbers.as_slice()?);
    Ok((spec.name, PyArray1::from_vec(py, standardised)))
}

/// The kind of this name.
pub(crate) fn named(kind: &str) -> PyResult<&'static ModelSpec> {
    let name = kind.replace('-', "_").to_lowercase();
    ModelSpec::named(&name).ok_or_else(|| {
        let kinds: Vec<_> = MODELS
            .iter()
            .map(|spec| format!("'{}'", spec.name))
            .collect();
        let kinds = kinds.join(", ");
        PyValueError::new_err(format!("kind must be one of {kinds}, got '{kind}'"))
    })
}

/// Whether models of this kind are for observations of several numbers.
#[pyfunction]
pub(crate) fn is_of_several(kind: &str) -> PyResult<bool> {
    Ok(named(kind)?.of_several)
}

/// A model of the given kind ("gaussian", "student_t", ...) with a prior on the
/// scale of a series. Parameters that are given stay as they are; those that no
/// data can tell, such as the `trials` of "binomial", have to be.
///
/// Parameters
/// ----------
/// kind : str
///     The name of the model; hyphens and underscores are the same.
/// xs : array_like
///     The series; of "multivariate_gaussian" rows of several numbers.
/// **parameters
///     Parameters of the model that are known.
///
/// Returns
/// -------
/// Model
///     With its prior on the scale of the series.
///
/// Raises
/// ------
/// ValueError
///     If there is no such kind, or a parameter cannot be used or has to be given.
/// TypeError
///     If the model has no such parameter.
///
/// Examples
/// --------
/// >>> bocpd.model_for("poisson", [3, 1, 2, 4])
/// Poisson(shape=1.0, rate=0.4)
/// >>> bocpd.model_for("student-t", [3.0, 1.0, 2.0, 4.0], nu=3).nu
/// 3.0
#[pyfunction]
#[pyo3(signature = (kind, xs, **parameters))]
pub(crate) fn model_for<'py>(
    py: Python<'py>,
    kind: &str,
    xs: &Bound<'py, PyAny>,
    parameters: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let spec = named(kind)?;
    let mut values = vec![None; spec.parameters.len()];
    for (name, value) in parameters.into_iter().flatten() {
        let name: String = name.extract()?;
        let at = spec.parameters.iter().position(|p| p.name == name);
        let at = at.ok_or_else(|| {
            let names: Vec<_> = spec.parameters.iter().map(|p| p.name).collect();
            let names = names.join(", ");
            PyTypeError::new_err(format!("{kind} has no parameter '{name}', but {names}"))
        })?;
        if !value.is_none() {
            values[at] = Some(plain::from_python(&name, &value)?);
        }
    }
    let rows = if spec.of_several {
        Rows::of_any_dimension(xs)?
    } else {
        Rows::new(xs, 1)?
    };
    let numbers = rows.numbers()?;
    let model = interruptible(py, || spec.with_rows(&values, Some(numbers)))?;
    let model = model.map_err(|error| match error.value {
        // What has to be given, and how.
        None => PyValueError::new_err(format!(
            "{error}: model_for('{kind}', xs, {}=...)",
            error.name
        )),
        Some(_) => value_error(&error),
    })?;
    plain::model(py, &model)
}
