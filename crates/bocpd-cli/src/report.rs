//! What `detect` found, as plain data that every output format writes.

use serde::Serialize;

use crate::certainty::Certainty;
use crate::input::Series;

/// The result of one run of `detect`.
#[derive(Serialize)]
pub(crate) struct Report<'a> {
    /// Rows read, missing ones included.
    pub(crate) observations: usize,
    pub(crate) missing: usize,
    pub(crate) changepoints: Vec<Changepoint<'a>>,
    pub(crate) segments: Vec<Segment<'a>>,
    /// ln P(all observations | configuration).
    pub(crate) ln_evidence: f64,
    /// Posterior mass given up by pruning, summed over all steps.
    pub(crate) pruned_mass: f64,
    /// What was assumed because nothing was said.
    pub(crate) assumptions: Vec<String>,
    /// Everything needed to run this again (`--config`).
    pub(crate) config: &'a bocpd_core::Config,
}

/// The first observation of a new segment.
#[derive(Serialize)]
pub(crate) struct Changepoint<'a> {
    pub(crate) index: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) time: Option<&'a str>,
    #[serde(flatten)]
    pub(crate) certainty: Certainty,
    /// Observations in the segment that begins here.
    pub(crate) length: usize,
    /// The level before and after; `None` where all is missing.
    pub(crate) before: Option<f64>,
    pub(crate) after: Option<f64>,
}

/// A stretch without a change: `start <= index < end`.
#[derive(Serialize)]
pub(crate) struct Segment<'a> {
    pub(crate) start: usize,
    pub(crate) end: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) time: Option<&'a str>,
    pub(crate) length: usize,
    pub(crate) level: Option<f64>,
}

/// The segments between changepoints, and their levels.
pub(crate) fn segments<'a>(series: &'a Series, changepoints: &[usize]) -> Vec<Segment<'a>> {
    let starts = std::iter::once(0).chain(changepoints.iter().copied());
    let ends = changepoints.iter().copied().chain([series.values.len()]);
    starts
        .zip(ends)
        .map(|(start, end)| Segment {
            start,
            end,
            time: series.time(start),
            length: end - start,
            level: mean(&series.values[start..end]),
        })
        .collect()
}

/// One row a changepoint, from the segments on its two sides.
pub(crate) fn changepoints<'a>(
    segments: &[Segment<'a>],
    certainties: &[Certainty],
) -> Vec<Changepoint<'a>> {
    segments
        .windows(2)
        .zip(certainties)
        .map(|(sides, &certainty)| Changepoint {
            index: sides[1].start,
            time: sides[1].time,
            certainty,
            length: sides[1].length,
            before: sides[0].level,
            after: sides[1].level,
        })
        .collect()
}

/// The mean of the values that are there, by running updates: a plain sum could overflow.
fn mean(values: &[Option<f64>]) -> Option<f64> {
    let mut count = 0.0;
    let mut mean = 0.0;
    for value in values.iter().flatten() {
        count += 1.0;
        mean += value / count - mean / count;
    }
    (count > 0.0).then_some(mean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_survives_huge_and_missing_values() {
        assert_eq!(mean(&[None, None]), None);
        assert_eq!(mean(&[Some(1.0), None, Some(2.0)]), Some(1.5));
        assert_eq!(mean(&[Some(f64::MAX), Some(f64::MAX)]), Some(f64::MAX));
    }
}
