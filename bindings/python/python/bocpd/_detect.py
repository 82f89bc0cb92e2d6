"""The whole job in one call: a series in, its changes out."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bocpd._arrays import as_float64
from bocpd._beside import beside_each
from bocpd._compiled import (
    Change,
    Detector,
    Model,
    Outliers,
    Product,
    Pruning,
    Segment,
    defaults_for,
    defaults_for_length,
    is_of_several,
    kind_with,
    model_for,
    structures_in_words,
    typical_elapsed,
)
from bocpd._labels import columns_of, elapsed_between, index_of, label_at, labels_from, name_of
from bocpd._result import Result

if TYPE_CHECKING:
    from bocpd._types import AnyHazard, AnyModel
    from bocpd.defaults import _Kind

__all__ = ["detect"]


def detect(
    x: ArrayLike,
    model: AnyModel | _Kind | Sequence[Model | _Kind] | None = None,
    hazard: AnyHazard | None = None,
    pruning: Pruning | None = None,
    *,
    times: Iterable[Any] | None = None,
    elapsed: ArrayLike | None = None,
    missing: Literal["error", "skip"] = "error",
    mass: float = 0.9,
    outliers: Outliers | float | Literal[False] | None = None,
    features: ArrayLike | None = None,
    exposure: ArrayLike | None = None,
    trials: ArrayLike | None = None,
    sd: ArrayLike | None = None,
    weight: ArrayLike | None = None,
    resolution: float = 1.0,
    min_segment: int = 1,
    sensitivity: float = 1.0,
    changes: int | None = None,
    history: Literal["all"] | None = None,
) -> Result:
    """The changes of a series.

    What is not given is assumed, and the result says what was (`Result.assumptions`,
    `Result.structures`). Where there is no model, `defaults_for` chooses the structure of
    the noise by its evidence, with outliers, and as many changes as the length of the
    series suggests.

    Parameters
    ----------
    x : array_like
        The series: numbers in an array, a list, a Series or a frame of one column. A row of
        several numbers is one observation, all of whose numbers change together; what each
        has to do with a change is in `Change.parts`. The index of a pandas Series or frame is
        what the result calls its observations (`Change.time`).
    model : Model or str, or a sequence of them, optional
        What segments look like, or the kind alone, such as "poisson" or "student-t": its
        prior is then on the scale of the series (`model_for`), and segments last as long
        as the series on average. Of several numbers a list with one for each, or the kind
        that all of them have.
    hazard : Hazard, float, array_like or callable, optional
        How long segments last. A number is their mean length.
    pruning : Pruning, optional
        Which hypotheses are kept. Nothing is pruned in series that are short enough.
    times : sequence, optional
        When each observation was made, as numbers or dates that increase: gaps count, and
        the result speaks of these times. A hazard that is given is then in the unit of
        the numbers, or in days; without one, times are in units of their median
        difference.
    elapsed : array_like, optional
        How long after the one before each observation was made, in place of `times`. The
        first of these numbers is not used.
    missing : {"error", "skip"}
        What NaN, None and NA are: an error, or missing observations.
    mass : float
        The probability that credible sets and intervals hold.
    outliers : Outliers, float or False, optional
        How often an observation is a wild value, from which its segment learns nothing.
        False: never. None: in one of a hundred, and never where a model is given.
    features : array_like, optional
        A row for each observation, for a model that regresses on them
        (`bocpd.model.Regression`); of the kind "regression" it has as many.
    exposure : array_like, optional
        How long, or over how much, each count was taken: the model is
        `bocpd.model.PoissonExposure`, also where it is called "poisson".
    trials : array_like, optional
        How many trials each number of successes is out of: the model is
        `bocpd.model.BinomialTrials`, also where it is called "binomial".
    sd : array_like, optional
        The error bar of each observation, the standard deviation of its noise: the model is
        `bocpd.model.GaussianErrorBars`, also where it is called "gaussian".
    weight : array_like, optional
        How many ordinary observations each is worth, as the mean of so many is: the model is
        `bocpd.model.HeteroscedasticGaussian`, also where it is called "gaussian".
    resolution : float
        A power, at most 1, that the evidence of a segment counts with; less finds large and
        long changes only.
    min_segment : int
        No segment ends before it has so many observations.
    sensitivity : float
        With 10, changes are expected ten times as often as the hazard says.
    changes : int, optional
        Exactly so many changes: those of the best segmentation that has as many. Not with
        `times` or `elapsed`.
    history : {"all"}, optional
        With "all" the detector of the result remembers the past too, and can go on and look
        back over all of it: up to 2 kB for each observation of a long series.

    Returns
    -------
    Result
        The changes and segments, how sure they are, and what was assumed.

    Raises
    ------
    ObservationError
        If an observation cannot be one of the model's; its `index` says which.
    ValueError
        If a parameter cannot be used.
    TypeError
        If the series is not made of numbers.

    Examples
    --------
    >>> result = bocpd.detect([0.2, -0.5, 0.1, 0.4, -0.2, 0.3, 6.1, 5.6, 6.3, 5.9, 6.0])
    >>> result.changepoints
    array([6])
    >>> bocpd.detect([3, 1, 2, 4, 2, 12, 9, 14, 11], "poisson", hazard=250).changepoints
    array([5])
    >>> years = [1990, 1991, 1992, 1993, 1994, 2005, 2006, 2007, 2008]
    >>> result = bocpd.detect([3, 1, 2, 4, 2, 12, 9, 14, 11], "poisson", times=years)
    >>> [change.time for change in result.changes]
    [2005]
    >>> xs = [[0.1, 2], [-0.3, 1], [0.2, 3], [0.0, 2], [0.1, 14], [-0.2, 11], [0.3, 12]]
    >>> change = bocpd.detect(xs, ["gaussian", "poisson"], 100).changes[0]
    >>> change.index, change.jump.parameter, change.jump.dimension
    (4, 'rate', 1)
    >>> counts, hours = [3, 2, 7, 12, 3, 11, 28, 9, 20, 17], [1, 1, 2, 4, 1, 1, 3, 1, 2, 2]
    >>> bocpd.detect(counts, exposure=hours).changepoints
    array([5])
    """
    values = as_float64(x)
    if values.ndim == 2 and values.shape[1] == 1 and getattr(model, "dimension", 1) == 1:
        values = np.ascontiguousarray(values[:, 0])
    beside, rows = beside_each(
        len(values) if values.ndim else 0,
        features=features,
        exposure=exposure,
        trials=trials,
        sd=sd,
        weight=weight,
    )
    scale = values
    if beside is not None and rows is not None:
        kind, scale = kind_with(cast("AnyModel | str | None", model), beside, values, rows)
        if model is None or isinstance(model, str):
            model = cast("_Kind", kind)
    if model is None and rows is not None:
        raise ValueError('features need a model that regresses on them, such as "regression"')
    if history not in (None, "all"):
        raise ValueError(f"history must be None or 'all', got {history!r}")
    assumptions: list[str] = []
    structures: list[tuple[str, float]] = []
    n = len(values) if values.ndim else 0
    labels = index_of(x)
    gaps, unit = None, ""
    if times is not None:
        if elapsed is not None:
            raise ValueError("times and elapsed cannot both be given")
        labels = labels_from(times, n)
        gaps, unit = elapsed_between(labels)
    elif elapsed is not None:
        gaps = _elapsed(elapsed, n)
    if gaps is not None and hazard is None and n > 1:
        typical = typical_elapsed(gaps)
        gaps = gaps / typical
        assumptions.append(f"times in units of their median difference, {typical:.4g}{unit}")
    if model is None:
        assumed = defaults_for(
            values, outliers=outliers, min_segment=min_segment, sensitivity=sensitivity
        )
        model, usual_hazard, usual_pruning, usual_outliers, structures = assumed
        assumptions.append(structures_in_words(structures))
        assumptions.append(f"model {_briefly(model)}")
        if outliers is None and usual_outliers is not None:
            outliers = usual_outliers
            assumptions.append(f"outliers with probability {outliers.probability:g}")
    else:
        usual_hazard, usual_pruning = defaults_for_length(n)
        if isinstance(model, (str, list, tuple)):
            model = _of_kinds(model, scale, rows)
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
        cast("AnyModel", model),
        hazard,
        pruning,
        missing=missing,
        history=history,
        outliers=outliers,
        resolution=resolution,
        min_segment=min_segment,
        sensitivity=sensitivity,
    )
    if changes is not None and gaps is not None:
        raise ValueError("changes counts observations: leave out times and elapsed")
    steps, found = detector._detect(values, mass, gaps, rows, changes)
    all_changes, segments, p_change_at, expected_changes, p_outlier, remarks = found
    if labels is not None:
        all_changes = [_named_change(change, labels) for change in all_changes]
        segments = [_named_segment(segment, labels) for segment in segments]
    return Result(
        x=values,
        changes=all_changes,
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
        times=labels,
        name=name_of(x),
        columns=None if values.ndim < 2 else columns_of(x, values.shape[1]),
        _source=x,
        _elapsed=gaps,
    )


def _of_kinds(
    kinds: Any, values: NDArray[np.float64], rows: NDArray[np.float64] | None
) -> Model | Product:
    """The model that a kind stands for, or those of several numbers."""
    dimension = values.shape[1] if values.ndim == 2 else 1
    if isinstance(kinds, str) and is_of_several(kinds):
        return model_for(cast("_Kind", kinds), values)
    if isinstance(kinds, str) and dimension == 1:
        known: dict[str, Any] = {}
        if rows is not None and kinds == "regression":
            known["features"] = rows.shape[1] if rows.ndim > 1 else 1
        return model_for(cast("_Kind", kinds), values, **known)
    each = [kinds] * dimension if isinstance(kinds, str) else list(kinds)
    if len(each) != dimension:
        raise ValueError(
            f"model must have one for each of the {dimension} numbers of an observation, "
            f"got {len(each)}"
        )
    columns = values.reshape(len(values), dimension).T
    models = [
        model_for(cast("_Kind", one), np.ascontiguousarray(column)) if isinstance(one, str) else one
        for one, column in zip(each, columns, strict=True)
    ]
    return models[0] if dimension == 1 else Product(models)


def _elapsed(elapsed: ArrayLike, n: int) -> NDArray[np.float64]:
    """As it is given, with a first number that does not matter."""
    gaps = np.array(as_float64(elapsed))
    if gaps.shape != (n,):
        raise ValueError(
            f"elapsed must have one for each of the {n} observations, got shape {gaps.shape}"
        )
    gaps[:1] = 1.0
    bad = np.flatnonzero(~(gaps > 0) | ~np.isfinite(gaps))
    if len(bad):
        i = int(bad[0])
        raise ValueError(f"elapsed must be positive and finite, got {gaps[i]} at index {i}")
    return gaps


def _named_change(change: Change, labels: Any) -> Change:
    """The same, with what the series calls its places."""
    where = change.location
    return Change(
        index=change.index,
        time=label_at(labels, change.index),
        probability=change.probability,
        location=where,
        low_time=label_at(labels, where.low),
        high_time=label_at(labels, where.high),
        jump=change.jump,
        parameters=change.parameters,
        parts=change.parts,
    )


def _named_segment(segment: Segment, labels: Any) -> Segment:
    """The same, with what the series calls its ends."""
    fields = {name: getattr(segment, name) for name in segment.__match_args__}
    fields["time"] = label_at(labels, segment.start)
    fields["last_time"] = label_at(labels, segment.end - 1)
    return Segment(**fields)


def _briefly(thing: Any) -> str:
    """Class and arguments, in four digits, without those that are as they always are."""
    usual = inspect.signature(type(thing)).parameters
    if isinstance(thing, Product):
        return f"Product([{', '.join(_briefly(model) for model in thing.models)}])"
    said = {name: getattr(thing, name) for name in thing.__match_args__}
    named = [f"{k}={_digits(v)}" for k, v in said.items() if v != usual[k].default]
    return f"{type(thing).__name__}({', '.join(named)})"


def _digits(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
