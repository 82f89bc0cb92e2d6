//! Everything about a series in one call.

mod change;
mod located;

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use crate::any_detector::AnyDetector;
use crate::config::{Config, HazardConfig};
use crate::defaults::{self, Candidate, Given};
use crate::error::{DetectError, ParameterError};
use crate::history::History;
use crate::look_back::{Seen, look_back};
use crate::observation::Rows;
use crate::remarks::Remark;
use crate::segment::Segment;
use crate::smoothing::Smoothed;
pub use change::{Change, Jump, ParameterChange, PartOfChange};
pub use located::Located;

/// What a series says.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Detection {
    /// How many observations there are, missing ones included.
    pub observations: u64,
    /// The changes of the jointly most probable segmentation.
    pub changes: Vec<Change>,
    /// Its segments.
    pub segments: Vec<Segment>,
    /// For each index the probability that a segment starts there, given the
    /// whole series; 1 at index 0, which is no change.
    pub p_change_at: Vec<f64>,
    /// For each index the probability that the observation is an outlier, given the
    /// segments above and all that they have absorbed, before it and after it (of a model that
    /// time changes or that has lags: before it); 0 for missing ones. Empty without
    /// [`Config::outliers`]. (What was known when the observation came is
    /// [`Step::p_outlier`](crate::Step::p_outlier).)
    pub p_outlier: Vec<f64>,
    /// The expected number of changes.
    pub expected_changes: f64,
    /// Where the hazard is a [`ConstantGrid`](crate::hazard::ConstantGrid), how probable each of
    /// its mean run lengths is; the changes are looked for with the most probable one. Otherwise
    /// empty.
    pub hazard_probabilities: Vec<f64>,
    /// ln p(series).
    pub ln_evidence: f64,
    /// ln p(series, most probable segmentation).
    pub map_ln_joint: f64,
    /// The probability moved by pruning, in total; 0 means that everything is
    /// exact.
    pub pruned_mass: f64,
    /// The probability of the credible sets and intervals.
    pub mass: f64,
    /// What was assumed, in words; with the structures that compete, if no configuration was
    /// given.
    pub assumptions: String,
    /// What was assumed, as data.
    pub config: Config,
    /// The structures that the series may have, the most probable first, with that of
    /// `config` at the beginning; empty if a configuration was given. What has less than
    /// a thousandth is left out.
    pub structures: Vec<Candidate>,
    /// What a user should know beside what was found: observations that say too little, or
    /// that are not as the model says.
    pub remarks: Vec<Remark>,
}

/// Finds the changes of a series; `config` is what is known of it, otherwise the most
/// probable of [`defaults::candidates`] is taken. The series may come
/// [with features](Rows::with_features). Credible sets and intervals have the
/// probability `mass`.
///
/// ```
/// let xs = [0.1, -0.4, 0.3, 0.2, -0.1, 5.2, 4.8, 5.1, 4.9, 5.3];
/// let found = bocpd_core::detect(&xs, None, 0.9)?;
/// assert_eq!(found.changes[0].location.index, 5);
/// assert!(found.changes[0].jump.unwrap().p_rose > 0.99);
/// # Ok::<(), bocpd_core::error::DetectError>(())
/// ```
///
/// # Errors
/// If the configuration or `mass` cannot be used, or at the first value that
/// cannot be observed.
pub fn detect<'a>(
    xs: impl Into<Rows<'a>>,
    config: Option<&Config>,
    mass: f64,
) -> Result<Detection, DetectError> {
    detect_any(xs.into(), config, mass, None)
}

/// [`detect`] with exactly so many changes: those of the best segmentation of all that have as
/// many ([`segmentations`](crate::segmentations)), whose joint probability is the
/// `map_ln_joint` of the result. The marginals count segmentations with any number of changes.
///
/// ```
/// let xs = [0.1, -0.4, 0.3, 0.2, 5.2, 4.8, 5.1, 4.9, 5.9, 6.1, 5.8, 6.0];
/// let found = bocpd_core::detect_changes(&xs, None, 0.9, 2)?;
/// let at: Vec<u64> = found.changes.iter().map(|change| change.location.index).collect();
/// assert_eq!(at, [4, 8]);
/// # Ok::<(), bocpd_core::error::DetectError>(())
/// ```
///
/// # Errors
/// As [`detect`]; or if the series and the hazard allow no segmentation with so many changes.
pub fn detect_changes<'a>(
    xs: impl Into<Rows<'a>>,
    config: Option<&Config>,
    mass: f64,
    changes: usize,
) -> Result<Detection, DetectError> {
    detect_any(xs.into(), config, mass, Some(changes))
}

fn detect_any(
    xs: Rows<'_>,
    config: Option<&Config>,
    mass: f64,
    changes: Option<usize>,
) -> Result<Detection, DetectError> {
    let (asked, structures) = if let Some(config) = config {
        (config.clone(), Vec::new())
    } else {
        let structures = defaults::candidates(xs, &Given::default())?;
        (structures[0].config.clone(), structures)
    };
    let mut config = asked.clone();
    config.history = History::Nothing;
    let mut detector = config.build_for(xs.values.len())?;
    let give = |detector: &mut AnyDetector, range| {
        Ok::<_, DetectError>(detector.update_range(xs, range, &mut |_| {})?)
    };
    let mut detection = match changes {
        None => Detection::over(&mut detector, xs, mass, give)?,
        Some(changes) => Detection::over_changes(&mut detector, xs, mass, changes, give)?,
    };
    detection.config = asked;
    Ok(of_candidates(detection, structures))
}

/// Lets a detector that has seen nothing go through a series and looks back over all of it.
pub(crate) fn seen<E: From<DetectError>>(
    detector: &mut AnyDetector,
    rows: Rows<'_>,
    mass: f64,
    changepoints: Option<Vec<u64>>,
    give: &mut impl FnMut(&mut AnyDetector, Range<usize>) -> Result<(), E>,
) -> Result<Seen, E> {
    if detector.observations() > 0 {
        let (seen, must) = (detector.observations() as f64, "be 0 at first");
        return Err(DetectError::from(ParameterError::new("observations", seen, must)).into());
    }
    let n = rows.values.len().div_ceil(detector.dimension());
    look_back(detector, n, mass, changepoints, give)
}

/// With the structures that the configuration was chosen from.
pub(crate) fn of_candidates(mut detection: Detection, mut all: Vec<Candidate>) -> Detection {
    if !all.is_empty() {
        all.retain(Candidate::is_worth_a_mention);
        let named = all.iter().map(|one| (&one.structure, one.probability));
        detection.assumptions += "; chosen: ";
        detection.assumptions += &defaults::structures_in_words(named);
    }
    detection.structures = all;
    detection
}

impl Detection {
    /// What a detector says of the series that it has seen. `rows` is the whole
    /// series, missing observations included, in row-major order where an
    /// observation has several numbers, and with its features where it has some; the
    /// detector has to have kept all of its history ([`History::All`]).
    ///
    /// # Errors
    /// If the history was not kept, `mass` cannot be used, or the rows cannot be
    /// observed or are not as many as the detector has seen.
    pub fn of<'a>(
        detector: &AnyDetector,
        rows: impl Into<Rows<'a>>,
        mass: f64,
    ) -> Result<Self, DetectError> {
        let rows = rows.into();
        let given = rows.values.len() / detector.dimension();
        if given as u64 != detector.observations() {
            let must = "be as many as the detector has seen";
            return Err(ParameterError::new("observations", given as f64, must).into());
        }
        let changepoints = detector.changepoints();
        let (locations, smoothed) = if detector.observations() == 0 {
            (Vec::new(), None)
        } else {
            let (smoothed, locations) = detector.look_back(&changepoints, mass)?;
            (locations, Some(smoothed))
        };
        let seen = Seen {
            changepoints,
            locations,
            smoothed,
        };
        Self::given(detector, rows, mass, seen)
    }

    /// Lets a detector that has seen nothing go through a series and looks back over all of it,
    /// whatever its length and with little memory: for observations that a detector does not
    /// simply take in one after the other, at uneven times for example. [`detect`] is this with
    /// a detector of its own.
    ///
    /// `give` lets a detector have the observations of a range of indices. It is asked for all
    /// of them in order, with `detector`, and then for ranges of them once more, the last one
    /// first, with others that go on before the range; what it gives must be the same.
    ///
    /// ```
    /// use bocpd_core::{Detection, config::{Config, HazardConfig, ModelConfig}};
    /// use bocpd_core::error::{BatchError, DetectError};
    ///
    /// let model = ModelConfig::Gaussian { mean: 0.0, kappa: 1.0, alpha: 1.0, beta: 1.0 };
    /// let config = Config::new(model, HazardConfig::Constant { mean_run_length: 100.0 });
    /// let xs = [0.1, -0.4, 0.3, 0.2, -0.1, 5.2, 4.8, 5.1, 4.9, 5.3];
    /// let elapsed = [1.0, 1.0, 2.0, 1.0, 0.5, 1.0, 1.0, 1.0, 3.0, 1.0];
    /// let mut detector = config.build()?;
    /// let found = Detection::over(&mut detector, &xs, 0.9, |detector, range| {
    ///     for i in range {
    ///         let step = detector.update_after(elapsed[i], &[xs[i]]);
    ///         step.map_err(|error| DetectError::from(BatchError::new(i, error)))?;
    ///     }
    ///     Ok::<(), DetectError>(())
    /// })?;
    /// assert_eq!(found.changes[0].location.index, 5);
    /// # Ok::<(), DetectError>(())
    /// ```
    ///
    /// # Errors
    /// What `give` has to say; as [`of`](Self::of), but for the history, which does not matter.
    pub fn over<'a, E: From<DetectError>>(
        detector: &mut AnyDetector,
        rows: impl Into<Rows<'a>>,
        mass: f64,
        give: impl FnMut(&mut AnyDetector, Range<usize>) -> Result<(), E>,
    ) -> Result<Self, E> {
        Self::look_over(detector, rows.into(), mass, None, give)
    }

    /// [`over`](Self::over) with exactly so many changes, as [`detect_changes`] has them. The
    /// number of changes is about observations, so times between them have no part in the choice.
    ///
    /// # Errors
    /// As [`over`](Self::over) and [`detect_changes`].
    pub fn over_changes<'a, E: From<DetectError>>(
        detector: &mut AnyDetector,
        rows: impl Into<Rows<'a>>,
        mass: f64,
        changes: usize,
        give: impl FnMut(&mut AnyDetector, Range<usize>) -> Result<(), E>,
    ) -> Result<Self, E> {
        let rows = rows.into();
        let chosen = detector.segmentation_with(rows, changes)?;
        let changepoints = Some(chosen.changepoints);
        let mut detection = Self::look_over(detector, rows, mass, changepoints, give)?;
        detection.map_ln_joint = chosen.ln_joint;
        Ok(detection)
    }

    fn look_over<E: From<DetectError>>(
        detector: &mut AnyDetector,
        rows: Rows<'_>,
        mass: f64,
        changepoints: Option<Vec<u64>>,
        mut give: impl FnMut(&mut AnyDetector, Range<usize>) -> Result<(), E>,
    ) -> Result<Self, E> {
        let seen = seen(detector, rows, mass, changepoints, &mut give)?;
        Ok(Self::given(detector, rows, mass, seen)?)
    }

    /// All of it, from what was seen looking back.
    pub(crate) fn given(
        detector: &AnyDetector,
        rows: Rows<'_>,
        mass: f64,
        seen: Seen,
    ) -> Result<Self, DetectError> {
        let Seen {
            changepoints,
            locations,
            smoothed,
        } = seen;
        let fitted = detector.fit_segments(rows, &changepoints, mass)?;
        let factors = detector.ln_bayes_factors_of_numbers(rows, &changepoints)?;
        let changes = change::between(locations, &fitted, &factors);
        Ok(Self {
            observations: detector.observations(),
            changes,
            segments: fitted.segments,
            p_outlier: fitted.p_outlier,
            expected_changes: smoothed.as_ref().map_or(0.0, Smoothed::expected_changes),
            p_change_at: smoothed.map_or_else(Vec::new, |smoothed| smoothed.p_change_at),
            hazard_probabilities: match detector.config().hazard {
                HazardConfig::ConstantGrid { .. } => detector.hazard_probabilities(),
                _ => Vec::new(),
            },
            ln_evidence: detector.ln_evidence(),
            map_ln_joint: detector.map_ln_joint(),
            pruned_mass: detector.pruned_mass(),
            mass,
            assumptions: defaults::in_words(detector.config()),
            config: detector.config().clone(),
            structures: Vec::new(),
            remarks: Remark::all(detector, rows, &changepoints)?,
        })
    }
}
