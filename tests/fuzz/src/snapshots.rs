//! Snapshots with right checksums and a content that nobody wrote.
//!
//! ```text
//! input:  version of the format | number of bytes of the last part | configuration | "BOCPD" | state | alarms
//! ```
//!
//! Formats of before are read too. The two envelopes (that of the state inside that of the whole), their lengths and
//! checksums are added, so every change of the input reaches the content.

use bocpd_core::any::restore;
use bocpd_core::{AnyDetector, Config};

use crate::source::Source;
use crate::{note_call, operations, readouts, recipe};

const MAGIC: &[u8] = b"BOCPD";
const CHECKSUM: usize = 4;
/// What the content is: after magic and version.
const STATE: u8 = 1;
const CONFIGURED: u8 = 2;

/// The target: what is refused is refused with a message; what is accepted is a detector.
///
/// # Panics
/// Where something does not hold.
pub fn run(bytes: &[u8]) {
    note_call();
    let forged = seal(bytes);
    match restore(&forged) {
        Ok(mut detector) => {
            note_call();
            let mut other = build(detector.config());
            other.restore(&forged).expect("it was restored before");
            let own = detector.snapshot();
            let again = restore(&own).unwrap_or_else(|error| panic!("its own bytes: {error}"));
            assert!(again.snapshot() == own, "the bytes differ");
            readouts::plain(&detector);
            let mut source = Source::new(bytes);
            for _ in 0..16 {
                readouts::one(&detector, &mut source);
            }
            operations::exercise(&mut detector, &mut source);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// Inputs for snapshots that were honestly written.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let detectors = recipe::ordinary();
    detectors.iter().map(|it| unseal(&it.snapshot())).collect()
}

fn build(config: &Config) -> AnyDetector {
    config.build().expect("it was built before")
}

fn envelope(version: u8, kind: u8, content: &[&[u8]]) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend([version, kind]);
    bytes.extend(content.concat());
    let checksum = crc32fast::hash(&bytes);
    bytes.extend(checksum.to_le_bytes());
    bytes
}

/// A length as seven bits a byte, the lowest first.
fn varint(mut n: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = n.to_le_bytes()[0] & 0x7f;
        n >>= 7;
        if n == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

fn find_magic(bytes: &[u8]) -> Option<usize> {
    bytes
        .windows(MAGIC.len())
        .position(|window| window == MAGIC)
}

/// A snapshot from an input.
#[must_use]
pub fn seal(input: &[u8]) -> Vec<u8> {
    let (&version, input) = input.split_first().unwrap_or((&0, &[]));
    let (&last, input) = input.split_first().unwrap_or((&0, &[]));
    let (input, alarms) = input.split_at(input.len().saturating_sub(usize::from(last)));
    let (config, state) = match find_magic(input) {
        Some(at) => (&input[..at], &input[at + MAGIC.len()..]),
        None => (input, &[][..]),
    };
    let state = envelope(version, STATE, &[state]);
    let content = [config, &varint(state.len()), &state, alarms];
    envelope(version, CONFIGURED, &content)
}

/// The input for a snapshot that was honestly written.
///
/// # Panics
/// If it is none, or has more than 255 bytes of alarms.
#[must_use]
pub fn unseal(snapshot: &[u8]) -> Vec<u8> {
    let header = MAGIC.len() + 2;
    let content = &snapshot[header..snapshot.len() - CHECKSUM];
    let at = find_magic(content).expect("a state in it");
    // Before it stands its length, which is that of a state with a right checksum.
    let (config, state) = (1..=10)
        .filter_map(|width| {
            let before = at.checked_sub(width)?;
            let length = content[before..at]
                .iter()
                .rev()
                .fold(0, |n, &byte| n << 7 | usize::from(byte & 0x7f));
            let state = content.get(at..at.checked_add(length)?)?;
            (varint(length) == content[before..at]).then_some((&content[..before], state))
        })
        .find(|(_, state)| {
            state.len() > header + CHECKSUM && {
                let (body, checksum) = state.split_at(state.len() - CHECKSUM);
                crc32fast::hash(body).to_le_bytes() == checksum
            }
        })
        .expect("a state with its length");
    let alarms = &content[at + state.len()..];
    let last = u8::try_from(alarms.len()).expect("few alarms");
    let body = &state[header..state.len() - CHECKSUM];
    let version = snapshot[MAGIC.len()];
    [&[version, last], config, MAGIC, body, alarms].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealing_is_the_way_back() {
        for detector in recipe::ordinary() {
            let snapshot = detector.snapshot();
            assert!(seal(&unseal(&snapshot)) == snapshot);
            run(&unseal(&snapshot));
        }
    }
}
