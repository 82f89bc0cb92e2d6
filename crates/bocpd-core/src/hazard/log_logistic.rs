//! Segments whose end is likeliest at some middle age.

use super::weibull::check_shape_and_scale;
use super::{Hazard, Table};
use crate::ParameterError;
use crate::score::TABLE_LEN;

/// The discrete log-logistic distribution of segment lengths.
///
/// ```text
/// S(l) = P(L ≥ l) = 1/(1 + ((l−1)/η)^c)
/// h(l) = 1 − S(l+1)/S(l)
/// ```
///
/// For c > 1 the hazard rises to a maximum and falls again, like c/l in the
/// end: old segments tend to stay. For irregular times the same survival
/// function is used in continuous time: 1/(1 + (age/η)^c).
#[derive(Clone, Debug, PartialEq)]
pub struct LogLogistic {
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
        // With b = ((a+Δ)/η)^c the quotient is (1 − (a/(a+Δ))^c) b/(1 + b).
        let end = age + elapsed;
        let lost = -libm::expm1(shape * libm::log1p(-elapsed / end));
        let inverse = libm::pow(scale / end, shape);
        lost / (1.0 + inverse)
    }
}

impl LogLogistic {
    /// Shape c and scale η (the median length less one, in observations).
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

impl Hazard for LogLogistic {
    fn hazard(&self, length: u64) -> f64 {
        self.table
            .get(length)
            .unwrap_or_else(|| self.survival.ending((length - 1) as f64, 1.0))
    }

    fn over(&self, age: f64, elapsed: f64) -> Option<f64> {
        Some(self.survival.ending(age, elapsed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_its_survival_function() {
        for shape in [0.5, 1.0, 3.0] {
            let survival = |l: f64| 1.0 / (1.0 + ((l - 1.0) / 40.0).powf(shape));
            let hazard = LogLogistic::new(shape, 40.0).unwrap();
            for length in (1..2000u64).step_by(7) {
                let l = length as f64;
                let expected = 1.0 - survival(l + 1.0) / survival(l);
                assert!(
                    (hazard.hazard(length) - expected).abs() < 1e-13,
                    "{shape} {length}"
                );
            }
        }
    }
}
