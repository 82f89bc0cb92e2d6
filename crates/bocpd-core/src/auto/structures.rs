//! The list of structures, as configurations for a series.

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use libm::sqrt;

use super::kind::Numbers;
use super::scale::Scale;
use super::season;
use super::Candidate;
use crate::config::{Config, HazardConfig, ModelConfig};
use crate::defaults::{Kind, hazard_for, model_for};
use crate::outliers::Outliers;

/// α of the noise's variance.
const ALPHA: f64 = 2.0;

/// ε.
const P_OUTLIER: f64 = 0.01;

/// Prior weight of white noise against that of all others.
const WHITE: f64 = 3.0;

/// Prior weight of each other structure.
const OTHER: f64 = 0.1;

/// A slope leads, over the whole series, this many times as far as levels lie apart.
const SLOPE: f64 = 3.0;

/// Correlations of AR(1) noise.
const PHIS: [f64; 3] = [0.3, 0.6, 0.9];

/// Variances by which a level moves at each observation, over that of the noise.
const DRIFTS: [f64; 5] = [0.001, 0.01, 0.1, 1.0, 10.0];

/// Variances by which a slope moves at each observation, over that of the noise.
const SLOPE_DRIFTS: [f64; 3] = [1e-4, 1e-2, 1.0];

/// All structures for a series.
pub(super) fn of(xs: &[f64], scale: &Scale) -> Vec<Candidate> {
    let hazard = hazard_for(xs.len());
    match Numbers::of(xs) {
        Numbers::YesNo => return vec![simple("yes-or-no observations", Kind::Bernoulli, xs, hazard)],
        Numbers::Counts => return vec![simple("Poisson counts", Kind::Poisson, xs, hazard)],
        Numbers::Skewed | Numbers::Real => {}
    }
    let maker = Maker { scale, hazard, n: xs.len() as f64 };
    let mut all = vec![];
    let white = Noise::default();
    for slope in [false, true] {
        all.push(maker.structured(white, slope, WHITE / 2.0));
        for phi in PHIS {
            all.push(maker.structured(Noise { phi, ..white }, slope, OTHER / 2.0));
        }
        for drift in DRIFTS {
            all.push(maker.structured(Noise { drift, ..white }, slope, OTHER / 2.0));
        }
    }
    for slope_drift in SLOPE_DRIFTS {
        all.push(maker.structured(Noise { slope_drift, ..white }, true, OTHER));
    }
    for (period, harmonics) in season::candidates(xs) {
        all.push(maker.structured(Noise { period, harmonics, ..white }, false, OTHER));
    }
    all
}

fn candidate(structure: String, weight: f64, model: ModelConfig, hazard: HazardConfig) -> Candidate {
    Candidate {
        structure,
        weight,
        ln_evidence: f64::NEG_INFINITY,
        probability: 0.0,
        config: Config::new(model, hazard),
    }
}

fn simple(structure: &str, kind: Kind, xs: &[f64], hazard: HazardConfig) -> Candidate {
    candidate(structure.into(), 1.0, model_for(kind, xs), hazard)
}

/// What noise is like.
#[derive(Clone, Copy, Default)]
struct Noise {
    phi: f64,
    drift: f64,
    slope_drift: f64,
    period: f64,
    harmonics: u32,
}

impl Noise {
    /// The variance of the noise that makes neighbours differ as white noise of variance 1
    /// makes them.
    fn variance(&self) -> f64 {
        if self.phi > 0.0 {
            1.0 / (1.0 - self.phi)
        } else {
            2.0 / (2.0 + self.drift)
        }
    }

    fn in_words(&self, slope: bool) -> String {
        let along = if slope { ", along lines" } else { "" };
        if self.phi > 0.0 {
            format!("AR(1) noise of {}{along}", self.phi)
        } else if self.drift > 0.0 {
            format!("a level that drifts by {} of the noise's variance{along}", self.drift)
        } else if self.slope_drift > 0.0 {
            format!("a smooth drift of {} of the noise's variance", self.slope_drift)
        } else if self.period > 0.0 {
            format!("a season of {} with {} harmonics", self.period, self.harmonics)
        } else {
            format!("white noise{along}")
        }
    }
}

/// What all structures of a series have in common.
struct Maker<'a> {
    scale: &'a Scale,
    hazard: HazardConfig,
    n: f64,
}

impl Maker<'_> {
    fn structured(&self, noise: Noise, slope: bool, weight: f64) -> Candidate {
        let Scale { centre, spread, noise: white } = *self.scale;
        let variance = white * white * noise.variance();
        let relative = spread / sqrt(variance);
        let model = ModelConfig::StructuredGaussian {
            mean: centre,
            kappa: 1.0 / (relative * relative),
            alpha: ALPHA,
            beta: ALPHA * variance,
            phi: noise.phi,
            drift: noise.drift,
            slope: if slope { SLOPE * relative / self.n.max(1.0) } else { 0.0 },
            slope_drift: noise.slope_drift,
            period: noise.period,
            harmonics: noise.harmonics.max(1),
            season: relative / sqrt(f64::from(noise.harmonics.max(1))),
            cauchy: 0.0,
        };
        let mut made = candidate(noise.in_words(slope), weight, model, self.hazard.clone());
        made.config.outliers = Some(Outliers {
            probability: P_OUTLIER,
            centre: Some(centre),
            scale: Some(spread),
        });
        made
    }
}
