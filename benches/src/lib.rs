//! What the benches share: data and ratios measured in one run.

pub mod data;
pub mod ratio;
