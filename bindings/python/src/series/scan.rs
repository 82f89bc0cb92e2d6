//! The steps of a detector over every one of many series.

use bocpd_core::defaults::{Given, config_for_stream};
use bocpd_core::{AnyDetector, Step};
use numpy::PyArray1;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::with_lists;
use crate::detector::Detector;
use crate::step::signed;

/// Of a stream of which nothing is said, so many first observations choose the model.
const FIRST: usize = 50;

/// The steps of a detector over each of many series, one array for each field: those of a series
/// up to its first bad observation. Without a detector each has one for its own first values.
#[pyfunction]
#[pyo3(signature = (values, offsets, detector=None, missing="error", times=None, threads=None))]
pub(crate) fn scan_series<'py>(
    py: Python<'py>,
    values: &Bound<'py, PyAny>,
    offsets: &Bound<'py, PyArray1<i64>>,
    detector: Option<&Bound<'py, Detector>>,
    missing: &str,
    times: Option<&Bound<'py, PyAny>>,
    threads: Option<usize>,
) -> PyResult<Bound<'py, PyDict>> {
    let newborn = detector.map(|detector| newborn(py, detector)).transpose()?;
    let mut given = Given::default();
    given.missing = crate::stream::missing_policy(missing)?;
    let all = with_lists(values, offsets, times, |lists| {
        lists.on_cores(py, threads, |xs, times| {
            scan(newborn.as_ref(), &given, xs, times)
        })
    })?;

    let dict = PyDict::new(py);
    let counts = all
        .iter()
        .map(|(steps, _)| signed(steps.len() as u64))
        .collect();
    dict.set_item("counts", PyArray1::<i64>::from_vec(py, counts))?;
    let steps = || all.iter().flat_map(|(steps, _)| steps);
    let runs = steps().map(|step| signed(step.map_run_length)).collect();
    dict.set_item("map_run_length", PyArray1::<i64>::from_vec(py, runs))?;
    let fields: [Field; 4] = [
        ("p_change_now", |step| step.p_change_now),
        ("map_probability", |step| step.map_probability),
        ("ln_predictive", |step| step.ln_predictive),
        ("p_outlier", |step| step.p_outlier),
    ];
    for (name, of) in fields {
        dict.set_item(name, PyArray1::from_vec(py, steps().map(of).collect()))?;
    }
    let errors: Vec<Option<&String>> = all.iter().map(|(_, error)| error.as_ref()).collect();
    dict.set_item("errors", errors)?;
    Ok(dict)
}

/// A number of a step and its name.
type Field = (&'static str, fn(&Step) -> f64);

/// A detector that any thread can have a copy of, as it is after a reset.
fn newborn(py: Python<'_>, detector: &Bound<'_, Detector>) -> PyResult<AnyDetector> {
    let detector = detector.get();
    if !detector.is_plain() {
        let text = "a detector whose model or hazard is written in Python cannot be on all cores";
        return Err(PyValueError::new_err(text));
    }
    if detector.dimension() != 1 {
        let text = "the detector must be one of observations of one number";
        return Err(PyValueError::new_err(text));
    }
    let mut filter = detector.tell(py, |filter| filter.clone())?;
    filter.reset();
    Ok(filter)
}

/// The steps up to the first bad observation, and what is wrong with that.
fn scan(
    newborn: Option<&AnyDetector>,
    given: &Given,
    xs: &[f64],
    times: Option<&[f64]>,
) -> (Vec<Step>, Option<String>) {
    let made = newborn.map_or_else(
        || config_for_stream(&xs[..xs.len().min(FIRST)], given)?.build(),
        |newborn| Ok(newborn.clone()),
    );
    let mut detector = match made {
        Ok(detector) => detector,
        Err(error) => return (Vec::new(), Some(error.to_string())),
    };
    let mut steps = Vec::with_capacity(xs.len());
    for (i, x) in xs.iter().enumerate() {
        if i % 256 == 255 && !bocpd_core::interrupt::go_on() {
            break;
        }
        let step = match times {
            Some(times) if i > 0 => detector.update_after(times[i] - times[i - 1], &[*x]),
            _ => detector.update(&[*x]),
        };
        match step {
            Ok(step) => steps.push(step),
            Err(error) => return (steps, Some(format!("at index {i}: {error}"))),
        }
    }
    (steps, None)
}
