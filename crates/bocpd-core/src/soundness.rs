//! What is read from a snapshot is held against itself: whatever the bytes say, what comes
//! of them is a detector that could have written them, or an error that says what cannot be.

/// What cannot be, to be read after "snapshot is damaged:".
pub(crate) type Sound = Result<(), &'static str>;

/// An error unless `holds`.
pub(crate) fn must(holds: bool, otherwise: &'static str) -> Sound {
    if holds { Ok(()) } else { Err(otherwise) }
}
