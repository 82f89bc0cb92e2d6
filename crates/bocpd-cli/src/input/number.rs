//! How numbers are written: decimal marks, groups of thousands, units.

use serde::{Deserialize, Serialize};

/// The mark before the decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Decimal {
    Point,
    Comma,
}

impl Decimal {
    pub(super) fn mark(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }
}

/// What a text says if it is a number in one of the ways people write them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Written<'a> {
    pub(super) value: f64,
    /// The decimal mark, where the text shows which one it is.
    pub(super) decimal: Option<Decimal>,
    /// Whether the text would be another number with the other decimal mark: `9,872`.
    pub(super) ambiguous: bool,
    /// What stands before or behind the digits: `%`, `ms`, `$`; empty if nothing does.
    pub(super) unit: &'a str,
}

/// Reads a number as people and their programs write it: with a decimal comma, with groups of
/// thousands, with a unit. `None` if it is none.
///
/// `decimal` is what is known of the decimal mark. Where nothing is, a comma or a point that is
/// followed by three digits at the end stands between thousands if it is a comma, and before
/// decimals if it is a point.
pub(super) fn read(text: &str, decimal: Option<Decimal>) -> Option<Written<'_>> {
    let (digits, unit) = without_unit(text.trim())?;
    let (negative, digits) = match digits.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest),
        None => (false, digits.strip_prefix('+').unwrap_or(digits)),
    };
    let (mantissa, exponent) = match digits.find(['e', 'E']) {
        Some(at) => digits.split_at(at),
        None => (digits, ""),
    };
    let (plain, decimal, ambiguous) = plain(mantissa, decimal)?;
    let value: f64 = (plain + exponent).parse().ok()?;
    Some(Written {
        value: if negative { -value } else { value },
        decimal,
        ambiguous,
        unit,
    })
}

/// The digits with a point before the decimals and without groups; the decimal mark that this
/// shows; and whether the other mark would give another number.
fn plain(text: &str, known: Option<Decimal>) -> Option<(String, Option<Decimal>, bool)> {
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',')) {
        return None;
    }
    let marks = |mark: char| text.chars().filter(|&c| c == mark).count();
    let (points, commas) = (marks('.'), marks(','));
    let last = |mark: char| text.rfind(mark).unwrap_or(0);
    let shown = match (points, commas) {
        (1, 1..) if last('.') > last(',') => Some(Decimal::Point),
        (1.., 1) if last(',') > last('.') => Some(Decimal::Comma),
        (1.., 1..) => return None,
        (0, 2..) => Some(Decimal::Point),
        (2.., 0) => Some(Decimal::Comma),
        (0, 1) if !in_groups(text, ',') => Some(Decimal::Comma),
        (1, 0) if !in_groups(text, '.') => Some(Decimal::Point),
        // None, or one with three digits behind it.
        _ => None,
    };
    let decimal = match (known, shown) {
        (Some(known), Some(shown)) if known != shown => return None,
        (known, shown) => known.or(shown).unwrap_or(Decimal::Point),
    };
    let ambiguous = known.is_none() && shown.is_none() && commas == 1;
    let (whole, fraction) = match text.split_once(decimal.mark()) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let mut plain = ungrouped(whole, decimal)?;
    if let Some(fraction) = fraction {
        let all_digits = fraction.bytes().all(|byte| byte.is_ascii_digit());
        if !all_digits || (fraction.is_empty() && plain.is_empty()) {
            return None;
        }
        plain.push('.');
        plain.push_str(fraction);
    }
    Some((plain, shown, ambiguous))
}

/// Whether a mark stands where it would between thousands.
fn in_groups(text: &str, mark: char) -> bool {
    let mut groups = text.split(mark);
    let first = groups.next().unwrap_or_default();
    let is_digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    (1..=3).contains(&first.len())
        && is_digits(first)
        && !first.starts_with('0')
        && groups.all(|group| group.len() == 3 && is_digits(group))
}

/// A whole number without the marks between its thousands.
fn ungrouped(text: &str, decimal: Decimal) -> Option<String> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text.to_owned());
    }
    let mark = text.chars().find(|c| !c.is_ascii_digit())?;
    let may_be = match mark {
        ',' => decimal == Decimal::Point,
        '.' => decimal == Decimal::Comma,
        // Blanks that do not break, thin or not, and those that programming languages use.
        '\'' | '\u{2019}' | '_' | ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}' => true,
        _ => false,
    };
    if !may_be || !in_groups(text, mark) {
        return None;
    }
    Some(text.chars().filter(char::is_ascii_digit).collect())
}

/// The number and the unit behind it, or the currency before it.
fn without_unit(text: &str) -> Option<(&str, &str)> {
    let is_currency = |c: char| matches!(c, '$' | '€' | '£' | '¥' | '₹');
    if let Some(rest) = text.strip_prefix(is_currency) {
        return Some((rest.trim_start(), &text[..text.len() - rest.len()]));
    }
    let last = text.rfind(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','))?;
    let (number, unit) = text.split_at(last + 1);
    let apart = unit.starts_with(char::is_whitespace);
    let unit = unit.trim_start();
    if unit.is_empty() {
        return Some((number, ""));
    }
    let may_begin = |c: char| c.is_alphabetic() || is_currency(c) || matches!(c, '%' | '‰' | '°');
    let may_follow = |c: char| may_begin(c) || matches!(c, '/' | '²' | '³' | '·' | '^' | ' ');
    // Letters that are taken for digits, and an exponent that was cut.
    let mistyped = !apart && matches!(unit, "O" | "o" | "l" | "I" | "e" | "E");
    let is_unit = unit.starts_with(may_begin)
        && unit.chars().all(may_follow)
        && unit.chars().count() <= 12
        && !mistyped;
    is_unit.then_some((number, unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str, decimal: Option<Decimal>) -> Option<f64> {
        read(text, decimal).map(|written| written.value)
    }

    #[test]
    fn what_can_only_be_one_number_is_read() {
        let cases = [
            ("98,72", 98.72),
            ("-0,5", -0.5),
            ("\u{2212}3", -3.0),
            ("1.234,56", 1234.56),
            ("1,234.56", 1234.56),
            ("1,234,567", 1_234_567.0),
            ("1.234.567", 1_234_567.0),
            ("12'345", 12_345.0),
            ("12\u{202f}345,5", 12_345.5),
            ("1_000", 1000.0),
            ("0,123", 0.123),
            ("1,5e3", 1500.0),
            (".5", 0.5),
            ("5.", 5.0),
        ];
        for (text, want) in cases {
            assert_eq!(value(text, None), Some(want), "{text}");
        }
    }

    #[test]
    fn what_could_be_two_numbers_says_so() {
        let written = read("9,872", None).unwrap();
        assert_eq!((written.value, written.ambiguous), (9872.0, true));
        assert_eq!(value("9,872", Some(Decimal::Comma)), Some(9.872));
        assert_eq!(value("9.872", Some(Decimal::Comma)), Some(9872.0));
        assert!(!read("98,72", None).unwrap().ambiguous);
        assert!(!read("1,234,567", None).unwrap().ambiguous);
    }

    #[test]
    fn what_is_against_the_decimal_mark_is_no_number() {
        assert_eq!(value("98,72", Some(Decimal::Point)), None);
        assert_eq!(value("98.72", Some(Decimal::Comma)), None);
        assert_eq!(value("1,234.5", Some(Decimal::Comma)), None);
    }

    #[test]
    fn units_are_taken_off() {
        let unit = |text| read(text, None).map(|written| (written.value, written.unit));
        assert_eq!(unit("49.4%"), Some((49.4, "%")));
        assert_eq!(unit("12 ms"), Some((12.0, "ms")));
        assert_eq!(unit("$1,234.50"), Some((1234.5, "$")));
        assert_eq!(unit("3,5 €"), Some((3.5, "€")));
        assert_eq!(unit("7 km/h"), Some((7.0, "km/h")));
        assert_eq!(unit("21°C"), Some((21.0, "°C")));
    }

    #[test]
    fn anything_else_is_no_number() {
        for text in [
            "",
            "abc",
            "1O",
            "1.2.3",
            "1,2,3",
            "0x10",
            "12:30",
            "2024-01-01",
            "1 2",
            "--1",
            "1e",
            "01,234,5",
            ".",
            ",",
            "%",
            "5 %!",
            "1,2.3,4",
        ] {
            assert_eq!(read(text, None), None, "{text:?}");
        }
    }
}
