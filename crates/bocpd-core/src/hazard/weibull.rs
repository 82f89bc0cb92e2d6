//! Segments that wear out, or settle in.

use super::{Hazard, Table};
use crate::ParameterError;
use crate::parameter::{Limits, POSITIVE_FINITE};
use crate::score::TABLE_LEN;

/// What the shape of a distribution of lengths may be.
pub(crate) const SHAPE: Limits = Limits::closed(0.01, 100.0, "lie in [0.01, 100]");

/// The discrete Weibull distribution of segment lengths.
///
/// ```text
/// S(l) = P(L ≥ l) = exp(−((l−1)/η)^c)
/// h(l) = 1 − exp(((l−1)/η)^c − (l/η)^c)
/// ```
///
/// c > 1: the longer a segment lasts, the likelier its end; c < 1: the less
/// likely; c = 1: the constant hazard 1 − exp(−1/η). Nakagawa & Osaki (1975),
/// *The discrete Weibull distribution*. For irregular times the same survival
/// function is used in continuous time: exp(−(age/η)^c).
#[derive(Clone, Debug, PartialEq)]
pub struct Weibull {
    survival: Survival,
    table: Table,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Survival {
    shape: f64,
    scale: f64,
}

impl Survival {
    /// 1 − S(age + elapsed)/S(age) in continuous time.
    fn ending(self, age: f64, elapsed: f64) -> f64 {
        let Self { shape, scale } = self;
        // ((a+Δ)/η)^c − (a/η)^c without cancellation for a ≫ Δ.
        let rise = if age == 0.0 {
            libm::pow(elapsed / scale, shape)
        } else {
            libm::pow(age / scale, shape) * libm::expm1(shape * libm::log1p(elapsed / age))
        };
        -libm::expm1(-rise)
    }
}

impl Weibull {
    /// Shape c and scale η (in observations).
    ///
    /// # Errors
    /// `shape` must lie in [0.01, 100], `scale` be positive and finite.
    pub fn new(shape: f64, scale: f64) -> Result<Self, ParameterError> {
        let (shape, scale) = check_shape_and_scale(shape, scale)?;
        let survival = Survival { shape, scale };
        let table = Table::of(|l| survival.ending((l - 1) as f64, 1.0), TABLE_LEN as u64);
        Ok(Self { survival, table })
    }
}

impl Hazard for Weibull {
    fn hazard(&self, length: u64) -> f64 {
        self.table
            .get(length)
            .unwrap_or_else(|| self.survival.ending((length - 1) as f64, 1.0))
    }

    fn over(&self, age: f64, elapsed: f64) -> Option<f64> {
        Some(self.survival.ending(age, elapsed))
    }
}

/// The limits of both families with a shape and a scale.
pub(super) fn check_shape_and_scale(shape: f64, scale: f64) -> Result<(f64, f64), ParameterError> {
    SHAPE.check::<f64>("shape", shape)?;
    POSITIVE_FINITE.check::<f64>("scale", scale)?;
    Ok((shape, scale))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shape_one_is_constant() {
        let hazard = Weibull::new(1.0, 50.0).unwrap();
        for length in [1, 2, 77, 1024, 1025, 1_000_000] {
            let expected = -(-1.0f64 / 50.0).exp_m1();
            assert!((hazard.hazard(length) - expected).abs() < 1e-15);
        }
    }

    #[test]
    fn agrees_with_its_survival_function() {
        let survival = |l: f64| (-((l - 1.0) / 40.0).powf(1.7)).exp();
        let hazard = Weibull::new(1.7, 40.0).unwrap();
        for length in 1..300u64 {
            let l = length as f64;
            let expected = 1.0 - survival(l + 1.0) / survival(l);
            assert!((hazard.hazard(length) - expected).abs() < 1e-13);
        }
    }
}
