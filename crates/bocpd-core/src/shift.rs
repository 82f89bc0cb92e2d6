//! In which direction the level went, and by how much.

use alloc::vec::Vec;

use libm::sqrt;

use crate::distribution::{Forms, Level};
use crate::error::ReadoutError;
use crate::interrupt;
use crate::math::sum;
use crate::records::Origin;

/// How the level changed at the start of the current segment, weighted over all
/// that may have been that start.
///
/// ```text
/// difference = E[level now − level before]    sd = its standard deviation
/// p_rose     = P(level now > level before)
/// ```
///
/// Given a start s, the level now and the level of the segment before s are
/// independent: the one has the posterior that the model gives, the other the
/// mixture of the posteriors of all segments that may have been that one. Mean and
/// standard deviation are exact; `p_rose` is integrated over both distributions, where
/// segments that may have been that one and hardly differ are taken together, to a few
/// thousandths. Where a model knows mean and variance of its level alone, that is taken for
/// normal.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Shift {
    /// The parameter that is meant: the first of
    /// [`parameters`](crate::detector::Detector::parameters). For
    /// [`Gamma`](crate::model::Gamma) that is the rate, which falls where the
    /// observations rise; so do the rate of
    /// [`Exponential`](crate::model::Exponential) and the probability of
    /// [`Geometric`](crate::model::Geometric).
    pub parameter: &'static str,
    /// P(the current segment started where the question was about): what all
    /// else is conditional on.
    pub probability: f64,
    /// P(the parameter is larger than before). NaN where a model says of its level no
    /// more than that its variance is infinite.
    pub p_rose: f64,
    /// The expected difference, new less old.
    pub difference: f64,
    /// The standard deviation of the difference; infinite where a posterior has
    /// no variance.
    pub sd: f64,
}

/// One start that is possible: its weight, the level since and the level before.
pub(crate) struct Boundary<'a> {
    pub(crate) hypothesis: usize,
    pub(crate) weight: f64,
    pub(crate) now: Level,
    pub(crate) before: &'a Origin,
}

impl Shift {
    /// The mixture over `steps`, ascending starts; `describe` adds the posterior of a
    /// hypothesis's level. `None` if none has weight.
    pub(crate) fn over(
        parameter: &'static str,
        steps: &[Boundary<'_>],
        describe: impl Fn(usize, &mut Forms),
    ) -> Result<Option<Self>, ReadoutError> {
        let difference = |step: &Boundary<'_>| Level {
            mean: step.now.mean - step.before.level.mean,
            variance: step.now.variance + step.before.level.variance,
            spread: step.now.spread + step.before.level.spread,
        };
        let differences = steps.iter();
        let differences = differences.map(|step| (step.weight, Some(difference(step))));
        let Some(mixed) = Level::mixture(differences) else {
            return Ok(None);
        };
        let (mut rose, mut considered) = (0.0, 0.0);
        for (step, weight) in representatives(steps) {
            let mut now = Forms::new();
            if !now.add(1.0, None, |forms| describe(step.hypothesis, forms)) {
                now.add_normal(1.0, step.now.mean, step.now.spread);
            }
            rose += weight * now.p_greater(&step.before.before);
            considered += weight;
            interrupt::check()?;
        }
        Ok(Some(Self {
            parameter,
            probability: sum(steps.iter().map(|step| step.weight)).min(1.0),
            p_rose: rose / considered,
            difference: mixed.mean,
            sd: sqrt(mixed.variance),
        }))
    }
}

/// Less than this share of the weight is not looked at.
const NEGLIGIBLE: f64 = 1e-4;

/// So many starts, the likeliest, are looked at one by one; where there are more, so
/// many of the others stand for their neighbours.
const STARTS: usize = 256;

/// The starts that are looked at, with the weights of those for which they stand.
fn representatives<'a, 'b>(steps: &'a [Boundary<'b>]) -> Vec<(&'a Boundary<'b>, f64)> {
    let total = sum(steps.iter().map(|step| step.weight));
    let mut likeliest: Vec<usize> = (0..steps.len()).collect();
    likeliest.sort_by(|&i, &j| steps[j].weight.total_cmp(&steps[i].weight));
    let mut left = total;
    let count = likeliest.iter().take_while(|&&i| {
        let matters = left > NEGLIGIBLE * total;
        left -= steps[i].weight;
        matters
    });
    likeliest.truncate(count.count());
    let mut others = likeliest.split_off(likeliest.len().min(STARTS));
    others.sort_unstable();
    let size = others.len().div_ceil(STARTS).max(1);
    let alone = likeliest.chunks(1);
    let groups = alone.chain(others.chunks(size)).map(|group| {
        let weight = sum(group.iter().map(|&i| steps[i].weight));
        (&steps[group[group.len() / 2]], weight)
    });
    groups.collect()
}
