//! What core says of the changes of a series: given the whole series or, where it is too long
//! to look back, given all up to the end of each segment.

use anyhow::Result;
use bocpd_core::observation::Rows;
use bocpd_core::readout::{Jump, Location, Remark, Segment};
use bocpd_core::{AnyDetector, Detection};

use crate::exit::question;
use crate::input::Series;

/// All that was found.
pub(crate) struct Found {
    pub(crate) changes: Vec<Change>,
    pub(crate) segments: Vec<Segment>,
    /// For each observation, given these segments; empty where there are no outliers.
    pub(crate) p_outlier: Vec<f64>,
    pub(crate) remarks: Vec<Remark>,
    /// What is known only given the whole series.
    pub(crate) given_all: Option<GivenAll>,
}

/// What is known only given the whole series.
pub(crate) struct GivenAll {
    pub(crate) p_change_at: Vec<f64>,
    pub(crate) expected_changes: f64,
}

/// A reported change.
pub(crate) struct Change {
    pub(crate) index: u64,
    /// P(a segment begins exactly here).
    pub(crate) probability: f64,
    /// Where it may have been; only given the whole series.
    pub(crate) location: Option<Location>,
    /// What changed, if the model can say.
    pub(crate) jump: Option<Jump>,
}

/// Whether a mass can be that of credible sets, before there is a detector with data.
///
/// # Errors
/// It is no probability.
pub(crate) fn check_mass(mass: f64) -> Result<()> {
    let fresh = bocpd_core::defaults::config_for(&[]).build()?;
    fresh
        .segments(Rows::default(), &[], mass)
        .map_err(question)?;
    Ok(())
}

impl Found {
    /// From a detector that has seen all rows and remembers them.
    ///
    /// # Errors
    /// `mass` is no probability.
    pub(crate) fn given_all(detector: &AnyDetector, series: &Series, mass: f64) -> Result<Self> {
        let values = series.rows();
        let rows = Rows::with_features(&values, &series.features);
        let detection = Detection::of(detector, rows, mass).map_err(question)?;
        let change = |change: bocpd_core::readout::Change| Change {
            index: change.location.index,
            probability: change.location.probability,
            location: Some(change.location),
            jump: change.jump,
        };
        Ok(Self {
            changes: detection.changes.into_iter().map(change).collect(),
            segments: detection.segments,
            p_outlier: detection.p_outlier,
            remarks: detection.remarks,
            given_all: Some(GivenAll {
                p_change_at: detection.p_change_at,
                expected_changes: detection.expected_changes,
            }),
        })
    }

    /// From a detector that has seen all rows, and what was known of each change when its
    /// segment ended.
    ///
    /// # Errors
    /// The rows cannot be observed, or `mass` is no probability.
    pub(crate) fn as_of_the_ends(
        detector: &AnyDetector,
        series: &Series,
        mass: f64,
        changes: Vec<Change>,
    ) -> Result<Self> {
        let values = series.rows();
        let rows = Rows::with_features(&values, &series.features);
        let changepoints = detector.changepoints();
        let p_outlier = match detector.config().outliers {
            Some(_) => detector
                .p_outlier_in(rows, &changepoints)
                .map_err(question)?,
            None => Vec::new(),
        };
        Ok(Self {
            segments: detector
                .segments(rows, &changepoints, mass)
                .map_err(question)?,
            p_outlier,
            remarks: Remark::all(detector, rows, &changepoints).map_err(question)?,
            changes,
            given_all: None,
        })
    }
}

impl Change {
    /// From a detector that follows shifts and has seen all up to the end of the segment that
    /// begins at `index`.
    ///
    /// # Errors
    /// It does not follow shifts.
    pub(crate) fn at_the_end(index: u64, detector: &AnyDetector) -> Result<Self> {
        let shift = detector.shift_between(index, index)?;
        Ok(Self {
            index,
            probability: shift.map_or(0.0, |shift| shift.probability),
            location: None,
            jump: shift.map(Jump::from),
        })
    }
}
