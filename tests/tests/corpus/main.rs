//! The corpus that every front-end runs.

#[path = "../common/mod.rs"]
mod common;

mod filter;
mod readouts;
