/* Prints where a series changes: changepoints FILE
 *
 * The series is the last column of the file, one observation a line; lines that do not
 * end in a number are passed over. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bocpd.h"

/* Leaves with the library's message unless the call went well. */
static void must(bocpd_status status) {
    if (status != BOCPD_OK) {
        fprintf(stderr, "changepoints: %s\n", bocpd_last_error_message());
        exit(EXIT_FAILURE);
    }
}

static void *must_have(void *memory) {
    if (memory == NULL) {
        fputs("changepoints: out of memory\n", stderr);
        exit(EXIT_FAILURE);
    }
    return memory;
}

/* The last columns of all lines. */
static double *read_series(FILE *file, size_t *count) {
    char line[4096];
    size_t capacity = 1024;
    double *values = must_have(malloc(capacity * sizeof *values));
    *count = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        const char *comma = strrchr(line, ',');
        const char *text = comma != NULL ? comma + 1 : line;
        char *end;
        double value = strtod(text, &end);
        if (end == text) {
            continue;
        }
        if (*count == capacity) {
            capacity *= 2;
            values = must_have(realloc(values, capacity * sizeof *values));
        }
        values[(*count)++] = value;
    }
    return values;
}

int main(int argc, char **argv) {
    bocpd_config *config = NULL;
    bocpd_detector *detector = NULL;
    double *values;
    uint64_t *changes;
    size_t count, length, i;
    FILE *file;

    if (argc != 2) {
        fputs("usage: changepoints FILE\n", stderr);
        return EXIT_FAILURE;
    }
    file = fopen(argv[1], "r");
    if (file == NULL) {
        perror(argv[1]);
        return EXIT_FAILURE;
    }
    values = read_series(file, &count);
    fclose(file);

    /* A detector for a series that nothing else is known about. */
    must(bocpd_config_for(values, count, &config));
    must(bocpd_detector_new(config, &detector));
    bocpd_config_free(config);

    must(bocpd_detector_batch(detector, values, count, NULL, NULL, NULL, NULL, NULL));

    /* How many changes there are, then which. */
    must(bocpd_detector_changepoints(detector, NULL, 0, &length));
    changes = must_have(malloc((length + 1) * sizeof *changes));
    must(bocpd_detector_changepoints(detector, changes, length + 1, &length));
    for (i = 0; i < length; i++) {
        printf("%lu\n", (unsigned long)changes[i]);
    }

    free(changes);
    free(values);
    bocpd_detector_free(detector);
    return EXIT_SUCCESS;
}
