//! Tables as the command line reads them.

use crate::note_call;
use crate::source::Source;

/// Words of the language.
pub const WORDS: &[&str] = &[
    "\n",
    "\r\n",
    "\r",
    ",",
    ";",
    "\t",
    "\"",
    "\"\"",
    "\"\n\"",
    "NA",
    "nan",
    "null",
    "inf",
    "-inf",
    "1e999",
    "-0",
    "0x10",
    "1_000",
    " ",
    "\u{feff}",
    "\0",
    "\u{1b}[2J",
    "time",
    "date",
    "year",
    "value",
    "x",
    "2024-01-31",
    "2024-01-31T12:00:00Z",
    "+2024-13-99",
    "9999-12-31",
    "-009999-01-01",
    "1871",
    "12.5",
    "12,5",
    "1.234,5",
    "49%",
    "12 ms",
    "true",
    "#",
    "03.04.2024",
    "3/4/2024 1:05 PM",
    "2024-W09",
    "Q1 2024",
    "1709251200",
    "Total",
    "{\"a\": {\"b\": 1}}",
    "[1, 2]",
    "[",
    "{",
    "}",
    "\u{a0}",
    "\u{fffd}",
    "é",
];

/// Tables that can be read, with what is asked for in the bytes before them.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let tables = [
        "\0\0\0\0\x011.5\n-2\n3e2\n",
        "\0\0\0\0\x01value\n\nNA\n4\n\n",
        "\0\0\0\0\0time,value\n2024-01-31,1\n2024-02-01T12:00,2\n",
        "\x03\x03\0\0\0time;\"x\";y\n\"1,5\";\"2\"\"\";3\n7;8;9\n",
        "\x02\0\x02\x02\x011,2\r\n3,\r\n5,6",
        "\0\0\0\0\0one\ttwo\n1871\t1120\n1872\t1160\n",
        "\0\0\0\0\x01Datum;Wert\n01.03.2024 00:05;1.234,5\n13.03.2024 00:10;98,7\n",
        "\0\0\0\0\x01{\"t\": 1709251200, \"v\": {\"x\": 1}}\n{\"t\": 1709251201}\n",
        "\0\0\0\0\x01[[1, \"2\"], [3, \"4\"]]",
        "\0\0\0\0\x01# c\n0 98.72\n1 102.56\n",
    ];
    tables
        .iter()
        .map(|table| table.as_bytes().to_vec())
        .collect()
}

/// The target: the first bytes say what is asked for, the others are the table.
///
/// # Panics
/// Where something does not hold.
pub fn run(bytes: &[u8]) {
    let mut source = Source::new(bytes);
    let column = source.pick(&[None, Some("1"), Some("2"), Some("x"), Some(""), Some("0")]);
    let time = source.pick(&[
        None,
        None,
        Some("1"),
        Some("time"),
        Some("99999999999999999999"),
    ]);
    let header = source.pick(&[None, Some(true), Some(false)]);
    let separator = source.pick(&[None, None, Some(b','), Some(b' '), Some(b'"'), Some(b'x')]);
    let skip = source.one_in(2);
    let table = source.rest();
    note_call();
    match bocpd_cli::read_table(table.to_vec(), column, time, header, separator, skip) {
        Ok(values) => {
            // A line has one value, and of a document in one line each element.
            let most = table.split(|&byte| matches!(byte, b'\n' | b',')).count();
            let packed = table.starts_with(b"\x1f\x8b") || table.starts_with(b"\x28\xb5");
            assert!(packed || values.len() <= most, "{} values", values.len());
            assert!(values.iter().flatten().all(|value| !value.is_nan()));
            assert!(skip || values.iter().all(Option::is_some));
        }
        Err(message) => {
            assert!(!message.is_empty());
            // What stands in a file does not steer the terminal.
            assert!(!message.chars().any(char::is_control), "{message:?}");
        }
    }
}
