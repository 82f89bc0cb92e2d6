"""What `detect` found; public in `bocpd.readout`."""

# Annotations are objects and not text: the class says that it is in `bocpd.readout`, where
# `typing.get_type_hints` would not find the names that are imported here.

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bocpd._arrays import like
from bocpd._compiled import Change, Detector, Estimate, Location, Remark, Segment, Steps

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Result"]


@dataclass(frozen=True, eq=False)
class Result:
    """What `detect` found."""

    x: NDArray[np.float64]
    """The series."""
    changes: list[Change]
    """The changes of the jointly most probable segmentation: where each may have
    been, how sure it is that there is one, direction and size."""
    segments: list[Segment]
    """The stretches between them, and what is known of each."""
    p_change_at: NDArray[np.float64]
    """P(a segment starts at s | the whole series), for every s; 1 at index 0,
    which starts the first segment and is no change."""
    expected_changes: float
    """The expected number of changes, over all segmentations."""
    steps: Steps
    """The readouts after each observation."""
    detector: Detector
    """The detector after the last observation: it can go on, and answers what is
    not here."""
    mass: float
    """The probability that intervals hold."""
    p_outlier: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    """P(it is an outlier | its segment, in which all were found), for every
    observation; empty where no outliers are expected. What was known when each came
    is `steps.p_outlier`."""
    assumptions: list[str] = field(default_factory=list)
    """What was assumed because nothing was said."""
    structures: list[tuple[str, float]] = field(default_factory=list)
    """The structures that the noise of the series may have, with their probabilities, the
    most probable first; empty where the model was given."""
    remarks: list[Remark] = field(default_factory=list)
    """What a user should know beside what was found: observations that say too little, or
    that are not as the model says."""
    features: NDArray[np.float64] | None = None
    """The features of each observation, where some came along."""
    _source: Any = field(default=None, repr=False)

    @property
    def changepoints(self) -> NDArray[np.int64]:
        """First indices of new segments."""
        return np.array([change.index for change in self.changes], dtype=np.int64)

    @property
    def locations(self) -> list[Location]:
        """The locations of the changes."""
        return [change.location for change in self.changes]

    @property
    def run_lengths(self) -> NDArray[np.int64]:
        """The most probable run length after each observation."""
        return self.steps.map_run_length

    @property
    def outliers(self) -> NDArray[np.int64]:
        """The observations that are outliers more probably than not."""
        return np.flatnonzero(self.p_outlier > 0.5).astype(np.int64)

    @property
    def ln_evidence(self) -> float:
        """ln p(the whole series)."""
        return self.detector.ln_evidence

    def labels(self) -> NDArray[np.int64]:
        """The number of the segment, from 0, of each observation."""
        labels = np.zeros(len(self.x), dtype=np.int64)
        labels[self.changepoints] = 1
        return np.cumsum(labels)

    def to_frame(self, backend: str | None = None) -> Any:
        """One row an observation, in a frame of pandas or polars: that of the
        series that was given, else pandas. A pandas index is kept."""
        several = {f"x{i}": column for i, column in enumerate(self.x.T)} if self.x.ndim > 1 else {}
        columns = {
            **(several or {"x": self.x}),
            "segment": self.labels(),
            "p_change_at": self.p_change_at,
            "p_change_now": self.steps.p_change_now,
            "map_run_length": self.steps.map_run_length,
            "ln_predictive": self.steps.ln_predictive,
        }
        if len(self.p_outlier):
            columns["p_outlier"] = self.p_outlier
        kind = type(self._source).__module__.partition(".")[0]
        if backend is None:
            backend = "polars" if kind == "polars" else "pandas"
        if backend == "polars":
            import polars as pl

            return pl.DataFrame(columns)
        if backend == "pandas":
            import pandas as pd

            index = self._source.index if kind == "pandas" else None
            return pd.DataFrame(columns, index=index)
        raise ValueError(f"backend must be 'pandas' or 'polars', got {backend!r}")

    def p_change(self) -> Any:
        """`p_change_at` in the kind of container that the series came in."""
        return like(self.p_change_at, self._source, "p_change_at")

    def summary(self) -> str:
        """What was found, as a text for people."""
        n = len(self.changes)
        lines = [
            f"{len(self.x)} observations, {n or 'no'} change{'s' * (n != 1)}, "
            f"ln evidence {self.ln_evidence:.2f}"
        ]
        if n:
            level = self.segments[0].level
            name = "" if level is None else f"  {level.name} before → after"
            lines.append(f"{'index':>8}  {'probability':>11}  {f'{100 * self.mass:g} % within':>17}{name}")
        for change, before, after in zip(
            self.changes, self.segments, self.segments[1:], strict=False
        ):
            where = change.location
            levels = f"  {_short(before.level)} → {_short(after.level)}" if change.jump else ""
            interval = f"{where.low}..{where.high}"
            lines.append(f"{where.index:>8}  {where.probability:>11.3f}  {interval:>17}{levels}")
        if len(self.p_outlier):
            found = ", ".join(map(str, self.outliers[:20])) or "none"
            more = len(self.outliers) - 20
            lines.append(f"outliers: {found}" + (f" and {more} more" if more > 0 else ""))
        lines += [f"assumed: {assumption}" for assumption in self.assumptions]
        lines += [f"remark: {remark.text}" for remark in self.remarks]
        return "\n".join(lines)

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """The series with its segments and changes; see `bocpd.plot`."""
        from bocpd._plot import plot

        return plot(self, ax=ax)

    def __repr__(self) -> str:
        return f"<Result: {len(self.x)} observations, changepoints {self.changepoints.tolist()}>"


def _short(level: Estimate | None) -> str:
    return "?" if level is None else f"{level.mean:.4g} ({level.low:.4g}..{level.high:.4g})"
