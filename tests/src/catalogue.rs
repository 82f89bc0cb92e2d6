//! Models, hazards and data for tests that run over all of them.
//!
//! Everything is named by its JSON, so that a test can build the same filter in
//! every front-end and in the oracle.

use serde_json::{Value, json};

use crate::oracle::hazards::LAWS;
use crate::random::Random;

pub use crate::oracle::Entry;
pub use crate::oracle::textbook::MODELS;

/// Every hazard, at segment lengths around `length`.
#[must_use]
pub fn hazards(length: f64) -> Vec<Value> {
    let laws = LAWS.iter();
    laws.map(|law| json!({ law.name: (law.about)(length) }))
        .collect()
}

/// A configuration without pruning; NaN is an error.
#[must_use]
pub fn config(model: &Value, hazard: &Value) -> Value {
    json!({
        "model": model,
        "hazard": hazard,
        "pruning": {"max_hypotheses": null, "min_weight": null, "max_run_length": null},
        "missing": "error",
    })
}

impl Entry {
    /// A series of segments, `(length, level)` each.
    #[must_use]
    pub fn series(&self, seed: u64, segments: &[(usize, u64)]) -> Vec<f64> {
        let mut random = Random::new(seed);
        let levels = segments.iter();
        let levels = levels.flat_map(|&(length, level)| std::iter::repeat_n(level, length));
        levels
            .map(|level| (self.draw)(&mut random, level))
            .collect()
    }
}
