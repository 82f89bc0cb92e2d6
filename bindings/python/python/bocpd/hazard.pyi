from collections.abc import Sequence
from typing import Any, ClassVar, final

import numpy as np
from numpy.typing import NDArray
from typing_extensions import Self, disjoint_base

__all__ = [
    "Hazard",
    # generated: names of hazards (cargo run -p bocpd-generate)
    "Constant",
    "ConstantGrid",
    "LogLogistic",
    "NegativeBinomial",
    "Rate",
    "Table",
    "Weibull",
    # end of generated: names of hazards
]

@disjoint_base
class Hazard:
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...

# generated: hazards (cargo run -p bocpd-generate)
@final
class Constant(Hazard):
    def __new__(cls, mean_run_length: float) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def mean_run_length(self) -> float: ...

@final
class Rate(Hazard):
    def __new__(cls, per_unit_time: float) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def per_unit_time(self) -> float: ...

@final
class Weibull(Hazard):
    def __new__(cls, shape: float, scale: float) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def shape(self) -> float: ...
    @property
    def scale(self) -> float: ...

@final
class LogLogistic(Hazard):
    def __new__(cls, shape: float, scale: float) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def shape(self) -> float: ...
    @property
    def scale(self) -> float: ...

@final
class NegativeBinomial(Hazard):
    def __new__(cls, k: int, p: float) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def k(self) -> int: ...
    @property
    def p(self) -> float: ...

@final
class Table(Hazard):
    def __new__(cls, hazards: Sequence[float] | NDArray[np.float64]) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def hazards(self) -> list[float]: ...

@final
class ConstantGrid(Hazard):
    def __new__(cls, mean_run_lengths: Sequence[float] | NDArray[np.float64]) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def mean_run_lengths(self) -> list[float]: ...

# end of generated: hazards
