"""Writes load.csv: a load that depends on the temperature, and from row 100 on twice as much.

The load is 40 + 0.8 t, from row 100 on 28 + 1.6 t, with noise of standard deviation 1; at 15
degrees both are 52. The temperature wanders about 15. The same numbers on every machine.

    python3 docs/data/make_load.py > docs/data/load.csv
"""

import random

ROWS = 160
CHANGE = 100


def main() -> None:
    source = random.Random(14)
    print("load,temperature")
    temperature = 15.0
    for row in range(ROWS):
        temperature = 15 + 0.7 * (temperature - 15) + source.gauss(0, 2.5)
        level, response = (40, 0.8) if row < CHANGE else (28, 1.6)
        load = level + response * temperature + source.gauss(0, 1)
        print(f"{load:.2f},{temperature:.1f}")


main()
