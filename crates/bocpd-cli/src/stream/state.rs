//! A state: all that a restart needs, as the bytes of a file.
//!
//! ```text
//! one line of JSON   what the state is of, and the lengths of the parts that follow
//! snapshot           of the detector, as core writes it; empty during the warm-up
//! outbox             lines computed but perhaps not written yet
//! 4 bytes            CRC-32 of all bytes before, little endian
//! ```
//!
//! The first line is for people too: `head -n 1 FILE`.

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::engine::{Engine, Observation, Phase};
use super::sink::Mark;
use crate::foreign::{in_json, quoted};
use crate::input::Layout;

const FORMAT: &str = "bocpd stream state, version 1";
const CHECKSUM: usize = 4;

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Header {
    format: String,
    /// Observations taken in: the index of the next one.
    pub(super) observations: u64,
    /// The options it was made with.
    pub(super) settings: Value,
    pub(super) layout: Layout,
    pub(super) last_time: Option<String>,
    /// What counts as 1 in time, where it is not what the times count in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) time_unit: Option<f64>,
    /// During the warm-up, what was collected so far.
    pub(super) warm_up: Option<Vec<Observation>>,
    /// Where the output stood before the outbox was written to it.
    pub(super) output: Option<Mark>,
    snapshot_bytes: usize,
    outbox_bytes: usize,
}

/// A state that was read, or is to be written.
#[derive(Debug)]
pub(super) struct State {
    pub(super) header: Header,
    pub(super) snapshot: Vec<u8>,
    pub(super) outbox: Vec<u8>,
}

impl State {
    /// Where a stream stands, with nothing in the outbox.
    pub(super) fn of(engine: &Engine, settings: &Value, layout: &Layout) -> Self {
        let (snapshot, warm_up) = match engine.phase() {
            Phase::Running(detector) => (detector.snapshot(), None),
            Phase::WarmUp(waiting) => (Vec::new(), Some(waiting.clone())),
        };
        let header = Header {
            format: FORMAT.to_owned(),
            observations: engine.observations(),
            settings: settings.clone(),
            layout: layout.clone(),
            last_time: engine.last_time().map(str::to_owned),
            time_unit: engine.time_unit(),
            warm_up,
            output: None,
            snapshot_bytes: snapshot.len(),
            outbox_bytes: 0,
        };
        Self {
            header,
            snapshot,
            outbox: Vec::new(),
        }
    }

    /// What the engine goes on from.
    ///
    /// # Errors
    /// The snapshot cannot be used.
    pub(super) fn phase(&self) -> Result<Phase> {
        Ok(match &self.header.warm_up {
            Some(waiting) => Phase::WarmUp(waiting.clone()),
            None => Phase::Running(Box::new(bocpd_core::any::restore(&self.snapshot)?)),
        })
    }

    /// Puts lines in that are about to be written to an output that stands at `output`.
    pub(super) fn put_outbox(&mut self, lines: &[u8], output: Option<Mark>) {
        self.header.outbox_bytes = lines.len();
        self.header.output = output;
        self.outbox = lines.to_vec();
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let header = serde_json::to_string(&self.header).expect("a header is plain data");
        let mut bytes = in_json(&header).into_owned().into_bytes();
        bytes.push(b'\n');
        bytes.extend(&self.snapshot);
        bytes.extend(&self.outbox);
        let checksum = crc32fast::hash(&bytes);
        bytes.extend(checksum.to_le_bytes());
        bytes
    }

    /// A state from what [`encode`](Self::encode) gave.
    ///
    /// # Errors
    /// It is something else, or damaged.
    pub(super) fn decode(bytes: &[u8]) -> Result<Self> {
        let Some((content, checksum)) = bytes.split_last_chunk::<CHECKSUM>() else {
            bail!("not a state file");
        };
        ensure!(
            crc32fast::hash(content).to_le_bytes() == *checksum,
            "damaged: its checksum does not match"
        );
        let Some(end) = content.iter().position(|&byte| byte == b'\n') else {
            bail!("not a state file");
        };
        let (header, rest) = (&content[..end], &content[end + 1..]);
        let header: Header = serde_json::from_slice(header)
            .context("not a state file that this version can read")?;
        ensure!(
            header.format == FORMAT,
            "of another format: {}",
            quoted(&header.format)
        );
        ensure!(
            header.snapshot_bytes.checked_add(header.outbox_bytes) == Some(rest.len()),
            "damaged: its length is wrong"
        );
        let (snapshot, outbox) = rest.split_at(header.snapshot_bytes);
        // They go to the output as they are.
        ensure!(
            std::str::from_utf8(outbox).is_ok_and(|lines| in_json(lines) == lines),
            "damaged: the lines in it are none that are written"
        );
        Ok(Self {
            snapshot: snapshot.to_vec(),
            outbox: outbox.to_vec(),
            header,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> State {
        let header = serde_json::json!({
            "format": FORMAT,
            "observations": 7,
            "settings": null,
            "layout": {"separator": null, "value": {"position": 0, "name": null}, "time": null},
            "last_time": null,
            "warm_up": null,
            "output": null,
            "snapshot_bytes": 0,
            "outbox_bytes": 0,
        });
        let mut state = State {
            header: serde_json::from_value(header).unwrap(),
            snapshot: b"snap\nshot".to_vec(),
            outbox: Vec::new(),
        };
        state.header.snapshot_bytes = state.snapshot.len();
        state.put_outbox(b"lines\n", None);
        state
    }

    #[test]
    fn what_was_written_is_read() {
        let got = State::decode(&state().encode()).unwrap();
        assert_eq!(got.header.observations, 7);
        assert_eq!(
            (got.snapshot, got.outbox),
            (b"snap\nshot".to_vec(), b"lines\n".to_vec())
        );
    }

    #[test]
    fn any_damage_is_an_error() {
        let bytes = state().encode();
        for end in 0..bytes.len() {
            assert!(State::decode(&bytes[..end]).is_err(), "{end} bytes of it");
        }
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x10;
            assert!(State::decode(&damaged).is_err(), "byte {at}");
        }
    }
}
