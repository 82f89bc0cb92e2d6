//! The envelope of snapshots: magic, version, kind, content, checksum.
//!
//! ```text
//! offset  length
//!      0       5  "BOCPD"
//!      5       1  version of the format
//!      6       1  what the content is
//!      7       n  content (postcard: integers as varints, floats as IEEE bits)
//!    7+n       4  CRC-32 of all bytes before, little endian
//! ```

use alloc::vec::Vec;
use core::error::Error;
use core::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::ParameterError;

const MAGIC: &[u8; 5] = b"BOCPD";
/// Raised whenever the content of a snapshot changes its meaning.
const VERSION: u8 = 7;
/// The oldest version that can still be read.
const OLDEST: u8 = 2;
pub(crate) const HEADER: usize = 7;
pub(crate) const CHECKSUM: usize = 4;

/// What a snapshot holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The state of a detector alone.
    State = 1,
    /// A configuration and the state of the detector made from it.
    Configured = 2,
    /// A configuration and the states of detectors made from it, by key.
    #[cfg(feature = "std")]
    Panel = 3,
}

/// Bytes that are no snapshot that can be used.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum SnapshotError {
    /// Not the beginning of a snapshot.
    NotASnapshot,
    /// Written in another version of the format.
    Version {
        /// The version found.
        found: u8,
        /// The version that can be read.
        expected: u8,
    },
    /// A snapshot, but of something else.
    Kind,
    /// Bytes were changed or are missing.
    Checksum,
    /// The content does not describe a detector.
    Content(&'static str),
    /// It names a model or a hazard that this version does not have.
    Unknown {
        /// "model" or "hazard".
        what: &'static str,
        /// Its code ([`ModelSpec::code`](crate::list::ModelSpec::code)).
        code: u32,
    },
    /// The configuration cannot be built.
    Parameter(ParameterError),
}

impl From<ParameterError> for SnapshotError {
    fn from(error: ParameterError) -> Self {
        Self::Parameter(error)
    }
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotASnapshot => write!(f, "not a snapshot of a detector"),
            Self::Version { found, expected } => {
                write!(
                    f,
                    "snapshot is of format version {found}, only {expected} can be read"
                )
            }
            Self::Kind => write!(f, "snapshot is of another kind of detector"),
            Self::Checksum => write!(f, "snapshot is damaged: its checksum does not match"),
            Self::Content(what) => write!(f, "snapshot is damaged: {what}"),
            Self::Unknown { what, code } => {
                write!(
                    f,
                    "snapshot holds a {what} of code {code}, which this version does not have"
                )
            }
            Self::Parameter(error) => write!(f, "snapshot cannot be used: {error}"),
        }
    }
}

impl Error for SnapshotError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Parameter(error) => Some(error),
            _ => None,
        }
    }
}

/// A part of a snapshot as bytes.
pub(crate) fn encode<T: Serialize + ?Sized>(part: &T) -> Vec<u8> {
    postcard::to_allocvec(part).expect("a state can be written")
}

/// A part of a snapshot, if these are its bytes and no others.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    match postcard::take_from_bytes(bytes) {
        Ok((part, [])) => Some(part),
        _ => None,
    }
}

/// Writes `content` into an envelope.
pub(crate) fn seal<T: Serialize>(kind: Kind, content: &T) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend([VERSION, kind as u8]);
    // Growing a vector does not fail, and nothing in a state refuses to be
    // written: all its sequences know their length.
    let mut bytes = postcard::to_extend(content, bytes).expect("a state can be written");
    let checksum = crc32fast::hash(&bytes);
    bytes.extend(checksum.to_le_bytes());
    bytes
}

/// Reads the content of an envelope.
pub(crate) fn open<T: DeserializeOwned>(kind: Kind, bytes: &[u8]) -> Result<T, SnapshotError> {
    whole(content(kind, bytes)?)
}

/// The version that an envelope was written in, which [`content`] has accepted.
pub(crate) fn version(bytes: &[u8]) -> u8 {
    bytes.get(MAGIC.len()).copied().unwrap_or(0)
}

/// The content of an envelope, as bytes.
pub(crate) fn content(kind: Kind, bytes: &[u8]) -> Result<&[u8], SnapshotError> {
    if bytes.len() < HEADER + CHECKSUM || !bytes.starts_with(MAGIC) {
        return Err(SnapshotError::NotASnapshot);
    }
    let (body, checksum) = bytes.split_at(bytes.len() - CHECKSUM);
    if crc32fast::hash(body).to_le_bytes() != checksum {
        return Err(SnapshotError::Checksum);
    }
    if !(OLDEST..=VERSION).contains(&body[5]) {
        return Err(SnapshotError::Version {
            found: body[5],
            expected: VERSION,
        });
    }
    if body[6] != kind as u8 {
        return Err(SnapshotError::Kind);
    }
    Ok(&body[HEADER..])
}

/// What all of these bytes are.
pub(crate) fn whole<T: DeserializeOwned>(content: &[u8]) -> Result<T, SnapshotError> {
    match postcard::take_from_bytes(content) {
        Ok((whole, [])) => Ok(whole),
        Ok(_) => Err(SnapshotError::Content("there are bytes after its end")),
        Err(_) => Err(SnapshotError::Content("it cannot be decoded")),
    }
}

/// What the first of these bytes are, and the rest.
pub(crate) fn first<T: DeserializeOwned>(content: &[u8]) -> Option<(T, &[u8])> {
    postcard::take_from_bytes(content).ok()
}
