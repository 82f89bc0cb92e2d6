"""Writes together.csv: two numbers that go together until row 60, and against each other after.

Standard normal noise about 50 and 20, of correlation 0.9 up to row 59 and of correlation -0.9 from
row 60 on. The same numbers on every machine.

    python3 docs/data/make_together.py > docs/data/together.csv
"""

import random

ROWS = 120
CHANGE = 60
CORRELATION = 0.9


def main() -> None:
    source = random.Random(21)
    print("pressure,flow")
    for row in range(ROWS):
        together = CORRELATION if row < CHANGE else -CORRELATION
        x, y = source.gauss(0, 1), source.gauss(0, 1)
        y = together * x + (1 - together**2) ** 0.5 * y
        print(f"{50 + x:.3f},{20 + y:.3f}")


main()
