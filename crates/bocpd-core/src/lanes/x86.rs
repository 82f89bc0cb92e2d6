//! The registers of x86-64; SSE2 belongs to every one.
//!
//! As `vmax` has it, the instruction `max` gives the second number where one is NaN.
#![expect(
    unsafe_code,
    reason = "intrinsics; the types exist only where their instructions do"
)]
#![allow(clippy::wildcard_imports, reason = "nearly a hundred intrinsics")]
#![expect(
    clippy::cast_possible_wrap,
    reason = "bits; a mask of positions in a table"
)]

use core::arch::x86_64::*;
use core::ops::{Add, BitAnd, Div, Mul, Sub};

use super::registers::{bits, lanes, operators};
use super::{Bits, Group, Lanes};

/// A number of places to shift by.
#[inline(always)]
fn count(by: u32) -> __m128i {
    unsafe { _mm_cvtsi32_si128(by.cast_signed()) }
}

bits!(Bits64x2(__m128i) of u64 as i64, splat _mm_set1_epi64x, add _mm_add_epi64,
    sub _mm_sub_epi64, and _mm_and_si128,
    shl |a, by| _mm_sll_epi64(a, count(by)), shr |a, by| _mm_srl_epi64(a, count(by)));
bits!(Bits64x4(__m256i) of u64 as i64, splat _mm256_set1_epi64x, add _mm256_add_epi64,
    sub _mm256_sub_epi64, and _mm256_and_si256,
    shl |a, by| _mm256_sll_epi64(a, count(by)), shr |a, by| _mm256_srl_epi64(a, count(by)));
bits!(Bits64x8(__m512i) of u64 as i64, splat _mm512_set1_epi64, add _mm512_add_epi64,
    sub _mm512_sub_epi64, and _mm512_and_si512,
    shl |a, by| _mm512_sll_epi64(a, count(by)), shr |a, by| _mm512_srl_epi64(a, count(by)));
bits!(Bits32x4(__m128i) of u32 as i32, splat _mm_set1_epi32, add _mm_add_epi32,
    sub _mm_sub_epi32, and _mm_and_si128,
    shl |a, by| _mm_sll_epi32(a, count(by)), shr |a, by| _mm_srl_epi32(a, count(by)));
bits!(Bits32x8(__m256i) of u32 as i32, splat _mm256_set1_epi32, add _mm256_add_epi32,
    sub _mm256_sub_epi32, and _mm256_and_si256,
    shl |a, by| _mm256_sll_epi32(a, count(by)), shr |a, by| _mm256_srl_epi32(a, count(by)));
bits!(Bits32x16(__m512i) of u32 as i32, splat _mm512_set1_epi32, add _mm512_add_epi32,
    sub _mm512_sub_epi32, and _mm512_and_si512,
    shl |a, by| _mm512_sll_epi32(a, count(by)), shr |a, by| _mm512_srl_epi32(a, count(by)));

/// Numbers from integers under 2^52, read as the mantissas of numbers above it.
const TWO_52: f64 = 4_503_599_627_370_496.0;

lanes!(F64x2(__m128d): 2 of f64, bits Bits64x2,
    splat _mm_set1_pd, add _mm_add_pd, sub _mm_sub_pd, mul _mm_mul_pd, div _mm_div_pd,
    max _mm_max_pd, load _mm_loadu_pd, store _mm_storeu_pd,
    to_bits _mm_castpd_si128, from_bits _mm_castsi128_pd,
    select |value, limit, then, otherwise| {
        let less = _mm_cmplt_pd(value, limit);
        _mm_or_pd(_mm_and_pd(less, then), _mm_andnot_pd(less, otherwise))
    },
    select_equal |value, wanted, then, otherwise| {
        let same = _mm_cmpeq_pd(value, wanted);
        _mm_or_pd(_mm_and_pd(same, then), _mm_andnot_pd(same, otherwise))
    },
    equal |a, b| _mm_movemask_pd(_mm_cmpeq_pd(a, b)).cast_unsigned(),
    sum |a| _mm_cvtsd_f64(_mm_add_sd(a, _mm_unpackhi_pd(a, a))),
    largest |a| _mm_cvtsd_f64(_mm_max_sd(_mm_unpackhi_pd(a, a), a)),
    group fn ages(seen: u64, births: &[u64]) -> Self {
        let births = &births[..2];
        unsafe {
            let births = _mm_loadu_si128(births.as_ptr().cast());
            let ages = _mm_sub_epi64(_mm_set1_epi64x(seen.cast_signed()), births);
            let offset = _mm_set1_pd(TWO_52);
            let shifted = _mm_or_si128(ages, _mm_castpd_si128(offset));
            Self(_mm_sub_pd(_mm_castsi128_pd(shifted), offset))
        }
    }
);

lanes!(F64x4(__m256d): 4 of f64, bits Bits64x4,
    splat _mm256_set1_pd, add _mm256_add_pd, sub _mm256_sub_pd, mul _mm256_mul_pd, div _mm256_div_pd,
    max _mm256_max_pd, load _mm256_loadu_pd, store _mm256_storeu_pd,
    to_bits _mm256_castpd_si256, from_bits _mm256_castsi256_pd,
    select |value, limit, then, otherwise| {
        _mm256_blendv_pd(otherwise, then, _mm256_cmp_pd::<_CMP_LT_OQ>(value, limit))
    },
    select_equal |value, wanted, then, otherwise| {
        _mm256_blendv_pd(otherwise, then, _mm256_cmp_pd::<_CMP_EQ_OQ>(value, wanted))
    },
    equal |a, b| _mm256_movemask_pd(_mm256_cmp_pd::<_CMP_EQ_OQ>(a, b)).cast_unsigned(),
    sum |a| F64x2(_mm_add_pd(_mm256_castpd256_pd128(a), _mm256_extractf128_pd::<1>(a))).sum(),
    largest |a| F64x2(_mm_max_pd(_mm256_extractf128_pd::<1>(a), _mm256_castpd256_pd128(a))).largest(),
    group fn ages(seen: u64, births: &[u64]) -> Self {
        let births = &births[..4];
        unsafe {
            let births = _mm256_loadu_si256(births.as_ptr().cast());
            let ages = _mm256_sub_epi64(_mm256_set1_epi64x(seen.cast_signed()), births);
            let offset = _mm256_set1_pd(TWO_52);
            let shifted = _mm256_or_si256(ages, _mm256_castpd_si256(offset));
            Self(_mm256_sub_pd(_mm256_castsi256_pd(shifted), offset))
        }
    },
    group fn look_up(table: &[f64], mask: usize, seen: u64, births: &[u64]) -> Self {
        let (table, births) = (&table[..=mask], &births[..4]);
        unsafe {
            let births = _mm256_loadu_si256(births.as_ptr().cast());
            let ages = _mm256_sub_epi64(_mm256_set1_epi64x(seen.cast_signed()), births);
            let at = _mm256_andnot_si256(ages, _mm256_set1_epi64x(mask as i64));
            // No position is beyond the mask, which is one of the table.
            Self(_mm256_i64gather_pd::<8>(table.as_ptr(), at))
        }
    }
);

lanes!(F64x8(__m512d): 8 of f64, bits Bits64x8,
    splat _mm512_set1_pd, add _mm512_add_pd, sub _mm512_sub_pd, mul _mm512_mul_pd, div _mm512_div_pd,
    max _mm512_max_pd, load _mm512_loadu_pd, store _mm512_storeu_pd,
    to_bits _mm512_castpd_si512, from_bits _mm512_castsi512_pd,
    select |value, limit, then, otherwise| {
        let less = _mm512_cmp_pd_mask::<_CMP_LT_OQ>(value, limit);
        _mm512_mask_blend_pd(less, otherwise, then)
    },
    select_equal |value, wanted, then, otherwise| {
        let same = _mm512_cmp_pd_mask::<_CMP_EQ_OQ>(value, wanted);
        _mm512_mask_blend_pd(same, otherwise, then)
    },
    equal |a, b| u32::from(_mm512_cmp_pd_mask::<_CMP_EQ_OQ>(a, b)),
    sum |a| F64x4(_mm256_add_pd(_mm512_castpd512_pd256(a), _mm512_extractf64x4_pd::<1>(a))).sum(),
    largest |a| F64x4(_mm256_max_pd(_mm512_extractf64x4_pd::<1>(a), _mm512_castpd512_pd256(a))).largest(),
    group fn ages(seen: u64, births: &[u64]) -> Self {
        let births = &births[..8];
        unsafe {
            let births = _mm512_loadu_si512(births.as_ptr().cast());
            let ages = _mm512_sub_epi64(_mm512_set1_epi64(seen.cast_signed()), births);
            let offset = _mm512_set1_pd(TWO_52);
            let shifted = _mm512_or_si512(ages, _mm512_castpd_si512(offset));
            Self(_mm512_sub_pd(_mm512_castsi512_pd(shifted), offset))
        }
    },
    group fn look_up(table: &[f64], mask: usize, seen: u64, births: &[u64]) -> Self {
        let (table, births) = (&table[..=mask], &births[..8]);
        unsafe {
            let births = _mm512_loadu_si512(births.as_ptr().cast());
            let ages = _mm512_sub_epi64(_mm512_set1_epi64(seen.cast_signed()), births);
            let at = _mm512_andnot_si512(ages, _mm512_set1_epi64(mask as i64));
            // No position is beyond the mask, which is one of the table.
            Self(_mm512_i64gather_pd::<8>(at, table.as_ptr()))
        }
    }
);

lanes!(F32x4(__m128): 4 of f32, bits Bits32x4,
    splat _mm_set1_ps, add _mm_add_ps, sub _mm_sub_ps, mul _mm_mul_ps, div _mm_div_ps,
    max _mm_max_ps, load _mm_loadu_ps, store _mm_storeu_ps,
    to_bits _mm_castps_si128, from_bits _mm_castsi128_ps,
    select |value, limit, then, otherwise| {
        let less = _mm_cmplt_ps(value, limit);
        _mm_or_ps(_mm_and_ps(less, then), _mm_andnot_ps(less, otherwise))
    },
    select_equal |value, wanted, then, otherwise| {
        let same = _mm_cmpeq_ps(value, wanted);
        _mm_or_ps(_mm_and_ps(same, then), _mm_andnot_ps(same, otherwise))
    },
    equal |a, b| _mm_movemask_ps(_mm_cmpeq_ps(a, b)).cast_unsigned(),
    sum |a| {
        let half = _mm_add_ps(a, _mm_movehl_ps(a, a));
        _mm_cvtss_f32(_mm_add_ss(half, _mm_shuffle_ps::<1>(half, half)))
    },
    largest |a| {
        let half = _mm_max_ps(_mm_movehl_ps(a, a), a);
        _mm_cvtss_f32(_mm_max_ss(_mm_shuffle_ps::<1>(half, half), half))
    }
);

lanes!(F32x8(__m256): 8 of f32, bits Bits32x8,
    splat _mm256_set1_ps, add _mm256_add_ps, sub _mm256_sub_ps, mul _mm256_mul_ps, div _mm256_div_ps,
    max _mm256_max_ps, load _mm256_loadu_ps, store _mm256_storeu_ps,
    to_bits _mm256_castps_si256, from_bits _mm256_castsi256_ps,
    select |value, limit, then, otherwise| {
        _mm256_blendv_ps(otherwise, then, _mm256_cmp_ps::<_CMP_LT_OQ>(value, limit))
    },
    select_equal |value, wanted, then, otherwise| {
        _mm256_blendv_ps(otherwise, then, _mm256_cmp_ps::<_CMP_EQ_OQ>(value, wanted))
    },
    equal |a, b| _mm256_movemask_ps(_mm256_cmp_ps::<_CMP_EQ_OQ>(a, b)).cast_unsigned(),
    sum |a| F32x4(_mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps::<1>(a))).sum(),
    largest |a| F32x4(_mm_max_ps(_mm256_extractf128_ps::<1>(a), _mm256_castps256_ps128(a))).largest()
);

lanes!(F32x16(__m512): 16 of f32, bits Bits32x16,
    splat _mm512_set1_ps, add _mm512_add_ps, sub _mm512_sub_ps, mul _mm512_mul_ps, div _mm512_div_ps,
    max _mm512_max_ps, load _mm512_loadu_ps, store _mm512_storeu_ps,
    to_bits _mm512_castps_si512, from_bits _mm512_castsi512_ps,
    select |value, limit, then, otherwise| {
        let less = _mm512_cmp_ps_mask::<_CMP_LT_OQ>(value, limit);
        _mm512_mask_blend_ps(less, otherwise, then)
    },
    select_equal |value, wanted, then, otherwise| {
        let same = _mm512_cmp_ps_mask::<_CMP_EQ_OQ>(value, wanted);
        _mm512_mask_blend_ps(same, otherwise, then)
    },
    equal |a, b| u32::from(_mm512_cmp_ps_mask::<_CMP_EQ_OQ>(a, b)),
    sum |a| F32x8(_mm256_add_ps(_mm512_castps512_ps256(a), _mm512_extractf32x8_ps::<1>(a))).sum(),
    largest |a| F32x8(_mm256_max_ps(_mm512_extractf32x8_ps::<1>(a), _mm512_castps512_ps256(a))).largest()
);
