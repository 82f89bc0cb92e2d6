from typing import Any, ClassVar, final

from numpy.typing import ArrayLike
from typing_extensions import Self

from bocpd._core import Outliers, Pruning
from bocpd._types import AnyHazard, AnyModel
from bocpd.alarm import AlarmPolicy

__all__ = ["Calibration", "calibrate"]

@final
class Calibration:
    def __new__(
        cls,
        *,
        threshold: float,
        quantity: str,
        target: float,
        achieved: float,
        error: float,
        low: float,
        high: float,
        censored: float,
        horizon: int,
        streams: int,
    ) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def threshold(self) -> float: ...
    @property
    def quantity(self) -> str: ...
    @property
    def target(self) -> float: ...
    @property
    def achieved(self) -> float: ...
    @property
    def error(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def censored(self) -> float: ...
    @property
    def horizon(self) -> int: ...
    @property
    def streams(self) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...

def calibrate(
    model: AnyModel,
    hazard: AnyHazard,
    pruning: Pruning | None = None,
    *,
    average_run_length: float | None = None,
    false_alarm: float | None = None,
    horizon: int | None = None,
    alarm: AlarmPolicy | None = None,
    history: ArrayLike | None = None,
    block: int | None = None,
    streams: int | None = None,
    longest: int | None = None,
    seed: int | None = None,
    outliers: Outliers | float | None = None,
    resolution: float = 1.0,
    min_segment: int = 1,
    sensitivity: float = 1.0,
) -> Calibration: ...
