//! A hazard given by its values.

use alloc::vec::Vec;

use super::Hazard;
use crate::ParameterError;
use crate::parameter::PROBABILITY;

/// h(1), h(2), …; the last value holds for every greater length.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    hazards: Vec<f64>,
}

impl Table {
    /// The hazard with these values.
    ///
    /// # Errors
    /// There must be at least one value, each in [0, 1].
    pub fn new(hazards: impl Into<Vec<f64>>) -> Result<Self, ParameterError> {
        let hazards = hazards.into();
        if hazards.is_empty() {
            return Err(ParameterError::new(
                "length of hazards",
                0.0,
                "be at least 1",
            ));
        }
        PROBABILITY.check_all::<f64>("hazards", &hazards)?;
        Ok(Self { hazards })
    }

    /// The first values of another hazard; used to look up what is costly to
    /// compute.
    pub(super) fn of(hazard: impl Fn(u64) -> f64, len: u64) -> Self {
        Self {
            hazards: (1..=len).map(hazard).collect(),
        }
    }

    /// h(l), if the table reaches that far.
    pub(super) fn get(&self, length: u64) -> Option<f64> {
        usize::try_from(length - 1)
            .ok()
            .and_then(|i| self.hazards.get(i))
            .copied()
    }
}

impl Hazard for Table {
    fn hazard(&self, length: u64) -> f64 {
        self.get(length)
            .unwrap_or(self.hazards[self.hazards.len() - 1])
    }
}
