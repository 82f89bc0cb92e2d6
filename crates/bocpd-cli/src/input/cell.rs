//! What one field of a table says, given what the fields before it have said.

use super::number::{self, Decimal};
use crate::foreign::quoted;

/// A field read as an observation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell {
    /// A number. Infinities are numbers here; the model refuses them by itself.
    Number(f64),
    /// One of the usual marks for a missing value, or one that was named.
    Missing,
}

/// The usual marks for a missing value, beside NaN with or without a sign.
const MARKS: [&str; 19] = [
    "", "na", "n/a", "#n/a", "#na", "#nv", "<na>", "null", "(null)", "\\n", "none", "nil",
    "missing", "-", "--", "–", "—", ".", "?",
];

/// Words for yes and no.
const WORDS: [(&str, f64); 6] = [
    ("true", 1.0),
    ("false", 0.0),
    ("yes", 1.0),
    ("no", 0.0),
    ("on", 1.0),
    ("off", 0.0),
];

/// A field without the blanks around it. Few fields have any, so the two ends are looked at
/// first.
fn trimmed(field: &str) -> &str {
    let is_plain = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    let bytes = field.as_bytes();
    if is_plain(bytes.first()) && is_plain(bytes.last()) {
        field
    } else {
        field.trim()
    }
}

/// Reads the fields of one input, which are all written in the same way.
#[derive(Clone, Debug, Default)]
pub(super) struct Reader {
    /// The decimal mark, where it is known.
    decimal: Option<Decimal>,
    /// Whether a comma in a number is taken for a decimal comma if it can be one.
    commas: bool,
    /// Marks for missing values that were named, with the number that they are.
    named: Vec<(String, Option<f64>)>,
    /// A field with a point in it, and its line, while the decimal mark is open.
    point: Option<(u64, String)>,
    /// The unit of the first number that had one, and its line.
    unit: Option<(u64, String)>,
    /// Whether a number had none.
    plain: bool,
    /// What was assumed of how numbers are written.
    pub(super) assumed: Vec<String>,
    /// What is odd about it.
    pub(super) remarks: Vec<String>,
}

impl Reader {
    /// `decimal` was given; else `commas` says whether decimal commas are to be expected.
    pub(super) fn new(decimal: Option<Decimal>, commas: bool, named: &[String]) -> Self {
        let named = named.iter().map(|mark| mark.trim());
        Self {
            decimal,
            commas: commas && decimal.is_none(),
            named: named
                .map(|mark| (mark.to_owned(), mark.parse().ok()))
                .collect(),
            ..Self::default()
        }
    }

    /// Reads a field; blanks around it do not count.
    ///
    /// # Errors
    /// It is neither a number nor a mark for a missing one, or not written like those before:
    /// the message says what was found, and which option helps.
    pub(super) fn read(&mut self, field: &str, line: u64) -> Result<Cell, String> {
        let field = trimmed(field);
        let is_simple = self.decimal.is_none_or(|decimal| decimal == Decimal::Point)
            && self.unit.is_none()
            && (!self.commas || !field.contains('.'));
        if is_simple && let Ok(number) = field.parse::<f64>() {
            self.plain = true;
            return Ok(self.number(number, field));
        }
        self.read_with_care(field, line)
    }

    fn number(&self, number: f64, field: &str) -> Cell {
        // With a sign: what C prints for some that are none.
        if number.is_nan() || self.is_named(field, number) {
            Cell::Missing
        } else {
            Cell::Number(number)
        }
    }

    fn is_named(&self, field: &str, number: f64) -> bool {
        let is = |(mark, value): &(String, Option<f64>)| *value == Some(number) || mark == field;
        !self.named.is_empty() && self.named.iter().any(is)
    }

    fn read_with_care(&mut self, field: &str, line: u64) -> Result<Cell, String> {
        if is_missing(field) || self.named.iter().any(|(mark, _)| mark == field) {
            return Ok(Cell::Missing);
        }
        if let Some(word) = word(field) {
            return Ok(Cell::Number(word));
        }
        let expected = self.expected(field);
        let written = number::read(field, expected);
        let Some(written) = written else {
            return match field.parse::<f64>() {
                Ok(infinite) if !infinite.is_finite() => Ok(self.number(infinite, field)),
                _ => Err(self.complaint(field)),
            };
        };
        match written.decimal.or(expected) {
            Some(Decimal::Comma) if self.decimal.is_none() => self.decide_for_comma(field, line)?,
            _ if self.commas && self.point.is_none() && field.contains('.') => {
                self.point = Some((line, field.to_owned()));
            }
            _ => {}
        }
        if written.ambiguous && self.decimal.is_none() && !self.commas {
            self.decimal = Some(Decimal::Point);
            self.remarks.push(format!(
                "line {line}: {} is read as {}; with --decimal , it is {}",
                quoted(field),
                written.value,
                number::read(field, Some(Decimal::Comma)).map_or(f64::NAN, |other| other.value)
            ));
        }
        let (value, unit) = (written.value, written.unit.to_owned());
        let cell = self.number(value, field);
        if matches!(cell, Cell::Number(_)) {
            self.check_unit(field, &unit, line)?;
        }
        Ok(cell)
    }

    /// The decimal mark to read a field with.
    fn expected(&self, field: &str) -> Option<Decimal> {
        // Where commas are expected, a comma before three digits is a decimal comma too,
        // unless there were points before decimals.
        let comma = self.commas && self.point.is_none() && field.contains(',');
        let both = field.contains('.') && field.rfind('.') > field.rfind(',');
        self.decimal.or((comma && !both).then_some(Decimal::Comma))
    }

    fn decide_for_comma(&mut self, field: &str, line: u64) -> Result<(), String> {
        if !self.commas {
            return Err(format!(
                "{} is not a number; with --decimal , it is one",
                quoted(field)
            ));
        }
        if let Some((before, point)) = &self.point {
            return Err(format!(
                "{} has a decimal comma, and {} in line {before} was read with a decimal point; \
                 --decimal says which it is",
                quoted(field),
                quoted(point)
            ));
        }
        self.decimal = Some(Decimal::Comma);
        self.assumed.push(format!(
            "decimal commas, as in {} (line {line})",
            quoted(field)
        ));
        Ok(())
    }

    /// All numbers have the same unit, or none.
    fn check_unit(&mut self, field: &str, unit: &str, line: u64) -> Result<(), String> {
        match &self.unit {
            Some((_, before)) if before == unit => Ok(()),
            Some((before, other)) => Err(format!(
                "{} has {}, and the number in line {before} had {}",
                quoted(field),
                in_words(unit),
                in_words(other)
            )),
            None if unit.is_empty() => {
                self.plain = true;
                Ok(())
            }
            None if self.plain => Err(format!(
                "{} has {}, and the numbers before it had none",
                quoted(field),
                in_words(unit)
            )),
            None => {
                self.unit = Some((line, unit.to_owned()));
                self.assumed
                    .push(format!("numbers with {}, left out", in_words(unit)));
                Ok(())
            }
        }
    }

    /// What is wrong with a field that is no number.
    fn complaint(&self, field: &str) -> String {
        let what = quoted(field);
        let with = |decimal| number::read(field, Some(decimal));
        if self.decimal == Some(Decimal::Comma) && with(Decimal::Point).is_some() {
            return format!(
                "{what} is not a number with a decimal comma; --decimal . takes points"
            );
        }
        if self.decimal != Some(Decimal::Comma) && with(Decimal::Comma).is_some() {
            return format!("{what} is not a number; with --decimal , it is one");
        }
        let marks = field.split(',').map(str::trim);
        if field.contains(char::is_whitespace)
            && field
                .split_whitespace()
                .all(|part| number::read(part, None).is_some())
        {
            return format!("{what} is not a number; --separator ' ' reads several in a line");
        }
        if marks.count() == 1 && field.chars().count() <= 20 {
            return format!(
                "{what} is not a number; if it stands for a missing value, --na {} says so",
                said(field)
            );
        }
        format!("{what} is not a number")
    }
}

/// A text as it can be typed after an option.
fn said(field: &str) -> String {
    let simple = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/');
    if field.chars().all(simple) {
        field.to_owned()
    } else {
        quoted(field)
    }
}

fn in_words(unit: &str) -> String {
    match unit {
        "" => "no unit".to_owned(),
        "%" => "a percent sign".to_owned(),
        _ => format!("the unit {}", quoted(unit)),
    }
}

fn is_missing(field: &str) -> bool {
    let is = |mark: &&str| field.eq_ignore_ascii_case(mark);
    field.len() <= 8 && MARKS.iter().any(is)
}

fn word(field: &str) -> Option<f64> {
    let is = |(word, _): &&(&str, f64)| field.eq_ignore_ascii_case(word);
    WORDS.iter().find(is).map(|&(_, value)| value)
}

/// What a field is like, seen alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    /// A date, with or without a time of day.
    Date,
    Missing,
    /// Begins like a number or a date and is none: `1O` with a letter is a mistyped number,
    /// which must be reported and not taken for the name of a column.
    Mistyped,
    /// Anything else: a name.
    Word,
}

impl Kind {
    pub(super) fn of(field: &str) -> Self {
        let field = field.trim();
        if field.parse().is_ok_and(|number: f64| !number.is_nan()) || word(field).is_some() {
            return Self::Number;
        }
        if is_missing(field) || field.parse::<f64>().is_ok() {
            return if field.is_empty() || !is_sign(field) {
                Self::Missing
            } else {
                Self::Mistyped
            };
        }
        if crate::time::is_date(field) {
            return Self::Date;
        }
        let both = [None, Some(Decimal::Comma)];
        if both
            .into_iter()
            .any(|decimal| number::read(field, decimal).is_some())
        {
            return Self::Number;
        }
        if field.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) {
            return Self::Mistyped;
        }
        Self::Word
    }

    /// Whether it is no name.
    pub(super) fn is_data(self) -> bool {
        !matches!(self, Self::Word | Self::Missing)
    }
}

/// A mark that could begin a number.
fn is_sign(field: &str) -> bool {
    matches!(field, "-" | "--" | ".")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(fields: &[&str]) -> Result<Vec<Option<f64>>, String> {
        reads_as(Reader::default(), fields).map(|(cells, _)| cells)
    }

    fn reads_as(
        mut reader: Reader,
        fields: &[&str],
    ) -> Result<(Vec<Option<f64>>, Vec<String>), String> {
        let mut cells = Vec::new();
        for (line, field) in (1..).zip(fields) {
            cells.push(match reader.read(field, line)? {
                Cell::Number(number) => Some(number),
                Cell::Missing => None,
            });
        }
        let said = [reader.assumed, reader.remarks].concat();
        Ok((cells, said))
    }

    fn semicolons() -> Reader {
        Reader::new(None, true, &[])
    }

    #[test]
    fn numbers_and_marks_are_told_apart() {
        assert_eq!(reads(&[" -1.5e3 "]), Ok(vec![Some(-1500.0)]));
        assert_eq!(reads(&["inf"]), Ok(vec![Some(f64::INFINITY)]));
        assert_eq!(
            reads(&["true", "FALSE", "Yes"]),
            Ok(vec![Some(1.0), Some(0.0), Some(1.0)])
        );
        for mark in [
            "", "  ", "NA", "na", "NaN", "nan", "-nan", "+NaN", "null", "NULL", "N/A", "-", "—",
            "None", "\\N", "#N/A",
        ] {
            assert_eq!(reads(&[mark]), Ok(vec![None]), "{mark:?}");
        }
        for other in ["abc", "1,5", "0x10", "1 2", "1O"] {
            assert!(reads(&[other]).is_err(), "{other:?}");
        }
    }

    #[test]
    fn marks_that_were_named_are_missing() {
        let reader = Reader::new(None, false, &["-999".to_owned(), "n.d.".to_owned()]);
        let (cells, _) = reads_as(reader, &["1", "-999", "-999.0", "n.d.", "999"]).unwrap();
        assert_eq!(cells, [Some(1.0), None, None, None, Some(999.0)]);
    }

    #[test]
    fn a_decimal_comma_is_read_where_it_is_expected() {
        let (cells, remarks) =
            reads_as(semicolons(), &["98", "9,872", "1.234,5", "1.234"]).unwrap();
        assert_eq!(cells, [98.0, 9.872, 1234.5, 1234.0].map(Some));
        assert_eq!(remarks, ["decimal commas, as in \"9,872\" (line 2)"]);
        // And hinted at elsewhere.
        let message = reads(&["98,72"]).unwrap_err();
        assert_eq!(
            message,
            "\"98,72\" is not a number; with --decimal , it is one"
        );
    }

    #[test]
    fn two_decimal_marks_in_one_input_are_an_error() {
        let message = reads_as(semicolons(), &["1.234", "98,72"]).unwrap_err();
        assert!(message.contains("\"1.234\" in line 1") && message.contains("--decimal"));
        let message = reads_as(semicolons(), &["98,72", "98.72"]).unwrap_err();
        assert!(message.contains("--decimal ."), "{message}");
        // Points alone are points.
        let (cells, _) = reads_as(semicolons(), &["1.234", "2.5", "1,234.5"]).unwrap();
        assert_eq!(cells, [1.234, 2.5, 1234.5].map(Some));
    }

    #[test]
    fn thousands_are_read_and_said() {
        let (cells, remarks) = reads_as(Reader::default(), &["9,872", "10,255"]).unwrap();
        assert_eq!(cells, [Some(9872.0), Some(10255.0)]);
        assert_eq!(
            remarks,
            ["line 1: \"9,872\" is read as 9872; with --decimal , it is 9.872"]
        );
        assert!(
            reads(&["9,872", "98,72"])
                .unwrap_err()
                .contains("--decimal ,")
        );
    }

    #[test]
    fn units_are_the_same_in_all_numbers() {
        let (cells, remarks) = reads_as(Reader::default(), &["49.4%", "-", "50 %"]).unwrap();
        assert_eq!(cells, [Some(49.4), None, Some(50.0)]);
        assert_eq!(remarks, ["numbers with a percent sign, left out"]);
        let message = reads(&["98 ms", "1.2 s"]).unwrap_err();
        assert_eq!(
            message,
            "\"1.2 s\" has the unit \"s\", and the number in line 1 had the unit \"ms\""
        );
        assert!(reads(&["98 ms", "5"]).unwrap_err().contains("no unit"));
        assert!(reads(&["98", "5 ms"]).unwrap_err().contains("had none"));
    }

    #[test]
    fn what_is_no_number_may_be_a_mark() {
        assert_eq!(
            reads(&["n.d."]).unwrap_err(),
            "\"n.d.\" is not a number; if it stands for a missing value, --na n.d. says so"
        );
        assert!(reads(&["1 2"]).unwrap_err().contains("--separator ' '"));
    }

    #[test]
    fn a_mistyped_number_is_not_a_name() {
        assert_eq!(Kind::of("1O"), Kind::Mistyped);
        assert_eq!(Kind::of("-"), Kind::Mistyped);
        assert_eq!(Kind::of("2024-01-01"), Kind::Date);
        assert_eq!(Kind::of("98,72"), Kind::Number);
        assert_eq!(Kind::of("true"), Kind::Number);
        assert_eq!(Kind::of("volume"), Kind::Word);
        assert_eq!(Kind::of("NaN"), Kind::Missing);
    }
}
