/* Distributions answer, whatever number they are asked about, and at once. */
#define _POSIX_C_SOURCE 200809L

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "bocpd.h"
#include "check.h"

/* What is left after so many seconds never ends: SIGALRM ends the program. Far more
   than is needed, also under valgrind. */
enum { LIMIT = 300 };

static const double numbers[] = {-INFINITY, -1.7976931348623157e308, -1e308, -1e100, -1.0,
                                 -5e-324,   -0.0,                    0.0,    5e-324, 1e-308,
                                 1e-9,      0.5,                     1.0,    2.0,    1e7,
                                 1e100,     1e308, 1.7976931348623157e308, INFINITY};
enum { COUNT = sizeof numbers / sizeof numbers[0] };

static int is_probability(double p) { return p >= 0 && p <= 1 && !signbit(p); }

static void ask(bocpd_distribution *d, int has_density) {
    double ln, below, up_to, above, pit, p_value, low, high, x;
    int i;
    for (i = 0; i < COUNT; i++) {
        if (has_density) {
            CHECK_OK(bocpd_distribution_ln_density(d, numbers[i], &ln));
            CHECK(!isnan(ln) && (isfinite(numbers[i]) || ln == -INFINITY));
        }
        CHECK_OK(bocpd_distribution_tail(d, numbers[i], &below, &up_to, &above, &pit, &p_value));
        CHECK(is_probability(below) && is_probability(up_to) && is_probability(above));
        CHECK(is_probability(pit) && is_probability(p_value));
        CHECK(isfinite(numbers[i]) || (up_to == (numbers[i] > 0) && above == (numbers[i] < 0)));
        CHECK_OK(bocpd_distribution_quantile(d, numbers[i], &x));
        CHECK_OK(bocpd_distribution_interval(d, numbers[i], &low, &high));
        if (numbers[i] >= 0 && numbers[i] <= 1) {
            CHECK(!isnan(x) && low <= high);
        } else {
            CHECK(isnan(x) && isnan(low) && isnan(high));
        }
    }
    if (has_density) {
        CHECK_OK(bocpd_distribution_ln_density(d, NAN, &ln));
        CHECK(isnan(ln));
    }
    CHECK_OK(bocpd_distribution_tail(d, NAN, &below, &up_to, &above, &pit, &p_value));
    CHECK(isnan(below) && isnan(up_to) && isnan(above) && isnan(pit) && isnan(p_value));
    CHECK_OK(bocpd_distribution_quantile(d, NAN, &x));
    CHECK_OK(bocpd_distribution_interval(d, NAN, &low, &high));
    CHECK(isnan(x) && isnan(low) && isnan(high));
    bocpd_distribution_free(d);
}

/* The prediction and every parameter, after three observations. */
static void ask_detector(bocpd_config *config, const double *xs, int own) {
    bocpd_detector *detector = NULL;
    bocpd_distribution *d = NULL;
    size_t count = 0, i;
    CHECK_OK(bocpd_config_set_constant_hazard(config, 50.0));
    CHECK_OK(bocpd_detector_new(config, &detector));
    bocpd_config_free(config);
    CHECK_OK(bocpd_detector_batch(detector, xs, 3, NULL, NULL, NULL, NULL, NULL));
    CHECK_OK(bocpd_detector_predict(detector, 1, &d));
    ask(d, 1);
    CHECK_OK(bocpd_detector_parameter_count(detector, &count));
    CHECK(count > 0);
    for (i = 0; i < count; i++) {
        CHECK_OK(bocpd_detector_parameter(detector, i, &d));
        ask(d, !own);
    }
    bocpd_detector_free(detector);
}

static bocpd_config *config(void) {
    bocpd_config *new_config = NULL;
    CHECK_OK(bocpd_config_new(&new_config));
    return new_config;
}

static void built_in(void) {
    /* Ordinary priors, and the extremes of what is taken. */
    static const double priors[] = {1.0, 1e-100, 1e100};
    static const double reals[] = {0.1, 0.2, -0.3}, counts[] = {1, 2, 0}, trials[] = {1, 0, 0},
                        waits[] = {1, 2, 0.4}, nu[] = {3.0, 30.0};
    size_t i, j;
    for (i = 0; i < 3; i++) {
        for (j = 0; j < 3; j++) {
            double a = priors[i], b = priors[j];
            bocpd_config *c = config();
            CHECK_OK(bocpd_config_set_gaussian(c, 0.0, a, b, 1.0));
            ask_detector(c, reals, 0);
            c = config();
            CHECK_OK(bocpd_config_set_student_t(c, 0.0, a, b, 1.0, 5.0));
            ask_detector(c, reals, 0);
            c = config();
            CHECK_OK(bocpd_config_set_student_t_grid(c, 0.0, a, b, 1.0, nu, NULL, 2));
            ask_detector(c, reals, 0);
            c = config();
            CHECK_OK(bocpd_config_set_poisson(c, a, b));
            ask_detector(c, counts, 0);
            c = config();
            CHECK_OK(bocpd_config_set_bernoulli(c, a, b));
            ask_detector(c, trials, 0);
            c = config();
            CHECK_OK(bocpd_config_set_binomial(c, a, b, 10));
            ask_detector(c, counts, 0);
            c = config();
            CHECK_OK(bocpd_config_set_gamma(c, a, b, 1.0));
            ask_detector(c, waits, 0);
        }
    }
}

/* -- exponential waiting times, by somebody who has not thought of what is no number -- */

typedef struct {
    double a, b;
} rate;

static void prior(void *user, void *stats) {
    rate *s = stats;
    (void)user;
    s->a = s->b = 1.0;
}

static double ln_predictive(void *user, const void *stats, const double *x) {
    const rate *s = stats;
    (void)user;
    return *x < 0 ? -INFINITY : log(s->a / s->b) - (s->a + 1) * log1p(*x / s->b);
}

static void update(void *user, void *stats, const double *x) {
    rate *s = stats;
    (void)user;
    s->a += 1;
    s->b += *x;
}

static void moments(void *user, const void *stats, double *mean, double *variance) {
    const rate *s = stats;
    (void)user;
    *mean = s->b / s->a;
    *variance = *mean * *mean;
}

/* 1 where x is not a number. */
static double cdf(void *user, const void *stats, double x) {
    const rate *s = stats;
    (void)user;
    return x > 0 ? 1 - exp(-s->a * log1p(x / s->b)) : x == x ? 0 : 1;
}

static void of_ones_own(void) {
    static const double waits[] = {1, 2, 0.4};
    bocpd_config *c = config();
    bocpd_model table;
    memset(&table, 0, sizeof table);
    table.struct_size = sizeof table;
    table.dimension = 1;
    table.stats_size = sizeof(rate);
    table.stats_align = sizeof(double);
    table.prior = prior;
    table.ln_predictive = ln_predictive;
    table.update = update;
    table.predictive_moments = table.level_moments = moments;
    table.predictive_cdf = table.level_cdf = cdf;
    CHECK_OK(bocpd_config_set_own_model(c, &table, NULL));
    ask_detector(c, waits, 1);
}

int main(void) {
    alarm(LIMIT);
    built_in();
    of_ones_own();
    if (failures == 0) {
        puts("any_number: ok");
    }
    return failures != 0;
}
