"""Bayesian online changepoint detection.

A stream is cut into segments; within a segment observations follow a model with
parameters of its own, and segments last as long as a hazard says. After each
observation a `Detector` knows the posterior of the current segment's start, the
evidence, and the most probable segmentation. `detect` does the whole job for a
series that is already there.

A changepoint is the index, from 0, of the first observation of a new segment;
index 0 starts the first segment and is not reported.

Here are the names that most programs need. The others are in modules: `model` and
`hazard`, of which each has one at the root too, `distribution`, `readout`, `alarm`,
`calibrate`, `fit`, `panel` and `defaults`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

# The package `bocpd` of PyPI is another one, by other people, and installs its modules into
# the same directory: whichever came last has overwritten files of the other.
_OTHERS = ("bayesian_models.py", "hazard_functions.py", "online_likelihoods.py", "priors.py")
if any((Path(__file__).parent / name).exists() for name in _OTHERS):
    raise ImportError(
        "the packages bocpd-py (this one) and bocpd (another one, of PyPI) are installed side by "
        "side, and both are imported as 'bocpd': files of one have overwritten those of the other. "
        "Keep one: pip uninstall bocpd bocpd-py, then pip install the one that you want",
        name="bocpd",
    )

try:
    from bocpd import alarm as alarm
    from bocpd import calibrate as calibrate
    from bocpd import defaults as defaults
    from bocpd import distribution as distribution
    from bocpd import fit as fit
    from bocpd import hazard as hazard
    from bocpd import model as model
    from bocpd import panel as panel
    from bocpd import readout as readout
    from bocpd._compiled import Detector, ObservationError, Outliers, Pruning, Step
    from bocpd._compiled import __version__ as __version__
    from bocpd._detect import detect
    from bocpd._plot import plot, plot_run_lengths
    from bocpd.defaults import defaults_for, model_for
    from bocpd.hazard import Constant
    from bocpd.model import Gaussian
    from bocpd.readout import Result
except ImportError as _error:
    if _error.name != "bocpd._core":
        raise
    _available = False
else:
    _available = True
    for _function in (detect, plot, plot_run_lengths):
        _function.__module__ = __name__

__all__ = [
    "Constant",
    "Detector",
    "Gaussian",
    "ObservationError",
    "Outliers",
    "Pruning",
    "Result",
    "Step",
    "defaults_for",
    "detect",
    "is_available",
    "model_for",
    "plot",
    "plot_run_lengths",
]

_MODULES = ["alarm", "calibrate", "defaults", "distribution", "fit", "hazard", "model", "panel", "readout"]


def is_available() -> bool:
    """Whether the compiled part of the package can be used.

    Returns
    -------
    bool
        If False, all other names raise an ImportError that says what to do.

    Examples
    --------
    >>> bocpd.is_available()
    True
    """
    return _available


def __dir__() -> list[str]:
    return [*__all__, *_MODULES, "__version__"]


# Type checkers would take every name for one that is there.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        if not _available and name in __dir__():
            import bocpd._compiled  # an ImportError that says what to do
        text = f"module 'bocpd' has no attribute {name!r}"
        for module in _MODULES if _available else ():
            if name in globals()[module].__all__:
                text += f"; it is in bocpd.{module}"
        raise AttributeError(text)
