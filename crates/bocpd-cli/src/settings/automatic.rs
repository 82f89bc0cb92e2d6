//! The configuration of a series of which no model is said: core chooses.

use anyhow::Result;
use bocpd_core::Config;
use bocpd_core::defaults::{Given, candidates, structures_in_words};

use crate::exit::{not_usable, option_of};

/// The most probable configuration of a series, and what has to be said about the choice.
///
/// # Errors
/// What is given cannot be used; the message names the option.
pub(super) fn choose(values: &[f64], given: &Given) -> Result<(Config, String)> {
    let mut all =
        candidates(values, given).map_err(|error| not_usable(&option_of(&error), &error))?;
    let named = all.iter().map(|one| (&one.structure, one.probability));
    let words = structures_in_words(named);
    Ok((all.swap_remove(0).config, words))
}
