//! Random numbers that are the same for a seed on every platform.

use alloc::vec::Vec;

use rand_pcg::Pcg64;
use rand_pcg::rand_core::{Rng, SeedableRng};

use crate::interrupt::{STRIDE, go_on};

/// A seeded stream of random numbers: PCG XSL RR 128/64 (O'Neill 2014).
///
/// The numbers are part of what is promised: the same seed gives the same
/// stream on every platform and in every version of this crate with the same
/// minor number.
#[derive(Clone, Debug)]
pub struct Random(Pcg64);

impl Random {
    /// The stream of a seed.
    pub fn new(seed: u64) -> Self {
        Self(Pcg64::seed_from_u64(seed))
    }

    /// Uniform on [0, 1), a multiple of 2⁻⁵³.
    pub fn uniform(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// As many draws; `None` if there is no memory for them, or it is interrupted.
    pub(crate) fn series(
        &mut self,
        n: usize,
        mut draw: impl FnMut(&mut Self) -> f64,
    ) -> Option<Vec<f64>> {
        let mut values = Vec::new();
        values.try_reserve_exact(n).ok()?;
        while values.len() < n {
            if values.len().is_multiple_of(STRIDE) && !go_on() {
                return None;
            }
            values.push(draw(self));
        }
        Some(values)
    }

    /// Uniform on `0..n`; `n` must be positive.
    pub fn below(&mut self, n: u64) -> u64 {
        // The high half of a product; the bias is under n/2^64.
        let product = u128::from(self.0.next_u64()) * u128::from(n);
        (product >> 64) as u64
    }

    /// One of the items, given with their weights, each with the probability of
    /// its share of the sum; `None` if no weight is positive.
    pub(crate) fn choose<T: Copy>(&mut self, weighted: &[(T, f64)]) -> Option<T> {
        let total: f64 = weighted.iter().map(|&(_, weight)| weight).sum();
        let mut left = self.uniform() * total;
        let mut chosen = None;
        for &(item, weight) in weighted.iter().filter(|&&(_, weight)| weight > 0.0) {
            chosen = Some(item);
            left -= weight;
            if left < 0.0 {
                break;
            }
        }
        chosen
    }

    /// A draw from Beta(a, b), as a share of two gamma variables, which is
    /// possible for all a and b; `None` if one is not positive and finite.
    pub(crate) fn draw_beta(&mut self, a: f64, b: f64) -> Option<f64> {
        let x = self.draw(&rand_distr::Gamma::new(a, 1.0).ok()?);
        let y = self.draw(&rand_distr::Gamma::new(b, 1.0).ok()?);
        // Both are 0 where a and b are tiny: then p is 0 or 1.
        if x + y > 0.0 {
            Some(x / (x + y))
        } else {
            Some(f64::from(u8::from(self.uniform() * (a + b) < a)))
        }
    }

    /// A draw from a distribution.
    pub(crate) fn draw<T>(&mut self, distribution: &impl rand_distr::Distribution<T>) -> T {
        distribution.sample(&mut self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The stream of a seed is the same for ever.
    #[test]
    fn the_stream_is_pinned() {
        let mut random = Random::new(1);
        let first: [f64; 3] = core::array::from_fn(|_| random.uniform());
        assert_eq!(
            first,
            [
                0.839_873_658_525_924_9,
                0.017_298_675_035_571_365,
                0.113_901_710_204_166_62
            ]
        );
    }

    #[test]
    fn choices_have_their_shares() {
        let mut random = Random::new(2);
        let weighted = [('a', 0.0), ('b', 1.0), ('c', 0.0), ('d', 3.0), ('e', 0.0)];
        let n = 40_000;
        let hits = (0..n)
            .filter(|_| random.choose(&weighted) == Some('d'))
            .count();
        assert!((hits as f64 / f64::from(n) - 0.75).abs() < 0.01);
        assert_eq!(random.choose(&[('a', 0.0)]), None);
    }
}
