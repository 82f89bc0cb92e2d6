//! The Python extension `bocpd._core`.
//!
//! Translation only: Python objects in, [`bocpd_core`] does the work, Python
//! objects out. What is checked, is checked by the core; its errors become
//! `ValueError`s.

mod alarm;
mod bench;
mod compat;
mod defaults;
mod detector;
mod error;
mod filter;
mod guard;
mod hazard;
mod input;
mod model;
mod outlook;
mod own;
mod plain;
mod pruning;
mod readouts;
mod step;

use pyo3::prelude::pymodule;

/// What the package `bocpd` is made of.
#[pymodule]
mod _core {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::alarm::{Alarm, AlarmPolicy};
    #[pymodule_export]
    use crate::bench::core_seconds;
    #[pymodule_export]
    use crate::compat::FastBocpd;
    #[pymodule_export]
    use crate::defaults::defaults_for;
    #[pymodule_export]
    use crate::detector::{Detector, Stream, restore};
    #[pymodule_export]
    use crate::error::ObservationError;
    #[pymodule_export]
    use crate::hazard::{Constant, Hazard, LogLogistic, NegativeBinomial, Rate, Table, Weibull};
    #[pymodule_export]
    use crate::model::{
        Bernoulli, Binomial, Gamma, Gaussian, Model, Poisson, StudentT, StudentTGrid,
    };
    #[pymodule_export]
    use crate::outlook::Prediction;
    #[pymodule_export]
    use crate::pruning::Pruning;
    #[pymodule_export]
    use crate::readouts::Location;
    #[pymodule_export]
    use crate::step::{Step, Steps};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
