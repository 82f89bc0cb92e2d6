//! Text that others wrote (file names, column names, fields, what libraries say of them), made
//! fit for a terminal: none of it may move the cursor, colour, hide or turn around what stands
//! beside it.
//!
//! Messages pass through [`visible`] as a whole, whatever they quote; a field that is quoted
//! is cut by [`quoted`] as well.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::Path;

/// So much of a text is enough to find it by.
const ENOUGH: usize = 60;

/// The text with everything that cannot be seen written out: control characters, with which
/// escape sequences begin, marks that turn the direction of writing, blanks other than the
/// space. `\u{1b}` stands for the escape character.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().all(can_be_seen) {
        return text.into();
    }
    let mut all = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if can_be_seen(character) {
            all.push(character);
        } else {
            all.extend(character.escape_debug());
        }
    }
    all.into()
}

/// A text without the blanks around it, visible, and no longer than helps to find it by.
pub(crate) fn shortened(text: &str) -> String {
    cut(text.trim(), ENOUGH)
}

/// The same in quotes, for messages.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", shortened(text))
}

/// What a library says of a file: with its words about what it found there, which may be long.
pub(crate) fn said(error: &impl std::fmt::Display) -> String {
    cut(&error.to_string(), 5 * ENOUGH)
}

/// The name of a file.
#[expect(clippy::disallowed_methods, reason = "where names of files are shown")]
pub(crate) fn path(path: &Path) -> String {
    visible(&path.display().to_string()).into_owned()
}

/// Text for JSON, which has its own way of writing characters out: what cannot be seen
/// becomes `\u001b`. For whole documents; between strings there is nothing to write out.
pub(crate) fn in_json(document: &str) -> Cow<'_, str> {
    let stays = |character| character == '\n' || can_be_seen(character);
    if document.chars().all(stays) {
        return document.into();
    }
    let mut all = String::with_capacity(document.len() + 16);
    for character in document.chars() {
        if stays(character) {
            all.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(all, "\\u{unit:04x}"); // writing to memory
            }
        }
    }
    all.into()
}

fn cut(text: &str, length: usize) -> String {
    match text.char_indices().nth(length) {
        Some((end, _)) => format!("{}…", visible(&text[..end])),
        None => visible(text).into_owned(),
    }
}

/// Whether a character is written as something that can be seen. Marks over the letter before
/// count as such.
fn can_be_seen(character: char) -> bool {
    if character.is_ascii() {
        return matches!(character, ' '..='~');
    }
    // The standard library knows which characters are printable. Behind a letter, where a
    // mark may stand.
    let mut text = [b'a'; 5];
    let length = character.encode_utf8(&mut text[1..]).len();
    let text = std::str::from_utf8(&text[..=length]).unwrap_or_default();
    text.escape_debug().nth(1) == Some(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_seen_stays() {
        for text in [
            "plain",
            "C:\\data\\\"x\".csv",
            "Zuflüsse in m³/s",
            "日本語",
            "e\u{301}te\u{301}",
            "\u{fffd}",
        ] {
            assert!(matches!(visible(text), Cow::Borrowed(same) if same == text));
            assert!(matches!(in_json(text), Cow::Borrowed(_)));
        }
    }

    #[test]
    fn all_else_is_written_out() {
        let cases = [
            ("\x1b[31mRED", "\\u{1b}[31mRED", "\\u001b[31mRED"),
            (
                "a\tb\r\0\x07\x7f",
                "a\\tb\\r\\0\\u{7}\\u{7f}",
                "a\\u0009b\\u000d\\u0000\\u0007\\u007f",
            ),
            ("\u{9b}2J", "\\u{9b}2J", "\\u009b2J"),
            (
                "x\u{202e}txt.\u{2066}",
                "x\\u{202e}txt.\\u{2066}",
                "x\\u202etxt.\\u2066",
            ),
            (
                "\u{200b}\u{feff}\u{a0}\u{2028}",
                "\\u{200b}\\u{feff}\\u{a0}\\u{2028}",
                "\\u200b\\ufeff\\u00a0\\u2028",
            ),
            ("\u{e0041}", "\\u{e0041}", "\\udb40\\udc41"),
        ];
        for (text, shown, in_strings) in cases {
            assert_eq!(visible(text), shown);
            assert_eq!(in_json(text), in_strings);
        }
        assert_eq!(visible("a\nb"), "a\\nb");
        assert_eq!(in_json("{\n}\n"), "{\n}\n");
    }

    #[test]
    fn json_means_the_same_written_out() {
        let text: String = (0..0x3000)
            .filter_map(char::from_u32)
            .chain(['\u{e0001}'])
            .collect();
        let json = serde_json::to_string(&text).unwrap();
        let shown = in_json(&json);
        assert!(shown.chars().all(can_be_seen));
        assert_eq!(serde_json::from_str::<String>(&shown).unwrap(), text);
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(quoted("  a\x1b \n"), "\"a\\u{1b}\"");
        assert_eq!(quoted(&"é".repeat(61)), format!("\"{}…\"", "é".repeat(60)));
        assert_eq!(said(&"x".repeat(1000)).chars().count(), 301);
    }
}
