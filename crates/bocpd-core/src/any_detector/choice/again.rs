//! The filters of all models once more through a part of a series.

use alloc::boxed::Box;

use super::{Choice, Contestant};
use crate::any_detector::Filter;
use crate::records::Block;

impl Choice {
    /// A copy whose filters are [marks](Filter::mark).
    pub(in crate::any_detector) fn mark(&self) -> Self {
        let mark = |one: &Contestant| Contestant {
            model: one.model.clone(),
            hazard: one.hazard.clone(),
            filter: one.filter.as_ref().map(|filter| Box::new(filter.mark())),
            ..*one
        };
        Self {
            contestants: self.contestants.iter().map(mark).collect(),
            ..*self
        }
    }

    /// Lets every filter but the leader's write its backward kernels into a block of its own. A
    /// model that is tried again goes on with what the leader has written.
    pub(in crate::any_detector) fn begin_blocks(&mut self) {
        for (model, one) in self.contestants.iter_mut().enumerate() {
            if let Some(filter) = &mut one.filter {
                filter.begin_block(Block::default().emptied(model));
            }
        }
    }

    /// The block of a model; `leader` is the leader's filter.
    pub(in crate::any_detector) fn take_block(
        &mut self,
        model: usize,
        leader: &mut Filter,
    ) -> Option<Block> {
        let of_leader = leader.take_block();
        let others = self.contestants.iter_mut().enumerate();
        let wanted = others.fold(None, |wanted, (i, one)| {
            let block = one.filter.as_mut().and_then(|filter| filter.take_block());
            if i == model { block } else { wanted }
        });
        if model == self.leader {
            of_leader
        } else {
            wanted
        }
    }
}
