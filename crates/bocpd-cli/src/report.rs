//! What `detect` found, as plain data that every output format writes.

use bocpd_core::readout::{Change, Estimate};
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
    /// What changed; `None` if the model cannot say.
    #[serde(flatten)]
    pub(crate) jump: Option<Jump>,
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
pub(crate) struct Jump {
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
    /// The posteriors of its parameters, the level first.
    pub(crate) parameters: &'a [Estimate],
    ln_evidence: f64,
    /// ln of the evidence of the boundary at `start` against none; not of the first segment.
    ln_bayes_factor: Option<f64>,
}

impl<'a> Report<'a> {
    /// From what was found in a series; without a name.
    pub(crate) fn new(
        series: &'a Series,
        found: &'a Detection,
        assumptions: &'a [String],
        config: &'a Config,
    ) -> Self {
        let segments = segments(series, found);
        let sides = segments.windows(2).zip(&found.changes);
        Self {
            series: None,
            observations: series.values.len(),
            missing: series.values.iter().filter(|value| value.is_none()).count(),
            changepoints: sides
                .map(|(sides, change)| changepoint(series, change, &sides[0], &sides[1]))
                .collect(),
            segments,
            expected_changes: found.expected_changes,
            p_change_at: &found.p_change_at,
            p_outlier: config.outliers.map(|_| &found.p_outlier[..]),
            mass: found.mass,
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
fn segments<'a>(series: &'a Series, found: &'a Detection) -> Vec<Segment<'a>> {
    let segment = |segment: &'a bocpd_core::readout::Segment| {
        let (start, end) = (to_index(segment.start), to_index(segment.end));
        Segment {
            start,
            end,
            time: series.time(start),
            length: end - start,
            observed: segment.observed,
            parameters: &segment.parameters,
            ln_evidence: segment.ln_evidence,
            ln_bayes_factor: segment.ln_bayes_factor,
        }
    };
    found.segments.iter().map(segment).collect()
}

fn changepoint<'a>(
    series: &'a Series,
    change: &'a Change,
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
    let level = |segment: &Segment| segment.parameters.first().map(|level| level.mean);
    let levels = level(before).zip(level(after));
    let jump = change.jump.zip(levels).map(|(jump, (before, after))| Jump {
        parameter: jump.parameter,
        before,
        after,
        p_rose: jump.p_rose,
        difference: jump.difference,
        sd: jump.sd,
    });
    Changepoint {
        index: to_index(location.index),
        time: after.time,
        probability: location.probability,
        place,
        length: after.length,
        jump,
    }
}

/// A position in the series: a changepoint is one.
pub(crate) fn to_index(changepoint: u64) -> usize {
    usize::try_from(changepoint).expect("the series is in memory")
}
