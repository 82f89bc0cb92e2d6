//! Quantiles of any distribution, and averages over them.

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
        let middle = low.wrapping_add((high.wrapping_sub(low).cast_unsigned() / 2).cast_signed());
        if reached(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// The position of a number among all floating-point numbers.
fn rank(x: f64) -> i64 {
    let bits = x.to_bits().cast_signed();
    bits ^ below_zero(bits)
}

fn from_rank(rank: i64) -> f64 {
    f64::from_bits((rank ^ below_zero(rank)).cast_unsigned())
}

/// All bits but the sign where that is set: negative numbers count backwards.
fn below_zero(bits: i64) -> i64 {
    ((bits >> 63).cast_unsigned() >> 1).cast_signed()
}

/// E[f(X)] for a monotone f between 0 and 1.
pub(super) fn average(distribution: &dyn Distribution, f: &dyn Fn(f64) -> f64) -> f64 {
    const PANELS: u32 = 4;
    let mut sum = 0.0;
    for panel in 0..PANELS {
        for (node, weight) in NODES {
            for side in [-1.0, 1.0] {
                let p = (f64::from(panel) + 0.5 * (1.0 + side * node)) / f64::from(PANELS);
                let quantile = distribution.quantile(p);
                if !go_on() {
                    return f64::NAN;
                }
                sum += weight * f(quantile);
            }
        }
    }
    (0.5 * sum / f64::from(PANELS)).clamp(0.0, 1.0)
}

/// Positive nodes and weights of the 16-point Gauss–Legendre rule on [−1, 1]
/// (Abramowitz & Stegun 1964, table 25.4).
const NODES: [(f64, f64); 8] = [
    (0.095_012_509_837_637_44, 0.189_450_610_455_068_5),
    (0.281_603_550_779_258_9, 0.182_603_415_044_923_6),
    (0.458_016_777_657_227_4, 0.169_156_519_395_002_54),
    (0.617_876_244_402_643_8, 0.149_595_988_816_576_73),
    (0.755_404_408_355_003, 0.124_628_971_255_533_87),
    (0.865_631_202_387_831_7, 0.095_158_511_682_492_78),
    (0.944_575_023_073_232_6, 0.062_253_523_938_647_89),
    (0.989_400_934_991_649_9, 0.027_152_459_411_754_096),
];

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

    #[test]
    fn the_rule_integrates_one() {
        let sum: f64 = NODES.iter().map(|&(_, weight)| 2.0 * weight).sum();
        assert!((sum - 2.0).abs() < 1e-14);
    }
}
