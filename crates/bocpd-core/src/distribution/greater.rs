//! Which of two numbers is larger.

use super::quantile::{from_rank, middle};
use super::{Distribution, probability};
use crate::interrupt::go_on;

/// P(X > Y) for independent X and Y; where both can be the same, half of that
/// counts.
///
/// ```text
/// ∫ P(X > v) dP(Y ≤ v)
/// ```
///
/// All floating-point numbers are halved until no interval holds more than
/// 10⁻⁵ = P(X in it) P(Y in it), and are then integrated by parabolas through both
/// distribution functions: whatever the distributions, to about 10⁻⁵.
pub fn p_greater(x: &dyn Distribution, y: &dyn Distribution) -> f64 {
    greater(&|v| x.survival(v), &|v| y.cdf(v), 1e-5)
}

/// The same from P(X > v) and P(Y ≤ v), with intervals of at most `share`; to
/// about that.
pub(crate) fn greater(above: &dyn Fn(f64) -> f64, up_to: &dyn Fn(f64) -> f64, share: f64) -> f64 {
    let mut integral = Integral {
        above,
        up_to,
        share,
        left: EVALUATIONS,
    };
    let end = |rank, above, up_to| End { rank, above, up_to };
    let p = integral.over(&end(-i64::MAX, 1.0, 0.0), &end(i64::MAX, 0.0, 1.0));
    probability(if go_on() { p } else { f64::NAN })
}

/// Functions that are no distribution functions could ask for an interval as
/// often as there are numbers; others end at some hundreds.
const EVALUATIONS: u32 = 1 << 14;

/// Less than this share of all is not looked into.
const NEGLIGIBLE: f64 = 1e-9;

struct Integral<'a> {
    above: &'a dyn Fn(f64) -> f64,
    up_to: &'a dyn Fn(f64) -> f64,
    share: f64,
    /// How often both may still be asked.
    left: u32,
}

/// The end of an interval, as the rank of a number.
struct End {
    rank: i64,
    /// P(X > it).
    above: f64,
    /// P(Y ≤ it).
    up_to: f64,
}

impl Integral<'_> {
    /// ∫ P(X > v) dP(Y ≤ v) from `low` to `high`; at most 64 deep, since ranks are
    /// halved.
    fn over(&mut self, low: &End, high: &End) -> f64 {
        let y = high.up_to - low.up_to;
        let both = (low.above - high.above) * y;
        let rank = middle(low.rank, high.rank);
        let end = rank == low.rank || self.left == 0 || !go_on();
        if end || both <= NEGLIGIBLE || both.is_nan() {
            return 0.5 * (low.above + high.above) * y;
        }
        self.left -= 1;
        let number = from_rank(rank);
        let between = End {
            rank,
            above: (self.above)(number),
            up_to: (self.up_to)(number),
        };
        let (left, right) = (between.up_to - low.up_to, high.up_to - between.up_to);
        // By trapezoids on either side, and by parabolas through the three points.
        let lines =
            0.5 * ((low.above + between.above) * left + (between.above + high.above) * right);
        let parabolas = (low.above * (3.0 * left - right)
            + 4.0 * between.above * y
            + high.above * (3.0 * right - left))
            / 6.0;
        if both < self.share && libm::fabs(parabolas - lines) < 0.05 * self.share {
            return parabolas.max(high.above * y).min(low.above * y);
        }
        self.over(low, &between) + self.over(&between, high)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Beta, Gamma, StudentT};
    use super::*;

    /// P(λ₁ > λ₂) for gamma distributions is a beta distribution function.
    #[test]
    #[cfg_attr(miri, ignore = "numbers alone, millions of them")]
    fn gammas_in_closed_form() {
        for (a, b) in [(3.0, 2.0), (0.01, 1.0), (500.0, 80.0), (0.3, 1e-9)] {
            for (c, d) in [(8.0, 3.0), (0.2, 5.0), (0.02, 1e3), (600.0, 100.0)] {
                let x = Gamma { shape: a, rate: b };
                let y = Gamma { shape: c, rate: d };
                let want = Beta { a: c, b: a }.cdf(d / (b + d));
                let got = p_greater(&x, &y);
                assert!((got - want).abs() < 1e-5, "{x:?} {y:?}: {got} {want}");
                let back = p_greater(&y, &x);
                assert!(
                    (got + back - 1.0).abs() < 1e-12,
                    "{x:?} {y:?}: {got} {back}"
                );
            }
        }
    }

    /// Far more narrow, far away, or the same.
    #[test]
    fn scales_apart() {
        let t = |nu, location, scale| StudentT {
            nu,
            location,
            scale,
        };
        for (x, y, want) in [
            (t(3.0, 0.0, 1.0), t(3.0, 0.0, 1.0), 0.5),
            (t(1.0, 0.0, 1.0), t(3.0, 1.0, 1e-12), 0.25),
            (t(1.0, 1e9, 1.0), t(3.0, 1e9 + 1.0, 1e-6), 0.25),
            (t(2.0, 5.0, 1e-300), t(2.0, 5.0, 1e-300), 0.5),
            (t(2.0, 5.0, 1.0), t(2.0, -1e200, 1.0), 1.0),
            (t(2.0, -1e200, 1.0), t(2.0, 5.0, 1.0), 0.0),
        ] {
            let got = p_greater(&x, &y);
            assert!((got - want).abs() < 1e-5, "{x:?} {y:?}: {got}");
        }
    }

    /// What is no distribution function comes to an end, and gives NaN for NaN.
    #[test]
    fn nonsense_ends() {
        assert!(greater(&|_| f64::NAN, &|_| 0.5, 1e-5).is_nan());
        let noise = |x: f64| (x.to_bits().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 11) as f64 / 9e15;
        assert!((0.0..=1.0).contains(&greater(&noise, &|x| 1.0 - noise(x), 1e-5)));
        let wild = |x: f64| noise(x) / noise(2.0 * x);
        let _ = greater(&wild, &wild, 1e-300);
        let _ = greater(&|x| 1.0 / x, &|x| 1.0 / (x - 2.0), 1e-300);
    }
}
