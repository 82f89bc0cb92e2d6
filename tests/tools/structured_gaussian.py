#!/usr/bin/env python3
"""Writes tests/data/structured_gaussian.json: evidences of segments, to more digits than a
double has.

    pip install mpmath gmpy2        (gmpy2 only makes it faster)
    ./structured_gaussian.py > ../data/structured_gaussian.json

"dense": the marginal likelihood as a multivariate t density with the covariance matrix
written down from the definition of each part, without a recursion. For the heavy-tailed
prior on the level the first observation has its Cauchy density, and the others are
t-distributed by their differences from it, in which the level cancels.

"long": 10⁵ observations by the Kalman filter in 50 digits, the textbook's form; the data
are those of `noise` below.
"""
import json
import random

from mpmath import mp, mpf, log, loggamma, pi, cos, sin, matrix, cholesky

mp.dps = 50
random.seed(20)

NAMES = ["mean", "kappa", "alpha", "beta", "phi", "drift", "slope", "slope_drift", "period",
         "harmonics", "season", "cauchy"]


def correlation(phi, time):
    if phi >= 0:
        return mpf(phi) ** time
    return mpf(-phi) ** time * cos(pi * time)


def covariance(p, s, t, with_level):
    """Cov(x_s, x_t)/σ², times since the start of the segment."""
    s, t = min(s, t), max(s, t)
    total = 1 / mpf(p["kappa"]) if with_level else mpf(0)
    total += mpf(p["drift"]) * s
    total += mpf(p["slope"]) ** 2 * s * t
    total += mpf(p["slope_drift"]) * (s**3 / 3 + s**2 * (t - s) / 2)
    if p["period"] > 0:
        for j in range(1, p["harmonics"] + 1):
            turn = 2 * pi * j / mpf(p["period"])
            if 2 * j == p["period"]:
                total += mpf(p["season"]) ** 2 * cos(turn * s) * cos(turn * t)
            else:
                total += mpf(p["season"]) ** 2 * cos(turn * (t - s))
    if p["phi"] != 0:
        total += correlation(p["phi"], t - s)
    elif s == t:
        total += 1
    return total


def ln_t(p, residuals, matrix_of):
    """ln of the multivariate t density."""
    n = len(residuals)
    alpha, beta = mpf(p["alpha"]), mpf(p["beta"])
    if n == 0:
        return mpf(0)
    factor = cholesky(matrix_of)
    half = []
    for i in range(n):
        half.append((residuals[i] - sum(factor[i, k] * half[k] for k in range(i))) / factor[i, i])
    square = sum(z * z for z in half)
    ln_det = 2 * sum(log(factor[i, i]) for i in range(n))
    return (loggamma(alpha + mpf(n) / 2) - loggamma(alpha) + alpha * log(beta)
            - (alpha + mpf(n) / 2) * log(beta + square / 2) - ln_det / 2 - mpf(n) / 2 * log(2 * pi))


def dense(p, xs, elapsed):
    times, now = [], mpf(0)
    for i, gap in enumerate(elapsed):
        now += mpf(gap) if i else 0
        times.append(now)
    seen = [(t, mpf(x) - mpf(p["mean"])) for t, x in zip(times, xs) if x is not None]
    if p["cauchy"] == 0:
        n = len(seen)
        c = matrix(n, n)
        for i in range(n):
            for j in range(n):
                c[i, j] = covariance(p, seen[i][0], seen[j][0], True)
        return ln_t(p, [x for _, x in seen], c)
    (t0, x0), rest = seen[0], seen[1:]
    scale = mpf(p["cauchy"])
    first = -log(pi * scale) - log(1 + (x0 / scale) ** 2)
    n = len(rest)
    c = matrix(max(n, 1), max(n, 1))
    for i in range(n):
        for j in range(n):
            s, t = rest[i][0], rest[j][0]
            c[i, j] = (covariance(p, s, t, False) - covariance(p, t0, s, False)
                       - covariance(p, t0, t, False) + covariance(p, t0, t0, False))
    return first + ln_t(p, [x - x0 for _, x in rest], c)


def short(x):
    return float(f"{x:.6g}")


def parameters(i):
    """The i-th point: every combination of parts comes."""
    pick = random.random
    p = dict.fromkeys(NAMES, 0.0)
    p["mean"] = short(random.gauss(0, 3))
    p["kappa"] = short(10 ** random.uniform(-4, 1))
    p["alpha"] = short(random.uniform(0.3, 5))
    p["beta"] = short(10 ** random.uniform(-2, 2))
    parts = i % 16
    if parts & 1:
        p["phi"] = random.choice([0.3, 0.6, 0.9, 0.99, -0.5])
    if parts & 2:
        p["slope"] = short(10 ** random.uniform(-3, 0.5))
    if parts & 4:
        p["drift"] = short(10 ** random.uniform(-3, 1))
    if parts & 8 and pick() < 0.6:
        p["slope_drift"] = short(10 ** random.uniform(-4, 0.5))
    p["harmonics"] = 1
    p["season"] = 1.0
    if i % 3 == 2:
        p["period"] = random.choice([2.0, 4.0, 7.0, 12.0, 24.0, 5.5])
        p["harmonics"] = random.randint(1, min(16, int(p["period"] / 2)))
        p["season"] = short(10 ** random.uniform(-1, 1))
    if i % 5 == 3:
        p["cauchy"] = short(10 ** random.uniform(-1, 2))
    return p


def point(i):
    p = parameters(i)
    n = random.randint(2, 36)
    kind = i % 4  # regular; gaps; uneven; uneven with gaps
    if i % 40 == 7:
        n, kind = 150, 0
    elapsed = [1.0] * n
    if kind >= 2 and p["phi"] >= 0:
        elapsed = [random.choice([1.0, short(random.uniform(0.05, 4))]) for _ in range(n)]
    gaps = kind in (1, 3)
    level = random.gauss(0, 4)
    xs = []
    for t in range(n):
        level += random.gauss(0, 0.5)
        x = round(level + random.gauss(0, 1) * 2, 3)
        xs.append(None if gaps and random.random() < 0.3 else x)
    if all(x is None for x in xs):
        xs[-1] = 1.5
    value = dense(p, xs, elapsed)
    return {"parameters": p, "elapsed": None if set(elapsed) == {1.0} else elapsed, "xs": xs,
            "ln_evidence": float(value)}


# -- long segments -----------------------------------------------------------------------


def noise(n):
    """Numbers in ±2 that any language makes the same: a linear congruential generator."""
    state, xs = 12345, []
    for _ in range(n):
        state = (1103515245 * state + 12345) % 2**31
        xs.append(state / 2**29 - 2.0)
    return xs


def kalman(p, xs):
    """ln p of each observation on a regular grid, state (e, level, slope, c and s)."""
    one, zero = mpf(1), mpf(0)
    ar, line = p["phi"] != 0, p["slope"] > 0 or p["slope_drift"] > 0
    names = (["e"] if ar else []) + ["level"] + (["slope"] if line else [])
    dim, level = len(names), int(ar)
    prior = {"e": one, "level": 1 / mpf(p["kappa"]), "slope": mpf(p["slope"]) ** 2}
    harmonics = p["harmonics"] if p["period"] else 0
    dim += 2 * harmonics
    variance = [prior[name] for name in names] + [mpf(p["season"]) ** 2] * (2 * harmonics)
    m = [zero] * dim
    P = [[variance[i] if i == j else zero for j in range(dim)] for i in range(dim)]
    r = zero if ar else one
    phi, drift, bend = mpf(p["phi"]), mpf(p["drift"]), mpf(p["slope_drift"])
    alpha, beta = mpf(p["alpha"]), mpf(p["beta"])
    # ln Γ(α+½) − ln Γ(α), from one count to the next.
    lower, upper = loggamma(alpha), loggamma(alpha + mpf(1) / 2)
    h0 = [one if name != "slope" else zero for name in names]
    values = []
    for n, x in enumerate(xs):
        h = list(h0)
        for j in range(1, harmonics + 1):
            turn = 2 * pi * (j * n % int(p["period"])) / mpf(p["period"])
            h += [cos(turn), sin(turn)]
        if n > 0:
            if line:
                m[level] += m[level + 1]
                for j in range(dim):
                    P[level][j] += P[level + 1][j]
                for i in range(dim):
                    P[i][level] += P[i][level + 1]
                P[level][level] += bend / 3
                P[level][level + 1] += bend / 2
                P[level + 1][level] += bend / 2
                P[level + 1][level + 1] += bend
            if ar:
                m[0] *= phi
                for j in range(dim):
                    P[0][j] *= phi
                for i in range(dim):
                    P[i][0] *= phi
                P[0][0] += 1 - phi * phi
            P[level][level] += drift
        ph = [sum(P[i][j] * h[j] for j in range(dim) if h[j]) for i in range(dim)]
        f = sum(h[i] * ph[i] for i in range(dim)) + r
        delta = mpf(x) - mpf(p["mean"]) - sum(h[i] * m[i] for i in range(dim))
        after = beta + delta * delta / (2 * f)
        values.append(upper - lower - log(2 * pi * f) / 2 + alpha * log(beta)
                      - (alpha + mpf(1) / 2) * log(after))
        beta, alpha = after, alpha + mpf(1) / 2
        lower, upper = upper, lower + log(alpha - mpf(1) / 2)
        for i in range(dim):
            m[i] += ph[i] / f * delta
        for i in range(dim):
            for j in range(dim):
                P[i][j] -= ph[i] * ph[j] / f
    return values


def long(changes, length=100_000):
    p = dict.fromkeys(NAMES, 0.0)
    p.update(mean=0.25, kappa=0.01, alpha=1.0, beta=0.8, harmonics=1, season=1.0)
    p.update(changes)
    values = kalman(p, noise(length))
    asked = [i for i in (0, 1, 100, 1022, 1023, 1024, 1025, 5000, 20_000, length - 1) if i < length]
    return {"parameters": p, "length": length, "at": asked,
            "ln_predictive": [float(values[i]) for i in asked],
            "ln_evidence": float(sum(values))}


LONG = [
    dict(), dict(phi=0.7), dict(drift=0.1), dict(drift=1e-6), dict(slope=0.05),
    dict(slope=0.05, phi=0.9), dict(slope_drift=1e-3), dict(slope=0.01, drift=1e-5),
]

if __name__ == "__main__":
    cases = {
        "dense": [point(i) for i in range(240)],
        "long": [long(changes) for changes in LONG]
        + [long(dict(period=12.0, harmonics=2, season=0.7), 20_000)],
    }
    print("{")
    for k, (name, rows) in enumerate(cases.items()):
        print(f'"{name}": [')
        print(",\n".join(json.dumps(row) for row in rows))
        print("]" + ("," if k == 0 else ""))
    print("}")
