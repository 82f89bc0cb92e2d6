//! What `detect` found, as plain data that every output format writes.

use bocpd_core::readout::{Change, PartOfChange};
use bocpd_core::{Config, Detection};
use serde::Serialize;

use crate::exit::message;
use crate::input::Series;

/// The result of one run of `detect`.
#[derive(Serialize)]
pub(crate) struct Report<'a> {
    /// What the series is called, where there may be several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) series: Option<&'a str>,
    /// How many numbers an observation has.
    #[serde(skip)]
    pub(crate) dimension: usize,
    /// Rows read, missing ones included.
    pub(crate) observations: usize,
    pub(crate) missing: usize,
    pub(crate) changepoints: Vec<Changepoint<'a>>,
    pub(crate) segments: Vec<Segment<'a>>,
    /// The expected number of changes.
    pub(crate) expected_changes: f64,
    /// For each index, P(a segment begins there).
    pub(crate) p_change_at: &'a [f64],
    /// For each index, P(the observation is an outlier | its segment); there where some are
    /// expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) p_outlier: Option<&'a [f64]>,
    /// The probability of the credible sets and intervals.
    pub(crate) mass: f64,
    /// How probable each mean run length of a grid of hazards is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hazard_probabilities: Option<&'a [f64]>,
    /// ln P(all observations | configuration).
    pub(crate) ln_evidence: f64,
    /// Posterior mass given up by pruning, summed over all steps.
    pub(crate) pruned_mass: f64,
    /// What was assumed because nothing was said.
    pub(crate) assumptions: &'a [String],
    /// What a user should know beside what was found.
    remarks: Vec<Remark>,
    /// Everything needed to run this again (`--config`).
    pub(crate) config: &'a Config,
}

/// Something that a user should know.
#[derive(Serialize)]
struct Remark {
    kind: &'static str,
    value: f64,
    text: String,
}

impl From<&bocpd_core::readout::Remark> for Remark {
    fn from(remark: &bocpd_core::readout::Remark) -> Self {
        Self {
            kind: remark.kind.name(),
            value: remark.value,
            text: remark.to_string(),
        }
    }
}

/// The results of several series, for JSON.
#[derive(Serialize)]
pub(crate) struct Reports<'a> {
    series: Vec<Outcome<'a>>,
}

/// The result of one of them, or why there is none.
#[derive(Serialize)]
#[serde(untagged)]
enum Outcome<'a> {
    Found(&'a Report<'a>),
    Failed {
        series: Option<&'a str>,
        error: String,
    },
}

impl<'a> Reports<'a> {
    pub(crate) fn new(
        reports: &'a [Report<'a>],
        failed: &'a [(Option<String>, anyhow::Error)],
    ) -> Self {
        let failed = failed.iter().map(|(series, error)| Outcome::Failed {
            series: series.as_deref(),
            error: message(error),
        });
        Self {
            series: reports.iter().map(Outcome::Found).chain(failed).collect(),
        }
    }
}

/// The first observation of a new segment.
#[derive(Serialize)]
pub(crate) struct Changepoint<'a> {
    pub(crate) index: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) time: Option<&'a str>,
    /// P(a segment begins exactly here).
    pub(crate) probability: f64,
    /// Where it may have been.
    #[serde(flatten)]
    pub(crate) place: Place<'a>,
    /// Observations in the segment that begins here.
    pub(crate) length: usize,
    /// What changed; `None` if the model cannot say. Of several numbers, of that with the
    /// largest part in it.
    #[serde(flatten)]
    pub(crate) jump: Option<Jump<'a>>,
    /// Which parameters of the segments differ; empty if the model cannot say.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) parameters: Vec<ParameterChange<'a>>,
    /// What each of several numbers has to do with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) parts: Vec<Part<'a>>,
}

impl Changepoint<'_> {
    /// The parameters that differ more probably than not.
    pub(crate) fn changed(&self) -> impl Iterator<Item = &ParameterChange<'_>> {
        self.parameters.iter().filter(|one| one.p_changed > 0.5)
    }

    /// Whether the level is all that differs, or nothing does for sure; of several numbers the
    /// parts say what does.
    pub(crate) fn is_of_level_alone(&self) -> bool {
        let level = self.jump.as_ref().map(|jump| jump.parameter);
        !self.parts.is_empty() || self.changed().all(|one| Some(one.parameter) == level)
    }

    /// The parts, the largest first.
    pub(crate) fn ranked(&self) -> Vec<&Part<'_>> {
        let mut parts: Vec<_> = self.parts.iter().collect();
        parts.sort_by(|a, b| b.ln_bayes_factor.total_cmp(&a.ln_bayes_factor));
        parts
    }
}

/// Whether a parameter differs from that of the segment before.
#[derive(Serialize)]
pub(crate) struct ParameterChange<'a> {
    /// The number that it is of, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) number: Option<&'a str>,
    /// "model" where it is which of several models.
    pub(crate) parameter: &'static str,
    /// P(it differs | the change).
    pub(crate) p_changed: f64,
    /// Its posterior mean in the segment before and in this one; of models there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) before: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) after: Option<f64>,
}

/// What one of several numbers has to do with a change.
#[derive(Serialize)]
pub(crate) struct Part<'a> {
    pub(crate) number: &'a str,
    /// What it adds to the ln of the Bayes factor of the boundary.
    pub(crate) ln_bayes_factor: f64,
    #[serde(flatten)]
    pub(crate) jump: Option<Jump<'a>>,
}

/// Where a change may have been.
#[derive(Serialize)]
pub(crate) struct Place<'a> {
    /// P(a segment begins here, or nearer to here than to any other reported change).
    pub(crate) p_nearby: f64,
    /// P(exactly one does).
    pub(crate) p_single: f64,
    /// The first and the last index of the credible set, and their times.
    pub(crate) low: usize,
    pub(crate) high: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) low_time: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) high_time: Option<&'a str>,
    /// The credible set.
    credible: &'a [u64],
}

impl Place<'_> {
    /// Whether there probably was one change nearby. Where there were several, or none, the
    /// places where one may have been say nothing of the one that is reported.
    pub(crate) fn is_single(&self) -> bool {
        self.p_single >= 0.5
    }
}

/// What changed, and by how much.
#[derive(Serialize)]
pub(crate) struct Jump<'a> {
    /// The number that it is of, where there are several and it does not stand beside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) number: Option<&'a str>,
    pub(crate) parameter: &'static str,
    /// Its posterior mean in the segment before and in this one.
    pub(crate) before: f64,
    pub(crate) after: f64,
    /// P(it is larger than before).
    pub(crate) p_rose: f64,
    /// The expected difference, new less old, and its standard deviation.
    pub(crate) difference: f64,
    pub(crate) sd: f64,
}

/// A stretch without a change: `start <= index < end`.
#[derive(Serialize)]
pub(crate) struct Segment<'a> {
    pub(crate) start: usize,
    pub(crate) end: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) time: Option<&'a str>,
    pub(crate) length: usize,
    /// Observations that are not missing.
    observed: u64,
    /// The posteriors of its parameters, the level first; those of the first of several numbers
    /// before those of the second.
    pub(crate) parameters: Vec<Estimate<'a>>,
    /// Where each segment has one of several models, the probability of each.
    #[serde(skip_serializing_if = "<[f64]>::is_empty")]
    model_probabilities: &'a [f64],
    ln_evidence: f64,
    /// ln of the evidence of the boundary at `start` against none; not of the first segment.
    ln_bayes_factor: Option<f64>,
}

impl<'a> Segment<'a> {
    /// What the model calls the level of one of the numbers.
    pub(crate) fn level(&self, dimension: usize) -> Option<&Estimate<'a>> {
        let mut parameters = self.parameters.iter();
        parameters.find(|parameter| parameter.dimension == dimension)
    }
}

/// A parameter of a segment.
#[derive(Serialize)]
pub(crate) struct Estimate<'a> {
    /// The number that it is of, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<&'a str>,
    #[serde(skip)]
    dimension: usize,
    name: &'static str,
    /// The posterior mean and standard deviation, and the credible interval.
    mean: f64,
    sd: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

impl<'a> Report<'a> {
    /// From what was found in a series; without a name. `names` are those of several numbers
    /// of an observation, empty where there is one.
    pub(crate) fn new(
        series: &'a Series,
        found: &'a Detection,
        names: &'a [String],
        assumptions: &'a [String],
        config: &'a Config,
    ) -> Self {
        let segments = segments(series, found, names);
        let sides = segments.windows(2).zip(&found.changes);
        Self {
            series: None,
            dimension: series.dimension(),
            observations: series.len(),
            missing: series.missing(),
            changepoints: sides
                .map(|(sides, change)| changepoint(series, change, names, &sides[0], &sides[1]))
                .collect(),
            segments,
            expected_changes: found.expected_changes,
            p_change_at: &found.p_change_at,
            p_outlier: config.outliers.map(|_| &found.p_outlier[..]),
            mass: found.mass,
            hazard_probabilities: (!found.hazard_probabilities.is_empty())
                .then_some(&found.hazard_probabilities[..]),
            ln_evidence: found.ln_evidence,
            pruned_mass: found.pruned_mass,
            assumptions,
            remarks: found.remarks.iter().map(Remark::from).collect(),
            config,
        }
    }
}

impl Report<'_> {
    /// The observations that are outliers more probably than not.
    pub(crate) fn outliers(&self) -> impl Iterator<Item = usize> {
        let each = self.p_outlier.into_iter().flatten().enumerate();
        each.filter_map(|(index, &p)| (p > 0.5).then_some(index))
    }
}

/// The segments between changepoints.
fn segments<'a>(series: &'a Series, found: &'a Detection, names: &'a [String]) -> Vec<Segment<'a>> {
    let estimate = |parameter: &bocpd_core::readout::Estimate| Estimate {
        number: named(names, parameter.dimension),
        dimension: parameter.dimension,
        name: parameter.name,
        mean: parameter.mean,
        sd: parameter.sd,
        low: parameter.low,
        high: parameter.high,
    };
    let segment = |segment: &'a bocpd_core::readout::Segment| {
        let (start, end) = (to_index(segment.start), to_index(segment.end));
        Segment {
            start,
            end,
            time: series.time(start),
            length: end - start,
            observed: segment.observed,
            parameters: segment.parameters.iter().map(estimate).collect(),
            model_probabilities: &segment.model_probabilities,
            ln_evidence: segment.ln_evidence,
            ln_bayes_factor: segment.ln_bayes_factor,
        }
    };
    found.segments.iter().map(segment).collect()
}

/// What one of several numbers is called.
fn named(names: &[String], dimension: usize) -> Option<&str> {
    names.get(dimension).map(String::as_str)
}

fn changepoint<'a>(
    series: &'a Series,
    change: &'a Change,
    names: &'a [String],
    before: &Segment,
    after: &Segment<'a>,
) -> Changepoint<'a> {
    let location = &change.location;
    let (low, high) = (to_index(location.low), to_index(location.high));
    let place = Place {
        p_nearby: location.p_nearby,
        p_single: location.p_single,
        low,
        high,
        low_time: series.time(low),
        high_time: series.time(high),
        credible: &location.credible,
    };
    let said = |jump: &bocpd_core::readout::Jump| {
        Some(Jump {
            number: None,
            parameter: jump.parameter,
            before: before.level(jump.dimension)?.mean,
            after: after.level(jump.dimension)?.mean,
            p_rose: jump.p_rose,
            difference: jump.difference,
            sd: jump.sd,
        })
    };
    let jump = change.jump.as_ref().and_then(|jump| {
        let number = named(names, jump.dimension);
        Some(Jump {
            number,
            ..said(jump)?
        })
    });
    let parameters = change.parameters.iter().enumerate();
    let parameters = parameters.map(|(at, parameter)| ParameterChange {
        number: named(names, parameter.dimension),
        parameter: parameter.parameter,
        p_changed: parameter.p_changed,
        before: before.parameters.get(at).map(|estimate| estimate.mean),
        after: after.parameters.get(at).map(|estimate| estimate.mean),
    });
    let part = |part: &PartOfChange| {
        Some(Part {
            number: named(names, part.dimension)?,
            ln_bayes_factor: part.ln_bayes_factor,
            jump: part.jump.as_ref().and_then(said),
        })
    };
    Changepoint {
        index: to_index(location.index),
        time: after.time,
        probability: location.probability,
        place,
        length: after.length,
        jump,
        parameters: parameters.collect(),
        parts: change.parts.iter().filter_map(part).collect(),
    }
}

/// A position in the series: a changepoint is one.
pub(crate) fn to_index(changepoint: u64) -> usize {
    usize::try_from(changepoint).expect("the series is in memory")
}
