//! The filter against its definition, and what must hold of it whatever comes.

#[path = "../common/mod.rs"]
mod common;

mod any_number;
mod defects;
mod downstream;
mod elementary;
mod enumeration;
mod instruction_sets;
mod large_counts;
mod many;
mod naive;
mod properties;
mod pruning;
mod reference_vectors;
mod segmentations;
mod survival;
