"""Distributions in high precision, by their definitions: mean, variance and P(X ≤ x).

Written for the corpus; shares nothing with the library.
"""

from mpmath import betainc, floor, gammainc, inf, loggamma, mp, mpf, exp, findroot, quad, sinh, sqrt


class Continuous:
    support = (-inf, inf)

    def up_to(self, x):
        """P(X ≤ x), P(X < x)."""
        p = self.cdf(x)
        return p, p


class StudentT(Continuous):
    def __init__(self, nu, centre, scale2):
        self.nu, self.centre, self.scale2 = nu, centre, scale2

    @property
    def mean(self):
        return self.centre if self.nu > 1 else inf

    @property
    def variance(self):
        return self.scale2 * self.nu / (self.nu - 2) if self.nu > 2 else inf

    def cdf(self, x):
        t2 = (x - self.centre) ** 2 / self.scale2
        tail = betainc(self.nu / 2, mpf(0.5), 0, self.nu / (self.nu + t2), regularized=True) / 2
        return tail if x < self.centre else 1 - tail


class Gamma(Continuous):
    support = (mpf(0), inf)

    def __init__(self, shape, rate):
        self.shape, self.rate = shape, rate

    @property
    def mean(self):
        return self.shape / self.rate

    @property
    def variance(self):
        return self.shape / self.rate**2

    def cdf(self, x):
        return gammainc(self.shape, 0, self.rate * x, regularized=True) if x > 0 else mpf(0)


class InverseGamma(Continuous):
    support = (mpf(0), inf)

    def __init__(self, shape, scale):
        self.shape, self.scale = shape, scale

    @property
    def mean(self):
        return self.scale / (self.shape - 1) if self.shape > 1 else inf

    @property
    def variance(self):
        a = self.shape
        return self.scale**2 / ((a - 1) ** 2 * (a - 2)) if a > 2 else inf

    def cdf(self, x):
        return gammainc(self.shape, self.scale / x, inf, regularized=True) if x > 0 else mpf(0)


class Beta(Continuous):
    support = (mpf(0), mpf(1))

    def __init__(self, a, b):
        self.a, self.b = a, b

    @property
    def mean(self):
        return self.a / (self.a + self.b)

    @property
    def variance(self):
        n = self.a + self.b
        return self.a * self.b / (n**2 * (n + 1))

    def cdf(self, x):
        return betainc(self.a, self.b, 0, min(max(x, mpf(0)), mpf(1)), regularized=True)


class CompoundGamma(Continuous):
    """Gamma of shape k with a rate that is Gamma(a, b)."""

    support = (mpf(0), inf)

    def __init__(self, k, a, b):
        self.k, self.a, self.b = k, a, b

    @property
    def mean(self):
        return self.k * self.b / (self.a - 1) if self.a > 1 else inf

    @property
    def variance(self):
        k, a, b = self.k, self.a, self.b
        return k * b**2 * (k + a - 1) / ((a - 1) ** 2 * (a - 2)) if a > 2 else inf

    def cdf(self, x):
        if x <= 0:
            return mpf(0)
        return betainc(self.k, self.a, 0, x / (x + self.b), regularized=True)


class Discrete:
    """On 0, 1, …: a sum of probabilities."""

    def up_to(self, x):
        below = sum((self.p(i) for i in range(int(x))), mpf(0))
        return below + self.p(int(x)), below

    def cdf(self, x):
        return self.up_to(floor(x))[0] if x >= 0 else mpf(0)


class NegativeBinomial(Discrete):
    """A Poisson count whose rate is Gamma(a, b)."""

    def __init__(self, a, b):
        self.a, self.b = a, b

    @property
    def mean(self):
        return self.a / self.b

    @property
    def variance(self):
        return self.a / self.b * (1 + 1 / self.b)

    def p(self, x):
        a, b = self.a, self.b
        ways = exp(loggamma(a + x) - loggamma(a) - loggamma(mpf(x) + 1))
        return ways * (b / (b + 1)) ** a / (b + 1) ** x


class BetaBinomial(Discrete):
    """Successes out of n whose probability is Beta(a, b)."""

    def __init__(self, n, a, b):
        self.n, self.a, self.b = n, a, b

    @property
    def mean(self):
        return self.n * self.a / (self.a + self.b)

    @property
    def variance(self):
        n, a, b = self.n, self.a, self.b
        return n * a * b * (a + b + n) / ((a + b) ** 2 * (a + b + 1))

    def p(self, x):
        n, a, b = self.n, self.a, self.b
        if x > n:
            return mpf(0)
        ln = loggamma(n + 1) - loggamma(mpf(x) + 1) - loggamma(n - x + 1)
        ln += loggamma(a + x) - loggamma(a) + loggamma(b + n - x) - loggamma(b)
        ln -= loggamma(a + b + n) - loggamma(a + b)
        return exp(ln)


class Mixture:
    """Pairs of weight and distribution; weights are taken relative to their sum."""

    def __init__(self, parts):
        parts = [(w, d) for w, d in parts if w > 0]
        total = sum(w for w, _ in parts)
        self.parts = [(w / total, d) for w, d in parts]
        self.discrete = isinstance(parts[0][1], Discrete)
        if not self.discrete:
            self.support = parts[0][1].support

    def sum(self, f):
        return sum(w * f(d) for w, d in self.parts)

    @property
    def mean(self):
        return self.sum(lambda d: d.mean)

    @property
    def variance(self):
        mean = self.mean
        return self.sum(lambda d: d.variance + (d.mean - mean) ** 2)

    def cdf(self, x):
        return self.sum(lambda d: d.cdf(x))

    def up_to(self, x):
        pairs = [(w, d.up_to(x)) for w, d in self.parts]
        return tuple(sum(w * pair[i] for w, pair in pairs) for i in (0, 1))


def quantile(d, p):
    """The smallest x with P(X ≤ x) ≥ p, and whether that hangs on rounding."""
    p = mpf(p)
    if isinstance(d, Discrete) or getattr(d, "discrete", False):
        x = 0
        while (reached := d.cdf(mpf(x))) < p * (1 - mpf("1e-9")):
            x += 1
        return mpf(x), abs(reached - p) > mpf("1e-9")
    low, high = d.support
    step = mpf(1)
    a = low if low > -inf else -step
    while low == -inf and d.cdf(a) > p:
        a *= 2
    b = high if high < inf else step
    while high == inf and d.cdf(b) < p:
        b *= 2
    # By bisection, so that nothing depends on the shape of the distribution; then as
    # precisely as one likes.
    while b - a > mpf("1e-6") * max(1, abs(a)):
        middle = (a + b) / 2
        a, b = (middle, b) if d.cdf(middle) < p else (a, middle)
    with mp.workdps(25):
        return findroot(lambda x: d.cdf(x) - p, (a, b), solver="illinois", tol=1e-40), True


def p_greater(x, y):
    """P(X > Y) for independent X and Y: ∫ P(X > v) dP(Y ≤ v), by the quantiles of Y."""
    with mp.workdps(20):
        ends = [quantile(y, p)[0] for p in ("1e-12", "1e-6", "0.01", "0.5", "0.99", "0.999999")]
        ends.append(quantile(y, 1 - mpf("1e-12"))[0])
        density = lambda v: mp.diff(y.cdf, v)
        with mp.workdps(15):
            inside = quad(lambda v: (1 - x.cdf(v)) * density(v), ends, maxdegree=4)
        return inside


def p_greater_roughly(x, y):
    """The same to 1e-4: Σ ½ (P(X > u) + P(X > v)) P(u < Y ≤ v) over neighbouring points
    u, v, which are close together near both."""
    with mp.workdps(15):
        points = {
            d.mean + standard_deviation(d) * sinh(mpf(i) / 20) for d in (x, y) for i in range(-160, 161)
        }
        low, high = x.support
        inside = [low, *sorted(v for v in points if low < v < high), high]
        above = [1 - (0 if v == low else 1 if v == high else x.cdf(v)) for v in inside]
        up_to = [0 if v == low else 1 if v == high else y.cdf(v) for v in inside]
        pairs = zip(zip(above, above[1:]), zip(up_to, up_to[1:]))
        return sum((a + b) * (q - p) for (a, b), (p, q) in pairs) / 2


def standard_deviation(d):
    return sqrt(d.variance)
