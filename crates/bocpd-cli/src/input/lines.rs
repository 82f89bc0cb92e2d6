//! Lines of a file or pipe, numbered, of bounded length.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read};

/// The longest line accepted. A pipe without line breaks must not fill the memory.
const MAX_LINE: u64 = 1 << 20;

/// Reads one line at a time into a buffer that is used again.
pub(super) struct Lines {
    reader: BufReader<Box<dyn Read>>,
    buffer: Vec<u8>,
    number: u64,
    bytes: u64,
}

impl Lines {
    pub(super) fn new(reader: Box<dyn Read>) -> Self {
        Self {
            reader: BufReader::with_capacity(1 << 16, reader),
            buffer: Vec::new(),
            number: 0,
            bytes: 0,
        }
    }

    /// Moves to the next line; `false` at the end of the input.
    ///
    /// # Errors
    /// What reading gives, or a line longer than 1 MiB.
    pub(super) fn advance(&mut self) -> io::Result<bool> {
        self.buffer.clear();
        let mut limited = self.reader.by_ref().take(MAX_LINE);
        let length = limited.read_until(b'\n', &mut self.buffer)?;
        if length == 0 {
            return Ok(false);
        }
        self.number += 1;
        self.bytes += length as u64;
        if self.buffer.last() == Some(&b'\n') {
            self.buffer.pop();
        } else if length as u64 == MAX_LINE {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!("line {} is longer than 1 MiB", self.number),
            ));
        }
        if self.buffer.last() == Some(&b'\r') {
            self.buffer.pop();
        }
        if self.number == 1 && self.buffer.starts_with(b"\xef\xbb\xbf") {
            self.buffer.drain(..3); // the byte order mark that spreadsheets write
        }
        Ok(true)
    }

    /// The line moved to last, without its end.
    pub(super) fn current(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.buffer)
    }

    /// The number of that line, from 1.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Bytes read so far.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether the next line is here already, so that [`Self::advance`] will not wait.
    pub(super) fn is_ready(&self) -> bool {
        self.reader.buffer().contains(&b'\n')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &'static [u8]) -> Vec<(u64, String)> {
        let mut lines = Lines::new(Box::new(text));
        let mut all = Vec::new();
        while lines.advance().unwrap() {
            all.push((lines.number(), lines.current().into_owned()));
        }
        all
    }

    #[test]
    fn ends_and_marks_are_taken_off() {
        let got = lines(b"\xef\xbb\xbfa\r\n\nb\n c");
        let want = [(1, "a"), (2, ""), (3, "b"), (4, " c")];
        assert_eq!(got, want.map(|(n, s)| (n, s.to_owned())));
    }

    #[test]
    fn a_line_without_end_is_refused() {
        let mut lines = Lines::new(Box::new(io::repeat(b'7')));
        let error = lines.advance().unwrap_err();
        assert_eq!(error.to_string(), "line 1 is longer than 1 MiB");
    }
}
