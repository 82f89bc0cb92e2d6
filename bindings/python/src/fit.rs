//! The parameters that a history makes most probable.

use bocpd_core::Config;
use bocpd_core::fit::{Fit as Core, FitError, Fitted as CoreFitted, Options, fit};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

use crate::builder::{Builder, as_hazard};
use crate::error::value_error;
use crate::input::{Rows, beside, count};
use crate::interrupt::interruptible;
use crate::outliers::{self, Outliers};
use crate::plain;
use crate::pruning::Pruning;
use crate::record::record;
use crate::stream::missing_policy;

record! {
    in "bocpd.fit";

    /// A parameter of a fit.
    Fitted {
        /// What it is a parameter of: "model", "hazard" or "outliers".
        part: String,
        /// What it is called there.
        name: String,
        /// Its value before.
        before: f64,
        /// The value that was found.
        value: f64,
        /// Its standard error: by how much another history of the same kind and
        /// length would move it, from the curvature of the evidence. None where it
        /// was not found, or where the evidence has no such peak.
        error: Option<f64>,
        /// What became of it: "found"; "fixed", if it stayed; "undetermined", if the
        /// history says next to nothing of it; "limit", if it went as far as it may.
        outcome: String,
    }
}

impl From<&CoreFitted> for Fitted {
    fn from(core: &CoreFitted) -> Self {
        Self {
            part: core.part.name().to_owned(),
            name: core.name.to_owned(),
            before: core.before,
            value: core.value,
            error: core.error,
            outcome: core.outcome.name().to_owned(),
        }
    }
}

record! {
    in "bocpd.fit";

    /// What a history says of the parameters of model and hazard.
    ///
    /// `model`, `hazard` and `outliers` are those that were found, to be given to
    /// `Detector` and `detect`.
    Fit {
        /// The configuration that was found, as JSON, for `Detector.from_json`.
        config: String,
        /// ln p(all series) before.
        ln_evidence_before: f64,
        /// ln p(all series) with the parameters that were found: never less.
        ln_evidence: f64,
        /// Whether the search ended because no step promised more.
        converged: bool,
        /// How many passes over all series it took.
        evaluations: usize,
        /// How many series there were.
        series: usize,
        /// How many observations these have together, missing ones included.
        observations: u64,
        /// All parameters that are numbers: the model's, the hazard's, the outliers'.
        parameters: Vec<Fitted>,
    }
}

impl Fit {
    fn of(core: &Core) -> PyResult<Self> {
        Ok(Self {
            config: serde_json::to_string(&core.config).map_err(|error| value_error(&error))?,
            ln_evidence_before: core.ln_evidence_before,
            ln_evidence: core.ln_evidence,
            converged: core.converged,
            evaluations: core.evaluations,
            series: core.series,
            observations: core.observations,
            parameters: core.parameters.iter().map(Fitted::from).collect(),
        })
    }

    fn parsed(&self) -> PyResult<Config> {
        serde_json::from_str(&self.config).map_err(|error| value_error(&error))
    }
}

#[pymethods]
impl Fit {
    /// The model that was found.
    #[getter]
    fn model<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        plain::model(py, &self.parsed()?.model)
    }

    /// The hazard that was found.
    #[getter]
    fn hazard<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        plain::hazard(py, &self.parsed()?.hazard)
    }

    /// The outliers that were found; None where none were expected.
    #[getter]
    fn outliers(&self) -> PyResult<Option<Outliers>> {
        Ok(self.parsed()?.outliers.map(|core| Outliers { core }))
    }
}

/// For `bocpd.fit.fit`: the same of a list of series, each with its features if there
/// are any, with nothing left to be assumed.
#[pyfunction]
#[pyo3(signature = (series, model, hazard, pruning, missing, outliers, fixed, free, evaluations, features))]
#[expect(
    clippy::too_many_arguments,
    clippy::needless_pass_by_value,
    reason = "arguments from Python"
)]
pub(crate) fn fit_series(
    py: Python<'_>,
    series: Vec<Bound<'_, PyAny>>,
    model: &Bound<'_, PyAny>,
    hazard: Bound<'_, PyAny>,
    pruning: Py<Pruning>,
    missing: &str,
    outliers: Option<outliers::Given>,
    fixed: Vec<String>,
    free: Vec<String>,
    evaluations: Option<Bound<'_, PyAny>>,
    features: Option<Vec<Bound<'_, PyAny>>>,
) -> PyResult<Fit> {
    let hazard = as_hazard(hazard)?;
    let mut builder = Builder::new(model, &hazard)?;
    if !builder.is_plain() {
        return Err(PyTypeError::new_err(
            "model and hazard must be of the package: parameters of own ones are not known",
        ));
    }
    builder.prune(Some(pruning.get().core));
    let config = &mut builder.config;
    config.missing = missing_policy(missing)?;
    config.outliers = outliers.map(outliers::Given::get).transpose()?;
    let (fixed, free) = (borrowed(&fixed), borrowed(&free));
    let mut options = Options {
        fixed: &fixed,
        free: &free,
        ..Options::default()
    };
    if let Some(evaluations) = evaluations {
        options.evaluations = count("evaluations", &evaluations)?;
    }
    if let Some(features) = &features
        && features.len() != series.len()
    {
        return Err(PyValueError::new_err(format!(
            "features must have an array for each of the {} series, got {}",
            series.len(),
            features.len()
        )));
    }
    let values: Vec<Rows<'_>> = (series.iter())
        .map(|one| Rows::new(one, config.model.dimension()))
        .collect::<PyResult<_>>()?;
    let mut beside_them = Vec::new();
    for (i, rows) in values.iter().enumerate() {
        let features = features.as_ref().map(|all| &all[i]);
        beside_them.push(Rows::features(features, rows.len())?);
    }
    let both = values.iter().zip(&beside_them);
    let all = both
        .map(|(rows, features)| beside(rows, features.as_ref()))
        .collect::<PyResult<Vec<_>>>()?;
    let found = interruptible(py, || fit(&all, config, options))?;
    Fit::of(&found.map_err(|error| refused(&error, all.len()))?)
}

fn borrowed(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

/// The error of the core; of a single series nothing but the index is said.
fn refused(error: &FitError, series: usize) -> PyErr {
    match error {
        FitError::Data { error, .. } if series == 1 => value_error(error),
        error => value_error(error),
    }
}
