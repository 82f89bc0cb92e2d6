//! The configuration of a series of which no model is said: core chooses.

use anyhow::Result;
use bocpd_core::Config;
use bocpd_core::defaults::{Candidate, Given, candidates};

use crate::exit::{not_usable, option_of};

/// How many of the structures that a series may have are named.
const NAMED: usize = 3;
/// What is less probable is not.
const WORTH_A_MENTION: f64 = 0.01;

/// The most probable configuration of a series, and what has to be said about the choice.
///
/// # Errors
/// What is given cannot be used; the message names the option.
pub(super) fn choose(values: &[f64], given: &Given) -> Result<(Config, String)> {
    let all = candidates(values, given).map_err(|error| match error {
        bocpd_core::error::DetectError::Parameter(error) => not_usable(&option_of(&error), &error),
        other => other.into(),
    })?;
    let words = in_words(&all);
    let best = all.into_iter().next().expect("there is always one");
    Ok((best.config, words))
}

fn in_words(all: &[Candidate]) -> String {
    let named = all
        .iter()
        .take(NAMED)
        .filter(|one| one.probability >= WORTH_A_MENTION);
    let named: Vec<String> = named
        .map(|one| format!("{} (probability {:.2})", one.structure, one.probability))
        .collect();
    match &named[..] {
        [] => String::new(),
        [only] => only.clone(),
        [first, others @ ..] => format!("{first}, rather than {}", others.join(" or ")),
    }
}
