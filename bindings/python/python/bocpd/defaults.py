"""What is assumed of a series of which nothing is known."""

from bocpd._compiled import defaults_for, model_for

__all__ = ["defaults_for", "model_for"]

defaults_for.__module__ = __name__
model_for.__module__ = __name__


def __dir__() -> list[str]:
    return __all__
