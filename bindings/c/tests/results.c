/* Results that are objects: segments, segmentations, detections, calibrations, fits. */
#include <math.h>
#include <stdlib.h>

#include "bocpd.h"
#include "check.h"

enum { N = 120 };

static double xs[N];

/* Changes at 40 and 80; the first is missing. */
static void fill(void) {
    unsigned long long state = 4;
    int t;
    for (t = 0; t < N; t++) {
        xs[t] = normal(&state) + 5.0 * (t / 40);
    }
    xs[0] = NAN;
}

static bocpd_config *gaussian(void) {
    bocpd_config *config = NULL;
    CHECK_OK(bocpd_config_new(&config));
    CHECK_OK(bocpd_config_set_gaussian(config, 0.0, 0.1, 1.0, 1.0));
    CHECK_OK(bocpd_config_set_constant_hazard(config, 50.0));
    CHECK_OK(bocpd_config_set_missing_skip(config));
    return config;
}

static void segmentations_of_a_series(void) {
    bocpd_config *config = gaussian();
    bocpd_detector *detector = NULL;
    bocpd_segmentations *found = NULL, *none = NULL;
    uint64_t changes[3] = {0, 0, 0};
    double p = 0, sum = 0, joint = 0, best = 0, more = 0;
    size_t count = 0, number = 0, length = 0, i;
    int exact = 0;
    CHECK_OK(bocpd_detector_new(config, &detector));
    CHECK_OK(bocpd_detector_segmentations(detector, xs, N, NULL, 0, 3, &found));
    CHECK_OK(bocpd_segmentations_count(found, &count));
    CHECK(count == 4);
    for (i = 0; i < count; i++) {
        CHECK_OK(bocpd_segmentations_get(found, i, &number, &p, &joint));
        CHECK_OK(bocpd_segmentations_get(found, i, NULL, NULL, NULL));
        CHECK_OK(bocpd_segmentations_changepoints(found, i, changes, 3, &length));
        CHECK(number == i && length == i && p >= 0);
        sum += p;
        if (i == 2) {
            CHECK(changes[0] == 40 && changes[1] == 80 && p > 0.4);
            best = joint;
        }
    }
    CHECK_OK(bocpd_segmentations_rest(found, &more, &exact));
    CHECK_OK(bocpd_segmentations_rest(found, NULL, NULL));
    CHECK(exact == 1 && fabs(sum + more - 1.0) < 1e-12);
    CHECK_OK(bocpd_detector_batch(detector, xs, N, NULL, NULL, NULL, NULL, NULL));
    CHECK_OK(bocpd_detector_map_ln_joint(detector, &joint));
    CHECK(fabs(joint - best) < 1e-9);
    CHECK_FAILS(bocpd_segmentations_get(found, 4, &number, NULL, NULL), BOCPD_INDEX, "4 of 4");
    CHECK_FAILS(bocpd_segmentations_changepoints(found, 4, changes, 3, &length), BOCPD_INDEX,
                "4 of 4");
    CHECK_FAILS(bocpd_segmentations_changepoints(found, 3, changes, 2, &length),
                BOCPD_BUFFER_TOO_SMALL, "3");
    CHECK_FAILS(bocpd_segmentations_count(NULL, &count), BOCPD_NULL_POINTER, "segmentations");
    CHECK_FAILS(bocpd_detector_segmentations(detector, NULL, N, NULL, 0, 3, &none),
                BOCPD_NULL_POINTER, "rows");
    CHECK_FAILS(bocpd_detector_segmentations(detector, xs, N, NULL, 0, 3, NULL),
                BOCPD_NULL_POINTER, "output");
    {
        bocpd_detection *one = NULL;
        CHECK_OK(bocpd_detect_changes(xs, N, NULL, 0, config, 0.9, 1, &one));
        CHECK_OK(bocpd_detection_map_ln_joint(one, &p));
        CHECK_OK(bocpd_segmentations_get(found, 1, NULL, NULL, &joint));
        CHECK(p == joint);
        bocpd_detection_free(one);
        one = NULL;
        CHECK_FAILS(bocpd_detect_changes(xs, N, NULL, 0, config, 0.9, N, &one),
                    BOCPD_INVALID_PARAMETER, "120");
    }
    bocpd_segmentations_free(found);
    bocpd_segmentations_free(NULL);
    bocpd_detector_free(detector);
    bocpd_config_free(config);
}

static void segments_of_a_series(void) {
    bocpd_config *config = gaussian();
    bocpd_detector *detector = NULL, *other = NULL;
    bocpd_segments *segments = NULL, *none = NULL;
    const uint64_t changes[2] = {40, 80}, descending[2] = {80, 40};
    uint64_t start = 0, end = 0, observed = 0;
    double evidence = 0, bayes = 0, sum = 0, mean = 0, sd = 0, low = 0, high = 0, joint = 0;
    const char *name = NULL;
    size_t count = 0, i;
    CHECK_OK(bocpd_detector_new(config, &detector));
    CHECK_OK(bocpd_detector_segments(detector, xs, N, changes, 2, 0.9, &segments));
    CHECK_OK(bocpd_segments_count(segments, &count));
    CHECK(count == 3);
    for (i = 0; i < 3; i++) {
        CHECK_OK(bocpd_segments_bounds(segments, i, &start, &end, &observed));
        CHECK_OK(bocpd_segments_bounds(segments, i, NULL, NULL, NULL));
        CHECK(start == 40 * i && end == start + 40 && observed == (i == 0 ? 39u : 40u));
        CHECK_OK(bocpd_segments_evidence(segments, i, &evidence, &bayes));
        CHECK(evidence < 0 && (i == 0 ? isnan(bayes) : bayes > 5.0));
        sum += evidence;
        CHECK_OK(bocpd_segments_parameter_count(segments, i, &count));
        CHECK(count == 2);
        CHECK_OK(bocpd_segments_parameter(segments, i, 0, &name, &mean, &sd, &low, &high));
        CHECK(strcmp(name, "mean") == 0 && fabs(mean - 5.0 * (double)i) < 0.6);
        CHECK(low < mean && mean < high && sd > 0.05 && sd < 0.5);
        CHECK_OK(bocpd_segments_parameter(segments, i, 1, &name, NULL, NULL, &low, NULL));
        CHECK(strcmp(name, "variance") == 0 && low > 0);
    }
    /* The evidence of the parts and the hazard are the joint of the segmentation. */
    CHECK_OK(bocpd_detector_new(config, &other));
    CHECK_OK(bocpd_detector_batch(other, xs, N, NULL, NULL, NULL, NULL, NULL));
    CHECK_OK(bocpd_detector_map_ln_joint(other, &joint));
    CHECK(fabs(sum + 2 * log(0.02) + (N - 3) * log(0.98) - joint) < 1e-9);

    CHECK_FAILS(bocpd_segments_bounds(segments, 3, &start, NULL, NULL), BOCPD_INDEX, "3 of 3");
    CHECK_FAILS(bocpd_segments_evidence(segments, 3, &evidence, NULL), BOCPD_INDEX, "3 of 3");
    CHECK_FAILS(bocpd_segments_parameter_count(segments, 3, &count), BOCPD_INDEX, "3 of 3");
    /* One model for all segments has no probabilities. */
    CHECK_OK(bocpd_segments_model_probabilities(segments, 1, &mean, 1, &count));
    CHECK(count == 0);
    CHECK_FAILS(bocpd_segments_model_probabilities(segments, 3, &mean, 1, &count), BOCPD_INDEX,
                "3 of 3");
    CHECK_FAILS(bocpd_segments_parameter(segments, 3, 0, NULL, &mean, NULL, NULL, NULL),
                BOCPD_INDEX, "3 of 3");
    CHECK_FAILS(bocpd_segments_parameter(segments, 0, 2, NULL, &mean, NULL, NULL, NULL),
                BOCPD_INDEX, "2 of 2");
    CHECK_FAILS(bocpd_segments_count(NULL, &count), BOCPD_NULL_POINTER, "segments");
    CHECK_FAILS(bocpd_segments_count(segments, NULL), BOCPD_NULL_POINTER, "output");
    bocpd_segments_free(segments);
    bocpd_segments_free(NULL);

    CHECK_FAILS(bocpd_detector_segments(detector, NULL, N, changes, 2, 0.9, &none),
                BOCPD_NULL_POINTER, "rows");
    CHECK_FAILS(bocpd_detector_segments(detector, xs, N, NULL, 2, 0.9, &none), BOCPD_NULL_POINTER,
                "changepoints");
    CHECK_FAILS(bocpd_detector_segments(detector, xs, N, changes, 2, 0.9, NULL),
                BOCPD_NULL_POINTER, "output");
    CHECK_FAILS(bocpd_detector_segments(detector, xs, N, changes, 2, 2.0, &none),
                BOCPD_INVALID_PARAMETER, "mass");
    CHECK_FAILS(bocpd_detector_segments(detector, xs, N, descending, 2, 0.9, &none),
                BOCPD_INVALID_PARAMETER, "changepoints[1]");
    xs[50] = INFINITY;
    CHECK_FAILS(bocpd_detector_segments(detector, xs, N, changes, 2, 0.9, &none),
                BOCPD_NON_FINITE, "at index 50");
    fill();
    CHECK(none == NULL);
    /* Nothing is one segment too few. */
    CHECK_OK(bocpd_detector_segments(detector, NULL, 0, NULL, 0, 0.9, &segments));
    CHECK_OK(bocpd_segments_count(segments, &count));
    CHECK(count == 0);
    bocpd_segments_free(segments);
    bocpd_config_free(config);
    bocpd_detector_free(detector);
    bocpd_detector_free(other);
}

/* What a detection says is what a detector with the same configuration says. */
static void a_detection_is_a_detector_asked(void) {
    bocpd_config *config = gaussian(), *assumed = NULL;
    bocpd_detector *detector = NULL, *again = NULL;
    bocpd_detection *found = NULL, *same = NULL;
    const bocpd_locations *locations = NULL;
    const bocpd_segments *segments = NULL;
    double p[N], q[N], value = 0, expected = 0, rose = 0, difference = 0, sd = 0, here = 0;
    uint64_t change = 0, seen = 0;
    size_t length = 0, count = 0, i;
    const char *text = NULL;
    CHECK_OK(bocpd_detect(xs, N, config, 0.9, &found));
    CHECK_OK(bocpd_config_set_history_all(config));
    CHECK_OK(bocpd_detector_new(config, &detector));
    CHECK_OK(bocpd_detector_batch(detector, xs, N, NULL, NULL, NULL, NULL, NULL));
    CHECK_OK(bocpd_detector_detection(detector, xs, N, 0.9, &same));

    CHECK_OK(bocpd_detection_observations(found, &seen));
    CHECK(seen == N);
    CHECK_OK(bocpd_detection_mass(found, &value));
    CHECK(value == 0.9);
    CHECK_OK(bocpd_detection_p_change_at(found, NULL, 0, &length));
    CHECK(length == N);
    CHECK_FAILS(bocpd_detection_p_change_at(found, p, N - 1, &length), BOCPD_BUFFER_TOO_SMALL,
                "room for 119");
    CHECK_OK(bocpd_detection_p_change_at(found, p, N, &length));
    CHECK_OK(bocpd_detector_smoothed(detector, NULL, q, N, &length));
    CHECK(memcmp(p, q, sizeof p) == 0);
    CHECK_OK(bocpd_detection_p_change_at(same, q, N, &length));
    CHECK(memcmp(p, q, sizeof p) == 0);
#define AGREES(of_found, of_detector)                                                    \
    CHECK_OK(of_found(found, &value));                                                   \
    CHECK_OK(of_detector(detector, &expected));                                          \
    CHECK(value == expected)
    AGREES(bocpd_detection_expected_changes, bocpd_detector_expected_changes);
    AGREES(bocpd_detection_ln_evidence, bocpd_detector_ln_evidence);
    AGREES(bocpd_detection_map_ln_joint, bocpd_detector_map_ln_joint);
    AGREES(bocpd_detection_pruned_mass, bocpd_detector_pruned_mass);

    CHECK_OK(bocpd_detection_changes(found, &locations));
    CHECK_OK(bocpd_locations_count(locations, &count));
    CHECK(count == 2);
    for (i = 0; i < 2; i++) {
        CHECK_OK(bocpd_locations_change(locations, i, &change, &here, NULL, NULL));
        CHECK(change == 40 * (i + 1) && here == p[change]);
        CHECK_OK(bocpd_detection_jump(found, i, &text, &rose, &difference, &sd));
        CHECK(strcmp(text, "mean") == 0 && rose > 0.99 && fabs(difference - 5) < 1 && sd > 0);
    }
    CHECK_FAILS(bocpd_detection_jump(found, 2, NULL, &rose, NULL, NULL), BOCPD_INDEX, "2 of 2");
    /* The level changed, the variance did not. */
    CHECK_OK(bocpd_detection_parameter_change(found, 1, 0, &text, &count, &rose));
    CHECK(strcmp(text, "mean") == 0 && count == 0 && rose > 0.99);
    CHECK_OK(bocpd_detection_parameter_change(found, 1, 1, &text, NULL, &rose));
    CHECK(strcmp(text, "variance") == 0 && rose < 0.5);
    CHECK_FAILS(bocpd_detection_parameter_change(found, 1, 2, NULL, NULL, NULL), BOCPD_INDEX,
                "2 of 2");
    CHECK_FAILS(bocpd_detection_parameter_change(found, 2, 0, NULL, NULL, NULL), BOCPD_INDEX,
                "2 of 2");
    CHECK_FAILS(bocpd_detection_parameter_change(NULL, 0, 0, NULL, NULL, NULL),
                BOCPD_NULL_POINTER, "detection");
    CHECK_OK(bocpd_detection_segments(found, &segments));
    CHECK_OK(bocpd_segments_count(segments, &count));
    CHECK(count == 3);
    CHECK_OK(bocpd_detection_assumptions(found, &text));
    CHECK(strstr(text, "Gaussian") != NULL && strstr(text, "50 observations") != NULL);

    /* The configuration comes back as it went in, and goes on from there. */
    CHECK_OK(bocpd_detection_config(found, &assumed));
    CHECK_OK(bocpd_detector_new(assumed, &again));
    CHECK_OK(bocpd_detector_batch(again, xs, N, NULL, NULL, NULL, NULL, NULL));
    CHECK_OK(bocpd_detector_ln_evidence(again, &value));
    CHECK_OK(bocpd_detection_ln_evidence(found, &expected));
    CHECK(value == expected);
    CHECK_FAILS(bocpd_detector_expected_changes(again, &value), BOCPD_HISTORY, "history");
    bocpd_config_free(assumed);
    bocpd_detector_free(again);
    CHECK_OK(bocpd_detector_config(detector, &assumed));
    CHECK_OK(bocpd_detector_new(assumed, &again));
    CHECK_OK(bocpd_detector_step(again, NAN, NULL));
    CHECK_OK(bocpd_detector_expected_changes(again, &value));
    bocpd_config_free(assumed);
    bocpd_detector_free(again);

    bocpd_detection_free(found);
    bocpd_detection_free(same);
    bocpd_detection_free(NULL);
    bocpd_detector_free(detector);
    bocpd_config_free(config);
}

static void detections_without_a_configuration(void) {
    bocpd_detection *found = NULL;
    const bocpd_locations *locations = NULL;
    uint64_t change = 0;
    size_t count = 0;
    CHECK_OK(bocpd_detect(xs + 1, N - 1, NULL, 0.9, &found));
    CHECK_OK(bocpd_detection_changes(found, &locations));
    CHECK_OK(bocpd_locations_count(locations, &count));
    CHECK_OK(bocpd_locations_change(locations, 0, &change, NULL, NULL, NULL));
    CHECK(count == 2 && change == 39);
    bocpd_detection_free(found);
    CHECK_OK(bocpd_detect(NULL, 0, NULL, 0.9, &found));
    CHECK_OK(bocpd_detection_changes(found, &locations));
    CHECK_OK(bocpd_locations_count(locations, &count));
    CHECK(count == 0);
    bocpd_detection_free(found);
}

static void bad_detections(void) {
    bocpd_config *config = NULL;
    bocpd_detection *none = NULL;
    bocpd_detector *detector = NULL;
    double value = -1;
    CHECK_FAILS(bocpd_detect(xs, N, NULL, 0.9, &none), BOCPD_NON_FINITE, "at index 0");
    CHECK_FAILS(bocpd_detect(NULL, N, NULL, 0.9, &none), BOCPD_NULL_POINTER, "rows");
    CHECK_FAILS(bocpd_detect(xs, SIZE_MAX / 8, NULL, 0.9, &none), BOCPD_INVALID_ARGUMENT,
                "address space");
    CHECK_FAILS(bocpd_detect(xs + 1, N - 1, NULL, 1.0, &none), BOCPD_INVALID_PARAMETER, "mass");
    CHECK_FAILS(bocpd_detect(xs + 1, N - 1, NULL, 0.9, NULL), BOCPD_NULL_POINTER, "output");
    CHECK_OK(bocpd_config_new(&config));
    CHECK_FAILS(bocpd_detect(xs, N, config, 0.9, &none), BOCPD_INCOMPLETE, "model");
    bocpd_config_free(config);
    config = gaussian();
    CHECK_OK(bocpd_config_set_history_all(config));
    CHECK_OK(bocpd_detector_new(config, &detector));
    CHECK_OK(bocpd_detector_batch(detector, xs, N, NULL, NULL, NULL, NULL, NULL));
    CHECK_FAILS(bocpd_detector_detection(detector, xs, N - 1, 0.9, &none),
                BOCPD_INVALID_PARAMETER, "observations");
    CHECK(none == NULL);
    CHECK_FAILS(bocpd_detection_ln_evidence(NULL, &value), BOCPD_NULL_POINTER, "detection");
    CHECK(value == -1);
    bocpd_config_free(config);
    bocpd_detector_free(detector);
}

static void calibrations(void) {
    bocpd_config *config = gaussian();
    bocpd_calibration *calibration = NULL, *again = NULL, *none = NULL;
    double threshold = 0, other = 0, achieved = -1, error = -1, low = -1, high = -1;
    double target = -1, censored = -1;
    const char *quantity = NULL;
    size_t streams = 0, horizon = 0;
    CHECK_OK(bocpd_config_set_alarm(config, 0.9, 20, 3, 0.5, 0, 0));
    CHECK_OK(bocpd_calibrate_average_run_length(config, 50, xs + 1, 39, 3, 100, 0, 3,
                                                &calibration));
    CHECK_OK(bocpd_calibrate_average_run_length(config, 50, xs + 1, 39, 3, 100, 1000, 3, &again));
    CHECK_OK(bocpd_calibration_threshold(calibration, &threshold));
    CHECK_OK(bocpd_calibration_threshold(again, &other));
    CHECK(threshold == other && threshold > 0 && threshold < 1);
    CHECK_OK(bocpd_calibration_target(calibration, &quantity, &target));
    CHECK(strcmp(quantity, "average_run_length") == 0 && target == 50);
    CHECK_OK(bocpd_calibration_achieved(calibration, &achieved, &error, &low, &high));
    CHECK(achieved >= 50 && error > 0 && low > 0 && low < achieved && high > achieved);
    CHECK_OK(bocpd_calibration_effort(calibration, &streams, &horizon, &censored));
    CHECK(streams == 100 && horizon == 1000 && censored >= 0 && censored < 0.2);
    CHECK_OK(bocpd_calibration_target(calibration, NULL, NULL));
    CHECK_OK(bocpd_calibration_achieved(calibration, NULL, NULL, NULL, NULL));
    CHECK_OK(bocpd_calibration_effort(calibration, NULL, NULL, NULL));
    bocpd_calibration_free(again);

    /* The other limits of the configuration's alarm count. */
    CHECK_OK(bocpd_config_set_alarm(config, 0.9, 1, 1, 0.5, 0, 0));
    CHECK_OK(bocpd_calibrate_average_run_length(config, 50, xs + 1, 39, 3, 100, 0, 3, &again));
    CHECK_OK(bocpd_calibration_threshold(again, &other));
    CHECK(other != threshold);
    bocpd_calibration_free(again);
    CHECK_OK(bocpd_config_set_alarm(config, 0.9, 20, 3, 0.5, 0, 0));

    /* From the model: fewer false alarms need a higher threshold. */
    bocpd_calibration_free(calibration);
    CHECK_OK(bocpd_calibrate_false_alarm(config, 0.3, 40, NULL, 0, 0, 100, 1, &calibration));
    CHECK_OK(bocpd_calibrate_false_alarm(config, 0.05, 40, NULL, 0, 0, 100, 1, &again));
    CHECK_OK(bocpd_calibration_threshold(calibration, &threshold));
    CHECK_OK(bocpd_calibration_threshold(again, &other));
    CHECK_OK(bocpd_calibration_target(again, &quantity, &target));
    CHECK_OK(bocpd_calibration_achieved(again, &achieved, &error, &low, &high));
    CHECK_OK(bocpd_calibration_effort(again, NULL, &horizon, &censored));
    CHECK(other > threshold && strcmp(quantity, "false_alarm") == 0 && target == 0.05);
    /* The fifth largest of 100 peaks: five alarms. */
    CHECK(achieved == 0.05 && censored == 0.95 && horizon == 40);
    CHECK(fabs(error - sqrt(0.05 * 0.95 / 100)) < 1e-12 && low > 0.01 && high < 0.12);
    CHECK_OK(bocpd_config_set_alarm(config, other, 20, 3, threshold, 0, 0));
    bocpd_calibration_free(calibration);
    bocpd_calibration_free(again);
    bocpd_calibration_free(NULL);

    CHECK_FAILS(bocpd_calibrate_false_alarm(config, 1.5, 40, NULL, 0, 0, 100, 1, &none),
                BOCPD_INVALID_PARAMETER, "probability");
    CHECK_FAILS(bocpd_calibrate_false_alarm(config, NAN, 40, NULL, 0, 0, 100, 1, &none),
                BOCPD_INVALID_PARAMETER, "probability");
    CHECK_FAILS(bocpd_calibrate_false_alarm(config, 0.5, 0, NULL, 0, 0, 100, 1, &none),
                BOCPD_INVALID_PARAMETER, "horizon");
    CHECK_FAILS(bocpd_calibrate_false_alarm(config, 0.5, SIZE_MAX, NULL, 0, 0, 10, 1, &none),
                BOCPD_INVALID_PARAMETER, "horizon");
    CHECK_FAILS(bocpd_calibrate_false_alarm(config, 0.5, 40, NULL, 0, 0, 0, 1, &none),
                BOCPD_INVALID_PARAMETER, "streams");
    CHECK_FAILS(bocpd_calibrate_false_alarm(config, 0.5, 40, NULL, 0, 0, SIZE_MAX, 1, &none),
                BOCPD_INVALID_PARAMETER, "streams");
    CHECK_FAILS(bocpd_calibrate_false_alarm(config, 0.5, 40, xs + 1, 39, 40, 10, 1, &none),
                BOCPD_INVALID_PARAMETER, "block");
    CHECK_FAILS(bocpd_calibrate_false_alarm(config, 0.5, 40, xs + 1, 39, 0, 10, 1, &none),
                BOCPD_INVALID_PARAMETER, "block");
    CHECK_FAILS(bocpd_calibrate_average_run_length(config, 0.5, NULL, 0, 0, 10, 10, 1, &none),
                BOCPD_INVALID_PARAMETER, "average_run_length");
    CHECK_FAILS(bocpd_calibrate_average_run_length(config, NAN, NULL, 0, 0, 10, 10, 1, &none),
                BOCPD_INVALID_PARAMETER, "average_run_length");
    CHECK_FAILS(bocpd_calibrate_average_run_length(config, 1e308, NULL, 0, 0, 10, 10, 1, &none),
                BOCPD_INVALID_PARAMETER, "average_run_length");
    CHECK_FAILS(bocpd_calibrate_average_run_length(config, 50, NULL, 0, 0, 10, 10, 1, &none),
                BOCPD_INVALID_PARAMETER, "longest");
    CHECK_FAILS(bocpd_calibrate_average_run_length(config, 50, NULL, 0, 0, 10, SIZE_MAX, 1, &none),
                BOCPD_INVALID_PARAMETER, "longest");
    CHECK_FAILS(bocpd_calibrate_average_run_length(NULL, 50, NULL, 0, 0, 10, 100, 1, &none),
                BOCPD_NULL_POINTER, "config");
    CHECK_FAILS(bocpd_calibrate_average_run_length(config, 5, NULL, 0, 0, 10, 10, 1, NULL),
                BOCPD_NULL_POINTER, "output");
    CHECK_FAILS(bocpd_calibration_threshold(NULL, &threshold), BOCPD_NULL_POINTER, "calibration");
    CHECK(none == NULL);
    bocpd_config_free(config);
}

static void outliers(void) {
    bocpd_config *config = gaussian(), *other = NULL;
    bocpd_detector *detector = NULL;
    bocpd_detection *detection = NULL;
    const uint64_t changes[2] = {40, 80};
    double wild[N], p[N] = {0}, found[N] = {0}, online = -1;
    uint64_t start[8];
    size_t length = 0, t;
    memcpy(wild, xs, sizeof wild);
    wild[20] = 90.0;
    wild[100] = -70.0;
    CHECK_OK(bocpd_config_set_exact(config));
    CHECK_OK(bocpd_config_set_outliers(config, 0.02, NAN, 10.0));
    CHECK_FAILS(bocpd_config_set_outliers(config, 0.0, NAN, NAN), BOCPD_INVALID_PARAMETER,
                "probability of outliers must lie in (0, 1), got 0");
    CHECK_FAILS(bocpd_config_set_outliers(config, 0.1, NAN, 0.0), BOCPD_INVALID_PARAMETER,
                "scale of outliers");
    CHECK_FAILS(bocpd_config_set_outliers(config, 0.1, INFINITY, 1.0), BOCPD_INVALID_PARAMETER,
                "centre of outliers");
    CHECK_OK(bocpd_detector_new(config, &detector));
    CHECK_OK(bocpd_detector_p_outlier(detector, &online));
    CHECK(online == 0.0);
    for (t = 0; t < N; t++) {
        CHECK_OK(bocpd_detector_step(detector, wild[t], NULL));
        CHECK_OK(bocpd_detector_p_outlier(detector, &p[t]));
    }
    CHECK(p[0] == 0.0 && p[20] > 0.5 && p[100] > 0.5 && p[50] < 0.1);
    CHECK_OK(bocpd_detector_changepoints(detector, start, 8, &length));
    CHECK(length == 2 && start[0] == 40 && start[1] == 80);
    CHECK_FAILS(bocpd_detector_p_outlier_in(detector, wild, N, changes, 2, found, N - 1, &length),
                BOCPD_BUFFER_TOO_SMALL, "");
    CHECK_OK(bocpd_detector_p_outlier_in(detector, wild, N, changes, 2, found, N, &length));
    CHECK(length == N && found[0] == 0.0);
    for (t = 0; t < N; t++) {
        CHECK((found[t] > 0.5) == (t == 20 || t == 100));
    }
    CHECK_OK(bocpd_detect(wild, N, config, 0.9, &detection));
    CHECK_OK(bocpd_detection_p_outlier(detection, p, N, &length));
    CHECK(length == N && memcmp(p, found, sizeof p) == 0);
    bocpd_detection_free(detection);
    bocpd_detector_free(detector);

    CHECK_OK(bocpd_config_set_no_outliers(config));
    CHECK_OK(bocpd_detector_new(config, &detector));
    CHECK_OK(bocpd_detector_p_outlier_in(detector, wild, N, changes, 2, NULL, 0, &length));
    CHECK(length == 0);
    bocpd_detector_free(detector);
    bocpd_config_free(config);

    CHECK_OK(bocpd_config_new(&other));
    CHECK_OK(bocpd_config_set_bernoulli(other, 1.0, 1.0));
    CHECK_OK(bocpd_config_set_constant_hazard(other, 50.0));
    CHECK_OK(bocpd_config_set_outliers(other, 0.02, NAN, NAN));
    CHECK_FAILS(bocpd_detector_new(other, &detector), BOCPD_INVALID_PARAMETER,
                "outliers must be left out for this model");
    bocpd_config_free(other);
}

/* Rows of a level and a count: the level changes at 40, the count at 80; some of them are
   missing, and one row is as a whole. */
static void fill_rows(double *rows) {
    size_t t;
    for (t = 0; t < N; t++) {
        rows[2 * t] = (t == 0 ? 0.3 : xs[t] - 5.0 * (double)(t / 40)) + (t < 40 ? 0.0 : 6.0);
        rows[2 * t + 1] = (double)((t * 7) % 4 + (t < 80 ? 1 : 14));
    }
    rows[2 * 10] = NAN;
    rows[2 * 50 + 1] = NAN;
    rows[2 * 60] = rows[2 * 60 + 1] = NAN;
}

static bocpd_config *gaussian_and_poisson(void) {
    bocpd_config *config = gaussian(), *count = NULL;
    CHECK_OK(bocpd_config_new(&count));
    CHECK_OK(bocpd_config_set_poisson(count, 1.0, 0.2));
    CHECK_OK(bocpd_config_add_number(config, count));
    bocpd_config_free(count);
    return config;
}

/* What each number has to do with a change adds up to the change. */
static void parts_of_changes(void) {
    bocpd_config *config = gaussian_and_poisson();
    bocpd_detection *found = NULL, *alone = NULL, *same = NULL;
    bocpd_detector *detector = NULL;
    const bocpd_locations *locations = NULL;
    const bocpd_segments *segments = NULL;
    double rows[2 * N], part = 0, sum, bayes = 0, rose = 0, difference = 0, sd = 0, value = -1;
    double of_jump = 0;
    uint64_t change = 0, observed = 0;
    size_t count = 0, number = 77, which, j;
    const char *name = NULL, *none = NULL;
    fill_rows(rows);
    CHECK_OK(bocpd_detect(rows, N, config, 0.9, &found));
    CHECK_OK(bocpd_detection_changes(found, &locations));
    CHECK_OK(bocpd_detection_segments(found, &segments));
    CHECK_OK(bocpd_locations_count(locations, &count));
    CHECK(count == 2);
    for (which = 0; which < 2; which++) {
        CHECK_OK(bocpd_locations_change(locations, which, &change, NULL, NULL, NULL));
        CHECK(change == 40 * (which + 1));
        /* The number that changed is that of the jump. */
        CHECK_OK(bocpd_detection_jump_number(found, which, &number));
        CHECK(number == which);
        CHECK_OK(bocpd_detection_jump(found, which, &name, NULL, &of_jump, NULL));
        CHECK(strcmp(name, which == 0 ? "mean" : "rate") == 0);
        for (sum = 0, j = 0; j < 2; j++) {
            CHECK_OK(bocpd_detection_part(found, which, j, &part, &name, &rose, &difference, &sd));
            CHECK_OK(bocpd_detection_part(found, which, j, NULL, NULL, NULL, NULL, NULL));
            CHECK(j == which ? part > 10 && rose > 0.99 && difference == of_jump : part < 0);
            CHECK(strcmp(name, j == 0 ? "mean" : "rate") == 0 && sd > 0);
            sum += part;
        }
        CHECK_OK(bocpd_segments_evidence(segments, which + 1, NULL, &bayes));
        CHECK(fabs(sum - bayes) < 1e-9);
    }
    value = -1;
    number = 77;
    CHECK_FAILS(bocpd_detection_part(found, 2, 0, &value, &none, NULL, NULL, NULL), BOCPD_INDEX,
                "2 of 2");
    CHECK_FAILS(bocpd_detection_part(found, 0, 2, &value, &none, NULL, NULL, NULL), BOCPD_INDEX,
                "2 of 2");
    CHECK_FAILS(bocpd_detection_part(NULL, 0, 0, &value, &none, NULL, NULL, NULL),
                BOCPD_NULL_POINTER, "detection");
    CHECK_FAILS(bocpd_detection_jump_number(found, 2, &number), BOCPD_INDEX, "2 of 2");
    CHECK_FAILS(bocpd_detection_jump_number(found, 0, NULL), BOCPD_NULL_POINTER, "dimension");
    CHECK_FAILS(bocpd_detection_jump_number(NULL, 0, &number), BOCPD_NULL_POINTER, "detection");
    CHECK(value == -1 && number == 77 && none == NULL);

    /* The parameters of a segment, number after number. */
    CHECK_OK(bocpd_segments_bounds(segments, 1, NULL, NULL, &observed));
    CHECK(observed == 39);
    CHECK_OK(bocpd_segments_parameter_count(segments, 1, &count));
    CHECK(count == 3);
    for (j = 0; j < 3; j++) {
        CHECK_OK(bocpd_segments_parameter_number(segments, 1, j, &number));
        CHECK(number == (j < 2 ? 0u : 1u));
    }
    CHECK_FAILS(bocpd_segments_parameter_number(segments, 3, 0, &number), BOCPD_INDEX, "3 of 3");
    CHECK_FAILS(bocpd_segments_parameter_number(segments, 1, 3, &number), BOCPD_INDEX, "3 of 3");
    CHECK_FAILS(bocpd_segments_parameter_number(segments, 1, 0, NULL), BOCPD_NULL_POINTER,
                "dimension");
    CHECK_FAILS(bocpd_segments_parameter_number(NULL, 0, 0, &number), BOCPD_NULL_POINTER,
                "segments");

    /* A detector that remembers says the same. */
    CHECK_OK(bocpd_config_set_history_all(config));
    CHECK_OK(bocpd_detector_new(config, &detector));
    CHECK_OK(bocpd_detector_batch(detector, rows, N, NULL, NULL, NULL, NULL, NULL));
    CHECK_OK(bocpd_detector_detection(detector, rows, N, 0.9, &same));
    CHECK_OK(bocpd_detection_part(found, 1, 1, &part, NULL, NULL, NULL, NULL));
    CHECK_OK(bocpd_detection_part(same, 1, 1, &value, NULL, NULL, NULL, NULL));
    CHECK(value == part);

    /* One number has no parts, and its jump is that of the number 0. */
    CHECK_OK(bocpd_detect(xs + 1, N - 1, NULL, 0.9, &alone));
    CHECK_FAILS(bocpd_detection_part(alone, 0, 0, &value, NULL, NULL, NULL, NULL), BOCPD_INDEX,
                "0 of 0");
    CHECK_OK(bocpd_detection_jump_number(alone, 0, &number));
    CHECK(number == 0);
    bocpd_detection_free(found);
    bocpd_detection_free(same);
    bocpd_detection_free(alone);
    bocpd_detector_free(detector);
    bocpd_config_free(config);
}

/* Nothing is known of several numbers. */
static void rows_without_a_configuration(void) {
    bocpd_config *config = NULL, *one = NULL, *none = NULL;
    bocpd_detection *found = NULL;
    const bocpd_locations *locations = NULL;
    const char *text = NULL;
    double rows[2 * N], a = 0, b = 0;
    size_t count = 0, number = 77, t;
    fill_rows(rows);
    rows[2 * 10] = rows[2 * 9];
    rows[2 * 50 + 1] = 3;
    rows[2 * 60] = rows[2 * 59];
    rows[2 * 60 + 1] = 2;
    CHECK_OK(bocpd_config_for_rows(rows, N, 2, &config));
    CHECK_OK(bocpd_config_dimension(config, &count));
    CHECK(count == 2);
    CHECK_OK(bocpd_detect(rows, N, config, 0.9, &found));
    CHECK_OK(bocpd_detection_changes(found, &locations));
    CHECK_OK(bocpd_locations_count(locations, &count));
    CHECK(count == 2);
    CHECK_OK(bocpd_detection_assumptions(found, &text));
    CHECK(strstr(text, "number 1") != NULL);
    bocpd_detection_free(found);
    bocpd_config_free(config);

    /* One number is as bocpd_config_for has it. */
    CHECK_OK(bocpd_config_for_rows(xs + 1, N - 1, 1, &config));
    CHECK_OK(bocpd_config_for(xs + 1, N - 1, &one));
    CHECK_OK(bocpd_detect(xs + 1, N - 1, config, 0.9, &found));
    CHECK_OK(bocpd_detection_ln_evidence(found, &a));
    bocpd_detection_free(found);
    CHECK_OK(bocpd_detect(xs + 1, N - 1, one, 0.9, &found));
    CHECK_OK(bocpd_detection_ln_evidence(found, &b));
    CHECK(a == b);
    bocpd_detection_free(found);
    bocpd_config_free(config);
    bocpd_config_free(one);

    CHECK_OK(bocpd_config_for_rows(NULL, 0, 3, &config));
    CHECK_OK(bocpd_config_dimension(config, &count));
    CHECK(count == 3);
    bocpd_config_free(config);
    for (t = 0; t < 2; t++) {
        const size_t odd[2] = {0, 1025};
        CHECK_FAILS(bocpd_config_for_rows(NULL, 0, odd[t], &none), BOCPD_INVALID_PARAMETER,
                    "dimension must lie in [1, 1024]");
    }
    CHECK_FAILS(bocpd_config_for_rows(NULL, 0, SIZE_MAX, &none), BOCPD_INVALID_PARAMETER,
                "dimension");
    CHECK_FAILS(bocpd_config_for_rows(rows, SIZE_MAX / 2, 3, &none), BOCPD_INVALID_ARGUMENT,
                "rows");
    CHECK_FAILS(bocpd_config_for_rows(NULL, N, 2, &none), BOCPD_NULL_POINTER, "rows");
    CHECK_FAILS(bocpd_config_for_rows(rows, N, 2, NULL), BOCPD_NULL_POINTER, "output");
    CHECK(none == NULL && number == 77);
}

static void fits(void) {
    bocpd_config *config = NULL, *found = NULL, *empty = NULL;
    bocpd_fit *fit = NULL, *again = NULL, *none = NULL;
    bocpd_detector *detector = NULL;
    const double rows[8] = {3, 9, 1, 22, 6, 4, 13, 2}, bad[2] = {3, -1};
    const size_t counts[8] = {1, 1, 1, 1, 1, 1, 1, 1}, far[2] = {SIZE_MAX, 2};
    const char *part = NULL, *name = NULL, *outcome = NULL;
    double before = 1, after = 0, value = 0, was = 0, error = 0, shape = 0, sum = 0;
    uint64_t observations = 0;
    size_t count = 0, evaluations = 0, series = 0, i;
    int converged = 0;
    CHECK_OK(bocpd_config_new(&config));
    CHECK_OK(bocpd_config_set_poisson(config, 1.0, 1.0));
    CHECK_OK(bocpd_config_set_constant_hazard(config, 100.0));
    CHECK_OK(bocpd_fit_series(config, rows, counts, 8, "mean_run_length", NULL, 0, &fit));
    CHECK_OK(bocpd_fit_ln_evidence(fit, &before, &after));
    CHECK(after > before + 5.0);
    CHECK_OK(bocpd_fit_effort(fit, &converged, &evaluations, &series, &observations));
    CHECK(converged == 1 && evaluations > 5 && evaluations <= 2000 && series == 8 &&
          observations == 8);
    CHECK_OK(bocpd_fit_parameter_count(fit, &count));
    CHECK(count == 3);
    CHECK_OK(bocpd_fit_parameter(fit, 0, &part, &name, &was, &shape, &error, &outcome));
    CHECK(strcmp(part, "model") == 0 && strcmp(name, "shape") == 0 && was == 1.0);
    CHECK(strcmp(outcome, "found") == 0 && error > 0.2 && error < 3.0);
    CHECK_OK(bocpd_fit_parameter(fit, 1, NULL, NULL, NULL, &value, NULL, NULL));
    /* The mean of the prior is that of the counts. */
    CHECK(fabs(shape / value - 7.5) < 1e-3);
    CHECK_OK(bocpd_fit_parameter(fit, 2, &part, &name, &was, &value, &error, &outcome));
    CHECK(strcmp(part, "hazard") == 0 && strcmp(name, "mean_run_length") == 0);
    CHECK(was == 100.0 && value == 100.0 && isnan(error) && strcmp(outcome, "fixed") == 0);
    CHECK_FAILS(bocpd_fit_parameter(fit, 3, NULL, NULL, NULL, NULL, NULL, NULL), BOCPD_INDEX, "3");

    /* What was found says of the series what was promised. */
    CHECK_OK(bocpd_fit_config(fit, &found));
    CHECK_OK(bocpd_detector_new(found, &detector));
    for (i = 0; i < 8; i++) {
        CHECK_OK(bocpd_detector_reset(detector));
        CHECK_OK(bocpd_detector_step(detector, rows[i], NULL));
        CHECK_OK(bocpd_detector_ln_evidence(detector, &value));
        sum += value;
    }
    CHECK(fabs(sum - after) < 1e-9);
    bocpd_detector_free(detector);
    /* From there nothing is left to gain; with everything fixed nothing moves. */
    CHECK_OK(bocpd_fit_series(found, rows, counts, 8, "mean_run_length", "", 500, &again));
    CHECK_OK(bocpd_fit_ln_evidence(again, NULL, &value));
    CHECK(value >= after && value < after + 1e-6);
    bocpd_fit_free(again);
    CHECK_OK(bocpd_fit_series(config, rows, counts, 8, "shape, rate,hazard.mean_run_length", NULL, 1,
                              &again));
    CHECK_OK(bocpd_fit_ln_evidence(again, &before, &value));
    CHECK(before == value);
    CHECK_OK(bocpd_fit_ln_evidence(again, NULL, NULL));
    CHECK_OK(bocpd_fit_effort(again, NULL, NULL, NULL, NULL));
    bocpd_fit_free(again);
    bocpd_fit_free(NULL);

    CHECK_FAILS(bocpd_fit_series(config, rows, counts, 8, "scale", NULL, 0, &none),
                BOCPD_INVALID_PARAMETER, "\"scale\" must be a parameter");
    CHECK_FAILS(bocpd_fit_series(config, rows, counts, 8, "shape", "shape", 0, &none),
                BOCPD_INVALID_PARAMETER, "either fixed or free");
    CHECK_FAILS(bocpd_fit_series(config, rows, counts, 8, "\xff", NULL, 0, &none),
                BOCPD_INVALID_ARGUMENT, "UTF-8");
    CHECK_FAILS(bocpd_fit_series(config, bad, counts, 2, NULL, NULL, 0, &none),
                BOCPD_OUT_OF_SUPPORT, "series 1, at index 0");
    CHECK_FAILS(bocpd_fit_series(config, NULL, NULL, 0, NULL, NULL, 0, &none),
                BOCPD_INVALID_PARAMETER, "series must have an observation");
    CHECK_FAILS(bocpd_fit_series(config, rows, far, 2, NULL, NULL, 0, &none),
                BOCPD_INVALID_ARGUMENT, "counts");
    CHECK_FAILS(bocpd_fit_series(config, NULL, counts, 2, NULL, NULL, 0, &none),
                BOCPD_NULL_POINTER, "rows");
    CHECK_FAILS(bocpd_fit_series(config, rows, NULL, 2, NULL, NULL, 0, &none),
                BOCPD_NULL_POINTER, "counts");
    CHECK_FAILS(bocpd_fit_series(config, rows, counts, 8, NULL, NULL, 0, NULL), BOCPD_NULL_POINTER,
                "output");
    CHECK_OK(bocpd_config_new(&empty));
    CHECK_FAILS(bocpd_fit_series(empty, rows, counts, 8, NULL, NULL, 0, &none), BOCPD_INCOMPLETE,
                "model");
    CHECK_OK(bocpd_config_add_alternative(config, found, 1.0));
    CHECK_FAILS(bocpd_fit_series(config, rows, counts, 8, NULL, NULL, 0, &none),
                BOCPD_INVALID_PARAMETER, "alternatives must be left out");
    CHECK_OK(bocpd_config_set_poisson(config, 1.0, 1.0));
    CHECK_OK(bocpd_config_add_number(config, found));
    CHECK_FAILS(bocpd_fit_series(config, rows, counts, 8, NULL, NULL, 0, &none),
                BOCPD_INVALID_PARAMETER, "product must be left out");
    CHECK_FAILS(bocpd_fit_ln_evidence(NULL, &value, NULL), BOCPD_NULL_POINTER, "fit");
    CHECK(none == NULL);
    bocpd_fit_free(fit);
    bocpd_config_free(empty);
    bocpd_config_free(found);
    bocpd_config_free(config);
}

int main(void) {
    fill();
    segments_of_a_series();
    segmentations_of_a_series();
    a_detection_is_a_detector_asked();
    detections_without_a_configuration();
    bad_detections();
    outliers();
    parts_of_changes();
    rows_without_a_configuration();
    calibrations();
    fits();
    if (failures == 0) {
        puts("results: ok");
    }
    return failures != 0;
}
