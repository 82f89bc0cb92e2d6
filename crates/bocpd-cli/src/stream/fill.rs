//! From the input to the engine, one batch at a time.

use std::io;

use anyhow::{Error, Result};

use super::engine::{Engine, Observation};
use crate::input::Rows;

/// A batch of lines ends when no further observation has arrived, or when it is this long.
pub(super) const BATCH_BYTES: usize = 1 << 16;
/// It also ends after this many observations, where lines are rare.
pub(super) const BATCH_ROWS: usize = 4096;

/// Takes in what has arrived, up to the length of a batch; `false` at the end of the input.
///
/// # Errors
/// A row cannot be read or observed, and rows are not passed over.
pub(super) fn fill(rows: &mut Rows, engine: &mut Engine, lines: &mut Vec<u8>) -> Result<bool> {
    for _ in 0..BATCH_ROWS {
        let read = match rows.next_row() {
            Ok(Some(row)) => Ok(Observation::from(row)),
            Ok(None) => return Ok(false),
            Err(error) => Err(error),
        };
        match read {
            Ok(observation) => engine.take(observation, lines)?,
            Err(error) if engine.is_forgiving() && is_of_a_row(&error) => {
                let observation = Observation {
                    line: rows.line(),
                    time: rows.time().ok().flatten().map(std::borrow::Cow::into_owned),
                    value: None,
                    further: Vec::new(),
                    features: Vec::new(),
                };
                engine.pass(observation, &error, lines)?;
            }
            Err(error) => return Err(error),
        }
        if !rows.is_ready() || lines.len() >= BATCH_BYTES {
            break;
        }
    }
    Ok(true)
}

/// Whether an error is one of a row, after which others can be read.
pub(super) fn is_of_a_row(error: &Error) -> bool {
    !error.chain().any(<dyn std::error::Error>::is::<io::Error>)
}
