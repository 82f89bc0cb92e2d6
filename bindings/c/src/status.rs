//! The status codes and what they say.

use core::ffi::{CStr, c_char};

use crate::boundary;

/// How a call ended. The numbers are never given another meaning and never used
/// again; later versions may add some, so treat those you do not know as failure.
pub type Status = i32;

/// The call did what it says.
pub const BOCPD_OK: Status = 0;
/// A pointer that must not be NULL was.
pub const BOCPD_NULL_POINTER: Status = 1;
/// A parameter of a model, hazard or limit cannot be used. The message names it.
pub const BOCPD_INVALID_PARAMETER: Status = 2;
/// An argument of the call itself cannot be used (a misaligned pointer, a length
/// past the address space, a table of functions without a needed one).
pub const BOCPD_INVALID_ARGUMENT: Status = 3;
/// The configuration has no model or no hazard yet.
pub const BOCPD_INCOMPLETE: Status = 4;
/// The caller's buffer is too small.
pub const BOCPD_BUFFER_TOO_SMALL: Status = 5;
/// The observation is NaN or infinite.
pub const BOCPD_NON_FINITE: Status = 6;
/// The observation is outside the support of the model.
pub const BOCPD_OUT_OF_SUPPORT: Status = 7;
/// The observation has the wrong number of values.
pub const BOCPD_DIMENSION: Status = 8;
/// No hypothesis gives the observation a positive, finite density.
pub const BOCPD_IMPOSSIBLE: Status = 9;
/// The hazard gave something that is not a probability.
pub const BOCPD_HAZARD: Status = 10;
/// The elapsed time is not a positive, finite number.
pub const BOCPD_ELAPSED: Status = 11;
/// The hazard counts observations and has no meaning for elapsed time.
pub const BOCPD_ELAPSED_UNSUPPORTED: Status = 12;
/// The model gave NaN or zero densities in an earlier step; only
/// bocpd_detector_reset helps.
pub const BOCPD_BROKEN: Status = 13;
/// The bytes are not a snapshot that can be used.
pub const BOCPD_SNAPSHOT: Status = 14;
/// The detector is in use by another call: in another thread, or by the one that the
/// calling function of a model or hazard belongs to. Nothing waits, nothing has
/// happened. In a process that was forked while another thread was using the detector,
/// it stays so.
pub const BOCPD_BUSY: Status = 15;
/// An error inside the library. The detector it happened in can only be freed.
pub const BOCPD_PANIC: Status = 16;
/// Any error of a later version that this one has no number for.
pub const BOCPD_OTHER: Status = 17;
/// The history that this question is about was not kept: see
/// bocpd_config_set_history_lag.
pub const BOCPD_HISTORY: Status = 18;
/// An index or a position that is not among those that can be asked about.
pub const BOCPD_INDEX: Status = 19;
/// The model does not know this of itself.
pub const BOCPD_UNSUPPORTED: Status = 20;
/// The detector does not follow how levels change: see bocpd_config_set_shifts.
pub const BOCPD_NOT_FOLLOWED: Status = 21;
/// The features that came along are not those that the model regresses on: too few, too many,
/// or one that is not finite.
pub const BOCPD_FEATURES: Status = 22;

/// What a status means, in a sentence; never NULL. The string lives as long as the
/// program.
#[unsafe(no_mangle)]
pub extern "C" fn bocpd_status_message(status: i32) -> *const c_char {
    message(status).as_ptr()
}

fn message(status: i32) -> &'static CStr {
    match status {
        BOCPD_OK => c"success",
        BOCPD_NULL_POINTER => c"a pointer that must not be NULL was",
        BOCPD_INVALID_PARAMETER => c"a parameter cannot be used",
        BOCPD_INVALID_ARGUMENT => c"an argument of the call cannot be used",
        BOCPD_INCOMPLETE => c"the configuration has no model or no hazard",
        BOCPD_BUFFER_TOO_SMALL => c"the buffer is too small",
        BOCPD_NON_FINITE => c"the observation is not finite",
        BOCPD_OUT_OF_SUPPORT => c"the observation is outside the support of the model",
        BOCPD_DIMENSION => c"the observation has the wrong number of values",
        BOCPD_IMPOSSIBLE => c"the observation has no positive, finite density",
        BOCPD_HAZARD => c"the hazard is not a probability",
        BOCPD_ELAPSED => c"the elapsed time is not positive and finite",
        BOCPD_ELAPSED_UNSUPPORTED => c"the hazard has no meaning for elapsed time",
        BOCPD_BROKEN => c"the model broke its contract; reset the detector",
        BOCPD_SNAPSHOT => c"the bytes are not a usable snapshot",
        BOCPD_BUSY => c"the detector is in use by another call",
        BOCPD_PANIC => c"internal error; the detector can only be freed",
        BOCPD_OTHER => c"other error",
        BOCPD_HISTORY => c"the history was not kept",
        BOCPD_INDEX => c"there is nothing at this index",
        BOCPD_UNSUPPORTED => c"the model does not know this of itself",
        BOCPD_NOT_FOLLOWED => c"the detector does not follow how levels change",
        BOCPD_FEATURES => c"the features are not what the model takes",
        _ => c"unknown status",
    }
}

/// What went wrong in the last call that failed in this thread, with names and
/// values; an empty string if none has. Never NULL. The string lives until the
/// next call that fails in this thread; calls that succeed leave it alone.
#[unsafe(no_mangle)]
pub extern "C" fn bocpd_last_error_message() -> *const c_char {
    boundary::last_message()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Statuses keep their numbers for ever.
    #[test]
    fn numbers_are_reserved() {
        let statuses = [
            BOCPD_OK,
            BOCPD_NULL_POINTER,
            BOCPD_INVALID_PARAMETER,
            BOCPD_INVALID_ARGUMENT,
            BOCPD_INCOMPLETE,
            BOCPD_BUFFER_TOO_SMALL,
            BOCPD_NON_FINITE,
            BOCPD_OUT_OF_SUPPORT,
            BOCPD_DIMENSION,
            BOCPD_IMPOSSIBLE,
            BOCPD_HAZARD,
            BOCPD_ELAPSED,
            BOCPD_ELAPSED_UNSUPPORTED,
            BOCPD_BROKEN,
            BOCPD_SNAPSHOT,
            BOCPD_BUSY,
            BOCPD_PANIC,
            BOCPD_OTHER,
            BOCPD_HISTORY,
            BOCPD_INDEX,
            BOCPD_UNSUPPORTED,
            BOCPD_NOT_FOLLOWED,
            BOCPD_FEATURES,
        ];
        assert!(statuses.into_iter().eq(0..23));
        let mut messages: Vec<_> = statuses.map(message).to_vec();
        messages.extend([message(-1)]);
        assert_eq!(message(23), message(-1));
        messages.sort_unstable();
        messages.dedup();
        assert_eq!(messages.len(), 24, "each has a message of its own");
    }
}
