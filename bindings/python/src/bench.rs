//! What the core alone needs, measured where the binding is measured.

use std::time::Instant;

use pyo3::prelude::*;

use crate::error::value_error;
use crate::input::Rows;

/// Seconds that the core takes for `xs` in a fresh detector, as a batch or one
/// by one; no Python in between. For `bench.py`.
#[pyfunction]
pub(crate) fn core_seconds(xs: &Bound<'_, PyAny>, config: &str, batch: bool) -> PyResult<f64> {
    let config: bocpd_core::Config =
        serde_json::from_str(config).map_err(|error| value_error(&error))?;
    let mut filter = config.build().map_err(|error| value_error(&error))?;
    let rows = Rows::new(xs, filter.dimension())?;
    let numbers = rows.as_slice()?;
    let mut sum = 0.0;
    let began = Instant::now();
    if batch {
        let done = filter.update_many(numbers, &mut |step| sum += step.p_change_now);
        done.map_err(|error| value_error(&error))?;
    } else {
        for x in numbers.chunks(filter.dimension()) {
            let step = filter.update(x).map_err(|error| value_error(&error))?;
            sum += step.p_change_now;
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    std::hint::black_box(sum);
    Ok(seconds)
}
