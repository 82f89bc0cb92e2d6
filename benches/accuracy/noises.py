"""Noises in which nothing changes; each function draws n values from a generator."""

import numpy as np


def autoregressive(phi):
    """AR(1) of variance 1, from its stationary distribution."""

    def draw(rng, n):
        xs = rng.normal(0, 1, n)
        xs[1:] *= np.sqrt(1 - phi * phi)
        for i in range(1, n):
            xs[i] += phi * xs[i - 1]
        return xs

    return draw


def sine(period):
    """A sine of standard deviation 2, its phase at random, under white noise of 1."""

    def draw(rng, n):
        phase = rng.uniform(0, 2 * np.pi)
        wave = 2 * np.sqrt(2) * np.sin(2 * np.pi * np.arange(n) / period + phase)
        return wave + rng.normal(0, 1, n)

    return draw


def moving_average(rng, n):
    """Mean of five white values, times √5."""
    return np.convolve(rng.normal(0, 1, n + 4), np.full(5, 1 / np.sqrt(5)), "valid")


def garch(rng, n):
    """GARCH(1,1) noise of variance 1 (Bollerslev 1986): σ² = 0.02 + 0.1 x² + 0.88 σ² with the x and
    σ² before. The first 200 are thrown away."""
    values, variance = np.zeros(200 + n), 1.0
    for i, z in enumerate(rng.normal(0, 1, 200 + n)):
        values[i] = np.sqrt(variance) * z
        variance = 0.02 + 0.1 * values[i] ** 2 + 0.88 * variance
    return values[200:]


def stochastic_volatility(rng, n):
    """Normal noise whose ln σ is AR(1) of correlation 0.97 and standard deviation 0.7."""
    return np.exp(0.7 * autoregressive(0.97)(rng, n)) * rng.normal(0, 1, n)


NOISES = {
    "white": lambda rng, n: rng.normal(0, 1, n),
    "AR .5": autoregressive(0.5),
    "AR .8": autoregressive(0.8),
    "AR .9": autoregressive(0.9),
    "AR .97": autoregressive(0.97),
    "t₂": lambda rng, n: rng.standard_t(2, n),
    "sine, period 20": sine(20),
    "sine, period 100": sine(100),
    "random walk": lambda rng, n: np.cumsum(rng.normal(0, 1, n)),
    "moving average of 5": moving_average,
    "uniform": lambda rng, n: rng.uniform(0, 1, n),
    "0/1": lambda rng, n: (rng.uniform(0, 1, n) < 0.3).astype(float),
    "Poisson, mean 5": lambda rng, n: rng.poisson(5, n).astype(float),
    "log-normal, σ 1": lambda rng, n: rng.lognormal(0, 1, n),
    "GARCH": garch,
    "stochastic volatility": stochastic_volatility,
    "grid, σ .3": lambda rng, n: np.round(rng.normal(0, 0.3, n)),
}


def generator(part, name, index):
    """The generator of one series: of its part of the bench, its noise and its number alone, so
    that the series stays the same whatever else is drawn."""
    return np.random.default_rng([part, *name.encode(), index])


def drawn(part, name, index, n):
    """Series number `index` of a noise, n values."""
    return NOISES[name](generator(part, name, index), n)
