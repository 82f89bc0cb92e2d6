"""Posteriors of parameters, and what observations to come will be."""

from __future__ import annotations

from typing import Any, Protocol

from bocpd._compiled import Distribution

__all__ = ["Distribution", "FrozenDistribution"]


def __dir__() -> list[str]:
    return __all__


class FrozenDistribution(Protocol):
    """What a model says of a number: the methods that SciPy's frozen
    distributions have. Where only integers are possible `logpmf` takes the place
    of `logpdf`. `sf(x)` and `support()` are used if they are there."""

    def mean(self) -> Any: ...
    def var(self) -> Any: ...
    def cdf(self, x: Any, /) -> Any: ...
