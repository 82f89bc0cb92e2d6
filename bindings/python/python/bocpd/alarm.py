"""When a change is worth an alarm."""

from bocpd._compiled import Alarm, AlarmPolicy

__all__ = ["Alarm", "AlarmPolicy"]


def __dir__() -> list[str]:
    return __all__
