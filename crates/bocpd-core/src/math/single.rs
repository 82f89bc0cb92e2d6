//! The functions of [`super::double`] for `f32`, with shorter polynomials and
//! the constants of the smaller format.

use crate::lanes::{Bits, Lanes};

/// Adding it moves an integer of up to 22 bits into the low mantissa bits.
const SHIFTER: f32 = 12_582_912.0; // 1.5 × 2^23
/// ln 2, high part: trailing zero bits, so that `k * LN2_HI` is exact.
const LN2_HI: f32 = 6.931_381_2e-1;
/// ln 2 − `LN2_HI`.
const LN2_LO: f32 = 9.058_001e-6;
/// The bits of √½: mantissas are reduced to [√½, √2).
const SQRT_HALF_BITS: u32 = 0x3f35_04f3;
const ONE_BITS: u32 = 0x3f80_0000;
const MANTISSA: u32 = 0x007f_ffff;

/// The bits of a constant.
#[inline(always)]
fn word<L: Lanes<Scalar = f32>>(bits: u32) -> L::Bits {
    L::Bits::splat(bits)
}

/// `e^r` for |r| ≤ ½ ln 2.
#[inline(always)]
fn exp_reduced<L: Lanes<Scalar = f32>>(r: L) -> L {
    let mut p = r * 1.394_112_6e-3 + 8.363_181e-3;
    p = p * r + 4.166_637_5e-2;
    p = p * r + 1.666_657_7e-1;
    p = p * r + 0.5;
    (p * (r * r) + r) + 1.0
}

/// `2^k` for an integer-valued `k` in [−126, 127].
#[inline(always)]
fn pow2<L: Lanes<Scalar = f32>>(k: L) -> L {
    L::of_bits((k + SHIFTER).bits().shl(23) + word::<L>(ONE_BITS))
}

/// `e^x` for any `x`.
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    let x = if x < -104.0 { -104.0 } else { x };
    let x = if x > 89.0 { 89.0 } else { x };
    let k = (x * core::f32::consts::LOG2_E + SHIFTER) - SHIFTER;
    let r = (x - k * LN2_HI) - k * LN2_LO;
    let half = (k * 0.5 + SHIFTER) - SHIFTER;
    exp_reduced(r) * pow2(half) * pow2(k - half)
}

/// `e^x = e^r 2^k` for `x ≤ 0` as the filter needs it, first part: r and 2^k,
/// or 0 for the latter where the result would be under 2^−125.
#[inline(always)]
pub(crate) fn exp_split<L: Lanes<Scalar = f32>>(x: L) -> (L, L) {
    let clamped = x.if_less(-87.0, L::splat(-87.0), x);
    let shifted = clamped * core::f32::consts::LOG2_E + SHIFTER;
    let k = shifted - SHIFTER;
    let r = (clamped - k * LN2_HI) - k * LN2_LO;
    let scale = L::of_bits(shifted.bits().shl(23) + word::<L>(ONE_BITS));
    (r, x.if_less(-87.0, L::splat(0.0), scale))
}

/// The second part.
#[inline(always)]
pub(crate) fn exp_join<L: Lanes<Scalar = f32>>(r: L, scale: L) -> L {
    exp_reduced(r) * scale
}

/// ln(1 + f) + k ln 2 for 1 + f in [√½, √2).
#[inline(always)]
fn ln_reduced<L: Lanes<Scalar = f32>>(f: L, k: L) -> L {
    let s = f / (f + 2.0);
    let z = s * s;
    let mut p = z * 2.958_215e-1 + 3.998_871_7e-1;
    p = p * z + 6.666_668_7e-1;
    let half_square = f * 0.5 * f;
    k * LN2_HI - ((half_square - (s * (half_square + z * p) + k * LN2_LO)) - f)
}

/// The mantissa in [√½, √2) and the exponent of a positive normal number.
#[inline(always)]
fn split<L: Lanes<Scalar = f32>>(x: L) -> (L, L) {
    let bits = x.bits() + word::<L>(ONE_BITS - SQRT_HALF_BITS);
    let mantissa = L::of_bits((bits & word::<L>(MANTISSA)) + word::<L>(SQRT_HALF_BITS));
    let k = L::of_bits(bits.shr(23) + word::<L>(SHIFTER.to_bits())) - (SHIFTER + 127.0);
    (mantissa, k)
}

/// The same in two parts, within 2 ulp: (m − 1)/(m + 1) and k, for
/// [`growth_join`].
#[inline(always)]
pub(crate) fn ln_split<L: Lanes<Scalar = f32>>(x: L) -> (L, L) {
    let (m, k) = split(x);
    ((m - 1.0) / (m + 1.0), k)
}

/// ln x for normal, finite `x > 0`.
#[inline(always)]
pub(crate) fn ln_normal<L: Lanes<Scalar = f32>>(x: L) -> L {
    let (m, k) = split(x);
    ln_reduced(m - 1.0, k)
}

/// ln x for any `x`: −∞ at 0, NaN below.
#[inline(always)]
pub(crate) fn ln(x: f32) -> f32 {
    let subnormal = x < f32::MIN_POSITIVE;
    let scaled = if subnormal { x * 33_554_432.0 } else { x };
    let (m, k) = split(scaled);
    let k = if subnormal { k - 25.0 } else { k };
    let value = ln_reduced(m - 1.0, k);
    let value = if x == 0.0 { f32::NEG_INFINITY } else { value };
    let value = if x < 0.0 { f32::NAN } else { value };
    if x < f32::INFINITY { value } else { x }
}

/// ln(1 + y) for finite `y ≥ 0`.
#[inline(always)]
pub(crate) fn ln_1p_positive<L: Lanes<Scalar = f32>>(y: L) -> L {
    let w = y + 1.0;
    let lost = y - (w - 1.0);
    let (m, k) = split(w);
    let f = (m - 1.0) + lost * pow2(L::splat(0.0) - k);
    ln_reduced(f, k)
}

/// ln(1 + y) for any `y`: −∞ at −1, NaN below.
#[inline(always)]
pub(crate) fn ln_1p(y: f32) -> f32 {
    let finite = if y < f32::MAX { y } else { f32::MAX };
    let w = 1.0 + finite;
    let lost = finite - (w - 1.0);
    let (m, k) = split(w);
    let scale = if k > 120.0 { 0.0 } else { pow2(-k) };
    let value = ln_reduced((m - 1.0) + lost * scale, k);
    let value = if y == -1.0 { f32::NEG_INFINITY } else { value };
    let value = if y < -1.0 { f32::NAN } else { value };
    if y < f32::INFINITY { value } else { y }
}

/// ln((base + rise)/base) = 2 artanh(s) + k ln 2 for normal `base > 0` and
/// `rise ≥ 0` whose sum is finite, first part: s and k. Both parts together are
/// within 2 ulp of `ln_1p(rise / base)`, with one division.
#[inline(always)]
pub(crate) fn growth_split<L: Lanes<Scalar = f32>>(base: L, rise: L) -> (L, L) {
    let steps = ((base + rise).bits() - base.bits() + word::<L>(1 << 22)).shr(23);
    let k = L::of_bits(steps + word::<L>(SHIFTER.to_bits())) - SHIFTER;
    let scale = L::of_bits(word::<L>(ONE_BITS) - steps.shl(23));
    let (base_scaled, rise_scaled) = (base * scale, rise * scale);
    let s = ((base_scaled - base) + rise_scaled) / ((base_scaled + base) + rise_scaled);
    (s, k)
}

/// The second part.
#[inline(always)]
pub(crate) fn growth_join<L: Lanes<Scalar = f32>>(s: L, k: L) -> L {
    k * LN2_HI + (s * 2.0 + (artanh_rest(s) + k * LN2_LO))
}

/// 2 artanh(s) − 2 s for the s of [`growth_split`] and [`ratio_split`].
#[inline(always)]
pub(crate) fn artanh_rest<L: Lanes<Scalar = f32>>(s: L) -> L {
    let z = s * s;
    let p0 = z * 4.000_031_8e-1 + 6.666_666_6e-1;
    let p2 = z * 2.375_684_9e-1 + 2.853_223_4e-1;
    s * (z * (p0 + p2 * (z * z)))
}

/// As [`super::double::ratio_split`], within a factor of 2^±125.
#[inline(always)]
pub(crate) fn ratio_split<L: Lanes<Scalar = f32>>(x: L, m: L, difference: L) -> (L, L, L) {
    const BIAS: u32 = 1 << 30; // exponents differ by less than 128 = 2^30 / 2^23
    let steps = (x.bits() - m.bits() + word::<L>(BIAS + (1 << 22))).shr(23);
    let k = L::of_bits(steps + word::<L>(SHIFTER.to_bits())) - (SHIFTER + 128.0);
    let scale = L::of_bits(word::<L>(ONE_BITS.wrapping_sub(BIAS)) + steps.shl(23));
    let doublings = k * core::f32::consts::LN_2;
    // x ln(x/m) + m − x with m' = 2^k m in place of m, and what that changes.
    let scaled = m * scale;
    let moved = m - scaled;
    let distance = k.if_equal(0.0, difference, x - scaled);
    let s = distance / (x + scaled);
    (s, doublings, distance * s + (x * doublings + moved))
}

/// As [`super::double::stirling_series`], with an absolute error under 1e-9.
#[inline(always)]
pub(crate) fn stirling_series<L: Lanes<Scalar = f32>>(r: L) -> L {
    r * (r * r * -2.774_686_6e-3 + 8.333_333_2e-2)
}

/// As [`super::double::stirling_series_far`], with an absolute error under 1e-8.
#[inline(always)]
pub(crate) fn stirling_series_far<L: Lanes<Scalar = f32>>(r: L) -> L {
    r * 8.333_299e-2
}

/// As [`super::double::ln_gamma`], within 1 ulp: that function, rounded.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "rounded")]
pub(crate) fn ln_gamma(x: f32) -> f32 {
    super::double::ln_gamma(f64::from(x)) as f32
}
