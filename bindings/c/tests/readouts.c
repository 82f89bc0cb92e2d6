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
    bocpd_locations *locations = NULL;
    bocpd_detection *detection = NULL;
    double value = -1;
    size_t length = 77;
    CHECK_FAILS(bocpd_detector_smoothed(detector, NULL, NULL, 0, &length), BOCPD_HISTORY,
                "history");
    CHECK_FAILS(bocpd_detector_p_change_at(detector, 3, &value), BOCPD_HISTORY, "history");
    CHECK_FAILS(bocpd_detector_p_change_between(detector, 3, 4, &value), BOCPD_HISTORY, "history");
    CHECK_FAILS(bocpd_detector_expected_changes(detector, &value), BOCPD_HISTORY, "history");
    CHECK_FAILS(bocpd_detector_locations(detector, NULL, 0, 0.9, &locations), BOCPD_HISTORY,
                "history");
    CHECK_FAILS(bocpd_detector_detection(detector, xs, N, 0.9, &detection), BOCPD_HISTORY,
                "history");
    CHECK_FAILS(bocpd_detector_sample_segmentations(detector, 1, 1, NULL, NULL, 0, &length),
                BOCPD_HISTORY, "history");
    CHECK(value == -1 && length == 77 && locations == NULL && detection == NULL);
    bocpd_detector_free(detector);
}

static void everything_is_remembered(void) {
    bocpd_config *config = gaussian();
    bocpd_detector *detector;
    double p[N], value, sum = 0, between = 0;
    bocpd_locations *locations = NULL;
    uint64_t first = 77, changes[8] = {0}, set[N], drawn[1000];
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
    CHECK_OK(bocpd_detector_locations(detector, changes, n, 0.9, &locations));
    CHECK_OK(bocpd_locations_count(locations, &length));
    CHECK(length == n);
    for (i = 0; i < n; i++) {
        uint64_t change, low, high, from, to;
        double here, around, single, share;
        CHECK_OK(bocpd_locations_change(locations, i, &change, &here, &around, &single));
        CHECK_OK(bocpd_locations_change(locations, i, NULL, NULL, NULL, NULL));
        CHECK(change == changes[i] && here == p[change] && around > 0.99);
        CHECK(single > 0.5 && single <= around);
        CHECK_OK(bocpd_locations_neighbourhood(locations, i, &from, &to));
        CHECK(from == (i == 0 ? 1 : 61) && to == (i == 0 ? 60 : N - 1));
        CHECK_OK(bocpd_locations_interval(locations, i, &low, &high, &share));
        CHECK(low <= change && change <= high && share >= 0.9 && share <= 1.0);
        CHECK_OK(bocpd_locations_credible_set(locations, i, NULL, 0, &length));
        CHECK_OK(bocpd_locations_credible_set(locations, i, set, length, &length));
        CHECK(length >= 1 && set[0] == low && set[length - 1] == high);
    }
    length = 77;
    CHECK_FAILS(bocpd_locations_change(locations, n, NULL, NULL, NULL, NULL), BOCPD_INDEX,
                "position 2 of 2");
    CHECK_FAILS(bocpd_locations_neighbourhood(locations, n, NULL, NULL), BOCPD_INDEX, "2 of 2");
    CHECK_FAILS(bocpd_locations_interval(locations, SIZE_MAX, NULL, NULL, NULL), BOCPD_INDEX,
                "of 2");
    CHECK_FAILS(bocpd_locations_credible_set(locations, n, set, N, &length), BOCPD_INDEX, "of 2");
    CHECK_FAILS(bocpd_locations_credible_set(locations, 0, set, 0, &length),
                BOCPD_BUFFER_TOO_SMALL, "room for 0");
    CHECK_FAILS(bocpd_locations_count(NULL, &length), BOCPD_NULL_POINTER, "locations");
    CHECK(length == 77);
    bocpd_locations_free(locations);
    bocpd_locations_free(NULL);
    locations = NULL;
    CHECK_FAILS(bocpd_detector_locations(detector, changes, n, 1.5, &locations),
                BOCPD_INVALID_PARAMETER, "mass");
    changes[0] = 90;
    CHECK_FAILS(bocpd_detector_locations(detector, changes, n, 0.9, &locations),
                BOCPD_INVALID_PARAMETER, "ascend");
    CHECK(locations == NULL);

    CHECK_FAILS(bocpd_detector_sample_segmentations(detector, SIZE_MAX / 16, 7, NULL, NULL, 0,
                                                    &needed),
                BOCPD_INVALID_ARGUMENT, "no memory");
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
    bocpd_locations *locations = NULL;
    double p[N], value;
    uint64_t first = 0, changes[2] = {40, 80};
    size_t length = 0;
    CHECK_OK(bocpd_config_set_history_all(config));
    CHECK_OK(bocpd_config_set_history_none(config));
    CHECK_OK(bocpd_config_set_history_lag(config, 60));
    detector = fed(config);
    CHECK_OK(bocpd_detector_smoothed(detector, &first, p, N, &length));
    CHECK(first == N - 61 && length == 61 && p[80 - first] > 0.3);
    CHECK_FAILS(bocpd_detector_p_change_at(detector, 40, &value), BOCPD_INDEX, "59..120");
    /* What is not remembered is left out. */
    CHECK_OK(bocpd_detector_locations(detector, changes, 2, 0.9, &locations));
    CHECK_OK(bocpd_locations_count(locations, &length));
    CHECK_OK(bocpd_locations_change(locations, 0, &first, NULL, NULL, NULL));
    CHECK(length == 1 && first == 80);
    bocpd_locations_free(locations);
    bocpd_detector_free(detector);
}

static double mean_of(const bocpd_distribution *distribution) {
    double mean = NAN;
    CHECK_OK(bocpd_distribution_mean(distribution, &mean));
    return mean;
}

static void what_comes_next(void) {
    bocpd_detector *detector = fed(gaussian()), *fresh = NULL;
    bocpd_config *config = gaussian();
    bocpd_distribution *next = NULL, *far = NULL, *none = NULL;
    double mean = 0, variance = 0, median = 0, p = 0, q = 0, low = 0, high = 0;
    double below = 0, up_to = 0, above = 0, pit = 0, p_value = 0;
    const char *name = NULL;
    int discrete = 77;
    CHECK_OK(bocpd_detector_predict(detector, 1, &next));
    CHECK_OK(bocpd_detector_predict(detector, 1000, &far));
    CHECK_FAILS(bocpd_detector_predict(detector, 0, &none), BOCPD_INVALID_PARAMETER, "ahead");
    CHECK_FAILS(bocpd_detector_predict(detector, 1, NULL), BOCPD_NULL_POINTER, "output");
    CHECK_FAILS(bocpd_detector_predict_after(detector, -1.0, &none), BOCPD_ELAPSED, "-1");
    CHECK(none == NULL);
    CHECK_OK(bocpd_detector_predict_after(detector, 1.0, &none));
    CHECK(fabs(mean_of(none) - mean_of(next)) < 1e-9);
    bocpd_distribution_free(none);
    bocpd_distribution_free(NULL);

    /* A prediction lives on without its detector. */
    bocpd_detector_free(detector);
    mean = mean_of(next);
    CHECK(mean > 9.0 && mean < 11.0 && fabs(mean_of(far)) < 0.5);
    CHECK_OK(bocpd_distribution_variance(next, &variance));
    CHECK(variance > 0.2);
    CHECK_OK(bocpd_distribution_name(next, &name));
    CHECK(strcmp(name, "observation") == 0);
    CHECK_OK(bocpd_distribution_is_discrete(next, &discrete));
    CHECK(discrete == 0);
    CHECK_OK(bocpd_distribution_support(next, &low, &high));
    CHECK(low == -INFINITY && high == INFINITY);
    CHECK_OK(bocpd_distribution_quantile(next, 0.5, &median));
    CHECK(median > 9.0 && median < 11.0);
    CHECK_OK(bocpd_distribution_quantile(next, 1.5, &p));
    CHECK(isnan(p));
    CHECK_OK(bocpd_distribution_interval(next, 0.5, &low, &high));
    CHECK_OK(bocpd_distribution_quantile(next, 0.25, &p));
    CHECK(low == p && low < median && median < high);
    CHECK_OK(bocpd_distribution_ln_density(next, median, &p));
    CHECK_OK(bocpd_distribution_ln_density(next, high, &q));
    CHECK(q < p);
    CHECK_OK(bocpd_distribution_tail(next, median, &below, &up_to, &above, &pit, &p_value));
    CHECK(fabs(below - 0.5) < 1e-6 && below == up_to && fabs(up_to + above - 1) < 1e-12);
    CHECK(pit == up_to && p_value > 0.999);
    CHECK_OK(bocpd_distribution_tail(next, 30.0, NULL, NULL, &above, NULL, &p_value));
    CHECK(above < 0.02 && fabs(p_value - 2 * above) < 1e-12);
    CHECK_FAILS(bocpd_distribution_mean(NULL, &mean), BOCPD_NULL_POINTER, "distribution");
    CHECK_FAILS(bocpd_distribution_mean(next, NULL), BOCPD_NULL_POINTER, "output");
    bocpd_distribution_free(next);
    bocpd_distribution_free(far);

    detector = fed(gaussian());
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

/* A count: what is said of integers. */
/* Each number has a prediction and parameters of its own. */
static void predictions_of_numbers(void) {
    bocpd_config *config = gaussian(), *other = NULL;
    bocpd_detector *detector = NULL;
    bocpd_distribution *distribution = NULL, *none = NULL;
    double row[2], a = 0, b = 0, p[3] = {0};
    const char *name = NULL;
    size_t number = 77, count = 0, i;
    int discrete = 0;
    CHECK_OK(bocpd_config_new(&other));
    CHECK_OK(bocpd_config_set_poisson(other, 1.0, 0.2));
    CHECK_OK(bocpd_config_add_number(config, other));
    CHECK_OK(bocpd_config_set_rate_hazard(config, 0.02));
    CHECK_OK(bocpd_detector_new(config, &detector));
    for (i = 0; i < 40; i++) {
        row[0] = xs[i];
        row[1] = (double)(i % 5 + 6);
        CHECK_OK(bocpd_detector_step_row(detector, row, 2, NULL));
    }
    CHECK_OK(bocpd_detector_predict(detector, 1, &distribution));
    CHECK_OK(bocpd_distribution_mean(distribution, &a));
    CHECK_OK(bocpd_distribution_number(distribution, &number));
    CHECK(number == 0);
    bocpd_distribution_free(distribution);
    for (i = 0; i < 2; i++) {
        CHECK_OK(bocpd_detector_predict_number(detector, i, 1, &distribution));
        CHECK_OK(bocpd_distribution_number(distribution, &number));
        CHECK_OK(bocpd_distribution_is_discrete(distribution, &discrete));
        CHECK_OK(bocpd_distribution_name(distribution, &name));
        CHECK(number == i && discrete == (i == 1) && strcmp(name, "observation") == 0);
        CHECK_OK(bocpd_distribution_mean(distribution, &b));
        CHECK(i == 0 ? a == b : b > 6 && b < 9);
        bocpd_distribution_free(distribution);
        /* Later there may have been a change. */
        CHECK_OK(bocpd_detector_predict_number_after(detector, i, 200.0, &distribution));
        CHECK_OK(bocpd_distribution_number(distribution, &number));
        CHECK_OK(bocpd_distribution_mean(distribution, &p[i]));
        CHECK(number == i && p[i] != b);
        bocpd_distribution_free(distribution);
    }
    number = 77;
    CHECK_FAILS(bocpd_detector_predict_number(detector, 2, 1, &none), BOCPD_INVALID_PARAMETER,
                "dimension must be less than the number of numbers of an observation, got 2");
    CHECK_FAILS(bocpd_detector_predict_number(detector, 0, 0, &none), BOCPD_INVALID_PARAMETER,
                "ahead");
    CHECK_FAILS(bocpd_detector_predict_number(NULL, 0, 1, &none), BOCPD_NULL_POINTER, "detector");
    CHECK_FAILS(bocpd_detector_predict_number(detector, 0, 1, NULL), BOCPD_NULL_POINTER, "output");
    CHECK_FAILS(bocpd_detector_predict_number_after(detector, 2, 1.0, &none),
                BOCPD_INVALID_PARAMETER, "dimension");
    CHECK_FAILS(bocpd_detector_predict_number_after(detector, 1, -1.0, &none), BOCPD_ELAPSED,
                "-1");
    CHECK_FAILS(bocpd_detector_predict_number_after(NULL, 1, 1.0, &none), BOCPD_NULL_POINTER,
                "detector");
    CHECK_FAILS(bocpd_distribution_number(NULL, &number), BOCPD_NULL_POINTER, "distribution");
    CHECK(none == NULL && number == 77);

    CHECK_OK(bocpd_detector_parameter_count(detector, &count));
    CHECK(count == 3);
    for (i = 0; i < count; i++) {
        CHECK_OK(bocpd_detector_parameter(detector, i, &distribution));
        CHECK_OK(bocpd_distribution_number(distribution, &number));
        CHECK_OK(bocpd_distribution_name(distribution, &name));
        CHECK(number == i / 2 && (i != 2 || strcmp(name, "rate") == 0));
        bocpd_distribution_free(distribution);
    }
    bocpd_detector_free(detector);
    bocpd_config_free(config);
    bocpd_config_free(other);
}

static void a_discrete_prediction(void) {
    bocpd_config *config = NULL;
    bocpd_detector *detector = NULL;
    bocpd_distribution *next = NULL;
    double below = 0, up_to = 0, pit = 0, low = -1, high = -1, q = 0, ln = 0;
    int discrete = 0;
    CHECK_OK(bocpd_config_new(&config));
    CHECK_OK(bocpd_config_set_bernoulli(config, 1, 3));
    CHECK_OK(bocpd_config_set_constant_hazard(config, 50));
    CHECK_OK(bocpd_detector_new(config, &detector));
    CHECK_OK(bocpd_detector_predict(detector, 1, &next));
    CHECK_OK(bocpd_distribution_is_discrete(next, &discrete));
    CHECK_OK(bocpd_distribution_support(next, &low, &high));
    CHECK_OK(bocpd_distribution_quantile(next, 0.8, &q));
    CHECK_OK(bocpd_distribution_ln_density(next, 1.0, &ln));
    CHECK_OK(bocpd_distribution_tail(next, 1.0, &below, &up_to, NULL, &pit, NULL));
    CHECK(discrete == 1 && low == 0 && high == 1 && q == 1 && fabs(exp(ln) - 0.25) < 1e-12);
    CHECK(fabs(below - 0.75) < 1e-12 && up_to == 1.0 && fabs(pit - 0.875) < 1e-12);
    bocpd_distribution_free(next);
    bocpd_detector_free(detector);
    bocpd_config_free(config);
}

static void parameters_of_the_segment(void) {
    bocpd_detector *detector = fed(gaussian());
    bocpd_distribution *mean = NULL, *variance = NULL, *none = NULL;
    const char *name = NULL;
    double low = 0, high = 0, p = 0;
    size_t count = 0;
    CHECK_OK(bocpd_detector_parameter_count(detector, &count));
    CHECK(count == 2);
    CHECK_OK(bocpd_detector_parameter(detector, 0, &mean));
    CHECK_OK(bocpd_detector_parameter(detector, 1, &variance));
    CHECK_FAILS(bocpd_detector_parameter(detector, 2, &none), BOCPD_INDEX, "position 2 of 2");
    CHECK_OK(bocpd_distribution_name(mean, &name));
    CHECK(strcmp(name, "mean") == 0);
    CHECK_OK(bocpd_distribution_name(variance, &name));
    CHECK(strcmp(name, "variance") == 0);
    CHECK_OK(bocpd_distribution_interval(mean, 0.9, &low, &high));
    CHECK(9.5 < low && low < mean_of(mean) && mean_of(mean) < high && high < 10.7);
    CHECK_OK(bocpd_distribution_tail(variance, 0.0, NULL, &p, NULL, NULL, NULL));
    CHECK(p == 0.0);
    bocpd_distribution_free(mean);
    bocpd_distribution_free(variance);
    CHECK_OK(bocpd_detector_reset(detector));
    CHECK_FAILS(bocpd_detector_parameter_count(detector, &count), BOCPD_UNSUPPORTED, "parameters");
    CHECK_FAILS(bocpd_detector_parameter(detector, 0, &none), BOCPD_UNSUPPORTED, "parameters");
    CHECK(none == NULL && count == 2);
    bocpd_detector_free(detector);
}

static void draws_from_the_model(void) {
    bocpd_detector *detector = fed(gaussian());
    double a[50], b[50];
    size_t length = 77, i;
    for (i = 0; i < 50; i++) {
        a[i] = -1;
    }
    CHECK_FAILS(bocpd_detector_simulate(detector, 1, 50, a, 49, &length), BOCPD_BUFFER_TOO_SMALL,
                "50 are needed");
    CHECK_FAILS(bocpd_detector_simulate(detector, 1, SIZE_MAX / 8, a, SIZE_MAX, &length),
                BOCPD_INVALID_ARGUMENT, "address space");
    CHECK_FAILS(bocpd_detector_simulate(detector, 1, SIZE_MAX / 32, a, SIZE_MAX, &length),
                BOCPD_INVALID_ARGUMENT, "no memory");
    CHECK(length == 77 && a[0] == -1);
    CHECK_OK(bocpd_detector_simulate(detector, 1, 50, NULL, 0, &length));
    CHECK(length == 50);
    CHECK_OK(bocpd_detector_simulate(detector, 1, 50, a, 50, &length));
    CHECK_OK(bocpd_detector_simulate(detector, 1, 50, b, 50, &length));
    CHECK(length == 50 && memcmp(a, b, sizeof a) == 0 && a[0] != a[1]);
    CHECK_OK(bocpd_detector_simulate(detector, 2, 50, b, 50, &length));
    CHECK(memcmp(a, b, sizeof a) != 0);
    bocpd_detector_free(detector);
}

/* Takes the alarms, which are so many, and says where the last one began. */
static uint64_t take(bocpd_detector *detector, size_t wanted) {
    bocpd_alarms *alarms = NULL;
    uint64_t began = 0;
    size_t count = 77;
    CHECK_OK(bocpd_detector_take_alarms(detector, &alarms));
    CHECK_OK(bocpd_alarms_count(alarms, &count));
    CHECK(count == wanted);
    if (count > 0) {
        CHECK_OK(bocpd_alarms_alarm(alarms, count - 1, &began, NULL, NULL));
    }
    bocpd_alarms_free(alarms);
    return began;
}

static void alarms(void) {
    bocpd_config *config = gaussian();
    bocpd_detector *detector = NULL;
    bocpd_alarms *alarms = NULL;
    uint64_t began = 77, noticed_at = 77;
    double probability = -1, p_rose = -1, difference = -1, sd = -1;
    size_t count = 0;
    int on = 77, t;
    CHECK_FAILS(bocpd_config_set_alarm(config, 0.9, 50, 3, 0.95, 0, 0), BOCPD_INVALID_PARAMETER,
                "clear");
    CHECK_FAILS(bocpd_config_set_alarm_at(config, 1.5), BOCPD_INVALID_PARAMETER, "threshold");
    CHECK_OK(bocpd_config_set_alarm_at(config, 0.98));
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
    CHECK_FAILS(bocpd_detector_take_alarms(detector, NULL), BOCPD_NULL_POINTER, "output");
    CHECK_OK(bocpd_detector_take_alarms(detector, &alarms)); /* nothing was lost by that */
    CHECK_OK(bocpd_alarms_count(alarms, &count));
    CHECK_OK(bocpd_alarms_alarm(alarms, 0, &began, &noticed_at, &probability));
    CHECK(count == 1 && began == 40 && noticed_at >= 42 && noticed_at < 50);
    CHECK(probability >= 0.98);
    CHECK_OK(bocpd_alarms_shift(alarms, 0, &probability, &p_rose, &difference, &sd));
    CHECK(probability >= 0.9 && p_rose > 0.9 && difference > 2.0 && difference < 8.0);
    CHECK(sd > 0.0 && sd < 5.0);
    began = 77;
    CHECK_FAILS(bocpd_alarms_alarm(alarms, 1, &began, NULL, NULL), BOCPD_INDEX, "1 of 1");
    CHECK_FAILS(bocpd_alarms_shift(alarms, 1, NULL, NULL, NULL, NULL), BOCPD_INDEX, "1 of 1");
    CHECK_FAILS(bocpd_alarms_count(NULL, &count), BOCPD_NULL_POINTER, "alarms");
    CHECK(began == 77);
    bocpd_alarms_free(alarms);
    bocpd_alarms_free(NULL);
    take(detector, 0);
    /* Latched: the second change is an alarm only after someone has seen the first. */
    CHECK_OK(bocpd_detector_acknowledge(detector));
    CHECK_OK(bocpd_detector_batch(detector, xs + 60, 60, NULL, NULL, NULL, NULL, NULL));
    CHECK(take(detector, 1) == 80);
    CHECK_OK(bocpd_detector_shift(detector, &probability, &p_rose, &difference, &sd));
    CHECK(probability > 0.99 && p_rose > 0.9 && difference > 2.0 && sd > 0.0);
    CHECK_OK(bocpd_detector_shift_between(detector, 78, 82, &probability, NULL, &p_rose, NULL));
    CHECK(probability > 0.9 && fabs(p_rose - difference) < 0.5);
    CHECK_OK(bocpd_detector_shift_between(detector, 5, 4, &probability, &p_rose, NULL, &sd));
    CHECK(probability == 0.0 && isnan(p_rose) && isnan(sd));
    CHECK_OK(bocpd_detector_reset(detector));
    take(detector, 0);
    bocpd_detector_free(detector);

    CHECK_OK(bocpd_config_set_alarm_at(config, 0.3));
    CHECK_OK(bocpd_detector_new(config, &detector));
    CHECK_OK(bocpd_detector_batch(detector, xs, N, NULL, NULL, NULL, NULL, NULL));
    CHECK_OK(bocpd_detector_take_alarms(detector, &alarms));
    CHECK_OK(bocpd_alarms_alarm(alarms, 0, &began, NULL, &probability));
    /* What 0.98 kept quiet about. */
    CHECK(began < 40 && probability >= 0.3 && probability < 0.98);
    bocpd_alarms_free(alarms);
    bocpd_detector_free(detector);

    CHECK_OK(bocpd_config_set_no_alarm(config));
    CHECK_OK(bocpd_config_set_shifts(config, 0));
    detector = fed(config);
    take(detector, 0);
    CHECK_OK(bocpd_detector_alarm_is_on(detector, &on));
    CHECK(on == 0);
    sd = -1;
    CHECK_FAILS(bocpd_detector_shift(detector, NULL, NULL, NULL, &sd), BOCPD_NOT_FOLLOWED,
                "direction");
    CHECK_FAILS(bocpd_detector_shift_between(detector, 1, 9, NULL, NULL, NULL, &sd),
                BOCPD_NOT_FOLLOWED, "direction");
    CHECK(sd == -1);
    bocpd_detector_free(detector);
}

int main(void) {
    fill();
    what_comes_next();
    predictions_of_numbers();
    a_discrete_prediction();
    parameters_of_the_segment();
    draws_from_the_model();
    alarms();
    nothing_is_remembered();
    everything_is_remembered();
    some_is_remembered();
    if (failures == 0) {
        puts("readouts: ok");
    }
    return failures != 0;
}
