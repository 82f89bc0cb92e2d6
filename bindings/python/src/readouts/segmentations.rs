//! The best segmentation with each number of changes, and how probable each number is.

use bocpd_core::readout::{Segmentation as CoreSegmentation, Segmentations as CoreSegmentations};
use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;

use super::detect_error;
use crate::detector::Detector;
use crate::input::{Rows, beside, count};
use crate::record::record;

record! {
    in "bocpd.readout";

    /// The best segmentation with a given number of changes.
    Segmentation {
        /// How many changes there are.
        changes: usize,
        /// P(there are so many | series).
        probability: f64,
        /// ln p(series, segmentation).
        ln_joint: f64,
        /// Where its segments begin, without index 0.
        changepoints: Vec<u64>,
    }
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100)
    /// >>> detector.segmentations([0.1, -0.2, 0.3, 0.0, 7.9, 8.2], 1)[1].changepoints
    /// [4]
}

record! {
    in "bocpd.readout";

    /// The best segmentations of a series; `found[k]` is the one with k changes.
    Segmentations {
        /// One for each number of changes from 0 to the largest that was asked for, without
        /// those that the hazard or the length of the series makes impossible.
        all: Vec<Segmentation>,
        /// P(there are more changes than the largest number that was asked for | series).
        p_more: f64,
        /// Whether every start of a segment was considered; in series of more than some
        /// thousand observations those are given up that lie behind for every number of
        /// changes.
        exact: bool,
    }
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100)
    /// >>> found = detector.segmentations([0.1, -0.2, 0.3, 0.0, 7.9, 8.2], 2)
    /// >>> [round(one.probability, 2) for one in found.all]
    /// [0.05, 0.94, 0.01]
}

impl From<CoreSegmentation> for Segmentation {
    fn from(core: CoreSegmentation) -> Self {
        Self {
            changes: core.changes,
            probability: core.probability,
            ln_joint: core.ln_joint,
            changepoints: core.changepoints,
        }
    }
}

impl From<CoreSegmentations> for Segmentations {
    fn from(core: CoreSegmentations) -> Self {
        Self {
            all: core.all.into_iter().map(Segmentation::from).collect(),
            p_more: core.p_more,
            exact: core.exact,
        }
    }
}

#[pymethods]
impl Segmentations {
    fn __getitem__(&self, changes: usize) -> PyResult<Segmentation> {
        let one = self.all.iter().find(|one| one.changes == changes);
        one.cloned()
            .ok_or_else(|| PyIndexError::new_err(format!("no segmentation with {changes} changes")))
    }
}

#[pymethods]
impl Detector {
    /// The best segmentation of a series with exactly k changes, for each k from 0 to
    /// `most`, and the posterior of their number, in one pass under model and hazard of this
    /// detector. What it has seen, and its pruning, have no part in it. Takes time and memory
    /// in proportion to `most`.
    ///
    /// Parameters
    /// ----------
    /// xs : array_like
    ///     The series.
    /// most : int
    ///     The largest number of changes.
    /// features : array_like, optional
    ///     A row for each observation, where the model regresses on some.
    ///
    /// Returns
    /// -------
    /// Segmentations
    ///     One for each number of changes.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If the model cannot have produced an observation, the detector weighs several
    ///     models for the whole stream, or there is no memory for so many.
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100)
    /// >>> found = detector.segmentations([0.1, -0.2, 0.3, 0.0, 7.9, 8.2], 2)
    /// >>> found[1].changepoints, found[2].changepoints
    /// ([4], [3, 4])
    #[pyo3(signature = (xs, most, *, features=None))]
    fn segmentations(
        &self,
        py: Python<'_>,
        xs: &Bound<'_, PyAny>,
        most: &Bound<'_, PyAny>,
        features: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Segmentations> {
        let most = count("most", most)?;
        let rows = Rows::new(xs, self.dimension())?;
        let features = Rows::features(features, rows.len())?;
        let numbers = beside(&rows, features.as_ref())?;
        let found = self.ask_interruptible(py, |filter| filter.segmentations(numbers, most))?;
        Ok(found.map_err(detect_error)?.into())
    }
}
