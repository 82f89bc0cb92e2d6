//! Detectors of every type and kind, for tests of their snapshots.

// Every test binary uses a part of this.
#![allow(dead_code)]

pub(crate) mod asked;
pub(crate) mod cases;
pub(crate) mod detectors;
pub(crate) mod told;
