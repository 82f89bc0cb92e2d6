//! Periods that a season of the series may have.

use alloc::vec::Vec;

/// Pairs of a period and a number of harmonics, most promising first.
pub(super) fn candidates(_xs: &[f64]) -> Vec<(f64, u32)> {
    Vec::new()
}
