//! What observations have told: one, or many as arrays.

use bocpd_core::Step as Core;
use numpy::{PyArray1, PyArrayMethods, PyUntypedArrayMethods};
use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::memory::zeros;
use crate::plain;
use crate::record::record;

record! {
    in "bocpd";

    /// What one observation has told.
    Step {
        /// Index t of the observation, from 0.
        index: u64,
        /// P(r_t = 0 | x_0..x_t): the probability that this observation is the
        /// first of a new segment. 1 at the very first.
        p_change_now: f64,
        /// The most probable run length: observations since the first of the
        /// segment.
        map_run_length: u64,
        /// Its probability.
        map_probability: f64,
        /// ln p(x_t | x_0..x_{t-1}), the log predictive density of the
        /// observation before it was seen; 0 for a missing one.
        ln_predictive: f64,
        /// P(x_t is an outlier | x_0..x_t); 0 for a missing one, and where no
        /// outliers are expected.
        p_outlier: f64 = 0.0,
    }
    ///
    /// Examples
    /// --------
    /// >>> step = bocpd.Detector(bocpd.Gaussian(), 100).update(0.3)
    /// >>> step.index, step.p_change_now
    /// (0, 1.0)
}

impl From<Core> for Step {
    fn from(step: Core) -> Self {
        Self {
            index: step.index,
            p_change_now: step.p_change_now,
            map_run_length: step.map_run_length,
            map_probability: step.map_probability,
            ln_predictive: step.ln_predictive,
            p_outlier: step.p_outlier,
        }
    }
}

/// What many observations have told: the fields of `Step` as arrays of equal
/// length. Also a sequence of `Step`s.
///
/// Attributes
/// ----------
/// index
///     Indices of the observations.
/// p_change_now, map_run_length, map_probability, ln_predictive, p_outlier
///     What `Step` has by these names, at each.
///
/// Examples
/// --------
/// >>> detector = bocpd.Detector(bocpd.Gaussian(), 100)
/// >>> steps = detector.update_many([0.1, -0.2, 7.9, 8.2])
/// >>> len(steps), steps[2] == bocpd.Step(**{n: getattr(steps, n)[2].item() for n in steps.__match_args__})
/// (4, True)
/// >>> steps.map_run_length
/// array([0, 1, 2, 3])
#[pyclass(module = "bocpd.readout", frozen, get_all, sequence)]
pub(crate) struct Steps {
    /// Indices of the observations.
    index: Py<PyArray1<i64>>,
    /// P(r_t = 0 | x_0..x_t) at each.
    p_change_now: Py<PyArray1<f64>>,
    /// The most probable run length at each.
    map_run_length: Py<PyArray1<i64>>,
    /// Its probability.
    map_probability: Py<PyArray1<f64>>,
    /// ln p(x_t | x_0..x_{t-1}) of each.
    ln_predictive: Py<PyArray1<f64>>,
    /// P(x_t is an outlier | x_0..x_t) of each.
    p_outlier: Py<PyArray1<f64>>,
}

impl Steps {
    /// The first `n` steps.
    pub(crate) fn first(&self, py: Python<'_>, n: usize) -> PyResult<Self> {
        fn cut<T: numpy::Element>(
            py: Python<'_>,
            array: &Py<PyArray1<T>>,
            n: usize,
        ) -> PyResult<Py<PyArray1<T>>> {
            let array = array.bind(py).readonly();
            Ok(PyArray1::from_slice(py, &array.as_slice()?[..n]).unbind())
        }
        Ok(Self {
            index: cut(py, &self.index, n)?,
            p_change_now: cut(py, &self.p_change_now, n)?,
            map_run_length: cut(py, &self.map_run_length, n)?,
            map_probability: cut(py, &self.map_probability, n)?,
            ln_predictive: cut(py, &self.ln_predictive, n)?,
            p_outlier: cut(py, &self.p_outlier, n)?,
        })
    }

    /// Room for `n` steps; `fill` is given a function that writes the next one.
    pub(crate) fn collect<T>(
        py: Python<'_>,
        n: usize,
        fill: impl FnOnce(&mut (dyn FnMut(&Core) + Send)) -> T,
    ) -> PyResult<(Self, T)> {
        let steps = Self {
            index: zeros(py, n)?.unbind(),
            p_change_now: zeros(py, n)?.unbind(),
            map_run_length: zeros(py, n)?.unbind(),
            map_probability: zeros(py, n)?.unbind(),
            ln_predictive: zeros(py, n)?.unbind(),
            p_outlier: zeros(py, n)?.unbind(),
        };
        let filled = {
            let mut index = steps.index.bind(py).readwrite();
            let mut p_change_now = steps.p_change_now.bind(py).readwrite();
            let mut map_run_length = steps.map_run_length.bind(py).readwrite();
            let mut map_probability = steps.map_probability.bind(py).readwrite();
            let mut ln_predictive = steps.ln_predictive.bind(py).readwrite();
            let mut p_outlier = steps.p_outlier.bind(py).readwrite();
            let mut rows = index
                .as_slice_mut()?
                .iter_mut()
                .zip(p_change_now.as_slice_mut()?)
                .zip(map_run_length.as_slice_mut()?)
                .zip(map_probability.as_slice_mut()?)
                .zip(ln_predictive.as_slice_mut()?)
                .zip(p_outlier.as_slice_mut()?);
            fill(&mut |step: &Core| {
                if let Some((((((index, now), run), map), ln), outlier)) = rows.next() {
                    *index = signed(step.index);
                    *now = step.p_change_now;
                    *run = signed(step.map_run_length);
                    *map = step.map_probability;
                    *ln = step.ln_predictive;
                    *outlier = step.p_outlier;
                }
            })
        };
        Ok((steps, filled))
    }
}

/// An index as the integers that NumPy indexes with.
pub(crate) fn signed(index: u64) -> i64 {
    index.cast_signed()
}

#[pymethods]
impl Steps {
    #[new]
    #[pyo3(signature = (
        *, index, p_change_now, map_run_length, map_probability, ln_predictive, p_outlier=None
    ))]
    fn new(
        py: Python<'_>,
        index: Py<PyArray1<i64>>,
        p_change_now: Py<PyArray1<f64>>,
        map_run_length: Py<PyArray1<i64>>,
        map_probability: Py<PyArray1<f64>>,
        ln_predictive: Py<PyArray1<f64>>,
        p_outlier: Option<Py<PyArray1<f64>>>,
    ) -> PyResult<Self> {
        // Pickles of before have none.
        let p_outlier = match p_outlier {
            Some(p_outlier) => p_outlier,
            None => zeros(py, index.bind(py).len())?.unbind(),
        };
        Ok(Self {
            index,
            p_change_now,
            map_run_length,
            map_probability,
            ln_predictive,
            p_outlier,
        })
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        Step::__match_args__(py)
    }

    fn __getnewargs_ex__<'py>(slf: &Bound<'py, Self>) -> PyResult<plain::NewArgs<'py>> {
        plain::new_args(slf)
    }

    fn __len__(&self, py: Python<'_>) -> usize {
        self.index.bind(py).len()
    }

    fn __getitem__(&self, py: Python<'_>, i: isize) -> PyResult<Step> {
        let len = self.__len__(py);
        let i = if i < 0 { i + len.cast_signed() } else { i };
        let i = usize::try_from(i)
            .ok()
            .filter(|&i| i < len)
            .ok_or_else(|| PyIndexError::new_err("no step with this index"))?;
        let missing = || PyIndexError::new_err("no step with this index");
        Ok(Step {
            index: self
                .index
                .bind(py)
                .get_owned(i)
                .ok_or_else(missing)?
                .cast_unsigned(),
            p_change_now: self
                .p_change_now
                .bind(py)
                .get_owned(i)
                .ok_or_else(missing)?,
            map_run_length: self
                .map_run_length
                .bind(py)
                .get_owned(i)
                .ok_or_else(missing)?
                .cast_unsigned(),
            map_probability: self
                .map_probability
                .bind(py)
                .get_owned(i)
                .ok_or_else(missing)?,
            ln_predictive: self
                .ln_predictive
                .bind(py)
                .get_owned(i)
                .ok_or_else(missing)?,
            p_outlier: self.p_outlier.bind(py).get_owned(i).ok_or_else(missing)?,
        })
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        format!("<Steps: {}>", self.__len__(py))
    }
}
