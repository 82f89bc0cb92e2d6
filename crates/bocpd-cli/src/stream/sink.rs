//! Standard output, and how far it has got.

use std::fs::File;
use std::io::{self, StdoutLock, Write};

use serde::{Deserialize, Serialize};

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
pub(super) struct Sink {
    out: StdoutLock<'static>,
    /// The same as a file, where it is one.
    file: Option<File>,
}

impl Sink {
    /// Standard output.
    pub(super) fn new() -> Self {
        Self {
            out: io::stdout().lock(),
            file: redirected_file(),
        }
    }

    /// Where a file stands now; `None` for a pipe or a terminal.
    pub(super) fn mark(&self) -> Option<Mark> {
        mark(self.file.as_ref()?)
    }

    /// Writes lines, in pieces that end with a line and that a pipe takes as a whole: a
    /// reader never sees half a line of a run that was killed.
    ///
    /// # Errors
    /// What writing gives.
    pub(super) fn write(&mut self, lines: &[u8]) -> io::Result<()> {
        for piece in pieces(lines) {
            self.out.write_all(piece)?;
            self.out.flush()?;
        }
        Ok(())
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
fn redirected_file() -> Option<File> {
    use std::os::fd::AsFd;
    let file = File::from(io::stdout().as_fd().try_clone_to_owned().ok()?);
    file.metadata().ok()?.is_file().then_some(file)
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
fn redirected_file() -> Option<File> {
    None
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
