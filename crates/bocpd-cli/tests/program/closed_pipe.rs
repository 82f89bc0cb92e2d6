//! A reader that has seen enough is no error.

use crate::common;

use std::io::Read;
use std::process::{Command, Stdio};

use common::{bocpd, steps, text, words};

/// Closes the output after a few bytes; the program must end quietly.
fn close_early(mut command: Command, keep: usize) {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut vec![0; keep]).unwrap();
    drop(out);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn every_command_ends_quietly() {
    let folder = tempfile::tempdir().unwrap();
    let (data, state) = (folder.path().join("data"), folder.path().join("state"));
    std::fs::write(&data, steps(5000, 100)).unwrap();
    let data = data.display();
    let model = "-q --mean 0 --beta 1 -l 100";
    for keep in [0, 10, 5000] {
        close_early(bocpd(words(&format!("stream {data} {model}"))), keep);
        let _ = std::fs::remove_file(&state);
        close_early(
            bocpd(words(&format!(
                "stream {data} {model} --state {}",
                state.display()
            ))),
            keep,
        );
    }
    for format in ["", "--json", "--csv"] {
        close_early(bocpd(words(&format!("detect {data} {model} {format}"))), 10);
        if format != "--csv" {
            let target = "--average-run-length 20 --streams 5 --longest 20";
            let line = format!("calibrate {data} {model} {target} {format}");
            close_early(bocpd(words(&line)), 0);
        }
    }
    for format in ["", "--json", "--csv", "--options"] {
        let line = format!("fit {data} {model} --evaluations 3 {format}");
        close_early(bocpd(words(&line)), 0);
    }
    for help in ["--help", "detect --help", "--version"] {
        close_early(bocpd(words(help)), 5);
    }
}
