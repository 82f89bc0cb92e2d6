//! A change, and what changed.

use alloc::vec::Vec;

use libm::sqrt;

use crate::any_detector::FittedSegments;
use crate::distribution::{Level, Parameter, p_different, p_different_models, p_greater};
use crate::shift::Shift;
use crate::smoothing::Location;

/// A change of a series.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Change {
    /// Where it was, and how sure that is.
    pub location: Location,
    /// What changed, if the model can say; where observations have several numbers, of that with
    /// the largest part in it.
    pub jump: Option<Jump>,
    /// Which parameters of the segments differ, in the order of [`Segment::parameters`](crate::readout::Segment::parameters); where
    /// each segment has one of several models, then "model", which is no parameter. Empty if the
    /// model cannot say.
    pub parameters: Vec<ParameterChange>,
    /// What each number of an observation has to do with it; empty where there is one.
    pub parts: Vec<PartOfChange>,
}

/// Whether a parameter differs from that of the segment before.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ParameterChange {
    /// The parameter that is meant; "model" where it is which of several models.
    pub parameter: &'static str,
    /// The number of an observation that it belongs to, from 0; 0 where there is one.
    pub dimension: usize,
    /// P(it differs | all observations of both segments, given that there is a change), where
    /// beforehand it was as probable that it is the same and everything else may have changed
    /// ([`p_different`]). NaN where the posteriors do not say.
    pub p_changed: f64,
}

/// What one of the numbers of an observation has to do with a change.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PartOfChange {
    /// Which number, from 0.
    pub dimension: usize,
    /// Λ_j: what this number adds to the ln of the boundary's Bayes factor
    /// ([`Segment::ln_bayes_factor`](crate::readout::Segment::ln_bayes_factor)), which is the sum over all numbers. Negative where the
    /// number by itself is more probable without the change.
    pub ln_bayes_factor: f64,
    /// How its level changed, if the model can say.
    pub jump: Option<Jump>,
}

/// The level of a segment against that of the one before, each with the
/// posterior given all of its observations.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Jump {
    /// The parameter that is meant.
    pub parameter: &'static str,
    /// The number of an observation that it belongs to, from 0; 0 where there is one.
    pub dimension: usize,
    /// P(it is larger than before).
    pub p_rose: f64,
    /// The expected difference, new less old.
    pub difference: f64,
    /// The standard deviation of the difference.
    pub sd: f64,
}

impl From<Shift> for Jump {
    /// What a shift says of the change, without how probable its start is.
    fn from(shift: Shift) -> Self {
        Self {
            parameter: shift.parameter,
            dimension: 0,
            p_rose: shift.p_rose,
            difference: shift.difference,
            sd: shift.sd,
        }
    }
}

/// The changes between these segments, of which `locations` are the places and `factors`, for
/// each, what its numbers add to the ln of the boundary's Bayes factor.
pub(super) fn between(
    locations: Vec<Location>,
    fitted: &FittedSegments,
    factors: &[Vec<f64>],
) -> Vec<Change> {
    let boundaries = fitted.posteriors.windows(2).enumerate();
    let changes = locations.into_iter().zip(boundaries);
    let changes = changes.map(|(location, (at, levels))| {
        let factors = factors.get(at).map_or(&[][..], Vec::as_slice);
        let mut change = Change::new(location, &levels[0], &levels[1], factors);
        change.parameters = parameter_changes(fitted, at);
        change
    });
    changes.collect()
}

impl Change {
    /// The parameters of the segments before and after it; `factors` are those of the numbers of
    /// an observation, if it has several.
    fn new(location: Location, before: &[Parameter], after: &[Parameter], factors: &[f64]) -> Self {
        let part = |(dimension, &ln_bayes_factor): (usize, &f64)| PartOfChange {
            dimension,
            ln_bayes_factor,
            jump: jump(before, after, dimension),
        };
        let parts: Vec<PartOfChange> = factors.iter().enumerate().map(part).collect();
        let largest = parts
            .iter()
            .max_by(|a, b| a.ln_bayes_factor.total_cmp(&b.ln_bayes_factor));
        let jump = match largest {
            Some(part) => part.jump,
            None => jump(before, after, 0),
        };
        Self {
            location,
            jump,
            parameters: Vec::new(),
            parts,
        }
    }
}

/// Which parameters differ between the segment at a position and the next.
fn parameter_changes(fitted: &FittedSegments, at: usize) -> Vec<ParameterChange> {
    let (before, after) = (&fitted.posteriors[at], &fitted.posteriors[at + 1]);
    let each = fitted.prior.iter().zip(before.iter().zip(after));
    let mut all: Vec<ParameterChange> = each
        .map(|(prior, (old, new))| ParameterChange {
            parameter: new.name,
            dimension: new.dimension,
            p_changed: p_different(&prior.posterior, &old.posterior, &new.posterior),
        })
        .collect();
    if !fitted.prior_models.is_empty() {
        let models = |at: usize| &fitted.segments[at].model_probabilities[..];
        all.push(ParameterChange {
            parameter: "model",
            dimension: 0,
            p_changed: p_different_models(&fitted.prior_models, models(at), models(at + 1)),
        });
    }
    all
}

/// What changed from one segment to the next, by the levels of one of the numbers.
fn jump(before: &[Parameter], after: &[Parameter], dimension: usize) -> Option<Jump> {
    let level = |all: &[Parameter]| all.iter().position(|p| p.dimension == dimension);
    let (before, after) = (&before[level(before)?], &after[level(after)?]);
    let (old, new) = (Level::of(&*before.posterior), Level::of(&*after.posterior));
    Some(Jump {
        parameter: after.name,
        dimension,
        p_rose: p_greater(&after.posterior, &before.posterior),
        difference: new.mean - old.mean,
        sd: sqrt(old.variance + new.variance),
    })
}
