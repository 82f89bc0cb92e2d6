//! Running the program, and holding its output against files.
#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::Value;

/// What must end is given so much time.
const PATIENCE: Duration = Duration::from_secs(60);

/// The program with some arguments, in the root of the project.
pub(crate) fn bocpd<S: AsRef<std::ffi::OsStr>>(args: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bocpd"));
    command.args(args).current_dir(root());
    command
}

/// Splits a command line at blanks.
pub(crate) fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

/// The root of the project.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Runs to the end with some text on standard input.
pub(crate) fn run_on(mut command: Command, input: &str) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let writer = std::thread::spawn(move || {
        // A program that has seen enough closes its input.
        let _ = stdin.write_all(input.as_bytes());
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

/// Runs to the end, which must be a good one, and gives standard output.
pub(crate) fn stdout_of(command: Command, input: &str) -> String {
    let output = run_on(command, input);
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Ends a child as `kill -9` does.
pub(crate) fn kill(child: &mut Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Waits for a child whose standard error is a pipe, and gives what it said there; `None` if
/// it does not end in any reasonable time.
pub(crate) fn ended(child: &mut Child) -> Option<(ExitStatus, String)> {
    let mut stderr = child.stderr.take().unwrap();
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut message = Vec::new();
        // It is closed when the child ends.
        let _ = stderr.read_to_end(&mut message);
        let _ = sender.send(text(&message));
    });
    let message = receiver.recv_timeout(PATIENCE);
    if message.is_err() {
        child.kill().unwrap();
    }
    let status = child.wait().unwrap();
    message.ok().map(|message| (status, message))
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// One JSON value a line.
pub(crate) fn json_lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Reproducible noise: uniform in ±1.
pub(crate) fn noise(n: usize) -> Vec<f64> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 53) as f64 * 2.0 - 1.0
    };
    (0..n).map(|_| next()).collect()
}

/// One item a line.
pub(crate) fn lines<T: std::fmt::Display>(items: impl IntoIterator<Item = T>) -> String {
    let mut text = String::new();
    for item in items {
        writeln!(text, "{item}").unwrap();
    }
    text
}

/// A series whose level jumps every `every` observations, one number a line.
pub(crate) fn steps(n: usize, every: usize) -> String {
    let level = |i: usize| {
        if (i / every).is_multiple_of(2) {
            0.0
        } else {
            20.0
        }
    };
    let values = noise(n).into_iter().enumerate();
    lines(values.map(|(i, e)| format!("{:.3}", level(i) + e)))
}

/// [`assert_file`] with a file of `tests/golden`.
pub(crate) fn assert_golden(name: &str, got: &str) {
    assert_file(&format!("crates/bocpd-cli/tests/golden/{name}"), got);
}

/// Holds text against a file of the project: numbers may differ in the last digits, all else
/// must be equal. With `BOCPD_BLESS` set, writes the file instead.
pub(crate) fn assert_file(name: &str, got: &str) {
    let path = root().join(name);
    if std::env::var_os("BOCPD_BLESS").is_some_and(|value| !value.is_empty()) {
        fs::write(&path, got).unwrap();
    }
    let want =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let (got, want) = (tokens(got), tokens(&want));
    for (i, (g, w)) in got.iter().zip(&want).enumerate() {
        let equal = match (g.parse::<f64>(), w.parse::<f64>()) {
            (Ok(g), Ok(w)) => (g - w).abs() <= 1e-9 * w.abs().max(1.0),
            _ => g == w,
        };
        assert!(
            equal,
            "{name}: token {i} is {g:?}, not {w:?}; before: {:?}",
            &want[i.saturating_sub(9)..i]
        );
    }
    assert_eq!(got.len(), want.len(), "{name}: length");
}

/// Numbers, and what stands between them.
fn tokens(text: &str) -> Vec<&str> {
    let is_number = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+');
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest
            .find(|c: char| is_number(c) != is_number(first))
            .unwrap_or(rest.len());
        let (token, after) = rest.split_at(end);
        tokens.push(token);
        rest = after;
    }
    tokens
}
