//! In which direction the level went.

use alloc::vec::Vec;

use super::records::known_level;
use crate::detector::Detector;
use crate::error::ReadoutError;
use crate::hazard::Hazard;
use crate::observation_model::Describe;
use crate::shift::{Boundary, Shift};

impl<M: Describe, H: Hazard> Detector<M, H> {
    /// How the level changed at the start of the current segment, given that it
    /// is not the first; `None` if the current segment is the first for sure.
    ///
    /// # Errors
    /// If shifts are not followed ([`with_shifts`](Self::with_shifts)), or the
    /// model does not know its level.
    pub fn shift(&self) -> Result<Option<Shift>, ReadoutError> {
        self.shift_between(1, u64::MAX)
    }

    /// The same, given that the current segment started at an index in
    /// `low..=high`.
    ///
    /// # Errors
    /// As [`shift`](Self::shift).
    pub fn shift_between(&self, low: u64, high: u64) -> Result<Option<Shift>, ReadoutError> {
        self.check_whole()?;
        let unknown = |what| ReadoutError::Model { what };
        let records = self.state.records.as_ref();
        let origins = records
            .and_then(|records| records.origins())
            .ok_or(ReadoutError::ShiftsNotFollowed)?;
        if self.live() == 0 {
            return Ok(None);
        }
        let bank = &self.bank;
        let name = self.level_name().ok_or(unknown("parameters"))?;
        // Both ascend by start.
        let mut origins = origins.iter().peekable();
        let mut steps: Vec<Boundary<'_>> = Vec::new();
        for (i, (start, weight)) in self.run_length_posterior().enumerate() {
            while origins.next_if(|origin| origin.start < start).is_some() {}
            let origin = origins.peek().filter(|origin| origin.start == start);
            if start < low || start > high || start == 0 || weight == 0.0 {
                continue;
            }
            steps.push(Boundary {
                hypothesis: i,
                weight,
                now: known_level(&self.model, bank, i).ok_or(unknown("level"))?,
                before: origin.ok_or(unknown("level"))?,
            });
        }
        Shift::over(name, &steps, |i, forms| {
            self.model.add_level_to(forms, bank, i, 0);
        })
    }

    /// What the model calls its level.
    pub(crate) fn level_name(&self) -> Option<&'static str> {
        let mut bank = self.model.bank(1);
        self.model.spawn(&mut bank);
        Some(self.model.parameters(&bank, 0).first()?.name)
    }
}
