"""How well stretches of a signal fit one segment, and the best segmentations by that."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bocpd._compiled import Detector, GaussianKnownVariance, Table, model_for

__all__ = ["COSTS", "evidence", "exactly", "noise_variance", "penalised"]

# For a start the logarithm of the evidence that it and what follows are one segment: an
# array with one number for each end.
Evidence: TypeAlias = Callable[[int], NDArray[np.float64]]

# What a cost of ruptures stands for: a kind of model.
COSTS = {
    "l2": "gaussian_known_variance",
    "linear": "gaussian_known_variance",
    "mahalanobis": "gaussian_known_variance",
    "normal": "gaussian",
    "rbf": "gaussian",
    "l1": "student_t",
    "ar": "regression",
}


def noise_variance(xs: NDArray[np.float64]) -> float:
    """The variance of the noise, from differences of neighbours, which changes move little."""
    if len(xs) < 2:
        return 1.0
    steps = np.diff(xs)
    steps = steps[np.isfinite(steps)]
    # 1.4826 median deviations are a standard deviation; a difference has two noises.
    robust = (1.4826 * float(np.median(np.abs(steps)))) ** 2 / 2 if len(steps) else 0.0
    usual = float((steps**2).mean()) / 2 if len(steps) else 0.0
    return robust or usual or 1.0


def _model(cost: Any, xs: NDArray[np.float64], order: int) -> Any:
    """The model of one column."""
    if not isinstance(cost, str):
        return cost
    if COSTS[cost] == "gaussian_known_variance":
        variance = noise_variance(xs)
        spread = float(np.nanvar(xs)) or variance
        mean = float(np.nanmean(xs))
        return GaussianKnownVariance(
            mean=mean, variance=variance, kappa=min(1.0, variance / spread)
        )
    if COSTS[cost] == "regression":
        return model_for("regression", xs, lags=order)
    return model_for(COSTS[cost], xs)  # type: ignore[arg-type]


def models(cost: Any, signal: NDArray[np.float64], order: int) -> list[Any]:
    """A model for each column."""
    return [_model(cost, column, order) for column in signal.T]


def evidence(chosen: list[Any], signal: NDArray[np.float64]) -> Evidence:
    """What these models, one for each column, say of stretches of the signal."""
    # The hazard lets no other segment begin.
    detectors = [Detector(model, Table([0.0]), missing="skip") for model in chosen]
    columns = [np.ascontiguousarray(column) for column in signal.T]

    def of(start: int) -> NDArray[np.float64]:
        total = np.zeros(len(signal) - start)
        for detector, column in zip(detectors, columns, strict=True):
            detector.reset()
            total += detector.update_many(column[start:]).ln_predictive
        return np.cumsum(total)

    return of


def exactly(n: int, of: Evidence, n_bkps: int, min_size: int) -> list[int]:
    """The ends of the most probable segmentation with so many changes."""
    best = np.full((n_bkps + 2, n + 1), -math.inf)
    came_from = np.zeros((n_bkps + 2, n + 1), dtype=np.int64)
    best[0, 0] = 0.0
    for start in range(0, n - min_size + 1):
        reached = np.flatnonzero(best[:-1, start] > -math.inf)
        if not len(reached):
            continue
        candidates = best[reached, start][:, None] + of(start)[min_size - 1 :]
        after = best[reached + 1, start + min_size :]
        better = candidates > after
        best[reached + 1, start + min_size :] = np.where(better, candidates, after)
        earlier = came_from[reached + 1, start + min_size :]
        came_from[reached + 1, start + min_size :] = np.where(better, start, earlier)
    ends, end = [], n
    for segments in range(n_bkps + 1, 0, -1):
        ends.append(int(end))
        end = came_from[segments, end]
    return ends[::-1]


def penalised(n: int, of: Evidence, penalty: float, min_size: int) -> list[int]:
    """The ends of the segmentation with the most evidence, less a penalty for each change."""
    best = np.full(n + 1, -math.inf)
    came_from = np.zeros(n + 1, dtype=np.int64)
    best[0] = 0.0
    for start in range(0, n - min_size + 1):
        if best[start] == -math.inf:
            continue
        candidates = best[start] + of(start)[min_size - 1 :] - (penalty if start else 0.0)
        after = best[start + min_size :]
        better = candidates > after
        after[better] = candidates[better]
        came_from[start + min_size :][better] = start
    ends, end = [], n
    while end > 0:
        ends.append(int(end))
        end = came_from[end]
    return ends[::-1]
