//! Writing down what is asked for beside the filter.

use alloc::boxed::Box;

use super::transition::Transition;
use crate::detector::Detector;
use crate::distribution::{Forms, Level};
use crate::hazard::Hazard;
use crate::history::History;
use crate::observation_model::{Describe, ObservationModel};
use crate::real::Real;
use crate::records::Records;

impl<M: ObservationModel, H: Hazard> Detector<M, H> {
    /// A detector that has seen nothing and remembers its past as far as `history`
    /// says, for [`smoothed`](Self::smoothed) and what follows from it.
    #[must_use]
    pub fn with_history(self, history: History) -> Self {
        self.with_records(|records| records.set_history(history))
    }

    /// A detector that has seen nothing and follows the level before each
    /// change, for [`shift`](Self::shift). The model has to know its
    /// [level](Describe::level).
    #[must_use]
    pub fn with_shifts(mut self, shifts: bool) -> Self
    where
        M: Describe,
    {
        self.level = Some((known_level::<M>, |model, bank, i, forms| {
            model.add_level_to(forms, bank, i, 0);
        }));
        self.with_records(|records| records.set_shifts(shifts))
    }

    fn with_records(mut self, set: impl FnOnce(&mut Records)) -> Self {
        self.reset();
        let fresh = || Box::new(Records::new(History::Nothing, false));
        let mut records = self.state.records.take().unwrap_or_else(fresh);
        set(&mut records);
        self.state.records = (!records.is_idle()).then_some(records);
        self
    }

    /// How much of the past is kept.
    pub fn history(&self) -> History {
        let records = self.state.records.as_ref();
        records.map_or(History::Nothing, |records| records.history)
    }

    /// Prepares the record of a step, when the hazard has acted and the
    /// observation was not yet absorbed.
    #[cold]
    #[inline(never)]
    pub(super) fn note(&mut self, transition: &Transition<M::Scalar>) {
        let (model, state) = (&self.model, &mut self.state);
        let general = self.scratch.varied();
        let Some(records) = &mut state.records else {
            return;
        };
        if state.time == 0 {
            return records.note_first();
        }
        let Some(newborn) = &transition.newborn else {
            return records.note_no_birth(state.time);
        };
        let (hypotheses, bank) = (&state.hypotheses, &self.bank);
        let given = |ln_hazard: M::Scalar| (ln_hazard - newborn.ln_weight).vexp().wide();
        // The logarithm of a sum is as coarse as it is large, which the shares are not to be.
        let all = general.map_or(1.0, |general| {
            general.ln_hazards.iter().copied().map(given).sum()
        });
        if let Some(block) = records.block() {
            let (starts, time) = (&hypotheses.starts[..], state.time);
            if let Some(general) = general {
                let shares = general.ln_hazards.iter();
                block.push(
                    time,
                    starts,
                    shares.map(|&ln_hazard| given(ln_hazard) / all),
                );
            } else {
                let (weights, total) = (hypotheses.weights.live(), hypotheses.total);
                let shares = weights.iter();
                block.push(time, starts, shares.map(|&weight| (weight / total).wide()));
            }
        }
        if records.is_block_alone() {
            return;
        }
        let starts = hypotheses.starts.iter().enumerate();
        let previous = starts.map(|(i, &start)| {
            // A constant hazard takes the same share of all.
            let share = match general {
                Some(general) => given(general.ln_hazards[i]) / all,
                None => hypotheses.probability(i),
            };
            (start, share)
        });
        let level = |i| self.level.and_then(|(level, _)| level(model, bank, i));
        let describe = |i, forms: &mut Forms| {
            if let Some((_, describe)) = self.level {
                describe(model, bank, i, forms);
            }
        };
        records.note_birth(state.time, previous, level, describe);
    }

    /// Writes down the step that has just been completed.
    #[cold]
    #[inline(never)]
    pub(super) fn commit(&mut self) {
        let state = &mut self.state;
        if let Some(records) = &mut state.records {
            records.commit(state.time - 1, &state.hypotheses.starts);
        }
    }
}

/// The level of a hypothesis, if the model knows it.
pub(super) fn known_level<M: Describe>(model: &M, bank: &M::Bank, i: usize) -> Option<Level> {
    model.level(bank, i, 0).filter(Level::is_known)
}
