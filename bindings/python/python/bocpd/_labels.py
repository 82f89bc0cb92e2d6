"""What a series calls its observations: the index that it came with, or times.

No third-party library is imported here, but for pandas where something of it came in.
"""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["columns_of", "elapsed_between", "index_of", "label_at", "labels_from", "name_of", "numbers_from", "positions"]

_DAY = np.timedelta64(1, "D")


def _kind(x: Any) -> str:
    return type(x).__module__.partition(".")[0]


def index_of(x: Any) -> Any:
    """The index of a Series or frame of pandas; None where it says no more than the
    position, and for all else."""
    if _kind(x) != "pandas" or not hasattr(x, "index"):
        return None
    index = x.index
    plain = type(index).__name__ == "RangeIndex" and index.start == 0 and index.step == 1
    return None if plain else index


def name_of(x: Any) -> str | None:
    """The name of a Series, or of the only column of a frame."""
    columns = getattr(x, "columns", None)
    name = getattr(x, "name", None) if columns is None else None
    if columns is not None and _kind(x) in ("pandas", "polars") and len(columns) == 1:
        name = columns[0]
    return None if name is None or name == "" or callable(name) else str(name)


def columns_of(x: Any, dimension: int) -> list[str]:
    """What the numbers of an observation are called: the columns of a frame, else x0, x1, ..."""
    columns = getattr(x, "columns", None)
    if _kind(x) in ("pandas", "polars") and columns is not None and len(columns) == dimension:
        names = [str(name) for name in columns]
        if len(set(names)) == dimension:
            return names
    return [f"x{j}" for j in range(dimension)]


def labels_from(times: Any, n: int) -> Any:
    """`times` as something that has one label for each of `n` observations."""
    kind = _kind(times)
    if kind == "pandas":
        import pandas as pd

        labels: Any = pd.Index(times)
    elif kind == "polars":
        labels = np.asarray(times.to_numpy())
    else:
        if not hasattr(times, "__len__"):
            times = list(times)
        labels = np.asarray(times)
    shape = np.shape(labels)
    if shape != (n,):
        raise ValueError(f"times must have one for each of the {n} observations, got shape {shape}")
    return labels


def label_at(labels: Any, i: int) -> Any:
    """One of the labels; a plain number or text where NumPy has one of its own."""
    label = labels[i]
    return label.item() if isinstance(label, (np.number, np.bool_, np.str_)) else label


def positions(labels: Any) -> tuple[NDArray[np.float64], bool] | None:
    """Labels that are points in time as numbers: as they are, or as days since 1970 where
    they are dates, which is said too. None for labels that are neither."""
    if _kind(labels) == "pandas":
        if hasattr(labels, "to_timestamp"):
            labels = labels.to_timestamp()
        if getattr(labels, "tz", None) is not None:
            labels = labels.tz_convert(None)
        labels = labels.to_numpy()
    array = np.asarray(labels)
    if array.dtype.kind == "O" and array.size:
        dates = [_as_date(label) for label in array]
        if any(date is None for date in dates):
            return None
        array = np.array(dates, dtype="datetime64[us]")
    if array.dtype.kind == "M":
        if np.isnat(array).any():
            return None
        return np.asarray((array - np.datetime64(0, "D")) / _DAY, dtype=np.float64), True
    if array.dtype.kind == "m":
        return np.asarray(array / _DAY, dtype=np.float64), False
    if array.dtype.kind in "iuf":
        numbers = array.astype(np.float64)
        return (numbers, False) if np.isfinite(numbers).all() else None
    return None


def numbers_from(times: Any, n: int) -> NDArray[np.float64]:
    """Times of `n` observations as numbers; of dates in days since 1970."""
    labels = labels_from(times, n)
    array = np.asarray(labels)
    if array.dtype.kind in "iuf":
        return np.ascontiguousarray(array, dtype=np.float64)
    found = positions(labels)
    if found is None:
        raise TypeError(f"times must be numbers or dates without gaps, got {_some(labels)}")
    return np.ascontiguousarray(found[0])


def _as_date(label: Any) -> Any:
    """A date of the standard library, in UTC if it has an offset; None for all else."""
    if isinstance(label, datetime.datetime):
        if label.tzinfo is not None:
            label = label.astimezone(datetime.timezone.utc).replace(tzinfo=None)
        return label
    return label if isinstance(label, datetime.date) else None


def elapsed_between(labels: Any) -> tuple[NDArray[np.float64], str]:
    """How long after the one before each observation came, and in which unit; before the
    first no time passes, whatever stands there."""
    found = positions(labels)
    if found is None:
        raise TypeError(
            "times must be numbers or dates without gaps, such as those of "
            f"pandas.to_datetime, got {_some(labels)}"
        )
    at, dates = found
    elapsed = np.diff(at, prepend=at[:1] - 1.0)
    late = np.flatnonzero(~(elapsed > 0))
    if len(late):
        i = int(late[0])
        raise ValueError(f"times must increase, got {labels[i]} after {labels[i - 1]} at index {i}")
    return elapsed, " days" if dates else ""


def _some(labels: Any) -> str:
    return repr(list(labels[:3]))[:-1] + (", ...]" if len(labels) > 3 else "]")
