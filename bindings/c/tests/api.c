/* The C ABI from C99: every rule at the top of bocpd.h, one test after the other. */
#include <math.h>
#include <stdlib.h>

#include "bocpd.h"
#include "check.h"

/* A configuration that most tests start from. */
static bocpd_config *gaussian(void) {
    bocpd_config *config = NULL;
    CHECK_OK(bocpd_config_new(&config));
    CHECK_OK(bocpd_config_set_gaussian(config, 0.0, 1.0, 1.0, 1.0));
    CHECK_OK(bocpd_config_set_constant_hazard(config, 100.0));
    return config;
}

static bocpd_detector *detector_of(bocpd_config *config) {
    bocpd_detector *detector = NULL;
    CHECK_OK(bocpd_detector_new(config, &detector));
    bocpd_config_free(config);
    return detector;
}

/* 60 values around 0, then around 6. */
static void fill(double *xs, size_t n) {
    unsigned long long state = 1;
    size_t i;
    for (i = 0; i < n; i++) {
        xs[i] = normal(&state) + (i < 60 ? 0.0 : 6.0);
    }
}

/* Everything that can be read, bit for bit. */
typedef struct {
    unsigned char bytes[1 << 16];
    size_t length;
} image;

static void take_image(const bocpd_detector *detector, image *into) {
    memset(into, 0, sizeof *into);
    CHECK_OK(bocpd_detector_snapshot(detector, into->bytes, sizeof into->bytes, &into->length));
}

static int same(const image *a, const image *b) { return memcmp(a, b, sizeof *a) == 0; }

static image before, after;

static void versions_and_messages(void) {
    char version[32];
    int status;
    CHECK(bocpd_abi_version() == BOCPD_ABI_VERSION);
    snprintf(version, sizeof version, "%d.%d.%d", BOCPD_VERSION_MAJOR, BOCPD_VERSION_MINOR,
             BOCPD_VERSION_PATCH);
    CHECK(strcmp(version, bocpd_version()) == 0);
    CHECK(strcmp(bocpd_last_error_message(), "") == 0);
    for (status = -2; status < 30; status++) {
        CHECK(strlen(bocpd_status_message(status)) > 0);
    }
}

static void null_is_a_status(void) {
    bocpd_config *config = gaussian(), *no_config = NULL;
    bocpd_detector *detector = NULL;
    double p = -1.0;
    size_t length = 77;
    uint64_t index = 77;
    unsigned char byte = 0;

    bocpd_config_free(NULL);
    bocpd_detector_free(NULL);
    CHECK_FAILS(bocpd_config_new(NULL), BOCPD_NULL_POINTER, "output");
    CHECK_FAILS(bocpd_config_clone(NULL, &no_config), BOCPD_NULL_POINTER, "config");
    CHECK_FAILS(bocpd_config_clone(config, NULL), BOCPD_NULL_POINTER, "output");
    CHECK_FAILS(bocpd_config_for(NULL, 1, &no_config), BOCPD_NULL_POINTER, "values");
    CHECK(no_config == NULL);
    CHECK_FAILS(bocpd_config_set_gaussian(NULL, 0, 1, 1, 1), BOCPD_NULL_POINTER, "config");
    CHECK_FAILS(bocpd_config_set_exact(NULL), BOCPD_NULL_POINTER, "config");
    CHECK_FAILS(bocpd_config_set_missing_skip(NULL), BOCPD_NULL_POINTER, "config");
    CHECK_FAILS(bocpd_config_set_table_hazard(config, NULL, 3), BOCPD_NULL_POINTER, "hazards");
    CHECK_FAILS(bocpd_config_set_student_t_grid(config, 0, 1, 1, 1, NULL, NULL, 2),
                BOCPD_NULL_POINTER, "nu");
    CHECK_FAILS(bocpd_config_set_own_model(config, NULL, NULL), BOCPD_NULL_POINTER, "model");
    CHECK_FAILS(bocpd_config_set_own_hazard(config, NULL, NULL), BOCPD_NULL_POINTER, "hazard");
    CHECK_FAILS(bocpd_detector_new(NULL, &detector), BOCPD_NULL_POINTER, "config");
    CHECK_FAILS(bocpd_detector_new(config, NULL), BOCPD_NULL_POINTER, "output");
    CHECK(detector == NULL);

    detector = detector_of(config);
    CHECK_FAILS(bocpd_detector_step(NULL, 0.0, &p), BOCPD_NULL_POINTER, "detector");
    CHECK_FAILS(bocpd_detector_skip(NULL, &p), BOCPD_NULL_POINTER, "detector");
    CHECK_FAILS(bocpd_detector_reset(NULL), BOCPD_NULL_POINTER, "detector");
    CHECK_FAILS(bocpd_detector_clone(NULL, &detector), BOCPD_NULL_POINTER, "detector");
    CHECK_FAILS(bocpd_detector_clone(detector, NULL), BOCPD_NULL_POINTER, "output");
    CHECK_FAILS(bocpd_detector_step_row(detector, NULL, 1, &p), BOCPD_NULL_POINTER, "row");
    CHECK_FAILS(bocpd_detector_batch(detector, NULL, 2, NULL, NULL, NULL, NULL, &length),
                BOCPD_NULL_POINTER, "rows");
    CHECK_FAILS(
        bocpd_detector_batch_strided(detector, NULL, 2, 1, NULL, NULL, NULL, NULL, &length),
        BOCPD_NULL_POINTER, "rows");
    CHECK_FAILS(bocpd_detector_ln_evidence(detector, NULL), BOCPD_NULL_POINTER, "output");
    CHECK_FAILS(bocpd_detector_ln_evidence(NULL, &p), BOCPD_NULL_POINTER, "detector");
    CHECK_FAILS(bocpd_detector_changepoints(detector, &index, 1, NULL), BOCPD_NULL_POINTER,
                "length");
    CHECK_FAILS(bocpd_detector_changepoints(detector, NULL, 1, &length), BOCPD_NULL_POINTER,
                "buffer");
    CHECK_FAILS(bocpd_detector_run_length_posterior(detector, &index, NULL, 1, &length),
                BOCPD_NULL_POINTER, "probabilities");
    CHECK_FAILS(bocpd_detector_snapshot(NULL, &byte, 1, &length), BOCPD_NULL_POINTER,
                "detector");
    CHECK_FAILS(bocpd_detector_restore(NULL, 4, &detector), BOCPD_NULL_POINTER, "bytes");
    CHECK(p == -1.0 && length == 77 && index == 77);

    /* What may be left out. */
    CHECK_OK(bocpd_detector_step(detector, 0.5, NULL));
    CHECK_OK(bocpd_detector_batch(detector, NULL, 0, NULL, NULL, NULL, NULL, NULL));
    bocpd_detector_free(detector);
}

static void other_arguments(void) {
    bocpd_detector *detector = detector_of(gaussian());
    double room[4] = {0};
    double *odd = (double *)(void *)((char *)room + 1);
    size_t done = 77;
    CHECK_FAILS(bocpd_detector_batch(detector, odd, 1, NULL, NULL, NULL, NULL, &done),
                BOCPD_INVALID_ARGUMENT, "aligned");
    CHECK_FAILS(bocpd_detector_step(detector, 0.0, odd), BOCPD_INVALID_ARGUMENT, "aligned");
    CHECK_FAILS(bocpd_detector_batch(detector, room, SIZE_MAX / 4, NULL, NULL, NULL, NULL, &done),
                BOCPD_INVALID_ARGUMENT, "address space");
    CHECK_FAILS(bocpd_detector_batch_strided(detector, room, 3, PTRDIFF_MIN, NULL, NULL, NULL,
                                             NULL, &done),
                BOCPD_INVALID_ARGUMENT, "address space");
    CHECK(done == 77);
    bocpd_detector_free(detector);
}

static void parameters_are_named(void) {
    bocpd_config *config = NULL;
    bocpd_detector *detector = NULL;
    double nu[2] = {3.0, -1.0}, hazards[2] = {0.1, 1.5}, prior[2] = {0.5, 0.5};
    CHECK_OK(bocpd_config_new(&config));
    CHECK_FAILS(bocpd_detector_new(config, &detector), BOCPD_INCOMPLETE, "model");
    CHECK_FAILS(bocpd_config_set_gaussian(config, NAN, 1, 1, 1), BOCPD_INVALID_PARAMETER, "mean");
    CHECK_FAILS(bocpd_config_set_gaussian(config, 0, -1, 1, 1), BOCPD_INVALID_PARAMETER,
                "kappa must");
    CHECK_FAILS(bocpd_config_set_gaussian(config, 0, 1, 0, 1), BOCPD_INVALID_PARAMETER, "alpha");
    CHECK_FAILS(bocpd_config_set_gaussian(config, 0, 1, 1, INFINITY), BOCPD_INVALID_PARAMETER,
                "beta");
    CHECK_FAILS(bocpd_config_set_student_t(config, 0, 1, 1, 1, 0), BOCPD_INVALID_PARAMETER, "nu");
    CHECK_FAILS(bocpd_config_set_student_t_grid(config, 0, 1, 1, 1, nu, prior, 2),
                BOCPD_INVALID_PARAMETER, "nu[1]");
    CHECK_FAILS(bocpd_config_set_poisson(config, -2, 1), BOCPD_INVALID_PARAMETER, "shape");
    CHECK_FAILS(bocpd_config_set_bernoulli(config, 1, -1), BOCPD_INVALID_PARAMETER, "b must");
    CHECK_FAILS(bocpd_config_set_binomial(config, 1, 1, 0), BOCPD_INVALID_PARAMETER, "trials");
    CHECK_FAILS(bocpd_config_set_gamma(config, 1, 1, 0), BOCPD_INVALID_PARAMETER, "known_shape");
    /* Nothing was set by all this. */
    CHECK_FAILS(bocpd_detector_new(config, &detector), BOCPD_INCOMPLETE, "model");

    CHECK_OK(bocpd_config_set_poisson(config, 2, 1));
    CHECK_FAILS(bocpd_detector_new(config, &detector), BOCPD_INCOMPLETE, "hazard");
    CHECK_FAILS(bocpd_config_set_constant_hazard(config, 1.0), BOCPD_INVALID_PARAMETER,
                "mean_run_length");
    CHECK_FAILS(bocpd_config_set_rate_hazard(config, 0), BOCPD_INVALID_PARAMETER,
                "per_unit_time");
    CHECK_FAILS(bocpd_config_set_weibull_hazard(config, 1, -1), BOCPD_INVALID_PARAMETER, "scale");
    CHECK_FAILS(bocpd_config_set_log_logistic_hazard(config, -1, 1), BOCPD_INVALID_PARAMETER,
                "shape");
    CHECK_FAILS(bocpd_config_set_negative_binomial_hazard(config, 0, 0.5),
                BOCPD_INVALID_PARAMETER, "k");
    CHECK_FAILS(bocpd_config_set_table_hazard(config, hazards, 2), BOCPD_INVALID_PARAMETER,
                "hazards[1]");
    CHECK_FAILS(bocpd_config_set_table_hazard(config, NULL, 0), BOCPD_INVALID_PARAMETER,
                "hazards");
    CHECK_FAILS(bocpd_detector_new(config, &detector), BOCPD_INCOMPLETE, "hazard");
    CHECK_FAILS(bocpd_config_set_max_hypotheses(config, 1), BOCPD_INVALID_PARAMETER,
                "max_hypotheses");
    CHECK_FAILS(bocpd_config_set_min_weight(config, 0.5), BOCPD_INVALID_PARAMETER, "min_weight");
    CHECK_FAILS(bocpd_config_set_max_run_length(config, 0), BOCPD_INVALID_PARAMETER,
                "max_run_length");
    CHECK(detector == NULL);
    bocpd_config_free(config);
}

/* Every setter leads to a detector that works. */
static void every_model_and_hazard(void) {
    double nu[3] = {3, 5, 30}, prior[3] = {0.2, 0.3, 0.5}, table[3] = {0.1, 0.05, 0.02};
    int model, hazard;
    for (model = 0; model < 8; model++) {
        for (hazard = 0; hazard < 6; hazard++) {
            bocpd_config *config = NULL;
            bocpd_detector *detector;
            uint64_t seen = 0;
            double evidence = 0.0;
            CHECK_OK(bocpd_config_new(&config));
            switch (model) {
            case 0: CHECK_OK(bocpd_config_set_gaussian(config, 0, 1, 1, 1)); break;
            case 1: CHECK_OK(bocpd_config_set_student_t(config, 0, 1, 1, 1, 4)); break;
            case 2:
                CHECK_OK(bocpd_config_set_student_t_grid(config, 0, 1, 1, 1, nu, prior, 3));
                break;
            case 3:
                CHECK_OK(bocpd_config_set_student_t_grid(config, 0, 1, 1, 1, nu, NULL, 3));
                break;
            case 4: CHECK_OK(bocpd_config_set_poisson(config, 2, 1)); break;
            case 5: CHECK_OK(bocpd_config_set_bernoulli(config, 1, 1)); break;
            case 6: CHECK_OK(bocpd_config_set_binomial(config, 1, 1, 5)); break;
            default: CHECK_OK(bocpd_config_set_gamma(config, 1, 1, 2)); break;
            }
            switch (hazard) {
            case 0: CHECK_OK(bocpd_config_set_constant_hazard(config, 50)); break;
            case 1: CHECK_OK(bocpd_config_set_rate_hazard(config, 0.02)); break;
            case 2: CHECK_OK(bocpd_config_set_weibull_hazard(config, 2, 50)); break;
            case 3: CHECK_OK(bocpd_config_set_log_logistic_hazard(config, 2, 50)); break;
            case 4: CHECK_OK(bocpd_config_set_negative_binomial_hazard(config, 2, 0.05)); break;
            default: CHECK_OK(bocpd_config_set_table_hazard(config, table, 3)); break;
            }
            detector = detector_of(config);
            CHECK_OK(bocpd_detector_step(detector, 1.0, NULL));
            CHECK_OK(bocpd_detector_step(detector, 1.0, NULL));
            CHECK_OK(bocpd_detector_observations(detector, &seen));
            CHECK_OK(bocpd_detector_ln_evidence(detector, &evidence));
            CHECK(seen == 2 && evidence < 0.0 && isfinite(evidence));
            bocpd_detector_free(detector);
        }
    }
}

static void a_change_is_found(void) {
    bocpd_detector *detector = detector_of(gaussian());
    double xs[90], p[90], map_p[90], ln_predictive[90], value, sum = 0.0;
    double probabilities[90];
    uint64_t runs[90], changes[4] = {0}, starts[90], run;
    size_t length = 0, live = 0, done = 0, i;
    fill(xs, 90);
    CHECK_OK(bocpd_detector_batch(detector, xs, 90, p, runs, map_p, ln_predictive, &done));
    CHECK(done == 90);
    CHECK(p[0] == 1.0 && p[60] > 0.5 && runs[59] == 59 && runs[89] == 29);
    CHECK_OK(bocpd_detector_changepoints(detector, NULL, 0, &length));
    CHECK(length == 1);
    CHECK_OK(bocpd_detector_changepoints(detector, changes, 4, &length));
    CHECK(length == 1 && changes[0] == 60);

    CHECK_OK(bocpd_detector_p_change_now(detector, &value));
    CHECK(value == p[89]);
    CHECK_OK(bocpd_detector_p_recent_change(detector, 30, &value));
    CHECK(value > 0.99);
    CHECK_OK(bocpd_detector_p_recent_change(detector, 29, &value));
    CHECK(value < 0.5);
    CHECK_OK(bocpd_detector_map_run_length(detector, &run));
    CHECK(run == 29);
    CHECK_OK(bocpd_detector_map_probability(detector, &value));
    CHECK(value == map_p[89]);
    CHECK_OK(bocpd_detector_mean_run_length(detector, &value));
    CHECK(value > 28.0 && value < 31.0);
    CHECK_OK(bocpd_detector_ln_predictive(detector, &value));
    CHECK(value == ln_predictive[89]);
    CHECK_OK(bocpd_detector_ln_evidence(detector, &value));
    for (i = 0; i < 90; i++) {
        sum += ln_predictive[i];
    }
    CHECK(fabs(value - sum) < 1e-9);
    CHECK_OK(bocpd_detector_map_ln_joint(detector, &sum));
    CHECK(sum < value);
    CHECK_OK(bocpd_detector_pruned_mass(detector, &value));
    CHECK(value > 0.0 && value < 4.0); /* a list of 90 has been cut four times */

    CHECK_OK(bocpd_detector_live(detector, &live));
    CHECK_OK(bocpd_detector_run_length_posterior(detector, NULL, NULL, 0, &length));
    CHECK(length == live && live <= 90);
    CHECK_OK(bocpd_detector_run_length_posterior(detector, starts, probabilities, 90, &length));
    CHECK(length == live);
    for (i = 0, sum = 0.0; i < length; i++) {
        CHECK(i == 0 || starts[i] > starts[i - 1]);
        sum += probabilities[i];
    }
    CHECK(fabs(sum - 1.0) < 1e-12);
    bocpd_detector_free(detector);
}

static void small_buffers_are_left_alone(void) {
    bocpd_detector *detector = detector_of(gaussian());
    double xs[90], probabilities[2] = {-1, -1};
    uint64_t starts[2] = {99, 99}, none = 99;
    size_t length = 77, needed = 0;
    unsigned char bytes[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    const unsigned char untouched[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    fill(xs, 90);
    CHECK_OK(bocpd_detector_batch(detector, xs, 90, NULL, NULL, NULL, NULL, NULL));
    CHECK_FAILS(bocpd_detector_run_length_posterior(detector, starts, probabilities, 2, &length),
                BOCPD_BUFFER_TOO_SMALL, "room for 2");
    CHECK_FAILS(bocpd_detector_changepoints(detector, &none, 0, &length), BOCPD_BUFFER_TOO_SMALL,
                "1 are needed");
    CHECK_FAILS(bocpd_detector_snapshot(detector, bytes, 8, &length), BOCPD_BUFFER_TOO_SMALL,
                "room for 8");
    CHECK(starts[0] == 99 && probabilities[0] == -1 && none == 99 && length == 77);
    CHECK(memcmp(bytes, untouched, 8) == 0);
    CHECK_OK(bocpd_detector_snapshot(detector, NULL, 0, &needed));
    CHECK(needed > 100);
    bocpd_detector_free(detector);
}

static void settled_changes_are_taken_once(void) {
    bocpd_detector *detector = detector_of(gaussian());
    double x;
    uint64_t taken[4] = {0}, now[4] = {0};
    size_t settled = 0, provisional = 0, length = 0, i;
    unsigned long long state = 3;
    for (i = 0; i < 1000; i++) {
        x = normal(&state) + (i < 100 ? 0.0 : 8.0);
        CHECK_OK(bocpd_detector_step(detector, x, NULL));
    }
    CHECK_OK(bocpd_detector_settled(detector, NULL, 0, &settled));
    CHECK_OK(bocpd_detector_provisional(detector, NULL, 0, &provisional));
    CHECK(settled == 1 && provisional == 0);
    CHECK_OK(bocpd_detector_take_settled(detector, NULL, 0, &length));
    CHECK(length == 1);
    CHECK_FAILS(bocpd_detector_take_settled(detector, taken, 0, &length), BOCPD_BUFFER_TOO_SMALL,
                "needed");
    CHECK_OK(bocpd_detector_settled(detector, now, 4, &length));
    CHECK(length == 1 && now[0] == 100);
    CHECK_OK(bocpd_detector_take_settled(detector, taken, 4, &length));
    CHECK(length == 1 && taken[0] == 100);
    CHECK_OK(bocpd_detector_take_settled(detector, taken, 4, &length));
    CHECK(length == 0);
    bocpd_detector_free(detector);
}

static void bad_observations_change_nothing(void) {
    bocpd_config *config = gaussian();
    bocpd_detector *detector = NULL;
    double p = -1.0, row[2] = {1.0, 2.0};
    CHECK_OK(bocpd_detector_new(config, &detector));
    CHECK_OK(bocpd_detector_step(detector, 0.3, NULL));
    take_image(detector, &before);
    CHECK_FAILS(bocpd_detector_step(detector, NAN, &p), BOCPD_NON_FINITE, "NaN");
    CHECK_FAILS(bocpd_detector_step(detector, INFINITY, &p), BOCPD_NON_FINITE, "inf");
    CHECK_FAILS(bocpd_detector_step_row(detector, row, 2, &p), BOCPD_DIMENSION, "length 1");
    CHECK_FAILS(bocpd_detector_step_row(detector, row, 0, &p), BOCPD_DIMENSION, "length 1");
    CHECK_FAILS(bocpd_detector_step_after(detector, -1.0, 0.1, &p), BOCPD_ELAPSED, "-1");
    CHECK_FAILS(bocpd_detector_skip_after(detector, NAN, &p), BOCPD_ELAPSED, "NaN");
    take_image(detector, &after);
    CHECK(p == -1.0 && same(&before, &after));
    bocpd_detector_free(detector);

    CHECK_OK(bocpd_config_set_binomial(config, 1, 1, 10));
    CHECK_OK(bocpd_detector_new(config, &detector));
    CHECK_FAILS(bocpd_detector_step(detector, 2.5, &p), BOCPD_OUT_OF_SUPPORT, "2.5");
    CHECK_FAILS(bocpd_detector_step(detector, 11, &p), BOCPD_OUT_OF_SUPPORT, "11");
    CHECK_FAILS(bocpd_detector_step(detector, -1, &p), BOCPD_OUT_OF_SUPPORT, "-1");
    CHECK_OK(bocpd_detector_step(detector, 10 + 1e-10, &p));
    bocpd_detector_free(detector);

    CHECK_OK(bocpd_config_set_negative_binomial_hazard(config, 2, 0.05));
    CHECK_OK(bocpd_detector_new(config, &detector));
    CHECK_OK(bocpd_detector_step(detector, 3, NULL));
    CHECK_FAILS(bocpd_detector_step_after(detector, 2.5, 3, &p), BOCPD_ELAPSED_UNSUPPORTED,
                "elapsed");
    bocpd_detector_free(detector);
    bocpd_config_free(config);
}

static void missing_values(void) {
    bocpd_config *config = gaussian();
    bocpd_detector *a = NULL, *b = NULL;
    double xs[3] = {0.1, NAN, 0.2};
    CHECK_OK(bocpd_config_set_missing_skip(config));
    CHECK_OK(bocpd_detector_new(config, &a));
    CHECK_OK(bocpd_detector_new(config, &b));
    CHECK_OK(bocpd_detector_batch(a, xs, 3, NULL, NULL, NULL, NULL, NULL));
    CHECK_OK(bocpd_detector_step(b, 0.1, NULL));
    CHECK_OK(bocpd_detector_skip(b, NULL));
    CHECK_OK(bocpd_detector_step(b, 0.2, NULL));
    take_image(a, &before);
    take_image(b, &after);
    CHECK(same(&before, &after));
    bocpd_detector_free(b);
    CHECK_OK(bocpd_config_set_missing_error(config));
    CHECK_OK(bocpd_detector_new(config, &b));
    CHECK_FAILS(bocpd_detector_step(b, NAN, NULL), BOCPD_NON_FINITE, "NaN");
    bocpd_detector_free(a);
    bocpd_detector_free(b);
    bocpd_config_free(config);
}

/* Steps, batches, strides forwards and backwards: the same bits. */
static void batches_are_steps(void) {
    bocpd_detector *one = detector_of(gaussian()), *many = NULL, *strided = NULL;
    double xs[700], spread[2100], p[700], q[700], value;
    uint64_t runs[700];
    size_t done = 0, i;
    CHECK_OK(bocpd_detector_clone(one, &many));
    CHECK_OK(bocpd_detector_clone(one, &strided));
    fill(xs, 700);
    for (i = 0; i < 2100; i++) {
        spread[i] = NAN;
    }
    for (i = 0; i < 700; i++) {
        spread[3 * i + 1] = xs[i];
        CHECK_OK(bocpd_detector_step(one, xs[i], &p[i]));
    }
    CHECK_OK(bocpd_detector_batch(many, xs, 700, q, NULL, NULL, NULL, &done));
    CHECK(done == 700 && memcmp(p, q, sizeof p) == 0);
    CHECK_OK(bocpd_detector_batch_strided(strided, spread + 1, 700, 3, q, runs, NULL, NULL, &done));
    CHECK(done == 700 && memcmp(p, q, sizeof p) == 0 && runs[0] == 0);
    take_image(one, &before);
    take_image(many, &after);
    CHECK(same(&before, &after));
    take_image(strided, &after);
    CHECK(same(&before, &after));

    CHECK_OK(bocpd_detector_reset(one));
    CHECK_OK(bocpd_detector_reset(strided));
    for (i = 700; i > 0; i--) {
        CHECK_OK(bocpd_detector_step(one, xs[i - 1], &value));
    }
    CHECK_OK(bocpd_detector_batch_strided(strided, xs + 699, 700, -1, q, NULL, NULL, NULL, &done));
    CHECK(done == 700 && q[699] == value);
    bocpd_detector_free(one);
    bocpd_detector_free(many);
    bocpd_detector_free(strided);
}

static void a_batch_says_how_far_it_came(void) {
    bocpd_detector *detector = detector_of(gaussian()), *other = detector_of(gaussian());
    double xs[600], p[600];
    size_t done = 77, i;
    fill(xs, 600);
    xs[300] = INFINITY;
    for (i = 0; i < 600; i++) {
        p[i] = -1.0;
    }
    CHECK_FAILS(bocpd_detector_batch(detector, xs, 600, p, NULL, NULL, NULL, &done),
                BOCPD_NON_FINITE, "at index 300");
    CHECK(done == 300 && p[299] >= 0.0 && p[300] == -1.0);
    CHECK_OK(bocpd_detector_batch(other, xs, 300, NULL, NULL, NULL, NULL, NULL));
    take_image(detector, &before);
    take_image(other, &after);
    CHECK(same(&before, &after));
    CHECK_OK(bocpd_detector_reset(detector));
    CHECK_FAILS(bocpd_detector_batch_strided(detector, xs, 600, 1, p, NULL, NULL, NULL, &done),
                BOCPD_NON_FINITE, "at index 300");
    CHECK(done == 300);
    take_image(detector, &after);
    CHECK(same(&before, &after));
    bocpd_detector_free(detector);
    bocpd_detector_free(other);
}

static void clones_resets_and_copies(void) {
    bocpd_config *config = gaussian(), *copy = NULL;
    bocpd_detector *detector = NULL, *clone = NULL, *fresh = NULL;
    double p, q;
    CHECK_OK(bocpd_config_clone(config, &copy));
    CHECK_OK(bocpd_detector_new(config, &detector));
    CHECK_OK(bocpd_config_set_poisson(copy, 1, 1));
    CHECK_OK(bocpd_detector_new(config, &fresh));
    bocpd_config_free(copy);
    bocpd_config_free(config);
    CHECK_OK(bocpd_detector_step(detector, 0.1, NULL));
    CHECK_OK(bocpd_detector_clone(detector, &clone));
    CHECK_OK(bocpd_detector_step(detector, 5.0, &p));
    CHECK_OK(bocpd_detector_step(clone, 0.1, &q));
    CHECK(p > q);
    CHECK_OK(bocpd_detector_reset(detector));
    take_image(detector, &before);
    take_image(fresh, &after);
    CHECK(same(&before, &after));
    bocpd_detector_free(detector);
    CHECK_OK(bocpd_detector_step(clone, 0.1, &q));
    bocpd_detector_free(clone);
    bocpd_detector_free(fresh);
}

static void snapshots(void) {
    bocpd_detector *detector = detector_of(gaussian()), *restored = NULL, *none = NULL;
    bocpd_config *config = gaussian();
    double xs[90];
    size_t i;
    fill(xs, 90);
    CHECK_OK(bocpd_detector_batch(detector, xs, 70, NULL, NULL, NULL, NULL, NULL));
    take_image(detector, &before);
    CHECK_OK(bocpd_detector_restore(before.bytes, before.length, &restored));
    CHECK_OK(bocpd_detector_batch(detector, xs + 70, 20, NULL, NULL, NULL, NULL, NULL));
    CHECK_OK(bocpd_detector_batch(restored, xs + 70, 20, NULL, NULL, NULL, NULL, NULL));
    take_image(detector, &after);
    bocpd_detector_free(detector);
    detector = restored;
    restored = NULL;
    {
        static image again;
        take_image(detector, &again);
        CHECK(same(&after, &again));
    }
    for (i = 0; i < before.length; i += 7) {
        before.bytes[i] ^= 0x10;
        CHECK_FAILS(bocpd_detector_restore(before.bytes, before.length, &none), BOCPD_SNAPSHOT,
                    "snapshot");
        before.bytes[i] ^= 0x10;
    }
    CHECK_FAILS(bocpd_detector_restore(before.bytes, before.length - 1, &none), BOCPD_SNAPSHOT,
                "snapshot");
    CHECK_FAILS(bocpd_detector_restore(NULL, 0, &none), BOCPD_SNAPSHOT, "snapshot");
    CHECK_OK(bocpd_detector_restore_with(config, before.bytes, before.length, &restored));
    CHECK_OK(bocpd_config_set_constant_hazard(config, 50));
    CHECK_FAILS(bocpd_detector_restore_with(config, before.bytes, before.length, &none),
                BOCPD_SNAPSHOT, "another configuration");
    CHECK(none == NULL);
    bocpd_config_free(config);
    bocpd_detector_free(detector);
    bocpd_detector_free(restored);
}

static void irregular_times(void) {
    bocpd_config *config = NULL;
    bocpd_detector *detector;
    double row = 0.3, p = 0.0, q = 0.0;
    CHECK_OK(bocpd_config_new(&config));
    CHECK_OK(bocpd_config_set_gaussian(config, 0, 1, 1, 1));
    CHECK_OK(bocpd_config_set_rate_hazard(config, 0.01));
    detector = detector_of(config);
    CHECK_OK(bocpd_detector_step_after(detector, 1.0, 0.1, NULL));
    CHECK_OK(bocpd_detector_skip_after(detector, 1.0, &p));
    CHECK_OK(bocpd_detector_step_row_after(detector, 200.0, &row, 1, &q));
    CHECK(fabs(p - -expm1(-0.01)) < 1e-15 && q > 0.5);
    bocpd_detector_free(detector);
}

static void limits(void) {
    bocpd_config *config = gaussian();
    bocpd_detector *detector;
    double xs[500], mass = -1.0;
    size_t live = 0;
    fill(xs, 500);
    CHECK_OK(bocpd_config_set_exact(config));
    CHECK_OK(bocpd_detector_new(config, &detector));
    CHECK_OK(bocpd_detector_batch(detector, xs, 500, NULL, NULL, NULL, NULL, NULL));
    CHECK_OK(bocpd_detector_live(detector, &live));
    CHECK_OK(bocpd_detector_pruned_mass(detector, &mass));
    CHECK(live == 500 && mass == 0.0);
    bocpd_detector_free(detector);
    CHECK_OK(bocpd_config_set_max_hypotheses(config, 16));
    CHECK_OK(bocpd_config_set_min_weight(config, 1e-6));
    CHECK_OK(bocpd_config_set_max_run_length(config, 100));
    detector = detector_of(config);
    CHECK_OK(bocpd_detector_batch(detector, xs, 500, NULL, NULL, NULL, NULL, NULL));
    CHECK_OK(bocpd_detector_live(detector, &live));
    CHECK_OK(bocpd_detector_pruned_mass(detector, &mass));
    CHECK(live <= 24 && mass > 0.0);
    bocpd_detector_free(detector);
}

/* Chosen by chance, the same for the same seed. */
static void resampling(void) {
    double xs[500], evidence[3] = {0};
    size_t live = 0;
    int i;
    fill(xs, 500);
    for (i = 0; i < 3; i++) {
        bocpd_config *config = gaussian();
        bocpd_detector *detector;
        CHECK_OK(bocpd_config_set_exact(config));
        CHECK_FAILS(bocpd_config_set_resample(config, 1), BOCPD_INVALID_PARAMETER, "resample");
        CHECK_OK(bocpd_config_set_max_hypotheses(config, 20));
        CHECK_OK(bocpd_config_set_resample(config, i < 2 ? 1 : 2));
        detector = detector_of(config);
        CHECK_OK(bocpd_detector_batch(detector, xs, 500, NULL, NULL, NULL, NULL, NULL));
        CHECK_OK(bocpd_detector_live(detector, &live));
        CHECK(live <= 20);
        CHECK_OK(bocpd_detector_ln_evidence(detector, &evidence[i]));
        bocpd_detector_free(detector);
    }
    CHECK(evidence[0] == evidence[1] && evidence[0] != evidence[2]);
}

static void defaults(void) {
    double xs[90];
    size_t i, length = 0;
    uint64_t change = 0;
    bocpd_config *config = NULL;
    bocpd_detector *detector;
    fill(xs, 90);
    for (i = 0; i < 90; i++) {
        xs[i] = 1e6 + 1e3 * xs[i];
    }
    CHECK_OK(bocpd_config_for(xs, 90, &config));
    detector = detector_of(config);
    CHECK_OK(bocpd_detector_batch(detector, xs, 90, NULL, NULL, NULL, NULL, NULL));
    CHECK_OK(bocpd_detector_changepoints(detector, &change, 1, &length));
    CHECK(length == 1 && change == 60);
    bocpd_detector_free(detector);
    CHECK_OK(bocpd_config_for(NULL, 0, &config));
    bocpd_config_free(config);
}

/* A hazard that the stream tells. */
static void hazards(void) {
    const double means[] = {10, 1000};
    double xs[200], p[2] = {0, 0};
    size_t i, length = 0;
    bocpd_config *config = NULL;
    bocpd_detector *detector = NULL;
    bocpd_detection *found = NULL;
    for (i = 0; i < 200; i++) {
        xs[i] = (i / 10 % 2 == 0 ? 0.0 : 20.0) + (double)(i * 7 % 5);
    }
    CHECK_OK(bocpd_config_new(&config));
    CHECK_OK(bocpd_config_set_gaussian(config, 0, 0.01, 1, 1));
    CHECK_OK(bocpd_config_set_constant_grid_hazard(config, means, 2));
    CHECK_OK(bocpd_detector_new(config, &detector));
    CHECK_OK(bocpd_detector_hazard_probabilities(detector, p, 2, &length));
    CHECK(length == 2 && p[0] == 0.5 && p[1] == 0.5);
    CHECK_OK(bocpd_detector_batch(detector, xs, 200, NULL, NULL, NULL, NULL, NULL));
    CHECK_OK(bocpd_detector_hazard_probabilities(detector, p, 2, &length));
    CHECK(p[0] > 0.99);
    CHECK_FAILS(bocpd_detector_hazard_probabilities(detector, p, 1, &length),
                BOCPD_BUFFER_TOO_SMALL, "2");
    CHECK_OK(bocpd_detect(xs, 200, config, 0.9, &found));
    CHECK_OK(bocpd_detection_hazard_probabilities(found, p, 2, &length));
    CHECK(length == 2 && p[0] > 0.99);
    bocpd_detection_free(found);
    bocpd_detector_free(detector);
    CHECK_OK(bocpd_config_set_constant_hazard(config, 100));
    CHECK_OK(bocpd_detect(xs, 200, config, 0.9, &found));
    CHECK_OK(bocpd_detection_hazard_probabilities(found, p, 2, &length));
    CHECK(length == 0);
    bocpd_detection_free(found);
    bocpd_config_free(config);
}

/* A stream of which only the first values are known. */
static void for_stream(void) {
    double xs[90], p[16], sum = 0;
    size_t i, length = 0;
    uint64_t change = 0;
    bocpd_config *config = NULL, *other = NULL;
    bocpd_detector *detector = NULL;
    fill(xs, 90);
    CHECK_FAILS(bocpd_config_for_stream(NULL, 1, &config), BOCPD_NULL_POINTER, "values");
    CHECK_OK(bocpd_config_for_stream(xs, 50, &config));
    CHECK_OK(bocpd_detector_new(config, &detector));
    CHECK_OK(bocpd_detector_batch(detector, xs, 90, NULL, NULL, NULL, NULL, NULL));
    CHECK_OK(bocpd_detector_changepoints(detector, &change, 1, &length));
    CHECK(length == 1 && change == 60);
    CHECK_OK(bocpd_detector_model_probabilities(detector, p, 16, &length));
    CHECK(length == 11);
    for (i = 0; i < length; i++) {
        CHECK(p[i] >= 0);
        sum += p[i];
    }
    CHECK(sum > 0.999999 && sum < 1.000001 && p[0] > 0.5);
    bocpd_detector_free(detector);
    /* A model that is set is the only one. */
    CHECK_OK(bocpd_config_set_gaussian(config, 0, 1, 1, 1));
    CHECK_OK(bocpd_detector_new(config, &detector));
    CHECK_OK(bocpd_detector_model_probabilities(detector, p, 16, &length));
    CHECK(length == 1 && p[0] == 1);
    bocpd_detector_free(detector);
    /* Another one beside it. */
    CHECK_OK(bocpd_config_new(&other));
    CHECK_FAILS(bocpd_config_add_alternative(config, other, 1), BOCPD_INCOMPLETE, "model");
    CHECK_OK(bocpd_config_set_gaussian(other, 5, 1, 1, 1));
    CHECK_FAILS(bocpd_config_add_alternative(config, other, 0), BOCPD_INVALID_PARAMETER, "weight");
    CHECK_OK(bocpd_config_add_alternative(config, other, 3));
    CHECK_OK(bocpd_detector_new(config, &detector));
    CHECK_OK(bocpd_detector_model_probabilities(detector, p, 16, &length));
    CHECK(length == 2 && p[0] == 0.25 && p[1] == 0.75);
    bocpd_detector_free(detector);
    /* Anew in each segment: the levels are 0 and 5, and so are the models. */
    CHECK_OK(bocpd_config_set_alternatives_per_segment(config));
    CHECK_OK(bocpd_detector_new(config, &detector));
    CHECK_OK(bocpd_detector_model_probabilities(detector, p, 16, &length));
    CHECK(length == 2 && p[0] > 0.2499 && p[0] < 0.2501);
    for (i = 0; i < 30; i++) {
        CHECK_OK(bocpd_detector_step(detector, (i % 3 == 0 ? 0.5 : -0.25) + (i < 15 ? 0 : 5), NULL));
        CHECK_OK(bocpd_detector_model_probabilities(detector, p, 16, &length));
        CHECK(i != 14 || p[0] > 0.7);
    }
    CHECK(p[1] > 0.7);
    bocpd_detector_free(detector);
    CHECK_OK(bocpd_config_set_alternatives_per_stream(config));
    bocpd_config_free(other);
    bocpd_config_free(config);
    CHECK_OK(bocpd_config_for_stream(NULL, 0, &config));
    bocpd_config_free(config);
}

/* What a detection cannot vouch for. */
static double prior_of_none(void *user, const void *stats, const double *x) {
    (void)user;
    (void)stats;
    return -*x * *x;
}

static void nothing(void *user, void *stats) {
    (void)user;
    (void)stats;
}

static void learns_nothing(void *user, void *stats, const double *x) {
    (void)user;
    (void)stats;
    (void)x;
}

/* Which configurations can have several numbers. */
static void numbers_are_added(void) {
    bocpd_config *config = gaussian(), *other = NULL, *empty = NULL;
    bocpd_detector *detector = NULL;
    bocpd_model own = {0};
    size_t dimension = 77, i;
    CHECK_OK(bocpd_config_new(&empty));
    CHECK_OK(bocpd_config_new(&other));
    CHECK_FAILS(bocpd_config_add_number(config, empty), BOCPD_INCOMPLETE, "model");
    CHECK_FAILS(bocpd_config_add_number(empty, config), BOCPD_INCOMPLETE, "model");
    CHECK_FAILS(bocpd_config_add_number(config, NULL), BOCPD_NULL_POINTER, "other");
    CHECK_OK(bocpd_config_set_poisson(other, 1.0, 0.2));
    CHECK_FAILS(bocpd_config_add_number(NULL, other), BOCPD_NULL_POINTER, "config");
    CHECK_FAILS(bocpd_config_dimension(empty, &dimension), BOCPD_INCOMPLETE, "model");
    CHECK_FAILS(bocpd_config_dimension(NULL, &dimension), BOCPD_NULL_POINTER, "config");
    CHECK_FAILS(bocpd_config_dimension(config, NULL), BOCPD_NULL_POINTER, "dimension");
    CHECK(dimension == 77);
    CHECK_OK(bocpd_config_dimension(config, &dimension));
    CHECK(dimension == 1);
    CHECK_OK(bocpd_config_add_number(config, other));
    /* With all numbers that the other one has, itself included. */
    CHECK_OK(bocpd_config_add_number(config, config));
    CHECK_OK(bocpd_config_dimension(config, &dimension));
    CHECK(dimension == 4);
    CHECK_OK(bocpd_detector_new(config, &detector));
    CHECK_OK(bocpd_detector_dimension(detector, &dimension));
    CHECK(dimension == 4);
    bocpd_detector_free(detector);
    detector = NULL;
    /* A setter of a model takes the place of all. */
    CHECK_OK(bocpd_config_set_gaussian(config, 0.0, 1.0, 1.0, 1.0));
    CHECK_OK(bocpd_config_dimension(config, &dimension));
    CHECK(dimension == 1);

    /* Models of one's own stay alone. */
    own.struct_size = sizeof own;
    own.dimension = 2;
    own.stats_size = own.stats_align = 8;
    own.prior = nothing;
    own.ln_predictive = prior_of_none;
    own.update = learns_nothing;
    CHECK_OK(bocpd_config_add_number(config, other));
    CHECK_OK(bocpd_config_set_own_model(config, &own, NULL));
    CHECK_OK(bocpd_config_dimension(config, &dimension));
    CHECK(dimension == 2);
    CHECK_FAILS(bocpd_config_add_number(other, config), BOCPD_INVALID_PARAMETER,
                "model of a number");
    CHECK_OK(bocpd_detector_new(config, &detector));
    bocpd_detector_free(detector);
    detector = NULL;
    CHECK_OK(bocpd_config_add_number(config, other));
    CHECK_FAILS(bocpd_detector_new(config, &detector), BOCPD_INVALID_PARAMETER, "product");

    /* What cannot go together. */
    CHECK_OK(bocpd_config_set_gaussian(config, 0.0, 1.0, 1.0, 1.0));
    CHECK_OK(bocpd_config_add_alternative(config, other, 1.0));
    CHECK_OK(bocpd_config_add_number(config, other));
    CHECK_FAILS(bocpd_detector_new(config, &detector), BOCPD_INVALID_PARAMETER, "alternatives");
    CHECK_OK(bocpd_config_set_regression(other, 0, 1, 1, 1, 0, 0.5, 0, 1, 2));
    CHECK_OK(bocpd_config_set_gaussian(config, 0.0, 1.0, 1.0, 1.0));
    CHECK_OK(bocpd_config_add_number(config, other));
    CHECK_FAILS(bocpd_detector_new(config, &detector), BOCPD_INVALID_PARAMETER, "features");
    CHECK_OK(bocpd_config_set_gaussian(config, 0.0, 1.0, 1.0, 1.0));
    CHECK_OK(bocpd_config_set_gaussian(other, 0.0, 1.0, 1.0, 1.0));
    for (i = 1; i < 1024; i *= 2) {
        CHECK_OK(bocpd_config_add_number(config, config));
    }
    CHECK_OK(bocpd_config_dimension(config, &dimension));
    CHECK(dimension == 1024);
    CHECK_FAILS(bocpd_config_add_number(config, other), BOCPD_INVALID_PARAMETER,
                "number of models must lie in [1, 1024], got 1025");
    CHECK_OK(bocpd_detector_new(config, &detector));
    bocpd_detector_free(detector);
    bocpd_config_free(config);
    bocpd_config_free(other);
    bocpd_config_free(empty);
}

/* Each number may be missing or wrong by itself. */
static void several_numbers(void) {
    bocpd_config *config = gaussian(), *other = NULL;
    bocpd_detector *detector, *twin;
    const double whole[2] = {0.5, 3.0}, part[2] = {NAN, 4.0}, nothing_there[2] = {NAN, NAN};
    const double infinite[2] = {0.5, INFINITY}, half[2] = {0.5, 2.5};
    double p = 77, one = 0, two = 0;
    CHECK_OK(bocpd_config_new(&other));
    CHECK_OK(bocpd_config_set_poisson(other, 1.0, 0.2));
    CHECK_OK(bocpd_config_add_number(config, other));
    CHECK_OK(bocpd_detector_new(config, &detector));
    CHECK_OK(bocpd_detector_step_row(detector, whole, 2, NULL));
    take_image(detector, &before);
    CHECK_FAILS(bocpd_detector_step_row(detector, part, 2, &p), BOCPD_NON_FINITE,
                "observation[0] must be finite, got NaN");
    CHECK_FAILS(bocpd_detector_step_row(detector, infinite, 2, &p), BOCPD_NON_FINITE,
                "observation[1]");
    CHECK_FAILS(bocpd_detector_step_row(detector, half, 2, &p), BOCPD_OUT_OF_SUPPORT,
                "observation[1] must be a whole number, 0 or more, got 2.5");
    CHECK_FAILS(bocpd_detector_step(detector, 0.5, &p), BOCPD_DIMENSION, "length 2");
    CHECK_FAILS(bocpd_detector_step_row_after(detector, 1.0, half, 1, &p), BOCPD_DIMENSION,
                "length 2");
    take_image(detector, &after);
    CHECK(p == 77 && same(&before, &after));
    bocpd_detector_free(detector);

    CHECK_OK(bocpd_config_set_missing_skip(config));
    CHECK_OK(bocpd_config_set_rate_hazard(config, 0.02));
    CHECK_OK(bocpd_detector_new(config, &detector));
    CHECK_OK(bocpd_detector_new(config, &twin));
    CHECK_OK(bocpd_detector_step_row(detector, part, 2, NULL));
    CHECK_OK(bocpd_detector_ln_evidence(detector, &one));
    CHECK(one < 0);
    CHECK_OK(bocpd_detector_step_row_after(detector, 2.5, nothing_there, 2, NULL));
    CHECK_OK(bocpd_detector_ln_evidence(detector, &two));
    CHECK(one == two);
    CHECK_FAILS(bocpd_detector_step_row(detector, infinite, 2, &p), BOCPD_NON_FINITE,
                "observation[1]");
    CHECK_OK(bocpd_detector_step_row(twin, part, 2, NULL));
    CHECK_OK(bocpd_detector_skip_after(twin, 2.5, NULL));
    take_image(detector, &before);
    take_image(twin, &after);
    CHECK(same(&before, &after));
    bocpd_detector_free(detector);
    bocpd_detector_free(twin);
    bocpd_config_free(config);
    bocpd_config_free(other);
}

static void remarks(void) {
    const double xs[3] = {1, 2, 3};
    const char *kind = NULL, *text = NULL;
    double value = 0;
    size_t count = 0;
    bocpd_detection *detection = NULL;
    CHECK_OK(bocpd_detect(xs, 3, NULL, 0.9, &detection));
    CHECK_OK(bocpd_detection_remark_count(detection, &count));
    CHECK(count == 1);
    CHECK_OK(bocpd_detection_remark(detection, 0, &kind, &value, &text));
    CHECK(strcmp(kind, "too_few") == 0 && value == 3 && strstr(text, "too few") != NULL);
    CHECK_OK(bocpd_detection_remark(detection, 0, NULL, NULL, NULL));
    CHECK_FAILS(bocpd_detection_remark(detection, 1, &kind, &value, &text), BOCPD_INDEX, "1");
    bocpd_detection_free(detection);
}

/* Which changes are wanted: what is set is obeyed, what cannot be is refused and leaves the
 * configuration as it was. */
static void preferences(void) {
    double xs[60];
    uint64_t changes[8];
    size_t i, length = 0;
    bocpd_config *config = NULL;
    bocpd_detector *detector = NULL;
    for (i = 0; i < 60; i++) {
        xs[i] = (double)(i * 7 % 5) * 0.2 + (i >= 30 && i < 33 ? 6 : 0);
    }
    CHECK_OK(bocpd_config_new(&config));
    CHECK_OK(bocpd_config_set_gaussian(config, 0, 0.02, 2, 1));
    CHECK_OK(bocpd_config_set_constant_hazard(config, 50));
    CHECK_OK(bocpd_detector_new(config, &detector));
    CHECK_OK(bocpd_detector_batch(detector, xs, 60, NULL, NULL, NULL, NULL, NULL));
    CHECK_OK(bocpd_detector_changepoints(detector, changes, 8, &length));
    CHECK(length == 2 && changes[0] == 30 && changes[1] == 33);
    bocpd_detector_free(detector);

    CHECK_FAILS(bocpd_config_set_min_segment(config, 0), BOCPD_INVALID_PARAMETER, "min_segment");
    CHECK_FAILS(bocpd_config_set_resolution(config, 2), BOCPD_INVALID_PARAMETER, "resolution");
    CHECK_FAILS(bocpd_config_set_sensitivity(config, -1), BOCPD_INVALID_PARAMETER, "sensitivity");
    CHECK_FAILS(bocpd_config_set_sensitivity(NULL, 1), BOCPD_NULL_POINTER, "config");
    CHECK_OK(bocpd_config_set_min_segment(config, 8));
    CHECK_OK(bocpd_detector_new(config, &detector));
    CHECK_OK(bocpd_detector_batch(detector, xs, 60, NULL, NULL, NULL, NULL, NULL));
    CHECK_OK(bocpd_detector_changepoints(detector, changes, 8, &length));
    for (i = 1; i < length; i++) {
        CHECK(changes[i] - changes[i - 1] >= 8);
    }
    bocpd_detector_free(detector);

    CHECK_OK(bocpd_config_set_min_segment(config, 1));
    CHECK_OK(bocpd_config_set_resolution(config, 0.1));
    CHECK_OK(bocpd_config_set_sensitivity(config, 0.1));
    CHECK_OK(bocpd_detector_new(config, &detector));
    CHECK_OK(bocpd_detector_batch(detector, xs, 60, NULL, NULL, NULL, NULL, NULL));
    CHECK_OK(bocpd_detector_changepoints(detector, changes, 8, &length));
    CHECK(length == 0);
    bocpd_detector_free(detector);
    bocpd_config_free(config);
}

/* Features that come along with observations: asked for in every way there is. */
static void with_features(void) {
    double xs[40], features[40], p_outlier[40], median = 0, later = 0;
    size_t i, width = 0, length = 0;
    uint64_t change = 0;
    bocpd_config *config = NULL;
    bocpd_detector *detector = NULL;
    bocpd_distribution *next = NULL;
    bocpd_segments *segments = NULL;
    bocpd_detection *detection = NULL;
    fill(xs, 40);
    for (i = 0; i < 40; i++) {
        features[i] = (double)(i * 7 % 5) - 2;
        xs[i] = xs[i] * 0.01 + (i < 20 ? 3 : -3) * features[i];
    }
    CHECK_OK(bocpd_config_new(&config));
    CHECK_OK(bocpd_config_set_regression(config, 0, 1, 2, 0.2, 0, 0.5, 0, 10, 1));
    CHECK_OK(bocpd_config_set_constant_hazard(config, 50));
    CHECK_OK(bocpd_config_set_outliers(config, 0.001, 0, 10));
    CHECK_OK(bocpd_config_set_history_all(config));
    CHECK_OK(bocpd_detector_new(config, &detector));
    CHECK_OK(bocpd_detector_features(detector, &width));
    CHECK(width == 1);
    CHECK(bocpd_detector_step(detector, 1, NULL) == BOCPD_FEATURES);
    CHECK_OK(bocpd_detector_batch_with(detector, xs, 40, features, 1, NULL, NULL, NULL, NULL, NULL));
    CHECK_OK(bocpd_detector_changepoints(detector, &change, 1, &length));
    CHECK(length == 1 && change == 20);
    CHECK_OK(bocpd_detector_predict_with(detector, 1, features, 1, &next));
    CHECK_OK(bocpd_distribution_quantile(next, 0.5, &median));
    bocpd_distribution_free(next);
    CHECK_OK(bocpd_detector_predict_with_after(detector, 1, features, 1, &next));
    CHECK_OK(bocpd_distribution_quantile(next, 0.5, &later));
    bocpd_distribution_free(next);
    CHECK(median > 4 && median == later);
    CHECK(bocpd_detector_predict_with(detector, 1, features, 2, &next) == BOCPD_FEATURES);
    CHECK_OK(bocpd_detector_segments_with(detector, xs, 40, features, 1, &change, 1, 0.9, &segments));
    bocpd_segments_free(segments);
    CHECK_OK(bocpd_detector_p_outlier_in_with(detector, xs, 40, features, 1, &change, 1, p_outlier,
                                              40, &length));
    CHECK(length == 40 && p_outlier[30] < 0.5);
    CHECK_OK(bocpd_detect_with(xs, 40, features, 1, config, 0.9, &detection));
    bocpd_detection_free(detection);
    CHECK_OK(bocpd_detector_detection_with(detector, xs, 40, features, 1, 0.9, &detection));
    bocpd_detection_free(detection);
    bocpd_config_free(config);
    bocpd_detector_free(detector);
}

/* A prior on the scale of the values: the same as by hand. */
static void defaults_of_models(void) {
    const double xs[5] = {3, 1, 2, 5, 4};
    const double grid[5] = {2, 4, 8, 16, 64};
    /* The median absolute deviation is 1. */
    const double scale = 1.482602218505602, variance = scale * scale;
    int model;
    for (model = 0; model < 5; model++) {
        bocpd_config *configs[2] = {NULL};
        double evidence[2] = {0};
        int i;
        for (i = 0; i < 2; i++) {
            bocpd_detector *detector;
            CHECK_OK(bocpd_config_new(&configs[i]));
            CHECK_OK(bocpd_config_set_constant_hazard(configs[i], 50));
            switch (model) {
            case 0:
                CHECK_OK(i == 0 ? bocpd_config_set_gaussian_for(configs[i], xs, 5)
                                : bocpd_config_set_gaussian(configs[i], 3, 1, 1, variance));
                break;
            case 1:
                CHECK_OK(i == 0 ? bocpd_config_set_student_t_for(configs[i], xs, 5)
                                : bocpd_config_set_student_t(configs[i], 3, 1, 1, variance, 4));
                break;
            case 2:
                CHECK_OK(i == 0 ? bocpd_config_set_student_t_grid_for(configs[i], xs, 5)
                                : bocpd_config_set_student_t_grid(configs[i], 3, 1, 1, variance,
                                                                  grid, NULL, 5));
                break;
            case 3:
                CHECK_OK(i == 0 ? bocpd_config_set_poisson_for(configs[i], xs, 5)
                                : bocpd_config_set_poisson(configs[i], 1, 1.0 / 3));
                break;
            default:
                CHECK_OK(i == 0 ? bocpd_config_set_gamma_for(configs[i], xs, 5, 2)
                                : bocpd_config_set_gamma(configs[i], 2, 3, 2));
                break;
            }
            detector = detector_of(configs[i]);
            CHECK_OK(bocpd_detector_batch(detector, xs, 5, NULL, NULL, NULL, NULL, NULL));
            CHECK_OK(bocpd_detector_ln_evidence(detector, &evidence[i]));
            bocpd_detector_free(detector);
        }
        CHECK(evidence[0] < 0 && fabs(evidence[0] - evidence[1]) < 1e-9);
    }
}

int main(void) {
    versions_and_messages();
    null_is_a_status();
    other_arguments();
    parameters_are_named();
    every_model_and_hazard();
    a_change_is_found();
    small_buffers_are_left_alone();
    settled_changes_are_taken_once();
    bad_observations_change_nothing();
    missing_values();
    batches_are_steps();
    a_batch_says_how_far_it_came();
    clones_resets_and_copies();
    snapshots();
    irregular_times();
    limits();
    resampling();
    defaults();
    hazards();
    for_stream();
    numbers_are_added();
    several_numbers();
    remarks();
    preferences();
    with_features();
    defaults_of_models();
    if (failures == 0) {
        puts("api: ok");
    }
    return failures != 0;
}
