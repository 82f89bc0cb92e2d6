"""Many series by key, pushed in any order."""

from bocpd._compiled import Event, Panel, PushError

__all__ = ["Event", "Panel", "PushError"]


def __dir__() -> list[str]:
    return __all__
