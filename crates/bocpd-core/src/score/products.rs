//! ln (z)ₖ as a product, for models of counts.

use crate::lanes::Group;
use crate::real::Real;

/// The factors of a factorial that products may be divided by.
pub(crate) const INVERSES: usize = 64;

/// 1, ½, ⅓, …
const INVERSE: [f64; INVERSES] = {
    let mut inverses = [1.0; INVERSES];
    let mut i = 1;
    while i < INVERSES {
        inverses[i] = 1.0 / (i + 1) as f64;
        i += 1;
    }
    inverses
};

/// One running product for each lane of `G` groups side by side, whose logarithm
/// is taken before it can leave the range of the type.
pub(crate) struct Products<L, const G: usize> {
    running: [L; G],
    /// How many factors the products have.
    factors: u64,
}

impl<F: Real, L: Group<Scalar = F>, const G: usize> Products<L, G> {
    /// Products of nothing.
    #[inline(always)]
    pub(crate) fn new() -> Self {
        Self {
            running: [L::splat(F::one()); G],
            factors: 0,
        }
    }

    /// Multiplies by Π (z + i)·scale over i < k, where every factor lies between
    /// 1e-15 and 1e15; what has grown long goes into `ln_joint`.
    #[inline(always)]
    pub(crate) fn rise(
        &mut self,
        k: u64,
        z: &[L; G],
        scale: &[L; G],
        ln_joint: &mut [F::Array; G],
    ) {
        let mut i = 0;
        while i < k {
            let end = k.min(i + self.room(ln_joint));
            let mut offset = F::of(i as f64);
            for _ in i..end {
                for g in 0..G {
                    self.running[g] = self.running[g] * ((z[g] + offset) * scale[g]);
                }
                offset += F::one();
            }
            self.factors += end - i;
            i = end;
        }
    }

    /// The same with every factor divided by i + 1, for k up to [`INVERSES`].
    #[inline(always)]
    pub(crate) fn choose(
        &mut self,
        k: u64,
        z: &[L; G],
        scale: &[L; G],
        ln_joint: &mut [F::Array; G],
    ) {
        let mut inverses = INVERSE.iter();
        let mut i = 0;
        while i < k {
            let end = k.min(i + self.room(ln_joint));
            let mut offset = F::of(i as f64);
            for (_, &inverse) in (i..end).zip(&mut inverses) {
                // As near as a quotient of this type: a double has more than twice
                // the digits of a single.
                let share = F::of(inverse);
                for g in 0..G {
                    let scale = scale[g] * share;
                    self.running[g] = self.running[g] * ((z[g] + offset) * scale);
                }
                offset += F::one();
            }
            self.factors += end - i;
            i = end;
        }
    }

    /// How many factors there is room for, after a logarithm if need be.
    #[inline(always)]
    fn room(&mut self, ln_joint: &mut [F::Array; G]) -> u64 {
        if self.factors == F::FACTORS {
            self.finish(ln_joint);
        }
        F::FACTORS - self.factors
    }

    /// Adds the logarithms to `ln_joint`; the products are 1 again.
    #[inline(always)]
    pub(crate) fn finish(&mut self, ln_joint: &mut [F::Array; G]) {
        if self.factors > 0 {
            for g in 0..G {
                let ln_joint = ln_joint[g].as_mut();
                (L::load(ln_joint) + F::ln_normal(self.running[g])).store(ln_joint);
            }
            *self = Self::new();
        }
    }
}
