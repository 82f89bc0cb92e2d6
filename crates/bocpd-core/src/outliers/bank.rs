//! Statistics beside what was said of the last observation.

#[cfg(feature = "serde")]
use alloc::vec::Vec;

use crate::bank::{Bank, Column};
use crate::real::Real;
use crate::score::Verdict;
#[cfg(feature = "serde")]
use crate::snapshot;

/// The bank of a model with outliers: that of the model, and for each hypothesis the
/// probability that the last observation was an outlier.
#[derive(Clone, Debug)]
pub struct OutlierBank<B, F: Real> {
    pub(super) inner: B,
    /// 0 where the last observation is missing.
    pub(super) rho: Column<F>,
    /// What a step works in, kept so that not every step allocates.
    scratch: Scratch<F>,
}

/// Lists whose contents do not matter.
#[derive(Debug)]
struct Scratch<F: Real>(Verdict<F>);

impl<F: Real> Clone for Scratch<F> {
    fn clone(&self) -> Self {
        Self(Verdict::default())
    }
}

impl<B: Bank, F: Real> OutlierBank<B, F> {
    pub(super) fn new(inner: B, capacity: usize) -> Self {
        Self {
            inner,
            rho: Column::new(F::zero(), capacity),
            scratch: Scratch(Verdict::default()),
        }
    }

    /// The statistics, and what a step works in.
    pub(super) fn parts(&mut self) -> (&mut B, &mut Verdict<F>) {
        (&mut self.inner, &mut self.scratch.0)
    }

    /// Keeps what the hypotheses have said of the last observation.
    pub(super) fn note(&mut self) {
        let live = self.rho.len();
        let rho = &self.scratch.0.rho()[..live];
        self.rho.live_mut().copy_from_slice(rho);
    }

    /// Whether there is a probability for each hypothesis.
    pub(super) fn is_sound(&self) -> bool {
        let is_probability = |&p: &F| p >= F::zero() && p <= F::one();
        self.rho.len() == self.inner.len() && self.rho.live().iter().all(is_probability)
    }

    /// The bytes of the inner bank and the probabilities, as bytes.
    #[cfg(feature = "serde")]
    pub(super) fn store(&self, inner: Vec<u8>) -> Vec<u8> {
        snapshot::encode(&(inner, self.rho.live()))
    }

    /// What [`store`](Self::store) made these bytes of, for `len` hypotheses.
    #[cfg(feature = "serde")]
    pub(super) fn load(
        bytes: &[u8],
        len: usize,
        load: impl FnOnce(&[u8]) -> Option<B>,
    ) -> Option<Self> {
        let (inner, rho): (Vec<u8>, Vec<F>) = snapshot::decode(bytes)?;
        let mut bank = Self::new(load(&inner)?, len);
        for rho in rho {
            bank.rho.push(rho);
        }
        (bank.inner.len() == len && bank.is_sound()).then_some(bank)
    }
}

impl<B: Bank, F: Real> Bank for OutlierBank<B, F> {
    #[inline(always)]
    fn len(&self) -> usize {
        self.rho.len()
    }

    fn clear(&mut self) {
        self.inner.clear();
        self.rho.clear();
    }

    #[inline]
    fn prefetch(&self) {
        self.inner.prefetch();
        crate::kernel::prefetch(self.rho.padded());
    }

    fn pop(&mut self) {
        self.inner.pop();
        self.rho.pop();
    }

    fn keep(&mut self, kept: &[u32]) {
        self.inner.keep(kept);
        self.rho.keep(kept);
    }
}
