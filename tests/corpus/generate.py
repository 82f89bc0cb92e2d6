#!/usr/bin/env python3
"""Writes the cases of the corpus, or checks those that are there.

    pip install mpmath gmpy2        (gmpy2 only makes it faster)
    python3 generate.py             writes every case
    python3 generate.py NAME...     writes the named cases
    python3 generate.py --check     recomputes the expectations from the data
                                    in the files, and compares

The filter below is written from the recursion alone and shares nothing with
the library: linear probabilities with 60 digits and unbounded exponents, raw
sums as statistics. The data of a case are read as float64 and then taken as
exact; so are its parameters.
"""

import json
import math
import random
import sys
from functools import cache
from pathlib import Path

from mpmath import atan, cos, det, diag, exp, fprod, log, loggamma, mp, mpf, pi, sin, sqrt
from mpmath import gamma as gamma_function

from readouts import readouts

mp.dps = 60
HERE = Path(__file__).resolve().parent
REFERENCE = HERE.parent / "reference" / "fast_bocpd.json"
TOLERANCE = 1e-9
# Cases where float64 statistics cannot do better: a mean near 1e9 has steps of
# 1e-7.
TOLERANCES = {"gaussian-offset-1e9-vague": 1e-6}
# A maximum that leads the second by less than this ratio hangs on rounding.
LEAD = mpf("1e-6")

ln_gamma = cache(loggamma)


@cache
def half_step(alpha):
    """Γ(α+½)/Γ(α)."""
    return exp(ln_gamma(alpha + mpf(0.5)) - ln_gamma(alpha))


# -- models: prior(), density(stats, x), absorb(stats, x) -----------------------


class Gaussian:
    """Statistics n, Σx, Σx²."""

    def __init__(self, mean, kappa, alpha, beta):
        self.m, self.k, self.a, self.b = map(mpf, (mean, kappa, alpha, beta))

    def prior(self):
        return (mpf(0), mpf(0), mpf(0))

    def posterior(self, n, s1, s2):
        """κ, m, α, β after observations of total weight n."""
        if n == 0:
            return self.k, self.m, self.a, self.b
        kappa = self.k + n
        scatter = s2 - s1 * s1 / n
        shift = s1 / n - self.m
        beta = self.b + (scatter + self.k * n / kappa * shift**2) / 2
        return kappa, (self.k * self.m + s1) / kappa, self.a + n / 2, beta

    def density(self, stats, x):
        kappa, m, alpha, beta = self.posterior(*stats)
        return student_t(x, 2 * alpha, m, beta * (kappa + 1) / (alpha * kappa))

    def absorb(self, stats, x):
        n, s1, s2 = stats
        return (n + 1, s1 + x, s2 + x * x)


def student_t(x, nu, centre, scale2):
    z2 = (x - centre) ** 2 / scale2
    return half_step(nu / 2) / sqrt(nu * pi * scale2) * (1 + z2 / nu) ** (-(nu + 1) / 2)


class GaussianKnownVariance:
    """Statistics n, Σx."""

    def __init__(self, mean, kappa, variance):
        self.m, self.k, self.v = map(mpf, (mean, kappa, variance))

    def prior(self):
        return (mpf(0), mpf(0))

    def density(self, stats, x):
        n, s = stats
        m = (self.k * self.m + s) / (self.k + n)
        v = self.v * (1 + 1 / (self.k + n))
        return exp(-((x - m) ** 2) / (2 * v)) / sqrt(2 * pi * v)

    def absorb(self, stats, x):
        n, s = stats
        return (n + 1, s + x)


class LogNormal(Gaussian):
    """Statistics of the logarithms."""

    def density(self, stats, x):
        return super().density(stats, log(x)) / x

    def absorb(self, stats, x):
        return super().absorb(stats, log(x))


class StudentT(Gaussian):
    """Fast-BOCPD's weighted Student-t without the guard of 1e-10 that it adds
    to the variance in its weights; statistics Σw, Σwx, Σwx²."""

    def __init__(self, nu, **prior):
        super().__init__(**prior)
        self.nu = mpf(nu)

    def density(self, stats, x):
        kappa, m, alpha, beta = self.posterior(*stats)
        return student_t(x, self.nu, m, beta / alpha * (kappa + 1) / kappa)

    def absorb(self, stats, x):
        _, m, alpha, beta = self.posterior(*stats)
        distance2 = (x - m) ** 2 / (beta / alpha)
        w = (self.nu + 1) / (self.nu + distance2)
        return (stats[0] + w, stats[1] + w * x, stats[2] + w * x * x)


class WeightedGaussian(Gaussian):
    """Absorbs x with the power 1/(1 + δ²/(c² s²)) of its likelihood; statistics Σω, Σωx,
    Σωx²."""

    def __init__(self, cutoff, **prior):
        super().__init__(**prior)
        self.c = mpf(cutoff)

    def absorb(self, stats, x):
        kappa, m, alpha, beta = self.posterior(*stats)
        scale2 = beta * (kappa + 1) / (alpha * kappa)
        w = 1 / (1 + (x - m) ** 2 / (self.c**2 * scale2))
        return (stats[0] + w, stats[1] + w * x, stats[2] + w * x * x)


class StudentTGrid:
    """Statistics (π_k, those of component k) for each k."""

    def __init__(self, nu, nu_prior, **prior):
        weights = [mpf(p) for p in (nu_prior or [1] * len(nu))]
        self.weights = [p / sum(weights) for p in weights]
        self.components = [StudentT(nu=v, **prior) for v in nu]

    def prior(self):
        return [(p, c.prior()) for p, c in zip(self.weights, self.components)]

    def joint(self, stats, x):
        return [p * c.density(s, x) for c, (p, s) in zip(self.components, stats)]

    def density(self, stats, x):
        return sum(self.joint(stats, x))

    def absorb(self, stats, x):
        joint = self.joint(stats, x)
        total = sum(joint)
        parts = zip(self.components, joint, stats)
        return [(j / total, c.absorb(s, x)) for c, j, (_, s) in parts]


class Poisson:
    """Statistics n, Σx."""

    def __init__(self, shape, rate):
        self.a, self.b = mpf(shape), mpf(rate)

    def prior(self):
        return (mpf(0), mpf(0))

    def density(self, stats, x):
        a, b = self.a + stats[1], self.b + stats[0]
        ways = exp(ln_gamma(a + x) - ln_gamma(a) - ln_gamma(x + 1))
        return ways * (b / (b + 1)) ** a / (b + 1) ** x

    def absorb(self, stats, x):
        return (stats[0] + 1, stats[1] + x)


class Binomial:
    """Statistics n, Σk."""

    def __init__(self, a, b, trials):
        self.a, self.b, self.trials = mpf(a), mpf(b), mpf(trials)

    def prior(self):
        return (mpf(0), mpf(0))

    def density(self, stats, k):
        a = self.a + stats[1]
        b = self.b + stats[0] * self.trials - stats[1]
        n = self.trials
        ln = ln_gamma(n + 1) - ln_gamma(k + 1) - ln_gamma(n - k + 1)
        ln += ln_gamma(a + k) - ln_gamma(a)
        ln += ln_gamma(b + n - k) - ln_gamma(b)
        ln -= ln_gamma(a + b + n) - ln_gamma(a + b)
        return exp(ln)

    def absorb(self, stats, k):
        return (stats[0] + 1, stats[1] + k)


class Bernoulli:
    """Statistics zeros, ones."""

    def __init__(self, a, b):
        self.a, self.b = mpf(a), mpf(b)

    def prior(self):
        return (mpf(0), mpf(0))

    def density(self, stats, x):
        a, b = self.a + stats[1], self.b + stats[0]
        return (a if x == 1 else b) / (a + b)

    def absorb(self, stats, x):
        return (stats[0] + (1 - x), stats[1] + x)


class Gamma:
    """Statistics n, Σx."""

    def __init__(self, shape, rate, known_shape):
        self.a, self.b, self.k = mpf(shape), mpf(rate), mpf(known_shape)

    def prior(self):
        return (mpf(0), mpf(0))

    def density(self, stats, x):
        a, b, k = self.a + stats[0] * self.k, self.b + stats[1], self.k
        base = mpf(1) if k == 1 else x ** (k - 1)
        ways = exp(ln_gamma(a + k) - ln_gamma(a) - ln_gamma(k))
        return base * ways * (b / (b + x)) ** a / (b + x) ** k

    def absorb(self, stats, x):
        return (stats[0] + 1, stats[1] + x)


class Exponential:
    """Statistics n, Σx."""

    def __init__(self, shape, rate):
        self.a, self.b = mpf(shape), mpf(rate)

    def prior(self):
        return (mpf(0), mpf(0))

    def density(self, stats, x):
        a, b = self.a + stats[0], self.b + stats[1]
        return a / b * (1 + x / b) ** -(a + 1)

    def absorb(self, stats, x):
        return (stats[0] + 1, stats[1] + x)


class NegativeBinomialKnownSize:
    """Failures before r successes; statistics n, Σx."""

    def __init__(self, size, a, b):
        self.r, self.a, self.b = mpf(size), mpf(a), mpf(b)

    def prior(self):
        return (mpf(0), mpf(0))

    def density(self, stats, x):
        r, a, b = self.r, self.a + self.r * stats[0], self.b + stats[1]
        ln = ln_gamma(r + x) - ln_gamma(r) - ln_gamma(x + 1)
        ln += ln_gamma(a + r) - ln_gamma(a)
        ln += ln_gamma(b + x) - ln_gamma(b)
        ln -= ln_gamma(a + b + r + x) - ln_gamma(a + b)
        return exp(ln)

    def absorb(self, stats, x):
        return (stats[0] + 1, stats[1] + x)


class NegativeBinomialGrid:
    """One of several sizes; statistics (π_k, those of size k) for each k."""

    def __init__(self, shape, rate, sizes):
        self.components = [
            NegativeBinomialKnownSize(r, 1 + mpf(rate) * mpf(r), shape) for r in sizes
        ]

    def prior(self):
        return [(mpf(1) / len(self.components), c.prior()) for c in self.components]

    def joint(self, stats, x):
        return [p * c.density(s, x) for c, (p, s) in zip(self.components, stats)]

    def density(self, stats, x):
        return sum(self.joint(stats, x))

    def absorb(self, stats, x):
        joint = self.joint(stats, x)
        total = sum(joint)
        parts = zip(self.components, joint, stats)
        return [(j / total, c.absorb(s, x)) for c, j, (_, s) in parts]


class Geometric(NegativeBinomialKnownSize):
    """Failures before the first success."""

    def __init__(self, a, b):
        super().__init__(1, a, b)


class GaussianKnownMean:
    """Statistics n, Σ(x − m)²."""

    def __init__(self, mean, alpha, beta):
        self.m, self.a, self.b = map(mpf, (mean, alpha, beta))

    def prior(self):
        return (mpf(0), mpf(0))

    def density(self, stats, x):
        alpha, beta = self.a + stats[0] / 2, self.b + stats[1] / 2
        return student_t(x, 2 * alpha, self.m, beta / alpha)

    def absorb(self, stats, x):
        return (stats[0] + 1, stats[1] + (x - self.m) ** 2)


class Categorical:
    """Statistics: how often each was seen."""

    def __init__(self, concentration, categories):
        self.c, self.k = mpf(concentration), categories

    def prior(self):
        return (0,) * self.k

    def density(self, stats, x):
        return (self.c + stats[int(x)]) / (self.c * self.k + sum(stats))

    def absorb(self, stats, x):
        return tuple(n + (k == x) for k, n in enumerate(stats))


class HurdlePoisson:
    """Statistics: zeros, positive counts, the sum of what these have beyond 1."""

    def __init__(self, a, b, shape, rate):
        self.a, self.b, self.shape, self.rate = map(mpf, (a, b, shape, rate))

    def prior(self):
        return (0, 0, mpf(0))

    def density(self, stats, x):
        zeros, positive, total = stats
        of_zero = (self.b + zeros) / (self.a + self.b + zeros + positive)
        if x == 0:
            return of_zero
        shape, rate, y = self.shape + total, self.rate + positive, mpf(x) - 1
        ways = gamma_function(shape + y) / (gamma_function(shape) * gamma_function(y + 1))
        return (1 - of_zero) * ways * (rate / (rate + 1)) ** shape / (rate + 1) ** y

    def absorb(self, stats, x):
        zeros, positive, total = stats
        return (zeros + 1, positive, total) if x == 0 else (zeros, positive + 1, total + mpf(x) - 1)


class MultivariateGaussian:
    """Rows of d numbers; statistics: all rows. The predictive is a quotient of evidences, which
    come from the scatter about the mean."""

    def __init__(self, mean, kappa, alpha, beta):
        self.m, self.beta = [mpf(m) for m in mean], [mpf(b) for b in beta]
        self.kappa, self.d = mpf(kappa), len(mean)
        self.nu = 2 * mpf(alpha) + self.d - 1

    def prior(self):
        return ()

    @cache
    def evidence(self, rows):
        d, n = self.d, len(rows)
        psi = diag([2 * b for b in self.beta])
        constant = lambda nu: fprod(gamma_function((nu - j) / 2) for j in range(d)) / det(psi) ** (nu / 2)
        before = constant(self.nu)
        if n:
            mean = [sum(column) / n for column in zip(*rows)]
            weight = self.kappa * n / (self.kappa + n)
            for i in range(d):
                for j in range(d):
                    psi[i, j] += sum((row[i] - mean[i]) * (row[j] - mean[j]) for row in rows)
                    psi[i, j] += weight * (mean[i] - self.m[i]) * (mean[j] - self.m[j])
        after = constant(self.nu + n)
        shrink = (self.kappa / (self.kappa + n)) ** (mpf(d) / 2)
        return after / before * shrink / pi ** (mpf(n * d) / 2)

    def density(self, stats, row):
        row = tuple(mpf(x) for x in row)
        return self.evidence(stats + (row,)) / self.evidence(stats)

    def absorb(self, stats, row):
        return stats + (tuple(mpf(x) for x in row),)


class StructuredGaussian:
    """The Kalman filter with one unknown variance; statistics n, time since the start, α, β,
    an origin, mean and covariance of level, slope, AR noise and the amplitudes."""

    def __init__(self, harmonics, **parameters):
        self.p = {name: mpf(value) for name, value in parameters.items()}
        self.pairs = harmonics if self.p["period"] else 0

    def prior(self):
        p = self.p
        level = mpf(0) if p["cauchy"] else 1 / p["kappa"]
        d = [level, p["slope"] ** 2, mpf(p["phi"] != 0)] + [p["season"] ** 2] * (2 * self.pairs)
        n = len(d)
        cov = [[d[i] if i == j else mpf(0) for j in range(n)] for i in range(n)]
        return (0, mpf(0), p["alpha"], p["beta"], p["mean"], [mpf(0)] * n, cov)

    def loadings(self, age):
        h = [mpf(1), mpf(0), mpf(1)]
        for j in range(1, self.pairs + 1):
            angle = 2 * pi * j * age / self.p["period"]
            h += [cos(angle), mpf(0) if 2 * j == self.p["period"] else sin(angle)]
        return h

    def foreseen(self, stats):
        _, age, _, _, origin, m, cov = stats
        h = self.loadings(age)
        with_x = [sum(c * hj for c, hj in zip(row, h)) for row in cov]
        f = sum(hi * w for hi, w in zip(h, with_x)) + (self.p["phi"] == 0)
        return origin + sum(hi * mi for hi, mi in zip(h, m)), f, with_x

    def density(self, stats, x):
        n, _, alpha, beta = stats[:4]
        if self.p["cauchy"] and n == 0:
            z = (x - self.p["mean"]) / self.p["cauchy"]
            return 1 / (pi * self.p["cauchy"] * (1 + z * z))
        mean, f, _ = self.foreseen(stats)
        return student_t(x, 2 * alpha, mean, beta * f / alpha)

    def absorb(self, stats, x):
        n, age, alpha, beta, origin, m, cov = stats
        size = range(len(m))
        if self.p["cauchy"] and n == 0:
            h = self.loadings(age)
            d = [cov[i][i] for i in size]
            cov = [[d[i] if i == j else mpf(0) for j in size] for i in size]
            cov[0][0] = (self.p["phi"] == 0) + sum(h[i] ** 2 * d[i] for i in size[1:])
            for i in size[1:]:
                cov[0][i] = cov[i][0] = -h[i] * d[i]
            return (1, age, alpha, beta, x, m, cov)
        mean, f, w = self.foreseen(stats)
        m = [mi + wi / f * (x - mean) for mi, wi in zip(m, w)]
        cov = [[cov[i][j] - w[i] * w[j] / f for j in size] for i in size]
        return (n + 1, age, alpha + mpf(0.5), beta + (x - mean) ** 2 / (2 * f), origin, m, cov)

    def advance(self, stats, elapsed):
        n, age, alpha, beta, origin, m, cov = stats
        p, size = self.p, range(len(m))
        rho = p["phi"] ** elapsed
        f = [[mpf(i == j) for j in size] for i in size]
        f[0][1], f[2][2] = elapsed, rho
        m = [sum(f[i][k] * m[k] for k in size if f[i][k]) for i in size]
        left = [[sum(f[i][k] * cov[k][j] for k in size if f[i][k]) for j in size] for i in size]
        cov = [[sum(left[i][k] * f[j][k] for k in size if f[j][k]) for j in size] for i in size]
        bend = p["slope_drift"]
        cov[0][0] += p["drift"] * elapsed + bend * elapsed**3 / 3
        cov[0][1] += bend * elapsed**2 / 2
        cov[1][0] += bend * elapsed**2 / 2
        cov[1][1] += bend * elapsed
        cov[2][2] += 1 - rho**2 if p["phi"] else 0
        return (n, age + elapsed, alpha, beta, origin, m, cov)


class StructuredLogNormal(StructuredGaussian):
    """Statistics of the logarithms."""

    def density(self, stats, x):
        return super().density(stats, log(x)) / x

    def absorb(self, stats, x):
        return super().absorb(stats, log(x))


class VolatileGaussian(StructuredGaussian):
    """The same, with α and β drawn back to the prior for each observation beyond the memory."""

    def __init__(self, memory, **parameters):
        nothing = {"slope_drift": 0, "period": 0, "season": 1}
        super().__init__(1, **parameters, **nothing)
        self.memory = memory

    def absorb(self, stats, x):
        n, age, alpha, beta, origin, m, cov = super().absorb(stats, x)
        if n - (self.p["cauchy"] != 0) > self.memory:
            kept = mpf(self.memory) / (self.memory + 1)
            alpha = self.p["alpha"] + kept * (alpha - self.p["alpha"])
            beta = self.p["beta"] + kept * (beta - self.p["beta"])
        return (n, age, alpha, beta, origin, m, cov)


class Regression:
    """Linear regression with one unknown variance; statistics time since the start, α, β, mean
    and covariance over σ² of the coefficients of 1, time, lags and features. The stream and its
    features are in the model, which is told where in it an observation is."""

    def __init__(self, lags, features, **parameters):
        self.p = {name: mpf(value) for name, value in parameters.items()}
        self.lags, self.features = lags, features
        self.stream, self.rows, self.now = [], [], 0

    def attach(self, stream, rows):
        self.stream, self.rows = stream, rows

    def prior(self):
        p = self.p
        d = [1 / p["kappa"], p["slope"] ** 2]
        d += [p["lag_scale"] ** 2 * p["alpha"] / p["beta"]] * self.lags
        d += [p["feature_scale"] ** 2] * self.features
        n = len(d)
        cov = [[d[i] if i == j else mpf(0) for j in range(n)] for i in range(n)]
        return (mpf(0), p["alpha"], p["beta"], [mpf(0)] * n, cov)

    def row(self, age):
        row = [mpf(1), age]
        for j in range(1, self.lags + 1):
            lag = self.stream[self.now - j] if self.now >= j else None
            row.append(mpf(0) if lag is None else mpf(lag) - self.p["mean"])
        if self.features:
            row += [mpf(f) for f in self.rows[self.now]]
        return row

    def foreseen(self, stats):
        age, _, _, m, cov = stats
        row = self.row(age)
        with_x = [sum(c * h for c, h in zip(line, row)) for line in cov]
        f = 1 + sum(h * w for h, w in zip(row, with_x))
        return self.p["mean"] + sum(h * mi for h, mi in zip(row, m)), f, with_x

    def density(self, stats, x):
        _, alpha, beta = stats[:3]
        mean, f, _ = self.foreseen(stats)
        return student_t(x, 2 * alpha, mean, beta * f / alpha)

    def absorb(self, stats, x):
        age, alpha, beta, m, cov = stats
        mean, f, w = self.foreseen(stats)
        size = range(len(m))
        m = [mi + wi / f * (x - mean) for mi, wi in zip(m, w)]
        cov = [[cov[i][j] - w[i] * w[j] / f for j in size] for i in size]
        return (age, alpha + mpf(0.5), beta + (x - mean) ** 2 / (2 * f), m, cov)

    def advance(self, stats, elapsed):
        return (stats[0] + elapsed, *stats[1:])


class Beside:
    """A model that takes a number along with each observation, its only feature; `usual` where
    there is none."""

    rows, now, usual = None, 0, mpf(1)

    def attach(self, _, rows):
        self.rows = rows

    def number(self):
        return mpf(self.rows[self.now][0]) if self.rows else self.usual


class PoissonExposure(Beside):
    """Statistics Σe, Σx."""

    def __init__(self, shape, rate):
        self.a, self.b = mpf(shape), mpf(rate)

    def prior(self):
        return (mpf(0), mpf(0))

    def density(self, stats, x):
        a, b, e = self.a + stats[1], self.b + stats[0], self.number()
        ways = exp(ln_gamma(a + x) - ln_gamma(a) - ln_gamma(x + 1))
        return ways * (b / (b + e)) ** a * (e / (b + e)) ** int(x)

    def absorb(self, stats, x):
        return (stats[0] + self.number(), stats[1] + x)


class BinomialTrials(Beside):
    """Statistics ΣN, Σk."""

    def __init__(self, a, b, trials):
        self.a, self.b, self.usual = mpf(a), mpf(b), mpf(trials)

    def prior(self):
        return (mpf(0), mpf(0))

    def density(self, stats, k):
        a, b, n = self.a + stats[1], self.b + stats[0] - stats[1], self.number()
        ln = ln_gamma(n + 1) - ln_gamma(k + 1) - ln_gamma(n - k + 1)
        ln += ln_gamma(a + k) - ln_gamma(a) + ln_gamma(b + n - k) - ln_gamma(b)
        return exp(ln - ln_gamma(a + b + n) + ln_gamma(a + b))

    def absorb(self, stats, k):
        return (stats[0] + self.number(), stats[1] + k)


class GaussianErrorBars(Beside):
    """Statistics mean and variance of the level."""

    def __init__(self, mean, level_variance, variance):
        self.mean, self.variance = mpf(mean), mpf(level_variance)
        self.usual = sqrt(mpf(variance))

    def prior(self):
        return (self.mean, self.variance)

    def density(self, stats, x):
        mean, variance = stats
        spread = variance + self.number() ** 2
        return exp(-((mpf(x) - mean) ** 2) / (2 * spread)) / sqrt(2 * pi * spread)

    def absorb(self, stats, x):
        mean, variance = stats
        noise = self.number() ** 2
        spread = variance + noise
        return (mean + (mpf(x) - mean) * variance / spread, variance * noise / spread)


class HeteroscedasticGaussian(Beside):
    """Statistics m, κ, α, β."""

    def __init__(self, mean, kappa, alpha, beta):
        self.statistics = tuple(map(mpf, (mean, kappa, alpha, beta)))

    def prior(self):
        return self.statistics

    def density(self, stats, x):
        m, k, a, b = stats
        return student_t(mpf(x), 2 * a, m, b / a * (1 / k + 1 / self.number()))

    def absorb(self, stats, x):
        m, k, a, b = stats
        w, delta = self.number(), mpf(x) - m
        total = k + w
        rise = k * w / total * delta**2 / 2
        return (m + w * delta / total, total, a + mpf(0.5), b + rise)


MODELS = {
    "gaussian": Gaussian,
    "student_t": StudentT,
    "student_t_grid": StudentTGrid,
    "gaussian_known_variance": GaussianKnownVariance,
    "log_normal": LogNormal,
    "weighted_gaussian": WeightedGaussian,
    "poisson": Poisson,
    "bernoulli": Bernoulli,
    "binomial": Binomial,
    "gamma": Gamma,
    "structured_gaussian": StructuredGaussian,
    "structured_log_normal": StructuredLogNormal,
    "regression": Regression,
    "exponential": Exponential,
    "geometric": Geometric,
    "negative_binomial_known_size": NegativeBinomialKnownSize,
    "negative_binomial_grid": NegativeBinomialGrid,
    "gaussian_known_mean": GaussianKnownMean,
    "poisson_exposure": PoissonExposure,
    "binomial_trials": BinomialTrials,
    "gaussian_error_bars": GaussianErrorBars,
    "heteroscedastic_gaussian": HeteroscedasticGaussian,
    "multivariate_gaussian": MultivariateGaussian,
    "categorical": Categorical,
    "hurdle_poisson": HurdlePoisson,
    "volatile_gaussian": VolatileGaussian,
}

# -- a model made of a model ---------------------------------------------------


class WithOutliers:
    """Any model, of whose observations a share comes from a Cauchy distribution instead
    and is not absorbed: for positive numbers what of it lies above 0, for counts what lies
    within ½ of each. Statistics are those of the model."""

    def __init__(self, model, inner, probability, centre, scale):
        self.inner = inner
        self.epsilon, self.c, self.s = map(mpf, (probability, centre, scale))
        positive = ["exponential", "gamma", "log_normal", "structured_log_normal"]
        counts = ["geometric", "hurdle_poisson", "negative_binomial_grid"]
        counts += ["negative_binomial_known_size", "poisson"]
        least = dict.fromkeys(counts, mpf(-0.5)) | dict.fromkeys(positive, mpf(0))
        self.least = least.get(model)
        self.counts = model in counts

    def prior(self):
        return self.inner.prior()

    def cdf(self, x):
        return mpf(0.5) + atan((x - self.c) / self.s) / pi

    def broad(self, x):
        if self.counts:
            q = self.cdf(x + mpf(0.5)) - self.cdf(x - mpf(0.5))
        else:
            q = 1 / (pi * self.s * (1 + ((x - self.c) / self.s) ** 2))
        return q if self.least is None else q / (1 - self.cdf(self.least))

    def density(self, stats, x):
        return (1 - self.epsilon) * self.inner.density(stats, x) + self.epsilon * self.broad(x)

    def p_outlier(self, stats, x):
        return self.epsilon * self.broad(x) / self.density(stats, x)

    def absorb(self, stats, x):
        return self.inner.absorb(stats, x) if self.p_outlier(stats, x) < 0.5 else stats


class Product:
    """Observations of several numbers, independent given the segments, each with its own model;
    None is a number that is missing."""

    def __init__(self, models):
        self.models = models

    def prior(self):
        return [model.prior() for model in self.models]

    def density(self, stats, row):
        each = zip(self.models, stats, row)
        return fprod(m.density(s, x) for m, s, x in each if x is not None)

    def absorb(self, stats, row):
        each = zip(self.models, stats, row)
        return [s if x is None else m.absorb(s, x) for m, s, x in each]

    def advance(self, stats, elapsed):
        moved = zip(self.models, stats)
        return [m.advance(s, elapsed) if hasattr(m, "advance") else s for m, s in moved]


# -- hazards: a function of the segment's length l, its age, and the elapsed time -


def from_survival(survival):
    """h = 1 − S(age + elapsed)/S(age), S(τ) = P(longer than τ after its first
    observation); on a grid S(l−1) = P(L ≥ l)."""
    survival = cache(survival)
    return lambda l, age, elapsed: 1 - survival(age + elapsed) / survival(age)


def constant(mean_run_length):
    return from_survival(lambda age: (1 - 1 / mpf(mean_run_length)) ** age)


def rate(per_unit_time):
    return from_survival(lambda age: exp(-mpf(per_unit_time) * age))


def weibull(shape, scale):
    return from_survival(lambda age: exp(-((age / mpf(scale)) ** mpf(shape))))


def log_logistic(shape, scale):
    return from_survival(lambda age: 1 / (1 + (age / mpf(scale)) ** mpf(shape)))


def negative_binomial(k, p):
    """The segment ends at the k-th success: f(l) = C(l−1,k−1) p^k (1−p)^(l−k)."""
    p = mpf(p)

    @cache
    def survival(l):
        """Fewer than k successes in l−1 trials."""
        n = l - 1
        terms = (math.comb(n, j) * p**j * (1 - p) ** (n - j) for j in range(min(k, n + 1)))
        return sum(terms)

    def hazard(l, age, elapsed):
        f = math.comb(l - 1, k - 1) * p**k * (1 - p) ** (l - k) if l >= k else mpf(0)
        return f / survival(l)

    return hazard


def table(hazards):
    return lambda l, age, elapsed: mpf(hazards[min(l, len(hazards)) - 1])


HAZARDS = {
    "constant": constant,
    "rate": rate,
    "weibull": weibull,
    "log_logistic": log_logistic,
    "negative_binomial": negative_binomial,
    "table": table,
}


def adjusted(hazard, min_segment, sensitivity):
    """No segment ends before it has `min_segment` observations, or is older than that less 1;
    from then on P(it stays) has the power `sensitivity`."""
    first = mpf(min_segment - 1)

    def hazard_of(l, age, elapsed):
        start, end = max(age, first), age + elapsed
        if end <= start:
            return mpf(0)
        return 1 - (1 - hazard(l, start, end - start)) ** mpf(sensitivity)

    return hazard_of


def build(tagged, builders):
    ((tag, parameters),) = tagged.items()
    return builders[tag](**parameters)


# -- the filter -----------------------------------------------------------------


def leading(values):
    """The index of the largest value, and whether it clearly leads."""
    best = max(range(len(values)), key=values.__getitem__)
    others = values[:best] + values[best + 1 :]
    return best, not others or max(others) < values[best] * (1 - LEAD)


def expect(config, data, elapsed, features=None, further=None):
    """Everything expected of the filter on these data; `further` are the numbers of each
    observation after the first."""
    model = inner = build(config["model"], MODELS)
    if further:
        if "product" in config:
            others = (build(other, MODELS) for other in config["product"])
            model = inner = Product([inner, *others])
        rows = ([x, *numbers] for x, numbers in zip(data, further))
        data = [None if all(x is None for x in row) else row for row in rows]
    if hasattr(inner, "attach"):
        inner.attach(data, features)
    outliers = config.get("outliers")
    if outliers is not None:
        ((name, _),) = config["model"].items()
        model = WithOutliers(name, model, **outliers)
    p_outlier = []
    power = mpf(config.get("resolution", 1))
    hazard = adjusted(
        build(config["hazard"], HAZARDS),
        config.get("min_segment", 1),
        config.get("sensitivity", 1),
    )
    weights, joints, stats, back, back_leads = [], [], [], [], []
    # ln p(data), and ln of the sum over segmentations with the power.
    ln_evidence, ln_total = mpf(0), mpf(0)
    times = [mpf(0)]
    p_change_now, map_run_length, ln_predictive = [], [], []
    for t, x in enumerate(data):
        inner.now = t
        if t == 0:
            birth, joint_birth = mpf(1), mpf(1)
            back.append(None)
            back_leads.append(True)
        else:
            gap = mpf(elapsed[t] if elapsed else 1)
            # A segment that started at s has length t − s before x_t.
            h = [hazard(t - s, times[t - 1] - times[s], gap) for s in range(t)]
            times.append(times[t - 1] + gap)
            birth = sum(w * hs for w, hs in zip(weights, h))
            ending = [q * hs for q, hs in zip(joints, h)]
            previous, leads = leading(ending)
            back.append(previous)
            back_leads.append(leads)
            joint_birth = ending[previous]
            weights = [w * (1 - hs) for w, hs in zip(weights, h)]
            joints = [q * (1 - hs) for q, hs in zip(joints, h)]
            if hasattr(inner, "advance"):
                stats = [inner.advance(s, gap) for s in stats]
        weights.append(birth)
        joints.append(joint_birth)
        stats.append(model.prior())
        if x is None:
            ln_predictive.append(None)
            p_outlier.append(0.0)
        else:
            x = [None if y is None else mpf(y) for y in x] if further else mpf(x)
            p = [model.density(s, x) for s in stats]
            predictive = sum(w * ps for w, ps in zip(weights, p))
            weights = [w * ps**power for w, ps in zip(weights, p)]
            joints = [q * ps**power for q, ps in zip(joints, p)]
            z = sum(weights)
            weights = [w / z for w in weights]
            if outliers is not None:
                shares = (w * model.p_outlier(s, x) for w, s in zip(weights, stats))
                p_outlier.append(float(sum(shares)))
            stats = [model.absorb(s, x) for s in stats]
            ln_evidence += log(predictive)
            ln_total += log(z)
            ln_predictive.append(float(log(predictive)))
        p_change_now.append(float(weights[t]))
        best, leads = leading(weights)
        map_run_length.append(t - best if leads else None)

    expected = {
        "ln_evidence": float(ln_evidence),
        "p_change_now": p_change_now,
        "map_run_length": map_run_length,
        "ln_predictive": ln_predictive,
        "mean_run_length": float(sum(w * (t - s) for s, w in enumerate(weights))),
        "p_recent_change": {"w": 10, "value": float(sum(weights[-10:]))},
        "run_length_posterior": [
            [s, float(w)] for s, w in enumerate(weights) if w > mpf("1e-6")
        ],
        # How probable it is, and p(data).
        "map_ln_joint": float(log(max(joints)) - ln_total + ln_evidence),
    }
    if outliers is not None:
        expected["p_outlier"] = p_outlier
    changes, (start, clear) = [], leading(joints)
    while start:
        changes.insert(0, start)
        clear = clear and back_leads[start]
        start = back[start]
    if clear:
        expected["changepoints"] = changes
    return expected


# -- cases ----------------------------------------------------------------------

SOURCE = "generate.py: textbook filter in 60-digit arithmetic (mpmath)"
NORMAL = {"mean": 0.0, "kappa": 1.0, "alpha": 1.0, "beta": 1.0}


def segments(seed, draw, *parts, digits=4):
    """Data of consecutive segments: for each (n, parameter), n draws."""
    source = random.Random(seed)
    return [round(draw(source, p), digits) for n, p in parts for _ in range(n)]


def normal(source, parameter):
    """Around a level, or (level, standard deviation)."""
    level, deviation = parameter if isinstance(parameter, tuple) else (parameter, 1)
    return source.gauss(level, deviation)


def count(source, mean):
    """Poisson, by waiting times; normal approximation for large means."""
    if mean > 1000:
        return float(round(source.gauss(mean, math.sqrt(mean))))
    waited, events = source.expovariate(mean), 0.0
    while waited < 1:
        waited, events = waited + source.expovariate(mean), events + 1
    return events


def failures(size):
    """Counts of failures before so many successes, of a mean."""
    return lambda source, mean: count(source, source.gammavariate(size, mean / size))


def successes(trials):
    return lambda source, p: float(sum(source.random() < p for _ in range(trials)))


def positive(shape):
    return lambda source, mean: source.gammavariate(shape, mean / shape)


def category(source, weights):
    return float(source.choices(range(len(weights)), weights)[0])


def hurdle(source, parameter):
    """0, or one more than a Poisson count: (probability of that, its mean)."""
    positive, mean = parameter
    return 1.0 + count(source, mean) if source.random() < positive else 0.0


def without(data, *missing):
    return [None if t in missing else x for t, x in enumerate(data)]


def replaced(data, values):
    return [values.get(t, x) for t, x in enumerate(data)]


def irregular(seed, n, digits=2):
    """Waiting times; the first has no meaning and is 1."""
    source = random.Random(seed)
    return [1.0] + [round(0.05 + source.expovariate(1), digits) for _ in range(n - 1)]


CONSTANT_100 = {"constant": {"mean_run_length": 100.0}}
CONSTANT_250 = {"constant": {"mean_run_length": 250.0}}
WEIBULL = {"weibull": {"shape": 2.0, "scale": 60.0}}
LOG_LOGISTIC = {"log_logistic": {"shape": 1.5, "scale": 40.0}}
NEGATIVE_BINOMIAL = {"negative_binomial": {"k": 3, "p": 0.05}}
RATE = {"rate": {"per_unit_time": 0.02}}
TABLE = {"table": {"hazards": [0.0, 0.0, 0.001, 0.01, 0.02, 0.015]}}

STEP = segments(1, normal, (200, 0), (150, 3), (250, (3, 2.5)))
COUNTS = segments(20, count, (150, 2), (120, 6), (130, 3))
COIN = segments(30, successes(1), (120, 0.2), (100, 0.8), (80, 0.4))
TEN = segments(31, successes(10), (100, 0.3), (100, 0.6))
WAITS = segments(40, positive(1.5), (120, 2), (100, 9), (80, 4))


def gaussian(**prior):
    return {"gaussian": {**NORMAL, **prior}}


def weighted(nu, **prior):
    return {"student_t": {**NORMAL, **prior, "nu": nu}}


def grid(nu, nu_prior=None, **prior):
    return {"student_t_grid": {**NORMAL, **prior, "nu": nu, "nu_prior": nu_prior}}


def structured(**parameters):
    nothing = dict.fromkeys(["phi", "drift", "slope", "slope_drift", "period"], 0.0)
    nothing |= {"harmonics": 1, "season": 1.0, "cauchy": 0.0}
    return {"structured_gaussian": {**NORMAL, **nothing, **parameters}}


def volatile(**parameters):
    nothing = dict.fromkeys(["phi", "drift", "slope", "cauchy"], 0.0)
    return {"volatile_gaussian": {**NORMAL, **nothing, **parameters}}


def regression(**parameters):
    nothing = {"lags": 0, "lag_scale": 0.5, "slope": 0.0, "feature_scale": 1.0, "features": 0}
    return {"regression": {**NORMAL, **nothing, **parameters}}


def with_features(seed, width, *parts):
    """Segments of (n, level, lag's coefficient, those of the features): observations and rows of
    features."""
    source, xs, rows, last = random.Random(seed), [], [], 0.0
    for n, level, lag, coefficients in parts:
        for _ in range(n):
            row = [round(source.gauss(0, 1), 3) for _ in range(width)]
            by_features = sum(c * f for c, f in zip(coefficients, row))
            last = level + lag * last + by_features + source.gauss(0, 1)
            xs.append(round(last, 4))
            rows.append(row)
    return xs, rows


# name: rows of features, one for each observation.
FEATURES = {}


def featured(name, seed, width, *parts):
    """The observations; the features are kept under the name of the case."""
    xs, FEATURES[name] = with_features(seed, width, *parts)
    return xs


def with_numbers(name, seed, number, draw, *parts, digits=4):
    """Observations drawn with a number beside each, which is kept under the name of the case."""
    source, xs, rows = random.Random(seed), [], []
    for n, parameter in parts:
        for _ in range(n):
            rows.append([number(source)])
            xs.append(round(draw(source, parameter, rows[-1][0]), digits))
    FEATURES[name] = rows
    return xs


def exposed(source, rate, exposure):
    return count(source, rate * exposure) if exposure > 0 else 0.0


def measured(source, level, sd):
    return source.gauss(level, sd)


MISSING = (3, 17, 18, 19, 37, 46, 47, 61, 70)


def remembering(seed, phi, *parts):
    """Segments of AR(1) noise about levels; each begins anew."""
    source, xs = random.Random(seed), []
    for n, level in parts:
        e = source.gauss(0, 1)
        for _ in range(n):
            xs.append(round(level + e, 4))
            e = phi * e + (1 - phi**2) ** 0.5 * source.gauss(0, 1)
    return xs


def loud(seed, *parts):
    """Parts of (n, level, standard deviation of the noise)."""
    source = random.Random(seed)
    return [round(level + sd * source.gauss(0, 1), 4) for n, level, sd in parts for _ in range(n)]


def curved(seed, *parts):
    """Segments of (n, level, slope, amplitude) with a season of 6."""
    source = random.Random(seed)
    return [
        round(a + b * t + c * math.sin(t * math.pi / 3) + source.gauss(0, 1), 4)
        for n, a, b, c in parts
        for t in range(n)
    ]


def poisson(shape, rate):
    return {"poisson": {"shape": shape, "rate": rate}}


def bernoulli(a, b):
    return {"bernoulli": {"a": a, "b": b}}


def binomial(a, b, trials):
    return {"binomial": {"a": a, "b": b, "trials": trials}}


def gamma(shape, rate, known_shape):
    return {"gamma": {"shape": shape, "rate": rate, "known_shape": known_shape}}


# name: (model, hazard, data) or (model, hazard, data, elapsed)
CASES = {
    "gaussian-one-observation": (gaussian(), CONSTANT_100, [2.5]),
    "gaussian-step": (gaussian(), CONSTANT_250, STEP),
    "gaussian-known-variance": (
        {"gaussian_known_variance": {"mean": 0.5, "kappa": 0.1, "variance": 1.2}},
        CONSTANT_250,
        STEP[100:400],
    ),
    "log-normal": (
        {"log_normal": {"mean": 1.0, "kappa": 0.1, "alpha": 1.0, "beta": 0.3}},
        CONSTANT_250,
        [round(math.exp(x / 3), 3) for x in STEP[100:400]],
    ),
    "exponential-missing": (
        {"exponential": {"shape": 1.5, "rate": 2.0}},
        CONSTANT_100,
        without(replaced(segments(91, positive(1), (60, 2), (60, 14)), {30: 0.0}), *MISSING),
    ),
    "geometric-missing": (
        {"geometric": {"a": 1.5, "b": 3.0}},
        CONSTANT_100,
        without(segments(92, failures(1), (60, 3), (60, 25)), *MISSING),
    ),
    "geometric-large-counts": (
        {"geometric": {"a": 1.0, "b": 1e4}},
        WEIBULL,
        segments(93, failures(1), (40, 5000), (40, 300000)),
    ),
    "negative-binomial-known-size": (
        {"negative_binomial_known_size": {"size": 2.5, "a": 1.5, "b": 4.0}},
        CONSTANT_100,
        without(segments(94, failures(2.5), (65, 4), (65, 14)), *MISSING),
    ),
    "negative-binomial-known-size-large": (
        {"negative_binomial_known_size": {"size": 100.0, "a": 2.0, "b": 40.0}},
        WEIBULL,
        segments(95, failures(100), (40, 2000), (40, 1500)),
    ),
    "negative-binomial-grid": (
        {"negative_binomial_grid": {"shape": 1.5, "rate": 0.3, "sizes": [0.7, 3.0, 12.0, 90.0]}},
        CONSTANT_100,
        without(segments(113, failures(2.5), (65, 4), (65, 14)), *MISSING),
    ),
    "categorical": (
        {"categorical": {"concentration": 0.7, "categories": 4}},
        CONSTANT_100,
        without(segments(111, category, (60, (7, 1, 1, 1)), (50, (1, 4, 4, 1))), *MISSING),
    ),
    "hurdle-poisson": (
        {"hurdle_poisson": {"a": 1.0, "b": 2.0, "shape": 1.0, "rate": 0.25}},
        CONSTANT_100,
        without(
            segments(112, hurdle, (60, (0.2, 3)), (50, (0.7, 3)), (40, (0.7, 12))), *MISSING
        ),
    ),
    "gaussian-known-mean": (
        {"gaussian_known_mean": {"mean": 0.5, "alpha": 1.0, "beta": 0.8}},
        CONSTANT_100,
        without(segments(96, normal, (70, (0.5, 1)), (70, (0.5, 4))), *MISSING),
    ),
    "weighted-gaussian": (
        {"weighted_gaussian": {**NORMAL, "kappa": 0.1, "cutoff": 3.0}},
        CONSTANT_250,
        replaced(STEP[100:400], {30: 12.0, 200: -9.0}),
    ),
    "structured-gaussian-plain": (
        structured(kappa=0.1, beta=0.8),
        CONSTANT_100,
        without(segments(71, normal, (40, 0), (40, 5)), *MISSING),
    ),
    "structured-gaussian-memory": (
        structured(kappa=0.05, phi=0.8),
        CONSTANT_100,
        remembering(72, 0.8, (80, 0), (80, 8)),
    ),
    "structured-gaussian-drift-missing": (
        structured(kappa=0.05, drift=0.05, phi=0.4),
        CONSTANT_100,
        without(remembering(73, 0.4, (50, 0), (50, 7)), *MISSING),
    ),
    "structured-gaussian-line": (
        structured(kappa=0.05, slope=0.3, slope_drift=0.001),
        WEIBULL,
        curved(74, (60, 0, 0.2, 0), (60, 12, -0.3, 0)),
    ),
    "structured-gaussian-irregular-missing": (
        structured(cauchy=10.0, slope=0.2, phi=0.5, drift=0.01),
        RATE,
        without(remembering(75, 0.5, (40, 0), (40, 30)), *MISSING),
        irregular(75, 80),
    ),
    "structured-gaussian-season": (
        structured(cauchy=10.0, period=6.0, harmonics=3, season=2.0),
        CONSTANT_100,
        without(curved(76, (60, 0, 0, 3), (60, 50, 0, 3)), *MISSING),
    ),
    "structured-log-normal": (
        {
            "structured_log_normal": structured(mean=0.5, kappa=0.1, phi=0.6, slope=0.02)[
                "structured_gaussian"
            ]
        },
        CONSTANT_100,
        [None if x is None else round(math.exp(x / 3), 3) for x in STEP[150:260]],
    ),
    "volatile-gaussian": (
        volatile(kappa=0.05, drift=0.01, memory=10),
        CONSTANT_100,
        loud(77, (40, 0, 1), (30, 0, 5), (40, 25, 2)),
    ),
    "volatile-gaussian-irregular-missing": (
        volatile(cauchy=10.0, phi=0.5, slope=0.05, memory=6),
        RATE,
        without(loud(78, (40, 0, 1), (30, 0, 4), (40, 60, 1)), *MISSING),
        irregular(78, 110),
    ),
    "regression-plain": (
        regression(kappa=0.1, beta=0.8),
        CONSTANT_100,
        without(segments(81, normal, (40, 0), (40, 5)), *MISSING),
    ),
    "regression-lags-missing": (
        regression(kappa=0.1, lags=2, lag_scale=0.7),
        CONSTANT_100,
        without(remembering(82, 0.7, (60, 0), (60, 8)), *MISSING),
    ),
    "regression-line-irregular": (
        regression(kappa=0.05, slope=0.3, lags=1),
        RATE,
        curved(83, (40, 0, 0.3, 0), (40, 15, -0.4, 0)),
        irregular(83, 80),
    ),
    "regression-features": (
        regression(kappa=0.2, features=2, feature_scale=1.5),
        CONSTANT_100,
        featured("regression-features", 84, 2, (50, 1, 0, (1.5, 0)), (50, 1, 0, (-1, 0.5))),
    ),
    "poisson-exposure": (
        {"poisson_exposure": {"shape": 1.0, "rate": 0.3}},
        CONSTANT_100,
        with_numbers(
            "poisson-exposure",
            91,
            lambda source: source.choice([0.0, 0.25, 1.0, 7.5, 40.0]),
            exposed,
            (50, 3),
            (40, 8),
        ),
    ),
    "binomial-trials-missing": (
        {"binomial_trials": {"a": 1.0, "b": 2.0, "trials": 5}},
        WEIBULL,
        without(
            with_numbers(
                "binomial-trials-missing",
                92,
                lambda source: source.choice([0, 1, 4, 30, 400]),
                lambda source, p, n: successes(n)(source, p),
                (50, 0.2),
                (40, 0.45),
            ),
            *MISSING,
        ),
    ),
    "gaussian-error-bars-irregular": (
        {"gaussian_error_bars": {"mean": 1.0, "level_variance": 4.0, "variance": 1.0}},
        RATE,
        with_numbers(
            "gaussian-error-bars-irregular",
            93,
            lambda source: round(math.exp(source.gauss(0, 1)), 3),
            measured,
            (40, 0),
            (40, 2),
        ),
        irregular(93, 80),
    ),
    "heteroscedastic-gaussian": (
        {"heteroscedastic_gaussian": {**NORMAL, "kappa": 0.2}},
        CONSTANT_100,
        with_numbers(
            "heteroscedastic-gaussian",
            94,
            lambda source: source.choice([0.05, 0.5, 1.0, 6.0, 200.0]),
            lambda source, level, w: source.gauss(level, 1 / math.sqrt(w)),
            (50, 0),
            (40, 2),
        ),
    ),
    "regression-everything-missing": (
        regression(mean=1.0, kappa=0.2, lags=1, slope=0.1, features=3),
        WEIBULL,
        without(
            featured(
                "regression-everything-missing", 85, 3, (50, 1, 0.5, (1, -1, 0.5)), (40, 6, 0, (0, 2, 0))
            ),
            *MISSING,
        ),
    ),
    "gaussian-quiet-1000": (
        gaussian(kappa=0.1, beta=0.5),
        CONSTANT_250,
        segments(2, normal, (1000, 0)),
    ),
    "gaussian-equal-values": (gaussian(mean=5.0), CONSTANT_100, [5.0] * 50),
    "gaussian-strong-prior": (
        gaussian(mean=1.0, kappa=20.0, alpha=50.0, beta=49.0),
        CONSTANT_100,
        segments(3, normal, (60, 1), (60, 1.8)),
    ),
    "gaussian-variance": (
        gaussian(beta=0.5),
        CONSTANT_100,
        segments(4, normal, (80, (0, 0.5)), (80, (0, 3)), (80, (0, 1))),
    ),
    "gaussian-drift": (
        gaussian(),
        CONSTANT_100,
        [round(0.02 * t + x, 3) for t, x in enumerate(segments(5, normal, (150, 0)))],
    ),
    "gaussian-offset-1e9": (
        gaussian(mean=1e9),
        CONSTANT_100,
        [1e9 + x for x in segments(6, normal, (100, 0), (100, 5))],
    ),
    "gaussian-offset-1e9-vague": (
        gaussian(kappa=1e-20),
        CONSTANT_100,
        [1e9 + x for x in segments(7, normal, (80, 0), (40, 5))],
    ),
    "gaussian-tiny-scale": (
        gaussian(beta=1e-16),
        CONSTANT_100,
        [x * 1e-8 for x in segments(8, normal, (60, 0), (60, 4))],
    ),
    "gaussian-outlier-1e6": (
        gaussian(),
        CONSTANT_100,
        replaced(segments(9, normal, (120, 0)), {60: 1e6}),
    ),
    "gaussian-full-precision": (
        gaussian(mean=1 / 3, kappa=0.1, alpha=math.pi, beta=math.e),
        {"constant": {"mean_run_length": 123.456}},
        segments(10, normal, (70, 1 / 7), (70, -4 / 3), digits=17),
    ),
    # Fewer observations than it takes to give a hazard up.
    "gaussian-constant-grid": (
        gaussian(),
        {"constant_grid": {"mean_run_lengths": [5.0, 20.0, 80.0, 500.0]}},
        without(segments(114, normal, (30, 0), (25, 6), (35, -6), (30, 1)), *MISSING),
    ),
    "gaussian-weibull": (gaussian(), WEIBULL, STEP[100:400]),
    "gaussian-log-logistic": (gaussian(), LOG_LOGISTIC, STEP[100:400]),
    "gaussian-negative-binomial": (gaussian(), NEGATIVE_BINOMIAL, STEP[100:400]),
    "gaussian-table": (gaussian(), TABLE, STEP[150:300]),
    "gaussian-table-forced": (
        gaussian(),
        {"table": {"hazards": [0.1, 0.2, 0.3, 0.5, 1.0]}},
        segments(11, normal, (5, 0), (5, 6), (5, -6), (5, 0)),
    ),
    "gaussian-table-forbidden": (gaussian(), {"table": {"hazards": [0.0]}}, STEP[190:210]),
    "gaussian-irregular": (gaussian(), RATE, STEP[150:300], irregular(12, 150)),
    "gaussian-irregular-constant": (
        gaussian(),
        CONSTANT_100,
        STEP[150:250],
        irregular(44, 100),
    ),
    "gaussian-irregular-weibull": (gaussian(), WEIBULL, STEP[150:250], irregular(45, 100)),
    "poisson-irregular-log-logistic": (
        poisson(2.0, 0.4),
        LOG_LOGISTIC,
        without(COUNTS[100:220], 3, 40, 41),
        irregular(46, 120),
    ),
    "gaussian-rate-regular": (gaussian(), RATE, STEP[150:250]),
    "gaussian-missing": (
        gaussian(),
        CONSTANT_100,
        without(STEP[150:270], 0, 1, 30, 49, 50, 51, 52, 90, 119),
    ),
    "gaussian-missing-weibull": (
        gaussian(),
        WEIBULL,
        without(STEP[150:270], 5, *range(40, 60), 100),
    ),
    "gaussian-irregular-missing": (
        gaussian(),
        RATE,
        without(STEP[170:250], 3, 28, 29, 30, 79),
        irregular(13, 80),
    ),
    "student-t-outliers": (
        weighted(3.0),
        CONSTANT_250,
        replaced(segments(14, normal, (150, 0), (100, 4)), {40: 15.0, 120: -30.0}),
    ),
    "student-t-huge-outlier": (
        weighted(4.0),
        CONSTANT_100,
        replaced(segments(15, normal, (80, 0)), {0: 1e7, 40: 1e6}),
    ),
    "student-t-weibull-missing": (
        weighted(5.0, kappa=0.5, beta=2.0),
        WEIBULL,
        without(segments(16, normal, (60, 0), (60, 3)), 10, 11, 61),
    ),
    "student-t-offset-1e9": (
        weighted(3.0, mean=1e9),
        CONSTANT_100,
        [1e9 + x for x in segments(17, normal, (60, 0), (60, 5))],
    ),
    "student-t-grid": (
        grid([2.0, 5.0, 30.0]),
        CONSTANT_250,
        replaced(segments(18, normal, (100, 0), (100, 4)), {40: 12.0, 150: -15.0}),
    ),
    "student-t-grid-zero-prior": (
        grid([2.0, 5.0, 30.0], [0.0, 0.4, 0.6]),
        LOG_LOGISTIC,
        without(segments(19, normal, (50, 0), (50, 4)), 20, 50),
    ),
    "poisson-step": (poisson(1.0, 0.5), CONSTANT_250, COUNTS),
    "poisson-sparse": (
        poisson(0.5, 2.0),
        CONSTANT_100,
        segments(21, count, (100, 0.05), (60, 0.6)),
    ),
    "poisson-large-counts": (
        poisson(2.0, 2e-6),
        CONSTANT_100,
        segments(22, count, (60, 1e6), (60, 1.004e6)),
    ),
    "poisson-log-logistic": (poisson(2.0, 0.4), LOG_LOGISTIC, COUNTS[80:280]),
    "poisson-irregular": (poisson(2.0, 0.4), RATE, COUNTS[100:220], irregular(23, 120)),
    "poisson-missing-negative-binomial": (
        poisson(2.0, 0.4),
        NEGATIVE_BINOMIAL,
        without(COUNTS[100:220], 2, 49, 50, 80),
    ),
    "bernoulli-step": (bernoulli(1.0, 1.5), CONSTANT_250, COIN),
    "bernoulli-negative-binomial": (bernoulli(0.7, 0.6), NEGATIVE_BINOMIAL, COIN[50:250]),
    "bernoulli-missing-table": (
        bernoulli(2.0, 3.0),
        TABLE,
        without(COIN[70:200], 0, 10, 50, 51),
    ),
    "binomial-step": (binomial(1.0, 1.2, 10), CONSTANT_250, TEN),
    "binomial-1000-trials-weibull": (
        binomial(1.0, 1.0, 1000),
        WEIBULL,
        segments(32, successes(1000), (60, 0.30), (60, 0.33)),
    ),
    "binomial-missing": (
        binomial(2.0, 2.0, 10),
        CONSTANT_100,
        without(TEN[60:140], 7, 39, 40),
    ),
    "gamma-step": (gamma(2.0, 3.0, 1.5), CONSTANT_250, WAITS),
    "gamma-exponential-with-zeros": (
        gamma(1.0, 1.0, 1.0),
        CONSTANT_100,
        replaced(segments(41, positive(1), (60, 1), (60, 8)), {0: 0.0, 50: 0.0}),
    ),
    "gamma-small-shape-mixed-scales": (
        gamma(1.0, 1.0, 0.7),
        CONSTANT_100,
        [1e-6, 2e-6, 1.5, 3.0, 2.2, 1e6, 3e5, 2e6, 1e-3, 2e-3] * 4,
    ),
    "gamma-table": (gamma(2.0, 4.0, 2.5), TABLE, WAITS[80:200]),
    "gamma-irregular-missing": (
        gamma(2.0, 3.0, 1.5),
        RATE,
        without(WAITS[80:160], 9, 40),
        irregular(42, 80),
    ),
}

def correlated(seed, *parts):
    """Three columns; for each part (n, level of the first, correlation of the first two)."""
    source = random.Random(seed)
    rows = []
    for n, level, correlation in parts:
        for _ in range(n):
            x, y, z = (source.gauss(0, 1) for _ in range(3))
            other = correlation * x + math.sqrt(1 - correlation**2) * y
            rows.append((level + x, other, 10 + 0.5 * z + 0.3 * y))
    return [[round(x, 4) for x in column] for column in zip(*rows)]


# The level of the first number changes, then how the first two go together.
TOGETHER = correlated(110, (30, 0, 0.9), (25, 3, 0.9), (40, 3, -0.9))

# Cases with observations of several numbers: the models of those after the first, if each has
# its own, and the numbers.
FURTHER = {
    "multivariate-gaussian": (None, TOGETHER[1:]),
    "product-gaussian-poisson": (
        [poisson(1.0, 0.2)],
        [segments(95, count, (40, 5), (30, 12), (30, 12))],
    ),
    "product-missing-irregular": (
        [{"gaussian_known_variance": {"mean": 0.0, "kappa": 0.1, "variance": 1.0}},
         gamma(2.0, 2.0, 2.0),
         structured(phi=0.6, kappa=0.1)],
        [
            without(segments(97, normal, (30, 0), (25, 3), (25, -1)), 0, 5, 6, 33, 60),
            without(segments(98, positive(2.0), (30, 1.0), (25, 1.0), (25, 6.0)), 5, 31, 32, 60),
            without(segments(99, normal, (30, 0), (25, 0), (25, 5)), 2, 3, 5, 60, 79),
        ],
    ),
}
CASES.update(
    {
        "multivariate-gaussian": (
            {"multivariate_gaussian": {
                "mean": [0.5, 0.0, 10.0], "kappa": 0.2, "alpha": 1.0, "beta": [1.0, 2.0, 0.5]
            }},
            CONSTANT_100,
            TOGETHER[0],
        ),
        "product-gaussian-poisson": (
            gaussian(kappa=0.1),
            CONSTANT_100,
            segments(94, normal, (40, 0), (30, 0), (30, 4)),
        ),
        "product-missing-irregular": (
            gaussian(kappa=0.1, alpha=2.0, beta=2.0),
            {"rate": {"per_unit_time": 0.02}},
            without(segments(96, normal, (30, 0), (25, 2), (25, 2)), 4, 5, 30, 60, 61),
            irregular(100, 80),
        ),
    }
)

# Cases with outliers: what a configuration says of them.
SPIKES = {30: 14.0, 31: -9.0, 90: 250.0, 140: 6.5}
OUTLIERS = {
    "outliers-gaussian": {"probability": 0.02, "centre": 0.0, "scale": 4.0},
    "outliers-gaussian-missing-weibull": {"probability": 0.1, "centre": 1.0, "scale": 2.5},
    "outliers-known-variance": {"probability": 0.001, "centre": 0.0, "scale": 10.0},
    "outliers-student-t": {"probability": 0.05, "centre": 0.0, "scale": 3.0},
    "outliers-weighted-gaussian": {"probability": 0.02, "centre": 0.0, "scale": 4.0},
    "outliers-regression": {"probability": 0.02, "centre": 0.0, "scale": 4.0},
    "outliers-gamma": {"probability": 0.02, "centre": 3.0, "scale": 4.0},
    "outliers-poisson": {"probability": 0.03, "centre": 2.0, "scale": 3.0},
}
CASES.update(
    {
        "outliers-regression": (
            regression(kappa=0.1, alpha=2.0, beta=2.0, lags=1, features=1),
            CONSTANT_100,
            replaced(
                featured("outliers-regression", 86, 1, (80, 0, 0.4, (1,)), (70, 3, 0.4, (1,))),
                SPIKES,
            ),
        ),
        "outliers-gaussian": (
            gaussian(kappa=0.1, alpha=2.0, beta=2.0),
            CONSTANT_100,
            replaced(segments(70, normal, (80, 0), (70, 4)), SPIKES),
        ),
        "outliers-gaussian-missing-weibull": (
            gaussian(kappa=0.1, alpha=2.0, beta=2.0),
            WEIBULL,
            without(replaced(segments(71, normal, (80, 0), (70, 4)), SPIKES), 0, 29, 89, 91),
        ),
        "outliers-known-variance": (
            {"gaussian_known_variance": {"mean": 0.5, "kappa": 0.1, "variance": 1.2}},
            CONSTANT_100,
            replaced(segments(72, normal, (80, 0), (70, 4)), SPIKES),
        ),
        "outliers-student-t": (
            weighted(4.0, kappa=0.5),
            CONSTANT_100,
            replaced(segments(73, normal, (60, 0), (60, 4)), {20: 40.0, 80: -30.0}),
        ),
        "outliers-weighted-gaussian": (
            {"weighted_gaussian": {**NORMAL, "kappa": 0.1, "alpha": 0.2, "cutoff": 3.5}},
            CONSTANT_100,
            replaced(segments(76, normal, (80, 0), (70, 4)), SPIKES),
        ),
        "outliers-gamma": (
            gamma(2.0, 4.0, 2.5),
            CONSTANT_100,
            replaced(segments(74, positive(2.5), (60, 2), (60, 9)), {20: 400.0, 80: 0.001}),
        ),
        "outliers-poisson": (
            poisson(2.0, 0.5),
            CONSTANT_100,
            replaced(segments(75, count, (60, 2), (60, 9)), {20: 60.0, 80: 150.0, 100: 0.0}),
        ),
    }
)


# Cases that say which changes are wanted.
PREFERENCES = {
    "preferences-resolution": {"resolution": 0.4},
    "preferences-min-segment": {"min_segment": 12},
    "preferences-sensitivity-irregular": {"sensitivity": 30.0, "min_segment": 3},
    "preferences-all-outliers-missing": {
        "resolution": 0.7, "min_segment": 4, "sensitivity": 0.1
    },
}
OUTLIERS["preferences-all-outliers-missing"] = OUTLIERS["outliers-gaussian"]
CASES.update(
    {
        "preferences-resolution": (
            gaussian(kappa=0.1),
            CONSTANT_100,
            segments(91, normal, (50, 0), (6, 3), (40, 0), (40, 4)),
        ),
        "preferences-min-segment": (
            poisson(2.0, 0.5),
            CONSTANT_100,
            segments(92, count, (40, 2), (5, 20), (40, 9)),
        ),
        "preferences-sensitivity-irregular": (
            gaussian(kappa=0.1),
            WEIBULL,
            segments(93, normal, (30, 0), (20, 2), (30, 5)),
            irregular(94, 80),
        ),
        "preferences-all-outliers-missing": (
            gaussian(kappa=0.1),
            CONSTANT_100,
            without(
                replaced(segments(95, normal, (50, 0), (50, 5)), {20: 40.0}), 3, 60
            ),
        ),
    }
)

# The cases of which all readouts are expected: the arguments as above, the places at which
# predictions are read, and what differs from the default alarm policy.
POLICY = {
    "threshold": 0.9,
    "window": 50,
    "min_segment": 3,
    "clear": 0.5,
    "cool_down": 0,
    "latched": False,
}
LEVELS = segments(60, normal, (25, 0), (20, 2.2), (25, 0.6))
READ_OUT = {
    "readouts-gaussian": (
        (gaussian(kappa=0.2, alpha=3.0, beta=3.0), {"constant": {"mean_run_length": 40.0}}, LEVELS),
        [-2.5, 0.75, 9.0],
        {},
    ),
    "readouts-gaussian-missing-weibull": (
        (
            gaussian(kappa=0.2, alpha=3.0, beta=3.0),
            {"weibull": {"shape": 2.0, "scale": 30.0}},
            without(LEVELS, 0, 10, 24, 25, 46),
        ),
        [-1.0, 1.5],
        {"threshold": 0.5, "clear": 0.3, "min_segment": 1, "cool_down": 30},
    ),
    "readouts-gaussian-irregular": (
        (
            gaussian(kappa=0.2, alpha=3.0, beta=3.0),
            {"rate": {"per_unit_time": 0.03}},
            LEVELS[:50],
            irregular(61, 50),
        ),
        [],
        {"latched": True, "threshold": 0.8},
    ),
    "readouts-student-t": (
        (
            weighted(5.0, kappa=0.2, alpha=3.0, beta=3.0),
            {"constant": {"mean_run_length": 60.0}},
            replaced(LEVELS[:60], {12: 25.0, 50: -20.0}),
        ),
        [-4.0, 2.0],
        {},
    ),
    "readouts-student-t-grid": (
        (
            grid([3.0, 8.0, 30.0], [0.2, 0.3, 0.5], kappa=0.2, alpha=3.0, beta=3.0),
            {"constant": {"mean_run_length": 60.0}},
            replaced(LEVELS[:45], {12: 15.0}),
        ),
        [-4.0, 2.0],
        {"min_segment": 2},
    ),
    "readouts-poisson": (
        (
            poisson(2.0, 0.5),
            {"negative_binomial": {"k": 2, "p": 0.05}},
            segments(62, count, (30, 2), (30, 9)),
        ),
        [0.0, 9.0, 15.0],
        {},
    ),
    "readouts-bernoulli": (
        (
            bernoulli(1.0, 2.0),
            {"log_logistic": {"shape": 2.5, "scale": 30.0}},
            segments(63, successes(1), (40, 0.1), (30, 0.9)),
        ),
        [0.0, 1.0],
        {"window": 30, "threshold": 0.6},
    ),
    "readouts-binomial": (
        (
            binomial(1.5, 1.0, 12),
            {"table": {"hazards": [0.0, 0.01, 0.02, 0.03]}},
            without(segments(64, successes(12), (25, 0.3), (25, 0.7), (15, 0.5)), 5, 40),
        ),
        [3.0, 7.0, 12.0],
        {},
    ),
    "readouts-gamma": (
        (
            gamma(3.0, 4.0, 1.5),
            {"constant": {"mean_run_length": 50.0}},
            segments(65, positive(1.5), (35, 2), (30, 12)),
        ),
        [0.25, 8.0],
        {},
    ),
}
CASES.update({name: case for name, (case, _, _) in READ_OUT.items()})
MASS = 0.9


def asked(name):
    _, places, policy = READ_OUT[name]
    return {"mass": MASS, "alarm_policy": POLICY | policy, "places": places}


def read_out(config, data, elapsed, changepoints, asked):
    model, hazard = build(config["model"], MODELS), build(config["hazard"], HAZARDS)
    return readouts(model, hazard, data, elapsed, changepoints, asked)


def generated(name):
    model, hazard, data, *elapsed = CASES[name]
    result = {
        "name": name,
        "source": SOURCE,
        "config": {
            "model": model,
            "hazard": hazard,
            "pruning": {"max_hypotheses": None, "min_weight": None, "max_run_length": None},
            "missing": "skip" if None in data else "error",
        },
        "data": data,
    }
    if name in OUTLIERS:
        result["config"]["outliers"] = OUTLIERS[name]
    result["config"].update(PREFERENCES.get(name, {}))
    if elapsed:
        result["elapsed"] = elapsed[0]
    features = FEATURES.get(name)
    if features:
        result["features"] = features
    further = None
    if name in FURTHER:
        others, columns = FURTHER[name]
        if others:
            result["config"]["product"] = others
        further = result["further"] = [list(row) for row in zip(*columns, strict=True)]
        if any(x is None for row in further for x in row):
            result["config"]["missing"] = "skip"
    times = elapsed[0] if elapsed else None
    expectation = expect_one_of if "constant_grid" in hazard else expect
    result["expected"] = expectation(result["config"], data, times, features, further)
    if name in READ_OUT:
        times = elapsed[0] if elapsed else None
        changepoints = result["expected"]["changepoints"]
        result["readouts"] = read_out(result["config"], data, times, changepoints, asked(name))
    result["tolerance"] = TOLERANCES.get(name, TOLERANCE)
    return result


def expect_one_of(config, data, times, features, further):
    """One of several mean run lengths, all as probable: Bayes' rule over a filter for each.
    What is said of the most probable segmentation is that of one of the filters."""
    lengths = config["hazard"]["constant_grid"]["mean_run_lengths"]
    hazards = [{"constant": {"mean_run_length": length}} for length in lengths]
    each = [expect(config | {"hazard": hazard}, data, times, features, further) for hazard in hazards]
    weights = [mpf(1) / len(each)] * len(each)
    p_change_now, ln_predictive = [], []
    for t in range(len(data)):
        if each[0]["ln_predictive"][t] is None:
            ln_predictive.append(None)
        else:
            joint = [w * exp(mpf(one["ln_predictive"][t])) for w, one in zip(weights, each)]
            ln_predictive.append(float(log(sum(joint))))
            weights = [p / sum(joint) for p in joint]
        now = [w * mpf(one["p_change_now"][t]) for w, one in zip(weights, each)]
        p_change_now.append(float(sum(now)))
    mean = sum(w * mpf(one["mean_run_length"]) for w, one in zip(weights, each))
    return {
        "p_change_now": p_change_now,
        "ln_predictive": ln_predictive,
        "ln_evidence": float(sum(mpf(x) for x in ln_predictive if x is not None)),
        "mean_run_length": float(mean),
    }


def published(vector, mean_run_length):
    """A vector of Fast-BOCPD in this project's conventions: its first cp is the
    hazard where we say 1; its MAP counts n in the first segment; its last two
    posterior entries are both "no change so far"."""
    config = {
        "model": vector["model"],
        "hazard": {"constant": {"mean_run_length": mean_run_length}},
        "pruning": {"max_hypotheses": None, "min_weight": None, "max_run_length": None},
        "missing": "error",
    }
    maps = enumerate(vector["map"])
    expected = {
        "p_change_now": [1.0] + vector["cp"][1:],
        "map_run_length": [None if m is None else min(m, t) for t, m in maps],
    }
    if "posterior" in vector:
        *rest, last = vector["posterior"]
        by_start = list(reversed(rest))
        by_start[0] += last
        expected["run_length_posterior"] = [list(pair) for pair in enumerate(by_start)]
    return {
        "name": "fast-bocpd-" + vector["name"],
        "source": "Fast-BOCPD 1.0.0 (PyPI fast-bocpd, MIT), " + vector["call"]
        + ", lambda 100; mapped from tests/reference/fast_bocpd.json",
        "config": config,
        "data": vector["data"],
        "expected": expected,
        "tolerance": 1e-10,
    }


# -- files ----------------------------------------------------------------------


def write(case):
    def value(v, indent):
        if isinstance(v, dict):
            inner = ",\n".join(
                f"{indent}  {json.dumps(k)}: {value(x, indent + '  ')}" for k, x in v.items()
            )
            return "{\n" + inner + "\n" + indent + "}"
        if isinstance(v, list) and v:
            lines, line = [], ""
            for i, item in enumerate(v):
                text = json.dumps(item) + ("," if i + 1 < len(v) else "")
                if line and len(line) + len(text) > 96 - len(indent):
                    lines.append(line)
                    line = ""
                line += (" " if line else "") + text
            lines.append(line)
            if len(lines) == 1:
                return f"[{line}]"
            return "[\n" + "".join(f"{indent}  {l}\n" for l in lines) + indent + "]"
        return json.dumps(v)

    (HERE / f"{case['name']}.json").write_text(value(case, "") + "\n")


def differences(name, got, want, tolerance):
    """Where the recomputed expectation differs from the one in the file."""
    if isinstance(want, dict):
        for key in want:
            yield from differences(f"{name}.{key}", got[key], want[key], tolerance)
    elif isinstance(want, list):
        if len(got) != len(want):
            yield f"{name}: {len(got)} entries for {len(want)}"
        for i, (g, w) in enumerate(zip(got, want)):
            yield from differences(f"{name}[{i}]", g, w, tolerance)
    elif isinstance(want, float):
        if not abs(got - want) <= tolerance * max(1.0, abs(want)):
            yield f"{name}: {got} for {want}"
    elif want is not None and got != want:
        yield f"{name}: {got} for {want}"


def check():
    failed = False
    for path in sorted(HERE.glob("*.json")):
        case = json.loads(path.read_text())
        beside = (case.get(key) for key in ("elapsed", "features", "further"))
        got = expect(case["config"], case["data"], *beside)
        # What was published elsewhere has that publisher's accuracy.
        tolerance = 1e-12 if case["source"] == SOURCE else case["tolerance"]
        found = list(differences(case["name"], got, case["expected"], tolerance))
        if "readouts" in case:
            want, changepoints = case["readouts"], case["expected"]["changepoints"]
            places = [at["x"] for at in want.get("predictions", [{"at": []}])[0]["at"]]
            asked = {"mass": want["mass"], "alarm_policy": want["alarm_policy"], "places": places}
            got = read_out(case["config"], case["data"], case.get("elapsed"), changepoints, asked)
            found += differences(case["name"] + " readouts", got, want, tolerance)
        print(f"{case['name']}: {'; '.join(found[:3]) or 'agrees'}")
        failed = failed or bool(found)
    return 1 if failed else 0


def main(arguments):
    if arguments == ["--check"]:
        return check()
    reference = json.loads(REFERENCE.read_text())
    vectors = {"fast-bocpd-" + v["name"]: v for v in reference["vectors"]}
    for name in arguments or [*vectors, *CASES]:
        if name in vectors:
            write(published(vectors[name], reference["mean_run_length"]))
        else:
            case = generated(name)
            unclear = case["expected"].get("map_run_length", []).count(None)
            clear = "changepoints" in case["expected"]
            print(f"{name}: {unclear} unclear maxima, segmentation {'clear' if clear else 'UNCLEAR'}")
            write(case)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
