//! Nothing of the core is missing in C, nothing of C in C++, and nothing is untested.

use std::collections::BTreeSet;
use std::path::Path;

use bocpd_core::list::{HAZARDS, MODELS};

/// The methods of a detector, each with the functions that do the same; those that are
/// not here have a function of their own name.
const METHODS: &[(&str, &str)] = &[
    ("dimension", "bocpd_detector_dimension"),
    ("config", "bocpd_detector_config"),
    ("update", "bocpd_detector_step bocpd_detector_step_row"),
    (
        "update_after",
        "bocpd_detector_step_after bocpd_detector_step_row_after",
    ),
    ("skip", "bocpd_detector_skip"),
    ("skip_after", "bocpd_detector_skip_after"),
    (
        "update_many",
        "bocpd_detector_batch bocpd_detector_batch_strided",
    ),
    ("predict_after_with", "bocpd_detector_predict_with_after"),
    ("update_range", "bocpd_detector_batch"),
    ("reset", "bocpd_detector_reset"),
    ("segments", "bocpd_detector_segments"),
    ("segmentations", "bocpd_detector_segmentations"),
    ("segmentation_with", "bocpd_detect_changes"),
    (
        "parameters",
        "bocpd_detector_parameter_count bocpd_detector_parameter",
    ),
    // What calibration asks.
    (
        "watch_quiet",
        "bocpd_calibrate_average_run_length bocpd_calibrate_false_alarm",
    ),
    ("snapshot", "bocpd_detector_snapshot"),
    (
        "restore",
        "bocpd_detector_restore bocpd_detector_restore_with",
    ),
    // What stands behind the detector is in its configuration.
    ("model", "bocpd_detector_config"),
    ("hazard", "bocpd_detector_config"),
    ("pruning", "bocpd_detector_config"),
    ("isa", "bocpd_detector_config"),
    // No model of these takes anything along with an observation.
    ("update_with", "bocpd_detector_step_row_after"),
];

/// The fields of results, each with the function that hands it over.
const FIELDS: &[(&str, &str, &str)] = &[
    (
        "smoothing.rs",
        "Smoothed",
        "first p_change_at: bocpd_detector_smoothed",
    ),
    (
        "smoothing/location.rs",
        "Location",
        "index probability p_nearby p_single: bocpd_locations_change, low high share: \
         bocpd_locations_interval, credible: bocpd_locations_credible_set, neighbourhood: \
         bocpd_locations_neighbourhood",
    ),
    (
        "segment.rs",
        "Segment",
        "start end observed: bocpd_segments_bounds, parameters: bocpd_segments_parameter_count, \
         model_probabilities: bocpd_segments_model_probabilities, ln_evidence ln_bayes_factor: bocpd_segments_evidence",
    ),
    (
        "segmentations.rs",
        "Segmentations",
        "all: bocpd_segmentations_count, p_more exact: bocpd_segmentations_rest",
    ),
    (
        "segmentations.rs",
        "Segmentation",
        "changes probability ln_joint: bocpd_segmentations_get, changepoints: \
         bocpd_segmentations_changepoints",
    ),
    (
        "segment.rs",
        "Estimate",
        "name mean sd low high: bocpd_segments_parameter, dimension: \
         bocpd_segments_parameter_number",
    ),
    (
        "detect.rs",
        "Detection",
        "observations: bocpd_detection_observations, changes: bocpd_detection_changes, segments: \
         bocpd_detection_segments, p_change_at: bocpd_detection_p_change_at, p_outlier: bocpd_detection_p_outlier, expected_changes: \
         bocpd_detection_expected_changes, hazard_probabilities: bocpd_detection_hazard_probabilities, ln_evidence: bocpd_detection_ln_evidence, \
         map_ln_joint: bocpd_detection_map_ln_joint, pruned_mass: bocpd_detection_pruned_mass, \
         mass: bocpd_detection_mass, assumptions structures: bocpd_detection_assumptions, config: \
         bocpd_detection_config, remarks: bocpd_detection_remark_count bocpd_detection_remark",
    ),
    ("remarks.rs", "Remark", "kind value: bocpd_detection_remark"),
    (
        "detect/change.rs",
        "Change",
        "location: bocpd_detection_changes, jump: bocpd_detection_jump, parameters: \
         bocpd_detection_parameter_change, parts: bocpd_detection_part",
    ),
    (
        "detect/change.rs",
        "ParameterChange",
        "parameter dimension p_changed: bocpd_detection_parameter_change",
    ),
    (
        "detect/change.rs",
        "PartOfChange",
        "dimension ln_bayes_factor jump: bocpd_detection_part",
    ),
    (
        "detect/change.rs",
        "Jump",
        "parameter p_rose difference sd: bocpd_detection_jump, dimension: \
         bocpd_detection_jump_number",
    ),
    (
        "distribution.rs",
        "Parameter",
        "name posterior: bocpd_detector_parameter, dimension: bocpd_distribution_number",
    ),
    // The name of the level is that of the first parameter.
    (
        "shift.rs",
        "Shift",
        "parameter: bocpd_detector_parameter, probability p_rose difference sd: \
         bocpd_detector_shift bocpd_detector_shift_between",
    ),
    (
        "alarm.rs",
        "Alarm",
        "began noticed_at probability: bocpd_alarms_alarm, shift: bocpd_alarms_shift",
    ),
    (
        "alarm/policy.rs",
        "AlarmPolicy",
        "threshold window min_segment clear cool_down latched: bocpd_config_set_alarm",
    ),
    (
        "calibrate.rs",
        "Calibration",
        "threshold: bocpd_calibration_threshold, quantity target: bocpd_calibration_target, \
         achieved error low high: bocpd_calibration_achieved, censored horizon streams: \
         bocpd_calibration_effort",
    ),
    (
        "calibrate.rs",
        "Effort",
        "streams longest seed: bocpd_calibrate_average_run_length bocpd_calibrate_false_alarm",
    ),
    (
        "fit.rs",
        "Fit",
        "config: bocpd_fit_config, ln_evidence_before ln_evidence: bocpd_fit_ln_evidence, converged \
         evaluations series observations: bocpd_fit_effort, parameters: bocpd_fit_parameter_count",
    ),
    (
        "fit.rs",
        "Fitted",
        "part name before value error outcome: bocpd_fit_parameter",
    ),
    (
        "distribution/mixture.rs",
        "Tail",
        "below up_to above: bocpd_distribution_tail",
    ),
    (
        "config.rs",
        "Config",
        "model: bocpd_config_set_gaussian, hazard: bocpd_config_set_constant_hazard, pruning: \
         bocpd_config_set_exact, missing: bocpd_config_set_missing_error \
         bocpd_config_set_missing_skip, history: bocpd_config_set_history_none \
         bocpd_config_set_history_lag bocpd_config_set_history_all, shifts: \
         bocpd_config_set_shifts, alarm: bocpd_config_set_alarm bocpd_config_set_no_alarm, \
         outliers: bocpd_config_set_outliers bocpd_config_set_no_outliers, alternatives: \
         bocpd_config_add_alternative, product: bocpd_config_add_number, alternatives_per: \
         bocpd_config_set_alternatives_per_stream bocpd_config_set_alternatives_per_segment, \
         resolution: bocpd_config_set_resolution, min_segment: \
         bocpd_config_set_min_segment, sensitivity: bocpd_config_set_sensitivity",
    ),
    (
        "outliers/settings.rs",
        "Outliers",
        "probability centre scale: bocpd_config_set_outliers",
    ),
    (
        "pruning.rs",
        "Pruning",
        "max_hypotheses: bocpd_config_set_max_hypotheses, min_weight: \
         bocpd_config_set_min_weight, max_run_length: bocpd_config_set_max_run_length, \
         resample: bocpd_config_set_resample",
    ),
];

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    let path = here().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn core(file: &str) -> String {
    read(&format!("../../crates/bocpd-core/src/{file}"))
}

/// What stands between the line that contains `head` and the next line that is `}`.
fn block<'a>(source: &'a str, head: &str) -> &'a str {
    let start = source.find(head).unwrap_or_else(|| panic!("no {head}"));
    let rest = &source[start..];
    &rest[..rest
        .find("\n}")
        .unwrap_or_else(|| panic!("no end of {head}"))]
}

/// The word that follows `before` in each line that begins with it.
fn words<'a>(block: &'a str, before: &str) -> Vec<&'a str> {
    let name = |rest: &'a str| {
        rest.split(|c: char| !(c.is_alphanumeric() || c == '_'))
            .next()
    };
    block
        .lines()
        .filter_map(|line| name(line.strip_prefix(before)?))
        .filter(|word| !word.is_empty())
        .collect()
}

/// The functions that a C header or source names.
fn functions(text: &str) -> BTreeSet<&str> {
    text.match_indices("bocpd_")
        .map(|(start, _)| {
            let rest = &text[start..];
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_'));
            &rest[..end.unwrap_or(rest.len())]
        })
        .collect()
}

fn header() -> String {
    read("include/bocpd.h")
}

/// The functions that the header declares.
fn declared(header: &str) -> BTreeSet<&str> {
    let declarations = header
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    declarations
        .filter_map(|line| line.split_once('('))
        .filter_map(|(before, _)| before.rsplit([' ', '*']).next())
        .filter(|name| name.starts_with("bocpd_"))
        .collect()
}

fn check_declared(names: &str, whose: &str) {
    let header = header();
    for name in names.split_whitespace() {
        assert!(
            declared(&header).contains(name),
            "{whose}: there is no {name}"
        );
    }
}

#[test]
fn every_method_of_a_detector_has_its_function() {
    let files = [
        "any_detector.rs",
        "any_detector/stored.rs",
        "detector/readouts.rs",
        "detector/smoothing.rs",
        "detector/prediction.rs",
        "detector/shift.rs",
    ];
    let sources = files.map(core);
    let methods: BTreeSet<_> = sources
        .iter()
        .flat_map(|source| words(source, "    pub fn "))
        .collect();
    assert!(methods.len() > 40, "the methods: {methods:?}");
    for method in methods {
        let listed = METHODS.iter().find(|(name, _)| *name == method);
        let names = listed.map_or(format!("bocpd_detector_{method}"), |(_, names)| {
            (*names).to_owned()
        });
        check_declared(&names, method);
    }
}

#[test]
fn every_field_of_a_result_is_handed_over() {
    for (file, name, fields) in FIELDS {
        let source = core(file);
        let found: BTreeSet<_> = words(block(&source, &format!("pub struct {name} ")), "    pub ")
            .into_iter()
            .collect();
        let mut listed = BTreeSet::new();
        for part in fields.split(", ") {
            let (of, by) = part.split_once(": ").expect("fields: functions");
            listed.extend(of.split_whitespace());
            check_declared(by, name);
        }
        assert_eq!(found, listed, "{name}");
    }
}

#[test]
fn every_model_and_hazard_has_its_setter() {
    for spec in MODELS {
        check_declared(&format!("bocpd_config_set_{}", spec.name), spec.name);
        if spec.from_data.is_some() {
            check_declared(&format!("bocpd_config_set_{}_for", spec.name), spec.name);
        }
    }
    for spec in HAZARDS {
        check_declared(&format!("bocpd_config_set_{}_hazard", spec.name), spec.name);
    }
    check_declared(
        "bocpd_config_set_own_model bocpd_config_set_own_hazard",
        "the caller's own",
    );
}

#[test]
fn the_wrapper_has_every_function() {
    let (header, wrapper) = (header(), read("include/bocpd.hpp"));
    let wrapped = functions(&wrapper);
    // What versions the library has is asked of it in C.
    let left = ["bocpd_abi_version", "bocpd_version"];
    let missing: Vec<_> = declared(&header)
        .into_iter()
        .filter(|name| !wrapped.contains(name) && !left.contains(name))
        .collect();
    assert!(missing.is_empty(), "bocpd.hpp lacks {missing:?}");
}

#[test]
fn every_function_is_called_by_a_test_in_c() {
    let header = header();
    let directory = std::fs::read_dir(here().join("tests")).expect("the tests");
    let sources: String = directory
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "c" || extension == "h")
        })
        .map(|path| std::fs::read_to_string(path).expect("a source"))
        .collect();
    let called = functions(&sources);
    let missing: Vec<_> = declared(&header)
        .into_iter()
        .filter(|name| !called.contains(name))
        .collect();
    assert!(missing.is_empty(), "no C test calls {missing:?}");
}
