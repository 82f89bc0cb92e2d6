"""The searches of ruptures, which are one here."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from typing_extensions import Self

from bocpd._arrays import as_float64
from bocpd._compiled import Detector, Table
from bocpd.model import ColumnModel, Model, ScalarModel
from bocpd.ruptures._evidence import COSTS, evidence, exactly, models, noise_variance, penalised
from bocpd.ruptures.exceptions import BadSegmentationParameters, NotEnoughPoints

__all__ = ["Binseg", "BottomUp", "Dynp", "KernelCPD", "Pelt", "Window"]

# Up to this length every stretch of a signal is looked at; the time grows with its square.
_SHORT = 10_000


class _Search:
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


class Pelt(_Search):
    """The most probable segmentation at a price for each change.

    Parameters
    ----------
    model : str or Model
        "l2", "l1", "normal", "rbf", "mahalanobis", "linear" or "ar", whose meanings
        `bocpd.ruptures` tells; or a model of this package.
    custom_cost
        Not supported; None.
    min_size : int
        The least length of a segment.
    jump : int
        Accepted; every place is looked at.
    params : dict, optional
        {"order": 4} for "ar".

    Raises
    ------
    ValueError
        If there is no such model.

    Examples
    --------
    >>> import bocpd.ruptures as rpt
    >>> signal = [0.1, -0.2, 0.3, 0.0, -0.1, 7.9, 8.2, 8.0, 7.8]
    >>> rpt.Pelt(model="l2").fit(signal).predict(pen=4)
    [5, 9]
    """

    def predict(self, pen: float) -> list[int]:
        """The segmentation of the signal.

        Parameters
        ----------
        pen : float
            What a change has to be worth; `bocpd.ruptures` tells in which unit.

        Returns
        -------
        list of int
            The ends of segments, the last the length of the signal.

        Raises
        ------
        BadSegmentationParameters
            If there is no such segmentation.
        ValueError
            If `fit` was not called, or it cannot be said what is wanted.

        Examples
        --------
        >>> import bocpd.ruptures as rpt
        >>> rpt.Pelt().fit([0.1, -0.2, 0.3, 0.0, 7.9, 8.2, 8.0]).predict(pen=4)
        [4, 7]
        """
        return self._segment(None, pen, None)

    def fit_predict(self, signal: ArrayLike, pen: float) -> list[int]:
        """`fit` and `predict` in one call.

        Parameters
        ----------
        signal : array_like
            Of shape (n,) or (n, d).
        pen : float
            What a change has to be worth; `bocpd.ruptures` tells in which unit.

        Returns
        -------
        list of int
            The ends of segments, the last the length of the signal.

        Raises
        ------
        BadSegmentationParameters
            If there is no such segmentation.

        Examples
        --------
        >>> import bocpd.ruptures as rpt
        >>> rpt.Pelt().fit_predict([0.1, -0.2, 0.3, 0.0, 7.9, 8.2, 8.0], pen=4)
        [4, 7]
        """
        return self.fit(signal).predict(pen)


class Dynp(_Search):
    """The most probable segmentation with a given number of changes.

    Parameters
    ----------
    model : str or Model
        "l2", "l1", "normal", "rbf", "mahalanobis", "linear" or "ar", whose meanings
        `bocpd.ruptures` tells; or a model of this package.
    custom_cost
        Not supported; None.
    min_size : int
        The least length of a segment.
    jump : int
        Accepted; every place is looked at.
    params : dict, optional
        {"order": 4} for "ar".

    Raises
    ------
    ValueError
        If there is no such model.

    Examples
    --------
    >>> import bocpd.ruptures as rpt
    >>> signal = [0.1, -0.2, 0.3, 0.0, -0.1, 7.9, 8.2, 8.0, 7.8]
    >>> rpt.Dynp(model="l2").fit(signal).predict(n_bkps=1)
    [5, 9]
    """

    def predict(self, n_bkps: int) -> list[int]:
        """The segmentation of the signal.

        Parameters
        ----------
        n_bkps : int
            How many changes: the most probable segmentation with exactly so many.

        Returns
        -------
        list of int
            The ends of segments, the last the length of the signal.

        Raises
        ------
        BadSegmentationParameters
            If there is no such segmentation.
        ValueError
            If `fit` was not called, or it cannot be said what is wanted.

        Examples
        --------
        >>> import bocpd.ruptures as rpt
        >>> rpt.Dynp().fit([0.1, -0.2, 0.3, 0.0, 7.9, 8.2, 8.0]).predict(n_bkps=1)
        [4, 7]
        """
        return self._segment(n_bkps, None, None)

    def fit_predict(self, signal: ArrayLike, n_bkps: int) -> list[int]:
        """`fit` and `predict` in one call.

        Parameters
        ----------
        signal : array_like
            Of shape (n,) or (n, d).
        n_bkps : int
            How many changes: the most probable segmentation with exactly so many.

        Returns
        -------
        list of int
            The ends of segments, the last the length of the signal.

        Raises
        ------
        BadSegmentationParameters
            If there is no such segmentation.

        Examples
        --------
        >>> import bocpd.ruptures as rpt
        >>> rpt.Dynp().fit_predict([0.1, -0.2, 0.3, 0.0, 7.9, 8.2, 8.0], n_bkps=1)
        [4, 7]
        """
        return self.fit(signal).predict(n_bkps)


class _Either(_Search):
    """Searches that take a number of changes or a penalty."""

    def predict(self, n_bkps: int | None = None, pen: float | None = None, epsilon: float | None = None) -> list[int]:
        """The segmentation of the signal.

        Parameters
        ----------
        n_bkps : int, optional
            How many changes: the most probable segmentation with exactly so many.
        pen : float, optional
            What a change has to be worth; `bocpd.ruptures` tells in which unit.
        epsilon : None
            Not supported.

        Returns
        -------
        list of int
            The ends of segments, the last the length of the signal.

        Raises
        ------
        BadSegmentationParameters
            If there is no such segmentation.
        ValueError
            If `fit` was not called, or it cannot be said what is wanted.

        Examples
        --------
        >>> import bocpd.ruptures as rpt
        >>> rpt.Binseg().fit([0.1, -0.2, 0.3, 0.0, 7.9, 8.2, 8.0]).predict(n_bkps=1)
        [4, 7]
        """
        return self._segment(n_bkps, pen, epsilon)

    def fit_predict(self, signal: ArrayLike, n_bkps: int | None = None, pen: float | None = None, epsilon: float | None = None) -> list[int]:
        """`fit` and `predict` in one call.

        Parameters
        ----------
        signal : array_like
            Of shape (n,) or (n, d).
        n_bkps : int, optional
            How many changes: the most probable segmentation with exactly so many.
        pen : float, optional
            What a change has to be worth; `bocpd.ruptures` tells in which unit.
        epsilon : None
            Not supported.

        Returns
        -------
        list of int
            The ends of segments, the last the length of the signal.

        Raises
        ------
        BadSegmentationParameters
            If there is no such segmentation.

        Examples
        --------
        >>> import bocpd.ruptures as rpt
        >>> rpt.Binseg().fit_predict([0.1, -0.2, 0.3, 0.0, 7.9, 8.2, 8.0], n_bkps=1)
        [4, 7]
        """
        return self.fit(signal).predict(n_bkps, pen, epsilon)


class Binseg(_Either):
    """The most probable segmentation; exact, not by bisection.

    Parameters
    ----------
    model : str or Model
        "l2", "l1", "normal", "rbf", "mahalanobis", "linear" or "ar", whose meanings
        `bocpd.ruptures` tells; or a model of this package.
    custom_cost
        Not supported; None.
    min_size : int
        The least length of a segment.
    jump : int
        Accepted; every place is looked at.
    params : dict, optional
        {"order": 4} for "ar".

    Raises
    ------
    ValueError
        If there is no such model.

    Examples
    --------
    >>> import bocpd.ruptures as rpt
    >>> signal = [0.1, -0.2, 0.3, 0.0, -0.1, 7.9, 8.2, 8.0, 7.8]
    >>> rpt.Binseg(model="l2").fit(signal).predict(n_bkps=1)
    [5, 9]
    """


class BottomUp(_Either):
    """The most probable segmentation; exact, not by merging.

    Parameters
    ----------
    model : str or Model
        "l2", "l1", "normal", "rbf", "mahalanobis", "linear" or "ar", whose meanings
        `bocpd.ruptures` tells; or a model of this package.
    custom_cost
        Not supported; None.
    min_size : int
        The least length of a segment.
    jump : int
        Accepted; every place is looked at.
    params : dict, optional
        {"order": 4} for "ar".

    Raises
    ------
    ValueError
        If there is no such model.

    Examples
    --------
    >>> import bocpd.ruptures as rpt
    >>> signal = [0.1, -0.2, 0.3, 0.0, -0.1, 7.9, 8.2, 8.0, 7.8]
    >>> rpt.BottomUp(model="l2").fit(signal).predict(n_bkps=1)
    [5, 9]
    """


class Window(_Either):
    """The most probable segmentation; exact, without a window.

    Parameters
    ----------
    width : int
        Accepted; nothing depends on it.
    model : str or Model
        "l2", "l1", "normal", "rbf", "mahalanobis", "linear" or "ar", whose meanings
        `bocpd.ruptures` tells; or a model of this package.
    custom_cost
        Not supported; None.
    min_size : int
        The least length of a segment.
    jump : int
        Accepted; every place is looked at.
    params : dict, optional
        {"order": 4} for "ar".

    Raises
    ------
    ValueError
        If there is no such model.

    Examples
    --------
    >>> import bocpd.ruptures as rpt
    >>> signal = [0.1, -0.2, 0.3, 0.0, -0.1, 7.9, 8.2, 8.0, 7.8]
    >>> rpt.Window(model="l2").fit(signal).predict(n_bkps=1)
    [5, 9]
    """

    def __init__(
        self,
        width: int = 100,
        model: Any = "l2",
        custom_cost: Any = None,
        min_size: int = 2,
        jump: int = 5,
        params: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(model, custom_cost, min_size, jump, params)
        self.width = operator.index(width)


class KernelCPD(_Search):
    """The most probable segmentation.

    Parameters
    ----------
    kernel : {"linear", "rbf"}
        What `bocpd.ruptures` tells of the costs of these names.
    min_size : int
        The least length of a segment.
    jump : int
        Accepted; every place is looked at.
    params : dict, optional
        Accepted; nothing depends on it.

    Raises
    ------
    ValueError
        If there is no such kernel.

    Examples
    --------
    >>> import bocpd.ruptures as rpt
    >>> signal = [0.1, -0.2, 0.3, 0.0, -0.1, 7.9, 8.2, 8.0, 7.8]
    >>> rpt.KernelCPD(kernel="rbf").fit(signal).predict(pen=6)
    [5, 9]
    """

    def __init__(
        self,
        kernel: str = "linear",
        min_size: int = 2,
        jump: int = 1,
        params: dict[str, Any] | None = None,
    ) -> None:
        if kernel not in ("linear", "rbf"):
            raise ValueError(f"kernel must be 'linear' or 'rbf', got {kernel!r}")
        super().__init__(kernel, None, min_size, jump, params)
        self.kernel_name = kernel

    def predict(self, n_bkps: int | None = None, pen: float | None = None) -> list[int]:
        """The segmentation of the signal.

        Parameters
        ----------
        n_bkps : int, optional
            How many changes: the most probable segmentation with exactly so many.
        pen : float, optional
            What a change has to be worth; `bocpd.ruptures` tells in which unit.

        Returns
        -------
        list of int
            The ends of segments, the last the length of the signal.

        Raises
        ------
        BadSegmentationParameters
            If there is no such segmentation.
        ValueError
            If `fit` was not called, or it cannot be said what is wanted.

        Examples
        --------
        >>> import bocpd.ruptures as rpt
        >>> rpt.KernelCPD().fit([0.1, -0.2, 0.3, 0.0, 7.9, 8.2, 8.0]).predict(n_bkps=1)
        [4, 7]
        """
        return self._segment(n_bkps, pen, None)

    def fit_predict(self, signal: ArrayLike, n_bkps: int | None = None, pen: float | None = None) -> list[int]:
        """`fit` and `predict` in one call.

        Parameters
        ----------
        signal : array_like
            Of shape (n,) or (n, d).
        n_bkps : int, optional
            How many changes: the most probable segmentation with exactly so many.
        pen : float, optional
            What a change has to be worth; `bocpd.ruptures` tells in which unit.

        Returns
        -------
        list of int
            The ends of segments, the last the length of the signal.

        Raises
        ------
        BadSegmentationParameters
            If there is no such segmentation.

        Examples
        --------
        >>> import bocpd.ruptures as rpt
        >>> rpt.KernelCPD().fit_predict([0.1, -0.2, 0.3, 0.0, 7.9, 8.2, 8.0], n_bkps=1)
        [4, 7]
        """
        return self.fit(signal).predict(n_bkps, pen)
