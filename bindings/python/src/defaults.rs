//! What is assumed when nothing is said: the core's word on it.

use bocpd_core::defaults::{Kind, config_for, model_for as core_model_for};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::input::Rows;
use crate::plain;
use crate::pruning::Pruning;

/// Model, hazard and pruning.
type Assumed<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>, Pruning);

/// Model, hazard and pruning for a series that nothing is known about, as
/// `detect` takes them.
#[pyfunction]
pub(crate) fn defaults_for<'py>(py: Python<'py>, xs: &Bound<'py, PyAny>) -> PyResult<Assumed<'py>> {
    let rows = Rows::new(xs, 1)?;
    let config = config_for(rows.as_slice()?);
    Ok((
        plain::instance(py, &config.model)?,
        plain::instance(py, &config.hazard)?,
        Pruning {
            core: config.pruning,
        },
    ))
}

/// A model of the given kind with a prior on the scale of a series: "gaussian",
/// "student_t", "student_t_grid", "poisson", "bernoulli", "gamma", whose
/// observations have the shape `known_shape`, or "binomial", whose observations
/// have `trials` trials each.
#[pyfunction]
#[pyo3(signature = (kind, xs, *, trials=None, known_shape=1.0))]
pub(crate) fn model_for<'py>(
    py: Python<'py>,
    kind: &str,
    xs: &Bound<'py, PyAny>,
    trials: Option<u64>,
    known_shape: f64,
) -> PyResult<Bound<'py, PyAny>> {
    let kind = match (kind, trials) {
        ("gaussian", _) => Kind::Gaussian,
        ("student_t", _) => Kind::StudentT,
        ("student_t_grid", _) => Kind::StudentTGrid,
        ("poisson", _) => Kind::Poisson,
        ("bernoulli", _) => Kind::Bernoulli,
        ("gamma", _) => Kind::Gamma { known_shape },
        ("binomial", Some(trials)) => Kind::Binomial { trials },
        ("binomial", None) => {
            return Err(PyValueError::new_err(
                "a binomial model needs trials: model_for('binomial', xs, trials=...)",
            ));
        }
        _ => {
            return Err(PyValueError::new_err(format!(
                "kind must be 'gaussian', 'student_t', 'student_t_grid', 'poisson', 'bernoulli', \
                 'binomial' or 'gamma', got '{kind}'"
            )));
        }
    };
    let rows = Rows::new(xs, 1)?;
    plain::instance(py, &core_model_for(kind, rows.as_slice()?))
}
