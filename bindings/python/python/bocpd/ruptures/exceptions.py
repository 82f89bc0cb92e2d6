"""What cannot be segmented as asked."""

from __future__ import annotations

__all__ = ["BadSegmentationParameters", "NotEnoughPoints"]


class NotEnoughPoints(ValueError):
    """The signal has too few points.

    Examples
    --------
    >>> import bocpd.ruptures as rpt
    >>> try:
    ...     rpt.Pelt().fit([])
    ... except rpt.exceptions.NotEnoughPoints as error:
    ...     print(error)
    a signal needs at least one point
    """


class BadSegmentationParameters(ValueError):
    """There is no segmentation with these parameters.

    Examples
    --------
    >>> import bocpd.ruptures as rpt
    >>> try:
    ...     rpt.Dynp(min_size=3).fit([0, 0, 1, 1]).predict(n_bkps=2)
    ... except rpt.exceptions.BadSegmentationParameters as error:
    ...     print(error)
    4 points cannot have 2 changes with segments of 3 points or more
    """


def __dir__() -> list[str]:
    return __all__
