//! Going through a part of a series once more, under all models.

use super::AnyDetector;
use crate::records::Block;

impl AnyDetector {
    /// A copy that takes observations in as this detector would, bit for bit, and knows nothing
    /// of the past but what that needs. It raises no alarms.
    pub(crate) fn mark(&self) -> Self {
        Self {
            config: self.config.clone(),
            dimension: self.dimension,
            detector: self.detector.mark(),
            alarms: None,
            choice: self.choice.as_ref().map(|choice| choice.mark().into()),
        }
    }

    /// Which of the models is the most probable one: its number in
    /// [`model_probabilities`](Self::model_probabilities).
    pub(crate) fn leader(&self) -> usize {
        self.choice.as_ref().map_or(0, |choice| choice.leader)
    }

    /// Writes the backward kernels of the steps from here on down, in the memory of `spare`.
    pub(crate) fn begin_block(&mut self, spare: Block) {
        self.detector.begin_block(spare.emptied(self.leader()));
        if let Some(choice) = &mut self.choice {
            choice.begin_blocks();
        }
    }

    /// The backward kernels since then, as the filter of a model has them. Up to the moment
    /// from which that model was tried again they are those of the leader.
    pub(crate) fn take_block(&mut self, model: usize) -> Block {
        let block = match &mut self.choice {
            Some(choice) => choice.take_block(model, &mut self.detector),
            None => self.detector.take_block(),
        };
        block.unwrap_or_default()
    }
}
