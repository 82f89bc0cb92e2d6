//! Sums over all of the future.

use libm::exp;

/// So many terms are added up one by one.
const ONE_BY_ONE: u32 = 64;

/// What is smaller than this share of the sum is the last: the rest of one that
/// falls as slowly as it can and have a sum, like k^−(1+ε), is under 10¹⁶ times
/// as much.
const NEGLIGIBLE: f64 = 1e-36;

/// A sum is accepted when it agrees to this with the one of half as many terms.
const PRECISION: f64 = 4e-15;

/// How often at most the number of terms is doubled.
const DOUBLINGS: usize = 12;

/// The end of the numbers, with room for sums.
pub(super) const LARGEST: f64 = 1e300;

/// Σ_{k≥0} e^`ln_survival`(k) for a function that never rises and is 0 at 0.
///
/// `tail` gives the sum from k on where that is known. Terms beyond `end` are
/// taken to fall like those before it.
pub(crate) fn sum_of_survival(
    ln_survival: impl Fn(f64) -> f64,
    end: f64,
    tail: impl Fn(f64) -> Option<f64>,
) -> f64 {
    let survival = |k| exp(ln_survival(k));
    let mut sum = 1.0;
    for k in 1..ONE_BY_ONE {
        let term = survival(f64::from(k));
        sum += term;
        if term <= sum * NEGLIGIBLE {
            return sum;
        }
    }
    let mut from = f64::from(ONE_BY_ONE);
    let (mut block, mut before) = (0.0, 0.0);
    while from < end {
        if let Some(tail) = tail(from) {
            return sum + tail;
        }
        (before, block) = (block, double(&survival, from, sum));
        sum += block;
        if block <= sum * NEGLIGIBLE {
            return sum;
        }
        from *= 2.0;
    }
    if block < before {
        sum + block * block / (before - block)
    } else {
        f64::INFINITY
    }
}

/// Σ f(k) over the whole numbers `from` ≤ k < 2·`from`.
///
/// The sum of trapezoids of width s differs from that for s = 1 by a series in s²
/// (Euler and Maclaurin). So s is halved, from the whole stretch on, and what
/// follows is extrapolated to s = 1 as Romberg's method does to s = 0, until it
/// is known in proportion to `sum`.
fn double(f: &impl Fn(f64) -> f64, from: f64, sum: f64) -> f64 {
    let (first, last) = (f(from), f(2.0 * from));
    let (mut width, mut trapezoids) = (from, 0.5 * from * (first + last));
    // row[m]: m terms of the series are taken away.
    let mut row = [0.0; DOUBLINGS + 1];
    row[0] = trapezoids;
    let mut best = trapezoids;
    for doubling in 1..=DOUBLINGS {
        let middle = |i: u32| f(from + (f64::from(i) + 0.5) * width);
        let middles: f64 = (0..1 << (doubling - 1)).map(middle).sum();
        trapezoids = 0.5 * (trapezoids + width * middles);
        width *= 0.5;
        // 1 − 1/s²
        let rest = (1.0 - 1.0 / width) * (1.0 + 1.0 / width);
        let (mut value, mut power) = (trapezoids, 1.0);
        for entry in &mut row[..doubling] {
            power *= 4.0;
            let coarse = core::mem::replace(entry, value);
            value += (value - coarse) * rest / (power - 1.0);
        }
        row[doubling] = value;
        let settled = doubling >= 4 && (value - best).abs() <= PRECISION * (sum + value);
        best = value;
        if settled || width <= 1.0 {
            break;
        }
    }
    best + 0.5 * (first - last)
}

#[cfg(test)]
mod tests {
    use super::{LARGEST, sum_of_survival};
    use crate::math::CompensatedSum;

    #[test]
    fn geometric_series() {
        for rate in [1e-9f64, 1e-4, 0.01, 0.3, 2.0, 40.0, 800.0] {
            let got = sum_of_survival(|k| -rate * k, LARGEST, |_| None);
            let want = -1.0 / (-rate).exp_m1();
            assert!((got / want - 1.0).abs() < 2e-14, "{rate}: {got} {want}");
        }
    }

    /// ζ(s, 5)/5^−s.
    #[test]
    fn powers_go_on_as_they_were() {
        for (s, zeta) in [
            (2.0, 0.221_322_955_737_115_33),
            (1.25, 2.744_608_361_038_585),
        ] {
            let power = |k: f64| s * (5.0f64.ln() - (5.0 + k).ln());
            for (end, tolerance) in [(1e6, 1e-5), (9e18, 1e-11)] {
                let got = sum_of_survival(power, end, |_| None);
                let want = zeta * 5f64.powf(s);
                let error = (got / want - 1.0).abs();
                assert!(error < tolerance, "{s} {end}: {got} {want}");
            }
        }
        let harmonic = sum_of_survival(|k: f64| -(1.0 + k).ln(), 9e18, |_| None);
        assert_eq!(harmonic, f64::INFINITY);
    }

    /// Nothing is missed of a fall that is steep and far away.
    #[test]
    #[cfg_attr(miri, ignore = "numbers alone, millions of them")]
    fn a_cliff_is_found() {
        for cliff in [64.0, 100.0, 1000.0, 123_456.0] {
            for steepness in [1.0f64, 10.0, 300.0] {
                let ln_survival = |k: f64| -(k / cliff).powf(steepness);
                let got = sum_of_survival(ln_survival, LARGEST, |_| None);
                let mut want = CompensatedSum::default();
                let terms = (0..40 * 123_456).map(|k| ln_survival(f64::from(k)).exp());
                for term in terms.take_while(|&term| term > 0.0) {
                    want.add(term);
                }
                let want = want.value();
                let error = (got / want - 1.0).abs();
                assert!(error < 1e-13, "{cliff} {steepness}: {got} {want}");
            }
        }
    }
}
