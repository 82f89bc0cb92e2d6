"""A drift detector for river. Needs river: pip install 'bocpd-py[river]'."""

from __future__ import annotations

from typing import TYPE_CHECKING

from river import base

from bocpd._core import STREAM_MEAN_RUN_LENGTH, Constant, Detector, defaults_for

if TYPE_CHECKING:
    from bocpd._types import AnyHazard, AnyModel

__all__ = ["BayesianDriftDetector"]


class BayesianDriftDetector(base.DriftAndWarningDetector):  # type: ignore[misc, unused-ignore]
    """Drift where the current segment has probably begun of late.

    `drift_detected` is set where P(run length < window) rises to `threshold`,
    once for each change: the next follows after the probability has fallen under
    `warning_threshold`. Between the two thresholds `warning_detected` is set.

    Parameters
    ----------
    model
        What segments look like. None: Gaussian, on the scale of the first
        `warm_up` values, during which nothing is detected.
    hazard
        How long segments last. None: 250 observations on average.
    window
        How long ago a change may have begun.
    threshold
        Probability at which drift is detected.
    warning_threshold
        Probability at which a warning is given.
    warm_up
        Values that a default model is made from.
    """

    def __init__(
        self,
        model: AnyModel | None = None,
        hazard: AnyHazard | None = None,
        window: int = 20,
        threshold: float = 0.9,
        warning_threshold: float = 0.5,
        warm_up: int = 50,
    ) -> None:
        super().__init__()
        self.model = model
        self.hazard = hazard
        self.window = window
        self.threshold = threshold
        self.warning_threshold = warning_threshold
        self.warm_up = warm_up
        self._armed = True
        self._first: list[float] = []
        self._detector: Detector | None = None
        if model is not None:
            self._begin(model)

    def _begin(self, model: AnyModel) -> Detector:
        hazard = Constant(STREAM_MEAN_RUN_LENGTH) if self.hazard is None else self.hazard
        self._detector = Detector(model, hazard)
        return self._detector

    def update(self, x: int | float) -> None:
        """Takes in the next value."""
        if self._detector is None:
            self._first.append(x)
            if len(self._first) >= self.warm_up:
                model, _, _ = defaults_for(self._first)
                self._begin(model).update_many(self._first)
                self._first = []
            return
        self._detector.update(x)
        p = 0.0
        # Before that the first segment itself is recent, which is no change.
        if self._detector.observations > self.window:
            p = self._detector.p_recent_change(self.window)
        self._drift_detected = self._armed and p >= self.threshold
        self._warning_detected = self.warning_threshold <= p < self.threshold
        if self._drift_detected:
            self._armed = False
        elif p < self.warning_threshold:
            self._armed = True
