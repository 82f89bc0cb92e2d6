"""Many short series from Parquet to Parquet on one machine, and through a local Spark.

    python benches/scale/run.py [--series 1000000] [--length 100] [--spark] [--model NAME] [--locations]

Needs the wheel, PyArrow and NumPy; for --spark PySpark and Java. The files are made first, sorted by
series, and are not part of the time; what is written has the segments with their levels or, with
--locations, where changes are alone.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import bocpd
from bocpd import arrow

# Series in a group of rows of the files.
GROUP = 10_000


def write(path: Path, series: int, length: int) -> None:
    """Noise of sd 1 in which every second series has one step of 3."""
    random = np.random.default_rng(24)
    with pq.ParquetWriter(path, pa.schema([("key", pa.int64()), ("t", pa.int32()), ("y", pa.float64())])) as out:
        for first in range(0, series, GROUP):
            n = min(GROUP, series - first)
            y = random.normal(size=(n, length))
            y[::2, length // 2 :] += 3.0
            key = np.repeat(np.arange(first, first + n), length)
            t = np.tile(np.arange(length, dtype=np.int32), n)
            out.write_table(pa.table({"key": key, "t": t, "y": y.ravel()}))


def from_file_to_file(source: Path, target: Path, threads: int | None, options: dict[str, Any]) -> int:
    """Whole series from batches of rows, their segments into another file."""
    writer, segments = None, 0
    batches = pq.ParquetFile(source).iter_batches(1 << 18)
    for table in arrow.whole_series(batches, key="key"):
        found = arrow.detect_groups(table, key="key", value="y", threads=threads, **options)
        writer = writer or pq.ParquetWriter(target, found.schema)
        writer.write_table(found)
        segments += found.num_rows
    if writer is not None:
        writer.close()
    return segments


def memory() -> float:
    """The most that this process has had, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def spark(source: Path, options: dict[str, Any]) -> None:
    """The same file through Spark, beside a job of Spark that does nothing with the same rows."""
    os.environ["PYSPARK_PYTHON"] = sys.executable
    from pyspark.sql import SparkSession

    from bocpd.spark import detect

    began = time.perf_counter()
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.memory", "3g")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    print(f"Spark starts in {time.perf_counter() - began:.1f} s")
    frame = session.read.parquet(str(source))

    def nothing(batches: Any) -> Any:
        for batch in batches:
            yield batch.slice(0, 0)

    for name, job in [
        ("a job that gives nothing back", lambda: frame.repartition("key").sortWithinPartitions("key", "t").mapInArrow(nothing, frame.schema)),
        ("detect", lambda: detect(frame, key="key", time="t", value="y", **options)),
    ]:
        for run in range(2):
            began = time.perf_counter()
            job().write.mode("overwrite").format("noop").save()
            print(f"{name}, run {run + 1}: {time.perf_counter() - began:.1f} s")
    session.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--series", type=int, default=1_000_000)
    parser.add_argument("--length", type=int, default=100)
    parser.add_argument("--spark", action="store_true")
    parser.add_argument("--model", default="configured", choices=["configured", "automatic"])
    parser.add_argument("--locations", action="store_true")
    given = parser.parse_args()
    options: dict[str, Any] = {"sizes": not given.locations}
    if given.model == "configured":
        options |= {"model": bocpd.Gaussian(kappa=0.1), "hazard": 100.0, "pruning": bocpd.Pruning.default()}
    with tempfile.TemporaryDirectory() as directory:
        source, target = Path(directory) / "in.parquet", Path(directory) / "out.parquet"
        write(source, given.series, given.length)
        size = source.stat().st_size / 1e9
        print(f"{given.series} series of {given.length}, {size:.2f} GB of Parquet, model {given.model}, sizes {options['sizes']}")
        if given.spark:
            spark(source, options)
            return
        for threads in (1, None):
            began = time.perf_counter()
            segments = from_file_to_file(source, target, threads, options)
            took = time.perf_counter() - began
            rate = given.series * given.length / took
            print(
                f"threads {threads or os.cpu_count()}: {took:.1f} s, {rate / 1e6:.2f} million observations a second, "
                f"{segments} segments, {memory():.2f} GB"
            )


if __name__ == "__main__":
    main()
