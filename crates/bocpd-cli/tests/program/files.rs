//! Files as tools write them: each is one series with a step in it, written in another way.

use crate::common;

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::process::Output;

use common::{bocpd, noise, run_on, text, words};
use serde_json::Value;

/// Where the level steps from 100 to 130.
const STEP: usize = 60;

/// The values of the series, with two decimals.
fn values() -> Vec<f64> {
    let level = |i: usize| if i < STEP { 100.0 } else { 130.0 };
    let noise = noise(2 * STEP);
    let values = noise.iter().enumerate().map(|(i, e)| level(i) + 5.0 * e);
    values
        .map(|value| (value * 100.0).round() / 100.0)
        .collect()
}

/// A line for each value, after some lines.
fn table(head: &str, row: impl Fn(usize, f64) -> String) -> String {
    let mut text = head.to_owned();
    for (i, value) in values().into_iter().enumerate() {
        writeln!(text, "{}", row(i, value)).unwrap();
    }
    text
}

/// The time of a row, five minutes after that of the one before.
fn iso(i: usize) -> String {
    format!("2024-03-01T{:02}:{:02}:00", i / 12, i % 12 * 5)
}

/// A number with a decimal comma.
fn comma(value: f64) -> String {
    format!("{value:.2}").replace('.', ",")
}

/// What `detect` does with the bytes of a file.
fn detect(bytes: &[u8], args: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("x.csv"), bytes).unwrap();
    let mut command = bocpd(words("detect x.csv"));
    // An argument may hold blanks, as %.
    command.args(words(args).iter().map(|word| word.replace('%', " ")));
    command.current_dir(folder.path());
    run_on(command, "")
}

/// Where it finds changes; what it says on the way.
fn changes(bytes: impl AsRef<[u8]>, args: &str) -> (Vec<u64>, String) {
    let output = detect(bytes.as_ref(), &format!("--json {args}"));
    assert!(output.status.success(), "{args}: {output:?}");
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let changes = found["changepoints"].as_array().unwrap();
    let changes = changes
        .iter()
        .map(|change| change["index"].as_u64().unwrap());
    (changes.collect(), text(&output.stderr))
}

/// The step must be found; gives what was said.
fn assert_found(bytes: impl AsRef<[u8]>, args: &str) -> String {
    let (found, said) = changes(bytes, args);
    assert_eq!(found, [STEP as u64], "{args}: {said}");
    said
}

/// The message; the command must fail.
fn complaint(bytes: impl AsRef<[u8]>, args: &str) -> String {
    let output = detect(bytes.as_ref(), &format!("-q {args}"));
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(output.stdout.is_empty());
    let message = text(&output.stderr);
    assert!(
        !message.contains('\u{1b}') && message.lines().count() == 1,
        "{message:?}"
    );
    message
}

#[test]
fn decimal_commas_are_read_where_fields_are_separated_by_semicolons() {
    let german = table("\u{feff}Datum;Umsatz (EUR)\r\n", |i, value| {
        format!(
            "01.03.2024 {:02}:{:02};{}\r",
            i / 12,
            i % 12 * 5,
            comma(value)
        )
    });
    let said = assert_found(&german, "");
    assert!(
        said.contains("decimal commas") && said.contains("times from column \"Datum\""),
        "{said}"
    );
    assert_found(&german, "--irregular");
    let iso = table("\u{feff}Zeit;Umsatz\r\n", |i, value| {
        format!("{};{}\r", iso(i).replace('T', " "), comma(value))
    });
    assert_found(&iso, "");
    assert_found(&iso, "--decimal ,");
    let message = complaint(&iso, "--decimal .");
    assert!(message.contains("with --decimal , it is one"), "{message}");
}

#[test]
fn decimal_commas_are_hinted_at_elsewhere() {
    let tabs = table("zeit\tumsatz\n", |i, value| {
        format!("{}\t{}", iso(i), comma(value))
    });
    let message = complaint(&tabs, "");
    assert!(
        message.contains("line 2: in column \"umsatz\", \"10") && message.contains("--decimal ,"),
        "{message}"
    );
    assert_found(&tabs, "--decimal ,");
    let alone = table("", |_, value| comma(value));
    assert!(complaint(&alone, "").contains("--decimal , reads"));
    assert_found(&alone, "--decimal ,");
    assert_found(
        table("\"x\"\n", |_, value| format!("\"{}\"", comma(value))),
        "--decimal ,",
    );
}

#[test]
fn rows_with_more_fields_than_the_header_are_never_cut() {
    let both = table("date,v\n", |i, value| {
        format!("{},{}", iso(i), comma(value))
    });
    let message = complaint(&both, "");
    assert!(
        message.contains("x.csv, line 2: 3 fields (\"2024-03-01T00:00:00\", \"")
            && message.contains("and the header has 2")
            && message.contains("--decimal ,"),
        "{message}"
    );
    assert_found(&both, "--decimal ,");
    let message = complaint("time,v\n1,200\n2,1,250\n", "");
    assert!(
        message.contains("line 3: 3 fields (\"2\", \"1\", \"250\")"),
        "{message}"
    );
    let message = complaint("1,200\n2,1,250\n", "-c 2");
    assert!(
        message.contains("line 2: 3 fields") && message.contains("the first row has 2"),
        "{message}"
    );
    // A separator at the end of each line adds nothing.
    assert_found(table("t,v\n", |i, value| format!("{i},{value},")), "");
}

#[test]
fn a_header_may_hold_a_number() {
    let day = |i: usize| format!("2024-{:02}-{:02}", 1 + i / 28, 1 + i % 28);
    for head in [",0\n", "date,2019\n"] {
        let said = assert_found(table(head, |i, value| format!("{},{value}", day(i))), "");
        assert!(said.contains("times from column"), "{said}");
    }
}

#[test]
fn blanks_between_a_comma_and_a_quote_do_not_count() {
    let spaces = table(
        "\"Date Time\", \"Response Time (ms)\", \"5xx, total\"\n",
        |i, value| format!("{}, {value}, 3", iso(i).replace('T', " ")),
    );
    assert_found(&spaces, "-c Response%Time%(ms)");
    let message = complaint(&spaces, "");
    assert!(
        message.contains("\"Response Time (ms)\", \"5xx, total\""),
        "{message}"
    );
}

#[test]
fn nothing_of_a_file_reaches_the_terminal_raw() {
    let message = complaint("a\u{1b}[31mRED,b\n1,2\n3,4\n", "");
    assert!(message.contains("\"a\\u{1b}[31mRED\", \"b\""), "{message}");
}

#[test]
fn what_is_no_text_is_named() {
    let message = complaint(b"PAR1\x15\x04\0\0", "");
    assert!(
        message.contains("x.csv") && message.contains("Parquet"),
        "{message}"
    );
    let message = complaint(b"PK\x03\x04\x14\0", "");
    assert!(
        message.contains(".xlsx") && message.contains("CSV"),
        "{message}"
    );
    assert!(complaint(b"\x1f\x8b\x08\0garbage", "").contains("x.csv: "));
    assert!(complaint(b"\x28\xb5\x2f\xfdgarbage", "").contains("x.csv: "));
}

#[test]
fn what_databases_print_is_read() {
    let rows = |i, value| format!(" {} | {value} ", iso(i).replace('T', " "));
    let psql = table(" made | v \n------+---\n", rows) + "(120 rows)\n\n";
    assert_found(&psql, "");
    let line = "+------+---+\n";
    let framed = |i, value| format!("|{}|", rows(i, value));
    let mysql = table(&format!("{line}| made | v |\n{line}"), framed) + line;
    assert_found(&mysql, "");
    let markdown = table("| made | v |\n|------|--:|\n", framed);
    assert_found(&markdown, "");
}

#[test]
fn a_field_may_have_several_lines() {
    let notes = table("time,note,v\n", |i, value| match i % 7 {
        3 => format!("{},\"one,\ntwo \"\"and\"\"\n\nthree\",{value}", iso(i)),
        _ => format!("{},5\" pipe,{value}", iso(i)),
    });
    assert_found(&notes, "-c v");
    // The fourth row begins in line 5 and has four lines.
    let wrong = notes + "2024-03-02,,x\n";
    let line = 1 + 120 + 3 * 17 + 1;
    let message = complaint(&wrong, "-c v");
    assert!(message.contains(&format!("line {line}: ")), "{message}");
}

#[test]
fn compressed_files_are_read() {
    let plain = table("time,v\n", |i, value| format!("{},{value}", iso(i)));
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(plain.as_bytes()).unwrap();
    assert_found(gzip.finish().unwrap(), "");
    let (first, second) = plain.as_bytes().split_at(1000);
    let level = ruzstd::encoding::CompressionLevel::Fastest;
    let frames = [first, second].map(|part| ruzstd::encoding::compress_to_vec(part, level));
    assert_found(frames.concat(), "");
}

#[test]
fn utf_16_is_read() {
    let plain = table("\u{feff}zeit\tgröße\n", |i, value| {
        format!("{}\t{value}", iso(i))
    });
    let units = || plain.encode_utf16();
    let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();
    for bytes in [&little, &big, &little[2..].to_vec()] {
        let said = assert_found(bytes, "");
        assert!(said.contains("values from column \"größe\""), "{said}");
    }
}

#[test]
fn marks_of_missing_values_are_known_or_named() {
    for mark in ["-", "N/A", "n.d.", "-999"] {
        let holes = table("time,v\n", |i, value| {
            if i % 17 == 5 {
                format!("{},{mark}", iso(i))
            } else {
                format!("{},{value}", iso(i))
            }
        });
        assert_found(&holes, &format!("--na {mark}"));
        assert_found(&holes, &format!("--missing skip --na x,{mark}"));
        match mark {
            "-" | "N/A" => {
                assert_found(&holes, "--missing skip");
                let message = complaint(&holes, "");
                assert!(message.contains(&format!(
                    "line 7: the value is missing (\"{mark}\"); --missing skip"
                )));
                let message = complaint(&holes, &format!("--missing error --na {mark}"));
                assert!(message.contains("--missing skip"), "{message}");
            }
            "n.d." => {
                let message = complaint(&holes, "--missing skip");
                assert!(message.contains("\"n.d.\" is not a number; if it stands for a missing value, --na n.d. says so"), "{message}");
            }
            _ => {}
        }
    }
}

#[test]
fn numbers_are_written_in_many_ways() {
    let percent = table("time,cpu\n", |i, value| format!("{},{value}%", iso(i)));
    assert!(assert_found(percent, "").contains("a percent sign, left out"));
    let units = table("time,latency\n", |i, value| {
        format!("{},{value} ms", iso(i))
    });
    assert!(assert_found(units, "").contains("the unit \"ms\", left out"));
    let thousands = table("date,visits\n", |i, value| {
        let n = (value * 100.0).round();
        format!("{},\"{},{:03}\"", iso(i), (n / 1000.0).floor(), n % 1000.0)
    });
    let said = assert_found(&thousands, "-q");
    assert!(
        said.contains("line 2: \"10,") && said.contains("with --decimal ,"),
        "{said}"
    );
    let switch = table("t,up\n", |i, value| format!("{i},{}", value < 115.0));
    let (found, said) = changes(switch, "");
    assert_eq!(found, [STEP as u64]);
    assert!(said.contains("yes-or-no"), "{said}");
}

#[test]
fn comments_and_padding_do_not_count() {
    let comments = table("# exported by a tool\n# 2024\ntime,v\n", |i, value| {
        format!(
            "{},{value}{}",
            iso(i),
            if i == 30 { "\n# half way" } else { "" }
        )
    });
    assert_found(&comments, "");
    assert_found(comments.replace('#', "//"), "--comment //");
    let padded = table("time     ,      v\n", |i, value| {
        format!("{} ,   {value:8.2} ", iso(i))
    });
    assert_found(padded, "");
    let columns = table("", |i, value| format!("{i} {value}"));
    assert!(complaint(&columns, "").contains("--column takes a number from 1 to 2"));
    assert_found(&columns, "-c 2");
    let columns = table("  seq      value\n", |i, value| {
        format!("{i:5}   {value:8.2}")
    });
    assert_found(columns, "-c value");
    let columns = table("date time value\n", |i, value| {
        format!("{}  {value}", iso(i).replace('T', " "))
    });
    assert!(assert_found(columns, "").contains("times from columns \"date\" and \"time\""));
}

#[test]
fn json_lines_are_read() {
    let objects = table("", |i, value| {
        format!(
            "{{\"timestamp\": \"{}Z\", \"value\": {value}, \"host\": \"a\"}}",
            iso(i)
        )
    });
    let said = assert_found(&objects, "");
    assert!(
        said.contains("values from column \"value\", times from column \"timestamp\""),
        "{said}"
    );
    let nested = table("", |i, value| {
        format!(
            "{{\"at\": {}, \"load\": {{\"one.m\": {value}, \"five\": [1, 2]}}}}",
            1_709_251_200 + 60 * i
        )
    });
    assert_found(&nested, "--column .load.one.m");
    let message = complaint(&nested, "--column load");
    assert!(
        message.contains("no column \"load\"; there are \"at\", \"load.one.m\""),
        "{message}"
    );
    let message = complaint("{\"v\": 1}\n{\"v\": \"x\"}\n", "");
    assert!(
        message.contains("line 2: in column \"v\", \"x\" is not a number"),
        "{message}"
    );
    let message = complaint("{\"v\": 1}\nv=2\n", "");
    assert!(message.contains("line 2: no JSON object"), "{message}");
}

#[test]
fn json_documents_are_read() {
    let numbers: Vec<_> = values().iter().map(ToString::to_string).collect();
    assert_found(format!("[{}]", numbers.join(",\n")), "");
    let points: Vec<_> = values()
        .iter()
        .enumerate()
        .map(|(i, value)| format!("[{}, \"{value}\"]", 1_709_251_200 + 60 * i))
        .collect();
    let answer = format!(
        "{{\"status\":\"success\",\"data\":{{\"resultType\":\"matrix\",\"result\":[\
         {{\"metric\":{{\"__name__\":\"up\",\"job\":\"a\"}},\"values\":[{}]}}]}}}}",
        points.join(",")
    );
    let said = assert_found(&answer, "");
    assert!(said.contains("times from column \"time\""), "{said}");
    let pretty = serde_json::to_string_pretty(&serde_json::from_str::<Value>(&answer).unwrap());
    assert_found(pretty.unwrap(), "");
    let message = complaint("{\"status\":\"error\",\"error\":\"bad \\u001b query\"}", "");
    assert!(
        message.contains("an answer that is an error: bad \\u{1b} query"),
        "{message}"
    );
    assert!(complaint("{\n  \"a\": [1,\n", "").contains("neither a JSON document nor JSON lines"));
}
