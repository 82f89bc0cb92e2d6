"""The whole job in one call: a series in, its changes out."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Literal

from numpy.typing import ArrayLike

from bocpd._arrays import as_float64
from bocpd._compiled import (
    Detector,
    Outliers,
    Pruning,
    defaults_for,
    defaults_for_length,
    model_for,
    structures_in_words,
)
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
    outliers: Outliers | float | Literal[False] | None = None,
    features: ArrayLike | None = None,
    resolution: float = 1.0,
    min_segment: int = 1,
    sensitivity: float = 1.0,
) -> Result:
    """The changes of a series.

    What is not given is assumed. Where there is no model, `defaults_for` chooses the
    structure of the noise by its evidence, with outliers unless `outliers=False`, and as
    many changes as the length of the series suggests; the result says what was chosen
    (`assumptions`, `structures`). Of a model the kind is enough, "poisson" for example;
    its prior is then on the scale of the series (`model_for`), and segments last as long
    as the series on average. Nothing is pruned in series that are short enough.
    `missing="skip"` takes NaN for a missing observation. Intervals hold the probability
    `mass`. With `outliers=0.01` an observation is a wild value with this probability, from
    which its segment learns nothing (`Outliers`). `features` has a row for each observation,
    for a model that regresses on them (`bocpd.model.Regression`); of the kind "regression" it
    has as many.

    Which changes are wanted: `resolution` is a power, at most 1, that the evidence of a segment
    counts with; less finds large and long changes only. No segment ends before it has
    `min_segment` observations. With `sensitivity=10` changes are expected ten times as often as
    the hazard says.
    """
    values = as_float64(x)
    rows = None if features is None else as_float64(features)
    if model is None and rows is not None:
        raise ValueError("features need a model that regresses on them, such as \"regression\"")
    assumptions = []
    structures: list[tuple[str, float]] = []
    if model is None:
        series = values if values.ndim < 2 else values[:, :1].ravel()
        assumed = defaults_for(
            series, outliers=outliers, min_segment=min_segment, sensitivity=sensitivity
        )
        model, usual_hazard, usual_pruning, usual_outliers, structures = assumed
        assumptions.append(structures_in_words(structures))
        assumptions.append(f"model {_briefly(model)}")
        if outliers is None and usual_outliers is not None:
            outliers = usual_outliers
            assumptions.append(f"outliers with probability {outliers.probability:g}")
    else:
        usual_hazard, usual_pruning = defaults_for_length(len(values))
        if isinstance(model, str):
            known: dict[str, Any] = {}
            if rows is not None and model == "regression":
                known["features"] = rows.shape[1] if rows.ndim > 1 else 1
            model = model_for(model, values, **known)
            assumptions.append(f"model {_briefly(model)}")
    if outliers is False:
        outliers = None
    if hazard is None:
        hazard = usual_hazard
        assumptions.append(f"hazard {_briefly(hazard)}")
    if pruning is None:
        pruning = usual_pruning
        exact = pruning == Pruning.exact()
        assumptions.append("nothing pruned" if exact else f"pruning {_briefly(pruning)}")
    detector = Detector(
        model,
        hazard,
        pruning,
        missing=missing,
        history="all",
        outliers=outliers,
        resolution=resolution,
        min_segment=min_segment,
        sensitivity=sensitivity,
    )
    steps = detector.update_many(values, features=rows)
    found = detector._detection(values, mass, rows)
    changes, segments, p_change_at, expected_changes, p_outlier, remarks = found
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
        remarks=remarks,
        structures=structures,
        features=rows,
        _source=x,
    )


def _briefly(thing: Any) -> str:
    """Class and arguments, in four digits, without those that are as they always are."""
    usual = inspect.signature(type(thing)).parameters
    said = {name: getattr(thing, name) for name in thing.__match_args__}
    named = [f"{k}={_digits(v)}" for k, v in said.items() if v != usual[k].default]
    return f"{type(thing).__name__}({', '.join(named)})"


def _digits(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
