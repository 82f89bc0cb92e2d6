/* Models and hazards written in C. */
#include <math.h>
#include <stdlib.h>

#include "bocpd.h"
#include "check.h"

/* -- the Gaussian model with unknown mean and variance, from the textbook ---------- */

typedef struct {
    double mean, kappa, alpha, beta;
} nig;

typedef struct {
    nig prior;
    int released;
    int calls;
    bocpd_detector *reentered;
    bocpd_status reentry, free_after;
} gaussian;

static void gaussian_prior(void *user, void *stats) { *(nig *)stats = ((gaussian *)user)->prior; }

static double gaussian_ln_predictive(void *user, const void *stats, const double *x) {
    const nig *s = stats;
    double nu = 2 * s->alpha, scale2 = s->beta * (s->kappa + 1) / (s->alpha * s->kappa);
    double z2 = (*x - s->mean) * (*x - s->mean) / scale2;
    (void)user;
    return lgamma((nu + 1) / 2) - lgamma(nu / 2) -
           0.5 * log(nu * 3.14159265358979323846 * scale2) - (nu + 1) / 2 * log1p(z2 / nu);
}

static void gaussian_update(void *user, void *stats, const double *x) {
    nig *s = stats;
    double d = *x - s->mean;
    ((gaussian *)user)->calls++;
    s->beta += 0.5 * s->kappa / (s->kappa + 1) * d * d;
    s->mean += d / (s->kappa + 1);
    s->kappa += 1;
    s->alpha += 0.5;
}

static void gaussian_release(void *user) { ((gaussian *)user)->released++; }

static bocpd_model gaussian_table(void) {
    bocpd_model table;
    memset(&table, 0, sizeof table);
    table.struct_size = sizeof table;
    table.dimension = 1;
    table.stats_size = sizeof(nig);
    table.stats_align = sizeof(double);
    table.prior = gaussian_prior;
    table.ln_predictive = gaussian_ln_predictive;
    table.update = gaussian_update;
    table.release = gaussian_release;
    return table;
}

static double constant(void *user, uint64_t length) {
    (void)length;
    return *(const double *)user;
}

static double constant_over(void *user, double age, double elapsed) {
    (void)age;
    return -expm1(elapsed * log1p(-*(const double *)user));
}

static double constant_ln_survival(void *user, uint64_t length, uint64_t further) {
    (void)length;
    return (double)further * log1p(-*(const double *)user);
}

static double constant_ln_survival_over(void *user, double age, double elapsed) {
    (void)age;
    return elapsed * log1p(-*(const double *)user);
}

static double certain(void *user, uint64_t length) {
    (void)user;
    (void)length;
    return 1;
}

static double not_a_logarithm(void *user, uint64_t length, uint64_t further) {
    (void)user;
    (void)length;
    (void)further;
    return 0.1;
}

static bocpd_hazard constant_table(void) {
    bocpd_hazard table;
    memset(&table, 0, sizeof table);
    table.struct_size = sizeof table;
    table.hazard = constant;
    return table;
}

static double distance(double a, double b) { return fabs(a - b) / fmax(1.0, fabs(b)); }

/* Own model, own hazard, both, neither: the same results. */
static void own_is_like_built_in(void) {
    gaussian user = {{0, 1, 1, 1}, 0, 0, NULL, 0, 0};
    double h = 0.02;
    bocpd_model table = gaussian_table();
    bocpd_hazard hazard = constant_table();
    bocpd_detector *detectors[4] = {NULL};
    unsigned long long state = 5;
    int which, t;
    for (which = 0; which < 4; which++) {
        bocpd_config *config = NULL;
        CHECK_OK(bocpd_config_new(&config));
        if (which & 1) {
            CHECK_OK(bocpd_config_set_own_model(config, &table, &user));
        } else {
            CHECK_OK(bocpd_config_set_gaussian(config, 0, 1, 1, 1));
        }
        if (which & 2) {
            CHECK_OK(bocpd_config_set_own_hazard(config, &hazard, &h));
        } else {
            CHECK_OK(bocpd_config_set_constant_hazard(config, 50));
        }
        CHECK_OK(bocpd_detector_new(config, &detectors[which]));
        bocpd_config_free(config);
    }
    for (t = 0; t < 500; t++) {
        double x = normal(&state) + (t / 100) * 4.0, p[4];
        for (which = 0; which < 4; which++) {
            CHECK_OK(bocpd_detector_step(detectors[which], x, &p[which]));
            CHECK(distance(p[which], p[0]) < 1e-9);
        }
    }
    for (which = 0; which < 4; which++) {
        uint64_t changes[8] = {0};
        size_t length = 0;
        double evidence[2];
        CHECK_OK(bocpd_detector_changepoints(detectors[which], changes, 8, &length));
        CHECK(length == 4 && changes[0] == 100 && changes[3] == 400);
        CHECK_OK(bocpd_detector_ln_evidence(detectors[0], &evidence[0]));
        CHECK_OK(bocpd_detector_ln_evidence(detectors[which], &evidence[1]));
        CHECK(distance(evidence[1], evidence[0]) < 1e-9);
        CHECK(user.released == 0);
    }
    for (which = 0; which < 4; which++) {
        bocpd_detector_free(detectors[which]);
    }
    CHECK(user.released == 2 && user.calls > 500);
}

/* Alarms and memory of the past work for own models; what only a model can say does not. */
static void readouts_of_own_models(void) {
    gaussian user = {{0, 1, 1, 1}, 0, 0, NULL, 0, 0};
    bocpd_model table = gaussian_table();
    bocpd_config *config = NULL;
    bocpd_detector *detector = NULL;
    unsigned long long state = 8;
    uint64_t began = 0;
    double value = 0, rose = 0;
    bocpd_distribution *none = NULL;
    bocpd_alarms *alarms = NULL;
    int t;
    CHECK_OK(bocpd_config_new(&config));
    CHECK_OK(bocpd_config_set_own_model(config, &table, &user));
    CHECK_OK(bocpd_config_set_constant_hazard(config, 50));
    CHECK_OK(bocpd_config_set_history_lag(config, 50));
    CHECK_OK(bocpd_config_set_alarm(config, 0.9, 50, 3, 0.5, 0, 0));
    CHECK_OK(bocpd_detector_new(config, &detector));
    bocpd_config_free(config);
    for (t = 0; t < 80; t++) {
        CHECK_OK(bocpd_detector_step(detector, normal(&state) + (t < 50 ? 0 : 7), NULL));
    }
    CHECK_OK(bocpd_detector_take_alarms(detector, &alarms));
    CHECK_OK(bocpd_alarms_alarm(alarms, 0, &began, NULL, &value));
    CHECK_FAILS(bocpd_alarms_shift(alarms, 0, NULL, &rose, NULL, NULL), BOCPD_UNSUPPORTED,
                "level");
    CHECK(began == 50 && value >= 0.9 && rose == 0);
    bocpd_alarms_free(alarms);
    CHECK_OK(bocpd_detector_p_change_at(detector, 50, &value));
    CHECK(value > 0.9);
    CHECK_OK(bocpd_detector_p_change_within(detector, 10, &value));
    CHECK(value > 0 && value < 1);
    CHECK_FAILS(bocpd_detector_predict(detector, 1, &none), BOCPD_UNSUPPORTED, "model");
    CHECK(none == NULL);
    bocpd_detector_free(detector);
}

static void release_comes_last_and_once(void) {
    gaussian user = {{0, 1, 1, 1}, 0, 0, NULL, 0, 0};
    bocpd_model table = gaussian_table();
    bocpd_config *config = NULL, *copy = NULL;
    bocpd_detector *detector = NULL, *clone = NULL;
    CHECK_OK(bocpd_config_new(&config));
    CHECK_OK(bocpd_config_set_own_model(config, &table, &user));
    CHECK_OK(bocpd_config_set_constant_hazard(config, 50));
    CHECK_OK(bocpd_config_clone(config, &copy));
    CHECK_OK(bocpd_detector_new(config, &detector));
    CHECK_OK(bocpd_detector_clone(detector, &clone));
    CHECK_OK(bocpd_config_set_poisson(config, 1, 1));
    bocpd_config_free(config);
    bocpd_config_free(copy);
    bocpd_detector_free(detector);
    CHECK(user.released == 0);
    bocpd_detector_free(clone);
    CHECK(user.released == 1);
}

static void tables_are_checked(void) {
    gaussian user = {{0, 1, 1, 1}, 0, 0, NULL, 0, 0};
    bocpd_config *config = NULL;
    bocpd_detector *detector = NULL;
    bocpd_model table = gaussian_table();
    bocpd_hazard hazard = constant_table();
    CHECK_OK(bocpd_config_new(&config));
#define REFUSED(change, fragment)                                                        \
    table = gaussian_table();                                                            \
    change;                                                                              \
    CHECK_FAILS(bocpd_config_set_own_model(config, &table, &user),                       \
                BOCPD_INVALID_ARGUMENT, fragment)
    REFUSED(table.struct_size = 8, "struct_size");
    REFUSED(table.dimension = 0, "dimension");
    REFUSED(table.stats_align = 3, "stats_align");
    REFUSED(table.stats_size = SIZE_MAX, "stats_size");
    REFUSED(table.prior = NULL, "prior");
    REFUSED(table.ln_predictive = NULL, "ln_predictive");
    REFUSED(table.update = NULL, "update");
    hazard.hazard = NULL;
    CHECK_FAILS(bocpd_config_set_own_hazard(config, &hazard, &user), BOCPD_INVALID_ARGUMENT,
                "hazard");
    hazard.struct_size = 0;
    CHECK_FAILS(bocpd_config_set_own_hazard(config, &hazard, &user), BOCPD_INVALID_ARGUMENT,
                "struct_size");
    CHECK_FAILS(bocpd_detector_new(config, &detector), BOCPD_INCOMPLETE, "model");
    CHECK(user.released == 0);
    bocpd_config_free(config);
}

static bocpd_detector *make(const bocpd_model *model, void *user, const bocpd_hazard *hazard,
                            void *hazard_user) {
    bocpd_config *config = NULL;
    bocpd_detector *detector = NULL;
    CHECK_OK(bocpd_config_new(&config));
    CHECK_OK(bocpd_config_set_own_model(config, model, user));
    if (hazard != NULL) {
        CHECK_OK(bocpd_config_set_own_hazard(config, hazard, hazard_user));
    } else {
        CHECK_OK(bocpd_config_set_constant_hazard(config, 50));
    }
    CHECK_OK(bocpd_detector_new(config, &detector));
    bocpd_config_free(config);
    return detector;
}

/* -- contracts broken on purpose ----------------------------------------------------- */

static double misbehaving(void *user, const void *stats, const double *x) {
    (void)user;
    (void)stats;
    if (*x == 1) {
        return NAN;
    }
    if (*x == 2) {
        return INFINITY;
    }
    return *x == 3 ? -INFINITY : -1.0;
}

static double its_own_density(void *user, const void *stats, const double *x) {
    (void)user;
    (void)stats;
    return *x;
}

/* Densities as large and as small as there are break nothing. */
static void huge_densities_are_densities(void) {
    static const double xs[] = {0.0, 1.0, 1e308, -1e308, 1.0, -1.7e308, 1.7e308, -2.0};
    gaussian user = {{0, 1, 1, 1}, 0, 0, NULL, 0, 0};
    bocpd_model table = gaussian_table();
    bocpd_detector *detector;
    double ln_evidence, h = 0.02, p, now = -1;
    size_t i;
    bocpd_hazard hazard = constant_table();
    table.ln_predictive = its_own_density;
    table.release = NULL;
    detector = make(&table, &user, &hazard, &h);
    for (i = 0; i < sizeof xs / sizeof *xs; i++) {
        CHECK_OK(bocpd_detector_step(detector, xs[i], &now));
        CHECK_OK(bocpd_detector_ln_predictive(detector, &p));
        CHECK(fabs(p - xs[i]) <= 1e-12 * fmax(1.0, fabs(xs[i])));
        CHECK(now >= 0.0 && now <= 1.0);
    }
    CHECK_OK(bocpd_detector_ln_evidence(detector, &ln_evidence));
    CHECK(fabs(ln_evidence) < 1e292);
    CHECK_OK(bocpd_detector_reset(detector));
    CHECK_OK(bocpd_detector_step(detector, 0.0, &now));
    CHECK(now == 1.0);
    bocpd_detector_free(detector);
}

static int only_below_ten(void *user, const double *x) {
    (void)user;
    return !(*x < 10.0);
}

static void bad_densities_change_nothing(void) {
    gaussian user = {{0, 1, 1, 1}, 0, 0, NULL, 0, 0};
    double h = 0.5, bad, p = -1;
    double q = -2;
    int t;
    bocpd_model table = gaussian_table();
    bocpd_hazard hazard = constant_table();
    bocpd_detector *detector, *untouched = NULL;
    table.ln_predictive = misbehaving;
    table.check = only_below_ten;
    table.release = NULL;
    detector = make(&table, &user, &hazard, &h);
    for (bad = 0; bad < 5; bad++) {
        CHECK_OK(bocpd_detector_step(detector, 0.0, NULL));
    }
    CHECK_OK(bocpd_detector_clone(detector, &untouched));
    for (bad = 1; bad <= 3; bad++) {
        CHECK_FAILS(bocpd_detector_step(detector, bad, &p), BOCPD_IMPOSSIBLE, "density");
    }
    CHECK_FAILS(bocpd_detector_step(detector, 11, &p), BOCPD_OUT_OF_SUPPORT, "11");
    CHECK_FAILS(bocpd_detector_step(detector, NAN, &p), BOCPD_OUT_OF_SUPPORT, "NaN");
    h = 1.5;
    CHECK_FAILS(bocpd_detector_step(detector, 0, &p), BOCPD_HAZARD, "1.5");
    h = NAN;
    CHECK_FAILS(bocpd_detector_step(detector, 0, &p), BOCPD_HAZARD, "NaN");
    h = 0.5;
    CHECK_FAILS(bocpd_detector_step_after(detector, 2.0, 0, &p), BOCPD_ELAPSED_UNSUPPORTED,
                "elapsed");
    CHECK(p == -1);
    for (t = 0; t < 100; t++) {
        CHECK_OK(bocpd_detector_step(detector, 0.1 * t + 0.05, &p));
        CHECK_OK(bocpd_detector_step(untouched, 0.1 * t + 0.05, &q));
        CHECK(p == q);
    }
    CHECK_OK(bocpd_detector_ln_evidence(detector, &p));
    CHECK_OK(bocpd_detector_ln_evidence(untouched, &q));
    CHECK(p == q);
    bocpd_detector_free(detector);
    bocpd_detector_free(untouched);

    hazard.over = constant_over;
    detector = make(&table, &user, &hazard, &h);
    CHECK_OK(bocpd_detector_step(detector, 0, NULL));
    CHECK_OK(bocpd_detector_step_after(detector, 2.0, 0, &p));
    CHECK(fabs(p - 0.75) < 1e-12);
    bocpd_detector_free(detector);

    table.check = NULL;
    detector = make(&table, &user, NULL, NULL);
    CHECK_FAILS(bocpd_detector_step(detector, NAN, &p), BOCPD_NON_FINITE, "NaN");
    bocpd_detector_free(detector);
}

/* A hazard that says how many survive, and one whose table is older than that. */
static void survival_of_own_hazards(void) {
    double h = 0.01, p, q, probabilities[2];
    uint64_t starts[2];
    size_t length = 0;
    gaussian user = {{0, 1, 1, 1}, 0, 0, NULL, 0, 0};
    bocpd_model table = gaussian_table();
    bocpd_hazard hazard = constant_table(), older;
    bocpd_detector *detector;
    table.release = NULL;
    hazard.over = constant_over;
    older = hazard;
    older.struct_size = offsetof(bocpd_hazard, ln_survival);
    detector = make(&table, &user, &older, &h);
    CHECK_OK(bocpd_detector_step(detector, 0, NULL));
    CHECK_OK(bocpd_detector_p_change_within(detector, 100, &q));
    bocpd_detector_free(detector);

    hazard.ln_survival = constant_ln_survival;
    hazard.ln_survival_over = constant_ln_survival_over;
    detector = make(&table, &user, &hazard, &h);
    CHECK_OK(bocpd_detector_step(detector, 0, NULL));
    CHECK_OK(bocpd_detector_p_change_within(detector, 100, &p));
    CHECK(distance(p, q) < 1e-14);
    CHECK_OK(bocpd_detector_p_change_within(detector, UINT64_MAX, &p));
    CHECK(p == 1);
    CHECK_OK(bocpd_detector_expected_residual(detector, &p));
    CHECK(distance(p, 100) < 1e-12);
    /* After 5000 nothing of 1 - h is left in h, and yet the first segment lives on. */
    CHECK_OK(bocpd_detector_step_after(detector, 5000, 0, &p));
    CHECK(p == 1);
    CHECK_OK(bocpd_detector_run_length_posterior(detector, starts, probabilities, 2, &length));
    CHECK(length == 2 && probabilities[0] > 1e-22 && probabilities[0] < 1e-21);
    bocpd_detector_free(detector);

    hazard.hazard = certain;
    hazard.ln_survival = not_a_logarithm;
    detector = make(&table, &user, &hazard, &h);
    CHECK_OK(bocpd_detector_step(detector, 0, NULL));
    CHECK_FAILS(bocpd_detector_step(detector, 0, &p), BOCPD_HAZARD, "survival");
    bocpd_detector_free(detector);
}

/* A callback that uses the detector that called it. */
static double reentering(void *user, const void *stats, const double *x) {
    gaussian *g = user;
    double p;
    if (g->reentered != NULL) {
        g->reentry = bocpd_detector_step(g->reentered, 0.0, NULL);
        g->free_after = bocpd_detector_p_change_now(g->reentered, &p);
        bocpd_detector_free(g->reentered); /* does nothing but leave a message */
    }
    return gaussian_ln_predictive(user, stats, x);
}

static void reentry_is_refused(void) {
    gaussian user = {{0, 1, 1, 1}, 0, 0, NULL, 0, 0};
    bocpd_model table = gaussian_table();
    bocpd_detector *detector;
    table.ln_predictive = reentering;
    detector = make(&table, &user, NULL, NULL);
    user.reentered = detector;
    CHECK_OK(bocpd_detector_step(detector, 0.0, NULL));
    CHECK(user.reentry == BOCPD_BUSY && user.free_after == BOCPD_BUSY);
    user.reentered = NULL;
    CHECK_OK(bocpd_detector_step(detector, 0.0, NULL));
    bocpd_detector_free(detector);
    CHECK(user.released == 1);
}

/* A hazard that changes the detector that asks it. */
typedef struct {
    bocpd_detector *detector;
    bocpd_status step, read, reset;
} meddler;

static double meddling(void *user, uint64_t length) {
    meddler *m = user;
    if (m->detector != NULL) {
        uint64_t seen;
        m->step = bocpd_detector_step(m->detector, 0.0, NULL);
        m->reset = bocpd_detector_reset(m->detector);
        m->read = bocpd_detector_observations(m->detector, &seen);
        bocpd_detector_free(m->detector); /* does nothing but leave a message */
    }
    return length < 3 ? 0.1 : 0.02;
}

/* Functions that only ask also call hazards and models, which may ask in turn. */
static void reentry_of_questions_is_refused(void) {
    meddler user = {NULL, 0, 0, 0};
    bocpd_hazard table = constant_table();
    bocpd_config *config = NULL;
    bocpd_detector *detector = NULL;
    bocpd_detection *found = NULL;
    const char *words = NULL;
    double p = 0;
    table.hazard = meddling;
    CHECK_OK(bocpd_config_new(&config));
    CHECK_OK(bocpd_config_set_gaussian(config, 0, 1, 1, 1));
    CHECK_OK(bocpd_config_set_own_hazard(config, &table, &user));
    CHECK_OK(bocpd_detector_new(config, &detector));
    CHECK_OK(bocpd_detector_step(detector, 0.3, NULL));
    user.detector = detector;
    CHECK_OK(bocpd_detector_p_change_within(detector, 5, &p));
    CHECK(user.step == BOCPD_BUSY && user.reset == BOCPD_BUSY && user.read == BOCPD_OK);
    CHECK(p > 0.2 && p < 0.3);
    user.detector = NULL;
    CHECK_OK(bocpd_detector_step(detector, 0.3, NULL));
    CHECK_OK(bocpd_detect(&p, 1, config, 0.9, &found));
    CHECK_OK(bocpd_detection_assumptions(found, &words));
    CHECK(strstr(words, "a hazard of the caller's own") != NULL);
    bocpd_detection_free(found);
    bocpd_config_free(config);
    bocpd_detector_free(detector);
}

static void snapshots_of_own_models(void) {
    gaussian user = {{0, 1, 1, 1}, 0, 0, NULL, 0, 0};
    static unsigned char bytes[65536];
    size_t length = 0;
    double p, q;
    unsigned long long state = 9;
    int t;
    bocpd_model table = gaussian_table();
    bocpd_config *config = NULL;
    bocpd_detector *a = NULL, *b = NULL, *none = NULL;
    CHECK_OK(bocpd_config_new(&config));
    CHECK_OK(bocpd_config_set_own_model(config, &table, &user));
    CHECK_OK(bocpd_config_set_constant_hazard(config, 50));
    CHECK_OK(bocpd_detector_new(config, &a));
    for (t = 0; t < 200; t++) {
        CHECK_OK(bocpd_detector_step(a, normal(&state), NULL));
    }
    CHECK_OK(bocpd_detector_snapshot(a, bytes, sizeof bytes, &length));
    CHECK_FAILS(bocpd_detector_restore(bytes, length, &none), BOCPD_SNAPSHOT, "own model");
    CHECK_OK(bocpd_detector_restore_with(config, bytes, length, &b));
    for (t = 0; t < 200; t++) {
        double x = normal(&state);
        CHECK_OK(bocpd_detector_step(a, x, &p));
        CHECK_OK(bocpd_detector_step(b, x, &q));
        CHECK(p == q);
    }
    bytes[length / 2] ^= 1;
    CHECK_FAILS(bocpd_detector_restore_with(config, bytes, length, &none), BOCPD_SNAPSHOT,
                "damaged");
    bytes[length / 2] ^= 1;
    table.stats_size += 8; /* not what was written */
    CHECK_OK(bocpd_config_set_own_model(config, &table, &user));
    CHECK_FAILS(bocpd_detector_restore_with(config, bytes, length, &none), BOCPD_SNAPSHOT,
                "snapshot");
    CHECK(none == NULL);
    bocpd_config_free(config);
    bocpd_detector_free(a);
    bocpd_detector_free(b);
}

/* -- vectors: two independent Poisson counts with gamma priors ------------------------ */

typedef struct {
    double shape[2], rate;
} counts;

static void counts_prior(void *user, void *stats) {
    counts *c = stats;
    (void)user;
    c->shape[0] = c->shape[1] = c->rate = 1.0;
}

static double counts_ln_predictive(void *user, const void *stats, const double *x) {
    const counts *c = stats;
    double ln = 0.0;
    int i;
    (void)user;
    for (i = 0; i < 2; i++) {
        ln += lgamma(c->shape[i] + x[i]) - lgamma(c->shape[i]) - lgamma(x[i] + 1) +
              c->shape[i] * log(c->rate / (c->rate + 1)) - x[i] * log(c->rate + 1);
    }
    return ln;
}

static void counts_update(void *user, void *stats, const double *x) {
    counts *c = stats;
    (void)user;
    c->shape[0] += x[0];
    c->shape[1] += x[1];
    c->rate += 1;
}

static void vectors(void) {
    bocpd_model table;
    bocpd_detector *detector, *single[2] = {NULL};
    bocpd_config *config = NULL;
    double rows[200][2], p[200], ln[200], wide[200][5], q[200], x;
    size_t dimension = 0, done = 0, length = 0, i;
    uint64_t change = 0;
    memset(&table, 0, sizeof table);
    table.struct_size = sizeof table;
    table.dimension = 2;
    table.stats_size = sizeof(counts);
    table.stats_align = sizeof(double);
    table.prior = counts_prior;
    table.ln_predictive = counts_ln_predictive;
    table.update = counts_update;
    for (i = 0; i < 200; i++) {
        rows[i][0] = (double)(i % 3);
        rows[i][1] = (double)(i % 4) + (i < 120 ? 0.0 : 9.0);
        wide[i][0] = wide[i][1] = wide[i][4] = NAN;
        wide[i][2] = rows[i][0];
        wide[i][3] = rows[i][1];
    }
    detector = make(&table, NULL, NULL, NULL);
    CHECK_OK(bocpd_detector_dimension(detector, &dimension));
    CHECK(dimension == 2);
    CHECK_OK(bocpd_detector_features(detector, &length));
    CHECK(length == 0);
    length = 0;
    CHECK_FAILS(bocpd_detector_step(detector, 1.0, &x), BOCPD_DIMENSION, "length 2");
    CHECK_FAILS(bocpd_detector_step_row(detector, rows[0], 1, &x), BOCPD_DIMENSION, "length 2");
    CHECK_FAILS(bocpd_detector_step_row(detector, wide[0], 1, &x), BOCPD_DIMENSION, "length 2");
    CHECK_OK(bocpd_detector_step_row(detector, rows[0], 2, &p[0]));
    CHECK_OK(bocpd_detector_batch(detector, rows[1], 199, p + 1, NULL, NULL, ln + 1, &done));
    CHECK(done == 199);
    CHECK_OK(bocpd_detector_changepoints(detector, &change, 1, &length));
    CHECK(length == 1 && change == 120);
    CHECK_OK(bocpd_detector_reset(detector));
    CHECK_OK(bocpd_detector_batch_strided(detector, &wide[0][2], 200, 5, q, NULL, NULL, NULL,
                                          &done));
    CHECK(done == 200 && memcmp(p, q, sizeof p) == 0);

    /* Before the first change can matter, two counts are as likely as both alone. */
    CHECK_OK(bocpd_config_new(&config));
    CHECK_OK(bocpd_config_set_poisson(config, 1, 1));
    CHECK_OK(bocpd_config_set_constant_hazard(config, 1e12));
    for (i = 0; i < 2; i++) {
        CHECK_OK(bocpd_detector_new(config, &single[i]));
        CHECK_OK(bocpd_detector_step(single[i], rows[0][i], NULL));
        CHECK_OK(bocpd_detector_step(single[i], rows[1][i], NULL));
    }
    CHECK_OK(bocpd_config_set_own_model(config, &table, NULL));
    bocpd_detector_free(detector);
    CHECK_OK(bocpd_detector_new(config, &detector));
    CHECK_OK(bocpd_detector_batch(detector, rows[0], 2, NULL, NULL, NULL, NULL, NULL));
    CHECK_OK(bocpd_detector_ln_evidence(detector, &ln[0]));
    CHECK_OK(bocpd_detector_ln_evidence(single[0], &ln[1]));
    CHECK_OK(bocpd_detector_ln_evidence(single[1], &ln[2]));
    CHECK(fabs(ln[0] - ln[1] - ln[2]) < 1e-9);
    bocpd_config_free(config);
    bocpd_detector_free(detector);
    bocpd_detector_free(single[0]);
    bocpd_detector_free(single[1]);

    /* A row with a hole is missing as a whole. */
    CHECK_OK(bocpd_config_new(&config));
    CHECK_OK(bocpd_config_set_own_model(config, &table, NULL));
    CHECK_OK(bocpd_config_set_constant_hazard(config, 50));
    CHECK_OK(bocpd_config_set_missing_skip(config));
    CHECK_OK(bocpd_detector_new(config, &detector));
    rows[1][1] = NAN;
    CHECK_OK(bocpd_detector_batch(detector, rows[0], 3, NULL, NULL, NULL, ln, NULL));
    CHECK(ln[0] < 0 && ln[1] == 0.0 && ln[2] < 0);
    bocpd_config_free(config);
    bocpd_detector_free(detector);
}

int main(void) {
    own_is_like_built_in();
    readouts_of_own_models();
    release_comes_last_and_once();
    tables_are_checked();
    bad_densities_change_nothing();
    huge_densities_are_densities();
    survival_of_own_hazards();
    reentry_is_refused();
    reentry_of_questions_is_refused();
    snapshots_of_own_models();
    vectors();
    if (failures == 0) {
        puts("own: ok");
    }
    return failures != 0;
}
