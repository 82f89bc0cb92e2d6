//! Calls that must come to an end.

use std::panic::resume_unwind;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// What is being asked at the moment, for the message if it does not end.
#[derive(Clone, Debug, Default)]
pub struct Question(Arc<Mutex<String>>);

impl Question {
    /// Says what is asked next.
    pub fn is(&self, what: String) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = what;
    }
}

/// Runs `ask` in a thread of its own, and does not wait longer than the limit
/// for it.
///
/// # Panics
/// If it takes longer, with the question that was asked last; and as `ask` does.
pub fn ends_within<T: Send + 'static>(
    limit: Duration,
    ask: impl FnOnce(&Question) -> T + Send + 'static,
) -> T {
    let question = Question::default();
    let asked = question.clone();
    let (sender, receiver) = channel();
    let thread = std::thread::spawn(move || {
        let answer = ask(&asked);
        // Nobody listens any more if it came too late.
        let _ = sender.send(answer);
    });
    match receiver.recv_timeout(limit) {
        Ok(answer) => answer,
        Err(RecvTimeoutError::Timeout) => {
            let last = question.0.lock().unwrap_or_else(PoisonError::into_inner);
            panic!("no answer within {limit:?}: {last}");
        }
        // The thread has panicked.
        Err(RecvTimeoutError::Disconnected) => match thread.join() {
            Err(panic) => resume_unwind(panic),
            Ok(()) => unreachable!("a thread that ended without an answer"),
        },
    }
}
