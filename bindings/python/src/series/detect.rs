//! `detect` for every one of many series.

use bocpd_core::defaults::Given;
use bocpd_core::list::ModelSpec;
use bocpd_core::readout::{Change, Location};
use bocpd_core::{Detection, Located, Prepared};
use numpy::PyArray1;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::with_lists;
use crate::defaults::named;
use crate::error::value_error;
use crate::model::Model;
use crate::pruning::Pruning;
use crate::step::signed;
use crate::stream::given;

/// `detect` for every one of many series.
#[pyclass(module = "bocpd._core", frozen)]
pub(crate) struct DetectSeries {
    prepared: Prepared,
    mass: f64,
    /// Whether levels, what changed and remarks are wanted beside locations.
    sizes: bool,
}

#[pymethods]
impl DetectSeries {
    #[new]
    #[pyo3(signature = (
        model=None, hazard=None, pruning=None, *, missing="error", mass=0.9, outliers=None,
        resolution=1.0, min_segment=1, sensitivity=1.0, sizes=true
    ))]
    #[expect(clippy::too_many_arguments, reason = "they have names in Python")]
    fn new(
        model: Option<&Bound<'_, PyAny>>,
        hazard: Option<Bound<'_, PyAny>>,
        pruning: Option<PyRef<'_, Pruning>>,
        missing: &str,
        mass: f64,
        outliers: Option<&Bound<'_, PyAny>>,
        resolution: f64,
        min_segment: u64,
        sensitivity: f64,
        sizes: bool,
    ) -> PyResult<Self> {
        let mut given = given(
            hazard,
            pruning,
            missing,
            outliers,
            resolution,
            min_segment,
            sensitivity,
        )?;
        if model.is_some() && given.outliers.is_none() {
            given.outliers = Some(None);
        }
        let prepared = prepared(model, given)?;
        // Whether the credible mass can be used does not depend on the series.
        match prepared.detect(&[0.0, 1.0], mass) {
            Err(bocpd_core::error::DetectError::Parameter(error)) if error.name == "mass" => {
                return Err(value_error(&error));
            }
            _ => {}
        }
        Ok(Self {
            prepared,
            mass,
            sizes,
        })
    }

    /// The series that begin at `offsets` in `values`, as columns.
    #[pyo3(signature = (values, offsets, times=None, threads=None))]
    fn run<'py>(
        &self,
        py: Python<'py>,
        values: &Bound<'py, PyAny>,
        offsets: &Bound<'py, PyArray1<i64>>,
        times: Option<&Bound<'py, PyAny>>,
        threads: Option<usize>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let detect = |xs: &[f64], times: Option<&[f64]>| {
            let (prepared, mass) = (&self.prepared, self.mass);
            let found = match (self.sizes, times) {
                (true, None) => prepared.detect(xs, mass).map(Found::from),
                (true, Some(times)) => prepared.detect_at(xs, times, mass).map(Found::from),
                (false, None) => prepared.locate(xs, mass).map(|it| Found::located(&it, xs)),
                (false, Some(times)) => prepared
                    .locate_at(xs, times, mass)
                    .map(|it| Found::located(&it, xs)),
            };
            found.map_err(|error| error.to_string())
        };
        let found = with_lists(values, offsets, times, |lists| {
            lists.on_cores(py, threads, detect)
        })?;
        columns(py, &found)
    }
}

fn prepared(model: Option<&Bound<'_, PyAny>>, given: Given) -> PyResult<Prepared> {
    let Some(model) = model else {
        return Prepared::automatic(given).map_err(|error| value_error(&error));
    };
    let made = if let Ok(kind) = model.extract::<&str>() {
        let kind: &'static ModelSpec = named(kind)?;
        Prepared::of_kind(kind, given)
    } else if let Ok(model) = model.cast::<Model>() {
        Prepared::of_model(model.get().config.clone(), given)
    } else {
        let text = format!(
            "model must be one of bocpd.model or the name of a kind, got {}",
            model.get_type().name()?
        );
        return Err(PyTypeError::new_err(text));
    };
    made.map_err(|error| value_error(&error))
}

/// What is kept of a detection.
struct Found {
    observations: i64,
    expected_changes: f64,
    ln_evidence: f64,
    structure: Option<(String, f64)>,
    changes: Vec<ChangeRow>,
    segments: Vec<SegmentRow>,
    remarks: Vec<String>,
}

struct ChangeRow {
    index: i64,
    low: i64,
    high: i64,
    /// Probability, probability nearby, p_rose, difference, its standard deviation.
    numbers: [f64; 5],
}

struct SegmentRow {
    start: i64,
    end: i64,
    observed: i64,
    /// Mean, standard deviation, low and high of the level, ln of the Bayes factor.
    numbers: [f64; 5],
}

impl ChangeRow {
    /// What is known of where a change was, and nothing else.
    fn at(at: &Location) -> Self {
        Self {
            index: signed(at.index),
            low: signed(at.low),
            high: signed(at.high),
            numbers: [at.probability, at.p_nearby, f64::NAN, f64::NAN, f64::NAN],
        }
    }
}

impl From<&Change> for ChangeRow {
    fn from(change: &Change) -> Self {
        let mut row = Self::at(&change.location);
        if let Some(jump) = &change.jump {
            row.numbers[2..].copy_from_slice(&[jump.p_rose, jump.difference, jump.sd]);
        }
        row
    }
}

impl From<Detection> for Found {
    fn from(detection: Detection) -> Self {
        let segments = detection.segments.iter().map(|segment| {
            let level = segment.parameters.first();
            let of =
                |number: fn(&bocpd_core::readout::Estimate) -> f64| level.map_or(f64::NAN, number);
            SegmentRow {
                start: signed(segment.start),
                end: signed(segment.end),
                observed: signed(segment.observed),
                numbers: [
                    of(|level| level.mean),
                    of(|level| level.sd),
                    of(|level| level.low),
                    of(|level| level.high),
                    segment.ln_bayes_factor.unwrap_or(f64::NAN),
                ],
            }
        });
        let structure = detection.structures.first();
        Self {
            observations: signed(detection.observations),
            expected_changes: detection.expected_changes,
            ln_evidence: detection.ln_evidence,
            structure: structure.map(|one| (one.structure.clone(), one.probability)),
            changes: detection.changes.iter().map(ChangeRow::from).collect(),
            segments: segments.collect(),
            remarks: detection.remarks.iter().map(ToString::to_string).collect(),
        }
    }
}

impl Found {
    /// Locations, and where segments begin and end in these values.
    fn located(located: &Located, xs: &[f64]) -> Self {
        let starts = located.locations.iter().map(|at| at.index);
        let ends = starts.clone().chain([located.observations]);
        let segments = core::iter::once(0).chain(starts).zip(ends);
        let segments = segments.filter(|(start, end)| start < end);
        let segments = segments.map(|(start, end)| {
            let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(xs.len());
            let values = &xs[place(start)..place(end)];
            let observed = values.iter().filter(|x| !x.is_nan()).count();
            SegmentRow {
                start: signed(start),
                end: signed(end),
                observed: signed(observed as u64),
                numbers: [f64::NAN; 5],
            }
        });
        let structure = located.structures.first();
        Self {
            observations: signed(located.observations),
            expected_changes: located.expected_changes,
            ln_evidence: located.ln_evidence,
            structure: structure.map(|one| (one.structure.clone(), one.probability)),
            changes: located.locations.iter().map(ChangeRow::at).collect(),
            segments: segments.collect(),
            remarks: Vec::new(),
        }
    }
}

/// What was found as one array for each field.
fn columns<'py>(py: Python<'py>, found: &[Result<Found, String>]) -> PyResult<Bound<'py, PyDict>> {
    let whole = |of: fn(&Found) -> i64| -> Vec<i64> {
        found.iter().map(|one| one.as_ref().map_or(0, of)).collect()
    };
    let number = |of: fn(&Found) -> f64| -> Vec<f64> {
        let of = |one: &Result<Found, String>| one.as_ref().map_or(f64::NAN, of);
        found.iter().map(of).collect()
    };
    let all = || found.iter().flatten();
    let changes = || all().flat_map(|one| &one.changes);
    let segments = || all().flat_map(|one| &one.segments);
    let dict = PyDict::new(py);
    let put_whole = |name, values| dict.set_item(name, PyArray1::<i64>::from_vec(py, values));
    let put = |name, values| dict.set_item(name, PyArray1::<f64>::from_vec(py, values));
    let count = |length: usize| signed(length as u64);

    put_whole("observations", whole(|one| one.observations))?;
    put_whole(
        "change_counts",
        found
            .iter()
            .map(|one| count(one.as_ref().map_or(0, |one| one.changes.len())))
            .collect(),
    )?;
    put_whole(
        "segment_counts",
        found
            .iter()
            .map(|one| count(one.as_ref().map_or(0, |one| one.segments.len())))
            .collect(),
    )?;
    put_whole(
        "remark_counts",
        found
            .iter()
            .map(|one| count(one.as_ref().map_or(0, |one| one.remarks.len())))
            .collect(),
    )?;
    put("expected_changes", number(|one| one.expected_changes))?;
    put("ln_evidence", number(|one| one.ln_evidence))?;
    put(
        "p_structure",
        number(|one| {
            one.structure
                .as_ref()
                .map_or(f64::NAN, |structure| structure.1)
        }),
    )?;

    put_whole("index", changes().map(|row| row.index).collect())?;
    put_whole("low", changes().map(|row| row.low).collect())?;
    put_whole("high", changes().map(|row| row.high).collect())?;
    for (i, name) in ["probability", "p_nearby", "p_rose", "difference", "sd"]
        .iter()
        .enumerate()
    {
        put(*name, changes().map(|row| row.numbers[i]).collect())?;
    }
    put_whole("start", segments().map(|row| row.start).collect())?;
    put_whole("end", segments().map(|row| row.end).collect())?;
    put_whole("observed", segments().map(|row| row.observed).collect())?;
    let levels = [
        "level",
        "level_sd",
        "level_low",
        "level_high",
        "ln_bayes_factor",
    ];
    for (i, name) in levels.iter().enumerate() {
        put(*name, segments().map(|row| row.numbers[i]).collect())?;
    }

    let remarks: Vec<&String> = all().flat_map(|one| &one.remarks).collect();
    dict.set_item("remarks", remarks)?;
    let structures: Vec<Option<&String>> = found
        .iter()
        .map(|one| {
            one.as_ref()
                .ok()?
                .structure
                .as_ref()
                .map(|structure| &structure.0)
        })
        .collect();
    dict.set_item("structures", structures)?;
    let errors: Vec<Option<&String>> = found.iter().map(|one| one.as_ref().err()).collect();
    dict.set_item("errors", errors)?;
    Ok(dict)
}
