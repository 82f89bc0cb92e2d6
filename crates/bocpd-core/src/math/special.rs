//! Special functions for tables and rare paths, scalar and exact to the last
//! few bits. None of them is called per hypothesis by a filter step.

use libm::{lgamma, log, log1p};

/// ½ ln 2π.
pub(crate) const HALF_LN_TWO_PI: f64 = 0.918_938_533_204_672_8;

/// D(α) = ln Γ(α + ½) − ln Γ(α), without the cancellation of two `lgamma`.
///
/// The asymptotic series from α = 15 on (error under 1e-15), reached from
/// below by Γ(z + 1) = z Γ(z), in at most 15 steps.
pub(crate) fn ln_gamma_half_step(alpha: f64) -> f64 {
    let mut ratio = 1.0;
    let mut a = alpha;
    for _ in 0..15 {
        if a >= 15.0 {
            break;
        }
        ratio *= (a + 0.5) / a;
        a += 1.0;
    }
    0.5 * log(a) + half_step_tail(a) - log(ratio)
}

/// ln Γ(α + ½) − ln Γ(α) − ½ ln α for `α ≥ 15`.
fn half_step_tail(alpha: f64) -> f64 {
    let r = 1.0 / alpha;
    let r2 = r * r;
    r * (-1.0 / 8.0
        + r2 * (1.0 / 192.0
            + r2 * (-1.0 / 640.0 + r2 * (17.0 / 14_336.0 - r2 * (31.0 / 18_432.0)))))
}

/// 2 D(α) − ln(α − ½) for `α > ½`, which is small where α is large.
pub(crate) fn ln_square_of_half_step(alpha: f64) -> f64 {
    let less = alpha - 0.5;
    if alpha < 15.0 {
        2.0 * ln_gamma_half_step(alpha) - log(less)
    } else {
        log1p(0.5 / less) + 2.0 * half_step_tail(alpha)
    }
}

/// ln Γ(z) − [(z − ½) ln z − z + ½ ln 2π] for `z ≥ 16`: Stirling's series.
pub(crate) fn stirling_tail(z: f64) -> f64 {
    let r = 1.0 / z;
    let r2 = r * r;
    r * (1.0 / 12.0
        - r2 * (1.0 / 360.0
            - r2 * (1.0 / 1260.0
                - r2 * (1.0 / 1680.0 - r2 * (1.0 / 1188.0 - r2 * (691.0 / 360_360.0))))))
}

/// ln Γ(a + k) − ln Γ(a) for `a > 0`, `k ≥ 0`.
///
/// From a = 16 on by Stirling's series with the large terms combined before
/// they are rounded; below, the two values are small.
pub(crate) fn ln_gamma_step(a: f64, k: f64) -> f64 {
    if a < 16.0 {
        return lgamma(a + k) - lgamma(a);
    }
    (a - 0.5) * log1p(k / a) + k * (log(a + k) - 1.0) + (stirling_tail(a + k) - stirling_tail(a))
}

/// ln[s(s+1)…(s+n−1) / sⁿ] = Σ ln(1 + i/s) over i < n, for `s > 0`; from n = 2^16
/// on, where the sum would be long, by the gamma function.
pub(crate) fn ln_rise(s: f64, n: u64) -> f64 {
    if n > 1 << 16 {
        return ln_gamma_step(s, n as f64) - n as f64 * log(s);
    }
    let (mut sum, mut product) = (0.0, 1.0);
    for i in 0..n {
        product *= 1.0 + i as f64 / s;
        if product > 1e200 {
            sum += log(product);
            product = 1.0;
        }
    }
    sum + log(product)
}

/// ln Γ(z + 1) − [(z + ½) ln z − z + ½ ln 2π] for `z > 0` (Loader 2000).
pub(crate) fn stirling_error(z: f64) -> f64 {
    if z >= 16.0 {
        // The same series: ln Γ(z + 1) = ln z + ln Γ(z).
        return stirling_tail(z);
    }
    lgamma(z + 1.0) - ((z + 0.5) * log(z) - z + HALF_LN_TWO_PI)
}

/// The deviance part x ln(x/m) + m − x ≥ 0 for `x, m ≥ 0`, without cancellation
/// near x = m (Loader 2000); ∞ where one of them is infinite or m alone is 0.
pub(crate) fn deviance(x: f64, m: f64) -> f64 {
    if x == 0.0 {
        return m;
    }
    let total = x + m;
    let v = if total < f64::INFINITY {
        (x - m) / total
    } else {
        (0.5 * x - 0.5 * m) / (0.5 * x + 0.5 * m)
    };
    if v.is_nan() {
        let one_is_infinite = total == f64::INFINITY && x != m;
        return if one_is_infinite { total } else { f64::NAN };
    }
    if v.abs() >= 0.1 {
        let ratio = x / m;
        // Where the quotient leaves the range of the type, its logarithm does not.
        let ln_ratio = if (f64::MIN_POSITIVE..f64::INFINITY).contains(&ratio) {
            log(ratio)
        } else {
            log(x) - log(m)
        };
        return x * ln_ratio + m - x;
    }
    // With v as above: x ln(x/m) + m − x = (x − m) v + 2 x Σ_{j≥1} v^(2j+1)/(2j+1).
    let v2 = v * v;
    let mut sum = (x - m) * v;
    let mut power = 2.0 * v * x;
    let mut j = 3.0;
    // v² < 0.01, so 16 terms leave less than 10⁻³² of the first.
    for _ in 0..16 {
        power *= v2;
        let next = sum + power / j;
        if next == sum {
            break;
        }
        sum = next;
        j += 2.0;
    }
    sum
}

/// ln x!
pub(crate) fn ln_factorial(x: u64) -> f64 {
    if x < 2 { 0.0 } else { lgamma(x as f64 + 1.0) }
}

/// ln of the binomial coefficient C(n, k), `k ≤ n`.
pub(crate) fn ln_choose(n: u64, k: u64) -> f64 {
    let k = k.min(n - k);
    if k == 0 {
        return 0.0;
    }
    // Γ(n+1) / Γ(n−k+1) is a step of k from n − k + 1.
    ln_gamma_step((n - k + 1) as f64, k as f64) - ln_factorial(k)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64, tolerance: f64) {
        assert!(
            (a - b).abs() <= tolerance,
            "{a} is not {b} within {tolerance}"
        );
    }

    #[test]
    fn half_step_matches_closed_forms() {
        // Γ(1) / Γ(½) = 1/√π, Γ(3/2) / Γ(1) = √π / 2.
        let ln_pi = core::f64::consts::PI.ln();
        close(ln_gamma_half_step(0.5), -0.5 * ln_pi, 1e-15);
        close(
            ln_gamma_half_step(1.0),
            0.5 * ln_pi - core::f64::consts::LN_2,
            1e-15,
        );
        // D(α + ½) + D(α) = ln α for every α.
        for alpha in [1e-6, 0.3, 7.25, 14.75, 1e3, 1e9] {
            let sum = ln_gamma_half_step(alpha + 0.5) + ln_gamma_half_step(alpha);
            close(sum, alpha.ln(), 2e-15 * alpha.ln().abs().max(1.0));
        }
    }

    #[test]
    fn step_matches_products() {
        for a in [0.25, 3.0, 15.5, 16.0, 1e5, 1e9] {
            let product: f64 = (0..5).map(|i| (a + f64::from(i)).ln()).sum();
            close(
                ln_gamma_step(a, 5.0),
                product,
                4e-15 * product.abs().max(1.0),
            );
        }
    }

    #[test]
    fn deviance_is_smooth_across_its_two_forms() {
        for m in [0.5_f64, 20.0, 1e6] {
            for ratio in [0.5, 0.817, 0.819, 0.999, 1.0, 1.001, 1.221, 1.223, 3.0] {
                let x = m * ratio;
                let direct = x * (x / m).ln() + m - x;
                close(deviance(x, m), direct, 4e-16 * m.max(x));
            }
        }
        assert_eq!(deviance(0.0, 3.0), 3.0);
    }

    #[test]
    fn rise_matches_the_step() {
        for s in [1e-3, 0.5, 7.0, 1e4] {
            for n in [0, 1, 2, 10, 256] {
                let step = ln_gamma_step(s, n as f64) - n as f64 * s.ln();
                close(
                    ln_rise(s, n),
                    step,
                    1e-15 * (n as f64 + 4.0) * s.ln().abs().max(8.0),
                );
            }
        }
    }

    #[test]
    fn choose_matches_small_integers() {
        close(ln_choose(10, 3), 120f64.ln(), 1e-14);
        close(ln_choose(60, 30), 1.182_645_815_648_614_2e17f64.ln(), 4e-14);
        assert_eq!(ln_choose(7, 0), 0.0);
        assert_eq!(ln_choose(7, 7), 0.0);
    }
}
