//! What is costly to compute, looked up.

use alloc::vec::Vec;

/// h(1), h(2), … of a hazard, as far as somebody thought worth it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lookup {
    hazards: Vec<f64>,
}

impl Lookup {
    /// The first `len` values of a hazard.
    pub(super) fn of(hazard: impl Fn(u64) -> f64, len: u64) -> Self {
        Self {
            hazards: (1..=len).map(hazard).collect(),
        }
    }

    /// h(l), if it was computed.
    pub(super) fn get(&self, length: u64) -> Option<f64> {
        usize::try_from(length - 1)
            .ok()
            .and_then(|i| self.hazards.get(i))
            .copied()
    }
}
