//! The forms of dates: ISO 8601 and its relatives by one parser, all others by patterns.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::strtime;
use jiff::tz::{Offset, TimeZone};

/// A date and a time of day as ISO 8601 and RFC 3339 have them.
pub(super) fn usual(text: &str) -> Option<Timestamp> {
    text.parse::<Timestamp>().ok().or_else(|| {
        let civil = text.parse::<DateTime>().ok()?;
        TimeZone::UTC.to_timestamp(civil).ok()
    })
}

/// Eight digits that are a date of this century or the last.
pub(super) fn compact(text: &str) -> Option<Timestamp> {
    let is = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    let recent = matches!(text.get(..2), Some("19" | "20"));
    (is && recent).then(|| usual(text)).flatten()
}

/// A time of day.
pub(super) fn time_of_day(text: &str) -> Option<Time> {
    let text = text.trim();
    if let Ok(time) = text.parse::<Time>() {
        return Some(time);
    }
    let patterns = [
        "%I:%M:%S %p",
        "%I:%M %p",
        "%I:%M:%S%p",
        "%I:%M%p",
        "%H:%M:%S",
        "%H:%M",
    ];
    let read = |pattern: &&str| Time::strptime(pattern, text).ok();
    patterns.iter().find_map(read)
}

/// Patterns of dates, and what has to be put behind a text so that they are whole dates.
const PATTERNS: [(&str, &str); 24] = [
    ("%Y/%m/%d", ""),
    ("%Y.%m.%d", ""),
    ("%d.%m.%Y", ""),
    ("%d.%m.%y", ""),
    ("%d %b %Y", ""),
    ("%d %B %Y", ""),
    ("%d. %B %Y", ""),
    ("%d-%b-%Y", ""),
    ("%d-%b-%y", ""),
    ("%d/%b/%Y", ""),
    ("%b %d, %Y", ""),
    ("%B %d, %Y", ""),
    ("%b %d %Y", ""),
    ("%a, %d %b %Y", ""),
    ("%a %b %d %Y", ""),
    ("%Y-%j", ""),
    ("%Y-%m #%d", " #1"),
    ("%Y/%m #%d", " #1"),
    ("%m/%Y #%d", " #1"),
    ("%b %Y #%d", " #1"),
    ("%b-%Y #%d", " #1"),
    ("%b-%y #%d", " #1"),
    ("%B %Y #%d", " #1"),
    ("%m.%Y #%d", " #1"),
];

/// A date of any other form. `form` is where the last one was found, and is tried first.
pub(super) fn other(text: &str, day_first: bool, form: &mut usize) -> Option<Timestamp> {
    if !text.is_ascii() || text.len() > 40 {
        return None;
    }
    let (date, time) = split(text);
    let date = date_of(&date, day_first, form)?;
    let (time, offset) = time_of(time)?;
    offset.to_timestamp(date.to_datetime(time)).ok()
}

fn date_of(text: &str, day_first: bool, form: &mut usize) -> Option<Date> {
    if let Ok(date) = text.parse::<Date>() {
        return Some(date);
    }
    if order(text).is_some() {
        let long = text
            .rsplit(['/', '-'])
            .next()
            .is_some_and(|year| year.len() == 4);
        let pattern = match (day_first, long) {
            (true, true) => "%d/%m/%Y",
            (true, false) => "%d/%m/%y",
            (false, true) => "%m/%d/%Y",
            (false, false) => "%m/%d/%y",
        };
        return Date::strptime(pattern, text.replace('-', "/")).ok();
    }
    if text.contains(['W', 'w']) {
        return week(text);
    }
    if text.contains(['Q', 'q']) {
        return quarter(text);
    }
    let count = PATTERNS.len();
    for at in (0..count).map(|i| (*form + i) % count) {
        let (pattern, behind) = PATTERNS[at];
        // A month with two digits is no day of the year with three.
        if pattern == "%Y-%j" && text.len() != 8 {
            continue;
        }
        let whole = format!("{text}{behind}");
        if let Ok(date) = Date::strptime(pattern, &whole)
            && (1600..3000).contains(&date.year())
        {
            *form = at;
            return Some(date);
        }
    }
    None
}

/// The date, and what comes behind it.
fn split(text: &str) -> (String, &str) {
    let Some(colon) = text.find(':') else {
        return match text.split_once(" UTC").or_else(|| text.split_once(" GMT")) {
            Some((date, "")) => (date.to_owned(), ""),
            _ => (text.to_owned(), ""),
        };
    };
    // 03/Feb/1970:00:00:00 of web servers.
    if text[..colon].contains('/') && !text[..colon].contains(' ') && text[..colon].len() > 9 {
        return (text[..colon].to_owned(), &text[colon + 1..]);
    }
    let before = &text[..colon];
    let start = before.rfind([' ', 'T', 't']).map_or(0, |at| at + 1);
    let date = before[..start.saturating_sub(1)].trim();
    let time = &text[start..];
    // Tue Feb  3 00:00:00 1970: the year comes last.
    if date.starts_with(|c: char| c.is_ascii_alphabetic())
        && let Some((time, year)) = time.rsplit_once(' ')
        && year.len() == 4
        && year.bytes().all(|byte| byte.is_ascii_digit())
    {
        let date = date.split_whitespace().collect::<Vec<_>>().join(" ");
        return (format!("{date} {year}"), time);
    }
    (date.trim_end_matches(',').to_owned(), time)
}

/// A time of day and the offset from UTC behind it.
fn time_of(text: &str) -> Option<(Time, Offset)> {
    let text = text.trim();
    if text.is_empty() {
        return Some((Time::midnight(), Offset::UTC));
    }
    let zulu = ["Z", "UTC", "GMT"];
    for name in zulu {
        if let Some(time) = text.strip_suffix(name) {
            return Some((time_of_day(time)?, Offset::UTC));
        }
    }
    let Some(sign) = text.rfind(['+', '-']) else {
        return Some((time_of_day(text)?, Offset::UTC));
    };
    let (time, offset) = text.split_at(sign);
    Some((time_of_day(time)?, offset_of(offset)?))
}

/// +01, +0100 or +01:00.
fn offset_of(text: &str) -> Option<Offset> {
    let digits: String = text[1..].chars().filter(|&c| c != ':').collect();
    let padded = match digits.len() {
        2 => format!("{}{digits}00", &text[..1]),
        4 => format!("{}{digits}", &text[..1]),
        _ => return None,
    };
    strtime::parse("%z", padded).ok()?.offset()
}

/// The first day of an ISO week, or a day of it.
fn week(text: &str) -> Option<Date> {
    let whole = text.parse::<jiff::civil::ISOWeekDate>();
    let week = whole.or_else(|_| format!("{text}-1").parse());
    week.ok().map(jiff::civil::ISOWeekDate::date)
}

/// The first day of a quarter: 1970-Q2, Q2 1970 and the like.
fn quarter(text: &str) -> Option<Date> {
    let is_mark = |c: char| matches!(c, '-' | '/' | ' ' | 'Q' | 'q');
    let mut parts = text.split(is_mark).filter(|part| !part.is_empty());
    let (one, two) = (parts.next()?, parts.next()?);
    let (year, quarter) = if one.len() == 4 {
        (one, two)
    } else {
        (two, one)
    };
    let quarter: i8 = quarter.parse().ok().filter(|q| (1..=4).contains(q))?;
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    Date::new(year.parse().ok()?, 3 * quarter - 2, 1).ok()
}

/// The first two numbers of 03/04/2024 or 03-04-2024.
fn order(text: &str) -> Option<(u8, u8)> {
    let date = text.split([' ', ':']).next()?;
    let mark = if date.contains('/') { '/' } else { '-' };
    let mut parts = date.split(mark);
    let (one, two, year) = (parts.next()?, parts.next()?, parts.next()?);
    let short = |part: &str| (1..=2).contains(&part.len());
    if parts.next().is_some() || !short(one) || !short(two) || !matches!(year.len(), 2 | 4) {
        return None;
    }
    year.parse::<u16>().ok()?;
    Some((one.parse().ok()?, two.parse().ok()?))
}

/// Whether the day comes first in such a date, where that can be seen.
pub(super) fn order_of_day(text: &str) -> Option<bool> {
    match order(text.trim())? {
        (13..=31, 1..=12) => Some(true),
        (1..=12, 13..=31) => Some(false),
        _ => None,
    }
}

/// Whether day and month could be the other way round.
pub(super) fn is_doubtful(text: &str) -> bool {
    order(text.trim()).is_some_and(|(one, two)| one <= 12 && two <= 12 && one != two)
}
