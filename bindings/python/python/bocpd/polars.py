"""Changepoints in the expressions of polars: `pl.col("y").bocpd.detect()`.

Importing this module adds the namespace `bocpd` to expressions and Series. Needs polars and
PyArrow: `pip install 'bocpd-py[polars]'`.
"""

from __future__ import annotations

from typing import Any

from bocpd import arrow
from bocpd._compiled import Detector

try:
    import polars as pl
    import pyarrow as pa
except ImportError as _error:  # pragma: no cover
    raise ImportError(
        "bocpd.polars needs polars: pip install 'bocpd-py[polars]'", name=_error.name
    ) from _error

__all__ = ["Expr", "Series", "detect_groups"]


def _series(name: str, found: Any) -> pl.Series:
    return pl.Series(name, pl.from_arrow(found))


_DETECTION = _series("", pa.array([], arrow.DETECTION)).dtype
_SCAN = _series("", pa.array([], arrow.SCAN)).dtype


def _of_series(series: pl.Series, run: Any) -> pl.Series:
    """`run` on a column of lists; of a column of numbers, which is one series, on that alone."""
    lists = series if isinstance(series.dtype, (pl.List, pl.Array)) else series.implode()
    return _series(series.name, run(lists))


@pl.api.register_series_namespace("bocpd")
class Series:
    """The namespace `bocpd` of a Series: lists of numbers, each a series, or numbers, which are one.

    Parameters
    ----------
    series : polars.Series
        What polars gives.

    Examples
    --------
    >>> import polars as pl
    >>> import bocpd.polars
    >>> found = pl.Series([0.1, -0.2, 0.3, 0.0, 9.9, 10.2, 10.1]).bocpd.detect()
    >>> found[0]["changes"][0]["index"]
    4
    """

    def __init__(self, series: pl.Series) -> None:
        self._series = series

    def detect(self, model: Any = None, hazard: Any = None, **options: Any) -> pl.Series:
        """The changes of each series.

        Parameters
        ----------
        model : Model or str, optional
            As `bocpd.detect` takes it.
        hazard : Hazard or float, optional
            How long segments last.
        **options
            What else `bocpd.arrow.detect` takes.

        Returns
        -------
        polars.Series
            A struct for each series, `bocpd.arrow.DETECTION`.

        Examples
        --------
        >>> import polars as pl
        >>> import bocpd.polars
        >>> series = pl.Series([[3, 1, 2, 4, 12, 9, 14], [2, 4, 3]])
        >>> series.bocpd.detect("poisson").struct.field("changes").list.len().to_list()
        [1, 0]
        """
        return _of_series(self._series, lambda lists: arrow.detect(lists, model, hazard, **options))

    def scan(self, detector: Detector | None = None, **options: Any) -> pl.Series:
        """What a detector says at every observation of each series.

        Parameters
        ----------
        detector : Detector, optional
            What goes over each series.
        **options
            What else `bocpd.arrow.scan` takes.

        Returns
        -------
        polars.Series
            A struct for each series, `bocpd.arrow.SCAN`.

        Examples
        --------
        >>> import polars as pl
        >>> import bocpd.polars
        >>> found = pl.Series([[0.1, -0.2, 9.9]]).bocpd.scan(bocpd.Detector(bocpd.Gaussian(), 100))
        >>> [step["map_run_length"] for step in found[0]["steps"]]
        [0, 1, 2]
        """
        return _of_series(self._series, lambda lists: arrow.scan(lists, detector, **options))


@pl.api.register_expr_namespace("bocpd")
class Expr:
    """The namespace `bocpd` of an expression.

    On a column of lists each row is a series, and rows are taken in any portions, so that it works
    in lazy and streaming queries alike. Other columns are collected first, by
    `group_by(key).agg(pl.col(value))`: in an aggregation itself polars would call Python once for
    each group.

    Parameters
    ----------
    expr : polars.Expr
        What polars gives.

    Examples
    --------
    >>> import polars as pl
    >>> import bocpd.polars
    >>> frame = pl.DataFrame({"host": ["a"] * 7, "y": [0.1, -0.2, 0.3, 0.0, 9.9, 10.2, 10.1]})
    >>> series = frame.lazy().group_by("host").agg("y")
    >>> found = series.select("host", pl.col("y").bocpd.detect().struct.field("changes").list.len())
    >>> found.collect().rows()
    [('a', 1)]
    """

    def __init__(self, expr: pl.Expr) -> None:
        self._expr = expr

    def detect(self, model: Any = None, hazard: Any = None, **options: Any) -> pl.Expr:
        """The changes of each series.

        Parameters
        ----------
        model : Model or str, optional
            As `bocpd.detect` takes it.
        hazard : Hazard or float, optional
            How long segments last.
        **options
            What else `bocpd.arrow.detect` takes.

        Returns
        -------
        polars.Expr
            A struct for each series, `bocpd.arrow.DETECTION`.

        Examples
        --------
        >>> import polars as pl
        >>> import bocpd.polars
        >>> frame = pl.DataFrame({"y": [[3, 1, 2, 4, 12, 9, 14], [2, 4, 3]]})
        >>> found = frame.select(pl.col("y").bocpd.detect("poisson", hazard=100))
        >>> found["y"].struct.field("changes").list.len().to_list()
        [1, 0]
        """

        def run(lists: pl.Series) -> pl.Series:
            return _series(lists.name, arrow.detect(_lists(lists), model, hazard, **options))

        return self._expr.map_batches(run, return_dtype=_DETECTION, is_elementwise=True)

    def scan(self, detector: Detector | None = None, **options: Any) -> pl.Expr:
        """What a detector says at every observation of each series.

        Parameters
        ----------
        detector : Detector, optional
            What goes over each series.
        **options
            What else `bocpd.arrow.scan` takes.

        Returns
        -------
        polars.Expr
            A struct for each series, `bocpd.arrow.SCAN`.

        Examples
        --------
        >>> import polars as pl
        >>> import bocpd.polars
        >>> frame = pl.DataFrame({"y": [[0.1, -0.2, 9.9]]})
        >>> found = frame.select(pl.col("y").bocpd.scan(bocpd.Detector(bocpd.Gaussian(), 100)))
        >>> found["y"].struct.field("steps").list.len().to_list()
        [3]
        """

        def run(lists: pl.Series) -> pl.Series:
            return _series(lists.name, arrow.scan(_lists(lists), detector, **options))

        return self._expr.map_batches(run, return_dtype=_SCAN, is_elementwise=True)


def _lists(series: pl.Series) -> pl.Series:
    """A column of lists; portions of any other column are no series."""
    if isinstance(series.dtype, (pl.List, pl.Array)):
        return series
    raise TypeError(
        f"an expression needs a column of lists of numbers, got {series.dtype}: collect the "
        "series by group_by(key).agg(column), or with implode()"
    )


def detect_groups(
    frame: Any, *, key: str, value: str, time: str | None = None, **options: Any
) -> pl.DataFrame:
    """The segments of every series of a frame that has a row for each observation.

    Parameters
    ----------
    frame : DataFrame or LazyFrame
        The observations.
    key : str
        The column that says whose an observation is.
    value : str
        The column of the numbers.
    time : str, optional
        The column of their times, in whose order observations are taken.
    **options
        What else `bocpd.arrow.detect_groups` takes.

    Returns
    -------
    polars.DataFrame
        A row for each segment, as `bocpd.arrow.detect_groups` has them.

    Examples
    --------
    >>> import polars as pl
    >>> import bocpd.polars
    >>> frame = pl.DataFrame({"host": ["a"] * 7, "y": [0.1, -0.2, 0.3, 0.0, 9.9, 10.2, 10.1]})
    >>> bocpd.polars.detect_groups(frame, key="host", value="y")["start"].to_list()
    [0, 4]
    """
    names = [key, value] + ([] if time is None else [time])
    frame = frame.lazy().select(names).collect()
    found = arrow.detect_groups(frame, key=key, value=value, time=time, **options)
    return pl.DataFrame(pl.from_arrow(found))


def __dir__() -> list[str]:
    return __all__
