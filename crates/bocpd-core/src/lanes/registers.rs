//! What the types of all registers have in common, as macros over intrinsics.
//!
//! A register of an instruction set is a type whose operations use instructions that
//! the machine must have. Values of such types come up only inside
//! [`Isa::run_lanes`](crate::kernel::Isa), which has seen to it; that is what every `unsafe`
//! here and beside here relies on. Pointers are of slices that are long enough.

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
        add $add:ident, sub $sub:ident, and $and:ident, shl $shl:expr, shr $shr:expr
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
                Self(unsafe { $set(word as $signed) })
            }
            #[inline(always)]
            fn shl(self, by: u32) -> Self {
                Self(unsafe { $shl(self.0, by) })
            }
            #[inline(always)]
            fn shr(self, by: u32) -> Self {
                Self(unsafe { $shr(self.0, by) })
            }
        }
    };
}

macro_rules! lanes {
    (
        $name:ident($register:ident): $len:literal of $float:ident, bits $bits:ident,
        splat $set:ident, add $add:ident, sub $sub:ident, mul $mul:ident, div $div:ident,
        max $max:expr, load $load:ident, store $store:ident,
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
            const REGISTERS: usize = 1;

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

pub(super) use {bits, lanes, operators};
