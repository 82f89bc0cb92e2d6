/* Snapshots with right checksums and a wrong content, from the file that standard input is
   (tests/examples/forge.rs): each is refused, or a detector that can be asked everything and
   goes on. The first two are not forged: one that has seen something, and a broken one. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "bocpd.h"
#include "check.h"

enum { ROOM = 4096 };

static uint64_t indices[ROOM];
static double numbers[ROOM];
static size_t ends[ROOM];

/* What a readout may say beside BOCPD_OK: it depends on what was asked for, and before any
   observation there is little to say. */
static int allowed(bocpd_status status) {
    return status == BOCPD_OK || status == BOCPD_HISTORY || status == BOCPD_NOT_FOLLOWED ||
           status == BOCPD_UNSUPPORTED || status == BOCPD_INDEX ||
           status == BOCPD_BUFFER_TOO_SMALL || status == BOCPD_ELAPSED_UNSUPPORTED;
}

/* Asks for everything; every answer has to be one of these. */
typedef int (*judge)(bocpd_status);

#define ASK(call)                                                                        \
    do {                                                                                 \
        bocpd_status status_ = (call);                                                   \
        if (!judged(status_)) {                                                          \
            fprintf(stderr, "%s:%d: %s: status %d: %s\n", __FILE__, __LINE__, #call,     \
                    (int)status_, bocpd_last_error_message());                           \
            failures++;                                                                  \
        }                                                                                \
    } while (0)

static void ask_distribution(bocpd_distribution *distribution) {
    double mean, variance, below, up_to, above, pit, p_value;
    if (distribution == NULL) {
        return;
    }
    CHECK_OK(bocpd_distribution_mean(distribution, &mean));
    CHECK_OK(bocpd_distribution_variance(distribution, &variance));
    CHECK_OK(bocpd_distribution_tail(distribution, 1.0, &below, &up_to, &above, &pit, &p_value));
    CHECK(up_to >= 0.0 && up_to <= 1.0 + 1e-6);
    bocpd_distribution_free(distribution);
}

static void ask(bocpd_detector *detector, judge judged) {
    bocpd_distribution *distribution = NULL;
    bocpd_locations *locations = NULL;
    bocpd_alarms *alarms = NULL;
    uint64_t seen, run_length, first;
    double a, b, c, d;
    size_t length = 0, live;
    int on;
    ASK(bocpd_detector_observations(detector, &seen));
    ASK(bocpd_detector_p_change_now(detector, &a));
    ASK(bocpd_detector_p_recent_change(detector, 7, &a));
    ASK(bocpd_detector_map_run_length(detector, &run_length));
    ASK(bocpd_detector_map_probability(detector, &a));
    ASK(bocpd_detector_mean_run_length(detector, &a));
    ASK(bocpd_detector_ln_predictive(detector, &a));
    ASK(bocpd_detector_ln_evidence(detector, &a));
    ASK(bocpd_detector_pruned_mass(detector, &a));
    ASK(bocpd_detector_map_ln_joint(detector, &a));
    ASK(bocpd_detector_live(detector, &live));
    ASK(bocpd_detector_run_length_posterior(detector, indices, numbers, ROOM, &length));
    ASK(bocpd_detector_settled(detector, indices, ROOM, &length));
    ASK(bocpd_detector_provisional(detector, indices, ROOM, &length));
    ASK(bocpd_detector_smoothed(detector, &first, numbers, ROOM, &length));
    ASK(bocpd_detector_p_change_at(detector, 3, &a));
    ASK(bocpd_detector_p_change_between(detector, 3, 5, &a));
    ASK(bocpd_detector_expected_changes(detector, &a));
    length = 0;
    ASK(bocpd_detector_changepoints(detector, indices, ROOM, &length));
    ASK(bocpd_detector_locations(detector, indices, length, 0.9, &locations));
    bocpd_locations_free(locations);
    ASK(bocpd_detector_sample_segmentations(detector, 2, 1, ends, indices, ROOM, &length));
    ASK(bocpd_detector_shift(detector, &a, &b, &c, &d));
    ASK(bocpd_detector_shift_between(detector, 1, 9, &a, &b, &c, &d));
    ASK(bocpd_detector_predict(detector, 1, &distribution));
    ask_distribution(distribution);
    distribution = NULL;
    ASK(bocpd_detector_predict_after(detector, 0.5, &distribution));
    ask_distribution(distribution);
    distribution = NULL;
    ASK(bocpd_detector_predict_number(detector, 0, 1, &distribution));
    ask_distribution(distribution);
    distribution = NULL;
    ASK(bocpd_detector_parameter_count(detector, &length));
    ASK(bocpd_detector_parameter(detector, 0, &distribution));
    ask_distribution(distribution);
    ASK(bocpd_detector_p_change_within(detector, 5, &a));
    ASK(bocpd_detector_p_next_change_after(detector, 3, &a));
    ASK(bocpd_detector_alarm_is_on(detector, &on));
    ASK(bocpd_detector_alarm_probability(detector, &a));
    ASK(bocpd_detector_take_alarms(detector, &alarms));
    bocpd_alarms_free(alarms);
    ASK(bocpd_detector_acknowledge(detector));
    ASK(bocpd_detector_take_settled(detector, indices, ROOM, &length));
}

/* A copy by way of bytes. */
static bocpd_detector *again(const bocpd_detector *detector) {
    bocpd_detector *restored = NULL;
    unsigned char *bytes;
    size_t length = 0;
    CHECK_OK(bocpd_detector_snapshot(detector, NULL, 0, &length));
    bytes = malloc(length);
    CHECK_OK(bocpd_detector_snapshot(detector, bytes, length, &length));
    CHECK_OK(bocpd_detector_restore(bytes, length, &restored));
    free(bytes);
    return restored;
}

/* Data of another model may be refused. */
static void go_on(bocpd_detector *detector) {
    static const double xs[] = {0.0, 1.0, 1.0, 0.0, 1.0};
    static double row[1024];
    size_t dimension = 0, i, j;
    CHECK_OK(bocpd_detector_dimension(detector, &dimension));
    CHECK(dimension >= 1 && dimension <= sizeof row / sizeof *row);
    for (i = 0; i < sizeof xs / sizeof *xs; i++) {
        double p = -1.0;
        bocpd_status status;
        for (j = 0; j < dimension; j++) {
            row[j] = xs[i];
        }
        status = bocpd_detector_step_row(detector, row, dimension, &p);
        CHECK(status == BOCPD_OK || status == BOCPD_OUT_OF_SUPPORT);
        CHECK(status != BOCPD_OK || (p >= 0.0 && p <= 1.0));
    }
}

static void accepted(bocpd_detector *detector) {
    bocpd_detector *restored = again(detector);
    uint64_t seen = 0;
    ask(restored, allowed);
    go_on(restored);
    ask(restored, allowed);
    /* A snapshot counts 2^52 observations at most: one that was forged to have seen as many
     * cannot go on. */
    CHECK_OK(bocpd_detector_observations(restored, &seen));
    if (seen <= (uint64_t)1 << 52) {
        bocpd_detector_free(again(restored));
    }
    bocpd_detector_free(restored);
}

static int broken(bocpd_status status) {
    return status == BOCPD_BROKEN;
}

/* Everything but what makes it whole again, and what it is made of, is an error. */
static void answers_nothing(bocpd_detector *detector) {
    static const double xs[] = {0.5, 0.5};
    bocpd_detector *copy = NULL;
    bocpd_config *config = NULL;
    size_t length = 77;
    double p = -1.0;
    ask(detector, broken);
    CHECK_FAILS(bocpd_detector_step(detector, 0.5, &p), BOCPD_BROKEN, "reset");
    CHECK_FAILS(bocpd_detector_skip(detector, &p), BOCPD_BROKEN, "reset");
    CHECK_FAILS(bocpd_detector_batch(detector, xs, 2, NULL, NULL, NULL, NULL, &length),
                BOCPD_BROKEN, "reset");
    CHECK(length == 0 && p == -1.0);
    CHECK_FAILS(bocpd_detector_snapshot(detector, NULL, 0, &length), BOCPD_BROKEN, "reset");
    CHECK_OK(bocpd_detector_dimension(detector, &length));
    CHECK(length == 1);
    CHECK_OK(bocpd_detector_config(detector, &config));
    bocpd_config_free(config);
    CHECK_OK(bocpd_detector_clone(detector, &copy));
    ask(copy, broken);
    bocpd_detector_free(copy);
    CHECK_OK(bocpd_detector_reset(detector));
    ask(detector, allowed);
    go_on(detector);
    accepted(detector);
}

/* The next snapshot; NULL at the end of the file. */
static unsigned char *next(size_t *length) {
    unsigned char prefix[4], *bytes;
    if (fread(prefix, 1, 4, stdin) != 4) {
        return NULL;
    }
    *length = prefix[0] | (size_t)prefix[1] << 8 | (size_t)prefix[2] << 16 |
              (size_t)prefix[3] << 24;
    bytes = malloc(*length);
    if (fread(bytes, 1, *length, stdin) != *length) {
        CHECK(!"the file is whole");
    }
    return bytes;
}

int main(int argc, char **argv) {
    unsigned long most = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000000, n = 0, taken = 0;
    unsigned char *bytes;
    size_t length = 0;
    while (n < most + 2 && (bytes = next(&length)) != NULL) {
        bocpd_detector *detector = NULL;
        bocpd_status status = bocpd_detector_restore(bytes, length, &detector);
        CHECK(status == BOCPD_OK || (n >= 2 && status == BOCPD_SNAPSHOT && detector == NULL));
        if (status == BOCPD_OK) {
            size_t unused;
            int is_broken =
                bocpd_detector_snapshot(detector, NULL, 0, &unused) == BOCPD_BROKEN;
            CHECK(n != 1 || is_broken);
            taken++;
            if (is_broken) {
                answers_nothing(detector);
            } else {
                accepted(detector);
            }
        }
        bocpd_detector_free(detector);
        free(bytes);
        n++;
    }
    printf("forged: %lu of %lu taken\n", taken, n);
    CHECK(n > 2 && taken >= 2 && taken < n);
    return failures != 0;
}
