//! The list of structures, as configurations for a series.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use libm::{log, sqrt};

use super::scale::Scale;
use super::{Candidate, hazard, season};
use crate::config::{Config, ModelConfig};
use crate::outliers::Outliers;

/// α of the noise's variance.
const ALPHA: f64 = 2.0;

/// ε.
const P_OUTLIER: f64 = 0.01;

/// Prior weight of white noise.
const WHITE: f64 = 3.0;

/// Prior weight of each other structure.
const OTHER: f64 = 0.1;

/// What the prior weight of a structure is multiplied by if it is that of the logarithm.
const LOGARITHM: f64 = 0.1;

/// A slope leads, over the whole series, this many times as far as levels lie apart.
const SLOPE: f64 = 3.0;

/// Correlations of AR(1) noise.
const PHIS: [f64; 3] = [0.3, 0.6, 0.9];

/// Variances by which a level moves at each observation, over that of the noise.
const DRIFTS: [f64; 5] = [0.001, 0.01, 0.1, 1.0, 10.0];

/// Variances by which a slope moves at each observation, over that of the noise.
const SLOPE_DRIFTS: [f64; 3] = [1e-4, 1e-2, 1.0];

/// What noise is like: one of its structures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Structure {
    phi: f64,
    drift: f64,
    slope: bool,
    slope_drift: f64,
    season: Option<(usize, u32)>,
    logarithm: bool,
    /// The prior weight.
    pub(super) weight: f64,
}

impl Structure {
    pub(super) const WHITE: Self = Self {
        phi: 0.0,
        drift: 0.0,
        slope: false,
        slope_drift: 0.0,
        season: None,
        logarithm: false,
        weight: WHITE / 2.0,
    };

    /// All without a season, of the logarithm too if that is asked for.
    pub(super) fn all(logarithm: bool) -> Vec<Self> {
        let other = |weight| Self {
            weight,
            ..Self::WHITE
        };
        let mut all = Vec::new();
        for slope in [false, true] {
            let half = Self {
                slope,
                ..other(OTHER / 2.0)
            };
            all.push(Self {
                slope,
                ..Self::WHITE
            });
            all.extend(PHIS.map(|phi| Self { phi, ..half }));
            all.extend(DRIFTS.map(|drift| Self { drift, ..half }));
        }
        let smooth = Self {
            slope: true,
            ..other(OTHER)
        };
        all.extend(SLOPE_DRIFTS.map(|slope_drift| Self {
            slope_drift,
            ..smooth
        }));
        if logarithm {
            let of_logarithm = |one: &Self| Self {
                logarithm: true,
                weight: LOGARITHM * one.weight,
                ..*one
            };
            let more: Vec<Self> = all.iter().map(of_logarithm).collect();
            all.extend(more);
        }
        all
    }

    /// The same with a season on top, of a period and so many harmonics.
    pub(super) fn with_season(&self, period: usize, harmonics: u32) -> Self {
        Self {
            season: Some((period, harmonics)),
            weight: OTHER * self.weight,
            ..*self
        }
    }

    /// About how many numbers a state has.
    pub(super) fn width(&self) -> usize {
        let season = self
            .season
            .map_or(0, |(_, harmonics)| 2 * harmonics as usize);
        2 + season
    }

    /// The variance of the noise that makes neighbours differ as white noise of variance 1
    /// makes them.
    fn variance(&self) -> f64 {
        if self.phi > 0.0 {
            1.0 / (1.0 - self.phi)
        } else {
            2.0 / (2.0 + self.drift)
        }
    }

    fn in_words(&self) -> String {
        let mut words = if self.phi > 0.0 {
            format!("AR(1) noise of {}", self.phi)
        } else if self.drift > 0.0 {
            format!(
                "a level that drifts by {} of the noise's variance",
                self.drift
            )
        } else if self.slope_drift > 0.0 {
            format!(
                "a smooth drift of {} of the noise's variance",
                self.slope_drift
            )
        } else {
            String::from("white noise")
        };
        if self.slope && self.slope_drift == 0.0 {
            words += ", along lines";
        }
        let season;
        if let Some((period, harmonics)) = self.season {
            season = format!(", with a season of {period} ({harmonics} harmonics)");
            words += &season;
        }
        if self.logarithm {
            words += ", of the logarithm";
        }
        words
    }
}

/// Makes candidates of structures.
pub(super) struct Maker<'a> {
    pub(super) xs: &'a [f64],
    pub(super) scale: Scale,
    /// That of the logarithms, where structures of the logarithm are asked for.
    pub(super) ln_scale: Option<Scale>,
}

impl Maker<'_> {
    pub(super) fn candidate(&self, structure: &Structure) -> Candidate {
        let scale = if structure.logarithm {
            self.ln_scale
        } else {
            None
        };
        let Scale {
            centre,
            spread,
            noise,
        } = self.beside_season(scale.unwrap_or(self.scale), structure);
        let variance = noise * noise * structure.variance();
        let relative = spread / sqrt(variance);
        let n = self.xs.len().max(1) as f64;
        let (period, harmonics) = structure.season.unwrap_or((0, 1));
        let period = period as f64;
        let kappa = 1.0 / (relative * relative);
        let beta = ALPHA * variance;
        let slope = if structure.slope {
            SLOPE * relative / n
        } else {
            0.0
        };
        let season = relative / sqrt(f64::from(harmonics));
        macro_rules! model {
            ($name:ident) => {
                ModelConfig::$name {
                    mean: centre,
                    kappa,
                    alpha: ALPHA,
                    beta,
                    phi: structure.phi,
                    drift: structure.drift,
                    slope,
                    slope_drift: structure.slope_drift,
                    period,
                    harmonics,
                    season,
                    cauchy: 0.0,
                }
            };
        }
        let (model, broad) = if structure.logarithm {
            (model!(StructuredLogNormal), None)
        } else {
            (model!(StructuredGaussian), Some((centre, spread)))
        };
        let mut config = Config::new(model, hazard::of_changes(self.xs.len()));
        config.outliers = Some(Outliers {
            probability: P_OUTLIER,
            // Of a logarithm, those of the prior predictive.
            centre: broad.map(|(centre, _)| centre),
            scale: broad.map(|(_, spread)| spread),
        });
        Candidate {
            structure: structure.in_words(),
            weight: structure.weight,
            ln_evidence: f64::NEG_INFINITY,
            probability: 0.0,
            config,
        }
    }

    /// The scale of a series, of whose differences a season has no part in the noise.
    fn beside_season(&self, scale: Scale, structure: &Structure) -> Scale {
        let Some((period, _)) = structure.season else {
            return scale;
        };
        let noise = if structure.logarithm {
            let logarithms: Vec<f64> = self.xs.iter().map(|&x| log(x)).collect();
            season::noise(&logarithms, period)
        } else {
            season::noise(self.xs, period)
        };
        let noise = noise.max(1e-3 * scale.spread).min(scale.noise).max(1e-49);
        Scale { noise, ..scale }
    }
}

/// The scale of the logarithms of a series of positive numbers whose logarithms say something
/// else than the numbers: those of the middle nine tenths differ by a factor of 2 at least.
pub(super) fn ln_scale(xs: &[f64]) -> Option<Scale> {
    let mut values: Vec<f64> = xs.iter().copied().filter(|x| x.is_finite()).collect();
    if values.len() < 2 || values.iter().any(|&x| x <= 0.0) {
        return None;
    }
    values.sort_unstable_by(f64::total_cmp);
    let twentieth = values.len() / 20;
    let (low, high) = (values[twentieth], values[values.len() - 1 - twentieth]);
    let logarithms: Vec<f64> = xs.iter().map(|&x| log(x)).collect();
    (high >= 2.0 * low).then(|| Scale::of(&logarithms))
}
