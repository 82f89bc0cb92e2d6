"""Writes memory.csv: noise that remembers, with one change of its level.

AR(1) noise of correlation 0.9 and standard deviation 1 about 20, from row 80 on about
26. The same numbers on every machine.

    python3 docs/data/make_memory.py > docs/data/memory.csv
"""

import random

ROWS = 120
CHANGE = 80
PHI = 0.9


def main() -> None:
    source = random.Random(12)
    print("reading")
    noise = source.gauss(0, 1)
    for row in range(ROWS):
        print(f"{(20 if row < CHANGE else 26) + noise:.3f}")
        noise = PHI * noise + (1 - PHI**2) ** 0.5 * source.gauss(0, 1)


main()
