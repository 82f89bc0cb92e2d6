//! The state of a detector as bytes.

use alloc::boxed::Box;
use alloc::vec::Vec;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::State;
use crate::records::Records;
use crate::snapshot::{self, SnapshotError};
use crate::{Bank, Detector, Hazard, ObservationModel, Real};

impl<M: ObservationModel, H: Hazard> Detector<M, H>
where
    M::Bank: Serialize + DeserializeOwned,
{
    /// The state as bytes, versioned and checksummed. Model, hazard and pruning
    /// are not part of it.
    ///
    /// A detector restored from it goes on bit for bit as this one would.
    pub fn to_bytes(&self) -> Vec<u8> {
        snapshot::seal(snapshot::Kind::State, &self.state)
    }

    /// Takes over a state written by [`to_bytes`](Self::to_bytes) of a detector
    /// with the same model, hazard and pruning.
    ///
    /// # Errors
    /// If the bytes are no snapshot, of another version, damaged, or do not fit
    /// this model. The detector is then as before.
    pub fn restore(&mut self, bytes: &[u8]) -> Result<(), SnapshotError> {
        let state = snapshot::open(snapshot::Kind::State, bytes)?;
        self.adopt(state)
    }

    fn adopt(&mut self, state: State<M::Scalar, M::Bank>) -> Result<(), SnapshotError> {
        let asked = |records: &Option<Box<Records>>| {
            records
                .as_ref()
                .map(|records| (records.keep, records.follows_shifts()))
        };
        let same_records = asked(&state.records) == asked(&self.state.records);
        if state.is_sound() && self.model.is_sound(&state.bank) && same_records {
            self.state = state;
            Ok(())
        } else {
            Err(SnapshotError::Content(
                "the state contradicts itself or the model",
            ))
        }
    }
}

impl<F: Real, B: Bank> State<F, B> {
    /// Whether every index is inside and every weight a weight.
    fn is_sound(&self) -> bool {
        let hypotheses = &self.hypotheses;
        let n = hypotheses.len();
        let lengths = [
            hypotheses.leaves.len(),
            hypotheses.ln_weights.len(),
            hypotheses.weights.len(),
            hypotheses.map_gains.len(),
            self.bank.len(),
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
