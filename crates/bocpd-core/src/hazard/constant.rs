//! Segments without memory.

use super::Hazard;
use crate::error::ParameterError;
use crate::parameter::{Limits, POSITIVE_FINITE};

/// What a mean length may be.
pub(crate) const MEAN_RUN_LENGTH: Limits =
    Limits::open(1.0, f64::INFINITY, "be greater than 1 and finite");

/// The same hazard 1/λ at every length: geometric segment lengths of mean λ.
///
/// ```text
/// P(L = l) = (1 − h)^(l−1) h,   h = 1/λ
/// ```
///
/// Over an elapsed time Δ in units of the usual interval: 1 − (1 − h)^Δ.
///
/// ```
/// use bocpd_core::{Constant, Hazard};
///
/// let hazard = Constant::new(100.0)?;
/// assert_eq!(hazard.hazard(1), 0.01);
/// assert_eq!(hazard.hazard(5_000), 0.01);
/// assert!(Constant::new(1.0).is_err());
/// # Ok::<(), bocpd_core::error::ParameterError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Constant {
    hazard: f64,
    /// ln(1 − h).
    ln_survival: f64,
}

impl Constant {
    /// Segments of `mean_run_length` observations on average.
    ///
    /// # Errors
    /// `mean_run_length` must be greater than 1 and finite.
    pub fn new(mean_run_length: f64) -> Result<Self, ParameterError> {
        let mean = MEAN_RUN_LENGTH.check::<f64>("mean_run_length", mean_run_length)?;
        let hazard = 1.0 / mean;
        Ok(Self {
            hazard,
            // 1 − h = (λ − 1)/λ, whose difference is exact where h is large.
            ln_survival: if hazard > 0.5 {
                libm::log((mean - 1.0) / mean)
            } else {
                libm::log1p(-hazard)
            },
        })
    }
}

impl Hazard for Constant {
    fn hazard(&self, _: u64) -> f64 {
        self.hazard
    }

    #[inline(always)]
    fn constant(&self) -> Option<f64> {
        Some(self.hazard)
    }

    fn ln_survival(&self, _: u64, further: u64) -> Option<f64> {
        Some(further as f64 * self.ln_survival)
    }

    fn mean_residual(&self, _: u64) -> Option<f64> {
        Some(1.0 / self.hazard)
    }

    fn over(&self, _: f64, elapsed: f64) -> Option<f64> {
        Some(-libm::expm1(elapsed * self.ln_survival))
    }

    fn ln_survival_over(&self, _: f64, elapsed: f64) -> Option<f64> {
        Some(elapsed * self.ln_survival)
    }
}

/// Changes at a constant rate in continuous time: 1 − exp(−rate·Δ) over an
/// elapsed time Δ, and over Δ = 1 where no time is given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    per_unit_time: f64,
    unit: f64,
}

impl Rate {
    /// `per_unit_time` changes are expected per unit of time.
    ///
    /// # Errors
    /// `per_unit_time` must be positive and finite.
    pub fn new(per_unit_time: f64) -> Result<Self, ParameterError> {
        POSITIVE_FINITE.check::<f64>("per_unit_time", per_unit_time)?;
        Ok(Self {
            per_unit_time,
            unit: -libm::expm1(-per_unit_time),
        })
    }
}

impl Hazard for Rate {
    fn hazard(&self, _: u64) -> f64 {
        self.unit
    }

    #[inline(always)]
    fn constant(&self) -> Option<f64> {
        Some(self.unit)
    }

    fn ln_survival(&self, _: u64, further: u64) -> Option<f64> {
        Some(-self.per_unit_time * further as f64)
    }

    fn mean_residual(&self, _: u64) -> Option<f64> {
        Some(1.0 / self.unit)
    }

    fn over(&self, _: f64, elapsed: f64) -> Option<f64> {
        Some(-libm::expm1(-self.per_unit_time * elapsed))
    }

    fn ln_survival_over(&self, _: f64, elapsed: f64) -> Option<f64> {
        Some(-self.per_unit_time * elapsed)
    }
}
