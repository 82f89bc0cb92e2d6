//! The registers of AArch64.
#![expect(
    unsafe_code,
    reason = "intrinsics; the types exist only where their instructions do"
)]
#![allow(clippy::wildcard_imports, reason = "many intrinsics")]

use core::arch::aarch64::*;
use core::ops::{Add, BitAnd, Div, Mul, Sub};

use super::registers::{bits, lanes, operators};
use super::{Bits, Group, Lanes};

bits!(Bits64x2(uint64x2_t) of u64 as u64, splat vdupq_n_u64, add vaddq_u64,
    sub vsubq_u64, and vandq_u64,
    shl |a, by: u32| vshlq_u64(a, vdupq_n_s64(i64::from(by))),
    shr |a, by: u32| vshlq_u64(a, vdupq_n_s64(-i64::from(by))));
bits!(Bits32x4(uint32x4_t) of u32 as u32, splat vdupq_n_u32, add vaddq_u32,
    sub vsubq_u32, and vandq_u32,
    shl |a, by: u32| vshlq_u32(a, vdupq_n_s32(by.cast_signed())),
    shr |a, by: u32| vshlq_u32(a, vdupq_n_s32(-by.cast_signed())));

lanes!(F64x2(float64x2_t): 2 of f64, bits Bits64x2,
    splat vdupq_n_f64, add vaddq_f64, sub vsubq_f64, mul vmulq_f64, div vdivq_f64,
    max |a, b| vbslq_f64(vcgtq_f64(a, b), a, b), load vld1q_f64, store vst1q_f64,
    to_bits vreinterpretq_u64_f64, from_bits vreinterpretq_f64_u64,
    select |value, limit, then, otherwise| vbslq_f64(vcltq_f64(value, limit), then, otherwise),
    select_equal |value, wanted, then, otherwise| vbslq_f64(vceqq_f64(value, wanted), then, otherwise),
    equal |a, b| {
        let same = vceqq_f64(a, b);
        u32::from(vgetq_lane_u64::<0>(same) != 0) | u32::from(vgetq_lane_u64::<1>(same) != 0) << 1
    },
    sum |a| vgetq_lane_f64::<0>(a) + vgetq_lane_f64::<1>(a),
    largest |a| vgetq_lane_f64::<1>(a).larger(vgetq_lane_f64::<0>(a))
);

lanes!(F32x4(float32x4_t): 4 of f32, bits Bits32x4,
    splat vdupq_n_f32, add vaddq_f32, sub vsubq_f32, mul vmulq_f32, div vdivq_f32,
    max |a, b| vbslq_f32(vcgtq_f32(a, b), a, b), load vld1q_f32, store vst1q_f32,
    to_bits vreinterpretq_u32_f32, from_bits vreinterpretq_f32_u32,
    select |value, limit, then, otherwise| vbslq_f32(vcltq_f32(value, limit), then, otherwise),
    select_equal |value, wanted, then, otherwise| vbslq_f32(vceqq_f32(value, wanted), then, otherwise),
    equal |a, b| {
        let places = [1_u32, 2, 4, 8];
        vaddvq_u32(vandq_u32(vceqq_f32(a, b), vld1q_u32(places.as_ptr())))
    },
    sum |a| {
        let half = vadd_f32(vget_low_f32(a), vget_high_f32(a));
        vget_lane_f32::<0>(half) + vget_lane_f32::<1>(half)
    },
    largest |a| {
        let (low, high) = (vget_low_f32(a), vget_high_f32(a));
        let half = vbsl_f32(vcgt_f32(high, low), high, low);
        vget_lane_f32::<1>(half).larger(vget_lane_f32::<0>(half))
    }
);
