"""The interface of Fast-BOCPD 1.0 over the filter of this package.

Replace `from fast_bocpd import ...` by `from bocpd.fast_bocpd import ...`.
Names, signatures, return shapes, messages and the detector's rule are those of
that library, and so are the numbers while no more than `max_run_length`
observations were taken in. Where the two differ on purpose is listed in the
documentation ("Coming from Fast-BOCPD").

In new code prefer `bocpd.Detector`, whose readouts mean what they say.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

import bocpd
from bocpd._arrays import as_float64

__all__ = [
    "BOCPD",
    "BernoulliBeta",
    "BinomialBeta",
    "Changepoint",
    "ConstantHazard",
    "GammaGamma",
    "GaussianNIG",
    "OnlineChangeDetector",
    "PoissonGamma",
    "StudentTNG",
    "is_available",
]

_Floats = NDArray[np.float64]


def is_available() -> bool:
    """Whether the compiled part of the package can be used."""
    return bocpd.is_available()


# -- models ---------------------------------------------------------------------


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise ValueError(message)


def _numeric(name: str, value: object) -> float:
    """A parameter of the models for counts and scales."""
    if not isinstance(value, (int, float, np.number)):
        raise TypeError(f"{name} must be numeric, got {type(value)}")
    number = float(value)
    _require(math.isfinite(number), f"{name} must be finite")
    _require(number > 0, f"{name} must be > 0")
    return number


class _NormalPrior:
    def __init__(self, mu0: float, kappa0: float, alpha0: float, beta0: float) -> None:
        _require(kappa0 > 0, "kappa0 must be > 0")
        _require(alpha0 > 0, "alpha0 must be > 0")
        _require(beta0 > 0, "beta0 must be > 0")
        self.mu0 = float(mu0)
        self.kappa0 = float(kappa0)
        self.alpha0 = float(alpha0)
        self.beta0 = float(beta0)

    def _prior(self) -> dict[str, float]:
        return {
            "mean": self.mu0,
            "kappa": self.kappa0,
            "alpha": self.alpha0,
            "beta": self.beta0,
        }


class GaussianNIG(_NormalPrior):
    """Gaussian observations with a normal-inverse-gamma prior."""

    def _model(self) -> bocpd.Model:
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
            _require(self.nu > 0, "nu (degrees of freedom) must be > 0")
            return
        _require(grid.size > 0, "nu_grid cannot be empty")
        _require(grid.ndim == 1, f"nu must be a number or 1-D array-like, got shape {grid.shape}")
        _require(not np.any(grid <= 0), "All nu values must be > 0")
        _require(bool(np.all(np.isfinite(grid))), "All nu values must be finite")
        self.nu_grid = grid
        self.K = grid.size
        self.nu_prior = self._weights(nu_prior, grid.size)

    @staticmethod
    def _weights(nu_prior: ArrayLike | None, k: int) -> _Floats:
        if nu_prior is None:
            return np.full(k, 1.0 / k)
        weights = np.array(nu_prior, dtype=np.float64)
        _require(weights.ndim == 1, "nu_prior must be 1-D array-like")
        _require(
            weights.size == k,
            f"nu_prior length ({weights.size}) must match nu_grid length ({k})",
        )
        _require(not np.any(weights < 0), "All nu_prior values must be >= 0")
        _require(bool(np.all(np.isfinite(weights))), "All nu_prior values must be finite")
        total = float(weights.sum())
        _require(total > 0, "nu_prior must have at least one positive value")
        normalised: _Floats = weights / total
        return normalised

    def _model(self) -> bocpd.Model:
        if self.nu_grid is None:
            assert self.nu is not None
            return bocpd.StudentT(nu=self.nu, **self._prior())
        assert self.nu_prior is not None
        grid, weights = self.nu_grid.tolist(), self.nu_prior.tolist()
        return bocpd.StudentTGrid(nu=grid, nu_prior=weights, **self._prior())


class _Checked:
    """A model that looks at its observations before the filter does."""

    strict: bool

    def _complaint(self, x: Any, plural: bool) -> str | None:
        """What is wrong with a finite `x`: a number, or an array of them."""
        raise NotImplementedError

    def validate_data(self, x: Any) -> None:
        """Raises a ValueError if `x` cannot be observed and `strict` is set."""
        if not self.strict:
            return
        if not math.isfinite(x):
            raise ValueError(f"Observation must be finite, got {x}")
        complaint = self._complaint(x, plural=False)
        if complaint is not None:
            raise ValueError(f"{complaint}, got {x}")

    def validate_batch(self, data: Any) -> _Floats:
        """`data` as a float64 array; ValueError as for `validate_data`."""
        values = np.atleast_1d(as_float64(data))
        if self.strict and values.size:
            _require(bool(np.all(np.isfinite(values))), "All observations must be finite")
            complaint = self._complaint(values, plural=True)
            if complaint is not None:
                raise ValueError(complaint)
        return values


def _any(condition: Any) -> bool:
    return bool(np.any(condition))


def _fractional(x: Any) -> bool:
    return _any(np.abs(x - np.round(x)) > 1e-9)


class PoissonGamma(_Checked):
    """Counts with a gamma prior on their rate."""

    def __init__(self, alpha0: float, beta0: float, *, strict: bool = True) -> None:
        self.alpha0 = _numeric("alpha0", alpha0)
        self.beta0 = _numeric("beta0", beta0)
        self.strict = bool(strict)

    def _complaint(self, x: Any, plural: bool) -> str | None:
        if _any(x < 0):
            return "Poisson counts must be >= 0"
        return "Poisson counts must be integers" if _fractional(x) else None

    def _model(self) -> bocpd.Model:
        return bocpd.Poisson(shape=self.alpha0, rate=self.beta0)


class BernoulliBeta(_Checked):
    """Zeros and ones with a beta prior on the probability of a one."""

    def __init__(self, alpha0: float, beta0: float, *, strict: bool = True) -> None:
        self.alpha0 = _numeric("alpha0", alpha0)
        self.beta0 = _numeric("beta0", beta0)
        self.strict = bool(strict)

    def _complaint(self, x: Any, plural: bool) -> str | None:
        if _fractional(x):
            return "Bernoulli data must be binary (0 or 1)"
        nearest = np.round(x)
        if _any((nearest != 0) & (nearest != 1)):
            return "Bernoulli data must be 0 or 1"
        return None

    def _model(self) -> bocpd.Model:
        return bocpd.Bernoulli(a=self.alpha0, b=self.beta0)


class BinomialBeta(_Checked):
    """Successes out of `n_trials` with a beta prior on their probability."""

    def __init__(
        self, alpha0: float, beta0: float, n_trials: int, *, strict: bool = True
    ) -> None:
        if not isinstance(n_trials, (int, np.integer)):
            raise TypeError(f"n_trials must be integer, got {type(n_trials)}")
        self.alpha0 = _numeric("alpha0", alpha0)
        self.beta0 = _numeric("beta0", beta0)
        self.n_trials = int(n_trials)
        _require(self.n_trials >= 1, "n_trials must be >= 1")
        self.strict = bool(strict)

    def _complaint(self, x: Any, plural: bool) -> str | None:
        if _any(x < 0):
            return "Binomial counts must be >= 0"
        if _fractional(x):
            return "Binomial counts must be integers"
        if _any(np.round(x) > self.n_trials):
            noun = "counts" if plural else "count"
            return f"Binomial {noun} must be <= n_trials ({self.n_trials})"
        return None

    def _model(self) -> bocpd.Model:
        return bocpd.Binomial(a=self.alpha0, b=self.beta0, trials=self.n_trials)


class GammaGamma(_Checked):
    """Positive observations of known shape with a gamma prior on their rate."""

    def __init__(
        self, alpha0: float, beta0: float, shape: float = 1.0, *, strict: bool = True
    ) -> None:
        self.alpha0 = _numeric("alpha0", alpha0)
        self.beta0 = _numeric("beta0", beta0)
        self.shape = _numeric("shape", shape)
        self.strict = bool(strict)
        _require(
            not self.strict or self.shape >= 1.0,
            "shape must be >= 1.0 in strict mode; smaller shapes need strict=False",
        )

    def _complaint(self, x: Any, plural: bool) -> str | None:
        return "Gamma data must be non-negative" if _any(x < 0) else None

    def _model(self) -> bocpd.Model:
        # That library takes a shape this near to 1 for the exponential, which
        # alone allows x = 0.
        shape = 1.0 if abs(self.shape - 1.0) <= 1e-12 else self.shape
        return bocpd.Gamma(shape=self.alpha0, rate=self.beta0, known_shape=shape)


class ConstantHazard:
    """Segments of `lambda_` observations on average."""

    def __init__(self, lambda_: float) -> None:
        _require(lambda_ > 0, "lambda_ must be > 0")
        self.lambda_ = float(lambda_)
        self.H = 1.0 / self.lambda_
        _require(0.0 < self.H < 1.0, "Hazard H = 1/lambda_ must be in (0, 1)")


_Model = GaussianNIG | StudentTNG | PoissonGamma | BernoulliBeta | BinomialBeta | GammaGamma


# -- the filter -----------------------------------------------------------------


class BOCPD:
    """Run-length posterior of a stream, in slots 0..=max_run_length.

    After n observations, slot r < n − 1 holds P(r_t = r); slots n − 1 and n
    together hold the probability that nothing has changed yet. The last slot
    stands for `max_run_length` or longer.
    """

    def __init__(
        self, obs_model: _Model, hazard: ConstantHazard, max_run_length: int = 200
    ) -> None:
        if not is_available():
            raise RuntimeError("bocpd was installed without its compiled part")
        self.obs_model = obs_model
        self.hazard = hazard
        self.max_run_length = int(max_run_length)
        _require(self.max_run_length > 0, "max_run_length must be > 0")
        _require(self.max_run_length < 1 << 31, "max_run_length must be < 2**31")
        if not isinstance(hazard, ConstantHazard):
            raise ValueError(f"Unsupported hazard function: {type(hazard)}")
        if not isinstance(obs_model, _Model):
            raise ValueError(f"Unsupported observation model: {type(obs_model)}")
        self._engine: _Engine | None = _Engine(
            obs_model._model(), bocpd.Constant(hazard.lambda_), self.max_run_length
        )
        self._look_at()

    def _look_at(self) -> None:
        model = self.obs_model
        self._check: Callable[[Any], None] | None = (
            model.validate_data if isinstance(model, _Checked) else None
        )

    def _require_engine(self) -> _Engine:
        if self._engine is None:
            raise RuntimeError("BOCPD state is not initialized or has been closed")
        return self._engine

    def update(self, x: float) -> tuple[_Floats, float]:
        """Takes in `x`; the posterior over slots and its first entry."""
        if self._check is not None:
            self._check(x)
        return self._require_engine().update(float(x))

    def _step(self, x: float) -> tuple[float, int, float]:
        """Takes in `x`; change probability, fullest slot, its probability."""
        if self._check is not None:
            self._check(x)
        return self._require_engine().step(float(x))

    def batch_update(self, data: ArrayLike) -> _Floats:
        """Takes in many; the change probability at each."""
        model = self.obs_model
        if isinstance(model, _Checked):
            values = model.validate_batch(data)
        elif type(data) is np.ndarray and data.ndim > 0:
            values = data
        else:
            values = np.atleast_1d(as_float64(data))
        return self._require_engine().batch_update(values)

    def get_posterior(self) -> _Floats:
        """The posterior over slots."""
        return self._require_engine().posterior()

    def get_map_run_length(self) -> int:
        """The fullest slot, the first of equally full ones."""
        return self._require_engine().map()[0]

    def get_map_confidence(self) -> float:
        """The probability in the fullest slot."""
        return self._require_engine().map()[1]

    def reset(self) -> None:
        """Forgets everything seen."""
        self._require_engine().reset()

    def close(self) -> None:
        """Gives the memory back; afterwards only `close` can be called."""
        self._engine = None

    def __enter__(self) -> BOCPD:
        return self

    def __exit__(self, *exception: object) -> Literal[False]:
        self.close()
        return False

    def __getstate__(self) -> dict[str, Any]:
        engine = self._engine
        state = {k: v for k, v in self.__dict__.items() if k not in ("_engine", "_check")}
        return {**state, "_bytes": None if engine is None else engine.to_bytes()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        data = state.pop("_bytes")
        self.__dict__.update(state)
        self._engine = None if data is None else _Engine.from_bytes(data)
        self._look_at()


if is_available():
    from bocpd._core import FastBocpd as _Engine


# -- the detector ---------------------------------------------------------------


@dataclass
class Changepoint:
    """A change that `OnlineChangeDetector` has reported."""

    index: int
    prev_run_length: int = 0
    cp_prob: float = 0.0
    map_run_length: int = 0
    map_confidence: float = 0.0
    observation: float = 0.0
    metadata: Any = None

    @property
    def confidence(self) -> float:
        """The same as `cp_prob`."""
        return self.cp_prob

    def __str__(self) -> str:
        label = f" ({self.metadata})" if self.metadata else ""
        return (
            f"Changepoint at t={self.index}{label}: "
            f"previous segment lasted {self.prev_run_length} steps "
            f"(P(CP)={self.cp_prob:.1%}, MAP r={self.map_run_length})"
        )


class _Filter(Protocol):
    def update(self, x: float) -> tuple[Any, float]: ...
    def get_map_run_length(self) -> int: ...
    def get_map_confidence(self) -> float: ...
    def reset(self) -> None: ...


class OnlineChangeDetector:
    """Reports changes: where the change probability rises above `min_cp_prob`,
    or the most probable run length falls from `drop_prev_min` or more to
    `reset_r` or less. A rise within `cooldown` of the last report is ignored."""

    def __init__(
        self,
        bocpd: _Filter,
        min_cp_prob: float | None = None,
        reset_r: int = 2,
        drop_prev_min: int | None = None,
        cooldown: int | None = None,
        bayes_factor: float = 5.0,
    ) -> None:
        _require(
            math.isfinite(bayes_factor) and bayes_factor > 0.0,
            f"bayes_factor must be finite and > 0, got {bayes_factor}",
        )
        self.bocpd = bocpd
        self.bayes_factor = bayes_factor
        threshold, drop, pause = 0.1, 10, 5
        lambda_ = getattr(getattr(bocpd, "hazard", None), "lambda_", None)
        if lambda_ is not None and None in (min_cp_prob, drop_prev_min, cooldown):
            threshold, drop, pause = self._defaults(lambda_, bayes_factor)
        self.min_cp_prob = threshold if min_cp_prob is None else min_cp_prob
        self.reset_r = reset_r
        self.drop_prev_min = drop if drop_prev_min is None else drop_prev_min
        self.cooldown = pause if cooldown is None else cooldown
        _require(
            0.0 < self.min_cp_prob < 1.0,
            f"min_cp_prob must be in (0, 1), got {self.min_cp_prob}",
        )
        for name in ("cooldown", "reset_r", "drop_prev_min"):
            value = getattr(self, name)
            _require(value >= 0, f"{name} must be >= 0, got {value}")
        self._one_call = bocpd._step if type(bocpd) is BOCPD else None
        self._forget()

    @staticmethod
    def _defaults(lambda_: Any, bayes_factor: float) -> tuple[float, int, int]:
        """Threshold, drop and cooldown for segments of `lambda_` on average."""
        try:
            mean = float(lambda_)
        except (TypeError, ValueError):
            raise ValueError(
                f"hazard.lambda_ must be a positive number, got {lambda_!r}"
            ) from None
        _require(
            math.isfinite(mean) and mean > 0.0,
            f"hazard.lambda_ must be finite and > 0, got {mean}",
        )
        hazard = 1.0 / mean
        odds = bayes_factor * hazard
        return (
            odds / ((1.0 - hazard) + odds),
            max(10, round(0.25 * mean)),
            max(3, round(0.1 * mean)),
        )

    def _forget(self) -> None:
        self._t = 0
        self._previous_map: int | None = None
        self._previous_cp = 0.0
        self._last = -self.cooldown
        self._latched = False
        self._changepoints: list[Changepoint] = []
        self._map_history: list[int] = []

    def update(self, x: float, metadata: Any = None) -> Changepoint | None:
        """Takes in `x`; the change that it shows, if any."""
        if self._one_call is not None:
            cp_prob, map_run, confidence = self._one_call(x)
        else:
            _, cp_prob = self.bocpd.update(x)
            map_run = self.bocpd.get_map_run_length()
            confidence = self.bocpd.get_map_confidence()

        t, previous = self._t, self._previous_map
        free = t - self._last >= self.cooldown
        rise = free and cp_prob >= self.min_cp_prob > self._previous_cp
        fall = (
            map_run <= self.reset_r and previous is not None and previous >= self.drop_prev_min
        )
        # A fall within the cooldown is remembered, and counts at its end if the
        # run length is still short.
        if fall and not free:
            self._latched = True
        if free and self._latched:
            fall = fall or map_run <= self.reset_r
            self._latched = False

        change = None
        if rise or fall:
            change = Changepoint(t, previous or 0, cp_prob, map_run, confidence, x, metadata)
            self._changepoints.append(change)
            self._last = t
            self._latched = False
        self._map_history.append(map_run)
        self._previous_map = map_run
        self._previous_cp = cp_prob
        self._t = t + 1
        return change

    def get_current_run_length(self) -> int:
        """Observations since the last report, itself included; 0 without any."""
        return self._t - self._last if self._changepoints else 0

    def get_current_map_run_length(self) -> int:
        """The fullest slot; 0 before any observation."""
        return self._previous_map or 0

    def get_changepoints(self) -> list[Changepoint]:
        """All reports so far."""
        return self._changepoints.copy()

    def get_map_history(self) -> list[int]:
        """The fullest slot after each observation."""
        return self._map_history.copy()

    def get_segments(self) -> list[tuple[int, int]]:
        """The stretches between reports, as (start, end) with end exclusive."""
        bounds = [0, *(change.index for change in self._changepoints)]
        segments = list(zip(bounds, bounds[1:], strict=False))
        if bounds[-1] < self._t or not self._changepoints:
            segments.append((bounds[-1], self._t))
        return segments

    def reset(self) -> None:
        """Forgets everything seen."""
        self.bocpd.reset()
        self._forget()

    def __getstate__(self) -> dict[str, Any]:
        return {k: v for k, v in self.__dict__.items() if k != "_one_call"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._one_call = self.bocpd._step if type(self.bocpd) is BOCPD else None

    def __repr__(self) -> str:
        return (
            f"OnlineChangeDetector(min_cp_prob={self.min_cp_prob:.4f}, "
            f"reset_r={self.reset_r}, drop_prev_min={self.drop_prev_min}, "
            f"cooldown={self.cooldown}, bayes_factor={self.bayes_factor})"
        )
