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

#[cfg(test)]
mod tests {
    use super::*;

    /// Ranks of one segment each `length` observations.
    fn residuals(ranks: impl Iterator<Item = f64>, length: usize) -> Vec<Option<Residual>> {
        let ranks = ranks.enumerate();
        ranks
            .map(|(i, rank)| {
                let segment = i / length;
                Some(Residual { rank, segment })
            })
            .collect()
    }

    /// Spread evenly; of a thousand, neighbours are not correlated.
    fn even(n: usize) -> impl Iterator<Item = f64> {
        (0..n).map(move |i| ((i * 211 % n) as f64 + 0.5) / n as f64)
    }

    #[test]
    fn nothing_is_said_of_even_ranks() {
        assert_eq!(remarks(&residuals(even(1000), 1000), true), []);
        assert_eq!(remarks(&residuals([0.01; 19].into_iter(), 19), true), []);
    }

    /// Pairs of equal ranks: neighbours are correlated in segments of two, not between them.
    #[test]
    fn only_neighbours_within_a_segment_count() {
        let pairs = || even(300).flat_map(|rank| [rank, rank]);
        let within = remarks(&residuals(pairs(), 2), true);
        assert_eq!(within.len(), 1);
        let (kind, correlation) = within[0];
        assert!(kind == RemarkKind::Dependent && (correlation - 1.0).abs() < 1e-4);
        assert_eq!(remarks(&residuals(pairs(), 1), true), []);
        // A missing observation between two is no neighbour.
        let apart = pairs().map(Some).flat_map(|rank| [rank, None]);
        let apart: Vec<_> = apart
            .map(|rank| {
                Some(Residual {
                    rank: rank?,
                    segment: 0,
                })
            })
            .collect();
        assert_eq!(remarks(&apart, true), []);
    }

    /// The share outside of the middle nine tenths is told to the last observation.
    #[test]
    fn the_share_outside_is_counted() {
        let with_outside = |outside: usize| {
            let ranks = even(400).map(|rank| 0.1 + 0.8 * rank).enumerate();
            let ranks = ranks.map(move |(i, rank)| match (i < outside, i % 2) {
                (true, 0) => 0.04,
                (true, _) => 0.96,
                _ => rank,
            });
            remarks(&residuals(ranks, 1), true)
        };
        assert_eq!(with_outside(80), []);
        assert_eq!(with_outside(81), [(RemarkKind::TooSpread, 81.0 / 400.0)]);
        assert_eq!(with_outside(12), []);
        assert_eq!(with_outside(11), [(RemarkKind::TooNarrow, 11.0 / 400.0)]);
        assert_eq!(remarks(&residuals([0.5; 400].into_iter(), 1), false), []);
    }
}
