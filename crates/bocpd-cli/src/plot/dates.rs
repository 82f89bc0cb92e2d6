//! Marks of an axis of dates, at round dates.

use super::axis::Tick;
use crate::time::{self, Grain};

/// About so many marks have room beside each other.
const ROOM: f64 = 9.0;

const SECOND: f64 = 1.0 / 86_400.0;
const MINUTE: f64 = 60.0 * SECOND;
const HOUR: f64 = 60.0 * MINUTE;

/// Steps shorter than a month, in days, and how finely marks are written then.
const STEPS: [(f64, Grain); 21] = [
    (SECOND, Grain::Second),
    (2.0 * SECOND, Grain::Second),
    (5.0 * SECOND, Grain::Second),
    (15.0 * SECOND, Grain::Second),
    (30.0 * SECOND, Grain::Second),
    (MINUTE, Grain::Minute),
    (2.0 * MINUTE, Grain::Minute),
    (5.0 * MINUTE, Grain::Minute),
    (10.0 * MINUTE, Grain::Minute),
    (15.0 * MINUTE, Grain::Minute),
    (30.0 * MINUTE, Grain::Minute),
    (HOUR, Grain::Minute),
    (2.0 * HOUR, Grain::Minute),
    (3.0 * HOUR, Grain::Minute),
    (6.0 * HOUR, Grain::Minute),
    (12.0 * HOUR, Grain::Minute),
    (1.0, Grain::Day),
    (2.0, Grain::Day),
    (5.0, Grain::Day),
    (7.0, Grain::Day),
    (14.0, Grain::Day),
];

/// Steps of months, and how finely marks are written then.
const MONTHS: [(i32, Grain); 13] = [
    (1, Grain::Month),
    (2, Grain::Month),
    (3, Grain::Month),
    (6, Grain::Month),
    (12, Grain::Year),
    (24, Grain::Year),
    (60, Grain::Year),
    (120, Grain::Year),
    (240, Grain::Year),
    (600, Grain::Year),
    (1200, Grain::Year),
    (6000, Grain::Year),
    (24_000, Grain::Year),
];

/// A month, in days.
const MONTH: f64 = 30.44;

/// The marks between two days.
pub(super) fn ticks(from: f64, to: f64) -> Vec<Tick> {
    let enough = (to - from) / ROOM;
    if let Some(&(step, grain)) = STEPS.iter().find(|(step, _)| *step >= enough) {
        let first = (from / step).ceil();
        let tick = |i: f64| {
            let at = (first + i) * step;
            (at <= to).then(|| Tick {
                at,
                label: time::label(at, grain),
            })
        };
        return (0..100).map_while(|i| tick(f64::from(i))).collect();
    }
    let last = MONTHS[MONTHS.len() - 1];
    let fits = |(months, _): &&(i32, Grain)| f64::from(*months) * MONTH >= enough;
    let (months, grain) = MONTHS.iter().find(fits).copied().unwrap_or(last);
    let Some((year, month)) = time::year_and_month(from) else {
        return Vec::new();
    };
    // Marks are at multiples of the step, counted from a round year.
    let years = months / 12;
    let (year, month) = if years > 1 {
        (i32::from(year).div_euclid(years) * years, 1)
    } else {
        let month = (i32::from(month) - 1).div_euclid(months) * months + 1;
        (i32::from(year), month)
    };
    let Ok(year) = i16::try_from(year) else {
        return Vec::new();
    };
    let days = (0..200).map_while(|i| time::first_of_month(year, month + i * months));
    days.skip_while(|&at| at < from)
        .take_while(|&at| at <= to)
        .map(|at| Tick {
            at,
            label: time::label(at, grain),
        })
        .collect()
}

/// How finely observations at these days are called: so that those beside each other have
/// different names.
pub(super) fn grain(days: &[f64]) -> Grain {
    let steps = days.windows(2).map(|pair| pair[1] - pair[0]);
    let shortest = steps
        .filter(|&step| step > 0.0)
        .fold(f64::INFINITY, f64::min);
    let whole = |day: &f64| day.fract() == 0.0;
    let first_of_month = |day: &f64| {
        let month = time::year_and_month(*day);
        month.and_then(|(year, month)| time::first_of_month(year, month.into())) == Some(*day)
    };
    if shortest < 0.99 * MINUTE {
        Grain::Second
    } else if !days.iter().all(whole) {
        Grain::Minute
    } else if shortest > 27.0 && days.iter().all(first_of_month) {
        Grain::Month
    } else {
        Grain::Day
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(from: f64, to: f64) -> Vec<String> {
        ticks(from, to).into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn marks_are_at_round_dates() {
        assert_eq!(
            labels(0.0, 0.4)[..3],
            ["01-01 00:00", "01-01 02:00", "01-01 04:00"]
        );
        assert_eq!(labels(0.5, 8.0)[..2], ["1970-01-02", "1970-01-03"]);
        assert_eq!(labels(0.5, 700.0)[..3], ["1970-04", "1970-07", "1970-10"]);
        assert_eq!(labels(0.5, 3600.0)[..3], ["1972", "1974", "1976"]);
        assert_eq!(labels(0.0, 0.0008)[..2], ["00:00:00", "00:00:15"]);
        for span in [1e-9, 1e-3, 1.0, 40.0, 400.0, 4e3, 4e4, 4e5, 1e6] {
            let marks = labels(1.0, 1.0 + span);
            assert!(marks.len() <= 11, "{span}: {marks:?}");
            assert!(span < 1e-3 || marks.len() >= 3, "{span}: {marks:?}");
        }
    }

    #[test]
    fn names_are_as_fine_as_the_distances() {
        assert_eq!(grain(&[0.0, 0.5, 1.0]), Grain::Minute);
        assert_eq!(grain(&[0.0, 1.0, 3.0]), Grain::Day);
        assert_eq!(grain(&[0.0, 31.0, 59.0]), Grain::Month);
        assert_eq!(grain(&[0.0, SECOND]), Grain::Second);
    }
}
