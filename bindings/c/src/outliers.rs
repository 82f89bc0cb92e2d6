//! Wild values that are no change.

use bocpd_core::outliers::Outliers;

use crate::boundary::{copy_list, exclusive, guard, rows_at, shared, slice};
use crate::config::Config;
use crate::detections::Detection;
use crate::detector::{Detector, read};
use crate::readouts::value;
use crate::status::Status;

/// Lets an observation be an outlier with this probability, in (0, 1): then it comes from a
/// Cauchy distribution of this centre and scale and has nothing to do with its segment,
/// which does not learn from it. NaN in the place of centre or scale stands for what the
/// model's prior predictive says: its median, half of its interquartile range. Not of
/// bernoulli and binomial. For a model of one's own, of one number, without predictive
/// functions both have to be given. Where observations have several numbers
/// (bocpd_config_add_number) each of them may be an outlier by itself, but for those of the two
/// models named; both have to be NaN then.
///
/// Errors: BOCPD_INVALID_PARAMETER. Whether the model can have outliers is found out when a
/// detector is made.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_outliers(
    config: *mut Config,
    probability: f64,
    centre: f64,
    scale: f64,
) -> Status {
    guard(|| {
        // SAFETY: handles are as the header says.
        let config = unsafe { exclusive(config, "config")? };
        let given = |value: f64| (!value.is_nan()).then_some(value);
        let outliers = Outliers {
            probability,
            centre: given(centre),
            scale: given(scale),
        };
        outliers.check()?;
        config.plain.outliers = Some(outliers);
        Ok(())
    })
}

/// Expects no outliers: the default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_no_outliers(config: *mut Config) -> Status {
    guard(|| {
        // SAFETY: handles are as the header says.
        unsafe { exclusive(config, "config")? }.plain.outliers = None;
        Ok(())
    })
}

/// P(x_t is an outlier | x_0..x_t) of the last observation; where it has several numbers, that
/// one of them is at least. 0 if it was missing, before any
/// observation, and where no outliers are expected.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_p_outlier(
    detector: *const Detector,
    probability: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { value(detector, probability, bocpd_core::AnyDetector::p_outlier) }
}

/// For each observation of a series the probability that it is an outlier, given the
/// segments that start at 0 and at the given changepoints and all that they have learned,
/// as a list; 0 for missing ones, and an empty list where no outliers are expected. Rows and
/// changepoints are as for bocpd_detector_segments.
///
/// Errors: as bocpd_detector_segments; BOCPD_BUFFER_TOO_SMALL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_p_outlier_in(
    detector: *const Detector,
    rows: *const f64,
    count: usize,
    changepoints: *const u64,
    changepoint_count: usize,
    p_outlier: *mut f64,
    capacity: usize,
    length: *mut usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        read(detector, |detector| {
            let rows = rows_at(rows, count, detector.dimension())?;
            let changepoints = slice(changepoints, changepoint_count, "changepoints")?;
            let found = detector.p_outlier_in(rows, changepoints)?;
            copy_list(&found, p_outlier, capacity, length)
        })
    }
}

/// P(the observation at s is an outlier | its segment and all that it has learned), for
/// every s, as a list; 0 for missing ones, and an empty list where no outliers are expected.
///
/// Errors: BOCPD_BUFFER_TOO_SMALL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detection_p_outlier(
    detection: *const Detection,
    p_outlier: *mut f64,
    capacity: usize,
    length: *mut usize,
) -> Status {
    guard(|| {
        // SAFETY: handles and pointers are as the header says.
        unsafe {
            let found = &shared(detection, "detection")?.found;
            copy_list(&found.p_outlier, p_outlier, capacity, length)
        }
    })
}
