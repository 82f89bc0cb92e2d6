"""Changepoints of the series of a Spark DataFrame, complete ones or streams.

Spark does what is distributed: it brings the observations of a series to one place and in order,
and keeps the state of streams. What is done there is what `bocpd.arrow` and `bocpd.panel` do on one
machine, with the same results to the last bit.

Needs PySpark 4 and PyArrow on driver and workers: `pip install 'bocpd-py[spark]'`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bocpd import arrow
from bocpd._compiled import Detector, Panel

try:
    import pyarrow as pa
    from pyspark.sql import DataFrame
    from pyspark.sql import functions as F
    from pyspark.sql import types as T
    from pyspark.sql.pandas.types import to_arrow_schema
except ImportError as _error:  # pragma: no cover
    raise ImportError(
        "bocpd.spark needs PySpark: pip install 'bocpd-py[spark]'", name=_error.name
    ) from _error

__all__ = ["detect", "stream"]

def detect(
    frame: DataFrame,
    *,
    key: str,
    time: str,
    value: str,
    irregular: bool = False,
    partitions: int | None = None,
    **options: Any,
) -> DataFrame:
    """The segments of every series of a DataFrame that has a row for each observation.

    Rows are partitioned by key, sorted within partitions by key and time, and go through Python
    in batches of Arrow, whole series at a time. One series has to fit into the memory of a
    worker.

    Parameters
    ----------
    frame : DataFrame
        The observations.
    key : str
        The column that says whose an observation is.
    time : str
        The column of their times, in whose order observations are taken.
    value : str
        The column of the numbers; null is a missing observation.
    irregular : bool
        Whether the time between observations counts.
    partitions : int, optional
        Into so many partitions; otherwise as Spark is configured.
    **options
        What else `bocpd.arrow.detect` takes. Each worker uses one thread unless `threads` says
        otherwise.

    Returns
    -------
    DataFrame
        A row for each segment, as `bocpd.arrow.detect_groups` has them; lazy, as all of Spark's.

    Raises
    ------
    ValueError
        If a parameter cannot be used.

    Examples
    --------
    >>> from bocpd.spark import detect  # doctest: +SKIP
    >>> detect(frame, key="host", time="t", value="y").where("segment > 0").show()  # doctest: +SKIP
    """
    options.setdefault("threads", 1)
    # What cannot be used is said here, not on a worker.
    arrow.detect(pa.array([[0.0, 1.0]]), **{**options, "threads": 1})
    chosen = frame.select(key, time, value)
    schema = _schema(chosen.schema[key], chosen.schema[time])
    parted = chosen.repartition(key) if partitions is None else chosen.repartition(partitions, key)
    arguments = {"key": key, "time": time, "value": value, "irregular": irregular, **options}
    kind = to_arrow_schema(schema)

    def run(batches: Iterator[Any]) -> Iterator[Any]:
        for series in arrow.whole_series(batches, key=key):
            found = arrow.detect_groups(series, **arguments)
            yield from found.cast(kind).to_batches(max_chunksize=10_000)

    return parted.sortWithinPartitions(key, time).mapInArrow(run, schema)


def _schema(key: T.StructField, time: T.StructField) -> T.StructType:
    """The type of a segment's row."""
    whole, number, text = T.LongType(), T.DoubleType(), T.StringType()
    fields = [(key.name, key.dataType), ("segment", whole), ("start", whole), ("end", whole)]
    fields += [("time", time.dataType), ("last_time", time.dataType), ("observed", whole)]
    names = ["level", "level_sd", "level_low", "level_high", "ln_bayes_factor", "probability"]
    fields += [(name, number) for name in names]
    fields += [("low", whole), ("high", whole)]
    fields += [(name, number) for name in ["p_nearby", "p_rose", "difference", "sd"]]
    fields += [("structure", text), ("error", text)]
    return T.StructType([T.StructField(name, kind) for name, kind in fields])


def stream(
    frame: DataFrame,
    *,
    key: str,
    time: str,
    value: str,
    detector: Detector | None = None,
    first: int = 50,
    watermark: str | None = None,
    buckets: int = 16,
    irregular: bool = False,
    **options: Any,
) -> DataFrame:
    """What is noticed in the series of a streaming DataFrame.

    Series are put into buckets by a hash of their key. The state of a bucket is a panel
    (`bocpd.panel.Panel`) as bytes, in the state store of Spark: after a failure the query goes on
    from its checkpoint, and every observation has counted exactly once. Needs a state store with
    column families (`spark.sql.streaming.stateStore.providerClass` set to
    `org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider`).

    **Late rows.** Within a micro-batch the rows of a series are taken in the order of their times.
    Without `watermark` they are taken at once, and a row that is not later than the last one of
    its series is refused. With it, rows wait until the watermark has passed them, so that what
    comes out of order by less than that is put into order; Spark drops rows that are older than
    the watermark. What is refused is said in a row of the result.

    Parameters
    ----------
    frame : DataFrame
        A streaming DataFrame of observations.
    key : str
        The column that says whose an observation is: text or integers.
    time : str
        The column of their times: timestamps, or numbers in the unit of the hazard.
    value : str
        The column of the numbers; null is a missing observation.
    detector : Detector, optional
        What the detectors of all series are like. Without one each series gets that of
        `Detector.for_stream` for its first observations, for which it waits.
    first : int
        How many observations a series without `detector` waits for.
    watermark : str, optional
        How late rows may come, such as "10 minutes"; `time` must be a timestamp then.
    buckets : int
        Into so many buckets, each of which is one piece of work in a micro-batch.
    irregular : bool
        Whether the time between observations counts, timestamps in days.
    **options
        What else `bocpd.panel.Panel.automatic` takes, without `detector`.

    Returns
    -------
    DataFrame
        A row for each event, streaming: the key, `kind` ("settled", "alarm" or "refused"),
        `index` (of the observation that told it, in its series), `time` (when that was made),
        `changepoint`, `probability` (of an alarm), `value` and `error` (of what was refused).

    Raises
    ------
    ValueError
        If a parameter cannot be used.

    Examples
    --------
    >>> from bocpd.spark import stream  # doctest: +SKIP
    >>> events = stream(frame, key="host", time="t", value="y", watermark="1 minute")  # doctest: +SKIP
    """
    if detector is None:
        panel = Panel.automatic(first, **{"missing": "skip", **options}, irregular=irregular)
    elif options:
        raise TypeError(f"with a detector nothing else is chosen, got {', '.join(options)}")
    else:
        panel = Panel(detector, irregular=irregular)
    kinds = {name: frame.schema[name].dataType for name in (key, time)}
    if not isinstance(kinds[key], (T.StringType, T.IntegralType)):
        raise TypeError(f"key must be a column of text or integers, got {kinds[key].simpleString()}")
    if watermark is not None and not isinstance(kinds[time], T.TimestampType):
        raise TypeError(f"a watermark needs timestamps, got {kinds[time].simpleString()}")
    chosen = frame.select(
        F.col(key).alias("key"), F.col(time).alias("time"), F.col(value).cast("double").alias("value")
    )
    if watermark is not None:
        chosen = chosen.withWatermark("time", watermark)
    bucket = F.pmod(F.xxhash64("key"), F.lit(buckets)).cast("int").alias("bucket")
    from bocpd._spark import processor

    schema = T.StructType(
        [
            T.StructField(key, kinds[key]),
            T.StructField("kind", T.StringType()),
            T.StructField("index", T.LongType()),
            T.StructField("time", kinds[time]),
            T.StructField("changepoint", T.LongType()),
            T.StructField("probability", T.DoubleType()),
            T.StructField("value", T.DoubleType()),
            T.StructField("error", T.StringType()),
        ]
    )
    waits = watermark is not None
    return (
        chosen.select(bucket, "key", "time", "value")
        .groupBy("bucket")
        .transformWithStateInPandas(
            statefulProcessor=processor(panel.to_bytes(), key, waits),
            outputStructType=schema,
            outputMode="Append",
            timeMode="EventTime" if waits else "None",
        )
    )


def __dir__() -> list[str]:
    return __all__
