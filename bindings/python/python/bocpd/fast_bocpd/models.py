"""The observation models: their parameters, and what they can observe.

Conditions are written so that NaN passes where Fast-BOCPD lets it pass; `BOCPD`
refuses it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from functools import reduce
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

import bocpd

__all__ = [
    "BernoulliBeta",
    "BinomialBeta",
    "GammaGamma",
    "GaussianNIG",
    "PoissonGamma",
    "StudentTNG",
]

_Floats = NDArray[np.float64]


def _numbers(**parameters: object) -> list[float]:
    """Parameters of the models for counts and scales; types come before values."""
    for name, value in parameters.items():
        if not isinstance(value, (int, float, np.number)):
            raise TypeError(f"{name} must be a number, not {type(value).__name__}")
    numbers = []
    for name, value in parameters.items():
        number = float(value)  # type: ignore[arg-type]
        if not math.isfinite(number):
            raise ValueError(f"{name} must be finite, got {value}")
        if number <= 0:
            raise ValueError(f"{name} must be positive, got {value}")
        numbers.append(number)
    return numbers


def _first(name: str, values: _Floats, wrong: NDArray[np.bool_], must: str) -> None:
    """A ValueError about the first of `values` that is `wrong`."""
    if wrong.any():
        i = int(wrong.argmax())
        raise ValueError(f"{name}[{i}] must {must}, got {values[i]}")


class _ObservationModel:
    """What `BOCPD` asks of a model."""

    # The core's names of the parameters, where they are others than here.
    _names: ClassVar[Mapping[str, str]]

    def _model(self) -> bocpd.model.Model:
        """The model of the core; a ValueError if it refuses the parameters."""
        raise NotImplementedError


# -- real numbers -----------------------------------------------------------------


class _NormalPrior(_ObservationModel):
    _names = {"mean": "mu0", "kappa": "kappa0", "alpha": "alpha0", "beta": "beta0"}

    def __init__(self, mu0: float, kappa0: float, alpha0: float, beta0: float) -> None:
        for name, value in (("kappa0", kappa0), ("alpha0", alpha0), ("beta0", beta0)):
            if value <= 0:
                raise ValueError(f"{name} must be positive, got {value}")
        self.mu0 = float(mu0)
        self.kappa0 = float(kappa0)
        self.alpha0 = float(alpha0)
        self.beta0 = float(beta0)

    def _prior(self) -> dict[str, float]:
        return {name: getattr(self, here) for name, here in self._names.items()}


class GaussianNIG(_NormalPrior):
    """Gaussian observations with a normal-inverse-gamma prior."""

    def _model(self) -> bocpd.model.Model:
        return bocpd.Gaussian(**self._prior())


class StudentTNG(_NormalPrior):
    """Heavy-tailed observations: degrees of freedom `nu`, or one of several."""

    nu: float | None
    nu_grid: _Floats | None
    nu_prior: _Floats | None

    def __init__(
        self,
        mu0: float,
        kappa0: float,
        alpha0: float,
        beta0: float,
        nu: ArrayLike = 3.0,
        nu_prior: ArrayLike | None = None,
    ) -> None:
        super().__init__(mu0, kappa0, alpha0, beta0)
        grid = np.array(nu, dtype=np.float64)
        self.is_grid = grid.ndim > 0
        self.nu = self.nu_grid = self.nu_prior = None
        self.K: int | None = None
        if not self.is_grid:
            self.nu = float(grid)
            if self.nu <= 0:
                raise ValueError(f"nu must be positive, got {self.nu}")
            return
        if grid.size == 0:
            raise ValueError("nu must have at least one value")
        if grid.ndim != 1:
            raise ValueError(f"nu must be a number or one-dimensional, got shape {grid.shape}")
        _first("nu", grid, grid <= 0, "be positive")
        _first("nu", grid, ~np.isfinite(grid), "be finite")
        self.nu_grid = grid
        self.K = grid.size
        self.nu_prior = self._weights(nu_prior, grid.size)

    @staticmethod
    def _weights(nu_prior: ArrayLike | None, k: int) -> _Floats:
        """`nu_prior` with a sum of 1."""
        if nu_prior is None:
            return np.full(k, 1.0 / k)
        weights = np.array(nu_prior, dtype=np.float64)
        if weights.ndim != 1:
            raise ValueError(f"nu_prior must be one-dimensional, got shape {weights.shape}")
        if weights.size != k:
            raise ValueError(f"nu_prior must have as many values as nu, {k}, got {weights.size}")
        _first("nu_prior", weights, weights < 0, "not be negative")
        _first("nu_prior", weights, ~np.isfinite(weights), "be finite")
        total = float(weights.sum())
        if total <= 0:
            raise ValueError("nu_prior must have a value above 0")
        normalised: _Floats = weights / total
        return normalised

    def _model(self) -> bocpd.model.Model:
        if self.nu_grid is None:
            assert self.nu is not None
            return bocpd.model.StudentT(nu=self.nu, **self._prior())
        assert self.nu_prior is not None
        grid, weights = self.nu_grid.tolist(), self.nu_prior.tolist()
        return bocpd.model.StudentTGrid(nu=grid, nu_prior=weights, **self._prior())


# -- counts and scales ------------------------------------------------------------


class _Checked(_ObservationModel):
    """A model that can look at observations itself, and does if `strict`."""

    strict: bool

    def _must(self) -> str:
        """What holds for an observation."""
        raise NotImplementedError

    def _conditions(self, x: Any, to_whole: Callable[[Any], Any]) -> Iterator[Any]:
        """The same as conditions on `x`, a finite number or an array of them."""
        raise NotImplementedError

    def validate_data(self, x: Any) -> None:
        """Raises a ValueError if `x` cannot be observed and `strict` is set."""
        if not self.strict:
            return
        # What is no number at all is a TypeError of isfinite, >= or round.
        finite = math.isfinite(x) if type(x) is float else np.isfinite(x)
        if not (finite and all(self._conditions(x, round))):
            raise ValueError(f"observation must {self._must()}, got {x}")

    def validate_batch(self, data: Any) -> _Floats:
        """`data` as a float64 array; ValueError as for `validate_data`."""
        numbers = np.asarray(_unmasked(data))
        # Before the conversion, which would make numbers of text and of None.
        finite = np.isfinite(numbers) if self.strict else None
        values = np.ascontiguousarray(numbers, dtype=np.float64)
        if finite is not None:
            with np.errstate(invalid="ignore"):
                fits = reduce(np.logical_and, self._conditions(values, np.round), finite)
            if not fits.all():
                i = int(fits.argmin())
                raise ValueError(
                    f"at index {i}: observation must {self._must()}, got {values.flat[i]}"
                )
        return values


def _unmasked(data: Any) -> Any:
    """`data`; if parts of it are masked, an array with NaN in their place."""
    if isinstance(data, np.ma.MaskedArray) and np.ma.is_masked(data):
        return np.ma.filled(data.astype(np.float64), np.nan)
    return data


class _Counts(_Checked):
    """A model that `BOCPD` asks about observations before the filter sees them."""


class PoissonGamma(_Counts):
    """Counts with a gamma prior on their rate."""

    _names = {"shape": "alpha0", "rate": "beta0"}

    def __init__(self, alpha0: float, beta0: float, *, strict: bool = True) -> None:
        self.alpha0, self.beta0 = _numbers(alpha0=alpha0, beta0=beta0)
        self.strict = bool(strict)

    def _must(self) -> str:
        return "be a whole number, 0 or more"

    def _conditions(self, x: Any, to_whole: Callable[[Any], Any]) -> Iterator[Any]:
        yield x >= 0
        yield abs(x - to_whole(x)) <= 1e-9

    def _model(self) -> bocpd.model.Model:
        return bocpd.model.Poisson(shape=self.alpha0, rate=self.beta0)


class BernoulliBeta(_Counts):
    """Zeros and ones with a beta prior on the probability of a one."""

    _names = {"a": "alpha0", "b": "beta0"}

    def __init__(self, alpha0: float, beta0: float, *, strict: bool = True) -> None:
        self.alpha0, self.beta0 = _numbers(alpha0=alpha0, beta0=beta0)
        self.strict = bool(strict)

    def _must(self) -> str:
        return "be 0 or 1"

    def _conditions(self, x: Any, to_whole: Callable[[Any], Any]) -> Iterator[Any]:
        nearest = to_whole(x)
        yield abs(x - nearest) <= 1e-9
        yield (nearest == 0) | (nearest == 1)

    def _model(self) -> bocpd.model.Model:
        return bocpd.model.Bernoulli(a=self.alpha0, b=self.beta0)


class BinomialBeta(_Counts):
    """Successes out of `n_trials` with a beta prior on their probability."""

    _names = {"a": "alpha0", "b": "beta0", "trials": "n_trials"}

    def __init__(
        self, alpha0: float, beta0: float, n_trials: int, *, strict: bool = True
    ) -> None:
        if not isinstance(n_trials, (int, np.integer)):
            raise TypeError(f"n_trials must be an integer, not {type(n_trials).__name__}")
        self.alpha0, self.beta0 = _numbers(alpha0=alpha0, beta0=beta0)
        self.n_trials = int(n_trials)
        if self.n_trials < 1:
            raise ValueError(f"n_trials must be 1 or more, got {n_trials}")
        self.strict = bool(strict)

    def _must(self) -> str:
        return f"be a whole number from 0 to {self.n_trials}"

    def _conditions(self, x: Any, to_whole: Callable[[Any], Any]) -> Iterator[Any]:
        yield x >= 0
        nearest = to_whole(x)
        yield abs(x - nearest) <= 1e-9
        yield nearest <= self.n_trials

    def validate_data(self, k: Any) -> None:
        """Raises a ValueError if `k` cannot be observed and `strict` is set."""
        super().validate_data(k)

    def _model(self) -> bocpd.model.Model:
        if self.n_trials >= 1 << 31:
            raise ValueError(f"n_trials must be less than 2^31, got {self.n_trials}")
        return bocpd.model.Binomial(a=self.alpha0, b=self.beta0, trials=self.n_trials)


class GammaGamma(_Checked):
    """Positive observations of known shape with a gamma prior on their rate."""

    _names = {"shape": "alpha0", "rate": "beta0", "known_shape": "shape"}

    def __init__(
        self, alpha0: float, beta0: float, shape: float = 1.0, *, strict: bool = True
    ) -> None:
        self.alpha0, self.beta0, self.shape = _numbers(alpha0=alpha0, beta0=beta0, shape=shape)
        self.strict = bool(strict)
        if self.strict and self.shape < 1.0:
            raise ValueError(f"shape must be 1 or more unless strict=False, got {shape}")

    def _must(self) -> str:
        return "be finite and not negative"

    def _conditions(self, x: Any, to_whole: Callable[[Any], Any]) -> Iterator[Any]:
        yield x >= 0

    def _model(self) -> bocpd.model.Model:
        # That library takes a shape this near to 1 for the exponential, which
        # alone allows x = 0.
        shape = 1.0 if abs(self.shape - 1.0) <= 1e-12 else self.shape
        return bocpd.model.Gamma(shape=self.alpha0, rate=self.beta0, known_shape=shape)


def __dir__() -> list[str]:
    return __all__
