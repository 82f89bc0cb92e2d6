//! The filter inside a detector: one that plain data describes, or one with a
//! model written in Python.

use std::sync::Arc;

use bocpd_core::distribution::Mixture;
use bocpd_core::{
    Alarm, BatchError, Config, Constant, Detect, Detector, Hazard, HazardConfig, Location,
    LogLogistic, Missing, NegativeBinomial, ParameterError, Rate, ReadoutError, Smoothed,
    SnapshotError, Step, Table, UpdateError, Weibull,
};
use pyo3::PyErr;

use crate::own::OwnModel;

pub(crate) enum Filter {
    Built(Box<dyn Detect>),
    Own(Box<Own>),
}

/// A filter whose model is written in Python.
#[derive(Clone)]
pub(crate) struct Own {
    /// All but the model, which stands there for nothing.
    config: Config,
    detector: Detector<OwnModel, AnyHazard>,
}

/// Any hazard of the core.
#[derive(Clone)]
struct AnyHazard(Arc<dyn Hazard + Send + Sync>);

impl AnyHazard {
    fn new(config: &HazardConfig) -> Result<Self, ParameterError> {
        Ok(Self(match config {
            &HazardConfig::Constant { mean_run_length } => {
                Arc::new(Constant::new(mean_run_length)?)
            }
            &HazardConfig::Rate { per_unit_time } => Arc::new(Rate::new(per_unit_time)?),
            &HazardConfig::Weibull { shape, scale } => Arc::new(Weibull::new(shape, scale)?),
            &HazardConfig::LogLogistic { shape, scale } => {
                Arc::new(LogLogistic::new(shape, scale)?)
            }
            &HazardConfig::NegativeBinomial { k, p } => Arc::new(NegativeBinomial::new(k, p)?),
            HazardConfig::Table { hazards } => Arc::new(Table::new(hazards.as_slice())?),
            _ => {
                let must = "be a hazard that own models can have";
                return Err(ParameterError::new("hazard", f64::NAN, must));
            }
        }))
    }
}

impl Hazard for AnyHazard {
    fn hazard(&self, length: u64) -> f64 {
        self.0.hazard(length)
    }
    fn constant(&self) -> Option<f64> {
        self.0.constant()
    }
    fn fill(&self, lengths: &[u64], hazards: &mut [f64]) {
        self.0.fill(lengths, hazards);
    }
    fn over(&self, age: f64, elapsed: f64) -> Option<f64> {
        self.0.over(age, elapsed)
    }
}

impl Own {
    pub(crate) fn new(model: OwnModel, config: Config) -> Result<Self, ParameterError> {
        let detector = Detector::new(model, AnyHazard::new(&config.hazard)?)
            .with_pruning(config.pruning)?
            .with_history(config.history);
        Ok(Self { config, detector })
    }

    fn is_missing(&self, row: &[f64]) -> bool {
        self.config.missing == Missing::Skip && row.iter().any(|x| x.is_nan())
    }

    fn update(&mut self, row: &[f64]) -> Result<Step, UpdateError> {
        if self.is_missing(row) {
            return self.detector.skip();
        }
        self.detector.update(row)
    }

    fn update_after(&mut self, elapsed: f64, row: &[f64]) -> Result<Step, UpdateError> {
        if self.is_missing(row) {
            return self.detector.skip_after(elapsed);
        }
        self.detector.update_after(elapsed, row)
    }
}

/// Methods that both kinds have under the same names.
macro_rules! forward {
    ($(fn $name:ident $(<$self:ident>)? (&$($mut:ident)? ; $($arg:ident : $type:ty),*) $(-> $out:ty)?;)*) => {
        $(forward!(@one $name, [$($mut)?], [$($arg: $type),*], [$($out)?]);)*
    };
    (@one $name:ident, [], [$($arg:ident : $type:ty),*], [$($out:ty)?]) => {
        pub(crate) fn $name(&self, $($arg: $type),*) $(-> $out)? {
            match self {
                Self::Built(filter) => filter.$name($($arg),*),
                Self::Own(own) => own.detector.$name($($arg),*),
            }
        }
    };
    (@one $name:ident, [mut], [$($arg:ident : $type:ty),*], [$($out:ty)?]) => {
        pub(crate) fn $name(&mut self, $($arg: $type),*) $(-> $out)? {
            match self {
                Self::Built(filter) => filter.$name($($arg),*),
                Self::Own(own) => own.detector.$name($($arg),*),
            }
        }
    };
}

impl Filter {
    forward! {
        fn skip(&mut;) -> Result<Step, UpdateError>;
        fn skip_after(&mut; elapsed: f64) -> Result<Step, UpdateError>;
        fn reset(&mut;);
        fn observations(&;) -> u64;
        fn p_change_now(&;) -> f64;
        fn p_recent_change(&; w: u64) -> f64;
        fn map_run_length(&;) -> u64;
        fn map_probability(&;) -> f64;
        fn mean_run_length(&;) -> f64;
        fn ln_predictive(&;) -> f64;
        fn ln_evidence(&;) -> f64;
        fn pruned_mass(&;) -> f64;
        fn live(&;) -> usize;
        fn changepoints(&;) -> Vec<u64>;
        fn settled(&;) -> &[u64];
        fn provisional(&;) -> Vec<u64>;
        fn take_settled(&mut;) -> Vec<u64>;
        fn map_ln_joint(&;) -> f64;
        fn smoothed(&;) -> Result<Smoothed, ReadoutError>;
        fn p_change_at(&; s: u64) -> Result<f64, ReadoutError>;
        fn p_change_between(&; low: u64, high: u64) -> Result<f64, ReadoutError>;
        fn p_change_within(&; k: u64) -> f64;
        fn predict(&; ahead: u64) -> Result<Mixture, ReadoutError>;
        fn predict_after(&; elapsed: f64) -> Result<Mixture, ReadoutError>;
        fn expected_changes(&;) -> Result<f64, ReadoutError>;
        fn locations(&; changepoints: &[u64], mass: f64) -> Result<Vec<Location>, ReadoutError>;
        fn sample_segmentations(&; draws: usize, seed: u64) -> Result<Vec<Vec<u64>>, ReadoutError>;
    }

    pub(crate) fn take_alarms(&mut self) -> Vec<Alarm> {
        match self {
            Self::Built(filter) => filter.take_alarms(),
            Self::Own(_) => Vec::new(),
        }
    }

    pub(crate) fn acknowledge(&mut self) {
        if let Self::Built(filter) = self {
            filter.acknowledge();
        }
    }

    pub(crate) fn alarm_is_on(&self) -> bool {
        matches!(self, Self::Built(filter) if filter.alarm_is_on())
    }

    pub(crate) fn alarm_probability(&self) -> f64 {
        match self {
            Self::Built(filter) => filter.alarm_probability(),
            Self::Own(_) => 0.0,
        }
    }

    pub(crate) fn dimension(&self) -> usize {
        match self {
            Self::Built(filter) => filter.dimension(),
            Self::Own(own) => own.detector.model().dimension(),
        }
    }

    pub(crate) fn config(&self) -> &Config {
        match self {
            Self::Built(filter) => filter.config(),
            Self::Own(own) => &own.config,
        }
    }

    pub(crate) fn is_own(&self) -> bool {
        matches!(self, Self::Own(_))
    }

    /// What has failed in Python since the last call.
    pub(crate) fn take_failure(&self) -> Option<PyErr> {
        match self {
            Self::Built(_) => None,
            Self::Own(own) => own.detector.model().take_failure(),
        }
    }

    pub(crate) fn update(&mut self, row: &[f64]) -> Result<Step, UpdateError> {
        match self {
            Self::Built(filter) => filter.update(row),
            Self::Own(own) => own.update(row),
        }
    }

    pub(crate) fn update_after(&mut self, elapsed: f64, row: &[f64]) -> Result<Step, UpdateError> {
        match self {
            Self::Built(filter) => filter.update_after(elapsed, row),
            Self::Own(own) => own.update_after(elapsed, row),
        }
    }

    pub(crate) fn update_many(
        &mut self,
        rows: &[f64],
        each: &mut dyn FnMut(&Step),
    ) -> Result<(), BatchError> {
        let dimension = self.dimension();
        match self {
            Self::Built(filter) => filter.update_many(rows, each),
            Self::Own(own) => {
                for (index, row) in rows.chunks(dimension).enumerate() {
                    let step = own.update(row);
                    each(&step.map_err(|error| BatchError::new(index, error))?);
                }
                Ok(())
            }
        }
    }

    pub(crate) fn run_length_posterior(&self) -> Vec<(u64, f64)> {
        match self {
            Self::Built(filter) => filter.run_length_posterior(),
            Self::Own(own) => own.detector.run_length_posterior().collect(),
        }
    }

    /// State, and configuration if plain data describes all of it.
    pub(crate) fn snapshot(&self) -> Vec<u8> {
        match self {
            Self::Built(filter) => filter.snapshot(),
            Self::Own(own) => own.detector.to_bytes(),
        }
    }

    /// Takes over what `snapshot` of a filter of the same configuration gave.
    pub(crate) fn restore(&mut self, bytes: &[u8]) -> Result<(), SnapshotError> {
        match self {
            Self::Built(filter) => {
                let other = bocpd_core::restore(bytes)?;
                if other.config() != filter.config() {
                    return Err(SnapshotError::Content("it is of another configuration"));
                }
                *filter = other;
                Ok(())
            }
            Self::Own(own) => own.detector.restore(bytes),
        }
    }

    pub(crate) fn duplicate(&self) -> Self {
        match self {
            Self::Built(filter) => Self::Built(filter.clone_box()),
            Self::Own(own) => Self::Own(own.clone()),
        }
    }
}
