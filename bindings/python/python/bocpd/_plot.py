"""Pictures, with matplotlib; it is imported when one is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bocpd._compiled import (
    Bernoulli,
    Binomial,
    Change,
    Detector,
    Gaussian,
    MultivariateGaussian,
    Product,
    Pruning,
    Segment,
    Table,
)
from bocpd._scale import Scale

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from bocpd._types import AnyHazard, AnyModel
    from bocpd.readout import Result

__all__ = ["plot", "plot_run_lengths"]

_DATA = "#5f6b7a"
_LEVEL = "#1f5fa8"
_CHANGE = "#c8442c"
_OUTLIER = "#de8e08"
# Cells of the heat map, at most: enough for any screen.
_COLUMNS, _ROWS = 800, 300
# Darkest and lightest of the heat map.
_FLOOR = 1e-6


def _pyplot() -> Any:
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise ImportError("plots need matplotlib: pip install 'bocpd-py[plot]'") from error
    return plt


def plot(result: Result, ax: Axes | None = None) -> Axes:
    """The series with what its segments make expect, its changes, and how sure they are.

    Of observations of several numbers there is a panel for each, if `ax` is None. A line and a band for each segment, its mean and the interval that holds nine tenths of
    the observations; rings around outliers, where some are expected; the changepoints with
    the intervals that they may lie in, and what changed where it is not the level alone; and `p_change_at` on the right. The axis below has the
    index or the times that the series came with, the one on the left its name.

    Parameters
    ----------
    result : Result
        What `detect` found.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib Axes
        What was drawn on; the first of several panels, the others are in its figure.

    Raises
    ------
    ImportError
        If matplotlib is not there.

    Examples
    --------
    >>> result = bocpd.detect([0.2, -0.5, 0.1, 0.4, -0.2, 6.1, 5.6, 6.3, 5.9])
    >>> axes = bocpd.plot(result)
    >>> len(axes.lines) > 2
    True
    """
    panels: list[Axes] = [] if ax is None else [ax]
    if ax is None:
        count = len(result.columns or ["x"])
        size = (10, 4 if count == 1 else 1.5 + 2 * min(count, 20))
        _, grid = _pyplot().subplots(
            count, figsize=size, layout="constrained", sharex=True, squeeze=False
        )
        panels = list(grid[:, 0])
    scale = Scale(result)
    columns = np.atleast_2d(result.x.T)
    if len(panels) < len(columns):
        _series(result, panels[0], scale, columns, None)
    else:
        for number, (panel, column) in enumerate(zip(panels, columns, strict=True)):
            _series(result, panel, scale, column[None], number)
    scale.label(panels[-1])
    _probabilities(result, panels[-1], scale)
    if len(result.x):
        panels[0].legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=3, frameon=False)
    return panels[0]


def _is_long(result: Result) -> bool:
    return len(result.x) > 1000


def _series(
    result: Result, ax: Axes, scale: Scale, columns: NDArray[np.float64], number: int | None
) -> None:
    """The data and what there is to say of them: of one number, or of all without what their
    segments make expect."""
    for i, column in enumerate(columns):
        ax.plot(
            scale.at, column, ".", color=_DATA if i == 0 else None,
            markersize=1.5 if _is_long(result) else 4, zorder=2,
            label="data" if len(columns) == 1 else f"data {i}",
        )
    for i, (segment, (mean, low, high)) in enumerate(_expected(result, number)):
        ends = [scale.edges[segment.start], scale.edges[segment.end]]
        ax.plot(
            ends, [mean] * 2, color=_LEVEL, linewidth=2, zorder=3,
            label="expected, with 90 % interval" if i == 0 else None,
        )
        ax.fill_between(ends, low, high, color=_LEVEL, alpha=0.15, linewidth=0, zorder=1)
    outliers = result.outliers
    if len(outliers) and result.x.ndim == 1:
        ax.plot(
            scale.at[outliers], result.x[outliers], "o", color=_OUTLIER, markerfacecolor="none",
            markersize=9, markeredgewidth=1.5, zorder=4, label="outlier",
        )
    intervals = f", {100 * result.mass:g} % interval" if result.locations else ""
    for i, change in enumerate(result.changes):
        ax.axvline(
            scale.edges[change.index], color=_CHANGE, linewidth=1.2, linestyle="--", zorder=1.5,
            label=f"change{intervals}" if i == 0 else None,
        )
        said = _beside_the_level(change)
        if said:
            ax.annotate(
                said, (scale.edges[change.index], 1), xycoords=("data", "axes fraction"),
                xytext=(3, -3), textcoords="offset points", va="top", color=_CHANGE, fontsize="small",
            )
    for location in result.locations:
        ax.axvspan(
            scale.edges[location.low], scale.edges[location.high + 1],
            color=_CHANGE, alpha=0.12, linewidth=0, zorder=0,
        )
    named = result.columns[number] if result.columns and number is not None else result.name
    ax.set_ylabel(_escaped(named or "x"))


def _beside_the_level(change: Change) -> str:
    """What changed, where it is not the level alone."""
    level = None if change.jump is None else change.jump.parameter
    changed = [one.parameter for one in change.parameters if one.p_changed > 0.5]
    return "" if change.parts or set(changed) <= {level} else ", ".join(changed)


def _probabilities(result: Result, ax: Axes, scale: Scale) -> None:
    """P(a change at each index), under the data, with an axis on the right."""
    right = ax.twinx()
    # Index 0 starts the first segment and is no change.
    right.fill_between(
        scale.at[1:], result.p_change_at[1:], step="mid", color=_CHANGE, alpha=0.8,
        linewidth=1 if _is_long(result) else 0,
    )
    # A fifth of the height is enough for probabilities.
    right.set_ylim(0, 5)
    right.set_yticks([0, 1])
    right.set_ylabel("P(change at)", loc="bottom")
    bottom, top = ax.get_ylim()
    ax.set_ylim(bottom - 0.22 * (top - bottom), top)


def _escaped(name: str) -> str:
    """A name of the caller's, in which matplotlib is not to see formulas."""
    return name.replace("$", r"\$")


def _expected(
    result: Result, number: int | None
) -> Iterator[tuple[Segment, tuple[float, float, float]]]:
    """For each segment what its observations make expect of another one: mean,
    and the interval with nine tenths of the probability. Nothing for models that
    cannot say, for several numbers in one picture, or with features, on which it
    depends what is expected."""
    given = result.detector
    model, outliers, series = given.model, given.outliers, result.x
    if result.features is not None or number is None:
        return
    if isinstance(model, Product):
        model, series = model.models[number], np.ascontiguousarray(series[:, number])
        if isinstance(model, (Bernoulli, Binomial)):
            outliers = None
    elif isinstance(model, MultivariateGaussian) and series.ndim > 1:
        # What each number follows by itself.
        model = Gaussian(
            mean=model.mean[number], kappa=model.kappa, alpha=model.alpha, beta=model.beta[number]
        )
        series = np.ascontiguousarray(series[:, number])
    elif series.ndim > 1:
        return
    for segment in result.segments:
        alone = Detector(model, Table([0.0]), missing=given.missing, outliers=outliers)
        alone.update_many(series[segment.start : segment.end])
        try:
            expected = alone.predict()
        except ValueError:
            return
        mean = expected.mean if np.isfinite(expected.mean) else expected.quantile(0.5)
        yield segment, (mean, *expected.interval(0.9))


def plot_run_lengths(
    x: ArrayLike | Result,
    model: AnyModel | None = None,
    hazard: AnyHazard | None = None,
    pruning: Pruning | None = None,
    *,
    ax: Axes | None = None,
) -> Axes:
    """The posterior of the run length after each observation, as a heat map in log scale.

    The most probable run length is a line.

    Parameters
    ----------
    x : array_like or Result
        A series, or what `detect` found.
    model, hazard, pruning
        As `detect` takes them; not used with a `Result`.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib Axes
        What was drawn on.

    Raises
    ------
    ImportError
        If matplotlib is not there.

    Examples
    --------
    >>> axes = bocpd.plot_run_lengths([0.2, -0.5, 0.1, 0.4, -0.2, 6.1, 5.6, 6.3, 5.9])
    >>> axes.get_ylabel()
    'run length'
    """
    from matplotlib.colors import LogNorm

    from bocpd._detect import detect
    from bocpd.readout import Result

    if ax is None:
        _, ax = _pyplot().subplots(figsize=(10, 4), layout="constrained")
    result = x if isinstance(x, Result) else detect(x, model, hazard, pruning)
    scale = Scale(result)
    posterior, width, height = _posterior(result)
    columns, rows = posterior.shape
    mesh = ax.pcolormesh(
        scale.edges[np.minimum(np.arange(columns + 1) * width, len(scale.edges) - 1)],
        np.arange(rows + 1) * height - 0.5,
        np.maximum(posterior.T, _FLOOR),
        norm=LogNorm(_FLOOR, 1.0),
        cmap="Blues",
        rasterized=True,
    )
    ax.plot(
        scale.at, result.run_lengths, color=_CHANGE, linewidth=1.2,
        label="most probable",
    )
    scale.label(ax)
    ax.set_ylim(-0.5, max(rows * height - 0.5, 0.5))
    ax.set_ylabel("run length")
    ax.legend(loc="upper left", frameon=False)
    ax.figure.colorbar(mesh, ax=ax, label="probability", extend="min")
    return ax


def _posterior(result: Result) -> tuple[NDArray[np.float64], int, int]:
    """Probabilities by time and run length, summed over cells of run length and
    the largest of those in time; and how many of each make a cell."""
    n = len(result.x)
    longest = int(result.run_lengths.max(initial=0)) * 1.1 + 2
    width = max(1, -(-n // _COLUMNS))
    height = max(1, int(-(-longest // _ROWS)))
    cells = np.zeros((max(1, -(-n // width)), int(longest // height) + 1))
    given = result.detector
    detector = Detector(
        given.model,
        given.hazard,
        given.pruning,
        missing=given.missing,
        outliers=given.outliers,
        resolution=given.resolution,
        min_segment=given.min_segment,
        sensitivity=given.sensitivity,
    )
    features, elapsed = result.features, result._elapsed
    for t, x in enumerate(result.x):
        detector.update(
            x,
            elapsed=None if elapsed is None else elapsed[t],
            features=None if features is None else features[t],
        )
        run_lengths, probabilities = detector.run_length_posterior()
        column = np.bincount(run_lengths // height, probabilities, cells.shape[1])
        column = column[: cells.shape[1]]
        np.maximum(cells[t // width], column, out=cells[t // width])
    return cells, width, height
