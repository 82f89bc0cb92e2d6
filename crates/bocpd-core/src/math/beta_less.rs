//! Which of two beta variables is smaller.

use libm::{exp, log, sqrt};

use super::incomplete::{beta_pq, beta_pq_near_zero, ln_binomial};

/// Logits are looked at within ±this: beyond, distribution functions are powers of a share, and
/// its product with a parameter may be no normal number.
const WIDEST: f64 = 450.0;

/// What is smaller than the largest by this factor, e⁻⁴⁰, is left out.
const NEGLIGIBLE: f64 = 40.0;

/// The trapezoidal rule has at most so many points.
const POINTS: f64 = 4096.0;

/// P(X < Y) for X ~ Beta(a, b) and Y ~ Beta(c, d).
///
/// ```text
/// ∫ p_X(u) P(Y > u) du = ∫ p_Y(u) P(X < u) du,   u = logit
/// ```
///
/// whichever density is narrower, by the trapezoidal rule. Both factors are log-concave in the
/// logit, smooth, and fall off exponentially, so that few points give all digits, also where
/// the result is far in a tail.
pub(crate) fn beta_less([a, b]: [f64; 2], [c, d]: [f64; 2]) -> f64 {
    let spread = |a: f64, b: f64| 1.0 / a + 1.0 / b;
    let x_is_narrower = spread(a, b) <= spread(c, d);
    let (density, other) = if x_is_narrower {
        ([a, b], [c, d])
    } else {
        ([c, d], [a, b])
    };
    let ln_norm = log(density[0] * (density[1] / (density[0] + density[1])));
    let ln_integrand = |logit: f64| {
        let (u, v) = shares(logit);
        let (below, above) = beta_pq(other[0], other[1], u, v);
        let p = if x_is_narrower { above } else { below };
        ln_norm + ln_binomial(density[0], density[1], u, v) + log(p)
    };
    // The factor that is no density falls towards this side, where it may vanish.
    let falls_upwards = x_is_narrower;
    let peak = peak(&ln_integrand, falls_upwards);
    let largest = ln_integrand(peak);
    if largest.is_nan() || largest == f64::NEG_INFINITY {
        return 0.0;
    }
    let end = |direction: f64| {
        let mut distance = 1e-9;
        while distance < 2.0 * WIDEST
            && ln_integrand(peak + direction * distance) > largest - NEGLIGIBLE
        {
            distance *= 2.0;
        }
        (peak + direction * distance).clamp(-WIDEST, WIDEST)
    };
    let (low, high) = (end(-1.0), end(1.0));
    let sd = sqrt(spread(density[0], density[1]));
    let points = libm::ceil((high - low) / (0.25 * sd.min(1.0))).clamp(64.0, POINTS);
    let step = (high - low) / points;
    let mut sum = 0.0;
    let mut i = 0.0;
    while i <= points {
        sum += exp(ln_integrand(low + step * i) - largest);
        i += 1.0;
    }
    // At the ends of what is looked at the integrand may be more than negligible: it counts half
    // there, less what its slope, that of a power, makes of it.
    let at_end = |logit: f64, power: f64| {
        let slope = if libm::fabs(logit) < WIDEST {
            0.0
        } else {
            power
        };
        exp(ln_integrand(logit) - largest) * (0.5 - step * slope / 12.0)
    };
    sum -= at_end(low, density[0]) + at_end(high, density[1]);
    let beyond = tails([a, b], [c, d], x_is_narrower);
    (exp(largest + log(step * sum)) + beyond).min(1.0)
}

/// What the integral has beyond ±[`WIDEST`]: there P(X < u) ∝ uᵃ, P(Y < u) ∝ uᶜ on the one
/// side, and so on with b and d on the other.
fn tails([a, b]: [f64; 2], [c, d]: [f64; 2], over_x: bool) -> f64 {
    let beyond = |a: f64, b: f64| beta_pq_near_zero(a, b, -WIDEST).0;
    let (x_below, x_above) = (beyond(a, b), beyond(b, a));
    let (y_below, y_above) = (beyond(c, d), beyond(d, c));
    if over_x {
        x_below * (1.0 - y_below * (a / (a + c))) + x_above * y_above * (b / (b + d))
    } else {
        y_below * x_below * (c / (a + c)) + y_above * (1.0 - x_above * (d / (b + d)))
    }
}

/// A number and 1 less it, from its logit.
fn shares(logit: f64) -> (f64, f64) {
    let logit = logit.clamp(-WIDEST, WIDEST);
    let odds = exp(-libm::fabs(logit));
    let (small, large) = (odds / (1.0 + odds), 1.0 / (1.0 + odds));
    if logit < 0.0 {
        (small, large)
    } else {
        (large, small)
    }
}

/// Where a concave function is largest, which may be −∞ towards one side.
fn peak(f: &dyn Fn(f64) -> f64, vanishes_upwards: bool) -> f64 {
    let (mut low, mut high) = (-WIDEST, WIDEST);
    for _ in 0..64 {
        let (left, right) = (low + 0.4 * (high - low), low + 0.6 * (high - low));
        let (at_left, at_right) = (f(left), f(right));
        let goes_left = if at_left == at_right {
            vanishes_upwards
        } else {
            at_left > at_right
        };
        if goes_left {
            high = right;
        } else {
            low = left;
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_variables_and_closed_forms() {
        for [a, b] in [[0.5, 0.5], [1.0, 9.0], [300.0, 2.0], [1e5, 1e6]] {
            let half = beta_less([a, b], [a, b]);
            assert!((half - 0.5).abs() < 1e-12, "{a} {b}: {half}");
        }
        // X < Y for Y ~ Beta(1, d): E (1 − X)^d.
        for (a, b, d) in [(2.0, 3.0, 4.0), (0.7, 1.5, 40.0), (50.0, 2.0, 30.0)] {
            let ln = libm::lgamma(b + d) - libm::lgamma(b) + libm::lgamma(a + b)
                - libm::lgamma(a + b + d);
            let got = beta_less([a, b], [1.0, d]);
            assert!((got / exp(ln) - 1.0).abs() < 1e-11, "{a} {b} {d}: {got}");
        }
    }

    /// Variables that are nearly always nearly 0 or 1: they are 0 with b/(a + b).
    #[test]
    fn extreme_variables() {
        for small in [1e-100, 1e-6, 1e-3, 0.01] {
            let both = beta_less([small, 3.0 * small], [2.0, 5.0]);
            assert!((both - 0.75).abs() < 4.0 * small + 1e-9, "{small}: {both}");
            let all = both + beta_less([2.0, 5.0], [small, 3.0 * small]);
            assert!((all - 1.0).abs() < 1e-9, "{small}: {all}");
            let half = beta_less([small, 3.0 * small], [small, 3.0 * small]);
            assert!((half - 0.5).abs() < 1e-9, "{small}: {half}");
        }
    }
}
