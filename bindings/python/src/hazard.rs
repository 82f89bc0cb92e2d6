//! The hazards as Python classes.

use bocpd_core::{HazardConfig, ModelConfig};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::error::value_error;
use crate::plain;

/// How long segments last: h(l) is the probability that a segment ends after l
/// observations, given that it reached l.
///
/// Immutable; made by its subclasses.
#[pyclass(module = "bocpd", subclass, frozen)]
pub(crate) struct Hazard {
    pub(crate) config: HazardConfig,
}

impl Hazard {
    /// A hazard whose parameters the core accepts.
    fn checked(hazard: HazardConfig) -> PyResult<Self> {
        let config = plain::config(ModelConfig::Bernoulli { a: 1.0, b: 1.0 }, hazard);
        config.build().map_err(|error| value_error(&error))?;
        Ok(Self {
            config: config.hazard,
        })
    }
}

#[pymethods]
impl Hazard {
    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        plain::repr(slf)
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other
            .cast::<Self>()
            .is_ok_and(|other| other.get().config == self.config)
    }

    fn __hash__(slf: &Bound<'_, Self>) -> PyResult<isize> {
        slf.repr()?.hash()
    }

    fn __getnewargs_ex__<'py>(slf: &Bound<'py, Self>) -> PyResult<plain::NewArgs<'py>> {
        plain::new_args(slf)
    }
}

/// One class per variant of [`HazardConfig`].
macro_rules! hazards {
    ($($(#[$doc:meta])* $name:ident {
        $($(#[$field_doc:meta])* $field:ident : $type:ty),* $(,)?
    })*) => {$(
        $(#[$doc])*
        #[pyclass(module = "bocpd", extends = Hazard, frozen, get_all)]
        pub(crate) struct $name {
            $($(#[$field_doc])* $field: $type,)*
        }

        #[pymethods]
        impl $name {
            #[classattr]
            fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
                PyTuple::new(py, [$(stringify!($field)),*])
            }

            #[new]
            fn new($($field: $type),*) -> PyResult<PyClassInitializer<Self>> {
                let hazard = Hazard::checked(HazardConfig::$name {
                    $($field: $field.clone()),*
                })?;
                Ok(PyClassInitializer::from(hazard).add_subclass(Self { $($field),* }))
            }
        }
    )*};
}

hazards! {
    /// The same hazard at every length: segments are this long on average.
    Constant {
        /// Mean length of a segment, more than 1.
        mean_run_length: f64,
    }

    /// Changes at a constant rate in continuous time.
    Rate {
        /// Changes expected per unit of time.
        per_unit_time: f64,
    }

    /// Weibull segment lengths: the hazard grows with length for shape > 1 and
    /// falls for shape < 1.
    Weibull {
        /// Shape.
        shape: f64,
        /// Scale, in observations.
        scale: f64,
    }

    /// Log-logistic segment lengths: the hazard rises, then falls.
    LogLogistic {
        /// Shape.
        shape: f64,
        /// Scale: the median length, in observations.
        scale: f64,
    }

    /// Negative-binomial segment lengths: the sum of k geometric ones.
    NegativeBinomial {
        /// How many.
        k: u32,
        /// Their success probability.
        p: f64,
    }

    /// h(1), h(2), ..., the last value holding for every greater length.
    Table {
        /// The values.
        hazards: Vec<f64>,
    }
}
