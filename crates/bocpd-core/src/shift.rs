//! In which direction the level went, and by how much.

use libm::{erfc, sqrt};

use crate::distribution::Level;

/// How the level changed at the start of the current segment, weighted over all
/// that may have been that start.
///
/// ```text
/// difference = E[level now − level before]    sd = its standard deviation
/// ```
///
/// Both are exact: given a start s, the level now and the level of the segment
/// before s are independent, the latter with the mixture of all segments that
/// may have been that one. `p_rose` takes their difference for normal, given s,
/// with [`Level::spread`](crate::Level::spread) for its variance.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Shift {
    /// The parameter that is meant: the first of
    /// [`parameters`](crate::Detector::parameters). For
    /// [`Gamma`](crate::Gamma) that is the rate, which falls where the
    /// observations rise.
    pub parameter: &'static str,
    /// P(the current segment started where the question was about): what all
    /// else is conditional on.
    pub probability: f64,
    /// P(the parameter is larger than before).
    pub p_rose: f64,
    /// The expected difference, new less old.
    pub difference: f64,
    /// The standard deviation of the difference; infinite where a posterior has
    /// no variance.
    pub sd: f64,
}

/// One start that is possible: its weight, the level since and the level before.
pub(crate) struct Boundary {
    pub(crate) weight: f64,
    pub(crate) now: Level,
    pub(crate) before: Level,
}

impl Shift {
    /// The mixture over `steps`; `None` if none has weight.
    pub(crate) fn over(
        parameter: &'static str,
        steps: impl Iterator<Item = Boundary> + Clone,
    ) -> Option<Self> {
        let steps = steps.filter(|step| step.weight > 0.0);
        let difference = |step: &Boundary| Level {
            mean: step.now.mean - step.before.mean,
            variance: step.now.variance + step.before.variance,
            spread: step.now.spread + step.before.spread,
        };
        let probability: f64 = steps.clone().map(|step| step.weight).sum();
        let mixed = Level::mixture(
            steps
                .clone()
                .map(|step| (step.weight, Some(difference(&step)))),
        )?;
        let rose: f64 = steps
            .map(|step| step.weight * p_positive(difference(&step)))
            .sum();
        Some(Self {
            parameter,
            probability: probability.min(1.0),
            p_rose: rose / probability,
            difference: mixed.mean,
            sd: sqrt(mixed.variance),
        })
    }
}

/// P(D > 0) for a normal D.
fn p_positive(difference: Level) -> f64 {
    let Level { mean, spread, .. } = difference;
    if spread > 0.0 {
        0.5 * erfc(-mean / sqrt(2.0 * spread))
    } else if mean == 0.0 {
        0.5
    } else {
        f64::from(u8::from(mean > 0.0))
    }
}
