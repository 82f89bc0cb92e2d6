//! ln (z)ₖ as a product, for models of counts.

use crate::Real;
use crate::kernel::Room;

/// Hypotheses whose products are in registers at a time; divides every
/// [`Real::LANES`].
const GROUP: usize = 8;

/// One running product per hypothesis of a block, whose logarithm is taken
/// before it can leave the range of the type.
pub(super) struct Products<F> {
    room: Room<F>,
    /// How many factors the products have; without any they are 1, whatever the
    /// room holds.
    factors: u64,
}

impl<F: Real> Products<F> {
    #[inline(always)]
    pub(super) fn new() -> Self {
        Self {
            room: Room::new(),
            factors: 0,
        }
    }

    /// Multiplies by Π (z + i)·scale over i < k, each divided by i + 1 if
    /// `CHOOSE`, where every factor lies between 1e-15 and 1e15; what has grown
    /// long goes into `ln_joint`.
    #[inline(always)]
    pub(super) fn rise<const CHOOSE: bool>(
        &mut self,
        k: u64,
        [z, scale]: [&[F]; 2],
        ln_joint: &mut [F],
    ) {
        let n = ln_joint.len();
        let (z, _) = z[..n].as_chunks::<GROUP>();
        let (scale, _) = scale[..n].as_chunks::<GROUP>();
        let mut i = 0;
        while i < k {
            if self.factors == F::FACTORS {
                self.finish(ln_joint);
            }
            let end = k.min(i + F::FACTORS - self.factors);
            let (products, _) = self.room.0[..n].as_chunks_mut::<GROUP>();
            // A group at a time, in registers: its factors follow each other.
            for ((product, z), scale) in products.iter_mut().zip(z).zip(scale) {
                let mut running = if self.factors == 0 {
                    [F::one(); GROUP]
                } else {
                    *product
                };
                let mut offset = F::of(i as f64);
                for _ in i..end {
                    let next = offset + F::one();
                    let share = if CHOOSE { F::one() / next } else { F::one() };
                    for l in 0..GROUP {
                        let scale = if CHOOSE { scale[l] * share } else { scale[l] };
                        running[l] *= (z[l] + offset) * scale;
                    }
                    offset = next;
                }
                *product = running;
            }
            self.factors += end - i;
            i = end;
        }
    }

    /// Adds the logarithms to `ln_joint`; the products are 1 again.
    #[inline(always)]
    pub(super) fn finish(&mut self, ln_joint: &mut [F]) {
        if self.factors > 0 {
            let n = ln_joint.len();
            let product = &self.room.0[..n];
            for l in 0..n {
                ln_joint[l] += product[l].vln_normal();
            }
            self.factors = 0;
        }
    }
}
