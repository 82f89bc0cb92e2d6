//! Results out: a table for people, JSON, CSV.

mod csv;
mod json;
mod standard;
mod table;

pub(crate) use csv::csv;
pub(crate) use json::json;
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

#[cfg(test)]
mod tests {
    use super::readable;

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
