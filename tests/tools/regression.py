#!/usr/bin/env python3
"""Writes tests/data/regression.json: evidences of segments, to more digits than a double has.

    pip install mpmath gmpy2        (gmpy2 only makes it faster)
    ./regression.py > ../data/regression.json

The marginal likelihood as a multivariate t density with the covariance matrix I + X V X',
written down without a recursion (the predictives' product, since every lag is an observation
before). "before" are observations of the stream before the segment, which its first lags are.
"""
import json
import random

from mpmath import mp, mpf, log, loggamma, pi, matrix, cholesky

mp.dps = 50
random.seed(21)


def short(x):
    return float(f"{x:.6g}")


def rows(p, before, xs, elapsed, features):
    """The rows of X of observations that are there, and their values."""
    stream, start = before + xs, len(before)
    mean, now, result = mpf(p["mean"]), mpf(0), []
    for i, x in enumerate(xs):
        now += mpf(elapsed[i]) if i else 0
        lags = []
        for j in range(1, p["lags"] + 1):
            at = start + i - j
            lag = stream[at] if at >= 0 else None
            lags.append(mpf(0) if lag is None else mpf(lag) - mean)
        if x is not None:
            result.append(([mpf(1), now] + lags + [mpf(f) for f in features[i]], mpf(x) - mean))
    return result


def dense(p, before, xs, elapsed, features):
    alpha, beta = mpf(p["alpha"]), mpf(p["beta"])
    prior = [1 / mpf(p["kappa"]), mpf(p["slope"]) ** 2]
    prior += [mpf(p["lag_scale"]) ** 2 * alpha / beta] * p["lags"]
    prior += [mpf(p["feature_scale"]) ** 2] * p["features"]
    seen = rows(p, before, xs, elapsed, features)
    n = len(seen)
    c = matrix(n, n)
    for i in range(n):
        for j in range(n):
            c[i, j] = sum(a * b * v for a, b, v in zip(seen[i][0], seen[j][0], prior)) + (i == j)
    factor, half = cholesky(c), []
    for i in range(n):
        rest = seen[i][1] - sum(factor[i, k] * half[k] for k in range(i))
        half.append(rest / factor[i, i])
    square = sum(z * z for z in half)
    ln_det = 2 * sum(log(factor[i, i]) for i in range(n))
    return (loggamma(alpha + mpf(n) / 2) - loggamma(alpha) + alpha * log(beta)
            - (alpha + mpf(n) / 2) * log(beta + square / 2) - ln_det / 2 - mpf(n) / 2 * log(2 * pi))


def point(i):
    """The i-th point: every combination of parts comes."""
    p = {
        "mean": short(random.gauss(0, 3)),
        "kappa": short(10 ** random.uniform(-4, 1)),
        "alpha": short(random.uniform(0.3, 5)),
        "beta": short(10 ** random.uniform(-2, 2)),
        "lags": random.choice([1, 1, 2, 3, 8]) if i & 1 else 0,
        "lag_scale": short(random.uniform(0.1, 2)),
        "slope": short(10 ** random.uniform(-3, 0.5)) if i & 2 else 0.0,
        "feature_scale": short(10 ** random.uniform(-1, 1)),
        "features": random.choice([1, 2, 3, 7, 16]) if i & 4 else 0,
    }
    n = 150 if i % 40 == 7 else random.randint(2, 30)
    uneven, gaps = i % 5 in (1, 2), i % 5 in (2, 3)
    elapsed = [short(random.uniform(0.05, 4)) if uneven else 1.0 for _ in range(n)]
    before = [short(random.gauss(0, 2)) for _ in range(random.choice([0, 0, 2, 9]))]
    features = [[short(random.gauss(0, 1)) for _ in range(p["features"])] for _ in range(n)]
    if p["features"] > 1 and i % 3 == 0:
        # One is the other in another unit, but for some digits.
        features = [[f[0], short(3 * f[0] + 1)] + f[2:] for f in features]
    level, xs = random.gauss(0, 4), []
    for t in range(n):
        level += random.gauss(0, 0.5)
        x = round(level + 2 * random.gauss(0, 1) + sum(features[t][:2]), 3)
        xs.append(None if gaps and random.random() < 0.3 else x)
    if all(x is None for x in xs):
        xs[-1] = 1.5
    value = dense(p, before, xs, elapsed, features)
    return {"parameters": p, "before": before, "elapsed": elapsed if uneven else None,
            "features": features if p["features"] else None, "xs": xs, "ln_evidence": float(value)}


def main():
    lines = [json.dumps(point(i)) for i in range(208)]
    print('{"dense": [\n' + ",\n".join(lines) + "\n]}")


main()
