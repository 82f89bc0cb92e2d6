//! In which direction the level went, and by how much.

use bocpd_core::readout::Shift as CoreShift;
use pyo3::prelude::*;

use super::readout_error;
use crate::detector::Detector;
use crate::record::record;

record! {
    in "bocpd.readout";

    /// How the level changed at the start of the current segment, weighted over
    /// all that may have been that start.
    Shift {
        /// The parameter that is meant.
        parameter: String,
        /// P(the current segment started where the question was about): what all
        /// else is conditional on.
        probability: f64,
        /// P(the parameter is larger than before).
        p_rose: f64,
        /// The expected difference, new less old.
        difference: f64,
        /// The standard deviation of the difference; infinite where a posterior
        /// has no variance.
        sd: f64,
    }
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100, shifts=True)
    /// >>> steps = detector.update_many([0.1, -0.2, 0.3, 0.0, 7.9, 8.2])
    /// >>> detector.shift().p_rose > 0.9
    /// True
}

impl From<CoreShift> for Shift {
    fn from(shift: CoreShift) -> Self {
        Self {
            parameter: shift.parameter.to_owned(),
            probability: shift.probability,
            p_rose: shift.p_rose,
            difference: shift.difference,
            sd: shift.sd,
        }
    }
}

#[pymethods]
impl Detector {
    /// How the level changed at the start of the current segment, given that it
    /// is not the first; None if it is the first for sure. Needs `shifts` or an
    /// alarm policy.
    ///
    /// Returns
    /// -------
    /// Shift or None
    ///     Direction and size.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If it was not followed, or the model knows no level.
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100, shifts=True)
    /// >>> steps = detector.update_many([0.1, -0.2, 0.3, 0.0, 7.9, 8.2])
    /// >>> shift = detector.shift()
    /// >>> shift.parameter, shift.p_rose > 0.9, round(shift.difference)
    /// ('mean', True, 5)
    fn shift(&self, py: Python<'_>) -> PyResult<Option<Shift>> {
        let shift = self.ask_interruptible(py, |filter| filter.shift())?;
        Ok(shift.map_err(readout_error)?.map(Shift::from))
    }

    /// The same, given that the current segment started in low..=high.
    ///
    /// Parameters
    /// ----------
    /// low, high : int
    ///     The first and the last index.
    ///
    /// Returns
    /// -------
    /// Shift or None
    ///     Direction and size; None if it did not start there for sure.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If it was not followed, or the model knows no level.
    ///
    /// Examples
    /// --------
    /// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100, shifts=True)
    /// >>> steps = detector.update_many([0.1, -0.2, 0.3, 0.0, 7.9, 8.2])
    /// >>> shift = detector.shift_between(4, 4)
    /// >>> shift.probability > 0.7, shift.p_rose > 0.9
    /// (True, True)
    fn shift_between(&self, py: Python<'_>, low: u64, high: u64) -> PyResult<Option<Shift>> {
        let shift = self.ask_interruptible(py, |filter| filter.shift_between(low, high))?;
        Ok(shift.map_err(readout_error)?.map(Shift::from))
    }
}
