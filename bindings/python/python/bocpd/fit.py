"""The parameters that a history makes most probable."""

from bocpd._compiled import Fit, Fitted
from bocpd._fit import fit

__all__ = ["Fit", "Fitted", "fit"]

fit.__module__ = __name__


def __dir__() -> list[str]:
    return __all__
