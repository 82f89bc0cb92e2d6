"""The detector: change points out of what the filter says."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Protocol, TypeGuard

from bocpd.fast_bocpd.core import BOCPD

__all__ = ["Changepoint", "OnlineChangeDetector"]


@dataclass
class Changepoint:
    """A change that `OnlineChangeDetector` has reported."""

    index: int
    prev_run_length: int = 0
    cp_prob: float = 0.0
    map_run_length: int = 0
    map_confidence: float = 0.0
    observation: float = 0.0
    metadata: Any = None

    @property
    def confidence(self) -> float:
        """The same as `cp_prob`."""
        return self.cp_prob

    def __str__(self) -> str:
        label = f" [{self.metadata}]" if self.metadata else ""
        return (
            f"change at {self.index}{label} after a run of {self.prev_run_length}: "
            f"probability {self.cp_prob:.1%}, most probable run length {self.map_run_length}"
        )


class _Filter(Protocol):
    def update(self, x: float) -> tuple[Any, float]: ...
    def get_map_run_length(self) -> int: ...
    def get_map_confidence(self) -> float: ...
    def reset(self) -> None: ...


# What the detector asks a filter at every step.
_UPDATE = BOCPD.update
_MAP_RUN_LENGTH = BOCPD.get_map_run_length
_MAP_CONFIDENCE = BOCPD.get_map_confidence
_ASKED = frozenset(("update", "get_map_run_length", "get_map_confidence"))


def _answers_at_once(bocpd: object) -> TypeGuard[BOCPD]:
    """Whether one call of `BOCPD._step` says the same as the three methods.

    Not so in subclasses, nor where somebody has replaced one of the methods in
    the object or in the class.
    """
    return (
        type(bocpd) is BOCPD
        and _ASKED.isdisjoint(bocpd.__dict__)
        and BOCPD.update is _UPDATE
        and BOCPD.get_map_run_length is _MAP_RUN_LENGTH
        and BOCPD.get_map_confidence is _MAP_CONFIDENCE
    )


class OnlineChangeDetector:
    """Reports changes: where the change probability rises above `min_cp_prob`,
    or the most probable run length falls from `drop_prev_min` or more to
    `reset_r` or less. A rise within `cooldown` of the last report is ignored."""

    def __init__(
        self,
        bocpd: _Filter,
        min_cp_prob: float | None = None,
        reset_r: int = 2,
        drop_prev_min: int | None = None,
        cooldown: int | None = None,
        bayes_factor: float = 5.0,
    ) -> None:
        if not math.isfinite(bayes_factor) or bayes_factor <= 0.0:
            raise ValueError(f"bayes_factor must be positive and finite, got {bayes_factor}")
        self.bocpd = bocpd
        self.bayes_factor = bayes_factor
        threshold, drop, pause = 0.1, 10, 5
        lambda_ = getattr(getattr(bocpd, "hazard", None), "lambda_", None)
        left_out = min_cp_prob is None or drop_prev_min is None or cooldown is None
        if lambda_ is not None and left_out:
            threshold, drop, pause = self._defaults(lambda_, bayes_factor)
        self.min_cp_prob = threshold if min_cp_prob is None else min_cp_prob
        self.reset_r = reset_r
        self.drop_prev_min = drop if drop_prev_min is None else drop_prev_min
        self.cooldown = pause if cooldown is None else cooldown
        if not 0.0 < self.min_cp_prob < 1.0:
            raise ValueError(
                f"min_cp_prob must be greater than 0 and less than 1, got {self.min_cp_prob}"
            )
        for name in ("cooldown", "reset_r", "drop_prev_min"):
            value = getattr(self, name)
            if value < 0:
                raise ValueError(f"{name} must not be negative, got {value}")
        self._forget()

    @staticmethod
    def _defaults(lambda_: Any, bayes_factor: float) -> tuple[float, int, int]:
        """Threshold, drop and cooldown for segments of `lambda_` on average."""
        try:
            mean = float(lambda_)
        except (TypeError, ValueError):
            raise ValueError(f"lambda_ of the hazard must be a number, got {lambda_!r}") from None
        if not math.isfinite(mean) or mean <= 0.0:
            raise ValueError(f"lambda_ of the hazard must be positive and finite, got {mean}")
        hazard = 1.0 / mean
        odds = bayes_factor * hazard
        return (
            odds / ((1.0 - hazard) + odds),
            max(10, round(0.25 * mean)),
            max(3, round(0.1 * mean)),
        )

    def _forget(self) -> None:
        self._t = 0
        self._previous_map: int | None = None
        self._previous_cp = 0.0
        self._last = -self.cooldown
        self._latched = False
        self._changepoints: list[Changepoint] = []
        self._map_history: list[int] = []

    def update(self, x: float, metadata: Any = None) -> Changepoint | None:
        """Takes in `x`; the change that it shows, if any."""
        bocpd = self.bocpd
        confidence: float | None
        if _answers_at_once(bocpd):
            cp_prob, map_run = bocpd._step(x)
            confidence = None
        else:
            _, cp_prob = bocpd.update(x)
            map_run = bocpd.get_map_run_length()
            confidence = bocpd.get_map_confidence()

        t, previous = self._t, self._previous_map
        rise = cp_prob >= self.min_cp_prob > self._previous_cp
        fall = (
            map_run <= self.reset_r and previous is not None and previous >= self.drop_prev_min
        )
        if rise or fall or self._latched:
            free = t - self._last >= self.cooldown
            rise = rise and free
            # A fall within the cooldown is remembered, and counts at its end if
            # the run length is still short.
            if fall and not free:
                self._latched = True
            if free and self._latched:
                fall = fall or map_run <= self.reset_r
                self._latched = False

        change = None
        if rise or fall:
            if confidence is None:
                confidence = bocpd.get_map_confidence()
            change = Changepoint(t, previous or 0, cp_prob, map_run, confidence, x, metadata)
            self._changepoints.append(change)
            self._last = t
            self._latched = False
        self._map_history.append(map_run)
        self._previous_map = map_run
        self._previous_cp = cp_prob
        self._t = t + 1
        return change

    def get_current_run_length(self) -> int:
        """Observations since the last report, itself included; 0 without any."""
        return self._t - self._last if self._changepoints else 0

    def get_current_map_run_length(self) -> int:
        """The fullest slot; 0 before any observation."""
        return self._previous_map or 0

    def get_changepoints(self) -> list[Changepoint]:
        """All reports so far."""
        return self._changepoints.copy()

    def get_map_history(self) -> list[int]:
        """The fullest slot after each observation."""
        return self._map_history.copy()

    def get_segments(self) -> list[tuple[int, int]]:
        """The stretches between reports, as (start, end) with end exclusive."""
        bounds = [0, *(change.index for change in self._changepoints)]
        segments = list(zip(bounds, bounds[1:], strict=False))
        if bounds[-1] < self._t or not self._changepoints:
            segments.append((bounds[-1], self._t))
        return segments

    def reset(self) -> None:
        """Forgets everything seen."""
        self.bocpd.reset()
        self._forget()

    def __repr__(self) -> str:
        return (
            f"OnlineChangeDetector(min_cp_prob={self.min_cp_prob:.4f}, "
            f"reset_r={self.reset_r}, drop_prev_min={self.drop_prev_min}, "
            f"cooldown={self.cooldown}, bayes_factor={self.bayes_factor})"
        )


def __dir__() -> list[str]:
    return __all__
