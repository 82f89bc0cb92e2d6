"""Posteriors of parameters, and what observations to come will be."""

from bocpd._compiled import Distribution
from bocpd._own import FrozenDistribution

__all__ = ["Distribution", "FrozenDistribution"]

FrozenDistribution.__module__ = __name__


def __dir__() -> list[str]:
    return __all__
