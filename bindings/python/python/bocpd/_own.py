"""Observation models written in Python: their base classes, and what they give.

The public names are in `bocpd.model` and `bocpd.distribution`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["ColumnModel", "FrozenDistribution", "ScalarModel"]


class FrozenDistribution(Protocol):
    """What a model says of a number: the methods that SciPy's frozen distributions have.

    Where only integers are possible `logpmf` takes the place of `logpdf`. `sf(x)` and
    `support()` are used if they are there.

    Examples
    --------
    >>> class Certain:
    ...     def mean(self):
    ...         return 1.0
    ...     def var(self):
    ...         return 0.0
    ...     def cdf(self, x):
    ...         return float(x >= 1)
    >>> known: bocpd.distribution.FrozenDistribution = Certain()
    """

    def mean(self) -> Any:
        """The mean.

        Returns
        -------
        float
            Infinite or NaN if there is none.
        """

    def var(self) -> Any:
        """The variance.

        Returns
        -------
        float
            Infinite or NaN if there is none.
        """

    def cdf(self, x: Any, /) -> Any:
        """P(X <= x).

        Parameters
        ----------
        x : float
            Where.

        Returns
        -------
        float
            The probability.
        """


class _OwnModel:
    dimension: int = 1
    """How many numbers make an observation. For 1, `x` is a float; else an
    array of that length."""

    def check(self, x: Any) -> None:
        """Refuses what cannot be observed; a model may leave it out.

        Parameters
        ----------
        x : float or ndarray
            The observation; values that are not finite never get here.

        Raises
        ------
        ValueError
            If `x` cannot be observed.
        """

    # What follows is for readouts beyond the filter: a model may leave it out.

    def predictive(self, stats: Any) -> FrozenDistribution | None:
        """The next observation under one hypothesis, for `predict`; a model may leave it out.

        Parameters
        ----------
        stats
            The statistics of the hypothesis.

        Returns
        -------
        FrozenDistribution or None
            None where it is not known.
        """
        return None

    def parameters(self, stats: Any) -> Mapping[str, FrozenDistribution] | None:
        """The posteriors of the parameters; a model may leave it out.

        For `parameters`, `shift`, `segments` and the like.

        Parameters
        ----------
        stats
            The statistics of the hypothesis.

        Returns
        -------
        mapping of str to FrozenDistribution, or None
            By name, the level first; None where it is not known.
        """
        return None

    def level(self, stats: Any) -> tuple[float, float] | None:
        """Mean and variance of the first of `parameters`; a model may leave it out.

        It is a faster way to them, which is asked for at every step if shifts are followed.

        Parameters
        ----------
        stats
            The statistics of the hypothesis.

        Returns
        -------
        mean, variance : float, or None
            None where there is no faster way.
        """
        return None

    def simulate(self, rng: np.random.Generator, n: int) -> ArrayLike | None:
        """Observations of one segment, for `simulate` and `calibrate`; a model may leave it out.

        Parameters
        ----------
        rng : numpy.random.Generator
            Random numbers.
        n : int
            How many observations.

        Returns
        -------
        array_like or None
            Of shape (n,), or (n, d); the parameters of the segment are drawn from the prior.
        """
        return None


class ColumnModel(_OwnModel, ABC):
    """A model that works on all hypotheses at once: one call a step.

    The statistics of all live hypotheses are an array with one row for each
    statistic and one column for each hypothesis, oldest first. Methods about one
    hypothesis get its column.

    Examples
    --------
    >>> class Exponential(bocpd.model.ColumnModel):
    ...     def prior(self):
    ...         return 1.0, 1.0
    ...     def observe(self, stats, x):
    ...         a, b = stats
    ...         ln_predictive = np.log(a) + a * np.log(b) - (a + 1) * np.log(b + x)
    ...         a += 1
    ...         b += x
    ...         return ln_predictive
    >>> waits = [0.4, 1.1, 0.7, 24.0, 31.0, 28.0, 19.0]
    >>> bocpd.detect(waits, Exponential(), hazard=100).changepoints
    array([3])
    """

    @abstractmethod
    def prior(self) -> Sequence[float]:
        """The statistics of a hypothesis that has seen nothing.

        Returns
        -------
        sequence of float
            As many as the model has statistics.
        """

    @abstractmethod
    def observe(self, stats: NDArray[np.float64], x: Any) -> NDArray[np.float64]:
        """Scores an observation under every hypothesis, and lets each absorb it.

        Parameters
        ----------
        stats : ndarray of shape (statistics, hypotheses)
            A copy, to be changed in place.
        x : float or ndarray
            The observation.

        Returns
        -------
        ndarray of float64
            ln p(x | statistics before) of every hypothesis.
        """


class ScalarModel(_OwnModel, ABC):
    """A model that works on one hypothesis at a time: easy to write, and slow with many.

    Statistics may be any object.

    Examples
    --------
    >>> import math
    >>> class Exponential(bocpd.model.ScalarModel):
    ...     def prior(self):
    ...         return 1.0, 1.0
    ...     def ln_predictive(self, stats, x):
    ...         a, b = stats
    ...         return math.log(a) + a * math.log(b) - (a + 1) * math.log(b + x)
    ...     def update(self, stats, x):
    ...         a, b = stats
    ...         return a + 1, b + x
    >>> waits = [0.4, 1.1, 0.7, 24.0, 31.0, 28.0, 19.0]
    >>> bocpd.detect(waits, Exponential(), hazard=100).changepoints
    array([3])
    """

    @abstractmethod
    def prior(self) -> Any:
        """The statistics of a hypothesis that has seen nothing.

        Returns
        -------
        object
            Whatever `update` understands.
        """

    @abstractmethod
    def ln_predictive(self, stats: Any, x: Any) -> float:
        """Scores an observation under one hypothesis.

        Parameters
        ----------
        stats
            The statistics of the hypothesis.
        x : float or ndarray
            The observation.

        Returns
        -------
        float
            ln p(x | statistics).
        """

    @abstractmethod
    def update(self, stats: Any, x: Any) -> Any:
        """Lets one hypothesis absorb an observation.

        Parameters
        ----------
        stats
            The statistics of the hypothesis, which stay as they are.
        x : float or ndarray
            The observation.

        Returns
        -------
        object
            The statistics afterwards, a new object.
        """
