"""The searches of ruptures, which are one here."""

from __future__ import annotations

import operator
from typing import Any

from numpy.typing import ArrayLike

from bocpd.ruptures._base import Search

__all__ = ["Binseg", "BottomUp", "Dynp", "KernelCPD", "Pelt", "Window"]


class Pelt(Search):
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


class Dynp(Search):
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


class _Either(Search):
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


class KernelCPD(Search):
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
