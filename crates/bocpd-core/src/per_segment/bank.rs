//! Statistics of several models, and how probable each model is.

use alloc::vec::Vec;

use crate::bank::{Bank, Column};
use crate::math::ln_sum_exp;
#[cfg(feature = "serde")]
use crate::snapshot;

/// The bank of a choice among models: that of each, and for each hypothesis ln π of each.
#[derive(Clone, Debug)]
pub struct PerSegmentBank<B> {
    pub(super) inner: Vec<B>,
    pub(super) ln_weights: Vec<Column<f64>>,
}

/// How far the logarithm of a sum of probabilities may be from 0.
const ROUNDING: f64 = 1e-9;

impl<B: Bank> PerSegmentBank<B> {
    pub(super) fn new(inner: impl Iterator<Item = B>, capacity: usize) -> Self {
        let inner: Vec<B> = inner.collect();
        let column = || Column::new(f64::NEG_INFINITY, capacity);
        Self {
            ln_weights: inner.iter().map(|_| column()).collect(),
            inner,
        }
    }

    /// ln π of each model under a hypothesis.
    pub(super) fn ln_weights_of(&self, hypothesis: usize) -> Vec<f64> {
        let columns = self.ln_weights.iter();
        columns.map(|column| column.live()[hypothesis]).collect()
    }

    /// Whether there are probabilities for each hypothesis, or the hypothesis is impossible.
    pub(super) fn is_sound(&self) -> bool {
        let len = self.len();
        let complete = self.inner.iter().all(|inner| inner.len() == len)
            && self.ln_weights.iter().all(|column| column.len() == len);
        complete
            && (0..len).all(|i| {
                let all = self.ln_weights_of(i);
                let sum = ln_sum_exp(&all);
                all.iter().all(|ln| !ln.is_nan())
                    && (sum == f64::NEG_INFINITY || sum.abs() <= ROUNDING)
            })
    }

    /// The bytes of the inner banks and the log weights, as bytes.
    #[cfg(feature = "serde")]
    pub(super) fn store(&self, inner: Vec<Vec<u8>>) -> Vec<u8> {
        let ln_weights: Vec<&[f64]> = self.ln_weights.iter().map(Column::live).collect();
        snapshot::encode(&(inner, ln_weights))
    }

    /// What [`store`](Self::store) made these bytes of, for `len` hypotheses and so many
    /// models.
    #[cfg(feature = "serde")]
    pub(super) fn load(
        bytes: &[u8],
        len: usize,
        models: usize,
        load: impl Fn(usize, &[u8]) -> Option<B>,
    ) -> Option<Self> {
        let (inner, ln_weights): (Vec<Vec<u8>>, Vec<Vec<f64>>) = snapshot::decode(bytes)?;
        if inner.len() != models || ln_weights.len() != models {
            return None;
        }
        let mut banks = Vec::with_capacity(models);
        for (k, inner) in inner.iter().enumerate() {
            banks.push(load(k, inner)?);
        }
        let mut bank = Self::new(banks.into_iter(), len);
        for (column, values) in bank.ln_weights.iter_mut().zip(ln_weights) {
            for value in values {
                column.push(value);
            }
        }
        (bank.len() == len && bank.is_sound()).then_some(bank)
    }
}

impl<B: Bank> Bank for PerSegmentBank<B> {
    fn len(&self) -> usize {
        self.ln_weights.first().map_or(0, Column::len)
    }

    fn clear(&mut self) {
        self.inner.iter_mut().for_each(Bank::clear);
        self.ln_weights.iter_mut().for_each(Column::clear);
    }

    fn pop(&mut self) {
        self.inner.iter_mut().for_each(Bank::pop);
        for column in &mut self.ln_weights {
            column.pop();
        }
    }

    fn keep(&mut self, kept: &[u32]) {
        for inner in &mut self.inner {
            inner.keep(kept);
        }
        for column in &mut self.ln_weights {
            column.keep(kept);
        }
    }
}
