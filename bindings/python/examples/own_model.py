"""A model and a hazard of one's own with types checked: `mypy --strict examples`.

Counts of rare events, geometric within a segment, with a beta prior on their
probability; no season is shorter than twelve months.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

import bocpd


class Geometric(bocpd.model.ColumnModel):
    """P(x) = p (1 − p)^x for x = 0, 1, …; p has a beta(a, b) prior."""

    def __init__(self, a: float = 1.0, b: float = 1.0) -> None:
        self.a, self.b = a, b

    def prior(self) -> tuple[float, float]:
        return self.a, self.b

    def check(self, x: float) -> None:
        if x < 0 or x != round(x):
            raise ValueError(f"a count must be a whole number, 0 or more, got {x}")

    def observe(self, stats: NDArray[np.float64], x: Any) -> NDArray[np.float64]:
        a, b = stats
        # B(a + 1, b + x) / B(a, b), factor by factor.
        k = np.arange(x)[:, None]
        ln_predictive: NDArray[np.float64] = (
            np.log(a) - np.log(a + b + x) + (np.log(b + k) - np.log(a + b + k)).sum(axis=0)
        )
        a += 1
        b += x
        return ln_predictive


def seasonal(months: int) -> float:
    return 0.0 if months < 12 else 0.02


def main() -> None:
    rng = np.random.default_rng(3)
    counts = np.concatenate([rng.geometric(0.5, 60), rng.geometric(0.15, 40)]) - 1
    result = bocpd.detect(counts, Geometric(), seasonal)
    print(result.summary())


if __name__ == "__main__":
    main()
