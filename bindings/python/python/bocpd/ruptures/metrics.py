"""How close two segmentations are, each given by the ends of its segments."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bocpd.ruptures.exceptions import BadSegmentationParameters

__all__ = ["hausdorff", "precision_recall", "randindex"]


def _both(first: Iterable[int], second: Iterable[int]) -> tuple[list[int], list[int]]:
    one, other = sorted(int(i) for i in first), sorted(int(i) for i in second)
    if not one or not other or one[-1] != other[-1]:
        raise BadSegmentationParameters(
            "both segmentations must end with the length of the signal, got "
            f"{one[-1:]} and {other[-1:]}"
        )
    return one, other


def hausdorff(bkps1: Iterable[int], bkps2: Iterable[int]) -> float:
    """The largest distance of a change of one segmentation from the nearest of the other.

    Parameters
    ----------
    bkps1, bkps2 : iterable of int
        Ends of segments, the last the length of the signal.

    Returns
    -------
    float
        In samples; infinite if only one has changes, 0 if none has.

    Raises
    ------
    BadSegmentationParameters
        If they do not end at the same place.

    Examples
    --------
    >>> from bocpd.ruptures.metrics import hausdorff
    >>> hausdorff([50, 100, 200], [52, 110, 200])
    10.0
    """
    one, other = (np.array(bkps[:-1]) for bkps in _both(bkps1, bkps2))
    if not len(one) or not len(other):
        return 0.0 if len(one) == len(other) else float("inf")
    apart = np.abs(one[:, None] - other[None, :])
    return float(max(apart.min(axis=0).max(), apart.min(axis=1).max()))


def precision_recall(
    true_bkps: Iterable[int], my_bkps: Iterable[int], margin: int = 10
) -> tuple[float, float]:
    """Which share of the changes found is true, and which share of the true ones is found.

    Parameters
    ----------
    true_bkps, my_bkps : iterable of int
        Ends of segments, the last the length of the signal.
    margin : int
        A change is found if one is reported less than this away.

    Returns
    -------
    precision, recall : float
        0 where nothing was found, or there was nothing to find.

    Raises
    ------
    BadSegmentationParameters
        If they do not end at the same place, or the margin is not positive.

    Examples
    --------
    >>> from bocpd.ruptures.metrics import precision_recall
    >>> precision_recall([50, 100, 200], [52, 140, 200], margin=5)
    (0.5, 0.5)
    """
    true, mine = _both(true_bkps, my_bkps)
    if not margin > 0:
        raise BadSegmentationParameters(f"margin must be positive, got {margin}")
    true, mine = true[:-1], mine[:-1]
    if not true or not mine:
        return 0.0, 0.0
    used: set[int] = set()
    for change in true:
        near = [i for i in mine if abs(i - change) < margin and i not in used]
        if near:
            used.add(near[0])
    return len(used) / len(mine), len(used) / len(true)


def randindex(bkps1: Iterable[int], bkps2: Iterable[int]) -> float:
    """The share of pairs of samples on which two segmentations agree.

    They agree on a pair that is in one segment in both, or in two segments in both.

    Parameters
    ----------
    bkps1, bkps2 : iterable of int
        Ends of segments, the last the length of the signal.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    BadSegmentationParameters
        If they do not end at the same place.

    Examples
    --------
    >>> from bocpd.ruptures.metrics import randindex
    >>> randindex([5, 10], [5, 10]), round(randindex([5, 10], [4, 10]), 2)
    (1.0, 0.8)
    """

    def pairs(ends: list[int]) -> float:
        lengths = np.diff(ends, prepend=0).astype(float)
        return float((lengths * (lengths - 1) / 2).sum())

    one, other = _both(bkps1, bkps2)
    n = one[-1]
    if n < 2:
        return 1.0
    total = n * (n - 1) / 2
    together = pairs(sorted(set(one) | set(other)))
    return (total + 2 * together - pairs(one) - pairs(other)) / total


def __dir__() -> list[str]:
    return __all__
