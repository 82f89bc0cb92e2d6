//! What files and file names hold reaches a terminal written out, never as it is.

use crate::common;

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::Output;

use common::{bocpd, run_on, text, words};
use serde_json::Value;

/// Clears the screen, sets its title, moves, colours, turns the direction of writing around,
/// hides, and is no UTF-8.
const HOSTILE: &[u8] = b"\x1b[2J\x1b]0;owned\x07\x1b[31mRED\x08\x08\x7f\0\r\x0b\x9b1A\
    \xc2\x9b31m\xe2\x80\xae\xe2\x81\xa6\xe2\x80\x8b\xef\xbb\xbf\xe2\x80\xa8\xf3\xa0\x81\x81\xff\xfe<&>\"'end";

/// The same where a field must not hold the characters of a table.
fn field() -> Vec<u8> {
    let plain = |byte: &u8| !matches!(byte, b'"' | b';' | b'\r');
    HOSTILE.iter().copied().filter(plain).collect()
}

/// Whether a text can be shown on a terminal: lines of characters that are seen.
fn assert_harmless(bytes: &[u8], what: &str) {
    let text = std::str::from_utf8(bytes).unwrap_or_else(|_| panic!("{what}: no UTF-8"));
    let harm = |c: &char| {
        let control = c.is_control() && *c != '\n';
        let hidden = matches!(*c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}');
        control || hidden
    };
    if let Some(c) = text.chars().find(harm) {
        panic!("{what}: {c:?} in {text:?}");
    }
}

fn assert_all_harmless(output: &Output, what: &str) {
    assert_harmless(&output.stdout, what);
    assert_harmless(&output.stderr, what);
    assert!(
        !text(&output.stderr).contains("panicked"),
        "{what}: {output:?}"
    );
    assert!(
        output.status.code().is_some_and(|code| code < 4),
        "{what}: {output:?}"
    );
}

/// Every way to say what was found, and to go wrong.
const COMMANDS: [&str; 19] = [
    "detect x.csv",
    "detect x.csv -c 1",
    "detect x.csv -c 2",
    "detect x.csv -c 2 --json",
    "detect x.csv -c 2 --csv",
    "detect x.csv -c 2 -t 1",
    "detect x.csv -c 2 -t 1 --json",
    "detect x.csv -c 2 -t 1 --csv",
    "detect x.csv -c 2 -t 1 --plot x.svg",
    "detect x.csv -c 2 -t 1 --irregular",
    "detect x.csv -c 2 --header no",
    "detect x.csv -c none",
    "detect x.csv -c 9",
    "stream x.csv -c 2 -t 1 --warm-up 4 --state x.state",
    "stream x.csv -c 2 -t 1 --warm-up 4 --alarm --state x.state",
    "calibrate x.csv -c 2 --average-run-length 20 --streams 5 --longest 20",
    "calibrate x.csv -c 2 -t 1 --average-run-length 20 --streams 5 --longest 20 --json",
    "fit x.csv x.csv -c 2 --evaluations 3",
    "fit x.csv -c 2 -t 1 --fixed none --json",
];

fn run_all(folder: &Path) -> Vec<Output> {
    let run = |line: &str| {
        let mut command = bocpd(words(line));
        command.current_dir(folder);
        let output = run_on(command, "");
        assert_all_harmless(&output, line);
        for file in ["x.svg", "x.state"] {
            if let Ok(bytes) = fs::read(folder.join(file)) {
                let text = bytes.split(|&b| b == b'\n').next().unwrap();
                let all = if file == "x.svg" { &bytes[..] } else { text };
                assert_harmless(all, &format!("{file} of {line}"));
            }
        }
        output
    };
    COMMANDS.map(run).into()
}

/// A table of steps, with something in every place where it could be quoted.
fn table(name: &[u8], time: &[u8], value_name: &[u8]) -> Vec<u8> {
    let mut all = [name, b",", value_name, b"\n"].concat();
    for i in 0..40 {
        let value = if i < 20 { "0" } else { "9" };
        all.extend([format!("{i}").as_bytes(), time, b",", value.as_bytes()].concat());
        all.extend(format!(".{}\n", i % 3).as_bytes());
    }
    all
}

#[test]
fn names_of_columns_and_times() {
    let folder = tempfile::tempdir().unwrap();
    let hostile = field();
    fs::write(
        folder.path().join("x.csv"),
        table(&hostile, &hostile, &hostile),
    )
    .unwrap();
    let outputs = run_all(folder.path());
    let ended_well = |output: &&Output| output.status.success();
    assert!(outputs.iter().filter(ended_well).count() >= 10);
    // It is still told what stood there.
    for (command, output) in COMMANDS.iter().zip(&outputs) {
        if command.contains("-t 1 ") && output.status.success() && command.starts_with("detect") {
            let shown = [&output.stdout[..], &output.stderr].concat();
            assert!(text(&shown).contains("owned"), "{command}");
        }
    }
    // JSON says the same as ever.
    let json: Value = serde_json::from_slice(&outputs[6].stdout).unwrap();
    let time = json["changepoints"][0]["time"].as_str().unwrap();
    assert_eq!(time, format!("20{}", String::from_utf8_lossy(&hostile)));
    let lines = common::json_lines(&text(&outputs[13].stdout));
    assert_eq!(lines[20]["time"], time);
}

#[test]
fn fields_that_are_no_numbers() {
    let folder = tempfile::tempdir().unwrap();
    for content in [
        [b"t,x\n1,2\n2,", &field()[..], b"\n"].concat(),
        [b"1\n2\n", HOSTILE, b"\n"].concat(),
        [&HOSTILE[..1], b"\n"].concat(),
        [b"t,x\n1,2\n", HOSTILE, b"\n"].concat(),
    ] {
        fs::write(folder.path().join("x.csv"), content).unwrap();
        run_all(folder.path());
    }
}

#[test]
fn files_that_are_no_text() {
    let folder = tempfile::tempdir().unwrap();
    let all_bytes: Vec<u8> = (0..=255).collect();
    let gzip = b"\x1f\x8b\x08\x08\xd6\x1e\x9b\x65\0\x03multi.csv\0\x4b\xd4\x49\xe2\x32\xd4\x31\xe2";
    let parquet =
        b"PAR1\x15\x04\x15\x10\x15\x14L\x15\x02\x15\x00\x12\x00\x00\x08\x1c\x01\0\0\0,1\nPAR1";
    for content in [
        &all_bytes[..],
        gzip,
        parquet,
        b"\0\0\0\0",
        b"\xff\xfe1\0\n\0",
    ] {
        fs::write(folder.path().join("x.csv"), content).unwrap();
        run_all(folder.path());
    }
}

#[test]
fn long_fields_are_cut() {
    let folder = tempfile::tempdir().unwrap();
    let long = "x".repeat(200_000);
    let names: Vec<_> = (0..1_000)
        .map(|i| format!("{i}_{}", "n".repeat(20)))
        .collect();
    for content in [
        format!("{long},b\n1,2\n"),
        format!("t,x\n1,{long}\n"),
        format!("{long}\n{long}\n"),
        names.join(","),
    ] {
        fs::write(folder.path().join("x.csv"), content).unwrap();
        for output in run_all(folder.path()) {
            assert!(output.stderr.len() < 4000, "{}", text(&output.stderr));
        }
    }
    let times = table(b"t", long.as_bytes(), b"x");
    fs::write(folder.path().join("x.csv"), times).unwrap();
    for (command, output) in COMMANDS.iter().zip(run_all(folder.path())) {
        let for_people = !["--json", "--csv", "stream"]
            .iter()
            .any(|f| command.contains(f));
        assert!(!for_people || output.stdout.len() < 4000, "{command}");
    }
}

#[test]
fn names_of_files() {
    let folder = tempfile::tempdir().unwrap();
    let no_slash: Vec<u8> = HOSTILE.iter().copied().filter(|&b| b != 0).collect();
    let name = OsStr::from_bytes(&no_slash);
    let there = folder.path().join(name);
    fs::write(&there, table(b"t", b"", b"x")).unwrap();
    let not_there = folder.path().join("no").join(name);
    let run = |args: &[&OsStr]| {
        let output = run_on(bocpd(args), "1\n2\n");
        assert_all_harmless(&output, &format!("{args:?}"));
        output
    };
    let words = |line: &'static str| line.split(' ').map(OsStr::new).collect::<Vec<_>>();
    let svg = folder.path().join("x.svg");
    let cases = [
        (
            [
                words("detect --plot"),
                vec![svg.as_os_str(), there.as_os_str()],
            ]
            .concat(),
            0,
        ),
        ([words("detect"), vec![not_there.as_os_str()]].concat(), 1),
        (
            [words("detect --config"), vec![there.as_os_str()]].concat(),
            1,
        ),
        (
            [words("detect --config"), vec![not_there.as_os_str()]].concat(),
            1,
        ),
        (
            [words("detect --plot"), vec![not_there.as_os_str()]].concat(),
            2,
        ),
        (
            [
                words("stream --warm-up 2 --state"),
                vec![not_there.as_os_str()],
            ]
            .concat(),
            1,
        ),
        (
            [words("stream --warm-up 2 --state"), vec![there.as_os_str()]].concat(),
            1,
        ),
        // The arguments themselves.
        ([words("detect --mean"), vec![name]].concat(), 2),
        ([words("detect --model"), vec![name]].concat(), 2),
        ([words("detect -c"), vec![name]].concat(), 2),
        (vec![name], 2),
    ];
    for (args, code) in &cases {
        assert_eq!(run(args).status.code(), Some(*code), "{args:?}");
    }
    assert_harmless(&fs::read(svg).unwrap(), "the picture");
}

#[test]
fn configurations() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("c.json");
    let key = String::from_utf8_lossy(HOSTILE).replace('"', "");
    let in_json = serde_json::to_string(&key).unwrap();
    let long = format!("{{\"{}\": 1}}", "k".repeat(100_000));
    for content in [
        format!("{{{in_json}: 1}}"),
        format!("{{\"model\": {{{in_json}: 1}}}}"),
        format!("{{\"model\": {in_json}}}"),
        format!("{{\"missing\": {in_json}}}"),
        key,
        long,
    ] {
        fs::write(&config, content).unwrap();
        let output = run_on(
            bocpd([
                OsStr::new("detect"),
                OsStr::new("--config"),
                config.as_os_str(),
            ]),
            "1\n",
        );
        assert_all_harmless(&output, "--config");
        assert_eq!(output.status.code(), Some(1));
        assert!(output.stderr.len() < 2000);
        assert!(text(&output.stderr).contains("c.json"));
    }
}

#[test]
fn states() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let run = || {
        let line = words("stream --mean 0 --beta 1 --state");
        let mut args: Vec<_> = line.into_iter().map(OsStr::new).collect();
        args.push(state.as_os_str());
        let output = run_on(bocpd(args), "1\n2\n");
        assert_all_harmless(&output, "--state");
        output
    };
    assert!(run().status.success());
    let bytes = fs::read(&state).unwrap();
    let end = bytes.iter().position(|&byte| byte == b'\n').unwrap();
    let hostile = String::from_utf8_lossy(HOSTILE).into_owned();
    // Right checksums prove nothing.
    let forge = |change: &dyn Fn(&mut Value), outbox: &[u8]| {
        let mut header: Value = serde_json::from_slice(&bytes[..end]).unwrap();
        header["outbox_bytes"] = outbox.len().into();
        change(&mut header);
        let mut state = header.to_string().into_bytes();
        state.push(b'\n');
        state.extend(&bytes[end + 1..bytes.len() - 4]);
        state.extend(outbox);
        let checksum = crc32fast::hash(&state);
        state.extend(checksum.to_le_bytes());
        state
    };
    let cases = [
        (forge(&|h| h["format"] = hostile.clone().into(), b""), 1),
        (forge(&|h| h["settings"][&hostile] = 1.into(), b""), 2),
        (forge(&|h| h["settings"] = hostile.clone().into(), b""), 2),
        (forge(&|h| h[&hostile] = 1.into(), b""), 0),
        (forge(&|h| h["layout"] = hostile.clone().into(), b""), 1),
        (forge(&|h| h["last_time"] = hostile.clone().into(), b""), 0),
        (forge(&|_| (), HOSTILE), 1),
        (forge(&|_| (), b"{\"index\":0,\"time\":\"\x1b[31m\"}\n"), 1),
        (
            forge(&|_| (), "{\"index\":0,\"time\":\"\u{202e}\"}\n".as_bytes()),
            1,
        ),
    ];
    for (i, (bytes, code)) in cases.iter().enumerate() {
        fs::write(&state, bytes).unwrap();
        assert_eq!(run().status.code(), Some(*code), "case {i}");
    }
}
