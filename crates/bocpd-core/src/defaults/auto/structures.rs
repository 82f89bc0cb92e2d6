//! The list of structures, as configurations for a series.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use libm::{log, sqrt};

use super::scale::Scale;
use super::season::{self, Season};
use super::{Candidate, Given};
use crate::config::{Config, ModelConfig};
use crate::defaults::pruning_for;
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

/// The same of a walk whose steps hide the noise: in a stream, where each structure is a filter
/// that goes on, the last one before it does as well.
const WALK: f64 = 100.0;

/// Variances by which a slope moves at each observation, over that of the noise.
const SLOPE_DRIFTS: [f64; 3] = [1e-4, 1e-2, 1.0];

/// How many observations a variance that wanders remembers.
const MEMORIES: [u32; 2] = [50, 10];

/// Fewer observations do not tell a variance that wanders from one that stays.
const FEWEST_WANDERING: usize = 400;

/// A level that drifts by more than this is not tried with a variance that wanders: together
/// they would be as free as changes are.
const MOST_DRIFT: f64 = 0.01;

/// What noise is like: one of its structures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Structure {
    phi: f64,
    drift: f64,
    slope: bool,
    slope_drift: f64,
    season: Option<Season>,
    logarithm: bool,
    /// How many observations the variance remembers; all of them if nothing is said.
    memory: Option<u32>,
    /// The prior weight.
    weight: f64,
}

impl Structure {
    pub(super) const WHITE: Self = Self {
        phi: 0.0,
        drift: 0.0,
        slope: false,
        slope_drift: 0.0,
        season: None,
        logarithm: false,
        memory: None,
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
            let drifts = DRIFTS.into_iter().chain([WALK]);
            all.extend(drifts.map(|drift| Self { drift, ..half }));
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

    /// Noise of a level that stays or drifts.
    pub(super) fn of_noise(phi: f64, drift: f64) -> Self {
        Self {
            phi,
            drift,
            weight: OTHER / 2.0,
            ..Self::WHITE
        }
    }

    /// The same with a variance that remembers so many observations.
    pub(super) fn that_remembers(self, memory: u32) -> Self {
        Self {
            memory: Some(memory),
            ..self
        }
    }

    /// The same along a line, if there is a slope.
    pub(super) fn along_lines(self, slope: bool, slope_drift: f64) -> Self {
        Self {
            slope,
            slope_drift,
            ..self
        }
    }

    /// Those that a stream may have beside white noise.
    pub(super) fn of_streams_beside_white() -> impl Iterator<Item = Self> {
        let correlated = PHIS.into_iter().map(|phi| Self::of_noise(phi, 0.0));
        let drifting = DRIFTS.into_iter().map(|drift| Self::of_noise(0.0, drift));
        let wandering = MEMORIES.map(|memory| Self::of_noise(0.0, 0.0).that_remembers(memory));
        correlated.chain(drifting).chain(wandering)
    }

    /// The same with a variance that wanders, for noise about a level that hardly does; of a
    /// series of so many observations.
    pub(super) fn with_memories(&self, observations: usize) -> Vec<Self> {
        let steady = self.phi == 0.0 && self.drift <= MOST_DRIFT && self.slope_drift == 0.0;
        let few = observations < FEWEST_WANDERING;
        if !steady || few || self.season.is_some() || self.logarithm {
            return Vec::new();
        }
        MEMORIES.map(|memory| self.that_remembers(memory)).to_vec()
    }

    pub(super) fn weight(&self) -> f64 {
        self.weight
    }

    /// The structure as a model of a stream on this scale. The level's prior has heavy tails.
    pub(super) fn model_of_stream(&self, scale: &Scale) -> ModelConfig {
        let variance = scale.noise * scale.noise * self.variance();
        let relative = scale.spread / sqrt(variance);
        let (kappa, beta) = (1.0 / (relative * relative), ALPHA * variance);
        if let Some(memory) = self.memory {
            return ModelConfig::VolatileGaussian {
                mean: scale.centre,
                kappa,
                alpha: ALPHA,
                beta,
                phi: self.phi,
                drift: self.drift,
                slope: 0.0,
                cauchy: scale.spread,
                memory,
            };
        }
        ModelConfig::StructuredGaussian {
            mean: scale.centre,
            kappa,
            alpha: ALPHA,
            beta,
            phi: self.phi,
            drift: self.drift,
            slope: 0.0,
            slope_drift: 0.0,
            period: 0.0,
            harmonics: 1,
            season: 1.0,
            cauchy: scale.spread,
        }
    }

    /// What is neither this structure nor a change.
    pub(super) fn outliers(scale: &Scale) -> Outliers {
        Outliers {
            probability: P_OUTLIER,
            centre: Some(scale.centre),
            scale: Some(scale.spread),
        }
    }

    /// About how many numbers a state has.
    fn width(&self) -> usize {
        2 + self
            .season
            .map_or(0, |season| 2 * season.harmonics as usize)
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

    pub(super) fn in_words(&self) -> String {
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
        if let Some(Season {
            period, harmonics, ..
        }) = self.season
        {
            season = format!(", with a season of {period} ({harmonics} harmonics)");
            words += &season;
        }
        if self.logarithm {
            words += ", of the logarithm";
        }
        let memory;
        if let Some(observations) = self.memory {
            memory = format!(", of a variance that wanders ({observations} observations)");
            words += &memory;
        }
        words
    }
}

/// A series, or its logarithms.
struct View<'a> {
    values: Cow<'a, [f64]>,
    scale: Scale,
}

/// Neighbours differ by a fifth at least where the logarithm is another view of the noise.
const SKEWED: f64 = 0.2;

/// Makes candidates of structures.
pub(super) struct Maker<'a> {
    given: &'a Given,
    numbers: View<'a>,
    /// Where structures of the logarithm are asked for.
    logarithms: Option<View<'a>>,
}

impl<'a> Maker<'a> {
    pub(super) fn new(xs: &'a [f64], given: &'a Given) -> Self {
        let view = |values: Cow<'a, [f64]>| View {
            scale: Scale::of(&values),
            values,
        };
        let logarithms = || view(xs.iter().map(|&x| log(x)).collect());
        let logarithms = spans_a_factor(xs).then(logarithms);
        Self {
            given,
            numbers: view(xs.into()),
            logarithms: logarithms.filter(|view| view.scale.noise >= SKEWED),
        }
    }

    pub(super) fn has_logarithms(&self) -> bool {
        self.logarithms.is_some()
    }

    fn view(&self, structure: &Structure) -> &View<'a> {
        let logarithms = self.logarithms.as_ref().filter(|_| structure.logarithm);
        logarithms.unwrap_or(&self.numbers)
    }

    /// The structure with each of the seasons of a period on top.
    pub(super) fn with_seasons(&self, structure: &Structure, period: usize) -> Vec<Structure> {
        let seasons = season::of_period(&self.view(structure).values, period);
        let with = |season| Structure {
            season: Some(season),
            weight: OTHER * structure.weight,
            ..*structure
        };
        seasons.into_iter().map(with).collect()
    }

    /// A structure as a configuration, whose evidence is not known yet.
    pub(super) fn candidate(&self, structure: &Structure) -> Candidate {
        let View { values, scale } = self.view(structure);
        let Scale { centre, spread, .. } = *scale;
        let (n, season) = (values.len(), structure.season);
        // A season has no part in the noise.
        let noise = season.map_or(scale.noise, |season| scale.least_noise(season.noise));
        let variance = noise * noise * structure.variance();
        let relative = spread / sqrt(variance);
        let kappa = 1.0 / (relative * relative);
        let beta = ALPHA * variance;
        let slope = if structure.slope {
            SLOPE * relative / n.max(1) as f64
        } else {
            0.0
        };
        let (period, harmonics) = season.map_or((0, 1), |season| (season.period, season.harmonics));
        let (period, amplitude) = (period as f64, relative / sqrt(f64::from(harmonics)));
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
                    season: if season.is_some() { amplitude } else { 1.0 },
                    cauchy: 0.0,
                }
            };
        }
        // Outliers of a logarithm come from where its prior predictive says.
        let (model, outliers) = match structure.memory {
            _ if structure.logarithm => (model!(StructuredLogNormal), Outliers::new(P_OUTLIER)),
            None => (model!(StructuredGaussian), Structure::outliers(scale)),
            Some(memory) => {
                let model = ModelConfig::VolatileGaussian {
                    mean: centre,
                    kappa,
                    alpha: ALPHA,
                    beta,
                    phi: structure.phi,
                    drift: structure.drift,
                    slope,
                    cauchy: 0.0,
                    memory,
                };
                (model, Structure::outliers(scale))
            }
        };
        let mut config = Config::new(model, self.given.hazard(n));
        config.outliers = Some(outliers);
        Candidate {
            structure: structure.in_words(),
            weight: structure.weight,
            ln_evidence: f64::NEG_INFINITY,
            probability: 0.0,
            // Long states cost as much as many observations do.
            config: self
                .given
                .complete(config, pruning_for(n * structure.width().div_ceil(3))),
        }
    }
}

/// Whether the logarithms of a series say something else than its numbers: these are positive,
/// and the middle nine tenths of them differ by a factor of 2 at least.
fn spans_a_factor(xs: &[f64]) -> bool {
    let mut values: Vec<f64> = xs.iter().copied().filter(|x| x.is_finite()).collect();
    if values.len() < 2 || values.iter().any(|&x| x <= 0.0) {
        return false;
    }
    values.sort_unstable_by(f64::total_cmp);
    let twentieth = values.len() / 20;
    values[values.len() - 1 - twentieth] >= 2.0 * values[twentieth]
}
