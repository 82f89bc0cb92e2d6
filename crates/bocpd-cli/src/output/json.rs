//! One JSON object.

use anyhow::Result;
use serde::Serialize;

use crate::foreign::in_json;

/// The whole report as one indented object.
///
/// # Errors
/// It cannot be written as JSON.
pub(crate) fn json(report: &impl Serialize) -> Result<String> {
    let document = serde_json::to_string_pretty(report)?;
    Ok(in_json(&document).into_owned() + "\n")
}
