"""A real Spark gives what one machine gives, to the last bit: after other partitions, for
streams that are killed and go on, and for rows that come late.

Apart from the other tests, since Spark needs Java and takes its time to start.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import bocpd
from bocpd import arrow
from bocpd.panel import Panel

if shutil.which("java") is None:
    pytest.skip("Spark needs Java", allow_module_level=True)
pytest.importorskip("pyspark")
pytestmark = pytest.mark.filterwarnings("ignore")
os.environ["PYSPARK_PYTHON"] = sys.executable

import run_stream  # noqa: E402

HOSTS = [f"host {i}" for i in range(12)]


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    session = run_stream.session("tests")
    yield session
    session.stop()


def observations(seed: int, n: int) -> pd.DataFrame:
    """Of every host, some of which change, and one of which has a value that cannot be used."""
    random = np.random.default_rng(seed)
    t = np.repeat(np.arange(n), len(HOSTS))
    host = np.tile(np.arange(len(HOSTS)), n)
    y = random.normal(size=len(t)) + np.where((t > n // 2) & (host % 3 == 0), 6.0, 0.0)
    y[len(HOSTS) * 5 + 4] = np.inf
    y[len(HOSTS) * 7 + 5] = np.nan
    return pd.DataFrame({"host": np.array(HOSTS)[host], "t": t, "y": y})


def in_order(frame: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    return frame.sort_values(by, ignore_index=True)


def test_complete_series(spark: Any) -> None:
    from bocpd.spark import detect

    rows = observations(1, 60)
    options = {"key": "host", "time": "t", "value": "y", "model": bocpd.Gaussian(kappa=0.1)}
    want = in_order(arrow.detect_groups(rows, **options).to_pandas(), ["host", "segment"])
    assert want["error"].notna().sum() == 1 and (want["segment"] > 0).sum() == 4
    shuffled = spark.createDataFrame(rows.sample(frac=1, random_state=2))
    for partitions in (1, 5):
        frame = shuffled.repartition(3)
        got = detect(frame, partitions=partitions, **options).toPandas()
        pd.testing.assert_frame_equal(
            in_order(got, ["host", "segment"]), want[got.columns], check_dtype=False, check_exact=True
        )
    with pytest.raises(ValueError, match="mass must"):
        detect(shuffled, mass=2.0, **options)


def events_of(rows: pd.DataFrame, size: int) -> set[tuple[Any, ...]]:
    """What a panel on this machine notices in micro-batches of `size` rows."""
    seen = set()
    panel = Panel(run_stream.detector(), irregular=False)
    for at in range(0, len(rows), size):
        part = rows[at : at + size].sort_values(["t", "host"], kind="stable")
        for error in panel.push_many(part["host"].tolist(), part["y"], times=part["t"]):
            seen.add((error.key, "refused", None, error.time, None, None, error.text))
        for event in panel.take_events():
            kind = "settled" if event.alarm is None else "alarm"
            p = None if event.alarm is None else event.alarm.probability
            seen.add((event.key, kind, event.index, event.time, event.changepoint, p, None))
    return seen


def told(directory: Path) -> list[tuple[Any, ...]]:
    """What a query has written."""
    frame = pd.read_parquet(directory / "out")
    names = ["host", "kind", "index", "t", "changepoint", "probability", "error"]
    frame = frame.rename(columns={"time": "t"})[names].astype(object)
    rows = frame.where(frame.notna(), None).itertuples(index=False)
    return [tuple(row) for row in rows]


def test_a_stream_that_is_killed_goes_on(spark: Any, tmp_path: Path) -> None:
    rows = observations(4, 120)
    size = len(HOSTS) * 20
    (tmp_path / "in").mkdir()
    for i in range(0, len(rows), size):
        path = tmp_path / "in" / f"{i // size}.parquet"
        rows[i : i + size].to_parquet(path, index=False)
        os.utime(path, (1_700_000_000 + i, 1_700_000_000 + i))
    script = [sys.executable, run_stream.__file__, str(tmp_path)]
    first = subprocess.Popen(script, start_new_session=True, stderr=subprocess.DEVNULL)
    # It is killed, with its Java, after some micro-batches and in the middle of one.
    while not (tmp_path / "out" / "_spark_metadata" / "1").exists():
        assert first.poll() is None, "it ended before it was killed"
        try:
            first.wait(0.02)
        except subprocess.TimeoutExpired:
            pass
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    assert not (tmp_path / "out" / "_spark_metadata" / "5").exists()
    schema = "host STRING, t LONG, y DOUBLE"
    run_stream.run(spark, str(tmp_path), schema, detector=run_stream.detector())

    got = told(tmp_path)
    assert len(got) == len(set(got)) and set(got) == events_of(rows, size)
    assert {row[1] for row in got} == {"settled", "alarm", "refused"}


def test_rows_wait_for_the_watermark(spark: Any, tmp_path: Path) -> None:
    rows = observations(5, 40)
    start = pd.Timestamp("2026-03-01")
    rows["t"] = start + pd.to_timedelta(rows["t"], unit="min")
    random = np.random.default_rng(6)
    # Out of order by up to four minutes.
    jumbled = rows.iloc[np.argsort(np.arange(len(rows)) + random.uniform(0, 48, len(rows)))]
    # The last file moves the watermark past all that matters, and is not taken in itself.
    end = pd.DataFrame({"host": HOSTS, "t": start + pd.Timedelta(days=1), "y": 0.0})
    (tmp_path / "in").mkdir()
    parts = [jumbled[i : i + 120] for i in range(0, len(jumbled), 120)] + [end]
    for i, part in enumerate(parts):
        path = tmp_path / "in" / f"{i}.parquet"
        part.to_parquet(path, index=False, coerce_timestamps="us")
        os.utime(path, (1_700_000_000 + i, 1_700_000_000 + i))
    schema = "host STRING, t TIMESTAMP, y DOUBLE"
    run_stream.run(
        spark, str(tmp_path), schema, detector=run_stream.detector(), watermark="10 minutes"
    )
    got = told(tmp_path)
    days = rows.assign(t=rows["t"].astype("datetime64[us]").astype("int64") / 86_400e6)
    want = {
        (*row[:3], pd.Timestamp(round(row[3] * 86_400e6), unit="us"), *row[4:6])
        for row in events_of(days, 10**6)
    }
    assert {row[:6] for row in got} == want and len(got) == len(want)


def test_what_cannot_be_used_is_said_at_once(spark: Any) -> None:
    from bocpd.spark import stream

    rows = spark.readStream.format("rate").load().selectExpr("value * 0.5 AS y", "timestamp AS t")
    with pytest.raises(TypeError, match="key must be a column of text or integers, got"):
        stream(rows, key="y", time="t", value="y")
    rows = rows.selectExpr("y", "1 AS t", "'a' AS host")
    with pytest.raises(TypeError, match="a watermark needs timestamps, got int"):
        stream(rows, key="host", time="t", value="y", watermark="1 minute")
    with pytest.raises(ValueError, match="first must be at least 2"):
        stream(rows, key="host", time="t", value="y", first=1)
    with pytest.raises(TypeError, match="nothing else is chosen, got hazard"):
        stream(rows, key="host", time="t", value="y", detector=run_stream.detector(), hazard=9.0)
