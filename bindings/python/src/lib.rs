//! The Python extension `bocpd._core`.
//!
//! Translation only: Python objects in, [`bocpd_core`] does the work, Python
//! objects out. What is checked, is checked by the core; its errors become
//! `ValueError`s. Documentation of what Python sees is in the form that NumPy's has; the
//! tests of the wheel run its examples.

#![allow(
    clippy::doc_lazy_continuation,
    clippy::doc_link_with_quotes,
    reason = "examples in docstrings are neither block quotes nor links"
)]

mod alarm;
mod bench;
mod builder;
mod calibrate;
mod command_line;
mod compat;
mod cores;
mod defaults;
mod detection;
mod detector;
mod distribution;
mod error;
mod failure;
mod fit;
mod guard;
mod hazard;
mod input;
mod interrupt;
mod key;
mod label;
mod memory;
mod model;
mod outliers;
mod own;
mod panel;
mod plain;
mod product;
mod pruning;
mod readouts;
mod record;
mod series;
mod state;
mod step;
mod stream;

use pyo3::prelude::pymodule;

/// What the package `bocpd` is made of.
#[pymodule]
mod _core {
    use pyo3::prelude::*;
    use pyo3::types::PyDict;

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
    use crate::defaults::{
        defaults_for, defaults_for_length, is_of_several, kind_with, model_for,
        structures_in_words, typical_elapsed,
    };
    #[pymodule_export]
    use crate::detection::{Change, Jump, ParameterChange, PartOfChange, Remark};
    #[pymodule_export]
    use crate::detector::{Detector, Stream};
    #[pymodule_export]
    use crate::distribution::Distribution;
    #[pymodule_export]
    use crate::error::ObservationError;
    #[pymodule_export]
    use crate::fit::{Fit, Fitted, fit_series};
    #[pymodule_export]
    use crate::hazard::Hazard;
    #[pymodule_export]
    use crate::model::Model;
    #[pymodule_export]
    use crate::outliers::Outliers;
    #[pymodule_export]
    use crate::panel::{Event, Panel, PushError, restore_panel};
    #[pymodule_export]
    use crate::product::Product;
    #[pymodule_export]
    use crate::pruning::Pruning;
    #[pymodule_export]
    use crate::readouts::{Estimate, Location, Segment, Segmentation, Segmentations, Shift};
    #[pymodule_export]
    use crate::series::{DetectSeries, scan_series};
    #[pymodule_export]
    use crate::state::restore;
    #[pymodule_export]
    use crate::step::{Step, Steps};

    // generated: models and hazards (cargo run -p bocpd-generate)
    #[pymodule_export]
    use crate::hazard::{
        Constant, ConstantGrid, LogLogistic, NegativeBinomial, Rate, Table, Weibull,
    };
    #[pymodule_export]
    use crate::model::{
        Bernoulli, Binomial, BinomialTrials, Categorical, Exponential, Gamma, Gaussian,
        GaussianErrorBars, GaussianKnownMean, GaussianKnownVariance, Geometric,
        HeteroscedasticGaussian, HurdlePoisson, LogNormal, MultivariateGaussian,
        NegativeBinomialGrid, NegativeBinomialKnownSize, Poisson, PoissonExposure, Regression,
        StructuredGaussian, StructuredLogNormal, StudentT, StudentTGrid, VolatileGaussian,
        WeightedGaussian,
    };
    // end of generated: models and hazards

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        let os = module.py().import("os")?;
        // Where there is no fork, there is nothing to notice.
        if os.hasattr("register_at_fork")? {
            let hooks = PyDict::new(module.py());
            let forked = pyo3::wrap_pyfunction!(crate::guard::forked, module)?;
            hooks.set_item("after_in_child", forked)?;
            os.call_method("register_at_fork", (), Some(&hooks))?;
        }
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        let models = PyDict::new(module.py());
        for spec in bocpd_core::list::MODELS {
            models.set_item(spec.name, module.getattr(spec.class)?)?;
        }
        module.add("MODELS", models)?;
        let hazards = PyDict::new(module.py());
        for spec in bocpd_core::list::HAZARDS {
            hazards.set_item(spec.name, module.getattr(spec.class)?)?;
        }
        module.add("HAZARDS", hazards)?;
        module.add(
            "STREAM_MEAN_RUN_LENGTH",
            bocpd_core::defaults::STREAM_MEAN_RUN_LENGTH,
        )
    }
}
