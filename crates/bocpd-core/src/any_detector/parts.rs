//! How much each number of an observation has to do with the changes of a series.

use alloc::vec;
use alloc::vec::Vec;

use super::AnyDetector;
use crate::bank::Bank;
use crate::error::{BatchError, DetectError, UpdateError};
use crate::interrupt::check_at;
use crate::math::CompensatedSum;
use crate::observation::{Observation, Rows, SideInformation};
use crate::observation_model::{Describe, ObservationModel};

impl AnyDetector {
    /// For each boundary between segments, which start at 0 and at `changepoints`, and for each
    /// number of an observation
    ///
    /// ```text
    /// Λ_j = ln p(x_j before | one segment) + ln p(x_j after | one segment)
    ///       − ln p(x_j before and after | one segment)
    /// ```
    ///
    /// which sum to the ln of the boundary's Bayes factor; of numbers that depend on each other, of
    /// each given those before it. Empty where an observation is one number, or the model does not
    /// say.
    pub(crate) fn ln_bayes_factors_of_numbers(
        &self,
        rows: Rows<'_>,
        changepoints: &[u64],
    ) -> Result<Vec<Vec<f64>>, DetectError> {
        let n = rows.iter(self.dimension, 0).len();
        let starts = changepoints.iter().filter_map(|&c| usize::try_from(c).ok());
        let inside = starts.filter(|&c| c > 0 && c < n);
        let bounds: Vec<usize> = [0].into_iter().chain(inside).chain([n]).collect();
        if !self.has_numbers() || bounds.len() < 3 {
            return Ok(Vec::new());
        }
        let model = self.detector.model();
        let mut bank = model.bank(2);
        let none = || vec![CompensatedSum::default(); self.dimension];
        let (mut joined, mut factors) = (none(), Vec::new());
        for pair in bounds.windows(2) {
            let has_before = !bank.is_empty();
            let (before, mut alone) = (joined.clone(), none());
            for i in pair[0]..pair[1] {
                check_at(i - pair[0])?;
                if !bank.is_empty() && model.has_dynamics() {
                    model.advance(&mut bank, 1.0);
                }
                if i == pair[0] {
                    model.spawn(&mut bank);
                }
                let (row, features) = rows.get(i, self.dimension, 0);
                let side = SideInformation::of_features(features);
                let each = self.see(Observation::with(row, &side), |seen| {
                    let Some(x) = seen else {
                        model.pass(&mut bank);
                        return Ok(Some(Vec::new()));
                    };
                    model.check(x)?;
                    let each = model.ln_p_of_each(self.detector.isa(), &bank, x);
                    model.absorb(self.detector.isa(), &mut bank, x, None);
                    Ok::<_, UpdateError>((!each.is_empty()).then_some(each))
                });
                let each = each.map_err(|error| BatchError::new(i, error))?;
                let Some(each) = each else {
                    return Ok(Vec::new());
                };
                for (j, ln_p) in each.iter().enumerate() {
                    if let (true, Some(&first)) = (has_before, ln_p.first()) {
                        joined[j].add(first);
                    }
                    if let Some(&last) = ln_p.last() {
                        alone[j].add(last);
                    }
                }
            }
            if has_before {
                let each = before.iter().zip(&alone).zip(&joined);
                let apart = each.map(|((b, a), both)| b.value() + a.value() - both.value());
                factors.push(apart.collect());
                bank.keep(&[1]);
            }
            joined = alone;
        }
        Ok(factors)
    }
}
