"""The whole job in one call, and its pictures."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import bocpd


def test_detect(series: np.ndarray) -> None:
    result = bocpd.detect(series)
    assert result.changepoints.tolist() == [80, 140]
    assert [(s.start, s.end) for s in result.segments] == [(0, 80), (80, 140), (140, 200)]
    assert result.segments[1].mean == series[80:140].mean() and len(result.segments[1]) == 60
    assert result.p_change_at.shape == (200,) and result.p_change_at[0] == 0
    assert result.p_change_at[78:83].sum() > 0.99
    assert np.array_equal(result.run_lengths, result.steps.map_run_length)
    assert result.labels().tolist() == [0] * 80 + [1] * 60 + [2] * 60
    assert result.detector.observations == 200
    assert result.ln_evidence == pytest.approx(result.steps.ln_predictive.sum())
    assert len(result.assumptions) == 3
    summary = result.summary()
    assert "200 observations, 2 changes" in summary and "Constant(mean_run_length=200.0)" in summary
    # The same rows as the changes, by position and within their intervals.
    assert [location.index for location in result.locations] == [80, 140]


def test_given_is_not_assumed(series: np.ndarray) -> None:
    result = bocpd.detect(series, bocpd.Gaussian(), bocpd.Constant(50), bocpd.Pruning(32))
    assert result.assumptions == []
    assert result.detector.pruning == bocpd.Pruning(32)


def test_edges() -> None:
    empty = bocpd.detect([])
    assert empty.segments == [] and empty.changepoints.size == 0
    assert "0 observations, no changes" in empty.summary()
    one = bocpd.detect([3.0])
    assert len(one.segments) == 1 and one.changepoints.size == 0
    gaps = bocpd.detect([np.nan, 1.0, 1.2, np.nan, 9.0, 9.1], missing="skip")
    assert len(gaps.x) == 6
    with pytest.raises(bocpd.ObservationError, match="at index 1"):
        bocpd.detect([1.0, np.nan])
    with pytest.raises(ValueError, match="one-dimensional"):
        bocpd.detect(np.zeros((4, 2)))


def test_frames(series: np.ndarray) -> None:
    result = bocpd.detect(series)
    with pytest.raises(ValueError, match="backend must be"):
        result.to_frame("arrow")
    pd = pytest.importorskip("pandas")
    frame = result.to_frame()
    assert list(frame.columns[:2]) == ["x", "segment"] and len(frame) == 200
    index = pd.date_range("2024-01-01", periods=200, freq="D")
    indexed = bocpd.detect(pd.Series(series, index=index))
    assert indexed.to_frame().index.equals(index)
    assert indexed.p_change().index.equals(index)
    pl = pytest.importorskip("polars")
    polars = bocpd.detect(pl.Series(series))
    assert isinstance(polars.to_frame(), pl.DataFrame) and isinstance(polars.p_change(), pl.Series)
    assert polars.to_frame()["segment"].to_list() == frame["segment"].tolist()


def test_optional_libraries_are_not_imported() -> None:
    code = (
        "import sys, bocpd, bocpd.fast_bocpd; bocpd.detect([1.0] * 9 + [5.0] * 9).summary(); "
        "heavy = {'pandas', 'polars', 'matplotlib', 'sklearn', 'river', 'pyarrow', 'scipy'}; "
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


def test_without_the_extension() -> None:
    code = """
import sys
sys.modules["bocpd._core"] = None
import bocpd
assert not bocpd.is_available()
from bocpd.fast_bocpd import is_available
assert not is_available()
try:
    bocpd.Detector
except ImportError as error:
    assert "pip install" in str(error), error
else:
    raise AssertionError
try:
    from bocpd import Gaussian
except ImportError as error:
    assert "pip install" in str(error), error
else:
    raise AssertionError
try:
    bocpd.nonsense
except AttributeError:
    pass
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_plots(series: np.ndarray) -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    result = bocpd.detect(series)
    axes = result.plot()
    changes = {line.get_xdata()[0] for line in axes.lines if line.get_linestyle() == "--"}
    assert changes == {79.5, 139.5}
    _, mine = plt.subplots()
    assert bocpd.plot_run_lengths(result, ax=mine) is mine
    heat = mine.collections[0].get_array()
    # Each column is a distribution, cut off where it is hopeless.
    assert np.allclose(heat.reshape(-1, 200).sum(axis=0), 1, atol=0.01)
    assert np.array_equal(mine.lines[0].get_ydata(), result.run_lengths)
    long = np.tile(series, 10)
    bocpd.plot_run_lengths(long, pruning=bocpd.Pruning.default())
    for empty in ([], [1.0]):
        bocpd.detect(empty).plot()
        bocpd.plot_run_lengths(empty)
    for number in plt.get_fignums():
        plt.figure(number).canvas.draw()
    plt.close("all")
