"""How long segments last."""

from __future__ import annotations

__all__ = ["ConstantHazard"]


class ConstantHazard:
    """Segments of `lambda_` observations on average; `H` is 1 / `lambda_`."""

    def __init__(self, lambda_: float) -> None:
        if lambda_ <= 0:
            raise ValueError(f"lambda_ must be positive, got {lambda_}")
        self.lambda_ = float(lambda_)
        self.H = 1.0 / self.lambda_
        if not 0.0 < self.H < 1.0:
            raise ValueError(f"lambda_ must be finite and greater than 1, got {lambda_}")


def __dir__() -> list[str]:
    return __all__
