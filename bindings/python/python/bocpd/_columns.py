"""Columns of Apache Arrow as arrays of NumPy, and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

__all__ = [
    "Lists",
    "as_array",
    "as_lists",
    "codes_of",
    "counts_of",
    "flat",
    "offsets_of",
    "run_ends",
    "whole",
    "without_views",
]


class Lists:
    """Series in one array, and where each begins."""

    def __init__(self, lists: Any, times: Any) -> None:
        lists = of_lists(lists, "series")
        self.nulls = pa.array(np.asarray(lists.is_null())) if lists.null_count else None
        if self.nulls is None and not pa.types.is_list_view(lists.type):
            self.values, offsets = numbers(lists.values), lists.offsets.to_numpy()
        else:
            # A list that is not there may have values all the same, and views may be anywhere.
            self.values, offsets = numbers(flat(lists)), offsets_of(counts_of(lists))
        self.offsets = np.ascontiguousarray(offsets, dtype=np.int64)
        self.times = None
        if times is not None:
            self.times = self._times(of_lists(times, "times"), lists)

    def _times(self, times: Any, lists: Any) -> NDArray[np.float64]:
        if not np.array_equal(counts_of(times), counts_of(lists)):
            raise ValueError("times must have as many lists as series, each as long")
        inside = self.values[self.offsets[0] : self.offsets[-1]]
        self.values, self.offsets = inside, self.offsets - self.offsets[0]
        values = flat(times)
        if pa.types.is_timestamp(values.type) or pa.types.is_date(values.type):
            values = values.cast(pa.timestamp("us")).cast(pa.int64())
            return np.ascontiguousarray(numbers(values.cast(pa.float64())) / 86_400e6)
        return np.ascontiguousarray(numbers(values))


def as_array(column: Any) -> Any:
    """A column as one of PyArrow's."""
    if isinstance(column, (pa.Array, pa.ChunkedArray)):
        return column
    if hasattr(column, "__arrow_c_array__"):
        return pa.array(column)
    if hasattr(column, "__arrow_c_stream__"):
        return pa.chunked_array(column)
    return pa.array(column)


def whole(column: Any) -> Any:
    """A column in one piece."""
    if not isinstance(column, pa.ChunkedArray):
        return column
    if column.num_chunks == 1:
        return column.chunk(0)
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)


def of_lists(column: Any, name: str) -> Any:
    """As lists, whatever kind of lists it is of."""
    kind = column.type
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_list_view(kind):
        return column
    if pa.types.is_null(kind):
        return column.cast(pa.list_(pa.float64()))
    if pa.types.is_fixed_size_list(kind):
        return column.cast(pa.large_list(kind.value_type))
    raise TypeError(f"{name} must be a column of lists of numbers, got {kind}")


def numbers(values: pa.Array) -> NDArray[np.float64]:
    """The numbers of an array, NaN where there is none; without a copy if they are float64."""
    if not pa.types.is_floating(values.type):
        integers = pa.types.is_integer(values.type) or pa.types.is_boolean(values.type)
        if not (integers or pa.types.is_decimal(values.type) or pa.types.is_null(values.type)):
            raise TypeError(f"observations must be numbers, got {values.type}")
    if pa.types.is_boolean(values.type):
        values = values.cast(pa.int8())
    values = values.cast(pa.float64())
    if values.null_count:
        values = values.fill_null(float("nan"))
    return np.asarray(values.to_numpy(zero_copy_only=True))


def counts_of(lists: Any) -> NDArray[np.int64]:
    """How long each list is; 0 for one that is not there."""
    lengths = pc.list_value_length(lists)
    return np.asarray(lengths.fill_null(0).to_numpy(zero_copy_only=False), dtype=np.int64)


def offsets_of(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each of some lists begins in `flat`, and where the last one ends."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)])


def flat(lists: Any) -> Any:
    """The values of all lists that are there."""
    return lists.flatten()


def as_lists(values: pa.Array, counts: NDArray[np.int64]) -> pa.Array:
    """Values as lists of so many each."""
    offsets = offsets_of(counts)
    if offsets[-1] < 2**31:
        return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), values)
    return pa.LargeListArray.from_arrays(pa.array(offsets, pa.int64()), values)


def without_views(table: pa.Table) -> pa.Table:
    """Text as offsets and bytes, of which alone rows can be taken."""
    fields = []
    for field in table.schema:
        if field.type == pa.string_view():
            field = field.with_type(pa.large_string())
        elif field.type == pa.binary_view():
            field = field.with_type(pa.large_binary())
        fields.append(field)
    return table.cast(pa.schema(fields))


def codes_of(keys: Any) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The first row of each key, and for each row the number of its key."""
    column = whole(keys)
    ends = run_ends(column)
    if ends is None:
        return _codes_of(column)
    # Rows of one key often lie together: one of each run says enough.
    starts = np.concatenate([np.zeros(1, np.int64), ends])[:-1]
    first, code = _codes_of(column.take(pa.array(starts)))
    return starts[first], np.repeat(code, ends - starts)


def run_ends(keys: Any) -> NDArray[np.int64] | None:
    """Where each run of equal keys ends; None for keys that are not compared as they stand."""
    kind = keys.type
    plain = (
        pa.types.is_integer(kind)
        or pa.types.is_temporal(kind)
        or pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
    )
    if not plain or len(keys) >= 2**31:
        return None
    encoded = pc.run_end_encode(keys)
    return np.asarray(encoded.run_ends.to_numpy(), dtype=np.int64)


def _codes_of(encoded: Any) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    if not pa.types.is_dictionary(encoded.type):
        encoded = encoded.dictionary_encode(null_encoding="encode")
    code = np.asarray(encoded.indices.fill_null(len(encoded.dictionary)).to_numpy(), dtype=np.int64)
    used, first, code = np.unique(code, return_index=True, return_inverse=True)
    # Keys are in the order of their first rows.
    order = np.argsort(first, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return np.asarray(first[order], dtype=np.int64), np.asarray(rank[code], dtype=np.int64)
