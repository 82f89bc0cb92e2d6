"""Where observations stand on the axis of a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from bocpd._labels import positions
from bocpd._report import said

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from bocpd.readout import Result

__all__ = ["Scale"]


class Scale:
    """Times, where the series has some that ascend; else positions, with what the series
    calls them as marks."""

    def __init__(self, result: Result) -> None:
        n = len(result.x)
        found = None if result.times is None else positions(result.times)
        self._dates = False
        self._labels: Any = result.times
        self.at = np.arange(n, dtype=np.float64)
        if found is not None and n > 1 and (np.diff(found[0]) > 0).all():
            self.at, self._dates = found
            self._labels = None
        self._named = result.times is not None
        self._name = getattr(result.times, "name", None)
        # A segment begins in the middle between two observations.
        between = (self.at[1:] + self.at[:-1]) / 2
        first, last = (between[0], between[-1]) if n > 1 else (0.0, 0.0)
        ends = (2 * self.at[0] - first, 2 * self.at[-1] - last) if n > 1 else (-0.5, 0.5)
        self.edges = np.concatenate([ends[:1], between, ends[1:]])

    def label(self, ax: Axes) -> None:
        """Limits, marks and the name of the axis."""
        ax.set_xlim(self.edges[0], self.edges[-1])
        if self._dates:
            ax.xaxis_date()
        elif self._labels is not None:
            ax.xaxis.set_major_formatter(self._mark)
        name = str(self._name) if self._name else "time" if self._named else "index"
        ax.set_xlabel(name.replace("$", r"\$"))

    def _mark(self, at: float, _: float = 0.0) -> str:
        i = round(at)
        inside = abs(at - i) < 1e-6 and 0 <= i < len(self._labels)
        return said(self._labels[i]).replace("$", r"\$") if inside else ""
