"""Base classes for observation models written in Python."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["ColumnModel", "ScalarModel", "tabulate"]


class _OwnModel:
    dimension: int = 1
    """How many numbers make an observation. For 1, `x` is a float; else an
    array of that length."""

    def check(self, x: Any) -> None:
        """Raises a ValueError if `x` cannot be observed. Values that are not
        finite never get here."""


class ColumnModel(_OwnModel, ABC):
    """A model that works on all hypotheses at once: one call a step.

    The statistics of all live hypotheses are an array with one row for each
    statistic and one column for each hypothesis, oldest first.
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


# How far a hazard that is given as a function is looked up.
_TABULATED = 10_000


def tabulate(hazard: Callable[[int], float], length: int = _TABULATED) -> list[float]:
    """h(1), ..., h(length): a function as values for `bocpd.Table`, whose last
    value holds for every greater length."""
    return [float(hazard(run_length)) for run_length in range(1, length + 1)]
