/* A process is forked while another thread is at work on a detector: in the child that
   thread does not exist, and the detector is busy for good. Nothing there may wait. */
#define _POSIX_C_SOURCE 200809L

#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bocpd.h"
#include "check.h"

/* What must end has so many milliseconds. */
enum { PATIENCE = 60000 };

/* A model that waits inside of a step until it is told to go on. */
static int entered[2], go_on[2];

static void prior(void *user, void *stats) {
    (void)user;
    *(double *)stats = 0.0;
}

static double ln_predictive(void *user, const void *stats, const double *x) {
    char byte = 'x';
    (void)stats;
    if (*(int *)user) {
        *(int *)user = 0;
        CHECK(write(entered[1], &byte, 1) == 1);
        CHECK(read(go_on[0], &byte, 1) == 1);
    }
    return -0.5 * *x * *x;
}

static void update(void *user, void *stats, const double *x) {
    (void)user;
    *(double *)stats += *x;
}

static void *step(void *detector) {
    CHECK_OK(bocpd_detector_step(detector, 0.5, NULL));
    return NULL;
}

/* All that can be done to a detector that is busy. */
static void all_refused(bocpd_detector *busy, const bocpd_config *config) {
    bocpd_detector *other = NULL;
    size_t length = 0;
    double p = -1.0;
    CHECK_FAILS(bocpd_detector_step(busy, 0.5, &p), BOCPD_BUSY, "in use");
    CHECK_FAILS(bocpd_detector_skip(busy, &p), BOCPD_BUSY, "in use");
    CHECK_FAILS(bocpd_detector_reset(busy), BOCPD_BUSY, "in use");
    CHECK_FAILS(bocpd_detector_p_change_now(busy, &p), BOCPD_BUSY, "in use");
    CHECK_FAILS(bocpd_detector_clone(busy, &other), BOCPD_BUSY, "in use");
    CHECK_FAILS(bocpd_detector_snapshot(busy, NULL, 0, &length), BOCPD_BUSY, "in use");
    CHECK_FAILS(bocpd_detector_changepoints(busy, NULL, 0, &length), BOCPD_BUSY, "in use");
    CHECK(p == -1.0 && other == NULL);
    bocpd_detector_free(busy); /* does nothing */
    CHECK_FAILS(bocpd_detector_reset(busy), BOCPD_BUSY, "in use");
    /* Others are as good as ever. */
    CHECK_OK(bocpd_detector_new(config, &other));
    CHECK_OK(bocpd_detector_step(other, 0.5, &p));
    CHECK(p == 1.0);
    bocpd_detector_free(other);
}

/* Whether a descriptor has something to read in time. */
static int in_time(int descriptor) {
    struct pollfd wanted;
    wanted.fd = descriptor;
    wanted.events = POLLIN;
    return poll(&wanted, 1, PATIENCE) == 1;
}

int main(void) {
    bocpd_model model;
    bocpd_config *own = NULL, *plain = NULL;
    bocpd_detector *busy = NULL, *idle = NULL;
    pthread_t thread;
    int waits = 1, result[2];
    char byte = 0;
    double p = 0.0;
    pid_t child;

    CHECK(pipe(entered) == 0 && pipe(go_on) == 0 && pipe(result) == 0);
    memset(&model, 0, sizeof model);
    model.struct_size = sizeof model;
    model.dimension = 1;
    model.stats_size = sizeof(double);
    model.stats_align = sizeof(double);
    model.prior = prior;
    model.ln_predictive = ln_predictive;
    model.update = update;
    CHECK_OK(bocpd_config_new(&own));
    CHECK_OK(bocpd_config_set_own_model(own, &model, &waits));
    CHECK_OK(bocpd_config_set_constant_hazard(own, 100));
    CHECK_OK(bocpd_detector_new(own, &busy));
    CHECK_OK(bocpd_config_new(&plain));
    CHECK_OK(bocpd_config_set_gaussian(plain, 0, 1, 1, 1));
    CHECK_OK(bocpd_config_set_constant_hazard(plain, 100));
    CHECK_OK(bocpd_detector_new(plain, &idle));
    CHECK_OK(bocpd_detector_step(idle, 0.5, NULL));

    CHECK(pthread_create(&thread, NULL, step, busy) == 0);
    CHECK(in_time(entered[0]) && read(entered[0], &byte, 1) == 1);
    all_refused(busy, plain);

    child = fork();
    if (child == 0) {
        all_refused(busy, plain);
        CHECK_OK(bocpd_detector_step(idle, 0.5, &p));
        byte = failures == 0 ? 'g' : 'b';
        CHECK(write(result[1], &byte, 1) == 1);
        /* Without an end of its own: what the other thread holds cannot be freed here. */
        kill(getpid(), SIGKILL);
        pause();
    }
    CHECK(child > 0);
    if (!in_time(result[0])) {
        fprintf(stderr, "the child waits\n");
        failures++;
        kill(child, SIGKILL);
    } else {
        CHECK(read(result[0], &byte, 1) == 1 && byte == 'g');
    }
    CHECK(waitpid(child, NULL, 0) == child);

    /* Here the step comes to its end, and the detector is free again. */
    CHECK(write(go_on[1], &byte, 1) == 1);
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK_OK(bocpd_detector_step(busy, 0.5, &p));
    bocpd_detector_free(busy);
    bocpd_detector_free(idle);
    bocpd_config_free(own);
    bocpd_config_free(plain);
    if (failures == 0) {
        puts("fork: ok");
    }
    return failures != 0;
}
