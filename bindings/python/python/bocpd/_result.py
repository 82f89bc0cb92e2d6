"""The whole job in one call: a series in, its changes out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bocpd._arrays import as_float64, like
from bocpd._core import Detector, Location, Pruning, Steps, defaults_for

if TYPE_CHECKING:
    from bocpd._types import AnyHazard, AnyModel
    from matplotlib.axes import Axes

__all__ = ["Result", "Segment", "detect"]

# Up to this length a series is filtered exactly, seconds of work, and from the
# same on only what may still matter is kept. The command line does the same.
EXACT_UP_TO = 20_000
# Smoothing remembers every hypothesis of every step: for a series filtered
# exactly half the square of its length.
SMOOTHED_UP_TO = 4_000


@dataclass(frozen=True)
class Segment:
    """A stretch without a change: `start <= index < end`."""

    start: int
    end: int
    mean: float
    """Mean of the observations, NaN if all are missing."""
    std: float
    """Their standard deviation, NaN if all are missing."""

    def __len__(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, eq=False)
class Result:
    """What `detect` found."""

    x: NDArray[np.float64]
    """The series."""
    changepoints: NDArray[np.int64]
    """First indices of new segments, of the jointly most probable segmentation."""
    segments: list[Segment]
    """The stretches between them."""
    locations: list[Location]
    """Where each change may have been, and how sure it is that there is one."""
    p_change_at: NDArray[np.float64]
    """P(a segment starts at s | the whole series), for every s; at 0, which
    starts the first segment and is no change, 0."""
    steps: Steps
    """The readouts after each observation."""
    detector: Detector
    """The detector after the last observation: it can go on."""
    assumptions: list[str] = field(default_factory=list)
    """What was assumed because nothing was said."""
    _source: Any = field(default=None, repr=False)

    @property
    def run_lengths(self) -> NDArray[np.int64]:
        """The most probable run length after each observation."""
        return self.steps.map_run_length

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
        columns = {
            "x": self.x,
            "segment": self.labels(),
            "p_change_at": self.p_change_at,
            "p_change_now": self.steps.p_change_now,
            "map_run_length": self.steps.map_run_length,
            "ln_predictive": self.steps.ln_predictive,
        }
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
        n = len(self.changepoints)
        lines = [
            f"{len(self.x)} observations, {n or 'no'} change{'s' * (n != 1)}, "
            f"ln evidence {self.ln_evidence:.2f}"
        ]
        if n:
            lines.append(f"{'index':>8}  {'probability':>11}  {'90 % within':>17}  mean before → after")
        sides = zip(self.segments, self.segments[1:], strict=False)
        for location, (before, after) in zip(self.locations, sides, strict=False):
            interval = f"{location.low}..{location.high}"
            lines.append(
                f"{location.index:>8}  {location.probability:>11.3f}  {interval:>17}  "
                f"{before.mean:.6g} → {after.mean:.6g}"
            )
        lines += [f"assumed: {assumption}" for assumption in self.assumptions]
        return "\n".join(lines)

    def plot(self, ax: Axes | None = None) -> Axes:
        """The series with its segments and changes; see `bocpd.plot`."""
        from bocpd._plot import plot

        return plot(self, ax=ax)

    def __repr__(self) -> str:
        return f"<Result: {len(self.x)} observations, changepoints {self.changepoints.tolist()}>"


def detect(
    x: ArrayLike,
    model: AnyModel | None = None,
    hazard: AnyHazard | None = None,
    pruning: Pruning | None = None,
    *,
    missing: Literal["error", "skip"] = "error",
) -> Result:
    """The changes of a series.

    What is not given is assumed: a Gaussian model on the scale of the series,
    segments as long as the series on average, and nothing pruned in series of up
    to 20,000 observations. `missing="skip"` takes NaN for a missing observation.
    """
    values = as_float64(x)
    default_model, default_hazard = defaults_for(values)
    assumptions = []
    if model is None:
        model = default_model
        assumptions.append(f"model {model}")
    if hazard is None:
        hazard = default_hazard
        assumptions.append(f"hazard {hazard}")
    if pruning is None:
        pruning = Pruning.exact() if len(values) <= EXACT_UP_TO else Pruning.default()
        assumptions.append(
            "nothing pruned" if len(values) <= EXACT_UP_TO else f"pruning {pruning}"
        )
    detector = Detector(model, hazard, pruning, missing=missing)
    steps = detector.update_many(values)
    changepoints = detector.changepoints()
    p_change_at, locations = _smoothed(detector, values, changepoints)
    return Result(
        x=values,
        changepoints=changepoints,
        segments=_segments(detector, values),
        locations=locations,
        p_change_at=p_change_at,
        steps=steps,
        detector=detector,
        assumptions=assumptions,
        _source=x,
    )


def _smoothed(
    detector: Detector, values: NDArray[np.float64], changepoints: NDArray[np.int64]
) -> tuple[NDArray[np.float64], list[Location]]:
    """Smoothed change probabilities and locations, from a second pass that
    remembers; over a long series with what pruning leaves."""
    if len(values) == 0:
        return np.zeros(0), []
    pruning = detector.pruning
    if len(values) > SMOOTHED_UP_TO and pruning == Pruning.exact():
        pruning = Pruning.default()
    second = Detector(
        detector.model, detector.hazard, pruning, missing=detector.missing, history="all"
    )
    second.update_many(values)
    _, p_change_at = second.smoothed()
    p_change_at[0] = 0.0
    return p_change_at, second.locations(changepoints.tolist())


def _segments(detector: Detector, values: NDArray[np.float64]) -> list[Segment]:
    segments = []
    for start, end in detector.segments():
        part = values[start:end]
        part = part[~np.isnan(part)]
        mean, std = (float(part.mean()), float(part.std())) if part.size else (np.nan, np.nan)
        segments.append(Segment(start, end, mean, std))
    return segments
