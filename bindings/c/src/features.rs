//! Observations with features: for models that regress on what comes along, or take one number
//! with each.

use bocpd_core::History;
use bocpd_core::observation::{Observation, Rows, SideInformation};

use crate::batch::Outputs;
use crate::boundary::{Output, copy_list, guard, rows_at, shared, slice};
use crate::config::{Config, hand_over};
use crate::detections::{Detection, whole};
use crate::detector::{Detector, change, read, read_contents, step};
use crate::distributions::Distribution;
use crate::failure::Failure;
use crate::readouts::value;
use crate::segments::Segments;
use crate::status::Status;

/// How many features come along with an observation: 0 for all models but regression with
/// features.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_features(
    detector: *const Detector,
    features: *mut usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { value(detector, features, bocpd_core::AnyDetector::features) }
}

/// bocpd_detector_step for an observation that comes with feature_count features. Of a missing
/// one (NaN, where that is no error) they do not matter.
///
/// An exposure, a number of trials, an error bar or a weight is the only feature of an observation
/// whose model takes one: poisson_exposure, binomial_trials, gaussian_error_bars,
/// heteroscedastic_gaussian. Without a feature it is what the model has as the usual one.
///
/// Errors: also BOCPD_FEATURES.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_step_with(
    detector: *mut Detector,
    x: f64,
    features: *const f64,
    feature_count: usize,
    p_change_now: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        step(detector, p_change_now, |detector| {
            let side = SideInformation::of_features(slice(features, feature_count, "features")?);
            Ok(detector.update_with(Observation::with(&[x][..], &side), None))
        })
    }
}

/// bocpd_detector_step_after for an observation that comes with feature_count features.
///
/// Errors: also BOCPD_FEATURES.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_step_with_after(
    detector: *mut Detector,
    elapsed: f64,
    x: f64,
    features: *const f64,
    feature_count: usize,
    p_change_now: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        step(detector, p_change_now, |detector| {
            let side = SideInformation::of_features(slice(features, feature_count, "features")?);
            Ok(detector.update_with(Observation::with(&[x][..], &side), Some(elapsed)))
        })
    }
}

/// bocpd_detector_batch for observations of which each comes with feature_count features,
/// which lie one observation after the other at features.
///
/// Errors: also BOCPD_FEATURES.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_batch_with(
    detector: *mut Detector,
    rows: *const f64,
    count: usize,
    features: *const f64,
    feature_count: usize,
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
            let dimension = detector.dimension();
            let rows = with_features(rows, count, dimension, features, feature_count)?;
            let mut done = 0;
            let result = detector.update_many(rows, &mut |step| outputs.write(&mut done, step));
            processed.set(done);
            Ok(result?)
        })
    }
}

/// bocpd_detector_predict for an observation that comes with feature_count features. With lags
/// ahead must be 1.
///
/// Errors: also BOCPD_FEATURES.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_predict_with(
    detector: *const Detector,
    ahead: u64,
    features: *const f64,
    feature_count: usize,
    prediction: *mut *mut Distribution,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        read(detector, |detector| {
            let side = SideInformation::of_features(slice(features, feature_count, "features")?);
            let mixture = detector.predict_with(ahead, &side)?;
            hand_over(Distribution::new("observation", mixture), prediction)
        })
    }
}

/// bocpd_detector_predict_after for an observation that comes with feature_count features.
///
/// Errors: also BOCPD_FEATURES.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_predict_with_after(
    detector: *const Detector,
    elapsed: f64,
    features: *const f64,
    feature_count: usize,
    prediction: *mut *mut Distribution,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        read(detector, |detector| {
            let side = SideInformation::of_features(slice(features, feature_count, "features")?);
            let mixture = detector.predict_after_with(elapsed, &side)?;
            hand_over(Distribution::new("observation", mixture), prediction)
        })
    }
}

/// bocpd_detector_segments for observations of which each comes with feature_count features,
/// as for bocpd_detector_batch_with.
///
/// Errors: also BOCPD_FEATURES.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_segments_with(
    detector: *const Detector,
    rows: *const f64,
    count: usize,
    features: *const f64,
    feature_count: usize,
    changepoints: *const u64,
    changepoint_count: usize,
    mass: f64,
    segments: *mut *mut Segments,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        read(detector, |detector| {
            let dimension = detector.dimension();
            let rows = with_features(rows, count, dimension, features, feature_count)?;
            let changepoints = slice(changepoints, changepoint_count, "changepoints")?;
            let found = detector.segments(rows, changepoints, mass)?;
            hand_over(Segments::new(found), segments)
        })
    }
}

/// bocpd_detector_p_outlier_in for observations of which each comes with feature_count
/// features, as for bocpd_detector_batch_with.
///
/// Errors: also BOCPD_FEATURES.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_p_outlier_in_with(
    detector: *const Detector,
    rows: *const f64,
    count: usize,
    features: *const f64,
    feature_count: usize,
    changepoints: *const u64,
    changepoint_count: usize,
    p_outlier: *mut f64,
    capacity: usize,
    length: *mut usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        read(detector, |detector| {
            let dimension = detector.dimension();
            let rows = with_features(rows, count, dimension, features, feature_count)?;
            let changepoints = slice(changepoints, changepoint_count, "changepoints")?;
            let found = detector.p_outlier_in(rows, changepoints)?;
            copy_list(&found, p_outlier, capacity, length)
        })
    }
}

/// bocpd_detect for observations of which each comes with feature_count features, as for
/// bocpd_detector_batch_with. config must not be NULL.
///
/// Errors: also BOCPD_FEATURES.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detect_with(
    rows: *const f64,
    count: usize,
    features: *const f64,
    feature_count: usize,
    config: *const Config,
    mass: f64,
    detection: *mut *mut Detection,
) -> Status {
    guard(|| {
        // SAFETY: handles and pointers are as the header says.
        unsafe {
            let asked = shared(config, "config")?.clone();
            let mut forgetful = asked.clone();
            forgetful.plain.history = History::Nothing;
            let mut detector = forgetful.build()?.detector;
            let dimension = detector.dimension();
            let rows = with_features(rows, count, dimension, features, feature_count)?;
            let found = whole(&mut detector, rows, mass)?;
            hand_over(Detection::new(found, asked), detection)
        }
    })
}

/// bocpd_detector_detection for observations of which each comes with feature_count features,
/// as for bocpd_detector_batch_with.
///
/// Errors: also BOCPD_FEATURES.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_detection_with(
    detector: *const Detector,
    rows: *const f64,
    count: usize,
    features: *const f64,
    feature_count: usize,
    mass: f64,
    detection: *mut *mut Detection,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        read_contents(detector, |contents| {
            let dimension = contents.detector.dimension();
            let rows = with_features(rows, count, dimension, features, feature_count)?;
            let found = bocpd_core::Detection::of(&contents.detector, rows, mass)?;
            hand_over(Detection::new(found, contents.config.clone()), detection)
        })
    }
}

/// `count` observations of `dimension` numbers each, with `feature_count` features each.
///
/// # Safety
/// As of [`slice`].
pub(crate) unsafe fn with_features<'a>(
    rows: *const f64,
    count: usize,
    dimension: usize,
    features: *const f64,
    feature_count: usize,
) -> Result<Rows<'a>, Failure> {
    // SAFETY: the caller's promise.
    unsafe {
        let values = rows_at(rows, count, dimension)?;
        let length = count.checked_mul(feature_count).ok_or(Failure::Length {
            of: "features",
            length: feature_count,
        })?;
        Ok(Rows::with_features(
            values,
            slice(features, length, "features")?,
        ))
    }
}
