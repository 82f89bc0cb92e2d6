//! The program `bocpd`; all of it is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(bocpd_cli::run(std::env::args_os()))
}
