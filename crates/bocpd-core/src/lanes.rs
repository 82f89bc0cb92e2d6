//! Numbers side by side, in the registers of one instruction set.
//!
//! Formulas are written once, over [`Lanes`]: for a single number (`f64` and
//! `f32` are lanes of their own), and for a group of `Real::LANES` numbers in as
//! many registers as that takes. A group is one register with AVX-512 and a
//! [`Pair`] of pairs where registers are narrower, so every instruction set does
//! the same operations on the same numbers and gives the same bits.

#[cfg(target_arch = "aarch64")]
pub(crate) mod neon;
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
mod registers;
#[cfg(target_arch = "x86_64")]
pub(crate) mod x86;

use core::num::Wrapping;
use core::ops::{Add, BitAnd, Div, Mul, Sub};

/// One number.
pub trait Number: Copy + Default {
    /// An unsigned integer of as many bits.
    #[doc(hidden)]
    type Word: Copy;

    /// The nearest value of this type.
    #[doc(hidden)]
    fn nearest(x: f64) -> Self;
}

/// One or more numbers of type `Scalar` that the same is done with.
pub trait Lanes:
    Copy
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Add<Self::Scalar, Output = Self>
    + Sub<Self::Scalar, Output = Self>
    + Mul<Self::Scalar, Output = Self>
    + Div<Self::Scalar, Output = Self>
{
    /// The type of the numbers.
    type Scalar: Number;
    /// Their bits.
    type Bits: Bits<Word = <Self::Scalar as Number>::Word>;

    /// The same number in all lanes.
    fn splat(value: Self::Scalar) -> Self;

    /// `then` in lanes that are less than `limit`, else `otherwise`.
    fn if_less(self, limit: Self::Scalar, then: Self, otherwise: Self) -> Self;

    /// `then` in lanes that equal `value`, else `otherwise`.
    fn if_equal(self, value: Self::Scalar, then: Self, otherwise: Self) -> Self;

    /// The larger of two numbers; the other one if `self` is NaN.
    fn larger(self, other: Self) -> Self;

    /// Their bits.
    fn bits(self) -> Self::Bits;

    /// Numbers of these bits.
    fn of_bits(bits: Self::Bits) -> Self;
}

/// The bits of one or more numbers; sums and differences wrap.
pub trait Bits: Copy + Add<Output = Self> + Sub<Output = Self> + BitAnd<Output = Self> {
    /// An unsigned integer as wide as a number.
    type Word: Copy;

    /// The same bits in all lanes.
    fn splat(word: Self::Word) -> Self;

    /// Shifted to the left.
    fn shl(self, by: u32) -> Self;

    /// Shifted to the right, zeros after.
    fn shr(self, by: u32) -> Self;
}

/// Lanes as they lie in memory.
pub trait Group: Lanes {
    /// How many.
    const LEN: usize;

    /// How many registers they fill.
    const REGISTERS: usize;

    /// Whether a loop gains from several groups side by side. Where one group fills four
    /// registers, it is work enough for the processor, and more of them would only make the
    /// code longer.
    const SIDE_BY_SIDE: bool = Self::REGISTERS < 4;

    /// Reads the first [`LEN`](Self::LEN) numbers.
    fn load(numbers: &[Self::Scalar]) -> Self;

    /// Writes into the first [`LEN`](Self::LEN) places.
    fn store(self, numbers: &mut [Self::Scalar]);

    /// The sum of all lanes: half onto half, so that few operations wait for each
    /// other.
    fn sum(self) -> Self::Scalar;

    /// The largest of all lanes.
    fn largest(self) -> Self::Scalar;

    /// The lanes that are equal to `value`, the first in the lowest bit.
    fn equal(self, value: Self::Scalar) -> u32;

    /// `seen` less each of `births`, all of them under 2^52.
    #[inline(always)]
    fn ages(seen: u64, births: &[u64]) -> Self {
        Self::gather(births, |birth| Self::Scalar::nearest((seen - birth) as f64))
    }

    /// The elements of `table` at the positions `!age & mask`, the ages being `seen`
    /// less each of `births`: a table that is stored backwards, without end.
    ///
    /// # Panics
    /// If `mask` is no position of the table.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "the mask is a usize")]
    fn look_up(table: &[Self::Scalar], mask: usize, seen: u64, births: &[u64]) -> Self {
        let table = &table[..=mask];
        Self::gather(births, |birth| table[!(seen - birth) as usize & mask])
    }

    /// One number for each of as many elements.
    #[inline(always)]
    fn gather<T>(from: &[T], number: impl Fn(&T) -> Self::Scalar) -> Self {
        let mut numbers = [Self::Scalar::default(); 16];
        for (to, from) in numbers.iter_mut().zip(&from[..Self::LEN]) {
            *to = number(from);
        }
        Self::load(&numbers)
    }
}

/// As many numbers as fill the widest register.
///
/// Aligned as allocators do by themselves: on whole cache lines a step at hundreds
/// of hypotheses would be 4 % faster, but the columns of small detectors would lie
/// scattered, and a fleet of them takes a half more time.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(16))]
pub struct Line<A>(pub(crate) A);

/// The `G` groups from group `at` on.
#[inline(always)]
pub(crate) fn groups_from<A, const G: usize>(groups: &mut [A], at: usize) -> &mut [A; G] {
    let groups = &mut groups[at..at + G];
    groups.try_into().expect("as many")
}

macro_rules! scalar {
    ($float:ident, $word:ident) => {
        impl Number for $float {
            type Word = $word;

            #[inline(always)]
            #[allow(clippy::cast_possible_truncation, clippy::cast_lossless)]
            fn nearest(x: f64) -> Self {
                x as Self
            }
        }

        impl Lanes for $float {
            type Scalar = Self;
            type Bits = Wrapping<$word>;

            #[inline(always)]
            fn splat(value: Self) -> Self {
                value
            }
            #[inline(always)]
            fn if_less(self, limit: Self, then: Self, otherwise: Self) -> Self {
                if self < limit { then } else { otherwise }
            }
            #[inline(always)]
            fn if_equal(self, value: Self, then: Self, otherwise: Self) -> Self {
                if self == value { then } else { otherwise }
            }
            #[inline(always)]
            fn larger(self, other: Self) -> Self {
                if self > other { self } else { other }
            }
            #[inline(always)]
            fn bits(self) -> Self::Bits {
                Wrapping(self.to_bits())
            }
            #[inline(always)]
            fn of_bits(bits: Self::Bits) -> Self {
                Self::from_bits(bits.0)
            }
        }

        impl Bits for Wrapping<$word> {
            type Word = $word;

            #[inline(always)]
            fn splat(word: $word) -> Self {
                Self(word)
            }
            #[inline(always)]
            fn shl(self, by: u32) -> Self {
                Self(self.0 << by)
            }
            #[inline(always)]
            fn shr(self, by: u32) -> Self {
                Self(self.0 >> by)
            }
        }

        impl Group for $float {
            const LEN: usize = 1;
            const REGISTERS: usize = 1;

            #[inline(always)]
            fn load(numbers: &[Self]) -> Self {
                numbers[0]
            }
            #[inline(always)]
            fn store(self, numbers: &mut [Self]) {
                numbers[0] = self;
            }
            #[inline(always)]
            fn sum(self) -> Self {
                self
            }
            #[inline(always)]
            fn largest(self) -> Self {
                self
            }
            #[inline(always)]
            fn equal(self, value: Self) -> u32 {
                u32::from(self == value)
            }
        }
    };
}

scalar!(f64, u64);
scalar!(f32, u32);

/// Two groups as one of twice the length.
#[derive(Clone, Copy, Debug)]
pub struct Pair<V>(V, V);

macro_rules! pairwise {
    ($($operator:ident $function:ident),+) => {$(
        impl<V: Lanes> $operator for Pair<V> {
            type Output = Self;
            #[inline(always)]
            fn $function(self, other: Self) -> Self {
                Self(self.0.$function(other.0), self.1.$function(other.1))
            }
        }
        impl<V: Lanes<Scalar = f64>> $operator<f64> for Pair<V> {
            type Output = Self;
            #[inline(always)]
            fn $function(self, other: f64) -> Self {
                Self(self.0.$function(other), self.1.$function(other))
            }
        }
        impl<V: Lanes<Scalar = f32>> $operator<f32> for Pair<V> {
            type Output = Self;
            #[inline(always)]
            fn $function(self, other: f32) -> Self {
                Self(self.0.$function(other), self.1.$function(other))
            }
        }
    )+};
}

pairwise!(Add add, Sub sub, Mul mul, Div div);

/// The bits of a [`Pair`].
#[derive(Clone, Copy, Debug)]
pub struct PairBits<B>(B, B);

macro_rules! bitwise {
    ($($operator:ident $function:ident),+) => {$(
        impl<B: Bits> $operator for PairBits<B> {
            type Output = Self;
            #[inline(always)]
            fn $function(self, other: Self) -> Self {
                Self(self.0.$function(other.0), self.1.$function(other.1))
            }
        }
    )+};
}

bitwise!(Add add, Sub sub, BitAnd bitand);

impl<B: Bits> Bits for PairBits<B> {
    type Word = B::Word;

    #[inline(always)]
    fn splat(word: B::Word) -> Self {
        Self(B::splat(word), B::splat(word))
    }
    #[inline(always)]
    fn shl(self, by: u32) -> Self {
        Self(self.0.shl(by), self.1.shl(by))
    }
    #[inline(always)]
    fn shr(self, by: u32) -> Self {
        Self(self.0.shr(by), self.1.shr(by))
    }
}

impl<V: Lanes> Lanes for Pair<V>
where
    Self: Add<V::Scalar, Output = Self>
        + Sub<V::Scalar, Output = Self>
        + Mul<V::Scalar, Output = Self>
        + Div<V::Scalar, Output = Self>,
{
    type Scalar = V::Scalar;
    type Bits = PairBits<V::Bits>;

    #[inline(always)]
    fn splat(value: V::Scalar) -> Self {
        Self(V::splat(value), V::splat(value))
    }
    #[inline(always)]
    fn if_less(self, limit: V::Scalar, then: Self, otherwise: Self) -> Self {
        Self(
            self.0.if_less(limit, then.0, otherwise.0),
            self.1.if_less(limit, then.1, otherwise.1),
        )
    }
    #[inline(always)]
    fn if_equal(self, value: V::Scalar, then: Self, otherwise: Self) -> Self {
        Self(
            self.0.if_equal(value, then.0, otherwise.0),
            self.1.if_equal(value, then.1, otherwise.1),
        )
    }
    #[inline(always)]
    fn larger(self, other: Self) -> Self {
        Self(self.0.larger(other.0), self.1.larger(other.1))
    }
    #[inline(always)]
    fn bits(self) -> Self::Bits {
        PairBits(self.0.bits(), self.1.bits())
    }
    #[inline(always)]
    fn of_bits(bits: Self::Bits) -> Self {
        Self(V::of_bits(bits.0), V::of_bits(bits.1))
    }
}

impl<V: Group> Group for Pair<V>
where
    Self: Add<V::Scalar, Output = Self>
        + Sub<V::Scalar, Output = Self>
        + Mul<V::Scalar, Output = Self>
        + Div<V::Scalar, Output = Self>,
{
    const LEN: usize = 2 * V::LEN;
    const REGISTERS: usize = 2 * V::REGISTERS;

    #[inline(always)]
    fn load(numbers: &[V::Scalar]) -> Self {
        Self(V::load(numbers), V::load(&numbers[V::LEN..]))
    }
    #[inline(always)]
    fn store(self, numbers: &mut [V::Scalar]) {
        self.0.store(numbers);
        self.1.store(&mut numbers[V::LEN..]);
    }
    #[inline(always)]
    fn sum(self) -> V::Scalar {
        (self.0 + self.1).sum()
    }
    #[inline(always)]
    fn largest(self) -> V::Scalar {
        self.1.larger(self.0).largest()
    }
    #[inline(always)]
    fn equal(self, value: V::Scalar) -> u32 {
        self.0.equal(value) | self.1.equal(value) << V::LEN
    }
    #[inline(always)]
    fn ages(seen: u64, births: &[u64]) -> Self {
        Self(V::ages(seen, births), V::ages(seen, &births[V::LEN..]))
    }
    #[inline(always)]
    fn look_up(table: &[V::Scalar], mask: usize, seen: u64, births: &[u64]) -> Self {
        Self(
            V::look_up(table, mask, seen, births),
            V::look_up(table, mask, seen, &births[V::LEN..]),
        )
    }
}
