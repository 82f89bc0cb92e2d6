from typing import Any, ClassVar, final

from typing_extensions import Self

from bocpd.readout import Shift

__all__ = ["Alarm", "AlarmPolicy"]

@final
class AlarmPolicy:
    def __new__(
        cls,
        *,
        threshold: float = 0.9,
        window: int | None = None,
        min_segment: int | None = None,
        clear: float | None = None,
        cool_down: int | None = None,
        latched: bool = False,
    ) -> Self: ...
    @staticmethod
    def at(threshold: float) -> AlarmPolicy: ...
    @property
    def threshold(self) -> float: ...
    @property
    def window(self) -> int: ...
    @property
    def min_segment(self) -> int: ...
    @property
    def clear(self) -> float: ...
    @property
    def cool_down(self) -> int: ...
    @property
    def latched(self) -> bool: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    __match_args__: ClassVar[tuple[str, ...]]
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...

@final
class Alarm:
    def __new__(
        cls,
        *,
        began: int,
        noticed_at: int,
        probability: float,
        shift: Shift | None,
    ) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def began(self) -> int: ...
    @property
    def noticed_at(self) -> int: ...
    @property
    def probability(self) -> float: ...
    @property
    def shift(self) -> Shift | None: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...
