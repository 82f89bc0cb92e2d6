//! What a detector says of the whole series that it has seen.

use bocpd_core::Detection;
use bocpd_core::readout::{Change as CoreChange, Jump as CoreJump};
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

#[pymethods]
impl Change {
    /// The first index of the new segment.
    #[getter]
    fn index(&self) -> u64 {
        self.location.index
    }

    /// P(at least one segment starts in the neighbourhood | the whole series).
    #[getter]
    fn probability(&self) -> f64 {
        self.location.probability
    }
}

/// Changes, segments, probabilities that a segment starts at each index, the
/// expected number of changes, and the probabilities that observations are outliers.
type Detected<'py> = (
    Vec<Change>,
    Vec<Segment>,
    Bound<'py, PyArray1<f64>>,
    f64,
    Bound<'py, PyArray1<f64>>,
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
        ))
    }
}
