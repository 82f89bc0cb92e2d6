"""The filter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

import bocpd
from bocpd.fast_bocpd.hazard import ConstantHazard
from bocpd.fast_bocpd.models import (
    BernoulliBeta,
    BinomialBeta,
    GammaGamma,
    GaussianNIG,
    PoissonGamma,
    StudentTNG,
    _Counts,
    _ObservationModel,
    _unmasked,
)

if TYPE_CHECKING or bocpd.is_available():
    from bocpd._compiled import FastBocpd

# The models and the hazard can be imported from here as well.
__all__ = [
    "BOCPD",
    "BernoulliBeta",
    "BinomialBeta",
    "ConstantHazard",
    "GammaGamma",
    "GaussianNIG",
    "PoissonGamma",
    "StudentTNG",
    "is_available",
]

_Floats = NDArray[np.float64]
_Model = GaussianNIG | StudentTNG | PoissonGamma | BernoulliBeta | BinomialBeta | GammaGamma

# One more slot than this has to fit into 32 bits, as there.
_LONGEST = (1 << 31) - 2


def is_available() -> bool:
    """Whether the compiled part of the package can be used."""
    return bocpd.is_available()


class BOCPD:
    """Run-length posterior of a stream, in slots 0..=max_run_length.

    After n observations, slot r < n − 1 holds P(r_t = r); slots n − 1 and n
    together hold the probability that nothing has changed yet. The last slot
    stands for `max_run_length` or longer.
    """

    # None once closed.
    _state: FastBocpd | None

    def __init__(
        self, obs_model: _Model, hazard: ConstantHazard, max_run_length: int = 200
    ) -> None:
        if not is_available():
            raise RuntimeError("bocpd was installed without its compiled part")
        self.obs_model = obs_model
        self.hazard = hazard
        self.max_run_length = int(max_run_length)
        if self.max_run_length <= 0:
            raise ValueError(f"max_run_length must be positive, got {max_run_length}")
        if not isinstance(hazard, ConstantHazard):
            raise ValueError(f"hazard must be a ConstantHazard, not {type(hazard).__name__}")
        if not isinstance(obs_model, _ObservationModel):
            raise ValueError(
                "obs_model must be one of the models of bocpd.fast_bocpd.models, "
                f"not {type(obs_model).__name__}"
            )
        if self.max_run_length > _LONGEST:
            raise RuntimeError(f"max_run_length must be less than 2^31 - 1, got {max_run_length}")
        try:
            model, constant = obs_model._model(), bocpd.Constant(hazard.lambda_)
        except ValueError as error:
            names = {**obs_model._names, "mean_run_length": "lambda_"}
            text = re.sub(r"^\w+", lambda name: names.get(name[0], name[0]), str(error))
            raise RuntimeError(text) from None
        self._state = FastBocpd(model, constant, self.max_run_length)

    def _open(self) -> FastBocpd:
        if self._state is None:
            raise RuntimeError("this BOCPD is closed")
        return self._state

    def update(self, x: float) -> tuple[_Floats, float]:
        """Takes in `x`; the posterior over slots and its first entry."""
        model = self.obs_model
        if isinstance(model, _Counts):
            model.validate_data(x)
        return self._open().update(float(x))

    def _step(self, x: float) -> tuple[float, int]:
        """Takes in `x`; the change probability and the fullest slot."""
        model = self.obs_model
        if isinstance(model, _Counts):
            model.validate_data(x)
        return self._open().step(float(x))

    def batch_update(self, data: ArrayLike) -> _Floats:
        """Takes in many; the change probability at each."""
        model = self.obs_model
        if isinstance(model, _Counts):
            values = model.validate_batch(data)
        else:
            values = np.ascontiguousarray(_unmasked(data), dtype=np.float64)
        state = self._open()
        if values.ndim > 1 and values.shape != (len(values), 1):
            raise ValueError(f"data must be one-dimensional, got shape {values.shape}")
        return state.batch_update(values.ravel())

    def get_posterior(self) -> _Floats:
        """The posterior over slots."""
        return self._open().posterior()

    def get_map_run_length(self) -> int:
        """The fullest slot, the first of equally full ones."""
        return self._open().map()[0]

    def get_map_confidence(self) -> np.float64:
        """The probability in the fullest slot."""
        return np.float64(self._open().map()[1])

    def reset(self) -> None:
        """Forgets everything seen."""
        self._open().reset()

    def close(self) -> None:
        """Gives the memory back; afterwards only `close` can be called."""
        self._state = None

    def __enter__(self) -> BOCPD:
        return self

    def __exit__(self, exc_type: object, exc_val: object, exc_tb: object) -> Literal[False]:
        self.close()
        return False

    def __getstate__(self) -> dict[str, Any]:
        state = self._state
        return {**self.__dict__, "_state": None if state is None else state.to_bytes()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        data = state["_state"]
        self._state = None if data is None else FastBocpd.from_bytes(data)


def __dir__() -> list[str]:
    return __all__
