//! The program `bocpd`; all of it is in the library, but for what can only be seen before `main`.

use std::process::ExitCode;

fn main() -> ExitCode {
    #[cfg(unix)]
    if before_main::output_was_closed() {
        return ExitCode::from(bocpd_cli::output_is_closed());
    }
    ExitCode::from(bocpd_cli::run(std::env::args_os()))
}

/// Whether standard output was closed when the program began. Before `main` begins, Rust's
/// runtime opens `/dev/null` in its place, and all that is written disappears.
#[cfg(unix)]
mod before_main {
    use std::sync::atomic::{AtomicBool, Ordering};

    static CLOSED: AtomicBool = AtomicBool::new(false);

    ctor::declarative::ctor! {
        // One system call, and nothing of the standard library that is not ready yet.
        #[ctor(unsafe)]
        fn look() {
            let open = rustix::io::fcntl_getfd(rustix::stdio::stdout());
            CLOSED.store(open.is_err(), Ordering::Relaxed);
        }
    }

    pub(crate) fn output_was_closed() -> bool {
        CLOSED.load(Ordering::Relaxed)
    }
}
