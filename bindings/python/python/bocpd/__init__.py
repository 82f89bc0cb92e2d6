"""Bayesian online changepoint detection.

A stream is cut into segments; within a segment observations follow a model with
parameters of its own, and segments last as long as a hazard says. After each
observation a `Detector` knows the posterior of the current segment's start, the
evidence, and the most probable segmentation. `detect` does the whole job for a
series that is already there.

A changepoint is the index, from 0, of the first observation of a new segment;
index 0 starts the first segment and is not reported.
"""

from __future__ import annotations

from typing import Any

try:
    from bocpd._core import (
        Alarm,
        AlarmPolicy,
        Calibration,
        Change,
        Detector,
        Distribution,
        Estimate,
        Hazard,
        Jump,
        Location,
        Model,
        ObservationError,
        Pruning,
        Segment,
        Shift,
        Step,
        Steps,
        __version__,
        calibrate,
        defaults_for,
        model_for,
        # generated: imported models and hazards (cargo run -p bocpd-generate)
        Bernoulli,
        Binomial,
        Constant,
        Gamma,
        Gaussian,
        GaussianKnownVariance,
        LogLogistic,
        LogNormal,
        NegativeBinomial,
        Poisson,
        Rate,
        StructuredGaussian,
        StudentT,
        StudentTGrid,
        Table,
        Weibull,
        # end of generated: imported models and hazards
    )
    from bocpd._own import ColumnModel, FrozenDistribution, ScalarModel
    from bocpd._plot import plot, plot_run_lengths
    from bocpd._result import Result, detect
except ImportError as _error:
    if _error.name not in ("bocpd._core", None):
        raise
    _missing: ImportError | None = _error

    def __getattr__(name: str) -> Any:
        if name in __all__:
            raise ImportError(
                "bocpd was installed without its compiled part (bocpd._core) for this "
                "Python; install a wheel with `pip install --force-reinstall bocpd-py`, "
                "or build one with `pip install ./bindings/python` (needs Rust)",
                name="bocpd._core",
            ) from _missing
        raise AttributeError(f"module 'bocpd' has no attribute {name!r}")

else:
    _missing = None

__all__ = [
    "Alarm",
    "AlarmPolicy",
    "Calibration",
    "Change",
    "ColumnModel",
    "Detector",
    "Distribution",
    "Estimate",
    "FrozenDistribution",
    "Hazard",
    "Jump",
    "Location",
    "Model",
    "ObservationError",
    "Pruning",
    "Result",
    "ScalarModel",
    "Segment",
    "Shift",
    "Step",
    "Steps",
    "calibrate",
    "defaults_for",
    "detect",
    "is_available",
    "model_for",
    "plot",
    "plot_run_lengths",
    # generated: names of models and hazards (cargo run -p bocpd-generate)
    "Bernoulli",
    "Binomial",
    "Constant",
    "Gamma",
    "Gaussian",
    "GaussianKnownVariance",
    "LogLogistic",
    "LogNormal",
    "NegativeBinomial",
    "Poisson",
    "Rate",
    "StructuredGaussian",
    "StudentT",
    "StudentTGrid",
    "Table",
    "Weibull",
    # end of generated: names of models and hazards
]


def is_available() -> bool:
    """Whether the compiled part of the package can be used."""
    return _missing is None
