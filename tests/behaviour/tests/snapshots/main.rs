//! Detectors saved and restored, and a detector whose model breaks its contract.

#[path = "../../../tests/common/mod.rs"]
mod common;
#[path = "../subjects/mod.rs"]
mod subjects;

mod bit_for_bit;
mod broken;
mod own;
mod versions;
