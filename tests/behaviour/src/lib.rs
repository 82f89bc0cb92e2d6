//! Tests of what detectors of all types say, and of their snapshots: the integration tests of
//! this crate.
//!
//! They make detectors of many types and compute little with each, so they are compiled without
//! optimisation, which would take several times as long as they run. Oracles and everything that
//! computes long is in `bocpd-tests`.
