//! Quantiles of any distribution.

use super::Distribution;
use crate::interrupt::go_on;

/// The smallest x of the support with P(X ≤ x) ≥ p.
///
/// The floating-point numbers (the integers, for a discrete distribution) are
/// halved until one is left: at most 64 evaluations, whatever the scale.
pub(super) fn bisect<D: Distribution + ?Sized>(distribution: &D, p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    let (low, high) = distribution.support();
    // Where 1 − p is small it is the tail that is known with precision.
    let reached = |x: f64| {
        if p <= 0.5 {
            distribution.cdf(x) >= p
        } else {
            distribution.survival(x) <= 1.0 - p
        }
    };
    if p == 0.0 {
        return low;
    }
    // Halving ends early where nobody waits for it any more.
    let or_nan = |x: f64| if go_on() { x } else { f64::NAN };
    if distribution.is_discrete() {
        // Beyond 2^53 not every integer is a number.
        let limit = (1u64 << 53) as f64;
        #[expect(clippy::cast_possible_truncation, reason = "within ±2^53")]
        let (low, high) = (low.max(-limit) as i64, high.min(limit) as i64);
        return or_nan(between(low, high, |i| reached(i as f64)) as f64);
    }
    if p == 1.0 {
        return high;
    }
    let found = between(rank(low), rank(high), |r| reached(from_rank(r)));
    or_nan(from_rank(found))
}

/// The smallest i in `low..=high` that is `reached`, or `high`.
fn between(mut low: i64, mut high: i64, reached: impl Fn(i64) -> bool) -> i64 {
    while low < high && go_on() {
        let middle = middle(low, high);
        if reached(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// Half way from `low` to `high`, rounded down.
pub(super) fn middle(low: i64, high: i64) -> i64 {
    low.wrapping_add((high.wrapping_sub(low).cast_unsigned() / 2).cast_signed())
}

/// The position of a number among all floating-point numbers.
fn rank(x: f64) -> i64 {
    let bits = x.to_bits().cast_signed();
    bits ^ below_zero(bits)
}

/// The number at a position; ±∞ also where there is none any more.
pub(super) fn from_rank(position: i64) -> f64 {
    let position = position.clamp(rank(f64::NEG_INFINITY), rank(f64::INFINITY));
    f64::from_bits((position ^ below_zero(position)).cast_unsigned())
}

/// All bits but the sign where that is set: negative numbers count backwards.
fn below_zero(bits: i64) -> i64 {
    ((bits >> 63).cast_unsigned() >> 1).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_ordered() {
        let numbers = [
            f64::NEG_INFINITY,
            -1e300,
            -1.0,
            -1e-310,
            0.0,
            1e-310,
            2.0,
            f64::INFINITY,
        ];
        for pair in numbers.windows(2) {
            assert!(rank(pair[0]) < rank(pair[1]));
        }
        for x in numbers {
            assert_eq!(from_rank(rank(x)), x);
        }
    }
}
