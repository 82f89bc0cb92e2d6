//! What is assumed when nothing is said: the one place for it.

mod auto;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;

use crate::config::Config;
pub use crate::list::Kind;
use crate::list::{HazardConfig, ModelConfig, Series};
use crate::observation::Rows;
use crate::pruning::Pruning;
use crate::robust::median;
pub use crate::robust::{RobustScale, robust_scale};
pub use auto::{
    Candidate, Given, candidates, config_for_stream, structures_in_words, structures_of_stream,
};

/// Up to this many observations a whole series is taken exactly.
const EXACT_UP_TO: usize = 4000;

/// The pruning for a series of `n` observations that are all at hand: none up
/// to 4000, where exact means at most a few seconds and 64 MB of history; above,
/// the default.
pub fn pruning_for(n: usize) -> Pruning {
    if n <= EXACT_UP_TO {
        Pruning::exact()
    } else {
        Pruning::default()
    }
}

/// The mean length of a segment of a stream, whose own length nobody knows.
pub const STREAM_MEAN_RUN_LENGTH: f64 = 250.0;

/// A model of this kind with a prior on the scale of a series; of an empty one,
/// on the scale of 1.
///
/// Parameters that no data tell have their defaults. The others, as the
/// [list of models](crate::list::MODELS) says:
///
/// - The Gaussian and the Student-t models: mean at the median, β = the square of
///   the scale ([`robust_scale`]).
/// - Poisson: the prior rate is exponential, its mean that of the series.
/// - Gamma: as much as one observation at the mean of the series would say.
pub fn model_for(kind: Kind, xs: &[f64]) -> ModelConfig {
    kind.model(&Series::new(xs))
}

/// The same for observations of several numbers: models
/// [of several](crate::list::ModelSpec::of_several) have a prior for each of them, others one for
/// all.
pub fn model_for_rows(kind: Kind, rows: Rows<'_>) -> ModelConfig {
    kind.model(&Series::of(rows))
}

/// The hazard for a series of `n` observations: one change expected.
pub fn hazard_for(n: usize) -> HazardConfig {
    HazardConfig::Constant {
        mean_run_length: n.max(2) as f64,
    }
}

/// Which of the mean run lengths of a [`ConstantGrid`](crate::hazard::ConstantGrid) segments have,
/// given how probable each is ([`hazard_probabilities`](crate::AnyDetector::hazard_probabilities)),
/// in words: the most probable first, without those below 0.01. `None` for any other hazard.
pub fn hazards_in_words(hazard: &HazardConfig, probabilities: &[f64]) -> Option<String> {
    let HazardConfig::ConstantGrid { mean_run_lengths } = hazard else {
        return None;
    };
    let mut all: Vec<_> = probabilities.iter().zip(mean_run_lengths).collect();
    all.retain(|&(&p, _)| p >= 0.01);
    all.sort_by(|one, other| other.0.total_cmp(one.0));
    let each = all
        .iter()
        .map(|(p, mean)| format!("{mean} (probability {p:.2})"));
    let each: Vec<String> = each.collect();
    Some(format!(
        "segments last {} observations on average",
        each.join(" or ")
    ))
}

/// What counts as 1 in time where no hazard says so: the median of how long after the one before
/// each observation was made, but for the first, of which that is not known; 1 if there is no other.
pub fn typical_elapsed(elapsed: &[f64]) -> f64 {
    match elapsed {
        [] | [_] => 1.0,
        [_, known @ ..] => median(&mut known.to_vec()),
    }
}

/// A configuration for a series of which nothing is said: that of the most probable of
/// [`candidates`]. NaN is an error for its detector. Of three observations or less it finds no
/// change, nor later: it is for a series that lies there complete.
pub fn config_for(xs: &[f64]) -> Config {
    auto::choose(xs, &Given::default()).swap_remove(0).config
}

/// What a configuration assumes, in words.
pub fn in_words(config: &Config) -> String {
    let model = models_in_words(config);
    let hazard = config.hazard.in_words();
    let pruning = if config.pruning == Pruning::exact() {
        "nothing is pruned"
    } else {
        "unlikely hypotheses are pruned"
    };
    let outliers = config
        .outliers
        .map_or_else(String::new, |outliers| format!("; {}", outliers.in_words()));
    let preferences = preferences_in_words(config);
    format!("{model}; {hazard}{preferences}{outliers}; {pruning}")
}

/// The model; where observations have several numbers, that of each.
fn models_in_words(config: &Config) -> String {
    if config.product.is_empty() {
        return config.model.in_words();
    }
    let mut words = format!("observations of {} numbers", config.dimension());
    for (j, model) in config.models_of_numbers().enumerate() {
        let _ = write!(words, "; number {j}: {}", model.in_words());
    }
    words
}

/// What differs from the usual in least length, sensitivity and resolution.
fn preferences_in_words(config: &Config) -> String {
    let mut words = String::new();
    if config.min_segment > 1 {
        let _ = write!(
            words,
            ", but not before {} observations",
            config.min_segment
        );
    }
    if config.sensitivity != 1.0 {
        let _ = write!(
            words,
            "; changes are {} times as frequent",
            config.sensitivity
        );
    }
    if config.resolution != 1.0 {
        let _ = write!(
            words,
            "; evidence counts with the power {}",
            config.resolution
        );
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_finite_series_has_a_configuration_that_can_be_built() {
        for scale in [5e-324, 1e-200, 1.0, 1e200, 8e307] {
            let xs = [-scale, 0.0, scale, scale, -scale];
            assert!(config_for(&xs).build().is_ok(), "{scale}");
        }
    }

    #[test]
    fn rates_are_on_the_scale_of_the_series() {
        let xs = [2.0, 6.0, f64::NAN, 4.0];
        let poisson = ModelConfig::Poisson {
            shape: 1.0,
            rate: 0.25,
        };
        assert_eq!(model_for(Kind::Poisson, &xs), poisson);
        let gamma = ModelConfig::Gamma {
            shape: 1.5,
            rate: 4.0,
            known_shape: 1.5,
        };
        assert_eq!(model_for(Kind::Gamma { known_shape: 1.5 }, &xs), gamma);
    }
}
