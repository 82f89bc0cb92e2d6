//! How sure each reported change is.

use anyhow::Result;
use bocpd_core::{Config, Detect, Keep, Location, Pruning};
use serde::Serialize;

/// The probability of the sets of possible locations.
const MASS: f64 = 0.9;
/// What may be remembered of the past: so many probabilities, of 16 bytes each.
const REMEMBERED: usize = 1 << 25;
/// How many hypotheses are taken to be alive where no number limits them.
const UNLIMITED: usize = 1000;

/// How sure a change is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Certainty {
    /// P(a segment begins exactly here), given the whole series; or, where the series is too
    /// long for that, given all up to the end of the segment.
    pub(crate) probability: f64,
    /// What is known only given the whole series.
    #[serde(flatten)]
    pub(crate) around: Option<Around>,
}

/// What is known about the surroundings of a reported change.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Around {
    /// P(a segment begins here, or nearer to here than to any other reported change).
    pub(crate) p_nearby: f64,
    /// The first and the last index of the smallest set that has nine tenths of the
    /// probability.
    low: u64,
    high: u64,
}

/// How much of the past to keep for a series of so many observations.
pub(crate) fn history(config: &Config, observations: usize) -> Keep {
    let Pruning {
        max_hypotheses,
        min_weight,
        ..
    } = config.pruning;
    let alive = match (max_hypotheses, min_weight) {
        (Some(k), _) => k.saturating_add(k / 4),
        (None, Some(_)) => UNLIMITED,
        (None, None) => observations / 2,
    };
    let fits = alive.min(observations).saturating_mul(observations) <= REMEMBERED;
    if fits { Keep::All } else { Keep::Nothing }
}

/// From a detector that has seen the whole series and remembers it.
///
/// # Errors
/// It does not remember.
pub(crate) fn given_all(detector: &dyn Detect, changepoints: &[u64]) -> Result<Vec<Certainty>> {
    let locations = detector.locations(changepoints, MASS)?;
    let certainty = |location: Location| Certainty {
        probability: location.p_here,
        around: Some(Around {
            p_nearby: location.probability,
            low: location.low,
            high: location.high,
        }),
    };
    Ok(locations.into_iter().map(certainty).collect())
}

/// From a detector that has seen all up to the end of the segment that begins at `start`.
pub(crate) fn at_the_end_of(start: u64, detector: &dyn Detect) -> Certainty {
    let posterior = detector.run_length_posterior();
    let found = posterior.binary_search_by_key(&start, |&(start, _)| start);
    Certainty {
        probability: found.map_or(0.0, |at| posterior[at].1),
        around: None,
    }
}
