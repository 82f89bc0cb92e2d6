//! What a detector says of the whole series that it has seen.

use std::ops::Range;

use bocpd_core::error::{DetectError, ReadoutError};
use bocpd_core::interrupt::go_on;
use bocpd_core::readout::{
    Change as CoreChange, Jump as CoreJump, ParameterChange as CoreParameter,
    PartOfChange as CorePart, Remark as CoreRemark,
};
use bocpd_core::{AnyDetector, Detection};
use numpy::PyArray1;
use pyo3::prelude::*;

use crate::detector::{Detector, take_in_range};
use crate::error::in_batch;
use crate::failure;
use crate::input::{Rows, beside, count};
use crate::label::Label;
use crate::readouts::{Location, Segment, detect_error};
use crate::record::record;
use crate::step::Steps;

record! {
    in "bocpd.readout";

    /// The level of a segment against that of the one before, each with the
    /// posterior given all of its observations.
    Jump {
        /// The parameter that is meant.
        parameter: String,
        /// The number of an observation that it belongs to, from 0; 0 where there is one.
        dimension: usize = 0,
        /// P(it is larger than before).
        p_rose: f64,
        /// The expected difference, new less old.
        difference: f64,
        /// The standard deviation of the difference.
        sd: f64,
    }
    ///
    /// Examples
    /// --------
    /// >>> result = bocpd.detect([0.2, -0.5, 0.1, 0.4, -0.2, 0.3, 6.1, 5.6, 6.3, 5.9, 6.0])
    /// >>> jump = result.changes[0].jump
    /// >>> jump.parameter, round(jump.difference), jump.p_rose > 0.99
    /// ('mean', 6, True)
}

impl From<CoreJump> for Jump {
    fn from(jump: CoreJump) -> Self {
        Self {
            parameter: jump.parameter.to_owned(),
            dimension: jump.dimension,
            p_rose: jump.p_rose,
            difference: jump.difference,
            sd: jump.sd,
        }
    }
}

record! {
    in "bocpd.readout";

    /// Whether a parameter differs from that of the segment before.
    ParameterChange {
        /// The parameter that is meant; "model" where it is which of several models.
        parameter: String,
        /// The number of an observation that it belongs to, from 0; 0 where there is one.
        dimension: usize = 0,
        /// P(it differs | both segments, given that there is a change), where beforehand it was
        /// as probable that it is the same and everything else may have changed.
        p_changed: f64,
    }
    ///
    /// Examples
    /// --------
    /// >>> xs = [0.1, -0.2, 0.0, 0.2, -0.1, 0.1, -0.1, 0.0, 9.0, -8.0, 6.0, -9.0, 8.0, -7.0]
    /// >>> change, = bocpd.detect(xs, bocpd.Gaussian(kappa=0.1), 100).changes
    /// >>> [(one.parameter, one.p_changed > 0.5) for one in change.parameters]
    /// [('mean', False), ('variance', True)]
}

impl From<CoreParameter> for ParameterChange {
    fn from(of: CoreParameter) -> Self {
        Self {
            parameter: of.parameter.to_owned(),
            dimension: of.dimension,
            p_changed: of.p_changed,
        }
    }
}

record! {
    in "bocpd.readout";

    /// What one of the numbers of an observation has to do with a change.
    PartOfChange {
        /// Which number, from 0.
        dimension: usize,
        /// What this number adds to the ln of the boundary's Bayes factor, which is the sum over
        /// all numbers. Negative where the number by itself is more probable without the change.
        ln_bayes_factor: f64,
        /// Direction and size; None if the model knows no level.
        jump: Option<Jump>,
    }
    ///
    /// Examples
    /// --------
    /// >>> xs = [[0.1, 2], [-0.3, 1], [0.2, 3], [0.0, 2], [0.1, 14], [-0.2, 11], [0.3, 12]]
    /// >>> model = [bocpd.Gaussian(kappa=0.1), bocpd.model.Poisson()]
    /// >>> first, second = bocpd.detect(xs, model, 100).changes[0].parts
    /// >>> first.ln_bayes_factor < 0 < second.ln_bayes_factor, second.jump.parameter
    /// (True, 'rate')
}

impl From<CorePart> for PartOfChange {
    fn from(part: CorePart) -> Self {
        Self {
            dimension: part.dimension,
            ln_bayes_factor: part.ln_bayes_factor,
            jump: part.jump.map(Jump::from),
        }
    }
}

record! {
    in "bocpd.readout";

    /// A change of a series.
    Change {
        /// The first index of the new segment, from 0.
        index: u64,
        /// What the series calls it: the entry of its index, or its time; None without.
        time: Option<Label> = None,
        /// P(a segment starts exactly there), given the whole series.
        probability: f64,
        /// Where else it may have been, and how sure it is that there is a change nearby.
        location: Location,
        /// What the series calls the first index of the credible set; None without.
        low_time: Option<Label> = None,
        /// What the series calls the last index of the credible set; None without.
        high_time: Option<Label> = None,
        /// Direction and size; None if the model knows no level. Of several numbers, of the one
        /// with the largest part in it.
        jump: Option<Jump>,
        /// Which parameters of the segments differ, in the order of `Segment.parameters`; where
        /// each segment has one of several models, then "model". Empty if the model cannot say.
        parameters: Vec<ParameterChange> = unknown,
        /// What each number of an observation has to do with it; empty where there is one.
        parts: Vec<PartOfChange> = nothing,
    }
    ///
    /// Examples
    /// --------
    /// >>> result = bocpd.detect([0.2, -0.5, 0.1, 0.4, -0.2, 0.3, 6.1, 5.6, 6.3, 5.9, 6.0])
    /// >>> change = result.changes[0]
    /// >>> change.index, change.probability > 0.9, change.p_nearby >= change.probability
    /// (6, True, True)
}

/// The parameters of a change of a model that does not say.
#[expect(non_upper_case_globals, reason = "it stands in a signature")]
const unknown: Vec<ParameterChange> = Vec::new();

/// The parts of a change where an observation is one number.
#[expect(non_upper_case_globals, reason = "it stands in a signature")]
const nothing: Vec<PartOfChange> = Vec::new();

impl From<CoreChange> for Change {
    fn from(change: CoreChange) -> Self {
        Self {
            index: change.location.index,
            time: None,
            probability: change.location.probability,
            location: change.location.into(),
            low_time: None,
            high_time: None,
            jump: change.jump.map(Jump::from),
            parameters: change
                .parameters
                .into_iter()
                .map(ParameterChange::from)
                .collect(),
            parts: change.parts.into_iter().map(PartOfChange::from).collect(),
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
    ///
    /// Examples
    /// --------
    /// >>> remark = bocpd.detect([1.0, 2.0, 9.0]).remarks[0]
    /// >>> remark.kind, remark.value
    /// ('too_few', 3.0)
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
    /// P(at least one segment starts there or nearer to it than to any other change), given
    /// the whole series.
    #[getter]
    fn p_nearby(&self) -> f64 {
        self.location.p_nearby
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
    /// For `bocpd.detect`: takes in `xs`, which is the first that the detector sees, and looks
    /// back over all of it; the steps beside what is known of it.
    #[pyo3(signature = (xs, mass, elapsed=None, features=None, changes=None))]
    fn _detect<'py>(
        &self,
        py: Python<'py>,
        xs: &Bound<'py, PyAny>,
        mass: f64,
        elapsed: Option<&Bound<'py, PyAny>>,
        features: Option<&Bound<'py, PyAny>>,
        changes: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<(Steps, Detected<'py>)> {
        let changes = changes.map(|changes| count::<usize>("changes", changes));
        let changes = changes.transpose()?;
        let rows = Rows::new(xs, self.dimension())?;
        let features = Rows::features(features, rows.len())?;
        let elapsed = elapsed.map(|elapsed| Rows::elapsed(elapsed, rows.len()));
        let elapsed = elapsed.transpose()?;
        let numbers = beside(&rows, features.as_ref())?;
        let elapsed = elapsed.as_ref().map(Rows::as_slice).transpose()?;
        let (steps, done) = Steps::collect(py, rows.len(), |each| {
            // Looking back, observations come once more.
            let mut seen = 0;
            let mut first_time = |step: &bocpd_core::Step| {
                if step.index == seen {
                    each(step);
                    seen += 1;
                }
            };
            self.order_detached(py, |filter| {
                let give = |filter: &mut AnyDetector, range: Range<usize>| {
                    take_in_range(filter, numbers, elapsed, range, &mut first_time)?;
                    if go_on() {
                        Ok(())
                    } else {
                        Err(DetectError::from(ReadoutError::Interrupted))
                    }
                };
                match changes {
                    None => Detection::over(filter, numbers, mass, give),
                    Some(n) => Detection::over_changes(filter, numbers, mass, n, give),
                }
            })
        })?;
        match done? {
            Ok(found) => failure::raise().map(|()| (steps, detected(py, found))),
            Err(DetectError::Data(error)) => {
                let before = steps.first(py, error.index)?.into_pyobject(py)?.into_any();
                Err(in_batch(py, &error, before.unbind(), failure::take()))
            }
            Err(error) => {
                failure::raise()?;
                Err(detect_error(error))
            }
        }
    }

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
        Ok(detected(py, found))
    }
}

fn detected(py: Python<'_>, found: Detection) -> Detected<'_> {
    (
        found.changes.into_iter().map(Change::from).collect(),
        found.segments.into_iter().map(Segment::from).collect(),
        PyArray1::from_vec(py, found.p_change_at),
        found.expected_changes,
        PyArray1::from_vec(py, found.p_outlier),
        found.remarks.into_iter().map(Remark::from).collect(),
    )
}
