//! Times as text: numbers, and dates in the forms that programs and people write.

mod forms;

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A point in time that can be subtracted.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(crate) enum Position {
    /// A plain number, in its own unit.
    Number(f64),
    /// An instant. Without an offset, UTC is assumed.
    Date(Timestamp),
}

const SECONDS_OF_A_DAY: f64 = 86_400.0;

impl Position {
    /// What has passed since an earlier point, of dates in days; `None` if one is a number and
    /// one a date.
    pub(crate) fn since(self, earlier: Self) -> Option<f64> {
        match (self, earlier) {
            (Self::Number(now), Self::Number(then)) => Some(now - then),
            (Self::Date(now), Self::Date(then)) => {
                Some(now.duration_since(then).as_secs_f64() / SECONDS_OF_A_DAY)
            }
            _ => None,
        }
    }
}

/// Days since 1970-01-01T00:00Z.
pub(crate) fn days(stamp: Timestamp) -> f64 {
    stamp.as_duration().as_secs_f64() / SECONDS_OF_A_DAY
}

/// Reads the times of one column, which are all written in the same way.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clock {
    /// Whether the day comes before the month in 03/04/2024, where it was said or seen.
    day_first: Option<bool>,
    /// Whether eight digits are a date, by the first time that is a number.
    compact: Option<bool>,
    /// The form of the last date that was not of the usual form.
    form: usize,
    /// A date that was read with the month first, and could be read with the day first.
    doubtful: Option<String>,
}

impl Clock {
    /// `day_first` where it was asked for.
    pub(crate) fn new(day_first: bool) -> Self {
        Self {
            day_first: day_first.then_some(true),
            ..Self::default()
        }
    }

    /// For times that are all there: the order of day and month is the one in which all can be
    /// read.
    pub(crate) fn of_all<'a>(day_first: bool, times: impl Iterator<Item = &'a str>) -> Self {
        let mut clock = Self::new(day_first);
        if clock.day_first.is_none() {
            let mut times = times;
            clock.day_first = times.find_map(forms::order_of_day);
        }
        clock
    }

    /// Reads a time; `None` for a text that is none.
    pub(crate) fn read(&mut self, text: &str) -> Option<Position> {
        let text = text.trim();
        if let Ok(number) = text.parse::<f64>() {
            let compact = *self
                .compact
                .get_or_insert_with(|| forms::compact(text).is_some());
            if compact && let Some(stamp) = forms::compact(text) {
                return Some(Position::Date(stamp));
            }
            return number.is_finite().then_some(Position::Number(number));
        }
        self.date(text).map(Position::Date)
    }

    fn date(&mut self, text: &str) -> Option<Timestamp> {
        if let Some(stamp) = forms::usual(text) {
            return Some(stamp);
        }
        let day_first = match (self.day_first, forms::order_of_day(text)) {
            (None, Some(order)) if self.doubtful.is_none() => {
                self.day_first = Some(order);
                order
            }
            (known, _) => known.unwrap_or(false),
        };
        if self.day_first.is_none() && self.doubtful.is_none() && forms::is_doubtful(text) {
            self.doubtful = Some(text.to_owned());
        }
        forms::other(text, day_first, &mut self.form)
    }

    /// A date that could have been read in another way.
    pub(crate) fn doubtful(&self) -> Option<&str> {
        self.doubtful.as_deref()
    }
}

/// Whether a text is a date, with or without a time of day; no number is.
pub(crate) fn is_date(text: &str) -> bool {
    let text = text.trim();
    let could_be = text.len() >= 6
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && text.parse::<f64>().is_err();
    let read = |day_first| Clock::new(day_first).date(text).is_some();
    could_be && (read(false) || read(true))
}

/// Whether a text is a time of day and nothing else.
pub(crate) fn is_time_of_day(text: &str) -> bool {
    let text = text.trim();
    text.contains(':') && forms::time_of_day(text).is_some()
}

/// What a number counts since 1970, if it is as large as such numbers are in these decades.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Epoch {
    /// How many of the units make a second.
    per_second: f64,
}

impl Epoch {
    /// Between 1979 and 2286, in seconds, and the same digits in finer units.
    pub(crate) fn of(number: f64) -> Option<Self> {
        let per_second = [1.0, 1e3, 1e6, 1e9];
        let mut units = per_second.into_iter().map(|per_second| Self { per_second });
        units.find(|unit| (3e8..1e10).contains(&(number / unit.per_second)))
    }

    /// Days since 1970.
    pub(crate) fn days(self, number: f64) -> f64 {
        number / self.per_second / SECONDS_OF_A_DAY
    }
}

/// How finely a date is written at marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grain {
    Year,
    Month,
    Day,
    Minute,
    Second,
}

impl Grain {
    fn format(self) -> &'static str {
        match self {
            Self::Year => "%Y",
            Self::Month => "%Y-%m",
            Self::Day => "%Y-%m-%d",
            Self::Minute => "%m-%d %H:%M",
            Self::Second => "%H:%M:%S",
        }
    }
}

/// A date for people.
pub(crate) fn label(days: f64, grain: Grain) -> String {
    // A float has more range than the calendar; marks outside it stay blank.
    stamp(days)
        .map(|stamp| stamp.strftime(grain.format()).to_string())
        .unwrap_or_default()
}

/// An instant that was counted in days, to the millisecond.
fn stamp(days: f64) -> Option<Timestamp> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "saturates, and is then refused"
    )]
    let milliseconds = (days * SECONDS_OF_A_DAY * 1e3).round() as i64;
    Timestamp::from_millisecond(milliseconds).ok()
}

/// The year and the month, from 1, of a date.
pub(crate) fn year_and_month(days: f64) -> Option<(i16, i8)> {
    let date = stamp(days)?.to_zoned(TimeZone::UTC).date();
    Some((date.year(), date.month()))
}

/// The first day of a month; months beyond 12 are those of later years.
pub(crate) fn first_of_month(year: i16, month: i32) -> Option<f64> {
    let year = i32::from(year) + (month - 1).div_euclid(12);
    let month = (month - 1).rem_euclid(12) + 1;
    let date = jiff::civil::Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, 1);
    let stamp = TimeZone::UTC.to_timestamp(date.ok()?.to_datetime(jiff::civil::Time::midnight()));
    stamp.ok().map(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Position> {
        Clock::default().read(text)
    }

    /// The days since 1970 of a date.
    fn day(text: &str) -> Option<f64> {
        match read(text)? {
            Position::Date(stamp) => Some(days(stamp)),
            Position::Number(_) => None,
        }
    }

    #[test]
    fn numbers_dates_and_neither() {
        assert_eq!(read(" 1871.5 "), Some(Position::Number(1871.5)));
        for (text, want) in [
            ("1970-01-02", 1.0),
            ("1970-01-02T12:00", 1.5),
            ("1970-01-02 12:00:00Z", 1.5),
            ("1970-01-02T12:00:00+12:00", 1.0),
        ] {
            assert_eq!(day(text), Some(want), "{text}");
        }
        for text in [
            "",
            "yesterday",
            "inf",
            "2024-13-01",
            "32/13/2024",
            "web0",
            "12 ms",
        ] {
            assert_eq!(read(text), None, "{text:?}");
            assert!(!is_date(text), "{text:?}");
        }
    }

    #[test]
    fn programs_and_people_write_dates_in_many_forms() {
        for text in [
            "1970-02-03",
            "19700203",
            "1970-02-03 00:00:00+00",
            "1970-02-03 00:00:00 UTC",
            "1970-02-03T00:00:00.000Z",
            "1970-02-03T00:00:00,000",
            "1970-02-03T01:00:00+0100",
            "19700203T000000Z",
            "1970-034",
            "1970-W06-2",
            "1970/02/03",
            "1970/02/03 00:00",
            "1970.02.03",
            "03.02.1970",
            "3.2.1970 00:00",
            "03.02.70",
            "02/03/1970",
            "2/3/1970 12:00:00 AM",
            "3 Feb 1970",
            "03-Feb-1970",
            "03-FEB-70",
            "Feb 3, 1970",
            "February 3, 1970",
            "Tue, 03 Feb 1970 00:00:00 +0000",
            "Tue Feb  3 00:00:00 1970",
            "03/Feb/1970:00:00:00 +0000",
        ] {
            assert_eq!(day(text), Some(33.0), "{text}");
        }
        for text in [
            "1970-02",
            "1970/02",
            "02/1970",
            "Feb 1970",
            "Feb-70",
            "February 1970",
        ] {
            assert_eq!(day(text), Some(31.0), "{text}");
        }
        for text in [
            "1970-Q2", "1970Q2", "Q2 1970", "1970 Q2", "Q2-1970", "Q2/1970",
        ] {
            assert_eq!(day(text), Some(90.0), "{text}");
        }
        let mut clock = Clock::default();
        let days: Vec<_> = ["1970-01", "1970-02", "1970-12"]
            .iter()
            .map(|text| match clock.read(text) {
                Some(Position::Date(stamp)) => days(stamp),
                _ => f64::NAN,
            })
            .collect();
        assert_eq!(days, [0.0, 31.0, 334.0]);
        assert_eq!(day("1970-W06"), Some(32.0));
        assert_eq!(day("1970-02-03 01:30 PM"), Some(33.0 + 13.5 / 24.0));
    }

    #[test]
    fn the_day_comes_first_where_it_can_only_be_the_day() {
        let mut clock = Clock::default();
        assert!(clock.read("13/02/1970").is_some());
        assert_eq!(clock.read("03/02/1970"), read("1970-02-03"));
        let all = ["03/02/1970", "13/02/1970"];
        let mut clock = Clock::of_all(false, all.into_iter());
        assert_eq!(clock.read(all[0]), read("1970-02-03"));
        assert_eq!(clock.doubtful(), None);
        assert_eq!(Clock::new(true).read("03/02/1970"), read("1970-02-03"));
        // Nobody knows, and that is said; then it stays as it is.
        let mut clock = Clock::default();
        assert_eq!(clock.read("03/02/1970"), read("1970-03-02"));
        assert_eq!(clock.doubtful(), Some("03/02/1970"));
        assert_eq!(clock.read("13/02/1970"), None);
    }

    #[test]
    fn numbers_of_this_size_count_since_1970() {
        let days = |number| Epoch::of(number).map(|epoch| epoch.days(number));
        let want = Some(19783.0);
        for number in [
            1_709_251_200.0,
            1_709_251_200e3,
            1_709_251_200e6,
            1_709_251_200e9,
        ] {
            assert_eq!(days(number), want);
        }
        for number in [0.0, 1871.0, 20_240_301.0, -1e9, f64::INFINITY] {
            assert_eq!(days(number), None, "{number}");
        }
    }

    #[test]
    fn labels_are_as_fine_as_needed() {
        assert_eq!(label(1.5, Grain::Year), "1970");
        assert_eq!(label(1.5, Grain::Month), "1970-01");
        assert_eq!(label(1.5, Grain::Day), "1970-01-02");
        assert_eq!(label(1.5, Grain::Minute), "01-02 12:00");
        assert_eq!(label(0.5, Grain::Second), "12:00:00");
        assert_eq!(label(1e300, Grain::Day), "");
        assert_eq!(
            first_of_month(1970, 14).and_then(year_and_month),
            Some((1971, 2))
        );
    }

    #[test]
    fn elapsed_needs_two_of_a_kind() {
        let read = |text| read(text).unwrap();
        assert_eq!(read("2024-03-01").since(read("2024-02-28")), Some(2.0));
        assert_eq!(read("5").since(read("2024-02-28")), None);
    }
}
