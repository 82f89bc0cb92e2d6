//! Statistics beside what a step has said.

use alloc::vec::Vec;

use crate::bank::Bank;
use crate::real::Real;

/// The bank of a model with a resolution: that of the model, and what the last step has said.
#[derive(Debug)]
pub struct ResolutionBank<B, F> {
    pub(super) inner: B,
    /// ln p of the last observation; of interest only until the step has read it.
    pub(super) ln_predictive: f64,
    /// The log weights before it, kept so that not every step allocates.
    before: Vec<F>,
}

impl<B: Clone, F> Clone for ResolutionBank<B, F> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            ln_predictive: self.ln_predictive,
            before: Vec::new(),
        }
    }
}

impl<B, F> ResolutionBank<B, F> {
    pub(super) fn new(inner: B) -> Self {
        Self {
            inner,
            ln_predictive: 0.0,
            before: Vec::new(),
        }
    }

    /// The statistics, and what a step works in.
    pub(super) fn parts(&mut self) -> (&mut B, &mut Vec<F>) {
        (&mut self.inner, &mut self.before)
    }
}

impl<B: Bank, F: Real> Bank for ResolutionBank<B, F> {
    #[inline(always)]
    fn len(&self) -> usize {
        self.inner.len()
    }

    fn clear(&mut self) {
        self.inner.clear();
    }

    #[inline]
    fn prefetch(&self) {
        self.inner.prefetch();
    }

    fn pop(&mut self) {
        self.inner.pop();
    }

    fn keep(&mut self, kept: &[u32]) {
        self.inner.keep(kept);
    }
}
