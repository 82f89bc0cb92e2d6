/* Does what must not be done, to see that the sanitizers and valgrind are awake. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bocpd.h"

int main(int argc, char **argv) {
    bocpd_config *config = NULL;
    volatile unsigned char *byte;
    if (bocpd_config_new(&config) != BOCPD_OK || argc != 2) {
        return 0;
    }
    if (strcmp(argv[1], "leak") == 0) {
        config = NULL;
        return 0;
    }
    byte = (volatile unsigned char *)config;
    bocpd_config_free(config);
    printf("%d\n", *byte); /* a value that is not used need not be read */
    return 0;
}
