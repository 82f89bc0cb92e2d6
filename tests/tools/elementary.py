#!/usr/bin/env python3
"""Writes tests/data/elementary.csv: arguments and 60-digit values of exp, ln, ln_1p, ln_gamma.

    pip install mpmath && ./elementary.py > ../data/elementary.csv

Each row is: function, argument, second argument (of ln_growth, else 0), value
rounded to double, and what rounding took away, so that errors are measured
against the true value. Decimals are the shortest that give the double back.
"""
import math
import random
import struct

import mpmath as mp

mp.mp.prec = 250
random.seed(20)


def any_double():
    """A finite double, uniform over bit patterns."""
    while True:
        (x,) = struct.unpack("<d", random.getrandbits(64).to_bytes(8, "little"))
        if math.isfinite(x):
            return x


def row(name, x, value):
    nearest = float(value)
    rest = float(value - mp.mpf(nearest)) if math.isfinite(nearest) else 0.0
    print(f"{name},{x!r},0,{nearest!r},{rest!r}")


EDGES = [0.0, 5e-324, 2.2250738585072014e-308, 1e-300, 1e-20, 1e-8, 0.5, 1.0, 1 - 2**-53, 1 + 2**-52,
         2.0, math.sqrt(0.5), math.sqrt(2), 10.0, 708.0, 709.78, 745.1, 1e10, 1e300, 1.7976931348623157e308]

for x in EDGES + [-x for x in EDGES] + [random.uniform(-745, 709) for _ in range(150)] + [random.gauss(0, 1) for _ in range(100)]:
    if x < 709.782712893384:
        row("exp", x, mp.exp(mp.mpf(x)))
for x in EDGES + [abs(any_double()) for _ in range(150)] + [random.uniform(0.5, 2) for _ in range(100)]:
    if x > 0:
        row("ln", x, mp.log(mp.mpf(x)))
for x in EDGES + [abs(any_double()) for _ in range(150)] + [random.uniform(-0.999, 3) for _ in range(150)]:
    row("ln_1p", x, mp.log1p(mp.mpf(x)) if x != 0 else mp.mpf(0))
for _ in range(200):
    base, ratio = 10.0 ** random.uniform(-100, 100), 10.0 ** random.uniform(-30, 100)
    rise = base * ratio
    value = mp.log1p(mp.mpf(rise) / mp.mpf(base))
    print(f"ln_growth,{base!r},{rise!r},{float(value)!r},{float(value - mp.mpf(float(value)))!r}")

# ln Γ: near its zeros, where the ways to compute it meet, and to where it overflows.
MEETING = [x + side * 2.0**-52 * x for x in [0.25, 0.5, 1.0, 1.25, math.sqrt(2), 1.461632144968362, 1.5, 2.0, 2.5, 3.5, 7.5, 8.5, 15.5, 16.0]
           for side in (-1, 0, 1)]
ARGUMENTS = MEETING + [abs(any_double()) for _ in range(150)] + [random.uniform(0, 3) for _ in range(300)]
ARGUMENTS += [random.uniform(2.5, 20) for _ in range(200)] + [10.0 ** random.uniform(0, 305) for _ in range(100)]
ARGUMENTS += [zero + side * 2.0**-k for zero in (1.0, 2.0) for side in (-1, 1) for k in range(2, 52, 3)]
for x in EDGES + ARGUMENTS:
    if 0 < x < 2.556348162e305:
        row("ln_gamma", x, mp.loggamma(mp.mpf(x)))
