//! UTF-16, which spreadsheets and shells of Windows write, as UTF-8.

use std::io::{self, BufRead, BufReader, Read};

/// Reads UTF-16 and gives UTF-8. What is no character becomes the character for that.
pub(super) struct Utf16<R: Read> {
    reader: BufReader<R>,
    little_endian: bool,
    /// What is decoded and still to be given.
    ready: Vec<u8>,
    given: usize,
    /// A byte without the other of its pair, and the first unit of a pair of surrogates.
    half: Option<u8>,
    high: Option<u16>,
}

impl<R: Read> Utf16<R> {
    pub(super) fn new(reader: R, little_endian: bool) -> Self {
        Self {
            reader: BufReader::new(reader),
            little_endian,
            ready: Vec::new(),
            given: 0,
            half: None,
            high: None,
        }
    }

    /// Decodes what has arrived; nothing is ready after the end.
    fn refill(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.given = 0;
        while self.ready.is_empty() {
            let bytes = self.reader.fill_buf()?;
            let length = bytes.len();
            let mut text = String::with_capacity(length);
            let mut units = Vec::with_capacity(length / 2 + 2);
            units.extend(self.high.take());
            for &byte in bytes {
                match self.half.take() {
                    None => self.half = Some(byte),
                    Some(first) if self.little_endian => {
                        units.push(u16::from_le_bytes([first, byte]));
                    }
                    Some(first) => units.push(u16::from_be_bytes([first, byte])),
                }
            }
            self.reader.consume(length);
            if length > 0 {
                self.high = units.pop_if(|unit| (0xd800..0xdc00).contains(unit));
            } else if self.half.take().is_some() {
                units.push(0xfffd);
            }
            let characters = char::decode_utf16(units);
            text.extend(characters.map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
            self.ready = text.into_bytes();
            if length == 0 {
                break;
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.ready.len() {
            self.refill()?;
        }
        let rest = &self.ready[self.given..];
        let length = rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&rest[..length]);
        self.given += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let length = buffer.len().min(1);
            self.0.read(&mut buffer[..length])
        }
    }

    fn decoded(bytes: &[u8], little_endian: bool) -> String {
        let mut text = String::new();
        Utf16::new(Slow(bytes), little_endian)
            .read_to_string(&mut text)
            .unwrap();
        text
    }

    #[test]
    fn text_is_the_same_in_both_orders_and_however_it_arrives() {
        let text = "\u{feff}Größe;€\n1,5\n𝄞";
        let units: Vec<u16> = text.encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        assert_eq!(decoded(&little, true), text);
        assert_eq!(decoded(&big, false), text);
    }

    #[test]
    fn what_is_no_character_is_marked() {
        assert_eq!(decoded(b"\x00\xd8\x31\0", true), "\u{fffd}1");
        assert_eq!(decoded(b"1\0\x00\xd8", true), "1\u{fffd}");
        assert_eq!(decoded(b"1\0x", true), "1\u{fffd}");
    }
}
