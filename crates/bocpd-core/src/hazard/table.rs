//! A hazard given by its values.

use alloc::vec::Vec;

use libm::log1p;

use super::Hazard;
use crate::error::ParameterError;
use crate::math::CompensatedSum;
use crate::parameter::PROBABILITY;

/// h(1), h(2), …; the last value holds for every greater length.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    hazards: Vec<f64>,
    /// At i, Σ ln(1 − h) over the first i values, but for those that are 1.
    ln_survival: Vec<CompensatedSum>,
    /// Where the values that are 1 stand.
    certain: Vec<usize>,
    /// The mean residual life at each length.
    residuals: Vec<f64>,
}

impl Table {
    /// The hazard with these values.
    ///
    /// # Errors
    /// There must be at least one value, each in [0, 1].
    pub fn new(hazards: impl Into<Vec<f64>>) -> Result<Self, ParameterError> {
        let hazards = hazards.into();
        let Some(&last) = hazards.last() else {
            return Err(ParameterError::new(
                "length of hazards",
                0.0,
                "be at least 1",
            ));
        };
        PROBABILITY.check_all::<f64>("hazards", &hazards)?;
        let mut sum = CompensatedSum::default();
        let sums = hazards.iter().map(|&h| {
            let before = sum;
            if h < 1.0 {
                sum.add(log1p(-h));
            }
            before
        });
        let ln_survival = sums.collect();
        let certain = (0..hazards.len()).filter(|&i| hazards[i] >= 1.0).collect();
        // R(l) = 1 + (1 − h(l)) R(l+1), and 1/h where h stays as it is.
        let mut residual = 1.0 / last;
        let from_the_end = hazards.iter().rev().enumerate().map(|(i, &h)| {
            if h >= 1.0 {
                residual = 1.0;
            } else if i > 0 {
                residual = 1.0 + (1.0 - h) * residual;
            }
            residual
        });
        let mut residuals: Vec<f64> = from_the_end.collect();
        residuals.reverse();
        Ok(Self {
            hazards,
            ln_survival,
            certain,
            residuals,
        })
    }

    /// Where the value for a length stands: the last one for all from there on.
    fn place(&self, length: u64) -> usize {
        let last = self.hazards.len() - 1;
        usize::try_from(length - 1).map_or(last, |i| i.min(last))
    }
}

impl Hazard for Table {
    fn hazard(&self, length: u64) -> f64 {
        self.hazards[self.place(length)]
    }

    fn ln_survival(&self, length: u64, further: u64) -> Option<f64> {
        let from = self.place(length);
        let to = self.place(length.saturating_add(further));
        let last = self.hazards[self.hazards.len() - 1];
        // Beyond the table its last value is asked again and again.
        let beyond = further - (to - from) as u64;
        let ones = self.certain.partition_point(|&i| i < to);
        if ones > self.certain.partition_point(|&i| i < from) || (beyond > 0 && last >= 1.0) {
            return Some(f64::NEG_INFINITY);
        }
        let within = self.ln_survival[to].since(&self.ln_survival[from]);
        Some(if beyond == 0 {
            within
        } else {
            within + beyond as f64 * log1p(-last)
        })
    }

    fn mean_residual(&self, length: u64) -> Option<f64> {
        Some(self.residuals[self.place(length)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(table: &Table, length: u64, further: u64) -> f64 {
        (length..length + further)
            .map(|l| (-table.hazard(l)).ln_1p())
            .sum()
    }

    #[test]
    fn survival_is_the_sum_over_its_values() {
        let table = Table::new([0.1, 0.0, 1e-9, 0.999, 0.3]).unwrap();
        for length in 1..9 {
            for further in 0..12 {
                let got = table.ln_survival(length, further).unwrap();
                let want = sum(&table, length, further);
                assert!(
                    (got - want).abs() <= 1e-15 * want.abs(),
                    "{length} {further}: {got} {want}"
                );
            }
        }
        let far = table.ln_survival(3, u64::MAX).unwrap();
        assert!((far / (1.844_674_407_370_955_2e19 * 0.7f64.ln()) - 1.0).abs() < 1e-15);
    }

    #[test]
    fn what_is_certain_to_end_does() {
        let table = Table::new([0.1, 1.0, 0.2]).unwrap();
        let at = |length, further| table.ln_survival(length, further).unwrap();
        assert_eq!(at(1, 2), f64::NEG_INFINITY);
        assert_eq!(at(2, 0), 0.0);
        assert_eq!(at(2, 1), f64::NEG_INFINITY);
        assert!(at(3, 1_000_000_000).is_finite());
        let end = Table::new([0.1, 1.0]).unwrap();
        assert_eq!(end.ln_survival(7, 1), Some(f64::NEG_INFINITY));
        assert_eq!(end.ln_survival(7, 0), Some(0.0));
    }

    /// Small terms beside large ones keep digits, though not all.
    #[test]
    fn a_stretch_of_small_hazards_after_large_ones() {
        let mut hazards = alloc::vec![1.0 - 1e-15; 1000];
        hazards.extend([1e-17; 1000]);
        let table = Table::new(hazards).unwrap();
        let got = table.ln_survival(1001, 1000).unwrap();
        assert!((got / -1e-14 - 1.0).abs() < 1e-8, "{got}");
    }

    #[test]
    fn the_mean_residual_is_a_sum_of_survivals() {
        let residual = |hazards: &[f64], length| {
            let table = Table::new(hazards).unwrap();
            table.mean_residual(length).unwrap()
        };
        // 1 + 0.9 (1 + 0.8 · 1/0.5).
        let got = residual(&[0.1, 0.2, 0.5], 1);
        assert!((got - (1.0 + 0.9 * (1.0 + 0.8 * 2.0))).abs() < 1e-15);
        assert_eq!(residual(&[0.1, 0.2, 0.5], 99), 2.0);
        assert_eq!(residual(&[0.1, 0.0], 1), f64::INFINITY);
        assert_eq!(residual(&[0.5, 1.0, 0.0], 1), 1.5);
        assert_eq!(residual(&[1.0], 3), 1.0);
    }
}
