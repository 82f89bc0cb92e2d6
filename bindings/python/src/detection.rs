//! What a detector says of the whole series that it has seen.

use bocpd_core::Detection;
use bocpd_core::readout::{Change as CoreChange, Jump as CoreJump, Remark as CoreRemark};
use numpy::PyArray1;
use pyo3::prelude::*;

use crate::detector::Detector;
use crate::input::{Rows, beside};
use crate::readouts::{Location, Segment, detect_error};
use crate::record::record;

record! {
    in "bocpd.readout";

    /// The level of a segment against that of the one before, each with the
    /// posterior given all of its observations.
    Jump {
        /// The parameter that is meant.
        parameter: String,
        /// P(it is larger than before).
        p_rose: f64,
        /// The expected difference, new less old.
        difference: f64,
        /// The standard deviation of the difference.
        sd: f64,
    }
}

impl From<CoreJump> for Jump {
    fn from(jump: CoreJump) -> Self {
        Self {
            parameter: jump.parameter.to_owned(),
            p_rose: jump.p_rose,
            difference: jump.difference,
            sd: jump.sd,
        }
    }
}

record! {
    in "bocpd.readout";

    /// A change of a series.
    Change {
        /// Where it was, and how sure that is.
        location: Location,
        /// Direction and size; None if the model knows no level.
        jump: Option<Jump>,
    }
}

impl From<CoreChange> for Change {
    fn from(change: CoreChange) -> Self {
        Self {
            location: change.location.into(),
            jump: change.jump.map(Jump::from),
        }
    }
}

record! {
    in "bocpd.readout";

    /// Something that a user should know of a detection.
    Remark {
        /// What it is about: "too_few", "all_equal", "mostly_equal", "dependent",
        /// "too_spread", "too_narrow" or "spikes".
        kind: String,
        /// The number that it is about: how many, how large a share or a correlation.
        value: f64,
        /// What it says, in one line that names the option which helps.
        text: String,
    }
}

impl From<CoreRemark> for Remark {
    fn from(remark: CoreRemark) -> Self {
        Self {
            kind: remark.kind.name().to_owned(),
            value: remark.value,
            text: remark.to_string(),
        }
    }
}

#[pymethods]
impl Change {
    /// The first index of the new segment.
    #[getter]
    fn index(&self) -> u64 {
        self.location.index
    }

    /// P(a segment starts exactly there | the whole series).
    #[getter]
    fn probability(&self) -> f64 {
        self.location.probability
    }
}

/// Changes, segments, probabilities that a segment starts at each index, the
/// expected number of changes, the probabilities that observations are outliers, and remarks.
type Detected<'py> = (
    Vec<Change>,
    Vec<Segment>,
    Bound<'py, PyArray1<f64>>,
    f64,
    Bound<'py, PyArray1<f64>>,
    Vec<Remark>,
);

#[pymethods]
impl Detector {
    /// For `bocpd.detect`: what is known of `xs`, which has to be all that the
    /// detector has seen. Needs `history="all"`.
    #[pyo3(signature = (xs, mass, features=None))]
    fn _detection<'py>(
        &self,
        py: Python<'py>,
        xs: &Bound<'py, PyAny>,
        mass: f64,
        features: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Detected<'py>> {
        let rows = Rows::new(xs, self.dimension())?;
        let features = Rows::features(features, rows.len())?;
        let numbers = beside(&rows, features.as_ref())?;
        let found = self
            .ask_interruptible(py, |filter| Detection::of(filter, numbers, mass))?
            .map_err(detect_error)?;
        Ok((
            found.changes.into_iter().map(Change::from).collect(),
            found.segments.into_iter().map(Segment::from).collect(),
            PyArray1::from_vec(py, found.p_change_at),
            found.expected_changes,
            PyArray1::from_vec(py, found.p_outlier),
            found.remarks.into_iter().map(Remark::from).collect(),
        ))
    }
}
