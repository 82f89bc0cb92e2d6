//! The scalar type of a filter: `f64` or `f32`.

mod near;

use core::fmt::{Debug, Display};
use core::ops::{AddAssign, DivAssign, MulAssign, SubAssign};

use num_traits::{Float, FromPrimitive};

#[cfg(target_arch = "x86_64")]
use crate::lanes::x86;
use crate::lanes::{Group, Lanes, Line, Number, Pair};
use crate::math::{double, single};

pub(crate) use near::near;

mod sealed {
    /// Nobody else implements [`super::Real`]: the kernels rely on its accuracy.
    pub trait Sealed {}
    impl Sealed for f64 {}
    impl Sealed for f32 {}
}

#[cfg(feature = "serde")]
mod data {
    /// Scalars that can be written into a snapshot and read back.
    pub trait Data: serde::Serialize + serde::de::DeserializeOwned {}
    impl<T: serde::Serialize + serde::de::DeserializeOwned> Data for T {}
}
#[cfg(not(feature = "serde"))]
mod data {
    /// Nothing is asked of a scalar without the feature `serde`.
    pub trait Data {}
    impl<T> Data for T {}
}

/// A floating-point type that the filter can run in: `f64` (the default
/// everywhere) or `f32` (half the memory and twice the lanes, about seven
/// digits).
///
/// Sealed, since kernels rely on the accuracy of its functions: nobody else implements it.
///
/// Besides arithmetic it offers elementary functions written without branches
/// (`v…`): a plain loop over a column that calls them compiles to vector code,
/// with the same bits on every instruction set.
pub trait Real:
    Float
    + FromPrimitive
    + AddAssign
    + SubAssign
    + MulAssign
    + DivAssign
    + Debug
    + Display
    + Default
    + Send
    + Sync
    + data::Data
    + Number
    + Group<Scalar = Self>
    + sealed::Sealed
    + 'static
{
    /// Columns are padded to a multiple of this many elements, and sums run in
    /// this many lanes on every instruction set.
    const LANES: usize;

    /// [`LANES`](Self::LANES) of them in memory.
    #[doc(hidden)]
    type Array: Copy + Debug + Send + Sync + AsRef<[Self]> + AsMut<[Self]>;

    /// The same number in all places.
    #[doc(hidden)]
    fn array(value: Self) -> Self::Array;

    /// [`LANES`](Self::LANES) of them in the registers that the target guarantees.
    #[doc(hidden)]
    type Baseline: Group<Scalar = Self>;

    /// The same in those of AVX2.
    #[cfg(target_arch = "x86_64")]
    #[doc(hidden)]
    type Avx2: Group<Scalar = Self>;

    /// The same in those of AVX-512.
    #[cfg(target_arch = "x86_64")]
    #[doc(hidden)]
    type Avx512: Group<Scalar = Self>;

    /// A padded column by groups of [`LANES`](Self::LANES).
    #[doc(hidden)]
    fn groups(column: &[Self]) -> &[Self::Array];

    /// The same, to be changed.
    #[doc(hidden)]
    fn groups_mut(column: &mut [Self]) -> &mut [Self::Array];

    /// [`LANES`](Self::LANES) of them together.
    #[doc(hidden)]
    type Line: Copy + Debug + Send + Sync;

    /// A line of equal numbers.
    #[doc(hidden)]
    fn line(value: Self) -> Self::Line;

    /// Observations and statistics beyond ±`HUGE` are saturated when they are
    /// absorbed, so that squares of differences stay finite.
    const HUGE: Self;

    /// 0, 1, 2, …
    #[doc(hidden)]
    const INDICES: [Self; 16];

    /// How many factors between 1e-15 and 1e15 a product may have.
    #[doc(hidden)]
    const FACTORS: u64;

    /// What must hold for parameters that are scales, for error messages.
    #[doc(hidden)]
    const POSITIVE_RANGE: &'static str;

    /// What must hold for parameters that are locations, for error messages.
    #[doc(hidden)]
    const LOCATION_RANGE: &'static str;

    /// The nearest value of this type.
    #[inline(always)]
    fn of(x: f64) -> Self {
        Self::nearest(x)
    }

    /// This value as `f64`.
    fn wide(self) -> f64;

    /// eˣ for any x, within 1 ulp.
    fn vexp(self) -> Self;

    /// eˣ for x ≤ 0, where results too small to be normal numbers are 0.
    #[inline(always)]
    fn vexp_weight(self) -> Self {
        let (r, scale) = Self::exp_split(self);
        Self::exp_join(r, scale)
    }

    /// [`vexp_weight`](Self::vexp_weight) in two parts: what the second needs.
    ///
    /// A loop per part is faster than one loop over both, since the processor
    /// sees more independent elements at a time.
    fn exp_split<L: Lanes<Scalar = Self>>(x: L) -> (L, L);

    /// The second part.
    fn exp_join<L: Lanes<Scalar = Self>>(r: L, scale: L) -> L;

    /// ln x for any x, within 1 ulp; −∞ at 0, NaN below.
    fn vln(self) -> Self;

    /// ln x for positive, normal, finite x, within 1 ulp.
    fn vln_normal(self) -> Self;

    /// [`vln_normal`](Self::vln_normal) of many numbers.
    fn ln_normal<L: Lanes<Scalar = Self>>(x: L) -> L;

    /// [`vln_1p_positive`](Self::vln_1p_positive) of many numbers.
    fn ln_1p_positive<L: Lanes<Scalar = Self>>(x: L) -> L;

    /// ln(1 + x) for any x, within 1 ulp; −∞ at −1, NaN below.
    fn vln_1p(self) -> Self;

    /// ln(1 + x) for finite x ≥ 0, within 1 ulp.
    fn vln_1p_positive(self) -> Self;

    /// ln((self + rise)/self) for normal `self > 0` and `rise ≥ 0` with a finite
    /// sum, within 2 ulp: what ln(1 + rise/self) is, with one division.
    #[inline(always)]
    fn vln_growth(self, rise: Self) -> Self {
        let (s, k) = Self::growth_split(self, rise);
        Self::growth_join(s, k)
    }

    /// [`vln_growth`](Self::vln_growth) in two parts: what the second needs.
    fn growth_split<L: Lanes<Scalar = Self>>(base: L, rise: L) -> (L, L);

    /// The second part.
    fn growth_join<L: Lanes<Scalar = Self>>(s: L, k: L) -> L;

    /// ln x for positive, normal, finite x, within 2 ulp, first part; the second
    /// is [`growth_join`](Self::growth_join).
    fn ln_split<L: Lanes<Scalar = Self>>(x: L) -> (L, L);

    /// ln(self/m) = 2 artanh(s) + d for positive normal numbers whose quotient is
    /// within the range of the type, given `difference` = self − m as exactly as
    /// it is known: s, d and h with self·ln(self/m) + m − self =
    /// h + self·[`artanh_rest`](Self::artanh_rest)`(s)`.
    ///
    /// Where the two are near each other that sum is of the order of their
    /// squared difference, and nothing cancels (the deviance part of Loader 2000,
    /// *Fast and accurate computation of binomial probabilities*).
    fn ratio_split<L: Lanes<Scalar = Self>>(x: L, m: L, difference: L) -> (L, L, L);

    /// 2 artanh(s) − 2 s for the s of [`ratio_split`](Self::ratio_split).
    fn artanh_rest<L: Lanes<Scalar = Self>>(s: L) -> L;

    /// ln Γ(z) − [(z − ½) ln z − z + ½ ln 2π] for z = 1/r ≥ 16: what Stirling's
    /// formula lacks. The absolute error is under a tenth of the type's epsilon.
    fn stirling_series<L: Lanes<Scalar = Self>>(r: L) -> L;

    /// The same for z ≥ 64.
    fn stirling_series_far<L: Lanes<Scalar = Self>>(r: L) -> L;

    /// ln Γ(x) for any x, within 1.5 ulp of the value, also near its zeros at 1 and
    /// 2; ∞ at 0, NaN below.
    fn vln_gamma(self) -> Self;

    /// The larger of two numbers; the other one if `self` is NaN.
    fn vmax(self, other: Self) -> Self;
}

macro_rules! real {
    ($type:ty, $functions:ident, baseline $baseline:ty, wider $($avx2:ty, $avx512:ty)?; lanes $lanes:literal, factors $factors:literal, huge $huge:literal) => {
        impl Real for $type {
            const LANES: usize = $lanes;
            type Array = [Self; $lanes];
            type Baseline = $baseline;
            $(type Avx2 = $avx2;
            type Avx512 = $avx512;)?
            type Line = Line<[Self; $lanes]>;
            const HUGE: Self = $huge;
            const INDICES: [Self; 16] = [
                0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0,
                15.0,
            ];
            const FACTORS: u64 = $factors;
            const POSITIVE_RANGE: &'static str = concat!(
                "lie in [1/",
                stringify!($huge),
                ", ",
                stringify!($huge),
                "]"
            );
            const LOCATION_RANGE: &'static str =
                concat!("lie in [-", stringify!($huge), ", ", stringify!($huge), "]");

            #[inline(always)]
            fn groups(column: &[Self]) -> &[Self::Array] {
                column.as_chunks().0
            }
            #[inline(always)]
            fn groups_mut(column: &mut [Self]) -> &mut [Self::Array] {
                column.as_chunks_mut().0
            }
            #[inline(always)]
            fn array(value: Self) -> Self::Array {
                [value; $lanes]
            }
            #[inline(always)]
            fn line(value: Self) -> Self::Line {
                Line([value; $lanes])
            }
            #[inline(always)]
            #[allow(clippy::cast_lossless, clippy::unnecessary_cast)]
            fn wide(self) -> f64 {
                self as f64
            }
            #[inline(always)]
            fn vexp(self) -> Self {
                $functions::exp(self)
            }
            #[inline(always)]
            fn exp_split<L: Lanes<Scalar = Self>>(x: L) -> (L, L) {
                $functions::exp_split(x)
            }
            #[inline(always)]
            fn exp_join<L: Lanes<Scalar = Self>>(r: L, scale: L) -> L {
                $functions::exp_join(r, scale)
            }
            #[inline(always)]
            fn vln(self) -> Self {
                $functions::ln(self)
            }
            #[inline(always)]
            fn vln_normal(self) -> Self {
                $functions::ln_normal(self)
            }
            #[inline(always)]
            fn ln_normal<L: Lanes<Scalar = Self>>(x: L) -> L {
                $functions::ln_normal(x)
            }
            #[inline(always)]
            fn ln_1p_positive<L: Lanes<Scalar = Self>>(x: L) -> L {
                $functions::ln_1p_positive(x)
            }
            #[inline(always)]
            fn vln_1p(self) -> Self {
                $functions::ln_1p(self)
            }
            #[inline(always)]
            fn vln_1p_positive(self) -> Self {
                $functions::ln_1p_positive(self)
            }
            #[inline(always)]
            fn growth_split<L: Lanes<Scalar = Self>>(base: L, rise: L) -> (L, L) {
                $functions::growth_split(base, rise)
            }
            #[inline(always)]
            fn growth_join<L: Lanes<Scalar = Self>>(s: L, k: L) -> L {
                $functions::growth_join(s, k)
            }
            #[inline(always)]
            fn ln_split<L: Lanes<Scalar = Self>>(x: L) -> (L, L) {
                $functions::ln_split(x)
            }
            #[inline(always)]
            fn ratio_split<L: Lanes<Scalar = Self>>(x: L, m: L, difference: L) -> (L, L, L) {
                $functions::ratio_split(x, m, difference)
            }
            #[inline(always)]
            fn artanh_rest<L: Lanes<Scalar = Self>>(s: L) -> L {
                $functions::artanh_rest(s)
            }
            #[inline(always)]
            fn stirling_series<L: Lanes<Scalar = Self>>(r: L) -> L {
                $functions::stirling_series(r)
            }
            #[inline(always)]
            fn stirling_series_far<L: Lanes<Scalar = Self>>(r: L) -> L {
                $functions::stirling_series_far(r)
            }
            #[inline(always)]
            fn vln_gamma(self) -> Self {
                $functions::ln_gamma(self)
            }
            #[inline(always)]
            fn vmax(self, other: Self) -> Self {
                if self > other { self } else { other }
            }
        }
    };
}

/// Four of them.
type Four<V> = Pair<Pair<V>>;

/// Two and four numbers in what the target guarantees.
#[cfg(target_arch = "aarch64")]
use crate::lanes::neon::{F32x4, F64x2};
#[cfg(target_arch = "x86_64")]
use crate::lanes::x86::{F32x4, F64x2};
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
type F64x2 = Pair<f64>;
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
type F32x4 = Four<f32>;

#[cfg(target_arch = "x86_64")]
real!(f64, double, baseline Four<F64x2>, wider Pair<x86::F64x4>, x86::F64x8;
    lanes 8, factors 16, huge 1e100);
#[cfg(target_arch = "x86_64")]
real!(f32, single, baseline Four<F32x4>, wider Pair<x86::F32x8>, x86::F32x16;
    lanes 16, factors 2, huge 1e12);
#[cfg(not(target_arch = "x86_64"))]
real!(f64, double, baseline Four<F64x2>, wider;
    lanes 8, factors 16, huge 1e100);
#[cfg(not(target_arch = "x86_64"))]
real!(f32, single, baseline Four<F32x4>, wider;
    lanes 16, factors 2, huge 1e12);
