"""A signal with its segments."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from bocpd._plot import _pyplot

__all__ = ["display"]

_SHADES = ("#4286f4", "#f44174")


def display(
    signal: ArrayLike,
    true_chg_pts: Iterable[int],
    computed_chg_pts: Iterable[int] | None = None,
    **kwargs: Any,
) -> tuple[Any, Any]:
    """A picture of a signal, its segments shaded in turn.

    Parameters
    ----------
    signal : array_like
        The signal, of shape (n,) or (n, d).
    true_chg_pts : iterable of int
        Ends of the segments that are shaded.
    computed_chg_pts : iterable of int, optional
        Ends of other segments, between which dashed lines are drawn.
    **kwargs
        `figsize`, and what `matplotlib.pyplot.subplots` takes besides.

    Returns
    -------
    figure, axes
        The figure, and an array of axes, one for each column.

    Raises
    ------
    ImportError
        If matplotlib is not there.

    Examples
    --------
    >>> import bocpd.ruptures as rpt
    >>> figure, axes = rpt.display([0, 0, 0, 5, 5, 5], [3, 6], [3, 6])
    >>> len(axes)
    1
    """
    plt = _pyplot()
    columns = np.asarray(signal, dtype=np.float64)
    columns = columns.reshape(len(columns), -1)
    n, d = columns.shape
    options: dict[str, Any] = {"figsize": (10, 2 * d), "layout": "constrained", **kwargs}
    figure, axes = plt.subplots(d, 1, sharex=True, squeeze=False, **options)
    ends = sorted({0, *true_chg_pts})
    found = [] if computed_chg_pts is None else sorted(computed_chg_pts)
    for ax, column in zip(axes[:, 0], columns.T, strict=True):
        ax.plot(range(n), column, color="#333333", linewidth=1)
        for i, (start, end) in enumerate(zip(ends, ends[1:], strict=False)):
            ax.axvspan(max(0, start - 0.5), end - 0.5, facecolor=_SHADES[i % 2], alpha=0.2)
        for end in found:
            if 0 < end < n:
                ax.axvline(end - 0.5, color="black", linewidth=2, linestyle="--")
    return figure, axes[:, 0]
