"""Changepoints in SQL: functions for DuckDB that take lists of numbers.

Needs DuckDB and PyArrow: `pip install 'bocpd-py[duckdb]'`.
"""

from __future__ import annotations

from typing import Any

from bocpd import arrow
from bocpd._compiled import Detector

try:
    import duckdb
    import pyarrow as pa
except ImportError as _error:  # pragma: no cover
    raise ImportError(
        "bocpd.duckdb needs DuckDB: pip install 'bocpd-py[duckdb]'", name=_error.name
    ) from _error

__all__ = ["register_detect", "register_scan"]


def register_detect(
    connection: duckdb.DuckDBPyConnection,
    name: str = "bocpd_detect",
    model: Any = None,
    hazard: Any = None,
    **options: Any,
) -> duckdb.DuckDBPyConnection:
    """Adds a function of SQL that finds the changes of a list of numbers.

    Its argument is `list(y ORDER BY t)`; its value is a struct as `bocpd.arrow.DETECTION`. DuckDB
    calls it with thousands of groups at a time.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Where it is added.
    name : str
        What it is called there.
    model : Model or str, optional
        As `bocpd.detect` takes it.
    hazard : Hazard or float, optional
        How long segments last.
    **options
        What else `bocpd.arrow.detect` takes.

    Returns
    -------
    DuckDBPyConnection
        The connection.

    Raises
    ------
    ValueError
        When the function is called, if a parameter cannot be used.

    Examples
    --------
    >>> import duckdb
    >>> from bocpd.duckdb import register_detect
    >>> connection = register_detect(duckdb.connect(), "poisson_changes", "poisson")
    >>> rows = "(VALUES (1, 3), (2, 1), (3, 2), (4, 4), (5, 12), (6, 9), (7, 14)) AS v(t, y)"
    >>> sql = f"SELECT c.changes[1].index FROM (SELECT poisson_changes(list(y ORDER BY t)) AS c FROM {rows})"
    >>> connection.sql(sql).fetchall()
    [(4,)]
    """

    def run(lists: Any) -> Any:
        return arrow.detect(lists, model, hazard, **options)

    return _register(connection, name, run, arrow.DETECTION)


def register_scan(
    connection: duckdb.DuckDBPyConnection,
    name: str = "bocpd_scan",
    detector: Detector | None = None,
    **options: Any,
) -> duckdb.DuckDBPyConnection:
    """Adds a function of SQL that says what a detector says at every observation of a list.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Where it is added.
    name : str
        What it is called there.
    detector : Detector, optional
        What goes over each list.
    **options
        What else `bocpd.arrow.scan` takes.

    Returns
    -------
    DuckDBPyConnection
        The connection.

    Examples
    --------
    >>> import duckdb
    >>> from bocpd.duckdb import register_scan
    >>> connection = register_scan(duckdb.connect(), detector=bocpd.Detector(bocpd.Gaussian(), 100))
    >>> connection.sql("SELECT bocpd_scan([0.1, -0.2, 9.9]).steps[3].map_run_length").fetchall()
    [(2,)]
    """

    def run(lists: Any) -> Any:
        return arrow.scan(lists, detector, **options)

    return _register(connection, name, run, arrow.SCAN)


def _register(
    connection: duckdb.DuckDBPyConnection, name: str, run: Any, kind: Any
) -> duckdb.DuckDBPyConnection:
    def call(lists: Any) -> Any:
        # DuckDB wants as many rows in one piece.
        found = run(lists)
        return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found

    return connection.create_function(
        name,
        call,
        [duckdb.list_type("DOUBLE")],
        _type(kind),
        type="arrow",
        null_handling="special",
    )


def _type(kind: Any) -> Any:
    """A type of Arrow as one of DuckDB."""
    types = pa.types
    if types.is_struct(kind):
        return duckdb.struct_type({field.name: _type(field.type) for field in kind})
    if types.is_list(kind):
        return duckdb.list_type(_type(kind.value_type))
    names = {pa.int64(): "BIGINT", pa.float64(): "DOUBLE", pa.string(): "VARCHAR"}
    return names[kind]


def __dir__() -> list[str]:
    return __all__
