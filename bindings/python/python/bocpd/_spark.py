"""What a worker of Spark does with a bucket of series in a micro-batch."""

from __future__ import annotations

import io
from abc import ABCMeta
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from pyspark.sql.streaming import StatefulProcessor, StatefulProcessorHandle
from pyspark.sql.types import BinaryType, StructField, StructType

from bocpd._compiled import Panel

__all__ = ["processor"]

_STATE = StructType([StructField("bytes", BinaryType())])


def processor(empty: bytes, key: str, waits: bool) -> StatefulProcessor:
    """Of panels that begin as `empty`; rows wait for the watermark if `waits`."""
    return _Buckets(empty, key, waits)


class _Buckets(StatefulProcessor, metaclass=ABCMeta):  # type: ignore[misc]
    def __init__(self, empty: bytes, key: str, waits: bool) -> None:
        self._empty = empty
        self._key = key
        self._waits = waits

    def init(self, handle: StatefulProcessorHandle) -> None:
        self._handle = handle
        self._panel = handle.getValueState("panel", _STATE)
        self._rows = handle.getValueState("rows", _STATE)

    def handleInputRows(self, key: Any, rows: Any, timerValues: Any) -> Iterator[Any]:  # noqa: N802
        new = pd.concat(list(rows), ignore_index=True)[["key", "time", "value"]]
        if not self._waits:
            yield self._take(new)
            return
        waiting = pd.concat([*self._waiting(), new], ignore_index=True)
        yield from self._pass(waiting, timerValues)

    def handleExpiredTimer(self, key: Any, timerValues: Any, expiredTimerInfo: Any) -> Iterator[Any]:  # noqa: N802
        if waiting := self._waiting():
            yield from self._pass(waiting[0], timerValues)

    def close(self) -> None:
        pass

    def _pass(self, waiting: pd.DataFrame, timers: Any) -> Iterator[pd.DataFrame]:
        """Takes what the watermark has passed, and keeps the rest."""
        at = pd.Timestamp(timers.getCurrentWatermarkInMs(), unit="ms")
        due = waiting["time"] <= at
        rest = waiting[~due]
        if len(rest):
            self._rows.update((_packed(rest),))
            latest = int(rest["time"].max().timestamp() * 1000) + 1
            self._handle.registerTimer(latest)
        else:
            self._rows.clear()
        if due.any():
            yield self._take(waiting[due])

    def _waiting(self) -> list[pd.DataFrame]:
        return [_unpacked(self._rows.get()[0])] if self._rows.exists() else []

    def _take(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Lets the panel have rows, and says what it has noticed."""
        rows = rows.sort_values(["time", "key"], kind="stable", ignore_index=True)
        data = self._panel.get()[0] if self._panel.exists() else self._empty
        panel = Panel.from_bytes(bytes(data))
        times = _as_numbers(rows["time"])
        errors = panel.push_many(rows["key"].tolist(), rows["value"], times=times, threads=1)
        said: list[tuple[Any, ...]] = [
            (error.key, "refused", None, error.time, None, None, rows["value"][error.row], error.text)
            for error in errors
        ]
        for event in panel.take_events():
            alarm = event.alarm
            kind, p = ("settled", None) if alarm is None else ("alarm", alarm.probability)
            said.append((event.key, kind, event.index, event.time, event.changepoint, p, None, None))
        self._panel.update((panel.to_bytes(),))
        names = [self._key, "kind", "index", "time", "changepoint", "probability", "value", "error"]
        table = pd.DataFrame(said, columns=names)
        table["index"] = table["index"].astype("Int64")
        table["changepoint"] = table["changepoint"].astype("Int64")
        table["time"] = _from_numbers(table["time"], rows["time"].dtype)
        return table


_DAY = 86_400_000_000


def _as_numbers(times: Any) -> NDArray[np.float64]:
    """Times as numbers; of timestamps in days, to the microsecond."""
    if times.dtype.kind == "M":
        times = times.astype("datetime64[us]").astype("int64") / _DAY
    return np.asarray(times, dtype=np.float64)


def _from_numbers(numbers: Any, kind: Any) -> Any:
    """The times that `_as_numbers` made numbers of."""
    if kind.kind == "M":
        microseconds = (numbers.astype(np.float64) * _DAY).round()
        return microseconds.astype("int64").astype("datetime64[us]").astype(kind)
    return numbers.astype(kind)


def _packed(rows: pd.DataFrame) -> bytes:
    sink = io.BytesIO()
    table = pa.Table.from_pandas(rows.reset_index(drop=True), preserve_index=False)
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def _unpacked(data: bytes) -> pd.DataFrame:
    with pa.ipc.open_stream(bytes(data)) as reader:
        return reader.read_pandas()
