//! The state of a detector as bytes.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::State;
use crate::detector::Detector;
use crate::hazard::Hazard;
use crate::observation_model::StoredModel;
use crate::snapshot::{self, SnapshotError};
use crate::soundness::{Sound, must};

impl<M: StoredModel, H: Hazard> Detector<M, H> {
    /// The state as bytes, versioned and checksummed. Model, hazard and pruning
    /// are not part of it.
    ///
    /// A detector restored from it goes on bit for bit as this one would.
    pub fn snapshot(&self) -> Vec<u8> {
        let bank = self.model.store(&self.bank);
        snapshot::seal(snapshot::Kind::State, &(&self.state, bank))
    }

    /// Takes over a state written by [`snapshot`](Self::snapshot) of a detector
    /// with the same model, hazard and pruning.
    ///
    /// # Errors
    /// If the bytes are no snapshot, of another version, damaged, or do not fit
    /// this model. The detector is then as before.
    pub fn restore(&mut self, bytes: &[u8]) -> Result<(), SnapshotError> {
        let content: (State<M::Scalar>, Vec<u8>) = snapshot::open(snapshot::Kind::State, bytes)?;
        let (state, bank) = content;
        let mut fresh = State::new(&self.pruning);
        let records = self.state.records.as_ref();
        fresh.records = records.map(|records| Box::new(records.emptied()));
        state
            .check(&self.pruning, &fresh, !self.model.may_refuse())
            .map_err(SnapshotError::Content)?;
        self.check_newest(&state).map_err(SnapshotError::Content)?;
        let starts = state.hypotheses.starts.iter();
        let lengths: Vec<u64> = starts.map(|start| state.time - start).collect();
        let bank = self.model.load(&bank, &lengths);
        let what = "the statistics are not of this model";
        self.bank = bank.ok_or(SnapshotError::Content(what))?;
        self.state = state;
        Ok(())
    }

    /// The newest hypotheses always stay. So where the hazard has acted on the most probable
    /// one, there is one that started with the last observation.
    fn check_newest(&self, state: &State<M::Scalar>) -> Sound {
        let hypotheses = &state.hypotheses;
        let (Some(&likely), Some(&newest)) = (
            hypotheses.starts.get(hypotheses.map),
            hypotheses.starts.last(),
        ) else {
            return Ok(());
        };
        let last = state.time - 1;
        // A model of the caller's may find a newborn impossible, and at irregular times the
        // hazard is another.
        let known = !self.model.may_refuse() && hypotheses.births.is_empty();
        let born = likely < last && self.hazard.hazard(last - likely) > 0.0;
        must(
            !(known && born) || newest == last,
            "no hypothesis started with the last observation",
        )
    }
}
