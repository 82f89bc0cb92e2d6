//! Comparing floating-point numbers.

/// Whether `got` is within `tolerance` of `want`: absolutely where
/// `|want| ≤ 1`, relatively beyond. Equal infinities agree; NaN agrees with
/// nothing.
#[must_use]
pub fn close(got: f64, want: f64, tolerance: f64) -> bool {
    got == want || (got - want).abs() <= tolerance * want.abs().max(1.0)
}

/// Panics with both values and their difference unless they are [`close`].
///
/// # Panics
/// When the values differ by more than the tolerance, or either is NaN.
#[track_caller]
pub fn assert_close(what: &str, got: f64, want: f64, tolerance: f64) {
    assert!(
        close(got, want, tolerance),
        "{what}: got {got:?}, want {want:?}, difference {:e}, tolerance {tolerance:e}",
        (got - want).abs()
    );
}

/// [`assert_close`] for each pair of two slices of equal length.
///
/// # Panics
/// When the lengths differ or any pair does.
#[track_caller]
pub fn assert_all_close(what: &str, got: &[f64], want: &[f64], tolerance: f64) {
    assert_eq!(got.len(), want.len(), "{what}: lengths differ");
    for (i, (&got, &want)) in got.iter().zip(want).enumerate() {
        assert!(
            close(got, want, tolerance),
            "{what} at {i}: got {got:?}, want {want:?}, difference {:e}, tolerance {tolerance:e}",
            (got - want).abs()
        );
    }
}

#[cfg(test)]
mod tests {
    use super::close;

    #[test]
    fn absolute_below_one_and_relative_above() {
        assert!(close(0.1 + 5e-10, 0.1, 1e-9));
        assert!(!close(0.1 + 2e-9, 0.1, 1e-9));
        assert!(close(1e6 + 5e-4, 1e6, 1e-9));
        assert!(!close(1e6 + 2e-3, 1e6, 1e-9));
    }

    #[test]
    fn nan_agrees_with_nothing_and_infinities_with_themselves() {
        assert!(!close(f64::NAN, f64::NAN, 1.0));
        assert!(!close(f64::NAN, 0.0, 1.0));
        assert!(close(f64::NEG_INFINITY, f64::NEG_INFINITY, 1e-9));
        assert!(!close(f64::NEG_INFINITY, 0.0, 1e-9));
    }
}
