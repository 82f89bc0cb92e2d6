//! The incomplete gamma and beta functions: what distribution functions are
//! made of. Scalar, for readouts; no filter step calls them.
//!
//! Their common factors are written in the deviance form of Loader (2000), so
//! that no digits are lost where the parameters are large.

use libm::{erfc, exp, expm1, fabs, lgamma, log, log1p, sqrt};

use super::special::{deviance, ln_gamma_step, stirling_error};

const TWO_PI: f64 = 2.0 * core::f64::consts::PI;

/// Continued fractions and series end when a factor is this close to 1.
const PRECISION: f64 = 1e-16;

/// However they fare, they end after so many terms. Most are needed where a is
/// just below 10⁷ and x about a: 23 909.
const GAMMA_TERMS: u32 = 1 << 15;

/// The same for the fraction of the beta function: 54 454 at most, of the order of
/// the cube root of the larger parameter, which is 10¹² at most.
const BETA_TERMS: u32 = 1 << 17;

/// The same for the series of the beta function, whose terms fall by 0.7 at
/// least: 0.7^128 is under 10⁻¹⁹.
const SERIES_TERMS: u32 = 128;

/// Up to this b·x the series of the beta function loses no digits.
const SERIES: f64 = 0.7;

/// Beyond this the number of terms, of the order of √a, is not worth it.
const LARGE: f64 = 1e12;

/// ln[xᵃ e^(−x) / Γ(a+1)] for `a > 0`, `x > 0`.
pub(crate) fn ln_poisson(a: f64, x: f64) -> f64 {
    -stirling_error(a) - deviance(a, x) - 0.5 * log(TWO_PI * a)
}

/// ln[Γ(a+b+1)/(Γ(a+1) Γ(b+1)) xᵃ yᵇ] for `a, b > 0`, `x + y = 1`.
pub(crate) fn ln_binomial(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let n = a + b;
    let errors = stirling_error(n) - stirling_error(a) - stirling_error(b);
    errors - deviance(a, n * x) - deviance(b, n * y) - 0.5 * log(TWO_PI * a * (b / n))
}

/// ln[xᵃ / Γ(a)] for `a > 0` and x so small that only its logarithm can be given.
pub(crate) fn ln_gamma_near_zero(a: f64, ln_x: f64) -> f64 {
    a * ln_x - lgamma(a)
}

/// P(a, x) and Q(a, x) for such x.
pub(crate) fn gamma_pq_near_zero(a: f64, ln_x: f64) -> (f64, f64) {
    pq_of(a * ln_x - lgamma(a + 1.0))
}

/// ln[xᵃ / B(a, b)] for `a, b > 0` and x so small that only its logarithm can be
/// given.
pub(crate) fn ln_beta_near_zero(a: f64, b: f64, ln_x: f64) -> f64 {
    a * ln_x - lgamma(a) + ln_gamma_step(b, a)
}

/// I_x(a, b) and its complement for such x.
pub(crate) fn beta_pq_near_zero(a: f64, b: f64, ln_x: f64) -> (f64, f64) {
    pq_of(a * ln_x - lgamma(a + 1.0) + ln_gamma_step(b, a))
}

/// p and 1 − p.
fn pq_of(ln_p: f64) -> (f64, f64) {
    let ln_p = if ln_p > 0.0 { 0.0 } else { ln_p };
    (exp(ln_p), 0.0 - expm1(ln_p))
}

/// The regularised incomplete gamma functions P(a, x) and Q(a, x) = 1 − P, for
/// `a > 0`, `x ≥ 0`; NaN if one of them is.
///
/// By the series for x < a + 1, by the continued fraction above (DLMF 8.7.1,
/// 8.9.2), and by Temme's uniform expansion (DLMF 8.12) for a ≥ 10⁷.
pub(crate) fn gamma_pq(a: f64, x: f64) -> (f64, f64) {
    if a.is_nan() || x.is_nan() {
        return (f64::NAN, f64::NAN);
    }
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if x == f64::INFINITY {
        return (1.0, 0.0);
    }
    if a >= 1e7 {
        return gamma_pq_large(a, x);
    }
    let factor = exp(ln_poisson(a, x));
    if factor == 0.0 {
        // Far out on one side or the other.
        return if x < a { (0.0, 1.0) } else { (1.0, 0.0) };
    }
    if x < a + 1.0 {
        let (mut sum, mut term, mut n) = (1.0, 1.0, a);
        for _ in 0..GAMMA_TERMS {
            n += 1.0;
            term *= x / n;
            sum += term;
            if term <= sum * PRECISION {
                break;
            }
        }
        let p = (factor * sum).min(1.0);
        (p, 1.0 - p)
    } else {
        let mut fraction = Lentz::new(x + 1.0 - a);
        let mut i = 1.0;
        for _ in 0..GAMMA_TERMS {
            if fraction.step(-i * (i - a), x + 2.0 * i + 1.0 - a) {
                break;
            }
            i += 1.0;
        }
        let q = (factor * a / fraction.value).min(1.0);
        (1.0 - q, q)
    }
}

/// Q = ½ erfc(η√(a/2)) + e^(−aη²/2)/√(2πa) c₀(η), ½η² = x/a − 1 − ln(x/a);
/// what is left out is under 10⁻¹⁴ for a ≥ 10⁷.
fn gamma_pq_large(a: f64, x: f64) -> (f64, f64) {
    let half_square = deviance(a, x) / a;
    let eta = if x < a {
        -sqrt(2.0 * half_square)
    } else {
        sqrt(2.0 * half_square)
    };
    let c0 = if fabs(eta) < 0.02 {
        -1.0 / 3.0 + eta * (1.0 / 12.0 - eta * (2.0 / 135.0 - eta / 864.0))
    } else {
        a / (x - a) - 1.0 / eta
    };
    let rest = exp(-a * half_square) / sqrt(TWO_PI * a) * c0;
    let z = eta * sqrt(0.5 * a);
    let p = (0.5 * erfc(-z) - rest).clamp(0.0, 1.0);
    let q = (0.5 * erfc(z) + rest).clamp(0.0, 1.0);
    (p, q)
}

/// The regularised incomplete beta function I_x(a, b) and its complement
/// I_y(b, a), for `a, b > 0`, `x + y = 1`; both of x and y are given so that
/// neither has to be rounded. NaN if one of the four is.
///
/// By the continued fraction of Didonato & Morris (1992, eq. 9), which takes
/// the distance of x from a/(a+b) as a number of its own, and by the power
/// series near 0 and 1. Where a parameter
/// exceeds 10¹², by the incomplete gamma function that the beta function tends
/// to (Bol'shev 1963), or by the normal distribution of the signed root of the
/// deviance.
pub(crate) fn beta_pq(a: f64, b: f64, x: f64, y: f64) -> (f64, f64) {
    if [a, b, x, y].iter().any(|v| v.is_nan()) {
        return (f64::NAN, f64::NAN);
    }
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if y <= 0.0 {
        return (1.0, 0.0);
    }
    if a.max(b) > LARGE {
        return beta_pq_large(a, b, x, y);
    }
    // Near an end, where the fraction would be slow, the series is quick.
    if x * b.max(1.0) <= SERIES {
        let p = beta_series(a, b, x, y);
        return (p, 1.0 - p);
    }
    if y * a.max(1.0) <= SERIES {
        let q = beta_series(b, a, y, x);
        return (1.0 - q, q);
    }
    // Of a − (a+b)x = (a+b)y − b the form that cancels less.
    let lead = if a > b {
        (a + b) * y - b
    } else {
        a - (a + b) * x
    };
    if lead >= 0.0 {
        let p = lower_beta(a, b, x, y, lead);
        (p, 1.0 - p)
    } else {
        let q = lower_beta(b, a, y, x, -lead);
        (1.0 - q, q)
    }
}

/// I_x(a, b) for b·x ≤ 0.7 and x ≤ 0.7: the power series (DLMF 8.17.7)
///
/// ```text
/// xᵃ/(a B(a, b)) [1 + a Σ_{n≥1} (1−b)(2−b)…(n−b)/(n! (a+n)) xⁿ]
/// ```
fn beta_series(a: f64, b: f64, x: f64, y: f64) -> f64 {
    // The binomial form has a factor yᵇ too many.
    let ln_factor = ln_binomial(a, b, x, y) - b * ln_of(y, x);
    let (mut sum, mut term, mut n) = (0.0, 1.0, 1.0);
    for _ in 0..SERIES_TERMS {
        term *= (n - b) / n * x;
        sum += term / (a + n);
        if fabs(term) <= PRECISION * fabs(1.0 + a * sum) {
            break;
        }
        n += 1.0;
    }
    (exp(ln_factor) * (b / (a + b)) * (1.0 + a * sum)).clamp(0.0, 1.0)
}

/// I_x(a, b) for `lead` = a − (a+b)x ≥ 0.
fn lower_beta(a: f64, b: f64, x: f64, y: f64, lead: f64) -> f64 {
    // xᵃ yᵇ / B(a, b) = ab/(a+b) times the binomial form.
    let factor = exp(ln_binomial(a, b, x, y)) * (a * (b / (a + b)));
    // Far out nothing is left, however long the fraction would take to say so.
    if factor == 0.0 {
        return 0.0;
    }
    let mut fraction = Lentz::new(a / (a + 1.0) * (lead + 1.0));
    let mut n = 1.0;
    for _ in 0..BETA_TERMS {
        let s = a + 2.0 * n - 1.0;
        let w = n * (b - n) * x;
        let alpha = (a + n - 1.0) / s * ((a + b + n - 1.0) / s) * w * x;
        let beta = n + w / s + (a + n) / (s + 2.0) * (lead + 1.0 + n * (1.0 + y));
        if fraction.step(alpha, beta) {
            break;
        }
        n += 1.0;
    }
    (factor / fraction.value).clamp(0.0, 1.0)
}

fn beta_pq_large(a: f64, b: f64, x: f64, y: f64) -> (f64, f64) {
    const SMALL: f64 = 1e6;
    if b < SMALL {
        let (p, q) = gamma_pq(b, -(a + 0.5 * (b - 1.0)) * ln_of(x, y));
        return (q, p);
    }
    if a < SMALL {
        return gamma_pq(a, -(b + 0.5 * (a - 1.0)) * ln_of(y, x));
    }
    let n = a + b;
    let root = sqrt((deviance(a, n * x) + deviance(b, n * y)).max(0.0));
    let z = if n * x < a { -root } else { root };
    (0.5 * erfc(-z), 0.5 * erfc(z))
}

/// ln x, where y = 1 − x is known without rounding.
fn ln_of(x: f64, y: f64) -> f64 {
    if y < 0.5 { log1p(-y) } else { log(x) }
}

/// A continued fraction b₀ + a₁/(b₁ + a₂/(b₂ + …)) by the modified algorithm of
/// Lentz (Thompson & Barnett 1986).
struct Lentz {
    value: f64,
    c: f64,
    d: f64,
}

impl Lentz {
    const TINY: f64 = 1e-300;

    fn new(b0: f64) -> Self {
        let value = if b0 == 0.0 { Self::TINY } else { b0 };
        Self {
            value,
            c: value,
            d: 0.0,
        }
    }

    /// Takes in a, b; whether the value has settled.
    fn step(&mut self, a: f64, b: f64) -> bool {
        let away = |v: f64| if fabs(v) < Self::TINY { Self::TINY } else { v };
        self.d = 1.0 / away(b + a * self.d);
        self.c = away(b + a / self.c);
        let factor = self.c * self.d;
        self.value *= factor;
        // A NaN must not go on for ever.
        fabs(factor - 1.0) <= 2.0 * PRECISION || factor.is_nan()
    }
}
