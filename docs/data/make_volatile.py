"""Writes volatile.csv: noise in calm and wild stretches, in which the level changes once.

Normal noise of standard deviation 1, 4, 1 and 2 about 50, and about 62 from row 170 on. The same
numbers on every machine.

    python3 docs/data/make_volatile.py > docs/data/volatile.csv
"""

import random

# Rows, level, standard deviation.
PARTS = [(70, 50, 1), (40, 50, 4), (60, 50, 1), (50, 62, 2)]


def main() -> None:
    source = random.Random(4)
    print("reading")
    for rows, level, deviation in PARTS:
        for _ in range(rows):
            print(f"{source.gauss(level, deviation):.3f}")


main()
