//! What the benches share: data, the hot step, its limit, and ratios measured
//! in one run.

pub mod bare;
pub mod data;
pub mod hot;
pub mod ratio;
