//! Going through a part of a series once more, from a mark that was left at its beginning.

use alloc::boxed::Box;

use super::State;
use super::transition::Scratch;
use crate::detector::Detector;
use crate::history::History;
use crate::observation_model::ObservationModel;
use crate::records::{Block, Records};

impl<M: ObservationModel + Clone, H: Clone> Detector<M, H> {
    /// A copy that takes observations in as this detector would, bit for bit. It knows nothing
    /// of the past but what that needs: no records, and no settled changepoints.
    pub(crate) fn mark(&self) -> Self {
        let state = &self.state;
        Self {
            model: self.model.clone(),
            hazard: self.hazard.clone(),
            pruning: self.pruning,
            isa: self.isa,
            state: State {
                hypotheses: state.hypotheses.clone(),
                segmentation: state.segmentation.without_settled(),
                records: None,
                ..*state
            },
            bank: self.bank.clone(),
            scratch: Scratch::default(),
            level: self.level,
        }
    }
}

impl<M: ObservationModel, H> Detector<M, H> {
    /// Writes the backward kernels of the steps from here on into `block`.
    pub(crate) fn begin_block(&mut self, block: Block) {
        let fresh = || Box::new(Records::new(History::Nothing, false));
        let records = self.state.records.get_or_insert_with(fresh);
        records.begin_block(block);
    }

    /// The backward kernels since then.
    pub(crate) fn take_block(&mut self) -> Option<Block> {
        let records = &mut self.state.records;
        let block = records.as_mut()?.take_block();
        if records.as_ref().is_some_and(|records| records.is_idle()) {
            *records = None;
        }
        block
    }
}
