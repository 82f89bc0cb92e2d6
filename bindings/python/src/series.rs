//! Many series that lie there complete, in one array with the places where each begins: what
//! `bocpd.arrow` makes tables of.

mod detect;
mod scan;

pub(crate) use detect::DetectSeries;
pub(crate) use scan::scan_series;

use numpy::{PyArray1, PyArrayMethods};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use rayon::prelude::*;

use crate::cores::{Wanted, apart, pool};
use crate::input::Rows;

/// Series in one array.
pub(crate) struct Lists<'a> {
    values: &'a [f64],
    times: Option<&'a [f64]>,
    /// Where each series begins, and the end of the last one.
    offsets: &'a [i64],
}

/// Works on the series of arrays as Python has them.
pub(crate) fn with_lists<R>(
    values: &Bound<'_, PyAny>,
    offsets: &Bound<'_, PyArray1<i64>>,
    times: Option<&Bound<'_, PyAny>>,
    work: impl FnOnce(&Lists<'_>) -> PyResult<R>,
) -> PyResult<R> {
    let values = Rows::new(values, 1)?;
    let times = times.map(|times| Rows::new(times, 1)).transpose()?;
    let times = times.as_ref().map(Rows::as_slice).transpose()?;
    let offsets = offsets.readonly();
    work(&Lists::new(values.as_slice()?, times, offsets.as_slice()?)?)
}

impl<'a> Lists<'a> {
    fn new(values: &'a [f64], times: Option<&'a [f64]>, offsets: &'a [i64]) -> PyResult<Self> {
        let whole = offsets.is_sorted()
            && offsets.first().is_some_and(|&first| first >= 0)
            && offsets
                .last()
                .is_some_and(|&last| last.unsigned_abs() <= values.len() as u64)
            && times.is_none_or(|times| times.len() == values.len());
        if !whole {
            let text = "offsets must increase from 0 or more to at most the number of values";
            return Err(PyValueError::new_err(text));
        }
        Ok(Self {
            values,
            times,
            offsets,
        })
    }

    fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// The values and the times of a series.
    fn get(&self, i: usize) -> (&'a [f64], Option<&'a [f64]>) {
        // They were seen to be places in the arrays.
        let place = |at: i64| usize::try_from(at).unwrap_or_default();
        let range = place(self.offsets[i])..place(self.offsets[i + 1]);
        (
            &self.values[range.clone()],
            self.times.map(|times| &times[range]),
        )
    }

    /// What `each` makes of every series, on so many threads; `None` for those that nobody wants
    /// any more.
    pub(crate) fn on_cores<R: Send>(
        &self,
        py: Python<'_>,
        threads: Option<usize>,
        each: impl Fn(&'a [f64], Option<&'a [f64]>) -> R + Sync,
    ) -> PyResult<Vec<R>> {
        let pool = pool(threads)?;
        let one = |wanted: &Wanted, i: usize| {
            let (values, times) = self.get(i);
            wanted.still().then(|| wanted.run(|| each(values, times)))
        };
        let all = apart(py, |wanted| {
            pool.install(|| {
                let series = (0..self.len()).into_par_iter();
                series.map(|i| one(wanted, i)).collect::<Vec<_>>()
            })
        })?;
        Ok(all.into_iter().flatten().collect())
    }
}
