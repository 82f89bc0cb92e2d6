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

static int equal(double a, double b) { return memcmp(&a, &b, sizeof a) == 0; }

static void number(const char *what, size_t at, double found, double expected) {
    if (!equal(found, expected)) {
        fprintf(stderr, "corpus: %s: %s at %lu: %.17g, not %.17g\n", name, what,
                (unsigned long)at, found, expected);
        failures++;
    }
}

static bocpd_config *configuration(void) {
    static double a[MAX], b[MAX];
    char kind[128];
    double v[5], min_weight;
    uint64_t max_hypotheses, max_run_length;
    bocpd_config *config = NULL;
    size_t n, m, i;
    CHECK_OK(bocpd_config_new(&config));

    word(kind);
    if (strcmp(kind, "gaussian") == 0 || strncmp(kind, "student_t", 9) == 0) {
        for (i = 0; i < 4; i++) {
            v[i] = real();
        }
        if (strcmp(kind, "gaussian") == 0) {
            CHECK_OK(bocpd_config_set_gaussian(config, v[0], v[1], v[2], v[3]));
        } else if (strcmp(kind, "student_t") == 0) {
            v[4] = real();
            CHECK_OK(bocpd_config_set_student_t(config, v[0], v[1], v[2], v[3], v[4]));
        } else {
            n = reals(a);
            m = reals(b);
            CHECK_OK(bocpd_config_set_student_t_grid(config, v[0], v[1], v[2], v[3], a,
                                                     m > 0 ? b : NULL, n));
        }
    } else {
        v[0] = real();
        v[1] = real();
        if (strcmp(kind, "poisson") == 0) {
            CHECK_OK(bocpd_config_set_poisson(config, v[0], v[1]));
        } else if (strcmp(kind, "bernoulli") == 0) {
            CHECK_OK(bocpd_config_set_bernoulli(config, v[0], v[1]));
        } else if (strcmp(kind, "binomial") == 0) {
            CHECK_OK(bocpd_config_set_binomial(config, v[0], v[1], integer()));
        } else if (strcmp(kind, "gamma") == 0) {
            v[2] = real();
            CHECK_OK(bocpd_config_set_gamma(config, v[0], v[1], v[2]));
        } else {
            unreadable(kind);
        }
    }

    word(kind);
    if (strcmp(kind, "constant") == 0) {
        CHECK_OK(bocpd_config_set_constant_hazard(config, real()));
    } else if (strcmp(kind, "rate") == 0) {
        CHECK_OK(bocpd_config_set_rate_hazard(config, real()));
    } else if (strcmp(kind, "weibull") == 0 || strcmp(kind, "log_logistic") == 0) {
        v[0] = real();
        v[1] = real();
        if (kind[0] == 'w') {
            CHECK_OK(bocpd_config_set_weibull_hazard(config, v[0], v[1]));
        } else {
            CHECK_OK(bocpd_config_set_log_logistic_hazard(config, v[0], v[1]));
        }
    } else if (strcmp(kind, "negative_binomial") == 0) {
        uint32_t k = (uint32_t)integer();
        CHECK_OK(bocpd_config_set_negative_binomial_hazard(config, k, real()));
    } else if (strcmp(kind, "table") == 0) {
        n = reals(a);
        CHECK_OK(bocpd_config_set_table_hazard(config, a, n));
    } else {
        unreadable(kind);
    }

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
    return config;
}

/* The steps of a case: through two detectors, one observation at a time and, where the
   grid is regular, as one batch. */
static void steps(bocpd_detector *detector, bocpd_detector *batch) {
    static double xs[MAX], p[MAX], map_p[MAX], ln[MAX], q[MAX], batch_map_p[MAX], batch_ln[MAX];
    static uint64_t runs[MAX], batch_runs[MAX];
    size_t n, i, done = 0;
    int irregular;
    expect("steps");
    n = (size_t)integer();
    irregular = integer() == 1;
    if (n > MAX) {
        unreadable("so long a series");
    }
    for (i = 0; i < n; i++) {
        char text[128];
        double elapsed, value = -1.0;
        uint64_t run = 0;
        int missing;
        word(text);
        missing = strcmp(text, "-") == 0;
        xs[i] = missing ? NAN : of_bits(text);
        elapsed = real();
        p[i] = real();
        runs[i] = integer();
        map_p[i] = real();
        ln[i] = real();
        if (irregular && missing) {
            CHECK_OK(bocpd_detector_skip_after(detector, elapsed, &value));
        } else if (irregular) {
            CHECK_OK(bocpd_detector_step_after(detector, elapsed, xs[i], &value));
        } else if (missing) {
            CHECK_OK(bocpd_detector_skip(detector, &value));
        } else {
            CHECK_OK(bocpd_detector_step(detector, xs[i], &value));
        }
        number("p_change_now", i, value, p[i]);
        CHECK_OK(bocpd_detector_map_run_length(detector, &run));
        number("map_run_length", i, (double)run, (double)runs[i]);
        CHECK_OK(bocpd_detector_map_probability(detector, &value));
        number("map_probability", i, value, map_p[i]);
        CHECK_OK(bocpd_detector_ln_predictive(detector, &value));
        number("ln_predictive", i, value, ln[i]);
    }
    if (!irregular) {
        CHECK_OK(bocpd_detector_batch(batch, xs, n, q, batch_runs, batch_map_p, batch_ln, &done));
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

int main(void) {
    char keyword[128];
    int cases = 0;
    while (scanf("%127s", keyword) == 1) {
        bocpd_config *config;
        bocpd_detector *detector = NULL, *batch = NULL;
        if (strcmp(keyword, "case") != 0) {
            unreadable("the beginning of a case");
        }
        word(name);
        config = configuration();
        CHECK_OK(bocpd_detector_new(config, &detector));
        CHECK_OK(bocpd_detector_new(config, &batch));
        steps(detector, batch);
        end(detector);
        bocpd_config_free(config);
        bocpd_detector_free(detector);
        bocpd_detector_free(batch);
        cases++;
    }
    CHECK(cases >= 30);
    if (failures == 0) {
        printf("corpus: ok, %d cases\n", cases);
    }
    return failures != 0;
}
