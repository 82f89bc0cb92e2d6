//! Everything about a series in one call.

use core::ffi::c_char;
use std::ffi::CString;

use bocpd_core::error::{DetectError, ReadoutError};
use bocpd_core::observation::Rows;
use bocpd_core::readout::Jump;
use bocpd_core::{AnyDetector, History};

use crate::boundary::{Output, at, c_text, copy_list, free, get, guard, rows_at, shared};
use crate::config::{Config, hand_over};
use crate::detector::{Detector, read_contents};
use crate::features::with_features;
use crate::locations::Locations;
use crate::segments::Segments;
use crate::status::Status;

/// What a series says: its changes, its segments, and what was assumed.
pub struct Detection {
    pub(crate) found: bocpd_core::Detection,
    locations: Locations,
    segments: Segments,
    jump_names: Vec<CString>,
    /// Of each change the names of the levels of all numbers of an observation.
    pub(crate) part_names: Vec<Vec<CString>>,
    /// Of each change the names of the parameters.
    parameter_names: Vec<Vec<CString>>,
    assumptions: CString,
    /// Kind and text of each remark.
    remarks: Vec<(CString, CString)>,
    config: Config,
}

impl Detection {
    pub(crate) fn new(found: bocpd_core::Detection, config: Config) -> Self {
        let changes = found.changes.iter();
        let locations = changes.clone().map(|change| change.location.clone());
        let name = |jump: Option<Jump>| c_text(jump.map_or("", |jump| jump.parameter));
        let names = changes.clone().map(|change| name(change.jump));
        let parameter_names = changes.clone().map(|change| {
            let parameters = change.parameters.iter();
            parameters.map(|one| c_text(one.parameter)).collect()
        });
        let part_names = changes.map(|change| {
            let parts = change.parts.iter();
            parts.map(|part| name(part.jump)).collect()
        });
        Self {
            locations: Locations::new(locations.collect()),
            segments: Segments::new(found.segments.clone()),
            jump_names: names.collect(),
            part_names: part_names.collect(),
            parameter_names: parameter_names.collect(),
            assumptions: c_text(&found.assumptions),
            remarks: found
                .remarks
                .iter()
                .map(|remark| (c_text(remark.kind.name()), c_text(&remark.to_string())))
                .collect(),
            config,
            found,
        }
    }
}

/// Finds the changes of a series of count observations at rows, each of as many numbers as
/// the configuration says (bocpd_config_dimension). config is what is known of it, or NULL: then
/// observations are one number, and the configuration is as from bocpd_config_for;
/// bocpd_config_for_rows makes one for several numbers. Its history setting does not matter
/// here. Credible sets and intervals hold mass. To be freed.
///
/// Errors: BOCPD_INVALID_PARAMETER unless mass is in (0, 1); BOCPD_INCOMPLETE; as
/// bocpd_detector_step, at the first observation that fails (the message gives its
/// position).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detect(
    rows: *const f64,
    count: usize,
    config: *const Config,
    mass: f64,
    detection: *mut *mut Detection,
) -> Status {
    guard(|| {
        // SAFETY: handles and pointers are as the header says.
        unsafe {
            let asked = if config.is_null() {
                Config::of_series(rows_at(rows, count, 1)?)
            } else {
                shared(config, "config")?.clone()
            };
            let mut forgetful = asked.clone();
            forgetful.plain.history = History::Nothing;
            let mut detector = forgetful.build()?.detector;
            let rows = rows_at(rows, count, detector.dimension())?;
            let found = whole(&mut detector, rows.into(), mass)?;
            hand_over(Detection::new(found, asked), detection)
        }
    })
}

/// bocpd_detect with exactly so many changes: those of the best segmentation of all that have
/// as many (bocpd_detector_segmentations), whose joint probability bocpd_detection_map_ln_joint
/// then is. feature_count features come along with each observation, as for
/// bocpd_detector_batch_with (NULL and 0 where the model takes none).
///
/// Errors: as bocpd_detect; BOCPD_INVALID_PARAMETER if the series and the hazard allow no
/// segmentation with so many changes; BOCPD_FEATURES.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detect_changes(
    rows: *const f64,
    count: usize,
    features: *const f64,
    feature_count: usize,
    config: *const Config,
    mass: f64,
    changes: usize,
    detection: *mut *mut Detection,
) -> Status {
    guard(|| {
        // SAFETY: handles and pointers are as the header says.
        unsafe {
            let asked = if config.is_null() {
                Config::of_series(rows_at(rows, count, 1)?)
            } else {
                shared(config, "config")?.clone()
            };
            let mut forgetful = asked.clone();
            forgetful.plain.history = History::Nothing;
            let mut detector = forgetful.build()?.detector;
            let dimension = detector.dimension();
            let rows = with_features(rows, count, dimension, features, feature_count)?;
            let found = bocpd_core::Detection::over_changes(
                &mut detector,
                rows,
                mass,
                changes,
                |detector, range| {
                    Ok::<_, DetectError>(detector.update_range(rows, range, &mut |_| {})?)
                },
            )?;
            hand_over(Detection::new(found, asked), detection)
        }
    })
}

/// What is found of a whole series with a detector that has seen nothing.
pub(crate) fn whole(
    detector: &mut AnyDetector,
    rows: Rows<'_>,
    mass: f64,
) -> Result<bocpd_core::Detection, DetectError> {
    bocpd_core::Detection::over(detector, rows, mass, |detector, range| {
        Ok::<_, DetectError>(detector.update_range(rows, range, &mut |_| {})?)
    })
}

/// The same of what a detector has seen, without another pass over it: rows is the whole
/// series, missing observations included. To be freed.
///
/// Errors: BOCPD_HISTORY unless everything is remembered; BOCPD_INVALID_PARAMETER unless
/// mass is in (0, 1) and there are as many observations as the detector has seen.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_detection(
    detector: *const Detector,
    rows: *const f64,
    count: usize,
    mass: f64,
    detection: *mut *mut Detection,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        read_contents(detector, |contents| {
            let rows = rows_at(rows, count, contents.detector.dimension())?;
            let found = bocpd_core::Detection::of(&contents.detector, rows, mass)?;
            hand_over(Detection::new(found, contents.config.clone()), detection)
        })
    }
}

/// Frees a detection with all that belongs to it; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detection_free(detection: *mut Detection) {
    // SAFETY: handles are as the header says.
    unsafe { free(detection) }
}

/// How many observations there are, missing ones included.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detection_observations(
    detection: *const Detection,
    observations: *mut u64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        get(detection, "detection", observations, |d| {
            d.found.observations
        })
    }
}

/// The changes of the most probable segmentation and how sure they are. They belong to the
/// detection and live as long as it: not to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detection_changes(
    detection: *const Detection,
    changes: *mut *const Locations,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        get(detection, "detection", changes, |d| {
            core::ptr::from_ref(&d.locations)
        })
    }
}

/// What changed at the change at position which: the parameter that is meant (the string
/// lives as long as the detection), P(it is larger than before), the expected difference,
/// new less old, and its standard deviation, with the posteriors of the two segments given
/// all of their observations. Where observations have several numbers, of that with the
/// largest part in the change (bocpd_detection_jump_number). Each output may be NULL.
///
/// Errors: BOCPD_INDEX; BOCPD_UNSUPPORTED for own models without level functions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detection_jump(
    detection: *const Detection,
    which: usize,
    parameter: *mut *const c_char,
    p_rose: *mut f64,
    difference: *mut f64,
    sd: *mut f64,
) -> Status {
    guard(|| {
        // SAFETY: handles are as the header says.
        let detection = unsafe { shared(detection, "detection")? };
        let jump = at(&detection.found.changes, which)?.jump;
        let jump = jump.ok_or(ReadoutError::Model { what: "level" })?;
        let (parameter, p_rose) = (Output::optional(parameter)?, Output::optional(p_rose)?);
        let (difference, sd) = (Output::optional(difference)?, Output::optional(sd)?);
        // SAFETY: pointers are as the header says.
        unsafe {
            parameter.set(at(&detection.jump_names, which)?.as_ptr());
            p_rose.set(jump.p_rose);
            difference.set(jump.difference);
            sd.set(jump.sd);
        }
        Ok(())
    })
}

/// Whether a parameter of the segment that begins at the change at position which differs from
/// that of the segment before: what the parameter at position is called (the string lives as
/// long as the detection), the number of an observation that it belongs to, and P(it differs)
/// given that there is a change, where beforehand it was as probable that it is the same and
/// everything else may have changed. Parameters are in the order of bocpd_segments_parameter;
/// where each segment has one of several models, after them comes "model". Each output may be
/// NULL.
///
/// Errors: BOCPD_INDEX for either position; own models without level functions have no
/// parameters.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detection_parameter_change(
    detection: *const Detection,
    which: usize,
    position: usize,
    parameter: *mut *const c_char,
    dimension: *mut usize,
    p_changed: *mut f64,
) -> Status {
    guard(|| {
        // SAFETY: handles are as the header says.
        let detection = unsafe { shared(detection, "detection")? };
        let one = *at(&at(&detection.found.changes, which)?.parameters, position)?;
        let name = at(at(&detection.parameter_names, which)?, position)?;
        let (parameter, dimension) = (Output::optional(parameter)?, Output::optional(dimension)?);
        let p_changed = Output::optional(p_changed)?;
        // SAFETY: pointers are as the header says.
        unsafe {
            parameter.set(name.as_ptr());
            dimension.set(one.dimension);
            p_changed.set(one.p_changed);
        }
        Ok(())
    })
}

/// The segments. They belong to the detection and live as long as it: not to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detection_segments(
    detection: *const Detection,
    segments: *mut *const Segments,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        get(detection, "detection", segments, |d| {
            core::ptr::from_ref(&d.segments)
        })
    }
}

/// P(a segment starts at s | the whole series), for every s, as a list; 1 at index 0,
/// which is no change.
///
/// Errors: BOCPD_BUFFER_TOO_SMALL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detection_p_change_at(
    detection: *const Detection,
    p_change_at: *mut f64,
    capacity: usize,
    length: *mut usize,
) -> Status {
    guard(|| {
        // SAFETY: handles and pointers are as the header says.
        unsafe {
            let found = &shared(detection, "detection")?.found;
            copy_list(&found.p_change_at, p_change_at, capacity, length)
        }
    })
}

/// The expected number of changes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detection_expected_changes(
    detection: *const Detection,
    changes: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        get(detection, "detection", changes, |d| {
            d.found.expected_changes
        })
    }
}

/// Where the hazard is a constant grid, how probable each of its mean run lengths is, as a list;
/// otherwise the list is empty.
///
/// Errors: BOCPD_BUFFER_TOO_SMALL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detection_hazard_probabilities(
    detection: *const Detection,
    probabilities: *mut f64,
    capacity: usize,
    length: *mut usize,
) -> Status {
    guard(|| {
        // SAFETY: handles and pointers are as the header says.
        unsafe {
            let found = &shared(detection, "detection")?.found;
            copy_list(&found.hazard_probabilities, probabilities, capacity, length)
        }
    })
}

/// ln p(series).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detection_ln_evidence(
    detection: *const Detection,
    ln_evidence: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { get(detection, "detection", ln_evidence, |d| d.found.ln_evidence) }
}

/// ln p(series, its most probable segmentation).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detection_map_ln_joint(
    detection: *const Detection,
    ln_joint: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { get(detection, "detection", ln_joint, |d| d.found.map_ln_joint) }
}

/// The probability given up with hypotheses, in total; 0 means that everything is exact.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detection_pruned_mass(
    detection: *const Detection,
    probability: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { get(detection, "detection", probability, |d| d.found.pruned_mass) }
}

/// The probability of the credible sets and intervals, as it was asked for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detection_mass(
    detection: *const Detection,
    mass: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { get(detection, "detection", mass, |d| d.found.mass) }
}

/// What was assumed, in words. The string lives as long as the detection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detection_assumptions(
    detection: *const Detection,
    assumptions: *mut *const c_char,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        get(detection, "detection", assumptions, |d| {
            d.assumptions.as_ptr()
        })
    }
}

/// How many remarks there are: what a user should know beside what was found, since
/// observations say too little, or are not as the model says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detection_remark_count(
    detection: *const Detection,
    count: *mut usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { get(detection, "detection", count, |d| d.remarks.len()) }
}

/// The remark at position which: its kind ("too_few", "all_equal", "mostly_equal",
/// "dependent", "too_spread", "too_narrow", "spikes"), the number that it is about, and what it
/// says, in one line that names the option which helps. The strings live as long as the
/// detection. Each output may be NULL.
///
/// Errors: BOCPD_INDEX.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detection_remark(
    detection: *const Detection,
    which: usize,
    kind: *mut *const c_char,
    value: *mut f64,
    text: *mut *const c_char,
) -> Status {
    guard(|| {
        // SAFETY: handles are as the header says.
        let detection = unsafe { shared(detection, "detection")? };
        let remark = at(&detection.found.remarks, which)?;
        let (kind, value) = (Output::optional(kind)?, Output::optional(value)?);
        let text = Output::optional(text)?;
        let strings = at(&detection.remarks, which)?;
        // SAFETY: pointers are as the header says.
        unsafe {
            kind.set(strings.0.as_ptr());
            value.set(remark.value);
            text.set(strings.1.as_ptr());
        }
        Ok(())
    })
}

/// What was assumed, as a configuration: to watch the series go on, say. To be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detection_config(
    detection: *const Detection,
    config: *mut *mut Config,
) -> Status {
    guard(|| {
        // SAFETY: handles and pointers are as the header says.
        unsafe { hand_over(shared(detection, "detection")?.config.clone(), config) }
    })
}
