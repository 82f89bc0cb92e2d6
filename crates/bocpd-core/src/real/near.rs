//! Numbers that are the same but for roundings.

use super::Real;

/// Whether two numbers are the same but for so many roundings of numbers of this size. No
/// number is near NaN; infinities are near themselves.
pub(crate) fn near<F: Real>(a: F, b: F, roundings: u64, size: F) -> bool {
    let tolerance = F::epsilon() * F::of(roundings as f64) * size.abs();
    a == b || (a - b).abs() <= tolerance
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_is_within_roundings() {
        assert!(near(1.0, 1.0 + 2.0 * f64::EPSILON, 2, 1.0));
        assert!(!near(1.0, 1.0 + 2.0 * f64::EPSILON, 1, 1.0));
        assert!(near(f64::INFINITY, f64::INFINITY, 1, 1.0));
        assert!(!near(f64::INFINITY, 1.0, 1, 1.0));
        assert!(!near(f64::NAN, f64::NAN, 1, 1.0));
        assert!(!near(0.0, 1.0, 1, f64::NAN));
    }
}
