//! What depends only on how many observations a hypothesis has absorbed.
//!
//! For a conjugate model that part of the predictive is the same number for
//! every hypothesis of the same count, so it is looked up instead of computed.

use crate::lanes::Lanes;
use crate::real::Real;

/// The count-dependent terms of a model: `T` numbers for each count.
pub(crate) trait CountTerms<F: Real, const T: usize> {
    /// The terms for any count, to the last few bits.
    fn exact(&self, count: u64) -> [f64; T];

    /// The terms for all counts below `end`, from the largest on: to be written where
    /// they share work.
    fn exact_below(&self, end: u64) -> impl Iterator<Item = [f64; T]> {
        (0..end).rev().map(|count| self.exact(count))
    }

    /// How many of them, the first, are looked up for counts with gaps.
    const LOOKED_UP: usize = 1;
}

/// Terms for groups of lanes.
pub(crate) trait GroupTerms<F: Real, const T: usize>: CountTerms<F, T> {
    /// The terms for counts of [`TABLE_LEN`](super::TABLE_LEN) and more.
    fn terms<L: Lanes<Scalar = F>>(&self, counts: L) -> [L; T];

    /// All of them, given those that are looked up: to be written where the others,
    /// which have to be of the same bits, cost less than [`terms`](Self::terms).
    #[inline(always)]
    fn completed<L: Lanes<Scalar = F>>(&self, looked_up: [L; T], counts: L) -> [L; T] {
        let mut all = self.terms(counts);
        all[..Self::LOOKED_UP].copy_from_slice(&looked_up[..Self::LOOKED_UP]);
        all
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::score::TABLE_LEN;

    /// Holds `terms` against `exact` where one takes over from the other;
    /// `ulps` is what the roundings on the way may add up to.
    pub(crate) fn large_matches_exact<const T: usize>(terms: &impl GroupTerms<f64, T>, ulps: f64) {
        for count in [TABLE_LEN as u64, 1025, 4000, 1 << 20, 1 << 40] {
            let (exact, large) = (terms.exact(count), terms.terms(count as f64));
            for (term, (a, b)) in exact.into_iter().zip(large).enumerate() {
                let tolerance = ulps * f64::EPSILON * a.abs().max(1.0);
                assert!(
                    (a - b).abs() <= tolerance,
                    "term {term} at {count}: {a} is not {b}"
                );
            }
        }
    }
}
