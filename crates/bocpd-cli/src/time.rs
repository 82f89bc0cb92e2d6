//! Times as text: numbers, and ISO dates with or without a time of day.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// A point in time as a number that can be subtracted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Position {
    /// A plain number, in its own unit.
    Number(f64),
    /// Days since 1970-01-01T00:00Z. Without an offset, UTC is assumed.
    Days(f64),
}

impl Position {
    /// Reads a number or an ISO 8601 date; `None` for any other text.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(number) = text.parse::<f64>() {
            return number.is_finite().then_some(Self::Number(number));
        }
        let stamp = text.parse::<Timestamp>().ok().or_else(|| {
            let civil = text.parse::<DateTime>().ok()?;
            TimeZone::UTC.to_timestamp(civil).ok()
        })?;
        Some(Self::Days(stamp.as_duration().as_secs_f64() / 86_400.0))
    }

    /// What has passed since an earlier point; `None` if one is a number and one a date.
    pub(crate) fn since(self, earlier: Self) -> Option<f64> {
        match (self, earlier) {
            (Self::Number(now), Self::Number(then)) | (Self::Days(now), Self::Days(then)) => {
                Some(now - then)
            }
            _ => None,
        }
    }
}

/// Whether a text is a date.
pub(crate) fn is_iso(text: &str) -> bool {
    matches!(Position::read(text), Some(Position::Days(_)))
}

/// A date for people, no finer than marks that lie `step` days apart need.
pub(crate) fn label(days: f64, step: f64) -> String {
    let format = if step >= 1.0 {
        "%Y-%m-%d"
    } else if step >= 1.0 / 1440.0 {
        "%m-%d %H:%M"
    } else {
        "%H:%M:%S"
    };
    // A float has more range than the calendar; marks outside it stay blank.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "saturates, and is then refused"
    )]
    let milliseconds = (days * 86_400e3).round() as i64;
    Timestamp::from_millisecond(milliseconds)
        .map(|stamp| stamp.strftime(format).to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_dates_and_neither() {
        assert_eq!(Position::read(" 1871.5 "), Some(Position::Number(1871.5)));
        assert_eq!(Position::read("1970-01-02"), Some(Position::Days(1.0)));
        assert_eq!(
            Position::read("1970-01-02T12:00"),
            Some(Position::Days(1.5))
        );
        assert_eq!(
            Position::read("1970-01-02 12:00:00Z"),
            Some(Position::Days(1.5))
        );
        assert_eq!(
            Position::read("1970-01-02T12:00:00+12:00"),
            Some(Position::Days(1.0))
        );
        for text in ["", "yesterday", "inf", "2024-13-01", "01/02/2024"] {
            assert_eq!(Position::read(text), None, "{text:?}");
        }
    }

    #[test]
    fn labels_are_as_fine_as_needed() {
        assert_eq!(label(1.5, 10.0), "1970-01-02");
        assert_eq!(label(1.5, 0.25), "01-02 12:00");
        assert_eq!(label(0.5, 1e-4), "12:00:00");
        assert_eq!(label(1e300, 1.0), "");
    }

    #[test]
    fn elapsed_needs_two_of_a_kind() {
        let read = |text| Position::read(text).unwrap();
        assert_eq!(read("2024-03-01").since(read("2024-02-28")), Some(2.0));
        assert_eq!(read("5").since(read("2024-02-28")), None);
    }
}
