//! What is known of each segment of a segmentation.

use core::ffi::c_char;
use std::ffi::CString;

use bocpd_core::readout::Segment;

use crate::boundary::{Output, at, c_text, copy_list, free, get, guard, shared};
use crate::status::Status;

/// The segments of a series, each with what the model says of it.
pub struct Segments(Vec<Named>);

/// A segment with the names of its parameters for C.
struct Named {
    segment: Segment,
    names: Vec<CString>,
}

impl Segments {
    pub(crate) fn new(segments: Vec<Segment>) -> Self {
        let named = segments.into_iter().map(|segment| Named {
            names: segment.parameters.iter().map(|p| c_text(p.name)).collect(),
            segment,
        });
        Self(named.collect())
    }
}

/// Frees segments; NULL is fine. Not for those that belong to a bocpd_detection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_segments_free(segments: *mut Segments) {
    // SAFETY: handles are as the header says.
    unsafe { free(segments) }
}

/// How many segments there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_segments_count(
    segments: *const Segments,
    count: *mut usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { get(segments, "segments", count, |segments| segments.0.len()) }
}

/// The segment at position which (less than the count): the index of its first
/// observation, the index after its last, and how many of them are not missing. Each
/// output may be NULL.
///
/// Errors: BOCPD_INDEX.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_segments_bounds(
    segments: *const Segments,
    which: usize,
    start: *mut u64,
    end: *mut u64,
    observed: *mut u64,
) -> Status {
    guard(|| {
        // SAFETY: handles are as the header says.
        let segment = &at(unsafe { &shared(segments, "segments")?.0 }, which)?.segment;
        let (start, end) = (Output::optional(start)?, Output::optional(end)?);
        let observed = Output::optional(observed)?;
        // SAFETY: pointers are as the header says.
        unsafe {
            start.set(segment.start);
            end.set(segment.end);
            observed.set(segment.observed);
        }
        Ok(())
    })
}

/// For the segment at position which, ln p(its observations | they are one segment), and
/// ln of the Bayes factor of its first boundary: the evidence of this segment and the one
/// before as two, over that of both joined in one; NaN for the first segment. Either
/// output may be NULL.
///
/// Errors: BOCPD_INDEX.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_segments_evidence(
    segments: *const Segments,
    which: usize,
    ln_evidence: *mut f64,
    ln_bayes_factor: *mut f64,
) -> Status {
    guard(|| {
        // SAFETY: handles are as the header says.
        let segment = &at(unsafe { &shared(segments, "segments")?.0 }, which)?.segment;
        let ln_evidence = Output::optional(ln_evidence)?;
        let ln_bayes_factor = Output::optional(ln_bayes_factor)?;
        // SAFETY: pointers are as the header says.
        unsafe {
            ln_evidence.set(segment.ln_evidence);
            ln_bayes_factor.set(segment.ln_bayes_factor.unwrap_or(f64::NAN));
        }
        Ok(())
    })
}

/// Where each segment has one of several models, the probability of each of them for the segment
/// at position which, as a list; else empty.
///
/// Errors: BOCPD_INDEX; BOCPD_BUFFER_TOO_SMALL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_segments_model_probabilities(
    segments: *const Segments,
    which: usize,
    probabilities: *mut f64,
    capacity: usize,
    length: *mut usize,
) -> Status {
    guard(|| {
        // SAFETY: handles and pointers are as the header says.
        unsafe {
            let segment = &at(&shared(segments, "segments")?.0, which)?.segment;
            copy_list(
                &segment.model_probabilities,
                probabilities,
                capacity,
                length,
            )
        }
    })
}

/// How many parameters the model knows of the segment at position which: 0 for own models
/// without level functions.
///
/// Errors: BOCPD_INDEX.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_segments_parameter_count(
    segments: *const Segments,
    which: usize,
    count: *mut usize,
) -> Status {
    guard(|| {
        // SAFETY: handles are as the header says.
        let named = at(unsafe { &shared(segments, "segments")?.0 }, which)?;
        // SAFETY: pointers are as the header says.
        unsafe { Output::new(count, "count")?.set(named.names.len()) }
        Ok(())
    })
}

/// One parameter of the segment at position which; parameter is 0 for the level, and less
/// than the parameter count; those of the first number of an observation come before those of
/// the second (bocpd_segments_parameter_number). What it is called (the string lives as long as the segments),
/// the mean and the standard deviation of its posterior (infinite or NaN where there is
/// none), and the ends of the interval that holds the mass asked for. Each output may be
/// NULL.
///
/// Errors: BOCPD_INDEX.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_segments_parameter(
    segments: *const Segments,
    which: usize,
    parameter: usize,
    name: *mut *const c_char,
    mean: *mut f64,
    sd: *mut f64,
    low: *mut f64,
    high: *mut f64,
) -> Status {
    guard(|| {
        // SAFETY: handles are as the header says.
        let named = at(unsafe { &shared(segments, "segments")?.0 }, which)?;
        let estimate = at(&named.segment.parameters, parameter)?;
        let (name, mean) = (Output::optional(name)?, Output::optional(mean)?);
        let (sd, low) = (Output::optional(sd)?, Output::optional(low)?);
        let high = Output::optional(high)?;
        // SAFETY: pointers are as the header says.
        unsafe {
            name.set(at(&named.names, parameter)?.as_ptr());
            mean.set(estimate.mean);
            sd.set(estimate.sd);
            low.set(estimate.low);
            high.set(estimate.high);
        }
        Ok(())
    })
}

/// The number of an observation that a parameter of the segment at position which belongs to,
/// from 0; 0 where there is one.
///
/// Errors: BOCPD_INDEX.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_segments_parameter_number(
    segments: *const Segments,
    which: usize,
    parameter: usize,
    dimension: *mut usize,
) -> Status {
    guard(|| {
        // SAFETY: handles are as the header says.
        let named = at(unsafe { &shared(segments, "segments")?.0 }, which)?;
        let estimate = at(&named.segment.parameters, parameter)?;
        // SAFETY: pointers are as the header says.
        unsafe { Output::new(dimension, "dimension")?.set(estimate.dimension) }
        Ok(())
    })
}
