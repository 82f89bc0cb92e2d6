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
    """What a model says of a number: the methods that SciPy's frozen
    distributions have. Where only integers are possible `logpmf` takes the place
    of `logpdf`. `sf(x)` and `support()` are used if they are there."""

    def mean(self) -> Any: ...
    def var(self) -> Any: ...
    def cdf(self, x: Any, /) -> Any: ...


class _OwnModel:
    dimension: int = 1
    """How many numbers make an observation. For 1, `x` is a float; else an
    array of that length."""

    def check(self, x: Any) -> None:
        """Raises a ValueError if `x` cannot be observed. Values that are not
        finite never get here."""

    # What follows is for readouts beyond the filter: a model may leave it out.

    def predictive(self, stats: Any) -> FrozenDistribution | None:
        """The next observation under one hypothesis, whose statistics these are;
        for `predict`."""
        return None

    def parameters(self, stats: Any) -> Mapping[str, FrozenDistribution] | None:
        """The posteriors of the parameters by name, the level first; for
        `parameters`, `shift`, `segments` and the like."""
        return None

    def level(self, stats: Any) -> tuple[float, float] | None:
        """Mean and variance of the first of `parameters`, where there is a
        faster way to them; asked for at every step if shifts are followed."""
        return None

    def simulate(self, rng: np.random.Generator, n: int) -> ArrayLike | None:
        """`n` observations of one segment, its parameters drawn from the prior;
        for `simulate` and `calibrate`."""
        return None


class ColumnModel(_OwnModel, ABC):
    """A model that works on all hypotheses at once: one call a step.

    The statistics of all live hypotheses are an array with one row for each
    statistic and one column for each hypothesis, oldest first. Methods about one
    hypothesis get its column.
    """

    @abstractmethod
    def prior(self) -> Sequence[float]:
        """The statistics of a hypothesis that has seen nothing."""

    @abstractmethod
    def observe(self, stats: NDArray[np.float64], x: Any) -> NDArray[np.float64]:
        """ln p(x | statistics) of every hypothesis. Also lets `stats`, which is
        a copy to be changed in place, absorb `x`."""


class ScalarModel(_OwnModel, ABC):
    """A model that works on one hypothesis at a time: easy to write, and slow
    with many hypotheses. Statistics may be any object."""

    @abstractmethod
    def prior(self) -> Any:
        """The statistics of a hypothesis that has seen nothing."""

    @abstractmethod
    def ln_predictive(self, stats: Any, x: Any) -> float:
        """ln p(x | statistics)."""

    @abstractmethod
    def update(self, stats: Any, x: Any) -> Any:
        """The statistics after `x`, as a new object."""
