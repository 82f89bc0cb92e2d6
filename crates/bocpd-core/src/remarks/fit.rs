//! What residuals say of a model.
//!
//! If the model is right, the ranks u of observations in their predictives are independent and
//! uniform, so that 3 (2u − 1)(2u' − 1) of neighbours has the mean 0 and the variance 1, and a
//! tenth of all lies outside of the middle nine tenths.

use alloc::vec::Vec;

use libm::{fabs, sqrt};

use super::RemarkKind;
use crate::detector::Residual;

/// With fewer residuals nothing is said.
const ENOUGH: usize = 20;

/// So many standard errors are no accident.
const CLEARLY: f64 = 4.5;

/// A smaller correlation does little harm.
const CORRELATION: f64 = 0.2;

/// What lies outside of the intervals, and what of it would be no reason to speak.
const OUTSIDE: f64 = 0.1;
const TOLERATED: (f64, f64) = (0.03, 0.2);

/// The remarks on residuals and their numbers; of a density if so said.
pub(super) fn remarks(residuals: &[Option<Residual>], are_real: bool) -> Vec<(RemarkKind, f64)> {
    let mut remarks = Vec::new();
    let ranks: Vec<f64> = residuals.iter().flatten().map(|one| one.rank).collect();
    if ranks.len() < ENOUGH {
        return remarks;
    }
    let mut remark = |kind, value| remarks.push((kind, value));
    let neighbours = residuals.windows(2).filter_map(|pair| match pair {
        [Some(a), Some(b)] if a.segment == b.segment => Some(centred(a.rank) * centred(b.rank)),
        _ => None,
    });
    let products: Vec<f64> = neighbours.collect();
    let pairs = products.len() as f64;
    let correlation = 3.0 * products.iter().sum::<f64>() / pairs.max(1.0);
    if products.len() >= ENOUGH
        && fabs(correlation) > CORRELATION
        && fabs(correlation) * sqrt(pairs) > CLEARLY
    {
        remark(RemarkKind::Dependent, correlation);
    }
    let outside = ranks.iter().filter(|&&u| fabs(centred(u)) > 1.0 - OUTSIDE);
    let n = ranks.len() as f64;
    let share = outside.count() as f64 / n;
    let error = CLEARLY * sqrt(OUTSIDE * (1.0 - OUTSIDE) / n);
    if share > TOLERATED.1.max(OUTSIDE + error) {
        remark(RemarkKind::TooSpread, share);
    }
    // Of counts there may be nothing outside.
    if are_real && share < TOLERATED.0.min(OUTSIDE - error) {
        remark(RemarkKind::TooNarrow, share);
    }
    remarks
}

/// From −1 to 1.
fn centred(rank: f64) -> f64 {
    2.0 * rank - 1.0
}
