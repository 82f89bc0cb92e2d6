//! The hazards as Python classes.

use bocpd_core::config::HazardConfig;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::error::value_error;
use crate::plain;

/// How long segments last: h(l) is the probability that a segment ends after l
/// observations, given that it reached l.
///
/// Immutable; made by its subclasses.
///
/// Examples
/// --------
/// >>> isinstance(bocpd.Constant(250), bocpd.hazard.Hazard)
/// True
#[pyclass(module = "bocpd.hazard", subclass, frozen)]
pub(crate) struct Hazard {
    pub(crate) config: HazardConfig,
}

impl Hazard {
    /// A hazard whose parameters the core accepts.
    fn checked(config: HazardConfig) -> PyResult<Self> {
        config.check().map_err(|error| value_error(&error))?;
        Ok(Self { config })
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
        $($(#[$field_doc:meta])* $field:ident : $type:ty;)*
    })*) => {$(
        $(#[$doc])*
        #[pyclass(module = "bocpd.hazard", extends = Hazard, frozen, get_all)]
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
    // generated: hazards (cargo run -p bocpd-generate)
    /// A change is equally likely at any length.
    ///
    /// h(l) = 1 / mean_run_length.
    ///
    /// Parameters
    /// ----------
    /// mean_run_length : float
    ///     Mean length of a segment, in observations.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If a parameter is not where it must be.
    ///
    /// Examples
    /// --------
    /// >>> bocpd.hazard.Constant(mean_run_length=250)
    /// Constant(mean_run_length=250.0)
    Constant {
        /// Mean length of a segment, in observations.
        mean_run_length: f64;
    }

    /// A change is equally likely at any time, for observations at irregular times.
    ///
    /// Parameters
    /// ----------
    /// per_unit_time : float
    ///     Changes expected in a unit of time.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If a parameter is not where it must be.
    ///
    /// Examples
    /// --------
    /// >>> bocpd.hazard.Rate(per_unit_time=0.02)
    /// Rate(per_unit_time=0.02)
    Rate {
        /// Changes expected in a unit of time.
        per_unit_time: f64;
    }

    /// Weibull lengths: with a shape above 1 old segments end sooner, below 1 later.
    ///
    /// Parameters
    /// ----------
    /// shape : float
    ///     Shape of the distribution of lengths.
    /// scale : float
    ///     Scale of the distribution of lengths, in observations.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If a parameter is not where it must be.
    ///
    /// Examples
    /// --------
    /// >>> bocpd.hazard.Weibull(shape=1.5, scale=100)
    /// Weibull(shape=1.5, scale=100.0)
    Weibull {
        /// Shape of the distribution of lengths.
        shape: f64;
        /// Scale of the distribution of lengths, in observations.
        scale: f64;
    }

    /// Log-logistic lengths: with a shape above 1 the hazard rises, then falls.
    ///
    /// The scale is the median length, less one.
    ///
    /// Parameters
    /// ----------
    /// shape : float
    ///     Shape of the distribution of lengths.
    /// scale : float
    ///     Scale of the distribution of lengths, in observations.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If a parameter is not where it must be.
    ///
    /// Examples
    /// --------
    /// >>> bocpd.hazard.LogLogistic(shape=1.5, scale=100)
    /// LogLogistic(shape=1.5, scale=100.0)
    LogLogistic {
        /// Shape of the distribution of lengths.
        shape: f64;
        /// Scale of the distribution of lengths, in observations.
        scale: f64;
    }

    /// Negative binomial lengths: the sum of k geometric ones.
    ///
    /// Parameters
    /// ----------
    /// k : int
    ///     Segments last until so many successes.
    /// p : float
    ///     The probability of each success.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If a parameter is not where it must be.
    ///
    /// Examples
    /// --------
    /// >>> bocpd.hazard.NegativeBinomial(k=2, p=0.02)
    /// NegativeBinomial(k=2, p=0.02)
    NegativeBinomial {
        /// Segments last until so many successes.
        k: u32;
        /// The probability of each success.
        p: f64;
    }

    /// Its values, length by length.
    ///
    /// Parameters
    /// ----------
    /// hazards : array_like
    ///     P(a segment ends after 1, 2, ... observations | it reached them); the last repeats.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If a parameter is not where it must be.
    ///
    /// Examples
    /// --------
    /// >>> bocpd.hazard.Table(hazards=[0, 0.02])
    /// Table(hazards=[0.0, 0.02])
    Table {
        /// P(a segment ends after 1, 2, ... observations | it reached them); the last repeats.
        hazards: Vec<f64>;
    }

    /// A constant hazard whose mean length is one of several; the observations say which.
    ///
    /// All are equally probable at first.
    ///
    /// Parameters
    /// ----------
    /// mean_run_lengths : array_like
    ///     The mean lengths of a segment to choose from, in observations.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If a parameter is not where it must be.
    ///
    /// Examples
    /// --------
    /// >>> bocpd.hazard.ConstantGrid(mean_run_lengths=[50, 250])
    /// ConstantGrid(mean_run_lengths=[50.0, 250.0])
    ConstantGrid {
        /// The mean lengths of a segment to choose from, in observations.
        mean_run_lengths: Vec<f64>;
    }
    // end of generated: hazards
}
