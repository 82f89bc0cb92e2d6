"""A query that goes through all files of a directory, one in a micro-batch, and ends."""

from __future__ import annotations

import sys

from pyspark.sql import SparkSession

import bocpd
from bocpd.spark import stream

PROVIDER = "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider"


def session(name: str) -> SparkSession:
    """A Spark of two threads without pages and without Hive."""
    spark = (
        SparkSession.builder.master("local[2]")
        .appName(name)
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.streaming.stateStore.providerClass", PROVIDER)
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    return spark


def detector() -> bocpd.Detector:
    """What watches each series."""
    return bocpd.Detector(
        bocpd.Gaussian(kappa=0.1), 100, missing="skip", alarm=bocpd.alarm.AlarmPolicy()
    )


def run(spark: SparkSession, directory: str, schema: str, **options: object) -> None:
    rows = spark.readStream.schema(schema).option("maxFilesPerTrigger", 1)
    frame = rows.parquet(f"{directory}/in")
    events = stream(frame, key="host", time="t", value="y", buckets=2, **options)
    query = (
        events.writeStream.format("parquet")
        .option("path", f"{directory}/out")
        .option("checkpointLocation", f"{directory}/checkpoint")
        .trigger(availableNow=True)
        .start()
    )
    query.awaitTermination()


if __name__ == "__main__":
    run(session("stream"), sys.argv[1], "host STRING, t LONG, y DOUBLE", detector=detector())
