//! Observations that are one number.

use crate::distribution::Among;

/// An observation that is one number, so that an outlier can be one.
pub trait OneNumber: sealed::Sealed {
    /// The number: the first of several. Counts may be off by what arithmetic leaves.
    #[doc(hidden)]
    fn number(&self, among: Among) -> f64;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for f64 {}
    impl Sealed for f32 {}
    impl Sealed for u64 {}
    impl Sealed for [f64] {}
}

impl OneNumber for f64 {
    #[inline(always)]
    fn number(&self, _: Among) -> f64 {
        *self
    }
}

impl OneNumber for f32 {
    #[inline(always)]
    fn number(&self, _: Among) -> f64 {
        f64::from(*self)
    }
}

impl OneNumber for u64 {
    #[inline(always)]
    fn number(&self, _: Among) -> f64 {
        *self as f64
    }
}

/// A row of one number.
impl OneNumber for [f64] {
    #[inline(always)]
    fn number(&self, among: Among) -> f64 {
        let number = self.first().copied().unwrap_or(0.0);
        match among {
            Among::Reals | Among::Positives => number,
            // A count is taken as the nearest integer by all models.
            Among::Counts => libm::round(number) + 0.0,
        }
    }
}
