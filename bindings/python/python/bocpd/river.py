"""A drift detector for river. Needs river: pip install 'bocpd-py[river]'."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from river import base

from bocpd._compiled import (
    STREAM_MEAN_RUN_LENGTH,
    AlarmPolicy,
    Constant,
    Detector,
    ObservationError,
)

if TYPE_CHECKING:
    from bocpd._types import AnyHazard, AnyModel

__all__ = ["BayesianDriftDetector"]


class BayesianDriftDetector(base.DriftAndWarningDetector):  # type: ignore[misc, unused-ignore]
    """Drift where a change has probably happened of late.

    `drift_detected` is set where the probability that a change not reported before
    lies within the last `window` values reaches `threshold`, once for each change.
    Where it lies between `warning_threshold` and `threshold`, `warning_detected` is
    set. It is the alarm of `bocpd.alarm.AlarmPolicy` with `min_segment=1` and
    `clear=warning_threshold`.

    Parameters
    ----------
    model
        What segments look like. None: as the first `warm_up` values say, during
        which nothing is detected (`bocpd.Detector.for_stream`): yes or no, counts,
        or real numbers, whose noise may be white or depend on its past.
    hazard
        How long segments last. None: 250 observations on average.
    window
        How long ago a change may have begun.
    threshold
        Probability at which drift is detected.
    warning_threshold
        Probability at which a warning is given.
    warm_up
        How many values say what the stream is like.
    resolution, min_segment, sensitivity
        Which changes are wanted, as in `bocpd.Detector`.

    Examples
    --------
    >>> from bocpd.river import BayesianDriftDetector
    >>> detector = BayesianDriftDetector(bocpd.Gaussian(), 100)
    >>> for i, x in enumerate([0.1, -0.2, 0.3, 0.0, 0.2, 7.9, 8.2, 8.0]):
    ...     detector.update(x)
    ...     if detector.drift_detected:
    ...         print("drift at", i)
    drift at 5
    """

    def __init__(
        self,
        model: AnyModel | None = None,
        hazard: AnyHazard | None = None,
        window: int = 20,
        threshold: float = 0.9,
        warning_threshold: float = 0.5,
        warm_up: int = 50,
        resolution: float = 1.0,
        min_segment: int = 1,
        sensitivity: float = 1.0,
    ) -> None:
        super().__init__()
        self.model = model
        self.hazard = hazard
        self.window = window
        self.threshold = threshold
        self.warning_threshold = warning_threshold
        self.warm_up = warm_up
        self.resolution = resolution
        self.min_segment = min_segment
        self.sensitivity = sensitivity
        self._first: list[float] = []
        self._detector: Detector | None = None
        if model is not None:
            hazard = Constant(STREAM_MEAN_RUN_LENGTH) if hazard is None else hazard
            self._detector = Detector(model, hazard, alarm=self._alarm(), **self._wanted())

    def _alarm(self) -> AlarmPolicy:
        return AlarmPolicy(
            threshold=self.threshold,
            window=self.window,
            min_segment=1,
            clear=self.warning_threshold,
        )

    def _wanted(self) -> dict[str, Any]:
        return {
            "resolution": self.resolution,
            "min_segment": self.min_segment,
            "sensitivity": self.sensitivity,
        }

    def _warm_up(self, x: float) -> None:
        """One of the first values; the last of them makes the detector."""
        if not math.isfinite(x):
            raise ObservationError(f"observation must be a finite number, got {x}")
        self._first.append(x)
        if len(self._first) < self.warm_up:
            return
        detector = Detector.for_stream(
            self._first, self.hazard, alarm=self._alarm(), **self._wanted()
        )
        detector.update_many(self._first)
        detector.take_alarms()
        self._detector, self._first = detector, []

    def update(self, x: int | float) -> None:
        """Takes in the next value.

        Parameters
        ----------
        x : float
            The value.

        Raises
        ------
        ObservationError
            If it cannot be observed; nothing has changed.

        Examples
        --------
        >>> from bocpd.river import BayesianDriftDetector
        >>> detector = BayesianDriftDetector(bocpd.Gaussian(), 100)
        >>> detector.update(0.3)
        >>> detector.drift_detected
        False
        """
        detector = self._detector
        if detector is None:
            self._warm_up(float(x))
            return
        detector.update(float(x))
        p = detector.alarm_probability
        self._drift_detected = bool(detector.take_alarms())
        self._warning_detected = (
            not self._drift_detected and self.warning_threshold <= p < self.threshold
        )


def __dir__() -> list[str]:
    return __all__
