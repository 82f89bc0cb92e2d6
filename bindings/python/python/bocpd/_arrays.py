"""Numbers in whatever container they come, as float64 arrays; and back.

Only called for what the extension cannot read as it is. No third-party library
is imported here: containers are known by what they can do.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["as_float64", "like"]


def as_float64(xs: Any) -> NDArray[np.float64]:
    """A contiguous float64 array of `xs`, missing values as NaN.

    Numbers and booleans only: text, dates and complex numbers are a TypeError,
    although NumPy would turn some of them into numbers.
    """
    if isinstance(xs, np.ma.MaskedArray):
        return _numbers(np.ma.filled(_real(xs).astype(np.float64), np.nan))
    if hasattr(xs, "to_numpy") and not isinstance(xs, np.ndarray):
        xs = _from_frame(xs)
    elif not hasattr(xs, "__array__") and hasattr(xs, "__iter__") and not hasattr(xs, "__len__"):
        xs = list(xs)
    return _numbers(np.asarray(xs))


def _from_frame(xs: Any) -> Any:
    """A Series, column or frame of pandas, polars or Arrow as an array."""
    kind = type(xs).__module__.partition(".")[0]
    dtype = getattr(xs, "dtype", None)
    if kind == "pandas" and getattr(dtype, "kind", "O") in "biuf":
        # Nullable columns have no NaN of their own for <NA>.
        return xs.to_numpy(dtype=np.float64, na_value=np.nan)
    if kind == "pyarrow" and hasattr(xs, "buffers"):
        return xs.to_numpy(zero_copy_only=False)
    return xs.to_numpy()


def _numbers(xs: NDArray[Any]) -> NDArray[np.float64]:
    return np.require(_real(xs), np.float64, ["C_CONTIGUOUS", "ALIGNED"])


def _real(xs: NDArray[Any]) -> NDArray[Any]:
    if xs.dtype.kind == "O":
        if xs.ndim > 0:
            missing = np.frompyfunc(_is_missing, 1, 1)(xs).astype(bool)
            if missing.any():
                xs = np.where(missing, np.nan, xs)
        for x in xs.flat:
            # NumPy reads text as numbers.
            if isinstance(x, (str, bytes)) or x is None:
                raise TypeError(f"observations must be numbers, got {x!r}")
    elif xs.dtype.kind not in "biuf" and xs.size > 0:
        raise TypeError(f"observations must be numbers, got an array of {xs.dtype}")
    return xs


def _is_missing(x: Any) -> bool:
    """None, and what pandas and NumPy have for a missing value that is no float."""
    return x is None or type(x).__name__ in ("NAType", "NaTType", "MaskedConstant")


def like(values: NDArray[Any], xs: Any, name: str) -> Any:
    """`values`, one for each element of `xs`, in the kind of container that
    `xs` is: a Series of pandas (with its index) or of polars, else the array."""
    kind = type(xs).__module__.partition(".")[0]
    if kind == "pandas" and hasattr(xs, "index"):
        import pandas as pd

        return pd.Series(values, index=xs.index, name=name)
    if kind == "polars" and type(xs).__name__ in ("Series", "DataFrame"):
        import polars as pl

        return pl.Series(name, values)
    return values
