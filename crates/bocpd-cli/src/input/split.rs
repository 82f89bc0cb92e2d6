//! The fields of a line.

use std::borrow::Cow;

use super::decoration::without_frame;
use super::lines::text;

/// Splits lines into fields, quotes understood, without allocating for each line.
///
/// Where the separator is a blank, any number of blanks and tabs is one, and those at the ends
/// of a line are none.
pub(super) struct Splitter {
    separator: u8,
    parser: csv_core::Reader,
    text: Vec<u8>,
    ends: Vec<usize>,
    fields: usize,
    /// What lies between the end of a field and the beginning of the next: the separator, where
    /// the text is the line itself.
    gap: usize,
}

impl Splitter {
    pub(super) fn new(separator: u8) -> Self {
        Self {
            separator,
            // A lone carriage return stays in its field, where it is reported, instead of
            // ending the record early.
            parser: csv_core::ReaderBuilder::new()
                .delimiter(separator)
                .terminator(csv_core::Terminator::Any(b'\n'))
                .build(),
            text: Vec::new(),
            ends: Vec::new(),
            fields: 0,
            gap: 0,
        }
    }

    /// Takes a line in; its fields are then there by number.
    pub(super) fn split(&mut self, line: &str) {
        let line = match self.separator {
            b' ' => single(line),
            b'|' => without_frame(line).into(),
            _ => line.into(),
        };
        if self.split_plain(line.as_bytes()) {
            return;
        }
        let line = close(&line, self.separator);
        self.gap = 0;
        // Unquoting only shortens, and every field but the last costs a separator.
        self.text.resize(line.len() + 1, 0);
        self.ends.resize(line.len() + 1, 0);
        self.parser.reset();
        let (mut text, mut ends) = (0, 0);
        // The empty slice says that the input ends here, which closes the record.
        for input in [line.as_bytes(), &[]] {
            let (_, _, written, fields) =
                self.parser
                    .read_record(input, &mut self.text[text..], &mut self.ends[ends..]);
            text += written;
            ends += fields;
        }
        self.fields = ends;
    }

    /// Splits a line without quotes, which is nearly every line; `false` if there are some.
    fn split_plain(&mut self, line: &[u8]) -> bool {
        self.ends.clear();
        for at in memchr::memchr2_iter(self.separator, b'"', line) {
            if line[at] == b'"' {
                return false;
            }
            self.ends.push(at);
        }
        self.ends.push(line.len());
        self.fields = if line.is_empty() { 0 } else { self.ends.len() };
        self.text.clear();
        self.text.extend_from_slice(line);
        self.gap = 1;
        true
    }

    pub(super) fn len(&self) -> usize {
        self.fields
    }

    pub(super) fn field(&self, position: usize) -> Option<Cow<'_, str>> {
        let ends = &self.ends[..self.fields];
        let end = *ends.get(position)?;
        let start = if position == 0 {
            0
        } else {
            ends[position - 1] + self.gap
        };
        Some(text(&self.text[start..end]))
    }

    /// All fields.
    pub(super) fn fields(&self) -> Vec<String> {
        (0..self.fields)
            .filter_map(|at| self.field(at).map(Cow::into_owned))
            .collect()
    }
}

/// Blanks between a separator and a quote belong to neither: without them, the quote opens the
/// field.
fn close(line: &str, separator: u8) -> Cow<'_, str> {
    let is_blank = |byte: u8| matches!(byte, b' ' | b'\t') && byte != separator;
    let bytes = line.as_bytes();
    let apart = |at: usize| bytes[at] == b'"' && at > 0 && is_blank(bytes[at - 1]);
    if !bytes.contains(&b'"') || !(0..bytes.len()).any(apart) {
        return line.into();
    }
    let mut closed = String::with_capacity(line.len());
    let mut quoted = false;
    for character in line.chars() {
        if character == '"' {
            let kept = closed.trim_end_matches(|c: char| c.is_ascii() && is_blank(c as u8));
            let begins = kept.is_empty() || kept.as_bytes().last() == Some(&separator);
            if !quoted && begins {
                closed.truncate(kept.len());
            }
            quoted = !quoted;
        }
        closed.push(character);
    }
    closed.into()
}

/// Runs of blanks outside of quotes as one blank each.
fn single(line: &str) -> Cow<'_, str> {
    let line = line.trim_matches([' ', '\t']);
    if !line.contains('\t') && !line.contains("  ") {
        return line.into();
    }
    let mut short = String::with_capacity(line.len());
    let mut quoted = false;
    for character in line.chars() {
        quoted ^= character == '"';
        match character {
            ' ' | '\t' if !quoted => {
                if !short.ends_with(' ') {
                    short.push(' ');
                }
            }
            other => short.push(other),
        }
    }
    short.into()
}

/// The fields of one line.
pub(super) fn split(line: &str, separator: Option<u8>) -> Vec<String> {
    let Some(separator) = separator else {
        return vec![unquoted(line).to_owned()];
    };
    let mut splitter = Splitter::new(separator);
    splitter.split(line);
    splitter.fields()
}

/// A line that is one field, without quotes around it.
pub(super) fn unquoted(line: &str) -> &str {
    let line = line.trim();
    let inner = line
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    inner.unwrap_or(line)
}

/// Whether a character stands in a line outside of quotes.
pub(super) fn outside_quotes(line: &str, wanted: u8) -> bool {
    let mut quoted = false;
    line.bytes().any(|byte| {
        quoted ^= byte == b'"';
        byte == wanted && !quoted
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_split_and_unquoted() {
        let fields = split(r#"a,"b ""c"", d",,e"#, Some(b','));
        assert_eq!(fields, ["a", r#"b "c", d"#, "", "e"]);
        assert_eq!(split("", Some(b',')).len(), 0);
        assert_eq!(split(",", Some(b',')), ["", ""]);
        assert_eq!(split("1,2", None), ["1,2"]);
        assert_eq!(split(" \"1,2\" ", None), ["1,2"]);
    }

    #[test]
    fn blanks_before_a_quote_do_not_count() {
        let fields = split(r#""a b", "c, d" ,5, "x "" y""#, Some(b','));
        assert_eq!(fields, ["a b", "c, d ", "5", r#"x " y"#]);
        // But those within quotes do.
        assert_eq!(split(r#""a, ""b""",c"#, Some(b',')), [r#"a, "b""#, "c"]);
    }

    #[test]
    fn runs_of_blanks_are_one_separator() {
        assert_eq!(split("  1   2.5\t3 ", Some(b' ')), ["1", "2.5", "3"]);
        assert_eq!(split("a \"b  c\"", Some(b' ')), ["a", "b  c"]);
    }

    #[test]
    fn separators_in_quotes_do_not_count() {
        assert!(outside_quotes("a,b", b','));
        assert!(!outside_quotes("\"9,872\"", b','));
    }
}
