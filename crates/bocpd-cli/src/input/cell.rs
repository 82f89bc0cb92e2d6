//! What one field of a table says.

/// A field read as an observation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell {
    /// A number. Infinities are numbers here; the model refuses them by itself.
    Number(f64),
    /// Empty, `NA`, `NaN` with or without a sign, or `null`, in any case.
    Missing,
    /// Anything else.
    Other,
}

impl Cell {
    /// Reads a field; blanks around it do not count.
    pub(super) fn read(field: &str) -> Self {
        let field = field.trim();
        if is_missing(field) {
            return Self::Missing;
        }
        match field.parse::<f64>() {
            // With a sign: what C prints for some of them.
            Ok(number) if number.is_nan() => Self::Missing,
            Ok(number) => Self::Number(number),
            Err(_) => Self::Other,
        }
    }
}

fn is_missing(field: &str) -> bool {
    ["", "na", "null"]
        .iter()
        .any(|marker| field.eq_ignore_ascii_case(marker))
}

/// Whether a field starts like a number or a date. `1O` (with a letter) does: it is a
/// mistyped number, which must be reported and not taken for the name of a column.
pub(super) fn starts_like_data(field: &str) -> bool {
    let field = field.trim();
    matches!(Cell::read(field), Cell::Number(_))
        || field.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_markers_are_told_apart() {
        assert_eq!(Cell::read(" -1.5e3 "), Cell::Number(-1500.0));
        assert_eq!(Cell::read("inf"), Cell::Number(f64::INFINITY));
        for marker in [
            "", "  ", "NA", "na", "NaN", "nan", "-nan", "+NaN", "null", "NULL",
        ] {
            assert_eq!(Cell::read(marker), Cell::Missing, "{marker:?}");
        }
        for other in ["abc", "1,5", "0x10", "none", "1 2"] {
            assert_eq!(Cell::read(other), Cell::Other, "{other:?}");
        }
    }

    #[test]
    fn a_mistyped_number_is_not_a_name() {
        assert!(starts_like_data("1O"));
        assert!(starts_like_data("-"));
        assert!(starts_like_data("2024-01-01"));
        assert!(!starts_like_data("volume"));
        assert!(!starts_like_data("NaN"));
    }
}
