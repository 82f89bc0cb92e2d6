//! The state of a detector as bytes.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::State;
use crate::records::Records;
use crate::snapshot::{self, SnapshotError};
use crate::{Bank, Detector, Hazard, Real, StoredModel};

impl<M: StoredModel, H: Hazard> Detector<M, H> {
    /// The state as bytes, versioned and checksummed. Model, hazard and pruning
    /// are not part of it.
    ///
    /// A detector restored from it goes on bit for bit as this one would.
    pub fn to_bytes(&self) -> Vec<u8> {
        let bank = self.model.store(&self.bank);
        snapshot::seal(snapshot::Kind::State, &(&self.state, bank))
    }

    /// Takes over a state written by [`to_bytes`](Self::to_bytes) of a detector
    /// with the same model, hazard and pruning.
    ///
    /// # Errors
    /// If the bytes are no snapshot, of another version, damaged, or do not fit
    /// this model. The detector is then as before.
    pub fn restore(&mut self, bytes: &[u8]) -> Result<(), SnapshotError> {
        let content: (State<M::Scalar>, Vec<u8>) = snapshot::open(snapshot::Kind::State, bytes)?;
        let (state, bank) = content;
        match self.model.load(&bank) {
            Some(bank) => self.adopt(state, bank),
            None => Err(SnapshotError::Content(
                "the statistics are not of this model",
            )),
        }
    }

    fn adopt(&mut self, state: State<M::Scalar>, bank: M::Bank) -> Result<(), SnapshotError> {
        let asked = |records: &Option<Box<Records>>| {
            records
                .as_ref()
                .map(|records| (records.keep, records.follows_shifts()))
        };
        let same_records = asked(&state.records) == asked(&self.state.records);
        if state.is_sound() && state.hypotheses.len() == bank.len() && same_records {
            (self.state, self.bank) = (state, bank);
            Ok(())
        } else {
            Err(SnapshotError::Content(
                "the state contradicts itself or the model",
            ))
        }
    }
}

impl<F: Real> State<F> {
    /// Whether every index is inside and every weight a weight.
    fn is_sound(&self) -> bool {
        let hypotheses = &self.hypotheses;
        let n = hypotheses.len();
        let lengths = [
            hypotheses.leaves.len(),
            hypotheses.ln_weights.len(),
            hypotheses.weights.len(),
            hypotheses.map_gains.len(),
        ];
        let births = hypotheses.births.len();
        lengths.iter().all(|&len| len == n)
            && (births == 0 || births == n)
            && (n == 0) == (self.time == 0)
            && (n == 0
                || [hypotheses.map, hypotheses.best, self.oldest]
                    .iter()
                    .all(|&i| i < n)
                    && hypotheses.best_joint == hypotheses.joint(hypotheses.best))
            && hypotheses.starts.is_sorted_by(|a, b| a < b)
            && hypotheses
                .starts
                .last()
                .is_none_or(|&start| start < self.time)
            && hypotheses
                .ln_weights
                .live()
                .iter()
                .all(|w| !w.is_nan() && *w < F::infinity())
            && hypotheses
                .weights
                .live()
                .iter()
                .all(|w| *w >= F::zero() && w.is_finite())
            && hypotheses.total > F::zero()
            && hypotheses.total.is_finite()
            && self
                .segmentation
                .is_sound(&hypotheses.leaves, &hypotheses.starts)
            && self
                .records
                .iter()
                .all(|records| records.is_sound(self.time))
    }
}
