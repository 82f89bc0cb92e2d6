//! What the benches share: data, the limit, and ratios measured in one run.

pub mod bare;
pub mod data;
pub mod ratio;
