//! Results out: a table for people, JSON, CSV, Parquet.

mod csv;
mod json;
#[cfg(feature = "parquet")]
mod parquet;
mod standard;
mod table;

pub(crate) use csv::{Columns, csv};
pub(crate) use json::json;
#[cfg(feature = "parquet")]
pub(crate) use parquet::ParquetFile;
pub(crate) use standard::{CLOSED, Standard, hold_places};
pub(crate) use table::table;

/// A number for people: about six significant digits, without an exponent where it reads
/// well without one.
pub(crate) fn readable(value: f64) -> String {
    let magnitude = value.abs();
    if value != 0.0 && !(1e-4..1e9).contains(&magnitude) {
        return format!("{value:.4e}");
    }
    let decimals = match magnitude {
        m if m >= 1e5 => 0,
        m if m >= 1e4 => 1,
        m if m >= 1e3 => 2,
        m if m >= 1e2 => 3,
        m if m >= 1e1 => 4,
        _ => 5,
    };
    let text = format!("{value:.decimals$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// The same with as many digits more as tell the value from one that lies `difference` away:
/// three digits of the difference are among them, as far as floating point has them.
pub(crate) fn readable_beside(value: f64, difference: f64) -> String {
    let usual = readable(value);
    if difference == 0.0 || !difference.is_finite() || value == 0.0 || !value.is_finite() {
        return usual;
    }
    let place = |number: f64| number.abs().log10().floor();
    #[expect(clippy::cast_possible_truncation, reason = "exponents of floats")]
    let (first, last) = (place(value) as i32, place(difference) as i32 - 2);
    let last = last.max(first - 16);
    let digits = first - last + 1;
    if digits <= 5 {
        return usual;
    }
    if (-4..16).contains(&first) {
        let decimals = usize::try_from(-last).unwrap_or(0);
        let shown = usual
            .split_once('.')
            .map_or(0, |(_, decimals)| decimals.len());
        if usual.contains('e') || decimals > shown {
            return format!("{value:.decimals$}");
        }
        return usual;
    }
    format!("{value:.0$e}", usize::try_from(digits - 1).unwrap_or(4))
}

#[cfg(test)]
mod tests {
    use super::{readable, readable_beside};

    #[test]
    fn two_numbers_can_be_told_apart() {
        assert_eq!(readable_beside(1e15 + 4.0, 3.0), "1000000000000004.0");
        assert_eq!(readable_beside(1_000_000.25, 0.5), "1000000.250");
        assert_eq!(readable_beside(1097.75, -247.8), "1097.75");
        assert_eq!(readable_beside(1.5e-7, 1e-7), "1.5000e-7");
        assert_eq!(readable_beside(1e300, 1e290), "1.000000000000e300");
        assert_eq!(readable_beside(5.0, 0.0), "5");
    }

    #[test]
    fn numbers_are_readable() {
        let got = [
            0.0,
            1097.75,
            849.972_22,
            28.0,
            -0.000_02,
            123_456_789.0,
            1e300,
            1e5,
        ]
        .map(readable);
        let want = [
            "0",
            "1097.75",
            "849.972",
            "28",
            "-2.0000e-5",
            "123456789",
            "1.0000e300",
            "100000",
        ];
        assert_eq!(got, want);
    }
}
