//! What a value of Parquet means, and how it is written.

use std::io::Write as _;

use ::parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type as Physical};
use ::parquet::data_type::{ByteArray, FixedLenByteArray, Int96};
use ::parquet::schema::types::ColumnDescriptor;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// What the bits of a column's values stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Numbers and truth values as they are.
    Plain,
    /// Whole numbers without a sign.
    Unsigned,
    /// Whole numbers with so many decimals.
    Decimal(u32),
    /// Days since 1970.
    Day,
    /// Units of so many nanoseconds since midnight.
    TimeOfDay(i64),
    /// Units of so many nanoseconds since 1970; in UTC, or as clocks showed it somewhere.
    Instant {
        nanoseconds: i64,
        utc: bool,
    },
    /// Half-precision floats.
    Half,
    /// UUID.
    Uuid,
    Text,
}

const MILLI: i64 = 1_000_000;
const MICRO: i64 = 1_000;

impl Meaning {
    pub(super) fn of(column: &ColumnDescriptor) -> Self {
        let scale = u32::try_from(column.type_scale()).unwrap_or(0);
        let unit = |unit: &TimeUnit| match unit {
            TimeUnit::MILLIS => MILLI,
            TimeUnit::MICROS => MICRO,
            TimeUnit::NANOS => 1,
        };
        if let Some(logical) = column.logical_type_ref() {
            match logical {
                LogicalType::Decimal(decimal) => {
                    return Self::Decimal(u32::try_from(decimal.scale).unwrap_or(0));
                }
                LogicalType::Date => return Self::Day,
                LogicalType::Time(time) => return Self::TimeOfDay(unit(&time.unit)),
                LogicalType::Timestamp(stamp) => {
                    return Self::Instant {
                        nanoseconds: unit(&stamp.unit),
                        utc: stamp.is_adjusted_to_u_t_c,
                    };
                }
                LogicalType::Integer(integer) if !integer.is_signed => return Self::Unsigned,
                LogicalType::Uuid => return Self::Uuid,
                LogicalType::Float16 => return Self::Half,
                _ => {}
            }
        }
        let instant = |nanoseconds| Self::Instant {
            nanoseconds,
            utc: true,
        };
        match column.converted_type() {
            ConvertedType::DECIMAL => Self::Decimal(scale),
            ConvertedType::DATE => Self::Day,
            ConvertedType::TIME_MILLIS => Self::TimeOfDay(MILLI),
            ConvertedType::TIME_MICROS => Self::TimeOfDay(MICRO),
            ConvertedType::TIMESTAMP_MILLIS => instant(MILLI),
            ConvertedType::TIMESTAMP_MICROS => instant(MICRO),
            ConvertedType::UINT_8
            | ConvertedType::UINT_16
            | ConvertedType::UINT_32
            | ConvertedType::UINT_64 => Self::Unsigned,
            _ => match column.physical_type() {
                Physical::BYTE_ARRAY | Physical::FIXED_LEN_BYTE_ARRAY => Self::Text,
                // Times as Impala and old versions of Spark wrote them.
                Physical::INT96 => Self::Instant {
                    nanoseconds: 1,
                    utc: false,
                },
                _ => Self::Plain,
            },
        }
    }

    /// Missing, where numbers stand; nothing, where text does.
    pub(super) fn write_null(self, text: &mut Vec<u8>) {
        if !matches!(self, Self::Text | Self::Uuid) {
            text.extend_from_slice(b"NA");
        }
    }
}

/// A value as it is stored, written as the field of a table.
pub(super) trait Stored {
    fn write(&self, meaning: Meaning, text: &mut Vec<u8>);
}

impl Stored for bool {
    fn write(&self, _: Meaning, text: &mut Vec<u8>) {
        text.push(b'0' + u8::from(*self));
    }
}

impl Stored for i32 {
    fn write(&self, meaning: Meaning, text: &mut Vec<u8>) {
        match meaning {
            Meaning::Unsigned => put(text, format_args!("{}", self.cast_unsigned())),
            other => i64::from(*self).write(other, text),
        }
    }
}

impl Stored for i64 {
    fn write(&self, meaning: Meaning, text: &mut Vec<u8>) {
        match meaning {
            Meaning::Unsigned => put(text, format_args!("{}", self.cast_unsigned())),
            Meaning::Decimal(scale) => decimal(text, i128::from(*self), scale),
            Meaning::Day => {
                let day = SignedDuration::try_from_hours(*self * 24);
                let date =
                    day.and_then(|passed| Date::new(1970, 1, 1).ok()?.checked_add(passed).ok());
                or_raw(text, date, *self);
            }
            Meaning::TimeOfDay(nanoseconds) => {
                let passed = self
                    .checked_mul(nanoseconds)
                    .map(SignedDuration::from_nanos);
                let time = passed.and_then(|passed| Time::midnight().checked_add(passed).ok());
                or_raw(text, time, *self);
            }
            Meaning::Instant { nanoseconds, utc } => {
                let passed = i128::from(*self) * i128::from(nanoseconds);
                let instant = Timestamp::from_nanosecond(passed).ok();
                if utc {
                    or_raw(text, instant, *self);
                } else {
                    let there = instant.map(|instant| instant.to_zoned(TimeZone::UTC).datetime());
                    or_raw(text, there, *self);
                }
            }
            _ => put(text, format_args!("{self}")),
        }
    }
}

impl Stored for Int96 {
    fn write(&self, meaning: Meaning, text: &mut Vec<u8>) {
        self.to_nanos().write(meaning, text);
    }
}

impl Stored for f32 {
    fn write(&self, _: Meaning, text: &mut Vec<u8>) {
        put(text, format_args!("{:?}", f64::from(*self)));
    }
}

impl Stored for f64 {
    fn write(&self, _: Meaning, text: &mut Vec<u8>) {
        put(text, format_args!("{self:?}"));
    }
}

impl Stored for ByteArray {
    fn write(&self, meaning: Meaning, text: &mut Vec<u8>) {
        bytes(self.data(), meaning, text);
    }
}

impl Stored for FixedLenByteArray {
    fn write(&self, meaning: Meaning, text: &mut Vec<u8>) {
        bytes(self.data(), meaning, text);
    }
}

fn bytes(data: &[u8], meaning: Meaning, text: &mut Vec<u8>) {
    match meaning {
        Meaning::Decimal(scale) if data.len() <= 16 => {
            let negative = data.first().is_some_and(|&first| first & 0x80 != 0);
            let mut all = [if negative { 0xff } else { 0 }; 16];
            all[16 - data.len()..].copy_from_slice(data);
            decimal(text, i128::from_be_bytes(all), scale);
        }
        Meaning::Half if data.len() == 2 => {
            let half = half(u16::from_le_bytes([data[0], data[1]]));
            put(text, format_args!("{half:?}"));
        }
        Meaning::Uuid => {
            text.push(b'"');
            for (i, byte) in data.iter().enumerate() {
                let dash = if matches!(i, 4 | 6 | 8 | 10) { "-" } else { "" };
                put(text, format_args!("{dash}{byte:02x}"));
            }
            text.push(b'"');
        }
        _ => quoted(text, data),
    }
}

/// IEEE 754 binary16.
fn half(bits: u16) -> f64 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let fraction = f64::from(bits & 0x3ff);
    sign * match bits >> 10 & 0x1f {
        0 => fraction * 2f64.powi(-24),
        0x1f if fraction == 0.0 => f64::INFINITY,
        0x1f => f64::NAN,
        exponent => (1024.0 + fraction) * 2f64.powi(i32::from(exponent) - 25),
    }
}

/// A field in quotes, on one line.
pub(super) fn quoted(text: &mut Vec<u8>, field: &[u8]) {
    text.push(b'"');
    for &byte in field {
        match byte {
            b'"' => text.extend_from_slice(b"\"\""),
            b'\n' | b'\r' => text.push(b' '),
            byte => text.push(byte),
        }
    }
    text.push(b'"');
}

fn decimal(text: &mut Vec<u8>, whole: i128, scale: u32) {
    let sign = if whole < 0 { "-" } else { "" };
    let digits = whole.unsigned_abs().to_string();
    let scale = scale as usize;
    if scale == 0 {
        put(text, format_args!("{sign}{digits}"));
    } else {
        let digits = format!("{digits:0>width$}", width = scale + 1);
        let (before, after) = digits.split_at(digits.len() - scale);
        put(text, format_args!("{sign}{before}.{after}"));
    }
}

/// A date or time; the number that it is stored as where it is outside of the calendar.
fn or_raw(text: &mut Vec<u8>, time: Option<impl std::fmt::Display>, raw: i64) {
    match time {
        Some(time) => put(text, format_args!("{time}")),
        None => put(text, format_args!("{raw}")),
    }
}

fn put(text: &mut Vec<u8>, what: std::fmt::Arguments<'_>) {
    text.write_fmt(what)
        .expect("memory takes all that is written");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(value: &impl Stored, meaning: Meaning) -> String {
        let mut text = Vec::new();
        value.write(meaning, &mut text);
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn numbers_are_what_they_stand_for() {
        assert_eq!(written(&-5_i32, Meaning::Plain), "-5");
        assert_eq!(written(&-1_i32, Meaning::Unsigned), "4294967295");
        assert_eq!(written(&-1_i64, Meaning::Unsigned), "18446744073709551615");
        assert_eq!(written(&-1234_i32, Meaning::Decimal(3)), "-1.234");
        assert_eq!(written(&5_i64, Meaning::Decimal(2)), "0.05");
        assert_eq!(written(&1e300, Meaning::Plain), "1e300");
        assert_eq!(written(&0.1_f32, Meaning::Plain), "0.10000000149011612");
        let bytes = |bytes: &[u8]| ByteArray::from(bytes.to_vec());
        assert_eq!(written(&bytes(&[0xff, 0x38]), Meaning::Decimal(2)), "-2.00");
        assert_eq!(written(&bytes(&[]), Meaning::Decimal(0)), "0");
        for (bits, value) in [
            (0x3c00_u16, "1.0"),
            (0xc000, "-2.0"),
            (1, "5.960464477539063e-8"),
        ] {
            assert_eq!(written(&bytes(&bits.to_le_bytes()), Meaning::Half), value);
        }
    }

    #[test]
    fn times_are_dates_where_the_calendar_has_them() {
        assert_eq!(written(&19_783_i32, Meaning::Day), "2024-03-01");
        assert_eq!(written(&-1_i32, Meaning::Day), "1969-12-31");
        assert_eq!(written(&i64::MAX, Meaning::Plain), "9223372036854775807");
        assert_eq!(written(&i32::MAX, Meaning::Day), "2147483647");
        assert_eq!(
            written(&43_200_000_i32, Meaning::TimeOfDay(MILLI)),
            "12:00:00"
        );
        let instant = |utc| Meaning::Instant {
            nanoseconds: MICRO,
            utc,
        };
        let noon = 1_709_294_400_000_000_i64;
        assert_eq!(written(&noon, instant(true)), "2024-03-01T12:00:00Z");
        assert_eq!(written(&noon, instant(false)), "2024-03-01T12:00:00");
        assert_eq!(written(&i64::MAX, instant(true)), i64::MAX.to_string());
    }

    #[test]
    fn text_stays_in_its_line() {
        let text = ByteArray::from("a,\"b\"\nc");
        assert_eq!(written(&text, Meaning::Text), "\"a,\"\"b\"\" c\"");
    }
}
