//! What is assumed when nothing is said: the one place for it.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

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
/// Degrees of freedom that stand for heavy tails …
const NU: f64 = 4.0;
/// … and for tails of any weight.
const NU_GRID: [f64; 5] = [2.0, 4.0, 8.0, 16.0, 64.0];

/// A kind of model, with what no data can tell of it.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Kind {
    /// [`Gaussian`](crate::Gaussian)
    Gaussian,
    /// [`StudentT`](crate::StudentT)
    StudentT,
    /// [`StudentTGrid`](crate::StudentTGrid)
    StudentTGrid,
    /// [`Poisson`](crate::Poisson)
    Poisson,
    /// [`Bernoulli`](crate::Bernoulli)
    Bernoulli,
    /// [`Binomial`](crate::Binomial)
    Binomial {
        /// The trials of each observation.
        trials: u64,
    },
    /// [`Gamma`](crate::Gamma)
    Gamma {
        /// The shape of the observations; 1 where they are exponential.
        known_shape: f64,
    },
}

/// A model of this kind with a prior on the scale of a series; of an empty one,
/// on the scale of 1.
///
/// - The Gaussian and the Student-t models: mean at the median, κ = α = 1,
///   β = the square of the scale ([`robust_scale`]); ν = 4, or a grid of 2, 4,
///   8, 16, 64 with equal weights.
/// - Poisson: the prior rate is exponential, its mean that of the series.
/// - Gamma: as much as one observation at the mean of the series would say.
/// - Bernoulli and binomial: every probability alike (a = b = 1).
pub fn model_for(kind: Kind, xs: &[f64]) -> ModelConfig {
    let RobustScale { centre, scale } = robust_scale(xs);
    // The limits are those of the models' parameters.
    let (mean, kappa, alpha) = (centre.clamp(-1e100, 1e100), 1.0, 1.0);
    let beta = (scale * scale).clamp(1e-100, 1e100);
    match kind {
        Kind::Gaussian => ModelConfig::Gaussian {
            mean,
            kappa,
            alpha,
            beta,
        },
        Kind::StudentT => ModelConfig::StudentT {
            mean,
            kappa,
            alpha,
            beta,
            nu: NU,
        },
        Kind::StudentTGrid => ModelConfig::StudentTGrid {
            mean,
            kappa,
            alpha,
            beta,
            nu: NU_GRID.to_vec(),
            nu_prior: None,
        },
        Kind::Poisson => ModelConfig::Poisson {
            shape: 1.0,
            rate: 1.0 / positive_mean(xs),
        },
        Kind::Bernoulli => ModelConfig::Bernoulli { a: 1.0, b: 1.0 },
        Kind::Binomial { trials } => ModelConfig::Binomial {
            a: 1.0,
            b: 1.0,
            trials,
        },
        Kind::Gamma { known_shape } => ModelConfig::Gamma {
            shape: known_shape,
            rate: positive_mean(xs),
            known_shape,
        },
    }
}

/// The mean of the finite values; 1 where it is no rate.
fn positive_mean(xs: &[f64]) -> f64 {
    let (mut mean, mut count) = (0.0, 0.0);
    for x in xs.iter().filter(|x| x.is_finite()) {
        count += 1.0;
        // By running updates: a plain sum could overflow.
        mean += x / count - mean / count;
    }
    if mean > 0.0 {
        mean.clamp(1e-100, 1e100)
    } else {
        1.0
    }
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
    let model = model_in_words(&config.model);
    let hazard = hazard_in_words(&config.hazard);
    let pruning = if config.pruning == Pruning::exact() {
        "nothing is pruned"
    } else {
        "unlikely hypotheses are pruned"
    };
    format!("{model}; {hazard}; {pruning}")
}

fn model_in_words(model: &ModelConfig) -> String {
    match model {
        ModelConfig::Gaussian {
            mean,
            kappa,
            alpha,
            beta,
        } => format!(
            "Gaussian observations of unknown mean and variance within a segment; prior mean \
             {mean} worth {kappa} observations, prior variance about {} (alpha {alpha}, beta \
             {beta})",
            beta / alpha
        ),
        ModelConfig::StudentT {
            mean,
            kappa,
            alpha,
            beta,
            nu,
        } => format!(
            "observations with Student-t noise of {nu} degrees of freedom about an unknown \
             level; prior level {mean} worth {kappa} observations, prior squared scale about {} \
             (alpha {alpha}, beta {beta})",
            beta / alpha
        ),
        ModelConfig::StudentTGrid {
            mean,
            kappa,
            alpha,
            beta,
            nu,
            ..
        } => format!(
            "observations with Student-t noise about an unknown level, degrees of freedom one \
             of {nu:?}; prior level {mean} worth {kappa} observations, prior squared scale \
             about {} (alpha {alpha}, beta {beta})",
            beta / alpha
        ),
        ModelConfig::Poisson { shape, rate } => format!(
            "Poisson counts of unknown rate within a segment; prior rate about {} worth {rate} \
             observations",
            shape / rate
        ),
        ModelConfig::Bernoulli { a, b } => format!(
            "yes-or-no observations of unknown probability within a segment; prior worth {a} \
             yes and {b} no"
        ),
        ModelConfig::Binomial { a, b, trials } => format!(
            "successes out of {trials} trials of unknown probability within a segment; prior \
             worth {a} successes and {b} failures"
        ),
        ModelConfig::Gamma {
            shape,
            rate,
            known_shape,
        } => format!(
            "positive observations, gamma of shape {known_shape} and unknown rate within a \
             segment; prior rate about {}",
            shape / rate
        ),
        ModelConfig::Own { dimension } => {
            format!("observations of {dimension} numbers, of the caller's own model")
        }
    }
}

fn hazard_in_words(hazard: &HazardConfig) -> String {
    match hazard {
        HazardConfig::Constant { mean_run_length } => {
            format!("segments last {mean_run_length} observations on average, at any age")
        }
        HazardConfig::Rate { per_unit_time } => {
            format!("{per_unit_time} changes per unit of time, at any age")
        }
        HazardConfig::Weibull { shape, scale } => {
            format!("segment lengths are Weibull of shape {shape} and scale {scale}")
        }
        HazardConfig::LogLogistic { shape, scale } => {
            format!("segment lengths are log-logistic of shape {shape} and scale {scale}")
        }
        HazardConfig::NegativeBinomial { k, p } => {
            format!("segments last until event number {k} of probability {p} each")
        }
        HazardConfig::Table { hazards } => {
            format!(
                "hazards by length from a table of {} entries",
                hazards.len()
            )
        }
        HazardConfig::Own => String::from("a hazard of the caller's own"),
    }
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
