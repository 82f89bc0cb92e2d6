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
    "grid, σ .3": lambda rng, n: np.round(rng.normal(0, 0.3, n)),
}


def generator(part, name, index):
    """The generator of one series: of its part of the bench, its noise and its number alone, so
    that the series stays the same whatever else is drawn."""
    return np.random.default_rng([part, *name.encode(), index])


def drawn(part, name, index, n):
    """Series number `index` of a noise, n values."""
    return NOISES[name](generator(part, name, index), n)
