//! The observation models as Python classes.

use bocpd_core::{HazardConfig, ModelConfig};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::error::value_error;
use crate::plain;

/// An observation model with its parameters: what the segments look like.
///
/// Immutable; made by its subclasses.
#[pyclass(module = "bocpd", subclass, frozen)]
pub(crate) struct Model {
    pub(crate) config: ModelConfig,
}

impl Model {
    /// A model whose parameters the core accepts.
    fn checked(model: ModelConfig) -> PyResult<Self> {
        let config = plain::config(
            model,
            HazardConfig::Constant {
                mean_run_length: 2.0,
            },
        );
        config.build().map_err(|error| value_error(&error))?;
        Ok(Self {
            config: config.model,
        })
    }
}

#[pymethods]
impl Model {
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

/// One class per variant of [`ModelConfig`]; fields without a default have to
/// be given.
macro_rules! models {
    ($($(#[$doc:meta])* $name:ident {
        $($(#[$field_doc:meta])* $field:ident : $type:ty $(= $default:tt)?),* $(,)?
    })*) => {$(
        $(#[$doc])*
        #[pyclass(module = "bocpd", extends = Model, frozen, get_all)]
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
            #[pyo3(signature = (*, $($field $(= $default)?),*))]
            fn new($($field: $type),*) -> PyResult<PyClassInitializer<Self>> {
                let model = Model::checked(ModelConfig::$name {
                    $($field: $field.clone()),*
                })?;
                Ok(PyClassInitializer::from(model).add_subclass(Self { $($field),* }))
            }
        }
    )*};
}

models! {
    /// Gaussian observations of unknown mean and variance, with a
    /// normal-inverse-gamma prior.
    Gaussian {
        /// Where the means of segments are expected.
        mean: f64 = 0.0,
        /// How many observations the prior mean is worth.
        kappa: f64 = 1.0,
        /// Half as many observations as the prior variance is worth.
        alpha: f64 = 1.0,
        /// Scale of the variance: its prior is inverse-gamma(alpha, beta).
        beta: f64 = 1.0,
    }

    /// Heavy-tailed observations of known degrees of freedom, by weighted
    /// updates: wild values move a segment little.
    StudentT {
        /// Where the locations of segments are expected.
        mean: f64 = 0.0,
        /// How many observations the prior location is worth.
        kappa: f64 = 1.0,
        /// Half as many observations as the prior scale is worth.
        alpha: f64 = 1.0,
        /// Scale of the squared scale's prior.
        beta: f64 = 1.0,
        /// Degrees of freedom, 1 or more.
        nu: f64 = 3.0,
    }

    /// Heavy-tailed observations whose degrees of freedom are one of several,
    /// learned in every segment.
    StudentTGrid {
        /// Where the locations of segments are expected.
        mean: f64 = 0.0,
        /// How many observations the prior location is worth.
        kappa: f64 = 1.0,
        /// Half as many observations as the prior scale is worth.
        alpha: f64 = 1.0,
        /// Scale of the squared scale's prior.
        beta: f64 = 1.0,
        /// The degrees of freedom to choose from.
        nu: Vec<f64>,
        /// Their probabilities; all the same if None.
        nu_prior: Option<Vec<f64>> = None,
    }

    /// Counts, with a gamma prior on the rate.
    Poisson {
        /// Shape of the prior.
        shape: f64 = 1.0,
        /// Rate of the prior; its mean is shape / rate.
        rate: f64 = 1.0,
    }

    /// Yes or no, with a beta prior on the probability of yes.
    Bernoulli {
        /// How many yeses the prior is worth.
        a: f64 = 1.0,
        /// How many noes the prior is worth.
        b: f64 = 1.0,
    }

    /// Successes out of a known number of trials, with a beta prior on their
    /// probability.
    Binomial {
        /// How many successes the prior is worth.
        a: f64 = 1.0,
        /// How many failures the prior is worth.
        b: f64 = 1.0,
        /// Trials per observation.
        trials: u64,
    }

    /// Positive observations of known shape (1: exponential), with a gamma
    /// prior on their rate.
    Gamma {
        /// Shape of the prior.
        shape: f64 = 1.0,
        /// Rate of the prior.
        rate: f64 = 1.0,
        /// Shape of the observations' distribution.
        known_shape: f64 = 1.0,
    }
}
