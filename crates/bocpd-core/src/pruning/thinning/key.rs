//! The cost of a candidate and its index, packed into one number.

use crate::lanes::{Bits, Lanes};

/// What it costs to remove a candidate, and its index.
///
/// ```text
/// bits of −cost:   sign, exponent and the upper 20 bits of the fraction | index, 32 bits
/// ```
///
/// The key is negative, so the largest key of a column is the one of least cost, and
/// its low half says which candidate that is: a maximum over a column finds both, without
/// a branch and without a second column. Costs that agree in 20 bits of the fraction count
/// as equal; of equal costs that of the lower index is the least.
#[derive(Clone, Copy)]
pub(super) struct Key<L>(L);

/// 2^52: added to an integer it moves that into the low bits.
const INTEGERS: f64 = 4_503_599_627_370_496.0;

/// The half of a key that is the index.
const INDEX: u64 = u32::MAX as u64;

impl<L: Lanes<Scalar = f64>> Key<L> {
    /// The keys of candidates with these costs and indices.
    #[inline(always)]
    pub(super) fn new(cost: L, index: L) -> Self {
        let index = (index + INTEGERS).bits() & L::Bits::splat(INDEX);
        let cost = cost.bits() & L::Bits::splat(!INDEX);
        Self(L::splat(0.0) - L::of_bits(cost + index))
    }

    /// The key as a number, as the column of keys has it.
    #[inline(always)]
    pub(super) fn number(self) -> L {
        self.0
    }
}

impl Key<f64> {
    /// The number of a candidate that has been removed.
    pub(super) const REMOVED: f64 = f64::NEG_INFINITY;

    /// The number of a candidate that stays whatever it costs.
    pub(super) const STAYS: f64 = f64::MIN;

    /// The key that such a number is.
    #[inline(always)]
    pub(super) fn of(number: f64) -> Self {
        Self(number)
    }

    /// Whether the candidate may be removed: its cost is less than that.
    #[inline(always)]
    pub(super) fn costs_less_than(self, cost: f64) -> bool {
        self.0 > -cost
    }

    /// The index of the candidate.
    #[inline(always)]
    pub(super) fn index(self) -> u32 {
        (self.0.to_bits() & INDEX) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_key_is_of_the_least_cost_and_knows_its_index() {
        let keys = [(3.0, 9), (0.5, 17), (0.5001, 12), (1e-300, 40), (2.0, 8)];
        let keys = keys.map(|(cost, index)| Key::new(cost, f64::from(index)).number());
        let largest = keys.iter().copied().fold(Key::STAYS, f64::max);
        assert_eq!(Key::of(largest).index(), 40);
        assert!(Key::of(largest).costs_less_than(1.0));
        assert!(!Key::of(Key::STAYS).costs_less_than(1e300));
        const { assert!(Key::REMOVED < Key::STAYS) };
    }
}
