//! What the core alone needs, measured where the binding is measured.

use std::time::Instant;

use pyo3::prelude::*;

use crate::error::value_error;
use crate::input::Rows;

/// Seconds that the core takes for `xs` in a fresh detector, as a batch or one
/// by one, with the same steps as output; no Python in between. For `bench.py`.
#[pyfunction]
pub(crate) fn core_seconds(xs: &Bound<'_, PyAny>, config: &str, batch: bool) -> PyResult<f64> {
    let config: bocpd_core::Config =
        serde_json::from_str(config).map_err(|error| value_error(&error))?;
    let mut filter = config.build().map_err(|error| value_error(&error))?;
    let rows = Rows::new(xs, filter.dimension())?;
    let numbers = rows.as_slice()?;
    let began = Instant::now();
    if batch {
        // The same output: every step, in memory that nobody has touched yet.
        let mut steps = Vec::with_capacity(rows.len());
        let done = filter.update_many(numbers, &mut |step| steps.push(*step));
        done.map_err(|error| value_error(&error))?;
        std::hint::black_box(steps);
    } else {
        for x in numbers.chunks(filter.dimension()) {
            let step = filter.update(x).map_err(|error| value_error(&error))?;
            std::hint::black_box(step);
        }
    }
    Ok(began.elapsed().as_secs_f64())
}
