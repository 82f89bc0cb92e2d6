//! Lines of a file or pipe, numbered, of bounded length.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read};

/// The longest line accepted. A pipe without line breaks must not fill the memory.
const MAX_LINE: u64 = 1 << 20;

/// Reads one line at a time into a buffer that is used again.
pub(super) struct Lines {
    reader: BufReader<Box<dyn Read>>,
    buffer: Vec<u8>,
    /// Lines that were looked at and are still to come.
    ahead: VecDeque<Vec<u8>>,
    number: u64,
    bytes: u64,
}

impl Lines {
    pub(super) fn new(reader: Box<dyn Read>) -> Self {
        Self {
            reader: BufReader::with_capacity(1 << 16, reader),
            buffer: Vec::new(),
            ahead: VecDeque::new(),
            number: 0,
            bytes: 0,
        }
    }

    /// Moves to the next line; `false` at the end of the input.
    ///
    /// # Errors
    /// What reading gives, or a line longer than 1 MiB.
    pub(super) fn advance(&mut self) -> io::Result<bool> {
        if let Some(line) = self.ahead.pop_front() {
            self.buffer = line;
        } else {
            let mut buffer = std::mem::take(&mut self.buffer);
            let read = self.read(&mut buffer, self.number + 1);
            self.buffer = buffer;
            if !read? {
                return Ok(false);
            }
        }
        self.number += 1;
        Ok(true)
    }

    /// Looks at the line that is `distance` lines behind the current one, without moving to it;
    /// `None` if the input ends before.
    ///
    /// # Errors
    /// As [`Self::advance`].
    pub(super) fn look(&mut self, distance: usize) -> io::Result<Option<Cow<'_, str>>> {
        while self.ahead.len() < distance {
            let mut buffer = Vec::new();
            let number = self.number + 1 + self.ahead.len() as u64;
            if !self.read(&mut buffer, number)? {
                return Ok(None);
            }
            self.ahead.push_back(buffer);
        }
        Ok(self.ahead.get(distance - 1).map(|line| text(line)))
    }

    /// Adds the next lines, which were looked at, to the current one, each after a line break.
    pub(super) fn join(&mut self, count: usize) {
        for line in self.ahead.drain(..count) {
            self.buffer.push(b'\n');
            self.buffer.extend_from_slice(&line);
            self.number += 1;
        }
    }

    fn read(&mut self, buffer: &mut Vec<u8>, number: u64) -> io::Result<bool> {
        buffer.clear();
        let mut limited = self.reader.by_ref().take(MAX_LINE);
        let length = limited.read_until(b'\n', buffer)?;
        if length == 0 {
            return Ok(false);
        }
        self.bytes += length as u64;
        if buffer.last() == Some(&b'\n') {
            buffer.pop();
        } else if length as u64 == MAX_LINE {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!("line {number} is longer than 1 MiB"),
            ));
        }
        if buffer.last() == Some(&b'\r') {
            buffer.pop();
        }
        if number == 1 && buffer.starts_with(b"\xef\xbb\xbf") {
            buffer.drain(..3); // the byte order mark that spreadsheets write
        }
        Ok(true)
    }

    /// The line moved to last, without its end.
    pub(super) fn current(&self) -> Cow<'_, str> {
        text(&self.buffer)
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
        !self.ahead.is_empty() || self.reader.buffer().contains(&b'\n')
    }
}

/// Bytes as text; what is no UTF-8 in it is replaced. Nearly all input is UTF-8, and whether it
/// is, `from_utf8` finds out for many bytes at a time.
pub(super) fn text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => String::from_utf8_lossy(bytes),
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
    fn looking_does_not_move() {
        let mut lines = Lines::new(Box::new(&b"a\nb\nc"[..]));
        assert!(lines.advance().unwrap());
        assert_eq!(lines.look(2).unwrap().unwrap(), "c");
        assert_eq!(lines.look(1).unwrap().unwrap(), "b");
        assert_eq!(lines.look(3).unwrap(), None);
        assert_eq!(lines.current(), "a");
        let mut rest = Vec::new();
        while lines.advance().unwrap() {
            rest.push((lines.number(), lines.current().into_owned()));
        }
        assert_eq!(rest, [(2, "b".to_owned()), (3, "c".to_owned())]);
    }

    #[test]
    fn lines_are_joined() {
        let mut lines = Lines::new(Box::new(&b"a\r\nb\nc\nd"[..]));
        assert!(lines.advance().unwrap());
        assert_eq!(lines.look(2).unwrap().unwrap(), "c");
        lines.join(2);
        assert_eq!((lines.number(), &*lines.current()), (3, "a\nb\nc"));
        assert!(lines.advance().unwrap());
        assert_eq!((lines.number(), &*lines.current()), (4, "d"));
    }

    #[test]
    fn a_line_without_end_is_refused() {
        let mut lines = Lines::new(Box::new(io::repeat(b'7')));
        let error = lines.advance().unwrap_err();
        assert_eq!(error.to_string(), "line 1 is longer than 1 MiB");
    }
}
