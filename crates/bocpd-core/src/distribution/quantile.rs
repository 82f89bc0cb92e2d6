//! Quantiles of any distribution.

use libm::{exp, sqrt};

use super::Distribution;
use crate::interrupt::go_on;

/// So many floating-point numbers are quickly halved until one is left.
const FEW: i64 = 64;

/// A probability that is as near as this is no farther off than rounding.
const NEAR: f64 = 64.0 * f64::EPSILON;

/// The smallest x of the support with P(X ≤ x) ≥ p.
///
/// The floating-point numbers (the integers, for a discrete distribution) are
/// halved until one is left: at most 64 evaluations, whatever the scale. Where there are a mean
/// and a variance, few numbers around the quantile are [found first](narrow), by fewer.
pub(super) fn bisect<D: Distribution + ?Sized>(distribution: &D, p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    let (low, high) = distribution.support();
    // Where 1 − p is small it is the tail that is known with precision.
    let beyond = |x: f64| {
        if p <= 0.5 {
            distribution.cdf(x) - p
        } else {
            (1.0 - p) - distribution.survival(x)
        }
    };
    let reached = |x: f64| beyond(x) >= 0.0;
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
    let (low, high) = narrow(distribution, &beyond).unwrap_or((rank(low), rank(high)));
    let found = between(low, high, |r| reached(from_rank(r)));
    or_nan(from_rank(found))
}

/// The positions of two numbers between which `beyond`, which rises, comes to be 0: at the
/// second it has, just before the first it has not. Outwards from the mean until the zero lies
/// between, and then by Newton's method, with the density for a slope, or where that leaves the
/// interval by regula falsi (the Illinois form: Dowell & Jarratt 1971). `None` where that finds
/// nothing.
fn narrow<D: Distribution + ?Sized>(
    distribution: &D,
    beyond: &impl Fn(f64) -> f64,
) -> Option<(i64, i64)> {
    let (least, most) = distribution.support();
    let (mean, mut step) = (distribution.mean(), sqrt(distribution.variance()));
    if !(mean.is_finite() && step.is_finite() && step > 0.0) {
        return None;
    }
    let at = |x: f64| Some((x, beyond(x))).filter(|(_, value)| !value.is_nan() && go_on());
    let centre = at(mean)?;
    let (mut low, mut high, falls) = (centre, centre, centre.1 >= 0.0);
    if libm::fabs(centre.1) <= NEAR {
        step *= NEAR;
    }
    while (low.1 >= 0.0) == (high.1 >= 0.0) {
        let is_at_the_end = if falls {
            low.0 <= least
        } else {
            high.0 >= most
        };
        if is_at_the_end || !step.is_finite() {
            return None;
        }
        if falls {
            (high, low) = (low, at((low.0 - step).max(least))?);
        } else {
            (low, high) = (high, at((high.0 + step).min(most))?);
        }
        step *= 2.0;
    }
    // Whether the last number was the lower end, and among how many numbers the zero is looked
    // for when it is near; one step is made from there first.
    let (mut was_low, mut tried, mut is_near) = (None, 4, false);
    // In a tail that gets thinner, steps from the end near the mean do not go too far.
    let mut latest = if falls { high } else { low };
    // Whether steps by the slope come nearer fast.
    let mut is_fast = true;
    for _ in 0..FEW {
        let (first, last) = (rank(low.0), rank(high.0));
        if last.abs_diff(first) <= FEW.unsigned_abs() {
            return Some((first + 1, last));
        }
        let by_slope = if is_fast {
            latest.0 - latest.1 / exp(distribution.ln_density(latest.0))
        } else {
            f64::NAN
        };
        let by_line = high.0 - high.1 * (high.0 - low.0) / (high.1 - low.1);
        let half = from_rank(middle(first, last));
        let inside = |x: &f64| *x > low.0 && *x < high.0;
        let next = [by_slope, by_line].into_iter().find(inside);
        let mut next = at(next.unwrap_or(half))?;
        let was_near = core::mem::replace(&mut is_near, libm::fabs(next.1) <= NEAR);
        if was_near && is_near {
            // As near as it gets: the zero is here, or among the numbers beside.
            let is_above = next.1 >= 0.0;
            let distance = if is_above { -tried } else { tried };
            let beside = at(from_rank(
                rank(next.0).saturating_add(distance).clamp(first, last),
            ))?;
            if (beside.1 >= 0.0) != is_above {
                let (below, above) = if is_above {
                    (beside, next)
                } else {
                    (next, beside)
                };
                return Some((rank(below.0) + 1, rank(above.0)));
            }
            next = beside;
            tried = tried.saturating_mul(16);
        }
        is_fast = libm::fabs(next.1) <= 0.5 * libm::fabs(latest.1);
        latest = next;
        let is_low = next.1 < 0.0;
        let again = was_low == Some(is_low);
        if is_low {
            low = next;
            high.1 *= if again { 0.5 } else { 1.0 };
        } else {
            high = next;
            low.1 *= if again { 0.5 } else { 1.0 };
        }
        was_low = Some(is_low);
    }
    Some((rank(low.0) + 1, rank(high.0)))
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
    use alloc::boxed::Box;

    use super::*;
    use crate::distribution::{Beta, Gamma, InverseGamma, Normal, StudentT};

    fn normal(mean: f64, sd: f64) -> Box<dyn Distribution> {
        Box::new(Normal { mean, sd })
    }

    fn student_t(nu: f64, location: f64, scale: f64) -> Box<dyn Distribution> {
        Box::new(StudentT {
            nu,
            location,
            scale,
        })
    }

    fn inverse_gamma(shape: f64, scale: f64) -> Box<dyn Distribution> {
        Box::new(InverseGamma { shape, scale })
    }

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

    /// The smallest number that has reached p, as halving all numbers finds it, from few
    /// evaluations.
    #[test]
    #[cfg_attr(miri, ignore = "numbers alone")]
    fn narrowing_finds_what_halving_finds() {
        let cases: [Box<dyn Distribution>; 9] = [
            normal(3.0, 1e-4),
            normal(-1e9, 2.0),
            student_t(4.0, 0.0, 1.0),
            student_t(1500.0, 5e-7, 1e-9),
            student_t(1.5, 1.0, 1.0),
            inverse_gamma(3.0, 1e12),
            inverse_gamma(250.0, 1.0),
            Box::new(Gamma {
                shape: 0.01,
                rate: 2.0,
            }),
            Box::new(Beta { a: 0.5, b: 30.0 }),
        ];
        for (i, case) in cases.iter().enumerate() {
            let (low, high) = case.support();
            for p in [1e-12, 1e-3, 0.05, 0.3, 0.5, 0.8, 0.95, 1.0 - 1e-9] {
                let evaluations = core::cell::Cell::new(0);
                let reached = |x: f64| {
                    if p <= 0.5 {
                        case.cdf(x) >= p
                    } else {
                        case.survival(x) <= 1.0 - p
                    }
                };
                let beyond = |x: f64| {
                    evaluations.set(evaluations.get() + 1);
                    if p <= 0.5 {
                        case.cdf(x) - p
                    } else {
                        (1.0 - p) - case.survival(x)
                    }
                };
                let found = case.quantile(p);
                assert!(reached(found), "{case:?}, {p}");
                assert!(!reached(from_rank(rank(found) - 1)), "{case:?}, {p}");
                let halved = between(rank(low), rank(high), |r| reached(from_rank(r)));
                let error = (found - from_rank(halved)).abs();
                assert!(error <= 1e-13 * found.abs(), "{case:?}, {p}: {error}");
                if let Some((first, last)) = narrow(&**case, &beyond) {
                    assert!(reached(from_rank(last)) && !reached(from_rank(first - 1)));
                    let few = evaluations.get() < 40;
                    // Of a median that is 0 there are nearly as many numbers as of all others,
                    // and the last two have nearly all of it there.
                    let is_easy = i < 7 && p >= 1e-3 && p != 0.5;
                    assert!(few || !is_easy, "{case:?}, {p}: {}", evaluations.get());
                }
            }
        }
    }
}
