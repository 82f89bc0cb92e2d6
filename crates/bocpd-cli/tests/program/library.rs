//! The same command line inside of another program.

use std::ffi::OsString;

fn run(line: &str) -> u8 {
    bocpd_cli::run(line.split_whitespace().map(OsString::from))
}

#[test]
fn codes_are_returned_and_the_process_goes_on() {
    assert_eq!(run("bocpd --version"), 0);
    // The short way says what the whole definition would.
    let whole = bocpd_cli::definition().render_version();
    let said = std::process::Command::new(env!("CARGO_BIN_EXE_bocpd"))
        .arg("--version")
        .output();
    assert_eq!(said.expect("the program").stdout, whole.as_bytes());
    assert_eq!(run("bocpd detect --help"), 0);
    assert_eq!(run("bocpd"), 2);
    assert_eq!(run("bocpd detect --unheard-of"), 2);
    assert_eq!(
        run("bocpd detect --mean-run-length 0 ../../docs/data/nile.csv"),
        2
    );
    assert_eq!(run("bocpd detect no-such-file.csv"), 1);
    for _ in 0..2 {
        assert_eq!(
            run("bocpd detect -q --exit-code ../../docs/data/nile.csv"),
            3
        );
    }
    assert_eq!(bocpd_cli::run([]), 2);
}
