//! The targets with the same random inputs in every run.
//!
//! `BOCPD_FUZZ_INPUTS=1000000` runs as many inputs of each instead.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use bocpd_fuzz_targets::{TARGETS, Target, calls, mutate};
use bocpd_tests::random::Random;

/// An input that takes longer never ends: most take less than a millisecond.
const LIMIT: Duration = Duration::from_secs(60);

/// The inputs to begin with.
fn seeds(target: &Target) -> Vec<Vec<u8>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds");
    // A target without a finding has no directory.
    let entries = std::fs::read_dir(directory.join(target.name));
    let mut paths: Vec<_> = entries
        .into_iter()
        .flatten()
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    let mut seeds = (target.seeds)();
    seeds.extend(
        paths
            .iter()
            .map(|path| std::fs::read(path).expect("a seed")),
    );
    seeds
}

/// Where an input is left that shows a fault.
fn keep(target: &Target, input: &[u8]) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let path = directory.join(format!("{}-fault", target.name));
    std::fs::write(&path, input).expect("room for a file");
    path
}

/// Runs the seeds, and as many inputs more; in a thread, so that one that does not end is
/// noticed.
fn run(name: &str, usual: u64) {
    let target = TARGETS.into_iter().find(|target| target.name == name);
    let target = target.expect("a target");
    let inputs = std::env::var("BOCPD_FUZZ_INPUTS").map_or(usual, |inputs| {
        inputs.parse().expect("BOCPD_FUZZ_INPUTS is a number")
    });
    let (tell, told) = mpsc::sync_channel(0);
    let worker = thread::spawn(move || {
        let corpus = seeds(&target);
        let mut random = Random::new(16);
        for i in 0..corpus.len() as u64 + inputs {
            let seed = usize::try_from(i).ok().and_then(|i| corpus.get(i).cloned());
            let input = seed.unwrap_or_else(|| mutate::mutated(&mut random, &corpus, target.words));
            tell.send(input.clone()).expect("somebody listens");
            if catch_unwind(AssertUnwindSafe(|| (target.run)(&input))).is_err() {
                let path = keep(&target, &input);
                eprintln!("input {i} of {}: {}", target.name, path.display());
                panic!("see above; the example `replay` of this crate runs it again");
            }
        }
    });
    let mut current = Vec::new();
    loop {
        match told.recv_timeout(LIMIT) {
            Ok(next) => current = next,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                let path = keep(&target, &current);
                panic!("{name} does not end with {}", path.display());
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
        }
    }
    assert!(worker.join().is_ok(), "{name}: a promise is not kept");
    println!("{} calls of the library so far", calls());
}

/// The programs for libFuzzer, which are built by hand only, are those of the targets.
#[test]
fn each_target_has_its_program() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    let read = |path: &str| std::fs::read_to_string(fuzz.join(path)).expect(path);
    let manifest = read("Cargo.toml");
    for Target { name, .. } in TARGETS {
        let path = format!("fuzz_targets/{name}.rs");
        let call = format!("bocpd_fuzz_targets::{name}::run(bytes)");
        assert!(read(&path).contains(&call), "{path}");
        assert!(manifest.contains(&format!("path = \"{path}\"")), "{name}");
    }
    assert_eq!(manifest.matches("[[bin]]").count(), TARGETS.len());
}

#[test]
fn operations() {
    run("operations", 6000);
}

#[test]
fn snapshots() {
    run("snapshots", 6000);
}

#[test]
fn configuration() {
    run("configuration", 6000);
}

#[test]
fn table() {
    run("table", 6000);
}

#[test]
fn c_abi() {
    run("c_abi", 6000);
}
