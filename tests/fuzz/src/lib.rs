//! What the fuzzers of bocpd run: each target is a function of bytes that panics
//! where a promise is not kept.
//!
//! The same functions run in two ways: with random bytes of a fixed seed, as a test of
//! the workspace (`tests/fixed_seed.rs`), and under libFuzzer, which looks for bytes
//! that reach new code (`fuzz/` at the top of the repository).

#![expect(clippy::missing_panics_doc, reason = "panics are what it is for")]

#[expect(unsafe_code, reason = "calls the C ABI as a C program would")]
pub mod c_abi;
pub mod configuration;
#[expect(
    unsafe_code,
    reason = "stands between the tests and the system's allocator"
)]
mod memory;
pub mod mutate;
pub mod operations;
pub mod readouts;
pub mod recipe;
pub mod snapshots;
pub mod source;
pub mod table;

use std::sync::atomic::{AtomicU64, Ordering};

use bocpd_core::AnyDetector;

/// A target.
#[derive(Clone, Copy)]
pub struct Target {
    /// Its name, and that of its directory in `fuzz/seeds`.
    pub name: &'static str,
    /// What it does with bytes.
    pub run: fn(&[u8]),
    /// Inputs to begin with, beside those in `fuzz/seeds`.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Words of the language that the bytes are written in.
    pub words: &'static [&'static str],
}

/// All of them.
pub const TARGETS: [Target; 5] = [
    Target {
        name: "operations",
        run: operations::run,
        seeds: Vec::new,
        words: &[],
    },
    Target {
        name: "snapshots",
        run: snapshots::run,
        seeds: snapshots::seeds,
        words: &[],
    },
    Target {
        name: "configuration",
        run: configuration::run,
        seeds: configuration::seeds,
        words: configuration::WORDS,
    },
    Target {
        name: "table",
        run: table::run,
        seeds: table::seeds,
        words: table::WORDS,
    },
    Target {
        name: "c_abi",
        run: c_abi::run,
        seeds: Vec::new,
        words: &[],
    },
];

static CALLS: AtomicU64 = AtomicU64::new(0);

/// Counts a call of the library.
pub(crate) fn note_call() {
    CALLS.fetch_add(1, Ordering::Relaxed);
}

/// How many calls of the library were made by this process.
pub fn calls() -> u64 {
    CALLS.load(Ordering::Relaxed)
}

/// All that a detector holds, as bytes that can be compared.
pub(crate) fn state(detector: &AnyDetector) -> Vec<u8> {
    detector.snapshot()
}
