//! What is assumed when nothing is said: the one place for it.

mod series;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
pub(crate) use series::Series;

pub use crate::list::Kind;
use crate::{Config, HazardConfig, Keep, Missing, ModelConfig, Pruning};

/// A scale's share of the normal distribution: σ = 1.4826 MAD.
const MAD_TO_SIGMA: f64 = 1.482_602_218_505_602;

/// Centre and scale of a series, unmoved by wild values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RobustScale {
    /// The median.
    pub centre: f64,
    /// 1.4826 × the median absolute deviation from the median; where more than
    /// half of the values are equal, 1.2533 × the mean absolute deviation; 1 if
    /// all values are equal.
    pub scale: f64,
}

/// Centre and scale of the finite values of a series; 0 and 1 if there is none.
pub fn robust_scale(xs: &[f64]) -> RobustScale {
    let mut values: Vec<f64> = xs.iter().copied().filter(|x| x.is_finite()).collect();
    if values.is_empty() {
        return RobustScale {
            centre: 0.0,
            scale: 1.0,
        };
    }
    let centre = median(&mut values);
    for value in &mut values {
        *value = (*value - centre).abs();
    }
    let mad = MAD_TO_SIGMA * median(&mut values);
    let mean = values
        .iter()
        .map(|deviation| deviation / values.len() as f64)
        .sum::<f64>();
    let scale = [mad, libm::sqrt(core::f64::consts::FRAC_PI_2) * mean, 1.0]
        .into_iter()
        .find(|&scale| scale > 0.0 && scale.is_finite())
        .unwrap_or(1.0);
    RobustScale { centre, scale }
}

/// The median; reorders `values`, which must not be empty.
fn median(values: &mut [f64]) -> f64 {
    let (middle, even) = (values.len() / 2, values.len().is_multiple_of(2));
    let (below, &mut upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    if even {
        let lower = below.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        lower + (upper - lower) / 2.0
    } else {
        upper
    }
}

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
/// [list of models](crate::MODELS) says:
///
/// - The Gaussian and the Student-t models: mean at the median, β = the square of
///   the scale ([`robust_scale`]).
/// - Poisson: the prior rate is exponential, its mean that of the series.
/// - Gamma: as much as one observation at the mean of the series would say.
pub fn model_for(kind: Kind, xs: &[f64]) -> ModelConfig {
    kind.model(&Series::new(xs))
}

/// The hazard for a series of `n` observations: one change expected.
pub fn hazard_for(n: usize) -> HazardConfig {
    HazardConfig::Constant {
        mean_run_length: n.max(2) as f64,
    }
}

/// A configuration for a series of real numbers that nothing is known about.
///
/// [`Gaussian`](crate::Gaussian) with mean 0 and κ = α = β = 1 on the scale of
/// the series ([`model_for`]), segments of as many observations as the series
/// has on average ([`hazard_for`]), pruned as [`pruning_for`] says. NaN is an
/// error.
pub fn config_for(xs: &[f64]) -> Config {
    Config {
        model: model_for(Kind::Gaussian, xs),
        hazard: hazard_for(xs.len()),
        pruning: pruning_for(xs.len()),
        missing: Missing::Error,
        history: Keep::Nothing,
        shifts: false,
        alarm: None,
    }
}

/// What a configuration assumes, in words.
pub fn in_words(config: &Config) -> String {
    let model = config.model.in_words();
    let hazard = config.hazard.in_words();
    let pruning = if config.pruning == Pruning::exact() {
        "nothing is pruned"
    } else {
        "unlikely hypotheses are pruned"
    };
    format!("{model}; {hazard}; {pruning}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_wild_value_moves_nothing() {
        let mut xs: Vec<f64> = (0..101).map(|i| f64::from(i % 11)).collect();
        let before = robust_scale(&xs);
        xs[50] = 1e300;
        let after = robust_scale(&xs);
        assert!((before.centre - after.centre).abs() <= 1.0);
        assert!((before.scale - after.scale).abs() <= 1.5);
    }

    #[test]
    fn scale_of_a_normal_sample_is_its_deviation() {
        // Quantiles of the standard normal at 1/8, …, 7/8.
        let xs = [
            -1.150_35, -0.674_49, -0.318_64, 0.0, 0.318_64, 0.674_49, 1.150_35,
        ];
        assert!((robust_scale(&xs).scale - 1.0).abs() < 1e-4);
        assert_eq!(robust_scale(&xs).centre, 0.0);
    }

    #[test]
    fn any_finite_series_has_a_configuration_that_can_be_built() {
        for scale in [5e-324, 1e-200, 1.0, 1e200, 8e307] {
            let xs = [-scale, 0.0, scale, scale, -scale];
            assert!(config_for(&xs).build().is_ok(), "{scale}");
        }
    }

    #[test]
    fn every_kind_can_be_built_for_any_series() {
        let kinds = [
            Kind::Gaussian,
            Kind::StudentT,
            Kind::StudentTGrid,
            Kind::Poisson,
            Kind::Bernoulli,
            Kind::Binomial { trials: 7 },
            Kind::Gamma { known_shape: 0.5 },
        ];
        let all: [&[f64]; 5] = [
            &[],
            &[0.0; 3],
            &[f64::NAN, -5.0],
            &[8e307, 8e307],
            &[5e-324],
        ];
        for (kind, xs) in kinds.iter().flat_map(|kind| all.map(|xs| (*kind, xs))) {
            let config = Config {
                model: model_for(kind, xs),
                ..config_for(xs)
            };
            assert!(config.build().is_ok(), "{config:?}");
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

    #[test]
    fn degenerate_series_have_a_scale() {
        assert_eq!(
            robust_scale(&[]),
            RobustScale {
                centre: 0.0,
                scale: 1.0
            }
        );
        assert_eq!(
            robust_scale(&[3.0; 9]),
            RobustScale {
                centre: 3.0,
                scale: 1.0
            }
        );
        let mostly_equal = [5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 9.0];
        assert!(robust_scale(&mostly_equal).scale > 0.5);
        assert_eq!(robust_scale(&[1.0, 3.0]).centre, 2.0);
    }
}
