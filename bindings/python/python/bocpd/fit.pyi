from collections.abc import Sequence
from typing import Any, ClassVar, Literal, final

from numpy.typing import ArrayLike
from typing_extensions import Self

from bocpd._core import Outliers, Pruning
from bocpd.defaults import _Kind
from bocpd.hazard import Hazard
from bocpd.model import Model

__all__ = ["Fit", "Fitted", "fit"]

@final
class Fitted:
    def __new__(
        cls,
        *,
        part: str,
        name: str,
        before: float,
        value: float,
        error: float | None,
        outcome: str,
    ) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def part(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def before(self) -> float: ...
    @property
    def value(self) -> float: ...
    @property
    def error(self) -> float | None: ...
    @property
    def outcome(self) -> str: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...

@final
class Fit:
    def __new__(
        cls,
        *,
        config: str,
        ln_evidence_before: float,
        ln_evidence: float,
        converged: bool,
        evaluations: int,
        series: int,
        observations: int,
        parameters: Sequence[Fitted],
    ) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def config(self) -> str: ...
    @property
    def ln_evidence_before(self) -> float: ...
    @property
    def ln_evidence(self) -> float: ...
    @property
    def converged(self) -> bool: ...
    @property
    def evaluations(self) -> int: ...
    @property
    def series(self) -> int: ...
    @property
    def observations(self) -> int: ...
    @property
    def parameters(self) -> list[Fitted]: ...
    @property
    def model(self) -> Model: ...
    @property
    def hazard(self) -> Hazard: ...
    @property
    def outliers(self) -> Outliers | None: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...

def fit(
    series: ArrayLike | Sequence[ArrayLike],
    model: Model | _Kind | None = None,
    hazard: Hazard | None = None,
    pruning: Pruning | None = None,
    *,
    missing: Literal["error", "skip"] = "error",
    outliers: Outliers | float | Literal[False] | None = None,
    fixed: Sequence[str] = (),
    free: Sequence[str] = (),
    evaluations: int | None = None,
    features: ArrayLike | Sequence[ArrayLike] | None = None,
) -> Fit: ...
