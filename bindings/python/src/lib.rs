//! The Python extension `bocpd._core`.
//!
//! Translation only: Python objects in, [`bocpd_core`] does the work, Python
//! objects out. What is checked, is checked by the core; its errors become
//! `ValueError`s.

mod alarm;
mod bench;
mod blueprint;
mod calibrate;
mod command_line;
mod compat;
mod defaults;
mod detection;
mod detector;
mod distribution;
mod error;
mod failure;
mod guard;
mod hazard;
mod input;
mod memory;
mod model;
mod own;
mod plain;
mod pruning;
mod readouts;
mod record;
mod state;
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
    use crate::calibrate::{Calibration, calibrate};
    #[pymodule_export]
    use crate::command_line::command_line;
    #[pymodule_export]
    use crate::compat::FastBocpd;
    #[pymodule_export]
    use crate::defaults::{defaults_for, model_for};
    #[pymodule_export]
    use crate::detection::{Change, Jump};
    #[pymodule_export]
    use crate::detector::{Detector, Stream};
    #[pymodule_export]
    use crate::distribution::Distribution;
    #[pymodule_export]
    use crate::error::ObservationError;
    #[pymodule_export]
    use crate::hazard::{Constant, Hazard, LogLogistic, NegativeBinomial, Rate, Table, Weibull};
    #[pymodule_export]
    use crate::model::{
        Bernoulli, Binomial, Gamma, Gaussian, Model, Poisson, StudentT, StudentTGrid,
    };
    #[pymodule_export]
    use crate::pruning::Pruning;
    #[pymodule_export]
    use crate::readouts::{Estimate, Location, Segment, Shift};
    #[pymodule_export]
    use crate::state::restore;
    #[pymodule_export]
    use crate::step::{Step, Steps};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        module.add(
            "STREAM_MEAN_RUN_LENGTH",
            bocpd_core::defaults::STREAM_MEAN_RUN_LENGTH,
        )
    }
}
