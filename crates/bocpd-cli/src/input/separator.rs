//! What stands between the fields of a table.

use super::cell::Kind;
use super::number::Decimal;
use super::split::{outside_quotes, split};
use crate::time;

/// The byte between fields, by the first two lines; `None` if a line is one field.
pub(super) fn guess(first: &str, second: Option<&str>, decimal: Option<Decimal>) -> Option<u8> {
    let found = [b'\t', b';', b'|', b',']
        .into_iter()
        .find(|&separator| outside_quotes(first, separator));
    match found {
        // A decimal comma is no separator, unless there are names or dates with commas
        // between them.
        Some(b',') if decimal == Some(Decimal::Comma) => {
            let fields = split(first, Some(b','));
            let is_column = |field: &String| matches!(Kind::of(field), Kind::Word | Kind::Date);
            fields.iter().any(is_column).then_some(b',')
        }
        None => are_columns(first, second).then_some(b' '),
        found => found,
    }
}

/// Whether blanks stand between columns.
fn are_columns(first: &str, second: Option<&str>) -> bool {
    let kinds = |line: &str| {
        let fields = split(line, Some(b' '));
        let kinds: Vec<_> = fields
            .iter()
            .map(|field| {
                if time::is_time_of_day(field) {
                    Kind::Date
                } else {
                    Kind::of(field)
                }
            })
            .collect();
        kinds
    };
    let upper = kinds(first);
    if upper.len() < 2 || first.trim_start().starts_with('"') {
        return false;
    }
    let has_number = |kinds: &[Kind]| kinds.contains(&Kind::Number);
    let is_data = |kind: &Kind| kind.is_data() || *kind == Kind::Missing;
    if upper.iter().all(is_data) {
        return has_number(&upper) && !time::is_date(first);
    }
    // 5 apples, 12 ms: a number with its unit.
    if upper.len() == 2 && upper[0] == Kind::Number {
        return false;
    }
    second.is_some_and(|second| {
        let lower = kinds(second);
        lower.len() == upper.len() && has_number(&lower)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_are_found() {
        let cases = [
            ("1.5", None, None),
            ("a,b", None, Some(b',')),
            ("a;b,c", None, Some(b';')),
            ("a\tb", None, Some(b'\t')),
            (" a | b ", None, Some(b'|')),
            ("\"9,872\"", None, None),
            ("0 98.72", None, Some(b' ')),
            ("2024-03-01 00:05:00 98.72", None, Some(b' ')),
            ("2024-03-01 00:05:00", None, None),
            ("Response Time (ms)", Some("98.72"), None),
            ("time value", Some("0 98.72"), Some(b' ')),
            ("web0 5", Some("web1 6"), Some(b' ')),
            ("98.7 ms", Some("99.1 ms"), None),
        ];
        for (first, second, want) in cases {
            assert_eq!(guess(first, second, None), want, "{first}");
        }
    }

    #[test]
    fn a_decimal_comma_is_no_separator() {
        let guess = |line| guess(line, None, Some(Decimal::Comma));
        assert_eq!(guess("98,72"), None);
        assert_eq!(guess("date,v"), Some(b','));
        assert_eq!(guess("2021-01-01,44,35"), Some(b','));
        assert_eq!(guess("a;98,72"), Some(b';'));
    }
}
