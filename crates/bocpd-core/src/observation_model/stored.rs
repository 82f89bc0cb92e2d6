//! Models whose statistics can be written into a snapshot.

use alloc::vec::Vec;

use super::ObservationModel;
use crate::bank::{Bank, StoredBank};
use crate::snapshot;

mod sealed {
    pub trait Sealed {}
}

pub(crate) use sealed::Sealed;

/// A model whose bank can be bytes. Every model is one whose bank serde can write and
/// read, and [`AnyModel`](crate::any::AnyModel) is one.
///
/// Sealed: bytes are only read back by what wrote them, so nobody else implements it.
pub trait StoredModel: ObservationModel + Sealed {
    /// The statistics of all hypotheses as bytes.
    fn store(&self, bank: &Self::Bank) -> Vec<u8>;

    /// The statistics that [`store`](Self::store) made these bytes of; `None` if they
    /// cannot be statistics of this model, of hypotheses whose segments have so many
    /// observations, missing ones included.
    fn load(&self, bytes: &[u8], lengths: &[u64]) -> Option<Self::Bank>;
}

impl<M: ObservationModel<Bank: StoredBank>> Sealed for M {}

impl<M: ObservationModel<Bank: StoredBank>> StoredModel for M {
    fn store(&self, bank: &Self::Bank) -> Vec<u8> {
        snapshot::encode(bank)
    }

    fn load(&self, bytes: &[u8], lengths: &[u64]) -> Option<Self::Bank> {
        let bank: M::Bank = snapshot::decode(bytes)?;
        (bank.len() == lengths.len() && self.is_sound(&bank, lengths)).then_some(bank)
    }
}
