//! ln (z)ₖ as a product, for models of counts.

use crate::Real;
use crate::kernel::{BLOCK, Room};

/// One running product per hypothesis of a block, whose logarithm is taken
/// before it can leave the range of the type.
pub(super) struct Products<F> {
    room: Room<F>,
    exponents: Room<F>,
    /// How many factors the products have.
    factors: u64,
}

impl<F: Real> Products<F> {
    #[inline(always)]
    pub(super) fn new() -> Self {
        Self {
            room: Room([F::one(); BLOCK]),
            exponents: Room::new(),
            factors: 0,
        }
    }

    /// Multiplies by Π (z + i)·scale·`share(i)` over i < k, where every factor
    /// lies between 1e-15 and 1e15; what has grown long goes into `ln_joint`.
    #[inline(always)]
    pub(super) fn rise(
        &mut self,
        k: u64,
        [z, scale]: [&[F]; 2],
        share: impl Fn(f64) -> f64,
        ln_joint: &mut [F],
    ) {
        let n = ln_joint.len();
        let (z, scale) = (&z[..n], &scale[..n]);
        let mut i = 0;
        while i < k {
            if self.factors == F::FACTORS {
                self.finish(ln_joint);
            }
            let end = k.min(i + F::FACTORS - self.factors);
            self.factors += end - i;
            let product = &mut self.room.0[..n];
            while i < end {
                let (offset, share) = (F::of(i as f64), F::of(share(i as f64)));
                for l in 0..n {
                    product[l] *= (z[l] + offset) * (scale[l] * share);
                }
                i += 1;
            }
        }
    }

    /// Adds the logarithms to `ln_joint`; the products are 1 again.
    #[inline(always)]
    pub(super) fn finish(&mut self, ln_joint: &mut [F]) {
        if self.factors == 0 {
            return;
        }
        let n = ln_joint.len();
        let (product, exponent) = (&mut self.room.0[..n], &mut self.exponents.0[..n]);
        for l in 0..n {
            (product[l], exponent[l]) = product[l].ln_split();
        }
        for l in 0..n {
            ln_joint[l] += F::growth_join(product[l], exponent[l]);
        }
        product.fill(F::one());
        self.factors = 0;
    }
}
