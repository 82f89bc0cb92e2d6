//! Segments that wear out, or settle in.

use super::Hazard;
use super::lookup::Lookup;
use super::residual::{LARGEST, sum_of_survival};
use crate::error::ParameterError;
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
    table: Lookup,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Survival {
    shape: f64,
    scale: f64,
}

impl Survival {
    /// −ln[S(age + elapsed)/S(age)] in continuous time: ((a+Δ)/η)^c − (a/η)^c,
    /// without cancellation for a ≫ Δ.
    fn rise(self, age: f64, elapsed: f64) -> f64 {
        let Self { shape, scale } = self;
        let growth = shape * ln_growth(age, elapsed);
        if growth == 0.0 {
            return 0.0;
        }
        let start = age / scale;
        let before = power(age, scale, shape);
        if start.min(before) >= f64::MIN_POSITIVE && growth < 700.0 {
            before * libm::expm1(growth)
        } else {
            power(age + elapsed, scale, shape) * -libm::expm1(-growth)
        }
    }

    /// 1 − S(age + elapsed)/S(age).
    fn ending(self, age: f64, elapsed: f64) -> f64 {
        -libm::expm1(-self.rise(age, elapsed))
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
        let table = Lookup::of(|l| survival.ending((l - 1) as f64, 1.0), TABLE_LEN as u64);
        Ok(Self { survival, table })
    }
}

impl Hazard for Weibull {
    fn hazard(&self, length: u64) -> f64 {
        self.table
            .get(length)
            .unwrap_or_else(|| self.survival.ending((length - 1) as f64, 1.0))
    }

    fn ln_survival(&self, length: u64, further: u64) -> Option<f64> {
        self.ln_survival_over((length - 1) as f64, further as f64)
    }

    fn mean_residual(&self, length: u64) -> Option<f64> {
        let age = (length - 1) as f64;
        Some(sum_of_survival(
            |k| -self.survival.rise(age, k),
            LARGEST,
            |_| None,
        ))
    }

    fn over(&self, age: f64, elapsed: f64) -> Option<f64> {
        Some(self.survival.ending(age, elapsed))
    }

    fn ln_survival_over(&self, age: f64, elapsed: f64) -> Option<f64> {
        Some(if elapsed > 0.0 {
            -self.survival.rise(age, elapsed)
        } else {
            0.0
        })
    }
}

/// ln((a+Δ)/a), which is infinite at a = 0.
pub(super) fn ln_growth(age: f64, elapsed: f64) -> f64 {
    let ratio = elapsed / age;
    if ratio < f64::INFINITY {
        libm::log1p(ratio)
    } else {
        libm::log(elapsed) - libm::log(age)
    }
}

/// (a/b)^c, also where f64 has no number for a/b.
pub(super) fn power(a: f64, b: f64, shape: f64) -> f64 {
    let quotient = a / b;
    if quotient > 0.0 && quotient < f64::INFINITY {
        libm::pow(quotient, shape)
    } else {
        libm::exp(shape * (libm::log(a) - libm::log(b)))
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

    /// Against 60-digit values.
    #[test]
    fn mean_residuals() {
        for (shape, scale, length, want) in [
            (0.01, 1e-3, 1, 9.332_621_544_394_326e154),
            (0.1, 50.0, 1, 181_440_000.715_408_8),
            (0.5, 20.0, 1001, 323.343_007_102_353_4),
            (0.9, 1e9, 1_000_000_001, 1_188_535_366.052_364_3),
            (100.0, 2000.0, 1, 1_989.151_702_383_012_1),
            (100.0, 2000.0, 1991, 16.978_606_867_144_156),
            (3.0, 1e8, 100_000_001, 23_232_701.179_717_268),
        ] {
            let hazard = Weibull::new(shape, scale).unwrap();
            let got = hazard.mean_residual(length).unwrap();
            let error = (got / want - 1.0).abs();
            assert!(error < 2e-13, "{shape} {length}: {got} {want}");
        }
    }

    /// Powers that leave the range of numbers do not take the result with them.
    #[test]
    fn survival_keeps_its_digits() {
        let survival = |shape, scale, age, elapsed| {
            let hazard = Weibull::new(shape, scale).unwrap();
            hazard.ln_survival_over(age, elapsed).unwrap()
        };
        for (got, want) in [
            (survival(100.0, 1e300, 1.0, 1e12), 0.0),
            (survival(32.0, 1e10, 1.0, 1e9), -1.000_000_032_000_000_5e-32),
            (
                survival(40.0, 1e10, 1.0, 1e10),
                -1.000_000_004_000_000_007_8,
            ),
            (survival(3.0, 9.0, 1e300, 1e-300), 0.0),
            (survival(0.01, 1e12, 1e-300, 1e300), -758.576_816_451_608_8),
            (survival(2.0, 10.0, 0.0, 0.0), 0.0),
            (survival(0.01, 5e-324, 3.0, 1e9), -374.926_765_610_829_7),
        ] {
            assert!((got - want).abs() <= 1e-14 * want.abs(), "{got} {want}");
        }
    }
}
