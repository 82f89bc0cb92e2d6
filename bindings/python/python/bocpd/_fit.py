"""The parameters that a history makes most probable, with what is assumed where nothing is said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, cast

import numpy as np
from numpy.typing import ArrayLike

from bocpd._arrays import as_float64
from bocpd._compiled import (
    Fit,
    Outliers,
    Pruning,
    defaults_for,
    defaults_for_length,
    fit_series,
    model_for,
)

if TYPE_CHECKING:
    from bocpd.defaults import _Kind
    from bocpd.hazard import Hazard
    from bocpd.model import Model

__all__ = ["fit"]


def fit(
    series: ArrayLike | Sequence[ArrayLike],
    model: Model | _Kind | None = None,
    hazard: Hazard | None = None,
    pruning: Pruning | None = None,
    *,
    missing: Literal["error", "skip"] = "error",
    outliers: Outliers | float | Literal[False] | None = None,
    fixed: Sequence[str] = (),
    free: Sequence[str] = (),
    evaluations: int | None = None,
    features: ArrayLike | Sequence[ArrayLike] | None = None,
) -> Fit:
    """The parameters of model and hazard under which a history is most probable.

    The history is one series, or a list of several that have nothing in common but the
    parameters (a matrix has one in each row). The search starts from `model` and `hazard`,
    or from what is assumed as for `detect`, and moves their numbers to where the evidence of
    all series together is largest; it never ends lower than it began. Whole numbers, lists,
    periods and what is off stay. `fixed` names parameters that are to stay too, `free` some
    that move although by default they stay: "outliers", "known_shape", "phi". Where model and
    hazard have one of the same name, "hazard.shape" tells which. At most `evaluations` passes
    are made over all series (2000 if None). `missing`, `outliers` and `features` are as for
    `detect`; of several series there is one array of features each. Ctrl-C ends it.
    """
    several = _are_several(series)
    values = [as_float64(one) for one in series] if several else [as_float64(series)]  # type: ignore[union-attr]
    beside = None
    if features is not None:
        beside = [as_float64(one) for one in features] if several else [as_float64(features)]  # type: ignore[union-attr]
    if model is None and beside is not None:
        raise ValueError("features need a model that regresses on them, such as \"regression\"")
    together = np.concatenate(values) if values else np.empty(0)
    if model is None:
        assumed = defaults_for(together, outliers=outliers)
        chosen, usual_hazard, usual_pruning, usual_outliers, _ = assumed
        # Of one number there is one.
        model = cast("Model", chosen)
        if outliers is None:
            outliers = usual_outliers
    else:
        usual_hazard, usual_pruning = defaults_for_length(len(together))
        if isinstance(model, str):
            width = 0
            if beside and model == "regression":
                width = beside[0].shape[1] if beside[0].ndim > 1 else 1
            model = model_for(model, together, **({"features": width} if width else {}))
    return fit_series(
        values,
        model,
        usual_hazard if hazard is None else hazard,
        usual_pruning if pruning is None else pruning,
        missing,
        None if outliers is False else outliers,
        list(fixed),
        list(free),
        evaluations,
        beside,
    )


def _are_several(series: object) -> bool:
    """Whether these are several series, and not the numbers of one."""
    if isinstance(series, np.ndarray):
        return series.ndim == 2
    return isinstance(series, (list, tuple)) and len(series) > 0 and hasattr(series[0], "__len__")
