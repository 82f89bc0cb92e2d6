//! Standard output, and how far it has got.

use std::fs::File;

use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::output::Standard;

/// Which file standard output is, and its length. Only for files: a pipe cannot be asked
/// what has arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    device: u64,
    inode: u64,
    length: u64,
}

impl Mark {
    /// How much was written after this mark was made, if the output is still the same file.
    pub(super) fn written_until(self, now: Self) -> Option<u64> {
        let same = (self.device, self.inode) == (now.device, now.inode);
        now.length.checked_sub(self.length).filter(|_| same)
    }
}

/// Where the lines go.
pub(super) struct Sink(Standard);

impl Sink {
    /// Standard output.
    ///
    /// # Errors
    /// It is closed.
    pub(super) fn open() -> Result<Self> {
        Standard::open().map(Self)
    }

    /// Where a file stands now; `None` for a pipe or a terminal.
    pub(super) fn mark(&self) -> Option<Mark> {
        mark(self.0.file()?)
    }

    /// Writes lines, in pieces that end with a line and that a pipe takes as a whole: a
    /// reader never sees half a line of a run that was killed.
    ///
    /// # Errors
    /// What writing gives.
    pub(super) fn write(&mut self, lines: &[u8]) -> Result<()> {
        pieces(lines).try_for_each(|piece| self.0.write(piece))
    }
}

/// What a pipe takes in one piece (`PIPE_BUF` of Linux).
const PIECE: usize = 4096;

/// Whole lines, as many as fit into a piece, but at least one.
fn pieces(mut lines: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let is_end = |&byte: &u8| byte == b'\n';
        let fits = lines[..lines.len().min(PIECE)].iter().rposition(is_end);
        let end = fits.or_else(|| lines.iter().position(is_end));
        let (piece, rest) = lines.split_at(end.map_or(lines.len(), |end| end + 1));
        lines = rest;
        (!piece.is_empty()).then_some(piece)
    })
}

#[cfg(unix)]
fn mark(file: &File) -> Option<Mark> {
    use std::os::unix::fs::MetadataExt;
    let metadata = file.metadata().ok()?;
    Some(Mark {
        device: metadata.dev(),
        inode: metadata.ino(),
        length: metadata.len(),
    })
}

#[cfg(not(unix))]
fn mark(_: &File) -> Option<Mark> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_whole_lines() {
        let lines: String = (0..2000).map(|i| "x".repeat(i % 7) + "\n").collect();
        let lines = lines + &"y".repeat(5000) + "\nz\nend";
        let pieces: Vec<_> = pieces(lines.as_bytes()).collect();
        assert_eq!(pieces.concat(), lines.as_bytes());
        let (last, whole) = pieces.split_last().unwrap();
        assert_eq!(last, b"end");
        assert!(whole.iter().all(|piece| piece.ends_with(b"\n")));
        assert!(
            whole
                .iter()
                .all(|piece| piece.len() <= PIECE || piece.starts_with(b"y"))
        );
    }
}
