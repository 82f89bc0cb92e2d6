"""Many series at a time in the columns of Apache Arrow: lists of series in, lists of structs out.

Whatever speaks the Arrow C data interface (PyArrow, polars, DuckDB, pandas) can be read without a
copy of its values, and gets arrays of PyArrow. Needs PyArrow: `pip install 'bocpd-py[arrow]'`.

A column of lists has a series in each of its rows. A table in the long form, with a row for each
observation, becomes one by `series_of`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from bocpd._compiled import DetectSeries, Detector, Model, Outliers, Pruning, scan_series

try:
    import pyarrow as pa
    import pyarrow.compute as pc

    from bocpd._columns import (
        Lists,
        as_array,
        as_lists,
        codes_of,
        counts_of,
        flat,
        offsets_of,
        run_ends,
        whole,
        without_views,
    )
except ImportError as _error:  # pragma: no cover
    raise ImportError(
        "bocpd.arrow needs PyArrow: pip install 'bocpd-py[arrow]'", name=_error.name
    ) from _error

if TYPE_CHECKING:
    from bocpd._types import AnyHazard
    from bocpd.defaults import _Kind

__all__ = ["DETECTION", "SCAN", "detect", "detect_groups", "scan", "series_of", "whole_series"]

_CHANGE = pa.struct(
    [
        ("index", pa.int64()),
        ("probability", pa.float64()),
        ("low", pa.int64()),
        ("high", pa.int64()),
        ("p_nearby", pa.float64()),
        ("p_rose", pa.float64()),
        ("difference", pa.float64()),
        ("sd", pa.float64()),
    ]
)
_SEGMENT = pa.struct(
    [
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("observed", pa.int64()),
        ("level", pa.float64()),
        ("level_sd", pa.float64()),
        ("level_low", pa.float64()),
        ("level_high", pa.float64()),
        ("ln_bayes_factor", pa.float64()),
    ]
)
#: The type of what `detect` gives for a series.
DETECTION = pa.struct(
    [
        ("observations", pa.int64()),
        ("changes", pa.list_(_CHANGE)),
        ("segments", pa.list_(_SEGMENT)),
        ("expected_changes", pa.float64()),
        ("ln_evidence", pa.float64()),
        ("structure", pa.string()),
        ("p_structure", pa.float64()),
        ("remarks", pa.list_(pa.string())),
        ("error", pa.string()),
    ]
)
_STEP = pa.struct(
    [
        ("p_change_now", pa.float64()),
        ("map_run_length", pa.int64()),
        ("map_probability", pa.float64()),
        ("ln_predictive", pa.float64()),
        ("p_outlier", pa.float64()),
    ]
)
#: The type of what `scan` gives for a series.
SCAN = pa.struct([("steps", pa.list_(_STEP)), ("error", pa.string())])

# The fields of a struct that have other names in the columns that the compiled part gives.
_COUNTS = {"changes": "change_counts", "segments": "segment_counts", "remarks": "remark_counts"}


def detect(
    series: Any,
    model: Model | _Kind | None = None,
    hazard: AnyHazard | None = None,
    pruning: Pruning | None = None,
    *,
    times: Any = None,
    missing: Literal["error", "skip"] = "skip",
    mass: float = 0.9,
    outliers: Outliers | float | Literal[False] | None = None,
    resolution: float = 1.0,
    min_segment: int = 1,
    sensitivity: float = 1.0,
    sizes: bool = True,
    threads: int | None = None,
) -> pa.StructArray | pa.ChunkedArray:
    """The changes of every series of a column, each by itself, on all cores.

    Parameters
    ----------
    series : array of lists of numbers
        A series in each row: an array or a chunked array of PyArrow, or anything with the Arrow C
        data interface, such as a Series of polars. Null instead of a number is missing; null
        instead of a list gives null.
    model : Model or str, optional
        As `bocpd.detect` takes it; without one each series gets the structure that it suggests.
    hazard : Hazard or float, optional
        How long segments last; without one, one change is expected in each series.
    pruning : Pruning, optional
        Which hypotheses are kept.
    times : array of lists, optional
        When each observation was made: numbers in the unit of the hazard, or timestamps, which
        are then in days. Without a hazard, times are in units of their median difference.
    missing : {"error", "skip"}
        What null and NaN are: an error of the series, or missing observations.
    mass : float
        The probability that credible sets and intervals hold.
    outliers : Outliers, float or False, optional
        How often an observation is a wild value; as for `bocpd.detect`.
    resolution : float
        A power, at most 1, that the evidence of a segment counts with.
    min_segment : int
        No segment ends before it has so many observations.
    sensitivity : float
        With 10, changes are expected ten times as often as the hazard says.
    sizes : bool
        With False, where changes are is all that is asked: the levels of segments, what is said of
        the difference between them (`p_rose`, `difference`, `sd`, `ln_bayes_factor`) and remarks
        are left out, which saves more than half of the time that short series take.
    threads : int, optional
        At most so many threads; otherwise one for each core.

    Returns
    -------
    pyarrow.StructArray or pyarrow.ChunkedArray
        A struct of type `DETECTION` for each series: `changes` and `segments` are lists of
        structs, `structure` the words for the noise that was chosen, `error` what was wrong with
        the series, which has no more than that then. In as many chunks as the series.

    Raises
    ------
    TypeError
        If the column is none of lists of numbers.
    ValueError
        If a parameter cannot be used.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from bocpd.arrow import detect
    >>> series = pa.array([[0.1, -0.2, 0.3, 0.0, 9.9, 10.2, 10.1], [0.2, None, 0.1, 0.0], None])
    >>> found = detect(series)
    >>> [[change["index"] for change in one["changes"]] if one else None for one in found.to_pylist()]
    [[4], [], None]
    """
    job = DetectSeries(
        model,
        hazard,
        pruning,
        missing=missing,
        mass=mass,
        outliers=outliers,
        resolution=resolution,
        min_segment=min_segment,
        sensitivity=sensitivity,
        sizes=sizes,
    )

    def each(lists: Lists) -> pa.StructArray:
        return _detection(job.run(lists.values, lists.offsets, lists.times, threads), lists)

    return _by_chunk(series, times, each, DETECTION)


def scan(
    series: Any,
    detector: Detector | None = None,
    *,
    times: Any = None,
    missing: Literal["error", "skip"] = "skip",
    threads: int | None = None,
) -> pa.StructArray | pa.ChunkedArray:
    """What a detector says at every observation of every series of a column, on all cores.

    Parameters
    ----------
    series : array of lists of numbers
        A series in each row, as for `detect`.
    detector : Detector, optional
        What goes over each series, as it is after a reset. Without one each series has that of
        `Detector.for_stream` for its first 50 values.
    times : array of lists, optional
        When each observation was made, in the unit of the hazard; timestamps in days.
    missing : {"error", "skip"}
        What null and NaN are where there is no detector, which says it itself.
    threads : int, optional
        At most so many threads; otherwise one for each core.

    Returns
    -------
    pyarrow.StructArray or pyarrow.ChunkedArray
        A struct of type `SCAN` for each series: `steps`, a struct with the fields of
        `bocpd.Step` for each observation up to the first that cannot be used, and `error`, what
        is wrong with that.

    Raises
    ------
    TypeError
        If the column is none of lists of numbers.
    ValueError
        If the detector is one that is written in Python.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from bocpd.arrow import scan
    >>> series = pa.array([[0.1, -0.2, 0.3, 0.2], [0.2, float("inf")]])
    >>> found = scan(series, bocpd.Detector(bocpd.Gaussian(), 100))
    >>> [[step["map_run_length"] for step in one["steps"]] for one in found.to_pylist()]
    [[0, 1, 2, 3], [0]]
    >>> found[1]["error"].as_py()
    'at index 1: observation must be finite, got inf'
    """

    def each(lists: Lists) -> pa.StructArray:
        found = scan_series(lists.values, lists.offsets, detector, missing, lists.times, threads)
        fields = [pa.array(found[field.name]) for field in _STEP]
        steps = as_lists(pa.StructArray.from_arrays(fields, fields=list(_STEP)), found["counts"])
        errors = pa.array(found["errors"], pa.string())
        return pa.StructArray.from_arrays([steps, errors], fields=list(SCAN), mask=lists.nulls)

    return _by_chunk(series, times, each, SCAN)


def series_of(table: Any, *, key: str, value: str, time: str | None = None) -> pa.Table:
    """A table with a row for each observation as one with a row for each series.

    Parameters
    ----------
    table : table
        A table of PyArrow, or anything with the Arrow C stream interface, such as a frame of
        polars or pandas.
    key : str
        The column that says whose an observation is.
    value : str
        The column of the numbers.
    time : str, optional
        The column of their times. Observations are put in its order; without it they stay in
        that of the table.

    Returns
    -------
    pyarrow.Table
        The column `key`, each of its values once and in the order of their first rows; `value`,
        and `time` if there is one, as lists.

    Raises
    ------
    KeyError
        If there is no such column.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from bocpd.arrow import series_of
    >>> table = pa.table({"host": ["a", "b", "a"], "t": [2, 1, 1], "y": [0.5, 7.0, 0.25]})
    >>> series_of(table, key="host", value="y", time="t").to_pydict()
    {'host': ['a', 'b'], 'y': [[0.25, 0.5], [7.0]], 't': [[1, 2], [1]]}
    """
    table = pa.table(table)
    names = [key, value] + ([] if time is None else [time])
    table = without_views(table.select(names)).combine_chunks()
    first, code = codes_of(table[key])
    order = None
    if time is None:
        if (np.diff(code) < 0).any():
            order = np.argsort(code, kind="stable")
    else:
        rows = pa.table({"code": pa.array(code), "time": table[time]})
        # Equal times stay in the order of the table.
        rows = rows.append_column("row", pa.array(np.arange(len(code))))
        by = [("code", "ascending"), ("time", "ascending"), ("row", "ascending")]
        order = pc.sort_indices(rows, sort_keys=by).to_numpy()
    counts = np.bincount(code, minlength=len(first))
    columns = [table[key].take(pa.array(first))]
    for name in names[1:]:
        taken = whole(table[name] if order is None else table[name].take(pa.array(order)))
        columns.append(as_lists(whole(taken), counts))
    return pa.table(columns, names=names)


def whole_series(
    batches: Iterable[Any], *, key: str, rows: int = 1 << 18
) -> Iterator[pa.Table]:
    """Tables of whole series, for data that do not fit into memory.

    Parameters
    ----------
    batches : iterable of pyarrow.RecordBatch
        Rows of observations, those of a series together: of a file that is sorted by key, for
        example (`pyarrow.parquet.ParquetFile.iter_batches`).
    key : str
        The column that says whose an observation is.
    rows : int
        A table has about as many, or those of one series.

    Returns
    -------
    iterator of pyarrow.Table
        All rows in their order, for `detect_groups`.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from bocpd.arrow import whole_series
    >>> table = pa.table({"host": ["a", "a", "b", "b", "b", "c"], "y": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]})
    >>> [part["host"].to_pylist() for part in whole_series(table.to_batches(2), key="host", rows=3)]
    [['a', 'a'], ['b', 'b', 'b'], ['c']]
    """
    waiting: list[Any] = []
    count = 0
    for batch in batches:
        if batch.num_rows == 0:
            continue
        waiting.append(batch)
        count += batch.num_rows
        if count < rows:
            continue
        table = pa.Table.from_batches(waiting).combine_chunks()
        # The last series may go on in the next batch.
        last = _last_begins(without_views(table.select([key]))[key])
        if last > 0:
            yield table.slice(0, last)
        waiting = table.slice(last).to_batches()
        count = table.num_rows - last
    if waiting:
        yield pa.Table.from_batches(waiting)


def _last_begins(keys: Any) -> int:
    """Where the rows of the last key begin, which lie together."""
    keys = whole(keys)
    ends = run_ends(keys)
    if ends is not None:
        return int(ends[-2]) if len(ends) > 1 else 0
    _, code = codes_of(keys)
    return int(np.searchsorted(code, code[-1]))


def detect_groups(
    table: Any,
    *,
    key: str,
    value: str,
    time: str | None = None,
    irregular: bool = False,
    **options: Any,
) -> pa.Table:
    """The segments of every series of a table that has a row for each observation.

    Parameters
    ----------
    table : table
        As `series_of` takes it.
    key : str
        The column that says whose an observation is.
    value : str
        The column of the numbers.
    time : str, optional
        The column of their times, in whose order observations are taken.
    irregular : bool
        Whether the time between observations counts, as `times` of `detect` does.
    **options
        What else `detect` takes.

    Returns
    -------
    pyarrow.Table
        A row for each segment: the key, `segment` (its number, from 0), `start` and `end`
        (indices, from 0 and exclusive), `time` and `last_time` of its first and last observation if
        there are times, what `detect` says of the segment and of the change that it begins with
        (null for the first), and `error`, for a series that cannot be used, in one row of its
        own.

    Raises
    ------
    KeyError
        If there is no such column.
    ValueError
        If a parameter cannot be used.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from bocpd.arrow import detect_groups
    >>> table = pa.table({"host": ["a"] * 7 + ["b"] * 2, "y": [0.1, -0.2, 0.3, 0.0, 9.9, 10.2, 10.1, 1.0, 2.0]})
    >>> found = detect_groups(table, key="host", value="y")
    >>> found.select(["host", "segment", "start", "end"]).to_pylist()[1]
    {'host': 'a', 'segment': 1, 'start': 4, 'end': 7}
    """
    series = series_of(table, key=key, value=value, time=time)
    times = None if time is None else series[time]
    found = detect(series[value], times=times if irregular else None, **options)
    chunks = found.chunks if isinstance(found, pa.ChunkedArray) else [found]
    found = pa.concat_arrays(chunks) if chunks else pa.array([], DETECTION)
    return _segments_of(key, series[key], found, times)


def _segments_of(name: str, keys: Any, found: pa.StructArray, times: Any) -> pa.Table:
    """What `detect` found of series with these keys, a row for each segment."""
    segments, changes = found.field("segments"), found.field("changes")
    counts = counts_of(segments)
    failed = np.asarray(found.field("error").is_valid())
    # A series that cannot be used has one row.
    rows = np.where(failed, 1, counts)
    of = np.repeat(np.arange(len(found)), rows)
    ends = np.cumsum(rows)
    number = np.arange(len(of)) - np.repeat(ends - rows, rows)
    some = ~failed[of]
    take = pa.array(np.cumsum(some) - 1, mask=~some)
    segment = flat(segments).take(take)
    # The first segment of a series begins with no change.
    later = some & (number > 0)
    change = flat(changes).take(pa.array(np.cumsum(later) - 1, mask=~later))
    columns: dict[str, Any] = {
        "key": keys.take(pa.array(of)),
        "segment": pa.array(number, mask=~some),
        "start": segment.field("start"),
        "end": segment.field("end"),
    }
    if times is not None:
        flat_times, starts = flat(whole(times)), offsets_of(counts_of(whole(times)))
        begin = pc.add(pa.array(starts[of]), columns["start"])
        last = pc.subtract(pc.add(pa.array(starts[of]), columns["end"]), 1)
        columns["time"] = flat_times.take(begin)
        columns["last_time"] = flat_times.take(last)
    for field in list(_SEGMENT)[2:]:
        columns[field.name] = segment.field(field.name)
    for field in list(_CHANGE)[1:]:
        columns[field.name] = change.field(field.name)
    columns["structure"] = found.field("structure").take(pa.array(of))
    columns["error"] = found.field("error").take(pa.array(of))
    table = pa.table(columns)
    return table.rename_columns([name, *table.column_names[1:]])


def _by_chunk(
    series: Any, times: Any, each: Any, type: pa.DataType
) -> pa.StructArray | pa.ChunkedArray:
    """What `each` makes of the chunks of a column, in as many chunks."""
    series = as_array(series)
    if not isinstance(series, pa.ChunkedArray):
        if times is not None:
            times = whole(as_array(times))
        return each(Lists(series, times))
    if times is None:
        made = [each(Lists(chunk, None)) for chunk in series.chunks]
        return pa.chunked_array(made, type)
    times = as_array(times)
    made, at = [], 0
    for chunk in series.chunks:
        part = times.slice(at, len(chunk))
        made.append(each(Lists(chunk, whole(part))))
        at += len(chunk)
    return pa.chunked_array(made, type)


def _optional(values: NDArray[np.float64]) -> pa.Array:
    """Null where there is no number."""
    return pa.array(values, mask=np.isnan(values))


def _detection(found: dict[str, Any], lists: Lists) -> pa.StructArray:
    """What the compiled part has found as structs."""
    errors = pa.array(found["errors"], pa.string())
    failed = np.asarray(errors.is_valid())

    def structs(kind: pa.StructType) -> pa.StructArray:
        fields = [
            pa.array(found[field.name]) if field.type == pa.int64() else _optional(found[field.name])
            for field in kind
        ]
        return pa.StructArray.from_arrays(fields, fields=list(kind))

    def listed(values: pa.Array, name: str) -> pa.Array:
        array = as_lists(values, found[_COUNTS[name]])
        if not failed.any():
            return array
        return pc.if_else(pa.array(~failed), array, pa.scalar(None, array.type))

    fields = {
        "observations": pa.array(found["observations"], mask=failed),
        "changes": listed(structs(_CHANGE), "changes"),
        "segments": listed(structs(_SEGMENT), "segments"),
        "expected_changes": pa.array(found["expected_changes"], mask=failed),
        "ln_evidence": pa.array(found["ln_evidence"], mask=failed),
        "structure": pa.array(found["structures"], pa.string()),
        "p_structure": _optional(found["p_structure"]),
        "remarks": listed(pa.array(found["remarks"], pa.string()), "remarks"),
        "error": errors,
    }
    arrays = [fields[field.name] for field in DETECTION]
    return pa.StructArray.from_arrays(arrays, fields=list(DETECTION), mask=lists.nulls)


def __dir__() -> list[str]:
    return __all__
