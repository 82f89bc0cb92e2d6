//! Snapshots of every version that there was: bytes that were written then, and what
//! they have to give now.
//!
//! `tests/fixtures/snapshots/vN/` holds the snapshots of version N of the format and a
//! manifest that says of each what it holds, what can be read from it, and what after some
//! more observations. When the version is raised, a new directory is written beside those
//! that are there, by
//!
//! ```sh
//! cargo test -p bocpd-behaviour-tests --test snapshots -- --ignored write_fixtures
//! ```

use std::fs;
use std::path::{Path, PathBuf};

use bocpd_core::snapshot::SnapshotError;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::subjects::cases::{Event, cases};
use crate::subjects::detectors::fresh;
use crate::subjects::told::assert_told;

/// What the manifest says of a fixture. The snapshot itself is in `NAME.bin`.
#[derive(Serialize, Deserialize)]
struct Fixture {
    name: String,
    /// In words.
    holds: String,
    /// Of what detector; see [`fresh`].
    detector: Value,
    readouts: Value,
    /// What is observed next: value or null, time since the one before or null.
    next: Vec<Event>,
    readouts_then: Value,
}

/// Readouts are read from what the snapshot holds; only the order of sums may change.
const NOW: f64 = 1e-12;

/// Since this version an alarm is on as long as what it reported is believed; before, it
/// was on until a change that it had not reported could be seen.
const ALARMS_STAND: u8 = 3;

/// What comes after is computed, and a later version may round otherwise.
fn then(detector: &Value) -> f64 {
    if detector["scalar"] == "f32" {
        1e-4
    } else {
        1e-9
    }
}

fn directory(version: u8) -> PathBuf {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/snapshots");
    fixtures.join(format!("v{version}"))
}

/// The version that is written now: the byte after the magic.
fn version() -> u8 {
    cases()[0].run().snapshot()[5]
}

fn manifest(version: u8) -> Vec<Fixture> {
    let path = directory(version).join("manifest.json");
    let text =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{error}: {}", path.display()));
    serde_json::from_str(&text).expect("a manifest")
}

fn bytes(version: u8, name: &str) -> Vec<u8> {
    fs::read(directory(version).join(name).with_extension("bin")).expect("a fixture")
}

#[test]
fn every_version_is_restored_or_refused_by_name() {
    for version in 1..=self::version() {
        for fixture in manifest(version) {
            let name = format!("version {version}, {}", fixture.name);
            let mut subject = fresh(&fixture.detector);
            match subject.restore(&bytes(version, &fixture.name)) {
                Ok(()) => assert_eq!(subject.config(), fresh(&fixture.detector).config()),
                Err(SnapshotError::Version { found, expected }) => {
                    let refused = (version, self::version());
                    assert_eq!((found, expected), refused, "{name}");
                    assert!(found < expected, "{name}");
                    continue;
                }
                Err(error) => panic!("{name}: {error}"),
            }
            subject.ask();
            assert_told(&name, &subject.told(), &fixture.readouts, NOW);
            for event in &fixture.next {
                subject.feed(*event);
            }
            let tolerance = then(&fixture.detector);
            let (mut told, mut want) = (subject.told(), fixture.readouts_then);
            if version < ALARMS_STAND {
                for readouts in [&mut told, &mut want] {
                    let readouts = readouts.as_object_mut().expect("an object");
                    readouts.remove("alarms");
                    readouts.remove("alarm_is_on");
                    readouts.remove("alarm_probability");
                }
            }
            assert_told(&name, &told, &want, tolerance);
        }
    }
}

/// The same version is the same bytes: whoever changes what is written raises the version.
#[test]
fn what_this_version_writes_is_what_it_wrote() {
    let version = version();
    for fixture in manifest(version) {
        let bytes = bytes(version, &fixture.name);
        let mut subject = fresh(&fixture.detector);
        subject.restore(&bytes).expect("the version of now");
        assert!(subject.snapshot() == bytes, "{}", fixture.name);
    }
}

/// Every case has a fixture, and every fixture its file.
#[test]
fn every_case_has_a_fixture() {
    let version = version();
    let sorted = |names: &mut dyn Iterator<Item = String>| {
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    };
    let named = sorted(&mut manifest(version).into_iter().map(|fixture| fixture.name));
    assert_eq!(
        named,
        sorted(&mut cases().into_iter().map(|case| case.name))
    );
    let files = fs::read_dir(directory(version)).expect("a directory");
    let files = files.map(|entry| entry.expect("an entry").path());
    let files = files.filter(|path| path.extension().is_some_and(|end| end == "bin"));
    let stem = |path: PathBuf| path.file_stem().expect("a name").display().to_string();
    assert_eq!(sorted(&mut files.map(stem)), named);
}

/// Writes what is missing and nothing that is there: a fixture is what a version wrote.
#[test]
#[ignore = "writes the fixtures of a new version"]
fn write_fixtures() {
    let version = version();
    let directory = directory(version);
    fs::create_dir_all(&directory).expect("a directory");
    let path = directory.join("manifest.json");
    let mut fixtures = if path.exists() {
        manifest(version)
    } else {
        Vec::new()
    };
    for case in cases() {
        if fixtures.iter().any(|fixture| fixture.name == case.name) {
            continue;
        }
        let mut subject = case.run();
        let file = directory.join(&case.name).with_extension("bin");
        fs::write(file, subject.snapshot()).expect("a file");
        let readouts = subject.told();
        for &event in &case.next {
            subject.feed(event);
        }
        fixtures.push(Fixture {
            name: case.name,
            holds: case.holds,
            detector: case.detector,
            readouts,
            next: case.next,
            readouts_then: subject.told(),
        });
    }
    let lines = fixtures.iter();
    let lines = lines.map(|fixture| serde_json::to_string(fixture).expect("JSON"));
    let lines: Vec<String> = lines.collect();
    fs::write(path, format!("[\n{}\n]\n", lines.join(",\n"))).expect("a file");
}
