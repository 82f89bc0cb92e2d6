#!/usr/bin/env python3
"""Writes tests/data/large_counts.csv: predictives of counts, to more digits than a double has.

    pip install mpmath && ./large_counts.py > ../data/large_counts.csv

Each row is: model, its two parameters, trials (0 for Poisson), count, value. The
parameters reach over all that is allowed, the counts from 0 to 2^53, and many are
near what the prior expects, where large terms cancel.
"""
import random

import mpmath as mp

mp.mp.prec = 1200
random.seed(21)
LARGEST = 2**53


def ln_rise(a, n):
    return mp.loggamma(a + n) - mp.loggamma(a)


def poisson(a, b, x):
    a, b = mp.mpf(a), mp.mpf(b)
    return ln_rise(a, x) - mp.loggamma(x + 1) + a * mp.log(b / (b + 1)) - x * mp.log(b + 1)


def binomial(a, b, trials, k):
    a, b, j = mp.mpf(a), mp.mpf(b), trials - k
    ways = mp.loggamma(trials + 1) - mp.loggamma(k + 1) - mp.loggamma(j + 1)
    return ways + ln_rise(a, k) + ln_rise(b, j) - ln_rise(a + b, trials)


def near(mean, variance, limit):
    return max(0, min(limit, round(mean + random.gauss(0, 1) * variance**0.5)))


def magnitude(low, high):
    return float(f"{10.0 ** random.uniform(low, high):.6g}")


def row(model, a, b, trials, x, value):
    print(f"{model},{a!r},{b!r},{trials},{x},{float(value)!r}")


for i in range(300):
    wide = i % 5 == 0
    rate = magnitude(-100, 100) if wide else magnitude(-3, 6)
    mean = magnitude(-2, 14)
    shape = min(1e100, max(1e-100, rate * mean if i % 2 else magnitude(-3, 8)))
    mean = shape / rate
    x = near(mean, mean * (1 + 1 / rate), LARGEST) if i % 3 else round(magnitude(0, 15.95))
    row("poisson", shape, rate, 0, x, poisson(shape, rate, x))
for i in range(300):
    wide = i % 5 == 0
    a, b = (magnitude(-100, 100), magnitude(-100, 100)) if wide else (magnitude(-2, 8), magnitude(-2, 8))
    trials = random.choice([3, 257, 1000, 100000, 10**9, LARGEST])
    p = a / (a + b)
    k = near(trials * p, trials * p * (1 - p) * (1 + trials / (a + b + 1)), trials)
    k = random.choice([k, k, k, 0, 1, trials - 1, trials, random.randint(0, trials)])
    row("binomial", a, b, trials, k, binomial(a, b, trials, k))
