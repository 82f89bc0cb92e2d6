"""The alarm threshold that keeps a promise."""

from bocpd._compiled import Calibration, calibrate

__all__ = ["Calibration", "calibrate"]

calibrate.__module__ = __name__


def __dir__() -> list[str]:
    return __all__
