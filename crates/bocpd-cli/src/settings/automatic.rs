//! What is chosen for a series or a stream of which nothing is said.

use bocpd_core::Config;
use bocpd_core::defaults::{Given, candidates, config_for_stream, structures_in_words};
use bocpd_core::error::ParameterError;

/// The most probable configuration of a series, and what has to be said about the choice.
///
/// # Errors
/// What is given cannot be used.
pub(super) fn for_series(
    values: &[f64],
    given: &Given,
) -> Result<(Config, String), ParameterError> {
    let mut all = candidates(values, given)?;
    let named = all.iter().map(|one| (&one.structure, one.probability));
    let words = structures_in_words(named);
    Ok((all.swap_remove(0).config, words))
}

/// The configuration of a stream that begins with these values, and what has to be said of it.
///
/// # Errors
/// What is given cannot be used.
pub(super) fn for_stream(first: &[f64], given: &Given) -> Result<(Config, String), ParameterError> {
    let config = config_for_stream(first, given)?;
    let words = match config.alternatives.len() {
        0 => config.model.spec().map_or_else(String::new, |spec| {
            format!("model {}", spec.name.replace('_', "-"))
        }),
        others => format!(
            "white noise, or one of {others} kinds of noise that depends on its past, as \
             observations will say"
        ),
    };
    Ok((config, words))
}
