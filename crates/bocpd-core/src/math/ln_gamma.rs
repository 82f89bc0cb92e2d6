//! ln Γ for `f64`, branch-free.

use super::double::{LN2_HI, ln_rest, split, stirling_series};

/// Adding it and taking it off again rounds to an integer.
const SHIFTER: f64 = 6_755_399_441_055_744.0; // 1.5 × 2^52
/// From here on by Stirling's series, below by Γ(x + 1) = x Γ(x).
const SERIES_FROM: f64 = 16.0;
/// Factors that reach from there down to the polynomial.
const FACTORS: usize = 14;
/// 1 − γ, the slope of ln Γ at 2, and what rounding took from it.
const SLOPE: f64 = 4.227_843_350_984_671_3e-1;
const SLOPE_LOW: f64 = 4.942_915_152_430_645e-18;
/// Half the second derivative there.
const BEND: f64 = 3.224_670_334_241_132e-1;
/// ½ ln 2π − ½.
const OFFSET: f64 = 4.189_385_332_046_727_4e-1;

/// a + b, and what rounding took from it (Knuth's two-sum).
#[inline(always)]
fn sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let b_part = sum - a;
    (sum, (a - (sum - b_part)) + (b - b_part))
}

/// The upper 26 bits of the mantissa and the rest.
#[inline(always)]
fn halves(a: f64) -> (f64, f64) {
    let high = f64::from_bits(a.to_bits() & !0x07ff_ffff);
    (high, a - high)
}

/// a b, and what rounding took from it (Dekker 1971, split by bits, so that it
/// cannot overflow where the product does not).
#[inline(always)]
fn product(a: f64, b: f64) -> (f64, f64) {
    let product = a * b;
    let ((a, a_low), (b, b_low)) = (halves(a), halves(b));
    let lost = ((a * b - product) + a * b_low + a_low * b) + a_low * b_low;
    (product, lost)
}

/// ln((1 + f) 2ᵏ) and what rounding took from it, where f lacks `lost`.
#[inline(always)]
fn ln_high_low(f: f64, lost: f64, k: f64) -> (f64, f64) {
    let (square, square_low) = product(f, f);
    let (high, low) = sum(k * LN2_HI, f);
    let (high, lower) = sum(high, -0.5 * square);
    let rest = ln_rest(f, k, 0.5 * square) - 0.5 * square_low + lost / (1.0 + f);
    (high, low + (lower + rest))
}

/// (ln Γ(2 + f) − (1 − γ) f)/f² − [`BEND`] for |f| ≤ ½.
#[inline(always)]
fn curvature_rest(f: f64) -> f64 {
    let f2 = f * f;
    let f4 = f2 * f2;
    let f8 = f4 * f4;
    let p0 = -6.735_230_105_319_812e-2 * f;
    let p2 = 2.058_080_842_778_336_7e-2 - 7.385_551_028_670_488_5e-3 * f;
    let p4 = 2.890_510_330_867_056_6e-3 - 1.192_753_911_927_39e-3 * f;
    let p6 = 5.096_695_196_156_246e-4 - 2.231_547_518_785_636e-4 * f;
    let p8 = 9.945_761_750_449_45e-5 - 4.492_634_173_685_228e-5 * f;
    let p10 = 2.050_601_472_175_284_2e-5 - 9.438_500_594_679_235e-6 * f;
    let p12 = 4.382_878_102_346_518e-6 - 2.044_828_898_833_610_3e-6 * f;
    let p14 = 9.242_271_736_195_25e-7 - 4.304_115_874_934_210_3e-7 * f;
    let p16 = 2.748_119_875_386_286e-7 - 1.341_876_751_943_536_4e-7 * f;
    let low = (p0 + p2 * f2) + f4 * (p4 + p6 * f2);
    let high = (p8 + p10 * f2) + f4 * (p12 + p14 * f2);
    low + f8 * (high + f8 * p16)
}

/// ln Γ(x) for any `x`, within 1.5 ulp; ∞ at 0, NaN below.
///
/// ```text
/// x ≥ 16:  ln Γ(x) = (x − ½)(ln x − 1) + (½ ln 2π − ½) + series(1/x)
/// x < 16:  with f = x − ⌊x + ½⌋,
///          ln Γ(x) = ln Γ(2 + f) ± ln p,   p the product of the steps from 2 + f to x
/// ```
///
/// Both need one logarithm, of x or of p. Sums that cancel are carried to more
/// digits than the type has.
#[inline(always)]
pub(crate) fn ln_gamma(x: f64) -> f64 {
    let large = x >= SERIES_FROM;
    let subnormal = x < f64::MIN_POSITIVE;
    let normal = if subnormal {
        x * 18_014_398_509_481_984.0 // 2^54
    } else {
        x
    };

    // p: x (1 + x) under ½, x under 1½, (x−1)(x−2)… from there on.
    let whole = (x + SHIFTER) - SHIFTER;
    let f = x - whole;
    let (mut steps, mut i) = (1.0, 1.0);
    for _ in 0..FACTORS {
        steps *= if i < whole - 1.0 { x - i } else { 1.0 };
        i += 1.0;
    }
    let one_more = 1.0 + x;
    let (two, lost) = product(normal, one_more);
    let lost = lost + normal * (x - (one_more - 1.0));
    let is_two = whole < 0.5;
    let below = whole < 1.5;
    let p = if is_two { two } else { normal };
    let p = if below { p } else { steps };
    let p = if large { x } else { p };
    let lost = if is_two { lost } else { 0.0 };

    let (m, k) = split(p);
    let k = if subnormal { k - 54.0 } else { k };
    // Scaled by 2^-k as m is; exact, and 0 where there is nothing lost.
    let (high, low) = ln_high_low(m - 1.0, lost * (m / p), k);

    // Near 2.
    let (line, line_low) = product(f, SLOPE);
    let (square, square_low) = product(f, f);
    let (bend, bend_low) = product(square, BEND);
    let rest = square * curvature_rest(f) + square_low * BEND + bend_low;
    let sign = if below { -1.0 } else { 1.0 };
    let (small, small_low) = sum(line, sign * high);
    let (small, smaller) = sum(small, bend);
    let rest = (rest + (f * SLOPE_LOW + line_low)) + sign * low;
    let small = small + (small_low + (smaller + rest));

    // Stirling's formula; high − 1 is exact.
    let high = high - 1.0;
    let factor = high + low;
    let factor_low = low - (factor - high);
    let (main, main_low) = product(x, factor);
    let rest = (OFFSET - 0.5 * factor) + stirling_series(1.0 / x);
    let stirling = main + (main_low + (x * factor_low + rest));
    // Where the product is ∞, what rounding took from it is not a number.
    let stirling = if main < f64::INFINITY { stirling } else { main };

    let value = if large { stirling } else { small };
    let value = if x == 0.0 { f64::INFINITY } else { value };
    if x < 0.0 { f64::NAN } else { value }
}
