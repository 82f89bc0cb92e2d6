//! The same stream under another model: from the beginning, or from here on.

use num_traits::{One, Zero};

use super::transition::Scratch;
use super::{One as OneStep, State};
use crate::detector::{Detector, Step};
use crate::error::UpdateError;
use crate::hazard::Hazard;
use crate::observation::Observation;
use crate::observation_model::ObservationModel;

impl<M: ObservationModel + Clone, H: Hazard + Clone> Detector<M, H> {
    /// The same detector with another model and another hazard, which has seen nothing.
    pub(crate) fn fresh(&self, model: M, hazard: H) -> Self {
        let mut state = State::new(&self.pruning);
        state.records.clone_from(&self.state.records);
        if let Some(records) = &mut state.records {
            records.clear();
        }
        Self {
            bank: model.bank(0),
            model,
            hazard,
            pruning: self.pruning,
            isa: self.isa,
            state,
            scratch: Scratch::default(),
            level: self.level,
        }
    }

    /// Takes in an observation, `None` where it is missing, `elapsed` after the previous one
    /// if that is given.
    ///
    /// # Errors
    /// As [`update_with`](Self::update_with).
    pub(crate) fn step_with(
        &mut self,
        x: Option<Observation<'_, M::Obs>>,
        elapsed: Option<f64>,
    ) -> Result<Step, UpdateError> {
        self.isa.run(OneStep {
            detector: self,
            x,
            elapsed,
        })
    }

    /// What this detector would know had the stream another model and another hazard from its
    /// last observation on: a new segment begins there for certain, of which nothing is known yet, and what
    /// lies before is as this detector has it.
    ///
    /// `None` if no segment can have begun there, or before any observation.
    pub(crate) fn reborn(&self, model: M, hazard: H) -> Option<Self> {
        let newest = self.state.hypotheses.len().checked_sub(1)?;
        if self.state.hypotheses.starts[newest] + 1 != self.state.time {
            return None;
        }
        let mut bank = model.bank(0);
        model.spawn(&mut bank);
        // The last observation belongs to the segment and is not absorbed.
        model.pass(&mut bank);
        let mut reborn = self.clone();
        (reborn.model, reborn.bank, reborn.hazard) = (model, bank, hazard);
        reborn.keep_only(newest);
        Some(reborn)
    }

    /// Lets go of all hypotheses but one, which becomes certain.
    fn keep_only(&mut self, kept: usize) {
        let state = &mut self.state;
        let hypotheses = &mut state.hypotheses;
        let leaves = hypotheses.leaves.iter().enumerate();
        let removed = leaves.filter(|&(i, _)| i != kept).map(|(_, &leaf)| leaf);
        state.segmentation.release(removed);
        let position = u32::try_from(kept).expect("fewer than 2^32 hypotheses");
        hypotheses.keep(&[position]);
        hypotheses.ln_weights.live_mut()[0] = M::Scalar::zero();
        hypotheses.weights.live_mut()[0] = M::Scalar::one();
        hypotheses.recount(self.isa);
        let (leaves, starts) = (&mut hypotheses.leaves, &hypotheses.starts);
        state.segmentation.settle(leaves, starts);
        (state.oldest, state.merged) = (0, 0);
        state.limit = self.pruning.limit(1);
        if let Some(records) = &mut state.records {
            records.commit(state.time - 1, &hypotheses.starts);
        }
    }

    /// Forgets the settled changepoints up to this one, which was taken elsewhere.
    pub(crate) fn forget_settled(&mut self, last: u64) {
        self.state.segmentation.forget_settled(last);
    }
}
