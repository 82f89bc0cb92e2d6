"""The compiled part, `bocpd._core`; where there is none, an error that says what to do.

All other modules import it from here.
"""

try:
    from bocpd._core import *
    from bocpd._core import __all__ as __all__
except ImportError as _error:
    # Something else is missing, which the compiled part needs.
    if _error.name not in ("bocpd._core", None):
        raise
    raise ImportError(
        "bocpd was installed without its compiled part (bocpd._core) for this "
        "Python; install a wheel with `pip install --force-reinstall bocpd-py`, "
        "or build one with `pip install ./bindings/python` (needs Rust)",
        name="bocpd._core",
    ) from _error
