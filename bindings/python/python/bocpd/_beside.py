"""What comes along with each observation of a series."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bocpd._arrays import as_float64


def beside_each(
    n: int, features: ArrayLike | None, **numbers: ArrayLike | None
) -> tuple[str | None, NDArray[np.float64] | None]:
    """What it is where it is one number, and a row or a number for each of n observations."""
    given = {name: each for name, each in numbers.items() if each is not None}
    if features is not None:
        given["features"] = features
    if len(given) > 1:
        raise ValueError(f"{' and '.join(given)} cannot both be given")
    if not given:
        return None, None
    ((name, each),) = given.items()
    rows = as_float64(each)
    if name == "features":
        return None, rows
    if rows.shape != (n,):
        raise ValueError(
            f"{name} must have one for each of the {n} observations, got shape {rows.shape}"
        )
    return name, rows
