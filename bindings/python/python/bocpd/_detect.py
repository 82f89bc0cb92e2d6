"""The whole job in one call: a series in, its changes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from numpy.typing import ArrayLike

from bocpd._arrays import as_float64
from bocpd._compiled import Detector, Outliers, Pruning, defaults_for, model_for
from bocpd._result import Result

if TYPE_CHECKING:
    from bocpd._types import AnyHazard, AnyModel
    from bocpd.defaults import _Kind

__all__ = ["detect"]


def detect(
    x: ArrayLike,
    model: AnyModel | _Kind | None = None,
    hazard: AnyHazard | None = None,
    pruning: Pruning | None = None,
    *,
    missing: Literal["error", "skip"] = "error",
    mass: float = 0.9,
    outliers: Outliers | float | None = None,
    features: ArrayLike | None = None,
) -> Result:
    """The changes of a series.

    What is not given is assumed, as `defaults_for` says: a Gaussian model on the
    scale of the series, segments as long as the series on average, and nothing
    pruned in series that are short enough. Of a model the kind is enough,
    "poisson" for example; its prior is then on the scale of the series
    (`model_for`). `missing="skip"` takes NaN for a missing observation. Intervals
    hold the probability `mass`. With `outliers=0.01` an observation is a wild value
    with this probability, from which its segment learns nothing (`Outliers`).
    `features` has a row for each observation, for a model that regresses on them
    (`bocpd.model.Regression`); of the kind "regression" it has as many.
    """
    values = as_float64(x)
    rows = None if features is None else as_float64(features)
    assumed = defaults_for(values if values.ndim < 2 else values[:, :1].ravel())
    assumptions = []
    if model is None:
        model = assumed[0]
        assumptions.append(f"model {model}")
    elif isinstance(model, str):
        known: dict[str, Any] = {}
        if rows is not None and model == "regression":
            known["features"] = rows.shape[1] if rows.ndim > 1 else 1
        model = model_for(model, values, **known)
        assumptions.append(f"model {model}")
    if hazard is None:
        hazard = assumed[1]
        assumptions.append(f"hazard {hazard}")
    if pruning is None:
        pruning = assumed[2]
        exact = pruning == Pruning.exact()
        assumptions.append("nothing pruned" if exact else f"pruning {pruning}")
    detector = Detector(
        model, hazard, pruning, missing=missing, history="all", outliers=outliers
    )
    steps = detector.update_many(values, features=rows)
    found = detector._detection(values, mass, rows)
    changes, segments, p_change_at, expected_changes, p_outlier = found
    return Result(
        x=values,
        changes=changes,
        segments=segments,
        p_change_at=p_change_at,
        expected_changes=expected_changes,
        steps=steps,
        detector=detector,
        mass=mass,
        p_outlier=p_outlier,
        assumptions=assumptions,
        features=rows,
        _source=x,
    )
