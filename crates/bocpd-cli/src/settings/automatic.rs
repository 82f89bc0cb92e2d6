//! What is chosen for a series or a stream of which nothing is said.

use bocpd_core::Config;
use bocpd_core::defaults::{Given, candidates, config_for_stream, structures_in_words};
use bocpd_core::error::ParameterError;
use bocpd_core::observation::Rows;

use crate::foreign::quoted;

/// The most probable configuration of a series, and what has to be said about the choice.
/// `numbers` are the names of the numbers of an observation.
///
/// # Errors
/// What is given cannot be used.
pub(super) fn for_series(
    rows: Rows<'_>,
    numbers: &[String],
    given: &Given,
) -> Result<(Config, String), ParameterError> {
    let mut all = candidates(rows, given)?;
    let each = all.iter();
    let words =
        structures_in_words(each.map(|one| (named(&one.structure, numbers), one.probability)));
    Ok((all.swap_remove(0).config, words))
}

/// Structures of several numbers, with the names of the numbers in place of their positions.
fn named(structures: &str, numbers: &[String]) -> String {
    let (mut words, mut rest) = (String::new(), structures);
    for (position, name) in numbers.iter().enumerate() {
        let Some((before, after)) = rest.split_once(&format!("number {position}: ")) else {
            break;
        };
        words += before;
        words += &quoted(name);
        words += ": ";
        rest = after;
    }
    words + rest
}

/// The configuration of a stream that begins with these observations, and what has to be said
/// of it.
///
/// # Errors
/// What is given cannot be used.
pub(super) fn for_stream(
    first: Rows<'_>,
    numbers: &[String],
    given: &Given,
) -> Result<(Config, String), ParameterError> {
    let config = config_for_stream(first, given)?;
    let name = |spec: &bocpd_core::list::ModelSpec| spec.name.replace('_', "-");
    let words = match (config.alternatives.len(), config.product.len()) {
        (0, 0) => config
            .model
            .spec()
            .map_or_else(String::new, |spec| format!("model {}", name(spec))),
        (0, _) => {
            let models = config.models_of_numbers().zip(numbers);
            let models = models.filter_map(|(model, number)| {
                Some(format!("{}: {}", quoted(number), name(model.spec()?)))
            });
            format!("models {}", models.collect::<Vec<_>>().join(", "))
        }
        (others, _) => format!(
            "white noise, or one of {others} kinds of noise that depends on its past, as \
             observations will say"
        ),
    };
    Ok((config, words))
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn numbers_go_by_their_names() {
        let numbers = ["a".to_owned(), "number 0: ".to_owned()];
        let got = named("number 0: white noise, number 1: Poisson counts", &numbers);
        assert_eq!(got, "\"a\": white noise, \"number 0:\": Poisson counts");
        assert_eq!(named("white noise", &numbers[..1]), "white noise");
    }
}
