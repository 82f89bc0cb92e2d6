//! Distributions written in Python.

use std::sync::{Arc, Mutex, PoisonError};

use bocpd_core::distribution::{Distribution, Level, Parameter};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::failure;
use crate::own::Shared;

/// An object with the methods of a frozen distribution of SciPy: `mean()`,
/// `var()`, `cdf(x)` and `logpdf(x)` or, for integers, `logpmf(x)`; `sf(x)` and
/// `support()` if it has them.
#[derive(Debug)]
pub(crate) struct OwnDistribution {
    object: Shared,
    discrete: bool,
    has_survival: bool,
    support: (f64, f64),
}

impl OwnDistribution {
    pub(crate) fn new(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        let discrete = object.hasattr("logpmf")? && !object.hasattr("logpdf")?;
        let density = if discrete { "logpmf" } else { "logpdf" };
        for method in ["mean", "var", "cdf", density] {
            if !object.hasattr(method)? {
                return Err(PyTypeError::new_err(format!(
                    "a distribution must have the methods mean, var, cdf, and logpdf or logpmf; \
                     {} has no {method}",
                    object.get_type().name()?
                )));
            }
        }
        let support = if object.hasattr("support")? {
            object.call_method0("support")?.extract()?
        } else {
            (f64::NEG_INFINITY, f64::INFINITY)
        };
        Ok(Self {
            object: Arc::new(object.clone().unbind()),
            discrete,
            has_survival: object.hasattr("sf")?,
            support,
        })
    }

    fn ask0(&self, method: &str) -> f64 {
        let asked =
            failure::attempt(|py| self.object.bind(py).call_method0(method)?.extract::<f64>());
        asked.unwrap_or(f64::NAN)
    }

    fn ask(&self, method: &str, x: f64) -> f64 {
        let asked = failure::attempt(|py| {
            self.object
                .bind(py)
                .call_method1(method, (x,))?
                .extract::<f64>()
        });
        asked.unwrap_or(f64::NAN)
    }
}

impl Distribution for OwnDistribution {
    fn mean(&self) -> f64 {
        self.ask0("mean")
    }
    fn variance(&self) -> f64 {
        self.ask0("var")
    }
    fn ln_density(&self, x: f64) -> f64 {
        self.ask(if self.discrete { "logpmf" } else { "logpdf" }, x)
    }
    fn cdf(&self, x: f64) -> f64 {
        self.ask("cdf", x)
    }
    fn survival(&self, x: f64) -> f64 {
        if self.has_survival {
            self.ask("sf", x)
        } else {
            1.0 - self.cdf(x)
        }
    }
    fn support(&self) -> (f64, f64) {
        self.support
    }
    fn is_discrete(&self) -> bool {
        self.discrete
    }
}

/// The posteriors of parameters, given as a mapping from their names.
pub(crate) fn parameters(mapping: &Bound<'_, PyAny>) -> PyResult<Vec<Parameter>> {
    let mut parameters = Vec::new();
    for item in mapping.call_method0("items")?.try_iter()? {
        let (name, posterior): (String, Bound<'_, PyAny>) = item?.extract()?;
        parameters.push(Parameter::new(
            interned(name),
            OwnDistribution::new(&posterior)?,
        ));
    }
    Ok(parameters)
}

/// Mean and variance of a level.
pub(crate) fn level(pair: &Bound<'_, PyAny>) -> PyResult<Level> {
    let (mean, variance): (f64, f64) = pair.extract()?;
    Ok(Level {
        mean,
        variance,
        spread: variance,
    })
}

/// A name that lives as long as the process, which is what the core wants of
/// the names of parameters. There are as many as models give names.
fn interned(name: String) -> &'static str {
    static NAMES: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.iter().find(|known| **known == name) {
        return known;
    }
    let name: &'static str = Box::leak(name.into_boxed_str());
    names.push(name);
    name
}
