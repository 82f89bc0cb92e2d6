//! Statistics of the models of a product.

use alloc::vec::Vec;

use crate::bank::{Bank, Column};
use crate::erased::{AnyBank, AnyModel};
use crate::observation_model::ObservationModel;
#[cfg(feature = "serde")]
use crate::snapshot;

/// The bank of a [`Product`](super::Product): that of the model of each number.
#[derive(Clone, Debug)]
pub struct ProductBank {
    pub(super) inner: Vec<AnyBank>,
    /// P(a number of the last observation is an outlier); follows from the banks.
    p_outlier: Option<Column<f64>>,
}

impl ProductBank {
    pub(super) fn new(inner: Vec<AnyBank>, knows_outliers: bool, capacity: usize) -> Self {
        Self {
            inner,
            p_outlier: knows_outliers.then(|| Column::new(0.0, capacity)),
        }
    }

    /// There is one hypothesis more in the inner banks.
    pub(super) fn spawn(&mut self) {
        if let Some(p_outlier) = &mut self.p_outlier {
            p_outlier.push(0.0);
        }
    }

    /// There are so many hypotheses in the inner banks, and there were none.
    #[cfg(feature = "serde")]
    pub(super) fn fill(&mut self, len: usize) {
        (0..len).for_each(|_| self.spawn());
    }

    pub(super) fn p_outlier(&self) -> &[f64] {
        self.p_outlier.as_ref().map_or(&[], Column::live)
    }

    /// Puts together what the models have said of the last observation: an outlier is one of
    /// its numbers at least.
    pub(super) fn note_outliers(&mut self, models: &[AnyModel]) {
        let Some(p_outlier) = &mut self.p_outlier else {
            return;
        };
        let together = p_outlier.live_mut();
        together.fill(0.0);
        for (model, inner) in models.iter().zip(&self.inner) {
            if model.knows_outliers() {
                let each = together.iter_mut().zip(model.p_outlier(inner));
                each.for_each(|(p, rho)| *p += (1.0 - *p) * rho);
            }
        }
    }

    /// Whether all banks have as many hypotheses.
    pub(super) fn is_sound(&self, models: &[AnyModel]) -> bool {
        let len = self.len();
        let outliers = self.p_outlier.as_ref();
        self.inner.len() == models.len()
            && self.inner.iter().all(|inner| inner.len() == len)
            && outliers.is_none_or(|outliers| outliers.len() == len)
    }

    /// The bytes of the inner banks, as bytes.
    #[cfg(feature = "serde")]
    pub(super) fn store(inner: &[Vec<u8>]) -> Vec<u8> {
        snapshot::encode(inner)
    }

    /// The inner banks that [`store`](Self::store) made these bytes of, so many of them.
    #[cfg(feature = "serde")]
    pub(super) fn load(
        bytes: &[u8],
        models: usize,
        load: impl Fn(usize, &[u8]) -> Option<AnyBank>,
    ) -> Option<Vec<AnyBank>> {
        let inner: Vec<Vec<u8>> = snapshot::decode(bytes)?;
        if inner.len() != models {
            return None;
        }
        let banks = inner.iter().enumerate().map(|(j, inner)| load(j, inner));
        banks.collect()
    }
}

impl Bank for ProductBank {
    #[inline(always)]
    fn len(&self) -> usize {
        self.inner.first().map_or(0, Bank::len)
    }

    fn clear(&mut self) {
        self.inner.iter_mut().for_each(Bank::clear);
        self.p_outlier.iter_mut().for_each(Column::clear);
    }

    fn prefetch(&self) {
        self.inner.iter().for_each(Bank::prefetch);
    }

    fn pop(&mut self) {
        self.inner.iter_mut().for_each(Bank::pop);
        if let Some(column) = &mut self.p_outlier {
            column.pop();
        }
    }

    fn keep(&mut self, kept: &[u32]) {
        for inner in &mut self.inner {
            inner.keep(kept);
        }
        if let Some(column) = &mut self.p_outlier {
            column.keep(kept);
        }
    }
}
