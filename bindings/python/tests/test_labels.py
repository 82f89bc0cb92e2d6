"""Results speak of the index, the times and the name that a series came with."""

from __future__ import annotations

import datetime
import json
import pickle

import numpy as np
import pytest

import bocpd
from bocpd._labels import elapsed_between, index_of, positions

pd = pytest.importorskip("pandas")


@pytest.fixture
def dated(series: np.ndarray) -> pd.Series:
    index = pd.date_range("2024-01-01", periods=len(series), name="day")
    return pd.Series(series, index=index, name="load")


def test_the_index_of_a_series(dated: pd.Series) -> None:
    result = bocpd.detect(dated)
    assert result.changepoints.tolist() == [80, 140]
    days = [change.time for change in result.changes]
    assert days == [dated.index[80], dated.index[140]]
    change = result.changes[0]
    assert change.low_time == dated.index[change.location.low]
    assert change.high_time == dated.index[change.location.high]
    assert [s.time for s in result.segments] == [dated.index[i] for i in (0, 80, 140)]
    assert [s.last_time for s in result.segments] == [dated.index[i] for i in (79, 139, 199)]
    assert result.times is dated.index and result.name == "load"
    summary = result.summary()
    assert summary.startswith("load: 200 observations, 2 changes") and "2024-03-21" in summary
    assert "time" in summary.splitlines()[1]
    assert result.to_frame().index is dated.index
    # Positions remain what they are.
    assert [change.index for change in bocpd.detect(dated.to_numpy()).changes] == [80, 140]
    assert bocpd.detect(dated.to_numpy()).changes[0].time is None
    again = pickle.loads(pickle.dumps(result))
    assert again.changes == result.changes and again.changes[0].time == days[0]
    assert "Timestamp" in repr(result.changes[0])


def test_equality_asks_the_label() -> None:
    where = bocpd.detect([0.0] * 8 + [9.0] * 8).changes[0].location

    def change(time: object) -> bocpd.readout.Change:
        return bocpd.readout.Change(index=1, time=time, probability=0.5, location=where, jump=None)

    assert change("a") == change("a") and change("a") != change("b")
    assert change(None) != change("a") and change(pd.Timestamp(0)) == change(pd.Timestamp(0))


def test_frames(dated: pd.Series) -> None:
    result = bocpd.detect(dated, "gaussian")
    changes = result.changes_frame()
    assert list(changes["time"]) == [dated.index[80], dated.index[140]]
    assert changes["time"].dtype.kind == "M"
    assert list(changes.columns) == [
        "index", "time", "probability", "p_nearby", "p_single", "low", "high", "low_time",
        "high_time", "length",
        "parameter", "before", "after", "p_rose", "difference", "sd", "changed",
    ]  # fmt: skip
    assert changes["length"].tolist() == [60, 60] and set(changes["parameter"]) == {"mean"}
    assert changes["probability"][0] == result.p_change_at[80]
    assert (changes["after"] - changes["before"]).tolist() == pytest.approx(
        changes["difference"].tolist()
    )
    segments = result.segments_frame()
    assert segments["time"].tolist() == [dated.index[i] for i in (0, 80, 140)]
    assert segments["mean"].tolist() == [s.level.mean for s in result.segments]
    assert {"mean_sd", "variance", "variance_low", "variance_high"} <= set(segments.columns)
    plain = bocpd.detect(dated.to_numpy()).changes_frame()
    assert "time" not in plain.columns and "low_time" not in plain.columns
    assert len(bocpd.detect([1.0, 1.1]).changes_frame()) == 0
    for frame in (result.changes_frame, result.segments_frame):
        with pytest.raises(ValueError, match="backend must be"):
            frame("arrow")
    pl = pytest.importorskip("polars")
    polars = bocpd.detect(pl.Series("load", dated.to_numpy()), times=pl.Series(dated.index.to_numpy()))
    assert polars.name == "load"
    assert isinstance(polars.changes_frame(), pl.DataFrame)
    assert polars.changes_frame()["index"].to_list() == [80, 140]
    assert polars.to_frame().columns[0] == "time"
    assert polars.to_frame()["time"][80].date() == datetime.date(2024, 3, 21)


def test_plain_data(dated: pd.Series) -> None:
    result = bocpd.detect(dated, "gaussian", 250)
    found = result.to_dict()
    assert json.loads(result.to_json()) == found == json.loads(json.dumps(found))
    assert found["changepoints"][0]["time"] == "2024-03-21T00:00:00"
    assert found["segments"][1]["last_time"] == dated.index[139].isoformat()
    assert bocpd.Detector.from_json(json.dumps(found["config"])).hazard == bocpd.Constant(250)
    assert "\n  " in result.to_json(indent=2)
    own = bocpd.detect([0.0, 1.0, 9.0], hazard=lambda length: 0.1).to_dict()
    assert own["config"] is None
    assert json.loads(bocpd.detect([]).to_json())["changepoints"] == []


def test_the_same_document_as_the_command_line(series: np.ndarray, tmp_path, capfd) -> None:
    from bocpd.__main__ import main

    file = tmp_path / "x.csv"
    file.write_text("x\n" + "".join(f"{x!r}\n" for x in series.tolist()))
    assert main(["detect", str(file), "--json", "--quiet"]) == 0
    theirs = json.loads(capfd.readouterr().out)
    ours = bocpd.detect(series).to_dict()
    for name in set(theirs) - {"assumptions", "config"}:
        assert ours[name] == theirs[name], name
    assert ours["config"] == theirs["config"]
    assert main(["detect", str(file), "--csv", "--quiet"]) == 0
    header = capfd.readouterr().out.splitlines()[0].split(",")
    assert header == list(bocpd.detect(series).changes_frame().columns)


def test_notebooks(dated: pd.Series) -> None:
    page = bocpd.detect(dated.rename("<b>load</b>"))._repr_html_()
    assert "<table>" in page and "2024-03-21" in page
    assert "&lt;b&gt;load" in page and "<b>load" not in page
    assert "<table>" not in bocpd.detect([1.0, 1.1])._repr_html_()
    result = bocpd.detect(dated)
    assert str(result) == result.summary() and repr(result).startswith("<Result: 200")


@pytest.mark.parametrize(
    "index",
    [
        pd.RangeIndex(10, 210), pd.Index(np.linspace(0, 1, 200)), pd.Index([f"w{i}" for i in range(200)]),
        pd.period_range("2000-01", periods=200, freq="M"),
        pd.date_range("2024-01-01", periods=200, tz="Europe/Berlin"),
        pd.timedelta_range(0, periods=200, freq="h"),
    ],
    ids=["range", "numbers", "text", "periods", "zone", "timedeltas"],
)  # fmt: skip
def test_any_index(series: np.ndarray, index: pd.Index) -> None:
    pytest.importorskip("matplotlib").use("Agg")
    import matplotlib.pyplot as plt

    result = bocpd.detect(pd.Series(series, index=index), "gaussian")
    assert result.changes[0].time == index[80]
    assert str(result.times[80]).split(" ")[0] in result.summary()
    result.to_json()
    result.plot().figure.canvas.draw()
    bocpd.plot_run_lengths(result).figure.canvas.draw()
    plt.close("all")


def test_an_index_that_says_nothing() -> None:
    assert index_of(pd.Series([1.0, 2.0])) is None
    assert bocpd.detect(pd.Series([1.0, 2.0])).times is None
    assert index_of(pd.Series([1.0, 2.0], index=[1, 2])) is not None


def test_pictures_have_times(dated: pd.Series) -> None:
    pytest.importorskip("matplotlib").use("Agg")
    import matplotlib.dates as dates
    import matplotlib.pyplot as plt

    result = bocpd.detect(dated)
    axes = result.plot()
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("day", "load")
    changes = [line.get_xdata()[0] for line in axes.lines if line.get_linestyle() == "--"]
    assert [dates.num2date(at).date().isoformat() for at in changes] == ["2024-03-20", "2024-05-19"]
    axes.figure.canvas.draw()
    marks = [mark.get_text() for mark in axes.get_xticklabels()]
    assert any("2024" in mark for mark in marks)
    text = bocpd.detect(pd.Series(dated.to_numpy(), index=[f"w{i}" for i in range(200)], name="$x$"))
    axes = text.plot()
    axes.figure.canvas.draw()
    assert "w50" in [mark.get_text() for mark in axes.get_xticklabels()]
    assert axes.get_ylabel() == r"\$x\$"
    plt.close("all")


def test_times_count(series: np.ndarray) -> None:
    """Given times are those between observations; an index is a name alone."""
    hours = np.arange(200) * 3600.0
    even = bocpd.detect(series, bocpd.Gaussian(), 250)
    assert bocpd.detect(series, bocpd.Gaussian(), 250, times=range(200)).ln_evidence == even.ln_evidence
    # Without a hazard the unit does not matter, nor does how times are written.
    start = datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc)
    written = [
        hours, hours / 3600, pd.to_datetime(hours, unit="s"), pd.Series(pd.to_datetime(hours, unit="s")),
        [start + datetime.timedelta(seconds=s) for s in hours.tolist()],
        np.datetime64("2024-01-01") + hours.astype("timedelta64[s]"),
    ]  # fmt: skip
    found = [bocpd.detect(series, bocpd.Gaussian(), times=times) for times in written]
    for one in found:
        assert one.ln_evidence == pytest.approx(found[0].ln_evidence, rel=1e-9)
        assert one.changepoints.tolist() == [80, 140]
    assert "times in units of their median difference, 3600" in found[0].assumptions
    assert "times in units of their median difference, 0.04167 days" in found[2].assumptions
    assert found[1].changes[0].time == 80.0 and found[4].changes[0].time == start + datetime.timedelta(hours=80)
    # A long gap makes a change there likelier.
    quiet = np.random.default_rng(3).normal(0, 1, 60)
    quiet[30:] += 1.2
    gap = np.arange(60.0)
    gap[30:] += 500
    model = bocpd.model.GaussianKnownVariance(kappa=0.2)
    before = bocpd.detect(quiet, model, 250).p_change_at[30]
    after = bocpd.detect(quiet, model, 250, times=gap)
    assert after.p_change_at[30] > before
    same = bocpd.detect(quiet, model, 250, elapsed=np.diff(gap, prepend=np.nan))
    assert same.p_change_at[30] == after.p_change_at[30] and same.times is None
    detector = bocpd.Detector(model, 250, bocpd.Pruning.exact(), history="all")
    for i, x in enumerate(quiet):
        detector.update(x, elapsed=1.0 if i == 0 else gap[i] - gap[i - 1])
    assert detector.p_change_at(30) == after.p_change_at[30]
    assert after.segments[0].ln_evidence == pytest.approx(
        bocpd.detect(quiet[: after.changepoints[0]], model, bocpd.hazard.Table([0.0])).ln_evidence
    )


def test_times_that_cannot_be_used(series: np.ndarray) -> None:
    with pytest.raises(ValueError, match="times must increase, got 3 after 3 at index 4"):
        bocpd.detect(series, times=[0, 1, 2, 3, 3, *range(5, 200)])
    with pytest.raises(ValueError, match=r"one for each of the 200 observations, got shape \(3,\)"):
        bocpd.detect(series, times=[1, 2, 3])
    with pytest.raises(TypeError, match="times must be numbers or dates"):
        bocpd.detect([1.0, 2.0], times=["a", "b"])
    with pytest.raises(TypeError, match="times must be numbers or dates"):
        bocpd.detect([1.0, 2.0], times=[1.0, np.nan])
    with pytest.raises(ValueError, match="cannot both be given"):
        bocpd.detect([1.0, 2.0], times=[1, 2], elapsed=[1, 1])
    with pytest.raises(ValueError, match="elapsed must be positive and finite, got 0.0 at index 1"):
        bocpd.detect([1.0, 2.0], elapsed=[1, 0])
    with pytest.raises(ValueError, match=r"one for each of the 2 observations"):
        bocpd.detect([1.0, 2.0], elapsed=[1])
    detector = bocpd.Detector(bocpd.Gaussian(), 100)
    with pytest.raises(ValueError, match=r"elapsed must have a number for each of the 2"):
        detector.update_many([1.0, 2.0], elapsed=[1.0])
    with pytest.raises(bocpd.ObservationError, match="at index 1: .*elapsed") as caught:
        detector.update_many([1.0, 2.0], elapsed=[1.0, -1.0])
    assert caught.value.index == 1 and len(caught.value.steps) == 1
    assert positions(np.array(["a"])) is None and elapsed_between(np.array([]))[0].size == 0


def test_many_at_uneven_times_are_interruptible_steps(series: np.ndarray) -> None:
    """In blocks, with features beside them, as one by one."""
    rng = np.random.default_rng(1)
    x, gaps = np.tile(series, 3), rng.uniform(0.5, 2, 600)
    features = rng.normal(size=(600, 2))
    model = bocpd.model.Regression(features=2)
    at_once, in_turn = (bocpd.Detector(model, bocpd.hazard.Rate(0.01)) for _ in range(2))
    steps = at_once.update_many(x, elapsed=gaps, features=features)
    each = [
        in_turn.update(value, elapsed=gap, features=row)
        for value, gap, row in zip(x, gaps, features, strict=True)
    ]
    assert list(steps) == each
