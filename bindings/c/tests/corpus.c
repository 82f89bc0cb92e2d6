/* The corpus through the C ABI: the lines that examples/corpus_lines.rs writes, on the
   standard input. Every number must be that of the Rust library, bit for bit. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "bocpd.h"
#include "check.h"

enum { MAX = 4096 };

static char name[128] = "before the first case";

/* Stops: what is read is not what this program knows. */
static void unreadable(const char *what) {
    fprintf(stderr, "corpus: %s: cannot read %s\n", name, what);
    exit(2);
}

static void word(char *into) {
    if (scanf("%127s", into) != 1) {
        unreadable("a word");
    }
}

static void expect(const char *expected) {
    char found[128];
    word(found);
    if (strcmp(found, expected) != 0) {
        unreadable(expected);
    }
}

static uint64_t integer(void) {
    uint64_t value;
    if (scanf("%" SCNu64, &value) != 1) {
        unreadable("a number");
    }
    return value;
}

static double of_bits(const char *hex) {
    uint64_t bits = strtoull(hex, NULL, 16);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static double real(void) {
    char hex[128];
    word(hex);
    return of_bits(hex);
}

static size_t reals(double *into) {
    size_t n = (size_t)integer(), i;
    if (n > MAX) {
        unreadable("so long a list");
    }
    for (i = 0; i < n; i++) {
        into[i] = real();
    }
    return n;
}

/* The same bits, or neither a number. */
static int equal(double a, double b) {
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

static void number(const char *what, size_t at, double found, double expected) {
    if (!equal(found, expected)) {
        fprintf(stderr, "corpus: %s: %s at %lu: %.17g, not %.17g\n", name, what,
                (unsigned long)at, found, expected);
        failures++;
    }
}

#include "kinds.h"

/* Takes one observation in, with features of 0.5 where the model wants some. */
static void step_beside(bocpd_detector *detector, double x) {
    static const double half[16] = {0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5,
                                    0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5};
    size_t wanted = 0;
    CHECK_OK(bocpd_detector_features(detector, &wanted));
    CHECK(wanted <= 16);
    CHECK_OK(wanted > 0 ? bocpd_detector_step_with(detector, x, half, wanted, NULL)
                        : bocpd_detector_step(detector, x, NULL));
}

/* The setter that makes a prior from values gives what core gives for them: the same
   predictions, bit for bit. */
static void prior_from_values(void) {
    static double values[MAX];
    char kind[128];
    size_t n = reals(values), i;
    bocpd_config *config = NULL, *expected = NULL;
    bocpd_detector *detector = NULL, *other = NULL;
    word(kind);
    CHECK_OK(bocpd_config_new(&config));
    CHECK_OK(bocpd_config_new(&expected));
    if (set_model_for(config, kind, values, n)) {
        word(kind);
        set_model(expected, kind);
        CHECK_OK(bocpd_config_set_constant_hazard(config, 50));
        CHECK_OK(bocpd_config_set_constant_hazard(expected, 50));
        CHECK_OK(bocpd_detector_new(config, &detector));
        CHECK_OK(bocpd_detector_new(expected, &other));
        for (i = 0; i < n; i++) {
            double a, b;
            step_beside(detector, values[i]);
            step_beside(other, values[i]);
            CHECK_OK(bocpd_detector_ln_evidence(detector, &a));
            CHECK_OK(bocpd_detector_ln_evidence(other, &b));
            number("evidence under a prior from values", i, a, b);
        }
    }
    bocpd_detector_free(detector);
    bocpd_detector_free(other);
    bocpd_config_free(config);
    bocpd_config_free(expected);
}

static bocpd_config *configuration(void) {
    char kind[128];
    double min_weight, probability, centre, scale;
    uint64_t max_hypotheses, max_run_length, further;
    bocpd_config *config = NULL;
    CHECK_OK(bocpd_config_new(&config));
    word(kind);
    set_model(config, kind);
    word(kind);
    set_hazard(config, kind);
    expect("from-values");
    prior_from_values();

    expect("pruning");
    max_hypotheses = integer();
    max_run_length = integer();
    min_weight = real();
    CHECK_OK(bocpd_config_set_exact(config));
    if (max_hypotheses > 0) {
        CHECK_OK(bocpd_config_set_max_hypotheses(config, (size_t)max_hypotheses));
    }
    if (max_run_length > 0) {
        CHECK_OK(bocpd_config_set_max_run_length(config, max_run_length));
    }
    if (min_weight >= 0.0) {
        CHECK_OK(bocpd_config_set_min_weight(config, min_weight));
    }
    expect("missing");
    if (integer() == 1) {
        CHECK_OK(bocpd_config_set_missing_skip(config));
    }
    expect("outliers");
    probability = real();
    centre = real();
    scale = real();
    if (probability >= 0.0) {
        CHECK_OK(bocpd_config_set_outliers(config, probability, centre, scale));
    }
    expect("preferences");
    CHECK_OK(bocpd_config_set_resolution(config, real()));
    CHECK_OK(bocpd_config_set_min_segment(config, integer()));
    CHECK_OK(bocpd_config_set_sensitivity(config, real()));
    expect("product");
    for (further = integer(); further > 0; further--) {
        bocpd_config *other = NULL;
        CHECK_OK(bocpd_config_new(&other));
        word(kind);
        set_model(other, kind);
        CHECK_OK(bocpd_config_add_number(config, other));
        bocpd_config_free(other);
    }
    return config;
}

/* The observations of the case, one after the other; NaN is missing. */
static double xs[MAX];
/* How many numbers each has. */
static size_t dimension;
/* Features of each observation, one after the other, and how many each has. */
static double features[MAX * 16];
static size_t width;

static int all_missing(const double *row) {
    size_t j;
    for (j = 0; j < dimension; j++) {
        if (!isnan(row[j])) {
            return 0;
        }
    }
    return 1;
}

/* Feeds an observation in, in the way that the case wants. */
static void feed(bocpd_detector *detector, int irregular, double elapsed, const double *row,
                 const double *beside, double *p) {
    const double x = *row;
    if (dimension > 1 && !all_missing(row)) {
        CHECK_OK(irregular ? bocpd_detector_step_row_after(detector, elapsed, row, dimension, p)
                           : bocpd_detector_step_row(detector, row, dimension, p));
    } else if (width > 0 && !isnan(x)) {
        CHECK_OK(irregular ? bocpd_detector_step_with_after(detector, elapsed, x, beside, width, p)
                           : bocpd_detector_step_with(detector, x, beside, width, p));
    } else if (irregular && isnan(x)) {
        CHECK_OK(bocpd_detector_skip_after(detector, elapsed, p));
    } else if (irregular) {
        CHECK_OK(bocpd_detector_step_after(detector, elapsed, x, p));
    } else if (isnan(x)) {
        CHECK_OK(bocpd_detector_skip(detector, p));
    } else {
        CHECK_OK(bocpd_detector_step(detector, x, p));
    }
}

/* The steps of a case: through two detectors, one observation at a time and, where the
   grid is regular, as one batch. */
static void steps(bocpd_detector *detector, bocpd_detector *batch, bocpd_detector *remembering) {
    static double p[MAX], map_p[MAX], ln[MAX], q[MAX], batch_map_p[MAX], batch_ln[MAX];
    static uint64_t runs[MAX], batch_runs[MAX];
    size_t n, i, j, done = 0;
    int irregular;
    expect("steps");
    n = (size_t)integer();
    irregular = integer() == 1;
    width = (size_t)integer();
    dimension = (size_t)integer();
    if (dimension == 0 || n > MAX / dimension || width > 16) {
        unreadable("so long a series");
    }
    for (i = 0; i < n; i++) {
        char text[128];
        double elapsed, p_outlier, value = -1.0;
        uint64_t run = 0;
        double *row = xs + i * dimension;
        for (j = 0; j < dimension; j++) {
            word(text);
            row[j] = strcmp(text, "-") == 0 ? NAN : of_bits(text);
        }
        elapsed = real();
        p[i] = real();
        runs[i] = integer();
        map_p[i] = real();
        ln[i] = real();
        p_outlier = real();
        for (j = 0; j < width; j++) {
            features[i * width + j] = real();
        }
        feed(detector, irregular, elapsed, row, features + i * width, &value);
        feed(remembering, irregular, elapsed, row, features + i * width, NULL);
        number("p_change_now", i, value, p[i]);
        CHECK_OK(bocpd_detector_map_run_length(detector, &run));
        number("map_run_length", i, (double)run, (double)runs[i]);
        CHECK_OK(bocpd_detector_map_probability(detector, &value));
        number("map_probability", i, value, map_p[i]);
        CHECK_OK(bocpd_detector_ln_predictive(detector, &value));
        number("ln_predictive", i, value, ln[i]);
        CHECK_OK(bocpd_detector_p_outlier(detector, &value));
        number("p_outlier", i, value, p_outlier);
    }
    if (!irregular) {
        CHECK_OK(width > 0 ? bocpd_detector_batch_with(batch, xs, n, features, width, q, batch_runs,
                                                       batch_map_p, batch_ln, &done)
                           : bocpd_detector_batch(batch, xs, n, q, batch_runs, batch_map_p,
                                                  batch_ln, &done));
        CHECK(done == n);
        CHECK(memcmp(p, q, n * sizeof *p) == 0 && memcmp(runs, batch_runs, n * sizeof *runs) == 0);
        CHECK(memcmp(map_p, batch_map_p, n * sizeof *p) == 0);
        CHECK(memcmp(ln, batch_ln, n * sizeof *p) == 0);
    }
}

typedef bocpd_status (*scalar)(const bocpd_detector *, double *);
typedef bocpd_status (*list)(const bocpd_detector *, uint64_t *, size_t, size_t *);

static void check_list(const char *what, list get, const bocpd_detector *detector) {
    static uint64_t values[MAX];
    size_t n, i, length = 0;
    expect(what);
    n = (size_t)integer();
    CHECK_OK(get(detector, NULL, 0, &length));
    CHECK(length == n);
    CHECK_OK(get(detector, values, MAX, &length));
    CHECK(length == n);
    for (i = 0; i < n; i++) {
        number(what, i, (double)values[i], (double)integer());
    }
}

static void end(const bocpd_detector *detector) {
    static const scalar scalars[] = {
        bocpd_detector_map_probability, bocpd_detector_mean_run_length,
        bocpd_detector_ln_predictive,   bocpd_detector_ln_evidence,
        bocpd_detector_pruned_mass,     bocpd_detector_map_ln_joint,
    };
    static uint64_t starts[MAX];
    static double probabilities[MAX];
    double value = 0.0;
    size_t n, i, length = 0;
    expect("end");
    CHECK_OK(bocpd_detector_p_change_now(detector, &value));
    number("p_change_now", 0, value, real());
    CHECK_OK(bocpd_detector_p_recent_change(detector, 10, &value));
    number("p_recent_change", 0, value, real());
    for (i = 0; i < sizeof scalars / sizeof *scalars; i++) {
        CHECK_OK(scalars[i](detector, &value));
        number("a readout at the end", i, value, real());
    }
    check_list("changepoints", bocpd_detector_changepoints, detector);
    check_list("settled", bocpd_detector_settled, detector);
    check_list("provisional", bocpd_detector_provisional, detector);
    expect("posterior");
    n = (size_t)integer();
    CHECK_OK(bocpd_detector_run_length_posterior(detector, starts, probabilities, MAX, &length));
    CHECK(length == n);
    for (i = 0; i < n; i++) {
        number("start", i, (double)starts[i], (double)integer());
        number("probability", i, probabilities[i], real());
    }
}

/* The next number of the input. */
static void real_is(const char *what, double found) { number(what, 0, found, real()); }

static void integer_is(const char *what, uint64_t found) {
    number(what, 0, (double)found, (double)integer());
}

static void alarms(bocpd_detector *detector) {
    bocpd_alarms *taken = NULL;
    uint64_t began = 0, noticed_at = 0;
    double probability = 0, p_rose = 0, difference = 0, sd = 0;
    size_t count = 0, which;
    int on = -1, i;
    expect("alarms");
    CHECK_OK(bocpd_detector_take_alarms(detector, &taken));
    CHECK_OK(bocpd_alarms_count(taken, &count));
    integer_is("the number of alarms", count);
    for (which = 0; which < count; which++) {
        CHECK_OK(bocpd_alarms_alarm(taken, which, &began, &noticed_at, &probability));
        integer_is("began", began);
        integer_is("noticed_at", noticed_at);
        real_is("the probability of an alarm", probability);
        CHECK_OK(bocpd_alarms_shift(taken, which, &probability, &p_rose, &difference, &sd));
        real_is("the probability of an alarm's shift", probability);
        real_is("p_rose of an alarm", p_rose);
        real_is("the difference of an alarm", difference);
        real_is("the sd of an alarm", sd);
    }
    bocpd_alarms_free(taken);
    expect("on");
    CHECK_OK(bocpd_detector_alarm_is_on(detector, &on));
    integer_is("alarm_is_on", (uint64_t)on);
    CHECK_OK(bocpd_detector_alarm_probability(detector, &probability));
    real_is("alarm_probability", probability);
    for (i = 0; i < 2; i++) {
        expect("shift");
        CHECK_OK(i == 0 ? bocpd_detector_shift(detector, &probability, &p_rose, &difference, &sd)
                        : bocpd_detector_shift_between(detector, 3, 9, &probability, &p_rose,
                                                       &difference, &sd));
        real_is("the probability of a shift", probability);
        real_is("p_rose of a shift", p_rose);
        real_is("the difference of a shift", difference);
        real_is("the sd of a shift", sd);
    }
}

static void list_of_locations(const bocpd_locations *locations) {
    static uint64_t set[MAX];
    size_t count = 0, length = 0, i, k;
    CHECK_OK(bocpd_locations_count(locations, &count));
    integer_is("the number of locations", count);
    for (i = 0; i < count; i++) {
        uint64_t at = 0, first = 0, last = 0, low = 0, high = 0;
        double here = 0, around = 0, single = 0, share = 0;
        CHECK_OK(bocpd_locations_change(locations, i, &at, &here, &around, &single));
        CHECK_OK(bocpd_locations_neighbourhood(locations, i, &first, &last));
        CHECK_OK(bocpd_locations_interval(locations, i, &low, &high, &share));
        CHECK_OK(bocpd_locations_credible_set(locations, i, set, MAX, &length));
        integer_is("a change", at);
        real_is("probability", here);
        real_is("p_nearby", around);
        real_is("p_single", single);
        real_is("share", share);
        integer_is("the neighbourhood", first);
        integer_is("the neighbourhood", last);
        integer_is("low", low);
        integer_is("high", high);
        integer_is("the size of a credible set", length);
        for (k = 0; k < length; k++) {
            integer_is("a credible set", set[k]);
        }
    }
}

static void list_of_segments(const bocpd_segments *segments) {
    size_t count = 0, parameters = 0, i, k;
    CHECK_OK(bocpd_segments_count(segments, &count));
    integer_is("the number of segments", count);
    for (i = 0; i < count; i++) {
        uint64_t start = 0, stop = 0, observed = 0;
        double evidence = 0, bayes = 0;
        CHECK_OK(bocpd_segments_bounds(segments, i, &start, &stop, &observed));
        CHECK_OK(bocpd_segments_evidence(segments, i, &evidence, &bayes));
        CHECK_OK(bocpd_segments_parameter_count(segments, i, &parameters));
        integer_is("start", start);
        integer_is("end", stop);
        integer_is("observed", observed);
        real_is("the evidence of a segment", evidence);
        real_is("a Bayes factor", bayes);
        integer_is("the number of parameters", parameters);
        for (k = 0; k < parameters; k++) {
            const char *called = "";
            double mean = 0, sd = 0, low = 0, high = 0;
            size_t of = 0;
            CHECK_OK(
                bocpd_segments_parameter(segments, i, k, &called, &mean, &sd, &low, &high));
            CHECK_OK(bocpd_segments_parameter_number(segments, i, k, &of));
            expect(called);
            integer_is("the number of a parameter", of);
            real_is("the mean of a parameter", mean);
            real_is("the sd of a parameter", sd);
            real_is("the low end of a parameter", low);
            real_is("the high end of a parameter", high);
        }
    }
}

static void smoothing(const bocpd_detector *detector, const uint64_t *changes, size_t n) {
    static double p[MAX];
    static uint64_t drawn[MAX];
    bocpd_locations *locations = NULL;
    uint64_t first = 0, seen = 0;
    double value = 0;
    size_t length = 0, ends[5] = {0}, i;
    expect("smoothed");
    CHECK_OK(bocpd_detector_smoothed(detector, &first, p, MAX, &length));
    integer_is("first", first);
    integer_is("the length of the smoothed marginals", length);
    for (i = 0; i < length; i++) {
        number("smoothed", i, p[i], real());
    }
    expect("smoothing");
    CHECK_OK(bocpd_detector_observations(detector, &seen));
    CHECK_OK(bocpd_detector_p_change_at(detector, (seen - 1) / 2, &value));
    real_is("p_change_at", value);
    CHECK_OK(bocpd_detector_p_change_between(detector, (seen - 1) / 2, seen - 1, &value));
    real_is("p_change_between", value);
    CHECK_OK(bocpd_detector_expected_changes(detector, &value));
    real_is("expected_changes", value);
    expect("locations");
    CHECK_OK(bocpd_detector_locations(detector, changes, n, 0.9, &locations));
    list_of_locations(locations);
    bocpd_locations_free(locations);
    expect("draws");
    CHECK_OK(bocpd_detector_sample_segmentations(detector, 5, 1, ends, drawn, MAX, &length));
    integer_is("the length of the draws", length);
    for (i = 0; i < length; i++) {
        integer_is("a draw", drawn[i]);
    }
    expect("ends");
    integer_is("the number of draws", 5);
    for (i = 0; i < 5; i++) {
        integer_is("the length of a draw", ends[i] - (i == 0 ? 0 : ends[i - 1]));
    }
}

/* A distribution in numbers; then it is freed. */
static void say(const char *as, bocpd_distribution *distribution) {
    double mean = 0, variance = 0, quantile = 0, low = 0, high = 0, least = 0, most = 0;
    double ln_density = 0, up_to = 0, above = 0;
    const char *called = "";
    size_t of = 0;
    int discrete = 0;
    CHECK_OK(bocpd_distribution_name(distribution, &called));
    expect(as != NULL ? as : called);
    CHECK(as == NULL || strcmp(called, "observation") == 0);
    CHECK_OK(bocpd_distribution_is_discrete(distribution, &discrete));
    CHECK_OK(bocpd_distribution_mean(distribution, &mean));
    CHECK_OK(bocpd_distribution_variance(distribution, &variance));
    CHECK_OK(bocpd_distribution_quantile(distribution, 0.25, &quantile));
    CHECK_OK(bocpd_distribution_interval(distribution, 0.9, &low, &high));
    CHECK_OK(bocpd_distribution_support(distribution, &least, &most));
    CHECK_OK(bocpd_distribution_ln_density(distribution, high, &ln_density));
    CHECK_OK(bocpd_distribution_tail(distribution, high, NULL, &up_to, &above, NULL, NULL));
    CHECK_OK(bocpd_distribution_number(distribution, &of));
    integer_is("the number that a distribution is about", of);
    integer_is("is_discrete", (uint64_t)discrete);
    real_is("a mean", mean);
    real_is("a variance", variance);
    real_is("a quantile", quantile);
    real_is("the low end of an interval", low);
    real_is("the high end of an interval", high);
    real_is("the low end of a support", least);
    real_is("the high end of a support", most);
    real_is("a density", ln_density);
    real_is("a cdf", up_to);
    real_is("a survival function", above);
    bocpd_distribution_free(distribution);
}

static void predictions(const bocpd_detector *detector) {
    static double drawn[MAX];
    bocpd_distribution *distribution = NULL;
    double value = 0;
    size_t count = 0, length = 0, i;
    int after;
    CHECK_OK(bocpd_detector_predict(detector, 1, &distribution));
    say("next", distribution);
    CHECK_OK(bocpd_detector_predict(detector, 7, &distribution));
    say("later", distribution);
    expect("after");
    after = integer() == 1;
    if (after) {
        CHECK_OK(bocpd_detector_predict_after(detector, 2.5, &distribution));
        say("elapsed", distribution);
    } else {
        CHECK_FAILS(bocpd_detector_predict_after(detector, 2.5, &distribution),
                    BOCPD_ELAPSED_UNSUPPORTED, "elapsed");
    }
    for (i = 0; i < dimension; i++) {
        CHECK_OK(bocpd_detector_predict_number(detector, i, 1, &distribution));
        say("number", distribution);
        if (after) {
            CHECK_OK(bocpd_detector_predict_number_after(detector, i, 2.5, &distribution));
            say("elapsed", distribution);
        }
    }
    expect("parameters");
    CHECK_OK(bocpd_detector_parameter_count(detector, &count));
    integer_is("the number of parameters", count);
    for (i = 0; i < count; i++) {
        CHECK_OK(bocpd_detector_parameter(detector, i, &distribution));
        say(NULL, distribution);
    }
    expect("next-change");
    CHECK_OK(bocpd_detector_p_change_within(detector, 10, &value));
    real_is("p_change_within", value);
    CHECK_OK(bocpd_detector_p_next_change_after(detector, 3, &value));
    real_is("p_next_change_after", value);
    CHECK_OK(bocpd_detector_expected_residual(detector, &value));
    real_is("expected_residual", value);
    expect("simulated");
    CHECK_OK(bocpd_detector_simulate(detector, 3, 4, drawn, MAX, &length));
    integer_is("how many numbers were simulated", length);
    for (i = 0; i < length; i++) {
        real_is("a simulated observation", drawn[i]);
    }
}

static void whole_job(const bocpd_detector *detector, const uint64_t *changes, size_t n) {
    const bocpd_locations *locations = NULL;
    const bocpd_segments *segments = NULL;
    bocpd_segments *own = NULL;
    bocpd_detection *found = NULL;
    uint64_t seen = 0;
    double value = 0;
    size_t count = 0, parts, i, j;
    CHECK_OK(bocpd_detector_observations(detector, &seen));
    expect("segments");
    CHECK_OK(bocpd_detector_segments(detector, xs, (size_t)seen, changes, n, 0.8, &own));
    list_of_segments(own);
    bocpd_segments_free(own);
    expect("detection");
    CHECK_OK(bocpd_detector_detection(detector, xs, (size_t)seen, 0.7, &found));
    CHECK_OK(bocpd_detection_changes(found, &locations));
    list_of_locations(locations);
    CHECK_OK(bocpd_locations_count(locations, &count));
    for (i = 0; i < count; i++) {
        const char *called = "";
        double factor = 0, p_rose = 0, difference = 0, sd = 0;
        size_t of = 0;
        CHECK_OK(bocpd_detection_jump(found, i, &called, &p_rose, &difference, &sd));
        CHECK_OK(bocpd_detection_jump_number(found, i, &of));
        expect(called);
        integer_is("the number of a jump", of);
        real_is("p_rose of a jump", p_rose);
        real_is("the difference of a jump", difference);
        real_is("the sd of a jump", sd);
        expect("parts");
        parts = (size_t)integer();
        CHECK(parts == (dimension > 1 ? dimension : 0));
        for (j = 0; j < parts; j++) {
            CHECK_OK(bocpd_detection_part(found, i, j, &factor, &called, &p_rose, &difference,
                                          &sd));
            expect(called);
            real_is("what a number adds to a Bayes factor", factor);
            real_is("p_rose of a part", p_rose);
            real_is("the difference of a part", difference);
            real_is("the sd of a part", sd);
        }
        CHECK_FAILS(bocpd_detection_part(found, i, parts, &factor, NULL, NULL, NULL, NULL),
                    BOCPD_INDEX, "position");
    }
    CHECK_OK(bocpd_detection_segments(found, &segments));
    list_of_segments(segments);
    CHECK_OK(bocpd_detection_observations(found, &seen));
    integer_is("observations", seen);
    CHECK_OK(bocpd_detection_expected_changes(found, &value));
    real_is("expected_changes of a detection", value);
    CHECK_OK(bocpd_detection_ln_evidence(found, &value));
    real_is("ln_evidence of a detection", value);
    CHECK_OK(bocpd_detection_map_ln_joint(found, &value));
    real_is("map_ln_joint of a detection", value);
    CHECK_OK(bocpd_detection_pruned_mass(found, &value));
    real_is("pruned_mass of a detection", value);
    CHECK_OK(bocpd_detection_mass(found, &value));
    real_is("the mass of a detection", value);
    bocpd_detection_free(found);
}

/* What a detector says beyond the filter. */
static void readouts(bocpd_detector *detector) {
    static uint64_t changes[MAX];
    size_t n = 0;
    CHECK_OK(bocpd_detector_changepoints(detector, changes, MAX, &n));
    alarms(detector);
    smoothing(detector, changes, n);
    predictions(detector);
    whole_job(detector, changes, n);
}

int main(int argc, char **argv) {
    char keyword[128];
    int cases = 0;
    if (argc != 2) {
        fputs("usage: corpus AT_LEAST_SO_MANY_CASES < LINES\n", stderr);
        return 2;
    }
    for (;;) {
        bocpd_config *config;
        bocpd_detector *detector = NULL, *batch = NULL, *remembering = NULL;
        word(keyword);
        if (strcmp(keyword, "end") == 0) {
            break;
        }
        if (strcmp(keyword, "case") != 0) {
            unreadable("the beginning of a case");
        }
        word(name);
        config = configuration();
        CHECK_OK(bocpd_detector_new(config, &detector));
        CHECK_OK(bocpd_detector_new(config, &batch));
        CHECK_OK(bocpd_config_set_history_all(config));
        CHECK_OK(bocpd_config_set_alarm(config, 0.9, 50, 3, 0.5, 0, 0));
        CHECK_OK(bocpd_detector_new(config, &remembering));
        steps(detector, batch, remembering);
        end(detector);
        expect("readouts");
        if (integer() == 1) {
            readouts(remembering);
        }
        bocpd_config_free(config);
        bocpd_detector_free(detector);
        bocpd_detector_free(batch);
        bocpd_detector_free(remembering);
        cases++;
    }
    CHECK(cases >= atoi(argv[1]));
    if (failures == 0) {
        printf("corpus: ok, %d cases\n", cases);
    }
    return failures != 0;
}
