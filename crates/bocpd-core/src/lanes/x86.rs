//! The registers of x86-64.
//!
//! Operations on these types use instructions that the machine must have. Values
//! of them come up only inside [`Isa::run_lanes`](crate::Isa), which has seen to
//! it; SSE2 belongs to every x86-64.
#![expect(
    unsafe_code,
    reason = "intrinsics; the types exist only where their instructions do"
)]
#![allow(clippy::wildcard_imports, reason = "nearly a hundred intrinsics")]
#![expect(clippy::cast_possible_wrap, reason = "a mask of positions in a table")]

use core::arch::x86_64::*;
use core::ops::{Add, BitAnd, Div, Mul, Sub};

use super::{Bits, Group, Lanes};

macro_rules! operators {
    ($name:ident, $float:ident, $set:ident: $($operator:ident $function:ident $intrinsic:ident),+) => {$(
        impl $operator for $name {
            type Output = Self;
            #[inline(always)]
            fn $function(self, other: Self) -> Self {
                // SAFETY: see the top of this file; so everywhere below.
                Self(unsafe { $intrinsic(self.0, other.0) })
            }
        }
        impl $operator<$float> for $name {
            type Output = Self;
            #[inline(always)]
            fn $function(self, other: $float) -> Self {
                Self(unsafe { $intrinsic(self.0, $set(other)) })
            }
        }
    )+};
}

macro_rules! bits {
    (
        $name:ident($register:ident) of $word:ident as $signed:ident, splat $set:ident,
        add $add:ident, sub $sub:ident, and $and:ident, shl $shl:ident, shr $shr:ident
    ) => {
        #[derive(Clone, Copy, Debug)]
        pub struct $name($register);

        impl Add for $name {
            type Output = Self;
            #[inline(always)]
            fn add(self, other: Self) -> Self {
                Self(unsafe { $add(self.0, other.0) })
            }
        }
        impl Sub for $name {
            type Output = Self;
            #[inline(always)]
            fn sub(self, other: Self) -> Self {
                Self(unsafe { $sub(self.0, other.0) })
            }
        }
        impl BitAnd for $name {
            type Output = Self;
            #[inline(always)]
            fn bitand(self, other: Self) -> Self {
                Self(unsafe { $and(self.0, other.0) })
            }
        }
        impl Bits for $name {
            type Word = $word;

            #[inline(always)]
            fn splat(word: $word) -> Self {
                Self(unsafe { $set(word.cast_signed()) })
            }
            #[inline(always)]
            fn shl(self, by: u32) -> Self {
                Self(unsafe { $shl(self.0, _mm_cvtsi32_si128(by.cast_signed())) })
            }
            #[inline(always)]
            fn shr(self, by: u32) -> Self {
                Self(unsafe { $shr(self.0, _mm_cvtsi32_si128(by.cast_signed())) })
            }
        }
    };
}

macro_rules! lanes {
    (
        $name:ident($register:ident): $len:literal of $float:ident, bits $bits:ident,
        splat $set:ident, add $add:ident, sub $sub:ident, mul $mul:ident, div $div:ident,
        max $max:ident, load $load:ident, store $store:ident,
        to_bits $to_bits:ident, from_bits $from_bits:ident,
        select $select:expr, select_equal $select_equal:expr, equal $equal:expr, sum $sum:expr, largest $largest:expr
        $(, group $group:item)*
    ) => {
        #[derive(Clone, Copy, Debug)]
        pub struct $name($register);

        operators!($name, $float, $set: Add add $add, Sub sub $sub, Mul mul $mul, Div div $div);

        impl Lanes for $name {
            type Scalar = $float;
            type Bits = $bits;

            #[inline(always)]
            fn splat(value: $float) -> Self {
                Self(unsafe { $set(value) })
            }
            #[inline(always)]
            fn if_less(self, limit: $float, then: Self, otherwise: Self) -> Self {
                Self(unsafe { $select(self.0, $set(limit), then.0, otherwise.0) })
            }
            #[inline(always)]
            fn if_equal(self, value: $float, then: Self, otherwise: Self) -> Self {
                Self(unsafe { $select_equal(self.0, $set(value), then.0, otherwise.0) })
            }
            #[inline(always)]
            fn larger(self, other: Self) -> Self {
                // The instruction too gives the second where one is NaN.
                Self(unsafe { $max(self.0, other.0) })
            }
            #[inline(always)]
            fn bits(self) -> $bits {
                $bits(unsafe { $to_bits(self.0) })
            }
            #[inline(always)]
            fn of_bits(bits: $bits) -> Self {
                Self(unsafe { $from_bits(bits.0) })
            }
        }

        impl Group for $name {
            const LEN: usize = $len;

            #[inline(always)]
            fn load(numbers: &[$float]) -> Self {
                // As many as are read.
                let numbers = &numbers[..$len];
                Self(unsafe { $load(numbers.as_ptr()) })
            }
            #[inline(always)]
            fn store(self, numbers: &mut [$float]) {
                let numbers = &mut numbers[..$len];
                unsafe { $store(numbers.as_mut_ptr(), self.0) }
            }
            #[inline(always)]
            fn sum(self) -> $float {
                unsafe { $sum(self.0) }
            }
            #[inline(always)]
            fn largest(self) -> $float {
                unsafe { $largest(self.0) }
            }
            #[inline(always)]
            fn equal(self, value: $float) -> u32 {
                unsafe { $equal(self.0, $set(value)) }
            }
            $(#[inline(always)] $group)*
        }
    };
}

bits!(Bits64x2(__m128i) of u64 as i64, splat _mm_set1_epi64x, add _mm_add_epi64,
    sub _mm_sub_epi64, and _mm_and_si128, shl _mm_sll_epi64, shr _mm_srl_epi64);
bits!(Bits64x4(__m256i) of u64 as i64, splat _mm256_set1_epi64x, add _mm256_add_epi64,
    sub _mm256_sub_epi64, and _mm256_and_si256, shl _mm256_sll_epi64, shr _mm256_srl_epi64);
bits!(Bits64x8(__m512i) of u64 as i64, splat _mm512_set1_epi64, add _mm512_add_epi64,
    sub _mm512_sub_epi64, and _mm512_and_si512, shl _mm512_sll_epi64, shr _mm512_srl_epi64);
bits!(Bits32x4(__m128i) of u32 as i32, splat _mm_set1_epi32, add _mm_add_epi32,
    sub _mm_sub_epi32, and _mm_and_si128, shl _mm_sll_epi32, shr _mm_srl_epi32);
bits!(Bits32x8(__m256i) of u32 as i32, splat _mm256_set1_epi32, add _mm256_add_epi32,
    sub _mm256_sub_epi32, and _mm256_and_si256, shl _mm256_sll_epi32, shr _mm256_srl_epi32);
bits!(Bits32x16(__m512i) of u32 as i32, splat _mm512_set1_epi32, add _mm512_add_epi32,
    sub _mm512_sub_epi32, and _mm512_and_si512, shl _mm512_sll_epi32, shr _mm512_srl_epi32);

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
