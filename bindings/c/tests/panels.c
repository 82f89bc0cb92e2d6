/* Many series by key: each is as if it were alone. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bocpd.h"
#include "check.h"

enum { SERIES = 5, N = 200, ROWS = SERIES * N };

static double xs[ROWS];
static uint64_t keys[ROWS];

/* Series in turn; those with even keys change in the middle. */
static void fill(void) {
    unsigned long long state = 7;
    int i;
    for (i = 0; i < ROWS; i++) {
        keys[i] = (uint64_t)(i % SERIES) + 100;
        xs[i] = normal(&state) + (keys[i] % 2 == 0 && i / SERIES >= N / 2 ? 7.0 : 0.0);
    }
    xs[3 * SERIES + 1] = INFINITY;
}

static bocpd_config *gaussian(void) {
    bocpd_config *config = NULL;
    CHECK_OK(bocpd_config_new(&config));
    CHECK_OK(bocpd_config_set_gaussian(config, 0.0, 0.1, 1.0, 1.0));
    CHECK_OK(bocpd_config_set_rate_hazard(config, 0.01));
    CHECK_OK(bocpd_config_set_alarm_at(config, 0.9));
    return config;
}

static size_t bytes_of(bocpd_panel *panel, uint64_t since, uint8_t **bytes) {
    size_t length = 0, again = 0;
    CHECK_OK(bocpd_panel_snapshot(panel, since, NULL, 0, &length));
    *bytes = malloc(length);
    CHECK_OK(bocpd_panel_snapshot(panel, since, *bytes, length, &again));
    CHECK(again == length);
    return length;
}

static int same(bocpd_panel *a, bocpd_panel *b) {
    uint8_t *of_a = NULL, *of_b = NULL;
    size_t length_a = bytes_of(a, 0, &of_a), length_b = bytes_of(b, 0, &of_b);
    int equal = length_a == length_b && memcmp(of_a, of_b, length_a) == 0;
    free(of_a);
    free(of_b);
    return equal;
}

static void series_are_as_if_alone(void) {
    bocpd_config *config = gaussian();
    bocpd_panel *many = NULL, *single = NULL;
    bocpd_detector *alone = NULL, *member = NULL;
    bocpd_status *statuses = malloc(ROWS * sizeof *statuses);
    uint64_t key = 0, index = 0, changepoint = 0, pushed = 0, all[SERIES] = {0};
    double p = 0, q = 0, time = 0;
    size_t refused = 0, count = 0, length = 0, alarms = 0, settled = 0, i;
    int there = 1;
    CHECK_OK(bocpd_panel_new(config, &many));
    CHECK_OK(bocpd_panel_new(config, &single));
    CHECK_OK(bocpd_panel_push_many(many, keys, NULL, xs, ROWS, 1, statuses, &refused));
    CHECK(refused == 1);
    for (i = 0; i < ROWS; i++) {
        bocpd_status status = bocpd_panel_push(single, keys[i], &xs[i], 1, &p);
        CHECK(status == statuses[i]);
        CHECK((status == BOCPD_NON_FINITE) == (i == 3 * SERIES + 1));
    }
    CHECK(same(many, single));
    CHECK_OK(bocpd_panel_count(many, &count));
    CHECK_OK(bocpd_panel_pushed(many, &pushed));
    CHECK_OK(bocpd_panel_keys(many, all, SERIES, &length));
    CHECK(count == SERIES && pushed == ROWS && length == SERIES && all[0] == 100 && all[4] == 104);
    while (bocpd_panel_next_event(many, &key, &index, &time, &changepoint, &p, &there) == BOCPD_OK &&
           there) {
        CHECK(key % 2 == 0 && changepoint >= N / 2 - 2 && changepoint <= N / 2 + 2);
        CHECK(index >= changepoint && isnan(time));
        alarms += !isnan(p);
        settled += isnan(p);
        CHECK_OK(bocpd_panel_next_event(single, NULL, NULL, NULL, NULL, NULL, &there));
        CHECK(there);
    }
    CHECK(alarms == 3 && settled == 3);

    CHECK_OK(bocpd_detector_new(config, &alone));
    for (i = 2; i < ROWS; i += SERIES) {
        CHECK_OK(bocpd_detector_step(alone, xs[i], NULL));
    }
    CHECK_OK(bocpd_panel_detector(many, 102, &member));
    CHECK_OK(bocpd_detector_p_recent_change(alone, 110, &p));
    CHECK_OK(bocpd_detector_p_recent_change(member, 110, &q));
    CHECK(p == q && p > 0.9);
    bocpd_detector_free(member);
    CHECK_OK(bocpd_panel_detector(many, 7, &member));
    CHECK(member == NULL);
    CHECK_OK(bocpd_panel_remove(many, 102));
    CHECK_OK(bocpd_panel_count(many, &count));
    CHECK(count == SERIES - 1);
    bocpd_detector_free(alone);
    bocpd_panel_free(many);
    bocpd_panel_free(single);
    bocpd_config_free(config);
    free(statuses);
}

static void they_are_saved(void) {
    bocpd_config *config = gaussian();
    bocpd_panel *panel = NULL, *again = NULL, *other = NULL;
    uint8_t *bytes = NULL;
    uint64_t mark = 0;
    size_t length;
    CHECK_OK(bocpd_panel_new(config, &panel));
    CHECK_OK(bocpd_panel_push_many(panel, keys, NULL, xs, 200, 1, NULL, NULL));
    CHECK_OK(bocpd_panel_pushed(panel, &mark));
    length = bytes_of(panel, 0, &bytes);
    CHECK_OK(bocpd_panel_restore(bytes, length, &again));
    CHECK(same(panel, again));
    bytes[length / 2] ^= 1;
    CHECK_FAILS(bocpd_panel_restore(bytes, length, &other), BOCPD_SNAPSHOT, "");
    free(bytes);
    CHECK_OK(bocpd_panel_push_many(panel, keys + 200, NULL, xs + 200, 3, 1, NULL, NULL));
    length = bytes_of(panel, mark, &bytes);
    CHECK_OK(bocpd_panel_apply(again, bytes, length));
    CHECK(same(panel, again));
    CHECK_OK(bocpd_panel_automatic(10, &other));
    CHECK_FAILS(bocpd_panel_apply(other, bytes, length), BOCPD_SNAPSHOT, "another configuration");
    free(bytes);
    bocpd_panel_free(panel);
    bocpd_panel_free(again);
    bocpd_panel_free(other);
    bocpd_config_free(config);
}

static void times_and_first_observations(void) {
    bocpd_config *config = gaussian();
    bocpd_panel *panel = NULL;
    bocpd_detector *member = NULL;
    double p = 0;
    int i;
    CHECK_OK(bocpd_panel_new(config, &panel));
    CHECK_OK(bocpd_panel_push_at(panel, 1, 0.5, xs, 1, &p));
    CHECK(p == 1.0);
    CHECK_OK(bocpd_panel_push_at(panel, 1, 2.5, xs, 1, NULL));
    CHECK_FAILS(bocpd_panel_push_at(panel, 1, 2.5, xs, 1, &p), BOCPD_ELAPSED, "got 2.5");
    CHECK_FAILS(bocpd_panel_push_at(panel, 2, NAN, xs, 1, &p), BOCPD_ELAPSED, "finite");
    CHECK_FAILS(bocpd_panel_push(panel, 1, xs, 2, &p), BOCPD_DIMENSION, "length 1, got 2");
    CHECK_FAILS(bocpd_panel_push(NULL, 1, xs, 1, &p), BOCPD_NULL_POINTER, "panel");
    CHECK_FAILS(bocpd_panel_push(panel, 1, NULL, 1, &p), BOCPD_NULL_POINTER, "row");
    bocpd_panel_free(panel);

    CHECK_FAILS(bocpd_panel_automatic(1, &panel), BOCPD_INVALID_PARAMETER, "at least 2, got 1");
    CHECK_OK(bocpd_panel_automatic(20, &panel));
    for (i = 0; i < 20; i++) {
        CHECK_OK(bocpd_panel_detector(panel, 1, &member));
        CHECK(member == NULL);
        CHECK_OK(bocpd_panel_push(panel, 1, &xs[i * SERIES], 1, &p));
        CHECK(isnan(p) == (i < 19));
    }
    CHECK_OK(bocpd_panel_detector(panel, 1, &member));
    CHECK(member != NULL);
    bocpd_detector_free(member);
    bocpd_panel_free(panel);
    bocpd_panel_free(NULL);
    bocpd_config_free(config);
}

int main(void) {
    fill();
    series_are_as_if_alone();
    they_are_saved();
    times_and_first_observations();
    return failures != 0;
}
