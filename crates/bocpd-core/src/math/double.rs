//! `exp`, `ln`, `ln_1p` and what is made of them for `f64`, branch-free.
//!
//! Every function is within 1 ulp of the true value over its stated domain,
//! unless it says otherwise (`tests/tests/filter/elementary.rs` holds them against
//! 60-digit values).

pub(crate) use super::ln_gamma::ln_gamma;

use crate::lanes::{Bits, Lanes};

/// Adding it moves an integer of up to 51 bits into the low mantissa bits.
const SHIFTER: f64 = 6_755_399_441_055_744.0; // 1.5 × 2^52
/// ln 2, high part: 21 trailing zero bits, so that `k * LN2_HI` is exact.
pub(super) const LN2_HI: f64 = 6.931_471_803_691_238e-1;
/// ln 2 − `LN2_HI`.
const LN2_LO: f64 = 1.908_214_929_270_587_7e-10;
/// The bits of √½: mantissas are reduced to [√½, √2).
const SQRT_HALF_BITS: u64 = 0x3fe6_a09e_667f_3bcd;
const ONE_BITS: u64 = 0x3ff0_0000_0000_0000;
const MANTISSA: u64 = 0x000f_ffff_ffff_ffff;

/// The bits of a constant.
#[inline(always)]
fn word<L: Lanes<Scalar = f64>>(bits: u64) -> L::Bits {
    L::Bits::splat(bits)
}

/// `e^r` for |r| ≤ ½ ln 2.
#[inline(always)]
fn exp_reduced<L: Lanes<Scalar = f64>>(r: L) -> L {
    // Pairs first (Estrin's scheme): short chains keep wide units busy.
    let r2 = r * r;
    let r4 = r2 * r2;
    let p0 = r * 1.666_666_666_666_667_5e-1 + 0.500_000_000_000_000_1;
    let p2 = r * 8.333_333_333_322_217e-3 + 4.166_666_666_662_412_5e-2;
    let p4 = r * 1.984_126_988_655_757_5e-4 + 1.388_888_891_721_505_7e-3;
    let p6 = r * 2.755_724_237_767_155_8e-6 + 2.480_152_129_418_444_3e-5;
    let p8 = r * 2.511_003_372_003_628e-8 + 2.762_008_918_131_940_4e-7;
    let p = (p0 + p2 * r2) + r4 * ((p4 + p6 * r2) + p8 * r4);
    (p * r2 + r) + 1.0
}

/// `2^k` for an integer-valued `k` in [−1022, 1023].
#[inline(always)]
fn pow2<L: Lanes<Scalar = f64>>(k: L) -> L {
    L::of_bits((k + SHIFTER).bits().shl(52) + word::<L>(ONE_BITS))
}

/// `e^x` for any `x`.
#[inline(always)]
pub(crate) fn exp(x: f64) -> f64 {
    // Outside these limits the result is 0 or ∞ whatever x is. NaN passes.
    let x = if x < -746.0 { -746.0 } else { x };
    let x = if x > 710.0 { 710.0 } else { x };
    let k = (x * core::f64::consts::LOG2_E + SHIFTER) - SHIFTER;
    let r = (x - k * LN2_HI) - k * LN2_LO;
    // Two factors, because 2^k alone can leave the range that the result is in.
    let half = (k * 0.5 + SHIFTER) - SHIFTER;
    exp_reduced(r) * pow2(half) * pow2(k - half)
}

/// `e^x = e^r 2^k` for `x ≤ 0` as the filter needs it, first part: r and 2^k,
/// or 0 for the latter where the result would be under 2^−1021.
#[inline(always)]
pub(crate) fn exp_split<L: Lanes<Scalar = f64>>(x: L) -> (L, L) {
    let clamped = x.if_less(-708.0, L::splat(-708.0), x);
    let shifted = clamped * core::f64::consts::LOG2_E + SHIFTER;
    let k = shifted - SHIFTER;
    let r = (clamped - k * LN2_HI) - k * LN2_LO;
    let scale = L::of_bits(shifted.bits().shl(52) + word::<L>(ONE_BITS));
    (r, x.if_less(-708.0, L::splat(0.0), scale))
}

/// The second part.
#[inline(always)]
pub(crate) fn exp_join<L: Lanes<Scalar = f64>>(r: L, scale: L) -> L {
    exp_reduced(r) * scale
}

/// ln(1 + f) + k ln 2 for 1 + f in [√½, √2).
#[inline(always)]
fn ln_reduced<L: Lanes<Scalar = f64>>(f: L, k: L) -> L {
    let half_square = f * 0.5 * f;
    // ln(1+f) = f − f²/2 + s (f²/2 + z p); the small terms are added first.
    k * LN2_HI - ((half_square - ln_rest(f, k, half_square)) - f)
}

/// What k `LN2_HI` + f − f²/2 lacks.
#[inline(always)]
pub(super) fn ln_rest<L: Lanes<Scalar = f64>>(f: L, k: L, half_square: L) -> L {
    let s = f / (f + 2.0);
    let z = s * s;
    let z2 = z * z;
    let p0 = z * 3.999_999_999_989_844_4e-1 + 6.666_666_666_666_67e-1;
    let p2 = z * 2.222_221_107_278_162_2e-1 + 2.857_142_862_639_967_6e-1;
    let p4 = z * 1.533_159_685_387_111_6e-1 + 1.818_289_322_240_254_5e-1;
    let p = p0 + z2 * (p2 + z2 * (p4 + z2 * 1.461_787_384_478_932_9e-1));
    s * (half_square + z * p) + k * LN2_LO
}

/// The mantissa in [√½, √2) and the exponent of a positive normal number.
#[inline(always)]
pub(super) fn split<L: Lanes<Scalar = f64>>(x: L) -> (L, L) {
    let bits = x.bits() + word::<L>(ONE_BITS - SQRT_HALF_BITS);
    let mantissa = L::of_bits((bits & word::<L>(MANTISSA)) + word::<L>(SQRT_HALF_BITS));
    let k = L::of_bits(bits.shr(52) + word::<L>(SHIFTER.to_bits())) - (SHIFTER + 1023.0);
    (mantissa, k)
}

/// The same in two parts, within 2 ulp: (m − 1)/(m + 1) and k, for
/// [`growth_join`].
#[inline(always)]
pub(crate) fn ln_split<L: Lanes<Scalar = f64>>(x: L) -> (L, L) {
    let (m, k) = split(x);
    ((m - 1.0) / (m + 1.0), k)
}

/// ln x for normal, finite `x > 0`.
#[inline(always)]
pub(crate) fn ln_normal<L: Lanes<Scalar = f64>>(x: L) -> L {
    let (m, k) = split(x);
    ln_reduced(m - 1.0, k)
}

/// ln x for any `x`: −∞ at 0, NaN below.
#[inline(always)]
pub(crate) fn ln(x: f64) -> f64 {
    let subnormal = x < f64::MIN_POSITIVE;
    let scaled = if subnormal {
        x * 18_014_398_509_481_984.0
    } else {
        x
    };
    let (m, k) = split(scaled);
    let k = if subnormal { k - 54.0 } else { k };
    let value = ln_reduced(m - 1.0, k);
    let value = if x == 0.0 { f64::NEG_INFINITY } else { value };
    let value = if x < 0.0 { f64::NAN } else { value };
    // ∞ and NaN are their own logarithms.
    if x < f64::INFINITY { value } else { x }
}

/// ln(1 + y) for finite `y ≥ 0`.
#[inline(always)]
pub(crate) fn ln_1p_positive<L: Lanes<Scalar = f64>>(y: L) -> L {
    let w = y + 1.0;
    let lost = y - (w - 1.0);
    let (m, k) = split(w);
    // What rounding took from 1 + y is given back on the scale of m.
    let f = (m - 1.0) + lost * pow2(L::splat(0.0) - k);
    ln_reduced(f, k)
}

/// ln(1 + y) for any `y`: −∞ at −1, NaN below.
#[inline(always)]
pub(crate) fn ln_1p(y: f64) -> f64 {
    // The clamp only keeps the intermediate values finite for y = ∞.
    let finite = if y < f64::MAX { y } else { f64::MAX };
    let w = 1.0 + finite;
    let lost = finite - (w - 1.0);
    let (m, k) = split(w);
    let scale = if k > 1000.0 { 0.0 } else { pow2(-k) };
    let value = ln_reduced((m - 1.0) + lost * scale, k);
    let value = if y == -1.0 { f64::NEG_INFINITY } else { value };
    let value = if y < -1.0 { f64::NAN } else { value };
    if y < f64::INFINITY { value } else { y }
}

/// ln((base + rise)/base) = 2 artanh(s) + k ln 2 for normal `base > 0` and
/// `rise ≥ 0` whose sum is finite, first part: s and k. Both parts together are
/// within 2 ulp of `ln_1p(rise / base)`, with one division.
#[inline(always)]
pub(crate) fn growth_split<L: Lanes<Scalar = f64>>(base: L, rise: L) -> (L, L) {
    // 2^k is the power of two next to the quotient: bits of positive numbers,
    // read as integers, rise by 2^52 for each doubling.
    let steps = ((base + rise).bits() - base.bits() + word::<L>(1 << 51)).shr(52);
    let k = L::of_bits(steps + word::<L>(SHIFTER.to_bits())) - SHIFTER;
    let scale = L::of_bits(word::<L>(ONE_BITS) - steps.shl(52));
    let (base_scaled, rise_scaled) = (base * scale, rise * scale);
    // For k = 0 the first difference is 0 and no digit of the rise is lost.
    let s = ((base_scaled - base) + rise_scaled) / ((base_scaled + base) + rise_scaled);
    (s, k)
}

/// The second part.
#[inline(always)]
pub(crate) fn growth_join<L: Lanes<Scalar = f64>>(s: L, k: L) -> L {
    k * LN2_HI + (s * 2.0 + (artanh_rest(s) + k * LN2_LO))
}

/// 2 artanh(s) − 2 s for the s of [`growth_split`] and [`ratio_split`].
#[inline(always)]
pub(crate) fn artanh_rest<L: Lanes<Scalar = f64>>(s: L) -> L {
    let z = s * s;
    let z2 = z * z;
    let p0 = z * 4.000_000_000_000_813e-1 + 6.666_666_666_666_666e-1;
    let p2 = z * 2.222_222_306_071_934_7e-1 + 2.857_142_856_719_693_6e-1;
    let p4 = z * 1.538_890_287_671_937_4e-1 + 1.818_173_670_620_995_3e-1;
    let p6 = z * 1.361_392_767_900_631_3e-1 + 1.320_904_650_693_511e-1;
    let p = (p0 + p2 * z2) + (z2 * z2) * (p4 + p6 * z2);
    s * (z * p)
}

/// ln(x/m) = 2 artanh(s) + d for positive normal `x` and `m`, within a factor of
/// 2^±1000 of each other, where `difference` = x − m: s, d (a multiple of ln 2)
/// and h with x ln(x/m) + m − x = h + x·[`artanh_rest`]`(s)`.
///
/// Where x is near m, d is 0 and h is (x − m) s: no digit is lost of a
/// difference that is known better than by subtraction.
#[inline(always)]
pub(crate) fn ratio_split<L: Lanes<Scalar = f64>>(x: L, m: L, difference: L) -> (L, L, L) {
    const BIAS: u64 = 1 << 62; // exponents differ by less than 1024 = 2^62 / 2^52
    let steps = (x.bits() - m.bits() + word::<L>(BIAS + (1 << 51))).shr(52);
    let k = L::of_bits(steps + word::<L>(SHIFTER.to_bits())) - (SHIFTER + 1024.0);
    let scale = L::of_bits(word::<L>(ONE_BITS.wrapping_sub(BIAS)) + steps.shl(52));
    let doublings = k * core::f64::consts::LN_2;
    // x ln(x/m) + m − x with m' = 2^k m in place of m, and what that changes.
    let scaled = m * scale;
    let moved = m - scaled;
    let distance = k.if_equal(0.0, difference, x - scaled);
    let s = distance / (x + scaled);
    (s, doublings, distance * s + (x * doublings + moved))
}

/// ln Γ(z) − [(z − ½) ln z − z + ½ ln 2π] as a function of r = 1/z for `z ≥ 16`,
/// with an absolute error under 1e-17.
#[inline(always)]
pub(crate) fn stirling_series<L: Lanes<Scalar = f64>>(r: L) -> L {
    let w = r * r;
    let p0 = w * -2.777_777_777_735_722_0e-3 + 8.333_333_333_333_333_0e-2;
    let p2 = w * -5.951_759_247_947_041e-4 + 7.936_507_072_713_928e-4;
    let w2 = w * w;
    r * (p0 + w2 * (p2 + w2 * 8.234_244_927_357_263e-4))
}

/// The same for `z ≥ 64`.
#[inline(always)]
pub(crate) fn stirling_series_far<L: Lanes<Scalar = f64>>(r: L) -> L {
    let w = r * r;
    let p = w * -7.934_329_018_304_923e-4 + 2.777_777_757_832_340_7e-3;
    r * (p * w * -1.0 + 8.333_333_333_333_306e-2)
}
