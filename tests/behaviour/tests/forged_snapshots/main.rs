//! Right checksums prove nothing: whatever stands in a snapshot, what comes of it is an error
//! or a detector like any other, with little memory and without a panic.
//!
//! Some thousands here; three hundred thousand by
//!
//! ```sh
//! FORGERIES=300000 cargo test -p bocpd-behaviour-tests --test forged_snapshots
//! ```

#[path = "../../../tests/common/mod.rs"]
mod common;

#[path = "../subjects/mod.rs"]
mod subjects;

mod memory;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use bocpd_core::Config;
use bocpd_core::config::HazardConfig;
use bocpd_core::snapshot::SnapshotError;
use bocpd_tests::forge::layout::Scalar;
use bocpd_tests::forge::{Forger, Snapshot, Wrapped};
use bocpd_tests::random::Random;
use serde_json::Value;

use subjects::cases::{Case, cases};
use subjects::detectors::fresh;

/// A case and the parts of its snapshot.
struct Base {
    case: Case,
    snapshot: Snapshot,
    config: Option<Vec<u8>>,
}

/// The configuration that a case's detector was built from.
fn built_from(case: &Case, config: &Value) -> Config {
    let mut config = common::parse(config);
    if case.name == "own-hazard" {
        config.hazard = HazardConfig::Own;
    }
    config
}

/// All cases but those with a model of the caller's, whose statistics are laid out as the
/// caller likes.
fn bases() -> Vec<Base> {
    let cases = cases().into_iter().filter(|case| case.name != "own-model");
    cases
        .map(|case| {
            let bytes = case.run().snapshot();
            let config = case.detector.get("configured").or(case.detector.get("own"));
            let config = config
                .map(|config| postcard::to_allocvec(&built_from(&case, config)).expect("bytes"));
            let scalar = if case.detector["scalar"] == "f32" {
                Scalar::F32
            } else {
                Scalar::F64
            };
            let snapshot = match &config {
                Some(config) => {
                    let config_of = &case.detector["configured"];
                    let wrapped = Wrapped {
                        outliers: !config_of["outliers"].is_null(),
                        per_segment: config_of["alternatives_per"] == "segment"
                            || !config_of["model"]["negative_binomial_grid"].is_null(),
                        numbers: !config_of["product"].is_null(),
                    };
                    Snapshot::of_configured(&bytes, config, wrapped)
                }
                None => Snapshot::of_state(&bytes, scalar),
            };
            assert!(
                snapshot.to_bytes() == bytes,
                "{}: the layout is another",
                case.name
            );
            Base {
                case,
                snapshot,
                config,
            }
        })
        .collect()
}

/// What became of forgeries.
#[derive(Debug, Default)]
struct Tally {
    refused: u32,
    accepted: u32,
}

/// Restores a forgery; if that works, asks everything, goes on, and saves and restores what
/// comes of it.
fn try_out(base: &Base, bytes: &[u8]) -> bool {
    let mut subject = fresh(&base.case.detector);
    let (restored, used) = memory::used(|| subject.restore(bytes));
    // The tables of a model and a hazard take some memory whatever the snapshot.
    let allowed = 64 * bytes.len() + (256 << 10);
    assert!(used < allowed, "{used} bytes for {}", bytes.len());
    if restored.is_err() {
        return false;
    }
    subject.ask();
    let written = subject.snapshot();
    for &event in &base.case.next {
        // Data of another model may be refused.
        let _ = subject.try_feed(event);
        subject.ask();
    }
    let (later, observed) = (subject.snapshot(), subject.observations());
    for bytes in [written, later] {
        match subject.restore(&bytes) {
            // It was one of the last counts that a detector can go on from.
            Err(SnapshotError::Content("it counts too many observations")) => {
                assert!(observed > 1 << 52);
            }
            again => again.expect("what was accepted is written and read again"),
        }
    }
    true
}

/// As many as the environment says, or `few`.
fn number(few: u64) -> u64 {
    let number = std::env::var("FORGERIES").ok();
    number.map_or(few, |number| number.parse().expect("a number"))
}

#[test]
fn a_forged_snapshot_is_refused_or_a_detector() {
    let bases = bases();
    let configs: Vec<_> = bases
        .iter()
        .filter_map(|base| base.config.clone())
        .collect();
    let mut findings = Vec::new();
    let mut tally = Tally::default();
    std::panic::set_hook(Box::new(|_| {}));
    for seed in 0..number(6_000) {
        let mut random = Random::new(!seed);
        let base = &bases[usize::try_from(random.below(bases.len() as u64)).expect("fits")];
        let mut snapshot = base.snapshot.clone();
        let mut other = "";
        if base.config.is_some() && random.below(20) == 0 {
            let i = usize::try_from(random.below(configs.len() as u64)).expect("fits");
            (snapshot, other) = (snapshot.with_config(&configs[i]), ", another configuration");
        }
        let (bytes, done) = Forger::new(seed).forge(&snapshot);
        let began = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| try_out(base, &bytes)));
        match outcome {
            Ok(true) => tally.accepted += 1,
            Ok(false) => tally.refused += 1,
            Err(panic) => {
                let text = panic.downcast_ref::<String>().cloned();
                let text = text.or(panic.downcast_ref::<&str>().map(ToString::to_string));
                findings.push(format!(
                    "seed {seed}, {}: {done}{other}: {}",
                    base.case.name,
                    text.unwrap_or_default()
                ));
            }
        }
        // A limit that only what hangs comes near to.
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "seed {seed}: {done}"
        );
    }
    drop(std::panic::take_hook());
    let shown = findings
        .iter()
        .take(40)
        .cloned()
        .collect::<Vec<_>>()
        .join("\n");
    println!("{tally:?}, {} findings", findings.len());
    assert!(findings.is_empty(), "{} findings\n{shown}", findings.len());
    assert!(
        tally.accepted > 0 && tally.refused > tally.accepted,
        "{tally:?}"
    );
}
