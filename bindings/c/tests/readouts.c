/* What a detector says beyond the filter: what it remembers, what it expects. */
#include <math.h>
#include <stdlib.h>

#include "bocpd.h"
#include "check.h"

enum { N = 120 };

static double xs[N];

/* Changes at 40 and 80. */
static void fill(void) {
    unsigned long long state = 4;
    int t;
    for (t = 0; t < N; t++) {
        xs[t] = normal(&state) + 5.0 * (t / 40);
    }
}

static bocpd_config *gaussian(void) {
    bocpd_config *config = NULL;
    CHECK_OK(bocpd_config_new(&config));
    CHECK_OK(bocpd_config_set_gaussian(config, 0.0, 0.1, 1.0, 1.0));
    CHECK_OK(bocpd_config_set_constant_hazard(config, 50.0));
    return config;
}

static bocpd_detector *fed(bocpd_config *config) {
    bocpd_detector *detector = NULL;
    CHECK_OK(bocpd_detector_new(config, &detector));
    CHECK_OK(bocpd_detector_batch(detector, xs, N, NULL, NULL, NULL, NULL, NULL));
    bocpd_config_free(config);
    return detector;
}

static void nothing_is_remembered(void) {
    bocpd_detector *detector = fed(gaussian());
    double value = -1;
    size_t length = 77;
    CHECK_FAILS(bocpd_detector_smoothed(detector, NULL, NULL, 0, &length), BOCPD_HISTORY,
                "history");
    CHECK_FAILS(bocpd_detector_p_change_at(detector, 3, &value), BOCPD_HISTORY, "history");
    CHECK_FAILS(bocpd_detector_p_change_between(detector, 3, 4, &value), BOCPD_HISTORY, "history");
    CHECK_FAILS(bocpd_detector_expected_changes(detector, &value), BOCPD_HISTORY, "history");
    CHECK_FAILS(bocpd_detector_locations(detector, NULL, 0, 0.9, NULL, NULL, NULL, NULL, NULL),
                BOCPD_HISTORY, "history");
    CHECK_FAILS(bocpd_detector_sample_segmentations(detector, 1, 1, NULL, NULL, 0, &length),
                BOCPD_HISTORY, "history");
    CHECK(value == -1 && length == 77);
    bocpd_detector_free(detector);
}

static void everything_is_remembered(void) {
    bocpd_config *config = gaussian();
    bocpd_detector *detector;
    double p[N], value, sum = 0, between = 0, here[2], around[2], share[2];
    uint64_t first = 77, changes[8] = {0}, low[2], high[2], set[N], drawn[1000];
    size_t length = 0, n = 0, i, ends[100], again_ends[100], needed = 0;
    uint64_t again[1000];
    CHECK_OK(bocpd_config_set_history_all(config));
    detector = fed(config);

    CHECK_OK(bocpd_detector_smoothed(detector, NULL, NULL, 0, &length));
    CHECK(length == N);
    CHECK_FAILS(bocpd_detector_smoothed(detector, &first, p, N - 1, &length),
                BOCPD_BUFFER_TOO_SMALL, "room for 119");
    CHECK(first == 77);
    CHECK_OK(bocpd_detector_smoothed(detector, &first, p, N, &length));
    CHECK(first == 0 && p[0] == 1.0 && p[40] + p[41] + p[39] > 0.8 && p[60] < 0.01);
    CHECK_OK(bocpd_detector_p_change_at(detector, 40, &value));
    CHECK(value == p[40]);
    CHECK_FAILS(bocpd_detector_p_change_at(detector, N, &value), BOCPD_INDEX, "0..120");
    CHECK_OK(bocpd_detector_expected_changes(detector, &value));
    for (i = 1; i < N; i++) {
        sum += p[i];
    }
    CHECK(fabs(sum - value) < 1e-9 && sum > 1.9 && sum < 3.5);
    CHECK_OK(bocpd_detector_p_change_between(detector, 30, 50, &between));
    CHECK(between > 0.99 && between <= 1.0);

    CHECK_OK(bocpd_detector_changepoints(detector, changes, 8, &n));
    CHECK(n == 2 && changes[0] == 40 && changes[1] == 80);
    CHECK_OK(bocpd_detector_locations(detector, changes, n, 0.9, here, around, low, high, share));
    CHECK_OK(bocpd_detector_locations(detector, changes, n, 0.9, NULL, NULL, NULL, NULL, NULL));
    for (i = 0; i < n; i++) {
        CHECK(here[i] == p[changes[i]] && around[i] > 0.99 && share[i] >= 0.9);
        CHECK(low[i] <= changes[i] && changes[i] <= high[i]);
        CHECK_OK(bocpd_detector_credible_set(detector, changes, n, i, 0.9, set, N, &length));
        CHECK(length >= 1 && set[0] == low[i] && set[length - 1] == high[i]);
    }
    CHECK_FAILS(bocpd_detector_credible_set(detector, changes, n, 2, 0.9, set, N, &length),
                BOCPD_INVALID_ARGUMENT, "which");
    CHECK_FAILS(
        bocpd_detector_locations(detector, changes, n, 1.5, here, NULL, NULL, NULL, NULL),
        BOCPD_INVALID_PARAMETER, "mass");

    CHECK_OK(bocpd_detector_sample_segmentations(detector, 100, 7, NULL, NULL, 0, &needed));
    CHECK(needed >= 150 && needed <= 1000);
    CHECK_OK(bocpd_detector_sample_segmentations(detector, 100, 7, ends, drawn, 1000, &length));
    CHECK(length == needed && ends[99] == needed);
    CHECK_OK(bocpd_detector_sample_segmentations(detector, 100, 7, again_ends, again, 1000, &n));
    CHECK(memcmp(ends, again_ends, sizeof ends) == 0);
    CHECK(memcmp(drawn, again, needed * sizeof *drawn) == 0);
    for (i = 0, sum = 0; i < needed; i++) {
        sum += drawn[i] == 40;
    }
    CHECK(fabs(sum / 100 - p[40]) < 0.2);
    bocpd_detector_free(detector);
}

static void some_is_remembered(void) {
    bocpd_config *config = gaussian();
    bocpd_detector *detector;
    double p[N], value;
    uint64_t first = 0;
    size_t length = 0;
    CHECK_OK(bocpd_config_set_history_all(config));
    CHECK_OK(bocpd_config_set_history_none(config));
    CHECK_OK(bocpd_config_set_history_lag(config, 60));
    detector = fed(config);
    CHECK_OK(bocpd_detector_smoothed(detector, &first, p, N, &length));
    CHECK(first == N - 61 && length == 61 && p[80 - first] > 0.3);
    CHECK_FAILS(bocpd_detector_p_change_at(detector, 40, &value), BOCPD_INDEX, "59..120");
    bocpd_detector_free(detector);
}

static void what_comes_next(void) {
    bocpd_detector *detector = fed(gaussian()), *fresh = NULL;
    bocpd_config *config = gaussian();
    double mean = 0, variance = 0, far = 0, median = 0, below = 0, up_to = 0, above = 0, p, q;
    CHECK_OK(bocpd_detector_predict(detector, 1, &mean, &variance));
    CHECK(mean > 9.0 && mean < 11.0 && variance > 0.2);
    CHECK_OK(bocpd_detector_predict(detector, 1000, &far, NULL));
    CHECK(fabs(far) < 0.5);
    CHECK_FAILS(bocpd_detector_predict(detector, 0, &mean, NULL), BOCPD_INVALID_PARAMETER,
                "ahead");
    CHECK_OK(bocpd_detector_predict_quantile(detector, 1, 0.5, &median));
    CHECK(median > 9.0 && median < 11.0);
    CHECK_OK(bocpd_detector_predict_tail(detector, 1, median, &below, &up_to, &above));
    CHECK(fabs(below - 0.5) < 1e-6 && below == up_to && fabs(up_to + above - 1) < 1e-12);
    CHECK_OK(bocpd_detector_predict_tail(detector, 1, 30.0, NULL, NULL, &above));
    CHECK(above < 0.02);
    CHECK_OK(bocpd_detector_predict_after(detector, 1.0, &p, &q));
    CHECK(fabs(p - mean) < 1e-9);
    CHECK_FAILS(bocpd_detector_predict_after(detector, -1.0, &p, &q), BOCPD_ELAPSED, "-1");
    CHECK_OK(bocpd_detector_p_change_within(detector, 1, &p));
    CHECK(fabs(p - 0.02) < 1e-12);
    CHECK_OK(bocpd_detector_p_next_change_after(detector, 2, &p));
    CHECK(fabs(p - 0.98 * 0.02) < 1e-12);
    CHECK_OK(bocpd_detector_expected_residual(detector, &p));
    CHECK(fabs(p - 50.0) < 1e-9);
    CHECK_OK(bocpd_detector_new(config, &fresh));
    CHECK_OK(bocpd_detector_expected_residual(fresh, &p));
    CHECK(isnan(p));
    bocpd_config_free(config);
    bocpd_detector_free(fresh);
    bocpd_detector_free(detector);
}

static void alarms(void) {
    bocpd_config *config = gaussian();
    bocpd_detector *detector = NULL;
    uint64_t began = 77, noticed_at = 77;
    double probability = -1, p_rose = -1, difference = -1, sd = -1;
    int raised = 77, on = 77, t;
    CHECK_FAILS(bocpd_config_set_alarm(config, 0.9, 50, 3, 0.95, 0, 0), BOCPD_INVALID_PARAMETER,
                "clear");
    CHECK_FAILS(bocpd_config_set_alarm(NULL, 0.9, 50, 3, 0.5, 0, 0), BOCPD_NULL_POINTER,
                "config");
    CHECK_OK(bocpd_config_set_shifts(config, 1));
    CHECK_OK(bocpd_config_set_alarm(config, 0.98, 50, 3, 0.5, 0, 1));
    CHECK_OK(bocpd_detector_new(config, &detector));
    for (t = 0; t < 60; t++) {
        CHECK_OK(bocpd_detector_step(detector, xs[t], NULL));
        CHECK_OK(bocpd_detector_alarm_is_on(detector, &on));
        CHECK(t < 42 ? !on : t < 50 || on);
    }
    CHECK_OK(bocpd_detector_alarm_probability(detector, &probability));
    CHECK(probability >= 0 && probability < 0.9); /* what was reported does not count */
    CHECK_OK(bocpd_detector_next_alarm(detector, &raised, &began, &noticed_at, &probability,
                                       &p_rose, &difference));
    CHECK(raised == 1 && began == 40 && noticed_at >= 42 && noticed_at < 50);
    CHECK(probability >= 0.9 && p_rose > 0.9 && difference > 2.0 && difference < 8.0);
    began = 77;
    CHECK_OK(bocpd_detector_next_alarm(detector, &raised, &began, NULL, NULL, NULL, NULL));
    CHECK(raised == 0 && began == 77);
    /* Latched: the second change is an alarm only after someone has seen the first. */
    CHECK_OK(bocpd_detector_acknowledge(detector));
    CHECK_OK(bocpd_detector_batch(detector, xs + 60, 60, NULL, NULL, NULL, NULL, NULL));
    CHECK_OK(bocpd_detector_next_alarm(detector, &raised, &began, NULL, NULL, NULL, NULL));
    CHECK(raised == 1 && began == 80);
    CHECK_OK(bocpd_detector_shift(detector, &probability, &p_rose, &difference, &sd));
    CHECK(probability > 0.99 && p_rose > 0.9 && difference > 2.0 && sd > 0.0);
    CHECK_OK(bocpd_detector_reset(detector));
    CHECK_OK(bocpd_detector_next_alarm(detector, &raised, NULL, NULL, NULL, NULL, NULL));
    CHECK(raised == 0);
    bocpd_detector_free(detector);

    CHECK_OK(bocpd_config_set_no_alarm(config));
    CHECK_OK(bocpd_config_set_shifts(config, 0));
    detector = fed(config);
    CHECK_OK(bocpd_detector_next_alarm(detector, &raised, NULL, NULL, NULL, NULL, NULL));
    CHECK_OK(bocpd_detector_alarm_is_on(detector, &on));
    CHECK(raised == 0 && on == 0);
    sd = -1;
    CHECK(bocpd_detector_shift(detector, NULL, NULL, NULL, &sd) != BOCPD_OK && sd == -1);
    bocpd_detector_free(detector);
}

int main(void) {
    fill();
    what_comes_next();
    alarms();
    nothing_is_remembered();
    everything_is_remembered();
    some_is_remembered();
    if (failures == 0) {
        puts("readouts: ok");
    }
    return failures != 0;
}
