//! Any of the hazards that come with the crate, chosen at run time.

use super::{Constant, Hazard, LogLogistic, NegativeBinomial, Rate, Table, Weibull};
use crate::{HazardConfig, ParameterError};

/// One of the built-in hazards.
#[derive(Clone)]
pub(crate) enum AnyHazard {
    Constant(Constant),
    Rate(Rate),
    Weibull(Weibull),
    LogLogistic(LogLogistic),
    NegativeBinomial(NegativeBinomial),
    Table(Table),
    /// One that the caller brought.
    #[cfg(target_has_atomic = "ptr")]
    Own(super::SharedHazard),
}

impl AnyHazard {
    pub(crate) fn new(config: &HazardConfig) -> Result<Self, ParameterError> {
        Ok(match *config {
            HazardConfig::Constant { mean_run_length } => {
                Self::Constant(Constant::new(mean_run_length)?)
            }
            HazardConfig::Rate { per_unit_time } => Self::Rate(Rate::new(per_unit_time)?),
            HazardConfig::Weibull { shape, scale } => Self::Weibull(Weibull::new(shape, scale)?),
            HazardConfig::LogLogistic { shape, scale } => {
                Self::LogLogistic(LogLogistic::new(shape, scale)?)
            }
            HazardConfig::NegativeBinomial { k, p } => {
                Self::NegativeBinomial(NegativeBinomial::new(k, p)?)
            }
            HazardConfig::Table { ref hazards } => Self::Table(Table::new(hazards.as_slice())?),
            HazardConfig::Own => {
                let must = "come with its function: Config::build_with_hazard";
                return Err(ParameterError::new("hazard", f64::NAN, must));
            }
        })
    }

    fn inner(&self) -> &dyn Hazard {
        match self {
            Self::Constant(hazard) => hazard,
            Self::Rate(hazard) => hazard,
            Self::Weibull(hazard) => hazard,
            Self::LogLogistic(hazard) => hazard,
            Self::NegativeBinomial(hazard) => hazard,
            Self::Table(hazard) => hazard,
            #[cfg(target_has_atomic = "ptr")]
            Self::Own(hazard) => &**hazard,
        }
    }
}

impl Hazard for AnyHazard {
    fn hazard(&self, length: u64) -> f64 {
        self.inner().hazard(length)
    }

    #[inline(always)]
    fn constant(&self) -> Option<f64> {
        match self {
            Self::Constant(hazard) => hazard.constant(),
            Self::Rate(hazard) => hazard.constant(),
            #[cfg(target_has_atomic = "ptr")]
            Self::Own(hazard) => hazard.constant(),
            _ => None,
        }
    }

    fn fill(&self, lengths: &[u64], hazards: &mut [f64]) {
        self.inner().fill(lengths, hazards);
    }

    fn over(&self, age: f64, elapsed: f64) -> Option<f64> {
        self.inner().over(age, elapsed)
    }
}
