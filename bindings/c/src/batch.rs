//! Many observations in one call.

use bocpd_core::Step;
use bocpd_core::error::BatchError;

use crate::boundary::{Output, check_aligned, check_extent, rows_at};
use crate::detector::{Detector, change};
use crate::failure::Failure;
use crate::status::Status;
use bocpd_core::AnyDetector;

/// Takes in count observations that lie one after the other at rows, each of
/// bocpd_detector_dimension numbers. The same as one bocpd_detector_step after the
/// other, with less overhead.
///
/// Each of the four arrays that is not NULL gets one value per observation: the
/// probability that it is the first of a new segment, the most probable run length,
/// its probability, and ln p(x_t | x_0..x_{t-1}). processed, which may be NULL, gets
/// the number of observations taken in. The arrays must not overlap.
///
/// Errors: as bocpd_detector_step, at the first observation that fails. This is the
/// one case in which outputs are written on failure: processed is then the position
/// of that observation, the arrays hold values up to it, and the detector is as
/// after the observation before it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_batch(
    detector: *mut Detector,
    rows: *const f64,
    count: usize,
    p_change_now: *mut f64,
    map_run_length: *mut u64,
    map_probability: *mut f64,
    ln_predictive: *mut f64,
    processed: *mut usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        change(detector, |detector| {
            let outputs =
                Outputs::new(p_change_now, map_run_length, map_probability, ln_predictive)?;
            let processed = Output::optional(processed)?;
            let rows = rows_at(rows, count, detector.dimension())?;
            let mut done = 0;
            let result = detector.update_many(rows, &mut |step| outputs.write(&mut done, step));
            processed.set(done);
            Ok(result?)
        })
    }
}

/// bocpd_detector_batch for observations that lie stride numbers apart (from the
/// start of one to the start of the next): a column of a matrix, a field of an array
/// of structures. stride may be negative; rows points at the first observation to
/// take in.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_batch_strided(
    detector: *mut Detector,
    rows: *const f64,
    count: usize,
    stride: isize,
    p_change_now: *mut f64,
    map_run_length: *mut u64,
    map_probability: *mut f64,
    ln_predictive: *mut f64,
    processed: *mut usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        change(detector, |detector| {
            let outputs =
                Outputs::new(p_change_now, map_run_length, map_probability, ln_predictive)?;
            let processed = Output::optional(processed)?;
            if count > 0 {
                check_aligned(rows, "rows")?;
                let extent = (count - 1)
                    .checked_mul(stride.unsigned_abs())
                    .and_then(|last| last.checked_add(detector.dimension()))
                    .ok_or(Failure::Length {
                        of: "rows",
                        length: count,
                    })?;
                check_extent::<f64>("rows", extent)?;
            }
            let mut done = 0;
            let result = strided(detector, rows, count, stride, |step| {
                outputs.write(&mut done, step);
            });
            processed.set(done);
            Ok(result?)
        })
    }
}

/// Gathers rows by the block and takes them in.
///
/// # Safety
/// There are `count` rows that can be read, `stride` apart, from `first` on.
unsafe fn strided(
    detector: &mut AnyDetector,
    first: *const f64,
    count: usize,
    stride: isize,
    mut each: impl FnMut(&Step),
) -> Result<(), BatchError> {
    /// Rows gathered at a time.
    const BLOCK: usize = 256;
    let dimension = detector.dimension();
    let mut block = Vec::with_capacity(BLOCK.min(count) * dimension);
    for start in (0..count).step_by(BLOCK) {
        block.clear();
        for row in start..count.min(start + BLOCK) {
            // The extent of all rows was checked to be within the address space.
            let offset = row.cast_signed() * stride;
            // SAFETY: a row that the caller promises.
            let row = unsafe { core::slice::from_raw_parts(first.offset(offset), dimension) };
            block.extend_from_slice(row);
        }
        detector
            .update_many(&block, &mut each)
            .map_err(|error| BatchError::new(start + error.index, error.error))?;
    }
    Ok(())
}

/// Arrays of the caller's, each of which may be left out.
pub(crate) struct Outputs {
    p_change_now: Output<f64>,
    map_run_length: Output<u64>,
    map_probability: Output<f64>,
    ln_predictive: Output<f64>,
}

impl Outputs {
    pub(crate) fn new(
        p_change_now: *mut f64,
        map_run_length: *mut u64,
        map_probability: *mut f64,
        ln_predictive: *mut f64,
    ) -> Result<Self, Failure> {
        Ok(Self {
            p_change_now: Output::optional(p_change_now)?,
            map_run_length: Output::optional(map_run_length)?,
            map_probability: Output::optional(map_probability)?,
            ln_predictive: Output::optional(ln_predictive)?,
        })
    }

    /// Writes the next element of each array.
    ///
    /// # Safety
    /// The arrays have more than `done` elements.
    pub(crate) unsafe fn write(&self, done: &mut usize, step: &Step) {
        // SAFETY: the caller's promise.
        unsafe {
            self.p_change_now.set_at(*done, step.p_change_now);
            self.map_run_length.set_at(*done, step.map_run_length);
            self.map_probability.set_at(*done, step.map_probability);
            self.ln_predictive.set_at(*done, step.ln_predictive);
        }
        *done += 1;
    }
}
