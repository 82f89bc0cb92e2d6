//! The definitions, written so that a reader can check them against a book.
//!
//! * [`textbook`]: the observation models, one observation at a time, with
//!   log-gamma functions and posterior parameters as printed in a textbook.
//! * [`posteriors`]: what is known of a level, to draw from.
//! * [`hazards`]: the segment-length laws.
//! * [`naive`]: the filter, O(t²), in log space.
//! * [`outliers`]: a model made of a model, whose observations are wild with a small
//!   probability.
//! * [`per_segment`]: a model that is one of several, anew in each segment.
//! * [`product`]: a model of several numbers.
//! * [`preferences`]: a power on the evidence, a least length of segments, more changes or
//!   fewer.
//! * [`config`]: models and hazards from the JSON every front-end reads.
//! * [`enumerate`]: all `2^(n−1)` segmentations of n observations.
//!
//! Nothing here is fast and nothing here depends on `bocpd-core`. The naive
//! filter is held to the enumeration, and everything else to these two.
//!
//! Every observation is an `f64` (counts and booleans too), `None` is a
//! missing value.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::random::Random;
use posteriors::Posterior;

pub mod config;
pub mod enumerate;
pub mod hazards;
pub mod naive;
pub mod outliers;
pub mod per_segment;
pub mod posteriors;
pub mod preferences;
pub mod product;
pub mod textbook;

/// A model of one segment, from a textbook.
pub trait Segment {
    /// Statistics of a segment without observations.
    fn prior(&self) -> Vec<f64>;

    /// Statistics of a segment without observations where these were before it in the stream;
    /// most models have no use for them.
    fn prior_after(&self, before: &[Option<f64>]) -> Vec<f64> {
        let _ = before;
        self.prior()
    }

    /// An observation that is missing, or that the segment does not absorb.
    fn pass(&self, stats: &mut [f64], x: Option<f64>) {
        let _ = (stats, x);
    }

    /// ln p(x | the observations absorbed into `stats`).
    fn ln_predictive(&self, stats: &[f64], x: f64) -> f64;

    /// The power that evidence counts with in the weights of segmentations; `ln_predictive` has
    /// none.
    fn power(&self) -> f64 {
        1.0
    }

    /// Adds x to the statistics.
    fn absorb(&self, stats: &mut [f64], x: f64);

    /// P(x is an outlier | the observations absorbed into `stats`).
    fn p_outlier(&self, stats: &[f64], x: f64) -> f64 {
        let _ = (stats, x);
        0.0
    }

    /// Lets time pass between two observations, 1 on a regular grid; most models do not
    /// change with it.
    fn advance(&self, stats: &mut [f64], elapsed: f64) {
        let _ = (stats, elapsed);
    }

    /// What is known of the segment's level, its first parameter: weights and
    /// posteriors; nothing if the book does not say.
    fn level(&self, stats: &[f64]) -> Vec<(f64, Posterior)> {
        let _ = stats;
        Vec::new()
    }

    /// ln p(xs) when one segment holds all of them: in closed form, without
    /// `prior`, `ln_predictive` and `absorb`, where the model has one.
    fn ln_evidence(&self, xs: &[f64]) -> f64;

    /// The same where some are missing, `elapsed[i]` after the one before; that of the first
    /// has no meaning.
    fn ln_evidence_at(&self, xs: &[Option<f64>], elapsed: &[f64]) -> f64 {
        let _ = elapsed;
        let seen: Vec<f64> = xs.iter().copied().flatten().collect();
        self.ln_evidence(&seen)
    }

    /// The same of the segment `from..to` of a series.
    fn ln_evidence_of(
        &self,
        series: &[Option<f64>],
        elapsed: &[f64],
        from: usize,
        to: usize,
    ) -> f64 {
        self.ln_evidence_at(&series[from..to], &elapsed[from..to])
    }
}

/// A model with what tests have to know of it.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The tag of the model.
    pub name: &'static str,
    /// The model with these parameters.
    pub read: fn(&Value) -> Box<dyn Segment>,
    /// The model as a configuration has it, parameters drawn from moderate
    /// ranges.
    pub model: fn(&mut Random) -> Value,
    /// One observation from a segment at level 0, 1, 2, …; neighbouring levels
    /// are clearly apart.
    pub draw: fn(&mut Random, u64) -> f64,
    /// Whether the order of a segment's observations is without effect.
    pub exchangeable: bool,
    /// Whether the parameter that is its level falls where observations rise,
    /// as the rate of waiting times does.
    pub level_falls: bool,
}

/// Parameters as they stand in a configuration.
fn parameters<T: DeserializeOwned>(value: &Value) -> T {
    let parsed = serde_json::from_value(value.clone());
    parsed.unwrap_or_else(|error| panic!("{error} in the parameters {value}"))
}

/// The gap between two observations, seen from a segment that holds the first
/// of them.
#[derive(Clone, Copy, Debug)]
pub struct Gap {
    /// Observations in the segment so far, missing ones included: l ≥ 1.
    pub length: u64,
    /// Time since the segment's first observation; l − 1 on a regular grid.
    pub age: f64,
    /// Time to the next observation; 1 on a regular grid.
    pub elapsed: f64,
}

/// How long segments last.
pub trait Lasting {
    /// P(the segment ends in this gap | it reached it).
    fn h(&self, gap: Gap) -> f64;

    /// ln P(the segment does not end in this gap | it reached it): ln(1 − h),
    /// from the survival function where there is one.
    fn ln_stay(&self, gap: Gap) -> f64 {
        (-self.h(gap)).ln_1p()
    }
}

impl<F: Fn(Gap) -> f64> Lasting for F {
    fn h(&self, gap: Gap) -> f64 {
        self(gap)
    }
}

/// Any hazard.
pub type Hazard = Box<dyn Lasting>;

/// A hazard with what tests have to know of it.
#[derive(Clone, Copy, Debug)]
pub struct Law {
    /// The tag of the hazard.
    pub name: &'static str,
    /// The hazard with these parameters.
    pub read: fn(&Value) -> Hazard,
    /// Parameters for segments of about this length.
    pub about: fn(f64) -> Value,
}

/// The product of the predictives: a segment's evidence for models without a
/// closed form.
fn ln_product_of_predictives(model: &dyn Segment, xs: &[f64]) -> f64 {
    let mut stats = model.prior();
    let mut total = 0.0;
    for (i, &x) in xs.iter().enumerate() {
        if i > 0 {
            model.advance(&mut stats, 1.0);
        }
        total += model.ln_predictive(&stats, x);
        model.absorb(&mut stats, x);
    }
    total
}

/// ln Σ exp(v), without overflow; −∞ for an empty sum.
fn ln_sum_exp(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let max = values.clone().fold(f64::NEG_INFINITY, f64::max);
    if max == f64::NEG_INFINITY {
        return max;
    }
    max + values.map(|v| (v - max).exp()).sum::<f64>().ln()
}
