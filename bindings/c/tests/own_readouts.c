/* What own models can say of themselves, held against built-in ones that say the same. */
#include <math.h>
#include <stdlib.h>

#include "bocpd.h"
#include "check.h"

/* -- a Gaussian level with known variance 1: as the Gaussian model that is sure of it - */

typedef struct {
    double mean, kappa;
} level;

typedef struct {
    int released;
    double sd; /* of the prior of the level, for simulations */
} known;

static void level_prior(void *user, void *stats) {
    level *s = stats;
    (void)user;
    s->mean = 0.0;
    s->kappa = 0.1;
}

static double level_ln_predictive(void *user, const void *stats, const double *x) {
    const level *s = stats;
    double variance = 1 + 1 / s->kappa, d = *x - s->mean;
    (void)user;
    return -0.5 * (log(2 * 3.14159265358979323846 * variance) + d * d / variance);
}

static void level_update(void *user, void *stats, const double *x) {
    level *s = stats;
    (void)user;
    s->mean += (*x - s->mean) / (s->kappa + 1);
    s->kappa += 1;
}

static void predictive_moments(void *user, const void *stats, double *mean, double *variance) {
    const level *s = stats;
    (void)user;
    *mean = s->mean;
    *variance = 1 + 1 / s->kappa;
}

static double predictive_cdf(void *user, const void *stats, double x) {
    const level *s = stats;
    (void)user;
    return 0.5 * erfc(-(x - s->mean) / sqrt(2 * (1 + 1 / s->kappa)));
}

static double predictive_survival(void *user, const void *stats, double x) {
    const level *s = stats;
    (void)user;
    return 0.5 * erfc((x - s->mean) / sqrt(2 * (1 + 1 / s->kappa)));
}

static void level_moments(void *user, const void *stats, double *mean, double *variance) {
    const level *s = stats;
    (void)user;
    *mean = s->mean;
    *variance = 1 / s->kappa;
}

static double level_cdf(void *user, const void *stats, double x) {
    const level *s = stats;
    (void)user;
    return 0.5 * erfc(-(x - s->mean) * sqrt(s->kappa / 2));
}

static double standard_normal(bocpd_random *random) {
    double radius = sqrt(-2 * log1p(-bocpd_random_uniform(random)));
    return radius * cos(2 * 3.14159265358979323846 * bocpd_random_uniform(random));
}

static void simulate(void *user, bocpd_random *random, size_t count, double *xs) {
    double mean = ((known *)user)->sd * standard_normal(random);
    size_t i;
    for (i = 0; i < count; i++) {
        xs[i] = mean + standard_normal(random);
    }
}

static void count_release(void *user) { ((known *)user)->released++; }

static bocpd_model known_variance(void) {
    bocpd_model table;
    memset(&table, 0, sizeof table);
    table.struct_size = sizeof table;
    table.dimension = 1;
    table.stats_size = sizeof(level);
    table.stats_align = sizeof(double);
    table.prior = level_prior;
    table.ln_predictive = level_ln_predictive;
    table.update = level_update;
    table.release = count_release;
    table.predictive_moments = predictive_moments;
    table.predictive_cdf = predictive_cdf;
    table.predictive_survival = predictive_survival;
    table.level_moments = level_moments;
    table.level_cdf = level_cdf;
    table.simulate = simulate;
    return table;
}

enum { N = 90 };

static double xs[N];

/* Levels 0, 4, 8: 30 observations each. */
static void fill(void) {
    unsigned long long state = 12;
    int t;
    for (t = 0; t < N; t++) {
        xs[t] = normal(&state) + 4.0 * (t / 30);
    }
}

static bocpd_config *common(void) {
    bocpd_config *config = NULL;
    CHECK_OK(bocpd_config_new(&config));
    CHECK_OK(bocpd_config_set_constant_hazard(config, 40));
    CHECK_OK(bocpd_config_set_exact(config));
    CHECK_OK(bocpd_config_set_history_all(config));
    CHECK_OK(bocpd_config_set_alarm(config, 0.9, 50, 3, 0.5, 0, 0));
    return config;
}

static bocpd_config *own(const bocpd_model *table, known *user) {
    bocpd_config *config = common();
    CHECK_OK(bocpd_config_set_own_model(config, table, user));
    return config;
}

/* The Gaussian model with a prior of 2e8 observations' worth that the variance is 1. */
static bocpd_config *built_in(void) {
    bocpd_config *config = common();
    CHECK_OK(bocpd_config_set_gaussian(config, 0, 0.1, 1e8, 1e8));
    return config;
}

static bocpd_detector *fed(const bocpd_config *config) {
    bocpd_detector *detector = NULL;
    CHECK_OK(bocpd_detector_new(config, &detector));
    CHECK_OK(bocpd_detector_batch(detector, xs, N, NULL, NULL, NULL, NULL, NULL));
    return detector;
}

static int near(double a, double b) {
    return a == b || fabs(a - b) <= 1e-5 * fmax(1.0, fmax(fabs(a), fabs(b)));
}

/* Everything that a distribution says. */
static void alike(const bocpd_distribution *a, const bocpd_distribution *b, int density) {
    double p[2] = {0}, q[2] = {0}, r[2] = {0};
    int i;
    CHECK_OK(bocpd_distribution_mean(a, &p[0]));
    CHECK_OK(bocpd_distribution_mean(b, &p[1]));
    CHECK_OK(bocpd_distribution_variance(a, &q[0]));
    CHECK_OK(bocpd_distribution_variance(b, &q[1]));
    CHECK(near(p[0], p[1]) && near(q[0], q[1]));
    for (i = 1; i < 20; i++) {
        double at = p[0] + (i - 10) * 0.5 * sqrt(q[0]);
        double up_to[2], above[2], pit[2], p_value[2];
        CHECK_OK(bocpd_distribution_quantile(a, i / 20.0, &r[0]));
        CHECK_OK(bocpd_distribution_quantile(b, i / 20.0, &r[1]));
        CHECK(near(r[0], r[1]));
        CHECK_OK(bocpd_distribution_tail(a, at, NULL, &up_to[0], &above[0], &pit[0], &p_value[0]));
        CHECK_OK(bocpd_distribution_tail(b, at, NULL, &up_to[1], &above[1], &pit[1], &p_value[1]));
        CHECK(near(up_to[0], up_to[1]) && near(above[0], above[1]));
        CHECK(near(pit[0], pit[1]) && near(p_value[0], p_value[1]));
        if (density) {
            CHECK_OK(bocpd_distribution_ln_density(a, at, &r[0]));
            CHECK_OK(bocpd_distribution_ln_density(b, at, &r[1]));
            CHECK(near(r[0], r[1]));
        } else {
            CHECK_FAILS(bocpd_distribution_ln_density(a, at, &r[0]), BOCPD_UNSUPPORTED, "density");
        }
    }
}

static void they_say_what_built_in_ones_say(void) {
    known user = {0, 1.0};
    bocpd_model table = known_variance();
    bocpd_config *configs[2];
    bocpd_detector *detectors[2];
    bocpd_distribution *distributions[2] = {NULL}, *none = NULL;
    const char *name = NULL;
    double p[2], rose[2], difference[2], sd[2];
    uint64_t began[2], noticed_at[2];
    bocpd_alarms *alarms[2] = {NULL};
    size_t count = 0, k;
    int i;
    configs[0] = own(&table, &user);
    configs[1] = built_in();
    for (i = 0; i < 2; i++) {
        detectors[i] = fed(configs[i]);
    }
    for (i = 0; i < 2; i++) {
        CHECK_OK(bocpd_detector_predict(detectors[i], 3, &distributions[i]));
    }
    alike(distributions[0], distributions[1], 1);
    for (i = 0; i < 2; i++) {
        bocpd_distribution_free(distributions[i]);
        CHECK_OK(bocpd_detector_parameter(detectors[i], 0, &distributions[i]));
    }
    alike(distributions[0], distributions[1], 0);
    CHECK_OK(bocpd_distribution_name(distributions[0], &name));
    CHECK(strcmp(name, "level") == 0);
    CHECK_OK(bocpd_detector_parameter_count(detectors[0], &count));
    CHECK(count == 1);
    CHECK_FAILS(bocpd_detector_parameter(detectors[0], 1, &none), BOCPD_INDEX, "1 of 1");
    for (i = 0; i < 2; i++) {
        CHECK_OK(bocpd_detector_shift(detectors[i], &p[i], &rose[i], &difference[i], &sd[i]));
    }
    CHECK(near(p[0], p[1]) && near(rose[0], rose[1]) && rose[0] > 0.99);
    CHECK(near(difference[0], difference[1]) && near(sd[0], sd[1]));
    for (i = 0; i < 2; i++) {
        CHECK_OK(bocpd_detector_take_alarms(detectors[i], &alarms[i]));
        CHECK_OK(bocpd_alarms_count(alarms[i], &count));
        CHECK(count == 2);
    }
    for (k = 0; k < 2; k++) {
        for (i = 0; i < 2; i++) {
            CHECK_OK(bocpd_alarms_alarm(alarms[i], k, &began[i], &noticed_at[i], NULL));
            CHECK_OK(bocpd_alarms_shift(alarms[i], k, &p[i], &rose[i], &difference[i], &sd[i]));
        }
        CHECK(began[0] == began[1] && noticed_at[0] == noticed_at[1] && near(p[0], p[1]));
        /* The own model's posterior becomes a table. */
        CHECK(rose[0] - rose[1] < 2e-3 && rose[1] - rose[0] < 2e-3);
        CHECK(near(difference[0], difference[1]) && near(sd[0], sd[1]));
    }
    for (i = 0; i < 2; i++) {
        bocpd_alarms_free(alarms[i]);
    }

    /* What was asked for outlives detector and configuration, and so does the user. */
    for (i = 0; i < 2; i++) {
        bocpd_detector_free(detectors[i]);
        bocpd_config_free(configs[i]);
    }
    CHECK(user.released == 0);
    alike(distributions[0], distributions[1], 0);
    bocpd_distribution_free(distributions[0]);
    CHECK(user.released == 1);
    bocpd_distribution_free(distributions[1]);
}

/* detect and calibrate in one call each. */
static void whole_jobs(void) {
    known user = {0, 3.0};
    bocpd_model table = known_variance();
    bocpd_config *configs[2];
    bocpd_detection *found[2] = {NULL};
    bocpd_calibration *calibrations[2] = {NULL};
    double threshold[2] = {0};
    size_t count = 0, k;
    int i;
    configs[0] = own(&table, &user);
    configs[1] = built_in();
    for (i = 0; i < 2; i++) {
        CHECK_OK(bocpd_detect(xs, N, configs[i], 0.9, &found[i]));
    }
    for (k = 0; k < 2; k++) {
        double rose[2], difference[2], sd[2], low[2], high[2], bayes[2];
        for (i = 0; i < 2; i++) {
            const bocpd_segments *segments = NULL;
            CHECK_OK(bocpd_detection_segments(found[i], &segments));
            CHECK_OK(bocpd_segments_count(segments, &count));
            CHECK(count == 3);
            CHECK_OK(
                bocpd_segments_parameter(segments, k, 0, NULL, NULL, NULL, &low[i], &high[i]));
            CHECK_OK(bocpd_segments_evidence(segments, k + 1, NULL, &bayes[i]));
            CHECK_OK(
                bocpd_detection_jump(found[i], k, NULL, &rose[i], &difference[i], &sd[i]));
        }
        /* The own model's posterior becomes a table. */
        CHECK(rose[0] - rose[1] < 2e-3 && rose[1] - rose[0] < 2e-3);
        CHECK(near(difference[0], difference[1]) && near(sd[0], sd[1]));
        CHECK(near(low[0], low[1]) && near(high[0], high[1]) && near(bayes[0], bayes[1]));
    }
    for (i = 0; i < 2; i++) {
        bocpd_detection_free(found[i]);
        CHECK_OK(bocpd_calibrate_false_alarm(configs[i], 0.2, 60, NULL, 0, 0, 200, 5,
                                             &calibrations[i]));
        CHECK_OK(bocpd_calibration_threshold(calibrations[i], &threshold[i]));
        bocpd_calibration_free(calibrations[i]);
        bocpd_config_free(configs[i]);
    }
    /* The same model, but other draws of it. */
    CHECK(threshold[0] > 0.1 && fabs(threshold[0] - threshold[1]) < 0.25);
    CHECK(user.released == 1);
}

/* What waits to be handed over, and what is latched, is in a snapshot. */
static void alarms_are_in_snapshots(void) {
    known user = {0, 1.0};
    bocpd_model table = known_variance();
    bocpd_config *config = own(&table, &user);
    bocpd_detector *a = NULL, *b = NULL;
    static unsigned char bytes[1 << 18];
    size_t length = 0;
    bocpd_alarms *alarms[2] = {NULL};
    size_t count[2] = {0};
    uint64_t began[2] = {0};
    int on[2], i;
    CHECK_OK(bocpd_config_set_alarm(config, 0.9, 50, 3, 0.5, 0, 1));
    a = fed(config);
    CHECK_OK(bocpd_detector_snapshot(a, bytes, sizeof bytes, &length));
    CHECK_OK(bocpd_detector_restore_with(config, bytes, length, &b));
    CHECK_OK(bocpd_detector_alarm_is_on(a, &on[0]));
    CHECK_OK(bocpd_detector_alarm_is_on(b, &on[1]));
    CHECK(on[0] == 1 && on[1] == 1);
    CHECK_OK(bocpd_detector_take_alarms(a, &alarms[0]));
    CHECK_OK(bocpd_detector_take_alarms(b, &alarms[1]));
    for (i = 0; i < 2; i++) {
        CHECK_OK(bocpd_alarms_count(alarms[i], &count[i]));
        CHECK_OK(bocpd_alarms_alarm(alarms[i], 0, &began[i], NULL, NULL));
        CHECK(count[i] == 1 && began[i] == 30);
        bocpd_alarms_free(alarms[i]);
    }
    bocpd_detector_free(a);
    bocpd_detector_free(b);
    bocpd_config_free(config);
}

/* Without the functions: a status, and all else works. */
static void what_is_not_known_is_unsupported(void) {
    known user = {0, 1.0};
    bocpd_model table = known_variance();
    bocpd_config *config;
    bocpd_detector *detector;
    bocpd_distribution *none = NULL;
    bocpd_calibration *calibration = NULL;
    bocpd_detection *found = NULL;
    double value = -1, room[4] = {-1, -1, -1, -1};
    size_t count = 77;
    /* A program that knows the first version of the table only. */
    table.struct_size = offsetof(bocpd_model, predictive_moments);
    config = own(&table, &user);
    detector = fed(config);
    CHECK_FAILS(bocpd_detector_predict(detector, 1, &none), BOCPD_UNSUPPORTED, "predictive");
    CHECK_FAILS(bocpd_detector_predict_after(detector, 1, &none), BOCPD_UNSUPPORTED, "predictive");
    CHECK_FAILS(bocpd_detector_parameter_count(detector, &count), BOCPD_UNSUPPORTED, "parameters");
    CHECK_FAILS(bocpd_detector_parameter(detector, 0, &none), BOCPD_UNSUPPORTED, "parameters");
    CHECK_FAILS(bocpd_detector_shift(detector, &value, NULL, NULL, NULL), BOCPD_UNSUPPORTED,
                "parameters");
    CHECK_FAILS(bocpd_detector_simulate(detector, 1, 4, room, 4, &count), BOCPD_UNSUPPORTED,
                "simulation");
    CHECK_FAILS(bocpd_calibrate_average_run_length(config, 100, NULL, 0, 0, 10, 100, 1,
                                                   &calibration),
                BOCPD_UNSUPPORTED, "simulation");
    CHECK(none == NULL && calibration == NULL && value == -1 && room[0] == -1 && count == 77);
    /* A history takes the place of simulation. */
    CHECK_OK(bocpd_calibrate_average_run_length(config, 100, xs, 30, 5, 20, 100, 1, &calibration));
    bocpd_calibration_free(calibration);
    CHECK_OK(bocpd_detector_detection(detector, xs, N, 0.9, &found));
    CHECK_FAILS(bocpd_detection_jump(found, 0, NULL, &value, NULL, NULL), BOCPD_UNSUPPORTED,
                "level");
    bocpd_detection_free(found);
    bocpd_detector_free(detector);
    bocpd_config_free(config);
    CHECK(user.released == 1);
}

static void incomplete_tables_are_refused(void) {
    known user = {0, 1.0};
    bocpd_config *config = common();
    bocpd_detector *detector = NULL;
    bocpd_model table;
    struct {
        bocpd_model table;
        double later;
    } newer;
#define REFUSED(change, fragment)                                                        \
    table = known_variance();                                                            \
    change;                                                                              \
    CHECK_FAILS(bocpd_config_set_own_model(config, &table, &user),                       \
                BOCPD_INVALID_ARGUMENT, fragment)
    REFUSED(table.predictive_cdf = NULL, "predictive");
    REFUSED(table.predictive_moments = NULL, "predictive");
    REFUSED(table.predictive_cdf = NULL; table.predictive_moments = NULL, "predictive");
    REFUSED(table.level_cdf = NULL, "level");
    REFUSED(table.level_moments = NULL, "level");
    REFUSED(table.dimension = 2, "dimension of 1");
    REFUSED(table.struct_size = offsetof(bocpd_model, predictive_moments) - 1, "struct_size");
    /* Fields of a later version: fine as long as they ask for nothing. */
    memset(&newer, 0, sizeof newer);
    newer.table = known_variance();
    newer.table.struct_size = sizeof newer;
    newer.table.release = NULL;
    newer.later = 1.0;
    CHECK_FAILS(bocpd_config_set_own_model(config, &newer.table, &user), BOCPD_INVALID_ARGUMENT,
                "does not know");
    CHECK_FAILS(bocpd_detector_new(config, &detector), BOCPD_INCOMPLETE, "model");
    newer.later = 0.0;
    CHECK_OK(bocpd_config_set_own_model(config, &newer.table, &user));
    CHECK(user.released == 0);
    bocpd_config_free(config);
}

/* Answers that are not numbers do no harm. */
static double nonsense(void *user, const void *stats, double x) {
    (void)user;
    (void)stats;
    return x > 0 ? NAN : 7.0;
}

static void nonsense_moments(void *user, const void *stats, double *mean, double *variance) {
    (void)user;
    (void)stats;
    *mean = NAN;
    *variance = -1;
}

static void nonsense_is_survived(void) {
    known user = {0, 1.0};
    bocpd_model table = known_variance();
    bocpd_config *config;
    bocpd_detector *detector, *restored = NULL;
    bocpd_distribution *next = NULL;
    static unsigned char bytes[1 << 18];
    size_t length = 0;
    double value = 0;
    table.predictive_cdf = table.predictive_survival = table.level_cdf = nonsense;
    table.predictive_moments = table.level_moments = nonsense_moments;
    config = own(&table, &user);
    detector = fed(config);
    CHECK_OK(bocpd_detector_predict(detector, 1, &next));
    CHECK_OK(bocpd_distribution_quantile(next, 0.5, &value));
    CHECK_OK(bocpd_distribution_interval(next, 0.5, &value, NULL));
    CHECK_OK(bocpd_distribution_mean(next, &value));
    CHECK(isnan(value));
    bocpd_distribution_free(next);
    CHECK_FAILS(bocpd_detector_shift(detector, NULL, NULL, NULL, NULL), BOCPD_UNSUPPORTED, "level");
    CHECK_OK(bocpd_detector_snapshot(detector, bytes, sizeof bytes, &length));
    CHECK_OK(bocpd_detector_restore_with(config, bytes, length, &restored));
    bocpd_detector_free(restored);
    bocpd_detector_free(detector);
    bocpd_config_free(config);
}

/* -- waiting times: exponential with a gamma prior, as the gamma model of shape 1 ------- */

typedef struct {
    double a, b;
} waiting;

static void waiting_prior(void *user, void *stats) {
    waiting *w = stats;
    (void)user;
    w->a = 3.0;
    w->b = 2.0;
}

static double waiting_ln_predictive(void *user, const void *stats, const double *x) {
    const waiting *w = stats;
    (void)user;
    return log(w->a) + w->a * log(w->b) - (w->a + 1) * log(w->b + *x);
}

static void waiting_update(void *user, void *stats, const double *x) {
    waiting *w = stats;
    (void)user;
    w->a += 1;
    w->b += *x;
}

static void waiting_moments(void *user, const void *stats, double *mean, double *variance) {
    const waiting *w = stats;
    (void)user;
    *mean = w->b / (w->a - 1);
    *variance = *mean * *mean * w->a / (w->a - 2);
}

static double waiting_cdf(void *user, const void *stats, double x) {
    const waiting *w = stats;
    (void)user;
    return x <= 0 ? 0.0 : -expm1(-w->a * log1p(x / w->b));
}

static int waiting_check(void *user, const double *x) {
    (void)user;
    return !(*x >= 0 && *x < INFINITY);
}

/* Survival is left to the library: 1 less the cdf. */
static void one_sided_support(void) {
    bocpd_model table;
    bocpd_config *configs[2];
    bocpd_detector *detectors[2] = {NULL};
    bocpd_distribution *next[2] = {NULL};
    double x, low = 0, high = 0;
    int i;
    memset(&table, 0, sizeof table);
    table.struct_size = sizeof table;
    table.dimension = 1;
    table.stats_size = sizeof(waiting);
    table.stats_align = sizeof(double);
    table.prior = waiting_prior;
    table.ln_predictive = waiting_ln_predictive;
    table.update = waiting_update;
    table.check = waiting_check;
    table.predictive_moments = waiting_moments;
    table.predictive_cdf = waiting_cdf;
    for (i = 0; i < 2; i++) {
        configs[i] = common();
    }
    CHECK_OK(bocpd_config_set_own_model(configs[0], &table, NULL));
    CHECK_OK(bocpd_config_set_gamma(configs[1], 3, 2, 1));
    for (i = 0; i < 2; i++) {
        CHECK_OK(bocpd_detector_new(configs[i], &detectors[i]));
        for (x = 0.25; x < 3.0; x += 0.25) {
            CHECK_OK(bocpd_detector_step(detectors[i], x, NULL));
        }
        CHECK_OK(bocpd_detector_predict(detectors[i], 2, &next[i]));
    }
    alike(next[0], next[1], 1);
    CHECK_OK(bocpd_distribution_support(next[0], &low, &high));
    CHECK(low == -INFINITY && high == INFINITY);
    for (i = 0; i < 2; i++) {
        bocpd_distribution_free(next[i]);
        bocpd_detector_free(detectors[i]);
        bocpd_config_free(configs[i]);
    }
}

int main(void) {
    fill();
    they_say_what_built_in_ones_say();
    whole_jobs();
    alarms_are_in_snapshots();
    what_is_not_known_is_unsupported();
    incomplete_tables_are_refused();
    nonsense_is_survived();
    one_sided_support();
    if (failures == 0) {
        puts("own_readouts: ok");
    }
    return failures != 0;
}
