"""What a detector says of a series: its changes, its segments, what is known of each."""

from bocpd._compiled import (
    Change,
    Estimate,
    Jump,
    Location,
    ParameterChange,
    PartOfChange,
    Remark,
    Segment,
    Segmentation,
    Segmentations,
    Shift,
    Steps,
)
from bocpd._result import Result

__all__ = [
    "Change",
    "Estimate",
    "Jump",
    "Location",
    "ParameterChange",
    "PartOfChange",
    "Remark",
    "Result",
    "Segment",
    "Segmentation",
    "Segmentations",
    "Shift",
    "Steps",
]

Result.__module__ = __name__


def __dir__() -> list[str]:
    return __all__
