//! Segments whose end is likeliest at some middle age.

use super::Hazard;
use super::lookup::Lookup;
use super::residual::{LARGEST, sum_of_survival};
use super::weibull::{check_shape_and_scale, ln_growth, power};
use crate::error::ParameterError;
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
    table: Lookup,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Survival {
    shape: f64,
    scale: f64,
}

impl Survival {
    /// c ln(a/(a+Δ)), which is −∞ at a = 0.
    fn ln_ratio(self, age: f64, elapsed: f64) -> f64 {
        self.shape
            * if elapsed > age {
                -ln_growth(age, elapsed)
            } else {
                libm::log1p(-elapsed / (age + elapsed))
            }
    }

    /// 1 − S(age + elapsed)/S(age) in continuous time.
    fn ending(self, age: f64, elapsed: f64) -> f64 {
        let Self { shape, scale } = self;
        // With b = ((a+Δ)/η)^c the quotient is (1 − (a/(a+Δ))^c) b/(1 + b).
        let lost = -libm::expm1(self.ln_ratio(age, elapsed));
        let inverse = power(scale, age + elapsed, shape);
        lost / (1.0 + inverse)
    }

    /// ln[S(age + elapsed)/S(age)]: with a and b the odds (·/η)^c before and
    /// after, −ln(1 + (b − a)/(1 + a)).
    fn ln_staying(self, age: f64, elapsed: f64) -> f64 {
        let Self { shape, scale } = self;
        let ln_ratio = self.ln_ratio(age, elapsed);
        let before = power(age, scale, shape);
        let after = power(age + elapsed, scale, shape);
        if before > 1e17 {
            // The ones are not seen any more.
            ln_ratio
        } else if after < 1e300 {
            -libm::log1p(after * -libm::expm1(ln_ratio) / (1.0 + before))
        } else {
            libm::log1p(before) - shape * (libm::log(age + elapsed) - libm::log(scale))
        }
    }

    /// Σ S(age + k)/S(age) over the whole numbers k from `from` on, where S has
    /// become a power of the age: by Euler and Maclaurin, to rounding.
    fn tail(self, age: f64, from: f64) -> Option<f64> {
        let Self { shape, scale } = self;
        let end = age + from;
        let is_power = power(scale, end, shape) < 1e-17 && end > 1e3 * shape;
        let first = libm::exp(self.ln_staying(age, from));
        is_power.then(|| first * (end / (shape - 1.0) + 0.5 + shape / (12.0 * end)))
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
        let table = Lookup::of(|l| survival.ending((l - 1) as f64, 1.0), TABLE_LEN as u64);
        Ok(Self { survival, table })
    }
}

impl Hazard for LogLogistic {
    fn hazard(&self, length: u64) -> f64 {
        self.table
            .get(length)
            .unwrap_or_else(|| self.survival.ending((length - 1) as f64, 1.0))
    }

    fn ln_survival(&self, length: u64, further: u64) -> Option<f64> {
        self.ln_survival_over((length - 1) as f64, further as f64)
    }

    fn mean_residual(&self, length: u64) -> Option<f64> {
        let (survival, age) = (self.survival, (length - 1) as f64);
        Some(if survival.shape > 1.0 {
            let ln_survival = |k| survival.ln_staying(age, k);
            sum_of_survival(ln_survival, LARGEST, |from| survival.tail(age, from))
        } else {
            f64::INFINITY
        })
    }

    fn over(&self, age: f64, elapsed: f64) -> Option<f64> {
        Some(self.survival.ending(age, elapsed))
    }

    fn ln_survival_over(&self, age: f64, elapsed: f64) -> Option<f64> {
        Some(if elapsed > 0.0 {
            self.survival.ln_staying(age, elapsed)
        } else {
            0.0
        })
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

    /// Against 60-digit values.
    #[test]
    fn mean_residuals() {
        for (shape, scale, length, want) in [
            (1.05, 9.0, 1, 181.180_681_379_364_23),
            (1.05, 9.0, 1_000_001, 20_000_096.612_792_135),
            (1.5, 1e6, 4, 2_418_396.664_878_652),
            (3.0, 1e-3, 1, 1.000_000_001_202_056_9),
            (100.0, 2000.0, 1, 2_000.829_024_698_625_4),
            (100.0, 2000.0, 1901, 101.534_755_139_720_06),
            (40.0, 30.0, 30, 2.023_680_497_311_687_3),
            (2.0, 1e12, 1_000_000_001, 1_569_797_896_925.056_9),
            (1.0001, 50.0, 11, 599_973.478_970_169_9),
        ] {
            let hazard = LogLogistic::new(shape, scale).unwrap();
            let got = hazard.mean_residual(length).unwrap();
            // What is known of shape − 1 is known of the mean.
            let tolerance = 4e-15 + 1e-15 / (shape - 1.0);
            assert!(
                (got / want - 1.0).abs() < tolerance,
                "{shape} {length}: {got} {want}"
            );
        }
        for shape in [0.01, 1.0] {
            let hazard = LogLogistic::new(shape, 9.0).unwrap();
            assert_eq!(hazard.mean_residual(5), Some(f64::INFINITY));
        }
    }

    /// Of survivals that are next to nothing or next to certain, and of times of
    /// any size.
    #[test]
    fn survival_keeps_its_digits() {
        let survival = |shape, scale, age, elapsed| {
            let hazard = LogLogistic::new(shape, scale).unwrap();
            hazard.ln_survival_over(age, elapsed).unwrap()
        };
        for (got, want) in [
            // ln[(1 + (a/η)^c)/(1 + (b/η)^c)]
            (survival(3.0, 9.0, 4.0, 1e12), -76.217_240_126_162_8),
            (survival(100.0, 1e-3, 0.0, 1e9), -2_763.102_111_592_855),
            (survival(100.0, 1e-3, 1.0, 1e9), -2_072.326_583_794_641),
            (survival(2.0, 1e12, 5.0, 1.0), -1.1e-23),
            (survival(0.01, 1e12, 1e-300, 1e300), -6.632_004_166_423_379),
            (survival(0.01, 5e-324, 0.0, 1.0), -7.444_985_254_738_37),
            (survival(0.01, 5e-324, 3.0, 1e9), -0.196_143_539_075_258_3),
        ] {
            assert!((got / want - 1.0).abs() < 1e-14, "{got} {want}");
        }
    }
}
