"""What the searches have in common: they take a signal, and answer with its segments."""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bocpd._arrays import as_float64
from bocpd._compiled import Detector, Table
from bocpd.model import ColumnModel, Model, ScalarModel
from bocpd.ruptures._evidence import COSTS, evidence, exactly, models, noise_variance, penalised
from bocpd.ruptures.exceptions import BadSegmentationParameters, NotEnoughPoints

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Search"]

# Up to this length every stretch of a signal is looked at; the time grows with its square.
_SHORT = 10_000


class Search:
    """What all searches have in common."""

    def __init__(
        self,
        model: Any = "l2",
        custom_cost: Any = None,
        min_size: int = 2,
        jump: int = 5,
        params: dict[str, Any] | None = None,
    ) -> None:
        if custom_cost is not None:
            raise TypeError(
                "custom_cost has no counterpart; a model of your own (bocpd.model.ColumnModel) "
                "can be given as `model`"
            )
        own = isinstance(model, (Model, ColumnModel, ScalarModel))
        if not own and model not in COSTS:
            costs = ", ".join(repr(cost) for cost in COSTS)
            raise ValueError(f"model must be one of {costs} or a model of bocpd, got {model!r}")
        self.model_name = model
        self.min_size = max(1, operator.index(min_size))
        self.jump = operator.index(jump)
        self._order = operator.index((params or {}).get("order", 4))
        self.signal: NDArray[np.float64] | None = None
        self.n_samples: int | None = None

    def fit(self, signal: ArrayLike) -> Self:
        """Takes a signal.

        Parameters
        ----------
        signal : array_like
            Of shape (n,) or (n, d); columns share the places of changes. NaN is missing.

        Returns
        -------
        self
            The same object.

        Raises
        ------
        NotEnoughPoints
            If it is empty.

        Examples
        --------
        >>> import bocpd.ruptures as rpt
        >>> rpt.Pelt().fit([0.0, 0.1, 5.0, 5.1]).n_samples
        4
        """
        values = as_float64(signal)
        if values.ndim not in (1, 2):
            raise ValueError(f"a signal has shape (n,) or (n, d), got {values.shape}")
        if not len(values):
            raise NotEnoughPoints("a signal needs at least one point")
        self.signal = values.reshape(len(values), -1)
        self.n_samples = len(values)
        return self

    def _segment(
        self, n_bkps: int | None, pen: float | None, epsilon: float | None
    ) -> list[int]:
        if self.signal is None:
            raise ValueError("fit(signal) comes before predict")
        if epsilon is not None:
            raise ValueError(
                "epsilon bounds a cost, which has no counterpart: give n_bkps or pen, or take "
                "bocpd.detect, which finds out how many changes there are"
            )
        if (n_bkps is None) == (pen is None):
            raise ValueError("give one of n_bkps and pen")
        chosen = models(self.model_name, self.signal, self._order)
        if pen is None:
            return self._with_exactly(chosen, operator.index(n_bkps))  # type: ignore[arg-type]
        return self._with_penalty(chosen, float(pen))

    def _with_exactly(self, chosen: list[Any], n_bkps: int) -> list[int]:
        assert self.signal is not None
        n = len(self.signal)
        if n_bkps < 0 or (n_bkps + 1) * self.min_size > n:
            raise BadSegmentationParameters(
                f"{n} points cannot have {n_bkps} changes with segments of {self.min_size} points "
                "or more"
            )
        if n > _SHORT:
            raise ValueError(
                f"n_bkps looks at every stretch of the signal, which takes too long beyond {_SHORT} "
                f"points, got {n}: give pen, or take bocpd.detect"
            )
        return exactly(n, evidence(chosen, self.signal), n_bkps, self.min_size)

    def _with_penalty(self, chosen: list[Any], pen: float) -> list[int]:
        assert self.signal is not None
        if not pen >= 0:
            raise BadSegmentationParameters(f"pen must be 0 or more, got {pen}")
        n, d = self.signal.shape
        if COSTS.get(self.model_name) == "gaussian_known_variance":
            # In squares of the unit of the signal, as the cost is.
            pen /= float(np.mean([noise_variance(column) for column in self.signal.T]))
        nats = pen / 2
        if n <= _SHORT:
            return penalised(n, evidence(chosen, self.signal), nats, self.min_size)
        if d > 1:
            raise ValueError(
                f"signals of several columns have at most {_SHORT} points here, got {n}: take "
                "bocpd.detect for each column"
            )
        # No change before the segment is long enough; then as probable as the penalty says.
        hazard = 1 / (1 + math.exp(min(nats, 700.0)))
        detector = Detector(
            chosen[0], Table([0.0] * (self.min_size - 1) + [hazard]), missing="skip"
        )
        detector.update_many(np.ascontiguousarray(self.signal[:, 0]))
        changes = [int(i) for i in detector.changepoints() if i <= n - self.min_size]
        return [*changes, n]
