//! Parquet files, written here column by column.

use crate::common;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Output;
use std::sync::Arc;

use common::{bocpd, noise, run_on, text, words};
use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::record::Field;
use parquet::schema::parser::parse_message_type;
use serde_json::Value;

const STEP: usize = 60;
const ROWS: usize = 2 * STEP;

/// A series with a step, missing where told so.
fn values() -> Vec<f64> {
    let level = |i: usize| if i < STEP { 100.0 } else { 130.0 };
    let noise = noise(ROWS);
    noise
        .iter()
        .enumerate()
        .map(|(i, e)| level(i) + 5.0 * e)
        .collect()
}

/// Times, a key, the values, those values upside down in the other key's rows; in two groups.
fn write(path: &Path, compression: Compression, missing: &[usize]) {
    let schema = "message schema {
        optional int64 made (TIMESTAMP(MICROS, true));
        required binary host_name (STRING);
        optional double load;
        required group tags { repeated int64 tag; }
    }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .build();
    let file = fs::File::create(path).unwrap();
    let mut writer = SerializedFileWriter::new(file, schema, Arc::new(properties)).unwrap();
    for (name, sign) in [("one", 1.0), ("two", -1.0)] {
        let mut group = writer.next_row_group().unwrap();
        let micros = |i: i64| 1_709_294_400_000_000 + 300_000_000 * i;
        let times: Vec<i64> = (0..).map(micros).take(ROWS).collect();
        let levels: Vec<i16> = (0..ROWS)
            .map(|i| i16::from(!missing.contains(&i)))
            .collect();
        let all = values();
        let there = (0..ROWS).filter(|i| !missing.contains(i));
        let there: Vec<f64> = there.map(|i| sign * all[i]).collect();
        let mut column = group.next_column().unwrap().unwrap();
        let typed = column.typed::<Int64Type>();
        typed.write_batch(&times, Some(&[1; ROWS]), None).unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        let names = vec![ByteArray::from(name); ROWS];
        let typed = column.typed::<ByteArrayType>();
        typed.write_batch(&names, None, None).unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        let typed = column.typed::<DoubleType>();
        typed.write_batch(&there, Some(&levels), None).unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        let typed = column.typed::<Int64Type>();
        let none = [0; ROWS];
        typed.write_batch(&[], Some(&none), Some(&none)).unwrap();
        column.close().unwrap();
        group.close().unwrap();
    }
    writer.close().unwrap();
}

fn detect(folder: &Path, args: &str) -> Output {
    let mut command = bocpd(words("detect x.parquet --json --quiet"));
    command.args(words(args));
    command.current_dir(folder);
    run_on(command, "")
}

fn found(output: &Output) -> Value {
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn every_compression_gives_the_answer_of_csv() {
    let folder = tempfile::tempdir().unwrap();
    let mut csv = String::from("made,load\n");
    for (i, value) in values().iter().enumerate() {
        let (hour, minute) = (12 + i / 12, i % 12 * 5);
        writeln!(csv, "2024-03-01T{hour:02}:{minute:02}:00Z,{value:?}").unwrap();
    }
    let mut command = bocpd(words("detect - --json --quiet"));
    command.current_dir(folder.path());
    let want = found(&run_on(command, &csv));
    for compression in [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::ZSTD(ZstdLevel::default()),
        Compression::LZ4_RAW,
    ] {
        write(&folder.path().join("x.parquet"), compression, &[]);
        let got = found(&detect(folder.path(), "--by host_name"));
        let one = &got["series"][0];
        assert_eq!(one["series"], "one");
        assert_eq!(one["changepoints"], want["changepoints"], "{compression}");
        assert_eq!(one["changepoints"][0]["index"], STEP);
        assert_eq!(got["series"][1]["changepoints"][0]["index"], STEP);
    }
}

#[test]
fn null_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("x.parquet"), Compression::SNAPPY, &[7]);
    let output = detect(folder.path(), "--by host_name");
    assert!(!output.status.success());
    let said = text(&output.stderr);
    assert!(
        said.contains("\"NA\"") && said.contains("--missing skip"),
        "{said}"
    );
    let got = found(&detect(folder.path(), "--by host_name --missing skip"));
    assert_eq!(got["series"][1]["changepoints"][0]["index"], STEP);
}

#[test]
fn what_comes_by_a_pipe_is_read_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    write(&path, Compression::SNAPPY, &[]);
    let mut shell = std::process::Command::new("sh");
    shell.arg("-c");
    let program = bocpd(Vec::<String>::new());
    let program = program.get_program().to_str().unwrap();
    shell.arg(format!(
        "cat x.parquet | '{program}' detect - --by host_name --json --quiet"
    ));
    shell.current_dir(folder.path());
    let got = found(&run_on(shell, ""));
    assert_eq!(got["series"][0]["changepoints"][0]["index"], STEP);
}

#[test]
fn damage_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    write(&path, Compression::SNAPPY, &[]);
    let whole = fs::read(&path).unwrap();
    for length in [4, 8, 100, whole.len() / 2, whole.len() - 1] {
        fs::write(&path, &whole[..length]).unwrap();
        let output = detect(folder.path(), "--by host_name");
        assert_eq!(output.status.code(), Some(1), "{length}: {output:?}");
        let said = text(&output.stderr);
        assert!(said.contains("x.parquet: "), "{said}");
    }
    // A byte that is another: read as something else, or refused.
    for at in (4..whole.len()).step_by(whole.len() / 40) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        fs::write(&path, &bytes).unwrap();
        let output = detect(folder.path(), "--by host_name");
        let said = text(&output.stderr);
        assert!(!said.contains("panicked"), "byte {at}: {said}");
        assert!(
            matches!(output.status.code(), Some(0 | 1)),
            "byte {at}: {output:?}"
        );
    }
}

/// Two columns of numbers, of which the second is missing where told so.
fn write_two(path: &Path, missing: &[usize]) {
    let schema = "message schema { required double load; optional double heat; }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let file = fs::File::create(path).unwrap();
    let properties = Arc::new(WriterProperties::builder().build());
    let mut writer = SerializedFileWriter::new(file, schema, properties).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    let typed = column.typed::<DoubleType>();
    typed.write_batch(&values(), None, None).unwrap();
    column.close().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    let there = (0..ROWS).filter(|i| !missing.contains(i));
    let noise = noise(2 * ROWS);
    let heat: Vec<f64> = there.map(|i| noise[ROWS + i]).collect();
    let level = |i: usize| i16::from(!missing.contains(&i));
    let levels: Vec<i16> = (0..ROWS).map(level).collect();
    let typed = column.typed::<DoubleType>();
    typed.write_batch(&heat, Some(&levels), None).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.close().unwrap();
}

#[test]
fn columns_are_one_series() {
    let folder = tempfile::tempdir().unwrap();
    write_two(&folder.path().join("x.parquet"), &[9, 70]);
    let args = "--all --together --missing skip --model gaussian";
    let got = found(&detect(folder.path(), args));
    assert_eq!(got["observations"], ROWS);
    assert_eq!(got["missing"], 0);
    let change = &got["changepoints"][0];
    assert_eq!(
        (&change["index"], &change["number"]),
        (&STEP.into(), &"load".into())
    );
    assert_eq!(change["parts"][1]["number"], "heat");
}

/// The rows of a file as CSV has them, by the names of their columns.
fn rows(path: &Path) -> Vec<Vec<(String, String)>> {
    let reader = SerializedFileReader::new(fs::File::open(path).unwrap()).unwrap();
    let cell = |(name, field): (&String, &Field)| {
        let text = match field {
            Field::Null => String::new(),
            Field::Str(text) => text.clone(),
            Field::Long(number) => number.to_string(),
            Field::Double(number) => number.to_string(),
            other => panic!("{other:?}"),
        };
        (name.clone(), text)
    };
    let rows = reader.get_row_iter(None).unwrap();
    rows.map(|row| row.unwrap().get_column_iter().map(cell).collect())
        .collect()
}

#[test]
fn changes_are_written_as_csv_has_them() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.parquet");
    write(&folder.path().join("x.parquet"), Compression::SNAPPY, &[]);
    write_two(&folder.path().join("two.parquet"), &[]);
    for (args, count) in [
        ("x.parquet --by host_name", 2),
        ("x.parquet --by host_name --grouped", 2),
        ("x.parquet -c load --no-sort", 3),
        ("two.parquet --all --together --model gaussian", 1),
        ("two.parquet -c heat", 0),
    ] {
        let run = |more: &str| {
            let mut command = bocpd(words(&format!("detect {args} --quiet {more}")));
            command.current_dir(folder.path());
            let output = run_on(command, "");
            assert!(output.status.success(), "{args}: {output:?}");
            output.stdout
        };
        let table = run("--csv");
        assert!(run("--parquet out.parquet").is_empty());
        let written = rows(&out);
        assert_eq!(written.len(), count, "{args}");
        let mut table = csv::Reader::from_reader(&table[..]);
        let names = table.headers().unwrap().clone();
        for (row, record) in written.iter().zip(table.records()) {
            let record = record.unwrap();
            for (name, text) in row {
                let at = names.iter().position(|known| known == name);
                assert_eq!(at.map_or("", |at| &record[at]), text, "{args}: {name}");
            }
        }
    }
}

#[test]
fn a_file_that_cannot_be_written_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    for (options, code, message) in [
        (
            "--parquet no/out.parquet",
            1,
            "--parquet: cannot write no/out.parquet",
        ),
        ("--parquet out.parquet --csv", 2, "cannot be used with"),
        (
            "--parquet out.parquet --plot x.svg",
            2,
            "cannot be used with",
        ),
    ] {
        let mut command = bocpd(words(&format!("detect --quiet {options}")));
        command.current_dir(folder.path());
        let output = run_on(command, "1\n2\n3\n");
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{options}: {said}");
        assert!(said.contains(message), "{options}: {said}");
    }
}
