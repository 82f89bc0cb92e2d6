"""Many series in columns give what `bocpd.detect` gives for each of them, to the last bit."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

import bocpd

pa = pytest.importorskip("pyarrow")
arrow = pytest.importorskip("bocpd.arrow")


def some_series(seed: int, n: int = 24) -> list[list[float]]:
    random = np.random.default_rng(seed)
    lengths = random.integers(0, 90, n)
    return [
        [float(x) for x in random.normal(size=m) + np.where(np.arange(m) > m / 2, 4.0, 0.0)]
        for m in lengths
    ]


def is_the_same(got: dict[str, Any], want: bocpd.Result) -> None:
    assert got["error"] is None
    assert [change["index"] for change in got["changes"]] == want.changepoints.tolist()
    for one, change in zip(got["changes"], want.changes, strict=True):
        assert (one["probability"], one["p_nearby"]) == (change.probability, change.p_nearby)
        assert (one["low"], one["high"]) == (change.location.low, change.location.high)
        assert (one["difference"], one["p_rose"]) == (change.jump.difference, change.jump.p_rose)
    for one, segment in zip(got["segments"], want.segments, strict=True):
        assert (one["start"], one["end"]) == (segment.start, segment.end)
        assert (one["level"], one["level_low"]) == (segment.level.mean, segment.level.low)
        assert one["ln_bayes_factor"] == segment.ln_bayes_factor
    assert got["expected_changes"] == want.expected_changes
    assert got["remarks"] == [remark.text for remark in want.remarks]
    assert got["observations"] == len(want.x)


def test_locations_alone_are_those_of_the_whole() -> None:
    series = pa.array([*some_series(9), [0.5, None, 0.25], None], pa.list_(pa.float64()))
    of_sizes = ("p_rose", "difference", "sd", "level", "level_sd", "level_low", "level_high", "ln_bayes_factor")
    for options in ({}, {"model": bocpd.Gaussian(kappa=0.1), "hazard": 100.0}):
        whole = arrow.detect(series, **options).to_pylist()
        located = arrow.detect(series, sizes=False, **options)
        assert located.type == arrow.DETECTION
        for got, want in zip(located.to_pylist(), whole, strict=True):
            if want is not None:
                want["remarks"] = []
                for row in want["changes"] + want["segments"]:
                    row.update(dict.fromkeys(row.keys() & set(of_sizes)))
            assert got == want
    with pytest.raises(ValueError, match="mass"):
        arrow.detect(series, sizes=False, mass=2.0)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"model": bocpd.Gaussian(kappa=0.1), "hazard": 100.0, "pruning": bocpd.Pruning()},
        {"model": bocpd.Gaussian(kappa=0.1), "mass": 0.5},
        {"model": "student-t", "outliers": 0.02, "min_segment": 3},
        {"sensitivity": 5.0, "resolution": 0.5},
    ],
)
def test_each_is_as_detect_has_it(options: dict[str, Any]) -> None:
    series = some_series(1)
    for threads in (1, 2):
        found = arrow.detect(pa.array(series, pa.list_(pa.float64())), threads=threads, **options)
        assert found.type == arrow.DETECTION
        for got, xs in zip(found.to_pylist(), series, strict=True):
            is_the_same(got, bocpd.detect(xs, missing="skip", **options))


def test_times() -> None:
    random = np.random.default_rng(2)
    series = [xs for xs in some_series(3) if len(xs) > 3]
    times = [np.cumsum(random.exponential(size=len(xs))).tolist() for xs in series]
    for options in [{"model": "gaussian"}, {"model": "gaussian", "hazard": bocpd.hazard.Rate(0.02)}]:
        found = arrow.detect(pa.array(series), times=pa.array(times), **options)
        for got, xs, at in zip(found.to_pylist(), series, times, strict=True):
            is_the_same(got, bocpd.detect(xs, times=at, missing="skip", **options))
    days = [[dt.datetime(2026, 3, 1) + dt.timedelta(days=t) for t in at] for at in times]
    rate = bocpd.hazard.Rate(0.02)
    found = arrow.detect(pa.array(series), "gaussian", rate, times=pa.array(days))
    for got, xs, at in zip(found.to_pylist(), series, days, strict=True):
        want = bocpd.detect(xs, "gaussian", rate, times=at, missing="skip")
        assert [change["index"] for change in got["changes"]] == want.changepoints.tolist()
        assert got["expected_changes"] == pytest.approx(want.expected_changes, rel=1e-9)
    backwards = arrow.detect([[1.0, 2.0]], times=[[2.0, 1.0]]).to_pylist()[0]
    assert backwards["error"] == "times[1] must increase, got 1" and backwards["changes"] is None
    with pytest.raises(ValueError, match="times must have as many lists as series, each as long"):
        arrow.detect([[1.0, 2.0]], times=[[1.0]])


def test_every_form_of_a_column() -> None:
    series = [[1, 2, None, 4, 50, 51, 52], [], None, [3, 3, 2]]
    want = arrow.detect(pa.array(series, pa.list_(pa.float64())), "gaussian").to_pylist()
    assert want[2] is None and want[1]["observations"] == 0
    whole = pa.array(series, pa.list_(pa.int64()))
    forms = [
        series,
        pa.array(series, pa.large_list(pa.float32())),
        whole,
        pa.concat_arrays([pa.array([[9.0]]).cast(whole.type), whole])[1:],
        pa.array(series, pa.list_view(pa.float64())),
    ]
    for form in forms:
        assert arrow.detect(form, "gaussian").to_pylist() == want
    chunked = pa.chunked_array([whole[:1], whole[1:]])
    found = arrow.detect(chunked, "gaussian")
    assert found.to_pylist() == want and found.num_chunks == 2
    assert arrow.detect(pa.array([], pa.list_(pa.float64()))).to_pylist() == []
    assert arrow.detect(pa.array([None, None])).to_pylist() == [None, None]
    # Where a list is not there, what lies in its place is not taken.
    hidden = pa.ListArray.from_arrays([0, 2, 4], pa.array([1.0, 2.0, 3.0, 4.0]), mask=pa.array([True, False]))
    assert [one and one["observations"] for one in arrow.detect(hidden).to_pylist()] == [None, 2]
    with pytest.raises(TypeError, match="series must be a column of lists of numbers, got int64"):
        arrow.detect(pa.array([1, 2]))
    with pytest.raises(TypeError, match="observations must be numbers, got string"):
        arrow.detect(pa.array([["a"]]))


def test_values_are_not_copied() -> None:
    from bocpd._columns import Lists

    values = pa.array(np.arange(6.0))
    lists = pa.ListArray.from_arrays([0, 2, 6], values)
    assert Lists(lists[1:], None).values.__array_interface__["data"][0] == values.buffers()[1].address


def test_errors_are_of_one_series() -> None:
    series = [[0.1, 0.2], [0.1, float("inf")], [0.3]]
    found = arrow.detect(pa.array(series), bocpd.Gaussian()).to_pylist()
    assert [one["error"] for one in found] == [None, "at index 1: observation must be finite, got inf", None]
    assert found[1]["changes"] is None and found[2]["changes"] == []
    for options, text in [
        ({"mass": 2.0}, "mass must"),
        ({"model": "nonsense"}, "kind must be one of"),
        ({"model": "binomial"}, "trials must"),
        ({"resolution": 2.0}, "resolution must"),
        ({"threads": 0}, "threads must be at least 1"),
    ]:
        with pytest.raises(ValueError, match=text):
            arrow.detect(pa.array(series), **options)
    with pytest.raises(TypeError, match="model must be one of bocpd.model or the name of a kind, got int"):
        arrow.detect(pa.array(series), 5)


def test_scan() -> None:
    series = some_series(4)
    detector = bocpd.Detector(bocpd.Gaussian(), 50)
    for given in (detector, None):
        found = arrow.scan(pa.array(series, pa.list_(pa.float64())), given).to_pylist()
        for got, xs in zip(found, series, strict=True):
            alone = detector.copy() if given else bocpd.Detector.for_stream(xs[:50], missing="skip")
            steps = alone.update_many(xs)
            for field in ("p_change_now", "map_run_length", "map_probability", "ln_predictive", "p_outlier"):
                assert [step[field] for step in got["steps"]] == getattr(steps, field).tolist()
    assert detector.observations == 0
    with pytest.raises(ValueError, match="written in Python cannot be on all cores"):
        arrow.scan([[1.0]], bocpd.Detector(bocpd.Gaussian(), lambda length: 0.1))


def long_form(series: list[list[float]], seed: int) -> Any:
    """A row for each observation, in any order."""
    rows = [(f"s{i}", t, x) for i, xs in enumerate(series) for t, x in enumerate(xs)]
    order = np.random.default_rng(seed).permutation(len(rows))
    key, t, y = zip(*[rows[i] for i in order], strict=True)
    return pa.table({"key": key, "t": t, "y": y})


def test_groups() -> None:
    series = [xs for xs in some_series(5) if xs]
    series[2][1] = float("inf")
    table = long_form(series, 6)
    found = arrow.detect_groups(table, key="key", value="y", time="t", model="gaussian")
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in found.to_pylist():
        rows.setdefault(row["key"], []).append(row)
    assert set(rows) == {f"s{i}" for i in range(len(series))}
    for i, xs in enumerate(series):
        mine = rows[f"s{i}"]
        if i == 2:
            assert len(mine) == 1 and mine[0]["segment"] is None and "got inf" in mine[0]["error"]
            continue
        want = bocpd.detect(xs, "gaussian", missing="skip")
        assert [(row["start"], row["end"]) for row in mine] == [(s.start, s.end) for s in want.segments]
        assert [(row["time"], row["last_time"]) for row in mine] == [(s.start, s.end - 1) for s in want.segments]
        assert [row["segment"] for row in mine] == list(range(len(mine)))
        assert mine[0]["probability"] is None
        assert [row["probability"] for row in mine[1:]] == [c.probability for c in want.changes]
        assert [row["level"] for row in mine] == [s.level.mean for s in want.segments]
    # Any kind of key, of frame and of order.
    codes = pa.table({"key": table["key"].dictionary_encode(), "t": table["t"], "y": table["y"]})
    options = {"key": "key", "value": "y", "time": "t", "model": "gaussian"}
    again = arrow.detect_groups(codes, **options)
    assert again.drop(["key"]).equals(found.drop(["key"]))
    pd = pytest.importorskip("pandas")
    assert arrow.detect_groups(table.to_pandas(), **options).drop(["key"]).equals(found.drop(["key"]))
    assert isinstance(table.to_pandas(), pd.DataFrame)
    empty = arrow.detect_groups(table.slice(0, 0), **options)
    assert empty.num_rows == 0 and empty.column_names == found.column_names
    with pytest.raises(KeyError):
        arrow.detect_groups(table, key="nobody", value="y")


def test_a_series_may_go_over_batches() -> None:
    series = [xs for xs in some_series(9) if xs]
    table = long_form(series, 10).sort_by([("key", "ascending"), ("t", "ascending")])
    for rows, size in [(1, 7), (40, 11), (1 << 18, 50)]:
        parts = list(arrow.whole_series(table.to_batches(size), key="key", rows=rows))
        assert pa.concat_tables(parts).equals(table)
        assert sum(len(part["key"].unique()) for part in parts) == len(series)
    options = {"key": "key", "value": "y", "time": "t", "model": "gaussian"}
    parts = [arrow.detect_groups(part, **options) for part in arrow.whole_series(table.to_batches(9), key="key", rows=50)]
    assert pa.concat_tables(parts).equals(arrow.detect_groups(table, **options))


def test_polars_and_duckdb() -> None:
    pl, duckdb = pytest.importorskip("polars"), pytest.importorskip("duckdb")
    import bocpd.duckdb
    import bocpd.polars

    series = [xs for xs in some_series(7) if xs]
    table = long_form(series, 8)
    options: dict[str, Any] = {"model": "gaussian", "hazard": 80.0}
    want = {
        f"s{i}": arrow.detect([xs], **options).to_pylist()[0] for i, xs in enumerate(series)
    }
    frame = pl.from_arrow(table)
    query = (
        frame.lazy()
        .group_by("key")
        .agg(pl.col("y").sort_by("t"))
        .with_columns(found=pl.col("y").bocpd.detect(**options))
    )
    for engine in ("in-memory", "streaming"):
        got = {row["key"]: row["found"] for row in query.collect(engine=engine).to_dicts()}
        assert got == want
    assert query.collect_schema()["found"] == query.collect()["found"].dtype
    flat = frame.filter(pl.col("key") == "s1").sort("t")["y"].bocpd.detect(**options)
    assert flat.to_list() == [want["s1"]]
    with pytest.raises(Exception, match="needs a column of lists of numbers, got Float64"):
        frame.select(pl.col("y").bocpd.detect())
    rows = bocpd.polars.detect_groups(frame.lazy(), key="key", value="y", time="t", **options)
    assert rows.height == sum(len(one["segments"]) for one in want.values())

    connection = bocpd.duckdb.register_detect(duckdb.connect(), "changes", **options)
    sql = "SELECT key, changes(list(y ORDER BY t)) FROM long GROUP BY key"
    connection.register("long", table)
    assert dict(connection.execute(sql).fetchall()) == want
    assert connection.execute("SELECT changes(NULL)").fetchall() == [(None,)]
    bocpd.duckdb.register_scan(connection, detector=bocpd.Detector(bocpd.Gaussian(), 100))
    steps = connection.execute("SELECT bocpd_scan([0.1, NULL, 0.2])").fetchall()[0][0]
    assert "NaN" in steps["error"] and len(steps["steps"]) == 1
