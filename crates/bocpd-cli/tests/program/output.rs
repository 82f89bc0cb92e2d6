//! Standard output that takes nothing: closed, full, or open for reading only.

use crate::common;

use std::fs::{self, File};
use std::process::{Command, Output, Stdio};

use common::{bocpd, root, steps, text, words};

/// Every command, in every format.
const COMMANDS: [&str; 14] = [
    "--help",
    "--version",
    "detect --help",
    "detect data -q",
    "detect data -q --json",
    "detect data -q --csv",
    "detect data -q --plot picture.svg",
    "stream data -q --mean 0 --beta 1",
    "stream data -q --mean 0 --beta 1 --state state",
    "calibrate data -q --average-run-length 20 --streams 5 --longest 20",
    "calibrate data -q --average-run-length 20 --streams 5 --longest 20 --json",
    "fit data -q --mean 0 --evaluations 3",
    "fit data -q --mean 0 --evaluations 3 --json",
    "fit data -q --mean 0 --evaluations 3 --options",
];

/// Runs every command with an output that takes nothing; all say so.
fn all_fail(output: impl Fn(Command) -> Output, want: &str) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("data"), steps(300, 100)).unwrap();
    for line in COMMANDS {
        let _ = fs::remove_file(folder.path().join("state"));
        let mut command = bocpd(words(line));
        command.current_dir(folder.path()).stdin(Stdio::null());
        let output = output(command);
        assert_eq!(output.status.code(), Some(1), "{line}: {output:?}");
        assert_eq!(
            text(&output.stderr),
            format!("bocpd: error: {want}\n"),
            "{line}"
        );
    }
}

#[test]
fn a_closed_output_is_an_error() {
    // A shell can close what std::process::Command can only redirect.
    let closed = |command: Command| {
        let mut shell = Command::new("sh");
        shell.args(["-c", "exec \"$0\" \"$@\" >&-"]);
        shell.arg(command.get_program()).args(command.get_args());
        shell.current_dir(command.get_current_dir().unwrap());
        shell.stdin(Stdio::null()).output().unwrap()
    };
    all_fail(closed, "standard output is closed");
}

#[test]
fn a_full_disk_is_an_error() {
    let full = |mut command: Command| {
        let full = File::options().write(true).open("/dev/full").unwrap();
        command
            .stdout(full)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
            .wait_with_output()
            .unwrap()
    };
    all_fail(
        full,
        "cannot write to standard output: No space left on device (os error 28)",
    );
}

#[test]
fn an_output_for_reading_is_an_error() {
    let reading = |mut command: Command| {
        let nothing = File::open("/dev/null").unwrap();
        command
            .stdout(nothing)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
            .wait_with_output()
            .unwrap()
    };
    all_fail(
        reading,
        "cannot write to standard output: Bad file descriptor (os error 9)",
    );
}

/// Lines that a full disk did not take are not lost: they come again.
#[test]
fn what_was_not_written_is_in_the_state() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let input = steps(50, 100);
    let run = |stdout: Stdio, input: &str| {
        let line = format!("stream -q --mean 0 --beta 1 --state {}", state.display());
        let mut command = bocpd(words(&line));
        command
            .stdin(Stdio::piped())
            .stdout(stdout)
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let _ = std::io::Write::write_all(&mut stdin, input.as_bytes());
        drop(stdin);
        child.wait_with_output().unwrap()
    };
    let full = File::options().write(true).open("/dev/full").unwrap();
    assert_eq!(run(full.into(), &input).status.code(), Some(1));
    let again = run(Stdio::piped(), "");
    assert_eq!(again.status.code(), Some(0));
    assert_eq!(common::json_lines(&text(&again.stdout)).len(), 50);
}

#[test]
fn a_picture_that_cannot_be_written_is_an_error() {
    let nile = root().join("docs/data/nile.csv");
    for file in ["/dev/full", "/nowhere/x.svg", "/nowhere/x.png"] {
        let mut command = bocpd(words("detect -q --plot"));
        let output = command.arg(file).arg(&nile).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{file}");
        let message = text(&output.stderr);
        assert!(
            message.starts_with(&format!("bocpd: error: --plot: cannot write {file}: ")),
            "{message}"
        );
    }
}

/// Messages that nobody can read are no reason to fail.
#[test]
fn a_closed_standard_error_does_no_harm() {
    let nile = root().join("docs/data/nile.csv");
    let mut shell = Command::new("sh");
    shell.args(["-c", "exec \"$0\" \"$@\" 2>&- <&-"]);
    shell
        .arg(env!("CARGO_BIN_EXE_bocpd"))
        .args(["detect"])
        .arg(&nile);
    let output = shell.output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).contains("1899"));
}
