"""The interface of Fast-BOCPD 1.0 over the filter of this package.

Replace `fast_bocpd` by `bocpd.fast_bocpd` in the imports and leave everything
else as it is. Names, submodules, signatures, return values, types of errors and
the detector's rule are those of that library, and so are the numbers while no
more than `max_run_length` observations were taken in. Messages are in words of
our own. What is different on purpose is listed in the documentation ("Coming
from Fast-BOCPD").

In new code prefer `bocpd.Detector`, whose readouts mean what they say.
"""

from __future__ import annotations

from bocpd.fast_bocpd import core, hazard, models, utils
from bocpd.fast_bocpd.core import BOCPD, is_available
from bocpd.fast_bocpd.hazard import ConstantHazard
from bocpd.fast_bocpd.models import (
    BernoulliBeta,
    BinomialBeta,
    GammaGamma,
    GaussianNIG,
    PoissonGamma,
    StudentTNG,
)
from bocpd.fast_bocpd.utils import Changepoint, OnlineChangeDetector

__all__ = [
    "BOCPD",
    "BernoulliBeta",
    "BinomialBeta",
    "Changepoint",
    "ConstantHazard",
    "GammaGamma",
    "GaussianNIG",
    "OnlineChangeDetector",
    "PoissonGamma",
    "StudentTNG",
    "is_available",
]

# The version of the interface. That of this package is `bocpd.__version__`.
__version__ = "1.0.0"


def __dir__() -> list[str]:
    return [*__all__, "core", "hazard", "models", "utils", "__version__"]
