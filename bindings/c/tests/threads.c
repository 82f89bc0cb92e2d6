/* Eight threads with their own detectors, and const calls on one by all of them. */
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
    bocpd_config_free(config);
    if (failures == 0) {
        puts("threads: ok");
    }
    return failures != 0;
}
