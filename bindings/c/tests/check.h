/* What the C tests share: a check that counts, and says where it failed. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <string.h>

static int failures = 0;

#define CHECK(condition)                                                                 \
    do {                                                                                 \
        if (!(condition)) {                                                              \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);      \
            failures++;                                                                  \
        }                                                                                \
    } while (0)

#define CHECK_OK(call)                                                                   \
    do {                                                                                 \
        bocpd_status status_ = (call);                                                   \
        if (status_ != BOCPD_OK) {                                                       \
            fprintf(stderr, "%s:%d: %s: status %d: %s\n", __FILE__, __LINE__, #call,     \
                    (int)status_, bocpd_last_error_message());                           \
            failures++;                                                                  \
        }                                                                                \
    } while (0)

/* The call fails with this status, and its message has this in it. */
#define CHECK_FAILS(call, expected, fragment)                                            \
    do {                                                                                 \
        bocpd_status status_ = (call);                                                   \
        if (status_ != (expected) ||                                                     \
            strstr(bocpd_last_error_message(), (fragment)) == NULL) {                    \
            fprintf(stderr, "%s:%d: %s: status %d: %s\n", __FILE__, __LINE__, #call,     \
                    (int)status_, bocpd_last_error_message());                           \
            failures++;                                                                  \
        }                                                                                \
    } while (0)

/* Deterministic noise: a linear congruential generator, and a sum of twelve of its
   numbers for something near the normal distribution. */
static inline double uniform(unsigned long long *state) {
    *state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (double)(*state >> 11) / 9007199254740992.0;
}

static inline double normal(unsigned long long *state) {
    double sum = -6.0;
    int i;
    for (i = 0; i < 12; i++) {
        sum += uniform(state);
    }
    return sum;
}

#endif
