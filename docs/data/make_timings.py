"""Writes timings.csv: how long a fixed piece of work takes, 5,000 times in a row.

The work is hashing a buffer. From row 3,000 on the buffer is 3 % longer, as if
a commit had made the program slower; everything else in the series is what the
machine did by itself: an outlier tail from interrupts and its other users.

    python3 docs/data/make_timings.py > docs/data/timings.csv
"""

import hashlib
import time
from datetime import datetime, timezone

ROWS = 5_000
SLOWER_FROM = 3_000
BUFFER = b"\x5a" * 2_000_000
BEFORE = 500_000
AFTER = BEFORE * 103 // 100


def microseconds(length):
    """The wall time of one hash over the first `length` bytes."""
    work = memoryview(BUFFER)[:length]
    start = time.perf_counter_ns()
    hashlib.sha256(work).digest()
    return (time.perf_counter_ns() - start) / 1000


def main():
    for _ in range(200):  # caches and clock speed settle
        microseconds(BEFORE)
    print("time,microseconds")
    for row in range(ROWS):
        now = datetime.now(timezone.utc)
        took = microseconds(BEFORE if row < SLOWER_FROM else AFTER)
        print(f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03d}Z,{took:.1f}")


if __name__ == "__main__":
    main()
