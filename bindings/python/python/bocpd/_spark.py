"""What a worker of Spark does with a bucket of series in a micro-batch."""

from __future__ import annotations

import io
from abc import ABCMeta
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from pyspark.sql.streaming import StatefulProcessor, StatefulProcessorHandle
from pyspark.sql.types import BinaryType, StructField, StructType

from bocpd._compiled import Panel

__all__ = ["processor"]

_STATE = StructType([StructField("bytes", BinaryType())])


def processor(empty: bytes, key: str, waits: bool, irregular: bool) -> StatefulProcessor:
    """Of panels that begin as `empty`; rows wait for the watermark if `waits`."""
    return _Buckets(empty, key, waits, irregular)


class _Buckets(StatefulProcessor, metaclass=ABCMeta):  # type: ignore[misc]
    def __init__(self, empty: bytes, key: str, waits: bool, irregular: bool) -> None:
        self._empty = empty
        self._key = key
        self._waits = waits
        self._irregular = irregular

    def init(self, handle: StatefulProcessorHandle) -> None:
        self._handle = handle
        self._panel = handle.getValueState("panel", _STATE)
        self._rows = handle.getValueState("rows", _STATE)
        self._last = handle.getValueState("last", _STATE)

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
        panel, last = Panel.from_bytes(bytes(data)), self._times()
        # Of a series on a grid the panel does not know the times.
        late = np.zeros(len(rows), dtype=bool)
        for i, (key, time) in enumerate(zip(rows["key"], rows["time"], strict=True)):
            late[i] = key in last and not time > last[key]
            if not late[i]:
                last[key] = time
        said = [_refused(rows, i, "it is not later than the one before") for i in np.flatnonzero(late).tolist()]
        rows = rows[~late].reset_index(drop=True)
        times = rows["time"] if self._irregular else None
        errors = panel.push_many(rows["key"].tolist(), rows["value"], times=times, threads=1)
        said += [_refused(rows, error.row, error.text) for error in errors]
        seen = _Seen(rows, errors, panel)
        for event in panel.take_events():
            alarm = event.alarm
            said.append(
                {
                    "key": event.key,
                    "kind": "settled" if alarm is None else "alarm",
                    "index": event.index,
                    "time": seen.time(event.key, event.index),
                    "changepoint": event.changepoint,
                    "probability": None if alarm is None else alarm.probability,
                    "value": None,
                    "error": None,
                }
            )
        self._panel.update((panel.to_bytes(),))
        self._last.update((_packed(pd.DataFrame({"key": list(last), "time": list(last.values())})),))
        columns = ["key", "kind", "index", "time", "changepoint", "probability", "value", "error"]
        table = pd.DataFrame(said, columns=columns)
        table["index"] = table["index"].astype("Int64")
        table["changepoint"] = table["changepoint"].astype("Int64")
        table["time"] = table["time"].astype(rows["time"].dtype)
        return table.rename(columns={"key": self._key})

    def _times(self) -> dict[Any, Any]:
        """When the last observation of each series was made."""
        if not self._last.exists():
            return {}
        last = _unpacked(self._last.get()[0])
        return dict(zip(last["key"], last["time"], strict=True))


class _Seen:
    """Which row an observation of a series was."""

    def __init__(self, rows: pd.DataFrame, errors: list[Any], panel: Panel) -> None:
        self._times: dict[Any, list[Any]] = {}
        bad = {error.row for error in errors}
        for i, (key, time) in enumerate(zip(rows["key"], rows["time"], strict=True)):
            if i not in bad:
                self._times.setdefault(key, []).append(time)
        self._panel = panel

    def time(self, key: Any, index: int) -> Any:
        """When it was made, if that was in these rows."""
        detector = self._panel.get(key)
        times = self._times.get(key, [])
        at = index - (0 if detector is None else detector.observations - len(times))
        return times[at] if 0 <= at < len(times) else None


def _refused(rows: pd.DataFrame, i: int, text: str) -> dict[str, Any]:
    return {
        "key": rows["key"][i],
        "kind": "refused",
        "index": None,
        "time": rows["time"][i],
        "changepoint": None,
        "probability": None,
        "value": rows["value"][i],
        "error": text,
    }


def _packed(rows: pd.DataFrame) -> bytes:
    import pyarrow as pa

    sink = io.BytesIO()
    table = pa.Table.from_pandas(rows.reset_index(drop=True), preserve_index=False)
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def _unpacked(data: bytes) -> pd.DataFrame:
    import pyarrow as pa

    with pa.ipc.open_stream(bytes(data)) as reader:
        return reader.read_pandas()
