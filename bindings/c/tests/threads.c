/* Eight threads with their own detectors, const calls on one by all of them, and calls
   that change one at the same time: each is taken as a whole or refused. */
#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#include "bocpd.h"
#include "check.h"

enum { THREADS = 8, STEPS = 2000 };

typedef struct {
    pthread_t thread;
    const bocpd_config *config;
    const bocpd_detector *shared;
    unsigned long long seed;
    double evidence, expected;
    int failed;
} worker;

static double run(const bocpd_config *config, unsigned long long seed, int *failed) {
    bocpd_detector *detector = NULL;
    double evidence = 0.0, p = 0.0;
    int t;
    *failed |= bocpd_detector_new(config, &detector) != BOCPD_OK;
    for (t = 0; t < STEPS; t++) {
        double x = normal(&seed) + (t / 400) * 3.0;
        *failed |= bocpd_detector_step(detector, x, &p) != BOCPD_OK;
        if (t % 100 == 0) {
            /* Each thread reads its own message. */
            *failed |= bocpd_detector_step(detector, INFINITY, &p) != BOCPD_NON_FINITE;
            *failed |= strstr(bocpd_last_error_message(), "inf") == NULL;
        }
    }
    *failed |= bocpd_detector_ln_evidence(detector, &evidence) != BOCPD_OK;
    bocpd_detector_free(detector);
    return evidence;
}

static void *work(void *argument) {
    worker *w = argument;
    uint64_t starts[128];
    double probabilities[128], p;
    size_t length;
    int i;
    w->evidence = run(w->config, w->seed, &w->failed);
    for (i = 0; i < 500; i++) {
        w->failed |= bocpd_detector_p_recent_change(w->shared, 10, &p) != BOCPD_OK;
        w->failed |= bocpd_detector_run_length_posterior(w->shared, starts, probabilities, 128,
                                                         &length) != BOCPD_OK;
    }
    return NULL;
}

/* Steps on a detector that others step on at the same time. */
typedef struct {
    pthread_t thread;
    bocpd_detector *detector;
    unsigned taken, refused, read;
    int failed;
} crowd;

static void *push(void *argument) {
    crowd *c = argument;
    int i;
    for (i = 0; i < STEPS; i++) {
        double p = -1.0;
        bocpd_status status = bocpd_detector_step(c->detector, 0.5 + (i % 7) * 0.25, &p);
        if (status == BOCPD_OK) {
            c->taken++;
            c->failed |= !(p >= 0.0 && p <= 1.0);
        } else {
            /* Nothing has happened, and it is said why. */
            c->refused++;
            c->failed |= status != BOCPD_BUSY || p != -1.0;
            c->failed |= strstr(bocpd_last_error_message(), "another thread") == NULL;
        }
        status = bocpd_detector_p_recent_change(c->detector, 3, &p);
        c->read += status == BOCPD_OK;
        c->failed |= status != BOCPD_OK && status != BOCPD_BUSY;
        c->failed |= status == BOCPD_OK && !(p >= 0.0 && p <= 1.0);
    }
    return NULL;
}

/* What was taken is what was counted: no two steps ran at the same time. */
static void one_at_a_time(const bocpd_config *config) {
    static crowd members[THREADS];
    bocpd_detector *detector = NULL;
    uint64_t observations = 0, taken = 0;
    double sum = 0.0;
    uint64_t starts[128];
    double probabilities[128];
    size_t length = 0, j;
    int i;
    CHECK_OK(bocpd_detector_new(config, &detector));
    for (i = 0; i < THREADS; i++) {
        members[i].detector = detector;
        CHECK(pthread_create(&members[i].thread, NULL, push, &members[i]) == 0);
    }
    for (i = 0; i < THREADS; i++) {
        CHECK(pthread_join(members[i].thread, NULL) == 0);
        CHECK(!members[i].failed);
        CHECK(members[i].taken + members[i].refused == STEPS);
        taken += members[i].taken;
    }
    CHECK(taken > 0);
    CHECK_OK(bocpd_detector_observations(detector, &observations));
    CHECK(observations == taken);
    CHECK_OK(bocpd_detector_run_length_posterior(detector, starts, probabilities, 128, &length));
    for (j = 0; j < length; j++) {
        sum += probabilities[j];
    }
    CHECK(fabs(sum - 1.0) < 1e-9);
    bocpd_detector_free(detector);
}

int main(void) {
    static worker workers[THREADS];
    bocpd_config *config = NULL;
    bocpd_detector *shared = NULL;
    unsigned long long state = 1;
    int i;
    CHECK_OK(bocpd_config_new(&config));
    CHECK_OK(bocpd_config_set_student_t(config, 0, 1, 1, 1, 5));
    CHECK_OK(bocpd_config_set_weibull_hazard(config, 1.5, 300));
    CHECK_OK(bocpd_detector_new(config, &shared));
    for (i = 0; i < 200; i++) {
        CHECK_OK(bocpd_detector_step(shared, normal(&state), NULL));
    }
    for (i = 0; i < THREADS; i++) {
        workers[i].config = config;
        workers[i].shared = shared;
        workers[i].seed = 100u + (unsigned)i;
        workers[i].expected = run(config, workers[i].seed, &workers[i].failed);
    }
    for (i = 0; i < THREADS; i++) {
        CHECK(pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0);
    }
    for (i = 0; i < THREADS; i++) {
        CHECK(pthread_join(workers[i].thread, NULL) == 0);
        CHECK(!workers[i].failed);
        CHECK(workers[i].evidence == workers[i].expected);
    }
    bocpd_detector_free(shared);
    one_at_a_time(config);
    bocpd_config_free(config);
    if (failures == 0) {
        puts("threads: ok");
    }
    return failures != 0;
}
